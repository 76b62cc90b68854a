"""Line or train: how many premises would have to be upgraded for the same effect as quicker trains."""

from typing import NamedTuple

import pandas as pd

from geo.core.cache import cached
from geo.core.measures import FIGURES
from geo.core.priority_terms import Terms
from geo.core.view import View
from geo.edition.places import Place
from geo.edition.store import Edition
from geo.figures.areas import area_figures
from geo.figures.intervals import Interval
from geo.figures.priorities import candidates, choose, curve, in_order
from geo.figures.what_if import what_if

MINUTES_OFF = (10, 20, 30)


class Exchange(NamedTuple):
    """What so many minutes off every train to a hub are worth in lines.

    Attributes
    ----------
    minutes
        Off every journey to the hub.
    people
        Who then have nowhere to turn no more.
    people_sure
        Where nine of ten draws of that lie; None where it is not drawn.
    premises, neighbourhoods
        That would have to be upgraded for as many; None where all that may be upgraded take out fewer.
    premises_sure
        Where nine of ten draws of these premises lie; None where there are none, or they are not drawn.
    """

    minutes: int
    people: float
    people_sure: Interval | None
    premises: float | None
    neighbourhoods: int | None
    premises_sure: Interval | None = None


@cached(32, key=lambda edition, view, place: (edition, place.code, *view.options().values(), view.least))
def line_or_train(edition: Edition, view: View, place: Place) -> list[Exchange]:
    """Set quicker trains against upgraded lines, by the people who have neither line nor train.

    Parameters
    ----------
    edition
        The edition served.
    view
        Options that change figures, and premises that make a neighbourhood a candidate.
    place
        Any place.

    Returns
    -------
    list of Exchange
        For each of `MINUTES_OFF`; lines are upgraded in the neighbourhoods that need the fewest premises for it.
    """
    listed = candidates(edition, view, place, view.least)
    turn = area_figures(edition, view)[FIGURES["nowhere_to_turn"].column(view.speed)]
    listed = listed.assign(people=turn.loc[listed.index] * listed["left"])
    listed = in_order(listed[listed["people"] > 0], "rate")
    here = view.fresh().replace(**view.options(), place=place.code)
    return [_exchange(edition, here, listed, minutes) for minutes in MINUTES_OFF]


def _exchange(edition: Edition, view: View, listed: pd.DataFrame, minutes: int) -> Exchange:
    """Choose the fewest premises that take as many people out as so many minutes do."""
    outcome = what_if(edition, view.replace(rail=-minutes))
    people, drawn = -outcome.change("nowhere_to_turn"), outcome.changes.get("nowhere_to_turn")
    sure = None if drawn is None else Interval(-drawn.p95, -drawn.p05)
    if people <= 0:
        return Exchange(minutes, people, sure, 0.0, 0)
    if listed["people"].sum() < people:
        return Exchange(minutes, people, sure, None, None)
    chosen, _, _ = choose(listed, Terms(by="rate"), people)
    last = curve(edition, view, listed[chosen]).iloc[-1]
    ends = Interval(float(last["cumulative_premises_p05"]), float(last["cumulative_premises_p95"]))
    return Exchange(minutes, people, sure, float(last["cumulative_premises"]), int(chosen.sum()),
                    None if pd.isna(ends.p05) else ends)
