"""Test the estimate below the constituency: against localities (MSOAs) that were measured, and are hidden from it.

The truth is that of the measurement's date, so the totals that are met are of that date too: the measured localities,
added up. What is tested is the spreading, not how far things have moved on since.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.core.spread import IN_TURN, InTurn
from geo.layers.broadband import starting_shares
from geo.layers.measured_localities import GROUPS, measured_shares
from geo.layers.small_area import Floats, make_margin, rake_counts, rake_shares

TENTHS = 10
TIERS = {"30": ["below 30"], "gigabit": ["below 30", "30 to gigabit"]}
"""The speeds that are measured by locality: what lies below each."""


def validate_localities(
    areas: pd.DataFrame, authorities: pd.DataFrame, measured: pd.DataFrame, spread: InTurn = IN_TURN,
) -> pd.DataFrame:
    """Predict localities that are hidden, and set them beside what was measured.

    Parameters
    ----------
    areas, authorities
        As for `geo.layers.broadband.estimated`, with column msoa.
    measured
        As `geo.sources.commons_library.read_locality_coverage` returns it.
    spread
        Who predicts the localities that are hidden, a tenth a piece of work.

    Returns
    -------
    pandas.DataFrame
        Index way and speed ("30", "gigabit"). Ways: "shown", with every locality known: no test, but how near the
        estimate stays to what was measured; "hidden", a tenth of the localities at a time predicted from the others,
        with the totals of authorities and constituencies known; "constituency", all of them from the total of their
        constituency alone; "authority", from that of their authority; "even", each authority's share given to all its
        localities. Columns: localities (int64), premises and neighbourhoods (LSOAs) of the mean locality; mean, rmse
        and p90 of the absolute error of the share below the speed, in percentage points, and mean_premises, the mean
        error in premises.
        Localities outside neighbouring areas alone are predicted.
    """
    areas = areas[areas["msoa"].isin(measured.index)]
    premises = rake_counts(
        areas["households"].to_numpy(float), [make_margin(areas["authority"], authorities[["premises"]])])
    size = pd.Series(premises, areas.index)
    counts = measured_shares(measured).loc[areas["msoa"]].set_axis(areas.index).mul(size, axis=0)
    totals = counts.groupby(areas["authority"]).sum()
    even = totals.div(totals.sum(axis=1), axis=0).loc[areas["authority"]].set_axis(areas.index).mul(size, axis=0)
    known = [areas["authority"], areas["constituency"].where(~areas["neighbour"])]
    blind = starting_shares(areas, authorities, premises, None)
    ways = {
        "shown": _raked(starting_shares(areas, authorities, premises, measured, blind), premises, counts, known),
        "hidden": _hidden(_Known(areas, authorities, measured, blind, counts, known), spread),
        "constituency": _raked(blind, premises, counts, known[1:]),
        "authority": _raked(blind, premises, counts, known[:1]),
        "even": even,
    }
    home = areas["msoa"].where(~areas["neighbour"])
    true, size, lsoas = counts.groupby(home).sum(), size.groupby(home).sum(), home.value_counts().mean()
    return pd.DataFrame({
        (way, speed): _errors(guess.groupby(home).sum()[names].sum(axis=1), true[names].sum(axis=1), size)
        | {"neighbourhoods": lsoas}
        for way, guess in ways.items() for speed, names in TIERS.items()
    }).T.rename_axis(["way", "speed"]).astype({"localities": "int64"})


@dataclass(frozen=True)
class _Known:
    """What hidden localities are predicted from."""

    areas: pd.DataFrame
    authorities: pd.DataFrame
    measured: pd.DataFrame
    blind: pd.DataFrame
    counts: pd.DataFrame
    places: Sequence[pd.Series]


def _hidden(known: _Known, spread: InTurn) -> pd.DataFrame:
    """Predict the counts of `GROUPS` of every LSOA in a run that its locality is hidden from."""
    result = known.counts * np.nan
    for found in spread(_tenth, range(TENTHS), known):
        result.loc[found.index] = found
    return result


def _tenth(number: int, known: _Known) -> pd.DataFrame:
    """Predict those of one tenth of the localities."""
    names = sorted(known.areas["msoa"].unique())
    hidden = names[number::TENTHS]
    premises = known.counts.sum(axis=1).to_numpy()
    start = starting_shares(known.areas, known.authorities, premises, known.measured.drop(hidden), known.blind)
    return _raked(start, premises, known.counts, known.places)[known.areas["msoa"].isin(hidden)]


def _raked(start: pd.DataFrame, premises: Floats, counts: pd.DataFrame, known: Sequence[pd.Series]) -> pd.DataFrame:
    """Rake the starting shares of `GROUPS` to the totals of the places known."""
    grouped = pd.DataFrame({group: start[list(names)].sum(axis=1) for group, names in GROUPS.items()})
    margins = [make_margin(places, counts.groupby(places).sum()) for places in known]
    table = rake_shares(grouped.div(grouped.sum(axis=1), axis=0).to_numpy(), premises, margins)
    return pd.DataFrame(table, index=start.index, columns=[*GROUPS])


def _errors(guess: pd.Series, true: pd.Series, size: pd.Series) -> dict[str, float]:
    off = 100 * ((guess - true) / size).abs()
    return {"localities": len(off), "premises": float(size.mean()), "mean": off.mean(), "rmse": (off**2).mean() ** 0.5,
            "p90": off.quantile(0.9), "mean_premises": (guess - true).abs().mean()}
