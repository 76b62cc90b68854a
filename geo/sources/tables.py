"""What every reader shares: columns by name and kind, rows checked, all problems at once in words."""

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from geo.core.errors import SourceError
from geo.sources.archives import read_bytes
from geo.sources.csv_rows import parse_rows, refuse_other_delimiter, split_csv
from geo.sources.wording import UNEDITED, shortened, some, value_shown

MAX_COUNT = 2**53
"""Whole numbers above this are not exact as floating point, and no count of people or premises is near it."""

KINDS = ("text", "blank-text", "category", "blank-category", "count", "number", "blank-number")
THOUSANDS = r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?"
"""A number as spreadsheets show it: 86,015."""


@dataclass
class Problems:
    """Collects what is wrong with one file, so that it is reported once and whole.

    Data rows are counted from `first_row`, as a spreadsheet does; `prefix` stands in front of each problem.
    """

    path: Path
    first_row: int = 2
    prefix: str = ""
    found: list[str] = field(default_factory=list)

    def add(self, problem: str) -> None:
        """Note one problem in words: where it is, what stands there, what was expected."""
        self.found.append(self.prefix + problem)

    def add_rows(self, column: str, bad: pd.Series, expected: str) -> None:
        """Note the first few bad values of a column, indexed by data row from 0; nothing when there are none."""
        if not bad.empty:
            shown = [f"row {row + self.first_row} has {value_shown(value)}" for row, value in bad.items()]
            self.add(f"column {column!r}: {some(shown)}, expected {expected}")

    def raise_if_any(self) -> None:
        """Raise a SourceError when anything was noted."""
        if self.found:
            raise SourceError(self.path, self.found)


@dataclass(frozen=True)
class Column:
    """How one column of a publisher's table is read and checked."""

    kind: str                                   # one of `KINDS`
    name: str = ""                              # in the result; empty for a column that is only checked
    pattern: str = ""                           # regular expression that the whole of every text must match
    expected: str = ""                          # what pattern or limits ask for, in words
    limits: tuple[float, float] | None = None   # least and greatest number
    one_per: str = ""                           # column of which each value stands beside only one of this one
    optional: bool = False                      # whether a file may do without it


def read_table(
    path: Path, columns: Mapping[str, Column], key: str, *, data: bytes | None = None, comment: str | None = None,
    check: Callable[[pd.DataFrame, Problems], None] | None = None,
) -> pd.DataFrame:
    """Read and check a CSV with one row a code.

    Parameters
    ----------
    columns
        By the publisher's header, in the order of the result.
    key
        Header of the codes, each there once.
    data, comment
        As for `read_columns`.
    check
        Notes what else is wrong, given the rows under the publisher's headers.

    Returns
    -------
    pandas.DataFrame
        Index: the codes, sorted, under the key's name; the other columns that have a name.

    Raises
    ------
    MissingSourceError, SourceError
        When the file is missing or not what it should be; every problem at once.
    """
    kinds = {header: column.kind for header, column in columns.items()}
    optional = [header for header, column in columns.items() if column.optional]
    frame = read_columns(path, kinds, optional=optional, data=data, comment=comment, whole_rows=True)
    if frame.empty:
        raise SourceError(path, [f"has a header and nothing but blank rows: {UNEDITED}"])
    problems, there = Problems(path, frame.attrs["first_row"]), {header: columns[header] for header in frame}
    for header, column in there.items():
        if column.pattern:
            frame[header] = _in_capitals(frame[header], column.pattern)
            bad = frame.loc[~frame[header].str.fullmatch(column.pattern), header]
            problems.add_rows(header, bad, column.expected)
        if column.limits:
            outside = ~frame[header].between(*column.limits) & frame[header].notna()
            problems.add_rows(header, frame.loc[outside, header], column.expected)
    frame = without_repeats(frame)
    check_unique(frame, key, problems)
    if check:
        check(frame, problems)
    problems.raise_if_any()
    for header, column in there.items():
        if column.one_per:
            _check_one_each(frame, column.one_per, header, problems)
    problems.raise_if_any()
    names = {header: column.name for header, column in there.items() if column.name and header != key}
    index = pd.Index(frame[key], name=columns[key].name or "code")
    return frame[list(names)].rename(columns=names).set_index(index).sort_index()


def without_repeats(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave out rows that say, word for word, what a row before them says."""
    if not pd.util.hash_pandas_object(frame, index=False).duplicated().any():     # a long table is not held twice
        return frame
    return frame[~frame.duplicated()]


def _in_capitals(values: pd.Series, pattern: str) -> pd.Series:
    """Write codes in capitals where that makes them fit: spreadsheets and scripts leave them in lower case."""
    odd = values[~values.str.fullmatch(pattern)].str.upper()
    fitting = odd[odd.str.fullmatch(pattern)]
    return values.where(~values.index.isin(fitting.index), fitting.reindex(values.index)) if len(fitting) else values


def _check_one_each(frame: pd.DataFrame, code: str, other: str, problems: Problems) -> None:
    """Note codes that do not always stand beside the same name (or larger area)."""
    found = frame[[code, other]].drop_duplicates()
    bad = found.loc[found[code].duplicated(), code].unique()
    if len(bad):
        problems.add(f"{code} {some(bad)} stands beside more than one {other}, expected one: {UNEDITED}")


def read_columns(
    path: Path, columns: Mapping[str, str], *, optional: Iterable[str] = (), data: bytes | None = None,
    comment: str | None = None, whole_rows: bool = False,
) -> pd.DataFrame:
    """Read chosen columns of a CSV by their names, whatever their order; everything wrong is reported at once.

    Parameters
    ----------
    path
        The CSV, or the archive that `data` was taken from (it is named in errors).
    columns
        Publisher's header → kind: "text" (not empty), "blank-text", "count" (whole, not negative), "number", or
        "blank-number" (may be empty: NaN). "category" and "blank-category" are texts that a long table repeats: they
        come as ordered categories, which need little memory.
    optional
        Headers out of `columns` that may be absent; they are then absent from the result.
    data
        The bytes of the CSV, when it came out of an archive.
    comment
        Lines above the header that start with this are skipped.
    whole_rows
        Whether a row that ends before optional columns is refused: it may have lost a field in its middle.

    Returns
    -------
    pandas.DataFrame
        One row per data row; index: the data row, from 0 (rows that hold nothing are left out); text as str without
        spaces around it, counts as int64, numbers as float64.
        `attrs["first_row"]` is the row of the first data (for `Problems`).

    Raises
    ------
    MissingSourceError
        When there is no such file.
    SourceError
        When it is no CSV, is cut short, columns are missing or twice there, rows are longer than the header or
        shorter than its columns that are not optional, or values are not of their kind.
    """
    unknown = set(columns.values()) - set(KINDS)
    if unknown:
        raise ValueError(f"unknown kinds of column {sorted(unknown)}, expected some of {KINDS}")
    table = split_csv(path, read_bytes(path) if data is None else data, comment)
    refuse_other_delimiter(table, columns)
    problems, may_lack = Problems(path, table.first_row), set(optional)
    wanted = positions_of(table.names, columns, may_lack, problems)
    problems.raise_if_any()
    frame = parse_rows(table, wanted, _shortest(len(table.names), wanted, set() if whole_rows else may_lack))
    # Each column of texts is let go once it is read.
    typed = {name: _typed(frame.pop(name), columns[name], problems) for name in wanted}
    problems.raise_if_any()
    frame = pd.DataFrame(typed)
    frame.attrs["first_row"] = table.first_row
    return frame


def positions_of(
    names: Sequence[str], columns: Iterable[str], may_lack: Container[str], problems: Problems,
) -> dict[str, int]:
    """Find columns in a header, in any case where none is spelled as asked for; note those that are missing or twice.

    Returns
    -------
    dict of str to int
        Name asked for → position in the header, of those that are there.
    """
    folded, found = [" ".join(name.split()).casefold() for name in names], {}
    for name in columns:
        there = [position for position, other in enumerate(names) if other == name] or [
            position for position, other in enumerate(folded) if other == name.casefold()]
        if len(there) > 1:
            problems.add(f"column {name!r} is there {len(there)} times, expected once: {UNEDITED}")
        elif there:
            found[name] = there[0]
        elif name not in may_lack:
            problems.add(f"column {name!r} is missing (it has {shortened(names)}): {UNEDITED}")
    return found


def _shortest(width: int, wanted: Mapping[str, int], may_lack: Container[str]) -> int:
    """Count the fields that a row needs: where a format knows optional columns, a row may end without them."""
    needed = [position for name, position in wanted.items() if name not in may_lack]
    return 1 + max(needed, default=0) if may_lack else width


def _typed(values: pd.Series, kind: str, problems: Problems) -> pd.Series:
    """Convert one column of categories of text, noting the rows that are not of the kind."""
    column = str(values.name)
    if kind.endswith(("text", "category")):
        if not kind.startswith("blank"):
            problems.add_rows(column, values[values == ""], "some text")
        kept = kind.endswith("category")
        return values.cat.reorder_categories(values.cat.categories.sort_values()) if kept else values.astype("str")
    distinct = pd.Series(values.cat.categories, dtype="str")
    marked = distinct.str.fullmatch(THOUSANDS)
    plain = distinct.where(~marked, distinct.str.replace(",", ""))
    numbers = pd.Series(
        pd.to_numeric(plain, errors="coerce").to_numpy(dtype="float64")[values.cat.codes], values.index, name=column)
    good = np.isfinite(numbers)
    if kind == "blank-number":
        problems.add_rows(column, values[~good & (values != "")], "a number or nothing")
    elif kind == "number":
        problems.add_rows(column, values[~good], "a number")
    else:
        good &= numbers.between(0, MAX_COUNT) & (numbers.where(good, 0) % 1 == 0)
        problems.add_rows(column, values[~good], "a whole number, 0 or more")
        return numbers.where(good, 0).astype("int64")
    return numbers


def check_unique(frame: pd.DataFrame, column: str, problems: Problems) -> None:
    """Note codes that stand in more than one row."""
    problems.add_rows(column, frame.loc[frame[column].duplicated(), column], "each code once")


def vintage_in_name(path: Path) -> str | None:
    """Return the year and month ("2025-07") that Ofcom and others put in their file names, if there are any."""
    found = re.search(r"(?<!\d)(20[0-9]{2})(0[1-9]|1[0-2])(?!\d)", path.name)
    return f"{found[1]}-{found[2]}" if found else None
