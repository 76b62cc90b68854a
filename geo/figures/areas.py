"""Every figure of a view for each LSOA: what larger places are sums of."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from geo.core.cache import cached
from geo.core.choices import OCCUPATIONS, SPEEDS
from geo.core.measures import FIGURES
from geo.core.view import View
from geo.edition.schema import OPTIONAL_COLUMNS
from geo.edition.store import Edition
from geo.figures.context import businesses_per_1000, newest
from geo.layers.gap import gap_range, share_beyond, share_borderline
from geo.layers.homes import share_of_homes
from geo.layers.occupations import remote_capable

_FIFTH_DECILES = 2
_COUNTED = ("residents", "households", "workers", "works_from_home", "premises")


@cached(8, key=lambda edition, view: (edition, tuple(view.options().values())))      # two megabytes each
def area_figures(edition: Edition, view: View) -> pd.DataFrame:
    """Work out every count of the measure for each LSOA.

    Parameters
    ----------
    edition
        The edition served.
    view
        Its speed, hub, minutes, clock, work and access count here.

    Returns
    -------
    pandas.DataFrame
        Index LSOA code, float64 counts: residents, households, workers, works_from_home, remote_capable, premises,
        premises_below_{speed} for every tier, people_in_gap_{speed}_{estimate, low, high, limit_low, limit_high},
        nowhere_to_turn_{estimate, low, high} (at the view's speed), cut_off_by_rail, borderline, within_walk,
        rural, coastal, most_deprived_fifth (residents); of the whole authority mobile_4g, gigabit_newest (shares of
        premises), claimants (share of residents aged 16 to 64) and businesses_per_1000 (residents); and every column of
        the edition that a record of `geo.core.measures` names. Definitions: docs/method.md. Do not change it: it is
        shared.
    """
    table = _line_figures(edition, view.work)
    reach, codes = edition.reach(view.hub, view.clock, view.access), edition.areas.index
    beyond, near = share_beyond(reach, view.minutes, codes), share_borderline(reach, view.minutes, codes)
    residents = table["residents"]
    gap = {end: table[f"people_in_gap_{view.speed}_{end}"] for end in ("estimate", "low", "high")}
    counted = table.assign(
        **{f"nowhere_to_turn_{end}": people * beyond for end, people in gap.items()},
        cut_off_by_rail=residents * beyond, borderline=residents * near)
    return counted.assign(**_named_columns(edition, counted))


@cached(4)
def _line_figures(edition: Edition, work: str) -> pd.DataFrame:
    """Those that no railway changes: another hub or threshold need not work them out again."""
    areas = edition.areas
    table = areas[list(_COUNTED)].astype("float64")
    capable = remote_capable(areas[[f"workers_occ_{group}" for group in OCCUPATIONS]], edition.capability(work))
    columns: dict[str, pd.Series] = {"remote_capable": capable}
    for speed in SPEEDS:
        below = areas[f"below_{speed}"].astype("float64")
        columns[f"premises_below_{speed}"] = below
        homes = homes_without(edition, speed, below, areas["premises"])
        for name, values in gap_range(capable, table["workers"], homes).items():
            columns[f"people_in_gap_{speed}_{name}"] = values
    residents = table["residents"]
    columns["within_walk"] = residents * areas["walk_share"]
    columns["rural"] = residents.where(~areas["urban"], 0.0)
    columns["coastal"] = residents * areas.get("coastal", np.nan)
    deprived = residents.where(areas["imd_decile"] <= _FIFTH_DECILES, 0.0)
    columns["most_deprived_fifth"] = deprived.where(areas["imd_decile"].notna())
    of_authorities = {
        "mobile_4g": edition.places_of("authority")["indoor_4g_4"], "gigabit_newest": newest(edition, "gigabit")[1],
        "claimants": newest(edition, "claimants")[1], "businesses_per_1000": businesses_per_1000(edition),
    }
    columns |= {name: areas["authority"].map(values) for name, values in of_authorities.items()}
    return table.assign(**columns)


def homes_without(edition: Edition, speed: str, below: pd.Series, premises: pd.Series) -> pd.Series:
    """Work out what share of each LSOA's homes cannot get a speed.

    Parameters
    ----------
    edition
        The edition served.
    speed
        A key of `SPEEDS`.
    below, premises
        Premises of each LSOA that cannot get it, and premises of which that is so.

    Returns
    -------
    pandas.Series
        Index LSOA code, 0 to 1; 0 where there are no premises.
    """
    share = (below / premises).where(premises > 0, 0.0)
    return share_of_homes(share, edition.areas["urban"], edition.homes_factor(speed))


def _named_columns(edition: Edition, table: pd.DataFrame) -> Mapping[str, pd.Series]:
    """Columns of the edition that a record names and nothing works out."""
    named = {name for record in FIGURES.values() for name in (record.numerator, record.denominator)}
    optional = {name for columns in OPTIONAL_COLUMNS.values() for name in columns}
    absent = pd.Series(np.nan, table.index)      # of an edition built before the source was added
    return {name: edition.areas.get(name, absent).astype("float64") for name in sorted(named)
            if name not in table and (name in edition.areas or name in optional)}


def reach_inside(edition: Edition, reach: pd.DataFrame, lsoas: pd.Index) -> pd.DataFrame:
    """Keep the rows of some LSOAs.

    Parameters
    ----------
    edition
        The edition served.
    reach
        As `Edition.reach` gives it.
    lsoas
        Codes of the LSOAs wanted.

    Returns
    -------
    pandas.DataFrame
        Rows of `reach`.
    """
    # Codes of the categories are far quicker to look up than texts.
    wanted = np.zeros(len(edition.areas), dtype=bool)
    wanted[edition.areas.index.get_indexer(lsoas)] = True
    return reach[wanted[reach["area"].cat.codes.to_numpy()]]


def residents_per_row(edition: Edition, reach: pd.DataFrame) -> pd.Series:
    """Spread each LSOA's residents evenly over its postcodes.

    Parameters
    ----------
    edition
        The edition served.
    reach
        Rows of `Edition.reach`.

    Returns
    -------
    pandas.Series
        Residents that each row stands for.
    """
    each = (edition.areas["residents"] / edition.areas["postcodes"]).to_numpy(dtype="float64")
    return reach["postcodes"] * each[reach["area"].cat.codes.to_numpy()]
