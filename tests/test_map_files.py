"""The file a browser draws from, and the picture drawn here."""

import io
import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from PIL import Image
from shapely.geometry import Polygon, box

from geo.core.view import View
from geo.edition.store import Edition
from geo.figures.areas import area_figures
from geo.maps.classes import LIGHT
from geo.maps.geojson import (
    PICTURE_WIDTH,
    area_properties,
    bounds_view,
    content_hash,
    geometry_texts,
    map_file,
    outline_file,
    picture,
)


@pytest.fixture
def squares() -> gpd.GeoSeries:
    """Two squares of ten kilometres side by side, one with a hole in which a third lies."""
    hole = box(303_000, 103_000, 306_000, 106_000)
    return gpd.GeoSeries(
        [box(300_000, 100_000, 310_000, 110_000) - hole, box(310_000, 100_000, 320_000, 110_000), hole],
        index=["a", "b", "c"], crs=27700)


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


def test_outlines_hold_each_shared_edge_once(squares: gpd.GeoSeries) -> None:
    lines, = (shapely.geometry.shape(feature["geometry"])
              for feature in json.loads(outline_file(squares.iloc[:2]))["features"])
    metres = gpd.GeoSeries([lines], crs=4326).to_crs(27700).length.iloc[0]
    assert metres == pytest.approx(10_000 * 7 + 3_000 * 4, rel=2e-3)


def test_view_holds_the_rectangle_and_little_more() -> None:
    latitude, longitude, zoom = bounds_view([-6.4, 49.9, -1.4, 52.1], 500, 400)
    assert longitude == pytest.approx(-3.9)
    assert 50.9 < latitude < 51.1
    across = 512 * 2**zoom * 5 / 360
    assert 440 < across <= 500
    assert bounds_view([-3.5, 50.7, -3.5, 50.7], 500, 400)[2] == 14       # a point: as near as maps go


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


def read(content: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"), dtype=int)


def colour_at(pixels: np.ndarray, across: float, down: float) -> tuple[int, ...]:
    return tuple(pixels[int(down * pixels.shape[0]), int(across * pixels.shape[1])].tolist())


def test_picture_has_each_area_in_its_place_and_colour(squares: gpd.GeoSeries) -> None:
    fill = pd.Series([1, 6, 3], index=["a", "b", "c"])
    colours = LIGHT.ordered("people_in_gap")
    content = picture(squares, fill, squares.iloc[:1], LIGHT, colours)
    pixels = read(content)
    assert pixels.shape[1] == PICTURE_WIDTH
    assert pixels.shape[0] == pytest.approx(PICTURE_WIDTH / 2, rel=0.05)
    for where, expected in (((0.1, 0.9), 1), ((0.75, 0.5), 6), ((0.25, 0.55), 3)):
        assert colour_at(pixels, *where) == pytest.approx(colours[expected], abs=3)
    assert picture(squares, fill, squares.iloc[:1], LIGHT, colours) == content


def test_picture_of_a_part(squares: gpd.GeoSeries) -> None:
    fill = pd.Series([1, 6, 3], index=["a", "b", "c"])
    colours = LIGHT.ordered("people_in_gap")
    pixels = read(picture(squares, fill, squares.iloc[:0], LIGHT, colours, [311_000, 101_000, 319_000, 109_000]))
    assert pixels.shape == (PICTURE_WIDTH, PICTURE_WIDTH, 3)
    assert (np.abs(pixels - colours[6]).max(axis=2) <= 3).all()


def test_picture_keeps_small_islands() -> None:
    islands = gpd.GeoSeries([box(0, 0, 100_000, 50_000), Polygon([(0, 70_000), (150, 70_000), (150, 70_150)])],
                            index=["main", "isle"], crs=27700)
    fill = pd.Series([0, 6], index=["main", "isle"])
    pixels = read(picture(islands, fill, islands.iloc[:0], LIGHT, LIGHT.ordered("people_in_gap")))
    top_left = pixels[: pixels.shape[0] // 10, : pixels.shape[1] // 10]
    assert (top_left.sum(axis=2) < 3 * 250).any()
