"""Trains of a day changed: a section of line closed, or trains added."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from geo.core.what_if_terms import AddedTrains
from geo.rail.adjacent_stations import Line, Network
from geo.rail.connections import NO_ROW

_SCAN = ["departs", "train"]


def closed(
    connections: pd.DataFrame, changes: pd.DataFrame, network: Network, section: Collection[Line],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Close a section of line: every train that runs over it is cut in two there, and takes no other way.

    Parameters
    ----------
    connections, changes
        As `geo.rail.connections.assembled` takes them.
    network
        Of the same connections.
    section
        The stretches closed.

    Returns
    -------
    tuple of pandas.DataFrame
        The same tables without the connections that run over it.
    """
    calls = connections[["origin", "target"]].drop_duplicates()
    over = {(row.origin, row.target) for row in calls.itertuples(index=False)
            if not network.between(row.origin, row.target).isdisjoint(section)}
    keys = pd.MultiIndex.from_frame(connections[["origin", "target"]])
    gone = pd.Series(keys.isin(list(over)) if over else False, connections.index)
    # Backwards in the order of the scan is forwards in time: what follows a gap is a train of its own.
    part = gone[::-1].groupby(connections["train"]).cumsum().sort_index()
    train = pd.DataFrame({"train": connections["train"], "part": part}).groupby(["train", "part"]).ngroup()
    return _in_order(connections.assign(train=train)[~gone], changes)


def added(
    connections: pd.DataFrame, changes: pd.DataFrame, trains: AddedTrains,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Add trains that call at some stations, one after another at even intervals.

    Parameters
    ----------
    connections, changes
        As `geo.rail.connections.assembled` takes them.
    trains
        What is added.

    Returns
    -------
    tuple of pandas.DataFrame
        The same tables with them: passengers may get on and off at every call.
    """
    starts = np.arange(trains.first, trains.last + 1, trains.every) * 60
    calls = np.concatenate([[0], np.cumsum(trains.minutes)]) * 60
    rows = [(start + calls[call], start + calls[call + 1], number, trains.stations[call], trains.stations[call + 1])
            for number, start in enumerate(starts) for call in range(len(trains.minutes))]
    new = pd.DataFrame(rows, columns=["departs", "arrives", "train", "origin", "target"])
    new = new.assign(train=new["train"] + connections["train"].max() + 1, line="added", may_board=True,
                     may_alight=True)[::-1]
    new.index = pd.RangeIndex(len(connections), len(connections) + len(new))
    return _in_order(pd.concat([connections, new])[[*connections]], changes)


def _in_order(connections: pd.DataFrame, changes: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Put connections in the order of a scan again, and let those who stay seated follow, where both are left."""
    rows = connections.sort_values(_SCAN, ascending=False, kind="stable")
    place = pd.Series(np.arange(len(rows)), rows.index)
    stays = changes["kind"] == "stay"
    left = ~stays | (changes["connection"].isin(rows.index) & changes["following"].isin(rows.index))
    moved = {name: changes[name].map(place).where(stays, NO_ROW)[left].astype("int64")
             for name in ("connection", "following")}
    return rows.reset_index(drop=True), changes[left].assign(**moved).reset_index(drop=True)
