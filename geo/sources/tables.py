"""What every reader shares: columns by name, all problems at once in words, archives and pages told apart."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from geo.errors import MissingSourceError, SourceError

__all__ = [
    "Problems", "check_codes", "check_unique", "is_web_page", "read_bytes", "read_columns", "require_file", "shortened",
    "vintage_in_name",
]

MAX_EXAMPLES = 3
MAX_COUNT = 2**53
"""Whole numbers above this are not exact as floating point, and no count of people or premises is near it."""

KINDS = ("text", "blank-text", "count", "number", "blank-number")


class Problems:
    """Collects what is wrong with one file, so that it is reported once and whole.

    Parameters
    ----------
    path
        The file that is being read.
    first_row
        The row, as a spreadsheet counts, in which the first data row stands.
    """

    def __init__(self, path: Path, first_row: int = 2) -> None:
        self.path = path
        self.first_row = first_row
        self.found: list[str] = []

    def add(self, problem: str) -> None:
        """Note one problem.

        Parameters
        ----------
        problem
            In words: where it is, what stands there, what was expected.
        """
        self.found.append(problem)

    def add_rows(self, column: str, bad: pd.Series, expected: str) -> None:
        """Note the first few bad values of a column, with their rows as a spreadsheet counts them.

        Parameters
        ----------
        column
            The publisher's own header.
        bad
            The bad values, indexed by data row from 0; nothing is noted when it is empty.
        expected
            What should stand there.
        """
        if bad.empty:
            return
        shown = ", ".join(f"row {row + self.first_row} has {value!r}" for row, value in bad.head(MAX_EXAMPLES).items())
        more = f" and {len(bad) - MAX_EXAMPLES:,} more" if len(bad) > MAX_EXAMPLES else ""
        self.add(f"column {column!r}: {shown}{more}, expected {expected}")

    def raise_if_any(self) -> None:
        """Raise what was collected.

        Raises
        ------
        SourceError
            When anything was noted.
        """
        if self.found:
            raise SourceError(self.path, self.found)


def read_columns(
    path: Path, columns: Mapping[str, str], *, optional: Iterable[str] = (), data: bytes | None = None,
    comment: str | None = None,
) -> pd.DataFrame:
    """Read chosen columns of a CSV by their names, whatever their order; everything wrong is told at once.

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
        Where lines above the header were skipped, `attrs["first_row"]` is the row of the first data (for `Problems`).

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
    if first_row != Problems(path).first_row:
        frame.attrs["first_row"] = first_row
    return frame


def _split_header(path: Path, text: str, comment: str | None) -> tuple[list[str], str, int]:
    """Part a CSV's text: the header's names, everything below it, and the row at which that starts."""
    lines = io.StringIO(text, newline="")
    skipped = 0
    start = 0
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
    if body.count('"') % 2:
        problems.add("a quotation mark is opened and never closed (is it cut short?): download it again")
        return pd.DataFrame()
    if not body.strip():
        problems.add("has a header and no rows: download it again")
        return pd.DataFrame()
    odd: list[arrow_csv.InvalidRow] = []

    def note(row: arrow_csv.InvalidRow) -> str:
        odd.append(row)
        return "skip"

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
            ),
        )
    except pa.ArrowInvalid as error:
        problems.add(f"not a readable CSV ({error}): download it again")
        return pd.DataFrame()
    if odd:
        shown = ", ".join(
            f"row {row.number - 1 + problems.first_row} has {row.actual_columns:,}" for row in odd[:MAX_EXAMPLES]
        )
        more = f" and {len(odd) - MAX_EXAMPLES:,} more rows are odd" if len(odd) > MAX_EXAMPLES else ""
        problems.add(f"{shown} columns{more}, expected {width:,} as in the header: download it again")
    return table.rename_columns(list(wanted)).to_pandas()


def _typed(values: pd.Series, kind: str, column: str, problems: Problems) -> pd.Series:
    """Convert one column of text, noting the rows that are not of the kind."""
    if kind in {"text", "blank-text"}:
        if kind == "text":
            problems.add_rows(column, values[values == ""], "some text")
        return values
    numbers = pd.to_numeric(values, errors="coerce").astype("float64")
    bad = ~np.isfinite(numbers.to_numpy())
    if kind == "blank-number":
        bad &= (values != "").to_numpy()
        problems.add_rows(column, values[bad], "a number or nothing")
        return numbers
    if kind == "count":
        with np.errstate(invalid="ignore"):
            bad |= ((numbers < 0) | (numbers > MAX_COUNT) | (numbers % 1 != 0)).to_numpy()
        problems.add_rows(column, values[bad], "a whole number, 0 or more")
        return numbers.where(~bad, 0).astype("int64")
    problems.add_rows(column, values[bad], "a number")
    return numbers


def is_web_page(data: bytes) -> bool:
    """Tell whether bytes are a web page or XML, as servers send in place of a file that is refused or moved.

    Parameters
    ----------
    data
        The content, or its first few hundred bytes.

    Returns
    -------
    bool
        True when it starts as a page does.
    """
    return data[:2048].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")


def _decode(path: Path, data: bytes) -> str:
    """Bytes of a CSV as text; pages, archives and binary saved under a CSV's name are told apart."""
    if not data.strip(b"\xef\xbb\xbf \r\n\t"):
        raise SourceError(path, ["is empty: download it again"])
    if is_web_page(data):
        raise SourceError(path, ["is a web page, not a CSV (the download was refused or moved): download it again"])
    if data[:2] == b"PK":
        raise SourceError(path, ["is a zip or a spreadsheet, not a CSV: unpack it, or download the CSV"])
    if data[:2048].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
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
    """List the first few names, and say how many there are.

    Parameters
    ----------
    names
        For example the columns of a file.

    Returns
    -------
    str
        In quotes, divided by commas.
    """
    shown = ", ".join(repr(name) for name in names[:4])
    return f"{shown}, … {len(names)} in all" if len(names) > 4 else shown or "no columns"


def read_bytes(path: Path) -> bytes:
    """Read a whole file.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    bytes
        Its content.

    Raises
    ------
    MissingSourceError
        When there is no such file.
    """
    require_file(path)
    return path.read_bytes()


def require_file(path: Path) -> None:
    """Refuse a path that is no file.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    MissingSourceError
        When there is no such file.
    """
    if not path.is_file():
        raise MissingSourceError(f"{path.name}: is not there (looked in {path.parent}): download it, or check its name")


def check_unique(frame: pd.DataFrame, column: str, problems: Problems) -> None:
    """Note codes that stand in more than one row.

    Parameters
    ----------
    frame
        As read, RangeIndex of data rows.
    column
        The column that should be a key.
    problems
        Where to note them.
    """
    problems.add_rows(column, frame.loc[frame[column].duplicated(), column], "each code once")


def check_codes(frame: pd.DataFrame, column: str, pattern: str, problems: Problems, *, what: str) -> None:
    """Note codes that do not look like codes of their kind.

    Parameters
    ----------
    frame
        As read, RangeIndex of data rows.
    column
        The column of codes.
    pattern
        Regular expression that the whole code must match.
    problems
        Where to note them.
    what
        What was expected, in words: "an LSOA code such as E01014384".
    """
    bad = ~frame[column].str.fullmatch(pattern)
    problems.add_rows(column, frame.loc[bad, column], what)


def vintage_in_name(path: Path) -> str | None:
    """Return the year and month that Ofcom and others put first in their file names.

    Parameters
    ----------
    path
        For example `202507_fixed_laua_coverage_r01.csv`.

    Returns
    -------
    str or None
        For example "2025-07"; None when the name starts with no plausible date.
    """
    found = re.match(r"(20[0-9]{2})(0[1-9]|1[0-2])", path.name)
    return f"{found[1]}-{found[2]}" if found else None
