"""Tables of many places: real tables for screen readers and print, one block a row where the page is narrow."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

from geo.core.measures import BASES
from geo.edition import EditionFacts
from geo.figures.place import Figure
from geo.figures.side_by_side import Row
from geo.view import View
from geo.words.definitions import basis_meaning
from geo.words.place import comparison_labels, figure_texts
from pages.parts.furniture import marks_html

__all__ = ["Line", "bases_html", "block_table", "comparison_html"]

_TIGHT = 4
"""Columns that fit a narrow page."""


class Line(NamedTuple):
    """One row of a table.

    head: HTML that names the row.
    cells: For each column the lines of text in it, the figure first.
    chosen: Whether the row is set strong.
    """

    head: str
    cells: Sequence[Sequence[str]]
    chosen: bool = False


def block_table(caption: str, header: Sequence[str], groups: Iterable[tuple[str, Sequence[Line]]]) -> str:
    """Draw a table whose rows become blocks where there is no room for its columns."""
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


def comparison_html(caption: str, names: Sequence[str], rows: Sequence[Row], view: View) -> str:
    """Draw places side by side."""
    groups: dict[str, list[Line]] = {}
    for row in rows:
        figures = [figure for figure in row.figures if figure]
        bases, (heading, label) = [figure.basis for figure in figures], comparison_labels(row, view)
        same = len(set(bases)) == 1
        head = f'{escape(label)} <small>{marks_html(bases[0]) if same else ""}</small>'
        cells = [_texts(figure, basis=not same) for figure in figures]
        groups.setdefault(heading, []).append(Line(head, cells))
    return block_table(caption, ["Figure", *names], groups.items())


def _texts(figure: Figure, basis: bool) -> list[str]:
    """Write one figure, and where the row's places differ in basis, its basis."""
    return [*figure_texts(figure), *([BASES[name].mark for name in figure.basis] if basis else [])]


def bases_html(rows: Sequence[Row], edition: EditionFacts) -> str:
    """Explain every basis that a comparison has."""
    there = {name for row in rows for figure in row.figures if figure for name in figure.basis}
    each = {basis.mark: name for name, basis in BASES.items() if name in there}     # several may say the same
    items = "".join(f"<li>{marks_html([name])} {escape(basis_meaning(name, edition))}</li>" for name in each.values())
    return f'<ul class="bases">{items}</ul>'
