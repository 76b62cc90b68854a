"""The search in a real browser: by keyboard, on a phone, with what is near, outside or not there, and with Back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator

from geo.core.rounding import about
from geo.core.view import View
from geo.edition.store import load_edition
from geo.figures.place import show
from tests.browser.test_accessibility_engines import SIZES, check
from tests.fixtures.browser import PATIENCE, Visit

pytestmark = pytest.mark.browser

Enter = Callable[..., Visit]
HARTLAND = "E05011923"


def large(window: Visit) -> Locator:
    return window.page.get_by_role("combobox", name="Your ward, village or postcode")


def small(window: Visit) -> Locator:
    return window.page.get_by_role("combobox", name="Find a place, postcode or MP")


def opened(window: Visit, name: str, code: str) -> None:
    window.page.wait_for_selector(f".opening h1:text-is({name!r})", timeout=PATIENCE)
    window.settled()
    assert window.page.url.startswith(f"{window.address}/place?")
    assert window.query()["place"] == code


def heard(window: Visit, text: str) -> None:
    """Wait until the live region says a text."""
    window.page.locator(".heard").filter(has_text=text).first.wait_for(state="attached", timeout=PATIENCE)


def test_two_taps_and_a_name_on_a_phone(visit: Enter) -> None:
    window = visit(375, 812, webgl=False)
    window.open()
    box = large(window).bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 812                    # on the first screen
    large(window).click()                                    # the first tap
    window.page.keyboard.type("Hartland")
    window.page.get_by_role("option", name=re.compile("^Hartland ward")).click()      # the second
    opened(window, "Hartland", HARTLAND)
    answer = show(load_edition(geometry=False), View(place=HARTLAND))
    assert about(answer["people_in_gap"].value) in window.text(".claim")[0]
    assert window.page.locator(".place-chosen").text_content() == "Place: Hartland · ward"     # in the drawer


def test_back_leads_to_the_first_page_as_it_was(visit: Enter) -> None:
    window = visit(webgl=False)
    window.open()
    before = window.text(".claim")
    large(window).fill("clovelly")
    heard(window, "2 places to choose from.")
    large(window).press("Enter")
    opened(window, "Hartland", HARTLAND)
    assert "Hartland: Clovelly is here." in window.text(".notice")
    window.page.go_back()
    window.page.wait_for_selector(".opening h1:has-text('Who could work')", timeout=PATIENCE)
    window.says("in the South West")
    assert window.text(".claim") == before
    window.page.go_forward()
    opened(window, "Hartland", HARTLAND)


def test_back_from_another_page_and_what_else_was_chosen(visit: Enter) -> None:
    window = visit(webgl=False)
    window.open("?place=E07000046&speed=100", "/rail")
    small(window).fill("ex39 6bg")
    small(window).press("Enter")                             # at once: what was typed last is looked up first
    opened(window, "Torridge 005B", "E01020292")
    assert window.query()["speed"] == "100"
    window.page.go_back()
    window.page.wait_for_selector(".opening h1:has-text('How far is London')", timeout=PATIENCE)
    window.settled()
    assert window.query()["place"] == "E07000046"


def test_the_keyboard_alone(visit: Enter) -> None:
    window = visit(webgl=False)
    window.open("", "/method")
    box = small(window)
    box.focus()
    window.page.keyboard.press("ArrowDown")                  # the councils, without typing
    active = window.page.get_by_role("option", selected=True)
    active.wait_for()
    assert active.inner_text().startswith("South West")
    assert box.get_attribute("aria-activedescendant") == active.get_attribute("id")
    assert box.get_attribute("aria-expanded") == "true"
    window.page.keyboard.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    window.page.keyboard.type("torbay")                      # an authority and a constituency: the reader is asked
    heard(window, "places to choose from.")
    window.page.keyboard.press("Enter")
    assert active.inner_text().startswith("Torbay")
    window.page.keyboard.press("ArrowUp")
    window.page.keyboard.press("ArrowDown")
    window.page.keyboard.press("ArrowDown")
    name = active.inner_text()
    assert "constituency" in name
    window.page.keyboard.press("Enter")
    opened(window, "Torbay", "E14001551")
    assert box.input_value() == ""


def test_a_near_name_is_offered_and_not_opened(visit: Enter) -> None:
    window = visit(webgl=False)
    window.open("?place=E07000046", "/place")
    small(window).fill("Okehamton")
    heard(window, "No place, postcode or MP of just that name. Nearest names:")
    small(window).press("Enter")
    window.page.wait_for_timeout(500)
    assert window.query()["place"] == "E07000046"
    window.page.keyboard.press("Enter")                      # chosen by the reader
    opened(window, "Okehampton", "E02004230")


@pytest.mark.parametrize(("typed", "said"), [
    ("SW1A 1AA", "SW1A 1AA is outside the area that this edition covers."),
    ("xyzzy plugh", "No place, postcode or MP like that in the area that this edition covers."),
])
def test_what_is_not_there_is_said_beside_the_box(visit: Enter, typed: str, said: str) -> None:
    window = visit(webgl=False)
    window.open("?place=E07000046")
    large(window).fill(typed)
    heard(window, f"{said} The figures on this page are for Torridge.")
    assert window.page.get_by_text(f"{said} The figures on this page are for Torridge.").first.is_visible()
    assert large(window).get_attribute("aria-expanded") == "false"
    large(window).press("Enter")
    window.page.wait_for_timeout(500)
    assert window.query()["place"] == "E07000046"


def test_an_embedded_first_page_has_no_search(visit: Enter) -> None:
    window = visit(webgl=False)
    window.open("?embed=true")
    assert large(window).count() == small(window).count() == 0


def test_typing_reruns_nothing_and_asks_little(visit: Enter) -> None:
    window = visit(webgl=False)
    window.open("", "/method")
    window.requests.clear()
    watch = """() => { window.runs = 0; new MutationObserver(() => { window.runs += 1 }).observe(
        document.querySelector('[data-testid="stApp"]'), {attributeFilter: ["data-test-script-state"]}) }"""
    window.page.evaluate(watch)
    small(window).press_sequentially("hartland", delay=20)
    heard(window, "to choose from.")
    assert len(window.fetched("find.json")) <= 2
    assert window.page.evaluate("window.runs") == 0


def test_a_search_that_cannot_be_reached_says_so(visit: Enter) -> None:
    window = visit(webgl=False, own=True)
    window.open("", "/method")
    window.page.route("**/find.json*", lambda route: route.fulfill(status=200, body="<html>"))
    small(window).fill("hartland")
    heard(window, "The search cannot be reached. Please try again.")
    window.page.unroute("**/find.json*")
    small(window).fill("hartland ")
    heard(window, "places to choose from.")


@pytest.mark.parametrize("page", ["/method", "/place"])
def test_the_drawer_closes_on_a_phone(visit: Enter, page: str) -> None:
    window = visit(375, 812, webgl=False)
    window.open("", page)
    window.page.get_by_test_id("stExpandSidebarButton").click()
    window.page.wait_for_selector('[data-testid="stSidebar"][data-collapsed="false"]', timeout=PATIENCE)
    small(window).click()
    window.page.keyboard.type("Hartland")
    window.page.get_by_role("option", name=re.compile("^Hartland ward")).click()
    opened(window, "Hartland", HARTLAND)
    closed = '[data-testid="stSidebar"][data-collapsed="true"]'
    window.page.wait_for_selector(closed, state="attached", timeout=PATIENCE)


@pytest.mark.parametrize("typed", ["", "Okehamton", "SW1A 1AA"])
def test_no_engine_finds_anything_while_it_is_open(visit: Enter, typed: str) -> None:
    window = visit(webgl=False)
    window.open()
    for width, height in SIZES:
        window.page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            window.page.emulate_media(color_scheme=scheme)
            large(window).fill("")
            large(window).click()
            window.page.keyboard.type(typed)
            heard(window, "outside the area" if typed.startswith("SW1") else "to choose from.")
            window.page.keyboard.press("ArrowDown")
            window.page.wait_for_timeout(300)
            # The focus stays in the input, which says which place is meant: no place is a stop of the Tab key.
            wrong = [found for found in check(window.page)[0] if found[1] != "aria_child_tabbable"]
            assert wrong == [], (width, scheme)
    window.assert_no_errors()
