"""Stations as a timetable knows them, for a build that is given no list of stations."""

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.core.crs import BRITISH_NATIONAL_GRID
from geo.core.errors import SwatheError
from geo.sources.naptan import HERITAGE, RAILWAY
from geo.sources.national_grid import to_grid
from geo.sources.timetable import Feed

LATITUDES, LONGITUDES = (49.8, 60.9), (-8.7, 1.8)
"""Degrees, of Great Britain."""

ACCESS = "9100"
"""What NaPTAN puts before the code that timetables have for a place (its TIPLOC), where that is a railway station."""

_BEFORE = r"^(?:9100|910G)"
_AFTER = r"\s*\(?Rail Station\)?$"


def stations_called_at(feed: Feed, stops: pd.DataFrame | None = None) -> gpd.GeoDataFrame:
    """List the railway stations of a timetable: where its trains call, and what else of it NaPTAN knows as one.

    Stops that have a CRS code and no trains (of buses and ships alone) are none, unless NaPTAN says so.

    Parameters
    ----------
    feed
        Whose stops have CRS codes and, where NaPTAN has none for them, positions.
    stops
        As `geo.sources.naptan.read_stops` gives them; a stop of the feed is one of these when its id or its code is the
        TIPLOC in the other's, alone or as NaPTAN writes it. Their names and positions come before the feed's.

    Returns
    -------
    geopandas.GeoDataFrame
        Index `crs` (sorted, unique), columns `name` and `geometry` (points, EPSG:27700). Heritage lines are left out.

    Raises
    ------
    SwatheError
        When the timetable has no stop with a CRS code and a position.
    """
    ours = feed.stops.reset_index()
    ours = ours[ours["crs"].str.fullmatch("[A-Z]{3}") & ~ours["crs"].isin(HERITAGE)]
    somewhere = ours["latitude"].between(*LATITUDES) & ours["longitude"].between(*LONGITUDES)     # 0, 0 is nowhere
    degrees = ours[["longitude", "latitude"]].astype("float64").where(somewhere)
    ours = ours.assign(known=False, length=ours["name"].str.len().where(ours["name"] != "", np.inf))
    ours[["easting", "northing"]] = to_grid(degrees["longitude"], degrees["latitude"])
    ours = ours.sort_values(["length", "stop_id"])      # a station before its platforms, whose names are longer
    if stops is not None:
        ours = pd.concat([_known(ours, stops[(stops["kind"] == RAILWAY) & stops["active"]]), ours])
    by_rail = feed.trips.index[feed.trips["by_rail"]]
    called_at = feed.stop_times.loc[feed.stop_times["trip_id"].isin(by_rail), "crs"].unique()
    placed = ours[np.isfinite(ours["easting"]) & (ours["known"] | ours["crs"].isin(called_at))]
    if placed.empty:
        raise SwatheError("no stop at which a train calls has both a three-letter code (CRS) and a position: use a "
                          "feed with stop_lat and stop_lon, or add NaPTAN's stops (Stops.csv) of the whole country")
    table = placed.drop_duplicates("crs").set_index("crs").sort_index()
    names = table["name"].where(table["name"] != "", table.index)
    points = gpd.points_from_xy(table["easting"], table["northing"], crs=BRITISH_NATIONAL_GRID)
    return gpd.GeoDataFrame({"name": names}, geometry=points, index=table.index)


def _known(ours: pd.DataFrame, railway: pd.DataFrame) -> pd.DataFrame:
    """Return the feed's stops that are NaPTAN's, under its names and where it puts them; by id before by code."""
    found = []
    for column in ("stop_id", "code"):
        codes = ours[column].str.upper()
        keys = ACCESS + codes.str.replace(_BEFORE, "", regex=True)
        joined = keys.isin(railway.index) & (codes != ours["crs"])      # a TIPLOC may be another station's CRS code
        there = railway.loc[keys[joined]]
        found.append(pd.DataFrame({
            "crs": ours.loc[joined, "crs"].to_numpy(), "known": True,
            "name": there["stop_name"].str.replace(_AFTER, "", regex=True).to_numpy(),
            "easting": there["easting"].to_numpy(), "northing": there["northing"].to_numpy()}))
    return pd.concat(found)
