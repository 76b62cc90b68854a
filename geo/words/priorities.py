"""Where first, in words: what the list takes, why its two orders differ, how near it is to the best."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from geo.core.priority_terms import LEAST, Terms, stop_of
from geo.core.rounding import about, percent
from geo.core.view import View
from geo.edition.places import Place
from geo.edition.store import Edition
from geo.figures.intervals import Interval
from geo.figures.priorities import Priorities
from geo.words.claim import people, sentence_case, spoken_name
from geo.words.definitions import cannot_be_had
from geo.words.intervals import interval, interval_cell, is_told

TWO_ORDERS = (
    "By people, neighbourhoods with the most people in the gap come first: the fewest neighbourhoods for the same "
    "effect. By rate, those with the most people for each premises come first: the fewest premises. What tells them "
    "apart by rate is how many with such jobs live in each home, for the share of homes without the line cancels out: "
    "without a floor it would name comfortable places with a dozen bad lines.")
"""Why there are two, and why they differ."""

NO_PRICE = "What a line costs is not in these data: a budget is divided by the cost that you give."
"""Beside a budget."""

MEANING = ("To upgrade a neighbourhood is to give a line with the speed to every home and business in it that lacks "
           "one: all of its people in the gap leave it.")
"""What is meant by an upgrade."""

HALF_OF_ONE = "Upgrading any half of these would halve the gap: where among them its people live is not known."
"""In a single neighbourhood, after its count of homes and businesses without the line."""

_BY = {"people": "most people first", "rate": "most people for each premises first"}
_BETTER = 5e-5     # spelled as 0.0 %


def upgrade(premises: float) -> str:
    """Say how many homes and businesses, in a sentence."""
    return "about 1 home or business" if about(premises) == "1" else f"about {about(premises)} homes and businesses"


HEADING = "Where first"
SMALLER = "a smaller number of premises that each must have"
"""How to set a smaller floor, where no widget and no option can be named."""

WHY_TWO = "What an upgrade is, and why the two orders differ"
"""Over `MEANING` and `TWO_ORDERS` where they are folded up."""

CURVE = ("People who leave the gap as more homes and businesses are upgraded, neighbourhood after neighbourhood. The "
         "line is the estimate; the band is what it lies between: the worst and the best case. A list picks "
         "neighbourhoods whose estimates are high, some of them by chance: plan with the lower end.")
"""Beside the curve of a list."""

CURVE_HEADER = ("Neighbourhoods", "Homes and businesses", "Between", "People who leave the gap", "Between")
LIST_HEADER = ("Neighbourhood", "Homes and businesses", "People who leave the gap", "Homes and businesses so far",
               "People so far")
AUTHORITIES = "Homes and businesses on the list by authority, and people who leave the gap there."
AUTHORITIES_HEADER = ("Authority", "Neighbourhoods", "Homes and businesses", "Share", "People")

PACK_HEADER = ("Neighbourhood", "Locality", "Authority", "Premises", "People", "Premises so far", "People so far",
               "Between")

_STEPS = 10


def order_label(by: str) -> str:
    """Name an order on its own."""
    return sentence_case(_BY[by])


def stops_at(view: View) -> str:
    """Say where a list stops, as its link says."""
    stop = stop_of(view.first)
    if stop.budget is not None:
        return f"a budget of £{stop.budget:,} at £{stop.cost:,} for each home or business"
    return "half of the gap" if stop.premises is None else f"{stop.premises:,} homes and businesses"


def in_pack(view: View) -> str:
    """Say before the link to the page of the list whether a pack has the list."""
    if view.first:
        return f"The pack has a chapter ‘{HEADING}’: its list stops at {stops_at(view)}. Change it on the page"
    return f"The pack can have a chapter ‘{HEADING}’ as well: take a list into it from the page"


def budget_words(view: View) -> str:
    """Say which cost a budget was divided by, and whose that is; nothing where the list does not stop at a budget."""
    return f"{sentence_case(stops_at(view))}. {NO_PRICE}" if stop_of(view.first).budget is not None else ""


def pack_caption(found: Priorities, few: int) -> str:
    """Caption a list of which a report has the first few."""
    more = f" The first {few} of {len(found.table):,}; all in tables/where-first.csv." * (few < len(found.table))
    return ("Neighbourhoods to upgrade first, in this order: premises (homes and businesses), people who leave the "
            f"gap, and the sums down the list; the last column is between what the people so far lie.{more}")


def list_caption(edition: Edition, found: Priorities, few: int) -> str:
    """Caption a list of which the first few are shown."""
    more = f" The first {few:,} of {len(found.table):,}." if few < len(found.table) else ""
    return (f"In this order; what is so far upgraded has its interval beneath. Homes and businesses are those without "
            f"the speed ({edition.broadband_basis}).{more}")


def curve_rows(found: Priorities) -> list[tuple[str, ...]]:
    """Write the curve of a list as a table: at ten points at most, the last of them its end."""
    size = len(found.table)
    steps = sorted({round(size * step / _STEPS) for step in range(1, _STEPS + 1)} - {0})
    rows = [(count, found.table.iloc[count - 1].to_dict()) for count in steps]
    return [(f"{count:,}", about(row["cumulative_premises"]), so_far(row, "premises"),
             about(row["cumulative_people"]), so_far(row, "people")) for count, row in rows]


def so_far(row: Mapping[Any, Any], what: str) -> str:
    """Write the interval of a sum down a list, of premises or people, in a table."""
    return interval_cell({end: row[f"cumulative_{what}_{end}"] for end in ("p05", "p95")})


def authority_rows(table: pd.DataFrame) -> list[tuple[str, ...]]:
    """Write a list by authority (`geo.figures.priorities.by_authority`) without the names: how many, and between."""
    def between(row: Mapping[Any, Any], what: str) -> str:
        return interval_cell({end: row[f"{what}_{end}"] for end in ("p05", "p95")})

    whole = table["premises"].sum()
    return [(f"{row['neighbourhoods']:,}", about(row["premises"]), between(row, "premises"),
             percent(row["premises"] / whole), about(row["people"]), between(row, "people"))
            for row in table.to_dict("records")]


def _between(low: float, high: float) -> str:
    """Say an interval after a number; nothing where there is none to tell."""
    found = Interval(low, high)
    return f" ({interval(found)})" if is_told(found) else ""


def neighbourhoods(count: int) -> str:
    """Say how many neighbourhoods."""
    return "1 neighbourhood" if count == 1 else f"{count:,} neighbourhoods"


def premises_taken(found: Priorities) -> tuple[str, str]:
    """Say how many premises a list upgrades, and the interval after that."""
    last = found.table.iloc[-1]
    return (upgrade(last["cumulative_premises"]),
            _between(float(last["cumulative_premises_p05"]), float(last["cumulative_premises_p95"])))


def people_taken(found: Priorities) -> str:
    """Say how many people a list takes out of the gap, with the best and the worst case."""
    last = found.table.iloc[-1]
    return (people(last["cumulative_people"])
            + _between(float(last["cumulative_people_p05"]), float(last["cumulative_people_p95"])))


def what_it_takes(place: Place, view: View, found: Priorities) -> str:
    """Say what a list that names any neighbourhood takes, and what that does."""
    name, share = spoken_name(place.name), found.table["cumulative_people"].iloc[-1] / found.people
    return (f"Where first in {name}, where {cannot_be_had(view.speed)}: upgrade {''.join(premises_taken(found))} in "
            f"{neighbourhoods(len(found.table))}, and {people_taken(found)} leave the gap: {percent(share)} of all "
            f"{about(found.people)} in it.")


def how_chosen(terms: Terms, found: Priorities) -> str:
    """Say by which order and rule the neighbourhoods were chosen, and how near to the best that is."""
    listed = f"Listed with {_BY[terms.by]}; only neighbourhoods with at least {about(terms.least)} to upgrade."
    halved = terms.halve and found.reached
    if found.gap is None:
        few = " No choice of fewer neighbourhoods does it." if halved else ""
        return listed + few
    wanted = "most people out of the gap" if not halved else (
        "the fewest neighbourhoods" if terms.by == "people" else "the fewest premises")
    near = ("none is better" if found.gap < _BETTER else
            f"the best is at most {percent(found.gap)} better")
    same = "" if halved else " It is the same in either order."
    return f"{listed} Of all choices that meet the terms this one has {wanted}: {near}.{same}"


def capped(edition: Edition, place: Place, terms: Terms, found: Priorities) -> str:
    """Name the authorities that have fewer premises than every authority was to have; nothing where there are none."""
    authorities = edition.areas.loc[place.lsoas, "authority"].unique()
    there = found.candidates.groupby("authority")["premises"].sum().reindex(authorities, fill_value=0.0)
    fewer = there.index[there < terms.every_authority]
    names = sorted(spoken_name(name) for name in edition.names("authority").loc[fewer])
    return (f"Fewer than {about(terms.every_authority)} premises can come first in {', '.join(names)}: all of them are "
            "listed." if names else "")


def why_none(place: Place, view: View, terms: Terms, found: Priorities, *, smaller: str) -> str:
    """Say why there is no list as asked for; nothing where there is one. `smaller` names how to set a smaller floor."""
    name = spoken_name(place.name)
    floor = f"{about(terms.least)} homes and businesses where {cannot_be_had(view.speed)}"
    if found.candidates.empty:
        return (f"no neighbourhood of {name} has {floor}: {smaller} may be right" if found.people > 0 else
                f"nobody in {name} is left in the gap where {cannot_be_had(view.speed)}")
    if terms.fair_share and not found.candidates["deprived"].any():
        return (f"no neighbourhood of {name} with {floor} is in England's most deprived fifth: no fair share can be "
                "kept there")
    if terms.halve and not found.reached:
        most = percent(found.table["cumulative_people"].iloc[-1] / found.people) if len(found.table) else "none"
        return (f"half of the gap of {name} cannot be reached: neighbourhoods with at least {floor} that meet the "
                f"terms hold {most} of it; {smaller} may be right")
    if len(found.table):
        return ""
    smallest = found.candidates["premises"].min()
    if terms.premises is not None and smallest > terms.premises:
        return (f"no neighbourhood of {name} is small enough: the smallest that may come first has {upgrade(smallest)} "
                "to upgrade")
    return f"no neighbourhood of {name} meets all of that: more premises or a smaller fair share may be right"


def what_would_halve(place: Place, view: View, found: Priorities) -> tuple[str, ...]:
    """Say what would halve the gap of a place, of whose list to do so this is: pieces, every second one set strong."""
    name, lacking = spoken_name(place.name), cannot_be_had(view.speed)
    if found.table.empty:
        return (f"In {name}, ", "nobody", f" is left in the gap where {lacking}: there is nothing to upgrade.")
    there, between = premises_taken(found)
    if len(place.lsoas) == 1:
        return (f"In {name}, {lacking} in ", there, f"{between}. {HALF_OF_ONE}")
    return (f"To halve the gap of {name}, where {lacking}, upgrade ", there,
            f"{between} in {neighbourhoods(len(found.table))}{_with_small(found)}.")


def _with_small(found: Priorities) -> str:
    """Say of a list that would halve the gap that it takes neighbourhoods below the usual floor too."""
    return f", some with under {LEAST} to upgrade" if found.table["premises"].min() < LEAST else ""


def halving(found: Priorities) -> str:
    """Say, after the names of a list's first two neighbourhoods, how many premises would halve the gap."""
    last, more = found.table.iloc[-1], len(found.table) - 2
    ends = {end: float(last[f"cumulative_premises_{end}"]) for end in ("p05", "p95")}
    sure = f" ({interval_cell(ends)})" if is_told(Interval(**ends)) else ""
    others = (f", then {more:,} more" if more > 0 else "") + _with_small(found)
    return f"first{others}: about {about(last['cumulative_premises'])} premises{sure} to halve the gap."
