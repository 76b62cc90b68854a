"""Stations: what is read, and what is refused in words."""

from pathlib import Path

import geopandas as gpd
import pytest
from pyproj import Transformer

from geo.core.errors import SourceError
from geo.sources.naptan import read_stations

SOUND = "# a remark\nname,crs,lat,lon\nExeter St Davids,EXD,50.72930,-3.54330\nAberdeen,ABD,57.14304,-2.09748\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "stations.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_real_stations(open_data: Path) -> None:
    stations = read_stations(open_data / "rail" / "gb_stations.csv")
    assert isinstance(stations, gpd.GeoDataFrame)
    assert stations.crs == "EPSG:27700"
    assert stations.index.name == "crs"
    assert stations.index.is_monotonic_increasing
    assert stations.index.is_unique
    assert list(stations.columns) == ["name", "geometry"]
    assert 2500 < len(stations) < 2700
    assert not {"BIB", "CFC"} & set(stations.index)
    # Ordnance Survey has Penzance station at SW 476 306.
    assert stations.geometry["PNZ"].distance(gpd.points_from_xy([147_600], [30_600])[0]) < 300


def test_positions_are_on_the_grid(tmp_path: Path) -> None:
    stations = read_stations(written(tmp_path, SOUND))
    assert stations.index.tolist() == ["ABD", "EXD"]
    assert stations["name"].tolist() == ["Aberdeen", "Exeter St Davids"]
    x, y = Transformer.from_crs(4326, 27700, always_xy=True).transform(-3.5433, 50.7293)
    assert (stations.geometry["EXD"].x, stations.geometry["EXD"].y) == pytest.approx((x, y), abs=0.01)


def test_all_problems_at_once(tmp_path: Path) -> None:
    text = SOUND + "Nowhere,ex1,50.1,-3.5\nTwice,EXD,50.7,-3.5\nParis,PAR,48.9,2.3\n"
    with pytest.raises(SourceError) as told:
        read_stations(written(tmp_path, text))
    message = str(told.value)
    assert message.startswith("stations.csv: ")
    for part in ("row 5 has 'ex1'", "row 6 has 'EXD'", "column 'lat': row 7 has 48.9", "column 'lon': row 7 has 2.3"):
        assert part in message
    assert "\n" not in message


@pytest.mark.parametrize(("text", "says"), [
    ("name,crs,lat\nA,AAA,50\n", "column 'lon' is missing"),
    ("<!DOCTYPE html><html>no</html>", "web page"),
    ("", "empty"),
    ("name,crs,lat,lon\nA,AAA,north,-3\n", "row 2 has 'north', expected a number"),
])
def test_bad_files(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(SourceError, match=says):
        read_stations(written(tmp_path, text))
