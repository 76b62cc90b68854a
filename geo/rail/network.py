"""One day of a timetable as arrays that a connection scan can run through."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.errors import SwatheError
from geo.sources.feed import WEEKDAYS, Feed

__all__ = ["DAY", "DEFAULT_CHANGE", "LEAST_CHANGE", "Network", "network_on", "reference_day", "services_on"]

DAY = 86_400
DEFAULT_CHANGE = 300
"""Seconds to change trains where the feed does not say."""

LEAST_CHANGE = 60
"""Changes and walks take at least this long: of two zero-minute changes at one moment neither comes first."""

MIDWEEK = ("tuesday", "wednesday", "thursday")

Ints = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]


class NoServiceError(SwatheError, ValueError):
    """The timetable has no train on the day that is asked for."""


@dataclass(frozen=True)
class Network:
    """The trains of one day, cut into hops from one call to the next.

    Hops are sorted as a backward scan wants them: last departure first, and hops of one train that leave in
    the same second with the later call first. Times are seconds after midnight of the day.

    Parameters
    ----------
    day
        The day.
    stations
        CRS codes, sorted; all other arrays count stations by their place here.
    origin, target
        Where each hop leaves and arrives (int32).
    departs, arrives
        When (int32 seconds).
    train
        Which train it is a hop of, from 0 (int32).
    may_board, may_alight
        Whether passengers may get on at its origin, and off at its target.
    change
        Seconds to change trains, per station (int32, 60 or more).
    walk_first
        Walk links that leave station i stand from `walk_first[i]` to `walk_first[i + 1]` (int32, one longer
        than `stations`).
    walk_target, walk_seconds
        Where each link leads and how long it takes (int32, 60 or more).
    """

    day: date
    stations: tuple[str, ...]
    origin: Ints
    target: Ints
    departs: Ints
    arrives: Ints
    train: Ints
    may_board: Bools
    may_alight: Bools
    change: Ints
    walk_first: Ints
    walk_target: Ints
    walk_seconds: Ints


def network_on(feed: Feed, day: date) -> Network:
    """Cut the trains of one day into hops; trains of the night before that run past midnight are among them.

    Parameters
    ----------
    feed
        The timetable.
    day
        The day; hops that leave before its midnight are left out, those of its own trains after the next
        midnight are kept.

    Returns
    -------
    Network
        All stations of the day's trains, of change times and walk links of the feed, and the day's hops.

    Raises
    ------
    ValueError
        When no train runs on that day.
    """
    today = _hops(feed, day, 0)
    night = _hops(feed, day - timedelta(days=1), -DAY)
    hops = pd.concat([today, night[night["departs"] >= 0]], ignore_index=True)
    if today.empty:
        raise NoServiceError(f"no train runs on {day:%A %d %B %Y}: choose a day that the timetable covers")
    hops["train"] = pd.factorize(pd.MultiIndex.from_frame(hops[["shift", "trip_id"]]))[0]
    hops = hops.sort_values(["departs", "train", "sequence"], ascending=False, kind="stable")
    stations = tuple(sorted({*hops["origin"], *hops["target"], *feed.walks["from_crs"], *feed.walks["to_crs"]}))
    place = pd.Series(np.arange(len(stations)), index=list(stations))
    numbers = {name: _ints(hops[name]) for name in ("departs", "arrives", "train")}
    ends = {name: _ints(hops[name].map(place)) for name in ("origin", "target")}
    change = feed.change_times.reindex(list(stations)).fillna(DEFAULT_CHANGE).clip(lower=LEAST_CHANGE)
    walks = feed.walks.assign(origin=feed.walks["from_crs"].map(place), target=feed.walks["to_crs"].map(place))
    walks = walks.sort_values(["origin", "target"])
    return Network(
        day=day, stations=stations, **ends, **numbers,
        may_board=hops["may_board"].to_numpy(dtype=bool), may_alight=hops["may_alight"].to_numpy(dtype=bool),
        change=_ints(change),
        walk_first=_ints(np.searchsorted(walks["origin"], np.arange(len(stations) + 1))),
        walk_target=_ints(walks["target"]), walk_seconds=_ints(walks["seconds"].clip(lower=LEAST_CHANGE)),
    )


def services_on(feed: Feed, day: date) -> set[str]:
    """Return the services that run on a day.

    Parameters
    ----------
    feed
        The timetable.
    day
        The day.

    Returns
    -------
    set of str
        Their `service_id`.
    """
    when = pd.Timestamp(day)
    calendar, exceptions = feed.calendar, feed.calendar_dates[feed.calendar_dates["date"] == when]
    weekly = calendar[WEEKDAYS[day.weekday()]] & (calendar["start_date"] <= when) & (when <= calendar["end_date"])
    added = set(exceptions.loc[exceptions["added"], "service_id"])
    removed = set(exceptions.loc[~exceptions["added"], "service_id"])
    return (set(calendar.loc[weekly, "service_id"]) | added) - removed


def reference_day(feed: Feed) -> date:
    """Choose the day that stands for a weekday: the Tuesday, Wednesday or Thursday with the most trips.

    Parameters
    ----------
    feed
        The timetable; its days are those of its feed_info, else of its calendars.

    Returns
    -------
    datetime.date
        The day with the most trips; of several the middle one (the earlier of two), which keeps clear of the feed's
        first day, whose night before is missing, and of New Year's Day.

    Raises
    ------
    ValueError
        When no Tuesday, Wednesday or Thursday of the feed has a train.
    """
    trips = trips_by_day(feed)
    midweek = trips[trips.index.day_of_week.isin([WEEKDAYS.index(name) for name in MIDWEEK])]
    if midweek.empty or not midweek.max():
        raise NoServiceError("the timetable has no train on any Tuesday, Wednesday or Thursday: use a whole feed")
    busiest = midweek.index[midweek == midweek.max()]
    best: date = busiest[(len(busiest) - 1) // 2].date()
    return best


def trips_by_day(feed: Feed) -> pd.Series:
    """Count the trips of every day of a timetable.

    Parameters
    ----------
    feed
        The timetable.

    Returns
    -------
    pandas.Series
        Trips (int64), by day (DatetimeIndex without gaps).
    """
    starts = [*feed.calendar["start_date"], *feed.calendar_dates["date"]]
    ends = [*feed.calendar["end_date"], *feed.calendar_dates["date"]]
    first = max([min(starts), *([pd.Timestamp(feed.start)] if feed.start else [])])
    last = min([max(ends), *([pd.Timestamp(feed.end)] if feed.end else [])])
    days = pd.date_range(first, last, freq="D")
    size = feed.trips["service_id"].value_counts()
    calendar = feed.calendar[feed.calendar["service_id"].isin(size.index)]
    count = np.zeros(len(days), dtype=np.int64)
    per_service = calendar["service_id"].map(size).to_numpy(dtype=np.int64)
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
    exceptions = exceptions[exceptions["date"].isin(days) & exceptions["service_id"].isin(size.index)]
    week = feed.calendar.drop_duplicates("service_id").set_index("service_id").reindex(exceptions["service_id"])
    dates = exceptions["date"].to_numpy()
    of_week = week[list(WEEKDAYS)].fillna(False).to_numpy(dtype=bool)
    runs = of_week[np.arange(len(dates)), exceptions["date"].dt.day_of_week.to_numpy()]
    runs &= (week["start_date"].to_numpy() <= dates) & (dates <= week["end_date"].to_numpy())
    sign = exceptions["added"].to_numpy(dtype=int) - runs
    trips = exceptions["service_id"].map(size).to_numpy(dtype=np.int64) * sign
    return pd.Series(trips, index=dates).groupby(level=0).sum()


def _hops(feed: Feed, day: date, shift: int) -> pd.DataFrame:
    """Hops between the calls of every trip that starts on a day, times moved by `shift` seconds."""
    trips = feed.trips.index[feed.trips["service_id"].isin(services_on(feed, day))]
    calls = feed.stop_times[feed.stop_times["trip_id"].isin(trips)]
    after = calls.shift(-1)
    same = (calls["trip_id"] == after["trip_id"]).to_numpy()
    calls, after = calls[same], after[same]
    return pd.DataFrame({
        "shift": shift, "trip_id": calls["trip_id"], "sequence": calls["sequence"],
        "origin": calls["crs"], "target": after["crs"],
        "departs": calls["departs"] + shift, "arrives": after["arrives"].astype("int64") + shift,
        "may_board": calls["may_board"], "may_alight": after["may_alight"].astype(bool),
    })


def _ints(values: pd.Series | npt.NDArray[np.int64]) -> Ints:
    return np.asarray(values).astype(np.int32)
