"""Tables that screen readers and printers understand, as HTML."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from types import MappingProxyType
from typing import Literal

from pages.shared.parts import as_html

Cell = str | Sequence[str]
"""Text of a cell; of several texts those after the first are small, a line each."""

# Columns that fit a narrow page.
_TIGHT = 4


def table_html(  # noqa: PLR0913 - a table has this many sides
    caption: str, header: Sequence[str], rows: Iterable[Sequence[Cell]], *, numbers: bool = True,
    layout: Literal["scroll", "stack", "blocks"] = "scroll", chosen: int | None = None,
    headings: Mapping[int, str] = MappingProxyType({}),
) -> str:
    """Draw a table; where it is narrow it is scrolled, or its rows become blocks. `headings` stand before rows."""
    # Roles are said aloud because a table of blocks is no table to the browser.
    align, blocks = ' class="number"' if numbers else "", layout == "blocks"
    of = [f' data-of="{escape(name)}"' if blocks else "" for name in header[1:]]
    lines = [_row(row, align, of, chosen=number == chosen) for number, row in enumerate(rows)]
    for number, heading in headings.items():     # in the first column like other heads of rows: wider, it heads columns
        lines[number] = (("</tbody>" if number else "") + f'<tbody role="rowgroup" aria-label="{escape(heading)}">'
                         f'<tr role="row" class="group"><th role="rowheader" scope="row">{escape(heading)}</th>'
                         f'<td role="cell" colspan="{len(header) - 1}"></td></tr>{lines[number]}')
    names = "".join(_head(name, align if column else "") for column, name in enumerate(header))
    head = (f'<caption>{escape(caption)}</caption><thead role="rowgroup"><tr role="row">{names}</tr></thead>'
            if header else "")
    kind = "" if layout == "scroll" else f" {layout}" + " wide" * (blocks and len(header) > _TIGHT)
    named = f' aria-label="{escape(caption)}"' if caption and not header else ""
    body = "" if 0 in headings else '<tbody role="rowgroup">'
    return (f'<div class="facts{kind}"><table role="table"{named}>{head}{body}{"".join(lines)}'
            "</tbody></table></div>").replace(" %", "\u00a0%")


def _head(name: str, align: str) -> str:
    """Head a column; an empty corner heads none."""
    return f'<th role="columnheader" scope="col"{align}>{escape(name)}</th>' if name else '<td role="cell"></td>'


def _row(row: Sequence[Cell], align: str, of: Sequence[str], *, chosen: bool) -> str:
    head, *cells = (_cell(cell) for cell in row)
    drawn = (f'<td role="cell"{align}{name}>' + (f"<div>{cell}</div>" if name else cell) + "</td>"
             for cell, name in zip(cells, of or [""] * len(cells), strict=True))
    return (f'<tr role="row" class="fact{" chosen" if chosen else ""}"><th role="rowheader" scope="row">{head}</th>'
            f'{"".join(drawn)}</tr>')


def _cell(cell: Cell) -> str:
    first, *others = [cell] if isinstance(cell, str) else cell
    return as_html(first) + "".join(f" <small>{as_html(text)}</small>" for text in others if text)
