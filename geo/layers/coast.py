"""Which areas lie on the coast, worked out from their own boundaries.

Everything is in EPSG:27700, metres; another coordinate system is refused, not converted.
"""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.core.crs import require_national_grid

NEAR_THE_SEA = 1000.0
"""Metres between an area and the sea within which it lies on the coast."""

NARROW = 2000.0
"""Metres of width below which water is an estuary or a harbour, no sea."""

NEAR_OTHER_LAND = 2000.0
"""Metres from land that is not mapped within which an edge of the map is no coast."""

ISLET = 1e6
"""Square metres of an island below which it makes no water narrow: rocks, forts and the breakwater of Plymouth."""

Shapes = npt.NDArray[np.object_]

# Edges of the outline that are widened together: few, and what they make stays simple.
_EDGES = 10
# Straight lines that a quarter of a circle is made of: 5 metres off at most.
_QUARTER = 8


def coastal(areas: gpd.GeoDataFrame, land: gpd.GeoSeries, beyond: gpd.GeoSeries) -> pd.Series:
    """Tell which areas lie on the coast: those within 1 km of the open sea.

    The sea is what a disc of 2 km across could reach from the open without touching the mapped land; islands under
    1 km² do not stand in its way. So the inner shores of estuaries and harbours are no coast, nor is a border on land.

    Parameters
    ----------
    areas
        Polygons clipped to the coast, EPSG:27700.
    land
        The same merged, as `geo.layers.boundaries.merged` gives it.
    beyond
        Land that is not mapped, EPSG:27700: the edge of the map within 2 km of it counts as a border on land.

    Returns
    -------
    pandas.Series
        Index as `areas`; bool, named "coastal".

    Raises
    ------
    ValueError
        When anything is not on the British National Grid.

    Examples
    --------
    >>> from shapely.geometry import box
    >>> row = [box(4000 * step, 0, 4000 * (step + 1), 12000) for step in range(3)]
    >>> areas = gpd.GeoDataFrame(geometry=row, index=["a", "b", "c"], crs=27700)
    >>> around = gpd.GeoSeries([box(3000, -9000, 30000, 21000)], crs=27700)
    >>> coastal(areas, gpd.GeoSeries([box(0, 0, 12000, 12000)], crs=27700), around).to_dict()
    {'a': True, 'b': False, 'c': False}
    """
    for shapes, name in ((areas, "areas"), (land, "land"), (beyond, "land beyond the map")):
        require_national_grid(shapes, name)
    islands = shapely.get_parts(land.to_numpy())
    outline = shapely.get_exterior_ring(_filled(islands[shapely.area(islands) >= ISLET]))
    shore = shapely.difference(outline, shapely.union_all(beyond.buffer(NEAR_OTHER_LAND).to_numpy()))
    _, near = shapely.STRtree(areas.geometry.to_numpy()).query(shore, predicate="dwithin", distance=NEAR_THE_SEA)
    return pd.Series(np.isin(np.arange(len(areas)), near), areas.index, name="coastal")


def _filled(islands: Shapes) -> Shapes:
    """Fill narrow water, and what no wider water joins to the sea: parts of the land, without holes."""
    radius = NARROW / 2
    # Short pieces of the outline are widened far faster than the whole of it.
    pieces = [shapely.linestrings(points[start:start + _EDGES + 1])
              for points in map(shapely.get_coordinates, shapely.get_exterior_ring(islands))
              for start in range(0, len(points) - 1, _EDGES)]
    wide = shapely.union_all([*islands, *shapely.buffer(pieces, radius, quad_segs=_QUARTER)])
    whole = shapely.union_all(shapely.polygons(shapely.get_exterior_ring(shapely.get_parts(wide))))
    return np.asarray(shapely.get_parts(shapely.buffer(whole, -radius, quad_segs=_QUARTER)))
