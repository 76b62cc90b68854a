"""What a reader has set, or lacks: high contrast (forced colours), more contrast, less movement, no WebGL."""

from collections.abc import Callable
from typing import Any

import pytest

from pages.contents import PAGES
from tests.fixtures.browser import Visit

pytestmark = pytest.mark.browser

Enter = Callable[..., Visit]
SEEN = """() => {
    const canvas = getComputedStyle(document.body).backgroundColor
    const filled = (one) => ![canvas, "rgba(0, 0, 0, 0)"].includes(getComputedStyle(one).backgroundColor)
    const framed = (one) => {
        const { borderTopStyle: style, borderTopWidth: width, borderTopColor: colour } = getComputedStyle(one)
        return style !== "none" && parseFloat(width) >= 1 && colour !== canvas }
    const all = (selector, seen) => [...document.querySelectorAll(selector)].map(seen)
    return {
        tracks: all("[data-testid=stSlider] [role=group] > div > div:first-child", framed),
        thumbs: all("[data-testid=stSlider] div:has(> div > input[type=range])", filled),
        toggles: all("[data-testid=stCheckbox] label > div:first-of-type", framed),
        knobs: all("[data-testid=stCheckbox] label > div:first-of-type > div", filled),
        here: all("[data-testid=stSidebarNavLink][aria-current=page]", framed),
        chosen: all("[role=radio][aria-checked=true]", filled),
        others: all("[role=radio][aria-checked=false]", (one) => !filled(one)),
        marks: all(".basis", framed),
        cards: all(".card", framed) } }"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_forced_colours_controls_and_marks_are_seen(each_page: tuple[str, Visit], scheme: str) -> None:
    address, window = each_page
    window.page.get_by_role("slider").wait_for()
    window.look(1280, 900, forced_colors="active", color_scheme=scheme)
    listed = next(page for page in PAGES if f"/{page.url_path}" == address)
    seen: dict[str, list[bool]] = window.page.evaluate(SEEN)
    for part in ("tracks", "thumbs", *([] if listed.hidden else ["here"]),
                 *(("toggles", "knobs", "chosen") if address == "/explore" else ())):
        assert seen[part], part
    assert {part: found for part, found in seen.items() if not all(found)} == {}
    window.page.keyboard.press("Tab")
    window.page.keyboard.press("Tab")
    assert window.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_more_contrast_has_borders_in_the_colour_of_the_text(visit: Enter) -> None:
    window = visit(webgl=False)
    window.open()
    border: Any = "getComputedStyle(document.querySelector('.card')).borderTopColor"
    text = window.page.evaluate("getComputedStyle(document.querySelector('.card')).color")
    assert window.page.evaluate(border) != text
    window.page.emulate_media(contrast="more")
    assert window.page.evaluate(border) == text


def test_less_movement_is_none(visit: Enter) -> None:
    window = visit(webgl=False)
    slow = """() => [...document.querySelectorAll('*')].filter((one) => {
        const { animationDuration, transitionDuration } = getComputedStyle(one)
        const times = `${animationDuration}, ${transitionDuration}`.split(', ')
        return times.some((time) => parseFloat(time) > 0.01) }).length"""
    window.open()
    assert window.page.evaluate(slow) > 0
    window.page.emulate_media(reduced_motion="reduce")
    assert window.page.evaluate(slow) == 0


@pytest.mark.parametrize("address", ["/", "/explore", "/rail"])
def test_without_webgl_a_page_says_so_and_has_a_picture_and_a_table(visit: Enter, address: str) -> None:
    window = visit(375, 812, webgl=False)
    window.open("?place=E07000047", address)
    assert any(said.startswith("This browser cannot draw the moving map") for said in window.text(".small"))
    picture = window.page.locator("main img.picture")
    assert "table" in str(picture.get_attribute("alt"))
    assert picture.evaluate("picture => picture.complete && picture.naturalWidth") > 300
    assert window.page.get_by_test_id("stDataFrame").count() == 1
    assert window.page.locator("canvas.map-canvas").count() == 0
