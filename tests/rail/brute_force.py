"""The same journeys found the slow way: forwards, one departure at a time, following every train and every change.

Shares nothing with the scan but the timetable's tables: it reads the calendar itself, keeps whole trains, and counts
how many trains it takes to get somewhere.
"""

import statistics
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pandas as pd

from geo.sources.timetable import WEEKDAYS, Feed

Call = tuple[str, int, int, bool, bool]
Boarding = tuple[int, int]
"""A train and the number of the call at which it is boarded."""


@dataclass(frozen=True)
class Link:
    """A way to another station that one may set out on while `holds` says so, some moments at which that changes."""

    end: str
    seconds: int
    holds: Callable[[int], bool]
    edges: tuple[int, ...]

    def begins_after(self, moment: int) -> int | None:
        """The first second from `moment` on at which one may set out."""
        return min((edge for edge in (moment, *self.edges) if edge >= moment and self.holds(edge)), default=None)

    def begins_before(self, moment: int) -> int | None:
        """The last second up to `moment` at which one may set out."""
        return max((edge for edge in (moment, *self.edges) if edge <= moment and self.holds(edge)), default=None)


@dataclass
class Timetable:
    """Whole trains of one day, change times and links."""

    trains: list[list[Call]]
    change: dict[str, int]
    links: dict[str, list["Link"]]
    boardings: dict[str, list[Boarding]] = field(default_factory=lambda: defaultdict(list))
    stays: dict[Boarding, list[Boarding]] = field(default_factory=lambda: defaultdict(list))
    """On arrival of a train at a call: other trains, and at which call, that passengers may stay seated into."""
    tied: bool = False
    """Whether a train goes on as another in the second in which it left its last call."""


def timetable_of(feed: Feed, day: date) -> Timetable:
    """Trains that start that day, and those of the night before as far as they leave after midnight."""
    trains, names = [], []
    by_trip = defaultdict(list)
    for row in feed.stop_times.itertuples():
        by_trip[row.trip_id].append((row.sequence, row.crs, row.arrives, row.departs, row.may_board, row.may_alight))
    for start, shift in ((day, 0), (day - timedelta(days=1), -86_400)):
        for trip, service in feed.trips["service_id"].items():
            if _runs(feed, service, start):
                calls = [(crs, a + shift, d + shift, on, off) for _, crs, a, d, on, off in sorted(by_trip[trip])]
                trains.append([call for call in calls if call[2] >= 0 or call is calls[-1]])
                names.append((shift, trip))
    links = defaultdict(list)
    last = max(call[1] for calls in trains for call in calls[1:])
    for row in feed.walks.itertuples():
        links[row.from_crs].append(_link(row, day, last))
    change = {crs: max(60, int(seconds)) for crs, seconds in feed.change_times.items()}
    table = Timetable(trains, change, links)
    for number, calls in enumerate(trains):
        for place, call in enumerate(calls[:-1]):
            if call[3]:
                table.boardings[call[0]].append((number, place))
    _stay_seated(table, feed, names)
    return table


def _link(row: Any, day: date, last: int) -> Link:
    """One link, asked second by second: on each day whose rules it keeps, for as long as its hours say."""
    always = all(pd.isna(value) for value in (row.opens, row.closes, row.start_date, row.end_date)) and all(
        getattr(row, name) for name in WEEKDAYS)
    if always:
        return Link(row.to_crs, max(60, row.seconds), lambda moment: True, ())
    spans = []
    for number in range(-5, 6):
        then = day + timedelta(days=number)
        within = (pd.isna(row.start_date) or row.start_date.date() <= then) and (
            pd.isna(row.end_date) or then <= row.end_date.date())
        if getattr(row, then.strftime("%A").lower()) and within:
            opens = 0 if pd.isna(row.opens) else int(row.opens)
            closes = 86_399 if pd.isna(row.closes) else int(row.closes)
            while closes < opens:
                closes += 86_400
            spans.append((opens + 86_400 * number, closes + 86_400 * number))
    # Nobody is under way before midnight, nor waits longer than the trains run.
    spans = [(first, then) for first, then in spans if first <= last and then + row.seconds >= 0]
    return Link(row.to_crs, max(60, row.seconds), lambda moment: any(first <= moment <= then for first, then in spans),
                tuple(edge for span in spans for edge in span))


def _stay_seated(table: Timetable, feed: Feed, names: list[tuple[int, str]]) -> None:
    """Note where passengers may stay seated from one train into another."""
    number = {name: place for place, name in enumerate(names) if len(table.trains[place]) > 1}
    pairs, left = _of_blocks(table, feed, number), set()
    for row in feed.in_seat.itertuples():
        for shift in (0, -86_400):
            if (shift, row.from_trip) in number and (shift, row.to_trip) in number:
                train, following = number[shift, row.from_trip], number[shift, row.to_trip]
                ends = _calls_at(table.trains[train], row.from_crs, "last")
                starts = _calls_at(table.trains[following], row.to_crs, "first")
                (pairs if row.stays else left).update(((train, end), (following, start))
                                                      for end in ends[-1:] for start in starts[:1])
    for (train, place), (following, start) in pairs - left:
        if table.trains[following][start][2] >= table.trains[train][place][1]:
            table.stays[train, place].append((following, start))
            table.tied |= table.trains[following][start][2] == table.trains[train][place - 1][2]


def _of_blocks(table: Timetable, feed: Feed, number: dict[tuple[int, str], int]) -> set[tuple[Boarding, Boarding]]:
    """Pair the last call of each trip of a block with the first of the next."""
    vehicles = defaultdict(list)
    for (shift, trip), train in number.items():
        calls, block = table.trains[train], feed.trips.loc[trip, "block"]
        if block:
            vehicles[shift, block].append((calls[0][2], calls[-1][1], train))
    order = [[train for *_, train in sorted(vehicle)] for vehicle in vehicles.values()]
    return {((train, len(table.trains[train]) - 1), (following, 0)) for trains in order
            for train, following in pairwise(trains) if table.trains[train][-1][0] == table.trains[following][0][0]}


def _calls_at(calls: list[Call], crs: str, otherwise: str) -> list[int]:
    """Find the calls at a station that are arrived at ("last") or left ("first"); without one, the last or the first.
    """
    there = range(1, len(calls)) if otherwise == "last" else range(len(calls) - 1)
    return [place for place in there if calls[place][0] == crs] if crs else [*there][-1:] if (
        otherwise == "last") else [*there][:1]


def _runs(feed: Feed, service: str, day: date) -> bool:
    for row in feed.calendar_dates.itertuples():
        if row.service_id == service and row.date.date() == day:
            return bool(row.added)
    for row in feed.calendar.itertuples():
        if row.service_id == service and row.start_date.date() <= day <= row.end_date.date():
            return bool(getattr(row, day.strftime("%A").lower()))
    return False


def pareto(table: Timetable, origin: str, hub: Collection[str]) -> list[tuple[int, int, int]]:
    """Departure, arrival and changes of every journey that none beats, earliest departure first."""
    starts = defaultdict(set)
    for train, place in table.boardings[origin]:
        starts[table.trains[train][place][2]].add((train, place))
    for link in table.links[origin]:
        if link.end not in hub:
            for train, place in table.boardings[link.end]:
                begins = link.begins_before(table.trains[train][place][2] - link.seconds)
                if begins is not None:
                    starts[begins].add((train, place))
    kept: list[tuple[int, int, int]] = []
    for departs in sorted(starts, reverse=True):
        best = _first_arrival(table, starts[departs], hub)
        if best and (not kept or best[0] < kept[-1][1]):
            kept.append((departs, *best))
    return kept[::-1]


def _first_arrival(table: Timetable, boardings: set[Boarding], hub: Collection[str]) -> tuple[int, int] | None:
    """Earliest arrival at the hub and the fewest changes it takes, going on from the first trains."""
    best: tuple[int, int] | None = None
    seen: set[Boarding] = set()
    changes = 0
    while boardings:
        seen |= boardings
        following, aboard, met = set(), [*boardings], {*boardings}
        for train, place in aboard:
            for at, (station, arrives, _, _, may_alight) in enumerate(table.trains[train][place + 1 :], place + 1):
                if best and arrives >= best[0]:
                    break
                aboard += [other for other in table.stays.get((train, at), []) if other not in met]
                met |= {*table.stays.get((train, at), [])}
                if not may_alight:
                    continue
                ready = [(station, arrives + table.change.get(station, 300))]
                begun = [(link, link.begins_after(arrives)) for link in table.links[station]]
                ready += [(link.end, begins + link.seconds) for link, begins in begun if begins is not None]
                there = [arrives] if station in hub else []
                there += [moment for end, moment in ready[1:] if end in hub]
                best = min([*([best] if best else []), *((moment, changes) for moment in there)], default=None)
                for end, moment in ready:
                    following |= {(t, p) for t, p in table.boardings[end] if table.trains[t][p][2] >= moment}
        boardings = {(t, p) for t, p in following - seen if not best or table.trains[t][p][2] < best[0]}
        changes += 1
    return best


def summary(journeys: list[tuple[int, int, int]], first: int, last: int) -> tuple[float, float, int, int] | None:
    """Fastest and typical minutes, changes and departures in a window of minutes; None where nothing leaves."""
    inside = [journey for journey in journeys if first * 60 <= journey[0] < last * 60]
    later = [journey for journey in journeys if journey[0] >= first * 60]
    if not later:
        return None
    following = []
    for minute in range(first, last):
        following += [journey for journey in later if journey[0] >= minute * 60][:1]
    if not following:
        return None
    fastest = min(arrives - departs for departs, arrives, _ in inside or later) / 60
    typical = statistics.median((arrives - departs) / 60 for departs, arrives, _ in following)
    return fastest, typical, statistics.median_low(changes for *_, changes in following), len(inside)
