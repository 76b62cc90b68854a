"""Several places together, and an own area, put in by hand in a real browser."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from geo.core.rounding import about
from geo.core.view import View
from geo.edition.own_place import own_place
from geo.edition.store import load_edition
from geo.figures.place import show
from geo.sources.own_boundary import read_own_boundary
from tests.browser.test_accessibility_engines import UNDECIDED, check, ours
from tests.fixtures.browser import PATIENCE, Visit

pytestmark = pytest.mark.browser

Enter = Callable[..., Visit]


def test_places_are_put_together_and_their_name_is_in_the_link(visit: Enter) -> None:
    window = visit(webgl=False)
    window.open(path="/place")
    page = window.page
    window.unfold("Several places together")
    for name in ("Torridge (local authority)", "Hartland (ward, Torridge)", "North Devon (local authority)"):
        window.choose(re.compile("^Places$"), name, name, by_key=True)
        page.locator("[data-tag]").filter(has_text=name).wait_for(timeout=PATIENCE)
        page.keyboard.press("Escape")      # while the list is open, nothing else is there for a screen reader
        window.still()
    page.get_by_role("textbox", name="What you call them (optional)").fill("The far north")
    page.keyboard.press("Tab")
    window.settled()
    page.get_by_role("button", name="Show them together").click()
    page.wait_for_selector(".opening h1:text-is('The far north')", timeout=PATIENCE)
    window.settled()
    assert window.query()["name"] == "The far north"
    code = "E05011923+E07000043+E07000046"
    assert window.query()["place"] == code
    answer = show(load_edition(geometry=False), View(place=code))
    assert about(answer["people_in_gap"].value) in window.text(".claim")[0]
    page.reload()
    page.wait_for_selector(".opening h1:text-is('The far north')", timeout=PATIENCE)
    window.settled()


def test_a_file_is_sent_and_its_area_shown_and_no_link_has_it(visit: Enter, tmp_path: Path) -> None:
    starter = load_edition(geometry=False)
    path = tmp_path / "mine.csv"
    path.write_text("code\n" + "\n".join(starter.place("E07000046").lsoas[:9]), encoding="utf-8")
    found = own_place(starter, read_own_boundary(path.name, path.read_bytes()))
    answer = show(starter, View(place=found.place.code))
    window = visit(webgl=False)
    window.open(path="/place")
    page = window.page
    page.get_by_text("Your own area", exact=True).click()
    page.locator("input[type=file]").set_input_files(path)
    page.wait_for_selector(".opening h1:text-is('Uploaded area')", timeout=PATIENCE)
    window.settled()
    assert about(answer["people_in_gap"].value) in window.text(".claim")[0]
    assert "9 neighbourhoods stand for it" in " ".join(window.text(".place-chosen"))
    assert "place" not in window.query()
    page.get_by_role("link", name="Doubts and answers").first.click()     # by the list of pages the visit goes on
    page.wait_for_selector(".opening h1:text-is('Doubts and answers')", timeout=PATIENCE)
    window.settled()
    assert "Uploaded area" in " ".join(window.text(".place-chosen"))
    bad = tmp_path / "bad.csv"
    bad.write_text("code\nE01018936\nnonsense\n", encoding="utf-8")
    page.locator("details, [data-testid=stExpander]").filter(has_text="Your own area").first.wait_for()
    if not page.locator("input[type=file]").count():
        page.get_by_text("Your own area", exact=True).click()
    page.locator("input[type=file]").set_input_files(bad)
    said = "This file cannot be used: ‘bad.csv’ holds ‘NONSENSE’, which is no code (1 of 2)"
    page.wait_for_selector(f".notice:has-text({said!r})", timeout=PATIENCE)


def test_no_engine_finds_anything_in_what_was_folded_up(visit: Enter) -> None:
    window = visit(webgl=False)
    window.open("?place=E07000043%2BE07000046&name=The+far+north", "/place")
    for title in ("Several places together", "Your own area"):
        window.page.get_by_text(title, exact=True).click()
        window.still()
    wrong, undecided = check(window.page)
    assert ours(wrong) == []
    assert undecided <= UNDECIDED
