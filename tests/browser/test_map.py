"""The map widget in a real browser: keyboard, pointer, Back, and what it must not do."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Request, Route

from tests.fixtures.browser import ADDRESSES, PATIENCE, Visit

pytestmark = pytest.mark.browser

Enter = Callable[..., Visit]
MAP = ".map-widget"
MARKUP = '<img src="x" onerror="document.title = 1"><b>Mark & up</b>'


def drawn(window: Visit) -> Locator:
    """Wait until the map is there, and give its canvas."""
    canvas = window.page.locator(f"{MAP} canvas")
    canvas.wait_for(timeout=PATIENCE)
    window.page.wait_for_function(
        "() => performance.getEntriesByType('resource').some(file => file.name.includes('.geojson'))", timeout=PATIENCE)
    window.page.wait_for_timeout(1500)
    return canvas


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
    window = visit(width, 800)

    def mark(route: Route, request: Request) -> None:
        content = route.fetch().json()
        for feature in content["features"]:
            feature["properties"]["n"] = MARKUP
        route.fulfill(body=json.dumps(content), content_type="application/geo+json")

    window.page.route(re.compile(r"/map/places\..*\.geojson"), mark)
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
    assert window.fetched(".geojson") == files


def test_the_picture_can_be_asked_for_and_the_map_comes_back(visit: Enter) -> None:
    window = visit()
    window.open("?place=E07000041")
    drawn(window)
    window.page.get_by_text("Show the map as a picture").click()
    window.page.get_by_role("img", name=re.compile("^Map of people in the gap")).wait_for(timeout=PATIENCE)
    assert window.page.locator(MAP).count() == 0
    window.settled()
    window.page.get_by_text("Show the map as a picture").click()
    drawn(window)


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_page_asks_for_streamlits_own_map(visit: Enter, address: str) -> None:
    window = visit()
    window.open("", address)
    if address in {"/", "/explore", "/rail"}:
        drawn(window)
        assert len(set(window.fetched("/map/widget."))) == 1
    assert window.fetched("DeckGlJsonChart") == []
