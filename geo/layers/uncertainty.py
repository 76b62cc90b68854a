"""What is not known of an estimate, drawn: errors of places by their codes, and errors alike everywhere once a draw.

Nothing here knows of an edition: columns in, one row per LSOA, and arrays of LSOAs × draws out. Where every error is
nought, a draw is the estimate itself.
"""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse, special

from geo.layers.error_sizes import Sizes
from geo.layers.gap import joint_share
from geo.layers.small_area import EstimateError, Floats, Ints

DRAWS = 500
SEED = 2021

LEVEL = (0.96, 1.13)
"""What the share of jobs that can be done from home may be times that of the tables: the make-up of rural occupations
at the low end, what has been published for England and Wales at the high end."""
HOMES = (0.5, 1.5)
"""How many times as far from 1 as in England the homes factor may be."""
ODDS_RATIO = 2.0
"""Job and line may be this much oftener found together inside an LSOA, or apart; that they are not is likeliest."""
ACCESS_SPEED = (0.8, 1.2)
"""On the way to a station, times the speed assumed."""
LINE_MINUTES = 5.0
"""An indicative journey may be so many minutes longer or shorter, alike for all stations of a line."""
STATION_MINUTES = 2.0
"""And so many by itself."""

RESIDUAL = 0.5
"""How near each published total is met in every draw, premises."""
RIDGE = 1e-6
STEPS = 20
SHARED = 2
"""Steps in which the draws of a block go by one curve: as near at first, and a fraction of the work."""
LONGEST = 2.0
"""No log-odds change by more in one step."""
STEEPEST = 4.0
"""Most that a step may raise a factor to: where nearly all lack a speed, odds must move far for the counts to move."""
BLOCK = 50
"""Draws worked out at a time: so many fit into the processor's cache."""


class Common(NamedTuple):
    """What is unknown alike everywhere: arrays, one number a draw.

    Attributes
    ----------
    mix
        Share of the second capability table, 0 to 1.
    level
        Of capability, times the tables'.
    homes
        Distance of the homes factor from 1, times what is measured for England.
    odds_ratio
        Between job and line inside an LSOA.
    access
        Speed on the way to the station, times what is assumed.
    """

    mix: Floats
    level: Floats
    homes: Floats
    odds_ratio: Floats
    access: Floats


class Raking(NamedTuple):
    """Published totals, and the cells of LSOAs that share all their places, each of which gets one factor.

    Attributes
    ----------
    cell
        Position of each LSOA's cell, from 0.
    cells
        Sums LSOAs by cell.
    places
        Sums cells by place, a row a total.
    parts
        Places that share LSOAs, with one another alone: their rows in `places`, and what sums cells by every pair of
        them.
    totals
        Of the places, a column.
    """

    cell: Ints
    cells: sparse.csr_array
    places: sparse.csr_array
    parts: Sequence[tuple[Ints, sparse.csr_array]]
    totals: Floats


class Spread(NamedTuple):
    """One tier's estimate, which errors are drawn around.

    Attributes
    ----------
    premises, below
        Of every LSOA, a column.
    msoa
        Position of its locality, from 0.
    localities
        Sums LSOAs by locality.
    raking
        To the totals that are published.
    """

    premises: Floats
    below: Floats
    msoa: Ints
    localities: sparse.csr_array
    raking: Raking


def spread_of(premises: pd.Series, below: pd.Series, msoa: Ints, places: Sequence[pd.Series]) -> Spread:
    """Make ready what is the same for all draws.

    Parameters
    ----------
    premises, below
        Estimate of every LSOA.
    msoa
        Position of its locality, from 0.
    places
        For each kind of place with published totals the code of the LSOA's; missing for none. The estimate meets the
        totals, so they are its own.

    Returns
    -------
    Spread
        For `premises_below`.
    """
    codes = np.column_stack([pd.factorize(kind)[0] for kind in places])
    groups, cell = np.unique(codes, axis=0, return_inverse=True)
    cells = _summing(cell)
    sums = sparse.vstack([_summing(group) for group in groups.T], format="csr")
    count, part = sparse.csgraph.connected_components(sums @ sums.T, directed=False)
    parts = [(rows, _pairs(sums[rows])) for rows in (np.flatnonzero(part == number) for number in range(count))]
    column = below.to_numpy(dtype="float64")[:, None]
    return Spread(premises.to_numpy(dtype="float64")[:, None], column, msoa, _summing(msoa),
                  Raking(cell, cells, sums, parts, sums @ (cells @ column)))


def _pairs(sums: sparse.csr_array) -> sparse.csr_array:
    """Make the matrix that sums what two groups share, for every pair of groups."""
    every = np.ones((sums.shape[0], 1))
    return sparse.csr_array(sparse.kron(sums, every).multiply(sparse.kron(every, sums)))


def _summing(group: Ints) -> sparse.csr_array:
    """Make the matrix that sums rows by group; -1 for none."""
    rows = np.flatnonzero(group >= 0)
    return sparse.csr_array((np.ones(len(rows)), (group[rows], rows)), shape=(group.max() + 1, len(group)))


def uniforms(names: Iterable[str], draws: int, seed: int = SEED) -> Floats:
    """Draw numbers between 0 and 1 that depend on a name, a draw's number and the seed, and on nothing else.

    Parameters
    ----------
    names
        Codes of places, or what is drawn.
    draws
        How many for each.
    seed
        Another one gives others.

    Returns
    -------
    numpy.ndarray
        (names, draws), inside 0 to 1: the same for a name whatever stands beside it and however many are drawn.

    Notes
    -----
    Steele, Lea and Flood (2014), "Fast splittable pseudorandom number generators": SplitMix64, started from a digest
    of name and seed.

    Examples
    --------
    >>> both, one = uniforms(["a", "b"], 3), uniforms(["b"], 2)
    >>> bool((both[1, :2] == one[0]).all())
    True
    """
    keys = np.array([int.from_bytes(blake2b(f"{seed} {name}".encode(), digest_size=8).digest()) for name in names],
                    dtype=np.uint64)
    mixed = keys[:, None] + np.arange(1, draws + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed ^= mixed >> np.uint64(shift)
        mixed *= np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    return ((mixed >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53


def normals(names: Iterable[str], draws: int, seed: int = SEED) -> Floats:
    """Draw standard normal errors.

    Parameters
    ----------
    names, draws, seed
        As for `uniforms`.

    Returns
    -------
    numpy.ndarray
        (names, draws).
    """
    return np.asarray(special.ndtri(uniforms(names, draws, seed)))


def common_errors(draws: int = DRAWS, seed: int = SEED) -> Common:
    """Draw what is unknown alike everywhere.

    Parameters
    ----------
    draws, seed
        As for `uniforms`.

    Returns
    -------
    Common
        Uniform within their bounds; the odds ratio on the scale of logarithms triangular from a half to 2, with its
        peak at 1.
    """
    mix, level, homes, job, access = uniforms(("mix", "level", "homes", "job and line", "access"), draws, seed)
    peak = np.where(job < 0.5, np.sqrt(2 * job) - 1, 1 - np.sqrt(2 * (1 - job)))
    return Common(mix, _between(LEVEL, level), _between(HOMES, homes), ODDS_RATIO**peak, _between(ACCESS_SPEED, access))


def _between(ends: tuple[float, float], share: Floats) -> Floats:
    low, high = ends
    return low + (high - low) * share


def premises_below(spread: Spread, sizes: Sizes | None, msoa: Floats, lsoa: Floats) -> Floats:
    """Draw the premises of each LSOA that lack a speed.

    Each locality's share is drawn, then each LSOA's; the LSOAs are scaled to their locality's, and all to the totals
    that are published, which are met within `RESIDUAL`. All scaling is of odds, so that no LSOA has more than its
    premises.

    Parameters
    ----------
    spread
        The estimate.
    sizes
        Of the errors; None where the premises were counted and not estimated.
    msoa, lsoa
        Standard normal errors, (localities, draws) and (LSOAs, draws).

    Returns
    -------
    numpy.ndarray
        (LSOAs, draws), from 0 to the LSOA's premises.

    Raises
    ------
    EstimateError
        When the published totals cannot be met.
    """
    premises, of = spread.premises, spread.localities
    if sizes is None:
        return np.broadcast_to(spread.below, lsoa.shape)
    inside = of @ premises
    wanted = _with_error(of @ spread.below, inside, sizes.msoa * np.sqrt(sizes.msoa_premises / inside) * msoa)
    counts = _with_error(spread.below, premises, sizes.lsoa * np.sqrt(sizes.lsoa_premises / premises) * lsoa)
    sums, room = _sums(of, counts, premises)
    factor = _ratio(wanted, sums) ** np.minimum(_ratio(sums, room), STEEPEST)
    return rake_draws(_times_odds(counts, premises, factor[spread.msoa]), premises, spread.raking)


def rake_draws(counts: Floats, premises: Floats, raking: Raking) -> Floats:
    """Multiply the odds of each draw by one factor a place, such that the published totals are met.

    What it finds is what iterative proportional fitting of those with and without the speed converges to; it is found
    by Newton's method, one term a place and draw.

    Parameters
    ----------
    counts
        (LSOAs, draws), from 0 to the LSOA's premises.
    premises
        Of every LSOA, a column.
    raking
        The totals.

    Returns
    -------
    numpy.ndarray
        (LSOAs, draws); every total is met within `RESIDUAL` in every draw.

    Raises
    ------
    EstimateError
        When the totals cannot be met.
    """
    cells, places = raking.cells, raking.places
    found, unmet = np.empty_like(counts), np.arange(counts.shape[1])
    for step in range(STEPS):
        sums, room = _sums(cells, counts, premises)
        missing = raking.totals - places @ sums
        far = np.abs(missing).max(axis=0) >= RESIDUAL
        if not far.all():
            found[:, unmet[~far]] = counts[:, ~far]
            unmet, counts, missing, room = unmet[far], counts.compress(far, axis=1), missing[:, far], room[:, far]
        if not len(unmet):
            return found
        # The small ridge settles the directions along which nothing changes: totals of both kinds come to the same.
        room = room.mean(axis=1, keepdims=True) if step < SHARED else room
        terms = np.empty_like(missing)
        for rows, pairs in raking.parts:     # nothing of one is in the equations of another
            curve = (pairs @ room).T.reshape(-1, len(rows), len(rows)) + RIDGE * np.eye(len(rows))
            terms[rows] = (np.linalg.solve(curve[0], missing[rows]) if step < SHARED else
                           np.linalg.solve(curve, missing[rows].T[:, :, None])[:, :, 0].T)
        factor = np.exp(np.clip(places.T @ terms, -LONGEST, LONGEST))[raking.cell]
        counts = _times_odds(counts, premises, factor)
    raise EstimateError("the published counts cannot be met with errors drawn")


def _with_error(count: Floats, of: Floats, error: Floats) -> Floats:
    """Move the share's log-odds: none and all stay what they are."""
    odds = np.exp(error)
    odds *= count
    return np.asarray(of * odds / (odds + (of - count)))


def _ratio(wanted: Floats, found: Floats) -> Floats:
    return np.divide(wanted, found, out=np.ones(np.broadcast_shapes(wanted.shape, found.shape)), where=found > 0)


def _sums(groups: sparse.csr_array, counts: Floats, premises: Floats) -> tuple[Floats, Floats]:
    """Sum each group, and say what the sums gain when all log-odds rise by 1."""
    room = counts / premises     # changed where it stands, as below: new arrays take longer than the sums
    np.subtract(1, room, out=room)
    room *= counts
    return groups @ counts, groups @ room


def _times_odds(counts: Floats, premises: Floats, factor: Floats) -> Floats:
    odds, rest = factor * counts, premises - counts
    rest += odds
    odds *= premises
    odds /= rest
    return odds


def remote_capable(first: Floats, second: Floats, workers: Floats, common: Common) -> Floats:
    """Draw the people whose job can be done from home.

    Parameters
    ----------
    first, second
        Of each LSOA by the two capability tables.
    workers
        Of each LSOA: there are never more.
    common
        Mix and level count here.

    Returns
    -------
    numpy.ndarray
        (LSOAs, draws).
    """
    people = first[:, None] * ((1 - common.mix) * common.level) + second[:, None] * (common.mix * common.level)
    return np.asarray(np.minimum(people, workers[:, None]))


def share_of_homes(share_of_premises: Floats, factor: Floats, common: Common) -> Floats:
    """Draw the share of each LSOA's homes without a speed.

    Parameters
    ----------
    share_of_premises
        (LSOAs, draws), of premises of all sorts.
    factor
        The homes factor of each LSOA.
    common
        Homes count here.

    Returns
    -------
    numpy.ndarray
        (LSOAs, draws), 0 to 1.
    """
    return np.asarray(np.clip(share_of_premises * (1 - (1 - factor[:, None]) * common.homes), 0.0, 1.0))


def people_in_gap(capable: Floats, workers: Floats, homes: Floats, common: Common) -> Floats:
    """Draw the people in the gap.

    Parameters
    ----------
    capable
        As `remote_capable` draws it.
    workers
        Of each LSOA.
    homes
        As `share_of_homes` draws it.
    common
        The odds ratio counts here.

    Returns
    -------
    numpy.ndarray
        (LSOAs, draws).
    """
    every = workers[:, None]
    return np.asarray(joint_share(_ratio(capable, every) * (every > 0), homes, common.odds_ratio) * every)


def later(share_after: Floats, first: int, minutes: Floats) -> Floats:
    """Draw the share of an LSOA's postcodes beyond a threshold, when every journey takes so many minutes more.

    Parameters
    ----------
    share_after
        (LSOAs, thresholds): share beyond `first`, and beyond each whole minute after it.
    first
        The first threshold, less the one asked for: not above 0.
    minutes
        (LSOAs, draws): more is longer; it stays within the thresholds.

    Returns
    -------
    numpy.ndarray
        (LSOAs, draws): share of those who are beyond the threshold less the minutes. Journeys are kept in whole
        minutes, rounded up: between two of them postcodes are taken to be spread evenly.
    """
    at = -minutes - first
    whole = np.minimum(np.floor(at).astype(np.intp), share_after.shape[1] - 2)
    part = at - whole
    whole += np.arange(0, share_after.size, share_after.shape[1])[:, None]     # positions in all the shares in a row
    low = share_after.take(whole)
    return np.asarray(low + part * (share_after.take(whole + 1) - low))


def near_enough(ratio: Floats, area: Ints, speed: Floats) -> Floats:
    """Draw the share of an LSOA's postcodes that are near enough, when the speed on the way is another one.

    Parameters
    ----------
    ratio
        Of each postcode, its way over the longest that is near enough.
    area
        Position of its LSOA; every LSOA has one.
    speed
        Times the speed assumed, a draw each.

    Returns
    -------
    numpy.ndarray
        (LSOAs, draws), 0 to 1.

    Examples
    --------
    >>> near_enough(np.array([0.9, 1.1, 3.0]), np.array([0, 0, 1]), np.array([1.0, 1.2, 0.8]))
    array([[0.5, 1. , 0. ],
           [0. , 0. , 0. ]])
    """
    order = np.argsort(speed)
    size = area.max() + 1, len(speed) + 1
    at = np.ravel_multi_index((area, np.searchsorted(speed[order], ratio)), size)
    within = np.bincount(at, minlength=size[0] * size[1]).reshape(size).cumsum(axis=1)
    found = np.empty((size[0], len(speed)))
    found[:, order] = within[:, :-1] / within[:, -1:]
    return found
