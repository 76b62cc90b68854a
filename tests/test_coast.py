"""The coast: by hand on squares, by exact buffers on the real boundaries, and at places that anyone can look up."""

import dataclasses
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import box

from geo.core.measures import MEASURES
from geo.core.view import View
from geo.edition.authorities import read_authorities
from geo.edition.store import Edition
from geo.figures.place import show
from geo.figures.profile import place_profile
from geo.figures.ranking import rank
from geo.layers.boundaries import assign_points, merged
from geo.layers.coast import coastal
from geo.maps.classes import LIGHT, classify, legend
from geo.rail.land_mask import read_land_beyond
from geo.sources import ons
from geo.sources.boundary_files import read_lsoa_boundaries
from geo.words.context import context_text
from geo.words.place import figure_texts, hardship

pytestmark = pytest.mark.slow

NOTHING = gpd.GeoSeries([], crs=27700)
# Known places, easting and northing: towns on the open sea, and towns on the inner shores of its inlets or inland.
ON_THE_COAST = {
    "Plymouth Hoe": (247_700, 53_800), "Exmouth sea front": (300_300, 80_300), "Sandbanks": (404_500, 87_500),
    "Southsea": (464_500, 98_500), "Cowes": (449_500, 96_200), "Hugh Town": (90_300, 10_500),
    "Bude": (220_800, 106_200), "Lynmouth": (272_300, 149_400), "Clevedon": (340_000, 171_500),
    "Falmouth": (181_000, 32_000),
}
NOT_ON_THE_COAST = {
    "Saltash": (243_000, 59_000), "Topsham": (296_500, 88_100), "Hamworthy": (399_500, 91_500),
    "Southampton": (442_000, 111_500), "Newport, Wight": (450_000, 89_000), "Truro": (182_500, 44_800),
    "Lydney": (363_500, 203_000), "Thornbury": (363_800, 190_000), "Gunnislake": (243_500, 71_500),
}
# Districts on land borders and inner shores alone.
WITHOUT_COAST = [
    "Cheltenham", "Cotswold", "Gloucester", "Stroud", "Tewkesbury", "Swindon", "Wiltshire", "Exeter", "Mid Devon",
    "West Devon", "Basingstoke and Deane", "East Hampshire", "Hart", "Rushmoor", "Test Valley", "Winchester",
    "Eastleigh", "Southampton", "Bath and North East Somerset",
]


def coast_of(*shapes: shapely.Geometry, beyond: gpd.GeoSeries = NOTHING) -> list[bool]:
    areas = gpd.GeoDataFrame(geometry=list(shapes), crs=27700)
    return coastal(areas, merged(areas), beyond).tolist()


def grid(west: float, south: float, size: float = 4000, number: int = 4) -> list[shapely.Polygon]:
    return [box(west + size * column, south + size * row, west + size * (column + 1), south + size * (row + 1))
            for column in range(number) for row in range(number)]


def test_the_rim_of_a_square_island_is_coast_and_its_middle_is_not() -> None:
    found = coast_of(*grid(0, 0))
    assert [index for index, on_it in enumerate(found) if not on_it] == [5, 6, 9, 10]


def test_an_area_may_lie_a_kilometre_from_the_sea() -> None:
    strips = [box(0, 0, 999, 9000), box(999, 0, 5000, 9000), box(5000, 0, 8999, 9000), box(8999, 0, 20_000, 9000)]
    north_and_south = gpd.GeoSeries([box(-9000, 9000, 30_000, 20_000), box(-9000, -20_000, 30_000, 0)], crs=27700)
    # Near the corners all edge is within 2 km of other land; the western strip's middle is not.
    assert coast_of(*strips, beyond=north_and_south) == [True, True, False, True]
    strips[:2] = [box(0, 0, 1001, 9000), box(1001, 0, 5000, 9000)]
    assert coast_of(*strips, beyond=north_and_south) == [True, False, False, True]


@pytest.mark.parametrize(("water", "inner"), [(1500, False), (1990, False), (2010, True), (3000, True)])
def test_water_under_two_kilometres_is_closed(water: float, inner: bool) -> None:
    # Two lands 30 km long face each other: of each strip across, the middle meets nothing but the sound.
    west = [box(-5000, 6000, 0, 24_000), box(-30_000, 0, -5000, 30_000), box(-5000, 0, 0, 6000),
            box(-5000, 24_000, 0, 30_000)]
    east = [shapely.transform(shape, lambda points: points * [-1, 1] + [water, 0]) for shape in west]
    found = coast_of(*west, *east)
    assert (found[0], found[4]) == (inner, inner)
    assert found[1:4] == [True] * 3


def test_a_harbour_behind_a_narrow_mouth_is_no_coast() -> None:
    # A bay of 6 km by 8 km in a square of 30 km behind two spits: closing alone leaves the water between their ends.
    bay = shapely.union(box(12_000, 100, 18_000, 8000), box(14_500, 0, 15_500, 100))
    open_bay = shapely.union(box(12_000, 100, 18_000, 8000), box(13_500, 0, 16_500, 100))
    shore = box(12_000, 8000, 18_000, 9000)
    for water, expected in ((bay, False), (open_bay, True)):
        rest = shapely.difference(box(0, 0, 30_000, 30_000), shapely.union(water, shore))
        assert coast_of(shore, rest) == [expected, True]


def test_rocks_close_nothing_and_islands_do() -> None:
    # A bay whose mouth, 3 km wide, has something in its middle.
    shore = box(12_000, 8000, 18_000, 9000)
    bay = shapely.union(box(12_000, 3000, 18_000, 8000), box(13_500, 0, 16_500, 3000))
    rest = shapely.difference(box(0, 0, 30_000, 30_000), shapely.union(bay, shore))
    rock, island = box(14_800, 1000, 15_200, 2000), box(14_450, 1000, 15_550, 2000)
    assert coast_of(shore, shapely.union(rest, rock)) == [True, True]
    assert coast_of(shore, shapely.union(rest, island)) == [False, True]


def test_a_border_on_land_is_no_coast() -> None:
    # Four by four squares: everything east of them is other land, drawn roughly, half a kilometre off.
    found = np.array(coast_of(*grid(0, 0), beyond=gpd.GeoSeries([box(16_500, -9000, 40_000, 25_000)], crs=27700)))
    assert found.reshape(4, 4).tolist() == [[True] * 4, [True, False, False, True], [True, False, False, True],
                                            [True, False, False, True]]
    assert found.dtype == bool


def test_areas_that_overlap_are_merged_too() -> None:
    assert merged(gpd.GeoDataFrame(geometry=[box(0, 0, 2, 2), box(1, 0, 3, 2)], crs=27700)).area.to_list() == [6.0]
    assert coast_of(box(0, 0, 4000, 4000), box(2000, 0, 9000, 4000)) == [True, True]


def test_index_name_and_type() -> None:
    areas = gpd.GeoDataFrame(geometry=[box(0, 0, 4000, 4000)], index=pd.Index(["E01000001"], name="code"), crs=27700)
    found = coastal(areas, merged(areas), NOTHING)
    pd.testing.assert_series_equal(found, pd.Series([True], areas.index, name="coastal"))


def test_degrees_are_refused() -> None:
    areas = gpd.GeoDataFrame(geometry=[box(-4, 50, -3, 51)], crs=4326)
    on_grid = gpd.GeoSeries([box(0, 0, 4000, 4000)], crs=27700)
    with pytest.raises(ValueError, match=r"^areas: EPSG:4326, expected EPSG:27700 "):
        coastal(areas, on_grid, NOTHING)
    with pytest.raises(ValueError, match=r"^land beyond the map: EPSG:4326, expected EPSG:27700 "):
        coastal(gpd.GeoDataFrame(geometry=on_grid), on_grid, areas.geometry)


@pytest.fixture(scope="module")
def boundaries(open_data: Path) -> gpd.GeoDataFrame:
    return read_lsoa_boundaries(open_data / "boundaries/LSOA_2021_EW_BGC.geojson").sort_index()


@pytest.fixture(scope="module")
def real_coast(boundaries: gpd.GeoDataFrame) -> pd.Series:
    return coastal(boundaries, merged(boundaries), read_land_beyond())


def test_the_real_coast_is_what_exact_buffers_make(boundaries: gpd.GeoDataFrame, real_coast: pd.Series) -> None:
    land = shapely.union_all(boundaries.geometry.to_numpy())
    islands = [part for part in land.geoms if part.area >= 1e6]
    wide = shapely.union_all([island.buffer(1000, quad_segs=16) for island in islands])
    parts = [wide] if wide.geom_type == "Polygon" else wide.geoms
    closed = shapely.union_all([shapely.Polygon(part.exterior).buffer(-1000, quad_segs=16) for part in parts])
    shore = closed.boundary.difference(read_land_beyond().iloc[0].buffer(2000))
    shapely.prepare(shore)
    exact = pd.Series(shapely.dwithin(shore, boundaries.geometry.to_numpy(), 1000), boundaries.index, name="coastal")
    # Circles are drawn with 64 corners here: 1 m off, so that a border case may differ.
    assert (exact != real_coast).sum() <= 2


def test_the_real_coast_has_the_totals_measured(open_data: Path, real_coast: pd.Series) -> None:
    wards = ons.read_wards(open_data / "lookups/LSOA21_WD24_LAD24_EW_LU.csv")
    groups = read_authorities()
    neighbour = wards["authority"].map(groups["neighbour"]).loc[real_coast.index].astype(bool)
    assert (int(real_coast.sum()), int(real_coast[~neighbour].sum())) == (614, 464)
    names = wards["authority"].map(groups["name"]).loc[real_coast.index]
    share = real_coast.groupby(names).mean()
    assert share[WITHOUT_COAST].eq(0).all()
    assert share["Isles of Scilly"] == 1
    assert share.between(0.6, 0.8)[["Torbay", "Isle of Wight"]].all()


def test_known_towns_lie_on_the_coast_or_not(boundaries: gpd.GeoDataFrame, real_coast: pd.Series) -> None:
    towns = pd.DataFrame.from_dict(ON_THE_COAST | NOT_ON_THE_COAST, orient="index", columns=["easting", "northing"])
    found = assign_points(towns, boundaries).map(real_coast)
    assert found.to_dict() == dict.fromkeys(ON_THE_COAST, True) | dict.fromkeys(NOT_ON_THE_COAST, False)


def test_people_on_the_coast_by_hand(tiny_edition: Edition) -> None:
    # LSOAs 1 (2,000 residents) and 3 (1,500) of the four are on it; 12.5 and 50 of 67.5 people in the gap live there.
    view = View(place="E12000009")
    assert show(tiny_edition, view)["coastal"].rate == pytest.approx(3500 / 5000)
    assert place_profile(tiny_edition, view).hardship.gap_coastal == pytest.approx(62.5 / 67.5)
    said = hardship(show(tiny_edition, view), place_profile(tiny_edition, view).hardship)
    assert ("92.6 % of the people in the gap live in a neighbourhood within a kilometre of the open sea; of all "
            "residents, 70.0 % do.") in said
    ranking = rank(tiny_edition, View(), by="authority", measure="coastal").set_index("name")["value"]
    assert ranking.to_dict() == pytest.approx({"Bland, City of": 0.75, "Aland": 2 / 3})


def test_an_edition_of_an_earlier_version_says_that_it_lacks_the_coast(tiny_edition: Edition) -> None:
    earlier = dataclasses.replace(tiny_edition, areas=tiny_edition.areas.drop(columns="coastal"))
    figure = show(earlier, View(place="E12000009"))["coastal"]
    assert figure.rate is None
    assert figure_texts(figure) == ["not in this edition"]
    assert context_text(MEASURES["coastal"], np.nan) == "not in this edition"
    values = rank(earlier, View(), by="authority", measure="coastal")["value"]
    assert legend("coastal", LIGHT, classify(values, "coastal"))[-1].label == "not in this edition"
    shares = place_profile(earlier, View(place="E12000009")).hardship
    assert shares.gap_coastal is None
    assert not [text for text in hardship(show(earlier, View(place="E12000009")), shares) if "sea" in text]
