"""A View: everything the reader chose, typed, and its spelling as the query of a link."""

import math
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from typing import Any, Self

from geo.core.choices import ACCESS, AUTHORITY_TYPES, CLOCKS, HUBS, KINDS, MINUTES, REGION, SPEEDS, WORK
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

PACK_OPTIONS = ("name", *PRIORITY_OPTIONS, *WHAT_IF_OPTIONS, "against")
"""Options that a pack is made by besides those that change figures."""

MOST_MINUTES = 60
"""By how much a what-if may shorten or lengthen journeys."""

_CHOICES: Mapping[str, Mapping[str, Any]] = {
    "speed": SPEEDS, "hub": HUBS, "clock": CLOCKS, "work": WORK, "access": ACCESS, "show": MEASURES, "by": KINDS,
    "ranked": KINDS, "per": {"count": "", "rate": ""}, "like": {"all": "", **AUTHORITY_TYPES},
    "to": {"": "", **SPEEDS}, "order": dict.fromkeys(ORDERS, ""),
}
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
        Code of the place looked at, or codes joined by `+`.
    speed
        Speed tier, a key of `SPEEDS`.
    hub
        A key of `HUBS`.
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
        Code of the place whose parts are ranked; "all" takes the neighbours too.
    per
        "count" or "rate": what is ranked by.
    like
        Type of the authorities ranked, a key of `AUTHORITY_TYPES`; "all" for all of them.
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

    Raises
    ------
    ViewError
        When a value is not one of those offered.
    """

    place: str = REGION
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
    within: str = REGION
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

    def __post_init__(self) -> None:
        for name in (field.name for field in fields(self)):
            _check(name, getattr(self, name))

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
            those of a what-if, where there are any.
        """
        named = {name: getattr(self, name) for name in ("name", "against") if getattr(self, name)}
        terms = {name: getattr(self, name) for name in PRIORITY_OPTIONS} if self.first else {}
        changed = {name: getattr(self, name) for name in WHAT_IF_OPTIONS} if self.asks_what_if else {}
        return self.options() | named | terms | changed

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
        query = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if value != field.default and not (field.name in _NAME_PLACES and names_own_area(str(value))):
                decimals = _DECIMALS.get(field.name)
                query[field.name] = str(value) if decimals is None else f"{value:.{decimals}f}"
        return {name: value for name, value in query.items() if name != "name" or "place" in query}

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> tuple[Self, list[str]]:
        """Read a view from query parameters; what cannot be is dropped, with a notice in words.

        What mail programs do to links is undone first, and what trackers add to them is left out without a word.

        Parameters
        ----------
        query
            Parameter → value, hostile until checked.

        Returns
        -------
        View, list of str
            The view, and a notice for each parameter that was dropped.
        """
        known = {field.name: field for field in fields(cls)}
        values: dict[str, Any] = {}
        notices = []
        for name, text in separated(query).items():
            if name in {"embed", "embed_options", OWN_AREA}:   # Streamlit's own, and what says no more than it does
                continue
            if name not in known:
                notices.append(f"The link has an option {quoted(name, 40)} that is not known here; it was left out.")
                continue
            if name in _NAME_PLACES and names_own_area(text.upper()):
                notices.append("The link names an area of somebody’s own, which no link carries; it was left out.")
                continue
            try:
                values[name] = _parse(name, text)
            except ViewError as error:
                notices.append(f"The link has {error}; the usual value is shown instead.")
        if values.get("name") and not _takes_name(values.get("place", REGION)):
            notices.append("The link gives a name to a place that has one; it was left out.")
            values["name"] = ""
        return cls(**values), notices


def names_own_area(text: str) -> bool:
    """Tell whether codes are, or hold, that of an area which a reader brought along."""
    return re.search(_OWN, text) is not None


def _takes_name(place: str) -> bool:
    """Tell whether a reader may name a place: several together have no name of their own."""
    return "+" in place


def _parse(name: str, text: str) -> Any:
    """Read the value of an option, in the first of its spellings that can be."""
    for spelled in spellings(text, words=name in _WORDS):
        with suppress(ViewError):
            return _value(name, spelled)
    return _value(name, text)


def _value(name: str, text: str) -> Any:
    value: Any = text
    if name in _WHOLE:
        value = int(text) if re.fullmatch(r"-?[0-9]{1,7}", text) else text
    elif name in _RANGES:
        value = float(text) if re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,12})?", text) else text
    _check(name, value)
    return value


def _check(name: str, value: Any) -> None:
    """Refuse what an option cannot be, and say what it can be."""
    if name in _CHOICES:
        right, wanted = isinstance(value, str) and value in _CHOICES[name], f"one of {', '.join(_CHOICES[name])}"
    elif name in _WHOLE:
        least, most = _WHOLE[name]
        right = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
        wanted = f"a whole number from {least} to {most}"
    elif name in _RANGES:
        low, high = _RANGES[name]
        right = value is None or (isinstance(value, int | float) and math.isfinite(value) and low <= value <= high)
        wanted = f"a number from {low:g} to {high:g}"
    else:
        pattern, wanted = _PATTERNS[name]
        right = isinstance(value, str) and pattern.fullmatch(value) is not None
    if not right:
        raise ViewError(f"{name} {quoted(value, 40)}, which is not {wanted}")
