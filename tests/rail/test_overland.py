"""Ways round the water."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.rail.land_mask import SeaChart
from geo.rail.land_routes import Overland, read_crossings

pytestmark = pytest.mark.slow

NOTHING = gpd.GeoSeries([shapely.box(-90_000, -90_000, -89_990, -89_990)], crs="EPSG:27700")
NO_BRIDGE = read_crossings().head(0)
WEST, EAST = np.array([[2000.0, 18_000.0]]), np.array([[18_000.0, 18_000.0]])


def ground_of(*land: shapely.Polygon, crossings: pd.DataFrame = NO_BRIDGE) -> Overland:
    chart = SeaChart(gpd.GeoSeries(list(land), crs="EPSG:27700"), NOTHING)
    doors = np.concatenate([WEST, EAST])
    return Overland(chart, pd.DataFrame(doors, columns=["easting", "northing"]), crossings)


def test_round_a_bay() -> None:
    # Two arms 4 km wide that meet 14 km to the south.
    arms = shapely.box(0, 0, 4000, 20_000), shapely.box(16_000, 0, 20_000, 20_000)
    ground = ground_of(*arms, shapely.box(0, 0, 20_000, 4000))
    shortest = 2 * np.hypot(2000, 14_000) + 12_000
    metres = ground.around(WEST, EAST)
    assert shortest <= metres[0] < 1.15 * shortest
    # From the same arm it is the straight line, or little more.
    near = np.array([[2000.0, 10_000.0]])
    assert 8000 <= ground.around(near, WEST)[0] < 8600


def test_island_has_no_way() -> None:
    ground = ground_of(shapely.box(0, 0, 4000, 20_000), shapely.box(16_000, 0, 20_000, 20_000))
    assert ground.around(WEST, EAST).tolist() == [np.inf]


@pytest.mark.parametrize(("width", "there"), [(150, True), (250, False)])
def test_narrow_rivers_are_bridged(width: float, there: bool) -> None:
    ground = ground_of(shapely.box(0, 0, 9000, 20_000), shapely.box(9000 + width, 0, 20_000, 20_000))
    assert np.isfinite(ground.around(WEST, EAST)).tolist() == [there]


def test_long_bridges_are_used_and_those_elsewhere_are_not() -> None:
    bridges = pd.DataFrame({
        "crossing": ["Here", "Elsewhere"], "easting": [4000.0, 900_000.0], "northing": [2000.0, 0.0],
        "to_easting": [16_000.0, 910_000.0], "to_northing": [2000.0, 0.0],
    })
    land = shapely.box(0, 0, 4000, 20_000), shapely.box(16_000, 0, 20_000, 20_000)
    metres = ground_of(*land, crossings=bridges).around(WEST, EAST)
    assert 12_000 + 2 * 16_000 <= metres[0] < 1.15 * 44_500
    assert np.isinf(ground_of(*land, crossings=bridges.tail(1)).around(WEST, EAST)[0])


def test_nothing_to_measure() -> None:
    ground = ground_of(shapely.box(0, 0, 20_000, 20_000))
    assert ground.around(WEST[:0], EAST[:0]).shape == (0,)


def test_crossings_are_where_they_should_be() -> None:
    crossings = read_crossings().set_index("crossing")
    length = np.hypot(
        crossings["to_easting"] - crossings["easting"], crossings["to_northing"] - crossings["northing"]
    )
    assert length.between(500, 5500).all()
    # The Severn Bridge is the M48 from Aust to Beachley.
    ends = crossings.loc["Severn Bridge", ["easting", "to_easting"]].tolist()
    assert ends == pytest.approx([356_700, 355_100], abs=500)


def test_real_ways(real_ground: Overland, real_stations: gpd.GeoDataFrame) -> None:
    ways = {
        # Kilometres as the road goes, or a little less; None where there is no road.
        ("Fortuneswell, Portland", (368_600, 73_300), "WEY"): (6, 11),
        ("Mousehole", (146_900, 26_400), "PNZ"): (4, 6),
        ("Croyde", (244_300, 139_200), "BNP"): (13, 20),
        ("Exmouth", (300_000, 81_000), "SCS"): (16, 32),
        ("Dibden Purlieu", (441_500, 106_500), "SOU"): (10, 20),
        ("Thornbury", (363_700, 190_000), "STJ"): (15, 24),
        ("Newport, Isle of Wight", (450_000, 89_000), "SOU"): None,
        ("St Mary's, Scilly", (90_500, 10_700), "PNZ"): None,
    }
    stations = real_stations.geometry.loc[[code for *_, code in ways]]
    doors = np.array([door for _, door, _ in ways], dtype=float)
    metres = real_ground.around(doors, np.column_stack([stations.x, stations.y]))
    for (name, *_), expected, found in zip(ways, ways.values(), metres, strict=True):
        if expected is None:
            assert np.isinf(found), name
        else:
            assert expected[0] * 1000 <= found <= expected[1] * 1000, (name, found)
