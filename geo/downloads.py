"""Files for spreadsheets: a ranking or a comparison as CSV or XLSX; the same input gives the same bytes."""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from geo.edition import Edition
from geo.errors import SwatheError
from geo.figures import BEST_FIT
from geo.view import View
from geo.vocabulary import ACCESS, CLOCKS, HUBS, KINDS, MEASURES, SPEEDS, WORK

__all__ = [
    "CSV_TYPE", "XLSX_TYPE", "about_rows", "comparison_about", "csv_bytes", "file_name", "ranking_about",
    "ranking_table", "without_clock", "xlsx_bytes",
]

CSV_TYPE = "text/csv"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_DECIMALS = {"value": 3, "low": 3, "high": 3, "rate": 6}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_WIDEST = 60
_FORMATS = {
    "rank": "0", "value": "#,##0", "low": "#,##0", "high": "#,##0", "rate": "#,##0.0", "lsoas": "#,##0",
    "minutes": "0",
}

DEFINITIONS = (
    ("People in the gap", "Residents in jobs that can be done from home, where the line cannot carry the speed named."),
    ("How they are counted", "In each neighbourhood, such jobs times the share of premises without the speed."),
    ("Low and high", "What it would be if, inside neighbourhoods, such jobs and poor lines went apart, or together."),
    ("Nowhere to turn", "Of those, the people who also live further than the time named from the hub."),
    ("Premises in the gap", "Homes and businesses that cannot get the speed named (Ofcom)."),
    ("Cut off by rail", "Residents who live further than the time named from the hub, or who have no rail at all."),
    ("Rate", "A sum over a sum, never a mean of percentages. Per 1,000 residents in work, or a share from 0 to 1."),
    ("Neighbour", "Hampshire and the Isle of Wight are neighbours of the South West, never in its totals."),
    ("Not for", "Good for comparing places. Not for naming streets, nor for how many people want to work from home."),
)


def ranking_table(
    edition: Edition, view: View, ranked: pd.DataFrame, *, by: str, measure: str,
) -> pd.DataFrame:
    """Make a ranking ready for a spreadsheet: every row says what it is.

    Parameters
    ----------
    edition
        The edition served.
    view
        What was asked.
    ranked
        As `geo.ranking.rank` returns it.
    by
        Kind of place, a key of `KINDS`.
    measure
        A key of `MEASURES`.

    Returns
    -------
    pandas.DataFrame
        RangeIndex, in the same order; rank, code, name, kind, within, neighbour ("yes" or "no"), measure, value,
        unit, low, high, rate, rate_unit, broadband_basis, rail_basis, the view's options, edition.
    """
    rows = len(ranked)
    table = pd.DataFrame({
        "rank": ranked["rank"], "code": ranked["code"], "name": ranked["name"], "kind": by,
        "within": ranked["within"], "neighbour": np.where(ranked["neighbour"], "yes", "no"), "measure": measure,
        "value": ranked["value"], "unit": ranked["unit"] if MEASURES[measure].has_count else ranked["rate_unit"],
        "low": ranked["low"], "high": ranked["high"], "rate": ranked["rate"], "rate_unit": ranked["rate_unit"],
        "broadband_basis": edition.broadband_basis, "rail_basis": edition.rail_basis,
        **{name: [value] * rows for name, value in view.options().items()}, "edition": edition.id,
    })
    return _rounded(table)


def _rounded(table: pd.DataFrame) -> pd.DataFrame:
    """Drop digits that are not there; a millionth of a rate stays."""
    return table.round({name: decimals for name, decimals in _DECIMALS.items() if name in table})


def csv_bytes(table: pd.DataFrame) -> bytes:
    """Write a table as CSV that a spreadsheet opens well.

    Parameters
    ----------
    table
        Its column names become the one header row; the index is left out.

    Returns
    -------
    bytes
        UTF-8 with a byte-order mark (without one Excel takes letters like ŵ for two others), lines ended as RFC 4180
        says. A text that a spreadsheet would take for a formula starts with an apostrophe.
    """
    safe = table.copy()
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]):
            safe[name] = safe[name].map(_harmless)
    return bytes(safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig"))


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def about_rows(edition: Edition, view: View, title: str, facts: Sequence[tuple[str, str]]) -> list[tuple[str, ...]]:
    """Say what a file holds: its view, edition, definitions and sources.

    Parameters
    ----------
    edition
        The edition served.
    view
        What was asked.
    title
        What the file holds.
    facts
        More that must be known, name and text.

    Returns
    -------
    list of tuple of str
        Rows of one to five cells, section by section; an empty row divides sections.
    """
    asked = [
        ("Speed that cannot be had", SPEEDS[view.speed].label), ("Journey to", HUBS[view.hub].label),
        ("Too far is more than", f"{view.minutes} minutes"), ("Time counted", CLOCKS[view.clock].label),
        ("Jobs that can be done from home", WORK[view.work].label),
        ("Getting to the station", ACCESS[view.access].label),
    ]
    basis = [
        ("Edition", edition.id), ("Broadband basis", edition.broadband_basis), ("Rail basis", edition.rail_basis),
        ("Day of the timetable", str(edition.manifest["rail_day"])),
    ]
    sources = [
        (str(source["title"]), str(source["publisher"]), str(source["vintage"]), str(source["licence"]),
         str(source["address"])) for source in edition.manifest["sources"]
    ]
    return [
        (title,), (), *facts, (), ("What was asked",), *asked, (), ("What it was made from",), *basis, (),
        ("What the words mean",), *DEFINITIONS, (),
        ("Sources", "Publisher", "Vintage", "Licence", "Address"), *sources,
    ]


def ranking_about(
    edition: Edition, view: View, *, by: str, within: str, measure: str, per: str,
) -> list[tuple[str, ...]]:
    """Say what a ranking's file holds.

    Parameters
    ----------
    edition
        The edition served.
    view
        What was asked.
    by, within, measure, per
        As `geo.ranking.rank` was asked.

    Returns
    -------
    list of tuple of str
        As `about_rows` returns them.

    Raises
    ------
    PlaceError
        When `within` is no place.
    """
    chosen = MEASURES[measure]
    where = ("South West and its neighbours" if within == "all"
             else edition.place(within).name)
    facts = [
        ("Ranked", f"{chosen.label} ({chosen.unit if chosen.has_count else chosen.rate_unit}), worst first"),
        ("Sorted by", f"rate ({chosen.rate_unit})" if per == "rate" or not chosen.has_count else "number"),
        ("Places", f"{KINDS[by].plural}, wholly inside {where}"),
        ("Ranks", "Ties share the best rank. How sure a rank is has not been worked out."),
    ]
    if by == "constituency":
        facts.append(("Constituencies", BEST_FIT))
    return about_rows(edition, view, f"Swathe: {chosen.label} by {KINDS[by].label}", facts)


def comparison_about(edition: Edition, view: View, names: Sequence[str]) -> list[tuple[str, ...]]:
    """Say what a comparison's file holds.

    Parameters
    ----------
    edition
        The edition served.
    view
        What was asked.
    names
        Of the places.

    Returns
    -------
    list of tuple of str
        As `about_rows` returns them.
    """
    facts = [
        ("Places", "; ".join(names)),
        ("Minutes", "The value is the median; low and high are what a tenth of residents need at most, and at least."),
        ("Empty minutes", "The resident at that point of the order has no rail."),
    ]
    return about_rows(edition, view, "Swathe: places side by side", facts)


def xlsx_bytes(about: Sequence[Sequence[str]], sheets: Mapping[str, pd.DataFrame]) -> bytes:
    """Write tables as an Excel workbook: a sheet that says what it is, then one sheet a table.

    Parameters
    ----------
    about
        Rows of the first sheet.
    sheets
        Name (at most 31 letters) → table; its column names become the header row.

    Returns
    -------
    bytes
        An XLSX: numbers as numbers, texts as texts (never formulas), the header row kept in sight.

    Raises
    ------
    SwatheError
        When a table has more rows than a sheet can hold.
    """
    book = Workbook(write_only=True)
    first = book.create_sheet("About")
    first.column_dimensions["A"].width = 34
    for letter, width in zip("BCDE", (70, 24, 18, 44), strict=True):
        first.column_dimensions[letter].width = width
    for index, row in enumerate(about):
        heading = index == 0 or len(row) == 1 or row[:1] == ("Sources",)
        first.append([_text_cell(first, text, bold=heading) for text in row])
    for name, table in sheets.items():
        if len(table) >= 1_048_576:
            raise SwatheError(f"{name} has {len(table):,} rows, more than a sheet can hold: choose a larger kind")
        _add_sheet(book, name, table)
    out = io.BytesIO()
    book.save(out)
    return without_clock(out.getvalue())


def _add_sheet(book: Workbook, name: str, table: pd.DataFrame) -> None:
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{len(table) + 1}"
    for index, column in enumerate(table.columns, start=1):
        longest = max([len(str(column)) + 3, *table[column].astype(str).str.len().head(500)])
        sheet.column_dimensions[get_column_letter(index)].width = min(longest + 1, _WIDEST)
    sheet.append([_text_cell(sheet, str(column), bold=True) for column in table.columns])
    formats = [_number_format(str(column), table) for column in table.columns]
    for row in table.itertuples(index=False):
        sheet.append([_cell(sheet, value, style) for value, style in zip(row, formats, strict=True)])


def _number_format(column: str, table: pd.DataFrame) -> str:
    """Show a share as a share: a column that stays within 0 to 1 needs more decimals, a mixed one all there are."""
    numbers = table[column] if pd.api.types.is_numeric_dtype(table[column]) else None
    if numbers is not None and column in {"value", "rate"}:
        if numbers.max() <= 1:
            return "0.0000"
        if column == "value" and numbers.between(0, 1, inclusive="neither").any():
            return "General"
    return _FORMATS.get(column, "General")


def _cell(sheet: Any, value: Any, style: str) -> Any:
    if isinstance(value, str):
        return _text_cell(sheet, value)
    if pd.isna(value):
        return None
    cell = WriteOnlyCell(sheet, int(value) if isinstance(value, int | np.integer) else float(value))
    cell.number_format = style
    return cell


def _text_cell(sheet: Any, text: str, bold: bool = False) -> Any:
    """Keep a text a text, even one that starts with an equals sign."""
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    elif len(text) > _WIDEST:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def without_clock(content: bytes) -> bytes:
    """Write a workbook or a Word file again without the time it was written at.

    Parameters
    ----------
    content
        A ZIP of Office Open XML.

    Returns
    -------
    bytes
        The same parts, sorted, the list of their types first.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            part = old.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"(<dcterms:(created|modified)[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", part)
            new.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)     # of 1 January 1980, a ZIP's first day
    return out.getvalue()


def file_name(*parts: str, suffix: str) -> str:
    """Name a file so that every system takes it.

    Parameters
    ----------
    *parts
        Words; what is no letter, digit or hyphen becomes a hyphen.
    suffix
        With its full stop.

    Returns
    -------
    str
        For example swathe-people-in-gap-authority.csv.

    Examples
    --------
    >>> file_name("swathe", "people_in_gap", "E07000047+E07000046", suffix=".csv")
    'swathe-people-in-gap-E07000047-E07000046.csv'
    """
    plain = "-".join(re.sub(r"[^A-Za-z0-9]+", "-", part).strip("-") for part in parts if part)
    return f"{plain[:100]}{suffix}"
