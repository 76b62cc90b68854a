"""A ranking, as a program gets it."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from geo.core.errors import ViewError
from geo.core.measures import MEASURES
from geo.core.view import View
from geo.edition.store import Edition
from geo.figures.certainty import certainty_rows, place_certainty
from geo.figures.draws import is_drawn
from geo.figures.ranking import is_known, rank, rank_like_with_like, rank_rows


@dataclass(frozen=True)
class RankAsked:
    """What is ranked; `within` is a code or a name, or nothing for the region, `top` 0 for all."""

    by: str
    within: str = ""
    measure: str = "people_in_gap"
    per: str | None = None
    like: str = "all"
    top: int = 10


@dataclass(frozen=True)
class Ranked:
    """A ranking: its first rows, how many there are, and how sure all of them are where the figure is drawn."""

    shown: pd.DataFrame
    of: int
    sure: pd.DataFrame | None

    def as_json(self, edition: Edition) -> list[dict[str, Any]]:
        """Give its rows as plain JSON."""
        sure = {} if self.sure is None else certainty_rows(self.sure, self.shown["code"])
        return rank_rows(self.shown, edition, sure)


def rank_places(edition: Edition, view: View, asked: RankAsked) -> Ranked:
    """Rank places, worst first; a ViewError or PlaceError says what cannot be ranked."""
    if asked.measure in MEASURES and not is_known(edition, asked.measure):
        raise ViewError(f"measure {asked.measure}, which is not in this edition: choose another")
    if asked.like == "all":
        ranked = rank(edition, view, by=asked.by, within=asked.within, measure=asked.measure, per=asked.per)
    elif asked.by == "authority":
        ranked = rank_like_with_like(
            edition, view, like=asked.like, within=asked.within, measure=asked.measure, per=asked.per)
    else:
        raise ViewError(f"like ‘{asked.like}’, which is a type of local authority: use --by authority")
    shown = ranked if asked.top == 0 else ranked.head(asked.top)
    measure = MEASURES[asked.measure]
    sure = None
    if is_drawn(edition, measure):
        sure = place_certainty(edition, view, measure, by=asked.by, within=asked.within, like=asked.like)
    return Ranked(shown, len(ranked), sure)
