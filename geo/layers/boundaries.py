"""Geometry of areas: generalised without gaps, dissolved into larger places, and points assigned to them.

Everything is in EPSG:27700, metres; another coordinate system is refused, not converted.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.core.crs import require_national_grid
from geo.sources.boundary_files import valid_polygons
from geo.sources.wording import some

MOST_LOST = 0.01
"""Share of the whole area that generalising may add or take; 100 m takes 0.00006 of a region of 24,000 km²."""


def generalise(areas: gpd.GeoDataFrame, tolerance: float = 100.0) -> gpd.GeoDataFrame:
    """Simplify areas together, so that neighbours still share their edges.

    Areas whose edges do not match are cleaned first: an overlap goes to the area that it shares the longest border
    with.

    Parameters
    ----------
    areas
        Polygons and multipolygons, EPSG:27700, no two with the same index.
    tolerance
        In metres: about the square root of the largest corner (as a triangle's area) that is cut off.

    Returns
    -------
    geopandas.GeoDataFrame
        As `areas`, with fewer points: every area there and valid, no overlaps, no new holes between areas.

    Raises
    ------
    ValueError
        When the areas are not on the British National Grid, are not polygons, share an index, or one of them would
        be lost.

    Examples
    --------
    >>> from shapely.geometry import box
    >>> areas = gpd.GeoDataFrame(geometry=[box(0, 0, 900, 900), box(900, 0, 2000, 900)], index=["a", "b"], crs=27700)
    >>> generalise(areas).geometry.area.astype(int).to_dict()
    {'a': 810000, 'b': 990000}
    """
    _check_areas(areas)
    polygons = valid_polygons(areas.geometry.to_numpy())
    if not shapely.coverage_is_valid(polygons):
        polygons = shapely.coverage_clean(polygons)
        _refuse_lost(areas, polygons, "when overlaps are removed (is it drawn twice?)")
    simple = shapely.coverage_simplify(polygons, tolerance)
    _refuse_lost(areas, simple, f"when simplified by {tolerance:g} m: use a smaller tolerance")
    _check_coverage(polygons, simple)
    return areas.set_geometry(gpd.GeoSeries(simple, index=areas.index, crs=areas.crs))


def dissolve(areas: gpd.GeoDataFrame, by: pd.Series) -> gpd.GeoDataFrame:
    """Merge areas into the larger places that they belong to.

    Parameters
    ----------
    areas
        Areas whose edges match (as `generalise` leaves them), EPSG:27700.
    by
        Code of the larger place of each area, same index; areas whose code is missing or empty belong to none.

    Returns
    -------
    geopandas.GeoDataFrame
        Index: the codes, sorted, named as `by`; one column, geometry. EPSG:27700.

    Raises
    ------
    ValueError
        When areas have no entry in `by`, are not on the British National Grid, or their edges do not match.

    Examples
    --------
    >>> from shapely.geometry import box
    >>> areas = gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)], index=["a", "b"], crs=27700)
    >>> dissolve(areas, pd.Series({"a": "x", "b": "x"}, name="ward")).geometry["x"].area
    2.0
    """
    _check_areas(areas)
    missing = areas.index.difference(by.index)
    if len(missing):
        raise ValueError(f"{some(missing)}: in no row of {by.name}, expected every area")
    codes = by.reindex(areas.index).replace("", None)
    merged = gpd.GeoDataFrame(areas[["geometry"]].dissolve(codes.rename(by.name), method="coverage"))
    broken = merged.index[~merged.geometry.is_valid]
    if len(broken):
        raise ValueError(f"{some(broken)}: the edges of its areas do not match: generalise them first")
    return merged


def merged(areas: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Merge areas (EPSG:27700) into one shape; a GeoSeries of that shape alone.

    Examples
    --------
    >>> from shapely.geometry import box
    >>> areas = gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)], index=["a", "b"], crs=27700)
    >>> merged(areas).area.to_list()
    [2.0]
    """
    _check_areas(areas)
    polygons = areas.geometry.to_numpy()
    # Areas whose edges match are merged twice as fast, the check included.
    merge = shapely.coverage_union_all if shapely.coverage_is_valid(polygons) else shapely.union_all
    return gpd.GeoSeries([merge(polygons)], crs=areas.crs)


def assign_points(
    points: pd.DataFrame, areas: gpd.GeoDataFrame, within: float = 250.0, *, may_be_near: pd.Series | None = None,
) -> pd.Series:
    """Find the area of each point: the one it lies in, else the nearest one.

    A point on a shared edge goes to the area that comes first in the order of codes.

    Parameters
    ----------
    points
        Columns easting and northing, EPSG:27700.
    areas
        Areas indexed by code, EPSG:27700.
    within
        How far outside every area a point may lie, in metres: piers, and coasts that were generalised.
    may_be_near
        Which points may go to the nearest area (bool, same index); all, when it is not given. Where the areas are
        cut off at a border on land, the points beyond it belong to somebody else.

    Returns
    -------
    pandas.Series
        Index as `points`; code of the area (text), missing for points that are too far from all; named "code".

    Raises
    ------
    ValueError
        When the areas are not on the British National Grid or share a code, points have no finite position, or
        `may_be_near` has another index.

    Examples
    --------
    >>> from shapely.geometry import box
    >>> areas = gpd.GeoDataFrame(geometry=[box(0, 0, 900, 900), box(900, 0, 2000, 900)], index=["a", "b"], crs=27700)
    >>> points = pd.DataFrame({"easting": [5.0, 900.0, 2100.0, 9000.0], "northing": [5.0, 5.0, 5.0, 5.0]})
    >>> assign_points(points, areas).fillna("none").to_list()
    ['a', 'a', 'b', 'none']
    """
    _check_areas(areas)
    places = np.column_stack([points["easting"], points["northing"]]).astype("float64")
    odd = points.index[~np.isfinite(places).all(axis=1)]
    if len(odd):
        raise ValueError(f"{some(odd)}: no position, expected easting and northing in metres")
    ordered = areas.geometry.sort_index()
    where = shapely.points(places)
    found = np.full(len(points), len(ordered))
    # The tree holds the points, so that each polygon is prepared once for all its points.
    area, point = shapely.STRtree(where).query(ordered.to_numpy(), predicate="intersects")
    np.minimum.at(found, point, area)
    free = found == len(ordered)
    if may_be_near is not None:
        if not may_be_near.index.equals(points.index):
            raise ValueError("may_be_near has another index than the points")
        free &= may_be_near.to_numpy(dtype=bool)
    left = np.flatnonzero(free)
    if within > 0 and len(left) and len(ordered):
        point, area = shapely.STRtree(ordered.to_numpy()).query_nearest(where[left], max_distance=within)
        np.minimum.at(found, left[point], area)
    codes = pd.Series(ordered.index, dtype="str").reindex(found)
    return pd.Series(codes.to_numpy(), index=points.index, dtype="str", name="code")


def area_km2(areas: gpd.GeoDataFrame) -> pd.Series:
    """Measure areas (EPSG:27700) in square kilometres; a Series named "area_km2".

    Examples
    --------
    >>> from shapely.geometry import box
    >>> area_km2(gpd.GeoDataFrame(geometry=[box(0, 0, 2000, 500)], index=["a"], crs=27700)).to_dict()
    {'a': 1.0}
    """
    _check_areas(areas)
    return (areas.geometry.area / 1e6).rename("area_km2")


def _check_areas(areas: gpd.GeoDataFrame) -> None:
    """Raise when areas are in another coordinate system, share an index or are no polygons."""
    require_national_grid(areas, "areas")
    twice = areas.index[areas.index.duplicated()]
    if len(twice):
        raise ValueError(f"{some(twice)}: there more than once, expected each area once")
    polygons = areas.geometry.geom_type.isin(["Polygon", "MultiPolygon"]) & ~areas.geometry.is_empty
    if not polygons.all():
        raise ValueError(f"{some(areas.index[~polygons])}: no polygon, expected one or more for each area")


def _refuse_lost(areas: gpd.GeoDataFrame, polygons: np.ndarray, when: str) -> None:
    lost = areas.index[shapely.is_empty(polygons) | ~shapely.is_valid(polygons)]
    if len(lost):
        raise ValueError(f"{some(lost)}: lost {when}")


def _check_coverage(before: np.ndarray, after: np.ndarray) -> None:
    """Raise when neighbours no longer fit together, holes opened between them, or the whole grew or shrank."""
    if not shapely.coverage_is_valid(after):
        raise ValueError("simplified areas no longer share their edges: use a smaller tolerance")
    was, now = shapely.coverage_union_all(before), shapely.coverage_union_all(after)
    holes_was, holes_now = (shapely.get_num_interior_rings(shapely.get_parts(whole)).sum() for whole in (was, now))
    holes = holes_now - holes_was
    if holes > 0:
        raise ValueError(f"simplifying opened {holes:,} holes between areas: use a smaller tolerance")
    change = now.area / was.area - 1
    if abs(change) > MOST_LOST:
        raise ValueError(f"simplifying changed the whole area by {change:+.1%}: use a smaller tolerance")

