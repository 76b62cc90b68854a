"""Lines that cross the sea, told exactly."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.core.errors import SourceError
from geo.rail.land_mask import MOST_WATER, SeaChart, read_land_beyond
from geo.rail.land_routes import Overland

NOTHING = gpd.GeoSeries([shapely.box(-90_000, -90_000, -89_990, -89_990)], crs="EPSG:27700")


def chart_of(*land: shapely.Polygon) -> SeaChart:
    return SeaChart(gpd.GeoSeries(list(land), crs="EPSG:27700"), NOTHING)


def points(*pairs: tuple[float, float]) -> np.ndarray:
    return np.array(pairs, dtype=float)


@pytest.fixture(scope="module")
def real_chart(real_ground: Overland) -> SeaChart:
    return real_ground.chart


def test_more_than_a_kilometre_of_water() -> None:
    chart = chart_of(
        shapely.box(0, 0, 5000, 5000), shapely.box(5999, 0, 9000, 5000), shapely.box(10_001, 0, 14_000, 5000)
    )
    starts = points((4000, 2500), (8000, 2500), (8000, 2500), (100, 100), (4000, 2500))
    ends = points((7000, 2500), (11_000, 2500), (8000, 2500), (4900, 4900), (11_000, 2500))
    assert chart.metres_off_land(starts, ends) == pytest.approx([999, 1001, 0, 0, 2000])
    assert chart.crossing(starts, ends).tolist() == [False, True, False, False, True]


def test_ends_off_the_land_count_from_the_shore() -> None:
    chart = chart_of(shapely.box(0, 0, 5000, 5000))
    starts, ends = points((-700, 2500), (-1100, 2500), (-600, 2500)), points((2000, 2500), (2000, 2500), (5600, 2500))
    assert chart.metres_off_land(starts, ends) == pytest.approx([700, 1100, 1200])
    assert chart.crossing(starts, ends).tolist() == [False, True, True]
    assert chart.covers(points((-700, 2500), (-1100, 2500), (2000, 2500))).tolist() == [True, False, True]


def test_holes_are_water_and_overlaps_are_land() -> None:
    lake = shapely.Polygon(shapely.box(0, 0, 9000, 9000).exterior, [shapely.box(3000, 3000, 6000, 6000).exterior])
    chart = chart_of(lake, shapely.box(8000, 0, 12_000, 9000))
    assert chart.metres_off_land(points((100, 4000)), points((11_000, 4000))) == pytest.approx([3000])
    assert chart.crossing(points((100, 4000)), points((11_000, 4000))).tolist() == [True]


def test_lines_along_the_shore_and_from_it() -> None:
    chart = chart_of(shapely.box(0, 0, 5000, 5000))
    starts = points((0, 0), (0, 5000), (0, 2500), (0, 2500), (2500, 2500), (0, 0))
    ends = points((0, 5000), (0, 0), (4000, 2500), (-1900, 2500), (5000, 2500), (5000, 5000))
    assert chart.metres_off_land(starts, ends) == pytest.approx([0, 0, 0, 1900, 0, 0])
    assert chart.crossing(starts, ends).tolist() == [False, False, False, True, False, False]


coordinate = st.integers(0, 20_000)
corner = st.tuples(coordinate, coordinate)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    shapes=st.lists(st.lists(corner, min_size=3, max_size=7, unique=True), min_size=1, max_size=4),
    lines=st.lists(st.tuples(corner, corner), min_size=1, max_size=30),
)
def test_agrees_with_shapely_on_any_land(shapes: list, lines: list) -> None:
    hulls = [shapely.MultiPoint(shape).convex_hull for shape in shapes]
    land = [hull for hull in hulls if hull.geom_type == "Polygon"] or [shapely.box(0, 0, 4000, 4000)]
    chart = chart_of(*land)
    # Off the whole metre no line runs along an edge or through a corner, where shapely and a crossing count may differ.
    starts = np.array([start for start, _ in lines], dtype=float) + 0.37
    ends = np.array([end for _, end in lines], dtype=float) + np.array([0.61, 0.53])
    whole = shapely.linestrings(np.stack([starts, ends], axis=1))
    expected = shapely.length(shapely.difference(whole, shapely.union_all(land)))
    assert chart.metres_off_land(starts, ends) == pytest.approx(expected, abs=1e-3)
    clear = np.abs(expected - MOST_WATER) > 1e-3
    assert (chart.crossing(starts, ends) == (expected > MOST_WATER))[clear].all()


@pytest.mark.slow
def test_known_waters(real_chart: SeaChart, real_stations: gpd.GeoDataFrame) -> None:
    places = {
        "Exmouth": (300_000, 81_000), "Weston-super-Mare": (331_500, 161_000), "Ryde": (459_200, 92_700),
        "Cowes": (449_500, 96_000), "Bordon": (479_500, 135_500), "Minehead": (297_000, 146_000),
        "Hayle": (155_800, 37_200),
    }
    ways = {
        ("Exmouth", "SCS"): True, ("Weston-super-Mare", "CDF"): True, ("Ryde", "PMH"): True, ("Cowes", "SOU"): True,
        ("Minehead", "BYI"): True, ("Exmouth", "EXM"): False, ("Hayle", "HYL"): False,
        # Over Surrey, which the map does not show.
        ("Bordon", "NCM"): False,
    }
    starts = np.array([places[place] for place, _ in ways], dtype=float)
    stations = real_stations.geometry.loc[[code for _, code in ways]]
    ends = np.column_stack([stations.x, stations.y])
    assert real_chart.covers(ends).all()
    assert real_chart.crossing(starts, ends).tolist() == list(ways.values())


@pytest.mark.slow
def test_real_coast_agrees_with_shapely(real_chart: SeaChart, real_land: gpd.GeoDataFrame) -> None:
    seed = np.random.default_rng(5)
    # Around the Exe, the Tamar, Poole Harbour and the Solent.
    middles = np.repeat(points((297_000, 82_000), (243_000, 57_000), (402_000, 88_000), (446_000, 103_000)), 40, axis=0)
    starts, ends = (middles + seed.uniform(-9000, 9000, middles.shape) for _ in range(2))
    land = shapely.union_all([*real_land.geometry, *read_land_beyond()])
    expected = shapely.length(shapely.difference(shapely.linestrings(np.stack([starts, ends], axis=1)), land))
    assert real_chart.metres_off_land(starts, ends) == pytest.approx(expected, abs=0.01)
    assert (real_chart.crossing(starts, ends) == (expected > MOST_WATER)).all()
    assert 0.2 < (expected > MOST_WATER).mean() < 0.95


@pytest.mark.slow
def test_land_beyond_covers_no_mapped_water(real_land: gpd.GeoDataFrame) -> None:
    beyond = read_land_beyond()
    assert beyond.crs == "EPSG:27700"
    assert beyond.is_valid.all()
    waters = {
        "Exe": (297_800, 83_500), "Tamar": (243_300, 60_000), "Poole Harbour": (400_500, 88_000),
        "Solent": (446_000, 98_000), "Southampton Water": (444_500, 107_000), "Bristol Channel": (320_000, 160_000),
        "Severn at Aust": (356_000, 189_900), "Chichester Harbour": (475_500, 101_500), "Langstone": (469_500, 103_000),
    }
    assert not beyond.iloc[0].intersects(shapely.points(list(waters.values()))).any()
    assert not real_land.intersects(shapely.MultiPoint(list(waters.values()))).any()


@pytest.mark.parametrize("crs", [None, "EPSG:4326"])
def test_crs_is_checked(crs: str | None) -> None:
    with pytest.raises(ValueError, match="expected EPSG:27700"):
        SeaChart(gpd.GeoSeries([shapely.box(0, 0, 1, 1)], crs=crs))


def test_bad_outline_is_told(tmp_path: Path) -> None:
    path = tmp_path / "land.csv"
    path.write_text("near,easting\nHere,5\n")
    with pytest.raises(SourceError, match="column 'northing' is missing"):
        read_land_beyond(path)
