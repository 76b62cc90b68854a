"""The words and the choices, each in one table that the command line, sidebar, link, map and pages all read."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

DATA = Path(__file__).parents[2] / "data"
"""The project's own data: sources.toml, small fact tables, the starter edition."""

REGION = "E12000009"
"""South West England, the place every figure is shown for unless another is named."""

ENGLAND = "E92000001"
"""England, which the South West and its places are set beside."""

OCCUPATIONS = range(1, 10)
"""The nine major groups of SOC 2020."""

NO_RAIL = 32767
"""Stands for "no rail at all" where minutes are whole numbers."""

MINUTES = range(30, 361)
"""Thresholds of travel time that may be asked for, whole minutes."""


@dataclass(frozen=True)
class Choice:
    """One value of a view option.

    Attributes
    ----------
    key
        As written in links and on the command line.
    label
        A few plain words, for a menu.
    meaning
        One sentence that says what it means.
    """

    key: str
    label: str
    meaning: str


@dataclass(frozen=True)
class Hub:
    """One place that people travel to.

    Attributes
    ----------
    key
        As written in links and on the command line.
    label
        Its name.
    stations
        CRS codes; reaching any of them is reaching the hub.
    """

    key: str
    label: str
    stations: tuple[str, ...]


@dataclass(frozen=True)
class Kind:
    """One kind of place.

    Attributes
    ----------
    key
        As written on the command line; also the column of `areas` with the code of the place an LSOA is in (empty text
        for none: not every kind covers the map).
    label, plural
        Plain words.
    whole_authorities
        Whether each is a union of whole authorities (then Ofcom's published counts apply to it exactly).
    """

    key: str
    label: str
    plural: str
    whole_authorities: bool = False


def _by_key(*rows: Choice) -> Mapping[str, Choice]:
    return MappingProxyType({row.key: row for row in rows})


SPEEDS = _by_key(
    Choice("uso", "Below the universal service (10/1 Mbit/s)",
           "Cannot get 10 Mbit/s down and 1 Mbit/s up by fixed line or fixed wireless: the legal minimum."),
    Choice("10", "Below 10 Mbit/s", "Cannot get 10 Mbit/s by fixed line: the strict test."),
    Choice("30", "Below superfast (30 Mbit/s)", "Cannot get 30 Mbit/s by fixed line."),
    Choice("100", "Below 100 Mbit/s", "Cannot get 100 Mbit/s by fixed line."),
    Choice("300", "Below ultrafast (300 Mbit/s)", "Cannot get 300 Mbit/s by fixed line: Ofcom's ultrafast."),
    Choice("gigabit", "Below gigabit", "Cannot get a gigabit-capable line: the target of public policy."),
)

CLOCKS = _by_key(
    Choice("train", "Time on the train", "Minutes on the train or trains, changes included, from the best station."),
    Choice("door", "Door to hub", "Minutes from the door: to the station, five minutes to board, and the journey."),
)

ACCESS = _by_key(
    Choice("car", "On foot or by car", "To the station on foot (up to 30 minutes) or by car, whichever is quicker."),
    Choice("walk", "On foot only", "To the station on foot, up to 30 minutes; anyone further away is cut off."),
)

WORK = _by_key(
    Choice("ons-2020", "ONS, April 2020", "Share of each occupation that worked at home in April 2020 (ONS)."),
    Choice("dingel-neiman", "Dingel and Neiman", "Share of each occupation whose tasks can be done at home (2020)."),
)

KINDS: Mapping[str, Kind] = MappingProxyType({kind.key: kind for kind in (
    Kind("lsoa", "neighbourhood (LSOA)", "neighbourhoods (LSOAs)"),
    Kind("msoa", "locality (MSOA)", "localities (MSOAs)"),
    Kind("ward", "ward", "wards"),
    Kind("authority", "local authority", "local authorities", whole_authorities=True),
    Kind("county", "county or unitary", "counties and unitaries", whole_authorities=True),
    Kind("lep", "former LEP area", "former LEP areas", whole_authorities=True),
    Kind("constituency", "constituency", "constituencies"),
    Kind("region", "region", "regions", whole_authorities=True),
    Kind("district", "former district", "former districts"),
)})


@dataclass(frozen=True)
class AuthorityType:
    """One type of local authority, so that like is ranked with like.

    Attributes
    ----------
    key
        As written in links and on the command line.
    label, plural
        Plain words.
    prefix
        What the ONS's codes of such authorities begin with.
    """

    key: str
    label: str
    plural: str
    prefix: str


AUTHORITY_TYPES: Mapping[str, AuthorityType] = MappingProxyType({kind.key: kind for kind in (
    AuthorityType("unitary", "unitary authority", "unitary authorities", "E06"),
    AuthorityType("district", "district", "districts", "E07"),     # below a county council
)})
"""The types that an edition can hold (`geo.edition.schema`): metropolitan and London boroughs are none of the map's."""


def _read_hubs() -> Mapping[str, Hub]:
    with (DATA / "hubs.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return MappingProxyType({
            row["hub"]: Hub(row["hub"], row["name"], tuple(row["stations"].split())) for row in rows
        })


HUBS = _read_hubs()
