"""A map drawn here, where a browser cannot draw: its areas, boundaries, the place outlined, and a few names."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from PIL import Image, ImageDraw, ImageFont

from geo.maps.classes import Colour, Palette
from geo.maps.names import STATION

WIDTH = 800
"""Of a picture, in pixels."""

LETTERS = 22
"""Height of its names, in pixels: it is mostly shown half as large."""

_SMOOTH = 2
_COLOURS = 40      # of the file: those of the classes and what lies between them at their edges
_MARGIN = 0.02
_HALO = 3
_TILE, _EQUATOR, _MIDDLE = 512, 40_075_016.7, np.radians(51.0)


@dataclass(frozen=True)
class Over:
    """What is drawn over the areas of a picture; all of it is in EPSG:27700.

    outlines: Shapes whose boundaries are thin lines.
    place: Shape of the place that is outlined.
    names: Names as `geo.maps.names.map_names` lists them.
    said: What stands across the top, "" for nothing.
    """

    outlines: gpd.GeoSeries
    place: shapely.Geometry | None = None
    names: pd.DataFrame | None = None
    said: str = ""


class _Sheet:
    """A drawing of a rectangle of the country, larger than the picture, so that its edges become smooth."""

    def __init__(self, bounds: Sequence[float], ground: Colour) -> None:
        west, south, east, north = bounds
        margin = _MARGIN * max(east - west, north - south)
        self.scale = WIDTH * _SMOOTH / (east - west + 2 * margin)
        self.origin = np.array([west - margin, north + margin])
        size = (WIDTH * _SMOOTH, round((north - south + 2 * margin) * self.scale))
        self.image = Image.new("RGB", size, ground)
        self.pen = ImageDraw.Draw(self.image)

    @property
    def extent(self) -> shapely.Geometry:
        west, north = self.origin
        return shapely.box(west, north - self.image.height / self.scale, west + self.image.width / self.scale, north)

    def pixels(self, points: np.ndarray) -> list[tuple[float, float]]:
        return [(x, y) for x, y in ((points - self.origin) * [self.scale, -self.scale]).tolist()]

    def rings(self, shape: shapely.Geometry) -> list[list[tuple[float, float]]]:
        """Outer rings of a shape; rings smaller than a pixel are kept, so that small islands stay."""
        return [self.pixels(shapely.get_coordinates(ring))
                for ring in shapely.get_exterior_ring(shapely.get_parts(shape))]

    def outline(self, shape: shapely.Geometry, colour: Colour, width: int) -> None:
        for ring in self.rings(shape):
            self.pen.line(ring, fill=colour, width=width * _SMOOTH, joint="curve")


def picture(
    geometry: gpd.GeoSeries, fill: pd.Series, over: Over, palette: Palette, colours: Sequence[Colour],
    bounds: Sequence[float] | None = None,
) -> bytes:
    """Draw a map without a browser."""
    sheet = _Sheet(geometry.total_bounds.tolist() if bounds is None else bounds, palette.ground)
    seen = geometry[geometry.intersects(sheet.extent)]
    # Largest first: an area that lies in a hole of another is drawn after it.
    for code in seen.area.sort_values(ascending=False).index:
        for ring in sheet.rings(seen.loc[code]):
            sheet.pen.polygon(ring, fill=colours[int(fill.loc[code])])
    for shape in over.outlines:
        sheet.outline(shape, palette.line, 1)
    if over.place is not None:
        sheet.outline(over.place, palette.ground, 8)
        sheet.outline(over.place, palette.line, 4)
    drawn = sheet.image.resize((WIDTH, sheet.image.height // _SMOOTH), Image.Resampling.LANCZOS)
    if over.names is not None:
        _write(drawn, sheet, over.names, palette)
    if over.said:
        pen, font = ImageDraw.Draw(drawn), ImageFont.load_default(LETTERS)
        pen.text((drawn.width / 2, LETTERS), over.said, palette.line, font, "mm", stroke_width=_HALO,
                 stroke_fill=palette.ground)
    out = io.BytesIO()
    drawn.quantize(_COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def _write(drawn: Image.Image, sheet: _Sheet, names: pd.DataFrame, palette: Palette) -> None:
    """Write the names there is room for, as on a map in the browser that is half as wide."""
    zoom = np.log2(_EQUATOR * np.cos(_MIDDLE) / _TILE * sheet.scale / _SMOOTH) - np.log2(LETTERS / 12)
    shown = names[(names["zoom"] <= zoom) & (names["kind"] != STATION)]
    pen, font = ImageDraw.Draw(drawn), ImageFont.load_default(LETTERS)
    for name, (x, y) in zip(shown["name"], sheet.pixels(shown[["easting", "northing"]].to_numpy()), strict=True):
        at = (x / _SMOOTH, y / _SMOOTH)
        left, top, right, bottom = pen.textbbox(at, name, font, "mm", stroke_width=_HALO)
        if left >= 0 and top >= 0 and right <= drawn.width and bottom <= drawn.height:
            pen.text(at, name, palette.line, font, "mm", stroke_width=_HALO, stroke_fill=palette.ground)
