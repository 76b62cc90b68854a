"""What a station's board says: its journey to a hub, looked up in an edition."""

from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from geo.core.errors import PlaceError
from geo.edition.facts import RailSource
from geo.edition.places import alike
from geo.edition.spelling import fold
from geo.edition.store import Edition


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


@dataclass(frozen=True)
class Journey:
    """One station's journey to one hub.

    Attributes
    ----------
    station, name, hub
        CRS code and name of the station; key of the hub.
    fastest, typical
        Minutes; None, as the two below, where no train goes.
    changes, departures
        Of the fastest journey; from 06:00 to 10:00.
    basis, rail_source
        What the times rest on; the timetable.
    """

    station: str
    name: str
    hub: str
    fastest: float | None
    typical: float | None
    changes: int | None
    departures: int | None
    basis: str
    rail_source: RailSource

    def as_json(self) -> dict[str, Any]:
        """Return it as `rail --json` prints it."""
        plain = asdict(self)
        return {**{name: value for name, value in plain.items() if name != "rail_source"}, "day": self.rail_source.day}


def journey(edition: Edition, station: str, hub: str) -> Journey:
    """Look up a station's journey to a hub.

    Parameters
    ----------
    edition
        The edition served.
    station
        CRS code or name.
    hub
        A key of the edition's hubs.

    Returns
    -------
    Journey
        As the timetable has it.

    Raises
    ------
    PlaceError
        When no one station is meant.
    """
    crs = find_station(station, edition.stations)
    rows = edition.journeys[(edition.journeys["station"] == crs) & (edition.journeys["hub"] == hub)]
    found = rows.iloc[0] if len(rows) else None
    fastest, typical = (None if found is None else float(found[name]) for name in ("fastest", "typical"))
    changes, departures = (None if found is None else int(found[name]) for name in ("changes", "departures"))
    return Journey(crs, str(edition.stations.loc[crs, "name"]), hub, fastest, typical, changes, departures,
                   edition.rail_basis, edition.rail_source)
