"""Ways to a station that would cross the sea, told from those that do not."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from scipy.ndimage import binary_dilation

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

PIECE = 1000.0
"""Metres of the pieces that a line is cut into: short pieces have small bounds, which few edges meet."""

CELL = 500.0
"""Metres of the cells that tell where the outline is near; half a piece, so that two cells around reach all of one."""

OUTLINE, LAND, WATER = range(3)
"""What a cell holds."""

FIRST_STEP = 0.001
"""Metres from its start at which it is judged whether a line begins on land."""

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Shapes = npt.NDArray[np.object_]


def read_land_beyond(path: Path = DATA / "land_beyond.csv") -> gpd.GeoSeries:
    """Read the rough outline of the land around a region that its own map does not show.

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


NO_LAND_BEYOND = gpd.GeoSeries([], crs=BRITISH_NATIONAL_GRID)
"""Of a region whose surroundings are not known."""


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
        # A rim of water all round: points beyond are taken to lie on it.
        self._corner = np.array(self._land.bounds[:2]) - 3 * CELL
        self._cells = self._surveyed()

    def covers(self, points: Floats) -> Bools:
        """Tell which points (n, 2) lie on the charted land or within 1 km of it."""
        near = np.asarray(shapely.contains_xy(self._land, points))
        near[~near] = shapely.dwithin(self._land, shapely.points(points[~near]), NEAR_CHART)
        return near

    def grid(self, spacing: float) -> Floats:
        """Lay a square grid over the charted land, and return its points on land, (n, 2); the spacing in metres."""
        west, south, east, north = self._land.bounds
        x, y = np.meshgrid(np.arange(west, east, spacing), np.arange(south, north, spacing))
        points = np.column_stack([x.ravel(), y.ravel()])
        middles = np.floor(points / SQUARE) * SQUARE + SQUARE / 2
        return np.asarray(points[shapely.contains_xy(self._land, middles)])

    def crossing(self, starts: Floats, ends: Floats) -> Bools:
        """Tell which straight lines have more than 1 km of water; their ends (n, 2) are all covered by the chart."""
        metres = np.hypot(*(ends - starts).T)
        long = np.flatnonzero(metres > MOST_WATER)
        line, _, _, cell = self._pieces(starts[long], ends[long])
        length = metres[long[line]] / np.bincount(line)[line]
        water = np.bincount(line, weights=length * (cell == WATER), minlength=len(long))
        at_most = water + np.bincount(line, weights=length * (cell == OUTLINE), minlength=len(long))
        crosses = np.zeros(len(starts), dtype=bool)
        crosses[long] = water > MOST_WATER
        unsure = long[(water <= MOST_WATER) & (at_most > MOST_WATER)]
        crosses[unsure] = self.metres_off_land(starts[unsure], ends[unsure]) > MOST_WATER
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
        return np.asarray(wet * metres)

    def _crossings(self, starts: Floats, ends: Floats) -> tuple[Ints, Floats]:
        """Lines and the shares of their way at which they cross an edge of the land."""
        line, piece, number, cell = self._pieces(starts, ends)
        line, piece, number = (values[cell == OUTLINE] for values in (line, piece, number))
        way = ends - starts
        first = starts[line] + way[line] * (piece / number)[:, None]
        last = starts[line] + way[line] * ((piece + 1) / number)[:, None]
        found, edge = self._tree.query(_lines(first, last))
        line, piece, number = line[found], piece[found], number[found]
        (x, y), (along_x, along_y) = starts[line].T, way[line].T
        x0, y0, x1, y1 = self._coast[edge].T
        side0 = along_x * (y0 - y) - along_y * (x0 - x)
        side1 = along_x * (y1 - y) - along_y * (x1 - x)
        crosses = (side0 > 0) != (side1 > 0)
        part = side0[crosses] / (side0 - side1)[crosses]
        at_x, at_y = x0[crosses] + part * (x1 - x0)[crosses], y0[crosses] + part * (y1 - y0)[crosses]
        line, piece, number = line[crosses], piece[crosses], number[crosses]
        way = way[line]
        share = ((at_x - starts[line, 0]) * way[:, 0] + (at_y - starts[line, 1]) * way[:, 1]) / (way**2).sum(axis=1)
        here = np.floor(share * number) == piece
        return line[here], share[here]

    def _pieces(self, starts: Floats, ends: Floats) -> tuple[Ints, Ints, Ints, npt.NDArray[np.int8]]:
        """Cut lines into pieces: line, place of the piece in it, number of its pieces, and what its cell holds."""
        pieces = np.ceil(np.hypot(*(ends - starts).T) / PIECE).astype(np.int64)
        line, piece = np.repeat(np.arange(len(starts)), pieces), _places_within(pieces)
        number = pieces[line]
        middle = starts[line] + (ends - starts)[line] * ((piece + 0.5) / number)[:, None]
        last = np.array(self._cells.shape) - 1
        column, row = ((middle - self._corner) / CELL).astype(np.int64).clip(0, last).T
        return line, piece, number, self._cells[column, row]

    def _surveyed(self) -> npt.NDArray[np.int8]:
        """Say of each cell whether the outline is within two cells of it or, where not, what all of it is."""
        columns, rows = np.ceil((np.array(self._land.bounds[2:]) - self._corner) / CELL).astype(np.int64) + 4
        column, row = np.mgrid[:columns, :rows]
        middle_x, middle_y = (column + 0.5) * CELL + self._corner[0], (row + 0.5) * CELL + self._corner[1]
        outline = np.zeros((columns, rows), dtype=bool)
        points = shapely.get_coordinates(shapely.segmentize(self._land.boundary, CELL / 2))
        outline[tuple(((points - self._corner) / CELL).astype(np.int64).T)] = True
        near = binary_dilation(outline, np.ones((3, 3)), iterations=2)
        land = np.where(shapely.contains_xy(self._land, middle_x, middle_y), LAND, WATER)
        return np.where(near, OUTLINE, land).astype(np.int8)


def _lines(starts: Floats, ends: Floats) -> Shapes:
    return np.asarray(shapely.linestrings(np.stack([starts, ends], axis=1)))


def _places_within(numbers: Ints) -> Ints:
    """Count from 0 within each group, for groups of so many members in a row."""
    return np.arange(numbers.sum()) - np.repeat(numbers.cumsum() - numbers, numbers)


def _edges(land: shapely.Geometry) -> Floats:
    """Straight edges of the land's outline, shape (n, 4): from x, y to x, y."""
    points, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(land)), return_index=True)
    within = ring[1:] == ring[:-1]
    return np.asarray(np.hstack([points[:-1], points[1:]])[within])
