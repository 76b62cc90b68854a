"""Ranks in words: where a place is among its kind, and what that is worth."""

import pandas as pd

from geo.core.measures import FIGURES, MEASURES
from geo.figures.certainty import people_ranks
from geo.figures.profile import PlaceProfile, Rank, rank_of
from geo.words.certainty import how_sure_ranks, ordinal, rank_words
from geo.words.claim import kind_label


def _said(found: Rank, extreme: str) -> str:
    tied = "joint " if found.tied else ""
    return f"{tied}{extreme}" if found.rank == 1 else f"{tied}{ordinal(found.rank)} {extreme}"


def rank_lines(ranks: pd.DataFrame | None, code: str, measure: str) -> tuple[str, ...]:
    """Say where a place is by one measure, by number and by rate; nothing where it is not ranked. The worst is 1st.

    >>> ranks = pd.DataFrame({"people_in_gap": [1, 2], "people_in_gap_rate": [2, 1]}, index=["A", "B"])
    >>> rank_lines(ranks, "B", "people_in_gap")
    ('2nd most of 2 by number', 'highest of 2 by rate')
    """
    if ranks is None or measure not in ranks:
        return ()
    chosen = MEASURES[measure]
    high = "longest" if chosen.summary == "minutes" else "highest"
    extremes = {measure: "most" if chosen.has_count else high if chosen.worst_high else "lowest"}
    by = {measure: " by number" if chosen.has_count else ""}
    if chosen.has_count and chosen.denominator != "*":
        extremes[f"{measure}_rate"], by[f"{measure}_rate"] = "highest", " by rate"
    found = {column: rank_of(ranks, code, column) for column in extremes}
    return tuple(f"{_said(rank, extremes[column])} of {rank.of:,}{by[column]}"
                 for column, rank in found.items() if rank)


def how_sure(profile: PlaceProfile) -> str:
    """Say between which ranks by people in the gap a place lies and what that is worth, or why it has none."""
    place, ranks = profile.place, profile.ranks
    if ranks is None and place.kind == "lsoa":
        return ("Neighbourhoods are not ranked: the estimate tells kinds of neighbourhood apart, not one from the "
                "next.")
    if ranks is None:
        return f"A {kind_label(place.kind)} is not ranked."
    if place.code not in ranks.index:
        return "Not ranked: only places that lie wholly in the South West are."
    of, *found = people_ranks(profile.edition, profile.view, place)
    said = " and ".join(f"{rank_words(rank, of, place.kind)} by {by}"
                        for rank, by in zip(found, ("number", "rate"), strict=True) if rank)
    return (f"Ranks are among the South West’s {len(ranks):,} {kind_label(place.kind, len(ranks))}. "
            + f"By people in the gap it is {said}. " * bool(said)
            + how_sure_ranks(profile.edition, FIGURES["people_in_gap"]))
