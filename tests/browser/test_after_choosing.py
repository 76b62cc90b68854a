"""Where a reader is after searching, and what was typed before the app had come."""

from collections.abc import Callable

import pytest

from tests.fixtures.browser import PATIENCE, Visit

pytestmark = pytest.mark.browser

Enter = Callable[..., Visit]


@pytest.mark.parametrize(("page", "box"), [
    ("/", "Your ward, village or postcode"), ("/place", "Find a place, postcode or MP")])
def test_the_heading_of_what_was_chosen_has_the_focus(visit: Enter, page: str, box: str) -> None:
    window = visit(webgl=False)
    window.open("", page)
    field = window.page.get_by_role("combobox", name=box)
    field.fill("Hartland")
    field.press("Enter")
    window.page.wait_for_function(
        "() => document.activeElement.matches('h1') && document.activeElement.innerText === 'Hartland'",
        timeout=PATIENCE)
    window.settled()
    assert window.page.evaluate("document.activeElement.innerText") == "Hartland"
    window.page.wait_for_function("() => document.getElementById('said').textContent.includes('workers in Hartland')")


def test_what_was_typed_before_the_app_had_come_is_in_its_box(visit: Enter) -> None:
    window = visit(webgl=False)
    window.page.goto(f"{window.address}/", wait_until="commit")
    early = window.page.locator("#first-screen input[name=q]")
    early.fill("Clov")
    window.page.wait_for_selector(".stApp .opening h1", state="attached", timeout=PATIENCE)
    early.press_sequentially("elly")
    early.blur()
    window.page.locator("#first-screen").wait_for(state="detached", timeout=PATIENCE)
    large = window.page.get_by_role("combobox", name="Your ward, village or postcode")
    assert large.input_value() == "Clovelly"
    assert window.page.get_by_role("combobox", name="Find a place, postcode or MP").input_value() == ""


def test_folded_parts_are_headings(visit: Enter) -> None:
    window = visit(webgl=False)
    window.open("?place=E07000046", "/place")
    for name in ("Checks on this figure", "Stations and trains"):
        window.page.get_by_role("heading", name=name, level=2).wait_for(timeout=PATIENCE)
