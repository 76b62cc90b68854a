"""What to do in a real browser: a link shows a stranger the same list, a change writes it, a phone shows all of it."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from geo.core.priority_terms import terms_of
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.priorities import where_first
from geo.figures.what_if import area_changes, what_if
from geo.words.what_if import what_it_does
from tests.browser.test_accessibility_engines import UNDECIDED, check, ours
from tests.fixtures.browser import PATIENCE, Visit

pytestmark = pytest.mark.browser

Enter = Callable[..., Visit]
DEVON = "E10000008"
LINK = f"?place={DEVON}&first=900000/1000&order=rate&least=20&every=30"
VIEW = View(place=DEVON, first="900000/1000", order="rate", least=20, every=30)
NAMES = ".blocks tr.fact th a[href^='place?']"


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load_edition(geometry=False)


def listed(edition: Edition, view: View) -> list[str]:
    found = where_first(edition, view, edition.place(view.place), terms_of(view))
    return [str(name) for name in found.table["name"].head(12)]


def test_a_link_shows_a_stranger_the_same_list_and_a_change_is_in_the_link(visit: Enter, edition: Edition) -> None:
    window = visit(webgl=False)
    window.open(LINK, "/what_to_do")
    assert window.text(NAMES) == listed(edition, VIEW)
    window.page.get_by_role("radio", name="Most people first").check(force=True)
    window.page.wait_for_url(lambda url: "order=" not in url)
    window.still()
    changed = VIEW.replace(order="people")
    assert window.query() == {**changed.to_query(), "edition": edition.id}
    assert window.text(NAMES) == listed(edition, changed)
    stranger = visit(webgl=False, own=True)
    stranger.open(f"?{window.page.url.partition('?')[2]}", "/what_to_do")
    assert stranger.text(NAMES) == window.text(NAMES)
    assert stranger.page.get_by_label("Pounds in all").input_value() == "900000"
    window.page.go_back()
    window.page.wait_for_url("**order=rate**")
    window.still()
    assert window.text(NAMES) == listed(edition, VIEW)
    assert window.page.get_by_role("radio", name="Most people for each premises first").is_checked()


def test_the_list_is_taken_away_and_its_names_lead_to_their_places(visit: Enter, edition: Edition) -> None:
    window = visit(webgl=False)
    window.open("?place=E07000046&first=1500", "/what_to_do")
    view = View(place="E07000046", first="1500")
    found = where_first(edition, view, edition.place(view.place), terms_of(view)).table
    with window.page.expect_download(timeout=PATIENCE) as started:
        window.page.get_by_role("button", name="Download the list as CSV").click()
    assert started.value.suggested_filename == "swathe-where-first-E07000046.csv"
    rows = list(csv.DictReader(io.StringIO(Path(started.value.path()).read_text(encoding="utf-8-sig"))))
    assert [row["code"] for row in rows] == found.index.tolist()
    assert {(row["first"], row["speed"], row["edition"]) for row in rows} == {("1500", "30", edition.id)}
    window.page.locator(NAMES).first.click()
    window.page.wait_for_url(f"**/place?place={found.index[0]}**")
    window.settled()
    assert window.query()["first"] == "1500"


@pytest.mark.parametrize("place", ["E12000009", "E06000023"])
def test_a_phone_shows_the_sentence_and_the_map_first_and_scrolls_nothing_sideways(visit: Enter, place: str) -> None:
    window = visit(375, 812, webgl=False)
    window.open(f"?place={place}&first=halve", "/what_to_do")
    widths = window.page.evaluate(
        "(() => { const m = document.querySelector('[data-testid=stMain]'); return [m.scrollWidth, m.clientWidth] })()")
    assert widths[0] <= widths[1] <= 375
    picture = window.page.locator("img.picture").first.bounding_box()
    stop = window.page.get_by_role("combobox", name="Stop at").bounding_box()
    assert picture is not None
    assert stop is not None
    assert picture["y"] < 600
    assert picture["y"] < stop["y"]


def test_a_what_if_is_the_same_for_a_stranger_and_its_form_writes_the_link(visit: Enter, edition: Edition) -> None:
    window = visit(webgl=False)
    window.open("?place=E06000052&close=DWL-TGM&hub=bristol&minutes=180", "/what_to_do")
    asked = View(place="E06000052", close="DWL-TGM", hub="bristol", minutes=180)
    said = "".join(what_it_does(edition, asked, what_if(edition, asked)))
    window.says(said)
    window.page.get_by_text("The change", exact=True).wait_for()
    stranger = visit(webgl=False, own=True)
    stranger.open(f"?{window.page.url.partition('?')[2]}", "/what_to_do")
    stranger.says(said)
    with window.page.expect_download(timeout=PATIENCE) as started:
        window.page.get_by_role("button", name="Download the difference as CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(started.value.path()).read_text(encoding="utf-8-sig"))))
    assert [row["code"] for row in rows] == area_changes(edition, asked, what_if(edition, asked)).index.tolist()
    window.page.get_by_role("slider", name="Minutes more or fewer by train to the hub").press("ArrowLeft")
    window.page.get_by_role("button", name="Work it out").click()
    window.page.wait_for_url("**rail=-5**")
    window.still()
    assert window.query()["close"] == "DWL-TGM"
    both = asked.replace(rail=-5)
    window.says("".join(what_it_does(edition, both, what_if(edition, both))))


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (375, 812)])
def test_no_engine_finds_anything_in_a_what_if(visit: Enter, width: int, height: int) -> None:
    window = visit(width, height, webgl=False)
    window.open("?place=E07000046&rail=-20&stations=BNP.EXD", "/what_to_do")
    wrong, undecided = check(window.page)
    assert ours(wrong) == []
    assert undecided <= UNDECIDED
    widths = window.page.evaluate(
        "(() => { const m = document.querySelector('[data-testid=stMain]'); return [m.scrollWidth, m.clientWidth] })()")
    assert widths[0] <= widths[1] <= width
