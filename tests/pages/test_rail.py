"""The map of the Rail page: a ward without a station is seen with those that its people go to."""

from collections.abc import Iterator

import pytest
import shapely

from geo.core.cache import forget
from pages.rail.map import stations_bounds
from pages.shared.data import edition
from pages.shared.map_files import picture_bounds

pytestmark = pytest.mark.slow

HARTLAND = "E05011923"


@pytest.fixture(autouse=True)
def _starter() -> Iterator[None]:
    forget()
    yield
    forget()


def test_the_map_holds_the_place_and_the_stations_it_goes_to() -> None:
    place = shapely.box(*picture_bounds(HARTLAND))
    stations = edition().stations.loc[["BNP", "CPN"]]      # Barnstaple and Chapelton
    points = shapely.points(stations[["easting", "northing"]].to_numpy())
    assert not shapely.intersects(place, points).any()
    assert shapely.covers(shapely.box(*stations_bounds("london", HARTLAND)), [place, *points]).all()
