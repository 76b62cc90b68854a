"""What if, in words: what is changed, what it does, who gains, and what lines the same would take."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from geo.core.choices import ALL_HUBS
from geo.core.measures import FIGURES
from geo.core.rounding import about
from geo.core.view import View
from geo.core.what_if_terms import WhatIf, moment
from geo.edition.places import Place
from geo.edition.store import Edition
from geo.figures.intervals import Interval
from geo.figures.line_or_train import Exchange
from geo.figures.what_if import Outcome
from geo.words.claim import people, sentence_case, spoken_name
from geo.words.definitions import cannot_be_had, distance, speed_in_words
from geo.words.intervals import interval, is_told
from geo.words.priorities import neighbourhoods

HEADING = "What if"

NOTHING_ASKED = ("Nothing is changed yet: choose places to upgrade, minutes, a section of line to close or trains to "
                 "add.")
"""Instead of a sentence."""

MEANING = (
    "An upgrade gives a line with the speed to every home and business of a place that lacks one. Minutes are taken "
    "off or added between the station and the hub; no journey falls below half of its fastest. Where a section is "
    "closed, trains that run over it are cut in two there, without a way round or a bus. Where trains are only taken "
    "away none is counted as quicker than before, where they are only added none as slower. What is unknown is unknown "
    "before and after alike: ‘between’ is of the change itself.")
"""What is meant by each change."""

WHAT_IT_MEANS = "What each change means, and what it leaves out"
"""Over `MEANING` where it is folded up."""

LINE_OR_TRAIN = "Line or train?"
LINE_OR_TRAIN_HEADER = ("Off every train", "Fewer with nowhere to turn", "Homes and businesses to upgrade for as many",
                        "In")

MANY = 6
"""Places or stations that are named one by one."""

_FIFTHS = ("England’s most deprived fifth", "the next fifth", "the middle fifth", "the fourth fifth",
           "the least deprived fifth")
_SETTINGS = {"rural": "rural neighbourhoods", "urban": "urban neighbourhoods"}


def what_changes(edition: Edition, terms: WhatIf) -> str:
    """Say what is changed, as after "if"."""
    return " and ".join(_changes(edition, terms))


def _changes(edition: Edition, terms: WhatIf) -> Iterator[str]:
    if terms.upgrade:
        names = [spoken_name(edition.place(code).name) for code in terms.upgrade]
        yield (f"every home and business in {_listed(names, 'places')} could have at least "
               f"{speed_in_words(terms.to)}")
    if terms.minutes:
        way = "longer" if terms.minutes > 0 else "quicker"
        yield f"{_trains(edition, terms)} were {abs(terms.minutes)} minutes {way}"
    if terms.close:
        yield f"the line between {' and '.join(_station(edition, code) for code in terms.close)} were closed"
    if terms.trains:
        added = terms.trains
        start, *through, end = (_station(edition, code) for code in added.stations)
        calls = f", calling at {_listed(through, 'stations')}," if through else ""
        when = f"at {moment(added.first)}" if added.first + added.every > added.last else (
            f"every {added.every} minutes from {moment(added.first)} to {moment(added.last)}")
        yield f"a train ran {when} from {start}{calls} to {end} in {sum(added.minutes)} minutes"


def _trains(edition: Edition, terms: WhatIf) -> str:
    hub = ALL_HUBS[terms.hub].label
    if terms.line:
        return f"journeys to {hub} from stations of the line ‘{terms.line}’"
    if terms.stations:
        return f"journeys to {hub} from {_listed([_station(edition, code) for code in terms.stations], 'stations')}"
    return f"all train journeys to {hub}"


def _listed(names: Sequence[str], kind: str) -> str:
    if len(names) > MANY:
        return f"{len(names)} {kind}"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _station(edition: Edition, code: str) -> str:
    return str(edition.stations.loc[code, "name"]) if code in edition.stations.index else code


def in_pack(edition: Edition, view: View) -> str:
    """Say that a pack has the what-if of a view that has one."""
    return f"The pack has a chapter ‘{HEADING}’: if {what_changes(edition, WhatIf.of(view))}."


def moved(change: float, sure: Interval | None, what: str = "people") -> str:
    """Say by how many a count changes, with the interval of the change.

    >>> moved(-3012.2, Interval(-3900, -2410), "residents"), moved(0.0, None), moved(-0.2, None)
    ('about 3,010 fewer residents (between 2,410 and 3,900)', 'no more or fewer people', 'less than one person fewer')
    """
    if not change:
        return f"no more or fewer {what}"
    way, one = "more" if change > 0 else "fewer", {"people": "person", "residents": "resident"}[what]
    if abs(change) < 0.5:
        return f"less than one {one} {way}"
    many = f"about one {one} {way}" if about(abs(change)) == "1" else f"about {about(abs(change))} {way} {what}"
    return many + _in_brackets(change, sure)


def _in_brackets(change: float, sure: Interval | None) -> str:
    """Say the interval of a change after it."""
    if sure is None:
        return ""
    low, high = (sure.p05, sure.p95) if change > 0 else (-sure.p95, -sure.p05)
    if low < -0.5:     # some draws go the other way
        other = "fewer" if change > 0 else "more"
        return f" (between {about(-low)} {other} and {about(high)} {'more' if change > 0 else 'fewer'})"
    return f" ({interval(found)})" if is_told(found := Interval(low, high)) else ""


def what_it_does(edition: Edition, view: View, outcome: Outcome) -> tuple[str, ...]:
    """Say in one sentence what a what-if does: pieces, every second one (the figures) set strong."""
    if outcome.terms.changes_nothing:
        return (NOTHING_ASKED,)
    start = f"If {what_changes(edition, outcome.terms)}, then in {spoken_name(outcome.before.place.name)} "
    gap, turn, far = ((outcome.change(key), outcome.changes.get(key))
                      for key in ("people_in_gap", "nowhere_to_turn", "cut_off_by_rail"))
    if not gap[0] and not turn[0] and not far[0]:
        return (start, "nothing changes", f" at this view: where {cannot_be_had(view.speed)}, and {distance(view)}.")
    said: list[str] = [start]
    if gap[0]:
        said += [moved(*gap), " would be in the gap, and "]
    if far[0]:
        said += [moved(*far, what="residents"), f" would live {distance(view)}, and "]
    return (*said, moved(*turn), " would have nowhere to turn: neither the line nor the train.")


def beside_the_change(view: View, outcome: Outcome) -> tuple[str, ...]:
    """Say what a reader must know beside the sentence."""
    return tuple(_beside(view, outcome))


def _beside(view: View, outcome: Outcome) -> Iterator[str]:
    before, after, terms = outcome.before, outcome.after, outcome.terms
    if terms.upgrade and view.speed not in terms.tiers():
        yield (f"The upgrade is to {speed_in_words(terms.to)}: of those where {cannot_be_had(view.speed)} nothing "
               "changes.")
    if not terms.changes_rail:
        return
    was, now = ({way: number or 0.0 for way, number in answer.claim.nowhere_to_turn_by.items()}
                for answer in (before, after))
    named = {"train": "by time on the train", "door": "from the door"}
    clocks = [f"{words} {people(was[way])} before and {people(now[way])} after"
              for way, words in named.items() if way in was]
    yield f"With nowhere to turn, {'; '.join(clocks)}. Each of these counts is about as unsure as the change."
    if terms.close and now.get("train", 0.0) - was.get("train", 0.0) < -0.5:
        yield ("By time on the train alone some seem nearer than before: they would drive further, to a station with a "
               "shorter train. From the door nobody is.")
    near, far = ((minutes, people(count)) for minutes, count in before.claim.nowhere_to_turn_at.items())
    yield (f"A limit makes a cliff: before, {near[1]} with nowhere to turn at {near[0]} minutes and {far[1]} at "
           f"{far[0]}.")


def change_heading(measure: str) -> str:
    """Head the legend of a map of a change."""
    return f"{FIGURES[measure].label}: people more or fewer"


def gains_rows(table: pd.DataFrame) -> list[list[Any]]:
    """Write who gains: a row a group, its residents, and by how many people two figures change.

    Authorities where neither changes are left out.
    """
    rows = []
    for row in table.to_dict("records"):
        changes = {key: row[f"{key}_change"] for key in ("people_in_gap", "nowhere_to_turn")}
        if row["group"] == "authority" and not any(changes.values()):
            continue
        rows.append([sentence_case(_group(row)), f"{row['residents']:,}",
                     *(change_cell(change, row[f"{key}_p05"], row[f"{key}_p95"]) for key, change in changes.items())])
    return rows


def _group(row: Mapping[Any, Any]) -> str:
    if row["group"] == "fifth":
        return _FIFTHS[int(row["value"]) - 1]
    return _SETTINGS[row["value"]] if row["group"] == "setting" else spoken_name(row["name"])


GAINS = ("By how many people each figure changes: who gains, and who loses. Authorities where nothing changes are left "
         "out.")
"""Caption of `gains_rows`."""

GAINS_HEADER = ("Where", "Residents", "People in the gap", "With nowhere to turn")
"""Over `gains_rows`."""


def change_cell(change: float, low: float, high: float) -> list[str]:
    """Write a change in a table, its interval below; a minus sign for fewer."""
    if abs(change) < 0.5:
        return ["0" if not change else "fewer than 1"]
    spelled = f"{'−' if change < 0 else '+'}{about(abs(change))}"
    if pd.isna(low) or not (said := _in_brackets(change, Interval(low, high))):
        return [spelled]
    return [spelled, said.strip(" ()")]


def line_or_train_rows(found: Sequence[Exchange]) -> list[list[Any]]:
    """Write what quicker trains are worth in lines: a row for each number of minutes, intervals below."""
    return [[f"{row.minutes} minutes", _with_interval(people(row.people), row.people_sure), *_premises(row)]
            for row in found]


def _with_interval(said: str, sure: Interval | None) -> list[str]:
    return [said, interval(sure)] if sure is not None and is_told(sure) else [said]


def _premises(row: Exchange) -> list[Any]:
    if row.premises is None or row.neighbourhoods is None:
        return ["more than all that may be upgraded", ""]
    if not row.neighbourhoods:
        return ["none", ""]
    return [_with_interval(f"about {about(row.premises)}", row.premises_sure), neighbourhoods(row.neighbourhoods)]


def line_or_train_words(place: Place, view: View, found: Sequence[Exchange]) -> str:
    """Say what is compared, and where the cliff is."""
    name, hub = spoken_name(place.name), ALL_HUBS[view.hub].label
    flat = len({round(row.people) for row in found}) < len(found)
    cliff = " Where more minutes take out no more people, nobody lives just beyond the limit." if flat else ""
    return (f"Of the people of {name} who have neither line nor train, how many would have one of them: if all trains "
            f"to {hub} were quicker, or if lines were upgraded where the fewest do for as many, in neighbourhoods with "
            f"at least {view.least} homes and businesses to upgrade.{cliff}")
