"""One day of a timetable as arrays that a connection scan can run through."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.core.errors import SwatheError
from geo.rail.fixed_links import DAY, links_around
from geo.rail.in_seat import in_seat_links
from geo.sources.timetable import WEEKDAYS, Feed

DEFAULT_CHANGE = 300
"""Seconds to change trains where the feed does not say."""

YEAR = timedelta(days=365)
LEAST_CHANGE = 60
"""Changes and walks take at least this long: of two zero-minute changes at one moment neither comes first."""

NO_ROW = -1
"""Where a change is not from one connection to another."""

AT_ANY_TIME = 2_000_000_000
"""Seconds before and after midnight between which a link holds that always does."""

MOST_CALLS = 1_000_000
"""Of trains on one day; all of Britain's railways have some 300,000, its buses several million."""

Ints = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]


class NoServiceError(SwatheError, ValueError):
    """The timetable has no train on the day that is asked for."""


@dataclass(frozen=True)
class Connections:
    """The trains of one day, cut into connections from one call to the next.

    Connections are sorted as a backward scan wants them: last departure first, and those of one train that leave in
    the same second with the later call first. Times are seconds after midnight of the day.
    """

    day: date
    stations: tuple[str, ...]    # CRS codes, sorted; all arrays count stations by their place here
    origin: Ints                 # where each connection leaves
    target: Ints
    departs: Ints
    arrives: Ints
    train: Ints                  # which train it is a part of, from 0
    line: Texts                  # the route of that train by name; empty where the feed gives none
    may_board: Bools             # whether passengers may get on at its origin
    may_alight: Bools
    change: Ints                 # seconds to change trains, per station
    walk_first: Ints             # walks that leave station i stand from `walk_first[i]` to `walk_first[i + 1]`
    walk_target: Ints
    walk_seconds: Ints
    walk_opens: Ints             # from when to when one may set out on it, both included
    walk_closes: Ints
    stay_first: Ints             # on arrival of connection i passengers may stay seated into the connections
    stay_next: Ints              # from `stay_first[i]` to `stay_first[i + 1]`, of other trips


def connections_on(feed: Feed, day: date) -> Connections:
    """Cut the trains of one day into connections, those of the night before that run past midnight among them.

    Connections that leave before the day's midnight are left out; those of its own trains after the next midnight stay.

    Returns
    -------
    Connections
        All stations of the day's trains, of change times of the feed and of its walks that hold around the day, and
        the day's connections.

    Raises
    ------
    NoServiceError
        When no train runs on that day.
    """
    today = _connections(feed, day, 0)
    night = _connections(feed, day - timedelta(days=1), -DAY)
    rows = pd.concat([today, night[night["departs"] >= 0]], ignore_index=True)
    if today.empty:
        raise NoServiceError(f"no train runs on {day:%A %d %B %Y}: choose a day that the timetable covers")
    # Trains are numbered as they set out, so that of two in one second the one that goes on as the other comes first.
    rows = rows.sort_values(["departs", "shift", "trip_id", "sequence"], kind="stable")
    rows["train"] = pd.factorize(pd.MultiIndex.from_frame(rows[["shift", "trip_id"]]))[0]
    rows = rows.sort_values(["departs", "train", "sequence"], ascending=False, kind="stable", ignore_index=True)
    stays = in_seat_links(feed, day, rows).rename(columns={"row": "connection", "next": "following"})
    same = feed.change_times.index
    changes = pd.concat([
        pd.DataFrame({"kind": "change", "origin": same, "target": same, "seconds": feed.change_times.to_numpy()}),
        links_around(feed, day, int(rows["arrives"].max())).assign(kind="walk"),
        stays.assign(kind="stay", origin="", target="", seconds=0)], ignore_index=True)
    changes[["connection", "following"]] = changes[["connection", "following"]].fillna(NO_ROW)
    return assembled(day, rows, changes)


def assembled(day: date, rows: pd.DataFrame, changes: pd.DataFrame) -> Connections:
    """Make a day's connections ready for a scan.

    Parameters
    ----------
    day
        Whose trains they are.
    rows
        RangeIndex, in the order of `Connections`; its columns origin and target as CRS codes, departs, arrives, train,
        line, may_board, may_alight.
    changes
        `kind`, `origin` and `target` (CRS), `seconds`, `connection` and `following` (rows): "change" at one station
        (`DEFAULT_CHANGE` where there is none), "walk" between two, "stay" in the seat from one connection to another;
        `NO_ROW` or empty where a kind has no such thing. `opens` and `closes`: the first and the last second after
        midnight of the day at which one may set out on a walk; missing where at any time.

    Returns
    -------
    Connections
        All stations of the day's trains, of changes and walks.
    """
    walks, within = (changes[changes["kind"] == kind] for kind in ("walk", "change"))
    stays = changes[changes["kind"] == "stay"].sort_values(["connection", "following"])
    stations = tuple(sorted({*rows["origin"], *rows["target"], *walks["origin"], *walks["target"]}))
    place = pd.Series(np.arange(len(stations)), index=list(stations))
    change = within.set_index("origin")["seconds"].reindex(list(stations)).fillna(DEFAULT_CHANGE)
    walks = walks.assign(origin=walks["origin"].map(place), target=walks["target"].map(place))
    walks = walks.sort_values(["origin", "target", "opens"], kind="stable")
    return Connections(
        day=day, stations=stations, origin=_ints(rows["origin"].map(place)), target=_ints(rows["target"].map(place)),
        departs=_ints(rows["departs"]), arrives=_ints(rows["arrives"]), train=_ints(rows["train"]),
        line=rows["line"].to_numpy(dtype=object),
        may_board=np.array(rows["may_board"], dtype=bool), may_alight=np.array(rows["may_alight"], dtype=bool),
        change=_ints(change.clip(lower=LEAST_CHANGE)),
        walk_first=_ints(np.searchsorted(walks["origin"], np.arange(len(stations) + 1))),
        walk_target=_ints(walks["target"]), walk_seconds=_ints(walks["seconds"].clip(lower=LEAST_CHANGE)),
        walk_opens=_ints(walks["opens"].fillna(-AT_ANY_TIME)), walk_closes=_ints(walks["closes"].fillna(AT_ANY_TIME)),
        stay_first=_ints(np.searchsorted(stays["connection"], np.arange(len(rows) + 1))),
        stay_next=_ints(stays["following"]))


def taken_apart(day: Connections) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Write a day's connections as the two tables that `assembled` takes.

    Returns
    -------
    tuple of pandas.DataFrame
        Connections and changes; RangeIndex, whole numbers int64, texts str, opens and closes float64, the rest bool.
    """
    codes = np.array(day.stations, dtype=object)
    rows = pd.DataFrame({
        "origin": codes[day.origin], "target": codes[day.target], "departs": day.departs, "arrives": day.arrives,
        "train": day.train, "line": day.line, "may_board": day.may_board, "may_alight": day.may_alight})
    walked = np.repeat(codes, np.diff(day.walk_first))
    stayed = np.repeat(np.arange(len(rows)), np.diff(day.stay_first))
    changes = pd.concat([
        pd.DataFrame({"kind": "change", "origin": codes, "target": codes, "seconds": day.change}),
        pd.DataFrame({"kind": "walk", "origin": walked, "target": codes[day.walk_target],
                      "seconds": day.walk_seconds, "opens": day.walk_opens, "closes": day.walk_closes}),
        pd.DataFrame({"kind": "stay", "origin": "", "target": "", "seconds": 0, "connection": stayed,
                      "following": day.stay_next})], ignore_index=True)
    changes[["connection", "following"]] = changes[["connection", "following"]].fillna(NO_ROW)
    times = changes[["opens", "closes"]]
    changes[["opens", "closes"]] = times.mask(times.abs() == AT_ANY_TIME)
    texts, numbers = ["origin", "target"], ["departs", "arrives", "train"]
    return (rows.astype({**dict.fromkeys([*texts, "line"], "str"), **dict.fromkeys(numbers, "int64")}),
            changes.astype({**dict.fromkeys(["kind", *texts], "str"),
                            **dict.fromkeys(["seconds", "connection", "following"], "int64"),
                            **dict.fromkeys(["opens", "closes"], "float64")}))


def services_on(feed: Feed, day: date) -> set[str]:
    """Return the `service_id` of the services that run on a day."""
    when = pd.Timestamp(day)
    calendar, exceptions = feed.calendar, feed.calendar_dates[feed.calendar_dates["date"] == when]
    weekly = calendar[WEEKDAYS[day.weekday()]] & (calendar["start_date"] <= when) & (when <= calendar["end_date"])
    added = set(exceptions.loc[exceptions["added"], "service_id"])
    removed = set(exceptions.loc[~exceptions["added"], "service_id"])
    return (set(calendar.loc[weekly, "service_id"]) | added) - removed


def reference_day(feed: Feed) -> date:
    """Choose the day that stands for a weekday: the Tuesday, Wednesday or Thursday with the most trips.

    Returns
    -------
    datetime.date
        The day with the most trips in the year that begins with the first busy day: calendars of some feeds never end,
        and what is planned for later years is no timetable yet. Of several days the middle one (the earlier of two),
        which keeps clear of the feed's first day, whose night before is missing, and of New Year's Day.

    Raises
    ------
    NoServiceError
        When no Tuesday, Wednesday or Thursday of the feed has a train.
    """
    trips = trips_by_day(feed)
    midweek = trips[trips.index.day_of_week.isin([1, 2, 3])]
    if midweek.empty or not midweek.max():
        raise NoServiceError("the timetable has no train on any Tuesday, Wednesday or Thursday: use a whole feed")
    # One train that runs long before all others does not begin the year.
    first = midweek.index[midweek >= midweek.max() / 2][0]
    year = midweek[(midweek.index >= first) & (midweek.index <= first + YEAR)]
    busiest = year.index[year == year.max()]
    best: date = busiest[(len(busiest) - 1) // 2].date()
    return best


def trips_by_day(feed: Feed) -> pd.Series:
    """Count the trips of every day of a timetable: of its calendars, and where feed_info names some of them, of those.

    Returns
    -------
    pandas.Series
        Trips (int64), by day (DatetimeIndex without gaps).
    """
    first = pd.concat([feed.calendar["start_date"], feed.calendar_dates["date"]]).min()
    last = pd.concat([feed.calendar["end_date"], feed.calendar_dates["date"]]).max()
    days = pd.date_range(first, last, freq="D")
    named = days[(days >= pd.Timestamp(feed.start or first)) & (days <= pd.Timestamp(feed.end or last))]
    days = days if named.empty else named
    size = feed.trips["service_id"].value_counts()
    calendar, count = feed.calendar, np.zeros(len(days), dtype=np.int64)
    per_service = calendar["service_id"].map(size).fillna(0).to_numpy(dtype=np.int64)
    for weekday, name in enumerate(WEEKDAYS):
        # A service adds its trips from its first day and takes them away after its last.
        runs = calendar[name].to_numpy(dtype=bool)
        change = np.zeros(len(days) + 1, dtype=np.int64)
        np.add.at(change, days.searchsorted(calendar["start_date"][runs]), per_service[runs])
        np.add.at(change, days.searchsorted(calendar["end_date"][runs], side="right"), -per_service[runs])
        count += np.where(days.day_of_week == weekday, change[:-1].cumsum(), 0)
    return pd.Series(count, index=days).add(_exceptions(feed, size, days), fill_value=0).astype("int64")


def _exceptions(feed: Feed, size: pd.Series, days: pd.DatetimeIndex) -> pd.Series:
    """Trips that single dates add to (or take from) the weekly calendar."""
    exceptions = feed.calendar_dates.drop_duplicates(["service_id", "date"])
    exceptions = exceptions[exceptions["date"].isin(days)]
    if exceptions.empty:
        return pd.Series(0, index=days[:0])
    week = feed.calendar.drop_duplicates("service_id").set_index("service_id").reindex(exceptions["service_id"])
    dates = exceptions["date"].to_numpy()
    of_week = week[list(WEEKDAYS)].fillna(False).to_numpy(dtype=bool)
    runs = of_week[np.arange(len(dates)), exceptions["date"].dt.day_of_week.to_numpy()]
    runs &= (week["start_date"].to_numpy() <= dates) & (dates <= week["end_date"].to_numpy())
    sign = exceptions["added"].to_numpy(dtype=int) - runs
    trips = exceptions["service_id"].map(size).fillna(0).to_numpy(dtype=np.int64) * sign
    return pd.Series(trips, index=dates).groupby(level=0).sum()


def _connections(feed: Feed, day: date, shift: int) -> pd.DataFrame:
    """Cut every trip that starts on a day into connections, times moved by `shift` seconds."""
    trips = feed.trips.index[feed.trips["service_id"].isin(services_on(feed, day))]
    running = feed.stop_times["trip_id"].isin(trips)
    if running.sum() > MOST_CALLS:
        raise SwatheError(f"the timetable has {running.sum():,} calls on {day:%A %d %B %Y}, more than the "
                          f"{MOST_CALLS:,} that are read (are buses in it?): use a feed of the railway alone")
    calls = feed.stop_times[running]
    after = calls.shift(-1)
    same = (calls["trip_id"] == after["trip_id"]).to_numpy()
    texts = dict.fromkeys(["trip_id", "crs"], "str")     # of a whole feed they may be categories
    calls, after = calls[same].astype(texts), after[same].astype(texts)
    return pd.DataFrame({
        "shift": shift, "trip_id": calls["trip_id"], "sequence": calls["sequence"], "block": calls["trip_id"].map(
            feed.trips["block"]).astype("str"),
        "line": calls["trip_id"].map(feed.trips.get("line", pd.Series("", feed.trips.index))),
        "origin": calls["crs"], "target": after["crs"],
        "departs": calls["departs"] + shift, "arrives": after["arrives"].astype("int64") + shift,
        "may_board": calls["may_board"], "may_alight": after["may_alight"].astype(bool),
    })


def _ints(values: pd.Series | npt.NDArray[np.int64]) -> Ints:
    return np.array(values, dtype=np.int32)     # of its own, so that a scan is compiled once
