"""Ways to a station that would cross the sea, told from those that do not."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.core.choices import DATA
from geo.core.crs import BRITISH_NATIONAL_GRID, require_national_grid
from geo.rail.access_legs import Floats
from geo.sources.tables import read_columns

MOST_WATER = 1000.0
"""Metres off the land that a straight line may have: more, and nobody can go that way."""

NEAR_CHART = 1000.0
"""Metres from the charted land within which an end counts as on it."""

SQUARE = 50.0
"""Metres of the squares of which the middle decides whether a point of the grid is on land."""

PIECE = 2000.0
"""Metres of the pieces that a line is cut into: short pieces have small bounds, which few edges meet."""

FIRST_STEP = 0.001
"""Metres from its start at which it is judged whether a line begins on land."""

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Shapes = npt.NDArray[np.object_]


def read_land_beyond(path: Path = DATA / "land_beyond.csv") -> gpd.GeoSeries:
    """Read the rough outline of the land around the South West that its own map does not show.

    Without it a line from one part of the map to another through, say, Surrey would count as at sea, and nothing
    would be known of the shores of South Wales and West Sussex.

    The file has `near` (a place, for readers), `easting` and `northing`: the corners in order.

    Returns
    -------
    geopandas.GeoSeries
        One polygon, EPSG:27700, drawn by hand for this project to about half a kilometre. It overlaps mapped land
        freely and mapped waters nowhere.
    """
    corners = read_columns(path, {"near": "text", "easting": "number", "northing": "number"}, comment="#")
    return gpd.GeoSeries([shapely.Polygon(corners[["easting", "northing"]].to_numpy())], crs=BRITISH_NATIONAL_GRID)


class SeaChart:
    """Tells which straight lines cross the sea: whatever within the chart is not land.

    A line is only judged when both its ends lie on the charted land or within 1 km of it (stations stand on
    piers); further away the chart knows nothing.

    Parameters
    ----------
    land
        Polygons of the mapped land, clipped to the coast, EPSG:27700.
    beyond
        Polygons of land outside the map, EPSG:27700; by default those of data/land_beyond.csv.
    """

    def __init__(self, land: gpd.GeoSeries, beyond: gpd.GeoSeries | None = None) -> None:
        beyond = read_land_beyond() if beyond is None else beyond
        require_national_grid(land, "land")
        require_national_grid(beyond, "land beyond the map")
        self._land = shapely.union_all([*land.geometry.to_numpy(), *beyond.to_numpy()])
        shapely.prepare(self._land)
        self._coast = _edges(self._land)
        self._tree = shapely.STRtree(_lines(self._coast[:, :2], self._coast[:, 2:]))

    def covers(self, points: Floats) -> Bools:
        """Tell which points (n, 2) lie on the charted land or within 1 km of it."""
        return np.asarray(shapely.dwithin(self._land, shapely.points(points), NEAR_CHART))

    def grid(self, spacing: float) -> Floats:
        """Lay a square grid over the charted land, and return its points on land, (n, 2); the spacing in metres."""
        west, south, east, north = self._land.bounds
        x, y = np.meshgrid(np.arange(west, east, spacing), np.arange(south, north, spacing))
        points = np.column_stack([x.ravel(), y.ravel()])
        middles = np.floor(points / SQUARE) * SQUARE + SQUARE / 2
        on_land: Floats = points[shapely.contains_xy(self._land, middles)]
        return on_land

    def crossing(self, starts: Floats, ends: Floats) -> Bools:
        """Tell which straight lines have more than 1 km of water; their ends (n, 2) are all covered by the chart."""
        crosses: Bools = np.hypot(*(ends - starts).T) > MOST_WATER
        crosses[crosses] = self.metres_off_land(starts[crosses], ends[crosses]) > MOST_WATER
        return crosses

    def metres_off_land(self, starts: Floats, ends: Floats) -> Floats:
        """Measure how many metres of each straight line, its ends (n, 2), lie off the charted land.

        Every crossing of the land's outline turns land into water or back, so the way from each crossing to the
        line's end counts with alternating sign.
        """
        metres = np.hypot(*(ends - starts).T)
        line, share = self._crossings(starts, ends)
        # A start may stand on the outline itself: what lies a millimetre along decides.
        after = np.divide(FIRST_STEP, metres, out=np.zeros_like(metres), where=metres > 0)
        order = np.lexsort((share, line))
        order = order[(share > after[line])[order]]
        line, share = line[order], share[order]
        place = _places_within(np.bincount(line, minlength=len(starts)))
        dry = np.asarray(shapely.intersects_xy(self._land, starts + (ends - starts) * after[:, None]))
        sign = np.where((place % 2 == 0) == dry[line], 1, -1)
        wet = np.bincount(line, weights=sign * (1 - share), minlength=len(starts)) + ~dry
        result: Floats = wet * metres
        return result

    def _crossings(self, starts: Floats, ends: Floats) -> tuple[Ints, Floats]:
        """Lines and the shares of their way at which they cross an edge of the land."""
        number = np.ceil(np.hypot(*(ends - starts).T) / PIECE).astype(np.int64)
        line, piece = np.repeat(np.arange(len(starts)), number), _places_within(number)
        way = ends - starts
        first = starts[line] + way[line] * (piece / number[line])[:, None]
        last = starts[line] + way[line] * ((piece + 1) / number[line])[:, None]
        found, edge = self._tree.query(_lines(first, last))
        line, piece = line[found], piece[found]
        (x, y), (along_x, along_y) = starts[line].T, way[line].T
        x0, y0, x1, y1 = self._coast[edge].T
        side0 = along_x * (y0 - y) - along_y * (x0 - x)
        side1 = along_x * (y1 - y) - along_y * (x1 - x)
        crosses = (side0 > 0) != (side1 > 0)
        part = side0[crosses] / (side0 - side1)[crosses]
        at_x, at_y = x0[crosses] + part * (x1 - x0)[crosses], y0[crosses] + part * (y1 - y0)[crosses]
        line, piece = line[crosses], piece[crosses]
        way = way[line]
        share = ((at_x - starts[line, 0]) * way[:, 0] + (at_y - starts[line, 1]) * way[:, 1]) / (way**2).sum(axis=1)
        here = np.floor(share * number[line]) == piece
        return line[here], share[here]


def _lines(starts: Floats, ends: Floats) -> Shapes:
    lines: Shapes = shapely.linestrings(np.stack([starts, ends], axis=1))
    return lines


def _places_within(numbers: Ints) -> Ints:
    """Count from 0 within each group, for groups of so many members in a row."""
    places: Ints = np.arange(numbers.sum()) - np.repeat(numbers.cumsum() - numbers, numbers)
    return places


def _edges(land: shapely.Geometry) -> Floats:
    """Straight edges of the land's outline, shape (n, 4): from x, y to x, y."""
    points, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(land)), return_index=True)
    within = ring[1:] == ring[:-1]
    edges: Floats = np.hstack([points[:-1], points[1:]])[within]
    return edges
