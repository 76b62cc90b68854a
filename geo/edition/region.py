"""Which region an edition is of: it tells by the areas that are no neighbours."""

import pandas as pd

from geo.core.choices import ENGLAND, REGIONS, Region
from geo.core.errors import EditionError
from geo.core.untrusted import quoted


def region_of(areas: pd.DataFrame) -> Region:
    """Find the region whose areas are counted in its totals.

    Parameters
    ----------
    areas
        One row per LSOA; columns neighbour and region (code, "" for none).

    Returns
    -------
    Region
        England where there are areas of several regions.

    Raises
    ------
    EditionError
        When there is none, or one that is not known here.
    """
    codes = areas.loc[~areas["neighbour"] & (areas["region"] != ""), "region"].unique()
    code = ENGLAND if len(codes) > 1 else "".join(codes)
    if code not in REGIONS:
        raise EditionError(f"the edition is of region {quoted(code, 20)}, which is not in data/regions.csv: build it "
                           "again, or use a newer version of Swathe")
    return REGIONS[code]
