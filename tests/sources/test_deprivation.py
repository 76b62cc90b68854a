"""Indices of Deprivation 2025: the publisher's files, and files made wrong one way each."""

from pathlib import Path

import pandas as pd
import pytest

from geo.core.errors import SourceError
from geo.sources.deprivation import read_connectivity, read_imd
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
