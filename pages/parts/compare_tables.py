"""Tables of many places: real tables for screen readers and print, one block a row where the page is narrow."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

from geo.comparison import BASES, Cell, Row, spell
from pages.parts.furniture import marks_html

__all__ = ["Line", "bases_html", "block_table", "comparison_html"]

_TIGHT = 4
"""Columns that fit a narrow page."""


class Line(NamedTuple):
    """One row of a table.

    Parameters
    ----------
    head
        HTML that names the row.
    cells
        For each column the lines of text in it, the figure first.
    chosen
        Whether the row is set strong.
    """

    head: str
    cells: Sequence[Sequence[str]]
    chosen: bool = False


def block_table(caption: str, header: Sequence[str], groups: Iterable[tuple[str, Sequence[Line]]]) -> str:
    """Draw a table whose rows become blocks where there is no room for its columns.

    Parameters
    ----------
    caption
        What it shows, with unit and basis: plain text.
    header
        Plain text, one per column, that of the rows' names first.
    groups
        Heading, or "" for none, and rows.

    Returns
    -------
    str
        HTML. The roles stand there because a browser forgets them when rows are drawn as blocks.
    """
    body = ""
    for title, lines in groups:
        heading = (f'<tr role="row" class="group"><th role="rowheader" scope="rowgroup" colspan="{len(header)}">'
                   f"{escape(title)}</th></tr>") if title else ""
        rows = "".join(_line(line, header) for line in lines)
        body += f'<tbody role="rowgroup">{heading}{rows}</tbody>'
    names = "".join(f'<th role="columnheader" scope="col"{"" if index == 0 else " class=number"}>{escape(name)}</th>'
                    for index, name in enumerate(header))
    wide = " wide" if len(header) > _TIGHT else ""
    return (f'<div class="facts blocks{wide}"><table role="table"><caption>{escape(caption)}</caption>'
            f'<thead role="rowgroup"><tr role="row">{names}</tr></thead>{body}</table></div>')


def _line(line: Line, header: Sequence[str]) -> str:
    cells = "".join(
        f'<td role="cell" class="number" data-of="{escape(name)}"><div>{escape(texts[0])}'
        + "".join(f"<small>{escape(text)}</small>" for text in texts[1:]) + "</div></td>"
        for name, texts in zip(header[1:], line.cells, strict=True)
    )
    chosen = " chosen" if line.chosen else ""
    return f'<tr role="row" class="fact{chosen}"><th role="rowheader" scope="row">{line.head}</th>{cells}</tr>'


def comparison_html(caption: str, names: Sequence[str], rows: Sequence[Row]) -> str:
    """Draw places side by side.

    Parameters
    ----------
    caption
        What it shows.
    names
        Of the places, in the order of the cells.
    rows
        As `geo.comparison.compare` returns them.

    Returns
    -------
    str
        HTML.
    """
    groups: dict[str, list[Line]] = {}
    for row in rows:
        bases = [cell.basis for cell in row.cells]
        same = len(set(bases)) == 1
        head = f'{escape(row.label)} <small>{marks_html(bases[0]) if same else ""}</small>'
        cells = [_texts(row, cell, basis=not same) for cell in row.cells]
        groups.setdefault(row.group, []).append(Line(head, cells))
    return block_table(caption, ["Figure", *names], groups.items())


def _texts(row: Row, cell: Cell, basis: bool) -> list[str]:
    """Write one figure, and where the row's places differ in basis, its basis."""
    words = {"published": "Ofcom’s own count"}
    return [*spell(row, cell), *([words.get(name, name) for name in cell.basis] if basis else [])]


def bases_html(rows: Sequence[Row]) -> str:
    """Explain every basis that a comparison has.

    Parameters
    ----------
    rows
        As `geo.comparison.compare` returns them.

    Returns
    -------
    str
        HTML: a list.
    """
    there = {basis for row in rows for cell in row.cells for basis in cell.basis}
    items = "".join(f"<li>{marks_html([basis])} {escape(text)}</li>" for basis, text in BASES.items() if basis in there)
    return f'<ul class="bases">{items}</ul>'
