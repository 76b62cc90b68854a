"""Timetables in GTFS: the files of a feed as tidy tables, every problem of the feed reported at once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geo.core.errors import MissingSourceError, SourceError
from geo.sources.archives import open_zip, read_member
from geo.sources.tables import Problems, check_unique, read_columns
from geo.sources.timetable import WEEKDAYS, Feed

CRS = "[A-Z]{3}"
TIME = r"(\d{1,3}):([0-5]\d):([0-5]\d)"
NOT_ALLOWED = 1
"""Value of pickup_type and drop_off_type; 0 is allowed, 2 and 3 are allowed on request."""

TYPE_IMPOSSIBLE = 3
ADDED, REMOVED = 1, 2

FILES: dict[str, dict[str, str]] = {
    "stops.txt": {
        "stop_id": "text", "stop_code": "blank-text", "stop_name": "blank-text", "stop_lat": "blank-number",
        "stop_lon": "blank-number", "parent_station": "blank-text",
    },
    "trips.txt": {"trip_id": "text", "service_id": "text"},
    "stop_times.txt": {
        "trip_id": "text", "stop_sequence": "count", "stop_id": "text", "arrival_time": "blank-text",
        "departure_time": "blank-text", "pickup_type": "blank-number", "drop_off_type": "blank-number",
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
    "feed_info.txt": {
        "feed_publisher_name": "blank-text", "feed_version": "blank-text", "feed_start_date": "blank-text",
        "feed_end_date": "blank-text",
    },
    "frequencies.txt": {"trip_id": "text"},
}
REQUIRED = ("stops.txt", "trips.txt", "stop_times.txt")
NEEDED_THOUGH_BLANK = {"arrival_time", "departure_time", "from_stop_id", "to_stop_id"}
OPTIONAL_COLUMNS = {column for kinds in FILES.values() for column, kind in kinds.items()
                    if kind.startswith("blank")} - NEEDED_THOUGH_BLANK


def read_gtfs(path: Path) -> Feed:
    """Read a GTFS feed: a folder of its files, or a zip that has them at its top or in one folder.

    A stop's CRS code is its `stop_code` or its `stop_id`, whichever column of the feed has more three-letter
    codes; a platform without one takes its parent station's. Blank times between two given ones are spread
    evenly, as GTFS allows. Rows of transfers.txt that hold for single trips or routes only are left out, and
    `Feed.notes` says so. Files that are not part of GTFS (such as a links.txt) are not read.

    Returns
    -------
    Feed
        The timetable as tidy tables.

    Raises
    ------
    MissingSourceError
        When there is nothing at `path`.
    SourceError
        When files or columns are missing, ids do not match, times are unreadable or run backwards; all
        problems of the feed at once.
    """
    tables = _tables(path, _members(path))
    problems = {name: Problems(path, prefix=f"{name}: ") for name in FILES}
    notes: list[str] = []
    stops = _stops(tables["stops.txt"], problems["stops.txt"])
    trips = _trips(tables, problems["trips.txt"])
    stop_times = _stop_times(tables["stop_times.txt"], stops, trips, problems["stop_times.txt"], notes)
    calendar = _calendar(tables["calendar.txt"], problems["calendar.txt"])
    calendar_dates = _calendar_dates(tables["calendar_dates.txt"], problems["calendar_dates.txt"])
    transfers = _transfers(tables["transfers.txt"], stops, problems["transfers.txt"], notes)
    info = _feed_info(tables["feed_info.txt"], problems["feed_info.txt"])
    if len(tables["frequencies.txt"]):
        problems["frequencies.txt"].add(
            f"has {len(tables['frequencies.txt']):,} rows, and trips that repeat at a headway are"
            " not read: use a feed that lists every trip in stop_times.txt")
    found = [problem for file in problems.values() for problem in file.found]
    if found:
        raise SourceError(path, found)
    trips = trips[trips.index.isin(stop_times["trip_id"])]
    same = transfers["from_crs"] == transfers["to_crs"]
    return Feed(
        stops, trips, stop_times, calendar, calendar_dates,
        # The slowest of several platforms' change times is the one that can be relied on.
        change_times=transfers[same].groupby("from_crs")["seconds"].max().rename_axis("crs"),
        walks=transfers[~same].groupby(["from_crs", "to_crs"])["seconds"].min().reset_index(),
        notes=tuple(notes), **info)


def _members(path: Path) -> dict[str, bytes]:
    """Bytes of the feed's files that are used, by file name."""
    if path.is_dir():
        return {name: (path / name).read_bytes() for name in FILES if (path / name).is_file()}
    if not path.exists():
        raise MissingSourceError(f"{path.name}: no such folder or zip; give the path of a GTFS feed")
    with open_zip(path) as archive:
        inside = set(archive.namelist())
        roots = {name.removesuffix("stop_times.txt") for name in inside
                 if Path(name).name == "stop_times.txt" and "__MACOSX" not in name}
        if len(roots) > 1:
            raise SourceError(path, [f"holds {len(roots)} feeds (in {sorted(roots)}): give a zip of one feed"])
        root = roots.pop() if roots else ""
        return {name: read_member(path, archive, root + name) for name in FILES if root + name in inside}


def _tables(path: Path, members: Mapping[str, bytes]) -> dict[str, pd.DataFrame]:
    """Read every file of `FILES`, blank columns and tables without rows for what the feed may lack."""
    found = [f"{name} is missing: a GTFS feed has one; download the feed again"
             for name in REQUIRED if name not in members]
    if not {"calendar.txt", "calendar_dates.txt"} & set(members):
        found.append("calendar.txt and calendar_dates.txt are both missing: no day has a train")
    tables = {}
    for name, kinds in FILES.items():
        data = members.get(name, b"")
        table = pd.DataFrame(index=pd.RangeIndex(0))
        if name in members and (name in REQUIRED or not _is_header_alone(data)):
            try:
                table = read_columns(Path(name), kinds, optional=OPTIONAL_COLUMNS, data=data)
            except SourceError as error:
                found += [f"{name}: {problem}" for problem in error.problems]
        blank = {column: "" if kind.endswith("text") else np.nan for column, kind in kinds.items()}
        tables[name] = table.assign(**{column: blank[column] for column in blank if column not in table})
    if found:
        raise SourceError(path, found)
    return tables


def _is_header_alone(data: bytes) -> bool:
    return len(data.strip().splitlines()) == 1 and not data.lstrip().startswith(b"<")


def _stops(table: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    """Resolve each stop's CRS code."""
    check_unique(table, "stop_id", problems)
    ids = table["stop_id"]
    crs_of = [table[column].where(table[column].str.fullmatch(CRS)) for column in ("stop_code", "stop_id")]
    first, second = sorted(crs_of, key=pd.Series.count, reverse=True)
    crs = first.fillna(second)
    by_id = pd.Series(crs.to_numpy(), index=ids)
    by_id = by_id[~by_id.index.duplicated()]
    return pd.DataFrame({
        "stop_id": ids, "crs": crs.fillna(table["parent_station"].map(by_id)).fillna(ids), "name": table["stop_name"],
        "latitude": table["stop_lat"], "longitude": table["stop_lon"],
    }).set_index("stop_id")


def _trips(tables: Mapping[str, pd.DataFrame], problems: Problems) -> pd.DataFrame:
    """Trips with their service, which some calendar must know."""
    table = tables["trips.txt"]
    check_unique(table, "trip_id", problems)
    known = {*tables["calendar.txt"]["service_id"], *tables["calendar_dates.txt"]["service_id"]}
    unknown = table.loc[~table["service_id"].isin(known), "service_id"]
    problems.add_rows("service_id", unknown, "a service of calendar.txt or calendar_dates.txt")
    return table.set_index("trip_id")[["service_id"]]


def _stop_times(
    table: pd.DataFrame, stops: pd.DataFrame, trips: pd.DataFrame, problems: Problems, notes: list[str]
) -> pd.DataFrame:
    """Put calls in the order of each trip, times in seconds."""
    problems.add_rows("stop_id", table.loc[~table["stop_id"].isin(stops.index), "stop_id"], "a stop of stops.txt")
    problems.add_rows("trip_id", table.loc[~table["trip_id"].isin(trips.index), "trip_id"], "a trip of trips.txt")
    twice = table.loc[table.duplicated(["trip_id", "stop_sequence"]), "stop_sequence"]
    problems.add_rows("stop_sequence", twice, "each number once in a trip")
    arrives = _seconds(table["arrival_time"], problems)
    departs = _seconds(table["departure_time"], problems)
    calls = pd.DataFrame({
        "trip_id": table["trip_id"], "sequence": table["stop_sequence"], "crs": "",
        "arrives": arrives.fillna(departs), "departs": departs.fillna(arrives),
        # Where the feed says nothing passengers may get on and off.
        "may_board": table["pickup_type"] != NOT_ALLOWED, "may_alight": table["drop_off_type"] != NOT_ALLOWED,
    }).sort_values(["trip_id", "sequence"], kind="stable")
    if not problems.found:
        calls = _fill_times(calls, problems)
        _check_times(calls, problems)
    if problems.found:
        return calls
    calls["crs"] = table["stop_id"].map(stops["crs"])
    alone = ~calls["trip_id"].duplicated(keep=False)
    idle = len(trips) - calls["trip_id"].nunique() + int(alone.sum())
    if idle:
        notes.append(f"{idle:,} trips that call at fewer than two stops were left out")
    return calls[~alone].astype({"arrives": "int64", "departs": "int64"}).reset_index(drop=True)


def _seconds(times: pd.Series, problems: Problems) -> pd.Series:
    """Seconds after midnight of HH:MM:SS (the hour may pass 24); NaN where blank."""
    distinct = pd.Series(times.unique())
    parts = distinct.str.extract(f"^{TIME}$").astype(float)
    value = parts[0] * 3600 + parts[1] * 60 + parts[2]
    wrong = distinct[value.isna() & (distinct != "")]
    problems.add_rows(str(times.name), times[times.isin(wrong)], "a time such as 07:45:00, or 24:10:00 after midnight")
    return times.map(dict(zip(distinct, value, strict=True))).astype(float)


def _fill_times(calls: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    """Spread blank times evenly between the call before and the call after that have one."""
    blank = calls["arrives"].isna()
    if not blank.any():
        return calls
    is_end = ~calls["trip_id"].duplicated() | ~calls["trip_id"].duplicated(keep="last")
    ends = calls.loc[blank & is_end, "trip_id"]
    problems.add_rows("arrival_time", ends.map("blank at an end of trip {}".format), "a time at a trip's ends")
    place = pd.Series(np.arange(len(calls), dtype=float), index=calls.index)
    before, after = place.where(~blank).ffill(), place.where(~blank).bfill()
    left, right = calls["departs"].ffill(), calls["arrives"].bfill()
    between = (left + (right - left) * (place - before) / (after - before)).round()
    return calls.assign(arrives=calls["arrives"].fillna(between), departs=calls["departs"].fillna(between))


def _check_times(calls: pd.DataFrame, problems: Problems) -> None:
    """Note calls that leave before they arrive, or arrive before the train left the last call."""
    left = calls["departs"].groupby(calls["trip_id"], sort=False).shift()
    early = calls.loc[calls["arrives"] < left, "arrives"]
    problems.add_rows("arrival_time", early.map(_clock), "a time not before the trip's last departure")
    waits = calls.loc[calls["departs"] < calls["arrives"], "departs"]
    problems.add_rows("departure_time", waits.map(_clock), "a time not before the arrival")


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 3600:02}:{int(seconds) % 3600 // 60:02}:{int(seconds) % 60:02}"


def _dates(values: pd.Series, problems: Problems) -> pd.Series:
    """Dates written YYYYMMDD."""
    dates = pd.to_datetime(values.where(values.str.fullmatch(r"\d{8}")), format="%Y%m%d", errors="coerce")
    problems.add_rows(str(values.name), values[dates.isna()], "a date such as 20260131")
    return dates.astype("datetime64[s]")


def _calendar(table: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    """Services by weekday between two dates."""
    check_unique(table, "service_id", problems)
    for day in WEEKDAYS:
        problems.add_rows(day, table.loc[table[day] > 1, day], "0 or 1")
    start, end = _dates(table["start_date"], problems), _dates(table["end_date"], problems)
    problems.add_rows("end_date", table.loc[end < start, "end_date"], "a date not before start_date")
    days = {day: table[day] == 1 for day in WEEKDAYS}
    return pd.DataFrame({"service_id": table["service_id"], **days, "start_date": start, "end_date": end})


def _calendar_dates(table: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    """Days on which a service is added or removed."""
    dates = _dates(table["date"], problems)
    kinds = table["exception_type"]
    problems.add_rows("exception_type", kinds[~kinds.isin([ADDED, REMOVED])], "1 (added) or 2 (removed)")
    twice = table.duplicated(["service_id", "date"])
    problems.add_rows("date", table.loc[twice, "date"], "each date of a service once")
    return pd.DataFrame({"service_id": table["service_id"], "date": dates, "added": kinds == ADDED})


def _transfers(table: pd.DataFrame, stops: pd.DataFrame, problems: Problems, notes: list[str]) -> pd.DataFrame:
    """Transfers that hold for every train, stations by CRS, with their seconds (int64); the rest is noted."""
    kind = table["transfer_type"].fillna(0)
    narrow = table[["from_trip_id", "to_trip_id", "from_route_id", "to_route_id"]] != ""
    special = narrow.any(axis=1) | (kind > TYPE_IMPOSSIBLE)
    if special.any():
        notes.append(f"{int(special.sum()):,} transfers that hold for single trips or routes were left out")
    table, kind = table[~special], kind[~special]
    for column in ("from_stop_id", "to_stop_id"):
        problems.add_rows(column, table.loc[~table[column].isin(stops.index), column], "a stop of stops.txt")
    rows = pd.DataFrame({
        "from_crs": table["from_stop_id"].map(stops["crs"]), "to_crs": table["to_stop_id"].map(stops["crs"]),
        "seconds": table["min_transfer_time"],
    })
    problems.add_rows("min_transfer_time", rows.loc[rows["seconds"] < 0, "seconds"], "seconds, 0 or more")
    same = rows["from_crs"] == rows["to_crs"]
    ruled_out = kind == TYPE_IMPOSSIBLE
    rows.loc[ruled_out & same, "seconds"] = 86_400
    untimed = rows["seconds"].isna() & ~ruled_out & ~same
    if untimed.any():
        notes.append(f"{int(untimed.sum()):,} links between stations without a time were left out")
    return rows[same | ~ruled_out].dropna().astype({"seconds": "int64"})


def _feed_info(table: pd.DataFrame, problems: Problems) -> dict[str, Any]:
    """Take publisher, version and dates of the feed, where it says."""
    if table.empty:
        return {}
    info: dict[str, Any] = {key: str(table[f"feed_{column}"].iloc[0])
            for key, column in (("publisher", "publisher_name"), ("version", "version"))}
    for key in ("start", "end"):
        given = table[f"feed_{key}_date"].head(1)
        dates = _dates(given[given != ""], problems)
        info[key] = dates.iloc[0].date() if len(dates) else None
    return info
