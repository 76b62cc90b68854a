"""From the door to a station: how far, how long on foot and by car."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import KDTree

__all__ = ["ACCESS", "AccessRules", "Pairs", "door_positions", "pairs_within"]


Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class AccessRules:
    """How the way to a station is reckoned; the defaults are the method's.

    Parameters
    ----------
    detour
        Length of the way over the straight line.
    walk_kmh
        Speed on foot.
    walk_limit
        Minutes after which nobody walks on.
    rural_kmh, urban_kmh
        Speed by car from a rural and from an urban LSOA.
    parking
        Minutes to park.
    boarding
        Minutes from the station's door to the train, however one came.
    reach
        Metres in a straight line beyond which a station is not used.
    """

    detour: float = 1.3
    walk_kmh: float = 4.8
    walk_limit: float = 30.0
    rural_kmh: float = 40.0
    urban_kmh: float = 25.0
    parking: float = 5.0
    boarding: float = 5.0
    reach: float = 40_000.0

    def on_foot(self, metres: Floats) -> Floats:
        """Reckon the minutes on foot.

        Parameters
        ----------
        metres
            In a straight line.

        Returns
        -------
        numpy.ndarray
            Minutes, infinite where the walk is longer than the limit.
        """
        minutes = metres * (self.detour * 60 / (1000 * self.walk_kmh))
        return np.where(minutes <= self.walk_limit, minutes, np.inf)

    def by_car(self, metres: Floats, urban: npt.NDArray[np.bool_]) -> Floats:
        """Reckon the minutes by car or on foot, whichever is quicker.

        Parameters
        ----------
        metres
            In a straight line.
        urban
            Whether the door is in an urban LSOA.

        Returns
        -------
        numpy.ndarray
            Minutes, parking included.
        """
        drive = metres * (self.detour * 60 / 1000) / np.where(urban, self.urban_kmh, self.rural_kmh) + self.parking
        return np.minimum(drive, self.on_foot(metres))


ACCESS = AccessRules()


@dataclass(frozen=True)
class Pairs:
    """Postcodes and the stations within reach, one row each, sorted by postcode, then station.

    Parameters
    ----------
    postcode, station
        Places (int64) in the arrays that the pairs were made of.
    metres
        Straight line between the two.
    """

    postcode: Places
    station: Places
    metres: Floats


def pairs_within(doors: Floats, stations: Floats, reach: float) -> Pairs:
    """Pair every door with every station within reach.

    Parameters
    ----------
    doors, stations
        Eastings and northings, shape (n, 2), EPSG:27700.
    reach
        Metres in a straight line.

    Returns
    -------
    Pairs
        All pairs at most `reach` apart.
    """
    if not len(doors) or not len(stations):
        none = np.empty(0, dtype=np.int64)
        return Pairs(none, none, np.empty(0))
    near = KDTree(stations).sparse_distance_matrix(KDTree(doors), reach, output_type="ndarray")
    order = np.argsort(near["j"] * len(stations) + near["i"])
    return Pairs(near["j"][order], near["i"][order], near["v"][order])


def door_positions(postcodes: pd.DataFrame) -> Floats:
    """Take eastings and northings of postcodes.

    Parameters
    ----------
    postcodes
        Columns `easting` and `northing` (metres, EPSG:27700).

    Returns
    -------
    numpy.ndarray
        Shape (n, 2).
    """
    positions: Floats = postcodes[["easting", "northing"]].to_numpy(dtype=np.float64)
    return positions
