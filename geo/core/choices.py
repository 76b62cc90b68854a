"""The words and the choices, each in one table that the command line, sidebar, link, map and pages all read."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from geo.core.errors import ViewError
from geo.core.untrusted import quoted

DATA = Path(__file__).parents[2] / "data"
"""The project's own data: sources.toml, small fact tables, the starter edition."""

ENGLAND = "E92000001"
"""England, which every region and its places are set beside."""

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


ALL_AUTHORITY_TYPES: Mapping[str, AuthorityType] = MappingProxyType({kind.key: kind for kind in (
    AuthorityType("unitary", "unitary authority", "unitary authorities", "E06"),
    AuthorityType("district", "district", "districts", "E07"),     # below a county council
    AuthorityType("metropolitan", "metropolitan borough", "metropolitan boroughs", "E08"),
    AuthorityType("london", "London borough", "London boroughs", "E09"),
)})
"""The types that there are in England."""


@dataclass(frozen=True, eq=False)
class Region:
    """One region of England, or England itself: what an edition is of.

    Attributes
    ----------
    code
        Of the Office for National Statistics.
    name
        As registered.
    spoken
        As it stands in a sentence, with an article where English wants one.
    longer_names
        Words before which its name is part of another name.
    neighbours
        Codes of the counties and authorities that are mapped beside it.
    beside
        What those are called in a sentence; empty where there are none.
    cut_to
        What a constituency is cut to of which only a part is mapped, in a sentence.
    example
        An authority of it for examples: code and name.
    alike
        Codes of places of it to which the places most like them are shown.
    town, station
        A town of it, and the CRS code of a station, for examples.
    typed
        What one may type to find a place of it, for examples.
    hubs
        Those that journeys of its editions are timed to, by key, in order.
    authority_types
        Those of its own authorities, by key.
    """

    code: str
    name: str
    spoken: str
    longer_names: tuple[str, ...]
    neighbours: tuple[str, ...]
    beside: tuple[str, ...]
    cut_to: str
    example: tuple[str, str]
    alike: tuple[str, ...]
    town: str
    station: str
    typed: tuple[str, ...]
    hubs: Mapping[str, Hub]
    authority_types: Mapping[str, AuthorityType]

    def with_neighbours(self, last: str) -> str:
        """Name it and its neighbours in a sentence.

        Parameters
        ----------
        last
            "and" or "or": before the last of them.

        Returns
        -------
        str
            For example "the South West, Hampshire or the Isle of Wight".
        """
        return listed((self.spoken, *self.beside), last)


def listed(names: Sequence[str], last: str) -> str:
    """Write names as a sentence lists them.

    Parameters
    ----------
    names
        One or more.
    last
        "and" or "or": before the last of them.

    Returns
    -------
    str
        With commas, but none before the last.

    Examples
    --------
    >>> listed(("Hampshire",), "or"), listed(("Cumbria", "Kent", "Essex"), "and")
    ('Hampshire', 'Cumbria, Kent and Essex')
    """
    *first, end = names
    return f"{', '.join(first)} {last} {end}" if first else end


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))


ALL_HUBS: Mapping[str, Hub] = MappingProxyType({
    row["hub"]: Hub(row["hub"], row["name"], tuple(row["stations"].split())) for row in _rows("hubs")})
"""The hubs of every region."""


def _types(region: str) -> Mapping[str, AuthorityType]:
    """Find the types of a region's own authorities; of England's all."""
    codes = [row["code"] for row in _rows("authorities") if region in {row["region"], ENGLAND}]
    return MappingProxyType({key: kind for key, kind in ALL_AUTHORITY_TYPES.items()
                             if any(code.startswith(kind.prefix) for code in codes)})


def _region(row: Mapping[str, str]) -> Region:
    beside = tuple(filter(None, row["beside"].split(";")))
    hubs = MappingProxyType({key: ALL_HUBS[key] for key in row["hubs"].split()})
    example = next((each["code"], each["name"]) for each in _rows("authorities") if each["code"] == row["example"])
    return Region(
        row["code"], row["name"], row["spoken"], tuple(row["longer_names"].split()), tuple(row["neighbours"].split()),
        beside, row["cut_to"] or "the mapped area", example,
        tuple(row["alike"].split()), row["town"], row["station"],
        tuple(row["typed"].split(";")), hubs, _types(row["code"]))


REGIONS: Mapping[str, Region] = MappingProxyType({row["code"]: _region(row) for row in _rows("regions")})
"""By code: what an edition can be of."""

REGION = next(row["code"] for row in _rows("regions") if row["default"])
"""The region that is built where none is named, and looked at where neither a place nor an edition is."""

HUBS, AUTHORITY_TYPES = REGIONS[REGION].hubs, REGIONS[REGION].authority_types
"""Those of that region: an edition's own are its region's."""


def region_called(text: str) -> Region:
    """Find the region that a name or a code means.

    Parameters
    ----------
    text
        In any case, with or without the article: "North West", "the north west", "E12000002", "England".

    Returns
    -------
    Region
        The one.

    Raises
    ------
    ViewError
        When there is none of that name; the text lists those there are.
    """
    said = " ".join(text.replace("-", " ").replace("&", " and ").split()).casefold().removeprefix("the ")
    for region in REGIONS.values():
        if said in {region.code.casefold(), region.name.casefold(), f"{region.name} England".casefold(),
                    f"{region.name} of England".casefold()}:
            return region
    raise ViewError(f"area {quoted(text, 40)}, which is not one of {', '.join(each.name for each in REGIONS.values())}")
