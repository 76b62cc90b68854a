"""Line or train: how many premises would have to be upgraded for the same effect as quicker trains."""

from typing import NamedTuple

import pandas as pd

from geo.core.cache import cached
from geo.core.priority_terms import Terms
from geo.core.view import View
from geo.core.what_if_terms import WhatIf
from geo.edition.places import Place
from geo.edition.store import Edition
from geo.figures.areas import area_figures
from geo.figures.priorities import candidates, choose, in_order
from geo.figures.scenario import scenario
from geo.layers.gap import share_beyond

MINUTES_OFF = (10, 20, 30)


class Exchange(NamedTuple):
    """What so many minutes off every train to a hub are worth in lines.

    Attributes
    ----------
    minutes
        Off every journey to the hub.
    people
        Who then have nowhere to turn no more.
    premises, neighbourhoods
        That would have to be upgraded for as many; None where all that may be upgraded take out fewer.
    """

    minutes: int
    people: float
    premises: float | None
    neighbourhoods: int | None


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
    measure = f"nowhere_to_turn_{'estimate'}"
    beyond = share_beyond(edition.reach(view.hub, view.clock, view.access), view.minutes, place.lsoas)
    listed = candidates(edition, view, place, view.least)
    listed = listed.assign(people=listed["people"] * beyond.reindex(listed.index))
    listed = in_order(listed[listed["people"] > 0], "rate")
    before = area_figures(edition, view).loc[place.lsoas, measure].sum()
    found = []
    for minutes in MINUTES_OFF:
        quicker = scenario(edition, WhatIf(minutes=-minutes, hub=view.hub))
        people = float(before - area_figures(quicker, view).loc[place.lsoas, measure].sum())
        found.append(_for_as_many(listed, minutes, people))
    return found


def _for_as_many(listed: pd.DataFrame, minutes: int, people: float) -> Exchange:
    """Choose the fewest premises that take as many people out."""
    if people <= 0:
        return Exchange(minutes, people, 0.0, 0)
    if listed["people"].sum() < people:
        return Exchange(minutes, people, None, None)
    chosen, _, _ = choose(listed, Terms(by="rate"), people)
    return Exchange(minutes, people, float(listed.loc[chosen, "premises"].sum()), int(chosen.sum()))
