"""Workbooks: contents with links, notes, and every table as one of Excel's own; the same input gives the same bytes."""

import io
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
from xlsxwriter import Workbook

from geo.core.errors import SwatheError
from geo.core.view import FIGURE_OPTIONS
from geo.pack.spreadsheets import SOURCES_HEADER, About
from geo.pack.tidy import DICTIONARY, dictionary_table
from geo.words.dictionary import Column, Form, columns, form_of

CONTENTS, NOTES = "Contents", "Notes"
"""The sheets before and behind the tables."""

_EPOCH = datetime(1980, 1, 1, tzinfo=UTC)
_MOST_ROWS = 1_048_570      # what a sheet can hold, less what stands above a table
_TEXTS_STAY_TEXTS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_FORMATS: Mapping[Form, str] = {
    "count": "#,##0", "rate": "#,##0.0", "minutes": "0", "rank": "0", "distance": "0.0",
    "share": '[=0]0.0%;[<0.0005]"under 0.1%";0.0%',     # what is more than nothing is never shown as nothing
}
# The column whose unit a column of several sorts of number is in.
_UNIT_OF = {"value": "unit", "low": "unit", "high": "unit", "p05": "unit", "p95": "unit",
            "rate": "rate_unit", "rate_p05": "rate_unit", "rate_p95": "rate_unit"}
# Letters of a column; a longer text is broken into lines, sooner where there are many columns.
_NARROWEST, _WIDEST, _WIDEST_OF_MANY, _MANY = 9, 70, 26, 12
# Alike in every row, and last: on paper they stand among the contents alone, and the edition at the foot of each page.
_NOT_PRINTED = ("view", "broadband_basis", "rail_basis", *FIGURE_OPTIONS, "edition")
_CONTENTS_WIDTHS, _NOTES_WIDTHS = (30, 92, 12), (34, 70, 24, 18, 44)
_HEADER_ROW, _LINE, _SMALL_LINE, _A4 = 1, 15, 11, 9
_HOLDS = {
    NOTES: "What was asked, what it was made from, what the words mean, and the sources with their licences.",
    DICTIONARY: "What every column is: its name for programs, label, meaning, datatype and unit."}


@dataclass(frozen=True)
class _Pen:
    """Formats of a workbook, each made once."""

    book: Workbook
    made: dict[tuple[tuple[str, Any], ...], Any]

    def __call__(self, **properties: Any) -> Any:
        """Give the format of some properties."""
        key = tuple(sorted(properties.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format({"valign": "top", **properties})
        return self.made[key]

    def header(self) -> Any:
        """Give the format of a table's head: seen as such where styles of tables are not drawn, too."""
        return self(bold=True, text_wrap=True, bg_color="#DEE2E7", bottom=1)


def xlsx_bytes(about: About, sheets: Mapping[str, pd.DataFrame], holds: Mapping[str, str]) -> bytes:
    """Write tables as an Excel workbook: contents, one sheet a table, what their columns are, and notes.

    `holds` says of each sheet what it holds.
    """
    for name, table in sheets.items():
        if len(table) >= _MOST_ROWS:
            raise SwatheError(f"{name} has {len(table):,} rows, more than a sheet can hold: choose a larger kind")
    tables = {**sheets, DICTIONARY: dictionary_table(sheets)}
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True, **_TEXTS_STAY_TEXTS}) as book:
        book.set_properties({
            "title": about.title, "subject": about.asked, "author": "Swathe", "company": "Swathe",
            "comments": f"{about.asked}. Edition {about.edition}. {about.link}", "created": _EPOCH})
        pen = _Pen(book, {})
        _add_contents(book, pen, about, tables, {**_HOLDS, **holds})
        for name, table in tables.items():
            _add_table(book, pen, about, name, table)
        _add_notes(book, pen, about)
    return out.getvalue()


def _add_contents(
    book: Workbook, pen: _Pen, about: About, tables: Mapping[str, pd.DataFrame], holds: Mapping[str, str],
) -> None:
    sheet = book.add_worksheet(CONTENTS)
    _set_widths(sheet, _CONTENTS_WIDTHS)
    sheet.write_string(0, 0, about.title, pen(bold=True, font_size=14))
    facts = (("What was asked", about.asked), ("Edition", about.edition), ("In the app", about.link))
    for row, (name, said) in enumerate(facts, 1):
        sheet.write_string(row, 0, name, pen(bold=True))
        sheet.write_string(row, 1, said, pen(text_wrap=True))
        _set_height(sheet, row, [said], _CONTENTS_WIDTHS[1:])
    first = len(facts) + 2
    for place, text in enumerate(("Sheet", "What it holds", "Rows")):
        sheet.write_string(first, place, text, pen.header())
    link = pen(font_color="#0563C1", underline=1)
    for row, name in enumerate([*tables, NOTES], first + 1):
        sheet.write_url(row, 0, f"internal:'{name}'!A1", link, name)
        sheet.write_string(row, 1, holds[name], pen(text_wrap=True))
        _set_height(sheet, row, [holds[name]], _CONTENTS_WIDTHS[1:])
        if name in tables:
            sheet.write_number(row, 2, len(tables[name]), pen(num_format="#,##0"))
    _set_page(sheet, about, CONTENTS)


def _add_notes(book: Workbook, pen: _Pen, about: About) -> None:
    sheet = book.add_worksheet(NOTES)
    _set_widths(sheet, _NOTES_WIDTHS)
    for row, texts in enumerate([(about.title,), (), *about.notes]):
        heads = len(texts) == 1 or texts == SOURCES_HEADER
        for place, text in enumerate(texts):
            bold = heads or (len(texts) == 2 and place == 0)
            sheet.write_string(row, place, text, pen(bold=bold, text_wrap=not heads, font_size=11 if row else 14))
        if not heads:
            _set_height(sheet, row, texts, _NOTES_WIDTHS)
    _set_page(sheet, about, NOTES)


def _add_table(book: Workbook, pen: _Pen, about: About, name: str, table: pd.DataFrame) -> None:
    """Write a table: names for programs in small letters, and beneath them Excel's table with labels for readers."""
    sheet, found = book.add_worksheet(name), columns(table.columns, name)
    labels, widest = _labels(found), _WIDEST_OF_MANY if len(found) > _MANY else _WIDEST
    widths = [_width(each, table[each.name], widest) for each in found]
    _set_widths(sheet, widths)
    small = pen(font_size=8, font_color="#6B7280", text_wrap=True)
    for place, each in enumerate(found):
        sheet.write_string(0, place, each.name, small)
    sheet.set_row(0, _SMALL_LINE * max(math.ceil(0.8 * len(each.name) / (width - 1))
                                       for each, width in zip(found, widths, strict=True)))
    finite = table.replace([np.inf, -np.inf], np.nan).astype(object)
    data = finite.where(finite.notna(), None).to_numpy().tolist()
    last = _HEADER_ROW + max(len(table), 1)     # Excel's tables have a row at least
    sheet.add_table(_HEADER_ROW, 0, last, len(found) - 1, {
        "name": re.sub(r"\W", "_", name), "style": "Table Style Light 1", "banded_rows": True, "data": data,
        "columns": [{"header": label, "header_format": pen.header(), "format": _format(pen, each)}
                    for label, each in zip(labels, found, strict=True)],
    })
    _format_by_unit(sheet, pen, found, table)
    _set_height(sheet, _HEADER_ROW, labels, [width - 3 for width in widths])
    broken = {each.name: width for each, width in zip(found, widths, strict=True) if _is_broken(each)}
    for row, said in enumerate(table[list(broken)].itertuples(index=False), _HEADER_ROW + 1):
        _set_height(sheet, row, [str(text) for text in said], list(broken.values()))
    sheet.freeze_panes(_HEADER_ROW + 1, _frozen(found))
    sheet.repeat_rows(_HEADER_ROW)
    printed = [place for place, each in enumerate(found) if each.name not in _NOT_PRINTED]
    sheet.print_area(_HEADER_ROW, 0, last, max(printed))
    _set_page(sheet, about, name)


def _labels(found: Sequence[Column]) -> list[str]:
    """Give each column its label; Excel wants no two alike."""
    labels = [each.label for each in found]
    return [f"{label} ({each.name})" if labels.count(label) > 1 else label
            for label, each in zip(labels, found, strict=True)]


def _width(told: Column, values: pd.Series, widest: int) -> int:
    """Say how wide a column is: for its texts, and for the longest word of its label."""
    texts = values.dropna().astype(str).str.len() if not told.is_numeric else pd.Series(dtype="int64")
    longest = 0 if texts.empty else int(texts.max())
    return min(max(longest + 3, max(map(len, told.label.split())) + 4, _NARROWEST), widest)


def _lines(text: str, width: int) -> int:
    """Count the lines that a text is broken into, with some room to spare: programs differ in their letters."""
    room, lines, used = max(width - 1, 1), 1, 0
    for word in text.split():
        if used and used + 1 + len(word) > room:
            lines, used = lines + 1, 0
        used += len(word) + bool(used)
        lines, used = lines + (used - 1) // room, (used - 1) % room + 1     # a word longer than a line
    return lines


def _set_height(sheet: Any, row: int, texts: Sequence[str], widths: Sequence[int]) -> None:
    """Give a row the height of its longest text: not every program finds it by itself."""
    lines = max(map(_lines, texts, widths), default=1)
    if lines > 1:
        sheet.set_row(row, _LINE * lines)


def _is_broken(told: Column) -> bool:
    """Whether a column's texts are broken into lines: not those that are alike in every row."""
    return not told.is_numeric and told.name not in _NOT_PRINTED


def _format(pen: _Pen, told: Column) -> Any:
    # Texts stand a little off the numbers before them.
    return (pen(num_format=_FORMATS.get(told.form, "General")) if told.is_numeric else
            pen(text_wrap=_is_broken(told), indent=1))


def _format_by_unit(sheet: Any, pen: _Pen, found: Sequence[Column], table: pd.DataFrame) -> None:
    """Show each number in a column of several sorts as its unit asks."""
    for place, told in enumerate(found):
        unit = _UNIT_OF.get(told.name)
        if told.form != "number" or unit not in table:
            continue
        rows = zip(table[told.name].tolist(), table[unit].tolist(), strict=True)
        for row, (value, said) in enumerate(rows, _HEADER_ROW + 1):
            if value is not None and math.isfinite(value):
                written = _FORMATS.get(form_of(str(said)), "General")
                sheet.write_number(row, place, value, pen(num_format=written))


def _frozen(found: Sequence[Column]) -> int:
    """Count the columns that stay in sight: those up to the name, where it is among the first."""
    names = [each.name for each in found[:3]]
    return names.index("name") + 1 if "name" in names else 0


def _set_widths(sheet: Any, widths: Sequence[int]) -> None:
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)


def _set_page(sheet: Any, about: About, name: str) -> None:
    """Set a sheet up for print: A4 across, one page wide, edition and page at the foot."""
    title, edition = (text[:90].replace("&", "&&") for text in (about.title, about.edition))
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.7)
    sheet.set_header(f"&L{title}&R{name}")
    sheet.set_footer(f"&LEdition {edition}&RPage &P of &N")
