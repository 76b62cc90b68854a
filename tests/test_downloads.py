"""Files for spreadsheets: the ranking's own figures, one header row, no formulas, the same bytes twice."""

import csv
import io
import time
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from csvw import CSVW
from hypothesis import given
from hypothesis import strategies as st

from geo.core.errors import PlaceError, SwatheError
from geo.core.measures import MEASURES
from geo.core.priority_terms import Terms
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.certainty import place_certainty
from geo.figures.place import show
from geo.figures.priorities import where_first
from geo.figures.ranking import rank
from geo.figures.side_by_side import all_figures
from geo.pack.csvw import csvw, csvw_bytes, source_notes
from geo.pack.spreadsheets import (
    About,
    comparison_about,
    comparison_table,
    file_name,
    priorities_table,
    ranking_about,
    ranking_table,
    stamped,
)
from geo.pack.tidy import csv_bytes
from geo.pack.workbook import xlsx_bytes
from geo.words.certainty import RANKS_COVER
from geo.words.dictionary import columns
from geo.words.intervals import COVERS

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def starter() -> Edition:
    return load_edition(geometry=False)


def book_of(about: About, sheets: dict[str, pd.DataFrame]) -> bytes:
    return xlsx_bytes(about, sheets, dict.fromkeys(sheets, "What it holds."))


def some_about(*notes: tuple[str, ...]) -> About:
    return About("A title", "Speed: any", "starter-0", "?place=E1", list(notes))


def read_csv(content: bytes) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(content), encoding="utf-8-sig", dtype={"speed": str})


def rows_of(content: bytes, sheet: str) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(io.BytesIO(content))[sheet].iter_rows(values_only=True))


@pytest.mark.parametrize(("by", "measure", "per"), [
    ("authority", "people_in_gap", "count"), ("ward", "premises_below", "rate"),
    ("constituency", "door_to_hub_minutes", None), ("county", "cut_off_by_rail", "rate"),
])
def test_csv_is_the_ranking(starter: Edition, by: str, measure: str, per: str | None) -> None:
    view = View(hub="bristol", minutes=90)
    ranked = rank(starter, view, by=by, measure=measure, per=per, within="all")
    found = read_csv(csv_bytes(ranking_table(starter, view, ranked, by=by, measure=measure)))
    assert found["code"].tolist() == ranked["code"].tolist()
    assert found["name"].tolist() == ranked["name"].tolist()
    assert found["rank"].tolist() == ranked["rank"].tolist()
    assert (found["neighbour"] == "yes").tolist() == ranked["neighbour"].tolist()
    for name in ("value", "low", "high", "rate"):
        np.testing.assert_allclose(found[name].astype("float64"), ranked[name], atol=5.1e-3, rtol=0)
    np.testing.assert_allclose(found["rate"].astype("float64"), ranked["rate"], atol=6e-4, rtol=0)
    assert set(found["edition"]) == {starter.id}
    assert set(found["hub"]) == {"bristol"}
    assert set(found["minutes"]) == {90}
    assert set(found["speed"]) == {"30"}
    assert set(found["measure"]) == {measure}


def test_csv_is_what_a_spreadsheet_wants(tiny_edition: Edition) -> None:
    ranked = rank(tiny_edition, View(), by="authority")
    content = csv_bytes(ranking_table(tiny_edition, View(), ranked, by="authority", measure="people_in_gap"))
    assert content.startswith(b"\xef\xbb\xbfrank,code,name,")
    lines = content.decode("utf-8-sig").split("\r\n")
    assert len(lines) == len(ranked) + 2
    assert lines[-1] == ""
    assert "\n" not in content.decode("utf-8-sig").replace("\r\n", "")
    assert '"Bland, City of"' in lines[1]


def test_a_file_has_the_interval_of_each_figure_and_rank(starter: Edition) -> None:
    view, measure = View(), MEASURES["people_in_gap"]
    ranked, sure = rank(starter, view, by="authority"), place_certainty(starter, view, measure, by="authority")
    found = read_csv(csv_bytes(ranking_table(
        starter, view, ranked, by="authority", measure=measure.key, sure=sure))).set_index("code")
    for name in ("p05", "p95", "rate_p05", "count_rank_p95", "rate_rank_worst_ten"):
        np.testing.assert_allclose(found[name].astype("float64"), sure[name].loc[found.index], atol=5.1e-3, rtol=0)
    told = dict(row for row in ranking_about(
        starter, view, by="authority", within="all", measure=measure.key, per="count").notes if len(row) == 2)
    assert told["Ranks"].endswith(RANKS_COVER)
    assert told["p05 and p95"].startswith(COVERS)


def test_a_file_is_described_for_programs(starter: Edition, tmp_path: Path) -> None:
    ranked = rank(starter, View(), by="authority", within="all")
    table = ranking_table(starter, View(), ranked, by="authority", measure="people_in_gap")
    content = csv_bytes(table)
    said = csvw("ranking.csv", columns(table, "ranking"), title="Ranking", key=("code",),
                about=source_notes(starter, "Ranking"))
    (tmp_path / "ranking.csv").write_bytes(content)
    (tmp_path / "ranking.csv-metadata.json").write_bytes(csvw_bytes(said))
    found = CSVW(str(tmp_path / "ranking.csv"), str(tmp_path / "ranking.csv-metadata.json"), validate=True)
    assert found.is_valid, [str(warning.message) for warning in found.warnings]
    read = list(found.tables[0].iterdicts(strict=True))
    assert [row["code"] for row in read] == ranked["code"].tolist()
    assert [row["neighbour"] for row in read] == ranked["neighbour"].tolist()      # truths, not texts
    assert [row["rank"] for row in read] == ranked["rank"].tolist()
    (tmp_path / "ranking.csv").write_bytes(content.replace(b",yes,", b",maybe,", 1))
    with pytest.raises(ValueError, match="maybe"):
        list(found.tables[0].iterdicts(strict=True))


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12), min_size=1, max_size=6),
       st.sampled_from(["", "=", "+", "-", "@", "\t", "\r"]))
def test_no_text_of_a_csv_is_a_formula(texts: list[str], start: str) -> None:
    table = pd.DataFrame({"name": [start + text for text in texts], "number": -1.5})
    header, *rows = csv.reader(io.StringIO(csv_bytes(table).decode("utf-8-sig"), newline=""))
    assert header == ["name", "number"]
    assert len(rows) == len(texts)
    for row, text in zip(rows, texts, strict=True):
        assert not row[0].startswith(("=", "+", "-", "@", "\t", "\r"))
        assert row[0].removeprefix("'") == (start + text).removeprefix("'")
        assert row[1] == "-1.5"     # a number stays a number


def test_the_table_given_is_not_changed() -> None:
    table = pd.DataFrame({"name": ["=1+1"]})
    csv_bytes(table)
    assert table["name"].tolist() == ["=1+1"]


def test_xlsx_is_the_ranking_with_numbers_as_numbers(starter: Edition) -> None:
    ranked = rank(starter, View(), by="authority")
    table = ranking_table(starter, View(), ranked, by="authority", measure="people_in_gap")
    about = ranking_about(starter, View(), by="authority", within="E12000009", measure="people_in_gap", per="count")
    content = book_of(about, {"Ranking": table})
    header, labels, *rows = rows_of(content, "Ranking")
    assert list(header) == list(table)
    found = pd.DataFrame(rows, columns=header)
    assert found["code"].tolist() == ranked["code"].tolist()
    assert all(isinstance(value, int | float) for value in found["value"])
    np.testing.assert_allclose(found["value"].astype("float64"), ranked["value"], atol=5.1e-3, rtol=0)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Contents", "Ranking", "dictionary", "Notes"]
    sheet = book["Ranking"]
    assert sheet.freeze_panes == "D3"
    made = sheet.tables["Ranking"]      # a table of Excel's own: sorted, filtered and named as one
    assert made.ref == made.autoFilter.ref == f"A2:V{len(ranked) + 2}"
    assert [column.name for column in made.tableColumns] == list(labels)
    assert made.tableStyleInfo.showRowStripes
    assert sheet.print_area == f"'Ranking'!$A$2:$M${len(ranked) + 2}"      # what is alike in all rows is not printed
    formats = {cell.value: below.number_format for cell, below in zip(sheet[1], sheet[3], strict=True)}
    assert (formats["value"], formats["rate"], formats["rank"], formats["name"]) == ("#,##0", "#,##0.0", "0", "General")
    widths = {name: sheet.column_dimensions[letter].width for name, letter in (("name", "C"), ("edition", "V"))}
    assert widths["edition"] > len(starter.id)
    assert 20 < widths["name"] < 61


def test_a_share_is_shown_as_per_cent_whatever_stands_beside_it(starter: Edition) -> None:
    table = ranking_table(starter, View(), rank(starter, View(), by="authority", measure="mobile_4g"), by="authority",
                          measure="mobile_4g")
    answers = [show(starter, View(place=code)) for code in ("E07000046", "E07000047")]
    sheets = {"Ranking": table, "Side by side": comparison_table(all_figures(answers), answers)}
    book = openpyxl.load_workbook(io.BytesIO(book_of(some_about(), sheets)))
    ranking = {name.value: cell for name, cell in zip(book["Ranking"][1], book["Ranking"][3], strict=True)}
    assert ranking["value"].number_format.endswith("0.0%")
    assert ranking["rate"].number_format.endswith("0.0%")
    sheet = book["Side by side"]
    names = [cell.value for cell in sheet[1]]
    shown = {row[names.index("figure")].value: row for row in sheet.iter_rows(min_row=3)}
    for figure, column, written in (
        ("residents", "value", "#,##0"), ("rural", "rate", "0.0%"), ("people_in_gap", "rate", "#,##0.0"),
        ("train_to_hub_minutes", "value", "0"), ("premises_below.30", "rate", "0.0%"),
    ):
        assert shown[figure][names.index(column)].number_format.endswith(written), figure


def test_a_sheet_has_a_table_for_no_row_and_labels_that_differ() -> None:
    book = openpyxl.load_workbook(io.BytesIO(book_of(some_about(), {
        "half-of-the-gap": pd.DataFrame({"name": ["word " * 30, "short"], "day": "", "rail_day": ""}),
        "Empty": pd.DataFrame({"name": [], "value": []}),
    })))
    assert book.sheetnames == ["Contents", "half-of-the-gap", "Empty", "dictionary", "Notes"]
    assert [list(book[name].tables) for name in book.sheetnames] == [
        [], ["half_of_the_gap"], ["Empty"], ["dictionary"], []]
    assert book["half-of-the-gap"]["A3"].alignment.wrap_text
    assert [cell.value for cell in book["half-of-the-gap"][2]] == [
        "Name", "Day of the timetable (day)", "Day of the timetable (rail_day)"]
    assert [cell.value for cell in book["Empty"][1]] == ["name", "value"]
    assert all(cell.value is None for cell in book["Empty"][3])


def test_more_rows_than_a_sheet_can_hold_are_refused() -> None:
    table = pd.DataFrame({"value": np.zeros(1_048_576)})
    with pytest.raises(SwatheError, match="Ranking has 1,048,576 rows, more than a sheet can hold"):
        book_of(some_about(), {"Ranking": table})


def test_xlsx_says_what_it_is(tiny_edition: Edition) -> None:
    view = View(speed="gigabit", minutes=90)
    about = ranking_about(tiny_edition, view, by="constituency", within="all", measure="people_in_gap", per="rate")
    rows = rows_of(book_of(about, {}), "Notes")
    said = {row[0]: row[1] for row in rows if row[0]}
    assert said["Edition"] == tiny_edition.id
    assert said["Broadband available"] == "Below gigabit"
    assert said["Journey longer than"] == "90 minutes"
    assert said["Sorted by"] == "rate (per 1,000 workers)"
    assert said["Places"] == "constituencies, wholly inside South West and its neighbours"
    assert said["Broadband basis"] == "estimated"
    assert "best fit" in said["Constituencies"]
    assert "jobs of the kind that can be done from home" in said["People in the gap"]
    assert ("Made up", "Nobody", "2025-07", "none") in [row[:4] for row in rows]
    with pytest.raises(PlaceError):
        ranking_about(tiny_edition, view, by="ward", within="E09999999", measure="residents", per="count")


HOSTILE = ["=1+1", "{=1+1}", "@x", "http://example.org/", "mailto:x@example.org", "internal:About!A1", "0123", "1e5",
           "nan", "inf", "TRUE", "_x0041_", "plain"]


def test_xlsx_texts_are_always_texts_and_gaps_are_empty() -> None:
    numbers = [1.5, np.nan, np.inf, -np.inf, -2.0] + [7.0] * (len(HOSTILE) - 5)
    table = pd.DataFrame({"name": HOSTILE, "value": numbers, "rank": pd.array([None, *range(12)], dtype="Int64")})
    content = book_of(some_about(("=cmd", "http://example.org/", "{=1}")), {"Table": table})
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert [cell.value for cell in book["Notes"][3]][:3] == ["=cmd", "http://example.org/", "{=1}"]
    sheet = book["Table"]
    assert [cell.data_type for cell in (*sheet["A"], *book["Notes"][3][:3])] == ["s"] * (len(HOSTILE) + 5)
    assert [cell.value for cell in sheet["A"]] == ["name", "Name", *HOSTILE]
    assert [cell.value for cell in sheet["B"]][:7] == ["value", "Value", 1.5, None, None, None, -2.0]
    assert [cell.value for cell in sheet["C"]] == ["rank", "Rank", None, *range(12)]
    parts = zipfile.ZipFile(io.BytesIO(content))
    written = b"".join(parts.read(name) for name in parts.namelist())
    assert not [mark for mark in (b"<f>", b"<f ", b"/hyperlink\"") if mark in written]     # links lead inside alone


def test_a_title_may_hold_signs_that_mean_something_at_the_foot_of_a_page() -> None:
    about = some_about()._replace(title="Devon & Torbay &P", edition="x" * 300)
    book = openpyxl.load_workbook(io.BytesIO(book_of(about, {"Ranking": pd.DataFrame({"rank": [1]})})))
    assert book["Ranking"].oddHeader.left.text == "Devon && Torbay &&P"
    assert len(book["Ranking"].oddFooter.left.text) < 120


def test_the_name_of_a_partnership_overwrites_no_neighbourhoods(starter: Edition) -> None:
    asked = View(place="E07000046+E07000047", name="Our partnership", first="halve")
    found = where_first(starter, asked, starter.place(asked.place), Terms(halve=True))
    table = stamped(starter, asked, priorities_table(starter, found))
    assert table["name"].tolist() == found.table["name"].tolist()
    assert set(table["place_name"]) == {"Our partnership"}
    assert set(table["edition"]) == {starter.id}


def test_same_input_same_bytes(tiny_edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    ranked = rank(tiny_edition, View(), by="ward")
    table = ranking_table(tiny_edition, View(), ranked, by="ward", measure="people_in_gap")
    about = ranking_about(tiny_edition, View(), by="ward", within="all", measure="people_in_gap", per="count")
    first = book_of(about, {"Ranking": table}), csv_bytes(table)
    later = time.time() + 90_000
    monkeypatch.setattr(time, "time", lambda: later)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(later))
    assert (book_of(about, {"Ranking": table}), csv_bytes(table)) == first
    entries = zipfile.ZipFile(io.BytesIO(first[0])).infolist()
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    core = zipfile.ZipFile(io.BytesIO(first[0])).read("docProps/core.xml")
    assert core.count(b"1980-01-01T00:00:00Z") == core.count(b"W3CDTF") == 2


def test_comparison_can_be_taken_away(tiny_edition: Edition) -> None:
    answers = [show(tiny_edition, View(place=code)) for code in ("E07000001", "E12000009")]
    table = comparison_table(all_figures(answers), answers)
    content = book_of(comparison_about(tiny_edition, View(), ["Aland", "South West"]), {"Side by side": table})
    assert ("Places", "Aland; South West") in [row[:2] for row in rows_of(content, "Notes")]
    header, _, first, *_ = rows_of(content, "Side by side")
    assert dict(zip(header, first, strict=True))["value"] == pytest.approx(answers[0]["people_in_gap"].value, abs=5e-3)
    assert len(read_csv(csv_bytes(table))) == len(table)


@pytest.mark.parametrize(("parts", "name"), [
    (("swathe", "people_in_gap", "ward"), "swathe-people-in-gap-ward.csv"),
    (("swathe", "../../etc", ""), "swathe-etc.csv"),
    (("x" * 200,), "x" * 100 + ".csv"),
])
def test_file_names_are_safe(parts: tuple[str, ...], name: str) -> None:
    assert file_name(*parts, suffix=".csv") == name
