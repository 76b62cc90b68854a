"""Railway lines as maps draw them: of the mapped area alone, with as few points as a thin line needs."""

import geopandas as gpd

from geo.core.crs import require_national_grid

BEYOND = 1000.0
"""Metres that lines are kept beyond the mapped area: boundaries are generalised, and sea walls stand off the coast."""


def map_lines(lines: gpd.GeoDataFrame, areas: gpd.GeoSeries, tolerance: float = 50.0) -> gpd.GeoDataFrame:
    """Clip lines to an area and simplify them.

    Parameters
    ----------
    lines
        As `geo.sources.railway_lines.read_railway_lines` gives them, EPSG:27700.
    areas
        Polygons that make up the area, EPSG:27700.
    tolerance
        Metres that a simplified line may run off the line.

    Returns
    -------
    geopandas.GeoDataFrame
        RangeIndex; line, and geometry of what lies in the area or within `BEYOND` of it. Lines that lie beyond are left
        out.

    Raises
    ------
    ValueError
        When lines or areas are not on the British National Grid.

    Examples
    --------
    >>> from shapely.geometry import LineString, box
    >>> lines = gpd.GeoDataFrame({"line": [1]}, geometry=[LineString([(0, 500), (9000, 510), (20000, 500)])], crs=27700)
    >>> map_lines(lines, gpd.GeoSeries([box(0, 0, 9000, 1000)], crs=27700)).length.tolist()
    [10000.0]
    """
    require_national_grid(lines, "lines")
    require_national_grid(areas, "areas")
    inside = lines.intersection(areas.union_all().buffer(BEYOND)).simplify(tolerance)
    return lines.set_geometry(inside)[~inside.is_empty].reset_index(drop=True)
