"""The House of Commons Library's workbook: whole, by header in any order of sheets, and bad ones told in one line."""

from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

import pytest
import xlsxwriter

from geo.core.errors import SourceError
from geo.sources.commons_library import read_locality_coverage

HEADER = ["Area code", "Area name", "Superfast availability", "Gigabit availability",
          "Below universal service obligation", "Average download speed\n(Mbps)", "Receiving under 10 Mbps",
          "Receiving over 30 Mbps"]
ROWS = [["E02000002", "There", 0.5, 0.25, 0.125, 40.5, "", ""], ["W02000001", "Cymru", 1, 1, 0, 90, 0.01, 0.98],
        ["E02000001", "Here", 0.9, 0.8, 0, 60, 0.05, 0.75], ["S02000001", "Alba", 0.9, 0.8, 0, 60, 0.05, 0.75]]


def workbook(path: Path, rows: Sequence[Sequence[object]], header: Sequence[str] = HEADER, above: int = 2) -> Path:
    """A workbook of the Library's kind: constituencies have a sheet of their own, with other headers."""
    with xlsxwriter.Workbook(path) as book:
        others = book.add_worksheet("Constituency data")
        others.write_row(2, 0, ["Code", "Name", *HEADER[2:]])
        others.write_row(3, 0, ["E14000001", "Seat", 0.9, 0.8, 0, 60, 0.05, 0.75])
        sheet = book.add_worksheet("Sub-constituency data")
        sheet.write(0, 0, "Broadband coverage and speeds")
        sheet.write_row(above, 0, header)
        for number, row in enumerate(rows):
            sheet.write_row(above + 1 + number, 0, row)
    return path


def test_the_whole_workbook_is_read(open_data: Path) -> None:
    found = read_locality_coverage(open_data / "hocl" / "BroadbandDashboardDataFile.xlsx")
    assert found.index.name == "msoa"
    assert found.index.is_monotonic_increasing
    assert len(found) == 7264
    assert found.index.str[0].value_counts().to_dict() == {"E": 6856, "W": 408}
    assert [*found] == ["msoa_name", "superfast", "gigabit", "below_uso", "receiving_under_10", "receiving_over_30"]
    assert found["msoa_name"].ne("").all()
    found = found.drop(columns="msoa_name")
    assert (found.dtypes == "float64").all()
    assert found[["superfast", "gigabit", "below_uso"]].notna().all(axis=None)
    assert found.apply(lambda column: column.dropna().between(0, 1).all()).all()


@pytest.mark.parametrize("above", [0, 2, 7])
def test_rows_are_known_by_header_and_code(tmp_path: Path, above: int) -> None:
    header = [*HEADER[:5], "Average download speed (Mbps)", "Receiving  under 10\nMbps", HEADER[7]]
    found = read_locality_coverage(workbook(tmp_path / "book.xlsx", ROWS, header, above))
    assert found.index.tolist() == ["E02000001", "E02000002", "W02000001"]
    assert found.loc["E02000002", ["superfast", "gigabit", "below_uso"]].tolist() == [0.5, 0.25, 0.125]
    assert found.loc["E02000002", ["receiving_under_10", "receiving_over_30"]].isna().all()
    assert found.loc["E02000001", "receiving_over_30"] == 0.75


@pytest.mark.parametrize(("rows", "problem"), [
    ([*ROWS[:2], ["E02000003", "", 90.5, 0.8, 0, 60, 0.1, 0.7]],
     "column 'Superfast availability': row 6 has 90.5, expected a share from 0 to 1"),
    ([*ROWS[:2], ["E02000003", "", "n/a", 0.8, 0, 60, 0.1, 0.7]],
     "column 'Superfast availability': row 6 has 'n/a', expected a number"),
    ([*ROWS[:2], ["E02000003", "", 0.9, 0.8, 0, 60, 7, 0.7]],
     "column 'Receiving under 10 Mbps': row 6 has 7.0, expected a share from 0 to 1"),
    ([*ROWS[:2], [*ROWS[0][:-1], 0.5]], "column 'Area code': row 6 has 'E02000002', expected each code once"),
    ([*ROWS[:2], ["?", "", 0.9, 0.8, 0, 60, 0.1, 0.7]],
     "column 'Area code': row 6 has '?', expected an area's code such as E02003005"),
])
def test_bad_values_are_named_by_the_sheets_own_rows(
    tmp_path: Path, rows: list[list[object]], problem: str
) -> None:
    with pytest.raises(SourceError) as told:
        read_locality_coverage(workbook(tmp_path / "book.xlsx", rows))
    assert told.value.problems == [problem]


def test_another_workbook_is_told_apart(tmp_path: Path) -> None:
    path = workbook(tmp_path / "book.xlsx", ROWS, ["Area code", *HEADER[3:]])
    with pytest.raises(SourceError, match="holds 0 sheets of MSOAs with the columns 'Area code', 'S") as told:
        read_locality_coverage(path)
    assert "it has Constituency data, Sub-constituency data" in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 cut off", b"<html><body>Not found</body></html>", b"a,b\n1,2\n"])
def test_what_is_no_workbook_is_said_in_one_line(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(data)
    with pytest.raises(SourceError) as told:
        read_locality_coverage(path)
    assert len(told.value.problems) == 1
    assert "\n" not in str(told.value)


def test_an_archive_that_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "a,b\n")
    with pytest.raises(SourceError, match=r"is no Excel workbook that can be read \("):
        read_locality_coverage(path)
