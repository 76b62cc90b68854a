"""The stations in a place, and the nearest where it has none with trains."""

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.core.cache import cached
from geo.core.choices import REGION
from geo.edition.store import Edition
from geo.layers.boundaries import merged
from geo.rail.access_legs import ACCESS, Floats, door_positions
from geo.rail.land_mask import NO_LAND_BEYOND, SeaChart
from geo.rail.land_routes import Overland

STATION_NEAR = 1000.0
"""Metres off the mapped land that a station may stand (piers) and still count to the nearest neighbourhood."""

FEW_STATIONS = 3
"""Stations named where a place has none with trains of its own."""

_BOARD = ["fastest", "typical", "changes", "departures"]


@cached(2)
def station_areas(edition: Edition) -> pd.Series:
    """Find the neighbourhood each station stands in; on a pier, the nearest.

    Parameters
    ----------
    edition
        The edition served, with geometry.

    Returns
    -------
    pandas.Series
        Index CRS code, LSOA code; only stations in the mapped area or within 1 km of it.
    """
    inside = edition.stations[edition.stations["inside"]]
    points = shapely.points(inside[["easting", "northing"]].to_numpy())
    station, area = edition.areas.geometry.sindex.nearest(points, return_all=False, max_distance=STATION_NEAR)
    return pd.Series(edition.areas.index[area], inside.index[station], name="area")


@cached(1)
def ground_of(edition: Edition) -> Overland:
    """Chart the land of an edition and the ways over it, as the build does for door-to-hub times.

    Parameters
    ----------
    edition
        The edition served.

    Returns
    -------
    Overland
        Shared by all who ask.
    """
    land = merged(edition.outlines)
    # The land around was drawn for one region; of others the build knew it, and kept the ways round the water.
    chart = SeaChart(land) if edition.region.code == REGION else SeaChart(land, NO_LAND_BEYOND)
    return Overland(chart, edition.postcodes)


def stations_of(edition: Edition, lsoas: pd.Index, hub: str, where: pd.Series) -> pd.DataFrame:
    """List a place's stations and their journeys; where none of them has trains, the nearest that have.

    Parameters
    ----------
    edition
        The edition served, with geometry.
    lsoas
        Codes of the place's LSOAs.
    hub
        A key of the edition's hubs.
    where
        As `station_areas` gives it.

    Returns
    -------
    pandas.DataFrame
        Index CRS code; columns name, inside (whether it stands in the place), km (by land from the middle postcode of
        the place, missing for stations inside), and as in `geo.figures.journeys.journey` fastest, typical, changes,
        departures (missing where no train goes). Those inside come first, quickest first; then, nearest first, the few
        nearest where none inside has trains, and the one from which the middle postcode is quickest at the hub. None
        that cannot be reached by land, none further than the method lets people go.
    """
    journeys = edition.journeys[edition.journeys["hub"] == hub].set_index("station")[_BOARD]
    table = edition.stations[["name", "easting", "northing"]].join(journeys)
    inside = table.loc[where.index[lsoas.get_indexer(where) >= 0]].sort_values(["typical", "name"])
    others = _within_reach(edition, lsoas, table.dropna(subset="typical"))
    without = inside["typical"].isna().all()
    chosen = {*(others.index[:FEW_STATIONS] if without else ()), *others["minutes"].nsmallest(1).index}
    outside = others[others.index.isin(chosen - set(inside.index))]
    outside = outside.assign(inside=False, km=outside["metres"] / 1000)
    found = pd.concat([inside.assign(inside=True, km=np.nan), outside])
    return found[["name", "inside", "km", *_BOARD]].astype({"changes": "Int64", "departures": "Int64"})


def _within_reach(edition: Edition, lsoas: pd.Index, stations: pd.DataFrame) -> pd.DataFrame:
    """Stations within reach of the middle postcode: metres by land and minutes from door to hub, nearest first.

    A station across water is left out where, even as the crow flies, it is neither among the few nearest nor the
    quickest: no way has to be looked for.
    """
    rows = edition.postcodes[edition.postcodes["area"].isin(lsoas)]
    doors = door_positions(rows)
    middle = int(np.hypot(*(doors - doors.mean(axis=0)).T).argmin())
    urban = bool(edition.areas.loc[rows["area"].iloc[middle], "urban"])
    ends, ground = door_positions(stations), ground_of(edition)
    metres = np.hypot(*(ends - doors[middle]).T)
    near = metres <= ACCESS.reach
    across = near & ground.crosses(np.broadcast_to(doors[middle], ends.shape), ends)

    def reached(metres: Floats, kept: npt.NDArray[np.bool_]) -> pd.DataFrame:
        minutes = ACCESS.by_car(metres, np.full(len(metres), urban)) + ACCESS.boarding + stations["typical"]
        return stations.assign(metres=metres, minutes=minutes)[kept].sort_values("metres", kind="stable")

    dry = reached(metres, near & ~across)
    furthest = dry["metres"].iloc[FEW_STATIONS - 1] if len(dry) >= FEW_STATIONS else np.inf
    at_best = reached(metres, across)
    rivals = at_best.index[(at_best["metres"] <= furthest) | (at_best["minutes"] <= dry["minutes"].min())]
    sought = across & stations.index.isin(rivals if len(dry) else at_best.index)
    if sought.any():
        metres[sought] = ground.around_from(doors[middle], ends[sought])
    return reached(metres, near & (~across | sought) & np.isfinite(metres))
