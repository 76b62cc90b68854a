"""The lens: whether people in the gap are on the coast, where claimants are many, and where active businesses are few.

Coast and inland are told apart neighbourhood by neighbourhood. Claimants and businesses are published by authority
alone: whole authorities are sorted by them, and nothing is said of places inside.
"""

import numpy as np
import pandas as pd

from geo.core.cache import cached
from geo.core.measures import FIGURES
from geo.core.view import View
from geo.edition.store import Edition
from geo.figures.areas import area_figures
from geo.figures.context import businesses_per_1000, newest
from geo.figures.intervals import INTERVALS, sum_intervals

THIRDS = (1, 2, 3)
"""Of authorities: 1 has the least of something, 3 the most."""

_PEOPLE = ["people", "workers"]


def _people(edition: Edition, view: View, keys: pd.Series) -> pd.DataFrame:
    """Sum people in the gap and workers by key; the rate is a sum over a sum."""
    columns = [f"people_in_gap_{view.speed}_estimate", "workers"]
    rows = area_figures(edition, view).loc[keys.index, columns].set_axis(_PEOPLE, axis=1)
    sums = rows.groupby(keys.to_numpy()).sum()
    sums = sums.assign(per_1000=(1000 * sums["people"] / sums["workers"]).where(sums["workers"] > 0))
    return sums.join(sum_intervals(edition, view, FIGURES["people_in_gap"], keys))


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
        Index "coast" and "inland", as far as the place has either; people (in the gap), workers, per_1000 (workers),
        p05, p95, rate_p05, rate_p95 (`geo.figures.intervals.sum_intervals`). Empty where the edition does not know the
        coast of every LSOA.
    """
    coastal = edition.areas.get("coastal", pd.Series(np.nan, edition.areas.index)).loc[lsoas]
    if coastal.isna().any():
        return pd.DataFrame(columns=[*_PEOPLE, "per_1000", *INTERVALS])
    return _people(edition, view, coastal.map({1.0: "coast", 0.0: "inland"}))


@cached(1)
def authority_thirds(edition: Edition) -> pd.DataFrame:
    """Sort the authorities of the region into thirds by claimants and by active businesses.

    Parameters
    ----------
    edition
        The edition served.

    Returns
    -------
    pandas.DataFrame
        Index authority code, sorted; name, claimants (share of residents aged 16 to 64), businesses (per 1,000
        residents), claimants_third and businesses_third (1 least to 3 most, those alike together). Authorities without
        both are left out. Do not change it: it is shared.
    """
    authorities = edition.areas.loc[~edition.areas["neighbour"], "authority"].unique()
    table = pd.DataFrame({
        "name": edition.names("authority"), "claimants": newest(edition, "claimants")[1],
        "businesses": businesses_per_1000(edition)}).reindex(sorted(authorities))
    table = table.dropna(subset=["claimants", "businesses"])
    for column in ("claimants", "businesses"):
        table[f"{column}_third"] = np.ceil(len(THIRDS) * table[column].rank() / max(len(table), 1)).astype("int64")
    return table.rename_axis("code")


@cached(24, key=lambda edition, view, column: (edition, view.speed, view.work, column))
def by_third(edition: Edition, view: View, column: str) -> pd.DataFrame:
    """Sum authorities third by third.

    Parameters
    ----------
    edition
        The edition served.
    view
        Speed and work count here.
    column
        "claimants" or "businesses".

    Returns
    -------
    pandas.DataFrame
        Index third (1 least to 3 most), as far as there are any; authorities (count), least, most (of the column),
        people, workers, per_1000, p05, p95, rate_p05, rate_p95 as in `coast_and_inland`. Do not change it: it is
        shared.
    """
    table = authority_thirds(edition)
    third = table[f"{column}_third"]
    groups, keys = table.groupby(third)[column], edition.areas["authority"].map(third)
    sums = _people(edition, view, keys.dropna().astype("int64"))
    return sums.assign(authorities=groups.size(), least=groups.min(), most=groups.max())
