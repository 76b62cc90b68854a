"""Railway stations of Great Britain, as the Department for Transport's NaPTAN knows them."""

from pathlib import Path

import geopandas as gpd

from geo.core.crs import BRITISH_NATIONAL_GRID
from geo.sources.national_grid import to_grid
from geo.sources.tables import Column, read_table

COLUMNS = {
    "name": Column("text", "name"),
    "crs": Column("text", "crs", "[A-Z]{3}", "a CRS code of three capitals such as EXD"),
    "lat": Column("number", "lat", "", "degrees between 49.8 and 60.9 (Great Britain)", (49.8, 60.9)),
    "lon": Column("number", "lon", "", "degrees between -8.7 and 1.8 (Great Britain)", (-8.7, 1.8)),
}
HERITAGE = ("BIB", "CFC")
"""Bishops Lydeard and Corfe Castle: in NaPTAN with a CRS code, but on heritage lines."""


def read_stations(path: Path) -> gpd.GeoDataFrame:
    """Read the stations of Great Britain with their three-letter CRS codes, heritage lines left out.

    Parameters
    ----------
    path
        A CSV with the columns `name`, `crs`, `lat` and `lon` (degrees, WGS 84); lines that start with `#` are remarks.

    Returns
    -------
    geopandas.GeoDataFrame
        Index `crs` (sorted, unique), columns `name` and `geometry` (points, EPSG:27700). Source: National
        Public Transport Access Nodes (NaPTAN), Department for Transport, Open Government Licence v3.0.

    Raises
    ------
    SourceError
        When it is no CSV, a code is not three capitals or stands twice, or a position is not in Great Britain.
    """
    frame = read_table(path, COLUMNS, "crs", comment="#").drop(index=[*HERITAGE], errors="ignore")
    points = gpd.points_from_xy(*to_grid(frame["lon"], frame["lat"]).T, crs=BRITISH_NATIONAL_GRID)
    return gpd.GeoDataFrame(frame[["name"]], geometry=points)
