"""Premises by speed tier for every LSOA: here ESTIMATED from Ofcom's counts by authority and by constituency.

Each LSOA's starting shares come from a regression over the authorities, and where the locality (MSOA) has been measured
are moved towards that; then one table of LSOAs × categories of line is raked until every authority and constituency has
exactly the counts that Ofcom published for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from geo.core.choices import SPEEDS
from geo.core.errors import SourceError
from geo.layers.measured_localities import locality_covariates, locality_shares, towards_localities
from geo.layers.small_area import EstimateError, Floats, fit_shares, make_margin, rake_counts, rake_shares, standardised

BELOW = [f"below_{speed}" for speed in SPEEDS]
COUNTS = ["premises", "matched", *BELOW]
"""Every count that places must agree on."""

RIDGE = 0.01

NEIGHBOURHOOD = ("digital", "density", "digital × density")
SLOW_BANDS = (*NEIGHBOURHOOD, "slow", "no decent line", "slow lines in use")
FAST_BANDS = (*NEIGHBOURHOOD, "slow", "no gigabit")
"""Covariates: of every band without measured localities; with them, of the bands below 30 Mbit/s, and above."""

TOTALS = (
    "below uso", "10 less uso", "10 to 30", "30 to 100", "100 to 300", "gigabit less 300", "gigabit", "unmatched"
)
"""Differences of published counts. They are the sizes of categories, save where a place's counts do not nest."""

COUNTED = pd.DataFrame.from_dict({
    "below uso, below 10": {"below uso": 1},
    "below 10": {"10 less uso": 1},
    "below uso, 10 to 30": {"below uso": 1, "10 less uso": -1, "10 to 30": 1},
    "10 to 30": {"10 to 30": 1},
    "30 to 100": {"30 to 100": 1},
    "100 to 300": {"100 to 300": 1},
    "gigabit, 100 to 300": {"gigabit": 1, "gigabit less 300": -1, "100 to 300": 1},
    "300, no gigabit": {"gigabit less 300": 1},
    "gigabit": {"gigabit": 1},
    "unmatched": {"unmatched": 1},
}, orient="index", columns=TOTALS).fillna(0.0)
"""Categories of line × totals. The two odd ones (no decent service in spite of a 10 Mbit/s line; gigabit without 300)
are open only where a place's own counts say that they exist."""


@dataclass(frozen=True)
class Broadband:
    """Broadband of every LSOA, and how far it can be trusted."""

    premises: pd.DataFrame
    """Index LSOA code: premises, matched, below_uso, below_10, below_30, below_100, below_300, below_gigabit (float64
    counts) and broadband_basis ("estimated")."""
    validation: pd.DataFrame | None
    """As `validate` returns it; None when there were no constituencies to test against."""


def estimated(
    areas: pd.DataFrame, authorities: pd.DataFrame, constituencies: pd.DataFrame | None,
    localities: pd.DataFrame | None = None, *, meet_constituencies: bool = True,
) -> Broadband:
    """Estimate premises by speed tier for LSOAs from published counts of authorities and constituencies.

    Parameters
    ----------
    areas
        Index LSOA code; columns households, area_km2, authority, constituency (codes), neighbour (True: its
        constituency does not nest in the mapped authorities, only its authority's counts are used) and
        digital_connectivity (IoD 2025, higher is worse); with localities also msoa.
    authorities, constituencies
        As `geo.sources.ofcom.read_fixed_coverage` returns them, one release; they may hold more places than `areas`.
        Without constituencies the authorities' counts alone are met.
    localities
        As `geo.sources.commons_library.read_locality_coverage` returns them; localities without a row rest on the
        regression alone.
    meet_constituencies
        Whether the constituencies' counts are met; those of another month cannot be together with the authorities',
        and only test the estimate.

    Returns
    -------
    Broadband
        Premises and all tiers sum to each authority's and constituency's published counts within 1e-6. In every LSOA
        uso ≤ 10 ≤ 30 ≤ 100 ≤ 300 ≤ gigabit ≤ matched ≤ premises, except that uso may exceed 10 (never 30) and
        gigabit be less than 300 (never than 100) in places whose own published counts do so.

    Raises
    ------
    EstimateError
        When the areas lack something or the published counts contradict each other.
    SourceError
        When a release lacks a tier.
    """
    _check_areas(areas, localities)
    table = _estimate(areas, authorities, constituencies if meet_constituencies else None, localities)
    table["broadband_basis"] = "estimated"
    tested = None if constituencies is None else validate(areas, authorities, constituencies, localities)
    return Broadband(table, tested)


def validate(
    areas: pd.DataFrame, authorities: pd.DataFrame, constituencies: pd.DataFrame,
    localities: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Test the estimate in the open: fitted and raked to authorities ALONE, it must predict the constituencies.

    Parameters
    ----------
    areas, authorities, constituencies, localities
        As for `estimated`; only constituencies that nest in the authorities (neighbour False) are predicted.

    Returns
    -------
    pandas.DataFrame
        Index `speed`; constituencies (int64); model_mean, model_rmse, model_p90: mean, root mean square and 90th
        percentile of the absolute error of the share below the tier, in percentage points; model_misplaced: share of
        the premises below the tier that end up in a wrong constituency; the same four for the regression without
        localities (unmeasured_…) and for even spreading (even_…: each authority's share given to all its LSOAs).
    """
    guesses = {"model": _estimate(areas, authorities, None, localities)}
    guesses["unmeasured"] = guesses["model"] if localities is None else _estimate(areas, authorities, None, None)
    even = guesses["model"][["premises"]].copy()
    published = authorities.loc[areas["authority"]].set_axis(areas.index)
    for tier in BELOW:
        even[tier] = even["premises"] * published[tier] / published["premises"]
    guesses["even"] = even
    home = areas["constituency"].where(~areas["neighbour"])
    true = constituencies.loc[constituencies.index.isin(home)]
    columns = {"constituencies": pd.Series(len(true), index=BELOW)}
    for name, guess in guesses.items():
        columns |= {f"{name}_{kind}": value for kind, value in _errors(guess.groupby(home).sum(), true).items()}
    return pd.DataFrame(columns).set_axis(pd.Index([*SPEEDS], name="speed"))


def published_totals(coverage: pd.DataFrame) -> pd.DataFrame:
    """Turn published counts into the totals that the table is raked to.

    Returns
    -------
    pandas.DataFrame
        Same index, columns of `COUNTED`. They sum to the premises; "10 less uso" and "gigabit less 300" are negative
        where the counts do not nest.

    Raises
    ------
    SourceError
        When the release lacks a tier.
    """
    lacking = [speed for speed in SPEEDS if coverage[f"below_{speed}"].isna().any()]
    if lacking:
        file = Path(coverage.attrs.get("file", "Ofcom fixed coverage"))
        raise SourceError(file, [f"has no counts for {' and '.join(lacking)}: use a release from 2020 on"])
    steps = coverage[[*BELOW, "matched", "premises"]]
    return steps.diff(axis=1).fillna({BELOW[0]: steps[BELOW[0]]}).set_axis(list(TOTALS), axis=1)


def _estimate(
    areas: pd.DataFrame, authorities: pd.DataFrame, constituencies: pd.DataFrame | None,
    localities: pd.DataFrame | None,
) -> pd.DataFrame:
    """Estimate the counts of every LSOA, raked to the places given."""
    kinds = [(areas["authority"], authorities)]
    if constituencies is not None:
        kinds.append((areas["constituency"].where(~areas["neighbour"]), constituencies))
    margins = [make_margin(places, published_totals(coverage)) for places, coverage in kinds]
    premises_margins = [make_margin(places, coverage[["premises"]]) for places, coverage in kinds]
    premises = rake_counts(areas["households"].to_numpy(float), premises_margins)
    start = starting_shares(areas, authorities, premises, localities)
    table = rake_shares(_close(start, kinds).to_numpy(), premises, margins, COUNTED.to_numpy())
    return _tiers(pd.DataFrame(table, index=areas.index, columns=COUNTED.index))


def bands(coverage: pd.DataFrame) -> pd.DataFrame:
    """Count the bands that are modelled.

    Parameters
    ----------
    coverage
        Ofcom's counts, as read; for `estimated`.

    Returns
    -------
    pandas.DataFrame
        Same index; premises below 10 Mbit/s, from 10 to 30, 30 to 100, 100 to 300, and of 300 and above.
    """
    return coverage[["below_10", "below_30", "below_100", "below_300", "matched"]].diff(axis=1).fillna(coverage)


def covariates(areas: pd.DataFrame, localities: pd.DataFrame | None = None) -> pd.DataFrame:
    """Say how far a neighbourhood differs from the others, in what goes with poor lines.

    They are those that predict unseen authorities as well as any (one standard error): tools/covariates.py. The one
    exception is "no decent line", which is kept because it makes the constituencies predicted better.

    Parameters
    ----------
    areas, localities
        As for `estimated`.

    Returns
    -------
    pandas.DataFrame
        Same index; float64 digital, density (of households), and their product, and with localities what
        `geo.layers.measured_localities` adds: each of mean 0 and standard deviation 1 over households.
    """
    households = areas["households"]
    digital = standardised(areas["digital_connectivity"], households)
    density = standardised(np.log(households / areas["area_km2"]), households)
    both = standardised(digital * density, households)
    own = pd.DataFrame({"digital": digital, "density": density, "digital × density": both})
    return own if localities is None else own.join(locality_covariates(localities, areas))


def starting_shares(
    areas: pd.DataFrame, authorities: pd.DataFrame, premises: Floats, localities: pd.DataFrame | None,
    blind: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Give every LSOA the shares of the categories of line that it has before raking.

    Parameters
    ----------
    areas, authorities
        As for `estimated`.
    premises
        (LSOAs,), counts.
    localities
        As for `estimated`.
    blind
        What this returns without localities, where it is known already.

    Returns
    -------
    pandas.DataFrame
        Index LSOA code, columns the categories of `COUNTED`: shares above 0, each row summing to 1.
    """
    if blind is None:
        blind = _regression(areas, authorities, premises, covariates(areas), NEIGHBOURHOOD, NEIGHBOURHOOD)
    if localities is None:
        return blind
    told = _regression(areas, authorities, premises, covariates(areas, localities), SLOW_BANDS, FAST_BANDS)
    told = towards_localities(told, premises, areas["msoa"], locality_shares(localities, areas, premises))
    return told.where(areas["msoa"].isin(localities.index), blind)


def _regression(
    areas: pd.DataFrame, authorities: pd.DataFrame, premises: Floats, known: pd.DataFrame, slow: Sequence[str],
    fast: Sequence[str],
) -> pd.DataFrame:
    """Give starting shares by the covariates named: of the bands below 30 Mbit/s, and of those above."""
    margin = make_margin(areas["authority"], bands(authorities))
    fitted = np.column_stack([
        fit_shares(totals, premises, known[list(names)].to_numpy(), margin.group, ridge=RIDGE)
        for totals, names in ((margin.totals[:, :2], slow), (margin.totals[:, 2:], fast))])
    below_10, to_30, to_100, to_300, above = (fitted / fitted.sum(axis=1, keepdims=True)).T
    # What has no band of its own starts at one share everywhere: modelling it did not predict better.
    total = authorities.loc[margin.codes, COUNTS].sum()
    uso = min(total["below_uso"] / max(total["below_10"], 1), 0.9)
    gigabit = (total["matched"] - total["below_gigabit"]) / max(total["matched"] - total["below_300"], 1)
    unmatched = 1.0 - total["matched"] / total["premises"]
    gigabit = min(max(gigabit, 0.1), 0.999)
    shares = np.column_stack([
        below_10 * uso, below_10 * (1 - uso), to_30 * uso, to_30 * (1 - uso), to_100, to_300 * (1 - gigabit),
        to_300 * gigabit, above * (1 - gigabit), above * gigabit, np.full(len(areas), max(unmatched, 1e-9)),
    ])
    return pd.DataFrame(shares, index=areas.index, columns=COUNTED.index)


def _close(start: pd.DataFrame, kinds: Sequence[tuple[pd.Series, pd.DataFrame]]) -> pd.DataFrame:
    """Close the odd categories outside the places whose own counts need them."""
    below_uso, gigabit, nothing_between = (np.zeros(len(start), dtype=bool) for _ in range(3))
    for places, coverage in kinds:
        below_uso |= places.isin(coverage.index[coverage["below_uso"] > coverage["below_10"]]).to_numpy()
        gigabit |= places.isin(coverage.index[coverage["below_gigabit"] < coverage["below_300"]]).to_numpy()
        nothing_between |= places.isin(coverage.index[coverage["below_gigabit"] == coverage["below_100"]]).to_numpy()
    start = start.copy()
    for odd, usual, is_open in (
        ("below uso, 10 to 30", "10 to 30", below_uso), ("gigabit, 100 to 300", "100 to 300", gigabit),
    ):
        start.loc[~is_open, usual] += start.loc[~is_open, odd]
        start.loc[~is_open, odd] = 0.0
    start.loc[nothing_between, ["100 to 300", "300, no gigabit"]] = 0.0
    return start


def _tiers(table: pd.DataFrame) -> pd.DataFrame:
    """Cumulate categories to tiers; every tier is summed in an order that keeps it no less than the one before."""
    below_uso = table["below uso, below 10"] + table["below uso, 10 to 30"]
    below_30 = below_uso + table["below 10"] + table["10 to 30"]
    below_100 = below_30 + table["30 to 100"]
    neither = below_100 + table["100 to 300"]
    below_300 = neither + table["gigabit, 100 to 300"]
    matched = below_300 + table["300, no gigabit"] + table["gigabit"]
    return pd.DataFrame({
        "premises": matched + table["unmatched"], "matched": matched, "below_uso": below_uso,
        "below_10": table["below uso, below 10"] + table["below 10"], "below_30": below_30, "below_100": below_100,
        "below_300": below_300, "below_gigabit": neither + table["300, no gigabit"],
    })


def _errors(guess: pd.DataFrame, true: pd.DataFrame) -> dict[str, pd.Series]:
    """How far shares (percentage points) and counts of every tier are from what is published."""
    guess = guess.loc[true.index]
    off = 100 * (guess[BELOW].div(guess["premises"], axis=0) - true[BELOW].div(true["premises"], axis=0)).abs()
    wrong = (guess[BELOW] - true[BELOW]).abs().sum() / 2
    return {
        "mean": off.mean(), "rmse": (off**2).mean() ** 0.5, "p90": off.quantile(0.9),
        "misplaced": wrong / true[BELOW].sum(),
    }


def _check_areas(areas: pd.DataFrame, localities: pd.DataFrame | None) -> None:
    """Say everything that keeps the areas from being estimated."""
    needed = ["households", "area_km2", "authority", "constituency", "neighbour", "digital_connectivity"]
    needed += [] if localities is None else ["msoa"]
    problems = [f"column {column!r} is missing" for column in needed if column not in areas]
    for column in [column for column in needed if column in areas]:
        unfit = ~(areas[column] > 0) if column in {"households", "area_km2"} else areas[column].isna()
        if unfit.any():
            codes = ", ".join(areas.index[unfit][:3])
            problems.append(f"{column} is missing or nought in {int(unfit.sum())} areas ({codes}, …)")
    if not areas.index.is_unique:
        problems.append("areas stand more than once")
    if problems:
        raise EstimateError(f"broadband cannot be estimated: {'; '.join(problems)}")
