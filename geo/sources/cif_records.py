"""Records of fixed width, as the railway's Common Interface Format (CIF) has them: in blocks, and piece by piece.

Columns are counted from 0, as slices; those of every record are of the CIF End User Specification and RSPS5046.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from io import BytesIO
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.sources.wording import MAX_EXAMPLES, value_shown

WIDTH = 80
BLOCK = 4_000_000
"""Bytes that are looked at together: a whole country's file is never in memory."""

NONE = -1
"""Of a number: where none stands."""

NEW_LINE, RETURN, BLANK, ZERO, HALF = b"\n\r 0H"
MINUTES_OF_DAY = 24 * 60
TIME = "a time such as 0745 or 0745H"
DATE = "a date such as 260131"
DAYS = "seven digits, 1 for each day from Monday on which it holds and 0 for others"
UNTIL_FURTHER_NOTICE = 999_999
LAST_DAY = np.datetime64("2099-12-31").astype(np.int64)
"""That a last day of 999999 stands for."""

Text = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Keys = npt.NDArray[np.uint64]


@dataclass
class Faults:
    """Collects what is wrong with one file, so that it is told once: a sentence a kind, with the first lines of it."""

    name: str
    _found: dict[str, tuple[list[str], int]] = field(default_factory=dict)

    def add(self, lines: Ints, values: list[str], expected: str) -> None:
        """Note lines by their numbers, what stands there and what was expected; only the first few need a value."""
        if len(lines):
            shown, count = self._found.get(expected, ([], 0))
            shown += [f"line {line:,} has {value_shown(value)}" for line, value in zip(lines, values, strict=False)]
            self._found[expected] = (shown[:MAX_EXAMPLES], count + len(lines))

    def add_text(self, expected: str, text: Text, lines: Ints, where: Bools) -> None:
        """Note the lines of which a piece (characters as bytes, a row a line) is not what was expected."""
        if where.any():
            self.add(lines[where], strings(text[where][:MAX_EXAMPLES]), expected)

    def told(self) -> list[str]:
        """Say what was found."""
        return [f"{self.name}: {', '.join(shown)}{f' and {count - len(shown):,} more' if count > len(shown) else ''}, "
                f"expected {expected}" for expected, (shown, count) in self._found.items()]


@dataclass(frozen=True)
class Lines:
    """Lines of a file that are not blank."""

    text: Text       # a row a line, 80 characters as bytes, blanks where a line is shorter
    number: Ints     # from 1, as an editor counts them
    length: Ints     # characters, blanks at the end not counted

    def __len__(self) -> int:
        """Count the lines."""
        return len(self.number)

    def where(self, which: Bools | slice) -> "Lines":
        """Return some of the lines."""
        return Lines(self.text[which], self.number[which], self.length[which])


def lines_of(file: BinaryIO) -> Iterator[Lines]:
    """Read the lines of a file in blocks; they may end as Windows ends them, be padded to a width or not."""
    rest, number = b"", 1
    while piece := file.read(BLOCK):
        data = rest + piece
        end = data.rfind(b"\n") + 1
        rest = data[end:]
        if end:
            lines, number = _split(data[:end], number)
            yield lines
    if rest:
        yield _split(rest + b"\n", number)[0]


def text_of(data: bytes) -> Lines:
    """Lay out all lines of a short file."""
    parts = list(lines_of(BytesIO(data)))
    return reduce(joined, parts) if parts else Lines(*(np.empty(shape, kind) for shape, kind in (
        ((0, WIDTH), np.uint8), ((0,), np.int64), ((0,), np.int64))))


def joined(first: Lines, second: Lines) -> Lines:
    """Put lines behind others."""
    return Lines(*(np.concatenate([getattr(first, name), getattr(second, name)])
                   for name in ("text", "number", "length")))


def _split(data: bytes, number: int) -> tuple[Lines, int]:
    """Lay the lines of some bytes, which end with the last of them, one below the other; the number of the next."""
    raw = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(raw == NEW_LINE)
    starts = np.concatenate([[0], ends[:-1] + 1])
    stride = int(ends[0]) + 1
    if stride >= WIDTH and len(raw) == stride * len(ends) and np.all(ends == starts + stride - 1):
        text = raw.reshape(-1, stride)[:, :WIDTH].copy()
    else:
        place = np.minimum(starts[:, None].astype(np.int32) + np.arange(WIDTH, dtype=np.int32), len(raw) - 1)
        text = np.where(place < ends[:, None], raw[place], np.uint8(BLANK))
    text[text == RETURN] = BLANK
    filled = text != BLANK
    length = np.where(filled.any(axis=1), WIDTH - np.argmax(filled[:, ::-1], axis=1), 0)
    numbers = number + np.arange(len(ends))
    return Lines(text, numbers, length).where(length > 0), number + len(ends)


def strings(text: Text) -> list[str]:
    """Write rows of characters as texts, without blanks at their ends."""
    return [row.tobytes().decode("latin-1").rstrip() for row in text]


def keys(text: Text) -> Keys:
    """Pack rows of up to eight characters into a number each, which are in order as the texts are."""
    padded = np.zeros((len(text), 8), dtype=np.uint8)
    padded[:, :text.shape[1]] = np.where(text == BLANK, np.uint8(0), text)
    return padded.view(">u8").ravel().astype(np.uint64)


def key(text: str) -> int:
    """Pack a text of up to eight characters as `keys` does."""
    return int.from_bytes(text.encode("latin-1").ljust(8, b"\0"), "big")


def unpacked(packed: npt.ArrayLike) -> pd.Series:
    """Write packed characters as texts (str) again."""
    distinct, place = np.unique(np.asarray(packed, dtype=np.uint64), return_inverse=True)
    texts = distinct.astype(">u8").view("S8").astype("str")
    return pd.Series(texts.astype(object), dtype="str").take(place).reset_index(drop=True)


def pairs(text: Text) -> npt.NDArray[np.uint16]:
    """Write characters two by two as numbers, the first of a pair the larger part."""
    return text[:, ::2].astype(np.uint16) * 256 + text[:, 1::2]


def by_pair(values: Mapping[str, int]) -> npt.NDArray[np.uint8]:
    """Make a table of small numbers to look up what `pairs` gives; 0 for what is not there."""
    table = np.zeros(65_536, dtype=np.uint8)
    for code, value in values.items():
        table[ord(code[0]) * 256 + ord(code[1])] = value
    return table


def whole_numbers(text: Text) -> Ints:
    """Read digits as whole numbers, a row each; blanks in front count as nothing, `NONE` for what is no number."""
    blank = text == BLANK
    leading = np.logical_and.accumulate(blank, axis=1)
    digits = np.where(leading, 0, text.astype(np.int64) - ZERO)
    good = (((digits >= 0) & (digits <= 9)).all(axis=1)) & ~blank.all(axis=1)
    return np.where(good, digits @ (10 ** np.arange(text.shape[1] - 1, -1, -1)), NONE)


def minutes(text: Text) -> Ints:
    """Read HHMM as minutes after midnight, a row each; `NONE` for what is no such time."""
    digits = text.astype(np.int64) - ZERO
    value = digits[:, 0] * 600 + digits[:, 1] * 60 + digits[:, 2] * 10 + digits[:, 3]
    good = ((digits >= 0) & (digits <= 9)).all(axis=1) & (digits[:, 2] < 6) & (value < MINUTES_OF_DAY)
    return np.where(good, value, NONE)


def half_minutes(text: Text) -> Ints:
    """Read HHMM and an H for half a minute more, as half minutes after midnight; `NONE` for what is no such time."""
    whole, mark = minutes(text[:, :4]), text[:, 4]
    return np.where((whole != NONE) & ((mark == BLANK) | (mark == HALF)), 2 * whole + (mark == HALF), NONE)


def is_blank(text: Text) -> Bools:
    """Tell which rows of characters are blank."""
    return np.asarray((text == BLANK).all(axis=1))


def dates(text: Text) -> Ints:
    """Read YYMMDD as days of this century from 1 January 1970, `LAST_DAY` for 999999; `NONE` for what is no date."""
    digits = whole_numbers(text)
    year, month, day = digits // 10_000, digits // 100 % 100, digits % 100
    good = (digits != NONE) & (month >= 1) & (month <= 12) & (day >= 1) & ~(text == BLANK).any(axis=1)
    months = np.where(good, (year + 30) * 12 + month - 1, 0).astype("datetime64[M]")
    found = months.astype("datetime64[D]") + np.where(good, day - 1, 0)
    good &= found.astype("datetime64[M]") == months
    return np.where(digits == UNTIL_FURTHER_NOTICE, LAST_DAY, np.where(good, found.astype(np.int64), NONE))


def weekdays(text: Text) -> Ints:
    """Read seven digits as days of the week, Monday the lowest bit; `NONE` for what are none."""
    runs = text == ZERO + 1
    good = (runs | (text == ZERO)).all(axis=1)
    return np.where(good, runs @ (1 << np.arange(7)), NONE)
