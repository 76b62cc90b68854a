"""Files for spreadsheets: the ranking's own figures, one header row, no formulas, the same bytes twice."""

import csv
import io
import time
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.core.errors import PlaceError, SwatheError
from geo.core.measures import MEASURES
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.certainty import place_certainty
from geo.figures.place import show
from geo.figures.ranking import rank
from geo.figures.side_by_side import all_figures
from geo.pack.spreadsheets import (
    comparison_about,
    comparison_table,
    csv_bytes,
    file_name,
    ranking_about,
    ranking_table,
    xlsx_bytes,
)
from geo.words.certainty import RANKS_COVER
from geo.words.intervals import COVERS


@pytest.fixture(scope="module")
def starter() -> Edition:
    return load_edition(geometry=False)


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
        np.testing.assert_allclose(found[name].astype("float64"), ranked[name], atol=6e-4, rtol=0)
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
        np.testing.assert_allclose(found[name].astype("float64"), sure[name].loc[found.index], atol=6e-4, rtol=0)
    told = dict(row for row in ranking_about(
        starter, view, by="authority", within="all", measure=measure.key, per="count") if len(row) == 2)
    assert told["Ranks"].endswith(RANKS_COVER)
    assert told["p05 and p95"].startswith(COVERS)


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
    content = xlsx_bytes(about, {"Ranking": table})
    header, *rows = rows_of(content, "Ranking")
    assert list(header) == list(table)
    found = pd.DataFrame(rows, columns=header)
    assert found["code"].tolist() == ranked["code"].tolist()
    assert all(isinstance(value, int | float) for value in found["value"])
    np.testing.assert_allclose(found["value"].astype("float64"), ranked["value"], atol=6e-4, rtol=0)
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Ranking"]
    assert sheet.freeze_panes == "A2"
    made = sheet.tables["Ranking"]      # a table of Excel's own: sorted, filtered and named as one
    assert made.ref == made.autoFilter.ref == f"A1:V{len(ranked) + 1}"
    assert [column.name for column in made.tableColumns] == list(table)
    assert made.tableStyleInfo.showRowStripes
    formats = {cell.value: below.number_format for cell, below in zip(sheet[1], sheet[2], strict=True)}
    assert (formats["value"], formats["rate"], formats["rank"], formats["name"]) == ("#,##0", "#,##0.0", "0", "General")
    widths = {name: sheet.column_dimensions[letter].width for name, letter in (("name", "C"), ("edition", "V"))}
    assert all(len(max(found[name], key=len)) * 0.8 < width < 61 for name, width in widths.items()), widths


def test_a_sheet_has_room_for_every_format_and_a_table_for_no_row() -> None:
    share, mixed = pd.Series([0.5, 0.25]), pd.Series([0.5, 1200.0])
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes([("About",)], {
        "Share": pd.DataFrame({"rate": share}), "Of two kinds": pd.DataFrame({"value": mixed}),
        "half-of-it": pd.DataFrame({"long": ["word " * 30, "short"]}), "Empty": pd.DataFrame({"name": [], "value": []}),
    })))
    assert book.sheetnames == ["About", "Share", "Of two kinds", "half-of-it", "Empty"]
    assert [list(book[name].tables) for name in book.sheetnames] == [
        [], ["Share"], ["Of_two_kinds"], ["half_of_it"], ["Empty"]]
    assert book["Share"]["A2"].number_format == "0.0000"
    assert book["Of two kinds"]["A2"].number_format == "General"
    assert book["half-of-it"]["A2"].alignment.wrap_text
    assert [cell.value for cell in book["Empty"][1]] == ["name", "value"]
    assert all(cell.value is None for cell in book["Empty"][2])


def test_more_rows_than_a_sheet_can_hold_are_refused() -> None:
    table = pd.DataFrame({"value": np.zeros(1_048_576)})
    with pytest.raises(SwatheError, match="Ranking has 1,048,576 rows, more than a sheet can hold"):
        xlsx_bytes([("About",)], {"Ranking": table})


def test_xlsx_says_what_it_is(tiny_edition: Edition) -> None:
    view = View(speed="gigabit", minutes=90)
    about = ranking_about(tiny_edition, view, by="constituency", within="all", measure="people_in_gap", per="rate")
    rows = rows_of(xlsx_bytes(about, {}), "About")
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
    table = pd.DataFrame({"name": HOSTILE, "value": numbers, "count": pd.array([None, *range(12)], dtype="Int64")})
    content = xlsx_bytes([("=cmd", "http://example.org/", "{=1}")], {"Table": table})
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert [cell.value for cell in book["About"][1]] == ["=cmd", "http://example.org/", "{=1}"]
    sheet = book["Table"]
    assert [cell.data_type for cell in (*sheet["A"], *book["About"][1])] == ["s"] * (len(HOSTILE) + 4)
    assert [cell.value for cell in sheet["A"]] == ["name", *HOSTILE]
    assert [cell.value for cell in sheet["B"]][:6] == ["value", 1.5, None, None, None, -2.0]
    assert [cell.value for cell in sheet["C"]] == ["count", None, *range(12)]
    parts = zipfile.ZipFile(io.BytesIO(content))
    written = b"".join(parts.read(name) for name in parts.namelist())
    assert not [mark for mark in (b"<f>", b"<f ", b"<hyperlink", b"/hyperlink") if mark in written]


def test_same_input_same_bytes(tiny_edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    ranked = rank(tiny_edition, View(), by="ward")
    table = ranking_table(tiny_edition, View(), ranked, by="ward", measure="people_in_gap")
    about = ranking_about(tiny_edition, View(), by="ward", within="all", measure="people_in_gap", per="count")
    first = xlsx_bytes(about, {"Ranking": table}), csv_bytes(table)
    later = time.time() + 90_000
    monkeypatch.setattr(time, "time", lambda: later)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(later))
    assert (xlsx_bytes(about, {"Ranking": table}), csv_bytes(table)) == first
    entries = zipfile.ZipFile(io.BytesIO(first[0])).infolist()
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    core = zipfile.ZipFile(io.BytesIO(first[0])).read("docProps/core.xml")
    assert core.count(b"1980-01-01T00:00:00Z") == core.count(b"W3CDTF") == 2


def test_comparison_can_be_taken_away(tiny_edition: Edition) -> None:
    answers = [show(tiny_edition, View(place=code)) for code in ("E07000001", "E12000009")]
    table = comparison_table(all_figures(answers), answers)
    content = xlsx_bytes(comparison_about(tiny_edition, View(), ["Aland", "South West"]), {"Side by side": table})
    assert ("Places", "Aland; South West") in [row[:2] for row in rows_of(content, "About")]
    header, first, *_ = rows_of(content, "Side by side")
    assert dict(zip(header, first, strict=True))["value"] == pytest.approx(answers[0]["people_in_gap"].value)
    assert len(read_csv(csv_bytes(table))) == len(table)


@pytest.mark.parametrize(("parts", "name"), [
    (("swathe", "people_in_gap", "ward"), "swathe-people-in-gap-ward.csv"),
    (("swathe", "../../etc", ""), "swathe-etc.csv"),
    (("x" * 200,), "x" * 100 + ".csv"),
])
def test_file_names_are_safe(parts: tuple[str, ...], name: str) -> None:
    assert file_name(*parts, suffix=".csv") == name
