"""The file a browser draws from, and where a map looks."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from shapely.geometry import Polygon, box

from geo.core.view import View
from geo.edition.store import Edition
from geo.figures.areas import area_figures
from geo.maps.geojson import (
    area_properties,
    content_hash,
    facts_file,
    far_off,
    geometry_texts,
    main_bounds,
    map_file,
    outline_file,
)


def test_shapes_are_in_degrees_to_four_decimals_and_edges_stay_shared(squares: gpd.GeoSeries) -> None:
    shapes = [shapely.geometry.shape(json.loads(text)) for text in geometry_texts(squares)]
    to_degrees = pyproj.Transformer.from_crs(27700, 4326, always_xy=True)
    corner = to_degrees.transform(310_000, 100_000)
    for shape in shapes[:2]:
        assert min(np.hypot(x - corner[0], y - corner[1]) for x, y in shapely.get_coordinates(shape)) < 1e-4
    assert all(round(value, 4) == value for value in shapely.get_coordinates(shapes).ravel().tolist())
    assert shapes[0].intersection(shapes[1]).area == 0
    assert shapes[0].intersection(shapes[1]).length > 0.08


@pytest.mark.parametrize("crs", [4326, None])
def test_other_crs_is_refused(squares: gpd.GeoSeries, crs: int | None) -> None:
    wrong = squares.to_crs(4326) if crs else gpd.GeoSeries(squares.to_numpy())
    with pytest.raises(ValueError, match="EPSG:27700"):
        geometry_texts(wrong)


def test_map_file_is_geojson_with_row_numbers(squares: gpd.GeoSeries) -> None:
    properties = pd.DataFrame({"n": ["Å “quoted”", "b", "c"], "t": [1, 2, 3], "x": [0.5, np.nan, 1]})
    content = map_file(geometry_texts(squares), properties)
    features = json.loads(content)["features"]
    assert [feature["properties"] for feature in features] == [
        {"i": 0, "n": "Å “quoted”", "t": 1, "x": 0.5}, {"i": 1, "n": "b", "t": 2, "x": None},
        {"i": 2, "n": "c", "t": 3, "x": 1.0}]
    assert map_file(geometry_texts(squares), properties) == content
    assert content_hash(content) == content_hash(bytes(content)) != content_hash(content + b" ")


def test_facts_stand_in_the_order_of_the_shapes() -> None:
    table = pd.DataFrame({"n": ["Å “quoted”", "b"], "x": [0.5, np.nan]}, index=["E2", "E1"])
    assert json.loads(facts_file(table)) == [{"n": "Å “quoted”", "x": 0.5}, {"n": "b", "x": None}]


def test_shapes_from_far_off_have_fewer_points_and_still_share_their_edges() -> None:
    wave = [(x, 100_000 + 60 * np.sin(x)) for x in range(300_000, 310_000, 50)]
    north, south = (shapely.Polygon([*wave, (310_000, y), (300_000, y)]) for y in (110_000, 90_000))
    shapes = gpd.GeoSeries([north, south], index=["a", "b"], crs=27700)
    seen = far_off(shapes)
    assert seen.index.tolist() == ["a", "b"]
    assert seen.count_coordinates().sum() < shapes.count_coordinates().sum() / 10
    assert seen["a"].intersection(seen["b"]).area == 0
    assert seen["a"].intersection(seen["b"]).length > 9_000
    assert seen.union_all().symmetric_difference(shapes.union_all()).area < 0.001 * shapes.area.sum()
    with pytest.raises(ValueError, match="EPSG:27700"):
        far_off(shapes.to_crs(4326))


def test_outlines_hold_each_shared_edge_once(squares: gpd.GeoSeries) -> None:
    lines, = (shapely.geometry.shape(feature["geometry"])
              for feature in json.loads(outline_file(squares.iloc[:2]))["features"])
    metres = gpd.GeoSeries([lines], crs=4326).to_crs(27700).length.iloc[0]
    assert metres == pytest.approx(10_000 * 7 + 3_000 * 4, rel=2e-3)


def test_properties_say_what_is_known_of_an_area(tiny_edition: Edition) -> None:
    view = View()
    minutes = pd.Series({"E01000001": 100.0, "E01000002": 150.0})
    table = area_properties(tiny_edition.areas, tiny_edition.places, area_figures(tiny_edition, view), minutes)
    figures = area_figures(tiny_edition, view)
    assert table.index.equals(tiny_edition.areas.index)
    assert table["c"].tolist() == tiny_edition.areas["name"].tolist()
    assert table["a"].str.endswith("(neighbour, not counted)").tolist() == tiny_edition.areas["neighbour"].tolist()
    assert table["t"].tolist() == ["100 minutes", "150 minutes", "no rail", "no rail", "no rail"]
    assert table["b_30"].tolist() == ["5.0", "10.0", "25.0", "50.0", "1.0"]
    for said, value in zip(table["d_30"], figures["people_in_gap_30_estimate"], strict=True):
        assert said == ("under 1" if 0 < value < 1 else f"{value:,.0f}")


def square(west: float, south: float, side: float) -> Polygon:
    return box(west, south, west + side, south + side)


MAINLAND = square(0, 0, 100)


@pytest.mark.parametrize(("parts", "residents", "seen"), [
    ([MAINLAND], [9], MAINLAND),
    ([MAINLAND, square(300, 0, 18)], [98, 2], MAINLAND),                       # an islet far off
    ([MAINLAND, square(104, 0, 18)], [98, 2], box(0, 0, 122, 100)),            # one close by
    ([MAINLAND, square(300, 0, 90)], [50, 40], box(0, 0, 390, 100)),           # a place of two parts
    ([MAINLAND, square(300, 0, 90)], [90, 0], box(0, 0, 390, 100)),            # of which one is a moor
    ([MAINLAND, square(300, 0, 8)], [80, 20], box(0, 0, 308, 100)),            # a village that lies apart
    ([square(40 * n, 0, 10) for n in range(4)], [3, 0, 0, 0], box(0, 0, 130, 10)),     # islands alike
    ([MAINLAND, *(square(300 + 40 * n, 0, 10) for n in range(4))], [97, 1, 1, 1, 0], MAINLAND),
])
def test_a_map_holds_nearly_all_of_a_place_and_no_far_islets(
    parts: list[Polygon], residents: list[int], seen: Polygon,
) -> None:
    for step in (1, -1):
        areas = gpd.GeoSeries(parts[::step], crs=27700)
        assert main_bounds(areas, pd.Series(residents[::step])) == seen.bounds
