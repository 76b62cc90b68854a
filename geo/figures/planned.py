"""What is built, contracted and planned in a place by itself, and the people still stuck after it."""

from dataclasses import dataclass

import pandas as pd

from geo.core.cache import cached
from geo.core.choices import OCCUPATIONS
from geo.edition.places import Place
from geo.edition.store import Edition
from geo.layers.gap import gap_range
from geo.layers.homes import share_of_homes
from geo.layers.occupations import remote_capable
from geo.layers.planned_build import CONTRACT_COLUMNS, STATUSES, share_not_planned

SPEED = "gigabit"
"""The one speed that plans are of: at any other nothing is taken off for them."""

COLUMNS = [f"bduk_{status}" for status in STATUSES]
"""Of an edition's areas, in the order of `STATUSES`."""


@dataclass(frozen=True)
class PlannedBuild:
    """Premises of one place, as BDUK counts them, and who is still stuck.

    Attributes
    ----------
    gigabit_now, contracted, commercial, under_review, not_planned
        Premises that could be placed, by status; they and `unplaced` sum to all that BDUK recognises.
    unplaced
        Premises that are in none of its neighbourhoods, counted for whole authorities: 0 for parts of one.
    people, low, high
        People still stuck (`geo.core.measures.STILL_STUCK`), and their range.
    """

    gigabit_now: int
    contracted: int
    commercial: int
    under_review: int
    not_planned: int
    unplaced: int
    people: float
    low: float
    high: float

    @property
    def placed(self) -> int:
        """All premises that could be placed."""
        return self.gigabit_now + self.contracted + self.commercial + self.under_review + self.not_planned


def has_plans(edition: Edition) -> bool:
    """Say whether an edition was built with BDUK's premises."""
    return COLUMNS[0] in edition.areas and bool(edition.areas[COLUMNS[0]].notna().any())


@cached(4)
def planned_areas(edition: Edition, work: str) -> pd.DataFrame:
    """Count for each LSOA what is planned, and the people still stuck.

    Parameters
    ----------
    edition
        The edition served, one that `has_plans`.
    work
        Key of the table of jobs.

    Returns
    -------
    pandas.DataFrame
        Index LSOA code, float64: a column for each of `STATUSES` (premises); people, low and high: the share of
        premises for which nothing is planned, times that of homes (as in the gap), times the people whose job can be
        done from home. Missing where nothing is known. Do not change it: it is shared.
    """
    areas = edition.areas
    counts = areas[COLUMNS].set_axis([*STATUSES], axis=1).astype("float64")
    capable = remote_capable(areas[[f"workers_occ_{group}" for group in OCCUPATIONS]], edition.capability(work))
    share = share_not_planned(counts, areas["authority"])
    homes = share_of_homes(share, areas["urban"], edition.homes_factor(SPEED))
    people = gap_range(capable, areas["workers"].astype("float64"), homes)
    return counts.assign(people=people["estimate"], low=people["low"], high=people["high"])


@cached(256, key=lambda edition, work, place: (edition, work, place.code))
def planned_build(edition: Edition, work: str, place: Place) -> PlannedBuild | None:
    """Sum up what is planned in a place.

    Parameters
    ----------
    edition
        The edition served.
    work
        Key of the table of jobs.
    place
        Any place.

    Returns
    -------
    PlannedBuild or None
        None in an edition without BDUK's premises, and where those of any part of the place are missing.
    """
    if not has_plans(edition):
        return None
    sums = planned_areas(edition, work).loc[place.lsoas].sum(skipna=False)
    if sums.isna().any():
        return None
    counts = {status: int(sums[status]) for status in STATUSES}
    return PlannedBuild(**counts, unplaced=_unplaced(edition, place), people=float(sums["people"]),
                        low=float(sums["low"]), high=float(sums["high"]))


def _unplaced(edition: Edition, place: Place) -> int:
    """Count the premises that could not be placed, of a place made of whole authorities; of a part it is not known."""
    authority = edition.areas["authority"]
    inside = authority.loc[place.lsoas].value_counts()
    if not inside.equals(authority.value_counts().reindex(inside.index)):
        return 0
    lost = edition.manifest.get("planned_build", {}).get("unplaced", {})
    return sum(int(lost.get(code, 0)) for code in inside.index)


def share_left(edition: Edition, speed: str, lsoas: pd.Index) -> pd.Series:
    """Share of the premises without a speed that are neither under contract nor planned by an operator.

    Parameters
    ----------
    edition
        The edition served.
    speed
        A key of `SPEEDS`.
    lsoas
        Codes of neighbourhoods.

    Returns
    -------
    pandas.Series
        Index as given, 0 to 1 (float64). 1 at any speed but a gigabit, where what is planned is not known, and where
        BDUK lists no premises without a gigabit, whatever Ofcom counts.
    """
    if speed != SPEED or not has_plans(edition):
        return pd.Series(1.0, lsoas)
    counts = edition.areas.loc[lsoas, COLUMNS].set_axis([*STATUSES], axis=1).drop(columns="gigabit_now")
    without = counts.sum(axis=1, skipna=False)
    return (1 - (counts["contracted"] + counts["commercial"]) / without.where(without > 0)).fillna(1.0)


@cached(64, key=lambda edition, place: (edition, place.code))
def contracts_of(edition: Edition, place: Place) -> pd.DataFrame:
    """List the contracts that premises of a place are under and have no gigabit from yet, those of most premises first.

    Parameters
    ----------
    edition
        The edition served.
    place
        Any place.

    Returns
    -------
    pandas.DataFrame
        RangeIndex; scheme, contract, supplier, date (as `geo.layers.planned_build.contracts` has them) and premises.
        Do not change it: it is shared.
    """
    here = edition.contracts[edition.contracts["area"].isin(place.lsoas)]
    found = here.groupby([*CONTRACT_COLUMNS[1:]], as_index=False)["premises"].sum()
    return found.sort_values(["premises", *CONTRACT_COLUMNS[1:]], ascending=[False, *[True] * 4], ignore_index=True)
