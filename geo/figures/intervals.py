"""Intervals: where a figure of a place, or of groups of neighbourhoods, lies in nine draws of ten."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from geo.core.cache import cached
from geo.core.measures import Measure
from geo.core.view import View
from geo.edition.places import Place
from geo.edition.store import Edition
from geo.figures.areas import area_figures
from geo.figures.draws import always_nothing, is_drawn, lsoa_draws
from geo.layers.small_area import Floats

ENDS = (0.05, 0.95)
"""Nine draws of ten lie between."""
INTERVALS = ("p05", "p95", "rate_p05", "rate_p95")
"""Columns of a table: ends of the interval of the value and of the rate."""


class Interval(NamedTuple):
    """Where nine of ten draws lie; without width where nothing is unknown.

    Attributes
    ----------
    p05, p95
        Its ends.
    """

    p05: float
    p95: float


class Intervals(NamedTuple):
    """Of one figure of a place.

    Attributes
    ----------
    value, rate
        Of its value and of its rate; None where it has none, or nothing is drawn.
    """

    value: Interval | None = None
    rate: Interval | None = None


def interval_of(drawn: Floats) -> Interval:
    """Find where nine of ten draws lie.

    Parameters
    ----------
    drawn
        One number a draw.

    Returns
    -------
    Interval
        Its ends are quantiles, between two draws where need be.
    """
    low, high = np.quantile(drawn, ENDS)
    return Interval(float(low), float(high))


@cached(1024, key=lambda edition, view, measure, place, value, *, fixed: (
    edition, measure, place.code, value, fixed, *(getattr(view, option) for option in measure.options)))
def place_intervals(
    edition: Edition, view: View, measure: Measure, place: Place, value: float | None, *, fixed: bool,
) -> Intervals:
    """Say how sure one figure of a place is.

    Parameters
    ----------
    edition
        The edition served.
    view
        Speed, hub, minutes, clock and access.
    measure
        What it is.
    place
        Any place.
    value
        The figure: where it is published it stays as it is, and minutes vary around it. None where there is none.
    fixed
        Whether its value is published.

    Returns
    -------
    Intervals
        None and None where nothing is drawn.
    """
    if not is_drawn(edition, measure):
        return Intervals()
    rows = edition.areas.index.get_indexer(place.lsoas)
    drawn = (np.array([value]) if fixed and value is not None
             else lsoa_draws(edition, view, measure, rows).sum(axis=0, dtype="float64"))
    counted = area_figures(edition, view)     # of which one column is taken: a copy of all takes longer than the rest
    if measure.summary == "minutes":
        residents = counted["residents"].iloc[rows].sum()
        return Intervals() if value is None else Intervals(interval_of(value + drawn / residents))
    total = counted[measure.denominator].iloc[rows].sum(skipna=False) if measure.denominator else 0.0
    return Intervals(interval_of(drawn) if measure.has_count else None,
                     interval_of(measure.per * drawn / total) if total > 0 else None)


def group_draws(edition: Edition, view: View, measure: Measure, keys: pd.Series) -> tuple[pd.Index, Floats]:
    """Draw the sums of one figure over groups of LSOAs.

    Parameters
    ----------
    edition
        The edition served.
    view
        Speed, hub, minutes, clock and access.
    measure
        One that `geo.figures.draws.is_drawn`.
    keys
        Group of each LSOA, indexed by LSOA code.

    Returns
    -------
    groups : pandas.Index
        Sorted.
    drawn : numpy.ndarray
        (groups, draws), counts.
    """
    numbered, groups = pd.factorize(keys, sort=True)
    rows = edition.areas.index.get_indexer(keys.index)
    some = np.flatnonzero(~always_nothing(edition, view, measure, rows))
    member = sparse.csr_array((np.ones(len(some)), (numbered[some], np.arange(len(some)))),
                              shape=(len(groups), len(some)))
    return pd.Index(groups), member @ lsoa_draws(edition, view, measure, rows[some])


@cached(128, key=lambda edition, view, measure, keys: (
    edition, measure, tuple(keys.index), tuple(keys), *(getattr(view, option) for option in measure.options)))
def sum_intervals(edition: Edition, view: View, measure: Measure, keys: pd.Series) -> pd.DataFrame:
    """Say how sure the sums of one figure over groups of LSOAs are.

    Parameters
    ----------
    edition
        The edition served.
    view
        Speed, hub, minutes, clock and access.
    measure
        One that is counted.
    keys
        Group of each LSOA, indexed by LSOA code.

    Returns
    -------
    pandas.DataFrame
        Index group, sorted; float64 p05, p95, rate_p05, rate_p95 (in the unit of the measure's rate): missing where
        nothing is drawn, or there is no rate. Do not change it: it is shared.
    """
    if not is_drawn(edition, measure) or not len(keys):
        return pd.DataFrame(np.nan, sorted(keys.unique()), INTERVALS)
    groups, drawn = group_draws(edition, view, measure, keys)
    total = area_figures(edition, view).loc[keys.index, measure.denominator].groupby(keys.to_numpy()).sum()
    base = total.loc[groups].where(total > 0).to_numpy() / measure.per
    low, high = np.quantile(drawn, ENDS, axis=1)
    return pd.DataFrame(dict(zip(INTERVALS, (low, high, low / base, high / base), strict=True)), groups)
