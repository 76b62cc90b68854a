"""The estimation by itself, against slow and separate computations of the same thing."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import optimize

from geo.layers.small_area import EstimateError, fit_shares, make_margin, rake_counts, rake_shares, standardised

AREAS = pd.Index([f"area {number}" for number in range(12)])
NORTH_SOUTH = pd.Series(["N"] * 7 + ["S"] * 5, index=AREAS)
EAST_WEST = pd.Series([*"EEWWW", None, None, *"EEWWW"], index=AREAS)
"""Two areas of N are in neither."""


def margins_of(table: pd.DataFrame, *places: pd.Series) -> list:
    return [make_margin(of, table.groupby(of).sum()) for of in places]


def swept(start: np.ndarray, rows: np.ndarray, margins: list, sweeps: int = 20_000) -> np.ndarray:
    """Iterative proportional fitting with plain loops, as the textbooks have it."""
    table = start * (rows / start.sum(axis=1))[:, None]
    for _ in range(sweeps):
        before = table.copy()
        for margin in margins:
            for place in range(len(margin.codes)):
                inside = margin.group == place
                for category in range(table.shape[1]):
                    total = table[inside, category].sum()
                    if total > 0:
                        table[inside, category] *= margin.totals[place, category] / total
        table *= (rows / table.sum(axis=1))[:, None]
        if np.abs(table - before).max() < 1e-10:
            break
    return table


def table_of(seed: int, categories: int, unevenness: float) -> tuple[pd.DataFrame, np.ndarray]:
    random = np.random.default_rng(seed)
    true = np.exp(random.normal(3, unevenness, (12, categories)))
    start = np.exp(random.normal(-1, unevenness, (12, categories)))
    return pd.DataFrame(true, index=AREAS), start


UNEVEN = table_of(80, 5, 2.0), table_of(204, 2, 2.0)
"""On the way one category has all but nothing of a row: a curvature taken as a difference was rounding error."""


FOUND = pd.DataFrame([
    [7.952273, 5.087674, 24.637339, 7.413418, 1.289086],
    [8.097918, 11.297382, 15.147472, 17.013751, 0.524137],
    [53.797161, 985.93235, 10.758883, 52.22496, 6.001281],
    [3.007462, 6.649922, 5.97184, 4.380758, 5.923589],
    [17.843025, 16.679429, 20.754444, 28.928618, 0.645656],
    [82.862054, 1.872497, 64.292854, 11.918474, 75.489995],
    [1.43215, 49.328151, 74.360327, 0.073447, 7.827086],
    [350.582881, 3.964607, 56.470379, 348.821312, 30.53534],
    [164.535355, 3.32834, 214.024615, 12635.6029, 420.564308],
    [11.975082, 37.680258, 7.584069, 17.479212, 340.801243],
    [75.69402, 89.52899, 97.988122, 197.30953, 44.259527],
    [678.020847, 67.860876, 13.798324, 2.009366, 32.96081],
], index=AREAS), np.array([
    [1.38954386, 0.0262206126, 0.470872872, 1.16699137, 0.0397739474],
    [3.27654024, 2.35309607, 0.00282538523, 0.0274655167, 0.374482702],
    [0.283881303, 0.514387573, 0.545814351, 9.18302943, 0.0195040855],
    [0.352141978, 0.00645417141, 0.0069914838, 0.0456696125, 0.0847422051],
    [0.228677328, 2.68320298, 0.670975706, 1.53089756, 0.425583081],
    [1.25478258, 0.0469975078, 0.505632333, 0.540212475, 0.141446536],
    [0.0978581336, 0.562822014, 0.187183972, 1.10032948, 0.104552004],
    [10.1702568, 0.0150645679, 0.210304068, 0.249493529, 0.0295365164],
    [0.647787942, 5.92563798, 0.0409045098, 0.018316055, 0.159518841],
    [0.346604416, 0.464198981, 0.0570412553, 0.372889382, 0.0623811271],
    [0.553212222, 0.212043933, 3.13479097, 0.919590796, 3.02659392],
    [0.0630413195, 1.83169881, 1.37302719, 0.136460622, 0.670635252],
])
"""A case that was once refused, though its totals are those of a table: one row has nearly all of a category."""


@st.composite
def tables(draw: st.DrawFn, most_uneven: float = 2.0) -> tuple[pd.DataFrame, np.ndarray]:
    """A true table of counts, from which totals are taken, and other positive shares to start from."""
    seed = draw(st.integers(0, 2**32 - 1))
    categories = draw(st.integers(2, 5))
    unevenness = draw(st.floats(0.1, most_uneven))
    return table_of(seed, categories, unevenness)


@settings(max_examples=25, deadline=None)
@given(tables())
def test_raked_shares_meet_all_totals_and_are_what_sweeping_converges_to(case: tuple[pd.DataFrame, np.ndarray]) -> None:
    true, start = case
    margins = margins_of(true, NORTH_SOUTH, EAST_WEST)
    rows = true.sum(axis=1).to_numpy()
    found = rake_shares(start, rows, margins)
    assert found.shape == start.shape
    assert found.dtype == np.float64
    assert (found >= 0).all()
    np.testing.assert_allclose(found.sum(axis=1), rows, rtol=1e-12)
    table = pd.DataFrame(found, index=AREAS)
    for places in (NORTH_SOUTH, EAST_WEST):
        pd.testing.assert_frame_equal(table.groupby(places).sum(), true.groupby(places).sum(), atol=1e-6)
    np.testing.assert_allclose(found, swept(start, rows, margins), rtol=1e-5, atol=1e-5)


@settings(max_examples=25, deadline=None)
@given(tables())
@example(FOUND)
@example(UNEVEN[0])
@example(UNEVEN[1])
def test_raking_is_idempotent_and_blind_to_the_scale_of_a_row(case: tuple[pd.DataFrame, np.ndarray]) -> None:
    true, start = case
    margins, rows = margins_of(true, NORTH_SOUTH, EAST_WEST), true.sum(axis=1).to_numpy()
    once = rake_shares(start, rows, margins)
    np.testing.assert_allclose(rake_shares(once, rows, margins), once, atol=1e-6)
    np.testing.assert_allclose(rake_shares(start * np.arange(1, 13)[:, None], rows, margins), once, atol=1e-6)


@settings(max_examples=25, deadline=None)
@given(tables(most_uneven=1.0))     # sweeping is slow where one cell holds a thousandth of the next
def test_raked_counts_meet_totals_by_one_factor_per_place(case: tuple[pd.DataFrame, np.ndarray]) -> None:
    true, start = case
    counts = true[[0]]
    found = rake_counts(start[:, 0], margins_of(counts, NORTH_SOUTH, EAST_WEST))
    raked = pd.Series(found, index=AREAS)
    for places in (NORTH_SOUTH, EAST_WEST):
        np.testing.assert_allclose(raked.groupby(places).sum(), counts[0].groupby(places).sum(), atol=1e-6)
    factor = pd.Series(np.log(found / start[:, 0]), index=AREAS).groupby([NORTH_SOUTH, EAST_WEST.fillna("")])
    assert (factor.max() - factor.min()).max() < 1e-9
    by_cell = factor.mean()
    assert by_cell["N", "E"] + by_cell["S", "W"] == pytest.approx(by_cell["N", "W"] + by_cell["S", "E"])


def test_places_that_share_no_area_are_raked_as_if_alone_and_do_not_fill_the_memory_for_each_other() -> None:
    """As many lands side by side as a country has counties: one system of equations for all of them would fill it."""
    cases = [table_of(seed, 5, 1.0) for seed in range(20)]
    named = [true.rename(index=lambda area, number=number: f"{area} of {number}")
             for number, (true, _) in enumerate(cases)]
    places = [pd.concat([(of + f" {number}").set_axis(true.index) for number, true in enumerate(named)])
              for of in (NORTH_SOUTH, EAST_WEST)]
    whole = pd.concat(named)
    rows, margins = whole.sum(axis=1).to_numpy(), margins_of(whole, *places)
    tracemalloc.start()
    found = rake_shares(np.vstack([start for _, start in cases]), rows, margins)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2e6
    alone = [rake_shares(start, true.sum(axis=1).to_numpy(), margins_of(true, NORTH_SOUTH, EAST_WEST))
             for true, start in cases]
    np.testing.assert_allclose(found, np.vstack(alone), rtol=1e-6, atol=1e-6)


def test_same_bits_twice() -> None:
    random = np.random.default_rng(7)
    true = pd.DataFrame(random.uniform(1, 99, (12, 4)), index=AREAS)
    margins, rows, start = margins_of(true, NORTH_SOUTH, EAST_WEST), true.sum(axis=1).to_numpy(), random.random((12, 4))
    assert rake_shares(start, rows, margins).tobytes() == rake_shares(start, rows, margins).tobytes()


def test_nothing_is_put_where_a_place_has_none_or_the_start_is_closed() -> None:
    true = pd.DataFrame(np.full((12, 3), 10.0), index=AREAS)
    true.loc[NORTH_SOUTH == "N", 1] = 0.0
    true.loc["area 8", 2] = 0.0
    start = np.full((12, 3), 1 / 3)
    start[8, 2] = 0.0
    found = rake_shares(start, true.sum(axis=1).to_numpy(), margins_of(true, NORTH_SOUTH, EAST_WEST))
    np.testing.assert_allclose(found, true, atol=1e-6)
    assert (found[:7, 1] == 0).all()
    assert found[8, 2] == 0


def test_totals_that_are_only_met_in_the_limit_are_met() -> None:
    """E and W have as many of the second kind as N and S: so the two areas in neither, though open, have none."""
    north = pd.DataFrame({0: [60.0, 49.5], 1: [10.0, 0.5]}, index=["N", "S"])
    east = pd.DataFrame({0: [32.0, 57.5], 1: [8.0, 2.5]}, index=["E", "W"])
    margins = [make_margin(NORTH_SOUTH, north), make_margin(EAST_WEST, east)]
    second = pd.Series(rake_shares(np.tile([0.8, 0.2], (12, 1)), np.full(12, 10.0), margins)[:, 1], index=AREAS)
    assert second.groupby(NORTH_SOUTH).sum().to_dict() == pytest.approx({"N": 10.0, "S": 0.5}, abs=1e-6)
    assert second.groupby(EAST_WEST).sum().to_dict() == pytest.approx({"E": 8.0, "W": 2.5}, abs=1e-6)
    assert second[EAST_WEST.isna()].max() < 1e-6


def test_a_category_may_count_against_a_total() -> None:
    """Three kinds: a, b, and c that counts towards the first total and against the second; N's b and c cancel out."""
    counted = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, -1.0]])
    totals = pd.DataFrame({"first": [45.0, 30.0], "second": [0.0, -5.0]}, index=["N", "S"])
    found = rake_shares(np.full((12, 3), 1 / 3), np.full(12, 10.0), [make_margin(NORTH_SOUTH, totals)], counted)
    # Only these counts of the three kinds have those totals.
    assert found[:7].sum(axis=0).tolist() == pytest.approx([20.0, 25.0, 25.0], abs=1e-6)
    assert found[7:].sum(axis=0).tolist() == pytest.approx([5.0, 20.0, 25.0], abs=1e-6)


def test_a_row_of_nought_stays_nought() -> None:
    rows = np.full(12, 10.0)
    rows[3] = 0.0
    totals = pd.DataFrame({0: [40.0, 30.0], 1: [20.0, 20.0]}, index=["N", "S"])
    found = rake_shares(np.full((12, 2), 0.5), rows, [make_margin(NORTH_SOUTH, totals)])
    assert (found[3] == 0).all()
    np.testing.assert_allclose(found[0], [40 / 6, 20 / 6])


@pytest.mark.parametrize(("east", "words"), [
    # More of the second kind in E than N and S have together.
    ({0: [10.0, 40.0], 1: [30.0, 10.0]}, r"cannot all be met: [NSEW] comes to"),
    # E and W have none of the second kind, and what is left has not room for all of it.
    ({0: [40.0, 50.0], 1: [0.0, 0.0]}, "cannot all be met"),
    # The places of one kind do not sum to their rows.
    ({0: [40.0, 40.0], 1: [2.0, 10.0]}, "cannot all be met"),
])
def test_counts_that_contradict_each_other_are_said_to(east: dict[int, list[float]], words: str) -> None:
    totals = pd.DataFrame({0: [55.0, 45.0], 1: [15.0, 5.0]}, index=["N", "S"])
    if east[1] == [0.0, 0.0]:
        totals = pd.DataFrame({0: [30.0, 20.0], 1: [40.0, 30.0]}, index=["N", "S"])
    margins = [make_margin(NORTH_SOUTH, totals), make_margin(EAST_WEST, pd.DataFrame(east, index=["E", "W"]))]
    with pytest.raises(EstimateError, match=words):
        rake_shares(np.tile([0.8, 0.2], (12, 1)), np.full(12, 10.0), margins)


def test_counts_of_one_kind_that_contradict_each_other_are_said_to() -> None:
    totals = pd.DataFrame({"n": [70.0, 50.0]}, index=["N", "S"])
    wrong = pd.DataFrame({"n": [90.0, 50.0]}, index=["E", "W"])
    with pytest.raises(EstimateError, match=r"cannot all be met: [EW] comes to .* are published"):
        rake_counts(np.full(12, 10.0), [make_margin(EAST_WEST, wrong), make_margin(NORTH_SOUTH, totals)])


def test_area_without_any_open_category_is_an_error() -> None:
    totals = pd.DataFrame({0: [0.0, 50.0], 1: [70.0, 0.0]}, index=["N", "S"])
    start = np.full((12, 2), 0.5)
    start[0] = [1.0, 0.0]
    with pytest.raises(EstimateError, match="no category for 1 areas"):
        rake_shares(start, np.full(12, 10.0), [make_margin(NORTH_SOUTH, totals)])


def test_margin_keeps_the_order_of_the_totals_and_leaves_out_places_without_areas() -> None:
    totals = pd.DataFrame({"n": [1.0, 2.0, 3.0]}, index=["W", "X", "E"])
    margin = make_margin(EAST_WEST, totals)
    assert [*margin.codes] == ["W", "E"]
    assert margin.totals.tolist() == [[1.0], [3.0]]
    assert margin.group.tolist() == [1, 1, 0, 0, 0, -1, -1, 1, 1, 0, 0, 0]
    with pytest.raises(EstimateError, match="no published counts for E, W: use a file with the same year's boundaries"):
        make_margin(EAST_WEST, totals.loc[["X"]])


def test_standardised_is_weighted_and_flat_is_nought() -> None:
    values = pd.Series([1.0, 2.0, 4.0], index=[*"abc"])
    weights = pd.Series([2.0, 1.0, 1.0], index=[*"abc"])
    repeated = np.array([1.0, 1.0, 2.0, 4.0])
    expected = pd.Series((values - repeated.mean()) / repeated.std(), index=[*"abc"])
    pd.testing.assert_series_equal(standardised(values, weights), expected)
    assert standardised(pd.Series([3, 3]), pd.Series([1, 2])).tolist() == [0.0, 0.0]


def planted(places: int = 12, areas: int = 600) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Covariates with coefficients known, so that the sums are exact."""
    random = np.random.default_rng(11)
    group = np.arange(areas) % places
    covariates = random.normal(0, 1, (areas, 2)) + 0.5 * random.normal(0, 1, (places, 2))[group]
    sizes = random.uniform(300, 900, areas)
    one, two = covariates.T
    shares = np.exp(np.column_stack([-3 + 0.8 * one, -2 - 0.4 * one + 0.6 * two]))
    sums = np.column_stack([np.bincount(group, sizes * share) for share in shares.T])
    return sums, sizes, covariates, shares


def test_regression_on_sums_finds_the_shares_of_small_areas() -> None:
    sums, sizes, covariates, shares = planted()
    group = np.arange(len(sizes)) % len(sums)
    found = fit_shares(sums, sizes, covariates, group, ridge=0.0)
    np.testing.assert_allclose(found, shares, rtol=1e-4)
    # Averaging the covariates first, the usual short cut, does not.
    mean = np.column_stack([np.bincount(group, sizes * x) / np.bincount(group, sizes) for x in covariates.T])
    design = np.column_stack([np.ones(len(sums)), mean])
    short_cut = np.linalg.lstsq(design, np.log(sums[:, 0] / np.bincount(group, sizes)), rcond=None)[0]
    assert abs(short_cut[0] + 3) > 0.1


def test_regression_maximises_the_penalised_likelihood() -> None:
    sums, sizes, covariates, _ = planted(places=7)
    sums = np.round(sums * np.array([1.3, 0.8, 1, 1, 1.1, 0.7, 1])[:, None])
    group = np.arange(len(sizes)) % 7
    design = np.column_stack([np.ones(len(sizes)), covariates])
    ridge = 0.02

    def loss(beta: np.ndarray) -> float:
        total = 0.0
        for place in range(7):
            mean = (sizes * np.exp(design @ beta))[group == place].sum()
            total += mean - sums[place, 1] * np.log(mean)
        return total / sums[:, 1].sum() + ridge / 2 * (beta[1:] ** 2).sum()

    best = optimize.minimize(loss, [-2.0, 0.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-13})
    found = fit_shares(sums, sizes, covariates, group, ridge=ridge)
    np.testing.assert_allclose(found[:, 1], np.exp(design @ best.x), rtol=1e-3)


def test_regression_without_covariates_that_vary_is_the_overall_share() -> None:
    sums, sizes, covariates, _ = planted()
    group = np.arange(len(sizes)) % len(sums)
    found = fit_shares(sums, sizes, np.zeros_like(covariates), group, ridge=0.01)
    np.testing.assert_allclose(found, np.tile(sums.sum(axis=0) / sizes.sum(), (len(sizes), 1)), rtol=1e-7)


def test_a_place_left_out_of_the_fit_has_no_part_in_it() -> None:
    sums, sizes, covariates, _ = planted()
    group = np.arange(len(sizes)) % len(sums)
    without = np.where(group == 3, -1, group)
    spoilt = sums.copy()
    spoilt[3] = 1e6
    kept = fit_shares(sums, sizes, covariates, without, ridge=0.01)
    np.testing.assert_array_equal(fit_shares(spoilt, sizes, covariates, without, ridge=0.01), kept)
    assert (fit_shares(spoilt, sizes, covariates, group, ridge=0.01) != kept).any()


def test_regression_on_covariates_that_are_no_numbers_is_an_error() -> None:
    sums, sizes, covariates, _ = planted()
    covariates[0, 0] = np.nan
    with pytest.raises(EstimateError, match="covariates of some areas are missing or infinite"):
        fit_shares(sums, sizes, covariates, np.arange(len(sizes)) % len(sums), ridge=0.01)
