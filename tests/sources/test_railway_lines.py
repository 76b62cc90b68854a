"""Railway lines: the publisher's file, what maps keep of it, and files made wrong."""

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from geo.core.errors import MissingSourceError, SourceError
from geo.layers.railways import BEYOND, map_lines
from geo.sources.railway_lines import read_railway_lines

FILE = "rail/sw_rail_lines.geojson"


def test_every_line_is_read_at_its_length(open_data: Path) -> None:
    found = read_railway_lines(open_data / FILE)
    there = gpd.read_file(open_data / FILE).to_crs(27700)
    assert found.crs.to_epsg() == 27700
    assert found["line"].tolist() == list(range(1, 190))
    assert found.length.to_numpy() == pytest.approx(there.length.to_numpy(), rel=1e-3)
    assert found.hausdorff_distance(gpd.GeoSeries(there.geometry.to_numpy(), crs=27700)).max() < 8      # metres


def written(path: Path, *geometries: Any) -> Path:
    features = [{"type": "Feature", "properties": {}, "geometry": geometry} for geometry in geometries]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


LINE = {"type": "LineString", "coordinates": [[-4.0, 50.7], [-4.01, 50.71]]}


def test_a_line_by_hand(tmp_path: Path) -> None:
    found = read_railway_lines(written(tmp_path / "lines.geojson", LINE))
    # A hundredth of a degree is 1,112 m of latitude, and at 50.7° north 706 m of longitude.
    assert found.length.iloc[0] == pytest.approx((1112**2 + 706**2) ** 0.5, rel=0.005)


@pytest.mark.parametrize(("geometry", "words"), [
    ({"type": "Point", "coordinates": [-4.0, 50.7]}, "feature 2: no line, expected one or more for each feature"),
    (None, "feature 2: no line"),
    ({"type": "LineString", "coordinates": []}, "feature 2: no line"),
    ({"type": "LineString", "coordinates": [[250_000, 80_000], [251_000, 80_000]]}, "coordinate system is mislabelled"),
])
def test_what_is_no_line_is_told(tmp_path: Path, geometry: Any, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        read_railway_lines(written(tmp_path / "lines.geojson", LINE, geometry))


def test_what_is_no_such_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(MissingSourceError, match="is not there"):
        read_railway_lines(tmp_path / "lines.geojson")
    (tmp_path / "lines.geojson").write_text('{"type": "FeatureCollection", "feat', encoding="utf-8")
    with pytest.raises(SourceError, match="is cut short or not GeoJSON"):
        read_railway_lines(tmp_path / "lines.geojson")


def test_maps_keep_what_is_inside_and_little_beyond() -> None:
    lines = gpd.GeoDataFrame({"line": [1, 2, 3]}, geometry=[
        shapely.LineString([(-5000, 500), (500, 520), (5000, 500)]), shapely.LineString([(0, 9000), (900, 9000)]),
        shapely.LineString([(100, 100), (200, 100)])], crs=27700)
    kept = map_lines(lines, gpd.GeoSeries([shapely.box(0, 0, 1000, 1000), shapely.box(1000, 0, 2000, 1000)], crs=27700))
    assert kept["line"].tolist() == [1, 3]
    assert kept.length.tolist() == pytest.approx([2000 + 2 * BEYOND, 100], abs=2)
    assert shapely.get_num_coordinates(kept.geometry.iloc[0]) == 2      # 20 m beside the straight line: simplified
    with pytest.raises(ValueError, match="lines: EPSG:4326, expected EPSG:27700"):
        map_lines(lines.set_crs(4326, allow_override=True), gpd.GeoSeries([shapely.box(0, 0, 1, 1)], crs=27700))
