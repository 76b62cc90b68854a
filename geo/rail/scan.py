"""Journeys to a hub: a backward profile connection scan over one day of trains.

Every hop of the day is looked at once, last departure first. What is known by then of all later hops says how
a passenger on board fares best: stay on, change, walk to a station nearby and board there, or be there. Best is
the earliest arrival at the hub, and of those the fewest changes.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import time
from itertools import pairwise

import numba
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.rail.network import Ints, Network

__all__ = ["WINDOW", "journeys", "profile"]

WINDOW = (time(6), time(10))
"""Departures that count: from the first (included) to the second (not)."""

NEVER = np.int32(2_000_000_000)
NONE = np.int32(-1)


def _scan(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917 - the one loop that must be a single compiled function
    origin: Ints, target: Ints, departs: Ints, arrives: Ints, train: Ints,
    may_board: npt.NDArray[np.bool_], may_alight: npt.NDArray[np.bool_], change: Ints,
    walk_first: Ints, walk_target: Ints, walk_seconds: Ints, is_hub: npt.NDArray[np.bool_], trains: int,
) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Scan all hops; return per kept boarding its station, departure, arrival and changes, and whether it holds.

    Each station's boardings are a chain from the earliest departure kept so far to later ones, each better
    (arrival, then changes) than all that leave later.
    """
    most = len(origin)
    kept_departs = np.empty(most, np.int32)
    kept_arrives = np.empty(most, np.int32)
    kept_changes = np.empty(most, np.int32)
    kept_station = np.empty(most, np.int32)
    later = np.empty(most, np.int32)
    kept = 0
    head = np.full(len(change), NONE, np.int32)
    seated_arrives = np.full(trains, NEVER, np.int32)
    seated_changes = np.zeros(trains, np.int32)
    for hop in range(most):
        here, on = target[hop], train[hop]
        best, changes = seated_arrives[on], seated_changes[on]
        if may_alight[hop]:
            now = arrives[hop]
            if is_hub[here] and (now < best or (now == best and changes > 0)):
                best, changes = now, np.int32(0)
            # The first way on is to change here, the others are the walk links.
            for link in range(walk_first[here] - 1, walk_first[here + 1]):
                if link < walk_first[here]:
                    place, ready = here, now + change[here]
                else:
                    place, ready = walk_target[link], now + walk_seconds[link]
                    if is_hub[place] and (ready < best or (ready == best and changes > 0)):
                        best, changes = ready, np.int32(0)
                entry = head[place]
                while entry != NONE and kept_departs[entry] < ready:
                    entry = later[entry]
                if entry != NONE:
                    there, with_changes = kept_arrives[entry], kept_changes[entry] + 1
                    if there < best or (there == best and with_changes < changes):
                        best, changes = there, np.int32(with_changes)
        seated_arrives[on], seated_changes[on] = best, changes
        if best == NEVER or not may_board[hop]:
            continue
        start = origin[hop]
        entry = head[start]
        if entry != NONE and (
            kept_arrives[entry] < best or (kept_arrives[entry] == best and kept_changes[entry] <= changes)
        ):
            continue
        if entry != NONE and kept_departs[entry] == departs[hop]:
            kept_station[entry] = NONE
            entry = later[entry]
        kept_station[kept], kept_departs[kept] = start, departs[hop]
        kept_arrives[kept], kept_changes[kept] = best, changes
        later[kept] = entry
        head[start] = np.int32(kept)
        kept += 1
    return kept_station[:kept], kept_departs[:kept], kept_arrives[:kept], kept_changes[:kept], later[:kept]


_compiled_scan = numba.njit(cache=True)(_scan)


def profile(network: Network, targets: Collection[str]) -> pd.DataFrame:
    """Find the journeys of a day from every station to a hub that are worth setting out for.

    Kept are the journeys that none beats which leaves later and arrives no later. A change takes the station's
    change time, or a walk link's time instead; neither is needed before the first train or at the hub, and
    staying seated is no change. A link may stand before the first train, between two and after the last, but
    one link does not follow another, and a walk alone is no journey.

    Parameters
    ----------
    network
        The day's trains.
    targets
        CRS codes of the hub's stations, any of which will do; those that the day's trains do not know are
        passed over.

    Returns
    -------
    pandas.DataFrame
        RangeIndex, sorted by `station` and `departs`; `station` (CRS), `departs` and `arrives` (int64 seconds
        after midnight), `changes` (int64: trains less one). The hub's own stations are not in it.
    """
    is_hub = np.array([station in set(targets) for station in network.stations], dtype=bool)
    trains = int(network.train.max()) + 1 if len(network.train) else 0
    station, departs, arrives, changes, _ = _compiled_scan(
        network.origin, network.target, network.departs, network.arrives, network.train, network.may_board,
        network.may_alight, network.change, network.walk_first, network.walk_target, network.walk_seconds,
        is_hub, trains,
    )
    found = np.stack([station, departs, arrives, changes])[:, station != NONE]
    found = found[:, ~is_hub[found[0]]]
    found = np.concatenate([found, _walked_to(found, network)], axis=1)
    found = _pareto(found[:, ~is_hub[found[0]]])
    table = pd.DataFrame(found.T.astype(np.int64), columns=["station", "departs", "arrives", "changes"])
    table["station"] = pd.Series(np.array(network.stations, dtype=object)[found[0]], dtype="str")
    return table


def _walked_to(boardings: Ints, network: Network) -> Ints:
    """Journeys that begin with a walk link: the boardings at the link's end, left earlier by its time."""
    starts = np.repeat(np.arange(len(network.stations)), np.diff(network.walk_first))
    parts = [np.empty((4, 0), np.int32)]
    for start, end, seconds in zip(starts, network.walk_target, network.walk_seconds, strict=True):
        part = boardings[:, boardings[0] == end].copy()
        part[0] = start
        part[1] -= seconds
        parts.append(part)
    return np.concatenate(parts, axis=1)


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
    network: Network, hubs: Mapping[str, Collection[str]], window: tuple[time, time] = WINDOW
) -> pd.DataFrame:
    """Sum up the journeys from every station to every hub in a window of the day.

    Parameters
    ----------
    network
        The day's trains.
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
    tables = [_summary(profile(network, targets), window).assign(hub=hub) for hub, targets in hubs.items()]
    own = [_own_stations(network, targets).assign(hub=hub) for hub, targets in hubs.items()]
    both = [pd.concat(pair).sort_values("station") for pair in zip(tables, own, strict=True)]
    columns = ["station", "hub", "fastest", "typical", "changes", "departures"]
    if not both:
        return _own_stations(network, ()).assign(hub=pd.Series(dtype="str"))[columns]
    return pd.concat(both, ignore_index=True)[columns]


def _own_stations(network: Network, targets: Collection[str]) -> pd.DataFrame:
    own = sorted(set(targets) & set(network.stations))
    zeros = {"fastest": "float64", "typical": "float64", "changes": "int64", "departures": "int64"}
    columns = {name: pd.Series(np.zeros(len(own)), dtype=kind) for name, kind in zeros.items()}
    return pd.DataFrame({"station": pd.Series(own, dtype="str"), **columns})


def _summary(found: pd.DataFrame, window: tuple[time, time]) -> pd.DataFrame:
    """One row per station out of its journeys, as `journeys` says."""
    first, last = (60 * (moment.hour * 60 + moment.minute) for moment in window)
    found = found[found["departs"] >= first].reset_index(drop=True)
    inside = found["departs"] < last
    minutes = (found["arrives"] - found["departs"]) / 60
    has_inside = inside.groupby(found["station"]).transform("any")
    fastest = minutes[inside | ~has_inside].groupby(found["station"]).min()
    departures = inside.groupby(found["station"]).sum().astype("int64")
    typical, changes = [], []
    for following in _following(found, np.arange(first, last, 60)):
        typical.append(float(np.median(minutes.to_numpy()[following])))
        changes.append(int(np.sort(found["changes"].to_numpy()[following])[(len(following) - 1) // 2]))
    return pd.DataFrame({
        "station": pd.Series(fastest.index, dtype="str"), "fastest": fastest.to_numpy(dtype=float),
        "typical": np.array(typical, dtype=float), "changes": np.array(changes, dtype=np.int64),
        "departures": departures.to_numpy(),
    })


def _following(found: pd.DataFrame, moments: npt.NDArray[np.int64]) -> Iterator[npt.NDArray[np.int64]]:
    """For each station in turn, the row of the first journey to leave at or after each moment that has one."""
    departs = found["departs"].to_numpy()
    if found.empty:
        return
    edges = np.flatnonzero(np.r_[True, found["station"].to_numpy()[1:] != found["station"].to_numpy()[:-1], True])
    for start, stop in pairwise(edges):
        place = start + np.searchsorted(departs[start:stop], moments)
        yield place[place < stop]
