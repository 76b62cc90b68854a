"""The measure: small pure functions on columns, one row per LSOA. Every larger place is a sum of their results."""

from typing import TypeVar

import numpy as np
import pandas as pd

from geo.layers.small_area import Floats

_Shares = TypeVar("_Shares", pd.Series, Floats)

BORDERLINE_MINUTES = 10
"""Residents within this many minutes of the threshold are reported as borderline."""

ODDS_RATIOS = {"low": 0.5, "high": 2.0}
"""How far home-capable jobs and poor lines may be found apart or together inside one LSOA."""

# A quantile's share that falls on a step by rounding alone belongs to the step.
_STEP = 1e-12


def joint_share(row: _Shares, column: _Shares, odds_ratio: float | Floats) -> _Shares:
    """Share of a two-by-two table's total in its first cell, from both margins and the odds ratio.

    Parameters
    ----------
    row, column
        Shares of the two margins, 0 to 1, same index.
    odds_ratio
        Above 0; 1 is independence. For arrays it may be an array.

    Returns
    -------
    pandas.Series or numpy.ndarray
        Share of the total that is in both, between the Fréchet limits.

    Notes
    -----
    The closed form of Plackett (1965), "A class of bivariate distributions", as a quotient: nothing cancels out near
    independence.

    Examples
    --------
    >>> t, b = pd.Series([0.4]), pd.Series([0.1])
    >>> [round(float(joint_share(t, b, ratio).iloc[0]), 4) for ratio in (0.5, 1, 2)]
    [0.0262, 0.04, 0.0554]
    """
    a = 1 + (row + column) * (odds_ratio - 1)
    root = np.sqrt(np.maximum(a * a - 4 * odds_ratio * (odds_ratio - 1) * row * column, 0))
    share = 2 * odds_ratio * row * column / (a + root)
    return np.clip(share, np.maximum(0, row + column - 1), np.minimum(row, column))


def gap_range(remote_capable: pd.Series, workers: pd.Series, share_below: pd.Series) -> pd.DataFrame:
    """People in the gap of each LSOA: the estimate, its range and its absolute limits.

    Parameters
    ----------
    remote_capable
        T, residents in jobs that can be done from home.
    workers
        W, residents in employment; T never exceeds it.
    share_below
        h, share of homes that cannot get the speed, 0 to 1 (`geo.layers.homes.share_of_homes`).

    Returns
    -------
    pandas.DataFrame
        Same index; columns estimate (T·h), low and high (odds ratios of ½ and 2 inside the LSOA), limit_low and
        limit_high (what the margins allow at all). A place's range is the sum of these.

    Examples
    --------
    >>> gap_range(pd.Series([400.0]), pd.Series([1000.0]), pd.Series([0.1])).round(1).iloc[0].tolist()
    [40.0, 26.2, 55.4, 0.0, 100.0]
    """
    capable_share = (remote_capable / workers).where(workers > 0, 0.0)
    estimate = remote_capable * share_below
    # Where margins are 0 or 1 all five are equal but for rounding in the last digit: hence minimum and maximum.
    low = np.minimum(joint_share(capable_share, share_below, ODDS_RATIOS["low"]) * workers, estimate)
    high = np.maximum(joint_share(capable_share, share_below, ODDS_RATIOS["high"]) * workers, estimate)
    limit_low = (remote_capable + workers * share_below - workers).clip(lower=0)
    limit_high = np.minimum(remote_capable, workers * share_below)
    return pd.DataFrame({
        "estimate": estimate, "low": low, "high": high,
        "limit_low": np.minimum(limit_low, low), "limit_high": np.maximum(limit_high, high),
    })


def share_beyond(reach: pd.DataFrame, minutes: int, areas: pd.Index) -> pd.Series:
    """Share of each LSOA's postcodes that are more than so many minutes from the hub.

    Parameters
    ----------
    reach
        One hub, clock and access: columns area, minutes (whole, rounded up; `NO_RAIL` for none), postcodes (count).
    minutes
        The threshold m.

    Returns
    -------
    pandas.Series
        q, 0 to 1, indexed by `areas`, LSOA codes.

    Raises
    ------
    KeyError
        When an area has no postcodes in `reach`.

    Examples
    --------
    >>> reach = pd.DataFrame({"area": ["a", "a", "b"], "minutes": [100, 130, 90], "postcodes": [3, 1, 5]})
    >>> share_beyond(reach, 120, pd.Index(["a", "b"])).tolist()
    [0.25, 0.0]
    """
    return _share_where(reach, reach["minutes"].to_numpy() > minutes, areas)


def share_up_to(reach: pd.DataFrame, most: int, areas: pd.Index) -> pd.Series:
    """Share of each LSOA's postcodes whose number (minutes, or departures) is at most so much.

    Parameters
    ----------
    reach
        As for `share_beyond`.
    most
        Counted itself.
    areas
        LSOA codes.

    Returns
    -------
    pandas.Series
        Share, 0 to 1, indexed by `areas`.
    """
    return _share_where(reach, reach["minutes"].to_numpy() <= most, areas)


def share_borderline(reach: pd.DataFrame, minutes: int, areas: pd.Index) -> pd.Series:
    """Share of each LSOA's postcodes within ten minutes of the threshold (m - 10 < minutes <= m + 10).

    Parameters
    ----------
    reach, minutes, areas
        As for `share_beyond`.

    Returns
    -------
    pandas.Series
        Share, 0 to 1, indexed by `areas`.
    """
    off = reach["minutes"].to_numpy() - minutes
    return _share_where(reach, (off > -BORDERLINE_MINUTES) & (off <= BORDERLINE_MINUTES), areas)


def _share_where(reach: pd.DataFrame, chosen: np.ndarray, areas: pd.Index) -> pd.Series:
    postcodes = reach["postcodes"].to_numpy()
    numbered, known = pd.factorize(reach["area"])
    where = pd.Index(known).get_indexer(areas)
    missing = areas[where < 0]
    if len(missing):
        raise KeyError(f"no postcodes for {len(missing)} areas, the first {missing[0]}")
    part = np.bincount(numbered, weights=postcodes * chosen)[where]
    return pd.Series(part / np.bincount(numbered, weights=postcodes)[where], areas)


def weighted_quantiles(values: pd.Series, weights: pd.Series, shares: list[float]) -> list[float]:
    """Smallest values below or at which the given shares (0 to 1) of the weight lie.

    Values are, for example, minutes; weights, for example residents, are not negative and not all zero.

    Examples
    --------
    >>> weighted_quantiles(pd.Series([30, 10, 20]), pd.Series([1, 1, 2]), [0.25, 0.5, 0.9])
    [10.0, 20.0, 30.0]
    """
    order = np.argsort(values.to_numpy(), kind="stable")
    cumulative = np.cumsum(weights.to_numpy(dtype=float)[order])
    wanted = np.asarray(shares) * cumulative[-1] * (1 - _STEP)
    found = np.minimum(np.searchsorted(cumulative, wanted, side="left"), len(order) - 1)
    return [float(value) for value in values.to_numpy()[order][found]]


def weighted_medians(groups: pd.Series, values: pd.Series, weights: pd.Series) -> pd.Series:
    """Weighted median of each group: `weighted_quantiles` at one half, for many groups at once.

    Returns
    -------
    pandas.Series
        Same type as `values`, indexed by group, sorted.

    Examples
    --------
    >>> places, minutes, residents = pd.Series(["b", "a", "b"]), pd.Series([90, 30, 60]), pd.Series([3, 5, 1])
    >>> weighted_medians(places, minutes, residents).to_dict()
    {'a': 30, 'b': 90}
    """
    rows = pd.DataFrame({"group": groups, "value": values, "weight": weights}).sort_values(["group", "value"])
    weight = rows.groupby("group")["weight"]
    middle = 0.5 * (1 - _STEP) * weight.transform("sum")
    return rows[weight.cumsum() >= middle].groupby("group")["value"].first()
