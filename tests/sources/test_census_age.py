"""Residents by age: the publisher's table, beside the table of all residents, and tables made wrong."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from geo.core.errors import SourceError
from geo.sources.census import read_residents
from geo.sources.census_age import BANDS, read_age
from geo.sources.downloads import find_files

FILE = "census/custom_age6_lsoa21.csv"


def test_bands_are_the_publishers_and_make_all_residents(open_data: Path) -> None:
    found = read_age(open_data / FILE)
    there = pd.read_csv(open_data / FILE, index_col=0).sort_index()
    assert (found.index.name, len(found)) == ("code", 4638)
    assert (found[list(BANDS.values())].to_numpy() == there[list(BANDS)].to_numpy()).all()
    assert set(found.dtypes.astype(str)) == {"int64"}
    assert (found["aged_all"] == there.sum(axis=1).to_numpy()).all()
    residents = read_residents(open_data / "census/census2021-ts001.zip")["residents"].loc[found.index]
    assert found["aged_all"].sum() == pytest.approx(residents.sum(), rel=1e-4)
    assert (found["aged_all"] - residents).abs().max() <= 15      # both are perturbed


HEAD = ("lsoa21_code,Aged 15 years and under,Aged 16 to 24 years,Aged 25 to 34 years,Aged 35 to 49 years,"
        "Aged 50 to 64 years,Aged 65 years and over\n")


def test_a_row_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "custom_age6_lsoa21.csv"
    path.write_text(HEAD + "E01000002,1,2,3,4,5,6\nE01000001,6,5,4,3,2,1\n", encoding="utf-8")
    pd.testing.assert_frame_equal(read_age(path), pd.DataFrame({
        "aged_0_15": [6, 1], "aged_16_24": [5, 2], "aged_25_34": [4, 3], "aged_35_49": [3, 4], "aged_50_64": [2, 5],
        "aged_65_over": [1, 6], "aged_all": [21, 21]}, index=pd.Index(["E01000001", "E01000002"], name="code")),
        check_index_type=False)


@pytest.mark.parametrize(("rows", "words"), [
    ("E01000001,1,2,3,4,5,-6\n", "row 2 has '-6', expected a whole number"),
    ("E01000001,0,0,0,0,0,0\n", "row 2 has 0, expected somebody in one of the six bands"),
    ("E02000001,1,2,3,4,5,6\n", "expected an LSOA code such as E01014384"),
    ("E01000001,1,2,3,4,5,6\nE01000001,1,2,3,4,5,7\n", "row 3 has 'E01000001', expected each code once"),
])
def test_wrong_ages_are_told(tmp_path: Path, rows: str, words: str) -> None:
    path = tmp_path / "custom_age6_lsoa21.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    with pytest.raises(SourceError, match=words):
        read_age(path)


LONG = ["Lower layer Super Output Areas Code", "Lower layer Super Output Areas", "Age (6 categories) Code",
        "Age (6 categories)", "Observation"]


def long(table: pd.DataFrame) -> pd.DataFrame:
    """The same counts as the publisher writes them: a row for each band of an area."""
    rows = [(code, "Name", number, band, count) for code, *counts in table.itertuples(index=False)
            for number, (band, count) in enumerate(zip(BANDS, counts, strict=True), 1)]
    return pd.DataFrame(rows, columns=LONG)


def test_the_published_table_has_a_row_for_each_band(
    open_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("geo.sources.downloads._refuse_missing", lambda *_: None)
    path = tmp_path / "custom-filtered-2026-11-01T10_00_00Z.csv"
    made = long(pd.read_csv(open_data / FILE)).sample(frac=1, random_state=1)
    made.to_csv(path, index=False, encoding="utf-8-sig")
    pd.testing.assert_frame_equal(read_age(path), read_age(open_data / FILE))
    assert find_files(tmp_path).files == {"census-age": [path]}


@pytest.mark.parametrize(("change", "words"), [
    (lambda rows: rows.iloc[1:], "E01000001: not all six bands are there"),
    (lambda rows: pd.concat([rows, rows.iloc[:1].assign(Observation=9)]),
     "row 14 has 'E01000001', expected each band of an LSOA once"),
    (lambda rows: rows.replace("Aged 15 years and under", "Aged 4 years and under"), "expected one of the six bands"),
    (lambda rows: rows.replace("E01000001", "E02000001"), "row 2 has 'E02000001', .* expected an LSOA code"),
    (lambda rows: rows.assign(Observation=[*[0] * 6, *[1] * 6]), "E01000001: nobody in any band"),
    (lambda rows: rows.assign(Observation=-1), "expected a whole number"),
])
def test_wrong_long_tables_are_told(tmp_path: Path, change: Callable[[pd.DataFrame], pd.DataFrame], words: str) -> None:
    wide = pd.DataFrame([["E01000001", 6, 5, 4, 3, 2, 1], ["E01000002", 1, 2, 3, 4, 5, 6]])
    change(long(wide)).to_csv(tmp_path / "age.csv", index=False)
    with pytest.raises(SourceError, match=words) as told:
        read_age(tmp_path / "age.csv")
    assert "\n" not in str(told.value)
