"""The bar of what differs from the default: said above each page's content, put back by a press, printed as a line."""

from collections.abc import Callable

import pytest

from tests.fixtures.browser import Visit

pytestmark = pytest.mark.browser

Enter = Callable[..., Visit]

LINK = "?place=E07000047&speed=100&hub=exeter&minutes=90"
RESET = ("Reset Broadband below 30 Mbit/s → 100 Mbit/s", "Reset Journey to London → Exeter St Davids",
         "Reset Longer than 120 → 90 minutes", "Reset all")


def buttons(window: Visit) -> list[str]:
    found = window.page.locator(".st-key-assumptions").get_by_role("button")
    return [" ".join(str(button.text_content()).split()) for button in found.all()]


@pytest.mark.parametrize("path", ["/", "/explore", "/place"])
def test_each_page_says_what_differs_and_nothing_where_nothing_does(visit: Enter, path: str) -> None:
    window = visit(375, 812, webgl=False, dark=True)
    window.open(LINK, path)
    window.page.get_by_role("button", name="Reset all").wait_for()
    assert buttons(window) == list(RESET)
    bar, heading = (window.page.locator(part).bounding_box() for part in (".st-key-assumptions", ".opening h1"))
    assert bar is not None
    assert heading is not None
    assert bar["y"] + bar["height"] <= heading["y"]
    assert bar["x"] + bar["width"] <= 375
    for button in window.page.locator(".st-key-assumptions").get_by_role("button").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 24
        assert box["x"] + box["width"] <= 375
    window.open("?place=E07000047", path)
    assert buttons(window) == []
    assert not window.page.locator(".st-key-assumptions").is_visible()


def test_a_press_puts_one_back_and_another_all_by_keyboard(visit: Enter) -> None:
    window = visit(webgl=False)
    window.open(LINK)
    window.page.get_by_role("button", name=RESET[0]).focus()
    window.page.keyboard.press("Enter")
    window.says("superfast")
    box = window.page.get_by_role("combobox", name="Broadband available")
    assert box.input_value() == "Below superfast (30 Mbit/s)"
    assert {name: window.query().get(name) for name in ("place", "speed", "hub", "minutes")} == {
        "place": "E07000047", "speed": None, "hub": "exeter", "minutes": "90"}
    assert buttons(window) == list(RESET[1:])
    window.page.get_by_role("button", name="Reset all").focus()
    window.page.keyboard.press("Enter")
    window.says("two hours from London by train")
    assert buttons(window) == []
    assert window.page.get_by_role("combobox", name="Journey to").input_value() == "London"
    assert window.page.get_by_role("slider").input_value() == "120"
    assert set(window.query()) == {"place", "edition"}
    window.page.go_back()
    window.says("an hour and a half from Exeter")
    window.page.get_by_role("button", name="Reset all").wait_for()
    assert buttons(window) == list(RESET[1:])


def test_embedded_and_printed_it_is_a_line(visit: Enter) -> None:
    said = ("Changed from the default: Broadband below 30 Mbit/s → 100 Mbit/s; Journey to London → Exeter St Davids; "
            "Longer than 120 → 90 minutes.")
    window = visit(webgl=False)
    window.open(f"{LINK}&embed=true")
    assert window.text(".assumed") == [said]
    assert buttons(window) == []
    window.open(LINK)
    assert window.text(".assumed") == ["Changed from the default:"]
    window.page.emulate_media(media="print")
    assert window.text(".assumed") == [said]
    assert not any(button.is_visible() for button in window.page.locator(".st-key-assumptions button").all())
