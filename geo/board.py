"""What a station's board says: its journey to a hub, looked up in an edition."""

from typing import Any

import pandas as pd

from geo.edition import Edition
from geo.errors import PlaceError
from geo.places import alike, fold

__all__ = ["find_station", "journey"]


def find_station(text: str, stations: pd.DataFrame) -> str:
    """Find a station by its CRS code or its name.

    Parameters
    ----------
    text
        For example "PNZ" or "penzance".
    stations
        Index CRS code; column name.

    Returns
    -------
    str
        Its CRS code.

    Raises
    ------
    PlaceError
        When there is none or more than one; the text lists candidates.
    """
    wanted = text.strip()
    if wanted.upper() in stations.index:
        return wanted.upper()
    names = stations["name"].map(fold)
    found = stations[names == fold(wanted)]
    if len(found) == 1:
        return str(found.index[0])
    if found.empty:
        found = stations.iloc[alike(fold(wanted), names.tolist())]
    listed = "; ".join(f"{name} ({crs})" for crs, name in found["name"].items())
    hint = f"did you mean: {listed}" if listed else "give a CRS code such as PNZ or a name such as Penzance"
    raise PlaceError(f"no one station called ‘{wanted[:60]}’; {hint}")


def journey(edition: Edition, station: str, hub: str) -> dict[str, Any]:
    """Look up a station's journey to a hub.

    Parameters
    ----------
    edition
        The edition served.
    station
        CRS code or name.
    hub
        A key of `HUBS`.

    Returns
    -------
    dict
        Station (CRS code), name, hub, fastest and typical (minutes), changes, departures (06:00 to 10:00), basis,
        day of the timetable, rail_source; None for all four figures where no train goes.

    Raises
    ------
    PlaceError
        When no one station is meant.
    """
    crs = find_station(station, edition.stations)
    rows = edition.journeys[(edition.journeys["station"] == crs) & (edition.journeys["hub"] == hub)]
    figures: dict[str, Any] = dict.fromkeys(("fastest", "typical", "changes", "departures"))
    if len(rows):
        row = rows.iloc[0]
        figures = {"fastest": float(row["fastest"]), "typical": float(row["typical"]),
                   "changes": int(row["changes"]), "departures": int(row["departures"])}
    return {"station": crs, "name": str(edition.stations.loc[crs, "name"]), "hub": hub, **figures,
            "basis": edition.rail_basis, "day": edition.manifest["rail_day"], "rail_source": edition.rail_source}
