"""Towns, villages and hamlets: where each stands, and the smallest place that most of it lies in."""

import geopandas as gpd
import pandas as pd

from geo.layers.boundaries import assign_points

MOST = 0.5
"""Share of a locality's stops from which a ward or an MSOA is said to hold it; a town of several wards has none."""


def localities(stops: pd.DataFrame, areas: pd.DataFrame, boundaries: gpd.GeoDataFrame) -> pd.DataFrame:
    """Make localities out of their stops.

    Parameters
    ----------
    stops
        As `geo.sources.naptan.read_stops` gives them.
    areas
        Index LSOA code; columns ward, msoa and authority.
    boundaries
        Of the same LSOAs, EPSG:27700.

    Returns
    -------
    pandas.DataFrame
        Index `code` (of the gazetteer, sorted), those that stand in or within 250 m of the mapped area; name, parent
        (empty for none), easting and northing (int64, metres, EPSG:27700: the median of its active stops, because a few
        stops stand miles off), stops (active ones, int64), area (the LSOA there) and held_by ("ward" or "msoa" where
        at least half of its stops and its suburbs' are in that of this LSOA, else "authority"). A locality that has
        lost all its stops stands at the median of those it had. Source: as `geo.sources.naptan.read_stops`.
    """
    active = stops.groupby("locality")["active"].transform("any")
    counted = stops[stops["active"] | ~active]
    groups = counted.groupby("locality")
    middle = groups[["easting", "northing"]].median()
    area = assign_points(middle, boundaries).dropna()
    table = groups.agg(name=("name", "first"), parent=("parent", "first"), stops=("active", "sum"))
    table = table.join(middle.round().astype("int64")).loc[area.index].assign(area=area)
    placed = counted.assign(area=assign_points(counted[["easting", "northing"]], boundaries)).dropna(subset="area")
    table = table.assign(held_by=_held_by(placed, table, areas)).astype({"stops": "int64"}).rename_axis("code")
    return table[["name", "parent", "easting", "northing", "stops", "area", "held_by"]]


def _held_by(stops: pd.DataFrame, table: pd.DataFrame, areas: pd.DataFrame) -> pd.Series:
    """Find the kind of the smallest place that holds most of each locality and its suburbs in the same authority."""
    towns = table[["name"]].assign(authority=table["area"].map(areas["authority"])).rename_axis("town").reset_index()
    in_suburbs = stops.assign(authority=stops["area"].map(areas["authority"])).merge(
        towns, left_on=["parent", "authority"], right_on=["name", "authority"])
    own = stops[["locality", "area"]].set_axis(["town", "area"], axis=1)
    whole = pd.concat([own, in_suburbs[["town", "area"]]])
    held_by = pd.Series("authority", table.index)
    for kind in ("msoa", "ward"):      # the last that holds it counts
        there = whole["area"].map(areas[kind]) == whole["town"].map(table["area"]).map(areas[kind])
        share = there.groupby(whole["town"]).mean().reindex(table.index, fill_value=0)
        held_by = held_by.mask(share >= MOST, kind)
    return held_by
