"""The places that touch a place, in words: how many of them stand better, and each by name."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from geo.core.choices import Region, listed
from geo.figures.neighbours import Neighbours
from geo.figures.profile import PlaceProfile
from geo.figures.ranks import is_ranked
from geo.words.claim import kind_label, rate
from geo.words.intervals import rate_cell

MEANING = ("Neighbours are the places of the same kind that share a stretch of boundary with it on land: none across "
           "the sea or an estuary, and none beyond the edge of the map. Numbers are people in the gap of every 1,000 "
           "workers, in brackets their intervals.")
"""Which places count."""



def outside(region: Region) -> str:
    """Say beside a neighbour that it is none of the region's."""
    return f"outside {region.spoken}"


def neighbours_are(region: Region) -> str:
    """Name a region's neighbours as such.

    >>> from geo.core.choices import REGION, REGIONS
    >>> neighbours_are(REGIONS[REGION])
    'Hampshire and the Isle of Wight are neighbours'
    """
    return f"{listed(region.beside, 'and')} {'are neighbours' if len(region.beside) > 1 else 'is a neighbour'}"


class Touching(NamedTuple):
    """What is said of the places that touch one: a heading, which is the finding where there is one, and a text."""

    heading: str
    text: str
    places: tuple[tuple[str, str, str], ...]     # code, name, and what stands beside the name
    basis: tuple[str, ...]


def touching_words(profile: PlaceProfile) -> Touching | None:
    """Say how a place stands among those that touch it; None where there is no such place to look for."""
    found = profile.neighbours
    if found is None:
        return None
    heading, count = "The places that touch it", len(found.table)
    if not count:
        return Touching(heading, f"No other {kind_label(found.kind)} touches it on land.", (), ())
    compared = found.rate is not None and is_ranked(profile.edition, found.kind)
    there = outside(profile.edition.region)
    places = tuple(
        (str(code), row["name"], ", ".join([rate_there(row)] * compared + [there] * row["neighbour"]))
        for code, row in found.table.to_dict("index").items())
    if not compared:
        return Touching(heading, f"{count} {kind_label(found.kind, count)}:", places, ())
    return Touching(
        _finding(found), f"Per 1,000 workers ({rate(found.rate or 0)} here):", places,
        profile.answer["people_in_gap"].basis)


def rate_there(row: Mapping[Any, Any]) -> str:
    """Write the rate of one set beside it, with its interval in as few signs."""
    said = rate_cell(row)
    return rate(row["rate"]) + (f" ({said})" if said else "")


def _finding(found: Neighbours) -> str:
    """Say how many stand better.

    >>> import pandas as pd
    >>> [_finding(Neighbours("ward", 2.0, pd.DataFrame({"rate": rates}))) for rates in ([1.0], [1.0, 3.0], [2.0, 3.0])]
    ['Worse than its one neighbour', 'Worse than 1 of its 2 neighbours', 'Worse than none of its 2 neighbours']
    """
    lower, count = found.worse_than or 0, len(found.table)
    if count == 1:
        return f"{'Worse' if lower else 'Not worse'} than its one neighbour"
    return f"Worse than {'all' if lower == count else lower or 'none'} of its {count} neighbours"
