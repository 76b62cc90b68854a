"""The app in a real browser, beside the naive way (shapes inside the page's own messages) and an empty page."""

import base64
import io
import statistics
import tempfile
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from PIL import Image

from bench.machine import ROOT
from bench.report import Figure
from bench.served import served
from tools.chromium import MISSING, find

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ARGUMENTS = ("--no-sandbox", "--disable-quic", "--disable-background-networking", "--use-gl=angle",
             "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
CANVAS = ".map-widget canvas, [data-testid='stDeckGlJsonChart'] canvas"     # the app's map, and Streamlit's
IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'
CHANGES = 5
OPENED = 3
STAYS = 1.5
SLOW = {"offline": False, "latency": 70, "downloadThroughput": 2e6 / 8, "uploadThroughput": 1e6 / 8}     # 2 Mbit/s

# Where the app's own settings differ: its messages are small.
STREAMLITS_DEFAULTS = ("--server.enableWebsocketCompression", "false", "--server.maxMessageSize", "200")

# Asked of the drawing itself: taking pictures all the time would slow down what is measured.
DRAWS = """
window.pressed = window.lastDraw = performance.now()
document.addEventListener("keydown", () => { window.pressed = performance.now() }, true)
for (const name of ["drawArrays", "drawElements", "drawArraysInstanced", "drawElementsInstanced"]) {
  const own = WebGL2RenderingContext.prototype[name]
  WebGL2RenderingContext.prototype[name] = function (...words) {
    window.lastDraw = performance.now()
    return own.apply(this, words)
  }
}
"""
# When the claim and the four figures have been laid out; they are read once that has been painted.
READABLE = """
function look() {
  const claim = document.querySelector(".claim"), figures = document.querySelectorAll(".card")
  if (claim?.getBoundingClientRect().height && figures.length === 4) window.laidOut = performance.now()
  else requestAnimationFrame(look)
}
requestAnimationFrame(look)
"""
PAINTED = """() => {
  const [painted] = performance.getEntriesByName("first-contentful-paint")
  return window.laidOut && painted ? Math.max(window.laidOut, painted.startTime) : null
}"""
PATIENCE = 60.0

# The least that a page with a map can be in Streamlit.
EMPTY = '''
import pydeck, streamlit as st
dot = pydeck.Layer("ScatterplotLayer", [{"at": [-3.4, 50.9]}], get_position="at", get_fill_color=[200, 30, 90],
                   get_radius=60000)
st.pydeck_chart(pydeck.Deck(
    [dot], map_provider=None,
    initial_view_state=pydeck.ViewState(latitude=50.9, longitude=-3.4, zoom=6.3)), height=460)
'''

# What anyone would write first: the same areas, figures and classes, coloured in Python and sent with every change.
NAIVE = '''
import sys
sys.path.insert(0, {root!r})
import pydeck, streamlit as st
from geo.edition.store import load_edition
from geo.figures.areas import area_figures
from geo.maps.classes import LIGHT, classify
from geo.core.view import View
from geo.core.choices import SPEEDS

@st.cache_resource
def held():
    edition = load_edition()
    return edition, edition.areas[["name", "geometry"]].to_crs(4326)

st.title("Naive")
speed = st.selectbox("Broadband available", list(SPEEDS), key="speed", index=list(SPEEDS).index("30"),
                     format_func=lambda key: SPEEDS[key].label)
minutes = st.slider("Journey longer than", 30, 360, 120, step=5)
edition, areas = held()
figures = area_figures(edition, View(speed=speed, minutes=minutes))
rate = 1000 * figures["nowhere_to_turn_estimate"] / figures["workers"]
classes = classify(rate.reindex(areas.index), "nowhere_to_turn")
colours = LIGHT.ordered("nowhere_to_turn")
areas = areas.assign(fill=[[*colours[number], 255] for number in classes])
layer = pydeck.Layer("GeoJsonLayer", areas.__geo_interface__, get_fill_color="properties.fill", stroked=False,
                     pickable=True)
st.pydeck_chart(pydeck.Deck(
    [layer], map_provider=None,
    initial_view_state=pydeck.ViewState(latitude=50.9, longitude=-3.4, zoom=6.3)), height=460)
'''


class Frame(NamedTuple):
    """One message: when it came (seconds), its bytes, and its bytes as packed on the way."""

    time: float
    size: int
    packed: int


class Change(NamedTuple):
    """One change: seconds until the map had other colours, bytes received, the same unpacked, server's seconds."""

    recoloured: float
    packed: int
    size: int
    rerun: float


class Seen(NamedTuple):
    """What one app did: seconds to the first map, bytes of its shapes as sent, and its changes."""

    first: float
    geometry: int
    changes: list[Change]


def _address(port: int) -> str:
    return f"http://127.0.0.1:{port}/"


def _picture(page: "Page") -> np.ndarray | None:
    """Take a picture of the middle of the map; None while nothing is drawn."""
    canvas = page.locator(CANVAS).first
    box = canvas.bounding_box() if canvas.count() else None
    if box is None:
        return None
    png = page.screenshot(clip={"x": box["x"] + box["width"] / 2 - 130, "y": box["y"] + box["height"] / 2 - 100,
                                "width": 260, "height": 200})
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), dtype=int)
    drawn = np.ptp(pixels, axis=2).max() > 60     # grey lines alone are no map
    return pixels if drawn else None


def _until(found: Callable[[], object], page: "Page") -> None:
    until = time.monotonic() + PATIENCE
    while not found():
        if time.monotonic() > until:
            raise RuntimeError("the map was not drawn")
        page.wait_for_timeout(1000)


def _settle(page: "Page") -> float:
    """Wait until the server has finished and nothing is drawn; return seconds from key or start to the last draw."""
    until = time.monotonic() + PATIENCE
    page.wait_for_timeout(1000 * STAYS)
    while time.monotonic() < until:
        quiet, took = page.evaluate("[performance.now() - window.lastDraw, window.lastDraw - window.pressed]")
        # A slow server may not have begun to draw what was asked for: what was drawn before the key does not count.
        if took > 0 and quiet > 1000 * STAYS and page.locator(IDLE).count():
            return float(took) / 1000
        page.wait_for_timeout(200)
    raise RuntimeError("the map did not come to rest")


class _Wire:
    """What goes over the page's websocket and for its map files, as the browser's own tools tell it."""

    def __init__(self, page: "Page") -> None:
        self.received: list[Frame] = []
        # As the server packs its messages (permessage-deflate, the settings of the library `websockets`).
        self.packer = zlib.compressobj(wbits=-12, memLevel=5)
        self.sent: list[float] = []
        self.files: dict[str, int] = {}
        tools = page.context.new_cdp_session(page)
        tools.send("Network.enable")
        tools.on("Network.webSocketFrameReceived", self._frame)
        tools.on("Network.webSocketFrameSent", lambda event: self.sent.append(event["timestamp"]))
        tools.on("Network.requestWillBeSent", self._asked)
        tools.on("Network.loadingFinished", self._loaded)

    def _frame(self, event: dict[str, Any]) -> None:
        message = base64.b64decode(event["response"]["payloadData"])     # told as it is after unpacking
        packed = self.packer.compress(message) + self.packer.flush(zlib.Z_SYNC_FLUSH)
        self.received.append(Frame(event["timestamp"], len(message), len(packed)))

    def _asked(self, event: dict[str, Any]) -> None:
        if ".geojson" in event["request"]["url"]:
            self.files[event["requestId"]] = 0

    def _loaded(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self.files:
            self.files[event["requestId"]] = int(event["encodedDataLength"])

    def forget(self) -> None:
        """Start counting a change."""
        self.received.clear()
        self.sent.clear()


def _watch(browser: "Browser", port: int) -> Seen:
    """Open an app as a new reader does, and move its slider."""
    page = browser.new_context(viewport={"width": 1280, "height": 1500}).new_page()
    page.add_init_script(DRAWS)
    wire = _Wire(page)
    page.goto(f"{_address(port)}?show=nowhere_to_turn")
    _until(lambda: _picture(page) is not None, page)
    first = _settle(page)
    geometry = sum(wire.files.values()) or max(frame.size for frame in wire.received)
    page.get_by_role("slider").focus()
    changes = []
    for _ in range(CHANGES + 1):
        before = _picture(page)
        wire.forget()
        page.keyboard.press("ArrowRight")
        seconds = _settle(page)
        if np.array_equal(_picture(page), before):
            raise RuntimeError("the map was not recoloured")
        changes.append(Change(seconds, sum(frame.packed for frame in wire.received),
                              sum(frame.size for frame in wire.received), wire.received[-1].time - wire.sent[0]))
    page.context.close()
    return Seen(first, geometry, changes[1:])     # the first change warms both


def open_map(browser: "Browser", port: int) -> float:
    """Open an app as a new reader does; return seconds to its map."""
    page = browser.new_context(viewport={"width": 1280, "height": 1500}).new_page()
    page.add_init_script(DRAWS)
    page.goto(_address(port))
    _until(lambda: _picture(page) is not None, page)
    seconds = _settle(page)
    page.context.close()
    return seconds


def _read_first(browser: "Browser", port: int, *, slow: bool) -> tuple[float, int]:
    """Open the app; return seconds until there is something to read, and the bytes of that: the page and its map."""
    page = browser.new_context(viewport={"width": 375, "height": 812}).new_page()
    page.add_init_script(READABLE)
    tools, asked, sent = page.context.new_cdp_session(page), dict[str, str](), dict[str, int]()
    tools.send("Network.enable")
    tools.on("Network.requestWillBeSent", lambda event: asked.update({event["requestId"]: event["request"]["url"]}))
    tools.on("Network.loadingFinished", lambda event: sent.update(
        {asked[event["requestId"]]: int(event["encodedDataLength"])}))
    if slow:
        tools.send("Network.emulateNetworkConditions", SLOW)
    page.goto(_address(port), wait_until="commit")
    seconds = page.wait_for_function(PAINTED, timeout=1000 * PATIENCE).json_value() / 1000
    page.wait_for_load_state("load")
    page.context.close()
    return float(seconds), sum(size for url, size in sent.items() if url == _address(port) or "picture-" in url)


def _opened(path: str) -> list[Figure]:
    """Open the app and an empty page in turn, so that a busy machine is busy for both."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only the tests' environment has it

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        script = Path(folder) / "empty.py"
        script.write_text(EMPTY, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        with served() as own, served(script) as empty:
            maps = [(open_map(browser, own), open_map(browser, empty)) for _ in range(OPENED)]
            first, slow = ([_read_first(browser, own, slow=slow) for _ in range(OPENED)] for slow in (False, True))
        browser.close()
    ours, theirs = (statistics.median(seconds) for seconds in zip(*maps, strict=True))
    ratio = statistics.median(mine / least for mine, least in maps)
    return [
        Figure("first_readable", statistics.median(seconds for seconds, _ in first), "s", 0.4,
               "app: first screen readable, phone, cold browser"),
        Figure("first_readable_slow", statistics.median(seconds for seconds, _ in slow), "s", 1.5,
               "app: the same at 2 Mbit/s"),
        Figure("first_readable_sent", first[0][1] / 1e3, "kB", 150, "app: first screen and its picture of the map"),
        Figure("live_map", ours, "s", None, "app: moving map painted, cold browser"),
        Figure("empty_map", theirs, "s", None, "empty Streamlit page: a map of one dot painted"),
        Figure("ratio_live_map", ratio, "times", 1.3, "app : empty page, map painted"),
    ]


def _both(path: str) -> tuple[Seen, Seen]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only the tests' environment has it

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        script = Path(folder) / "naive.py"
        script.write_text(NAIVE.format(root=str(ROOT)), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        with served() as port:
            own = _watch(browser, port)
        with served(script, *STREAMLITS_DEFAULTS) as port:
            naive = _watch(browser, port)
        browser.close()
    return own, naive


def _median(changes: list[Change], what: str) -> float:
    return statistics.median(getattr(change, what) for change in changes)


def measure() -> list[Figure]:
    """Measure the first map, a change and what is sent, in the app and in the naive way.

    Returns
    -------
    list of Figure
        One that says why, where there is no Chromium.
    """
    path = find()
    if path is None:
        return [Figure("app_first_map", None, "s", 3, f"first map painted ({MISSING})")]
    own, naive = _both(path)
    figures = [
        *_opened(path),
        Figure("app_first_map", own.first, "s", 3, "app: first map painted, cold browser"),
        Figure("app_geometry", own.geometry / 1e6, "MB", 0.9, "app: shapes as sent, compressed"),
        Figure("app_recoloured", _median(own.changes, "recoloured"), "s", 0.3, "app: slider moved to map recoloured"),
        Figure("app_sent", _median(own.changes, "packed") / 1e3, "kB", 20, "app: messages a change, as sent"),
        Figure("app_unpacked", _median(own.changes, "size") / 1e3, "kB", None, "app: the same, unpacked"),
        Figure("app_rerun", _median(own.changes, "rerun"), "s", 0.15, "app: answer of the server to a change, whole"),
        Figure("naive_first_map", naive.first, "s", None, "naive way: first map painted"),
        Figure("naive_geometry", naive.geometry / 1e6, "MB", None, "naive way: shapes as sent"),
        Figure("naive_recoloured", _median(naive.changes, "recoloured"), "s", None, "naive way: moved to recoloured"),
        Figure("naive_sent", _median(naive.changes, "size") / 1e3, "kB", None, "naive way: messages a change"),
        Figure("naive_rerun", _median(naive.changes, "rerun"), "s", None, "naive way: answer of the server"),
    ]
    ratios = [
        Figure(f"ratio_{what}", _median(naive.changes, theirs) / _median(own.changes, what), "times", None,
               f"naive way : app, {words}")
        for what, theirs, words in (
            ("recoloured", "recoloured", "moved to recoloured"), ("packed", "size", "bytes a change, as sent"),
            ("rerun", "rerun", "answer of the server"))
    ]
    return [*figures, *ratios]


if __name__ == "__main__":
    for figure in measure():
        print(f"{figure.meaning}: {figure.value} {figure.unit} {figure.verdict()}")
