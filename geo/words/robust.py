"""In how many views the claims about a place hold, in words: each claim, its count, and the views where it fails."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from geo.core.choices import ACCESS, ALL_HUBS, CLOCKS, REGION, REGIONS, WORK, Region
from geo.core.measures import FIGURES
from geo.core.view import View
from geo.edition.places import Place
from geo.figures.profile import PlaceProfile
from geo.figures.robust import CLAIMED, COUNTED, FEW_PLACES, Held, options_of, robust, views_of
from geo.words.claim import kind_label, spoken_name
from geo.words.definitions import label, short_speed

HEADING = "In how many views is it true?"
HEADER = ("Claim", "True in", "Not true, nearest to this view first")

NAMED, EXAMPLES = len(views_of(FIGURES["people_in_gap"])), 6
"""Views that are named where a claim fails: all of them where it goes by the line alone, else a few of many."""

_FIRST = 3     # on the command line


class ClaimHeld(NamedTuple):
    """One claim: in words, in how many views it is true and what was left out, where it is not and how many more."""

    claim: str
    held: str
    left_out: str
    fails: tuple[tuple[View, str], ...]
    more: str


def about_views(region: Region = REGIONS[REGION]) -> str:
    """Say what a view is, and which are left out."""
    lines, rails = (len(views_of(FIGURES[key], region)) for key in CLAIMED)
    options = options_of(region)
    minutes = options["minutes"]
    return ("A view is one combination of what a claim depends on. For people in the gap that is "
            f"{len(options['speed'])} speeds and {len(options['work'])} tables of jobs, {lines} views; for nowhere to "
            f"turn also {len(options['hub'])} hubs, limits from {minutes[0]} to {minutes[-1]} minutes by "
            f"{minutes[1] - minutes[0]}, both clocks and both ways to the station, {rails:,} views. Views in which "
            f"fewer than {COUNTED} people of the place are counted are left out.")


def claim_words(place: Place, held: Held) -> str:
    """Say what is claimed.

    >>> import pandas as pd
    >>> place = Place("E07000046", "Torridge", "authority", pd.Index([]), False, True, ())
    >>> claim_words(place, Held("people_in_gap", "most", 3, 27, 4, 12, 0, 0, ()))
    'People in the gap: among the three of 27 local authorities with most'
    >>> claim_words(place, Held("people_in_gap", "above_england", 0, 0, 10, 10, 0, 2, ()))
    'People in the gap: a higher rate than England'
    """
    many = kind_label(place.kind, 2)
    those = f"{'three' if held.ranked <= FEW_PLACES else 'tenth'} of {held.ranked:,} {many}"
    claims = {"most": f"among the {those} with most", "highest": f"among the {those} with the highest rate",
              "above_region": f"a higher rate than {REGIONS[held.region].spoken}",
              "above_england": "a higher rate than England"}
    return f"{label(FIGURES[held.measure])}: {claims[held.claim]}"


def views_held(held: Held) -> str:
    """Say in how many views it is true.

    >>> views_held(Held("people_in_gap", "most", 3, 27, 11, 12, 0, 0, ()))
    '11 of 12 views'
    """
    return f"{held.holds:,} of {held.of:,} views" if held.of else f"no view counts {COUNTED} people"


def left_out(held: Held) -> str:
    """Say how many views were left out, and why."""
    said = [f"{held.few:,} with fewer than {COUNTED} people"] * bool(held.few)
    said += [f"{held.unknown:,} without a figure for England"] * bool(held.unknown)
    return "; ".join(said)


def view_words(options: Mapping[str, Any], view: View) -> str:
    """Name a view by what it chooses otherwise than the reader.

    >>> view_words({"speed": "100", "hub": "exeter", "minutes": 120}, View())
    '100 Mbit/s, Exeter St Davids'
    """
    usual = view.options()
    said: Mapping[str, Callable[[Any], str]] = {
        "speed": short_speed, "work": lambda work: WORK[work].label,
        "hub": lambda hub: ALL_HUBS[hub].label, "minutes": lambda minutes: f"{minutes} minutes",
        "clock": lambda clock: CLOCKS[clock].label.lower(), "access": lambda access: ACCESS[access].label.lower()}
    changed = [said[name](value) for name, value in options.items() if usual[name] != value]
    return ", ".join(changed) or "this view"


def where_it_fails(held: Held, view: View) -> str:
    """Name the first views where it fails, for the command line."""
    named = "; ".join(view_words(options, view) for options in held.fails[:_FIRST])
    more = len(held.fails) - _FIRST
    return f"{named}; and {more:,} more" if more > 0 else named


def claims_held(profile: PlaceProfile) -> Sequence[ClaimHeld]:
    """Say of each claim that is true in some view in how many; those true in none are claimed by nobody."""
    view = profile.view
    return [_said(held, view, profile.place) for held in robust(profile.edition, view, profile.place) if held.holds]


def _said(held: Held, view: View, place: Place) -> ClaimHeld:
    named = held.fails if len(held.fails) <= NAMED else held.fails[:EXAMPLES]
    more = len(held.fails) - len(named)
    return ClaimHeld(claim_words(place, held), views_held(held), left_out(held),
                     tuple((view.replace(**options), view_words(options, view)) for options in named),
                     f"and {more:,} more" if more else "")


def none_holds(place: Place, region: Region = REGIONS[REGION]) -> str:
    """Say so where no claim is true in any view."""
    return (f"{spoken_name(place.name)} is nowhere among the worst of its kind, nor worse than {region.spoken} or "
            "England, in any view that was tried.")
