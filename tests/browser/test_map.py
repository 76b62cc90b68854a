"""The map widget in a real browser: keyboard, pointer, Back, and what it must not do."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Request, Route

from geo.maps.classes import LIGHT
from pages.shared.map_files import map_bounds
from tests.fixtures.browser import DRAWS, PATIENCE, Visit
from tests.fixtures.map_camera import fitted

pytestmark = [pytest.mark.browser, DRAWS]

Enter = Callable[..., Visit]
MAP = ".map-widget"
COUNTED = """() => {
    const own = HTMLCanvasElement.prototype.getContext
    window.contexts = 0
    HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
        window.contexts += kind.startsWith("webgl")
        return own.call(this, kind, ...rest) } }"""
"""A browser takes the oldest graphics context away from a page that asks for many."""

MARKUP = '<img src="x" onerror="document.title = 1"><b>Mark & up</b>'


def drawn(window: Visit) -> Locator:
    """Wait until the map is there, and give its canvas."""
    canvas = window.page.locator(f"{MAP}[aria-busy=false] canvas")
    canvas.wait_for(timeout=PATIENCE)
    window.page.wait_for_timeout(1500)
    return window.page.locator(f"{MAP} canvas")


def linked(window: Visit, name: str, other_than: str | None) -> str:
    """Wait until an option stands in the link and is another than it was."""
    for _ in range(100):
        value = window.query().get(name)
        if value is not None and value != other_than:
            break
        window.page.wait_for_timeout(100)
    window.page.wait_for_timeout(500)
    return window.query()[name]


def shown(canvas: Locator) -> bytes:
    """Take a picture of the map at rest."""
    before = canvas.screenshot()
    for _ in range(20):
        canvas.page.wait_for_timeout(300)
        after = canvas.screenshot()
        if after == before:
            break
        before = after
    return before


def test_keys_move_the_map_and_the_link_follows(visit: Enter) -> None:
    window = visit(900, 800)
    window.open("?by=authority&lat=50.72&lon=-3.53&zoom=8.5", "/explore")
    canvas = drawn(window)
    history = window.page.evaluate("history.length")
    window.page.get_by_role("combobox", name="By").focus()
    for _ in range(4):
        window.page.keyboard.press("Tab")
        if window.page.evaluate("document.activeElement.tagName") == "CANVAS":
            break
    assert canvas.evaluate("canvas => canvas === document.activeElement")
    assert window.page.locator(MAP).evaluate("map => getComputedStyle(map).outlineStyle") == "solid"
    scrolled = window.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop")
    window.page.keyboard.press("ArrowRight")
    assert float(linked(window, "lon", "-3.5300")) > -3.53
    window.page.keyboard.press("ArrowUp")
    assert float(linked(window, "lat", "50.7200")) > 50.72
    window.page.keyboard.press("+")
    nearer = linked(window, "zoom", "8.50")
    assert float(nearer) > 8.5
    window.page.keyboard.press("-")
    assert float(linked(window, "zoom", nearer)) < float(nearer)
    assert window.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == scrolled
    assert window.page.evaluate("history.length") == history
    assert list(window.query())[:4] == ["by", "lat", "lon", "zoom"]


def test_the_map_has_a_name_and_says_how_it_is_moved(visit: Enter) -> None:
    window = visit()
    window.open("", "/rail")
    drawn(window)
    figure = window.page.get_by_role("figure", name=re.compile("^Map of stations by typical minutes"))
    assert figure.get_by_role("application", name=re.compile("arrow keys")).count() == 1
    assert figure.get_by_role("button", name="Full screen").count() == 1


@pytest.mark.parametrize("width", [1280, 375])
def test_what_is_pointed_at_is_told_as_text(visit: Enter, width: int) -> None:
    window = visit(width, 800, own=True)

    def mark(route: Route, request: Request) -> None:
        facts = [fact | {"n": MARKUP} for fact in route.fetch().json()]
        route.fulfill(body=json.dumps(facts), content_type="application/json")

    window.page.route(re.compile(r"/map/facts\..*\.json"), mark)
    window.open("?by=authority&lat=50.72&lon=-3.53&zoom=9", "/explore")
    canvas = drawn(window)
    canvas.scroll_into_view_if_needed()
    tooltip = window.page.locator(".map-tooltip")
    assert not tooltip.is_visible()
    box = canvas.bounding_box()
    assert box is not None
    for attempt in range(20):
        window.page.mouse.move(box["x"] + box["width"] / 2 + attempt, box["y"] + box["height"] / 2)
        window.page.wait_for_timeout(300)
        if tooltip.is_visible():
            break
    assert tooltip.locator("strong").inner_text() == MARKUP
    assert tooltip.locator("img, b").count() == 0
    assert ("People in the gap:" in tooltip.inner_text()) == (width > 375)
    words, frame = tooltip.bounding_box(), window.page.locator(MAP).bounding_box()
    assert words is not None
    assert frame is not None
    assert frame["x"] <= words["x"]
    assert words["x"] + words["width"] <= frame["x"] + frame["width"]
    window.page.mouse.move(0, 0)
    tooltip.wait_for(state="hidden")


def test_a_run_changes_the_map_in_its_place_and_back_takes_it_home(visit: Enter) -> None:
    window = visit(900, 800)
    window.open("?place=E07000041&by=authority", "/explore")
    canvas = drawn(window)
    canvas.evaluate("canvas => { canvas.kept = true }")
    window.page.evaluate(COUNTED)
    first, files = shown(canvas), window.fetched(".geojson")
    for scheme in ("dark", "light"):
        window.page.emulate_media(color_scheme=scheme)
        window.page.wait_for_timeout(1500)
        window.settled()
    window.page.get_by_role("combobox", name="Show on the map").click()
    window.page.get_by_role("option", name="Residents", exact=True).click()
    window.page.wait_for_selector("h2:has-text('Residents by')", timeout=PATIENCE)
    window.settled()
    recoloured = shown(canvas)
    assert recoloured != first
    canvas.focus()
    window.page.keyboard.press("ArrowLeft")
    linked(window, "lon", None)
    window.page.wait_for_timeout(1500)
    window.settled()
    canvas.blur()
    assert shown(canvas) != recoloured
    window.page.go_back()
    window.page.wait_for_selector("h2:has-text('People in the gap by')", timeout=PATIENCE)
    window.settled()
    assert shown(canvas) == first
    assert "lon" not in window.query()
    assert canvas.evaluate("canvas => canvas.kept")
    assert window.page.evaluate("window.contexts") == 0
    assert window.fetched(".geojson") == files


def test_the_picture_can_be_asked_for_and_the_map_comes_back(visit: Enter) -> None:
    window = visit()
    window.open("?place=E07000041")
    drawn(window)
    window.page.get_by_text("Show the map as a picture").click()
    window.page.get_by_role("img", name=re.compile("^Map of people in the gap")).wait_for(timeout=PATIENCE)
    assert window.page.locator(f"{MAP} canvas").count() == 0
    window.settled()
    window.page.get_by_text("Show the map as a picture").click()
    drawn(window)


@pytest.mark.parametrize("address", ["/", "/explore", "/rail"])
def test_a_map_is_drawn_by_one_script_and_not_by_streamlits_own(visit: Enter, address: str) -> None:
    window = visit()
    window.open("", address)
    drawn(window)
    assert len(set(window.fetched("/map/widget."))) == 1
    assert window.fetched("DeckGlJsonChart") == []     # nor on any page: see the end of `visit`


WINDOW = "?place=E07000046&by=ward&lat=50.9000&lon=-4.2000&zoom=9.00"


def scrolled(window: Visit) -> float:
    return float(window.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop"))


def test_buttons_size_the_map_and_take_back_to_the_place(visit: Enter) -> None:
    window = visit(900, 800)
    window.open(WINDOW, "/explore")
    canvas = drawn(window)
    scale = window.page.locator(".map-scale div")
    before = scale.all_inner_texts()
    assert [text.split()[1] for text in before] == ["miles", "km"]
    buttons = [window.page.get_by_role("button", name=name, exact=True)
               for name in ("Full screen", "Nearer", "Farther", "Back to Torridge")]
    for button in buttons:
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24
    buttons[1].focus()
    assert buttons[1].evaluate("button => getComputedStyle(button).outlineStyle") != "none"
    window.page.keyboard.press("Enter")
    assert linked(window, "zoom", "9.00") == "10.00"
    assert scale.all_inner_texts() != before
    buttons[2].click()
    assert linked(window, "zoom", "10.00") == "9.00"
    buttons[3].click()
    at_home = linked(window, "zoom", "9.00")
    size = canvas.bounding_box()
    assert size is not None
    camera = fitted(map_bounds("E07000046"), size["width"], size["height"])
    assert [float(window.query()[name]) for name in ("lat", "lon", "zoom")] == pytest.approx(camera, abs=0.006)
    assert not buttons[3].is_visible()
    assert canvas.evaluate("canvas => canvas === document.activeElement")
    window.open("?place=E07000046&by=ward", "/explore")
    drawn(window)
    window.page.get_by_role("button", name="Nearer").click()
    nearer = linked(window, "zoom", None)
    assert float(nearer) == pytest.approx(float(at_home) + 1, abs=0.01)


def test_the_scale_is_as_long_as_it_says(visit: Enter) -> None:
    window = visit(900, 800)
    window.open(WINDOW, "/explore")
    drawn(window)
    pixel = 40_075_016.7 * 0.6307 / (512 * 2**9)      # metres, at the cosine of 50.9 degrees
    for bar, metres in zip(window.page.locator(".map-scale div").all(), (1609.344, 1000), strict=True):
        box = bar.bounding_box()
        assert box is not None
        assert box["width"] * pixel == pytest.approx(float(bar.inner_text().split()[0]) * metres, rel=0.05)
        assert 20 < box["width"] <= 100


def test_the_wheel_scrolls_the_page_and_with_ctrl_sizes_the_map(visit: Enter) -> None:
    window = visit(1280, 720)
    window.open(WINDOW, "/explore")
    box, hint = drawn(window).bounding_box(), window.page.locator(".map-hint")
    assert box is not None
    window.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 300)
    window.page.mouse.wheel(0, 60)
    hint.get_by_text(re.compile("^Hold (Ctrl|⌘) and scroll to zoom the map$")).wait_for()
    for _ in range(100):
        if scrolled(window) > 0:
            break
        window.page.wait_for_timeout(100)
    window.page.wait_for_timeout(700)
    assert scrolled(window) > 0
    assert window.query()["zoom"] == "9.00"
    before = scrolled(window)
    window.page.keyboard.down("Control")
    window.page.mouse.wheel(0, -100)
    assert float(linked(window, "zoom", "9.00")) > 9
    window.page.keyboard.up("Control")
    assert scrolled(window) == before
    assert hint.inner_text() == ""


def test_one_finger_scrolls_the_page_and_two_move_the_map(visit: Enter) -> None:
    window = visit(375, 800, own=True)
    session = window.page.context.new_cdp_session(window.page)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 2})
    window.open(WINDOW, "/explore")
    canvas, hint = drawn(window), window.page.locator(".map-hint")
    canvas.evaluate("canvas => canvas.scrollIntoView({block: 'center'})")
    window.page.wait_for_timeout(500)
    box = canvas.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def drag(fingers: list[tuple[float, float]], *ways: tuple[float, float]) -> str:
        """Move fingers, and give the hint that stood meanwhile."""
        for step in range(11):
            points = [{"x": left + step * across / 10, "y": top + step * down / 10, "id": number}
                      for number, ((left, top), (across, down)) in enumerate(zip(fingers, ways, strict=True))]
            session.send("Input.dispatchTouchEvent",
                         {"type": "touchMove" if step else "touchStart", "touchPoints": points})
            window.page.wait_for_timeout(30)
        said = hint.inner_text()
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        window.page.wait_for_timeout(1000)
        return said

    def camera() -> list[float]:
        return [float(window.query()[name]) for name in ("lat", "lon", "zoom")]

    before, start = scrolled(window), camera()
    assert drag([(x, y)], (0, -80)) == "Use two fingers to move the map"
    assert scrolled(window) > before
    assert drag([(x, y - 60)], (90, 0)) == "Use two fingers to move the map"
    assert camera() == start
    stood = scrolled(window)
    assert drag([(x - 40, y - 60), (x + 40, y - 60)], (60, 20), (60, 20)) == ""
    moved = camera()
    assert moved[1] < start[1]
    assert moved[0] > start[0]
    assert moved[2] == pytest.approx(start[2], abs=0.1)
    drag([(x - 40, y - 60), (x + 40, y - 60)], (-40, 0), (40, 0))
    assert camera()[2] == pytest.approx(moved[2] + 1, abs=0.2)
    assert scrolled(window) == stood
    size = window.page.locator(".map-button").first.bounding_box()
    assert size is not None
    assert (size["width"] >= 44) == window.page.evaluate("matchMedia('(pointer: coarse)').matches")


@pytest.mark.parametrize("path", ["/", "/explore", "/rail"])
@pytest.mark.parametrize(("width", "height"), [(1280, 720), (375, 812)])
def test_a_map_and_its_legend_are_seen_together(visit: Enter, path: str, width: int, height: int) -> None:
    window = visit(width, height)
    window.open("", path)
    drawn(window)
    if path == "/explore" and width > 640:
        frame = window.page.locator(".map-widget").bounding_box()
    else:
        window.page.locator(".map-widget").evaluate("map => map.scrollIntoView({block: 'end'})")
        frame = window.page.locator(".map-widget").bounding_box()
    legend = window.page.locator(".map-widget .legend").bounding_box()
    assert frame is not None
    assert legend is not None
    assert frame["y"] >= 0
    assert max(frame["y"] + frame["height"], legend["y"] + legend["height"]) <= height + 1
    assert len(window.text(".map-widget .legend li")) >= 7


def test_a_folded_legend_stays_folded(visit: Enter) -> None:
    window = visit(1280, 800)
    window.open("?by=ward", "/explore")
    drawn(window)
    legend = window.page.locator(".map-widget .legend")
    legend.locator("summary").click()
    window.page.get_by_role("combobox", name="Show on the map").click()
    window.page.get_by_role("option", name="Residents", exact=True).click()
    legend.locator("summary:has-text('Residents')").wait_for(timeout=PATIENCE)
    assert not legend.locator("ul").is_visible()


@pytest.mark.parametrize("width", [1280, 375])
def test_words_at_the_pointer_stay_inside_the_map(visit: Enter, width: int) -> None:
    window = visit(width, 800)
    window.open("?by=ward&lat=50.9000&lon=-3.6000&zoom=9.00", "/explore")
    canvas, tooltip = drawn(window), window.page.locator(".map-tooltip")
    canvas.evaluate("canvas => canvas.scrollIntoView({block: 'center'})")
    box = canvas.bounding_box()
    assert box is not None
    for across, down in ((0.02, 0.85), (0.98, 0.6), (0.7, 0.02), (0.5, 0.97)):
        for attempt in range(10):
            window.page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"] + attempt % 2)
            window.page.wait_for_timeout(300)
            if tooltip.is_visible():
                break
        words = tooltip.bounding_box()
        assert words is not None, (across, down)
        assert box["x"] - 1 <= words["x"]
        assert words["x"] + words["width"] <= box["x"] + box["width"] + 1
        assert box["y"] - 1 <= words["y"]
        assert words["y"] + words["height"] <= box["y"] + box["height"] + 1


def test_colours_of_the_legend_stay_where_the_reader_forces_colours(visit: Enter) -> None:
    window = visit(1280, 800)
    window.page.emulate_media(forced_colors="active")
    window.open("?by=ward", "/explore")
    drawn(window)
    told = window.page.locator(".map-widget .legend li span").evaluate_all(
        "spans => spans.map(span => getComputedStyle(span).backgroundColor)")
    assert told[:7] == [f"rgb{colour}" for colour in LIGHT.classes]
    for button in window.page.locator(".map-button:not([hidden])").all():
        style = button.evaluate("button => { const s = getComputedStyle(button);"
                                " return [s.borderTopStyle, s.borderTopColor, s.backgroundColor] }")
        assert style[0] == "solid"
        assert style[1] != style[2]


def test_names_are_written_after_the_shapes_and_more_of_them_close_in(visit: Enter) -> None:
    window = visit(900, 800, own=True)
    asked: list[str] = []
    window.page.on("response", lambda answer: asked.append(answer.url) if ".geojson" in answer.url else None)
    window.open("?by=ward&lat=50.9900&lon=-4.4500&zoom=10.50", "/explore")
    with_names = shown(drawn(window))
    kinds = [url.split("/map/")[1].split(".")[0] for url in asked]
    assert kinds.index("names") > kinds.index("shapes-far")
    window.page.route(re.compile(r"/map/names\..*\.geojson"), lambda route: route.fulfill(
        body='{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"names":[],"kinds":"","zooms":[]},'
             '"geometry":{"type":"MultiPoint","coordinates":[]}}]}', content_type="application/geo+json"))
    window.open("?by=ward&lat=50.9900&lon=-4.4500&zoom=10.50&", "/explore")
    assert shown(drawn(window)) != with_names


def test_points_are_fetched_as_the_reader_comes_near(visit: Enter) -> None:
    window = visit(900, 800)
    window.open("?by=ward&lat=50.9000&lon=-4.2000&zoom=7.00", "/explore")
    drawn(window)
    assert window.fetched("/map/shapes-far.ward.")
    assert window.fetched("/map/facts.ward.")
    assert window.fetched("-near.") == []
    window.page.get_by_role("button", name="Nearer").click()
    linked(window, "zoom", "7.00")
    for kind in ("shapes-near.ward.", "authorities-near.", "stations."):
        window.page.wait_for_function(
            f"() => performance.getEntriesByType('resource').some(file => file.name.includes('/map/{kind}'))",
            timeout=PATIENCE)
    window.assert_no_errors()


@pytest.mark.parametrize(("width", "height"), [(1280, 460), (375, 302)])
def test_the_map_is_lower_on_a_phone(visit: Enter, width: int, height: int) -> None:
    window = visit(width, 800)
    window.open("", "/explore")
    box = drawn(window).bounding_box()
    assert box is not None
    assert box["height"] == pytest.approx(height, abs=8)


@pytest.mark.parametrize("lost", ["shapes-far", "shapes-near", "facts", "names"])
def test_what_does_not_arrive_is_said(visit: Enter, lost: str) -> None:
    window = visit(900, 800, own=True)
    window.page.route(re.compile(rf"/map/{lost}\."), lambda route: route.fulfill(status=503, body=""))
    window.open(WINDOW, "/explore")
    window.page.get_by_text("Parts of the map did not arrive. Reload the page to try again").wait_for(timeout=PATIENCE)
    assert window.errors
    assert all("503" in error for error in window.errors)
    window.errors.clear()
