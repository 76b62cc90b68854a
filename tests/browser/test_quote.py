"""Check a quote in a real browser: reached from a page's foot, numbers of a pasted text marked, none in the link."""

import os
from collections.abc import Callable

import pytest

from tests.fixtures.browser import Visit

pytestmark = pytest.mark.browser

TEXT = ("In Torridge 13.1 per cent of homes and businesses cannot get superfast broadband. Some 2,400 people there are "
        "in the gap, the third highest rate of 27 authorities. GDP grew by 3 per cent.")


@pytest.mark.parametrize(("width", "height", "dark"), [(1280, 900, False), (375, 812, True)])
def test_a_text_is_pasted_and_its_numbers_are_marked(
    visit: Callable[..., Visit], width: int, height: int, dark: bool,
) -> None:
    window = visit(width, height, webgl=False, dark=dark)
    window.open("?place=E07000046", "/method")
    window.page.get_by_role("link", name="Check a quote").click()
    window.page.wait_for_selector(".opening h1:has-text('Check a quote')")
    window.settled()
    window.page.get_by_role("textbox", name="The text to check").fill(TEXT)
    window.page.get_by_role("button", name="Check the text").click()
    window.page.wait_for_selector(".quoted mark")
    window.settled()
    if folder := os.environ.get("SWATHE_PICTURES"):
        window.page.screenshot(path=f"{folder}/quote-{width}.png", full_page=True)
    kinds = window.page.locator(".quoted mark").evaluate_all("marks => marks.map(mark => mark.className)")
    assert kinds == ["holds", "not-so", "not-so", "not-ours"]
    assert window.text(".found") == ["4 numbers: 1 holds, 2 are not so, 1 is not ours to check."]
    assert "2,400" not in window.page.url
    assert "per" not in window.query()
    assert window.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    window.page.locator(".facts a").first.click()
    window.page.wait_for_selector(".opening h1:has-text('Torridge')")
