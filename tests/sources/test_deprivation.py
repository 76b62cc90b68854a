"""Indices of Deprivation 2025: the publisher's files, and files made wrong one way each."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pandas as pd
import pytest
import xlsxwriter

from geo.core.errors import SourceError
from geo.sources.deprivation import read_connectivity, read_imd
from geo.sources.downloads import find_files
from geo.sources.ons import read_rural_urban

IMD = "deprivation/File_7_IoD2025_All_Ranks_Scores_Deciles_Population_Denominators.csv"
CONNECTIVITY = "deprivation/IoD2025_File_8_connectivity_indicators.csv"


def test_ranks_are_the_publishers(open_data: Path) -> None:
    found = read_imd(open_data / IMD)
    there = pd.read_csv(open_data / IMD, usecols=[0, 1, 4, 5, 6], index_col=0).sort_index().rename_axis("code")
    there.columns = pd.Index(["lsoa_name", "imd_score", "imd_rank", "imd_decile"])
    pd.testing.assert_frame_equal(found, there, check_index_type=False)
    assert found.dtypes.astype(str).to_list()[1:] == ["float64", "int64", "int64"]


def test_connectivity_runs_both_ways(open_data: Path) -> None:
    found = read_connectivity(open_data / CONNECTIVITY)
    there = pd.read_csv(open_data / CONNECTIVITY, usecols=[0, 1, 2, 3], index_col=0).sort_index().rename_axis("code")
    there.columns = pd.Index(["lsoa_name", "connectivity_score", "digital_connectivity"])
    pd.testing.assert_frame_equal(found, there, check_index_type=False)
    urban = read_rural_urban(open_data / "lookups/LSOA21_RUC21_EW_LU.csv")["urban"]
    town, country = (found[chosen].mean(numeric_only=True) for chosen in (
        urban.reindex(found.index), ~urban.reindex(found.index)))
    assert town["connectivity_score"] > country["connectivity_score"] + 10
    assert country["digital_connectivity"] > town["digital_connectivity"] + 0.5


HEAD = (
    "LSOA code (2021),Index of Multiple Deprivation (IMD) Score,"
    "Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived),"
    "Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs)\n"
)


@pytest.mark.parametrize(("row", "words"), [
    ("E01000001,20,33756,10", "row 2 has 33756, expected a number from 1 to 33,755"),
    ("E01000001,101,5,1", "row 2 has 101.0, expected a number from 0.0 to 100.0"),
    ("E01000001,20,100,11", "row 2 has 11, expected a number from 1 to 10"),
    ("E01000001,20,100,7", "row 2 has 7, expected the tenth that the rank"),
    ("W01000001,20,100,1", "expected an LSOA code in England"),
    ("E01000001,20,100,1\nE01000001,20,101,1", "row 3 has 'E01000001', expected each code once"),
])
def test_wrong_ranks_are_told(tmp_path: Path, row: str, words: str) -> None:
    path = tmp_path / "file7.csv"
    path.write_text(HEAD + row + "\n", encoding="utf-8")
    with pytest.raises(SourceError, match=words):
        read_imd(path)


@pytest.mark.parametrize(("row", "words"), [
    ("E01000001,120,0.5", "'Connectivity score': row 2 has 120.0"),
    ("E01000001,50,67.2", "expected a number from -10.0 to 10.0"),
    ("E01000001,50,", "row 2 has '', expected a number"),
])
def test_wrong_indicators_are_told(tmp_path: Path, row: str, words: str) -> None:
    path = tmp_path / "file8.csv"
    head = "LSOA code (2021),Connectivity score,Digital connectivity (broadband download and upload speeds)\n"
    path.write_text(head + row + "\n", encoding="utf-8")
    with pytest.raises(SourceError, match=words):
        read_connectivity(path)


def test_the_other_file_is_refused_by_its_columns(open_data: Path) -> None:
    with pytest.raises(SourceError, match=r"'Connectivity score' is missing.*'Digital connectivity"):
        read_connectivity(open_data / IMD)


BARRIERS = [
    "LSOA code (2021)", "LSOA name (2021)", "Local Authority District code (2024)",
    "Local Authority District name (2024)", "Connectivity Score", "Housing affordability indicator",
    "Digital Connectivity (Broadband download and upload speeds)", "Patient-to-GP Ratio",
]
ROWS = [["E01000002", "There 001B", "E06000001", "There", 40.25, 0.1, -0.5, 1.0],
        ["E01000001", "There 001A", "E06000001", "There", 82.739, 0.2, 0.953, 2.0]]


def workbook(path: Path, header: Sequence[str] = BARRIERS, rows: Sequence[Sequence[object]] = ROWS, above: int = 0,
             twice: bool = False) -> Path:
    """File 8 as it is published: notes first, then a sheet a domain, all by LSOA."""
    with xlsxwriter.Workbook(path) as book:
        notes = book.add_worksheet("Notes")
        notes.write_row(10, 2, ["Domain", "Indicator", "Data supplier", "Data time point", "Published", "Comments"])
        notes.write_row(11, 2, ["Barriers", "Connectivity Score", "Department for Transport", "2025", "Yes", ""])
        crime = book.add_worksheet("IoD25 Crime Domain")
        crime.write_row(0, 0, [*BARRIERS[:4], "Anti-Social Behaviour, rate per 1,000 'at-risk population'"])
        crime.write_row(1, 0, [*ROWS[0][:4], 3.5])
        for name in ("IoD25 Barriers Domain", "Copy")[:1 + twice]:
            sheet = book.add_worksheet(name)
            sheet.write_row(above, 0, header)
            for number, row in enumerate(rows):
                sheet.write_row(above + 1 + number, 0, row)
    return path


@pytest.mark.parametrize("above", [0, 1, 14])
def test_the_published_workbook_is_read_by_header(tmp_path: Path, above: int) -> None:
    found = read_connectivity(workbook(tmp_path / "File 8.xlsx", [f" {name}\n" for name in BARRIERS], above=above))
    assert found.to_dict("index") == {
        "E01000001": {"lsoa_name": "There 001A", "connectivity_score": 82.739, "digital_connectivity": 0.953},
        "E01000002": {"lsoa_name": "There 001B", "connectivity_score": 40.25, "digital_connectivity": -0.5}}


def test_the_workbook_and_the_cut_are_the_same(open_data: Path, tmp_path: Path) -> None:
    path = open_data / "deprivation" / "IoD2025_File_8_connectivity_indicators.csv"
    raw = pd.read_csv(path)
    rows = [[code, name, "E06000001", "There", score, 0.1, digital, 1.0]
            for code, name, score, digital in raw.itertuples(index=False)]
    published = workbook(tmp_path / "Book1.xlsx", rows=rows)
    pd.testing.assert_frame_equal(read_connectivity(published), read_connectivity(path))


@pytest.mark.parametrize(("changes", "words"), [
    ({"header": [*BARRIERS[:6], "Digital", "GPs"]}, r"holds 0 sheets of LSOAs with the columns 'LSOA code \(2021\)'"),
    ({"twice": True}, "holds 2 sheets of LSOAs"), ({"above": 25}, "holds 0 sheets of LSOAs"),
    ({"rows": [*ROWS, [*ROWS[0][:6], 55, 1.0]]}, "row 4 has 55.0, expected a number from -10.0 to 10.0"),
    ({"rows": [["E01000009", "", "", "", "suppressed", 0, 0.5, 0]], "above": 3}, "row 5 has 'suppressed', expected a"),
])
def test_wrong_workbooks_are_told(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(SourceError, match=words) as told:
        read_connectivity(workbook(tmp_path / "File 8.xlsx", **changes))
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("packed", [False, True])
def test_the_workbook_is_known_by_its_sheets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: bool) -> None:
    monkeypatch.setattr("geo.sources.downloads._refuse_missing", lambda *_: None)
    path = workbook(tmp_path / "Book1.xlsx")
    if packed:
        with ZipFile(tmp_path / "iod.zip", "w") as archive:
            archive.write(path, "IoD/Book1.xlsx")
        path.unlink()
        path = tmp_path / "iod.zip" / "IoD" / "Book1.xlsx"
    assert find_files(tmp_path).files == {"connectivity": [path]}
    assert len(read_connectivity(path)) == 2
