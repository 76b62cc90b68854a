"""Files for spreadsheets: a ranking or a comparison as CSV or XLSX; the same input gives the same bytes."""

import io
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
from xlsxwriter import Workbook

from geo.core.choices import ACCESS, CLOCKS, HUBS, KINDS, SPEEDS, WORK
from geo.core.errors import SwatheError
from geo.core.measures import BASES, FIGURES, MEASURES
from geo.core.view import View
from geo.edition.places import named
from geo.edition.store import Edition
from geo.figures.intervals import INTERVALS
from geo.figures.place import Figure, PlaceFigures
from geo.figures.priorities import Priorities
from geo.figures.side_by_side import Row
from geo.words.certainty import how_sure_ranks
from geo.words.comparison import ranked_kind
from geo.words.definitions import BEST_FIT, OPTIONS, RANGE, definition, label
from geo.words.intervals import covers
from geo.words.place import comparison_labels

CSV_TYPE = "text/csv"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_DECIMALS = {"value": 3, "low": 3, "high": 3, "rate": 6, "p05": 3, "p95": 3, "rate_p05": 6, "rate_p95": 6}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_EPOCH = datetime(1980, 1, 1, tzinfo=UTC)
# Letters of a column; a longer text is broken into lines.
_WIDEST = 60

# Pixels that a letter takes.
_LETTER = 7

_ABOUT_WIDTHS = (34, 70, 24, 18, 44)
_MOST_ROWS = 1_048_576
_TEXTS_STAY_TEXTS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_FORMATS = {
    "rank": "0", "value": "#,##0", "low": "#,##0", "high": "#,##0", "p05": "#,##0",
    "p95": "#,##0", "rate": "#,##0.0", "lsoas": "#,##0",
    "minutes": "0",
}

_DEFINED = ("people_in_gap", "nowhere_to_turn", "premises_below", "cut_off_by_rail")


def _definitions(edition: Edition) -> list[tuple[str, str]]:
    """Say what the words mean that every file uses."""
    people, *others = ((label(FIGURES[key]), definition(FIGURES[key])) for key in _DEFINED)
    return [
        people,
        ("How they are counted", "In each neighbourhood, such jobs times the share of homes without the speed."),
        ("p05 and p95", covers(edition)),
        ("Low and high", RANGE),
        *others,
        ("Rate",
         "A sum over a sum, never a mean of percentages. Per 1,000 residents in work, or a share from 0 to 1."),
        ("Neighbour", "Hampshire and the Isle of Wight are neighbours of the South West, never in its totals."),
        ("Not for",
         "Good for comparing places. Not for naming streets, nor for how many people want to work from home."),
    ]


def ranking_table(
    edition: Edition, view: View, ranked: pd.DataFrame, *, by: str, measure: str, sure: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Make a ranking ready for a spreadsheet: every row says what it is, and how sure where that is given."""
    rows = len(ranked)
    certain = {} if sure is None else {
        name: values.to_numpy() for name, values in sure.loc[ranked["code"]].dropna(axis=1, how="all").items()}
    table = pd.DataFrame({
        "rank": ranked["rank"], "code": ranked["code"], "name": ranked["name"], "kind": by,
        "within": ranked["within"], "neighbour": np.where(ranked["neighbour"], "yes", "no"), "measure": measure,
        "value": ranked["value"], "unit": ranked["unit"] if MEASURES[measure].has_count else ranked["rate_unit"],
        "low": ranked["low"], "high": ranked["high"], "rate": ranked["rate"], "rate_unit": ranked["rate_unit"],
        **certain,
        "broadband_basis": edition.broadband_basis, "rail_basis": edition.rail_basis,
        **{name: [value] * rows for name, value in view.options().items()}, "edition": edition.id,
    })
    return _rounded(table)


def _rounded(table: pd.DataFrame) -> pd.DataFrame:
    """Drop digits that are not there; a millionth of a rate stays."""
    return table.round({name: decimals for name, decimals in _DECIMALS.items() if name in table})


def csv_bytes(table: pd.DataFrame) -> bytes:
    """Write a table as CSV that a spreadsheet opens well."""
    safe = table.copy()
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]):
            safe[name] = safe[name].map(_harmless)
    return bytes(safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig"))


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def about_rows(edition: Edition, view: View, title: str, facts: Sequence[tuple[str, str]]) -> list[tuple[str, ...]]:
    """Say what a file holds: its view, edition, definitions and sources."""
    asked = [
        (OPTIONS["speed"], SPEEDS[view.speed].label), (OPTIONS["hub"], HUBS[view.hub].label),
        (OPTIONS["minutes"], f"{view.minutes} minutes"), (OPTIONS["clock"], CLOCKS[view.clock].label),
        (OPTIONS["work"], WORK[view.work].label), (OPTIONS["access"], ACCESS[view.access].label),
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
        ("What the words mean",), *_definitions(edition), (),
        ("Sources", "Publisher", "Vintage", "Licence", "Address"), *sources,
    ]


def ranking_about(
    edition: Edition, view: View, *, by: str, within: str, measure: str, per: str,
) -> list[tuple[str, ...]]:
    """Say what a ranking's file holds."""
    chosen = MEASURES[measure]
    where = "South West and its neighbours" if within == "all" else (
        named(edition.place(within), view.replace(place=within).name).name)
    facts = [
        ("Ranked", f"{label(chosen)} ({chosen.unit if chosen.has_count else chosen.rate_unit}), worst first"),
        ("Sorted by", f"rate ({chosen.rate_unit})" if per == "rate" or not chosen.has_count else "number"),
        ("Places", f"{ranked_kind(by, view.like).plural}, wholly inside {where}"),
        ("Ranks", f"Ties share the best rank. {how_sure_ranks(edition, chosen)}"),
    ]
    if by == "constituency":
        facts.append(("Constituencies", BEST_FIT))
    return about_rows(edition, view, f"Swathe: {label(chosen)} by {KINDS[by].label}", facts)


def priorities_table(edition: Edition, found: Priorities) -> pd.DataFrame:
    """Write where first as one tidy table, the first to upgrade first."""
    table = found.table.rename_axis("code").reset_index()
    sums = [f"cumulative_{name}{end}" for name in ("premises", "people") for end in ("", "_p05", "_p95")]
    return table.assign(
        authority=table["authority"].map(edition.names("authority")), authority_code=table["authority"],
        most_deprived_fifth=table["deprived"].map({True: "yes", False: "no"}),
        basis=f"premises and people {edition.broadband_basis}",
    )[["code", "name", "locality", "authority", "authority_code", "most_deprived_fifth", "premises",
       "people_out_of_gap", *sums, "basis"]]


def changes_table(edition: Edition, areas: pd.DataFrame) -> pd.DataFrame:
    """Write where a what-if changes anything as one tidy table."""
    return areas.rename_axis("code").reset_index().assign(
        basis=f"lines {edition.broadband_basis}, rail {edition.rail_basis}")


def gains_table(edition: Edition, gains: pd.DataFrame) -> pd.DataFrame:
    """Write who gains by a what-if as one tidy table."""
    return gains.assign(value=gains["value"].astype("str"),
                        basis=f"lines {edition.broadband_basis}, rail {edition.rail_basis}")


def comparison_table(rows: Sequence[Row], answers: Sequence[PlaceFigures]) -> pd.DataFrame:
    """Write places side by side as one tidy table."""
    lines = []
    for row in rows:
        heading, said = comparison_labels(row, answers[0].view)
        measure = row.measure
        for answer, figure in zip(answers, row.figures, strict=True):
            place = answer.place.facts()
            if figure:
                lines.append({
                    "figure": row.key, "label": said, "group": heading, "code": place["code"], "name": place["name"],
                    "kind": place["kind"], "value": figure.value, "unit": measure.unit, "low": figure.low,
                    "high": figure.high, **_ends(figure), "rate": figure.share if measure.place_rate else figure.rate,
                    "rate_unit": measure.place_rate or measure.rate_unit,
                    "basis": " and ".join(BASES[name].name for name in figure.basis)})
    return pd.DataFrame(lines).astype(dict.fromkeys(["value", "low", "high", *INTERVALS, "rate"], "float64"))


def _ends(figure: Figure) -> dict[str, float | None]:
    """Give the ends of a figure's intervals; none for what is published."""
    value, rate = figure.interval, figure.rate_interval
    per = figure.measure.per if figure.measure.place_rate else 1
    return {"p05": value and value.p05, "p95": value and value.p95,
            "rate_p05": rate and rate.p05 / per, "rate_p95": rate and rate.p95 / per}


def comparison_about(edition: Edition, view: View, names: Sequence[str]) -> list[tuple[str, ...]]:
    """Say what a comparison's file holds."""
    facts = [
        ("Places", "; ".join(names)),
        ("Minutes", "The value is the median; low and high are what a tenth of residents need at most, and at least."),
        ("Empty minutes", "The resident at that point of the order has no rail."),
    ]
    return about_rows(edition, view, "Swathe: places side by side", facts)


def xlsx_bytes(about: Sequence[Sequence[str]], sheets: Mapping[str, pd.DataFrame]) -> bytes:
    """Write tables as an Excel workbook: a sheet that says what it is, then one sheet a table."""
    for name, table in sheets.items():
        if len(table) >= _MOST_ROWS:
            raise SwatheError(f"{name} has {len(table):,} rows, more than a sheet can hold: choose a larger kind")
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True, **_TEXTS_STAY_TEXTS}) as book:
        book.set_properties({"created": _EPOCH})
        _add_about(book, about)
        for name, table in sheets.items():
            _add_sheet(book, name, table)
    return out.getvalue()


def _add_about(book: Workbook, about: Sequence[Sequence[str]]) -> None:
    sheet = book.add_worksheet("About")
    for column, width in enumerate(_ABOUT_WIDTHS):
        sheet.set_column(column, column, width)
    bold, broken = book.add_format({"bold": True}), _broken(book)
    for index, row in enumerate(about):
        heading = index == 0 or len(row) == 1 or row[:1] == ("Sources",)
        for column, text in enumerate(row):
            sheet.write_string(index, column, text, bold if heading else broken if len(text) > _WIDEST else None)


def _add_sheet(book: Workbook, name: str, table: pd.DataFrame) -> None:
    sheet, bold = book.add_worksheet(name), book.add_format({"bold": True})
    finite = table.replace([np.inf, -np.inf], np.nan).astype(object)
    sheet.add_table(0, 0, max(len(table), 1), len(table.columns) - 1, {     # Excel's tables have a row at least
        "name": re.sub(r"\W", "_", name), "style": "Table Style Light 1",
        "data": finite.where(finite.notna(), None).to_numpy().tolist(),
        "columns": [{"header": str(column), "header_format": bold, "format": _format(book, str(column), values)}
                    for column, values in table.items()],
    })
    sheet.autofit(_WIDEST * _LETTER)
    sheet.freeze_panes(1, 0)


def _format(book: Workbook, column: str, values: pd.Series) -> Any:
    """Show a share as a share: a column that stays within 0 to 1 needs more decimals, a mixed one all there are."""
    written = _FORMATS.get(column, "General")
    if not pd.api.types.is_numeric_dtype(values):
        if values.astype(str).str.len().max() > _WIDEST:
            return _broken(book)
    elif column in {"value", "rate"} and values.max() <= 1:
        written = "0.0000"
    elif column == "value" and values.between(0, 1, inclusive="neither").any():
        written = "General"
    return book.add_format({"num_format": written})


def _broken(book: Workbook) -> Any:
    """Break a long text into lines."""
    return book.add_format({"text_wrap": True, "valign": "top"})


def file_name(*parts: str, suffix: str) -> str:
    """Name a file so that every system takes it.

    >>> file_name("swathe", "people_in_gap", "E07000047+E07000046", suffix=".csv")
    'swathe-people-in-gap-E07000047-E07000046.csv'
    """
    plain = "-".join(re.sub(r"[^A-Za-z0-9]+", "-", part).strip("-") for part in parts if part)
    return f"{plain[:100]}{suffix}"
