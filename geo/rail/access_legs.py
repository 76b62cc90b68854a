"""From the door to a station: how far, how long on foot and by car."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


class AccessRules(NamedTuple):
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
        return np.minimum(metres * self.by_car_per_metre(urban) + self.parking, self.on_foot(metres))

    def by_car_per_metre(self, urban: npt.NDArray[np.bool_]) -> Floats:
        """Reckon the minutes by car of each metre in a straight line."""
        return np.asarray(self.detour * 60 / 1000 / np.where(urban, self.urban_kmh, self.rural_kmh))


ACCESS = AccessRules()


def door_positions(postcodes: pd.DataFrame) -> Floats:
    """Take postcodes' eastings and northings, shape (n, 2)."""
    return np.asarray(postcodes[["easting", "northing"]], dtype=np.float64)
