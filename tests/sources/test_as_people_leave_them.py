"""Tables as spreadsheets, scripts and people leave them: what is harmless is read, the rest told with row and cure."""

import csv
import io
import shutil
from pathlib import Path

import pandas as pd
import pytest

from geo.core.errors import SourceError
from geo.sources.ofcom import read_fixed_coverage
from geo.sources.ons import read_rural_urban, read_wards
from geo.sources.parliament import read_members
from geo.sources.tables import Column, read_columns, read_table

WARDS = """LSOA21CD,LSOA21NM,WD24CD,WD24NM,LAD24CD,LAD24NM
E01000001,Aland 001A,E05000001,"Market, North",E07000001,Aland
E01000002,Aland 001B,E05000002,Quay,E07000001,Aland
W01000003,Bland 001A,W05000003,St Mary's,W06000002,Bland
"""


def saved(tmp_path: Path, content: str | bytes, name: str = "wards.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("change", [
    lambda text: text + ",,,,,\n" * 3,
    lambda text: text + "\n \n,,\n",
    lambda text: text.replace("\nW01", "\n,,,,,\n\nW01"),
    lambda text: text.replace("\n", ",\n"),
    lambda text: text.replace("Aland\n", "Aland,,\n"),
    lambda text: text.replace(",", ", ").replace("Market,  North", "Market, North"),
    lambda text: text.replace(',"', ',  "').replace("E05000002", '   "E05000002"'),
    lambda text: text.replace("E01000002", "e01000002").replace("W05", "w05").replace("W06", "w06"),
    lambda text: text.replace("LSOA21CD,LSOA21NM", "lsoa21cd,LSOA21nm"),
    lambda text: text.replace("WD24CD", "  wd24CD "),
    lambda text: text + text.splitlines()[1] + "\n",
    lambda text: text + text.splitlines()[3] + "\n" + text.splitlines()[3] + "\n",
    lambda text: text.replace("\n", "\r"),
    lambda text: text.replace("\n", "\r").rstrip("\r"),
    lambda text: "\ufeff" + text.replace("\n", "\r\n"),
])
def test_harmless_habits_read_the_same(tmp_path: Path, change) -> None:
    plain = read_wards(saved(tmp_path, WARDS))
    pd.testing.assert_frame_equal(read_wards(saved(tmp_path, change(WARDS), "other.csv")), plain)


def test_a_quotation_mark_inside_a_name_is_a_part_of_it(tmp_path: Path) -> None:
    plain = read_wards(saved(tmp_path, WARDS))
    marked = WARDS.replace("Aland 001A", 'Aland" 1').replace("Aland 001B", 'B"').replace("Bland 001A", 'Bland 5" A')
    names = ['Aland" 1', 'B"', 'Bland 5" A']
    pd.testing.assert_frame_equal(
        read_wards(saved(tmp_path, marked, "other.csv")), plain.assign(lsoa_name=pd.array(names, dtype="str")))


@pytest.mark.parametrize(("change", "words"), [
    (lambda text: text.replace(",", ";"), "parted by semicolons, expected commas: save it as ‘CSV UTF-8"),
    (lambda text: text.replace(",", "\t"), "parted by tabs, expected commas"),
    (lambda text: text.encode("utf-16"), "is saved as UTF-16"),
    (lambda text: text.encode("utf-16-be"), "is saved as UTF-16"),
    (lambda text: text.replace(",E07000001,Aland\n", "\n", 1), "row 2 has 4 columns, expected 6"),
    (lambda text: text.replace("Quay", "Quay,West"), "row 3 has 7 columns, expected 6"),
    (lambda text: text + "E01000002,Aland 001B,E05000009,Pier,E07000001,Aland\n", "row 5 has 'E01000002'"),
    (lambda text: text.replace("E01000002", "E0100000x"), "row 3 has 'E0100000x', expected an LSOA code such as"),
    (lambda text: text.replace("\nE01000002", "\n,,,,,\nE0100000x"), "row 4 has 'E0100000x'"),
    (lambda text: text + "Source: ONS\n", "row 5 has 1 columns, expected 6"),
    (lambda text: text.replace("Quay", "Q" * 200_000 + '"'), "row 3 cannot be read"),
])
def test_what_could_be_wrong_is_told_with_its_row_and_no_false_cure(tmp_path: Path, change, words: str) -> None:
    with pytest.raises(SourceError) as told:
        read_wards(saved(tmp_path, change(WARDS)))
    assert words in str(told.value)
    assert "again" not in str(told.value)
    assert len(str(told.value)) < 600


@pytest.mark.parametrize(("content", "words"), [
    (WARDS[:-20], "row 4 has 4 columns, expected 6 as in the header: it is cut short, download it again"),
    (WARDS.replace(',"Market, North"', ',"Market, North'), "row 2 opens a quotation mark that is never closed"),
    (WARDS.replace("Quay", '"Quay'), "row 3 opens a quotation mark that is never closed"),
])
def test_a_file_cut_short_is_to_be_downloaded_again(tmp_path: Path, content: str, words: str) -> None:
    with pytest.raises(SourceError) as told:
        read_wards(saved(tmp_path, content))
    assert words in str(told.value)
    assert "download it again" in str(told.value)


@pytest.mark.parametrize("value", ["x" * 100_000, "x" * 3_000_000, "\x1b[31mred\n" * 50])
def test_messages_stay_short_and_printable(tmp_path: Path, value: str) -> None:
    quoted = '"' + value + '"'
    for content in (WARDS.replace("E01000002", quoted), WARDS.replace("LSOA21CD", quoted)):
        with pytest.raises(SourceError) as told:
            read_wards(saved(tmp_path, content))
        assert len(str(told.value)) < 900
        assert str(told.value).isprintable()


@pytest.mark.parametrize(("shown", "number"), [("86,015", 86015), ("1,086,015", 1086015), (" 1,000 ", 1000), ("+7", 7)])
def test_thousands_may_be_marked(tmp_path: Path, shown: str, number: int) -> None:
    path = saved(tmp_path, f'code,count\nE1,"{shown}"\nE2,3\n')
    assert read_columns(path, {"count": "count"})["count"].tolist() == [number, 3]


@pytest.mark.parametrize("shown", ["86,01", "8,6015", ",015", "86.015", "86 015", "1,00,000"])
def test_what_is_no_mark_of_thousands_is_refused(tmp_path: Path, shown: str) -> None:
    with pytest.raises(SourceError, match="row 2 has "):
        read_columns(saved(tmp_path, f'code,count\nE1,"{shown}"\n'), {"count": "count"})


def test_rows_may_end_before_columns_that_are_optional(tmp_path: Path) -> None:
    path = saved(tmp_path, "stop,name,zone,url\nA,Alpha,1\nB,Beta,2,x\nC\n")
    kinds = {"stop": "text", "name": "blank-text", "zone": "blank-text"}
    found = read_columns(path, kinds, optional=["name", "zone"])
    assert found.to_numpy().tolist() == [["A", "Alpha", "1"], ["B", "Beta", "2"], ["C", "", ""]]
    with pytest.raises(SourceError, match="row 2 has 3, row 4 has 1 columns, expected 4"):
        read_columns(path, kinds)


def test_a_table_of_blank_rows_alone_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nothing but blank rows"):
        read_table(saved(tmp_path, "code,n\n,\n,\n"), {"code": Column("text"), "n": Column("text")}, "code")


def test_two_columns_that_differ_in_case_alone_are_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="column 'code' is there 2 times"):
        read_columns(saved(tmp_path, "Code,CODE\nE1,E2\n"), {"code": "text"})
    assert read_columns(saved(tmp_path, "Code,code\nE1,E2\n"), {"code": "text"})["code"].tolist() == ["E2"]


def test_vacant_seats_and_lower_case_constituencies(tmp_path: Path) -> None:
    path = saved(tmp_path, "PCON_CODE,display_as,party_text\ne14001394,Ann Example,Independent\nE14001395,,\n,,\n")
    assert read_members(path)["mp"].to_dict() == {"E14001394": "Ann Example", "E14001395": ""}


def in_excel(path: Path) -> bytes:
    """A table as a spreadsheet saves it where counts are formatted: thousands marked, blank rows behind."""
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    rows = [[f"{int(cell):,}" if cell.isdigit() and int(cell) > 999 else cell for cell in row] for row in rows]
    out = io.StringIO()
    csv.writer(out).writerows([*rows, *[[""] * len(rows[0])] * 4])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


@pytest.mark.parametrize("name", ["202507_fixed_laua_coverage_r01.csv", "202507_fixed_pcon_coverage_r01.csv"])
def test_ofcom_through_excel(open_data: Path, tmp_path: Path, name: str) -> None:
    path = saved(tmp_path, in_excel(open_data / "ofcom" / name), name)
    pd.testing.assert_frame_equal(read_fixed_coverage(path), read_fixed_coverage(open_data / "ofcom" / name))


def test_the_cases_of_tables(open_data: Path, cases: Path, tmp_path: Path) -> None:
    ruc, laua = "LSOA21_RUC21_EW_LU.csv", "202507_fixed_laua_coverage_r01.csv"
    shutil.copy(cases / "25-ofcom-excel" / laua, tmp_path)
    pd.testing.assert_frame_equal(
        read_rural_urban(cases / "24-excel-trailing-rows" / ruc), read_rural_urban(open_data / "lookups" / ruc))
    pd.testing.assert_frame_equal(
        read_fixed_coverage(tmp_path / laua), read_fixed_coverage(open_data / "ofcom" / laua))
