"""From the door to a station: how far, how long on foot and by car."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import KDTree

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class AccessRules:
    """How the way to a station is reckoned; the defaults are the method's."""

    detour: float = 1.3         # length of the way over the straight line
    walk_kmh: float = 4.8
    walk_limit: float = 30.0    # minutes after which nobody walks on
    rural_kmh: float = 40.0     # by car, from a rural LSOA
    urban_kmh: float = 25.0
    parking: float = 5.0        # minutes
    boarding: float = 5.0       # minutes from the station's door to the train, however one came
    reach: float = 40_000.0     # metres in a straight line beyond which a station is not used

    def on_foot(self, metres: Floats) -> Floats:
        """Reckon the minutes on foot from metres in a straight line, infinite where they are more than the limit."""
        minutes = metres * (self.detour * 60 / (1000 * self.walk_kmh))
        return np.where(minutes <= self.walk_limit, minutes, np.inf)

    def by_car(self, metres: Floats, urban: npt.NDArray[np.bool_]) -> Floats:
        """Reckon the minutes by car, parking included, or on foot, whichever is quicker."""
        drive = metres * (self.detour * 60 / 1000) / np.where(urban, self.urban_kmh, self.rural_kmh) + self.parking
        return np.minimum(drive, self.on_foot(metres))


ACCESS = AccessRules()


@dataclass(frozen=True)
class Pairs:
    """Postcodes and the stations within reach, one row each, sorted by postcode, then station."""

    postcode: Places    # positions in the arrays that the pairs were made of
    station: Places
    metres: Floats      # in a straight line


def pairs_within(doors: Floats, stations: Floats, reach: float) -> Pairs:
    """Pair every door with every station at most `reach` metres away; positions (n, 2), EPSG:27700."""
    if not len(doors) or not len(stations):
        none = np.empty(0, dtype=np.int64)
        return Pairs(none, none, np.empty(0))
    near = KDTree(stations).sparse_distance_matrix(KDTree(doors), reach, output_type="ndarray")
    near = near[np.lexsort((near["i"], near["j"]))]
    return Pairs(near["j"], near["i"], near["v"])


def door_positions(postcodes: pd.DataFrame) -> Floats:
    """Take postcodes' eastings and northings, shape (n, 2)."""
    return np.asarray(postcodes[["easting", "northing"]], dtype=np.float64)
