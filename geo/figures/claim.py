"""What stands beside the claim: the same few figures for whoever is told to knock it down."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.core.cache import cached
from geo.core.choices import ENGLAND
from geo.core.view import View
from geo.edition.places import Place
from geo.edition.store import Edition
from geo.figures.areas import area_figures, homes_without
from geo.figures.context import newest, series_of
from geo.layers.gap import BORDERLINE_MINUTES, share_beyond, share_borderline, share_up_to

FAR_FROM_EVERY_HUB = 60
"""Minutes door to door."""
FEW_DEPARTURES = 4
"""Trains in four hours, or fewer."""

_SERIES = {"30": "below_30", "gigabit": "gigabit"}     # what is published more often than counts are


@dataclass(frozen=True)
class CarriedForward:
    """People in the gap by Ofcom's newer shares of each authority, which have no counts yet."""

    date: str    # of the newer shares: year and month
    people_in_gap: float
    nowhere_to_turn: float


@dataclass(frozen=True)
class Claim:
    """What stands beside the claim for one place; None where the edition lacks what it needs.

    Attributes
    ----------
    england_rate
        People in the gap of every 1,000 workers of England, by one formula for the country; None of England itself.
    ratio_to_england
        The place's rate over England's.
    worked_at_home
        How many of the people in the gap worked mainly at or from home on census day at most: Σ min(F, T)·h.
    nowhere_to_turn_at
        People in the gap beyond other thresholds: minutes → people.
    borderline_people
        People in the gap within ten minutes of the threshold.
    nowhere_to_turn_by
        People in the gap beyond the threshold by other ways of counting minutes: "train", "waiting" (half of the time
        between two trains added), "door" and "walk" (on the view's clock, nobody drives to the station) → people;
        None where not known.
    few_departures
        Residents whose best station has four departures or fewer in the four hours counted.
    beyond_every_hub
        People in the gap more than 60 minutes door to door from every hub.
    carried_forward
        By newer published shares.
    could_but_do_not
        People in jobs that can be done from home on lines that could be superfast and are not.
    """

    england_rate: float | None
    ratio_to_england: float | None
    worked_at_home: float | None
    nowhere_to_turn_at: Mapping[int, float]
    borderline_people: float
    nowhere_to_turn_by: Mapping[str, float | None]
    few_departures: float | None
    beyond_every_hub: float | None
    carried_forward: CarriedForward | None
    could_but_do_not: float | None


def england_rate(edition: Edition, speed: str, work: str) -> float | None:
    """Work out England's people in the gap of every 1,000 workers, by one formula for the whole country.

    Parameters
    ----------
    edition
        The edition served.
    speed, work
        Keys of the speed and of the table of jobs.

    Returns
    -------
    float or None
        1,000 × share of workers whose job can be done from home × share of homes without the speed by line; None where
        the edition does not know one of them.
    """
    known = edition.manifest.get("england", {})
    homes = known.get("homes_without", {}).get(speed)
    if homes is None:
        return None
    workers = pd.Series(known["workers"], dtype="float64").rename(int)
    return float(1000 * (workers * edition.capability(work)).sum() / workers.sum() * homes)


@cached(16, key=lambda edition, view: (edition, tuple(view.options().values())))
def claim_areas(edition: Edition, view: View) -> pd.DataFrame:
    """Work out for each LSOA what stands beside the claim.

    Parameters
    ----------
    edition
        The edition served.
    view
        Its speed, hub, minutes, clock, work and access count here.

    Returns
    -------
    pandas.DataFrame
        Index LSOA code, float64 counts of people: worked_at_home, at_{minutes} (nowhere to turn, at ten minutes less
        and more), borderline_people, by_{way}, few_departures (residents), beyond_every_hub, could_but_do_not,
        carried_gap and carried_turn; missing where the edition lacks what it needs.
    """
    figures, codes = area_figures(edition, view), edition.areas.index
    gap, capable = figures[f"people_in_gap_{view.speed}_estimate"], figures["remote_capable"]
    homes = homes_without(edition, view.speed, figures[f"premises_below_{view.speed}"], figures["premises"])
    unknown = pd.Series(np.nan, codes)
    reach = edition.reach(view.hub, view.clock, view.access)
    columns = {
        "worked_at_home": np.minimum(figures["works_from_home"], capable) * homes,
        "borderline_people": gap * share_borderline(reach, view.minutes, codes),
        **{f"at_{minutes}": gap * share_beyond(reach, minutes, codes) for minutes in around(view.minutes)},
        "could_but_do_not": capable * edition.areas.get("superfast_not_taken", unknown),
    }
    for way, (clock, access) in ways(view).items():
        known = edition.has_clock(clock)
        columns[f"by_{way}"] = (
            gap * share_beyond(edition.reach(view.hub, clock, access), view.minutes, codes) if known else unknown)
    factor = newer_over_counted(edition, view.speed)[1]
    carried = unknown if factor.empty else edition.areas["authority"].map(factor)
    columns |= {"carried_gap": gap * carried, "carried_turn": figures["nowhere_to_turn_estimate"] * carried}
    columns["few_departures"] = columns["beyond_every_hub"] = unknown
    if edition.has_clock("departures"):
        trains = edition.reach(view.hub, "departures", view.access)
        columns["few_departures"] = figures["residents"] * share_up_to(trains, FEW_DEPARTURES, codes)
        nearest = edition.reach("any", "door", view.access)
        columns["beyond_every_hub"] = gap * share_beyond(nearest, FAR_FROM_EVERY_HUB, codes)
    return pd.DataFrame(columns)


@cached(8)
def newer_over_counted(edition: Edition, speed: str) -> tuple[str, pd.Series]:
    """Set Ofcom's newer published shares of authorities over those of the counts' date.

    Parameters
    ----------
    edition
        The edition served.
    speed
        Key of the speed; newer shares are published for "30" and "gigabit".

    Returns
    -------
    date : str
        Of the newer shares, such as "2026-01"; "" where there are none.
    factor : pandas.Series
        Index authority code; the newer share of premises without the speed over that of the counts' date; empty where
        there is none. An authority that one of the two lacks is missing.
    """
    counted = edition.facts().lines_vintage
    date, now = newest(edition, _SERIES[speed]) if speed in _SERIES else ("", pd.Series(dtype="float64"))
    if date <= counted:
        return "", pd.Series(dtype="float64")
    then = pd.Series({code: series_of(edition, code, _SERIES[speed]).get(counted) for code in now.index}, dtype=float)
    without_now, without_then = (1.0 - now, 1.0 - then) if speed == "gigabit" else (now, then)
    return date, (without_now / without_then).where(without_then > 0).dropna()


def around(minutes: int) -> tuple[int, int]:
    """Return the thresholds that a threshold's cliff is shown by."""
    return minutes - BORDERLINE_MINUTES, minutes + BORDERLINE_MINUTES


def ways(view: View) -> Mapping[str, tuple[str, str]]:
    """Return the ways of counting minutes that are set side by side: clock and access of each."""
    return {"train": ("train", view.access), "waiting": ("waiting", view.access), "door": ("door", view.access),
            "walk": (view.clock, "walk")}


def claim(edition: Edition, view: View, place: Place) -> Claim:
    """Work out what stands beside the claim for a place.

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
    Claim
        Sums over the place's LSOAs; what any of them lacks is missing, not smaller.
    """
    sums = claim_areas(edition, view).loc[place.lsoas].sum(skipna=False)
    figures = area_figures(edition, view).loc[place.lsoas, [f"people_in_gap_{view.speed}_estimate", "workers"]].sum()

    def known(column: str) -> float | None:
        """Return a sum, None where any part of it is missing."""
        return None if np.isnan(sums[column]) else float(sums[column])

    # Not set beside itself: the sum of its neighbourhoods differs a little from the one sum for the country.
    england = None if place.code == ENGLAND else england_rate(edition, view.speed, view.work)
    gap, workers = (float(value) for value in figures)
    return Claim(
        england_rate=england, ratio_to_england=1000 * gap / workers / england if england and workers else None,
        worked_at_home=known("worked_at_home"),
        nowhere_to_turn_at={minutes: float(sums[f"at_{minutes}"]) for minutes in around(view.minutes)},
        borderline_people=float(sums["borderline_people"]),
        nowhere_to_turn_by={way: known(f"by_{way}") for way in ways(view)},
        few_departures=known("few_departures"), beyond_every_hub=known("beyond_every_hub"),
        carried_forward=_carried(edition, view, known("carried_gap"), known("carried_turn")),
        could_but_do_not=known("could_but_do_not"))


def _carried(edition: Edition, view: View, gap: float | None, turn: float | None) -> CarriedForward | None:
    """Put what is carried forward together; None where it is not known."""
    date, _ = newer_over_counted(edition, view.speed)
    return None if gap is None or turn is None else CarriedForward(date, gap, turn)
