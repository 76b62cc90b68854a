"""Read tables that were pasted into a text: which heading each number of a row stands under."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from geo.quote.numbers import Number
from geo.quote.spelled import hundredth

_RULE = re.compile(r"[\s|:+=-]*")
_FIGURE = re.compile(r"\W*\d[\d,.\s]*(?:%|k\b|\W*$|to\b|[\u2013-])")
_RATE = re.compile(r"\b(?:per|in every|of every|each)\s+(?:1,?000|thousand)\b", re.IGNORECASE)
_SHARE = re.compile(r"%|\bper\s?cent\b|\bshare\b|\bproportion\b|\bpercentage\b", re.IGNORECASE)
_MINUTES = re.compile(r"\bmin(?:ute)?s?\b", re.IGNORECASE)
_RANK = re.compile(r"^\W*(?:rank|position|place in)\b", re.IGNORECASE)


class Cell(NamedTuple):
    """A cell of a table.

    Attributes
    ----------
    start, end
        Where it stands in the text.
    headings
        What its column is called, then the columns before it, from the nearest: 'between' goes on with what is left.
    """

    start: int
    end: int
    headings: tuple[str, ...]


class Row(NamedTuple):
    """A row of a table below its headings.

    Attributes
    ----------
    start, end
        Where it stands in the text.
    cells
        In order.
    """

    start: int
    end: int
    cells: tuple[Cell, ...]


def rows(text: str) -> list[Row]:
    r"""Find the rows of tables: of lines with as many cells as a line of headings above them.

    Parameters
    ----------
    text
        Any: cells are told apart by tabs, upright strokes or three spaces.

    Returns
    -------
    list of Row
        In order; a line of headings is one without cells.

    Examples
    --------
    >>> rows("Place | Premises\nExeter | 1,612")[1].cells[1].headings
    ('Premises', 'Place')
    """
    found: list[Row] = []
    titles: Sequence[str] = ()
    for start, end in _lines(text):
        line = text[start:end]
        if _RULE.fullmatch(line) and line.strip():
            continue
        spans = _cells(line, start)
        cells = [text[first:last].strip() for first, last in spans]
        figures = [bool(_FIGURE.match(cell)) for cell in cells]
        if len(cells) < 2:
            titles = ()
        elif not any(figures):
            titles = cells
            found.append(Row(start, end, ()))
        elif len(cells) == len(titles):
            found.append(Row(start, end, tuple(
                Cell(*span, tuple(titles[column::-1])) for column, span in enumerate(spans))))
    return [row for number, row in enumerate(found)
            if row.cells or (number + 1 < len(found) and found[number + 1].cells)]


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line)
        start += len(line) + 1


def _cells(line: str, start: int) -> list[tuple[int, int]]:
    """Take a line apart at tabs, upright strokes and wide gaps."""
    found, at = [], 0
    for gap in [*re.finditer(r"\s*[\t|]\s*|\s{3,}", line), None]:
        end = gap.start() if gap else len(line)
        if line[at:end].strip():
            found.append((start + at, start + end))
        at = gap.end() if gap else end
    return found


def under(number: Number, heading: str) -> Number:
    """Read a bare number as what its heading says it is: a rate, per cent, minutes, a rank.

    Parameters
    ----------
    number
        As it was read without a heading.
    heading
        Of its column.

    Returns
    -------
    Number
        The same where the heading says nothing of the kind.
    """
    if number.kind != "count":
        return number
    if _RATE.search(heading):
        return replace(number, kind="rate")
    if _SHARE.search(heading):
        return replace(number, kind="share", said=hundredth(number.said), to=number.to and hundredth(number.to))
    if _MINUTES.search(heading):
        return replace(number, kind="minutes", said=number.said._replace(as_given=True))
    return replace(number, kind="rank") if _RANK.search(heading) and number.to is None else number
