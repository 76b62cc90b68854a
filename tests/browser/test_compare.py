"""The Compare page in a real browser: every figure is the command line's, the link holds the places and the ranking."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from geo.core.choices import REGION
from geo.core.measures import BASES
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.likeness import alike
from geo.figures.place import show
from geo.figures.ranking import rank, rank_like_with_like
from geo.figures.side_by_side import all_figures
from geo.words.likeness import MEANING
from geo.words.place import figure_texts
from tests.fixtures.browser import PATIENCE, Visit

pytestmark = pytest.mark.browser

Enter = Callable[..., Visit]
LINK = "?place=E07000047&beside=E07000046.E02004223&speed=100&minutes=90&ranked=ward&within=E07000047&per=rate"


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load_edition(geometry=False)


def columns(window: Visit) -> list[str]:
    return window.text(".facts thead th")


def table(window: Visit) -> list[list[str]]:
    """Lines of the table's cells, row by row, without headings."""
    rows = window.page.locator(".facts tr.fact").evaluate_all(
        "rows => rows.map(row => [...row.querySelectorAll('td')].map(cell => cell.innerText))")
    return [[" ".join(text.split()) for text in row] for row in rows]


def assert_compares(window: Visit, edition: Edition, codes: list[str], view: View) -> None:
    answers = [show(edition, view.replace(place=code)) for code in codes]
    assert columns(window) == ["Figure", *(answer.place.name for answer in answers)]
    found = table(window)
    rows = all_figures(answers)
    assert len(found) == len(rows)
    for cells, row in zip(found, rows, strict=True):
        differ = len({figure.basis for figure in row.figures}) > 1
        assert cells == [
            " ".join([*figure_texts(figure), *([BASES[name].mark for name in figure.basis] if differ else [])])
            for figure in row.figures]


def test_link_shows_every_figure_of_each_place_and_a_change_is_in_the_link(visit: Enter, edition: Edition) -> None:
    window = visit(webgl=False)
    window.open(LINK, "/compare")
    view = View(speed="100", minutes=90)
    assert_compares(window, edition, ["E07000047", "E07000046", "E02004223", REGION], view)
    assert "in West Devon" in window.text(".claim")[0].split(",")[1]
    assert "the highest of these three" in window.text(".claim")[0]
    assert window.page.title() == "Compare · Swathe"
    ranked = rank(edition, view, by="ward", within="E07000047", per="rate")
    assert f"{len(ranked)} wholly inside West Devon" in " ".join(window.text("p.small"))

    window.page.get_by_role("button", name="Remove Torridge (local authority)").click()
    window.says("; in Bideford South")
    wanted = {"place": "E07000047", "beside": "E02004223", "speed": "100", "minutes": "90", "ranked": "ward",
              "within": "E07000047", "per": "rate", "edition": edition.id}
    assert window.query() == wanted
    assert_compares(window, edition, ["E07000047", "E02004223", REGION], view)
    window.page.reload()
    window.says("; in Bideford South")
    assert window.query() == wanted
    assert_compares(window, edition, ["E07000047", "E02004223", REGION], view)
    window.page.go_back()
    window.says("the highest of these three")
    window.assert_own_origin_only()
    window.assert_no_errors()


def test_a_place_is_found_by_a_few_letters(visit: Enter, edition: Edition) -> None:
    window = visit(webgl=False)
    window.open("", "/compare")
    worst = rank(edition, View(), by="authority").head(3)
    assert columns(window) == ["Figure", *worst["name"], "South West"]     # to start with
    assert window.query() == {}
    window.choose("Compare the South West with", "torri", "Torridge (local authority)")
    window.says("in Torridge")
    assert window.query()["beside"] == "E07000046"
    assert columns(window) == ["Figure", "Torridge", "South West"]


def test_those_most_like_a_place_are_added_by_a_press(visit: Enter, edition: Edition) -> None:
    window = visit(375, 812, webgl=False)
    window.open("?place=E07000046&beside=E07000047", "/compare")
    found = alike(edition, View(), edition.place("E07000046")).table
    others = found[found.index != "E07000047"]
    buttons = window.page.locator(".st-key-alike button")
    assert buttons.all_inner_texts() == [f"{row['name']} ({row['distance']:.1f})" for row in others.to_dict("records")]
    assert all(box is not None and box["height"] >= 44 for box in (button.bounding_box() for button in buttons.all()))
    window.still()
    window.page.locator(".st-key-alike summary").click()
    assert window.page.get_by_text(MEANING).is_visible()
    for code, name in others["name"].items():
        buttons.filter(has_text=name).click()
        window.page.wait_for_url(f"**beside=*{code}*")
        window.settled()
    assert window.query()["beside"] == ".".join(["E07000047", *others.index])
    assert columns(window) == ["Figure", "Torridge", "West Devon", *others["name"], "South West"]
    assert buttons.count() == 0     # there is no more room
    window.assert_no_errors()


def test_like_is_ranked_with_like(visit: Enter, edition: Edition) -> None:
    window = visit(webgl=False)
    window.open("?per=rate&like=unitary", "/compare")
    assert "Unitary authorities by people in the gap, worst first: 13 wholly inside" in " ".join(window.text("p.small"))
    window.page.get_by_role("radio", name="Districts").click()
    window.page.wait_for_selector("p.small:has-text('14 wholly inside South West')")
    assert window.query() == {"per": "rate", "like": "district", "edition": edition.id}
    with window.page.expect_download(timeout=PATIENCE) as started:
        window.page.get_by_role("button", name="Download the ranking as CSV").click()
    assert started.value.suggested_filename == "swathe-people-in-gap-authority-district.csv"
    rows = list(csv.DictReader(io.StringIO(Path(started.value.path()).read_text(encoding="utf-8-sig"))))
    assert [row["code"] for row in rows] == rank_like_with_like(
        edition, View(), like="district", per="rate")["code"].tolist()
    window.open("?ranked=ward&like=district", "/compare")     # wards are of no type
    assert f"{len(rank(edition, View(), by='ward'))} wholly inside South West" in " ".join(window.text("p.small"))
    assert window.page.get_by_text("Like with like").count() == 0
    window.assert_no_errors()


def test_ranking_can_be_taken_away(visit: Enter, edition: Edition, tmp_path: Path) -> None:
    window = visit(webgl=False)
    window.open("?ranked=constituency&within=all&show=cut_off_by_rail&hub=exeter&per=rate", "/compare")
    wanted = rank(edition, View(hub="exeter"), by="constituency", within="all", measure="cut_off_by_rail", per="rate")
    files = {}
    for kind in ("CSV", "Excel (XLSX)"):
        with window.page.expect_download(timeout=PATIENCE) as started:
            window.page.get_by_role("button", name=f"Download the ranking as {kind}").click()
        files[kind] = started.value
    assert files["CSV"].suggested_filename == "swathe-cut-off-by-rail-constituency-all.csv"
    rows = list(csv.DictReader(io.StringIO(Path(files["CSV"].path()).read_text(encoding="utf-8-sig"))))
    assert [row["code"] for row in rows] == wanted["code"].tolist()
    assert [float(row["rate"]) for row in rows] == pytest.approx(wanted["rate"].tolist(), abs=1e-6)
    assert {row["neighbour"] for row in rows} == {"yes", "no"}
    book = openpyxl.load_workbook(io.BytesIO(Path(files["Excel (XLSX)"].path()).read_bytes()))
    assert book.sheetnames == ["Contents", "Ranking", "dictionary", "Notes"]
    assert [row[1] for row in book["Ranking"].iter_rows(min_row=3, values_only=True)] == wanted["code"].tolist()
    assert ("Edition", edition.id) in [row[:2] for row in book["Notes"].iter_rows(values_only=True)]
    window.assert_no_errors()


def test_bad_links_and_empty_rankings_get_a_sentence(visit: Enter) -> None:
    window = visit(webgl=False)
    window.open("?beside=E07999999.E07000046&within=E01020323&ranked=county&per=both", "/compare")
    said = " ".join(window.text(".notice"))
    for words in ("E07999999", "both", "holds no whole county"):
        assert words in said
    assert columns(window)[1:-1] == ["Torridge"]
    window.assert_no_errors()


def test_phone_has_no_sideways_scroll_and_keeps_the_table_a_table(visit: Enter) -> None:
    window = visit(375, 800, webgl=False)
    window.open("?place=E07000047&beside=E07000046.E06000052.E06000053", "/compare")
    widths = window.page.evaluate(
        "(() => { const m = document.querySelector('[data-testid=stMain]'); return [m.scrollWidth, m.clientWidth] })()")
    assert widths[0] <= widths[1] <= 375
    window.page.get_by_role("row", name="People in the gap").first.wait_for(timeout=PATIENCE)
    assert window.page.get_by_role("table").first.get_by_role("cell").count() >= 100
    first = window.page.locator(".facts tr.fact td").first
    assert first.evaluate("cell => getComputedStyle(cell, '::before').content") == '"West Devon"'
    window.assert_no_errors()
