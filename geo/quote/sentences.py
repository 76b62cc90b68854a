"""Take a text apart into sentences, items of lists and rows of tables, with the numbers and places of each."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from geo.edition.store import Edition
from geo.quote.names import Named, find_places
from geo.quote.numbers import Number, read_numbers
from geo.quote.tables import Row, rows, under

_LONGEST_SENTENCE = 1500
"""Letters; what is longer is read in pieces, so that no text takes long."""
_PARAGRAPH = re.compile(r"\n\s*\n|\n(?=\s*(?:[^\w\s\"'\u201c\u2018(\[|]{1,3}|\d+[.)/])\s)")
_SENTENCE_END = re.compile(r"[.!?][\"\u201d\u2019')\]]*\s+(?=[\"\u201c\u2018'(\[]?[A-Z0-9£])")
_LINE_END = re.compile(
    r"(?<![,\u2013\u2014-])(?<!\b(?:in|of|to|on|at))(?<!\b(?:and|the|for))(?<!\bthan)(?<!\bfrom)\n"
    r"(?=[\"\u201c\u2018'(\[#]?[A-Z0-9£])")
_ABBREVIATED = re.compile(r"(?:\b(?:St|Mr|Mrs|Ms|Dr|Cllr|approx|e\.g|i\.e|No|c|vs|Rt|Hon|Prof|Gt|Lt)|\b[A-Z])\.$")
SHORT_LINE = 50
"""Letters: a shorter line ends there by intent, and not because the page does."""
_PART = re.compile(r"(?:most|least) deprived (?:fifth|tenth|quarter)|deprived (?:fifth|tenth)|poorest (?:fifth|tenth)")
_WALK = re.compile(r"[\s'\u2019]*\s?(?:-\s?)?walk")
_AROUND_LIMIT = re.compile(r"\s+(?:of (?:that|the|this) (?:limit|line|threshold)|less|either side|more,)")
_OF_A_TERM = re.compile(
    r"\s+(?:networks|operators|hubs|cities|types|kinds|reasons|questions|times|"
    r"(?:of the\s+)?(?:[a-z]+\s+){0,2}(?:authorities|councils|constituencies|counties|unitaries|districts|wards|"
    r"seats|localities|neighbourhoods|others))\b")
_EVERY = re.compile(r"\b(?:per|every|each)\s+$", re.IGNORECASE)
_NOT = re.compile(r"\bnot\s+(?:the\s+|some\s+|about\s+)*$", re.IGNORECASE)
_BUT = re.compile(r"[^.;]{0,40}?\bbut\b")
"""After what is denied: 'not 5,000 but 5,780'."""
_INSTEAD = re.compile(
    r"(?:\b(?:rather than|instead of)|\d[^.;,]{0,20},\s+(?:and\s+)?not)\s+(?:the\s+|some\s+|about\s+)*$", re.IGNORECASE)


@dataclass(frozen=True)
class Sentence:
    """One sentence, with what stands in it.

    Attributes
    ----------
    start, end
        Where it stands in the text.
    numbers, places
        In the order of the text.
    headings
        Of a row of a table: where a number of it stands → what its column is called, and those left of it.
    """

    start: int
    end: int
    numbers: tuple[Number, ...]
    places: tuple[Named, ...]
    headings: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


def sentences(edition: Edition, text: str) -> list[Sentence]:
    """Take a text apart.

    Parameters
    ----------
    edition
        Whose places are looked for.
    text
        Any.

    Returns
    -------
    list of Sentence
        In order.
    """
    numbers, places = read_numbers(text), find_places(edition, text)
    found = []
    tabled = {row.start: row for row in rows(text)}
    for first, last in _paragraphs(text, list(tabled.values())):
        row = tabled.get(first)
        for start, end in [(first, last)] if row else _sentences(text, first, last):
            inside = tuple(number for number in numbers if start <= number.start < end)
            headings = {number.start: cell.headings for number in inside for cell in (row.cells if row else ())
                        if cell.start <= number.start < cell.end}
            found.append(Sentence(
                start, end, tuple(under(number, headings.get(number.start, ("",))[0]) for number in inside),
                tuple(place for place in places if start <= place.start < end), headings))
    return found


def _paragraphs(text: str, tabled: Sequence[Row]) -> Iterator[tuple[int, int]]:
    """List paragraphs, items of lists and rows of tables."""
    parts = sorted([*((row.start, row.start) for row in tabled), *((row.end, row.end) for row in tabled),
                    *(match.span() for match in _PARAGRAPH.finditer(text))])
    start = 0
    for end, after in parts:
        if end > start:
            yield start, end
        start = max(start, after)
    yield start, len(text)


def _sentences(text: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    start = first
    ends = [*_SENTENCE_END.finditer(text, first, last),
            *(match for match in _LINE_END.finditer(text, first, last)
              if match.start() - max(first, text.rfind("\n", first, match.start())) < SHORT_LINE)]
    for match in sorted(ends, key=lambda match: match.start()):
        while match.end() - start > _LONGEST_SENTENCE:
            yield start, start + _LONGEST_SENTENCE
            start += _LONGEST_SENTENCE
        if not _ABBREVIATED.search(text[max(first, match.start() - 8):match.start() + 1]):
            yield start, match.end()
            start = match.end()
    while start < last:
        yield start, min(last, start + _LONGEST_SENTENCE)
        start += _LONGEST_SENTENCE


def is_no_claim(text: str, number: Number) -> bool:
    """Tell whether a number is a part of a term, or denied.

    Parameters
    ----------
    text
        The whole.
    number
        One of it.

    Returns
    -------
    bool
        Whether nothing is claimed by it.
    """
    around = text[max(0, number.start - 16):number.end + 12]
    if number.kind == "share" and _PART.search(around):
        return True
    if number.kind == "minutes":
        return bool(_WALK.match(text, number.end) or _AROUND_LIMIT.match(text, number.end))
    before = text[max(0, number.start - 40):number.start]
    if _INSTEAD.search(before) or (_NOT.search(before) and _BUT.match(text, number.end)):
        return True
    return number.kind == "count" and bool(
        _OF_A_TERM.match(text, number.end) or _EVERY.search(text[max(0, number.start - 12):number.start]))
