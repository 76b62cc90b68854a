"""Reader of a list of the reader's own: the column of a CSV that holds codes of places, or postcodes."""

import csv
import io
import re
from collections import Counter

from geo.core.errors import UploadError
from geo.core.untrusted import quoted
from geo.sources.csv_rows import AS_CSV, UTF_16
from geo.sources.wording import some

MOST_ROWS, MOST_CELLS = 300_000, 3_000_000
_CODE = re.compile(r"[EWNSK]\d{8}")
_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}")
_DELIMITERS = ",;\t|"


def read_list(data: bytes) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Find the codes or the postcodes in a CSV.

    Parameters
    ----------
    data
        UTF-8; with or without a header, columns parted by commas, semicolons, tabs or vertical bars.

    Returns
    -------
    codes, postcodes, said
        Codes, or postcodes without a space, each once in the order of the file, from the column with most different
        ones; sentences for the reader.

    Raises
    ------
    UploadError
        When it is no text, holds neither, or has something else among its codes.
    """
    columns = _columns(_text(data))
    found = max(((len({cell for cell in column if pattern.fullmatch(cell)}), -number, pattern)
                 for number, column in enumerate(columns) for pattern in (_CODE, _POSTCODE)),
                key=lambda one: one[:2], default=(0, 0, _CODE))
    count, place, pattern = found
    if not count:
        raise UploadError("holds no column of codes, such as E01018936, and none of postcodes, such as EX39 6BG")
    column = [cell for row, cell in enumerate(columns[-place]) if cell and (row or pattern.fullmatch(cell))]
    bad = [cell for cell in column if not pattern.fullmatch(cell)]
    good = Counter(cell for cell in column if pattern.fullmatch(cell))
    if pattern is _CODE:
        if bad:
            what = "is no code" if len(bad) == 1 else "are no codes"
            raise UploadError(f"holds {some(map(quoted, bad))}, which {what} ({len(bad):,} of {len(column):,}): "
                              "correct or take out what is wrong")
        return tuple(good), (), ()
    said = [f"{len(bad):,} of its {len(column):,} rows hold no postcode and were left out."] * bool(bad)
    return (), tuple(dict.fromkeys(postcode.replace(" ", "") for postcode in good)), tuple(said)


def _text(data: bytes) -> str:
    """Decode a CSV; what is none, or not in UTF-8, is said."""
    if data.startswith(UTF_16) or b"\0" in data:
        raise UploadError(f"is no text in UTF-8: {AS_CSV}")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data[:error.start].count(b"\n") + 1
        raise UploadError(f"is not in UTF-8 (row {row:,}): {AS_CSV}") from error


def _columns(text: str) -> list[list[str]]:
    """Part a CSV into its columns, in capitals and without space around; short rows have blank cells."""
    lines = text.split("\n", 5)[:5]
    delimiter = max(_DELIMITERS, key=lambda sign: min((line.count(sign) for line in lines if line.strip()), default=0))
    rows: list[list[str]] = []
    cells = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True):
            cells += len(row)
            if len(rows) >= MOST_ROWS or cells > MOST_CELLS:
                raise UploadError(f"has more than {MOST_ROWS:,} rows or {MOST_CELLS:,} cells: give the one column")
            if row:
                rows.append([" ".join(cell.split()).upper() for cell in row])
    except csv.Error as error:
        raise UploadError(f"is no CSV that can be read ({error}): {AS_CSV}") from error
    width = max(map(len, rows), default=0)
    if width * len(rows) > MOST_CELLS:
        raise UploadError(f"has more than {MOST_CELLS:,} cells: give the one column")
    return [[row[number] if number < len(row) else "" for row in rows] for number in range(width)]
