"""A View: everything the reader chose, typed, and its spelling as the query of a link."""

import math
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from typing import Any, Self

from geo.core.choices import ACCESS, CLOCKS, KINDS, MINUTES, REGION, REGIONS, SPEEDS, WORK
from geo.core.errors import ViewError
from geo.core.measures import MEASURES
from geo.core.mended_link import separated, spellings
from geo.core.priority_terms import LEAST, ORDERS
from geo.core.untrusted import quoted

FIGURE_OPTIONS = ("speed", "hub", "minutes", "clock", "work", "access")
"""The options that change figures (the others change what is looked at)."""

PRIORITY_OPTIONS = ("first", "order", "least", "fair", "every")
"""The options that say what is asked of the list of neighbourhoods to upgrade first."""

WHAT_IF_OPTIONS = ("upgrade", "to", "rail", "stations", "line", "close", "add")
"""The options that say what a what-if changes."""

PACK_OPTIONS = ("name", *PRIORITY_OPTIONS, *WHAT_IF_OPTIONS, "against", "region")
"""Options that a pack is made by besides those that change figures."""

MOST_MINUTES = 60
"""By how much a what-if may shorten or lengthen journeys."""

_CHOICES: Mapping[str, Mapping[str, Any]] = {
    "speed": SPEEDS, "clock": CLOCKS, "work": WORK, "access": ACCESS, "show": MEASURES, "by": KINDS,
    "ranked": KINDS, "per": {"count": "", "rate": ""}, "region": REGIONS,
    "to": {"": "", **SPEEDS}, "order": dict.fromkeys(ORDERS, ""),
}
_BY_REGION: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "hub": {code: region.hubs for code, region in REGIONS.items()},
    "like": {code: {"all": "", **region.authority_types} for code, region in REGIONS.items()},
}
"""What is on offer in each region."""

_WHOLE = {"minutes": (MINUTES.start, MINUTES.stop - 1), "rail": (-MOST_MINUTES, MOST_MINUTES), "least": (1, 100_000),
          "fair": (0, 100), "every": (0, 1_000_000)}
_RANGES = {"lat": (49.0, 61.0), "lon": (-9.0, 3.0), "zoom": (4.0, 18.0)}
_DECIMALS = {"lat": 4, "lon": 4, "zoom": 2}
_OWN = "OWN[0-9A-F]{16}"      # of an area that a reader brought along, which no link carries
OWN_AREA = "own_area"
"""What the address of a page has where such an area is shown: that there was one, and nothing of it."""

_CODE, _STATION = f"(?:[A-Z0-9]{{3,9}}|{_OWN})", "[A-Z]{3}"
PLACES_AT_MOST = 41
"""How many places one can be made of: more do not fit into a link."""

_ONE_PLACE = rf"{_CODE}(?:\+{_CODE}){{0,{PLACES_AT_MOST - 1}}}"

BESIDE_AT_MOST = 5
"""How many places can be set beside the one looked at."""

UPGRADED_AT_MOST = 400
"""How many places a what-if may upgrade: more do not fit into a link."""

_PLAIN = r"[^\W_][\w &'’(),./:–-]"
_MOMENT = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
ADDED_TRAINS = (rf"(?P<calls>{_STATION}(?:,{_STATION}){{1,19}})@(?P<first>{_MOMENT})-(?P<last>{_MOMENT})"
                r"/(?P<every>[0-9]{1,3}):(?P<minutes>[0-9]{1,3}(?:,[0-9]{1,3}){0,18})")
"""How a link spells the trains that a what-if adds."""

_WORDS = ("name", "line")      # are as they are written: no code, no number
_NAME_PLACES = ("place", "beside", "within", "upgrade")
_PATTERNS = {
    "place": (re.compile(_ONE_PLACE), "a code such as E07000047"),
    "beside": (re.compile(rf"(?:{_ONE_PLACE}(?:\.{_ONE_PLACE}){{0,{BESIDE_AT_MOST - 1}}})?"),
               f"at most {BESIDE_AT_MOST} codes joined by full stops, such as E07000046.E07000044"),
    "within": (re.compile(rf"all|{_ONE_PLACE}"), "a code such as E07000047, nor all"),
    "station": (re.compile(r"(?:[A-Z]{3})?"), "a station's code such as PNZ"),
    "name": (re.compile(rf"(?:{_PLAIN}{{0,59}})?"), "plain text of at most 60 characters"),
    "upgrade": (re.compile(rf"(?:{_CODE}(?:\+{_CODE}){{0,{UPGRADED_AT_MOST - 1}}})?"),
                f"at most {UPGRADED_AT_MOST} codes joined by +, such as E07000047"),
    "stations": (re.compile(rf"(?:{_STATION}(?:\.{_STATION}){{0,99}})?"),
                 "codes of stations joined by full stops, such as PNZ.TRU"),
    "line": (re.compile(rf"(?:{_PLAIN}{{0,79}})?"), "the name of a line"),
    "close": (re.compile(rf"(?:{_STATION}-{_STATION})?"), "two stations, such as DWL-TGM"),
    "add": (re.compile(rf"(?:{ADDED_TRAINS})?"), "trains such as EXD,TAU,PAD@06:00-09:00/60:25,95"),
    "first": (re.compile(r"(?:halve|[1-9][0-9]{0,6}|[1-9][0-9]{0,11}/[1-9][0-9]{0,6})?"),
              "halve, a number of premises, or pounds in all and for each premises such as 5000000/2000"),
    **dict.fromkeys(("against", "edition"), (re.compile(r"(?:[a-z0-9][a-z0-9-]{0,80})?"), "the name of an edition")),
}


@dataclass(frozen=True)
class View:
    """One view; equal views show equal figures of the same edition.

    Attributes
    ----------
    place
        Code of the place looked at, or codes joined by `+`; by default the region.
    speed
        Speed tier, a key of `SPEEDS`.
    hub
        A key of the region's hubs.
    minutes
        Threshold of travel time, 30 to 360.
    clock
        "train" or "door".
    work
        Capability table.
    access
        "car" (on foot or by car) or "walk".
    show
        The measure on the map.
    by
        The kind of place on the map.
    lat, lon, zoom
        Centre and zoom of the map; None while the reader has not moved it.
    beside
        Codes of the places compared with it, joined by full stops; "" for none.
    ranked
        The kind of place in the ranking.
    within
        Code of the place whose parts are ranked, by default the region; "all" takes the neighbours too.
    per
        "count" or "rate": what is ranked by.
    like
        Type of the authorities ranked, a key of the region's `authority_types`; "all" for all of them.
    station
        CRS code of the station looked at; "" for none.
    name
        What its reader calls a partnership; "" for the names of its members.
    upgrade
        Codes of the places that a what-if upgrades, joined by `+`; "" for none.
    to
        Speed that they are upgraded to; "" for the view's own.
    rail
        Minutes that a what-if adds to journeys to the hub; fewer than 0 shorten them.
    stations, line
        Stations (CRS codes joined by full stops) or a line that they are added at; "" for all trains to the hub.
    close
        The two stations between which a what-if closes the line, such as DWL-TGM; "" for none.
    add
        Trains that a what-if adds, as the command line takes them; "" for none.
    first
        Where the list of neighbourhoods to upgrade first stops: "halve", a number of premises, or pounds in all and for
        each premises joined by `/`; "" while none was asked for.
    order
        One of `geo.core.priority_terms.ORDERS`.
    least
        Premises below the speed that make a neighbourhood a candidate.
    fair
        Per cent of the premises upgraded that are in England's most deprived fifth, at least.
    every
        Premises upgraded in every authority, at least.
    against
        The edition that its figures are compared with; "" for none.
    edition
        The edition the link was made with; "" when none is named.
    region
        Code of the region that the edition is of, which is meant where no place is named; no link carries it.

    Raises
    ------
    ViewError
        When a value is not one of those offered.
    """

    place: str = ""
    speed: str = "30"
    hub: str = "london"
    minutes: int = 120
    clock: str = "train"
    work: str = "ons-2020"
    access: str = "car"
    show: str = "people_in_gap"
    by: str = "lsoa"
    lat: float | None = None
    lon: float | None = None
    zoom: float | None = None
    beside: str = ""
    ranked: str = "authority"
    within: str = ""
    per: str = "count"
    like: str = "all"
    station: str = ""
    name: str = ""
    upgrade: str = ""
    to: str = ""
    rail: int = 0
    stations: str = ""
    line: str = ""
    close: str = ""
    add: str = ""
    first: str = ""
    order: str = ORDERS[0]
    least: int = LEAST
    fair: int = 0
    every: int = 0
    against: str = ""
    edition: str = ""
    region: str = REGION

    def __post_init__(self) -> None:
        for name in ("place", "within"):
            if getattr(self, name) == "":
                object.__setattr__(self, name, self.region)
        _check("region", self.region)
        for name in OPTIONS_OF_A_LINK:
            _check(name, getattr(self, name), self.region)

    def fresh(self) -> Self:
        """Return the same region's view with no other option chosen.

        Returns
        -------
        View
            A new one.
        """
        return type(self)(region=self.region)

    def replace(self, **changes: Any) -> Self:
        """Return the same view with some options changed; another place does not keep the name of the one before.

        Parameters
        ----------
        **changes
            Option → value.

        Returns
        -------
        View
            A new one, checked.
        """
        left = {"name": ""} if changes.get("place", self.place) != self.place else {}
        return replace(self, **{**left, **changes})

    def options(self) -> dict[str, str | int]:
        """Return the options that change figures, as `show --json` tells them.

        Returns
        -------
        dict
            Speed, hub, minutes, clock, work, access.
        """
        return {name: getattr(self, name) for name in FIGURE_OPTIONS}

    def pack_options(self) -> dict[str, str | int]:
        """Return the options that a pack is made by.

        Returns
        -------
        dict
            Those that change figures; a partnership's own name, the edition compared with, the terms of where first and
            those of a what-if, where there are any; the region, where it is not the one that is built by default.
        """
        named = {name: getattr(self, name) for name in ("name", "against") if getattr(self, name)}
        terms = {name: getattr(self, name) for name in PRIORITY_OPTIONS} if self.first else {}
        changed = {name: getattr(self, name) for name in WHAT_IF_OPTIONS} if self.asks_what_if else {}
        of_region = {} if self.region == REGION else {"region": self.region}
        return self.options() | named | terms | changed | of_region

    @property
    def asks_what_if(self) -> bool:
        """Whether a what-if changes anything: where lines are upgraded to, and which journeys, are nothing alone."""
        return bool(self.upgrade or self.rail or self.close or self.add)

    def to_query(self) -> dict[str, str]:
        """Spell the view as query parameters; defaults are left out, and what names an own area.

        Returns
        -------
        dict of str to str
            Unescaped values, in the order of the fields.
        """
        query, usual = {}, self.fresh()
        for name in OPTIONS_OF_A_LINK:
            value = getattr(self, name)
            if value != getattr(usual, name) and not (name in _NAME_PLACES and names_own_area(str(value))):
                decimals = _DECIMALS.get(name)
                query[name] = str(value) if decimals is None else f"{value:.{decimals}f}"
        return {name: value for name, value in query.items() if name != "name" or "place" in query}

    @classmethod
    def from_query(cls, query: Mapping[str, str], region: str = REGION) -> tuple[Self, list[str]]:
        """Read a view from query parameters; what cannot be is dropped, with a notice in words.

        What mail programs do to links is undone first, and what trackers add to them is left out without a word.

        Parameters
        ----------
        query
            Parameter → value, hostile until checked.
        region
            Code of the region that the edition is of.

        Returns
        -------
        View, list of str
            The view, and a notice for each parameter that was dropped.
        """
        values: dict[str, Any] = {}
        notices = []
        for name, text in separated(query).items():
            if name in {"embed", "embed_options", OWN_AREA}:   # Streamlit's own, and what says no more than it does
                continue
            if name not in OPTIONS_OF_A_LINK:
                notices.append(f"The link has an option {quoted(name, 40)} that is not known here; it was left out.")
                continue
            if name in _NAME_PLACES and names_own_area(text.upper()):
                notices.append("The link names an area of somebody’s own, which no link carries; it was left out.")
                continue
            try:
                values[name] = _parse(name, text, region)
            except ViewError as error:
                notices.append(f"The link has {error}; the usual value is shown instead.")
        if values.get("name") and not _takes_name(values.get("place", region)):
            notices.append("The link gives a name to a place that has one; it was left out.")
            values["name"] = ""
        return cls(**values, region=region), notices


OPTIONS_OF_A_LINK = tuple(field.name for field in fields(View) if field.name != "region")
"""What a link may choose, in the order that it has them in."""


def names_own_area(text: str) -> bool:
    """Tell whether codes are, or hold, that of an area which a reader brought along."""
    return re.search(_OWN, text) is not None


def _takes_name(place: str) -> bool:
    """Tell whether a reader may name a place: several together have no name of their own."""
    return "+" in place


def _parse(name: str, text: str, region: str) -> Any:
    """Read the value of an option, in the first of its spellings that can be."""
    for spelled in spellings(text, words=name in _WORDS):
        with suppress(ViewError):
            return _value(name, spelled, region)
    return _value(name, text, region)


def _value(name: str, text: str, region: str) -> Any:
    value: Any = text
    if name in _WHOLE:
        value = int(text) if re.fullmatch(r"-?[0-9]{1,7}", text) else text
    elif name in _RANGES:
        value = float(text) if re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,12})?", text) else text
    _check(name, value, region)
    return value


def _check(name: str, value: Any, region: str = REGION) -> None:
    """Refuse what an option cannot be in a region's editions, and say what it can be."""
    offered = _BY_REGION[name][region] if name in _BY_REGION else _CHOICES.get(name)
    if offered is not None:
        right = isinstance(value, str) and value in offered
    elif name in _WHOLE:
        least, most = _WHOLE[name]
        right = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
    elif name in _RANGES:
        low, high = _RANGES[name]
        right = value is None or (isinstance(value, int | float) and math.isfinite(value) and low <= value <= high)
    else:
        right = isinstance(value, str) and _PATTERNS[name][0].fullmatch(value) is not None
    if not right:
        raise ViewError(f"{name} {quoted(value, 40)}, which is not {_wanted(name, offered)}")


def _wanted(name: str, offered: Iterable[str] | None) -> str:
    """Say what an option can be."""
    if offered is not None:
        return f"one of {', '.join(offered)}"
    if name in _WHOLE:
        least, most = _WHOLE[name]
        return f"a whole number from {least} to {most}"
    if name in _RANGES:
        low, high = _RANGES[name]
        return f"a number from {low:g} to {high:g}"
    return _PATTERNS[name][1]
