"""The names on a map: how large a locality is, and from which zoom there is room for its name."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_series_equal

from geo.edition.store import Edition
from geo.maps.names import AUTHORITY, LOCALITY, STATION, ZOOMS, locality_sizes, map_names, names_file
from pages.shared import map_files
from pages.shared.data import edition

LETTER, CAPITAL, LINE, BELOW = 6.9, 9.2, 15, 12     # pixels, a little less than the code leaves


@pytest.fixture(scope="module")
def named() -> pd.DataFrame:
    return map_files.names()


def zoom_of(named: pd.DataFrame, name: str, kind: str = LOCALITY) -> float:
    """The zoom from which the largest place of a name is named."""
    return float(named.loc[(named["name"] == name) & (named["kind"] == kind), "zoom"].min())


def test_a_town_is_as_large_as_its_suburbs_in_its_own_authority() -> None:
    areas = pd.DataFrame({"authority": ["A", "A", "B"]}, index=["a", "b", "c"])
    localities = pd.DataFrame({
        "name": ["Town", "Suburb", "Edge", "Town"], "parent": ["", "Town", "Town", ""],
        "stops": [3, 20, 7, 5], "area": ["a", "b", "b", "c"]}, index=["1", "2", "3", "4"])
    assert_series_equal(locality_sizes(localities, areas), pd.Series([30, 20, 7, 12 - 7], index=localities.index),
                        check_names=False)


def test_cities_are_named_on_the_whole_region_villages_close_in(named: pd.DataFrame) -> None:
    for city in ("Bristol", "Plymouth", "Exeter"):
        assert zoom_of(named, city) == 5
    for town in ("Truro", "Taunton", "Barnstaple"):
        assert 5 < zoom_of(named, town) <= 7
    for village in ("Hartland", "Clovelly"):
        assert 9.5 <= zoom_of(named, village) <= 11.5
    assert (named["zoom"] <= 6.5).sum() < 40
    assert len(named) > 0.95 * len(edition().localities)


def test_authorities_are_named_in_capitals_where_their_town_is_not(named: pd.DataFrame) -> None:
    authorities = set(named.loc[named["kind"] == AUTHORITY, "name"])
    assert {"TORRIDGE", "CORNWALL", "SOUTH HAMS"} <= authorities
    assert not {"PLYMOUTH", "EXETER", "BRISTOL", "BRISTOL, CITY OF"} & authorities
    middle = named[named["name"] == "TORRIDGE"].iloc[0]
    torridge = map_files.map_places("authority").set_index("name").geometry["Torridge"]
    assert gpd.points_from_xy([middle["easting"]], [middle["northing"]])[0].within(torridge)


def test_stations_are_named_close_in_unless_called_as_their_town(named: pd.DataFrame) -> None:
    stations = named[named["kind"] == STATION].set_index("name")["zoom"]
    assert "Exeter St Davids" in stations
    assert "Barnstaple" not in stations
    assert stations.min() >= 11


def mercator(latitude: np.ndarray) -> np.ndarray:
    """Height on a map that is 1 wide."""
    return np.asarray(np.log(np.tan(np.pi / 4 + np.radians(latitude) / 2)) / (2 * np.pi))


@pytest.mark.parametrize("zoom", [5.0, 6.5, 8.0, 9.5, 11.0, 12.5])
def test_no_name_lies_over_another(named: pd.DataFrame, zoom: float) -> None:
    """Checked here by brute force over all pairs."""
    seen = named[(named["zoom"] <= zoom) & ((named["kind"] != AUTHORITY) | (zoom < 10.5))]
    x = ((seen["longitude"] + 180) / 360 * 512 * 2**zoom).to_numpy()
    y = mercator(seen["latitude"].to_numpy()) * 512 * 2**zoom - BELOW * (seen["kind"] == STATION)
    wide = seen["name"].str.len().to_numpy() * np.where(seen["kind"] == AUTHORITY, CAPITAL, LETTER)
    for one in range(len(seen)):
        over = (np.abs(x - x[one]) < (wide + wide[one]) / 2) & (np.abs(y.to_numpy() - y.iloc[one]) < LINE)
        assert over.sum() == 1, seen["name"].iloc[one]


def test_each_name_has_one_step_of_zoom_from_which_it_is_written(named: pd.DataFrame) -> None:
    assert set(named["zoom"]) <= set(ZOOMS)
    assert not named.duplicated(["name", "kind", "easting", "northing"]).any()


def test_a_name_comes_no_later_than_there_is_room_for_it(named: pd.DataFrame) -> None:
    """Half a step sooner it would touch one that is written then; from 12 on size holds nothing back."""
    x, y = ((named["longitude"] + 180) / 360 * 512).to_numpy(), mercator(named["latitude"].to_numpy()) * 512
    wide = named["name"].str.len().to_numpy() * 7.3 + 8
    late = np.flatnonzero(named["zoom"] > 12)
    assert len(late) > 50
    for one in late:
        sooner = named["zoom"].iloc[one] - 0.5
        others = (named["zoom"] <= sooner).to_numpy() & (named["kind"] != AUTHORITY).to_numpy()
        near = (np.abs(x - x[one]) * 2**sooner < (wide + wide[one]) / 2) & (np.abs(y - y[one]) * 2**sooner < 20 + BELOW)
        assert (others & near).any(), named["name"].iloc[one]


def test_the_file_is_small_and_tells_each_name_once_with_its_place(named: pd.DataFrame) -> None:
    feature, = json.loads(names_file(named))["features"]
    told = feature["properties"]
    assert told["names"] == named["name"].tolist()
    assert list(told["kinds"]) == named["kind"].tolist()
    assert told["zooms"] == named["zoom"].tolist()
    assert feature["geometry"]["type"] == "MultiPoint"
    assert np.allclose(feature["geometry"]["coordinates"], named[["longitude", "latitude"]])
    assert len(map_files.name_file().content) < 80_000
    assert map_files.named_file(map_files.name_file().name) == map_files.name_file()


def test_an_edition_of_few_names_has_them_all(tiny_edition: Edition) -> None:
    places = tiny_edition.places
    named = map_names(tiny_edition.localities, tiny_edition.areas,
                      gpd.GeoDataFrame(places[places["kind"] == "authority"]), tiny_edition.stations)
    assert {"Upham", "Quaytown"} <= set(named["name"])
    none = map_names(tiny_edition.localities.iloc[:0], tiny_edition.areas,
                     gpd.GeoDataFrame(places[places["kind"] == "authority"]), tiny_edition.stations)
    assert LOCALITY not in set(none["kind"])
