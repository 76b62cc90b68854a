"""Geometry of areas: nothing lost, nothing overlapping, every point in one area."""

import itertools
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from geo.layers.boundaries import area_km2, assign_points, dissolve, generalise
from geo.sources import boundary_files, ons
from geo.sources.code_point import read_postcodes

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lsoas(open_data: Path) -> gpd.GeoDataFrame:
    return boundary_files.read_boundaries(open_data / "boundaries/LSOA_2021_EW_BGC.geojson", "LSOA21CD", "LSOA21NM")


@pytest.fixture(scope="module")
def simple(lsoas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return generalise(lsoas)


@pytest.fixture(scope="module")
def wards(open_data: Path) -> pd.DataFrame:
    return ons.read_wards(open_data / "lookups/LSOA21_WD24_LAD24_EW_LU.csv")


def grid(columns: int = 3, rows: int = 2, side: float = 1000.0) -> gpd.GeoDataFrame:
    boxes = [
        shapely.box(x * side, y * side, (x + 1) * side, (y + 1) * side) for y in range(rows) for x in range(columns)
    ]
    index = pd.Index([f"E0100000{position}" for position in range(len(boxes))], name="code", dtype="str")
    return gpd.GeoDataFrame({"name": index.str[-1]}, geometry=boxes, index=index, crs=27700)


def wiggly(columns: int = 2) -> gpd.GeoDataFrame:
    """Neighbours whose shared edges have many points, a metre or two off the straight line."""
    heights = np.linspace(0, 1000, 40)
    edges = [
        np.column_stack([x * 1000 + 2 * np.sin(heights / 30), heights]) for x in range(columns + 1)
    ]
    areas = [shapely.Polygon(np.vstack([left, right[::-1]])) for left, right in itertools.pairwise(edges)]
    return gpd.GeoDataFrame(geometry=areas, index=list("abcdefgh"[:columns]), crs=27700)


def test_generalised_lsoas_are_all_there_and_fit(lsoas: gpd.GeoDataFrame, simple: gpd.GeoDataFrame) -> None:
    pd.testing.assert_index_equal(simple.index, lsoas.index)
    pd.testing.assert_series_equal(simple["name"], lsoas["name"])
    assert simple.crs == lsoas.crs
    assert simple.is_valid.all()
    assert not simple.is_empty.any()
    assert shapely.coverage_is_valid(simple.geometry.to_numpy())
    whole = shapely.coverage_union_all(simple.geometry.to_numpy())
    assert whole.area == pytest.approx(simple.area.sum(), rel=1e-9)
    assert shapely.get_num_interior_rings(shapely.get_parts(whole)).sum() == 0
    assert simple.area.sum() == pytest.approx(lsoas.area.sum(), rel=0.001)
    points = [shapely.get_num_coordinates(areas.geometry.to_numpy()).sum() for areas in (simple, lsoas)]
    assert points[0] < points[1] / 2


def test_shared_edges_stay_shared() -> None:
    areas = wiggly(3)
    found = generalise(areas, 50)
    assert shapely.get_num_coordinates(found.geometry.to_numpy()).sum() == 3 * 5
    assert shapely.coverage_is_valid(found.geometry.to_numpy())
    for left, right in (("a", "b"), ("b", "c")):
        shared = found.geometry[left].intersection(found.geometry[right])
        assert shared.length == pytest.approx(1000, abs=3)


def test_overlaps_are_cleaned_before_simplifying() -> None:
    areas = grid(2, 1)
    areas.loc["E01000001", "geometry"] = shapely.box(980, 0, 2000, 1000)
    found = generalise(areas, 1)
    assert shapely.coverage_is_valid(found.geometry.to_numpy())
    assert found.area.sum() == pytest.approx(2_000_000)


def test_invalid_areas_are_made_valid() -> None:
    bow = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    found = generalise(gpd.GeoDataFrame(geometry=[bow], index=["a"], crs=27700), 1)
    assert found.is_valid.all()
    assert found.area.sum() == pytest.approx(5000)


def test_an_area_drawn_twice_is_told() -> None:
    areas = grid(2, 1)
    areas.loc["E01000001", "geometry"] = areas.geometry.iloc[0]
    with pytest.raises(ValueError, match=r"^E0100000[01]: lost when overlaps are removed"):
        generalise(areas, 1)


@pytest.mark.parametrize("call", [
    generalise, area_km2, lambda areas: dissolve(areas, pd.Series("x", index=areas.index)),
    lambda areas: assign_points(pd.DataFrame({"easting": [1.0], "northing": [1.0]}), areas),
])
def test_wrong_areas_are_told(call) -> None:
    good = grid()
    with pytest.raises(ValueError, match="EPSG:4326, expected EPSG:27700"):
        call(good.to_crs(4326))
    with pytest.raises(ValueError, match="no coordinate system, expected EPSG:27700"):
        call(good.set_crs(None, allow_override=True))
    with pytest.raises(ValueError, match="E01000000: there more than once"):
        call(pd.concat([good, good.iloc[:1]]))
    lines = good.copy()
    lines.loc["E01000002", "geometry"] = shapely.LineString([(0, 0), (1, 1)])
    with pytest.raises(ValueError, match="E01000002: no polygon"):
        call(lines)


@pytest.mark.parametrize(("level", "count"), [("authority", 41), ("ward", 1076)])
def test_dissolved_places_are_the_sum_of_their_lsoas(
    simple: gpd.GeoDataFrame, wards: pd.DataFrame, level: str, count: int,
) -> None:
    places = dissolve(simple, wards[level])
    assert len(places) == count
    assert places.index.name == level
    assert places.index.is_monotonic_increasing
    assert places.crs.to_epsg() == 27700
    assert places.is_valid.all()
    expected = simple.area.groupby(wards[level].reindex(simple.index)).sum()
    pd.testing.assert_series_equal(places.area, expected, check_names=False, check_index_type=False)
    # An edge between two LSOAs of one place is gone; the outline of the whole is not.
    assert shapely.get_num_coordinates(places.geometry.to_numpy()).sum() < 145_000


def test_dissolving_twice_is_dissolving_once(simple: gpd.GeoDataFrame, wards: pd.DataFrame) -> None:
    ward_authority = wards.drop_duplicates("ward").set_index("ward")["authority"]
    twice = dissolve(dissolve(simple, wards["ward"]), ward_authority)
    once = dissolve(simple, wards["authority"])
    assert twice.geometry.geom_equals(once.geometry).all()


def test_areas_of_no_place_are_left_out() -> None:
    areas = grid(3, 1)
    by = pd.Series({"E01000000": "x", "E01000001": "", "E01000002": None}, dtype="str", name="lep")
    found = dissolve(areas, by)
    assert found.index.to_list() == ["x"]
    assert found.geometry.loc["x"].area == 1e6
    with pytest.raises(ValueError, match="E01000002: in no row of lep"):
        dissolve(areas, by.iloc[:2])


def test_areas_that_overlap_are_not_dissolved() -> None:
    areas = grid(2, 1)
    areas.loc["E01000001", "geometry"] = shapely.box(500, 200, 2000, 1200)
    with pytest.raises(ValueError, match="x: the edges of its areas do not match"):
        dissolve(areas, pd.Series("x", index=areas.index))


def test_area_is_in_square_kilometres() -> None:
    found = area_km2(grid(2, 1))
    expected = pd.Series([1.0, 1.0], index=grid(2, 1).index, name="area_km2")
    pd.testing.assert_series_equal(found, expected)


def points(*places: tuple[float, float]) -> pd.DataFrame:
    index = [f"EX1 1A{letter}" for letter in "ABCDEFGHJKLMN"[:len(places)]]
    return pd.DataFrame(list(places), columns=["easting", "northing"], index=index, dtype="float64")


def test_points_go_inside_else_near_else_nowhere() -> None:
    where = points((500, 500), (1500, 500), (-249, 500), (-251, 500), (3200, 2100), (9e5, 9e5))
    found = assign_points(where, grid())
    expected = pd.Series(["E01000000", "E01000001", "E01000000", None, "E01000005", None], where.index, "str", "code")
    pd.testing.assert_series_equal(found, expected)


def test_points_on_shared_edges_and_corners_go_to_the_first_code_in_any_order() -> None:
    where = points((1000, 500), (1000, 1000), (2000, 1000), (1500, 1000))
    expected = ["E01000000", "E01000000", "E01000001", "E01000001"]
    assert assign_points(where, grid()).to_list() == expected
    assert assign_points(where, grid().iloc[::-1]).to_list() == expected


def test_points_as_near_to_two_areas_go_to_the_first_code() -> None:
    areas = grid(3, 1).drop("E01000001")
    where = points((1500, 500))
    assert assign_points(where, areas, 500).to_list() == ["E01000000"]
    assert assign_points(where, areas.iloc[::-1], 500).to_list() == ["E01000000"]
    assert assign_points(where, areas, 499).isna().all()


def test_points_beyond_a_land_border_may_not_be_near() -> None:
    where = points((-10, 500), (-10, 600), (10, 500))
    allowed = pd.Series([True, False, False], index=where.index)
    found = assign_points(where, grid(), may_be_near=allowed)
    assert found.fillna("none").to_list() == ["E01000000", "none", "E01000000"]
    with pytest.raises(ValueError, match="another index"):
        assign_points(where, grid(), may_be_near=allowed.iloc[::-1])


def test_no_points_and_no_reach_are_fine() -> None:
    assert assign_points(points(), grid()).dtype == "str"
    assert assign_points(points((-1, 500), (1, 500)), grid(), within=0).isna().to_list() == [True, False]


def test_points_without_a_position_are_told() -> None:
    with pytest.raises(ValueError, match="EX1 1AB: no position"):
        assign_points(points((1, 1), (np.nan, 1)), grid())


@given(arrays.arrays("int64", st.tuples(st.integers(1, 20), st.just(2)), elements=st.integers(-8, 38)))
@settings(deadline=None, max_examples=50)
def test_assignment_agrees_with_every_distance_measured(tenths: np.ndarray) -> None:
    areas, where = grid(), pd.DataFrame(tenths * 100.0, columns=["easting", "northing"])
    found = assign_points(where, areas)
    for position, point in enumerate(shapely.points(where.to_numpy())):
        away = areas.distance(point)
        expected = away.idxmin() if away.min() <= 250 else None
        assert (None if pd.isna(found[position]) else found[position]) == expected


def test_postcodes_fall_in_their_authority(open_data: Path, lsoas: gpd.GeoDataFrame, wards: pd.DataFrame) -> None:
    postcodes = read_postcodes(open_data / "codepoint/codepo_gb.zip")
    ours = postcodes["authority"].isin(wards["authority"])
    found = assign_points(postcodes, lsoas, may_be_near=ours)
    authority = found.map(wards["authority"])
    # The file's own codes are an independent answer; boundaries are drawn to about 10 m.
    assert (authority[ours] == postcodes.loc[ours, "authority"]).mean() > 0.9995
    assert found[~ours].notna().sum() < 50
    assert found[ours].isna().sum() < 10
    # Three LSOAs at Tidenham have NP postcodes, which this file leaves out.
    assert found.nunique() == 4635
