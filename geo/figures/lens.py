"""The lens: whether people in the gap are on the coast, where claimants are many, and where active businesses are few.

Coast and inland are told apart neighbourhood by neighbourhood. Claimants and businesses are published by authority
alone: whole authorities are sorted by them, and nothing is said of places inside.
"""

import numpy as np
import pandas as pd

from geo.core.cache import cached
from geo.core.view import View
from geo.edition.store import Edition
from geo.figures.areas import area_figures
from geo.figures.context import businesses_per_1000, newest

THIRDS = (1, 2, 3)
"""Of authorities: 1 has the least of something, 3 the most."""

_PEOPLE = ["people", "low", "high", "workers"]


def _people(edition: Edition, view: View, keys: pd.Series) -> pd.DataFrame:
    """Sum people in the gap and workers by key; the rate is a sum over a sum."""
    gap = f"people_in_gap_{view.speed}"
    columns = [f"{gap}_estimate", f"{gap}_low", f"{gap}_high", "workers"]
    rows = area_figures(edition, view).loc[keys.index, columns].set_axis(_PEOPLE, axis=1)
    return _with_rate(rows.groupby(keys.to_numpy()).sum())


def _with_rate(sums: pd.DataFrame) -> pd.DataFrame:
    return sums.assign(per_1000=(1000 * sums["people"] / sums["workers"]).where(sums["workers"] > 0))


def coast_and_inland(edition: Edition, view: View, lsoas: pd.Index) -> pd.DataFrame:
    """Divide a place's people in the gap between the coast and inland.

    Parameters
    ----------
    edition
        The edition served; its `coastal` (1 or 0 by LSOA) tells the coast.
    view
        Speed and work count here.
    lsoas
        Codes of the place's LSOAs.

    Returns
    -------
    pandas.DataFrame
        Index "coast" and "inland", as far as the place has either; people, low, high (in the gap), workers, per_1000
        (workers). Empty where the edition does not know the coast of every LSOA.
    """
    coastal = edition.areas.get("coastal", pd.Series(np.nan, edition.areas.index)).loc[lsoas]
    if coastal.isna().any():
        return pd.DataFrame(columns=[*_PEOPLE, "per_1000"])
    return _people(edition, view, coastal.map({1.0: "coast", 0.0: "inland"}))


@cached(16, key=lambda edition, view: (edition, view.speed, view.work))
def authority_thirds(edition: Edition, view: View) -> pd.DataFrame:
    """Sort the authorities of the South West into thirds by claimants and by active businesses.

    Parameters
    ----------
    edition
        The edition served.
    view
        Speed and work count here.

    Returns
    -------
    pandas.DataFrame
        Index authority code, sorted; name, claimants (share of residents aged 16 to 64), businesses (per 1,000
        residents), claimants_third and businesses_third (1 least to 3 most, those alike together), people, low, high,
        workers, per_1000. Authorities without both are left out. Do not change it: it is shared.
    """
    areas = edition.areas
    people = _people(edition, view, areas.loc[~areas["neighbour"], "authority"])
    table = people.assign(
        name=edition.names("authority"), claimants=newest(edition, "claimants")[1],
        businesses=businesses_per_1000(edition)).dropna(subset=["claimants", "businesses"])
    for column in ("claimants", "businesses"):
        table[f"{column}_third"] = np.ceil(len(THIRDS) * table[column].rank() / max(len(table), 1)).astype("int64")
    return table.rename_axis("code")


def by_third(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Sum authorities third by third.

    Parameters
    ----------
    table
        As `authority_thirds` gives it.
    column
        "claimants" or "businesses".

    Returns
    -------
    pandas.DataFrame
        Index third (1 least to 3 most), as far as there are any; authorities (count), least, most (of the column),
        people, low, high, workers, per_1000.
    """
    groups = table.groupby(f"{column}_third")
    sums = _with_rate(groups[_PEOPLE].sum())
    return sums.assign(authorities=groups.size(), least=groups[column].min(), most=groups[column].max())
