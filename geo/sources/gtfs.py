"""Timetables in GTFS: the files of a feed as tidy tables, every problem of the feed reported at once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geo.core.errors import SourceError
from geo.sources.gtfs_tables import FILES, read_gtfs_tables
from geo.sources.tables import Problems, check_unique
from geo.sources.timetable import WEEKDAYS, Feed, at_all_times

CRS = "[A-Za-z]{3}"
TIME = r"(\d{1,3}):([0-5]\d):([0-5]\d)"
DATE = r"(\d{4})(-?)(\d\d)\2(\d\d)"
"""GTFS writes 20260131; some publishers 2026-01-31."""

NOT_ALLOWED = 1
"""Value of pickup_type and drop_off_type; 0 is allowed, 2 and 3 are allowed on request."""

IMPOSSIBLE, STAY_SEATED, LEAVE_SEAT = 3, 4, 5
"""Values of transfer_type; the last two hold between two trips of one vehicle."""

LONGEST_CHANGE = 86_400
"""Seconds of a change or walk; after a day there is no train left to reach."""

LONGEST_TRIP = 72 * 3600
"""Seconds after midnight of its service's day at which a trip has long ended."""

ADDED, REMOVED = 1, 2
RAIL, RAIL_EXTENDED = 2, (100, 199)
"""Values of route_type that are railways; the latter of its extended list."""

MOST_DROPPED, MOST_SHARE_DROPPED = 5, 0.01
"""A feed is refused when more trips than this, and more than this share of them, call at a stop that is not there."""


def read_gtfs(path: Path) -> Feed:
    """Read a GTFS feed: a folder of its files, or a zip that has them at its top, in one folder or in one zip.

    A stop's CRS code is its `stop_code` or its `stop_id`, whichever column of the feed has more three-letter
    codes; a platform without one takes its parent station's. Blank times between two given ones are spread
    evenly, as GTFS allows. What is left out is in `Feed.notes`: trips that call at a stop which stops.txt lacks, rows
    of transfers.txt that hold for single trips or routes only (but for those that stay seated), files that are not
    read. Between two stations of which links.txt speaks it holds alone: it knows at what times one may set out.

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
    tables, notes = read_gtfs_tables(path)
    problems = {name: Problems(path, tables[name].attrs.get("first_row", 2), f"{name}: ") for name in FILES}
    stops = _stops(tables["stops.txt"], problems["stops.txt"])
    trips = _trips(tables, problems["trips.txt"])
    calls, dropped = _without_unknown_stops(tables.pop("stop_times.txt"), stops, problems["stop_times.txt"], notes)
    trips = trips.drop(dropped, errors="ignore")
    stop_times = _stop_times(calls, stops, trips, problems["stop_times.txt"], notes)
    calendar = _calendar(tables["calendar.txt"], problems["calendar.txt"])
    calendar_dates = _calendar_dates(tables["calendar_dates.txt"], problems["calendar_dates.txt"])
    in_seat, transfers = _parted(tables["transfers.txt"], notes)
    transfers = _transfers(transfers, stops, problems["transfers.txt"], notes)
    links = _links(tables["links.txt"], stops, problems["links.txt"], notes)
    info = _feed_info(tables["feed_info.txt"], problems["feed_info.txt"], notes)
    if len(tables["frequencies.txt"]):
        problems["frequencies.txt"].add(
            f"{_counted(len(tables['frequencies.txt']), 'row')}: trips that repeat at a headway are not read: use a"
            " feed that lists every trip in stop_times.txt")
    found = [problem for file in problems.values() for problem in file.found]
    if found:
        raise SourceError(path, found)
    trips = trips.iloc[np.sort(trips.index.get_indexer(stop_times["trip_id"].unique()))]
    same = transfers["from_crs"] == transfers["to_crs"]
    return Feed(
        stops, trips, stop_times, calendar, calendar_dates,
        # The slowest of several platforms' change times is the one that can be relied on.
        change_times=transfers[same].groupby("from_crs")["seconds"].max().rename_axis("crs"),
        walks=_walks(transfers[~same], links, notes),
        in_seat=_in_seat(in_seat, stops), notes=tuple(notes), **info)


def _stops(table: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    """Resolve each stop's CRS code."""
    check_unique(table, "stop_id", problems)
    ids = table["stop_id"]
    crs_of = [table[column].str.upper().where(table[column].str.fullmatch(CRS)) for column in ("stop_code", "stop_id")]
    first, second = sorted(crs_of, key=pd.Series.count, reverse=True)
    crs = first.fillna(second)
    by_id = pd.Series(crs.to_numpy(), index=ids)
    by_id = by_id[~by_id.index.duplicated()]
    stops = pd.DataFrame({
        "stop_id": ids, "name": table["stop_name"],
        "crs": crs.fillna(table["parent_station"].map(by_id).astype("str")).fillna(ids),
        "code": table["stop_code"], "latitude": table["stop_lat"], "longitude": table["stop_lon"],
    }).set_index("stop_id")
    return stops[~stops.index.duplicated()]     # those that are there twice have been noted


def _trips(tables: Mapping[str, pd.DataFrame], problems: Problems) -> pd.DataFrame:
    """Trips with their service, which some calendar must know, their block, and their route's name."""
    table = tables["trips.txt"]
    check_unique(table, "trip_id", problems)
    known = {*tables["calendar.txt"]["service_id"], *tables["calendar_dates.txt"]["service_id"]}
    unknown = table.loc[~table["service_id"].isin(known), "service_id"]
    problems.add_rows("service_id", unknown, "a service of calendar.txt or calendar_dates.txt")
    routes = tables["routes.txt"].drop_duplicates("route_id").set_index("route_id")
    names = routes["route_long_name"].where(routes["route_long_name"] != "", routes["route_short_name"])
    kinds = pd.to_numeric(routes["route_type"], errors="coerce")
    by_rail = kinds.isna() | (kinds == RAIL) | kinds.between(*RAIL_EXTENDED)
    table = table.assign(
        line=names.reindex(table["route_id"]).fillna("").astype("str").array,
        by_rail=by_rail.reindex(table["route_id"], fill_value=True).array).set_index("trip_id")
    return table[["service_id", "block_id", "line", "by_rail"]].rename(columns={"block_id": "block"})


def _without_unknown_stops(
    table: pd.DataFrame, stops: pd.DataFrame, problems: Problems, notes: list[str],
) -> tuple[pd.DataFrame, pd.Index]:
    """Leave out trips that call at a stop which stops.txt lacks, where they are few, and say which they are."""
    unknown = table.loc[~table["stop_id"].isin(stops.index), "stop_id"]
    dropped, trips = pd.Index(table.loc[unknown.index, "trip_id"].unique()), table["trip_id"].nunique()
    if dropped.empty:
        return table, dropped
    expected = f"a stop of stops.txt ({_counted(len(dropped), 'trip')} of {trips:,} call at one that is not there)"
    if len(dropped) > max(MOST_DROPPED, MOST_SHARE_DROPPED * trips) or len(dropped) == trips:
        problems.add_rows("stop_id", unknown, f"{expected}: use a feed whose stops.txt is of the same release")
    else:
        told = Problems(problems.path, problems.first_row, problems.prefix)
        told.add_rows("stop_id", unknown, expected)
        notes.append(f"left out: {_counted(len(dropped), 'trip')}, {told.found[0]}")
    return table[~table["trip_id"].isin(dropped)], dropped


def _stop_times(
    table: pd.DataFrame, stops: pd.DataFrame, trips: pd.DataFrame, problems: Problems, notes: list[str]
) -> pd.DataFrame:
    """Put calls in the order of each trip, times in seconds."""
    problems.add_rows("trip_id", table.loc[~table["trip_id"].isin(trips.index), "trip_id"], "a trip of trips.txt")
    trip, number = table["trip_id"].cat.codes.to_numpy(), table["stop_sequence"].to_numpy()
    order = np.lexsort([number, trip])
    again = order[1:][(np.diff(trip[order]) == 0) & (np.diff(number[order]) == 0)]
    problems.add_rows("stop_sequence", table["stop_sequence"].iloc[np.sort(again)], "each number once in a trip")
    arrives = _seconds(table["arrival_time"], problems)
    departs = _seconds(table["departure_time"], problems)
    calls = pd.DataFrame({
        "trip_id": table["trip_id"], "sequence": table["stop_sequence"], "stop": table["stop_id"],
        "arrives": arrives.fillna(departs), "departs": departs.fillna(arrives),
        # Where the feed says nothing passengers may get on and off.
        "may_board": table["pickup_type"] != NOT_ALLOWED, "may_alight": table["drop_off_type"] != NOT_ALLOWED,
    }).iloc[order]
    if not problems.found:
        calls = _fill_times(calls, problems)
        _check_times(calls, problems)
    if problems.found:
        return calls
    alone = ~calls["trip_id"].duplicated(keep=False)
    idle = len(trips) - calls["trip_id"].nunique() + int(alone.sum())
    if idle:
        notes.append(f"left out: {_counted(idle, 'trip')} with fewer than two calls")
        calls = calls[~alone]
    names = calls["trip_id"].cat.categories
    return pd.DataFrame({
        "trip_id": _looked_up(calls["trip_id"], pd.Series(names, names, dtype="str")), "sequence": calls["sequence"],
        "crs": _looked_up(calls["stop"], stops["crs"]), "arrives": calls["arrives"].astype("int64"),
        "departs": calls["departs"].astype("int64"), "may_board": calls["may_board"], "may_alight": calls["may_alight"],
    }).reset_index(drop=True)


def _looked_up(values: pd.Series, found: pd.Series) -> pd.Series:
    """Look up a column of categories, each of which is in `found`'s index where it occurs."""
    return pd.Series(found.reindex(values.cat.categories).array.take(values.cat.codes.to_numpy()), values.index)


def _counted(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def _seconds(times: pd.Series, problems: Problems) -> pd.Series:
    """Seconds after midnight of HH:MM:SS (the hour may pass 24); NaN where blank."""
    distinct = pd.Series(times.cat.categories, dtype="str")
    parts = distinct.str.extract(f"^{TIME}$").astype(float)
    value = parts[0] * 3600 + parts[1] * 60 + parts[2]
    value = value.where(value <= LONGEST_TRIP)
    wrong = distinct[value.isna() & (distinct != "")]     # of every row's, or of one that was left out
    problems.add_rows(str(times.name), times[times.isin(wrong)], "a time such as 07:45:00, or 24:10:00 after midnight")
    return pd.Series(value.to_numpy()[times.cat.codes], times.index)


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


def _dates(values: pd.Series) -> pd.Series:
    """Dates (datetime64[s]); NaT for what is none."""
    parts = values.str.extract(f"^{DATE}$")
    return pd.to_datetime(parts[0] + parts[2] + parts[3], format="%Y%m%d", errors="coerce").astype("datetime64[s]")


def _checked_dates(values: pd.Series, problems: Problems) -> pd.Series:
    dates = _dates(values)
    problems.add_rows(str(values.name), values[dates.isna()], "a date such as 20260131")
    return dates


def _calendar(table: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    """Services by weekday between two dates."""
    check_unique(table, "service_id", problems)
    for day in WEEKDAYS:
        problems.add_rows(day, table.loc[table[day] > 1, day], "0 or 1")
    start, end = _checked_dates(table["start_date"], problems), _checked_dates(table["end_date"], problems)
    problems.add_rows("end_date", table.loc[end < start, "end_date"], "a date not before start_date")
    days = {day: table[day] == 1 for day in WEEKDAYS}
    return pd.DataFrame({"service_id": table["service_id"], **days, "start_date": start, "end_date": end})


def _calendar_dates(table: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    """Days on which a service is added or removed."""
    dates = _checked_dates(table["date"], problems)
    kinds = table["exception_type"]
    problems.add_rows("exception_type", kinds[~kinds.isin([ADDED, REMOVED])], "1 (added) or 2 (removed)")
    both = pd.DataFrame({"service_id": table["service_id"], "date": dates}).duplicated()
    problems.add_rows("date", table.loc[both & dates.notna(), "date"], "each date of a service either added or removed")
    return pd.DataFrame({"service_id": table["service_id"], "date": dates, "added": kinds == ADDED})


def _parted(table: pd.DataFrame, notes: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Part transfers into those in the seat, from one trip into another, and those that hold for every train.

    The rest is noted.
    """
    kind = table["transfer_type"].fillna(0)
    trips = (table[["from_trip_id", "to_trip_id"]] != "").all(axis=1)
    seated = kind.isin([STAY_SEATED, LEAVE_SEAT]) & trips
    narrow = (table[["from_trip_id", "to_trip_id", "from_route_id", "to_route_id"]] != "").any(axis=1)
    left_out = ~seated & (narrow | (kind > IMPOSSIBLE))
    if left_out.any():
        notes.append(f"left out: {_counted(int(left_out.sum()), 'transfer')} for single trips or routes")
    return table[seated], table[~seated & ~left_out]


def _in_seat(table: pd.DataFrame, stops: pd.DataFrame) -> pd.DataFrame:
    """Transfers in the seat, the stations at which one trip is left for the other."""
    return pd.DataFrame({
        "from_trip": table["from_trip_id"], "to_trip": table["to_trip_id"],
        **{f"{end}_crs": table[f"{end}_stop_id"].map(stops["crs"]).fillna("").astype("str") for end in ("from", "to")},
        "stays": table["transfer_type"] == STAY_SEATED,
    }).reset_index(drop=True)


def _transfers(table: pd.DataFrame, stops: pd.DataFrame, problems: Problems, notes: list[str]) -> pd.DataFrame:
    """Transfers that hold for every train, stations by CRS, with their seconds (int64); the rest is noted."""
    table = _between_known_stops(table, stops, "transfer", problems, notes)
    kind = table["transfer_type"].fillna(0)
    rows = _between_stations(table, "min_transfer_time", stops, problems)
    same = rows["from_crs"] == rows["to_crs"]
    ruled_out = kind == IMPOSSIBLE
    rows.loc[ruled_out & same, "seconds"] = LONGEST_CHANGE
    untimed = rows["seconds"].isna() & ~ruled_out & ~same
    if untimed.any():
        notes.append(f"left out: {_counted(int(untimed.sum()), 'link')} between stations without a time")
    return rows[same | ~ruled_out].dropna().astype({"seconds": "int64"})


def _between_known_stops(
    table: pd.DataFrame, stops: pd.DataFrame, thing: str, problems: Problems, notes: list[str],
) -> pd.DataFrame:
    """Leave out rows from or to a stop that stops.txt lacks, and say so."""
    ends = ["from_stop_id", "to_stop_id"]
    known = table[ends].isin(stops.index).all(axis=1)
    if not known.all():
        told = Problems(problems.path, problems.first_row, problems.prefix)
        for column in ends:
            told.add_rows(column, table.loc[~table[column].isin(stops.index), column], "a stop of stops.txt")
        notes.append(f"left out: {_counted(int((~known).sum()), thing)}, {'; '.join(told.found)}")
    return table[known]


def _between_stations(table: pd.DataFrame, column: str, stops: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    """Stations by CRS and the seconds between them; NaN where none are given, and where they are noted."""
    seconds = table[column]
    impossible = seconds.notna() & ~seconds.between(0, LONGEST_CHANGE)
    problems.add_rows(column, seconds[impossible], f"seconds, 0 to {LONGEST_CHANGE:,} (a day)")
    return pd.DataFrame({
        "from_crs": table["from_stop_id"].map(stops["crs"]), "to_crs": table["to_stop_id"].map(stops["crs"]),
        "seconds": seconds.where(~impossible)})


def _links(table: pd.DataFrame, stops: pd.DataFrame, problems: Problems, notes: list[str]) -> pd.DataFrame:
    """Links between two stations that hold at certain times, as `Feed.walks`; the rest is noted."""
    table = _between_known_stops(table, stops, "link", problems, notes)
    rows = _between_stations(table, "duration", stops, problems)
    for name, column in (("opens", "start_time"), ("closes", "end_time")):
        rows[name] = _seconds(table[column].astype("category"), problems)
    for column in ("start_date", "end_date"):
        rows[column] = _dates(table[column])
        unread = rows[column].isna() & (table[column] != "")
        problems.add_rows(column, table.loc[unread, column], "a date such as 20260131, or nothing")
    late = rows["end_date"] < rows["start_date"]
    problems.add_rows("end_date", table.loc[late, "end_date"], "a date not before start_date")
    every_day = table[list(WEEKDAYS)].isna().all(axis=1)
    for day in WEEKDAYS:
        bad = ~table[day].isin([0, 1]) & ~every_day
        problems.add_rows(day, table.loc[bad, day], "0 or 1, or nothing on any weekday")
        rows[day] = (table[day] == 1) | every_day
    untimed, still = rows["seconds"].isna(), rows["from_crs"] == rows["to_crs"]
    for left_out, what in ((untimed, "without a time"), (still & ~untimed, "from a station to itself")):
        if left_out.any():
            notes.append(f"left out: {_counted(int(left_out.sum()), 'link')} of links.txt {what}")
    return rows[~untimed & ~still].astype({"seconds": "int64"})


def _walks(transfers: pd.DataFrame, links: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    """Every link between two stations: those of links.txt, and the shortest transfer where it has none."""
    always = at_all_times(transfers.groupby(["from_crs", "to_crs"])["seconds"].min().reset_index())
    pairs = ["from_crs", "to_crs"]
    replaced = pd.MultiIndex.from_frame(always[pairs]).isin(pd.MultiIndex.from_frame(links[pairs]))
    if replaced.any():
        notes.append(f"left out: {_counted(int(replaced.sum()), 'link')} of transfers.txt, for which links.txt gives "
                     "the times at which they hold")
    walks = pd.concat([part for part in (always[~replaced], links[[*always]]) if len(part)] or [always])
    order = [*pairs, *WEEKDAYS, "opens", "closes", "seconds"]
    return walks.astype(always.dtypes).sort_values(order, kind="stable", ignore_index=True)


def _feed_info(table: pd.DataFrame, problems: Problems, notes: list[str]) -> dict[str, Any]:
    """Take publisher, version and dates of the feed, where it says; dates that cannot be read are noted."""
    if table.empty:
        return {}
    info: dict[str, Any] = {key: str(table[f"feed_{column}"].iloc[0])
            for key, column in (("publisher", "publisher_name"), ("version", "version"))}
    told = Problems(problems.path, problems.first_row, problems.prefix)
    for key in ("start", "end"):
        given = table[f"feed_{key}_date"].head(1)
        dates = _checked_dates(given[given != ""], told).dropna()
        info[key] = dates.iloc[0].date() if len(dates) else None
    notes += [f"not used: {problem}" for problem in told.found]
    return info
