"""How far a hub is by rail: residents within so many minutes, one station's board, every station's journey."""

from collections.abc import Sequence
from dataclasses import asdict

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.core.choices import ALL_HUBS, NO_RAIL
from geo.core.crs import BRITISH_NATIONAL_GRID
from geo.core.view import View
from geo.edition.store import Edition
from geo.figures.areas import reach_inside, residents_per_row
from geo.figures.journeys import journey
from geo.layers.gap import BORDERLINE_MINUTES

TABLE_MINUTES = (30, 60, 90, 120, 150)
"""Thresholds of the table, minutes."""

CURVE_MINUTES = tuple(range(30, 361, 5))
"""Thresholds of the curve, minutes."""

_FIGURES = ["typical", "fastest", "changes", "departures"]


def residents_within(edition: Edition, view: View, lsoas: pd.Index, minutes: Sequence[int]) -> pd.DataFrame:
    """Count the residents who are at most so many minutes from the view's hub.

    Parameters
    ----------
    edition
        The edition served.
    view
        Its hub, clock and access count here.
    lsoas
        Codes of the LSOAs whose residents are counted.
    minutes
        Thresholds, whole minutes, in any order.

    Returns
    -------
    pandas.DataFrame
        RangeIndex, one row a threshold in the order given; minutes (int64), residents, share (of all residents;
        missing where nobody lives), low and high (residents if every time were ten minutes longer, or shorter).
        Residents without rail are within no threshold. Exact sums over postcodes: residents are those of METHOD less
        `cut_off_by_rail` at the same threshold, high less low is `borderline`.
    """
    times, weights = _times(edition, view, lsoas)
    order = np.argsort(times, kind="stable")
    cumulative = np.concatenate([[0.0], np.cumsum(weights[order])])
    wanted = np.asarray(minutes, dtype="int64")
    total = float(edition.areas.loc[lsoas, "residents"].sum())

    def within(thresholds: np.ndarray) -> np.ndarray:
        """Count who arrives within each threshold."""
        reached = np.searchsorted(times[order], np.minimum(thresholds, NO_RAIL - 1), side="right")
        return np.asarray(cumulative[reached])

    residents = within(wanted)
    return pd.DataFrame({
        "minutes": wanted, "residents": residents, "share": residents / total if total else np.nan,
        "low": within(wanted - BORDERLINE_MINUTES), "high": within(wanted + BORDERLINE_MINUTES),
    })


def residents_without_rail(edition: Edition, view: View, lsoas: pd.Index) -> float:
    """Count the residents who have no way to the view's hub by rail at all.

    Parameters
    ----------
    edition
        The edition served.
    view
        Its hub, clock and access count here.
    lsoas
        Codes of the LSOAs whose residents are counted.

    Returns
    -------
    float
        Residents.
    """
    times, weights = _times(edition, view, lsoas)
    return float(weights[times >= NO_RAIL].sum())


def _times(edition: Edition, view: View, lsoas: pd.Index) -> tuple[np.ndarray, np.ndarray]:
    """Minutes of each row of reach inside, and the residents it stands for."""
    reach = edition.reach(view.hub, view.clock, view.access)
    inside = reach_inside(edition, reach, lsoas)
    return inside["minutes"].to_numpy(), residents_per_row(edition, inside).to_numpy()


def stations_to_hub(edition: Edition, hub: str) -> pd.DataFrame:
    """Look up every station's journey to one hub.

    Parameters
    ----------
    edition
        The edition served.
    hub
        A key of the edition's hubs.

    Returns
    -------
    pandas.DataFrame
        Index CRS code, in the order of `Edition.stations`; name, easting, northing, typical and fastest (minutes),
        changes, departures (from 06:00 to 10:00), float64; missing where no train goes to the hub. A station that is
        the hub itself is 0 minutes from it.
    """
    rows = edition.journeys[edition.journeys["hub"] == hub].set_index("station")
    figures = rows[_FIGURES].astype("float64").reindex(edition.stations.index)
    return edition.stations[["name", "easting", "northing"]].join(figures)


def station_board(edition: Edition, station: str) -> pd.DataFrame:
    """Look up one station's journeys to every hub.

    Parameters
    ----------
    edition
        The edition served.
    station
        CRS code or name.

    Returns
    -------
    pandas.DataFrame
        RangeIndex in the order of the edition's hubs; hub (key), label, typical and fastest (minutes), changes,
        departures (from 06:00 to 10:00), float64, missing where no train goes; is_hub, bool: the station is this hub.

    Raises
    ------
    PlaceError
        When no one station is meant.
    """
    answers = [journey(edition, station, hub) for hub in edition.region.hubs]
    board = pd.DataFrame(map(asdict, answers))[["hub", *_FIGURES]].astype(dict.fromkeys(_FIGURES, "float64"))
    board.insert(1, "label", [hub.label for hub in edition.region.hubs.values()])
    board["is_hub"] = [
        answer.station in hub.stations for answer, hub in zip(answers, edition.region.hubs.values(), strict=True)]
    return board


def station_phrases(journeys: pd.DataFrame, hub: str) -> pd.Series:
    """Say each station's journey in a few words.

    Parameters
    ----------
    journeys
        As `stations_to_hub` returns it.
    hub
        The hub they go to, a key of `ALL_HUBS`.

    Returns
    -------
    pandas.Series
        Text, same index.
    """
    def say(row: pd.Series) -> str:
        """Say how long the hub is away from one station, or why it cannot be reached."""
        if row.name in ALL_HUBS[hub].stations:
            return "this is the hub"
        if pd.isna(row["typical"]):
            return "no trains in the timetable"
        changes = f"{row['changes']:.0f} change{'' if row['changes'] == 1 else 's'}" if row["changes"] else "direct"
        return f"typically {row['typical']:.0f} minutes, fastest {row['fastest']:.0f}, {changes}"
    return journeys.apply(say, axis=1).astype("str")


def station_properties(edition: Edition) -> pd.DataFrame:
    """Collect what a reader sees on pointing at a station.

    Parameters
    ----------
    edition
        The edition served.

    Returns
    -------
    pandas.DataFrame
        Index CRS code; n (name), c (CRS code), and for each hub its key: the journey in words.
    """
    phrases = {hub: station_phrases(stations_to_hub(edition, hub), hub) for hub in edition.region.hubs}
    stations = edition.stations
    return pd.DataFrame({"n": stations["name"], "c": stations.index, **phrases}, index=stations.index)


def station_dots(edition: Edition, radius: float = 0) -> gpd.GeoSeries:
    """Return where stations are.

    Parameters
    ----------
    edition
        The edition served.
    radius
        Of the circle to be drawn for each, in metres; points when 0.

    Returns
    -------
    geopandas.GeoSeries
        Index CRS code; EPSG:27700.
    """
    stations = edition.stations
    points = gpd.GeoSeries(gpd.points_from_xy(stations["easting"], stations["northing"]), stations.index,
                           crs=BRITISH_NATIONAL_GRID)
    return points.buffer(radius) if radius else points
