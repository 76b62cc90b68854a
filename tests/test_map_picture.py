"""The picture of a map that the server draws."""

import io
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from PIL import Image
from shapely.geometry import Polygon, box

from geo.core.view import View
from geo.maps.classes import DARK, LIGHT, Palette
from geo.maps.picture import WIDTH, Over, picture
from pages.explore.map import place_picture
from pages.rail.map import stations_picture
from pages.shared.data import edition
from pages.shared.map_files import map_picture, picture_bounds

FILL = pd.Series([1, 6, 3], index=["a", "b", "c"])
COLOURS = LIGHT.ordered("people_in_gap")


def read(content: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"), dtype=int)


def colour_at(pixels: np.ndarray, across: float, down: float) -> tuple[int, ...]:
    return tuple(pixels[int(down * pixels.shape[0]), int(across * pixels.shape[1])].tolist())


def test_picture_has_each_area_in_its_place_and_colour(squares: gpd.GeoSeries) -> None:
    content = picture(squares, FILL, Over(squares.iloc[:1]), LIGHT, COLOURS)
    pixels = read(content)
    assert pixels.shape[1] == WIDTH
    assert pixels.shape[0] == pytest.approx(WIDTH / 2, rel=0.05)
    for where, expected in (((0.1, 0.9), 1), ((0.75, 0.5), 6), ((0.25, 0.55), 3)):
        assert colour_at(pixels, *where) == pytest.approx(COLOURS[expected], abs=3)
    assert picture(squares, FILL, Over(squares.iloc[:1]), LIGHT, COLOURS) == content


def test_picture_of_a_part(squares: gpd.GeoSeries) -> None:
    pixels = read(picture(squares, FILL, Over(squares.iloc[:0]), LIGHT, COLOURS, [311_000, 101_000, 319_000, 109_000]))
    assert pixels.shape == (WIDTH, WIDTH, 3)
    assert (np.abs(pixels - COLOURS[6]).max(axis=2) <= 3).all()


def test_picture_keeps_small_islands() -> None:
    islands = gpd.GeoSeries([box(0, 0, 100_000, 50_000), Polygon([(0, 70_000), (150, 70_000), (150, 70_150)])],
                            index=["main", "isle"], crs=27700)
    fill = pd.Series([0, 6], index=["main", "isle"])
    pixels = read(picture(islands, fill, Over(islands.iloc[:0]), LIGHT, COLOURS))
    top_left = pixels[: pixels.shape[0] // 10, : pixels.shape[1] // 10]
    assert (top_left.sum(axis=2) < 3 * 250).any()


def inked(pixels: np.ndarray, colour: tuple[int, int, int]) -> np.ndarray:
    """Where a picture is of a colour."""
    return np.abs(pixels - np.array(colour)).max(axis=2) <= 12


def test_the_place_is_outlined_with_light_around_it(squares: gpd.GeoSeries) -> None:
    place = box(312_000, 102_000, 318_000, 108_000)
    bare, outlined = (read(picture(squares, FILL, Over(squares.iloc[:0], shape), LIGHT, COLOURS))
                      for shape in (None, place))
    assert not inked(bare, LIGHT.line).any()
    rows, columns = np.nonzero(inked(outlined, LIGHT.line))
    per_metre = WIDTH / 20_800
    assert columns.min() == pytest.approx((312_400 - 300_000) * per_metre, abs=4)
    assert rows.max() - rows.min() == pytest.approx(6_000 * per_metre, abs=6)
    middle = outlined[outlined.shape[0] // 2, columns.min() - 6:columns.min() + 1]
    assert inked(middle[None], LIGHT.ground).any()


def test_names_are_written_where_there_is_room_for_the_whole_of_them(squares: gpd.GeoSeries) -> None:
    names = pd.DataFrame({
        "name": ["Upham", "Edgecombe", "Nearby", "Halt"], "kind": ["l", "l", "l", "s"],
        "easting": [315_000, 300_100, 315_000, 318_000], "northing": [105_000, 105_000, 108_000, 102_000],
        "zoom": [5.0, 5.0, 14.0, 5.0]})
    changed = {}
    plain = read(picture(squares, FILL, Over(squares.iloc[:0]), LIGHT, COLOURS))
    for number, name in enumerate(names["name"]):
        one = read(picture(squares, FILL, Over(squares.iloc[:0], names=names.iloc[[number]]), LIGHT, COLOURS))
        changed[name] = inked(one, LIGHT.line).sum() - inked(plain, LIGHT.line).sum()
    assert changed["Upham"] > 100
    assert (changed["Edgecombe"], changed["Nearby"], changed["Halt"]) == (0, 0, 0)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("code", ["E12000009", "E07000046", "E06000052"])
def test_a_picture_is_small(code: str, palette: Palette) -> None:
    assert len(map_picture(View(place=code), palette)) < 60_000


@pytest.mark.parametrize("draw", [
    lambda: map_picture(View(place="E07000046"), LIGHT),
    lambda: place_picture(View(place="E07000046", by="authority"), LIGHT),
    lambda: stations_picture("london", "E07000046", LIGHT),
], ids=["Overview", "Explore", "Rail"])
def test_every_page_outlines_the_place_in_its_picture(draw: Callable[[], bytes]) -> None:
    pixels = read(draw())
    west, south, east, north = picture_bounds("E07000046")
    margin = 0.02 * max(east - west, north - south)
    scale = WIDTH / (east - west + 2 * margin)
    shape = edition().areas.geometry.loc[edition().place("E07000046").lsoas].union_all(method="coverage")
    main = max(shapely.get_parts(shape), key=shapely.area)
    points = [main.exterior.interpolate(share, normalized=True) for share in np.linspace(0, 1, 200)]
    found = [inked(pixels[max(row - 2, 0):row + 3, max(column - 2, 0):column + 3], LIGHT.line).sum() >= 8
             for row, column in ((int((north + margin - point.y) * scale), int((point.x - west + margin) * scale))
                                 for point in points)]
    assert np.mean(found) > 0.9
