"""Broadband measured by locality (MSOA) some time ago: what it says of the neighbourhoods of today."""

import numpy as np
import pandas as pd

from geo.layers.small_area import Floats, standardised

GROUPS = {
    "below 30": ("below uso, below 10", "below 10", "below uso, 10 to 30", "10 to 30"),
    "30 to gigabit": ("30 to 100", "100 to 300", "300, no gigabit"),
    "gigabit": ("gigabit, 100 to 300", "gigabit"),
}
"""What the shares of a locality tell apart, by the categories of line that the estimate has. Premises that Ofcom could
not match are in them: taken off, authority by authority, they made the estimate worse."""

PULL = 5.0
"""Premises that each locality is given with its authority's shares, so that no share is 0."""

HALF_WAY = 0.5
"""How far the regression's shares are moved to the measured ones: the plain mean of two estimates of like worth."""

SMALLEST = {"slow": 0.002, "no decent line": 0.0005, "slow lines in use": 0.01, "no gigabit": 0.01}
"""Added to each share before its logarithm is taken: about what one in a hundred localities has, or less."""


def locality_covariates(measured: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """Say how poor the lines of a neighbourhood's locality were, for the regression.

    Parameters
    ----------
    measured
        As `geo.sources.commons_library.read_locality_coverage` returns it; it may lack localities.
    areas
        Index LSOA code; columns msoa, authority, households.

    Returns
    -------
    pandas.DataFrame
        Same index, columns of `SMALLEST`: logarithms, each of mean 0 and standard deviation 1 over households. A
        locality that is not measured has its authority's mean, or 0 where none of the authority's is.
    """
    shares = pd.DataFrame({
        "slow": 1.0 - measured["superfast"], "no decent line": measured["below_uso"],
        "slow lines in use": measured["receiving_under_10"], "no gigabit": 1.0 - measured["gigabit"],
    })
    known = np.log(shares + pd.Series(SMALLEST)).reindex(areas["msoa"]).set_axis(areas.index)
    households = areas["households"].astype("float64")
    weights = known.notna().mul(households, axis=0)
    sums = known.mul(weights).groupby(areas["authority"]).transform("sum")
    filled = known.fillna(sums / weights.groupby(areas["authority"]).transform("sum"))
    filled = filled.fillna((known * weights).sum() / weights.sum())
    return filled.apply(standardised, weights=households)


def measured_shares(measured: pd.DataFrame) -> pd.DataFrame:
    """Return the shares of `GROUPS`, each row summing to 1, from superfast and gigabit (shares of premises)."""
    between = (measured["superfast"] - measured["gigabit"]).clip(lower=0.0)
    shares = pd.DataFrame({
        "below 30": 1.0 - measured["superfast"], "30 to gigabit": between, "gigabit": measured["gigabit"]})
    return shares.div(shares.sum(axis=1), axis=0)


def superfast_not_taken(measured: pd.DataFrame) -> pd.Series:
    """Share of a locality's lines that could be superfast and are not.

    Parameters
    ----------
    measured
        Index MSOA code: superfast (share of premises that could have it, January 2024) and receiving_over_30 (share of
        lines in use that received over 30 Mbit/s, May 2023; may be missing).

    Returns
    -------
    pandas.Series
        Same index, named superfast_not_taken, 0 to 1: the difference, no less than 0.
    """
    return (measured["superfast"] - measured["receiving_over_30"]).clip(lower=0.0).rename("superfast_not_taken")


def locality_shares(measured: pd.DataFrame, areas: pd.DataFrame, premises: Floats) -> pd.DataFrame:
    """Turn measured availability into shares of `GROUPS`, pulled a little towards the authority's.

    Parameters
    ----------
    measured
        Index MSOA code: superfast and gigabit, shares of premises 0 to 1.
    areas
        Index LSOA code; columns msoa, authority.
    premises
        (LSOAs,), counts.

    Returns
    -------
    pandas.DataFrame
        Index MSOA codes that are both mapped and measured; columns of `GROUPS`, float64 above 0, summing to 1: each is
        (count + 5 × the authority's share) / (premises + 5).
    """
    size = pd.Series(premises, areas.index).groupby(areas["msoa"]).sum()
    size = size[size.index.isin(measured.index) & (size > 0)]
    home = areas["authority"].groupby(areas["msoa"]).first().loc[size.index]
    known = measured.loc[size.index]
    counts = measured_shares(known).mul(size, axis=0)
    of_authority = counts.groupby(home).sum().clip(lower=1e-6)
    of_authority = of_authority.div(of_authority.sum(axis=1), axis=0).loc[home].set_axis(size.index)
    pulled = counts + PULL * of_authority
    return pulled.div(pulled.sum(axis=1), axis=0)


def towards_localities(
    start: pd.DataFrame, premises: Floats, msoa: pd.Series, shares: pd.DataFrame, way: float = HALF_WAY,
) -> pd.DataFrame:
    """Move the starting shares half way (on the scale of logarithms) to what was measured for their locality.

    All the way would keep the localities as they were at the time: lines have been built since, and what the regression
    on today's counts says of that would be lost. Not at all would lose what no covariate knows. Both predict the
    constituencies worse.

    Parameters
    ----------
    start
        Index LSOA code; columns the categories of line: shares above 0, each row summing to 1.
    premises
        (LSOAs,), counts.
    msoa
        Of every LSOA.
    shares
        As `locality_shares` returns them; LSOAs of other localities stay as they are.
    way
        How far: 0 not at all, 1 all the way.

    Returns
    -------
    pandas.DataFrame
        As `start`, each group of a locality times its measured share over its starting share to the power of `way`,
        and each row divided by its sum.
    """
    before = pd.DataFrame({group: start[list(names)].sum(axis=1) * premises for group, names in GROUPS.items()})
    before = before.groupby(msoa).sum().reindex(shares.index)
    factor = (shares / before.div(before.sum(axis=1), axis=0)) ** way
    factor = factor.reindex(msoa).set_axis(start.index).fillna(1.0)
    moved = start.copy()
    for group, names in GROUPS.items():
        moved[list(names)] = moved[list(names)].mul(factor[group], axis=0)
    return moved.div(moved.sum(axis=1), axis=0)
