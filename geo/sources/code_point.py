"""Reader of Ordnance Survey's Code-Point Open: where every postcode of Great Britain lies."""

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from geo.core.errors import SourceError
from geo.core.untrusted import printable
from geo.sources.archives import list_files, read_bytes
from geo.sources.tables import Problems
from geo.sources.wording import UNEDITED, shortened, value_shown

COLUMNS = {
    "Postcode": ("postcode", pa.string()), "Positional_quality_indicator": ("quality", pa.int64()),
    "Eastings": ("easting", pa.float64()), "Northings": ("northing", pa.float64()),
    "Admin_district_code": ("authority", pa.string()),
}
HEADERS = "Code-Point_Open_Column_Headers.csv"
METADATA = "metadata.txt"
"""Says how many postcodes each area has; not in every copy."""
QUALITIES = (10, 20, 30, 40, 50, 60, 90)
NO_POSITION = 90
POSTCODE = r"[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}"
LIMITS = {"easting": (1.0, 660_000.0), "northing": (1.0, 1_225_000.0)}
"""Land of Great Britain on the grid, metres."""


def read_postcodes(path: Path) -> pd.DataFrame:
    """Read every postcode that has a position.

    Parameters
    ----------
    path
        The archive `codepo_gb.zip`, as Ordnance Survey serves it, or the folder that it unpacks to.

    Returns
    -------
    pandas.DataFrame
        RangeIndex, sorted by postcode; postcode ("EX20 1AA": capitals, one space), easting and northing (float64,
        metres, EPSG:27700), quality (int64: 10 is within the building of the matched address, 60 the mean of a
        sector) and authority (text, as coded when the file was made; empty where it gives none). Postcodes without a
        position (quality 90) are left out and counted in `attrs["without_position"]`. `attrs["short"]` has, by the
        name of a file, how many rows it has and how many the publisher says, where those differ.

    Raises
    ------
    MissingSourceError, SourceError
        When the archive is missing or cut short, lacks its header or data, rows are no postcodes, twice there or off
        the map; every problem at once.
    """
    problems, files = Problems(path), list_files(path)
    header = _read_header(path, files)
    parts = {file.relative_to(path).as_posix(): file for file in files}
    parts = {name: file for name, file in parts.items() if re.search(r"(^|/)data/csv/[^/]*\.csv$", name.lower())}
    if not parts:
        problem = "has no Data/CSV/*.csv in it, expected one for each postcode area"
        raise SourceError(path, [f"{problem}: {UNEDITED}"])
    tables = {name: _read_part(name, read_bytes(file), header, problems) for name, file in parts.items()}
    problems.raise_if_any()
    frame = pa.concat_tables(tables.values()).to_pandas()
    _check(frame, {name: table.num_rows for name, table in tables.items()}, problems)
    problems.raise_if_any()
    frame = frame[~frame["postcode"].duplicated()]      # repeated word for word
    placed = frame["quality"] != NO_POSITION
    found = frame[placed].sort_values("postcode", ignore_index=True)
    if found.empty:
        raise SourceError(path, [f"gives no postcode a position: {UNEDITED}"])
    found.attrs["without_position"] = int((~placed).sum())
    found.attrs["short"] = _short({name: table.num_rows for name, table in tables.items()}, files)
    return found[["postcode", "easting", "northing", "quality", "authority"]]


def spelled_postcode(text: str) -> str:
    """Spell a postcode as this reader does, however it is spaced and whatever its case.

    Examples
    --------
    >>> spelled_postcode(" ex201aa"), spelled_postcode("")
    ('EX20 1AA', '')
    """
    close = re.sub("[^A-Z0-9]", "", unicodedata.normalize("NFKC", text).upper())
    return f"{close[:-3]} {close[-3:]}".strip()


def _read_header(path: Path, files: Sequence[Path]) -> list[str]:
    """Return the names of the headerless data's columns, in order: the second row of the header file has them."""
    found = [file for file in files if file.name.lower() == HEADERS.lower()]
    if len(found) != 1:
        expected = f"{len(found)} files named {HEADERS}, expected one"
        raise SourceError(path, [f"holds {expected} (the data have no header of their own): {UNEDITED}"])
    text = read_bytes(found[0]).decode("utf-8-sig", errors="replace")
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
    except csv.Error as error:
        raise SourceError(path, [f"{HEADERS} cannot be read ({error}): {UNEDITED}"]) from error
    names = [name.strip() for name in rows[1]] if len(rows) > 1 else []
    lacking = [name for name in COLUMNS if names.count(name) != 1]
    if lacking:
        where = f"the second row of {HEADERS} should name {shortened(lacking)} once each (it has {shortened(names)})"
        raise SourceError(path, [f"{where}: {UNEDITED}"])
    return names


def _short(rows: Mapping[str, int], files: Sequence[Path]) -> dict[str, tuple[int, int]]:
    """Return the rows of each part that has not as many as the publisher says, and how many that are."""
    text = "".join(read_bytes(file).decode("utf-8", "replace") for file in files if file.name.lower() == METADATA)
    said = {area.lower(): int(count) for area, count in re.findall(r"(?m)^\s*([A-Z]{1,2})\s+(\d{1,7})\s*$", text)}
    areas = {name: Path(name).stem.lower() for name in rows}
    return {name: (rows[name], said[area]) for name, area in areas.items() if said.get(area, rows[name]) != rows[name]}


def _read_part(name: str, data: bytes, header: Sequence[str], problems: Problems) -> pa.Table:
    """Read one postcode area's file, noting when it is not as the header says."""
    # Positions serve as names: columns that are not read may share a name.
    keys = [str(position) for position in range(len(header))]
    types = {str(header.index(column)): kind for column, (_, kind) in COLUMNS.items()}
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(data),
            read_options=arrow_csv.ReadOptions(column_names=keys),
            convert_options=arrow_csv.ConvertOptions(
                include_columns=list(types), column_types=types, strings_can_be_null=False,
            ),
        ).rename_columns([column for column, _ in COLUMNS.values()])
    except pa.ArrowInvalid as error:
        problems.add(f"{name}: not rows of {len(keys)} columns as its header says ({printable(error)}): {UNEDITED}")
        return pa.table({column: pa.array([], kind) for column, kind in COLUMNS.values()})
    # The publisher pads postcodes to seven letters; here one space stands before the last three.
    close = pc.utf8_upper(pc.replace_substring(table["postcode"], " ", ""))
    outward, inward = pc.utf8_slice_codeunits(close, 0, -3), pc.utf8_slice_codeunits(close, -3)
    return table.set_column(0, "postcode", pc.binary_join_element_wise(outward, inward, " "))


def _check(frame: pd.DataFrame, rows: Mapping[str, int], problems: Problems) -> None:
    """Note what is no postcode, stands twice, or lies nowhere in Great Britain."""
    postcodes, authorities, qualities = frame["postcode"], frame["authority"], frame["quality"]
    checks = [
        (postcodes, postcodes.str.fullmatch(POSTCODE), "a postcode such as EX20 1AA"),
        (postcodes, ~postcodes.duplicated() | frame.duplicated(), "each postcode once"),
        (authorities, authorities.str.fullmatch(r"([EWS]\d{8})?"), "an authority code such as E06000022, or nothing"),
        (qualities, qualities.isin(QUALITIES), f"one of {', '.join(map(str, QUALITIES))}"),
        *((frame[column], (qualities == NO_POSITION) | frame[column].between(low, high),
           f"metres on the British National Grid, {low:,.0f} to {high:,.0f}")
          for column, (low, high) in LIMITS.items()),
    ]
    names, ends = list(rows), np.cumsum(list(rows.values()))
    for values, good, expected in checks:
        bad = np.flatnonzero(~good)
        if len(bad):
            part = int(np.searchsorted(ends, bad[0], side="right"))
            row = bad[0] - (ends[part] - rows[names[part]]) + 1
            value = values.iloc[[bad[0]]].to_list()[0]      # a number of Python's, as people write it
            where = f"{names[part]} row {row:,} has {value_shown(value)} ({len(bad):,} such rows in all)"
            problems.add(f"{values.name}: {where}, expected {expected}")
