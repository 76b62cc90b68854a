"""What is taken away of a view, in a real browser: the panel, the map in another site's page, JSON-stat in its tool."""

import json
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from pytest_httpserver import HTTPServer

from tests.fixtures.browser import DRAWS, PATIENCE, Visit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Frame, Page

pytestmark = pytest.mark.browser

Enter = Callable[..., Visit]
TOOLKIT = Path(__file__).parents[1] / "vendor" / "jsonstat-toolkit.js"
VIEW = "place=E07000047&speed=gigabit"


@pytest.fixture
def elsewhere(
    chromium: Callable[[bool], "BrowserContext"], httpserver: HTTPServer,
) -> Iterator[Callable[[str, bool], "Page"]]:
    """Open a plain page of another origin that holds some HTML."""
    opened: list[Page] = []

    def show(html: str, webgl: bool) -> "Page":
        page = chromium(webgl).new_page()
        opened.append(page)
        body = f"<!DOCTYPE html><html lang='en'><title>News</title><body>{html}"
        httpserver.expect_request("/news.html").respond_with_data(body, content_type="text/html")
        page.goto(httpserver.url_for("/news.html"))
        return page

    yield show
    for page in opened:
        page.close()


def framed(page: "Page") -> "Frame":
    """The frame in a page."""
    return next(frame for frame in page.frames if "/embed" in frame.url)


@DRAWS
@pytest.mark.parametrize(("width", "height"), [(600, 450), (320, 400)])
def test_the_map_stands_in_the_page_of_another_site(
    app_address: str, elsewhere: Callable[[str, bool], "Page"], width: int, height: int,
) -> None:
    code = (f'<iframe src="{app_address}/embed?{VIEW}" title="Map" width="{width}" height="{height}" '
            'style="border:0"></iframe>')
    page = elsewhere(code, True)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    frame = framed(page)
    frame.wait_for_selector(".map-widget[aria-busy=false] canvas", timeout=PATIENCE)
    assert frame.locator("h1").inner_text() == "People in the gap by neighbourhood (LSOA): West Devon"
    canvas = frame.locator("canvas").bounding_box()
    assert canvas is not None
    assert canvas["width"] > 0.9 * width
    assert canvas["height"] > 0.35 * height
    assert frame.evaluate("document.documentElement.scrollWidth") <= width
    assert frame.evaluate("document.documentElement.scrollHeight") <= height
    for part in ("h1", "footer a", ".legend summary"):
        assert frame.locator(part).first.is_visible()
    legend, foot = (frame.locator(part).first.bounding_box() for part in (".legend", "footer"))
    assert legend is not None
    assert foot is not None
    assert legend["y"] + legend["height"] <= foot["y"] + 1
    with page.expect_popup() as popped:
        frame.get_by_role("link", name="Open in Swathe").click()
    assert "explore?place=E07000047&speed=gigabit&edition=starter-" in popped.value.url
    popped.value.close()
    assert errors == []


def test_without_webgl_the_map_is_a_picture(app_address: str, elsewhere: Callable[[str, bool], "Page"]) -> None:
    page = elsewhere(f'<iframe src="{app_address}/embed?{VIEW}" title="Map" width="600" height="450"></iframe>', False)
    frame = framed(page)
    picture = frame.wait_for_selector("#map > img.picture", timeout=PATIENCE)
    assert picture is not None
    frame.wait_for_function("document.querySelector('#map > img').naturalWidth > 0", timeout=PATIENCE)
    assert frame.locator(".legend li").count() > 5


def test_only_the_map_may_be_framed(app_address: str) -> None:
    def policy(path: str) -> str:
        with urllib.request.urlopen(f"{app_address}{path}") as answer:  # noqa: S310 - of this machine
            said: str = answer.headers["content-security-policy"]
        return said.rpartition("frame-ancestors ")[2]

    assert policy("/embed") == "*"
    assert policy("/place?embed=true") == "*"
    assert policy("/place") == policy("/api/v1/show") == policy("/place/E07000047") == "'self'"


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (375, 812)])
def test_the_panel_says_where_the_reader_is(visit: Enter, width: int, height: int) -> None:
    window = visit(width, height, webgl=False)
    window.open(f"?{VIEW}", "/place")
    button = window.page.get_by_role("button", name="Share and cite")
    button.click()
    quotation = window.page.get_by_role("textbox", name="A sentence to quote")
    quotation.wait_for()
    link = f"{window.address}/place?{VIEW}&edition=starter-"
    assert link in quotation.input_value()
    assert window.text(".claim")[0].replace("\xa0", " ")[:60] in quotation.input_value().replace("\xa0", " ")
    assert link in window.page.get_by_role("textbox", name="Citation").input_value()
    code = window.page.get_by_role("textbox", name="The map in a page of your own").input_value()
    assert f'src="{window.address}/embed?{VIEW.replace("&", "&amp;")}' in code
    panel = window.page.locator("section[aria-label='Share and cite']").bounding_box()
    assert panel is not None
    assert panel["x"] >= 0
    assert panel["x"] + panel["width"] <= width
    with window.page.expect_download() as fetched:
        window.page.get_by_role("link", name="Table (CSV)").click()
    assert fetched.value.suggested_filename.endswith(".csv")
    window.page.keyboard.press("Escape")
    assert button.get_attribute("aria-expanded") == "false"
    assert button.evaluate("node => node.getRootNode().activeElement === node")


@pytest.mark.parametrize("width", [1280, 800, 375])
def test_nothing_overprints_a_notice(visit: Enter, width: int) -> None:
    window = visit(width, 800, webgl=False)
    window.open("?place=E07000047&speed=fast&hub=atlantis", "/place")
    notices = window.page.locator(".notice")
    assert notices.count() == 2
    for number in range(2):
        clear = notices.nth(number).evaluate("""node => {
            const { left, right, top, bottom } = node.getBoundingClientRect(), seen = []
            for (let x = left + 3; x < right; x += 10) {
                seen.push(document.elementFromPoint(x, (top + bottom) / 2)) }
            return seen.every((part) => node === part || node.contains(part)) }""")
        assert clear


def test_a_damaged_link_is_mended_in_the_address_bar(visit: Enter) -> None:
    window = visit(webgl=False)
    window.open("?amp;place=e07000047&amp;speed=gigabit)." + quote("\u200b") + "&utm_source=letter", "/place")
    window.says("gigabit")
    assert window.text(".opening h1") == ["West Devon"]
    assert {name: text for name, text in window.query().items() if name != "edition"} == {
        "place": "E07000047", "speed": "gigabit"}
    assert window.page.locator(".notice").count() == 0


def test_json_stat_reads_in_the_toolkit(app_address: str, elsewhere: Callable[[str, bool], "Page"]) -> None:
    base = f"{app_address}/api/v1/rank?by=ward&within=E07000047&top=0&measure=nowhere_to_turn"
    with urllib.request.urlopen(base) as answer:  # noqa: S310 - of this machine
        rows = json.load(answer)
    page = elsewhere("<p>Figures</p>", False)
    page.add_script_tag(path=TOOLKIT)
    read = page.evaluate("""async (address) => {
        const data = JSONstat(await (await fetch(address)).json())      // of another origin
        const table = data.Dimension("place").id.map((code) => ({
            code, name: data.Dimension("place").Category(code).label,
            value: data.Data({ place: code, figure: "value" }).value }))
        return { kind: data.class, length: data.length, figures: data.Dimension("figure").id,
            metric: data.role.metric, table } }""", f"{base}&format=json-stat")
    assert (read["kind"], read["metric"]) == ("dataset", ["figure"])
    assert [one["code"] for one in read["table"]] == [row["code"] for row in rows]
    assert [one["name"] for one in read["table"]] == [row["name"] for row in rows]
    assert [one["value"] for one in read["table"]] == pytest.approx([row["value"] for row in rows], abs=0.01)
