"""Which stations are next to one another on the railway, and which section of line a train runs over."""

from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo.rail.access_legs import Floats, Places

DETOUR = 1.3
"""Two calls of a train are not next to one another where stations between them make a way at most so many times as
long: it runs past those without a stop."""

STOPPING_DETOUR = 1.5
"""The same where one train calls at both and at stations between: lines along a coast are far from straight."""

_NONE = -9999     # of scipy: no station before


class Line(NamedTuple):
    """A stretch between two neighbouring stations, by CRS code, in the order of the alphabet."""

    one: str
    other: str


class Network:
    """Neighbouring stations, and the shortest way between any two over them.

    Two stations are neighbours where some train calls at one after the other, no train calls at stations between them
    on a way at most `STOPPING_DETOUR` times as long, and no other stations make one at most `DETOUR` times as long, in
    straight lines.

    Parameters
    ----------
    connections
        As `geo.rail.connections.assembled` takes them; `origin`, `target` and `train` count.
    positions
        Index CRS code; easting and northing (metres, EPSG:27700). Calls at other stations are not known of.
    """

    def __init__(self, connections: pd.DataFrame, positions: pd.DataFrame) -> None:
        ends = connections[["origin", "target"]].drop_duplicates()
        ends = ends[ends.isin(positions.index).all(axis=1) & (ends["origin"] != ends["target"])]
        self.stations = pd.Index(np.unique(ends))
        pairs = np.sort(np.column_stack([self.stations.get_indexer(ends[end]) for end in ends]), axis=1)
        pairs = np.unique(pairs, axis=0)
        points = positions.loc[self.stations, ["easting", "northing"]].to_numpy(dtype="float64")
        passed = _passed(connections, self.stations, points)
        pairs = np.array([pair for pair in pairs if tuple(pair) not in passed], dtype=np.int64).reshape(-1, 2)
        metres = np.hypot(*(points[pairs[:, 0]] - points[pairs[:, 1]]).T)
        order = np.argsort(metres, kind="stable")
        self._lengths = _spanning(pairs[order], metres[order], len(self.stations))

    def between(self, start: str, end: str) -> frozenset[Line]:
        """Name the stretches of the shortest way between two stations; none where there is no way.

        Parameters
        ----------
        start, end
            CRS codes.

        Returns
        -------
        frozenset of Line
            In no order.
        """
        if start not in self.stations or end not in self.stations:
            return frozenset()
        first, last = (int(self.stations.get_loc(code)) for code in (start, end))
        found = set()
        while last != first and self._before[first, last] != _NONE:
            before = int(self._before[first, last])
            found.add(Line(*sorted((self.stations[before], self.stations[last]))))
            last = before
        return frozenset(found)

    @cached_property
    def _before(self) -> Places:
        """Of each way from one station (row) to another (column) the station before the last."""
        _, before = dijkstra(self._lengths, directed=False, return_predecessors=True)
        return np.asarray(before)


def _passed(connections: pd.DataFrame, stations: pd.Index, points: Floats) -> set[tuple[int, int]]:
    """Pair the stations that some train calls at with others between, on a way that is not far round."""
    found: set[tuple[int, int]] = set()
    rows = connections[::-1]     # in the order of time
    calls = rows["origin"].groupby(rows["train"], sort=False).agg(tuple)
    ends = rows.drop_duplicates("train", keep="last").set_index("train")["target"]
    for pattern in {(*called, ends[train]) for train, called in calls.items()}:
        place = stations.get_indexer(list(pattern))
        place = place[place >= 0]
        step = np.hypot(*np.diff(points[place], axis=0).T)
        along = np.concatenate([[0.0], step.cumsum()])
        straight = np.hypot(*(points[place][:, None] - points[place][None]).transpose(2, 0, 1))
        first, last = np.nonzero(np.triu(along[None] - along[:, None] <= STOPPING_DETOUR * straight, k=2))
        found |= set(zip(np.minimum(place[first], place[last]).tolist(), np.maximum(place[first], place[last]).tolist(),
                         strict=True))
    return found


def _spanning(pairs: Places, metres: Floats, size: int) -> csr_array:
    """Keep the pairs, shortest first, between which those kept so far make no way that is nearly as short."""
    kept: list[int] = []
    lengths = csr_array((size, size))
    for row, ((one, other), length) in enumerate(zip(pairs, metres, strict=True)):
        limit = max(DETOUR * length, 1.0)
        reached = dijkstra(lengths, directed=False, indices=one, limit=limit)
        if reached[other] > limit:
            kept.append(row)
            ends = pairs[kept]
            # Stations at one point would be an edge without length, which a sparse graph takes for none.
            lengths = csr_array((np.maximum(metres[kept], 1.0), (ends[:, 0], ends[:, 1])), shape=(size, size))
    return lengths
