"""How far postcodes are from hubs, as an edition keeps it."""

from collections.abc import Collection

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.core.choices import NO_RAIL
from geo.core.crs import BRITISH_NATIONAL_GRID
from geo.rail.travel_times import Doors


def station_points(stations: pd.DataFrame) -> gpd.GeoDataFrame:
    """Place stations where an edition keeps them: doors timed again are timed from the same points.

    Parameters
    ----------
    stations
        Table of an edition: easting and northing, index CRS code.

    Returns
    -------
    geopandas.GeoDataFrame
        Points, EPSG:27700.
    """
    return gpd.GeoDataFrame(stations, geometry=gpd.points_from_xy(stations["easting"], stations["northing"]),
                            crs=BRITISH_NATIONAL_GRID)


def reach_table(doors: Doors, codes: pd.Index, hubs: Collection[str] | None = None) -> pd.DataFrame:
    """Write what was timed as the table `reach` of an edition, in an order that packs well.

    Parameters
    ----------
    doors
        The best station of every postcode.
    codes
        All LSOAs of the edition, in order.
    hubs
        Those told of besides the nearest of all; every one by default.

    Returns
    -------
    pandas.DataFrame
        RangeIndex; hub, clock, access (categorical), area (row number of the LSOA, int16, or int32 where there
        are more than that can number), minutes (int16), postcodes (int16).
    """
    told = doors if hubs is None else doors.only(hubs)
    parts = [told.reach(), told.beside(), doors.nearest()]
    columns: dict[str, pd.Categorical] = {}
    area = np.concatenate([codes.get_indexer(part["area"].cat.categories)[part["area"].cat.codes] for part in parts])
    minutes = np.concatenate([part["minutes"] for part in parts])
    order = np.zeros(len(area), dtype="int64")
    for name in ("hub", "clock", "access"):
        values = pd.Index(sorted({value for part in parts for value in part[name].cat.categories}))
        number = np.concatenate([values.get_indexer(part[name].cat.categories)[part[name].cat.codes]
                                 for part in parts])
        columns[name] = pd.Categorical.from_codes(number, values)
        order = order * len(values) + number
    order = np.argsort((order * len(codes) + area) * (NO_RAIL + 1) + minutes)
    rows = np.promote_types("int16", np.min_scalar_type(-max(len(codes), 1)))
    table = pd.DataFrame({**columns, "area": area.astype(rows), "minutes": minutes.astype("int16"),
                          "postcodes": np.concatenate([part["postcodes"] for part in parts]).astype("int16")})
    return table.take(order).reset_index(drop=True)


def kept_detours(doors: Doors) -> pd.DataFrame:
    """Write the ways round the water as the table `detours` of an edition.

    Parameters
    ----------
    doors
        The best station of every postcode.

    Returns
    -------
    pandas.DataFrame
        RangeIndex; postcode (row number, int64), station, metres (float64): missing where there is no way.
    """
    return doors.detours.assign(metres=doors.detours["metres"].where(np.isfinite(doors.detours["metres"])))
