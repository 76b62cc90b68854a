"""Reader of the House of Commons Library's broadband workbook: shares of premises and of lines by locality (MSOA)."""

import csv
import io
from pathlib import Path
from typing import Any

import pandas as pd
import python_calamine

from geo.core.errors import SourceError
from geo.core.untrusted import printable
from geo.sources.archives import list_files, read_bytes
from geo.sources.tables import Column, read_table
from geo.sources.wording import AGAIN, UNEDITED, some

SEARCHED_ROWS = 20
"""Rows of a sheet in which its header is looked for."""


def _share(name: str, kind: str = "number") -> Column:
    return Column(kind, name, "", "a share from 0 to 1", (0, 1))


CODE = "Area code"
COLUMNS = {
    CODE: Column("text", "msoa", r"[EWSN]\w{4,8}", "an area's code such as E02003005"),
    "Area name": Column("blank-text", "msoa_name", optional=True),
    "Superfast availability": _share("superfast"),
    "Gigabit availability": _share("gigabit"),
    "Below universal service obligation": _share("below_uso"),
    "Receiving under 10 Mbps": _share("receiving_under_10", "blank-number"),
    "Receiving over 30 Mbps": _share("receiving_over_30", "blank-number"),
}

NEEDED = {header for header, column in COLUMNS.items() if not column.optional}


def read_locality_coverage(path: Path) -> pd.DataFrame:
    """Read the shares of premises with superfast and gigabit broadband in every locality of England and Wales.

    Parameters
    ----------
    path
        The workbook 'Broadband coverage and speeds', as the Library publishes it: the sheet is known by its header,
        wherever it stands.

    Returns
    -------
    pandas.DataFrame
        Index `msoa` (2021 codes, sorted); msoa_name (the Library's, where the file has it); float64 shares of premises
        0 to 1, from Ofcom's counts of January 2024: superfast (30 Mbit/s can be had), gigabit, below_uso (10/1 Mbit/s
        by no line, fixed wireless or mobile); and shares of the lines in use in May 2023, missing where they are not
        published: receiving_under_10 and receiving_over_30 (Mbit/s).

    Raises
    ------
    MissingSourceError, SourceError
        When the file is missing or not the workbook, or a share is not one; every problem at once.
    """
    sheets = _read_sheets(path)
    found = {name: start for name, rows in sheets.items() if (start := _header_row(rows)) is not None}
    if len(found) != 1:
        wanted = ", ".join(repr(name) for name in COLUMNS if name in NEEDED)
        problem = f"holds {len(found)} sheets of MSOAs with the columns {wanted} (it has {some(sheets)}), expected one"
        raise SourceError(path, [f"{problem}: {UNEDITED}"])
    (name, start), = found.items()
    table = read_table(path, COLUMNS, CODE, data=_as_csv(sheets[name], start))
    return table[table.index.str.match("[EW]02")]


def has_localities(path: Path) -> bool:
    """Tell whether a workbook has a sheet of localities."""
    return any(_header_row(rows) is not None for rows in _read_sheets(path).values())


def _read_sheets(path: Path) -> dict[str, list[list[Any]]]:
    for part in list_files(path):        # says in words what a cut, refused or bloated download is
        read_bytes(part)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(read_bytes(path)))
        return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        problem = f"is no Excel workbook that can be read ({printable(error)})"
        raise SourceError(path, [f"{problem}: save it as .xlsx, or {AGAIN}"]) from error


def _header_row(rows: list[list[Any]]) -> int | None:
    return next((number for number, row in enumerate(rows[:SEARCHED_ROWS])
                 if {_clean(cell) for cell in row} >= NEEDED), None)


def _clean(cell: object) -> str:
    return " ".join(str(cell).split())


def _as_csv(rows: list[list[Any]], start: int) -> bytes:
    """Write a sheet from its header on, with as many empty lines before as it has rows: problems name its own rows."""
    out = io.StringIO("\n" * start)
    out.seek(0, io.SEEK_END)
    header, *body = rows[start:]
    csv.writer(out).writerows([[_clean(cell) for cell in header], *(row for row in body if any(row))])
    return out.getvalue().encode()
