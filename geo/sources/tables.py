"""What every reader shares: columns by name, all problems at once in words, archives and pages told apart."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from geo.core.errors import MissingSourceError, SourceError

MAX_EXAMPLES = 3
MAX_COUNT = 2**53
"""Whole numbers above this are not exact as floating point, and no count of people or premises is near it."""

KINDS = ("text", "blank-text", "count", "number", "blank-number")
BLANK = b"\xef\xbb\xbf \r\n\t"
"""What may stand in front of a file's content: a byte order mark and white space."""


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
            shown = [f"row {row + self.first_row} has {value!r}" for row, value in bad.items()]
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
    frame = read_columns(path, kinds, optional=optional, data=data, comment=comment)
    problems, there = Problems(path, frame.attrs["first_row"]), {header: columns[header] for header in frame}
    for header, column in there.items():
        if column.pattern:
            bad = frame.loc[~frame[header].str.fullmatch(column.pattern), header]
            problems.add_rows(header, bad, column.expected)
        if column.limits:
            outside = ~frame[header].between(*column.limits) & frame[header].notna()
            problems.add_rows(header, frame.loc[outside, header], column.expected)
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


def _check_one_each(frame: pd.DataFrame, code: str, other: str, problems: Problems) -> None:
    """Note codes that do not always stand beside the same name (or larger area)."""
    found = frame[[code, other]].drop_duplicates()
    bad = found.loc[found[code].duplicated(), code].unique()
    if len(bad):
        problems.add(f"{code} {some(bad)} stands beside more than one {other}, expected one: download it again")


def read_columns(
    path: Path, columns: Mapping[str, str], *, optional: Iterable[str] = (), data: bytes | None = None,
    comment: str | None = None,
) -> pd.DataFrame:
    """Read chosen columns of a CSV by their names, whatever their order; everything wrong is reported at once.

    Parameters
    ----------
    path
        The CSV, or the archive that `data` was taken from (it is named in errors).
    columns
        Publisher's header → kind: "text" (not empty), "blank-text", "count" (whole, not negative), "number", or
        "blank-number" (may be empty: NaN).
    optional
        Headers out of `columns` that may be absent; they are then absent from the result.
    data
        The bytes of the CSV, when it came out of an archive.
    comment
        Lines above the header that start with this are skipped.

    Returns
    -------
    pandas.DataFrame
        One row per data row, RangeIndex; text as str without spaces around it, counts as int64, numbers as float64.
        `attrs["first_row"]` is the row of the first data (for `Problems`).

    Raises
    ------
    MissingSourceError
        When there is no such file.
    SourceError
        When it is no CSV, is cut short, columns are missing or twice there, rows are longer or shorter than the
        header, or values are not of their kind.
    """
    unknown = set(columns.values()) - set(KINDS)
    if unknown:
        raise ValueError(f"unknown kinds of column {sorted(unknown)}, expected some of {KINDS}")
    names, body, first_row = _split_header(path, _decode(path, read_bytes(path) if data is None else data), comment)
    problems = Problems(path, first_row)
    may_lack = set(optional)
    for name in columns:
        if names.count(name) > 1:
            problems.add(f"column {name!r} is there {names.count(name)} times, expected once")
        elif name not in names and name not in may_lack:
            problems.add(f"column {name!r} is missing (it has {shortened(names)}): download the publisher's file again")
    problems.raise_if_any()
    wanted = {name: names.index(name) for name in columns if name in names}
    frame = _parse(body, len(names), wanted, problems)
    problems.raise_if_any()
    typed = {name: _typed(frame[name].str.strip(), columns[name], name, problems) for name in wanted}
    problems.raise_if_any()
    frame = pd.DataFrame(typed)
    frame.attrs["first_row"] = first_row
    return frame


def _split_header(path: Path, text: str, comment: str | None) -> tuple[list[str], str, int]:
    """Part a CSV's text: the header's names, everything below it, and the row at which that starts."""
    lines = io.StringIO(text, newline="")
    skipped = start = 0
    for line in lines:
        if line.strip() and not (comment and line.startswith(comment)):
            break
        skipped += 1
        start += len(line)
    lines.seek(start)
    try:
        header = next(csv.reader(lines), [])
    except csv.Error as error:
        raise SourceError(path, [f"not a readable CSV ({error}): download it again"]) from error
    return [name.strip() for name in header], lines.read(), skipped + 2


def _parse(body: str, width: int, wanted: Mapping[str, int], problems: Problems) -> pd.DataFrame:
    """Read the wanted columns of the rows below a header as text; rows of another width than it are noted."""
    odd: list[arrow_csv.InvalidRow] = []

    def note(row: arrow_csv.InvalidRow) -> str:
        odd.append(row)
        return "skip"

    if body.count('"') % 2:
        problems.add("a quotation mark is opened and never closed (is it cut short?): download it again")
    elif not body.strip():
        problems.add("has a header and no rows: download it again")
    problems.raise_if_any()
    keys = [str(position) for position in range(width)]
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(body.encode()),
            # One thread, because rows are numbered only then.
            read_options=arrow_csv.ReadOptions(column_names=keys, use_threads=False),
            parse_options=arrow_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=note),
            convert_options=arrow_csv.ConvertOptions(
                include_columns=[str(position) for position in wanted.values()],
                column_types=dict.fromkeys(keys, pa.string()), strings_can_be_null=False,
            ))
    except pa.ArrowInvalid as error:
        raise SourceError(problems.path, [f"not a readable CSV ({error}): download it again"]) from error
    if odd:
        rows = [f"row {row.number - 1 + problems.first_row} has {row.actual_columns:,}" for row in odd[:MAX_EXAMPLES]]
        more = f" and {len(odd) - MAX_EXAMPLES:,} more rows are odd" if len(odd) > MAX_EXAMPLES else ""
        problems.add(f"{', '.join(rows)} columns{more}, expected {width:,} as in the header: download it again")
    return table.rename_columns(list(wanted)).to_pandas()


def _typed(values: pd.Series, kind: str, column: str, problems: Problems) -> pd.Series:
    """Convert one column of text, noting the rows that are not of the kind."""
    if kind in {"text", "blank-text"}:
        if kind == "text":
            problems.add_rows(column, values[values == ""], "some text")
        return values
    numbers = pd.to_numeric(values, errors="coerce").astype("float64")
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


def refuse_web_page(path: Path, data: bytes, expected: str) -> None:
    """Raise a SourceError when a file's bytes (or the first of them) are a web page instead of what is expected."""
    if data[:2048].lstrip(BLANK).startswith(b"<"):
        problem = f"is a web page, not {expected} (the download was refused or moved): download it again"
        raise SourceError(path, [problem])


def _decode(path: Path, data: bytes) -> str:
    """Bytes of a CSV as text; pages, archives and binary saved under a CSV's name are told apart."""
    refuse_web_page(path, data, "a CSV")
    if not data.strip(BLANK):
        raise SourceError(path, ["is empty: download it again"])
    if data[:2] == b"PK":
        raise SourceError(path, ["is a zip or a spreadsheet, not a CSV: unpack it, or download the CSV"])
    if data[:2048].lstrip(BLANK).startswith(b"{"):
        raise SourceError(path, ["is JSON (a server's message?), not a CSV: download the CSV again"])
    if b"\x00" in data[:65536]:
        raise SourceError(path, ["is not text (or UTF-16): download the CSV again, or save it as CSV in UTF-8"])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            raise SourceError(path, ["is cut short in the middle of a letter: download it again"]) from error
    try:
        # Publishers save from spreadsheets on Windows, too.
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise SourceError(path, ["is neither UTF-8 nor Windows-1252 text: download it again"]) from error


def shortened(names: list[str]) -> str:
    """List the first few names in quotes, and say how many there are."""
    shown = ", ".join(repr(name) for name in names[:4])
    return f"{shown}, … {len(names)} in all" if len(names) > 4 else shown or "no columns"


def some(values: Iterable[object]) -> str:
    """List the first three values, and say how many more there are."""
    shown = [str(value) for value in values]
    more = f" and {len(shown) - MAX_EXAMPLES:,} more" if len(shown) > MAX_EXAMPLES else ""
    return ", ".join(shown[:MAX_EXAMPLES]) + more


def read_bytes(path: Path) -> bytes:
    """Read a whole file; a MissingSourceError says when there is none."""
    require_file(path)
    return path.read_bytes()


def require_file(path: Path) -> None:
    """Raise a MissingSourceError when a path is no file."""
    if not path.is_file():
        raise MissingSourceError(f"{path.name}: is not there (looked in {path.parent}): download it, or check its name")


def check_unique(frame: pd.DataFrame, column: str, problems: Problems) -> None:
    """Note codes that stand in more than one row."""
    problems.add_rows(column, frame.loc[frame[column].duplicated(), column], "each code once")


def vintage_in_name(path: Path) -> str | None:
    """Return the year and month ("2025-07") that Ofcom and others put first in their file names, if there are any."""
    found = re.match(r"(20[0-9]{2})(0[1-9]|1[0-2])", path.name)
    return f"{found[1]}-{found[2]}" if found else None
