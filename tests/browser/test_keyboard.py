"""By keyboard alone: the way past the navigation, a focus that is seen, no trap, and the way to a place's answer."""

from collections.abc import Callable
from typing import Any

import pytest

from geo.core.rounding import about
from geo.core.view import View
from geo.edition.store import load_edition
from geo.figures.place import show
from tests.fixtures.browser import ADDRESSES, DRAWS, Visit

pytestmark = pytest.mark.browser

Enter = Callable[..., Visit]
FOCUSED = """() => {
    let at = document.activeElement
    while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
    const { x, y, width, height } = at.getBoundingClientRect()
    // A ring may be drawn on what the focused stands in: the map's frame, the box of a field, the slider's thumb.
    const ring = (one) => {
        const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(one)
        return outlineStyle !== "none" && parseFloat(outlineWidth) >= 1 && !/, 0\\)$/.test(outlineColor) }
    const around = []
    for (let one = at; one && around.length < 4; one = one.parentElement) around.push(one, ...one.children)
    const name = at.ariaLabelledByElements?.[0]?.textContent || at.ariaLabel || at.innerText || ""
    return { tag: at.tagName, role: at.role, name, x, y, width, height, ring: around.some(ring) } }"""


def press(window: Visit, key: str = "Tab") -> dict[str, Any]:
    """Press a key; give what has the focus then."""
    window.page.keyboard.press(key)
    focused: dict[str, Any] = window.page.evaluate(FOCUSED)
    return focused


def tab_to(window: Visit, name: str, presses: int = 60) -> None:
    for _ in range(presses):
        if name in press(window)["name"]:
            return
    pytest.fail(f"{name} was not reached")


INSIDE = "() => document.querySelector('[data-testid=stSidebar]').contains(document.activeElement)"


def open_choices(window: Visit) -> None:
    """On a phone pages and choices lie in a drawer."""
    tab_to(window, "Open the pages and choices")
    window.page.keyboard.press("Enter")
    window.page.wait_for_function(INSIDE)


@pytest.mark.parametrize("width", [375, 1280])
def test_the_first_stop_leads_to_the_content(visit: Enter, width: int) -> None:
    window = visit(width, 812, webgl=False)
    window.open("", "/method")
    first = press(window)
    assert first["name"] == "Skip to the content"
    assert first["x"] >= 0
    assert first["y"] >= 0
    link = window.page.url
    assert press(window, "Enter")["tag"] == "MAIN"
    assert window.page.url == link
    press(window)
    assert window.page.evaluate("document.querySelector('main').contains(document.activeElement)")
    window.page.get_by_role("link", name="Skip to the content").focus()
    window.page.keyboard.press("Tab")
    assert not window.page.get_by_role("link", name="Skip to the content").evaluate(
        "link => link.getBoundingClientRect().width > 1")


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_stop_is_seen_and_the_last_is_reached(visit: Enter, address: str) -> None:
    window = visit(375, 812, webgl=address == "/explore")
    window.open("?place=E07000047", address)
    window.still()
    stops = []
    for _ in range(150):
        stop = press(window)
        if stop["tag"] == "BODY":
            break
        stops.append(stop)
    else:
        pytest.fail(f"the end was not reached: {[stop['name'] for stop in stops[-5:]]}")
    assert len(stops) > 5
    # Inside a sortable table the focus is drawn on the canvas by the table itself.
    beside = [stop for stop in stops if stop["role"] != "gridcell"]
    assert [stop for stop in beside if stop["x"] + stop["width"] <= 0 or stop["x"] >= 375] == []
    assert [stop for stop in beside if not stop["ring"]] == []


@DRAWS
def test_tab_leaves_the_map(visit: Enter) -> None:
    window = visit(375, 812)
    window.open("?place=E07000047", "/explore")
    canvas = window.page.locator(".map-canvas")
    canvas.wait_for()
    canvas.focus()
    assert press(window)["role"] != "application"
    canvas.focus()
    assert press(window, "Shift+Tab")["role"] != "application"


def test_the_drawer_takes_the_focus_and_gives_it_back(visit: Enter) -> None:
    window = visit(375, 812, webgl=False)
    window.open()
    shut = "() => document.querySelector('[data-testid=stSidebar]').dataset.collapsed === 'true'"
    open_choices(window)
    for _ in range(40):     # the drawer lies over the page: whoever leaves it with Tab leaves it behind
        press(window)
        if not window.page.evaluate(INSIDE):
            break
    tab_to(window, "Copy link")
    window.page.wait_for_function(shut)
    assert press(window, "Shift+Tab")["tag"] == "MAIN"
    while "Open the pages and choices" not in press(window, "Shift+Tab")["name"]:
        pass
    window.page.keyboard.press("Enter")
    window.page.wait_for_function(INSIDE)
    window.page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").focus()
    window.page.keyboard.press("Enter")
    window.page.wait_for_function(shut)
    window.page.wait_for_function("() => document.activeElement.dataset.testid === 'stExpandSidebarButton'")


def test_from_landing_to_a_places_figures_by_keyboard_alone(visit: Enter) -> None:
    window = visit(375, 812, webgl=False)
    window.open()
    for _ in range(60):
        if press(window)["role"] == "combobox":
            break
    window.page.keyboard.type("west devon district")
    window.page.get_by_role("option", name="West Devon local authority").wait_for()
    window.page.keyboard.press("Enter")
    window.page.wait_for_selector(".opening h1:has-text('West Devon')")
    window.settled()
    answer = show(load_edition(geometry=False), View(place="E07000047"))
    assert about(answer["people_in_gap"].value) in window.text(".claim")[0]
    assert window.query()["place"] == "E07000047"
