"""Sheets of a publisher's workbook (.xlsx), known by their headers, as tables that the other readers read."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import python_calamine

from geo.core.errors import SourceError
from geo.core.untrusted import printable
from geo.sources.archives import list_files, read_bytes
from geo.sources.wording import AGAIN, UNEDITED, some

SEARCHED_ROWS = 20
"""Rows of a sheet in which its header is looked for."""

Rows = Sequence[Sequence[Any]]


def read_sheets(path: Path) -> dict[str, Rows]:
    """Read every sheet of a workbook.

    Returns
    -------
    dict
        Name → rows of cells, in the order of the workbook.

    Raises
    ------
    MissingSourceError, SourceError
        When it is missing or no workbook.
    """
    for part in list_files(path):        # says in words what a cut, refused or bloated download is
        read_bytes(part)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(read_bytes(path)))
        return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        problem = f"is no Excel workbook that can be read ({printable(error)})"
        raise SourceError(path, [f"{problem}: save it as .xlsx, or {AGAIN}"]) from error


def header_row(rows: Rows, columns: Iterable[str]) -> int | None:
    """Find the row of a sheet, among its first, that has all these headers, in any case; None where there is none."""
    wanted = {_clean(name) for name in columns}
    return next((number for number, row in enumerate(rows[:SEARCHED_ROWS])
                 if {_clean(cell) for cell in row} >= wanted), None)


def sheet_as_csv(path: Path, columns: Sequence[str], of_what: str) -> bytes:
    """Return the one sheet of a workbook that has all these columns, as a CSV.

    Parameters
    ----------
    columns
        Headers, in any case, with any white space in them.
    of_what
        What its rows are, for errors: "MSOAs".

    Returns
    -------
    bytes
        From the header on, with as many empty lines before as the sheet has rows: problems name its own rows.

    Raises
    ------
    MissingSourceError, SourceError
        When it is missing, no workbook, or has no such sheet or several.
    """
    sheets = read_sheets(path)
    found = {name: start for name, rows in sheets.items() if (start := header_row(rows, columns)) is not None}
    if len(found) != 1:
        wanted = ", ".join(map(repr, columns))
        problem = f"holds {len(found)} sheets of {of_what} with the columns {wanted} (it has {some(sheets)})"
        raise SourceError(path, [f"{problem}, expected one: {UNEDITED}"])
    (name, start), = found.items()
    out = io.StringIO("\n" * start)
    out.seek(0, io.SEEK_END)
    header, *body = sheets[name][start:]
    csv.writer(out).writerows([[" ".join(str(cell).split()) for cell in header], *(row for row in body if any(row))])
    return out.getvalue().encode()


def _clean(cell: object) -> str:
    return " ".join(str(cell).split()).casefold()
