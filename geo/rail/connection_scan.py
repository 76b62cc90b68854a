"""Journeys to a hub: a backward profile connection scan over one day of trains.

Every connection of the day is looked at once, last departure first. What is known by then of all later ones says how
a passenger on board fares best: stay on, change, walk to a station nearby and board there, or be there. Best is
the earliest arrival at the hub, and of those the fewest changes.
"""

from collections.abc import Collection, Mapping
from datetime import time

import numba
import numpy as np
import pandas as pd

from geo.rail.connections import Bools, Connections, Ints

WINDOW = (time(6), time(10))
"""Departures that count: from the first (included) to the second (not)."""

NEVER = np.int32(2_000_000_000)
NONE = np.int32(-1)

_APART = np.int64(NEVER)
"""So far stand the times of two stations apart, once they are in one row of numbers."""


def _scan(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917 - the one loop that must be a single compiled function
    origin: Ints, target: Ints, departs: Ints, arrives: Ints, train: Ints,
    may_board: Bools, may_alight: Bools, change: Ints, walk_first: Ints, walk_target: Ints, walk_seconds: Ints,
    walk_opens: Ints, walk_closes: Ints, stay_first: Ints, stay_next: Ints, is_hub: Bools, trains: int,
) -> tuple[Ints, Ints, Ints, Ints]:
    """Scan all connections; return each boarding's station (`NONE`: a better one took its place) and journey.

    Each station's boardings are a chain from the earliest departure found so far to later ones, each better
    (arrival, then changes) than all that leave later.
    """
    most = len(origin)
    found_departs = np.empty(most, np.int32)
    found_arrives = np.empty(most, np.int32)
    found_changes = np.empty(most, np.int32)
    found_station = np.empty(most, np.int32)
    later = np.empty(most, np.int32)
    aboard_arrives = np.empty(most, np.int32)
    aboard_changes = np.empty(most, np.int32)
    number = 0
    head = np.full(len(change), NONE, np.int32)
    seated_arrives = np.full(trains, NEVER, np.int32)
    seated_changes = np.zeros(trains, np.int32)
    for row in range(most):
        here, on = target[row], train[row]
        best, changes = seated_arrives[on], seated_changes[on]
        for link in range(stay_first[row], stay_first[row + 1]):
            there, the_same = aboard_arrives[stay_next[link]], aboard_changes[stay_next[link]]
            if there < best or (there == best and the_same < changes):
                best, changes = there, the_same
        if may_alight[row]:
            now = arrives[row]
            if is_hub[here] and (now < best or (now == best and changes > 0)):
                best, changes = now, np.int32(0)
            # The first way on is to change here, the others are the walk links; for one that opens later one waits.
            for link in range(walk_first[here] - 1, walk_first[here + 1]):
                if link < walk_first[here]:
                    place, ready = here, now + change[here]
                else:
                    begins = max(now, walk_opens[link])
                    if begins > walk_closes[link]:
                        continue
                    place, ready = walk_target[link], begins + walk_seconds[link]
                    if is_hub[place] and (ready < best or (ready == best and changes > 0)):
                        best, changes = ready, np.int32(0)
                if ready > best:
                    continue
                entry = head[place]
                while entry != NONE and found_departs[entry] < ready:
                    entry = later[entry]
                if entry != NONE:
                    there, with_changes = found_arrives[entry], found_changes[entry] + 1
                    if there < best or (there == best and with_changes < changes):
                        best, changes = there, np.int32(with_changes)
        seated_arrives[on], seated_changes[on] = best, changes
        aboard_arrives[row], aboard_changes[row] = best, changes
        if best == NEVER or not may_board[row]:
            continue
        start = origin[row]
        entry = head[start]
        if entry != NONE and (
            found_arrives[entry] < best or (found_arrives[entry] == best and found_changes[entry] <= changes)
        ):
            continue
        if entry != NONE and found_departs[entry] == departs[row]:
            found_station[entry] = NONE
            entry = later[entry]
        found_station[number], found_departs[number] = start, departs[row]
        found_arrives[number], found_changes[number] = best, changes
        later[number] = entry
        head[start] = np.int32(number)
        number += 1
    return found_station[:number], found_departs[:number], found_arrives[:number], found_changes[:number]


compiled_scan = numba.njit(cache=True)(_scan)


def profile(day: Connections, targets: Collection[str]) -> pd.DataFrame:
    """Find the journeys of a day from every station to a hub that are worth setting out for.

    Kept are the journeys that none beats which leaves later and arrives no later. A change takes the station's
    change time, or a walk link's time instead; neither is needed before the first train or at the hub, and
    staying seated is no change, also not where one trip goes on as another (`geo.rail.in_seat`). A link may stand
    before the first train, between two and after the last, but one link does not follow another, and a walk alone is
    no journey. One sets out on a link while it holds, be it after waiting for it, or before waiting for the train.

    Parameters
    ----------
    targets
        CRS codes of the hub's stations, any of which will do; those that the day's trains do not know are
        passed over.

    Returns
    -------
    pandas.DataFrame
        RangeIndex, sorted by `station` and `departs`; `station` (CRS), `departs` and `arrives` (int64 seconds
        after midnight), `changes` (int64: trains less one). The hub's own stations are not in it.
    """
    is_hub = np.array([station in set(targets) for station in day.stations], dtype=bool)
    trains = int(day.train.max()) + 1 if len(day.train) else 0
    found = np.stack(compiled_scan(
        day.origin, day.target, day.departs, day.arrives, day.train, day.may_board, day.may_alight, day.change,
        day.walk_first, day.walk_target, day.walk_seconds, day.walk_opens, day.walk_closes, day.stay_first,
        day.stay_next, is_hub, trains,
    ))
    found = found[:, found[0] != NONE]
    found = found[:, ~is_hub[found[0]]]
    found = np.concatenate([found, _walked_to(found, day)], axis=1)
    found = _pareto(found[:, ~is_hub[found[0]]])
    table = pd.DataFrame(found.T.astype(np.int64), columns=["station", "departs", "arrives", "changes"])
    table["station"] = pd.Series(np.array(day.stations, dtype=object)[found[0]], dtype="str")
    return table


def _walked_to(boardings: Ints, day: Connections) -> Ints:
    """Journeys that begin with a walk link: the boardings at the link's end, left earlier by its time.

    Of those after the last moment at which one may set out the first counts alone: it is the best.
    """
    boardings = boardings[:, np.lexsort((boardings[1], boardings[0]))]
    times = boardings[0] * _APART + boardings[1]
    seconds = day.walk_seconds.astype(np.int64)
    there = day.walk_target * _APART
    first = np.searchsorted(times, there + np.maximum(day.walk_opens + seconds, 0))
    last = np.minimum(np.searchsorted(times, there + np.clip(day.walk_closes + seconds, -1, _APART - 1), "right") + 1,
                      np.searchsorted(times, there + _APART))
    count = np.maximum(last - first, 0)
    link = np.repeat(np.arange(len(count)), count)
    found = boardings[:, np.arange(len(link)) - np.repeat(np.cumsum(count) - count, count) + first[link]]
    starts = np.repeat(np.arange(len(day.stations)), np.diff(day.walk_first))
    found[0] = starts[link]
    found[1] = np.minimum(found[1] - seconds[link], day.walk_closes[link])
    return found


def _pareto(found: Ints) -> Ints:
    """Keep what no journey beats that leaves later and arrives no later; sorted by station and departure."""
    station, departs, arrives, changes = found
    # Latest departure first within a station, and the best of one departure first.
    order = np.lexsort((changes, arrives, -departs, station))
    found = found[:, order]
    key = found[0].astype(np.int64) * -int(NEVER) + found[2]
    # Stations go up, so the key of each lies wholly below the last one's: a running minimum starts anew.
    before = np.concatenate([[np.iinfo(np.int64).max], np.minimum.accumulate(key)[:-1]])
    found = found[:, key < before]
    return found[:, np.lexsort((found[1], found[0]))]


def journeys(
    day: Connections, hubs: Mapping[str, Collection[str]], window: tuple[time, time] = WINDOW
) -> pd.DataFrame:
    """Sum up the journeys from every station to every hub in a window of the day.

    Parameters
    ----------
    hubs
        Hub's key → CRS codes of its stations, any of which will do.
    window
        Departures that count: from the first time (included) to the second (not).

    Returns
    -------
    pandas.DataFrame
        RangeIndex, one row per station and hub that is reached, sorted by hub in the order given, then station:

        `station` (CRS), `hub`; `fastest`: minutes of the shortest journey (`profile`) that leaves in the window;
        `typical`: median, over the window's minutes, of the minutes that the first journey takes which leaves
        then or later, waiting not counted, minutes after which none leaves not counted; `changes`: low median
        over the same minutes; `departures`: journeys that leave in the window. Where none leaves in the window
        but some later, `fastest` is the shortest of those and `departures` 0; where none leaves later either,
        there is no row. A hub's own stations have 0 throughout.
    """
    first, last = (60 * (moment.hour * 60 + moment.minute) for moment in window)
    kinds = {"station": "str", "hub": "str", "fastest": "float64", "typical": "float64", "changes": "int64",
             "departures": "int64"}
    tables = [pd.DataFrame(columns=list(kinds)).astype(kinds)]
    for hub, targets in hubs.items():
        own = pd.DataFrame({"station": sorted(set(targets) & set(day.stations))}).assign(
            fastest=0, typical=0, changes=0, departures=0)
        rows = pd.concat([_summaries(profile(day, targets), first, last).astype({"changes": "int64"}), own])
        tables.append(rows.sort_values("station").assign(hub=hub)[list(kinds)].astype(kinds))
    return pd.concat(tables, ignore_index=True)


def _summaries(found: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """One row per station out of its journeys (sorted), as `journeys` says; the window in seconds after midnight."""
    found = found[found["departs"] >= first]
    station, names = pd.factorize(found["station"])
    departs, changes = found["departs"].to_numpy(), found["changes"].to_numpy()
    minutes = (found["arrives"].to_numpy() - departs) / 60
    starts, ends = (np.searchsorted(station, np.arange(len(names)), side) for side in ("left", "right"))
    inside = departs < last
    in_window = np.minimum.reduceat(np.where(inside, minutes, np.inf), starts) if len(found) else np.empty(0)
    later = np.minimum.reduceat(minutes, starts) if len(found) else np.empty(0)
    # For each minute of the window the first journey that leaves then or later: a station's keys lie below the next's.
    wanted = np.arange(len(names))[:, None] * int(NEVER) + np.arange(first, last, 60)
    place = np.searchsorted(station * int(NEVER) + departs, wanted)
    there = place < ends[:, None]
    place = np.where(there, place, 0)
    in_order = np.sort(np.where(there, changes[place], NEVER), axis=1) if len(found) else np.empty((0, 1))
    low_middle = (there.sum(axis=1) - 1) // 2
    return pd.DataFrame({
        "station": names, "fastest": np.where(np.isfinite(in_window), in_window, later),
        "typical": np.nanmedian(np.where(there, minutes[place], np.nan), axis=1) if len(found) else np.empty(0),
        "changes": in_order[np.arange(len(names)), low_middle],
        "departures": np.bincount(station[inside], minlength=len(names))})
