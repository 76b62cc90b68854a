"""Ranks of one place among its kind in the region, by every measure that places are ranked by."""

from typing import NamedTuple

import pandas as pd

from geo.core.cache import cached
from geo.core.choices import KINDS
from geo.core.measures import Measure, in_order
from geo.core.view import View
from geo.edition.store import Edition
from geo.figures.ranking import rank_order, regional_values

_RANKED_FIRST = (
    "people_in_gap", "nowhere_to_turn", "premises_below", "remote_capable", "cut_off_by_rail", "residents",
    "train_to_hub_minutes", "door_to_hub_minutes", "within_30_min_walk_of_station",
)


WARMED = ("county", "authority", "constituency", "ward")
"""Kinds of place that readers look at most, of which the default view's ranks are found before they ask."""


class Rank(NamedTuple):
    """Where a place is among its kind in the region.

    Attributes
    ----------
    rank
        1 is the worst.
    of
        How many places there are of its kind.
    tied
        Whether another has the same rank.
    """

    rank: int
    of: int
    tied: bool


def ranked_by() -> list[Measure]:
    """List the measures that a place is ranked by: those that `show` has a figure of.

    Returns
    -------
    list of Measure
        In the order of the tables.
    """
    return [measure for measure in in_order(_RANKED_FIRST) if measure.scale]


@cached(32, key=lambda edition, view, by: (edition, by, *view.options().values()))
def ranks_of_kind(edition: Edition, view: View, by: str) -> pd.DataFrame:
    """Rank the region's places of one kind by each of `ranked_by`, as `geo.figures.ranking.rank` does by one.

    Parameters
    ----------
    edition
        The edition served.
    view
        Speed, hub, minutes, clock, work and access.
    by
        Kind of place, a key of `KINDS`.

    Returns
    -------
    pandas.DataFrame
        Index code; for each measure a column of its key (rank by number, or by the figure itself), and for those
        that are counts one with `_rate` added (rank by rate, missing where there is none). Int64, 1 is the worst.
    """
    return pd.concat([_measure_ranks(edition, view, by, measure) for measure in ranked_by()], axis=1)


@cached(256, key=lambda edition, view, by, measure: (
    edition, by, measure, *(getattr(view, option) for option in measure.options)))
def _measure_ranks(edition: Edition, view: View, by: str, measure: Measure) -> pd.DataFrame:
    """Rank by one measure: kept by the options that it depends on, so that another limit leaves premises alone."""
    values = regional_values(edition, view, by, measure)
    ranks = pd.DataFrame({measure.key: rank_order(values["value"], measure).astype("Int64")})
    if measure.has_count:
        rates = rank_order(values["rate"], measure).astype("Int64")
        ranks[f"{measure.key}_rate"] = rates.where(values["rate"].notna())
    return ranks


def rank_of(ranks: pd.DataFrame, code: str, column: str) -> Rank | None:
    """Look up the rank of one place.

    Parameters
    ----------
    ranks
        As `ranks_of_kind` gives them.
    code
        Code of the place.
    column
        A column of `ranks`.

    Returns
    -------
    Rank or None
        None where the place is not ranked: a neighbour, the only one of its kind, or without such a rate.
    """
    if code not in ranks.index or len(ranks) < 2 or pd.isna(ranks.loc[code, column]):
        return None
    rank = int(ranks.loc[code, column])
    return Rank(rank, int(ranks[column].notna().sum()), bool((ranks[column] == rank).sum() > 1))


def is_ranked(edition: Edition, kind: str) -> bool:
    """Tell whether places of a kind are ranked.

    Parameters
    ----------
    edition
        The edition served.
    kind
        A key of `KINDS`, or "partnership".

    Returns
    -------
    bool
        Not for the one region, nor for partnerships, nor for neighbourhoods whose broadband is an estimate: it tells
        sorts of neighbourhood apart, not one from the next.
    """
    guessed = kind == "lsoa" and edition.broadband_basis == "estimated"
    return kind in KINDS and kind != "region" and not guessed
