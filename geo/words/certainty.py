"""How sure a rank is, in words."""

from collections.abc import Sequence

import pandas as pd

from geo.core.measures import Measure
from geo.edition.places import Place
from geo.edition.store import Edition
from geo.figures.certainty import RankCertainty, rank_certainty
from geo.figures.draws import has_test, is_drawn, rests_on_line
from geo.words.claim import sentence_case, spoken_name

RANKS_COVER = "A rank is given as the places between which it lies nine times in ten, if the method is right."
"""Wherever the interval of a rank stands."""

NO_TEST_OF_RANKS = ("This edition holds no test of its estimate of broadband: how sure its ranks are cannot be said, "
                    "and places close together in the list could well be in the other order.")
AS_PUBLISHED = "These ranks are of figures as published: nothing in them is estimated here."
NOT_DRAWN = ("No interval is drawn for this figure: places close together in the list could well be in the other "
             "order.")

_PUBLISHED = {"census", "imd", "rural", "official", "coast"}

IN_BANDS = ("lsoa", "msoa", "ward")
"""Kinds of place too many and too small to be ranked by number."""

OTHER_END = {"most": "fewest", "highest": "lowest", "lowest": "highest", "longest": "shortest"}
"""Words for the two ends of a list."""

BANDS = {"twentieth": 20, "tenth": 10, "quarter": 4, "half": 2}


def ordinal(number: int) -> str:
    """Say a number's place in a row.

    >>> ordinal(1), ordinal(12), ordinal(23)
    ('1st', '12th', '23rd')
    """
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


def band(rank: RankCertainty, of: int) -> str:
    """Say in which part of a long list a place lies.

    >>> band(RankCertainty(2, 30, 0.5, 1), 650), band(RankCertainty(9, 160, 0.1, 0.5), 650)
    ('worst twentieth', 'worst quarter')
    >>> band(RankCertainty(340, 600, 0, 0), 650), band(RankCertainty(100, 500, 0, 0), 650)
    ('not worst half', 'near the middle')
    """
    for name, parts in BANDS.items():
        if rank.p95 * parts <= of:
            return f"worst {name}"
    return "not worst half" if 2 * rank.p05 > of else "near the middle"


_BANDS_SAID = {"not worst half": "not among the worst half", "near the middle": "near the middle, or not to be told"}


def rank_words(rank: RankCertainty, of: int, kind: str) -> str:
    """Say where a place ranks: small areas in bands, others by number.

    >>> rank_words(RankCertainty(3, 9, 1, 0.5), 27, "authority"), rank_words(RankCertainty(3, 3, 1, 0), 27, "authority")
    ('between 3rd and 9th of 27', '3rd of 27')
    >>> rank_words(RankCertainty(2, 30, 0.5, 1), 650, "ward")
    'among the worst twentieth'
    """
    if kind in IN_BANDS:
        part = band(rank, of)
        return _BANDS_SAID.get(part, f"among the {part}")
    if rank.p05 == rank.p95:
        return f"{ordinal(rank.p05)} of {of:,}"
    return f"between {ordinal(rank.p05)} and {ordinal(rank.p95)} of {of:,}"


def rank_among(rank: RankCertainty, of: int, kind: str, extreme: str) -> str:
    """Say the same in as few words, by which end of the list it is counted from: most, highest, longest or lowest.

    What lies in the other half for sure is counted from the other end.

    >>> rank_among(RankCertainty(1, 1, 1, 1), 27, "authority", "most")
    'most of 27'
    >>> rank_among(RankCertainty(1, 3, 1, 1), 27, "authority", "lowest")
    '1st to 3rd lowest of 27'
    >>> rank_among(RankCertainty(27, 27, 0, 0), 27, "authority", "most")
    'fewest of 27'
    >>> rank_among(RankCertainty(24, 26, 0, 0), 27, "authority", "highest")
    '2nd to 4th lowest of 27'
    >>> rank_among(RankCertainty(5, 27, 0, 0), 27, "authority", "most")
    '5th most to fewest of 27'
    >>> rank_among(RankCertainty(2, 30, 0.5, 1), 815, "ward", "most")
    'highest twentieth of 815'
    """
    if kind in IN_BANDS:
        return f"{band(rank, of).replace('worst', 'highest' if extreme == 'most' else extreme)} of {of:,}"
    if 2 * rank.p05 > of + 1:
        return f"{_ends(of + 1 - rank.p95, of + 1 - rank.p05, OTHER_END[extreme])} of {of:,}"
    if rank.p95 == of:
        return f"{_ends(rank.p05, rank.p05, extreme)} to {OTHER_END[extreme]} of {of:,}"
    return f"{_ends(rank.p05, rank.p95, extreme)} of {of:,}"


def _ends(first: int, last: int, extreme: str) -> str:
    """Count from one end, of which the first has no number."""
    if first == last:
        return extreme if first == 1 else f"{ordinal(first)} {extreme}"
    return f"{ordinal(first)} to {ordinal(last)} {extreme}"


def rank_cells(sure: pd.DataFrame, kind: str, by: str) -> pd.Series:
    """Write the ranks of a table, by "count" or "rate", in as few words; under a heading that says of how many.

    Takes rows of `geo.figures.certainty.place_certainty`, all of them.
    """
    def cell(row: pd.Series) -> str:
        rank = rank_certainty(row, by)
        if rank is None:
            return ""
        if kind in IN_BANDS:
            return band(rank, len(sure))
        first, last = ordinal(rank.p05), ordinal(rank.p95)
        return first if first == last else f"{first} to {last}"

    return sure.apply(cell, axis=1)


def ranked_by(measure: Measure, per: str | None) -> str:
    """Tell which of a measure's ranks a list goes by: "count" or "rate"."""
    return "rate" if per == "rate" or not measure.has_count else "count"


def how_sure_ranks(edition: Edition, measure: Measure) -> str:
    """Say what the ranks of a list are worth."""
    if is_drawn(edition, measure):
        return RANKS_COVER
    if rests_on_line(measure) and not has_test(edition):
        return NO_TEST_OF_RANKS
    return AS_PUBLISHED if _PUBLISHED.issuperset(measure.bases) else NOT_DRAWN


def among_worst_ten(rank: RankCertainty) -> str:
    """Say how often a place is among the worst ten; nothing where that is always so or never.

    >>> among_worst_ten(RankCertainty(3, 14, 0.934, 0.2)), among_worst_ten(RankCertainty(1, 2, 1.0, 1.0))
    ('among the worst ten in 93 of 100 draws', '')
    """
    often = round(100 * rank.worst_ten)
    return f"among the worst ten in {often} of 100 draws" if 0 < often < 100 else ""


def told_apart(pairs: Sequence[tuple[Place, Place]]) -> str:
    """Say which places may be the other way round; nothing where there are none."""
    said = [f"{spoken_name(first.name)} and {spoken_name(second.name)}" for first, second in pairs]
    return sentence_case(f"{'; '.join(said)} cannot be told apart: either may have the higher rate.") if said else ""
