"""A pack's tables: the place's own figures, parts that add up, nothing a spreadsheet would run, the same bytes."""

import csv
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from csvw import CSVW

from geo.core.choices import SPEEDS
from geo.core.measures import MEASURES
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.areas import area_figures
from geo.figures.profile import PlaceProfile, place_profile
from geo.figures.ranking import rank
from geo.pack.csvw import METADATA
from geo.pack.tables import pack_tables, table_files
from geo.pack.tidy import csv_bytes
from geo.words.dictionary import columns
from tests.fixtures.answers import show_json

pytestmark = pytest.mark.slow

PLACES = {
    "authority": "E07000047", "region": "E12000009", "partnership": "E07000046+E07000047", "lsoa": "E01018970",
    "neighbour": "E10000014", "constituency": "E14001155",
}
SUMMED = ("residents", "workers", "premises", "premises_below", "people_in_gap", "low", "high", "nowhere_to_turn",
          "cut_off_by_rail", "lsoas")


@pytest.fixture(scope="module")
def starter() -> Edition:
    return load_edition()


@pytest.fixture(scope="module")
def packed(starter: Edition) -> dict[str, PlaceProfile]:
    return {name: place_profile(starter, View(place=code, speed="100", hub="bristol", minutes=90))
            for name, code in PLACES.items()}


@pytest.fixture(scope="module")
def tables(packed: dict[str, PlaceProfile]) -> dict[str, dict[str, pd.DataFrame]]:
    return {name: pack_tables(figures) for name, figures in packed.items()}


@pytest.mark.parametrize("name", PLACES)
def test_which_tables_there_are(name: str, packed: dict[str, PlaceProfile], tables: dict[str, dict]) -> None:
    inside = [f"inside-{kind}" for kind in packed[name].inside]
    assert list(tables[name]) == [
        "figures", "speeds", "beside", *inside, "half-of-the-gap", "occupations", "stations", "sources", "dictionary"]
    assert (len(inside) == 0) == (name == "lsoa")
    for stem, table in tables[name].items():
        assert table.columns.is_unique
        if stem == "dictionary":
            continue
        assert (table["edition"] == packed[name].edition.id).all(), stem
        if stem != "sources":
            assert (table["basis"].str.len() > 0).all(), stem
            assert (table["view"] == "100-bristol-90-train").all(), stem


@pytest.mark.parametrize("name", PLACES)
def test_figures_are_the_headline_figures_to_the_last_digit(name: str, packed: dict, tables: dict) -> None:
    content = table_files(packed[name])["tables/figures.csv"] if name != "region" else None
    found = tables[name]["figures"]
    expected = packed[name].headline_numbers
    assert found["name"].tolist() == list(expected)
    for value, wanted in zip(found["value"], expected.values(), strict=True):
        assert (pd.isna(value) and wanted is None) or value == wanted
    if content:
        read = {row["name"]: row["value"] for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig")))}
        assert {key: float(value) if value else None for key, value in read.items()} == expected


def test_figures_say_what_they_are(packed: dict[str, PlaceProfile], tables: dict) -> None:
    rows = tables["authority"]["figures"].set_index("name")
    assert rows.loc["premises_below.100", "basis"] == "Ofcom’s count"
    assert rows.loc["people_in_gap.low", "basis"] == "estimated"
    assert rows.loc["nowhere_to_turn.estimate", "basis"] == "estimated; indicative"
    assert rows.loc["residents", ["basis", "source", "vintage"]].tolist() == [
        "Census 2021", "census-residents", "21 March 2021"]
    assert rows.loc["rank.people_in_gap", "unit"] == "rank, 1 is the worst"
    assert rows.loc["rank.people_in_gap_rate.of", "unit"] == "places ranked"
    assert "timetable" in rows.loc["rank.cut_off_by_rail", "source"]
    assert tables["lsoa"]["figures"].set_index("name").loc["premises", "basis"] == "estimated"
    assert {"commons-library", "ofcom-national"} <= set(rows.loc["people_in_gap.estimate", "source"].split("; "))
    assert "commons-library" in rows.loc["claim.could_but_do_not", "source"]
    manifest = packed["authority"].edition.manifest
    vintages = {source["id"]: source["vintage"] for source in manifest["sources"]}
    for row in rows.itertuples():
        assert row.unit
        assert row.source
        assert row.vintage == "; ".join(vintages[source] for source in row.source.split("; "))


def test_units_are_those_of_the_measures(tables: dict) -> None:
    rows = tables["authority"]["figures"].set_index("name")["unit"]
    for key, name in (("people_in_gap", "people_in_gap.estimate"), ("nowhere_to_turn", "nowhere_to_turn.low"),
                      ("premises_below", "premises_below.30"), ("remote_capable", "remote_capable"),
                      ("cut_off_by_rail", "cut_off_by_rail"), ("residents", "residents")):
        assert rows[name] == MEASURES[key].unit
    for key in ("people_in_gap", "nowhere_to_turn"):
        assert rows[f"rates.{key}_per_1000_workers"] == MEASURES[key].rate_unit
    assert rows["rates.premises_below_share.10"] == MEASURES["premises_below"].rate_unit
    assert rows["rates.cut_off_by_rail_share"] == MEASURES["cut_off_by_rail"].rate_unit


@pytest.mark.parametrize("name", [name for name in PLACES if name != "lsoa"])
def test_parts_add_up_to_the_place(name: str, starter: Edition, packed: dict, tables: dict) -> None:
    place, view = packed[name].place, packed[name].view
    sums = area_figures(starter, view).loc[place.lsoas].sum()
    expected = {
        "residents": sums["residents"], "workers": sums["workers"], "premises": sums["premises"],
        "premises_below": sums["premises_below_100"], "people_in_gap": sums["people_in_gap_100_estimate"],
        "low": sums["people_in_gap_100_low"], "high": sums["people_in_gap_100_high"],
        "nowhere_to_turn": sums["nowhere_to_turn_estimate"], "cut_off_by_rail": sums["cut_off_by_rail"],
        "lsoas": len(place.lsoas),
    }
    assert packed[name].inside
    for kind in packed[name].inside:
        table = tables[name][f"inside-{kind}"]
        found = table[list(SUMMED)].sum()
        # Each part is out by half a hundredth at most; what Ofcom publishes is whole, out by less than half a premises.
        published = table["basis"].str.startswith("premises Ofcom’s count").sum()
        for column, total in expected.items():
            slack = 0.5 * published if column.startswith("premises") else 0.0
            assert found[column] == pytest.approx(total, rel=1e-7, abs=0.005 * len(table) + slack), (kind, column)


def test_published_counts_are_whole_and_ofcoms_own(starter: Edition, tables: dict) -> None:
    places = starter.places[starter.places["kind"] == "authority"].set_index("code")
    table = tables["region"]["inside-authority"].set_index("code")
    assert table["basis"].str.startswith("premises Ofcom’s count").all()
    assert table["premises"].tolist() == places.loc[table.index, "ofcom_premises"].tolist()
    assert table["premises_below"].tolist() == places.loc[table.index, "ofcom_below_100"].tolist()
    assert tables["authority"]["inside-constituency"]["basis"].str.startswith("premises estimated").all()
    assert tables["neighbour"]["inside-constituency"]["basis"].str.startswith("premises estimated").all()
    assert tables["region"]["inside-ward"]["basis"].str.startswith("premises estimated").all()


def test_inside_says_what_is_whole(tables: dict) -> None:
    table = tables["authority"]["inside-constituency"]
    assert set(tables["region"]["inside-authority"]["whole"]) == {"yes"}
    assert "no" in set(table["whole"])


def test_speeds_are_shows_own(starter: Edition, packed: dict, tables: dict) -> None:
    answer, table = packed["authority"].answer, tables["authority"]["speeds"].set_index("tier")
    shown = show_json(starter, packed["authority"].view)
    assert list(table.index) == list(SPEEDS)
    for speed in SPEEDS:
        assert table.loc[speed, "premises_below"] == answer.at("premises_below", speed).value
        assert table.loc[speed, "share"] == pytest.approx(
            answer.at("premises_below", speed).value / answer["premises"].value, abs=1e-6)
        for column, value in shown["people_in_gap_by_speed"][speed].items():
            assert table.loc[speed, column] == pytest.approx(value, abs=0.005)


def test_beside_is_what_show_says_of_each(starter: Edition, packed: dict, tables: dict) -> None:
    table = tables["authority"]["beside"].set_index("name")
    assert list(table.index[:3]) == ["West Devon", "Devon", "South West"]
    assert "England" in table.index
    for name, code in table["code"].items():
        if code:
            answer = show_json(starter, packed["authority"].view.replace(place=code))
            rates = answer["rates"]
            assert table.loc[name, "people_in_gap_per_1000_workers"] == pytest.approx(
                rates["people_in_gap_per_1000_workers"], abs=5e-4)
            assert table.loc[name, "premises_below_100_share"] == pytest.approx(
                rates["premises_below_share"]["100"], abs=1e-6)
    assert table.loc["England", "kind"] == "nation"
    assert table.loc["England", "basis"] == "premises Ofcom’s count"
    assert pd.isna(table.loc["England", "train_minutes"])
    assert np.isfinite(table.select_dtypes("number").loc["West Devon"]).all()


def test_no_rail_is_empty_not_infinite(starter: Edition) -> None:
    scilly = place_profile(starter, View(place="E06000053"))
    table = pack_tables(scilly)["beside"]
    assert pd.isna(table.loc[0, "train_minutes"])
    assert not np.isinf(table.select_dtypes("number")).any(axis=None)
    assert b"inf," not in table_files(scilly)["tables/beside.csv"]


def test_half_of_the_gap_is_the_fewest_that_hold_half(packed: dict, tables: dict) -> None:
    people = packed["authority"].neighbourhoods["people"].sort_values(ascending=False)
    table = tables["authority"]["half-of-the-gap"]
    enough = next(count for count in range(len(people)) if people.head(count).sum() >= people.sum() / 2)
    assert len(table) == enough
    assert table["people"].tolist() == pytest.approx(people.head(enough).tolist(), abs=0.005)


def test_occupations_and_stations_and_sources(starter: Edition, packed: dict, tables: dict) -> None:
    jobs = tables["authority"]["occupations"]
    assert jobs["occupation"].tolist() == list(range(1, 10))
    assert jobs["workers"].sum() == packed["authority"].answer["workers"].value
    assert jobs["remote_capable"].sum() == pytest.approx(packed["authority"].answer["remote_capable"].value, abs=0.05)
    assert tables["authority"]["stations"]["station"].tolist() == list(packed["authority"].stations.index)
    assert set(tables["authority"]["stations"]["hub"]) == {"Bristol Temple Meads"}
    sources = tables["authority"]["sources"]
    for row, source in zip(sources.to_dict("records"), starter.manifest["sources"], strict=True):
        assert {key: row[key] for key in ("publisher", "title", "vintage", "licence", "address", "sha256", "rows")} \
            == {key: source[key] for key in ("publisher", "title", "vintage", "licence", "address", "sha256", "rows")}


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("name", ["authority", "partnership", "lsoa", "constituency"])
def test_csv_has_one_header_and_no_formula(name: str, packed: dict, tables: dict) -> None:
    files = table_files(packed[name])
    assert {path for path in files if path.endswith(".csv")} == {f"tables/{stem}.csv" for stem in tables[name]}
    for stem, table in tables[name].items():
        rows = list(csv.reader(io.StringIO(files[f"tables/{stem}.csv"].decode("utf-8-sig"), newline=""), strict=True))
        assert rows[0] == list(table.columns)
        assert len(rows) == len(table) + 1
        assert {len(row) for row in rows} == {len(table.columns)}
        for cell in (cell for row in rows for cell in row):
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")) or is_number(cell), cell


def test_hostile_names_are_made_harmless(starter: Edition, packed: dict) -> None:
    named = {"ward": '=HYPERLINK("http://example.org")', "authority": "http://example.org/"}
    places = starter.places.assign(name=starter.places["kind"].map(named).fillna(starter.places["name"]))
    files = table_files(replace(packed["authority"], edition=replace(starter, places=places)))
    rows = list(csv.DictReader(io.StringIO(files["tables/inside-ward.csv"].decode("utf-8-sig"))))
    assert {row["name"] for row in rows} == {'\'=HYPERLINK("http://example.org")'}
    half = list(csv.DictReader(io.StringIO(files["tables/half-of-the-gap.csv"].decode("utf-8-sig"))))
    assert {row["authority"] for row in half} == {"http://example.org/"}
    (book,) = (path for path in files if path.endswith(".xlsx"))
    sheets = openpyxl.load_workbook(io.BytesIO(files[book]))
    assert {cell.data_type for cell in sheets["inside-ward"]["B"]} == {"s"}
    links = [cell.hyperlink for sheet in sheets for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert links    # from the contents to the sheets, and to nowhere else
    assert {link.target for link in links} == {None}


def test_minutes_on_the_maps_stand_in_the_tables(starter: Edition, packed: dict, tables: dict) -> None:
    view, found = packed["authority"].view, tables["authority"]["inside-lsoa"].set_index("code")
    for column, measure in (("train_minutes", "train_to_hub_minutes"), ("door_minutes", "door_to_hub_minutes")):
        ranked = rank(starter, view, by="lsoa", measure=measure).set_index("code")["value"]
        assert found[column].tolist() == ranked.loc[found.index].tolist()
        wards = rank(starter, view, by="ward", measure=measure).set_index("code")["value"]
        ward = tables["authority"]["inside-ward"].set_index("code")
        whole = ward.index[ward["whole"] == "yes"]
        assert ward.loc[whole, column].tolist() == wards.loc[whole].tolist()
    rates = found["nowhere_to_turn_per_1000_workers"]
    assert rates.tolist() == pytest.approx((1000 * found["nowhere_to_turn"] / found["workers"]).tolist(), abs=0.02)


def test_no_number_is_what_a_computer_left(packed: dict, tables: dict) -> None:
    for name in ("authority", "region", "partnership", "lsoa"):
        for stem, table in tables[name].items():
            told = columns(table.columns, stem)
            for column in (each for each in told if each.decimals is not None):
                values = table[column.name].dropna()
                assert (values == values.round(column.decimals)).all(), (stem, column.name)
            for column in (each for each in told if each.datatype == "integer"):
                assert pd.api.types.is_integer_dtype(table[column.name]), (stem, column.name)
    parts = table_files(packed["authority"])["tables/inside-constituency.csv"].decode("utf-8-sig")
    assert packed["authority"].inside["constituency"]["premises"].map(lambda count: not count.is_integer()).any()
    assert all(row["premises"].isdigit() for row in csv.DictReader(io.StringIO(parts)))


@pytest.mark.parametrize(("value", "text"), [
    (13470.0, "13470"), (0.1 + 0.2, "0.30000000000000004"), (-0.0, "0"), (float("nan"), ""), (-1.5, "-1.5"),
    (1e22, "1e+22"),
])
def test_whole_numbers_are_written_whole(value: float, text: str) -> None:
    assert csv_bytes(pd.DataFrame({"value": [value, 1.5]})).decode("utf-8-sig").split("\r\n")[1] == (text or '""')


def test_the_dictionary_has_every_column_of_every_table(tables: dict) -> None:
    for own in tables.values():
        listed = own["dictionary"]
        told = {(row.table, row.column) for row in listed.itertuples()}
        assert told == {(stem, column) for stem, table in own.items() if stem != "dictionary" for column in table}
        assert (listed[["label", "description", "datatype"]] != "").all(axis=None)


def faults(folder: Path) -> list[str]:
    """Check the tables of a folder as another program does, by the description beside them."""
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        found = CSVW(str(folder / METADATA), validate=True)
        try:
            return [] if found.is_valid else [str(warning.message) for warning in found.warnings]
        except ValueError as error:     # a key that stands there twice
            return [str(error)]


@pytest.fixture(scope="module")
def written(packed: dict, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pack")
    for name in ("partnership", "lsoa"):
        for path, content in table_files(packed[name]).items():
            (folder / name / Path(path).name).parent.mkdir(exist_ok=True)
            (folder / name / Path(path).name).write_bytes(content)
    return folder


@pytest.mark.parametrize("name", ["partnership", "lsoa"])
def test_every_row_is_as_the_description_beside_it_says(written: Path, tables: dict, name: str) -> None:
    assert not faults(written / name)
    found = CSVW(str(written / name / METADATA))
    assert [str(table.url) for table in found.tables] == [f"{stem}.csv" for stem in tables[name]]
    for table, (stem, own) in zip(found.tables, tables[name].items(), strict=True):
        rows = list(table.iterdicts(strict=True))
        assert [list(row) for row in rows[:1]] == [list(own.columns)], stem
        assert len(rows) == len(own)
    said = json.loads((written / name / METADATA).read_text())
    assert said["dc:identifier"] == tables[name]["figures"]["edition"].iloc[0]
    assert any("Contains OS data" in sentence for sentence in said["dc:rights"])


@pytest.mark.parametrize(("old", "new"), [
    ("code,name,whole", "code,name,forged"), (",yes,", ",perhaps,"), ("E05", "E06"), (",1656,", ",1656.5,")])
def test_a_forged_table_does_not_hold(written: Path, tmp_path: Path, old: str, new: str) -> None:
    shutil.copytree(written / "partnership", tmp_path / "pack")
    path = tmp_path / "pack" / "inside-ward.csv"
    text = path.read_bytes().decode("utf-8-sig")
    rows = text.split("\r\n")
    forged = "\r\n".join([*rows, rows[1], ""]) if old == "E05" else text.replace(old, new, 1)
    path.write_bytes(forged.encode("utf-8-sig"))
    assert faults(tmp_path / "pack")


def test_workbook_is_the_csvs_after_a_list_of_contents(packed: dict, tables: dict) -> None:
    files = table_files(packed["authority"])
    (path,) = (path for path in files if path.endswith(".xlsx"))
    edition = packed["authority"].edition.id
    assert path == f"tables/west-devon-E07000047-100-bristol-90-train-{edition}.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(files[path]))
    assert book.sheetnames == ["Contents", *tables["authority"], "Notes"]
    contents = {row[0].value: row for row in book["Contents"].iter_rows() if row[0].value}
    for stem, table in tables["authority"].items():
        name, holds, rows = contents[stem]
        assert name.hyperlink.location == f"'{stem}'!A1"
        assert len(holds.value) > 20
        assert rows.value == len(table)
        sheet = list(book[stem].iter_rows(values_only=True))
        lines = list(csv.reader(io.StringIO(files[f"tables/{stem}.csv"].decode("utf-8-sig"), newline="")))
        assert list(sheet[0]) == lines[0]      # names for programs, above the labels for readers
        assert [label.split(" (")[0] for label in sheet[1]] == [
            each.label.split(" (")[0] for each in columns(table.columns, stem)]
        made, = book[stem].tables.values()
        assert made.name == stem.replace("-", "_")
        assert made.ref == made.autoFilter.ref == book[stem].dimensions.replace("A1", "A2")
        for cells, texts in zip(sheet[2:], lines[1:], strict=True):
            for cell, text in zip(cells, texts, strict=True):
                if isinstance(cell, int | float):
                    assert float(text) == pytest.approx(cell, rel=1e-14, abs=0)    # a sheet keeps 15 digits
                else:
                    assert (cell or "") == text


def test_a_workbook_is_set_up_for_readers_and_for_print(packed: dict) -> None:
    files = table_files(packed["authority"])
    book = openpyxl.load_workbook(io.BytesIO(next(files[path] for path in files if path.endswith(".xlsx"))))
    edition = packed["authority"].edition.id
    for sheet in book:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.oddFooter.left.text == f"Edition {edition}"
        assert "&P" in sheet.oddFooter.right.text
        if sheet.tables:
            assert sheet.print_title_rows == "$2:$2"
            assert sheet.freeze_panes in {"A3", "B3", "C3"}
    assert book["inside-ward"].freeze_panes == "C3"
    formats = {name: cell.number_format for name, cell in zip(
        (cell.value for cell in book["inside-ward"][1]), book["inside-ward"][3], strict=True)}
    assert formats["share_below"].endswith("0.0%")
    assert (formats["residents"], formats["people_in_gap"], formats["per_1000"], formats["train_minutes"]) == (
        "#,##0", "#,##0", "#,##0.0", "0")
    figures = {row[0].value: row[1].number_format for row in book["figures"].iter_rows(min_row=3)}
    assert figures["rates.cut_off_by_rail_share"].endswith("0.0%")
    assert (figures["residents"], figures["rates.people_in_gap_per_1000_workers"], figures["rank.people_in_gap"]) == (
        "#,##0", "#,##0.0", "0")
    said = book.properties
    assert (said.title, said.creator) == ("Swathe: evidence pack, West Devon", "Swathe")
    assert "Bristol Temple Meads" in said.subject
    assert f"Edition {edition}" in said.description
    assert "place?place=E07000047" in said.description
    notes = [row[0] for row in book["Notes"].iter_rows(values_only=True)]
    assert {"What was asked", "What it was made from", "What the words mean", "Sources"} <= set(notes)


PROGRAM = """
import hashlib, json
from geo.edition.store import load_edition
from geo.figures.profile import place_profile
from geo.pack.tables import table_files
from geo.core.view import View
files = table_files(place_profile(load_edition(), View(place="E07000047")))
print(json.dumps({name: hashlib.sha256(content).hexdigest() for name, content in files.items()}))
"""


def test_same_bytes_in_another_process(starter: Edition) -> None:
    files = table_files(place_profile(starter, View(place="E07000047")))
    here = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True,
        cwd=Path(__file__).parents[2], env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland"})
    assert json.loads(told.stdout) == here
