"""The part of a printed map that is drawn to scale: what it shows of the ground, and where that is on paper."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from matplotlib.path import Path

from geo.pack.maps.page import POINT

_LEAST = 4000.0     # metres across, however small the place
_MARGIN = 0.05
_FAR = 300.0
_SMALL = (244, 156)      # points of a brief's map


@dataclass(frozen=True)
class Body:
    """The part of a page that is drawn to scale."""

    width: float        # on paper, in millimetres
    height: float
    beside: bool        # whether the legend stands beside it; below it otherwise
    west: float         # lower left corner, EPSG:27700
    south: float
    metres: float       # on the ground, for one point on paper
    small: bool = False     # of a brief, which says itself what it shows and from where

    @property
    def points(self) -> tuple[float, float]:
        """Width and height in points."""
        return self.width / POINT, self.height / POINT

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """West, south, east, north of what is seen, EPSG:27700."""
        across, up = self.points
        return self.west, self.south, self.west + across * self.metres, self.south + up * self.metres

    @property
    def far(self) -> bool:
        """Whether it is a large part of the country, where there is room for few names and thin lines."""
        return self.metres > _FAR

    def on_paper(self, shapes: np.ndarray) -> np.ndarray:
        """Cut shapes to what is seen and turn metres into points from the lower left corner; some become empty."""
        west, south, east, north = self.extent
        rim = 8 * self.metres       # cut edges lie out of sight
        cut = shapely.intersection(shapes, shapely.box(west - rim, south - rim, east + rim, north + rim))
        return np.asarray(shapely.transform(cut, lambda places: (places - [self.west, self.south]) / self.metres))


def plan_body(bounds: Sequence[float], *, small: bool = False) -> Body:
    """Choose the size of a map on paper, with the bounds of a place (EPSG:27700) in its middle and a margin around."""
    west, south, east, north = bounds
    across, up = east - west, north - south
    rim = max(_MARGIN * max(across, up), (_LEAST - max(across, up)) / 2)
    across, up = across + 2 * rim, up + 2 * rim
    # Whole points, so that what is rounded to a hundredth of a point stays short in a file.
    width, lowest, highest = (340, 316, 396) if across < 1.15 * up else (480, 266, 330)
    height = round(float(np.clip(width * up / across, lowest, highest)))
    if small:
        width, height = _SMALL
    metres = max(across / width, up / height)
    left, low = (west + east - metres * width) / 2, (south + north - metres * height) / 2
    return Body(width * POINT, height * POINT, small or across < 1.15 * up, left, low, metres, small)


def polygons_of(shapes: np.ndarray) -> np.ndarray:
    """Take shapes apart into polygons: where one only touches the frame, cutting leaves lines and points as well."""
    parts = shapely.get_parts(shapely.get_parts(shapes))
    polygons = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    return np.asarray(parts[polygons & ~shapely.is_empty(parts)])


def path_of(shapes: np.ndarray) -> Path:
    """Join shapes to one path; holes run against their outer rings and so stay holes."""
    rings = shapely.get_rings(shapely.orient_polygons(polygons_of(shapes)))
    return Path.make_compound_path(
        *(Path(np.round(shapely.get_coordinates(ring), 2), closed=True) for ring in rings))
