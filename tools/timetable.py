"""Write the pattern timetable as a GTFS feed from its tables: `python tools/timetable.py`.

patterns.csv, services.csv, change_times.csv and links.csv of data/timetable make the feed's routes, trips, stop times
and transfers; its other files (stops, agencies, calendar) are kept by hand.
"""

import csv
import io
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from geo.core.choices import DATA  # noqa: E402
from geo.sources.tables import Problems, read_columns  # noqa: E402
from geo.sources.wording import some  # noqa: E402

TIMETABLE = DATA / "timetable"
"""Folder of the tables, with the feed in `gtfs`."""

SERVICE = "WKD"
DESCRIPTION = "Indicative pattern, compiled by hand, rounded"
RAIL, FERRY = 2, 4
"""Kinds of route, as GTFS numbers them."""

TIMED = 2
"""Kind of transfer that takes a least time."""

FERRIES = {"WL"}
USUAL_CHANGE = 5
"""Minutes to change trains where change_times.csv does not say."""

PATTERNS = {"pattern_id": "text", "operator": "text", "line": "text", "seq": "count", "crs": "text",
            "arr_min": "count", "dep_min": "count"}
"""Columns of patterns.csv: minutes from the start of a pattern, one row a call."""

_FILES: dict[str, dict[str, str]] = {
    "patterns.csv": PATTERNS,
    "services.csv": {"pattern_id": "text", "first_dep": "blank-text", "last_dep": "blank-text",
                     "headway_min": "blank-number", "extra_deps": "blank-text"},
    "change_times.csv": {"crs": "text", "minutes": "count"},
    "links.csv": {"from_crs": "text", "to_crs": "text", "minutes": "count"},
    "gtfs/stops.txt": {"stop_id": "text", "stop_name": "text"},
}


def feed_files(folder: Path = TIMETABLE) -> dict[str, str]:
    """Make routes.txt, trips.txt, stop_times.txt and transfers.txt from the tables of a folder: text, by name.

    A SourceError says which patterns never run, and which stations stops.txt lacks.
    """
    tables = {name: read_columns(folder / name, columns, comment="#") for name, columns in _FILES.items()}
    names = tables["gtfs/stops.txt"].set_index("stop_id")["stop_name"]
    patterns = dict(list(tables["patterns.csv"].groupby("pattern_id", sort=False)))
    departures = {key: _departures(rows) for key, rows in tables["services.csv"].groupby("pattern_id")}
    _check(folder, tables)
    trips, stop_times = [], []
    for pattern, calls in patterns.items():
        route, _, way = pattern.rpartition("-")
        for start in departures[pattern]:
            trip = f"{pattern}-{_clock(start).replace(':', '')}"
            trips.append((route, SERVICE, trip, names[calls["crs"].iloc[-1]], int(way == "U")))
            stop_times += [
                (trip, f"{_clock(start + call.arr_min)}:00", f"{_clock(start + call.dep_min)}:00", call.crs, call.seq)
                for call in calls.itertuples()]
    return {
        "routes.txt": _csv("route_id,agency_id,route_short_name,route_long_name,route_desc,route_type",
                           _routes(tables["patterns.csv"])),
        "trips.txt": _csv("route_id,service_id,trip_id,trip_headsign,direction_id", trips),
        "stop_times.txt": _csv("trip_id,arrival_time,departure_time,stop_id,stop_sequence", stop_times),
        "transfers.txt": _csv("from_stop_id,to_stop_id,transfer_type,min_transfer_time",
                              _transfers(names.index, tables["change_times.csv"], tables["links.csv"])),
    }


def _check(folder: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Refuse patterns without a service, services without a pattern, and stations that stops.txt lacks."""
    problems = Problems(folder)
    stops = tables["gtfs/stops.txt"]["stop_id"]
    needs = (
        ("patterns.csv", "pattern_id", tables["services.csv"]["pattern_id"], "a pattern with a row in services.csv"),
        ("services.csv", "pattern_id", tables["patterns.csv"]["pattern_id"], "a pattern of patterns.csv"),
        *((file, column, stops, "a station of stops.txt") for file, column in (
            ("patterns.csv", "crs"), ("change_times.csv", "crs"), ("links.csv", "from_crs"), ("links.csv", "to_crs"))),
    )
    for file, column, known, expected in needs:
        values = tables[file][column]
        lacking = values[~values.isin(known)].unique()
        if len(lacking):
            problems.add(f"{file}: {column} {some(lacking)}, expected {expected}")
    problems.raise_if_any()


def _routes(patterns: pd.DataFrame) -> list[tuple[str, str, str, str, str, int]]:
    """One row a line, both ways together."""
    first = patterns.assign(route=patterns["pattern_id"].str.rpartition("-")[0]).drop_duplicates("route")
    return [(row.route, row.operator, "", row.line, DESCRIPTION, FERRY if row.operator in FERRIES else RAIL)
            for row in first.itertuples()]


def _departures(rows: pd.DataFrame) -> list[int]:
    """Minutes after midnight at which a pattern starts, sorted."""
    found = set()
    for row in rows.itertuples():
        found |= {_minutes(extra) for extra in row.extra_deps.split()}
        if row.first_dep:
            found |= set(range(_minutes(row.first_dep), _minutes(row.last_dep) + 1, int(row.headway_min)))
    return sorted(found)


def _transfers(
    stations: Iterable[str], changes: pd.DataFrame, links: pd.DataFrame,
) -> list[tuple[str, str, int, int]]:
    """Change time at every station, then links both ways; a link's time has the change at its end on top."""
    minutes = changes.set_index("crs")["minutes"].reindex(list(stations)).fillna(USUAL_CHANGE).astype(int)
    same = [(crs, crs, TIMED, 60 * value) for crs, value in minutes.items()]
    both = [(start, end, TIMED, 60 * (row.minutes + minutes[end])) for row in links.itertuples()
            for start, end in ((row.from_crs, row.to_crs), (row.to_crs, row.from_crs))]
    return same + both


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _csv(header: str, rows: Sequence[tuple[object, ...]]) -> str:
    text = io.StringIO()
    text.write(f"{header}\n")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


if __name__ == "__main__":
    for file, content in feed_files().items():
        (TIMETABLE / "gtfs" / file).write_text(content, encoding="utf-8")
