"""The same journeys found the slow way: forwards, one departure at a time, following every train and every change.

Shares nothing with the scan but the timetable's tables: it reads the calendar itself, keeps whole trains, and counts
how many trains it takes to get somewhere.
"""

import statistics
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta

from geo.sources.timetable import Feed

Call = tuple[str, int, int, bool, bool]
Boarding = tuple[int, int]
"""A train and the number of the call at which it is boarded."""


@dataclass
class Timetable:
    """Whole trains of one day, change times and links."""

    trains: list[list[Call]]
    change: dict[str, int]
    links: dict[str, list[tuple[str, int]]]
    boardings: dict[str, list[Boarding]] = field(default_factory=lambda: defaultdict(list))


def timetable_of(feed: Feed, day: date) -> Timetable:
    """Trains that start that day, and those of the night before as far as they leave after midnight."""
    trains = []
    by_trip = defaultdict(list)
    for row in feed.stop_times.itertuples():
        by_trip[row.trip_id].append((row.sequence, row.crs, row.arrives, row.departs, row.may_board, row.may_alight))
    for start, shift in ((day, 0), (day - timedelta(days=1), -86_400)):
        for trip, service in feed.trips["service_id"].items():
            if _runs(feed, service, start):
                calls = [(crs, a + shift, d + shift, on, off) for _, crs, a, d, on, off in sorted(by_trip[trip])]
                trains.append([call for call in calls if call[2] >= 0 or call is calls[-1]])
    links = defaultdict(list)
    for row in feed.walks.itertuples():
        links[row.from_crs].append((row.to_crs, max(60, row.seconds)))
    change = {crs: max(60, int(seconds)) for crs, seconds in feed.change_times.items()}
    table = Timetable(trains, change, links)
    for number, calls in enumerate(trains):
        for place, call in enumerate(calls[:-1]):
            if call[3]:
                table.boardings[call[0]].append((number, place))
    return table


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
    for end, seconds in table.links[origin]:
        if end not in hub:
            for train, place in table.boardings[end]:
                starts[table.trains[train][place][2] - seconds].add((train, place))
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
        following = set()
        for train, place in boardings:
            for station, arrives, _, _, may_alight in table.trains[train][place + 1 :]:
                if best and arrives >= best[0]:
                    break
                if not may_alight:
                    continue
                ready = [(station, arrives + table.change.get(station, 300))]
                ready += [(end, arrives + seconds) for end, seconds in table.links[station]]
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
