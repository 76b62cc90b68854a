"""What each doubt about the claim moves: the same people counted as a sceptic would have them counted."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.core.cache import cached
from geo.core.choices import WORK
from geo.core.measures import MEASURES
from geo.core.view import View
from geo.edition.places import Place
from geo.edition.store import Edition
from geo.figures.aggregate import place_values
from geo.figures.areas import area_figures, homes_without
from geo.figures.place import show
from geo.layers.gap import share_beyond


@dataclass(frozen=True)
class Doubted:
    """What doubts move, for one place; None where the edition lacks what it needs.

    Attributes
    ----------
    by_all_premises
        People in the gap if homes lacked the speed as often as all premises do (k = 1).
    by_work
        People in the gap by each table of jobs, by its key.
    by_census_day
        People in the gap if those counted were the residents who worked mainly at or from home on census day: Σ F·h.
    by_hub
        How many would have nowhere to turn by each hub, by its key, on the view's clock and with its minutes.
    by_occupied
        The lower and the upper end of what the people in the gap could be if only as many premises are lived in
        as there are households: all of the others lack the speed, or none of them.
    premises, households, unmatched
        Premises as Ofcom counts them, households of the census, premises that Ofcom could not match to a line.
    indoor_4g
        Share of premises with 4G indoors from all four networks.
    """

    by_all_premises: float
    by_work: Mapping[str, float]
    by_census_day: float | None
    by_hub: Mapping[str, float]
    by_occupied: tuple[float, float]
    premises: float
    households: float
    unmatched: float
    indoor_4g: float | None

    @property
    def exceed_by(self) -> float:
        """By what share of the households premises exceed them."""
        return self.premises / self.households - 1

    @property
    def not_lived_in(self) -> float:
        """What share of the premises is no household's."""
        return 1 - self.households / self.premises


@cached(8, key=lambda edition, view: (edition, tuple(view.options().values())))
def doubted_areas(edition: Edition, view: View) -> pd.DataFrame:
    """Work out for each LSOA what doubts move.

    Parameters
    ----------
    edition
        The edition served.
    view
        Its speed, hub, minutes, clock, work and access count here.

    Returns
    -------
    pandas.DataFrame
        Index LSOA code, float64 counts of people: by_all_premises, by_census_day, hub_{key}, occupied_low and
        occupied_high; of premises: premises, households, unmatched. Definitions: `Doubted`.
    """
    figures, codes = area_figures(edition, view), edition.areas.index
    gap, capable = figures[f"people_in_gap_{view.speed}_estimate"], figures["remote_capable"]
    premises, below = figures["premises"], figures[f"premises_below_{view.speed}"]
    homes = homes_without(edition, view.speed, below, premises)
    lived_in = np.minimum(figures["households"], premises)

    def of_lived_in(lacking: pd.Series) -> pd.Series:
        """Count the people in the gap if so many of the premises that are lived in lack the speed."""
        return capable * homes_without(edition, view.speed, lacking, lived_in)

    return pd.DataFrame({
        "by_all_premises": capable * (below / premises).where(premises > 0, 0.0),
        "by_census_day": figures["works_from_home"] * homes,
        **{f"hub_{hub}": gap * share_beyond(edition.reach(hub, view.clock, view.access), view.minutes, codes)
           for hub in edition.region.hubs},
        "occupied_low": of_lived_in((below - (premises - lived_in)).clip(lower=0)),
        "occupied_high": of_lived_in(np.minimum(below, lived_in)),
        "premises": premises, "households": figures["households"],
        "unmatched": premises - edition.areas["matched"],
    })


def doubted(edition: Edition, view: View, place: Place) -> Doubted:
    """Work out what doubts move for a place.

    Parameters
    ----------
    edition
        The edition served.
    view
        What is asked.
    place
        Of the edition.

    Returns
    -------
    Doubted
        Sums over the place's LSOAs; what any of them lacks is missing, not smaller.
    """
    sums = doubted_areas(edition, view).loc[place.lsoas].sum(skipna=False)
    by_work = {work: show(edition, view.replace(place=place.code, work=work))["people_in_gap"].count for work in WORK}
    return Doubted(
        by_all_premises=float(sums["by_all_premises"]), by_work=by_work,
        by_census_day=None if np.isnan(sums["by_census_day"]) else float(sums["by_census_day"]),
        by_hub={hub: float(sums[f"hub_{hub}"]) for hub in edition.region.hubs},
        by_occupied=(float(sums["occupied_low"]), float(sums["occupied_high"])),
        premises=float(sums["premises"]), households=float(sums["households"]), unmatched=float(sums["unmatched"]),
        indoor_4g=indoor_4g(edition, view, place))


def indoor_4g(edition: Edition, view: View, place: Place) -> float | None:
    """Give the share of a place's premises that have 4G indoors from all four networks.

    Parameters
    ----------
    edition
        The edition served.
    view
        What is asked.
    place
        Of the edition.

    Returns
    -------
    float or None
        0 to 1; of its authorities, which alone are published. None where it is not known.
    """
    mobile = place_values(
        edition, view, MEASURES["mobile_4g"], pd.Series(place.code, place.lsoas))["value"].iloc[0]
    return None if np.isnan(mobile) else float(mobile)


def longer_than_fastest(stations: pd.DataFrame) -> float | None:
    """Work out how much longer than the fastest journey the typical one is, at the median station.

    Parameters
    ----------
    stations
        As `geo.figures.stations.stations_of` gives them.

    Returns
    -------
    float or None
        Minutes; None where no station has trains to the hub.
    """
    more = (stations["typical"] - stations["fastest"]).dropna()
    return float(more.median()) if len(more) else None
