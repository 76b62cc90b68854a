"""The measure, recomputed by root finding, by counting and by its limits."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal, assert_series_equal
from scipy.optimize import brentq

from geo.core.choices import NO_RAIL
from geo.layers.gap import (
    gap_range,
    joint_share,
    share_beyond,
    share_borderline,
    weighted_medians,
    weighted_quantiles,
)

shares = st.floats(0.001, 0.999)
CHAIN = ["limit_low", "low", "estimate", "high", "limit_high"]


@given(row=shares, column=shares, psi=st.sampled_from([0.25, 0.5, 2.0, 5.0]))
def test_joint_share_solves_the_odds_ratio(row, column, psi):
    low, high = max(0.0, row + column - 1), min(row, column)

    def excess(both):
        return both * (1 - row - column + both) - psi * (row - both) * (column - both)

    expected = brentq(excess, low, high, xtol=1e-15)
    found = joint_share(pd.Series([row], index=["E01"]), pd.Series([column], index=["E01"]), psi)
    assert list(found.index) == ["E01"]
    assert found.iloc[0] == pytest.approx(expected, abs=1e-9)


@given(st.lists(st.tuples(st.integers(0, 3000), st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=20))
def test_ranges_hold_for_any_margins(rows):
    workers = pd.Series([float(row[0]) for row in rows], index=[f"E0{number}" for number in range(len(rows))])
    capable = workers * [row[1] for row in rows]
    below = pd.Series([row[2] for row in rows], workers.index)
    table = gap_range(capable, workers, below)
    assert list(table.columns) == ["estimate", "low", "high", "limit_low", "limit_high"]
    assert table.index.equals(workers.index)
    assert (table.dtypes == "float64").all()
    for lower, upper in pairwise(CHAIN):
        assert (table[lower] <= table[upper]).all()
    np.testing.assert_allclose(table["estimate"], [w * t * b for w, t, b in rows], rtol=1e-12, atol=1e-9)
    limits = [(max(0.0, w * (t + b - 1)), w * min(t, b)) for w, t, b in rows]
    np.testing.assert_allclose(table[["limit_low", "limit_high"]], limits, atol=1e-8)


def test_range_without_workers_is_nought():
    table = gap_range(pd.Series([0.0]), pd.Series([0.0]), pd.Series([0.5]))
    assert_frame_equal(table, pd.DataFrame([[0.0] * 5], columns=table.columns))


def test_share_beyond_is_strict_and_counts_no_rail():
    reach = pd.DataFrame(
        {
            "area": ["b", "a", "a", "a", "c"],
            "minutes": [120, 120, 121, NO_RAIL, NO_RAIL],
            "postcodes": [7, 5, 3, 2, 4],
        }
    )
    index = pd.Index(["a", "b", "c"], name="code")
    expected = pd.Series([0.5, 0.0, 1.0], index)
    assert_series_equal(share_beyond(reach, 120, index), expected, check_names=False)
    assert_series_equal(share_beyond(reach, 360, index), pd.Series([0.2, 0.0, 1.0], index), check_names=False)


def test_share_beyond_refuses_an_area_without_postcodes():
    reach = pd.DataFrame({"area": ["a"], "minutes": [100], "postcodes": [1]})
    with pytest.raises(KeyError, match="no postcodes for 1 areas, the first z"):
        share_beyond(reach, 120, pd.Index(["a", "z"]))


def test_borderline_is_ten_minutes_either_side():
    reach = pd.DataFrame({"area": list("abcdef"), "minutes": [110, 111, 120, 121, 130, 131], "postcodes": 1})
    found = share_borderline(reach, 120, pd.Index(list("abcdef")))
    assert found.tolist() == [0.0, 1.0, 1.0, 1.0, 1.0, 0.0]
    assert share_borderline(reach.assign(minutes=NO_RAIL), 360, pd.Index(list("abcdef"))).sum() == 0


@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(1, 9)), min_size=1, max_size=30),
    st.sampled_from([0.1, 0.5, 0.9, 1.0]),
)
def test_weighted_quantile_equals_that_of_the_spread_out_list(pairs, share):
    spread = sorted(value for value, weight in pairs for _ in range(weight))
    expected = spread[int(np.ceil(round(share * len(spread), 9))) - 1]
    values, weights = (pd.Series(column) for column in zip(*pairs, strict=True))
    assert weighted_quantiles(values, weights, [share]) == [expected]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 400), st.integers(1, 50)), min_size=1, max_size=40))
def test_medians_of_groups_are_the_quantiles_of_each_group(rows: list[tuple[str, int, int]]) -> None:
    table = pd.DataFrame(rows, columns=["place", "minutes", "residents"])
    expected = {place: weighted_quantiles(part["minutes"], part["residents"], [0.5])[0]
                for place, part in table.groupby("place")}
    found = weighted_medians(table["place"], table["minutes"], table["residents"])
    assert found.to_dict() == expected
    assert found.dtype == table["minutes"].dtype
    assert found.index.tolist() == sorted(expected)
