"""Small-area estimation by itself: regression on sums, and raking to published totals.

Nothing here knows of broadband or Ofcom: shares of categories are modelled for small areas from covariates so that
their SUMS over larger places fit what is published, and then changed as little as possible until they fit exactly.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import linalg, optimize, sparse, special

from geo.core.errors import SwatheError
from geo.sources.wording import some

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]

CLOSE_ENOUGH = 1e-7
"""Raking stops when every total is met within this much of a premises."""
MAX_STEPS = 80
"""Newton's steps. A total that is only met in the limit costs one step per factor e: from 10 million, 32."""
MAX_SWEEPS = 20_000
LONGEST_STEP = 20.0
"""No term (a logarithm) changes by more in one step: beyond, exponentials overflow."""


class EstimateError(SwatheError, ValueError):
    """The published counts contradict each other, or do not belong to the areas given."""


@dataclass(frozen=True)
class Margin:
    """Published totals of one kind of place, and which small area lies in which of them."""

    codes: pd.Index    # the places
    group: Ints        # position of each small area's place in `codes`, -1 where it need not add up to one
    totals: Floats     # (places, totals), counts


def make_margin(places: pd.Series, totals: pd.DataFrame) -> Margin:
    """Match small areas to the places whose totals they must add up to.

    Parameters
    ----------
    places
        Per small area the code of its place; missing where it need not add up to one.
    totals
        Index place code, one column per total; places without a small area are left out.

    Returns
    -------
    Margin
        Places in the order of `totals`.

    Raises
    ------
    EstimateError
        When a place has no totals.
    """
    wanted = pd.Index(places.dropna().unique())
    unknown = sorted(wanted.difference(totals.index))
    if unknown:
        raise EstimateError(f"no published counts for {some(unknown)}: use a file with the same year's boundaries")
    used = totals.loc[totals.index.isin(wanted)]
    return Margin(used.index, used.index.get_indexer(places).astype(np.int64), used.to_numpy(dtype=np.float64))


def standardised(values: pd.Series, weights: pd.Series) -> pd.Series:
    """Scale to weighted mean 0 and standard deviation 1, so that one penalty suits every covariate.

    All are 0 when every value is the same.

    Examples
    --------
    >>> standardised(pd.Series([1.0, 3.0]), pd.Series([1.0, 1.0])).tolist()
    [-1.0, 1.0]
    """
    centred = values.astype("float64") - np.average(values, weights=weights)
    spread = float(np.sqrt(np.average(centred**2, weights=weights)))
    return centred / spread if spread > 0 else centred * 0.0


def fit_shares(sums: Floats, sizes: Floats, covariates: Floats, group: Ints, *, ridge: float) -> Floats:
    """Poisson regression of each category's count over larger places, on covariates of the small areas inside.

    The count of category k in place a has the mean Σ_i n_i exp(β_k0 + x_i·β_k) over its small areas i. Fitting the SUM
    (and not the mean covariate of the place) is what lets the coefficients be used on small areas.

    Parameters
    ----------
    sums
        (places, categories), published counts.
    sizes
        (areas,), n: what the shares are shares of.
    covariates
        (areas, covariates), standardised.
    group
        (areas,), position of each area's place in `sums`; -1 leaves the area out of the fit.
    ridge
        Penalty ½·ridge·|β|² (not on the intercept) per premises counted.

    Returns
    -------
    numpy.ndarray
        (areas, categories), fitted shares exp(…), positive; they need not sum to 1.

    Raises
    ------
    EstimateError
        When covariates are not finite, or a fit does not settle.
    """
    design = np.column_stack([np.ones(len(sizes)), covariates])
    if not np.isfinite(design).all():
        raise EstimateError("the covariates of some areas are missing or infinite: check the tables they come from")
    seen = group >= 0
    betas = [_fit_one(counts, sizes[seen], design[seen], group[seen], ridge) for counts in sums.T]
    return np.column_stack([np.exp(np.clip(design @ beta, -50.0, 50.0)) for beta in betas])


def _fit_one(counts: Floats, sizes: Floats, design: Floats, group: Ints, ridge: float) -> Floats:
    """Coefficients of one category: the penalised likelihood is maximised with its exact second derivatives."""
    places, group = np.unique(group, return_inverse=True)
    counts = counts[places]
    scale = max(float(counts.sum()), 1.0)
    penalty = np.full(design.shape[1], ridge)
    penalty[0] = 0.0

    def means(beta: Floats) -> tuple[Floats, Floats]:
        each: Floats = sizes * np.exp(np.minimum(design @ beta, 50.0))
        return each, np.bincount(group, each).astype(np.float64)

    def loss(beta: Floats) -> float:
        _, mean = means(beta)
        return float((mean - special.xlogy(counts, mean)).sum() / scale + 0.5 * penalty @ beta**2)

    def slope(beta: Floats) -> Floats:
        each, mean = means(beta)
        return np.asarray(design.T @ (each * (1.0 - counts / mean)[group]) / scale + penalty * beta)

    def curve(beta: Floats) -> Floats:
        each, mean = means(beta)
        by_place = np.column_stack([np.bincount(group, each * column) for column in design.T])
        within = design.T @ (design * (each * (1.0 - counts / mean)[group])[:, None])
        between = by_place.T @ (by_place * (counts / mean**2)[:, None])
        return np.asarray((within + between) / scale + np.diag(penalty))

    start = np.zeros(design.shape[1])
    start[0] = np.log(scale / sizes.sum())
    found = optimize.minimize(loss, start, jac=slope, hess=curve, method="trust-exact", options={"gtol": 1e-9})
    if not float(np.abs(found.jac).max()) < 1e-6:
        raise EstimateError(f"the regression did not settle ({found.message}): check the covariates of the areas")
    return np.asarray(found.x, dtype=np.float64)


def rake_counts(start: Floats, margins: Sequence[Margin]) -> Floats:
    """Scale one positive count per small area to add up to every place's total (iterative proportional fitting).

    The margins have one total each.

    Returns
    -------
    numpy.ndarray
        (areas,), start times one factor per place.

    Raises
    ------
    EstimateError
        When the totals cannot all be met.
    """
    # Areas that share all their places get one factor, so only the few sums over such cells need sweeping.
    cells, cell = np.unique(np.column_stack([margin.group for margin in margins]), axis=0, return_inverse=True)
    before = np.bincount(cell, start)
    counts = before.copy()
    for _ in range(MAX_SWEEPS):
        worst = 0.0
        for margin, group in zip(margins, cells.T, strict=True):
            inside, totals = group >= 0, margin.totals[:, 0]
            sums = np.bincount(group[inside], counts[inside], minlength=len(totals))
            worst = max(worst, float(np.abs(sums - totals).max()))
            counts[inside] *= (totals / sums)[group[inside]]
        if worst < CLOSE_ENOUGH:
            return start * (counts / before)[cell]
    raise _not_met(margins, (_membership(margins, len(cell)).T @ (start * (counts / before)[cell]))[:, None])


def rake_shares(start: Floats, rows: Floats, margins: Sequence[Margin], counted: Floats | None = None) -> Floats:
    """Find the table nearest to the starting shares whose rows and places have the totals asked for.

    It is the table that iterative proportional fitting of areas × categories converges to. It has the form
    rows × softmax(log start + one term per place and total), and the terms are found by Newton's method: some twenty
    steps in place of thousands of sweeps, and close where sweeping stalls (totals that are only met in the limit).

    Parameters
    ----------
    start
        (areas, categories), not negative; where it is 0 the result is 0.
    rows
        (areas,), what each row must sum to, not negative.
    margins
        Each with one total per column of `counted`; those of a place must be consistent with its rows.
    counted
        (categories, totals): how often one of the category counts towards the total: -1, 0 or 1. By default each
        category is a total of its own.

    Returns
    -------
    numpy.ndarray
        (areas, categories), not negative; rows exact, totals within 1e-7.

    Raises
    ------
    EstimateError
        When the totals cannot all be met.
    """
    counted = np.eye(start.shape[1]) if counted is None else counted
    places = _membership(margins, len(rows))
    overlaps = _Overlaps.of(places)
    totals = np.vstack([margin.totals for margin in margins])
    base, reachable = _open_cells(start, rows, places, totals, counted)

    def dual(terms: Floats) -> float:
        """Concave, and highest where every total is met."""
        return float((totals * terms).sum() - rows @ special.logsumexp(base + places @ terms @ counted.T, axis=1))

    terms = np.zeros(totals.shape)
    table = _share_out(base, rows)
    for _ in range(MAX_STEPS):
        missing = totals - places.T @ table @ counted
        if np.abs(missing).max() < CLOSE_ENOUGH:
            return table
        if np.abs(missing[~reachable]).max(initial=0.0) >= CLOSE_ENOUGH:
            break
        try:
            step = _newton_step(overlaps, table, rows, counted, np.where(reachable, missing, np.nan))
        except linalg.LinAlgError:
            break
        terms = terms + _length(dual, terms, step) * step
        table = _share_out(base + places @ terms @ counted.T, rows)
    raise _not_met(margins, places.T @ table @ counted)


def _membership(margins: Sequence[Margin], areas: int) -> sparse.csr_array:
    """(areas, places of all margins), 1 where the area lies in the place."""
    blocks = []
    for margin in margins:
        inside = np.flatnonzero(margin.group >= 0)
        cells = (np.ones(len(inside)), (inside, margin.group[inside]))
        blocks.append(sparse.csr_array(cells, shape=(areas, len(margin.codes))))
    return sparse.hstack(blocks, format="csr")


def _open_cells(
    start: Floats, rows: Floats, places: sparse.csr_array, totals: Floats, counted: Floats
) -> tuple[Floats, Booleans]:
    """Logarithms of the starting shares, -inf where a total of nought leaves no room; and which totals can be moved."""
    start = start.copy()
    while True:
        present = (places.T @ (start > 0).astype(float)) > 0
        offset = (present.astype(float) @ (counted < 0)) > 0
        # A total of nought closes what counts towards it, unless something else there counts against it.
        closed = (places @ (((totals == 0) & ~offset).astype(float) @ (counted > 0).T)) > 0
        if not bool((closed & (start > 0)).any()):
            break
        start[closed] = 0.0
    stuck = ~(start > 0).any(axis=1)
    without = int((stuck & (rows > 0)).sum())
    if without:
        raise EstimateError(f"the published counts leave no category for {without} areas")
    start[stuck] = 1.0
    with np.errstate(divide="ignore"):
        return np.log(start), (present.astype(float) @ np.abs(counted)) > 0


def _share_out(exponents: Floats, rows: Floats) -> Floats:
    """Share each row's total out in proportion to exp(exponents)."""
    return np.asarray(special.softmax(exponents, axis=1) * rows[:, None])


@dataclass(frozen=True)
class _Overlaps:
    """Pairs of places that share areas, each pair both ways and each place with itself; the same for every step."""

    areas: sparse.csr_array    # (pairs, areas), 1 where the area lies in both
    first: Ints
    second: Ints
    part: Ints    # of each place: those of different parts have no area in common, directly or through others

    @classmethod
    def of(cls, places: sparse.csr_array) -> "_Overlaps":
        """Find them."""
        cells = pd.DataFrame(dict(zip(("area", "place"), places.nonzero(), strict=True)))
        both = cells.merge(cells, on="area").sort_values(["place_x", "place_y", "area"])
        _, begins = np.unique(both[["place_x", "place_y"]], axis=0, return_index=True)
        shape = len(begins), places.shape[0]
        areas = sparse.csr_array((np.ones(len(both)), both["area"], [*begins, len(both)]), shape=shape)
        first, second = both[["place_x", "place_y"]].to_numpy()[begins].T
        _, part = sparse.csgraph.connected_components(places.T @ places, directed=False)
        return cls(areas, first, second, part)


def _newton_step(overlaps: _Overlaps, table: Floats, rows: Floats, counted: Floats, missing: Floats) -> Floats:
    """Solve for the change of the terms that supplies, to first order, what is missing (NaN: a term not used)."""
    shares = np.divide(table, rows[:, None], out=np.zeros_like(table), where=rows[:, None] > 0)
    # The covariance within a row, as a sum over pairs of categories: none of it cancels out, even where one of them
    # has all but nothing of the row.
    one, other = np.triu_indices(len(counted), 1)
    apart = counted[one] - counted[other]
    within = (apart[:, :, None] * apart[:, None, :]).reshape(len(apart), -1)
    curvature = overlaps.areas @ (table[:, one] * shares[:, other] @ within)
    step = np.zeros(missing.shape)
    for part in range(overlaps.part.max() + 1):     # nothing of one is in the equations of another
        places, pairs = np.flatnonzero(overlaps.part == part), overlaps.part[overlaps.first] == part
        first, second = (np.searchsorted(places, each[pairs]) for each in (overlaps.first, overlaps.second))
        step[places] = _solved(first, second, curvature[pairs], missing[places])
    return step * min(1.0, LONGEST_STEP / max(float(np.abs(step).max()), LONGEST_STEP))


def _solved(first: Ints, second: Ints, curvature: Floats, missing: Floats) -> Floats:
    """Solve it for some places; the curvature (pairs, terms × terms) is 0 for any other pair of them."""
    number, kinds = missing.shape
    whole = np.zeros((number, kinds, number, kinds))
    whole[first, :, second, :] = curvature.reshape(-1, kinds, kinds)
    used = ~np.isnan(missing)
    square = whole.reshape(number * kinds, -1)[np.ix_(used.ravel(), used.ravel())]
    # A unit diagonal first; then the small ridge settles the directions along which nothing changes.
    scale = 1.0 / np.sqrt(np.maximum(np.diag(square), 1e-12))
    square = square * scale[:, None] * scale[None, :] + 1e-10 * np.eye(len(square))
    factor = linalg.cho_factor(square, lower=True, check_finite=False)
    step = np.zeros(missing.shape)
    step[used] = scale * linalg.cho_solve(factor, scale * missing[used], check_finite=False)
    return step


def _length(dual: Callable[[Floats], float], terms: Floats, step: Floats) -> float:
    """How far to go along the step: the largest halving that does not lower the (concave) dual."""
    now, length = dual(terms), 1.0
    slack = 1e-12 * abs(now)
    while length > 1e-6 and dual(terms + length * step) < now - slack:
        length /= 2
    return length


def _not_met(margins: Sequence[Margin], fitted: Floats) -> EstimateError:
    """Say which place stayed furthest from its total."""
    totals = np.vstack([margin.totals for margin in margins])
    codes = [code for margin in margins for code in margin.codes]
    place, total = np.unravel_index(np.abs(fitted - totals).argmax(), totals.shape)
    return EstimateError(
        f"the published counts cannot all be met: {codes[place]} comes to {fitted[place, total]:,.1f} where"
        f" {totals[place, total]:,.0f} are published; are all files of one release and the same year's boundaries?")
