"""The estimate on the publishers' own files: what must equal Ofcom's counts does, the rest is tested openly."""

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geo.core.errors import SourceError
from geo.edition.authorities import read_authorities
from geo.layers import broadband
from geo.layers.broadband import (
    FAST_BANDS,
    NEIGHBOURHOOD,
    SLOW_BANDS,
    Broadband,
    covariates,
    estimated,
    published_totals,
    validate,
)
from geo.layers.measured_localities import towards_localities
from geo.layers.small_area import EstimateError
from geo.sources.boundary_files import read_boundaries
from geo.sources.census import read_census
from geo.sources.commons_library import read_locality_coverage
from geo.sources.deprivation import read_connectivity
from geo.sources.ofcom import read_fixed_coverage
from geo.sources.ons import read_msoas, read_rural_urban, read_wards
from tools.covariates import FAST, SLOW, cross_validate

pytestmark = pytest.mark.slow

SPEEDS = ["uso", "10", "30", "100", "300", "gigabit"]
BELOW = [f"below_{speed}" for speed in SPEEDS]
COUNTS = ["premises", "matched", *BELOW]
ODD_USO = ["Havant", "Isles of Scilly", "Bournemouth West"]
"""Places where Ofcom counts more premises below the universal service than below 10 Mbit/s."""
ODD_GIGABIT = ["Exeter", "Gloucester", "South Hams", "Torridge", "Torridge and Tavistock"]
"""Places where Ofcom counts more premises with gigabit than with 300 Mbit/s."""


@pytest.fixture(scope="module")
def authorities(open_data: Path) -> pd.DataFrame:
    return read_fixed_coverage(open_data / "ofcom" / "202507_fixed_laua_coverage_r01.csv")


@pytest.fixture(scope="module")
def constituencies(open_data: Path) -> pd.DataFrame:
    return read_fixed_coverage(open_data / "ofcom" / "202507_fixed_pcon_coverage_r01.csv")


@pytest.fixture(scope="module")
def areas(open_data: Path) -> pd.DataFrame:
    lookups = open_data / "lookups"
    wards = read_wards(lookups / "LSOA21_WD24_LAD24_EW_LU.csv")
    groups = read_authorities()
    connectivity = read_connectivity(open_data / "deprivation" / "IoD2025_File_8_connectivity_indicators.csv")
    outlines = read_boundaries(open_data / "boundaries" / "LSOA_2021_EW_BGC.geojson", "LSOA21CD", "LSOA21NM")
    return pd.DataFrame({
        "households": read_census(open_data / "census" / "census2021-ts041.zip", "ts041")["households"],
        "area_km2": outlines.area / 1e6,
        "authority": wards["authority"],
        "msoa": read_msoas(lookups / "LSOA21_MSOA21_HCLNM.csv")["msoa"],
        "constituency": pd.read_csv(
            lookups / "LSOA21_PCON24_largest_overlap.csv", index_col="LSOA21CD")["PCON24CD"].astype("str"),
        "neighbour": wards["authority"].map(groups["neighbour"]),
        "urban": read_rural_urban(lookups / "LSOA21_RUC21_EW_LU.csv")["urban"],
        **connectivity[["digital_connectivity", "connectivity_score"]],
    })


@pytest.fixture(scope="module")
def localities(open_data: Path) -> pd.DataFrame:
    return read_locality_coverage(open_data / "hocl" / "BroadbandDashboardDataFile.xlsx")


@pytest.fixture(scope="module")
def result(
    areas: pd.DataFrame, authorities: pd.DataFrame, constituencies: pd.DataFrame, localities: pd.DataFrame
) -> Broadband:
    return estimated(areas, authorities, constituencies, localities)


def test_every_area_gets_counts_and_says_that_they_are_estimated(result: Broadband, areas: pd.DataFrame) -> None:
    found = result.premises
    pd.testing.assert_index_equal(found.index, areas.index)
    assert [*found.columns] == [*COUNTS, "broadband_basis"]
    assert (found[COUNTS].dtypes == "float64").all()
    assert set(found["broadband_basis"]) == {"estimated"}
    assert len(found) == 4638
    assert found.loc[~areas["neighbour"], "premises"].sum() == pytest.approx(2_849_185, abs=0.01)


def test_every_authority_and_constituency_equals_what_ofcom_published(
    result: Broadband, areas: pd.DataFrame, authorities: pd.DataFrame, constituencies: pd.DataFrame
) -> None:
    by_authority = result.premises.groupby(areas["authority"])[COUNTS].sum()
    assert len(by_authority) == 41
    assert (by_authority - authorities.loc[by_authority.index, COUNTS]).abs().to_numpy().max() < 0.001
    home = areas["constituency"][~areas["neighbour"]]
    by_constituency = result.premises.loc[home.index].groupby(home)[COUNTS].sum()
    assert len(by_constituency) == 58
    assert (by_constituency - constituencies.loc[by_constituency.index, COUNTS]).abs().to_numpy().max() < 0.001


def test_shares_are_possible_and_tiers_nest_wherever_the_published_counts_do(
    result: Broadband, areas: pd.DataFrame, authorities: pd.DataFrame, constituencies: pd.DataFrame
) -> None:
    found = result.premises
    assert (found[COUNTS] >= 0).all(axis=None)
    assert (found[BELOW].le(found["premises"], axis=0)).all(axis=None)
    for less, more in (
        ("below_10", "below_30"), ("below_30", "below_100"), ("below_100", "below_300"), ("below_300", "matched"),
        ("matched", "premises"), ("below_uso", "below_30"), ("below_100", "below_gigabit"),
        ("below_gigabit", "matched"),
    ):
        assert (found[less] <= found[more]).all(), (less, more)
    places = pd.concat([authorities, constituencies])
    for less, more, odd in (("below_uso", "below_10", ODD_USO), ("below_300", "below_gigabit", ODD_GIGABIT)):
        codes = places.index[places[less] > places[more]]
        in_one = areas["authority"].isin(codes) | (areas["constituency"].isin(codes) & ~areas["neighbour"])
        assert (found.loc[~in_one, less] <= found.loc[~in_one, more]).all()
        mapped = set(areas["authority"]) | set(areas.loc[~areas["neighbour"], "constituency"])
        assert set(places.loc[codes[codes.isin(mapped)], "name"]) == set(odd)


def test_premises_follow_households(result: Broadband, areas: pd.DataFrame) -> None:
    """Inside one authority and one constituency every LSOA has the same premises per household."""
    ratio = (result.premises["premises"] / areas["households"])[~areas["neighbour"]]
    cells = ratio.groupby([areas["authority"], areas["constituency"]])
    assert (cells.max() / cells.min() - 1).max() < 1e-9
    assert ratio.between(0.9, 2.0).mean() > 0.99


def test_worse_lines_are_put_where_active_lines_are_slow(result: Broadband, areas: pd.DataFrame) -> None:
    """The estimate says more than its authorities' averages: inside them it follows the indicator."""
    share = result.premises["below_30"] / result.premises["premises"]
    within = share - share.groupby(areas["authority"]).transform("mean")
    slow = areas["digital_connectivity"] - areas.groupby("authority")["digital_connectivity"].transform("mean")
    assert within.corr(slow) > 0.2


def test_same_bits_twice_and_whatever_the_order_nearly_the_same(
    result: Broadband, areas: pd.DataFrame, authorities: pd.DataFrame, constituencies: pd.DataFrame,
    localities: pd.DataFrame,
) -> None:
    again = estimated(areas, authorities, constituencies, localities)
    pd.testing.assert_frame_equal(again.premises, result.premises, check_exact=True)
    pd.testing.assert_frame_equal(again.validation, result.validation, check_exact=True)
    turned = estimated(areas[::-1], authorities[::-1], constituencies[::-1], localities[::-1]).premises
    pd.testing.assert_frame_equal(turned[::-1], result.premises, rtol=0, atol=1e-6)


def test_validation_is_recomputed_and_beats_even_spreading(
    result: Broadband, areas: pd.DataFrame, authorities: pd.DataFrame, constituencies: pd.DataFrame,
    localities: pd.DataFrame,
) -> None:
    found = result.validation
    assert found is not None
    assert found.index.name == "speed"
    assert [*found.index] == SPEEDS
    assert (found["constituencies"] == 58).all()
    told, blind = (estimated(areas, authorities, None, known) for known in (localities, None))
    assert told.validation is None
    for speed in SPEEDS:
        errors: dict[str, list[float]] = {"model": [], "unmeasured": [], "even": []}
        for code, home in areas[~areas["neighbour"]].groupby("constituency"):
            row = constituencies.loc[code]
            true = 100 * row[f"below_{speed}"] / row["premises"]
            for who, run in (("model", told), ("unmeasured", blind)):
                guess = run.premises.loc[home.index]
                errors[who].append(abs(100 * guess[f"below_{speed}"].sum() / guess["premises"].sum() - true))
            share = home["authority"].map(authorities[f"below_{speed}"] / authorities["premises"])
            errors["even"].append(abs(100 * np.average(share, weights=guess["premises"]) - true))
        for who, off in errors.items():
            assert found.loc[speed, f"{who}_mean"] == pytest.approx(np.mean(off))
            assert found.loc[speed, f"{who}_rmse"] == pytest.approx(np.sqrt(np.mean(np.square(off))))
            assert found.loc[speed, f"{who}_p90"] == pytest.approx(np.quantile(off, 0.9))
    for kind in ("mean", "rmse", "p90", "misplaced"):
        assert (found[f"unmeasured_{kind}"] < found[f"even_{kind}"]).all()
        assert (found[f"model_{kind}"] < found[f"unmeasured_{kind}"]).all()
    assert found.loc["30", "model_mean"] <= 0.40
    assert found.loc["10", "model_mean"] < 0.17
    assert found.loc["gigabit", "model_mean"] < 2.1


def test_misplaced_is_half_of_what_is_too_much_and_too_little(
    areas: pd.DataFrame, authorities: pd.DataFrame, constituencies: pd.DataFrame
) -> None:
    blind = estimated(areas, authorities, None).premises
    home = areas.loc[~areas["neighbour"], "constituency"]
    sums = blind.loc[home.index].groupby(home)["below_30"].sum()
    true = constituencies.loc[sums.index, "below_30"]
    expected = (sums - true).clip(lower=0).sum() / true.sum()
    found = validate(areas, authorities, constituencies)
    assert found.loc["30", "model_misplaced"] == pytest.approx(expected, rel=1e-6)


def test_covariates_are_the_ones_that_unseen_authorities_choose(
    areas: pd.DataFrame, authorities: pd.DataFrame,
) -> None:
    few = (("density",), ("digital", "density"), NEIGHBOURHOOD, (*NEIGHBOURHOOD, "digital²"), (*NEIGHBOURHOOD, "rural"))
    found = cross_validate(areas, authorities, few)
    assert [*covariates(areas)] == [*NEIGHBOURHOOD]
    assert [*found["number"]] == [1, 2, 3, 4, 4]
    assert [*found.index[found["chosen"]]] == ["; ".join(NEIGHBOURHOOD)]
    assert (found["worse_by"] >= -1e-12).all()
    assert found["worse_by"].min() == 0
    assert found.loc["digital; density", "worse_by"] > 2 * found.loc["digital; density", "standard_error"]


def test_covariates_of_localities_are_chosen_likewise(
    areas: pd.DataFrame, authorities: pd.DataFrame, localities: pd.DataFrame
) -> None:
    slow = cross_validate(areas, authorities, SLOW, localities, slice(0, 2))
    assert [*slow.index[slow["chosen"]]] == ["; ".join(name for name in SLOW_BANDS if name != "no decent line")]
    kept = slow.loc["; ".join(SLOW_BANDS)]
    assert kept["worse_by"] < kept["standard_error"]
    fast = cross_validate(areas, authorities, FAST, localities, slice(2, 5))
    assert [*fast.index[fast["chosen"]]] == ["; ".join(FAST_BANDS)]


@pytest.mark.parametrize("way", [0.0, 1.0])
def test_half_way_to_the_measured_localities_beats_either_end(
    monkeypatch: pytest.MonkeyPatch, way: float, result: Broadband, areas: pd.DataFrame, authorities: pd.DataFrame,
    constituencies: pd.DataFrame, localities: pd.DataFrame,
) -> None:
    monkeypatch.setattr(broadband, "towards_localities", partial(towards_localities, way=way))
    other = validate(areas, authorities, constituencies, localities)
    assert result.validation is not None
    better = result.validation["model_mean"] < other["model_mean"]
    assert better[["30", "100", "300", "gigabit"]].all()


def test_totals_are_differences_that_sum_to_the_premises(authorities: pd.DataFrame) -> None:
    totals = published_totals(authorities)
    pd.testing.assert_index_equal(totals.index, authorities.index)
    assert (totals.sum(axis=1) == authorities["premises"]).all()
    exeter = authorities.loc["E07000041"]
    assert totals.loc["E07000041"].tolist() == [
        exeter["below_uso"], exeter["below_10"] - exeter["below_uso"], exeter["below_30"] - exeter["below_10"],
        exeter["below_100"] - exeter["below_30"], exeter["below_300"] - exeter["below_100"], -1,
        exeter["matched"] - exeter["below_gigabit"], exeter["premises"] - exeter["matched"],
    ]


def test_release_without_a_tier_is_named(
    areas: pd.DataFrame, authorities: pd.DataFrame, constituencies: pd.DataFrame
) -> None:
    early = authorities.assign(below_100=np.nan, below_gigabit=np.nan)
    early.attrs["file"] = "201909_fixed_laua_coverage_r01.csv"
    with pytest.raises(SourceError, match=r"^201909_fixed_laua_coverage_r01.csv: has no counts for 100 and gigabit"):
        estimated(areas, early, constituencies)


def test_areas_that_lack_something_are_told_all_at_once(areas: pd.DataFrame, authorities: pd.DataFrame) -> None:
    spoilt = areas.drop(columns="neighbour").astype({"households": float})
    spoilt.iloc[0, spoilt.columns.get_loc("households")] = 0
    spoilt.iloc[1, spoilt.columns.get_loc("digital_connectivity")] = np.nan
    with pytest.raises(EstimateError) as caught:
        estimated(spoilt, authorities, None)
    message = str(caught.value)
    assert "column 'neighbour' is missing" in message
    assert f"households is missing or nought in 1 areas ({areas.index[0]}" in message
    assert f"digital_connectivity is missing or nought in 1 areas ({areas.index[1]}" in message
    assert "\n" not in message


def test_counts_of_other_boundaries_or_of_another_release_are_refused(
    areas: pd.DataFrame, authorities: pd.DataFrame, constituencies: pd.DataFrame
) -> None:
    with pytest.raises(EstimateError, match="no published counts for E07000041: use a file with the same year's"):
        estimated(areas, authorities.drop("E07000041"), constituencies)
    other = constituencies.copy()
    other.loc["E14001231", ["premises", "matched", "below_30"]] += 500
    with pytest.raises(EstimateError, match="the published counts cannot all be met"):
        estimated(areas, authorities, other)


def test_one_authority_alone_can_be_estimated(areas: pd.DataFrame, authorities: pd.DataFrame) -> None:
    part = areas[areas["authority"] == "E07000047"]
    found = estimated(part, authorities, None).premises
    np.testing.assert_allclose(found[COUNTS].sum(), authorities.loc["E07000047", COUNTS].astype(float), atol=0.001)
