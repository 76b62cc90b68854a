"""One British National Grid for all: what lies elsewhere is refused, and no module names the grid's number itself."""

import re
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import Point

from geo.core.crs import BRITISH_NATIONAL_GRID, WGS84, on_national_grid, require_national_grid

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(("crs", "has"), [(WGS84, "EPSG:4326"), (None, "no coordinate system"), (3857, "EPSG:3857")])
def test_shapes_elsewhere_are_refused(crs: str | int | None, has: str) -> None:
    shapes = gpd.GeoSeries([Point(250_000, 80_000)], crs=crs)
    assert not on_national_grid(shapes)
    with pytest.raises(ValueError, match=rf"^stations: {has}, expected EPSG:27700 \(British National Grid\)"):
        require_national_grid(shapes, "stations")


def test_shapes_on_the_grid_are_taken_whether_series_or_frame() -> None:
    shapes = gpd.GeoSeries([Point(250_000, 80_000)], crs=BRITISH_NATIONAL_GRID)
    require_national_grid(shapes)
    require_national_grid(gpd.GeoDataFrame(geometry=shapes))


def test_the_numbers_stand_in_one_module() -> None:
    named = {str(path.relative_to(ROOT)) for path in (ROOT / "geo").rglob("*.py")
             for line in path.read_text(encoding="utf-8").splitlines()
             if re.search(r'"EPSG:(27700|4326)"|= *(27700|4326)\b|to_crs\((27700|4326)', line) and ">>>" not in line}
    assert named == {"geo/core/crs.py"}
