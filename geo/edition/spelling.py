"""One spelling of a name for comparing, the words of office left out of it, and the names people use instead."""

import csv
import re
import unicodedata
from typing import NamedTuple

from geo.core.choices import DATA, REGIONS

_TO_SPACE = {ord(letter): " " for letter in ",-/()"}

_SHORT = {
    "n": "north", "e": "east", "s": "south", "w": "west", "ne": "north east", "nw": "north west", "se": "south east",
    "sw": "south west", "nth": "north", "sth": "south", "saint": "st", "gt": "great", "lt": "little",
    "glos": "gloucestershire", "hants": "hampshire", "som": "somerset", "wilts": "wiltshire",
}
"""Words as they are shortened in addresses."""

_TITLES = re.compile(r"^((sir|dame|dr|rt|right|hon|honourable|lord|lady|mr|mrs|ms|miss|cllr) )+")
_COUNCILS = ("authority", "county", "district")
_TOWNS = ("ward", "msoa", "locality")
_BEFORE = {
    **dict.fromkeys(["council of", "city of", "county of", "borough of", "district of"], _COUNCILS),
    "mp for": ("constituency",), "constituency of": ("constituency",),
}
_AFTER = {
    **dict.fromkeys(["town council", "parish council", "parish", "town", "village"], _TOWNS),
    **dict.fromkeys(
        ["county council", "city council", "district council", "borough council", "council", "county", "city",
         "district", "borough", "unitary authority", "local authority", "cc", "dc", "bc"], _COUNCILS),
    "ward": ("ward",), "constituency": ("constituency",), "local enterprise partnership": ("lep",), "lep": ("lep",),
    "mp": ("mp",),
}


class Reading(NamedTuple):
    """One way to read a text: a name as `fold` spells it, and the kinds it may be of; any, where there are none."""

    name: str
    kinds: tuple[str, ...] = ()


class OtherName(NamedTuple):
    """A name that people use for a place, and the code of that place today."""

    name: str
    code: str


def _read(name: str) -> list[OtherName]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return [OtherName(row["name"], row["code"]) for row in rows]


def _of_regions() -> list[OtherName]:
    """Name the regions that are called after a quarter of England by the country too."""
    return [OtherName(f"{region.name} {country}", region.code) for region in REGIONS.values()
            if region.name.endswith(("East", "West")) for country in ("England", "of England")]


OTHER_NAMES = tuple(dict.fromkeys([*_read("other_names.csv"), *_read("lsoas_2011.csv"), *_of_regions()]))
"""Short and older names and codes of places; one name may be several places'."""


def fold(name: str) -> str:
    """Spell a name so that case, accents, punctuation and "and" do not matter.

    Parameters
    ----------
    name
        A place's name.

    Returns
    -------
    str
        Lower-case letters and digits, words divided by one space.

    Examples
    --------
    >>> fold("Bournemouth, Christchurch & Poole")
    'bournemouth christchurch and poole'
    """
    apart = re.sub(r"\.(?=[A-Za-z]{2})", " ", name.replace("&", " and "))     # "St.Ives", but not "B.C.P."
    plain = unicodedata.normalize("NFKD", apart).encode("ascii", "ignore").decode()
    return " ".join(re.sub(r"['’]", "", plain).casefold().replace(".", "").translate(_TO_SPACE).split())


def readings(folded: str) -> list[Reading]:
    """List the ways to read a name: as it is, without its words of office, and with shortened words in full.

    Parameters
    ----------
    folded
        As `fold` spells it.

    Returns
    -------
    list of Reading
        The most literal first, each once.

    Examples
    --------
    >>> [reading.name for reading in readings("s glos council")]
    ['s glos council', 's glos', 'south gloucestershire council', 'south gloucestershire']
    """
    plain = Reading(without_title(folded.removeprefix("the ")))
    literal = [Reading(folded), plain, _without_office(plain)]
    in_full = [Reading(" ".join(_SHORT.get(word, word) for word in name.split()), kinds) for name, kinds in literal]
    return [reading for reading in dict.fromkeys([*literal, *in_full]) if reading.name]


def without_title(folded: str) -> str:
    """Leave out what stands before a person's name.

    Parameters
    ----------
    folded
        As `fold` spells it.

    Returns
    -------
    str
        Without "sir", "dr", "mrs" and the like.

    Examples
    --------
    >>> without_title("rt hon sir mel stride")
    'mel stride'
    """
    return _TITLES.sub("", folded)


def _without_office(reading: Reading) -> Reading:
    for words, kinds in _BEFORE.items():
        if reading.name.startswith(f"{words} "):
            return Reading(reading.name.removeprefix(f"{words} ").removeprefix("the "), kinds)
    for words, kinds in _AFTER.items():
        if reading.name.endswith(f" {words}"):
            return Reading(reading.name.removesuffix(f" {words}"), kinds)
    return reading
