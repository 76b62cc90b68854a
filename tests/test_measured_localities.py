"""Measured localities in the estimate: by hand, independent of the project's own arithmetic."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import optimize

from geo.core.errors import SwatheError
from geo.edition.inputs import measured_localities
from geo.layers.broadband import SLOW_BANDS, covariates, estimated, starting_shares
from geo.layers.locality_validation import validate_localities
from geo.layers.measured_localities import (
    SMALLEST,
    locality_covariates,
    locality_shares,
    superfast_not_taken,
    towards_localities,
)
from geo.layers.small_area import make_margin, rake_counts
from geo.sources.commons_library import read_locality_coverage
from tests.test_broadband import areas, authorities, constituencies, localities  # noqa: F401 - fixtures

pytestmark = pytest.mark.slow

BELOW_10, TO_30 = ["below uso, below 10", "below 10"], ["below uso, 10 to 30", "10 to 30"]
BETWEEN, GIGABIT = ["30 to 100", "100 to 300", "300, no gigabit"], ["gigabit, 100 to 300", "gigabit"]


@pytest.fixture(scope="module")
def premises(areas: pd.DataFrame, authorities: pd.DataFrame, constituencies: pd.DataFrame) -> np.ndarray:  # noqa: F811
    home = areas["constituency"].where(~areas["neighbour"])
    return rake_counts(areas["households"].to_numpy(float), [
        make_margin(areas["authority"], authorities[["premises"]]), make_margin(home, constituencies[["premises"]])])


def hand_made_covariates(areas: pd.DataFrame, localities: pd.DataFrame) -> pd.DataFrame:  # noqa: F811
    """What METHOD's regression goes by, with the localities', each standardised over households."""
    at, homes = localities.loc[areas["msoa"]].set_axis(areas.index), areas["households"]

    def scaled(values: pd.Series) -> pd.Series:
        mean = (values * homes).sum() / homes.sum()
        return (values - mean) / np.sqrt(((values - mean) ** 2 * homes).sum() / homes.sum())

    digital, density = scaled(areas["digital_connectivity"]), scaled(np.log(homes / areas["area_km2"]))
    return pd.DataFrame({
        "digital": digital, "density": density, "digital × density": scaled(digital * density),
        "slow": scaled(np.log(1 - at["superfast"] + 0.002)),
        "no decent line": scaled(np.log(at["below_uso"] + 0.0005)),
        "slow lines in use": scaled(np.log(at["receiving_under_10"] + 0.01)),
        "no gigabit": scaled(np.log(1 - at["gigabit"] + 0.01))})


def fitted(counts: pd.Series, design: np.ndarray, n: np.ndarray, home: np.ndarray) -> np.ndarray:
    """Poisson regression on sums by another optimiser: rates of every LSOA."""
    x = np.column_stack([np.ones(len(n)), design])
    scale = counts.sum()

    def loss(beta: np.ndarray) -> tuple[float, np.ndarray]:
        each = n * np.exp(x @ beta)
        mean = np.bincount(home, each)
        slope = x.T @ (each * (1 - counts.to_numpy() / mean)[home]) / scale
        value = (mean - counts * np.log(mean)).sum() / scale + 0.005 * (beta[1:] ** 2).sum()
        return value, slope + 0.01 * np.r_[0.0, beta[1:]]

    first = np.r_[np.log(scale / n.sum()), np.zeros(design.shape[1])]
    found = optimize.minimize(loss, first, jac=True, method="BFGS", options={"gtol": 1e-10, "maxiter": 2000})
    return np.exp(x @ found.x)


def test_starting_shares_and_raked_counts_by_hand(
    areas: pd.DataFrame, authorities: pd.DataFrame, localities: pd.DataFrame, premises: np.ndarray,  # noqa: F811
) -> None:
    """One locality with measured shares, and one with 0 below 30 and 0 below the universal service."""
    design = hand_made_covariates(areas, localities)
    codes = np.sort(areas["authority"].unique())
    home = np.searchsorted(codes, areas["authority"])
    counts = authorities.loc[codes, ["below_10", "below_30", "below_100", "below_300", "matched"]]
    rates = []
    for number, name in enumerate(counts):
        band = counts[name] - (counts.iloc[:, number - 1] if number else 0)
        low = ["digital", "density", "digital × density", "slow"]
        names = [*low, "no decent line", "slow lines in use"] if number < 2 else [*low, "no gigabit"]
        rates.append(fitted(band, design[names].to_numpy(), premises, home))
    regression = pd.DataFrame(np.column_stack(rates), areas.index).pipe(lambda t: t.div(t.sum(axis=1), axis=0))
    of_300 = authorities.loc[codes, ["below_300", "below_gigabit", "matched", "premises"]].sum()
    gigabit = (of_300["matched"] - of_300["below_gigabit"]) / (of_300["matched"] - of_300["below_300"])
    groups = pd.DataFrame({
        "slow": regression[0] + regression[1],
        "between": regression[2] + regression[3] * (1 - gigabit) + regression[4] * (1 - gigabit),
        "fast": regression[3] * gigabit + regression[4] * gigabit})

    start = starting_shares(areas, authorities, premises, localities)
    assert np.allclose(start.sum(axis=1), 1)
    ours = localities[localities.index.isin(areas["msoa"])]
    none = ours.index[(ours["superfast"] == 1) & (ours["below_uso"] == 0)]
    assert len(none) == 29
    for code in ("E02004162", none[0]):
        assert code in ours.index
        inside = (areas["msoa"] == code).to_numpy()
        authority = areas.loc[inside, "authority"].iloc[0]
        n = premises[inside]
        fit = (groups[inside].mul(n, axis=0)).sum() / n.sum()
        row = ours.loc[code]
        beside = (areas["authority"] == authority).to_numpy()
        at = ours.loc[areas["msoa"][beside]]
        mean = pd.Series({
            "slow": (premises[beside] * (1 - at["superfast"])).sum(),
            "between": (premises[beside] * (at["superfast"] - at["gigabit"])).sum(),
            "fast": (premises[beside] * at["gigabit"]).sum()}) / premises[beside].sum()
        share = pd.Series({
            "slow": 1 - row["superfast"], "between": row["superfast"] - row["gigabit"], "fast": row["gigabit"]})
        pulled = (share * n.sum() + 5 * mean) / (n.sum() + 5)
        assert (pulled > 0).all()
        moved = groups[inside] * np.sqrt(pulled / fit)
        moved = moved.div(moved.sum(axis=1), axis=0)
        matched = start.loc[inside].drop(columns="unmatched").sum(axis=1)
        found = pd.DataFrame({
            "slow": start.loc[inside, BELOW_10 + TO_30].sum(axis=1), "between": start.loc[inside, BETWEEN].sum(axis=1),
            "fast": start.loc[inside, GIGABIT].sum(axis=1)}).div(matched, axis=0)
        pd.testing.assert_frame_equal(found, moved, check_exact=False, rtol=2e-3, atol=1e-6)


def test_raked_counts_are_the_nearest_that_meet_what_is_published(
    areas: pd.DataFrame, authorities: pd.DataFrame, constituencies: pd.DataFrame, localities: pd.DataFrame,  # noqa: F811
    premises: np.ndarray,
) -> None:
    """They are the start times one factor a category for each pair of authority and constituency, and one a row.

    Together with the totals being met, that is what says that no other table is nearer to the start. Looked at where
    the published counts nest: there every category is the difference of two tiers.
    """
    start = starting_shares(areas, authorities, premises, localities)
    table = estimated(areas, authorities, constituencies, localities).premises
    home = areas["constituency"].where(~areas["neighbour"], "")
    tiers = [table[name] for name in (
        "below_uso", "below_10", "below_30", "below_100", "below_300", "below_gigabit", "matched", "premises")]
    found = pd.DataFrame(np.diff(np.column_stack([tiers[0] * 0, *tiers]), axis=1), areas.index)
    before = pd.DataFrame({
        0: start["below uso, below 10"], 1: start["below 10"], 2: start[TO_30].sum(axis=1), 3: start["30 to 100"],
        4: start[["100 to 300", "gigabit, 100 to 300"]].sum(axis=1), 5: start["300, no gigabit"], 6: start["gigabit"],
        7: start["unmatched"]})
    places = pd.concat([authorities, constituencies])
    odd = places.index[(places["below_uso"] > places["below_10"]) | (places["below_300"] > places["below_gigabit"])]
    usual = ~areas["authority"].isin(odd) & ~home.isin(odd)
    seen = (found[usual] > 1e-3).all(axis=1)
    rows = seen.index[seen]
    factors = np.log(found.loc[rows] / before.loc[rows])
    factors = factors.sub(factors[7], axis=0)
    cells = factors.groupby([areas["authority"], home])
    assert len(rows) > 2000
    assert len(cells) > 40
    assert (cells.max() - cells.min()).max(axis=None) < 1e-4


def test_a_locality_with_nothing_slow_can_still_hold_some(
    areas: pd.DataFrame, localities: pd.DataFrame, premises: np.ndarray,  # noqa: F811
) -> None:
    shares = locality_shares(localities, areas, premises)
    assert (shares > 0).all(axis=None)
    assert np.allclose(shares.sum(axis=1), 1)
    assert sorted(shares.index) == sorted(areas["msoa"].unique())
    assert (localities.loc[shares.index, "superfast"] == 1).sum() == 29


def test_a_locality_that_is_not_measured_rests_on_the_regression_alone(
    areas: pd.DataFrame, authorities: pd.DataFrame, localities: pd.DataFrame, premises: np.ndarray,  # noqa: F811
) -> None:
    blind = starting_shares(areas, authorities, premises, None)
    part = starting_shares(areas, authorities, premises, localities.drop("E02004162"))
    hidden = areas["msoa"] == "E02004162"
    pd.testing.assert_frame_equal(part[hidden], blind[hidden])
    assert not np.allclose(part[~hidden], blind[~hidden])
    known = locality_covariates(localities.drop("E02004162"), areas)
    beside = areas.loc[(areas["authority"] == areas.loc[hidden, "authority"].iloc[0]) & ~hidden]
    mean = np.average(known.loc[beside.index, "slow"], weights=beside["households"])
    assert np.allclose(known.loc[hidden, "slow"], mean)


def test_covariates_of_localities_are_standardised_logarithms(
    areas: pd.DataFrame, localities: pd.DataFrame,  # noqa: F811
) -> None:
    found = covariates(areas, localities)
    assert {*SLOW_BANDS} <= {*found}
    expected = hand_made_covariates(areas, localities)
    pd.testing.assert_frame_equal(found[[*expected]], expected)
    assert [*SMALLEST] == ["slow", "no decent line", "slow lines in use", "no gigabit"]


def test_superfast_not_taken_is_a_difference_no_less_than_nought() -> None:
    measured = pd.DataFrame({"superfast": [0.9, 0.5, 1.0], "receiving_over_30": [0.75, 0.6, np.nan]}, index=[*"abc"])
    found = superfast_not_taken(measured)
    assert found.name == "superfast_not_taken"
    assert found[["a", "b"]].tolist() == pytest.approx([0.15, 0.0])
    assert np.isnan(found["c"])


def test_moving_all_the_way_gives_the_measured_odds() -> None:
    start = pd.DataFrame(0.1, index=["a", "b", "c"], columns=[
        "below uso, below 10", "below 10", "below uso, 10 to 30", "10 to 30", "30 to 100", "100 to 300",
        "gigabit, 100 to 300", "300, no gigabit", "gigabit", "unmatched"])
    msoa = pd.Series(["M", "M", "other"], index=start.index)
    shares = pd.DataFrame({"below 30": [0.02], "30 to gigabit": [0.18], "gigabit": [0.8]}, index=["M"])
    moved = towards_localities(start, np.array([100.0, 300.0, 50.0]), msoa, shares, way=1.0)
    assert np.allclose(moved.sum(axis=1), 1)
    assert np.allclose(moved.loc["c"], start.loc["c"])
    slow, between = moved.loc["a", BELOW_10 + TO_30].sum(), moved.loc["a", BETWEEN].sum()
    assert between / slow == pytest.approx(9)
    assert moved.loc["a", GIGABIT].sum() / slow == pytest.approx(40)
    same = towards_localities(start, np.array([100.0, 300.0, 50.0]), msoa, shares, way=0.0)
    pd.testing.assert_frame_equal(same, start)


def swept(start: np.ndarray, rows: np.ndarray, totals: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Iterative proportional fitting."""
    table = start * (rows / start.sum(axis=1))[:, None]
    for _ in range(400):
        for home, wanted in totals:
            seen = home >= 0
            for category in range(table.shape[1]):
                sums = np.bincount(home[seen], table[seen, category], len(wanted))
                table[seen, category] *= (wanted[:, category] / sums)[home[seen]]
        table *= (rows / table.sum(axis=1))[:, None]
    return table


def test_hidden_localities_are_predicted_as_reported(
    areas: pd.DataFrame, authorities: pd.DataFrame, localities: pd.DataFrame,  # noqa: F811
) -> None:
    found = validate_localities(areas, authorities, localities)
    assert [*found.index.get_level_values("way").unique()] == ["shown", "hidden", "constituency", "authority", "even"]
    scale = authorities["premises"].loc[areas["authority"].unique()]
    n = (areas["households"] * areas["authority"].map(
        scale / areas.groupby("authority")["households"].sum())).to_numpy()
    at = localities.loc[areas["msoa"]]
    truth = np.column_stack([1 - at["superfast"], at["superfast"] - at["gigabit"], at["gigabit"]])
    counts = truth * n[:, None]
    homes = {}
    for kind in ("authority", "constituency"):
        codes = np.sort(areas.loc[~areas["neighbour"] | (kind == "authority"), kind].unique())
        home = np.searchsorted(codes, areas[kind])
        home = np.where(areas["neighbour"] & (kind == "constituency"), -1, home)
        wanted = np.column_stack([np.bincount(home[home >= 0], counts[home >= 0, k], len(codes)) for k in range(3)])
        homes[kind] = (home, wanted)
    grouped = [BELOW_10 + TO_30, BETWEEN, GIGABIT]

    def three(start: pd.DataFrame) -> np.ndarray:
        return np.column_stack([start[names].sum(axis=1) for names in grouped])

    order = sorted(areas["msoa"].unique())
    hidden = np.full(counts.shape, np.nan)
    for number in range(10):
        out = order[number::10]
        start = three(starting_shares(areas, authorities, n, localities.drop(out)))
        where = areas["msoa"].isin(out).to_numpy()
        hidden[where] = swept(start, n, [homes["authority"], homes["constituency"]])[where]
    blind = three(starting_shares(areas, authorities, n, None))
    guesses = {"hidden": hidden, "constituency": swept(blind, n, [homes["constituency"]]),
               "authority": swept(blind, n, [homes["authority"]])}
    west = ~areas["neighbour"].to_numpy()
    msoa = areas.loc[west, "msoa"]
    for way, guess in guesses.items():
        for speed, upto in (("30", 1), ("gigabit", 2)):
            off = pd.Series((guess - counts)[west, :upto].sum(axis=1), msoa.index).groupby(msoa).sum().abs()
            points = 100 * off / pd.Series(n[west], msoa.index).groupby(msoa).sum()
            row = found.loc[(way, speed)]
            assert row["mean"] == pytest.approx(points.mean(), abs=0.01)
            assert row["rmse"] == pytest.approx(np.sqrt((points**2).mean()), abs=0.01)
            assert row["p90"] == pytest.approx(points.quantile(0.9), abs=0.02)
            assert row["mean_premises"] == pytest.approx(off.mean(), abs=0.5)
            assert row["localities"] == 710
    assert (found.loc["hidden", "mean"] < found.loc["authority", "mean"]).all()
    assert (found.loc["authority", "mean"] < found.loc["even", "mean"]).all()
    assert (found.loc["shown", "mean"] < 0.3 * found.loc["hidden", "mean"]).all()


def test_a_city_centre_is_where_it_was_measured(
    areas: pd.DataFrame, authorities: pd.DataFrame, constituencies: pd.DataFrame, localities: pd.DataFrame,  # noqa: F811
) -> None:
    """By locality the estimate goes with what was measured, as the regression alone does not."""
    true = localities.loc[areas["msoa"].unique(), "gigabit"]
    off = {}
    for name, known in (("told", localities), ("blind", None)):
        table = estimated(areas, authorities, constituencies, known).premises.groupby(areas["msoa"]).sum()
        off[name] = (1 - table["below_gigabit"] / table["premises"] - true).abs()
    # Much has been built since the measurement: what is left is mostly that.
    assert off["told"].mean() < 0.8 * off["blind"].mean()
    assert (off["told"] > 0.4).sum() < (off["blind"] > 0.4).sum() / 3


def test_the_workbook_of_other_places_is_refused(open_data: Path) -> None:
    table = read_locality_coverage(open_data / "hocl" / "BroadbandDashboardDataFile.xlsx")
    with pytest.raises(SwatheError, match="has no locality"):
        measured_localities({"commons-library": table}, pd.Series(["E02999999"]))
