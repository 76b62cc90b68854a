"""How large the errors of estimated broadband are, by what its tests have found."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import optimize, special

from geo.layers.small_area import Floats

LARGEST = 5.0
"""With a standard deviation of so much on the scale of log-odds, a share is anything."""

LIKE_TIER: Mapping[str, str] = {"uso": "30", "10": "30", "30": "30", "100": "gigabit", "300": "gigabit",
                                "gigabit": "gigabit"}
"""The speed measured by locality whose error inside a locality each speed is given, on the scale of log-odds."""

# Gauss and Hermite's nodes: means over a normal error without drawing it.
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(21)


class Sizes(NamedTuple):
    """How large the errors of places are: standard deviations of log-odds, for a place of so many premises.

    Attributes
    ----------
    msoa, lsoa
        Of a locality's share, and of an LSOA's inside its locality.
    msoa_premises, lsoa_premises
        The size of place that they are for; of another they go by the root of the premises.
    """

    msoa: float
    lsoa: float
    msoa_premises: float
    lsoa_premises: float


def implied_error(share: Floats, premises: Floats, size: float, of: float) -> float:
    """Say how far shares are out, root mean square, when their log-odds have a normal error.

    Parameters
    ----------
    share, premises
        Of each place: the share that it is estimated to have, 0 to 1, and its premises.
    size, of
        Standard deviation of the log-odds in a place of so many premises.

    Returns
    -------
    float
        Percentage points, about each place's mean.
    """
    shares = special.expit(special.logit(share)[:, None] + (size * np.sqrt(of / premises))[:, None] * _NODES)
    weights = _WEIGHTS / _WEIGHTS.sum()
    off = shares - (shares @ weights)[:, None]
    return float(100 * np.sqrt((off**2 @ weights).mean()))


def size_for(share: Floats, premises: Floats, points: float, of: float) -> float:
    """Find the standard deviation of log-odds that puts shares out as far as was found.

    Parameters
    ----------
    share, premises
        As for `implied_error`.
    points
        The error that was found, root mean square, percentage points.
    of
        Premises of the place that the standard deviation is for.

    Returns
    -------
    float
        At most `LARGEST`.
    """
    if implied_error(share, premises, LARGEST, of) <= points:
        return LARGEST
    return float(optimize.brentq(
        lambda size: implied_error(share, premises, size, of) - points, 0.0, LARGEST, xtol=1e-4))


def error_sizes(
    areas: pd.DataFrame, speed: str, tested: Mapping[str, float], localities: Mapping[str, float] | None,
) -> Sizes:
    """Find how large the errors of places are, from what the tests of the estimate have found.

    **A locality's** is what is left of the error of constituencies predicted from authorities alone: the errors of the
    localities in it are independent, so one is larger by the root of how many localities a constituency has. The
    authorities' totals were known and took a part of it away: constituencies over (constituencies less authorities),
    as degrees of freedom do.

    **An LSOA's**, inside its locality, is what a locality is out by when it is predicted from its constituency's total
    alone, on the scale of log-odds, times the root of how many LSOAs a locality has: one step further down, the error
    grows as the root of the size. Where no locality was measured, it is the locality's above by the same rule.

    Parameters
    ----------
    areas
        Those that the tests were made on, index LSOA code: msoa, constituency, authority, premises, below_{speed}.
    speed
        A key of `LIKE_TIER`.
    tested
        The row of this speed of `geo.layers.broadband.validate`.
    localities
        Row "constituency" of `geo.layers.locality_validation.validate_localities`, at the speed of `LIKE_TIER`.

    Returns
    -------
    Sizes
        For the tier.
    """
    sums = areas.groupby("msoa")[["premises", *dict.fromkeys((f"below_{speed}", f"below_{LIKE_TIER[speed]}"))]].sum()
    premises, of = sums["premises"].to_numpy(), float(sums["premises"].mean())

    def size(tier: str, points: float) -> float:
        """Find a locality's from an error in percentage points."""
        share = (sums[f"below_{tier}"] / sums["premises"]).clip(1e-6, 1 - 1e-6)
        return size_for(share.to_numpy(), premises, points, of)

    number, known = areas["constituency"].nunique(), areas["authority"].nunique()
    freed = number / max(number - known, 1)
    msoa = size(speed, tested["model_rmse"] * np.sqrt(len(sums) / number * freed))
    inside = msoa if localities is None else size(LIKE_TIER[speed], localities["rmse"])
    return Sizes(msoa, inside * np.sqrt(len(areas) / len(sums)), of, float(areas["premises"].mean()))
