"""Which constituency each area lies in, worked out from the boundaries of both."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.core.crs import require_national_grid

LEAST_COVERED = 0.5
"""Share of an area that must lie in constituencies at all. Coasts are drawn apart by up to 0.12; beyond a half the
constituency that it lies in is missing."""

DECIMALS = 6
"""Of shares: finer, two drawings of one border differ."""


def largest_overlap(areas: gpd.GeoDataFrame, constituencies: gpd.GeoDataFrame) -> pd.DataFrame:
    """Find the constituency that most of each area lies in.

    Parameters
    ----------
    areas
        Index code; valid polygons, EPSG:27700.
    constituencies
        Index code; column name and valid polygons, EPSG:27700: those of the whole country, or all that touch the areas.

    Returns
    -------
    pandas.DataFrame
        By area, sorted: constituency, constituency_name and overlap_share (float64, above 0 to 1): how much lies in
        that constituency of what lies in any, so that coasts which are drawn apart take nothing away. Of equal shares
        the first by code counts. Areas of which more than half lies in no constituency are left out.

    Raises
    ------
    ValueError
        When either is not on the British National Grid.

    Examples
    --------
    >>> from shapely.geometry import box
    >>> areas = gpd.GeoDataFrame(geometry=[box(0, 0, 9, 9), box(9, 0, 19, 9)], index=["a", "b"], crs=27700)
    >>> seats = gpd.GeoDataFrame({"name": ["West", "East"]}, geometry=[box(0, 0, 10, 9), box(10, 0, 19, 9)],
    ...                          index=["1", "2"], crs=areas.crs)
    >>> largest_overlap(areas, seats)[["constituency", "overlap_share"]].to_dict("index")
    {'a': {'constituency': '1', 'overlap_share': 1.0}, 'b': {'constituency': '2', 'overlap_share': 0.9}}
    """
    require_national_grid(areas, "areas")
    require_national_grid(constituencies, "constituencies")
    shapes, seats = areas.geometry.to_numpy(), constituencies.geometry.to_numpy()
    seat, area = shapely.STRtree(shapes).query(seats, predicate="intersects")
    whole = shapely.area(shapes)[area]
    shapely.prepare(seats)
    # Most areas lie inside one constituency: nothing needs to be cut for them.
    inside = shapely.covers(seats[seat], shapes[area])
    common = whole.copy()
    common[~inside] = shapely.area(shapely.intersection(seats[seat[~inside]], shapes[area[~inside]]))
    parts = pd.DataFrame({
        "code": areas.index[area], "constituency": constituencies.index[seat], "common": common, "whole": whole,
        "constituency_name": constituencies["name"].to_numpy()[seat]})
    covered = parts.groupby("code")["common"].transform("sum")
    parts = parts.assign(overlap_share=(parts["common"] / covered.where(covered > 0, np.inf)).round(DECIMALS))
    parts = parts[covered >= LEAST_COVERED * parts["whole"]]
    largest = parts.sort_values(["code", "overlap_share", "constituency"], ascending=[True, False, True])
    columns = ["constituency", "constituency_name", "overlap_share"]
    return largest.drop_duplicates("code").set_index("code")[columns]
