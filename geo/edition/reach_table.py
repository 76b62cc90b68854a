"""How far postcodes are from hubs, as an edition keeps it."""

import numpy as np
import pandas as pd

from geo.rail.travel_times import Doors


def reach_table(doors: Doors, codes: pd.Index) -> pd.DataFrame:
    """Write what was timed as the table `reach` of an edition, in an order that packs well.

    Parameters
    ----------
    doors
        The best station of every postcode.
    codes
        All LSOAs of the edition, in order.

    Returns
    -------
    pandas.DataFrame
        RangeIndex; hub, clock, access (categorical), area (row number of the LSOA, int16), minutes (int16), postcodes
        (int16).
    """
    numbers = pd.Series(np.arange(len(codes), dtype="int16"), codes)
    reach = pd.concat([table.astype({"hub": str, "clock": str, "access": str})
                       for table in (doors.reach(), doors.beside())])
    reach = reach.astype({"hub": "category", "clock": "category", "access": "category"})
    table = reach.assign(area=reach["area"].map(numbers).astype("int16"))
    table = table.sort_values(["hub", "clock", "access", "area", "minutes"], ignore_index=True)
    return table.astype({"minutes": "int16", "postcodes": "int16"})


def kept_detours(doors: Doors) -> pd.DataFrame:
    """Write the ways round the water as the table `detours` of an edition.

    Parameters
    ----------
    doors
        The best station of every postcode.

    Returns
    -------
    pandas.DataFrame
        RangeIndex; postcode (row number, int64), station, metres (float64): missing where there is no way.
    """
    return doors.detours.assign(metres=doors.detours["metres"].where(np.isfinite(doors.detours["metres"])))
