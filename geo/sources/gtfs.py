"""Timetables in GTFS: the files of a feed as tidy tables, every problem of the feed told at once."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geo.errors import MissingSourceError, SourceError
from geo.sources.archives import open_zip, read_member
from geo.sources.feed import WEEKDAYS, Feed
from geo.sources.tables import Problems, check_unique, read_columns

__all__ = ["read_gtfs"]

CRS = "[A-Z]{3}"
TIME = r"(\d{1,3}):([0-5]\d):([0-5]\d)"
NOT_ALLOWED = 1
"""Value of pickup_type and drop_off_type; 0 is allowed, 2 and 3 are allowed on request."""

TYPE_TIMED, TYPE_IMPOSSIBLE = 1, 3
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
OPTIONAL_COLUMNS = {
    "stop_code", "stop_name", "stop_lat", "stop_lon", "parent_station", "pickup_type", "drop_off_type",
    "transfer_type", "min_transfer_time", "from_trip_id", "to_trip_id", "from_route_id", "to_route_id",
    "feed_publisher_name", "feed_version", "feed_start_date", "feed_end_date",
}


class _Feedback:
    """Collects the problems of all files of one feed, each with its file's name in front, and the notes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.found: list[str] = []
        self.notes: list[str] = []

    def take(self, name: str, problems: list[str]) -> None:
        """Add one file's problems."""
        self.found += [f"{name}: {problem}" for problem in problems]

    def raise_if_any(self) -> None:
        """Raise what was collected."""
        if self.found:
            raise SourceError(self.path, self.found)


def read_gtfs(path: Path) -> Feed:
    """Read a GTFS feed: a folder of its files, or a zip that has them at its top or in one folder.

    A stop's CRS code is its `stop_code` or its `stop_id`, whichever column of the feed has more three-letter
    codes; a platform without one takes its parent station's. Blank times between two given ones are spread
    evenly, as GTFS allows. Rows of transfers.txt that hold for single trips or routes only are left out, and
    `Feed.notes` says so. Files that are not part of GTFS (such as a links.txt) are not read.

    Parameters
    ----------
    path
        The folder or the zip.

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
    members = _members(path)
    feedback = _Feedback(path)
    tables = _tables(members, feedback)
    feedback.raise_if_any()
    stops = _stops(tables["stops.txt"], feedback)
    trips = _trips(tables, feedback)
    stop_times = _stop_times(tables["stop_times.txt"], stops, trips, feedback)
    calendar = _calendar(tables.get("calendar.txt"), feedback)
    calendar_dates = _calendar_dates(tables.get("calendar_dates.txt"), feedback)
    change_times, walks = _transfers(tables.get("transfers.txt"), stops, feedback)
    info = _feed_info(tables.get("feed_info.txt"), feedback)
    feedback.raise_if_any()
    trips = trips[trips.index.isin(stop_times["trip_id"])]
    return Feed(
        stops, trips, stop_times, calendar, calendar_dates, change_times, walks, notes=tuple(feedback.notes), **info
    )


def _members(path: Path) -> dict[str, bytes]:
    """Bytes of the feed's files that are used, by file name."""
    if path.is_dir():
        return {name: (path / name).read_bytes() for name in FILES if (path / name).is_file()}
    if not path.exists():
        raise MissingSourceError(f"{path.name}: no such folder or zip; give the path of a GTFS feed")
    with open_zip(path) as archive:
        roots = {name.removesuffix("stop_times.txt") for name in archive.namelist() if _is_stop_times(name)}
        if len(roots) > 1:
            raise SourceError(path, [f"holds {len(roots)} feeds (in {sorted(roots)}): give a zip of one feed"])
        root = roots.pop() if roots else ""
        inside = set(archive.namelist())
        return {name: read_member(path, archive, root + name) for name in FILES if root + name in inside}


def _is_stop_times(name: str) -> bool:
    return Path(name).name == "stop_times.txt" and "__MACOSX" not in name


def _tables(members: Mapping[str, bytes], feedback: _Feedback) -> dict[str, pd.DataFrame]:
    """Read every file that is there; a file with a header alone counts as absent unless it is required."""
    for name in REQUIRED:
        if name not in members:
            feedback.found.append(f"{name} is missing: a GTFS feed has one; download the feed again")
    if not {"calendar.txt", "calendar_dates.txt"} & set(members):
        feedback.found.append("calendar.txt and calendar_dates.txt are both missing: no day has a train")
    tables = {}
    for name, data in members.items():
        if name not in REQUIRED and _is_header_alone(data):
            continue
        try:
            tables[name] = read_columns(Path(name), FILES[name], optional=OPTIONAL_COLUMNS, data=data)
        except SourceError as error:
            feedback.take(name, error.problems)
    return tables


def _is_header_alone(data: bytes) -> bool:
    return len(data.strip().splitlines()) == 1 and not data.lstrip().startswith(b"<")


def _stops(table: pd.DataFrame, feedback: _Feedback) -> pd.DataFrame:
    """Resolve each stop's CRS code."""
    problems = Problems(feedback.path)
    check_unique(table, "stop_id", problems)
    feedback.take("stops.txt", problems.found)
    blank = pd.Series("", index=table.index)
    ids, codes = table["stop_id"], table.get("stop_code", blank)
    is_id, is_code = ids.str.fullmatch(CRS), codes.str.fullmatch(CRS)
    first, second = (ids.where(is_id), codes.where(is_code)) if is_id.sum() > is_code.sum() else (
        codes.where(is_code), ids.where(is_id)
    )
    crs = first.fillna(second)
    by_id = pd.Series(crs.to_numpy(), index=ids)
    by_id = by_id[~by_id.index.duplicated()]
    crs = crs.fillna(table.get("parent_station", blank).map(by_id)).fillna(ids)
    nowhere = pd.Series(np.nan, index=table.index)
    return pd.DataFrame({
        "stop_id": ids, "crs": crs, "name": table.get("stop_name", blank),
        "latitude": table.get("stop_lat", nowhere), "longitude": table.get("stop_lon", nowhere),
    }).set_index("stop_id")


def _trips(tables: Mapping[str, pd.DataFrame], feedback: _Feedback) -> pd.DataFrame:
    """Trips with their service, which some calendar must know."""
    table = tables["trips.txt"]
    problems = Problems(feedback.path)
    check_unique(table, "trip_id", problems)
    calendars = [tables[name]["service_id"] for name in ("calendar.txt", "calendar_dates.txt") if name in tables]
    known = set().union(*calendars)
    unknown = table.loc[~table["service_id"].isin(known), "service_id"]
    problems.add_rows("service_id", unknown, "a service of calendar.txt or calendar_dates.txt")
    feedback.take("trips.txt", problems.found)
    if "frequencies.txt" in tables:
        feedback.found.append(
            f"frequencies.txt: has {len(tables['frequencies.txt']):,} rows, and trips that repeat at a headway are"
            " not read: use a feed that lists every trip in stop_times.txt"
        )
    return table.set_index("trip_id")[["service_id"]]


def _stop_times(
    table: pd.DataFrame, stops: pd.DataFrame, trips: pd.DataFrame, feedback: _Feedback
) -> pd.DataFrame:
    """Put calls in the order of each trip, times in seconds."""
    problems = Problems(feedback.path)
    problems.add_rows("stop_id", table.loc[~table["stop_id"].isin(stops.index), "stop_id"], "a stop of stops.txt")
    problems.add_rows("trip_id", table.loc[~table["trip_id"].isin(trips.index), "trip_id"], "a trip of trips.txt")
    twice = table.loc[table.duplicated(["trip_id", "stop_sequence"]), "stop_sequence"]
    problems.add_rows("stop_sequence", twice, "each number once in a trip")
    arrives = _seconds(table["arrival_time"], problems)
    departs = _seconds(table["departure_time"], problems)
    calls = pd.DataFrame({
        "trip_id": table["trip_id"], "sequence": table["stop_sequence"],
        "arrives": arrives.fillna(departs), "departs": departs.fillna(arrives),
        "may_board": _allowed(table, "pickup_type"), "may_alight": _allowed(table, "drop_off_type"),
    }).sort_values(["trip_id", "sequence"], kind="stable")
    if not problems.found:
        calls = _fill_times(calls, problems)
        _check_times(calls, problems)
    feedback.take("stop_times.txt", problems.found)
    if problems.found:
        return calls.assign(crs="")
    calls.insert(2, "crs", table["stop_id"].map(stops["crs"]))
    alone = ~calls["trip_id"].duplicated(keep=False)
    idle = len(trips) - calls["trip_id"].nunique() + int(alone.sum())
    if idle:
        feedback.notes.append(f"{idle:,} trips that call at fewer than two stops were left out")
    whole = {"arrives": "int64", "departs": "int64"}
    return calls[~alone].astype(whole).reset_index(drop=True)


def _seconds(times: pd.Series, problems: Problems) -> pd.Series:
    """Seconds after midnight of HH:MM:SS (the hour may pass 24); NaN where blank."""
    distinct = pd.Series(times.unique())
    parts = distinct.str.extract(f"^{TIME}$").astype(float)
    value = parts[0] * 3600 + parts[1] * 60 + parts[2]
    wrong = set(distinct[value.isna() & (distinct != "")])
    problems.add_rows(str(times.name), times[times.isin(wrong)], "a time such as 07:45:00, or 24:10:00 after midnight")
    return times.map(dict(zip(distinct, value, strict=True))).astype(float)


def _allowed(table: pd.DataFrame, column: str) -> pd.Series:
    """Whether passengers may get on (or off); an absent column or blank value allows it."""
    if column not in table:
        return pd.Series(True, index=table.index)
    return table[column] != NOT_ALLOWED


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


def _calendar(table: pd.DataFrame | None, feedback: _Feedback) -> pd.DataFrame:
    """Services by weekday between two dates."""
    if table is None:
        empty = {"service_id": "str", **dict.fromkeys(WEEKDAYS, "bool")}
        dates = dict.fromkeys(("start_date", "end_date"), "datetime64[s]")
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in (empty | dates).items()})
    problems = Problems(feedback.path)
    check_unique(table, "service_id", problems)
    for day in WEEKDAYS:
        problems.add_rows(day, table.loc[table[day] > 1, day], "0 or 1")
    start, end = _dates(table["start_date"], problems), _dates(table["end_date"], problems)
    problems.add_rows("end_date", table.loc[end < start, "end_date"], "a date not before start_date")
    feedback.take("calendar.txt", problems.found)
    days = {day: table[day] == 1 for day in WEEKDAYS}
    return pd.DataFrame({"service_id": table["service_id"], **days, "start_date": start, "end_date": end})


def _calendar_dates(table: pd.DataFrame | None, feedback: _Feedback) -> pd.DataFrame:
    """Days on which a service is added or removed."""
    if table is None:
        kinds = {"service_id": "str", "date": "datetime64[s]", "added": "bool"}
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})
    problems = Problems(feedback.path)
    dates = _dates(table["date"], problems)
    kinds = table["exception_type"]
    problems.add_rows("exception_type", kinds[~kinds.isin([ADDED, REMOVED])], "1 (added) or 2 (removed)")
    twice = table.duplicated(["service_id", "date"])
    problems.add_rows("date", table.loc[twice, "date"], "each date of a service once")
    feedback.take("calendar_dates.txt", problems.found)
    return pd.DataFrame({"service_id": table["service_id"], "date": dates, "added": kinds == ADDED})


def _transfers(
    table: pd.DataFrame | None, stops: pd.DataFrame, feedback: _Feedback
) -> tuple[pd.Series, pd.DataFrame]:
    """Change times by station, and walk links between stations."""
    columns = ["from_crs", "to_crs", "seconds"]
    if table is None:
        rows = pd.DataFrame({name: pd.Series(dtype="str") for name in columns})
    else:
        rows = _transfer_rows(table, stops, feedback)
    rows = rows.astype({"seconds": "int64"})
    same = rows["from_crs"] == rows["to_crs"]
    # The slowest of several platforms' change times is the one that can be relied on.
    change_times = rows[same].groupby("from_crs")["seconds"].max().rename_axis("crs")
    walks = rows[~same].groupby(["from_crs", "to_crs"])["seconds"].min().reset_index()
    return change_times, walks[columns]


def _transfer_rows(table: pd.DataFrame, stops: pd.DataFrame, feedback: _Feedback) -> pd.DataFrame:
    """Transfers that hold for every train, stations by CRS, with their seconds; the rest is noted."""
    narrow = [name for name in ("from_trip_id", "to_trip_id", "from_route_id", "to_route_id") if name in table]
    kind = table["transfer_type"].fillna(0) if "transfer_type" in table else pd.Series(0.0, index=table.index)
    special = (table[narrow] != "").any(axis=1) | (kind > TYPE_IMPOSSIBLE)
    if special.any():
        feedback.notes.append(f"{int(special.sum()):,} transfers that hold for single trips or routes were left out")
    table, kind = table[~special], kind[~special]
    problems = Problems(feedback.path)
    for column in ("from_stop_id", "to_stop_id"):
        problems.add_rows(column, table.loc[~table[column].isin(stops.index), column], "a stop of stops.txt")
    rows = pd.DataFrame({
        "from_crs": table["from_stop_id"].map(stops["crs"]), "to_crs": table["to_stop_id"].map(stops["crs"]),
        "seconds": table.get("min_transfer_time", pd.Series(np.nan, index=table.index)),
    })
    problems.add_rows("min_transfer_time", rows.loc[rows["seconds"] < 0, "seconds"], "seconds, 0 or more")
    feedback.take("transfers.txt", problems.found)
    same = rows["from_crs"] == rows["to_crs"]
    ruled_out = kind == TYPE_IMPOSSIBLE
    rows.loc[ruled_out & same, "seconds"] = 86_400
    untimed = rows["seconds"].isna() & ~ruled_out & ~same
    if untimed.any():
        feedback.notes.append(f"{int(untimed.sum()):,} links between stations without a time were left out")
    return rows[rows["seconds"].notna() & ~(ruled_out & ~same) & rows["from_crs"].notna() & rows["to_crs"].notna()]


def _feed_info(table: pd.DataFrame | None, feedback: _Feedback) -> dict[str, Any]:
    """Take publisher, version and dates of the feed, where it says."""
    if table is None:
        return {}
    problems = Problems(feedback.path)
    first = table.head(1)
    days: dict[str, date | None] = {}
    for key, column in (("start", "feed_start_date"), ("end", "feed_end_date")):
        given = first[column] if column in first else first.iloc[:, 0].map("".format)
        given = given[given != ""]
        days[key] = _dates(given, problems).iloc[0].date() if len(given) else None
    feedback.take("feed_info.txt", problems.found)
    text = {
        key: str(first[column].iloc[0]) if column in first else ""
        for key, column in (("publisher", "feed_publisher_name"), ("version", "feed_version"))
    }
    return {**text, **days}
