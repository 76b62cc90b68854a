"""Ways round the water, for doors whose straight line to a station would cross too much of it."""

from functools import cached_property

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import Delaunay, KDTree

from geo.core.choices import DATA
from geo.rail.access_legs import Floats, Places, door_positions
from geo.rail.land_mask import SeaChart
from geo.sources.tables import read_columns

BRIDGED = 200.0
"""Metres of water that a hop may have: rivers so wide are bridged somewhere near."""

THIN = 400.0
"""Metres of the squares of which each gives one postcode as a stepping stone."""

GRID = 2000.0
"""Metres between the stepping stones where no postcodes are."""

FURTHEST = 80_000.0
"""Metres of way over land beyond which none is looked for."""


def read_crossings() -> pd.DataFrame:
    """Read the long road bridges of the mapped areas (data/crossings.csv).

    Returns
    -------
    pandas.DataFrame
        `crossing`, and the two ends `easting`, `northing`, `to_easting`, `to_northing`: metres, EPSG:27700, to about
        200 m.
    """
    ends = dict.fromkeys(("easting", "northing", "to_easting", "to_northing"), "number")
    return read_columns(DATA / "crossings.csv", {"crossing": "text", **ends}, comment="#")


class Ground:
    """What the ground is made of, to be sent where it is needed: made there, once.

    Parameters
    ----------
    land, beyond
        As for `geo.rail.land_mask.SeaChart`.
    postcodes
        As for `Overland`.
    """

    def __init__(self, land: gpd.GeoSeries, beyond: gpd.GeoSeries, postcodes: pd.DataFrame) -> None:
        self._parts = land, beyond, postcodes

    def __reduce__(self) -> tuple[type["Ground"], tuple[gpd.GeoSeries, gpd.GeoSeries, pd.DataFrame]]:
        """Go to another process without what is made of it, which is slower there than made anew."""
        return type(self), self._parts

    def __call__(self) -> "Overland":
        """Give the ground."""
        return self._made

    @cached_property
    def _made(self) -> "Overland":
        land, beyond, postcodes = self._parts
        return Overland(SeaChart(land, beyond), postcodes)


class Overland:
    """Finds how long a way is that goes round the water.

    The way is the shortest chain of hops from stepping stone to stepping stone. Stones are postcodes (one in a
    square of 400 m) and a grid of 2 km over all charted land; hops join neighbours (Delaunay) and have at most
    200 m of water, or are long road bridges.

    Parameters
    ----------
    land
        Polygons of the mapped land, clipped to the coast, EPSG:27700; or the chart made of them.
    postcodes
        `easting` and `northing` (EPSG:27700): where there are roads.
    crossings
        Long road bridges; by default those of data/crossings.csv.

    Raises
    ------
    ValueError
        When there is neither a postcode nor land, or the land is not in EPSG:27700.
    """

    def __init__(
        self, land: gpd.GeoSeries | SeaChart, postcodes: pd.DataFrame, crossings: pd.DataFrame | None = None
    ) -> None:
        self.chart = land if isinstance(land, SeaChart) else SeaChart(land)
        doors = door_positions(postcodes)
        thinned = doors[~pd.DataFrame(np.floor(doors / THIN)).duplicated()]
        self._stones = np.unique(np.concatenate([thinned, self.chart.grid(GRID)]), axis=0)
        if not len(self._stones):
            raise ValueError("no postcode and no land: nothing to find a way over")
        self._tree = KDTree(self._stones)
        self._crossings = read_crossings() if crossings is None else crossings
        self._known: dict[tuple[float, ...], tuple[Places, Floats]] = {}

    @cached_property
    def _graph(self) -> csr_array:
        """Hops between stones and how long they are: charted when a way is first asked for, since most never are."""
        start, end = np.concatenate([self._hops(), self._bridges(self._crossings)], axis=1)
        metres = np.hypot(*(self._stones[start] - self._stones[end]).T)
        size = len(self._stones)
        return coo_array((metres, (start, end)), shape=(size, size)).tocsr()

    def chart_ways(self) -> None:
        """Chart the ways now, which takes most of a second, and not when the first one is asked for."""
        _ = self._graph

    def around(self, starts: Floats, ends: Floats) -> Floats:
        """Measure the ways from doors to stations over land; both (n, 2), EPSG:27700, many doors to a station.

        Returns
        -------
        numpy.ndarray
            Metres, never less than straight; infinite where there is no way of 80 km or less.
        """
        metres = np.full(len(starts), np.inf)
        if not len(starts):
            return metres
        first = self._first_stones(starts)
        to_first = np.hypot(*(starts - self._stones[first]).T)
        places, which = np.unique(ends, axis=0, return_inverse=True)
        for number, place in enumerate(places):
            rows = which.ravel() == number
            metres[rows] = to_first[rows] + self._from(place, first[rows])
        return np.asarray(np.maximum(metres, np.hypot(*(ends - starts).T)))

    def around_from(self, door: Floats, stations: Floats) -> Floats:
        """Measure the ways from one door (2,) to stations (n, 2) as `around` does; nothing is kept."""
        first = self._first_stones(stations)
        metres = np.hypot(*(stations - self._stones[first]).T) + self._spread(door)[first]
        return np.asarray(np.maximum(metres, np.hypot(*(stations - door).T)))

    def crosses(self, starts: Floats, ends: Floats) -> npt.NDArray[np.bool_]:
        """Tell which straight lines the chart knows to have too much water; starts and ends are (n, 2)."""
        crosses = self.chart.covers(starts) & self.chart.covers(ends)
        crosses[crosses] = self.chart.crossing(starts[crosses], ends[crosses])
        return crosses

    def _from(self, place: Floats, stones: Places) -> Floats:
        """Metres from one place to some stones; what it reaches, of a country little, is kept for the next time."""
        key = tuple(place)
        if key not in self._known:
            metres = self._spread(place)
            reached = np.flatnonzero(np.isfinite(metres))
            self._known[key] = reached, metres[reached]
        reached, metres = self._known[key]
        at = np.minimum(np.searchsorted(reached, stones), len(reached) - 1)
        return np.where(reached[at] == stones, metres[at], np.float32(np.inf))

    def _spread(self, place: Floats) -> Floats:
        """Metres from one place to every stone."""
        near, stone = self._tree.query(place)
        reached = dijkstra(self._graph, directed=False, indices=int(stone), limit=FURTHEST)
        return np.asarray((reached + near).astype(np.float32))

    def _first_stones(self, doors: Floats) -> Places:
        """Each door's nearest stone that is not across water; the nearest where all are."""
        count = min(4, len(self._stones))
        near = self._tree.query(doors, k=count)[1].reshape(len(doors), count)
        starts = np.repeat(doors, count, axis=0)
        dry = self.chart.metres_off_land(starts, self._stones[near.ravel()]).reshape(near.shape) <= BRIDGED
        return np.asarray(near[np.arange(len(doors)), dry.argmax(axis=1)], dtype=np.int64)

    def _hops(self) -> npt.NDArray[np.int64]:
        """Pairs of neighbouring stones with little water between them, shape (2, n)."""
        if len(self._stones) < 4:
            return np.empty((2, 0), dtype=np.int64)
        net = Delaunay(self._stones)
        corners = net.simplices
        # Stones too near to another's line to be corners themselves are joined to the nearest corner.
        sides = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]], net.coplanar[:, [0, 2]]])
        sides = np.sort(sides, axis=1)
        start, end = np.unique(sides.astype(np.int64), axis=0).T
        wet = self.chart.metres_off_land(self._stones[start], self._stones[end])
        return np.stack([start, end])[:, wet <= BRIDGED]

    def _bridges(self, crossings: pd.DataFrame) -> npt.NDArray[np.int64]:
        """Pairs of stones at the ends of bridges; a bridge far from any stone is another region's."""
        ends = [crossings[["easting", "northing"]], crossings[["to_easting", "to_northing"]]]
        away, stone = zip(*(self._tree.query(end.to_numpy(dtype=float)) for end in ends), strict=True)
        near = (np.maximum(*away) <= GRID) & (stone[0] != stone[1])
        return np.stack(stone).astype(np.int64)[:, near]
