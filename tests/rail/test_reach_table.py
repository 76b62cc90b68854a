"""How the journeys of postcodes are kept in an edition."""

import numpy as np
import pandas as pd
import pytest

from geo.core.choices import NO_RAIL
from geo.edition.reach_table import reach_table
from geo.rail.travel_times import BESIDE, CLOCKS, Doors


@pytest.mark.parametrize(("size", "number"), [(5, "int16"), (32_768, "int16"), (32_769, "int32"), (33_755, "int32")])
def test_every_area_keeps_its_own_minutes_of_a_region_and_of_a_country(size: int, number: str) -> None:
    codes = pd.Index([f"E{each:08}" for each in range(size)])
    minutes = (1 + np.arange(size) % 300).astype(np.int16)
    told = np.broadcast_to(minutes, (2, 1, size))
    doors = Doors(codes.to_numpy(dtype=object), ("london",), dict.fromkeys((*CLOCKS, *BESIDE), told), pd.DataFrame())
    table = reach_table(doors, codes)
    assert table["area"].dtype == number
    chosen = table[(table["hub"] == "london") & (table["clock"] == "train") & (table["access"] == "walk")]
    assert chosen["area"].tolist() == [*range(size)]
    assert chosen["minutes"].tolist() == minutes.tolist()
    assert (chosen["postcodes"] == 1).all()
    assert (chosen["minutes"] < NO_RAIL).all()
