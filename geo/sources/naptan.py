"""Railway stations, and stops with their localities, as NaPTAN of the Department for Transport knows them."""

from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo.core.crs import BRITISH_NATIONAL_GRID
from geo.sources.archives import read_packed
from geo.sources.national_grid import to_grid
from geo.sources.tables import Column, read_table

COLUMNS = {
    "name": Column("text", "name"),
    "crs": Column("text", "crs", "[A-Z]{3}", "a CRS code of three capitals such as EXD"),
    "lat": Column("number", "lat", "", "degrees between 49.8 and 60.9 (Great Britain)", (49.8, 60.9)),
    "lon": Column("number", "lon", "", "degrees between -8.7 and 1.8 (Great Britain)", (-8.7, 1.8)),
}
STOPS = {
    "ATCOCode": Column("text", "stop"),
    "NptgLocalityCode": Column("text", "locality", r"[A-Z]{1,2}\d{6,7}", "a locality code such as E0044915"),
    "LocalityName": Column("text", "name", one_per="NptgLocalityCode"),
    "ParentLocalityName": Column("blank-text", "parent", one_per="NptgLocalityCode"),
    "Easting": Column("number", "easting", "", "metres on the British National Grid, 1 to 660,000", (1, 660_000)),
    "Northing": Column("number", "northing", "", "metres on the British National Grid, 1 to 1,225,000", (1, 1_225_000)),
    "Status": Column("text", "active", "active|inactive|pending", "active, inactive or pending"),
    "StopType": Column("blank-category", "kind", optional=True),
    "CommonName": Column("blank-text", "stop_name", optional=True),
}
RAILWAY = "RLY"
"""NaPTAN's type of the one stop that stands for a whole railway station."""
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


def read_stops(path: Path) -> pd.DataFrame:
    """Read the stops of buses, trains and ferries with the locality that each is in.

    Parameters
    ----------
    path
        A CSV in NaPTAN's columns, of counties or the whole country, or a zip with one in it.

    Returns
    -------
    pandas.DataFrame
        Index `stop` (ATCO code, sorted, unique); locality (code of the National Public Transport Gazetteer), name and
        parent (of the locality; parent empty where it has none), easting and northing (float64, metres, EPSG:27700),
        active (bool), kind (`RAILWAY` for a station) and stop_name (of stations alone). Source: National Public
        Transport Access Nodes (NaPTAN), Department for Transport, Open Government Licence v3.0.

    Raises
    ------
    MissingSourceError, SourceError
        When the archive is missing or cut short, holds no CSV or several, or rows are not what they should be; every
        problem at once.
    """
    table = read_table(path, STOPS, "ATCOCode", data=read_packed(path, ".csv"))
    # A few names stand in quotation marks of their own.
    names = {column: table[column].str.strip('" ') for column in ("name", "parent")}
    for column in ("kind", "stop_name"):
        names[column] = table[column].astype("str") if column in table else pd.Series("", table.index, dtype="str")
    names["stop_name"] = names["stop_name"].where(names["kind"] == RAILWAY, "")
    return table.assign(**names, active=table["active"] == "active")
