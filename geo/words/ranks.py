"""Ranks in words: where a place is among its kind, and what that is worth."""

from collections.abc import Mapping

from geo.core.measures import FIGURES, MEASURES
from geo.figures.certainty import PlaceRanks
from geo.figures.profile import PlaceProfile
from geo.words.certainty import how_sure_ranks, rank_among
from geo.words.claim import kind_label


def rank_lines(ranks: Mapping[str, PlaceRanks], kind: str, measure: str) -> tuple[str, ...]:
    """Say where a place is by one measure, by number and by rate; nothing where it is not ranked. The worst is 1st.

    >>> from geo.figures.certainty import RankCertainty
    >>> ranks = {"people_in_gap": PlaceRanks(27, RankCertainty(2, 5, 1, 0), RankCertainty(1, 1, 1, 1))}
    >>> rank_lines(ranks, "authority", "people_in_gap")
    ('2nd to 5th most of 27 by number', 'highest of 27 by rate')
    """
    if measure not in ranks:
        return ()
    chosen, found = MEASURES[measure], ranks[measure]
    high = "longest" if chosen.summary == "minutes" else "highest"
    extreme = high if chosen.worst_high else "lowest"
    said = {" by number": (found.count, "most"), " by rate" if chosen.has_count else "": (found.rate, extreme)}
    return tuple(f"{rank_among(rank, found.of, kind, word)}{by}" for by, (rank, word) in said.items() if rank)


def how_sure(profile: PlaceProfile) -> str:
    """Say among which places one is ranked and what its ranks are worth, or why it has none."""
    place, ranks, region = profile.place, profile.ranks, profile.edition.region.spoken
    if ranks is None and place.kind == "lsoa":
        return ("Neighbourhoods are not ranked: the estimate tells kinds of neighbourhood apart, not one from the "
                "next.")
    if ranks is None:
        return f"A {kind_label(place.kind)} is not ranked."
    if place.code not in ranks.index:
        return f"Not ranked: only places that lie wholly in {region} are."
    return (f"Ranks are among {region}’s {len(ranks):,} {kind_label(place.kind, len(ranks))}. "
            f"{how_sure_ranks(profile.edition, FIGURES['people_in_gap'])}")
