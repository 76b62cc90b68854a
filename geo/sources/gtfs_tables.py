"""The tables of a GTFS feed as text and numbers, out of a folder or a zip, all that is wrong with them told at once."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from geo.core.errors import MissingSourceError, SourceError
from geo.sources.archives import list_files, on_disk, read_bytes
from geo.sources.tables import read_columns, without_repeats
from geo.sources.timetable import WEEKDAYS
from geo.sources.wording import some

FILES: Mapping[str, Mapping[str, str]] = {
    "stops.txt": {
        "stop_id": "text", "stop_code": "blank-text", "stop_name": "blank-text", "stop_lat": "blank-number",
        "stop_lon": "blank-number", "parent_station": "blank-text",
    },
    "trips.txt": {"trip_id": "text", "service_id": "text", "route_id": "blank-text", "block_id": "blank-text"},
    "routes.txt": dict.fromkeys(("route_id", "route_long_name", "route_short_name", "route_type"), "blank-text"),
    "stop_times.txt": {
        "trip_id": "category", "stop_sequence": "count", "stop_id": "blank-category", "arrival_time": "blank-category",
        "departure_time": "blank-category", "pickup_type": "blank-number", "drop_off_type": "blank-number",
    },
    "calendar.txt": {
        "service_id": "text", **dict.fromkeys(WEEKDAYS, "count"), "start_date": "text", "end_date": "text",
    },
    "calendar_dates.txt": {"service_id": "text", "date": "text", "exception_type": "count"},
    "transfers.txt": {
        "from_stop_id": "blank-text", "to_stop_id": "blank-text", "transfer_type": "blank-number",
        "min_transfer_time": "blank-number", "from_trip_id": "blank-text", "to_trip_id": "blank-text",
        "from_route_id": "blank-text", "to_route_id": "blank-text",
    },
    "links.txt": {
        "from_stop_id": "blank-text", "to_stop_id": "blank-text", "duration": "blank-number",
        **dict.fromkeys(("start_time", "end_time", "start_date", "end_date"), "blank-text"),
        **dict.fromkeys(WEEKDAYS, "blank-number"),
    },
    "feed_info.txt": {
        "feed_publisher_name": "blank-text", "feed_version": "blank-text", "feed_start_date": "blank-text",
        "feed_end_date": "blank-text",
    },
    "frequencies.txt": {"trip_id": "text"},
}
"""Tables that are read, and their columns; GTFS's others say nothing of when a train is where.

links.txt is none of GTFS's: feeds made from Britain's national timetable have it, for links that hold at some times."""

REQUIRED = ("stops.txt", "trips.txt", "stop_times.txt")
NEEDED_THOUGH_BLANK = {"stop_id", "arrival_time", "departure_time", "from_stop_id", "to_stop_id", "duration"}
MOST_WITHOUT_ROWS = 1_000_000
"""Bytes above which a table is read to find out whether it holds rows."""

NO_JOURNEY_DEPENDS_ON = frozenset({
    "agency.txt", "shapes.txt", "levels.txt", "pathways.txt", "translations.txt", "attributions.txt",
    "fare_attributes.txt", "fare_rules.txt",
})


def read_gtfs_tables(path: Path) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """Read every table of `FILES`, blank columns and tables without rows for what the feed may lack.

    Names may be in any case; rows that repeat another one word for word are left out.

    Returns
    -------
    tuple
        Tables by name (`attrs["first_row"]` as `read_columns` gives it), and notes on the files not read.

    Raises
    ------
    MissingSourceError, SourceError
        When there is nothing at `path`, or tables or columns are missing or unreadable; all problems at once.
    """
    members, others = _members(path)
    found = [f"{name} is missing, and a GTFS feed has one: use a whole feed" for name in REQUIRED
             if name not in members]
    if not {"calendar.txt", "calendar_dates.txt"} & set(members):
        found.append("calendar.txt and calendar_dates.txt are both missing, so no day has a train: use a whole feed")
    tables = {}
    for name, kinds in FILES.items():
        table = pd.DataFrame(index=pd.RangeIndex(0))
        try:
            table = _read(name, kinds, members.pop(name, None))     # let go before anything else is made of them
        except SourceError as error:
            found += [f"{name}: {problem}" for problem in error.problems]
        blank = {column: "" if kind.endswith("text") else np.nan for column, kind in kinds.items()}
        tables[name] = without_repeats(table).assign(
            **{column: blank[column] for column in blank if column not in table})
    if found:
        raise SourceError(path, found)
    return tables, _notes_on(others)


def _read(name: str, kinds: Mapping[str, str], data: bytes | None) -> pd.DataFrame:
    """Read one table; without rows where the feed has none."""
    if data is None or (name not in REQUIRED and _holds_no_rows(data)):
        return pd.DataFrame(index=pd.RangeIndex(0))
    return read_columns(Path(name), kinds, optional=_may_lack(kinds), data=data)


def _may_lack(kinds: Mapping[str, str]) -> set[str]:
    """Name the columns without which a table is read."""
    return {column for column, kind in kinds.items() if kind.startswith("blank")} - NEEDED_THOUGH_BLANK


def _members(path: Path) -> tuple[dict[str, bytes], list[str]]:
    """Bytes of the feed's files that are read, by name in lower case, and the names of the others.

    They lie in a folder, in an archive, in one folder of it, or in the one archive that it holds.
    """
    if not on_disk(path).exists():
        raise MissingSourceError(f"{path.name}: no such folder or zip; give the path of a GTFS feed")
    files = list_files(path)
    roots = {file.parent for file in files if file.name.lower() == "stop_times.txt"}
    if path in roots and path.is_dir():
        roots = {path}     # what lies in folders below it is not of this feed
    packed = [file for file in files if file.suffix.lower() == ".zip"]
    if len(roots) > 1 or (not roots and len(packed) > 1):
        listed = some(str(root.relative_to(path)) for root in sorted(roots or packed))
        raise SourceError(path, [f"holds {len(roots or packed)} feeds (in {listed}): give a zip of one feed"])
    if not roots and packed:
        return _members(packed[0])
    there = [file for file in files if file.parent in roots]
    return ({file.name.lower(): read_bytes(file) for file in there if file.name.lower() in FILES},
            [file.name for file in there if file.name.lower() not in FILES])


def _holds_no_rows(data: bytes) -> bool:
    """Tell whether a table is empty, or has a header and no rows but blank ones."""
    if len(data) > MOST_WITHOUT_ROWS:
        return False
    lines = [line for line in data.removeprefix(b"\xef\xbb\xbf").splitlines() if line.strip(b', \t"')]
    return len(lines) < 2 and not (lines and lines[0].lstrip().startswith(b"<"))


def _notes_on(others: list[str]) -> list[str]:
    """Say of the files that were not read why."""
    known = sorted(name for name in others if name.lower() in NO_JOURNEY_DEPENDS_ON)
    unknown = sorted(set(others) - set(known))
    return [f"not read: {', '.join(names)} ({why})" for names, why in (
        (known, "no journey's time depends on it"), (unknown, "not one of the tables of GTFS that are used")) if names]
