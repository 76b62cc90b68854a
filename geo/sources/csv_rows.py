"""Rows of a CSV as publishers and spreadsheets leave it: what is harmless is read, the rest told with its row."""

import codecs
import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from geo.core.errors import SourceError
from geo.sources.archives import BLANK, refuse_web_page, unread_format
from geo.sources.wording import AGAIN, MAX_EXAMPLES, UNEDITED

HEAD = 1_000_000
"""Bytes in which a header must end."""

FOR_EXCEL = "sep=,"
"""A line above the header that tells Excel what parts the columns."""

AS_CSV = "save it as ‘CSV UTF-8 (comma delimited)’"
DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
MOST_COLUMNS, MOST_BLANK_ROWS = 5_000, 1_100_000
"""No publisher's table is wider; a spreadsheet has no more rows."""

AT_ONCE = 4_000_000
"""Bytes that are parted into columns at a time: a file's columns are never all text at once."""

_CONTENT = re.compile(rb"[^ \r\n\t]")
_SPACED_QUOTE = re.compile(rb'(?:^|[,\r\n]) +"')
_LAST = "\x1e"
"""A row put behind the last: when it does not come back as one, a quotation mark was left open."""


@dataclass(frozen=True)
class Csv:
    """A CSV parted into its header and what stands below."""

    path: Path
    names: list[str]
    data: bytes      # UTF-8
    start: int       # of the body in it
    first_row: int   # of the body, as a spreadsheet counts

    @property
    def body(self) -> memoryview:
        """What stands below the header, not copied."""
        return memoryview(self.data)[self.start:]


@dataclass
class _Repair:
    """What was found while rows were brought to the width of the header."""

    blank: list[int] = field(default_factory=list)             # rows without anything in them, from 0
    odd: list[tuple[int, int]] = field(default_factory=list)   # rows of another width, and theirs


def split_csv(path: Path, data: bytes, comment: str | None = None) -> Csv:
    """Part a CSV's bytes into header and body; lines above the header that start with `comment` are skipped.

    Raises
    ------
    SourceError
        When it is no text, or its header cannot be read.
    """
    data = _utf_8(path, data)
    lines = io.StringIO(data[:HEAD].decode(errors="ignore"), newline="")
    skipped = start = 0
    for line in lines:
        if line.strip() not in {"", FOR_EXCEL} and not (comment and line.startswith(comment)):
            break
        skipped += 1
        start += len(line)
    lines.seek(start)
    try:
        names = [name.strip() for name in next(csv.reader(lines, skipinitialspace=True), [])]
    except csv.Error as error:
        raise SourceError(path, [f"row {skipped + 1}, the header, cannot be read ({error}): {UNEDITED}"]) from error
    if len(names) > MOST_COLUMNS:
        raise SourceError(path, [f"has {len(names):,} columns, more than any publisher's table: {UNEDITED}"])
    return Csv(path, names, data, len(lines.getvalue()[:lines.tell()].encode()), skipped + 2)


def refuse_other_delimiter(table: Csv, wanted: Collection[str]) -> None:
    """Raise a SourceError when the header has more of the columns wanted once it is parted by something but commas."""
    if len(table.names) > len(wanted):
        return
    line = ",".join(table.names)
    for delimiter, name in DELIMITERS.items():
        cells = {cell.strip(' "').casefold() for cell in line.split(delimiter)}
        if len(cells & {column.casefold() for column in wanted}) > len({*table.names} & {*wanted}):
            raise SourceError(table.path, [f"its columns are parted by {name}, expected commas: {AS_CSV}"])


def parse_rows(table: Csv, wanted: Mapping[str, int], shortest: int) -> pd.DataFrame:
    """Read columns of the body as text without spaces around it, each distinct text kept once (category).

    Rows that hold nothing are left out, as are empty fields beyond the header.

    Parameters
    ----------
    wanted
        Name in the result → position in the header.
    shortest
        With how many fields a row may do.

    Returns
    -------
    pandas.DataFrame
        Index: the data row, from 0.

    Raises
    ------
    SourceError
        When there are no rows, quotation marks are left open, or rows are longer or shorter than the header.
    """
    if not _CONTENT.search(table.data, table.start):
        raise SourceError(table.path, [f"has a header and no rows: {UNEDITED}"])
    quotes = table.data.count(b'"', table.start)
    regular = not quotes or (quotes % 2 == 0 and not _SPACED_QUOTE.search(table.data, table.start - 1))
    found = _read_plain(table.body, table.names, wanted) if regular else None
    if found is not None and not _has_blank_row(found):
        return found
    repair = _Repair()
    body = _repaired(table, shortest, repair)
    if repair.odd:
        raise SourceError(table.path, [_odd_rows(table, repair.odd)])
    found = _read_plain(body, table.names, wanted)
    if found is None:
        raise SourceError(table.path, [f"is not a readable CSV: {AS_CSV}"])
    return found.drop(index=repair.blank)


def _read_plain(body: bytes | memoryview, names: list[str], wanted: Mapping[str, int]) -> pd.DataFrame | None:
    """Read columns of a body whose rows are all as wide as the header; None when they are not."""
    keys = [str(position) for position in range(len(names))]
    try:
        with arrow_csv.open_csv(
            pa.BufferReader(body),
            read_options=arrow_csv.ReadOptions(column_names=keys, block_size=AT_ONCE),
            parse_options=arrow_csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
            convert_options=arrow_csv.ConvertOptions(
                include_columns=[str(position) for position in wanted.values()],
                column_types=dict.fromkeys(keys, pa.string()), strings_can_be_null=False,
            ),
        ) as batches:
            parts = [[pc.dictionary_encode(pc.utf8_trim_whitespace(column)) for column in batch.columns]
                     for batch in batches]
    except pa.ArrowInvalid:
        return None
    columns = [pa.chunked_array(chunks).unify_dictionaries() for chunks in zip(*parts, strict=True)]
    return pa.table(columns, names=list(wanted)).to_pandas()


def _has_blank_row(frame: pd.DataFrame) -> bool:
    for column in frame:
        frame = frame[frame[column] == ""]
    return not frame.empty


def _repaired(table: Csv, shortest: int, repair: _Repair) -> bytes:
    """Write a body anew, every row as wide as the header."""
    out = io.BytesIO()
    with io.TextIOWrapper(out, "utf-8", newline="") as text:
        csv.writer(text).writerows(_as_wide(table, shortest, repair))
        text.flush()
        return out.getvalue()


def _as_wide(table: Csv, shortest: int, repair: _Repair) -> Iterator[list[str]]:
    """Yield the rows of a body, every one as wide as the header, noting those that are not and cannot be made so."""
    width = len(table.names)
    lines = io.TextIOWrapper(io.BytesIO(table.body), "utf-8", newline="")
    rows = csv.reader(chain(lines, [_LAST]), skipinitialspace=True)
    number, row = -1, [_LAST]
    try:
        for number, row in enumerate(rows):
            if row == [_LAST]:
                return
            if not any(cell.strip() for cell in row):
                repair.blank.append(number)
                if len(repair.blank) > MOST_BLANK_ROWS:
                    problem = f"has more than {MOST_BLANK_ROWS:,} blank rows: delete them"
                    raise SourceError(table.path, [problem])
                yield [""] * width
            elif any(cell.strip() for cell in row[width:]) or len(row) < shortest:
                repair.odd.append((number, len(row)))
            else:
                yield [*row[:width], *[""] * (width - len(row))]
    except csv.Error as error:
        problem = f"row {number + 1 + table.first_row} cannot be read ({error}): {UNEDITED}"
        raise SourceError(table.path, [problem]) from error
    problem = f"row {number + table.first_row} opens a quotation mark that is never closed (is it cut short?)"
    raise SourceError(table.path, [f"{problem}: {AGAIN}, or close it"])


def _odd_rows(table: Csv, odd: list[tuple[int, int]]) -> str:
    rows = [f"row {number + table.first_row} has {width:,}" for number, width in odd[:MAX_EXAMPLES]]
    more = f" and {len(odd) - MAX_EXAMPLES:,} more rows are odd" if len(odd) > MAX_EXAMPLES else ""
    cut = not table.data.endswith((b"\n", b"\r")) and len(odd) == 1
    cure = f"it is cut short, {AGAIN}" if cut else UNEDITED
    return f"{', '.join(rows)} columns{more}, expected {len(table.names):,} as in the header: {cure}"


def _utf_8(path: Path, data: bytes) -> bytes:
    """Bytes of a CSV as UTF-8; pages, archives and binary saved under a CSV's name are told apart."""
    refuse_web_page(path, data, "a CSV")
    if data[:2] in UTF_16:
        raise SourceError(path, [f"is saved as UTF-16 (‘Unicode text’), expected UTF-8: {AS_CSV}"])
    if not data[:HEAD].strip(BLANK) and not _CONTENT.search(data.removeprefix(codecs.BOM_UTF8)):
        raise SourceError(path, [f"is empty: {AGAIN}"])
    if data[:2] == b"PK":
        raise SourceError(path, ["is a zip or a spreadsheet, not a CSV: unpack it, or save the sheet as CSV"])
    unread = unread_format(data[:2048])
    if unread:
        raise SourceError(path, [unread])
    if data[:2048].lstrip(BLANK).startswith(b"{"):
        raise SourceError(path, ["is JSON (a server's message?), not a CSV: download the CSV"])
    if b"\x00" in data:
        raise SourceError(path, [_with_nul(data)])
    while data.startswith(codecs.BOM_UTF8):     # scripts put one more in front
        data = data.removeprefix(codecs.BOM_UTF8)
    return _decodable(path, data)


def _decodable(path: Path, data: bytes) -> bytes:
    """Bytes of a text as UTF-8, looked at piece by piece: as letters of Python it may take four times more."""
    try:
        decoder = codecs.getincrementaldecoder("utf-8")()
        for start in range(0, len(data), HEAD):
            decoder.decode(data[start:start + HEAD])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            raise SourceError(path, [f"is cut short in the middle of a letter: {AGAIN}"]) from error
    else:
        return data
    start = 0
    try:
        # Publishers save from spreadsheets on Windows, too.
        text = io.BytesIO()
        for start in range(0, len(data), HEAD):
            text.write(data[start:start + HEAD].decode("cp1252").encode())
        return text.getvalue()
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, start + error.start) + 1
        raise SourceError(path, [f"row {row:,} is neither UTF-8 nor Windows-1252 text: {AS_CSV}"]) from error


def _with_nul(data: bytes) -> str:
    """Say what bytes of nothing in a table mean: every second one is UTF-16, a few are damage, many no text."""
    start = data[:2048]
    if min(start[::2].count(0), start[1::2].count(0)) == 0 and start.count(0) > len(start) // 4:
        return f"is saved as UTF-16 (‘Unicode text’), expected UTF-8: {AS_CSV}"
    row = data.count(b"\n", 0, data.index(0)) + 1
    return f"is not text, or damaged: row {row:,} holds bytes of nothing (NUL): {AGAIN}"


def header_cells(head: bytes) -> list[str]:
    """Read the names of a table's columns from its first bytes, whatever parts them; none for what is no table."""
    text = head.decode("utf-16" if head[:2] in UTF_16 else "utf-8", errors="replace").lstrip("\ufeff")
    line = next((line for line in text.splitlines()
                 if line.strip() not in {"", FOR_EXCEL} and not line.startswith("#")), "")
    delimiter = max((",", *DELIMITERS), key=line.count)
    try:
        return [" ".join(cell.split()) for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return []


