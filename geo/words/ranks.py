"""Ranks in words: where a place stands among its kind, and what that is worth."""

import pandas as pd

from geo.places import Place
from geo.profile import Standing, standing
from geo.vocabulary import MEASURES
from geo.words.claim import kind_label

__all__ = ["how_sure", "rank_lines", "unsure"]


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


def _stands(found: Standing, extreme: str) -> str:
    tied = "joint " if found.tied else ""
    return f"{tied}{extreme}" if found.rank == 1 else f"{tied}{_ordinal(found.rank)} {extreme}"


def rank_lines(ranks: pd.DataFrame | None, code: str, measure: str) -> tuple[str, ...]:
    """Say where a place stands by one measure.

    Parameters
    ----------
    ranks
        As `geo.profile.standings` gives them; None where its kind is not ranked.
    code
        Code of the place.
    measure
        One of `geo.profile.RANKED`.

    Returns
    -------
    tuple of str
        By number and by rate, or one line, or nothing. The worst is 1st.

    Examples
    --------
    >>> ranks = pd.DataFrame({"people_in_gap": [1, 2], "people_in_gap_rate": [2, 1]}, index=["A", "B"])
    >>> rank_lines(ranks, "B", "people_in_gap")
    ('2nd most of 2 by number', 'highest of 2 by rate')
    """
    if ranks is None:
        return ()
    chosen = MEASURES[measure]
    extremes = {measure: "most" if chosen.has_count else "longest" if chosen.worst_high else "lowest"}
    by = {measure: " by number" if chosen.has_count else ""}
    if chosen.has_count and measure != "residents":
        extremes[f"{measure}_rate"], by[f"{measure}_rate"] = "highest", " by rate"
    found = {column: standing(ranks, code, column) for column in extremes}
    return tuple(f"{_stands(place, extremes[column])} of {place.of:,}{by[column]}"
                 for column, place in found.items() if place)


def unsure(kind: str, count: int) -> str:
    """Say among which places ranks are, and that nobody knows yet how sure they are.

    Parameters
    ----------
    kind
        A key of `KINDS`.
    count
        How many are ranked.

    Returns
    -------
    str
        Two sentences.
    """
    return (f"Ranks are among the South West’s {count:,} {kind_label(kind, count)}. How certain a rank is has not been "
            "worked out yet: places that stand near each other may well stand the other way round.")


def how_sure(place: Place, ranks: pd.DataFrame | None) -> str:
    """Say what the ranks of a place are worth, or why it has none.

    Parameters
    ----------
    place
        Any place.
    ranks
        As for `rank_lines`.

    Returns
    -------
    str
        A sentence or two.
    """
    if ranks is None and place.kind == "lsoa":
        return "Neighbourhoods are not ranked: an estimate tells sorts of neighbourhood apart, not one from the next."
    if ranks is None:
        return f"A {kind_label(place.kind)} is not ranked."
    if place.code not in ranks.index:
        return "Not ranked: only places that lie wholly in the South West are."
    return unsure(place.kind, len(ranks))
