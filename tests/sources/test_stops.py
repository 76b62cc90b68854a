"""Stops with their localities: the publisher's own file, and files made wrong one way each."""

import zipfile
from pathlib import Path

import pandas as pd
import pytest

from geo.core.errors import SourceError
from geo.sources.naptan import read_stops

HEAD = "ATCOCode,NptgLocalityCode,LocalityName,ParentLocalityName,Easting,Northing,Status\n"
SOUND = "1A,E0000001,Upham,,250000,80000,active\n"


def zipped(folder: Path, text: str, *names: str) -> Path:
    path = folder / "Stops.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names or ("Stops.csv",):
            archive.writestr(name, text)
    return path


def test_stops_are_the_publishers(open_data: Path) -> None:
    path = open_data / "naptan" / "Stops.zip"
    found = read_stops(path)
    raw = pd.read_csv(path, dtype=str, keep_default_na=False).set_index("ATCOCode").sort_index()
    assert found.index.tolist() == raw.index.tolist()
    assert len(found) == 56_230
    assert found["locality"].nunique() == 5793
    assert found["locality"].tolist() == raw["NptgLocalityCode"].tolist()
    assert found["active"].tolist() == (raw["Status"] == "active").tolist()
    assert (found[["easting", "northing"]].to_numpy() == raw[["Easting", "Northing"]].astype(float).to_numpy()).all()
    assert found["name"].str.contains('"').sum() == 0
    assert (found["parent"] == "").sum() == (raw["ParentLocalityName"] == "").sum()


def test_rows_are_read_by_name_and_quotation_marks_are_left_out(tmp_path: Path) -> None:
    rows = 'inactive,2B,E0000002,"""Chartwell Green """,Upham,260000,90000\nactive,1A,N0000001,Upham,,250000.5,80000\n'
    head = "Status,ATCOCode,NptgLocalityCode,LocalityName,ParentLocalityName,Easting,Northing\n"
    found = read_stops(zipped(tmp_path, head + rows))
    assert found.index.tolist() == ["1A", "2B"]
    assert found["name"].tolist() == ["Upham", "Chartwell Green"]
    assert found["parent"].tolist() == ["", "Upham"]
    assert found["active"].tolist() == [True, False]
    assert found["easting"].tolist() == [250_000.5, 260_000.0]


@pytest.mark.parametrize(("row", "words"), [
    ("1A,E0000001,Upham,,250001,80000,active", "row 3 has '1A', expected each code once"),
    ("2B,E1,Upham,,250000,80000,active", "row 3 has 'E1', expected a locality code such as"),
    ("2B,E0000001,Downham,,250000,80000,active", "E0000001 stands beside more than one LocalityName"),
    ("2B,E0000002,,,250000,80000,active", "column 'LocalityName': row 3 has '', expected some text"),
    ("2B,E0000002,B,,50.7,-3.5,active", "row 3 has -3.5, expected metres on the British National Grid"),
    ("2B,E0000002,B,,250000,80000,gone", "row 3 has 'gone', expected active, inactive or pending"),
])
def test_wrong_stops_are_told(tmp_path: Path, row: str, words: str) -> None:
    with pytest.raises(SourceError, match=words) as told:
        read_stops(zipped(tmp_path, f"{HEAD}{SOUND}{row}\n"))
    assert str(told.value).startswith("Stops.zip: ")
    assert "\n" not in str(told.value)


def test_archives_that_hold_something_else_are_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"holds 2 files ending in '\.csv', expected one"):
        read_stops(zipped(tmp_path, HEAD + SOUND, "Stops.csv", "Areas.csv"))
    with pytest.raises(SourceError, match="'NptgLocalityCode' is missing"):
        read_stops(zipped(tmp_path, "ATCOCode,Status\n1A,active\n"))
