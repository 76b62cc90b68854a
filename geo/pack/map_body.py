"""The part of a printed map that is drawn to scale: what it shows of the ground, and where that is on paper."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from geo.pack.map_furniture import POINT

__all__ = ["Body", "plan_body"]

_BESIDE, _BELOW = 340, 480
_LEAST = 4000.0
_MARGIN = 0.05
_FAR = 300.0


@dataclass(frozen=True)
class Body:
    """The part of a page that is drawn to scale.

    Parameters
    ----------
    width, height
        On paper, in millimetres.
    beside
        Whether the legend stands beside it; below it otherwise.
    west, south
        Its lower left corner, EPSG:27700.
    metres
        On the ground, for one point on paper.
    """

    width: float
    height: float
    beside: bool
    west: float
    south: float
    metres: float

    @property
    def points(self) -> tuple[float, float]:
        """Width and height in points."""
        return self.width / POINT, self.height / POINT

    @property
    def ground(self) -> tuple[float, float, float, float]:
        """West, south, east, north of what is seen, EPSG:27700."""
        across, up = self.points
        return self.west, self.south, self.west + across * self.metres, self.south + up * self.metres

    @property
    def far(self) -> bool:
        """Whether it is a large part of the country, where there is room for few names and thin lines."""
        return self.metres > _FAR

    def on_paper(self, shapes: np.ndarray) -> np.ndarray:
        """Cut shapes to what is seen and turn metres into points from the lower left corner.

        Parameters
        ----------
        shapes
            Polygons, EPSG:27700.

        Returns
        -------
        numpy.ndarray
            As many, empty where nothing is seen.
        """
        west, south, east, north = self.ground
        rim = 8 * self.metres       # cut edges lie out of sight
        origin = np.array([self.west, self.south])
        cut = shapely.intersection(shapes, shapely.box(west - rim, south - rim, east + rim, north + rim))
        drawn: np.ndarray = shapely.transform(cut, lambda places: (places - origin) / self.metres)
        return drawn


def plan_body(bounds: Sequence[float]) -> Body:
    """Choose the size of a map on paper and what it shows.

    Parameters
    ----------
    bounds
        West, south, east, north of the place, EPSG:27700.

    Returns
    -------
    Body
        With the place in its middle and a margin around; wide places have their legend below, others beside.
    """
    west, south, east, north = bounds
    across, up = east - west, north - south
    rim = max(_MARGIN * max(across, up), (_LEAST - max(across, up)) / 2)
    across, up = across + 2 * rim, up + 2 * rim
    beside = across < 1.15 * up
    # Whole points, so that what is rounded to a hundredth of a point stays short in a file.
    width = _BESIDE if beside else _BELOW
    height = round(float(np.clip(width * up / across, *((316, 396) if beside else (266, 330)))))
    metres = max(across / width, up / height)
    left, low = (west + east - metres * width) / 2, (south + north - metres * height) / 2
    return Body(width * POINT, height * POINT, beside, left, low, metres)
