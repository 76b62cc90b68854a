"""Code-Point Open: the publisher's archive, and archives made wrong one way each."""

import io
import re
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.core.errors import SourceError
from geo.sources.code_point import read_postcodes

HEADERS = (
    "PC,PQ,EA,NO,CY,RH,LH,CC,DC,WC\nPostcode,Positional_quality_indicator,Eastings,Northings,Country_code,"
    "NHS_regional_HA_code,NHS_HA_code,Admin_county_code,Admin_district_code,Admin_ward_code\n"
)
DOC = "Doc/Code-Point_Open_Column_Headers.csv"
ROW = '"{}",{},{},{},"E92000001","E19000002","E18000010","","E06000022","E05012471"\n'
GOOD = ROW.format("BA1 0AA", 10, 375350, 164482)


def archive(folder: Path, members: dict[str, str]) -> Path:
    path = folder / "codepo_gb.zip"
    with zipfile.ZipFile(path, "w") as file:
        for name, text in members.items():
            file.writestr(name, text)
    return path


def small(folder: Path, *rows: str, header: str = HEADERS) -> Path:
    return archive(folder, {"Data/CSV/ba.csv": "".join(rows), DOC: header})


def test_every_postcode_with_a_position_is_read(open_data: Path) -> None:
    path = open_data / "codepoint/codepo_gb.zip"
    found = read_postcodes(path)
    with zipfile.ZipFile(path) as file:
        parts = [
            pd.read_csv(io.BytesIO(file.read(name)), header=None, dtype=str, keep_default_na=False)
            for name in file.namelist() if name.startswith("Data/")
        ]
    there = pd.concat(parts)
    there = there[there[1] != "90"].sort_values(0, ignore_index=True)
    assert found.columns.to_list() == ["postcode", "easting", "northing", "quality", "authority"]
    assert found.dtypes.astype(str).to_list() == ["str", "float64", "float64", "int64", "str"]
    assert found.index.equals(pd.RangeIndex(274_379))
    assert found["postcode"].to_list() == there[0].to_list()
    assert found["easting"].to_list() == there[2].astype(float).to_list()
    assert found["northing"].to_list() == there[3].astype(float).to_list()
    assert found["authority"].to_list() == there[8].to_list()
    assert found.attrs["without_position"] == 1


@given(
    area=st.sampled_from(["B", "EX"]), district=st.integers(1, 99),
    inward=st.from_regex(r"[0-9][A-Z]{2}", fullmatch=True),
    pad=st.sampled_from(["{}{}", "{} {}", "{:<4}{}", " {}  {} "]),
)
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_postcodes_are_written_one_way(tmp_path: Path, area: str, district: int, inward: str, pad: str) -> None:
    written = pad.format(f"{area}{district}", inward)
    found = read_postcodes(small(tmp_path, ROW.format(written.lower(), 10, 375350, 164482)))
    assert found["postcode"].to_list() == [f"{area}{district} {inward}"]


def test_columns_come_by_the_header_file(tmp_path: Path) -> None:
    turned = "a,b,c,d,e\nNorthings,Eastings,Postcode,Admin_district_code,Positional_quality_indicator\n"
    found = read_postcodes(small(tmp_path, "164482,375350,BA1 0AA,E06000022,10\n", header=turned))
    assert found.iloc[0].to_list() == ["BA1 0AA", 375350.0, 164482.0, 10, "E06000022"]


def test_postcodes_without_a_position_are_counted(tmp_path: Path) -> None:
    found = read_postcodes(small(tmp_path, GOOD, ROW.format("BA1 0AB", 90, 0, 0), ROW.format("BA1 0AC", 90, 0, 0)))
    assert found["postcode"].to_list() == ["BA1 0AA"]
    assert found.attrs["without_position"] == 2
    with pytest.raises(SourceError, match="gives no postcode a position"):
        read_postcodes(small(tmp_path, ROW.format("BA1 0AB", 90, 0, 0)))


@pytest.mark.parametrize(("rows", "words"), [
    ([GOOD, ROW.format("BA1 0AA", 10, 375001, 165001)],
     "postcode: Data/CSV/ba.csv row 2 has 'BA1 0AA' (1 such rows in all), expected each postcode once"),
    ([GOOD, ROW.format("XX", 10, 1, 1)], "row 2 has ' XX' (1 such rows in all), expected a postcode such as EX20 1AA"),
    ([ROW.format("BA1 0AA", 11, 375350, 164482)], "row 1 has 11 (1 such rows in all), expected one of 10, 20"),
    ([ROW.format("BA1 0AA", 60, 0, 0)], "easting: Data/CSV/ba.csv row 1 has 0.0"),
    ([ROW.format("BA1 0AA", 10, 375350, 9e6)], "northing: Data/CSV/ba.csv row 1 has 9000000.0"),
    (['"BA1 0AA",10,375350\n'], "Data/CSV/ba.csv: not rows of 10 columns as its header says"),
    ([ROW.format("BA1 0AA", 10, "x", 1)], "Data/CSV/ba.csv: not rows of 10 columns as its header says"),
    ([""], "Data/CSV/ba.csv: not rows of 10 columns as its header says"),
    ([GOOD.replace("E06000022", "BATH")], "authority: Data/CSV/ba.csv row 1 has 'BATH'"),
])
def test_each_wrong_row_is_told(tmp_path: Path, rows: list[str], words: str) -> None:
    with pytest.raises(SourceError, match=re.escape(words)) as caught:
        read_postcodes(small(tmp_path, *rows))
    assert str(caught.value).startswith("codepo_gb.zip: ")
    assert "\n" not in str(caught.value)


def test_a_bad_row_is_found_in_its_own_file(tmp_path: Path) -> None:
    exeter = ROW.format("EX1 1AA", 10, 1000, 1000)
    again = GOOD.replace("375350", "375351")
    for other, row in ((exeter + again, 2), (again + exeter, 1)):
        members = {"Data/CSV/ba.csv": GOOD, "Data/CSV/zz.csv": other, DOC: HEADERS}
        with pytest.raises(SourceError, match=rf"Data/CSV/zz\.csv row {row} has 'BA1 0AA'"):
            read_postcodes(archive(tmp_path, members))


@pytest.mark.parametrize(("members", "words"), [
    ({"Data/CSV/ba.csv": GOOD}, "holds 0 files named Code-Point_Open_Column_Headers.csv"),
    ({DOC: HEADERS}, "has no Data/CSV/*.csv in it"),
    ({"Data/CSV/ba.csv": GOOD, DOC: HEADERS.splitlines()[0] + "\n" + "x" * 200_000}, "cannot be read (field larger"),
    ({"Data/CSV/ba.csv": GOOD, DOC: HEADERS.splitlines()[0]}, "should name 'Postcode'"),
    ({"Data/CSV/ba.csv": GOOD, DOC: HEADERS.replace("Eastings", "East")}, "should name 'Eastings' once each"),
    ({"Data/CSV/ba.csv": GOOD, DOC: HEADERS.replace("Admin_ward_code,", "").replace("NHS_HA_code,", "")}, None),
])
def test_the_header_file_is_never_guessed(tmp_path: Path, members: dict[str, str], words: str | None) -> None:
    with pytest.raises(SourceError, match=re.escape(words or "not rows of 9 columns")):
        read_postcodes(archive(tmp_path, members))


def test_a_truncated_archive_is_told(tmp_path: Path, open_data: Path) -> None:
    path = tmp_path / "codepo_gb.zip"
    path.write_bytes((open_data / "codepoint/codepo_gb.zip").read_bytes()[:100_000])
    with pytest.raises(SourceError, match="is cut short or not a zip"):
        read_postcodes(path)


def test_a_postcode_repeated_word_for_word_counts_once(tmp_path: Path) -> None:
    found = read_postcodes(small(tmp_path, *[GOOD] * 2, *[ROW.format("BA1 0AC", 90, 0, 0)] * 3))
    assert (found["postcode"].to_list(), found.attrs["without_position"]) == (["BA1 0AA"], 1)


@pytest.mark.parametrize(("metadata", "short"), [
    ("ORDNANCE SURVEY\nPRODUCT: OS Code-Point Open\n\tAB\t16877\n\tBA\t1\n", {}),
    ("ORDNANCE SURVEY\nPRODUCT: OS Code-Point Open\n\tBA\t2\n", {"Data/CSV/ba.csv": (1, 2)}),
    ("BA 0\r\nBS 7\r\n", {"Data/CSV/ba.csv": (1, 0)}),
    ("nothing of the kind", {}),
])
def test_an_area_has_the_rows_that_the_publisher_says(
    tmp_path: Path, metadata: str, short: dict[str, tuple[int, int]],
) -> None:
    members = {"Data/CSV/ba.csv": GOOD, DOC: HEADERS, "Doc/metadata.txt": metadata}
    assert read_postcodes(archive(tmp_path, members)).attrs["short"] == short
    assert read_postcodes(small(tmp_path, GOOD)).attrs["short"] == {}
