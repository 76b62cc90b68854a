"""What changed between two editions, in words: by how much, from what, and whether trains became slower."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import pandas as pd

from geo.core.choices import ALL_HUBS, KINDS, REGIONS
from geo.core.measures import FIGURES
from geo.core.rounding import about, percent
from geo.core.view import View
from geo.edition.at_hand import EditionAtHand
from geo.edition.lacks import lacks
from geo.edition.store import Edition
from geo.figures.changes import Change, PlaceChanges, SourceChange, same_timetable
from geo.figures.intervals import Interval
from geo.figures.journey_changes import JourneyChange
from geo.words.claim import sentence_case, spoken_name
from geo.words.cover import built_on, day
from geo.words.definitions import label, month, rail_words, row_label, short_speed
from geo.words.editions import LACKING

HEADING = "What changed"

CAUSES = {
    "counts": "lines and premises", "membership": "boundaries", "people": "residents and jobs",
    "minutes": "journeys", "method": "method", "not_told_apart": "not told apart",
}
"""Where a change comes from, as columns head it."""

HOW_TOLD_APART = (
    "How the causes are told apart: the later edition’s homes and businesses with their lines, then which "
    "neighbourhoods belong to the place, then residents and their jobs, then journeys take the place of the earlier "
    "edition’s, one after the other, and the same is done backwards; a cause is the average of its two steps. What is "
    "left over is not told apart. Where both editions were made from the very same files, all of a change is the "
    "method’s.")
"""Wherever causes stand."""

HOW = "How the causes are told apart"
TRAINS = "Have our trains become slower?"
MOST = "Where it changed most"
FILES = "Which of the publishers’ files differ"
ONE_EDITION = ("Only one edition is served here, so there is nothing to compare it with. Once a newer one is built and "
               "served beside it, this page says what changed, place by place, and from what.")
HOW_TO_SERVE = ("Whoever runs this copy serves several editions by naming their folder in SWATHE_EDITIONS; two "
                "editions on a computer are compared by the command geo diff.")
NOTHING = "No figure of this place changed between the two editions."
NOTHING_ANYWHERE = "No place of this kind changed between the two editions."

_MINUTES = ("train_to_hub_minutes", "door_to_hub_minutes")
_LEAST_POINTS = 0.001
"""Of a share: what two places differ by less is called alike."""


def edition_label(at_hand: EditionAtHand) -> str:
    """Name an edition in a list of them: the month of Ofcom's counts, its id, and when it was built."""
    counted = month(at_hand.lines_vintage)
    built = f"{at_hand.id}, built on {day(at_hand.built_at.date())}"
    return f"{counted} ({built})" if counted else built


def not_served(name: str) -> str:
    """Say that the edition that a link compares with is not served here."""
    return f"The link compares with edition {name}, which is not served here."


def not_comparable(view: View, before: Edition, after: Edition) -> str:
    """Say why two editions cannot be compared at a view; "" where they can.

    An edition has the hubs that it was built for.
    """
    lacking = [edition.id for edition in (before, after) if view.hub not in edition.region.hubs]
    said = f"Edition {' and edition '.join(lacking)} was built without {ALL_HUBS[view.hub].label}"
    return f"{said}: choose another city to compare." if lacking else ""


def which_editions(before: Edition, after: Edition) -> str:
    """Name the two editions that are compared."""
    return f"The earlier edition is {before.id}, the later one {after.id}."


def changed_caption(name: str, names: tuple[str, str]) -> str:
    """Head the table of figures that changed."""
    return f"{name}: every figure that changed, from {_edition(names[0])} to {_edition(names[1])}."


def places_caption(kind: str, count: int, shown: int) -> str:
    """Head the table of places that changed."""
    some = f"the {shown} of {count:,} whose" if count > shown else "those whose"
    return (f"{sentence_case(KINDS[kind].plural)}: {some} people in the gap changed most, then those of which anything "
            "else did; the last two columns count residents whose journey takes longer, or less long.")


def named_apart(before: Edition, after: Edition) -> tuple[str, str]:
    """Name two editions by what tells them apart: Ofcom's month, else the timetable's day, else the day of the build.

    Parameters are the earlier edition and the later one.
    """
    both = (before.facts(), after.facts())
    lines = [month(facts.lines_vintage) for facts in both]
    trains = [facts.rail_source.day for facts in both]
    built = [str(each.manifest["built_at"])[:10] for each in (before, after)]
    if lines[0] != lines[1]:
        return lines[0], lines[1]
    named, prefix = (trains, "trains of ") if trains[0] != trains[1] else (built, "built on ")
    if named[0] == named[1]:
        return "earlier", "later"
    first, last = (f"{prefix}{day(date.fromisoformat(each))}" for each in named)
    return first, last


def about_grounds(before: Edition, after: Edition) -> list[str]:
    """Say where figures rest on something else than before, so that a change is none of the thing itself."""
    found = []
    if before.broadband_basis != after.broadband_basis:
        found.append(f"How broadband is spread inside councils is {before.broadband_basis} in the earlier edition and "
                     f"{after.broadband_basis} in the later one: part of a small place’s change is another way of "
                     "counting, and no line that came or went.")
    if before.rail_basis != after.rail_basis:
        first, last = (rail_words(each.rail_basis, each.rail_source) for each in (before, after))
        found.append(f"Journeys are {_of(first)} in the earlier edition and {_of(last)} in the later one: that they "
                     "differ does not mean that trains became slower or faster.")
    methods = [each.manifest.get("method") or "without a number" for each in (before, after)]
    if methods[0] != methods[1]:
        found.append(f"The earlier edition was counted by method {methods[0]}, the later one by method {methods[1]}: "
                     "part of a change may be the method’s.")
    return found


def _of(rail: str) -> str:
    return rail if rail == "indicative" else f"those of the {rail}"


def signed(value: float) -> str:
    """Spell a change of people or premises, rounded as its accuracy allows.

    >>> signed(-230.4), signed(16), signed(0.2)
    ('−230', '+16', 'less than 1')
    """
    return "less than 1" if abs(value) < 0.5 else f"{'−' if value < 0 else '+'}{about(abs(value))}"


def share_moved(change: Change) -> str:
    """Spell by what share a figure grew; nothing where it was nothing.

    >>> share_moved(Change("residents", "", 200.0, 150.0, {}))
    '−25.0 %'
    """
    if not change.before or change.change is None or change.measure in _MINUTES:
        return ""
    share = change.change / change.before
    return f"{'−' if share < 0 else '+'}{percent(abs(share))}"


def value_words(change: Change, value: float | None) -> str:
    """Spell a figure of one of the editions."""
    if value is None:
        return "no trains" if change.measure in _MINUTES else "none"
    return f"{value:,.0f} min" if change.measure in _MINUTES else _count(change, value)


def _count(change: Change, value: float) -> str:
    return f"{value:,.0f}" if FIGURES[change.measure].published and value == round(value) else about(value)


def change_words(change: Change) -> str:
    """Spell by how much a figure grew."""
    if change.change is None:
        return "new" if change.before is None else "gone"
    if change.measure in _MINUTES:
        return f"{'−' if change.change < 0 else '+'}{abs(change.change):,.0f} min"
    return signed(change.change)


def figure_name(change: Change, view: View) -> str:
    """Name a figure that changed."""
    measure = FIGURES[change.measure]
    if measure.by_speed:
        named = row_label(measure, view, change.option)
        return named if "{" in measure.row_label + measure.label else f"{named} at {_at(change.option)}"
    return label(measure, view.replace(hub=change.option) if change.option in ALL_HUBS else view)


def _at(speed: str) -> str:
    return "a gigabit" if speed == "gigabit" else short_speed(speed)


def cause_words(change: Change) -> str:
    """Say what a change comes from, the most first; nothing where that cannot be said."""
    unit = " min" if change.measure in _MINUTES else ""

    def spelled(value: float) -> str:
        """Spell minutes to one decimal: a part is the average of two."""
        return f"{'−' if value < 0 else '+'}{abs(value):,.1f}{unit}" if unit else signed(value)

    parts = sorted(change.parts.items(), key=lambda part: -abs(part[1]))
    told = [(CAUSES[cause], value) for cause, value in parts if abs(value) >= (0.05 if unit else 0.5)]
    return told[0][0] if len(told) == 1 else "; ".join(f"{cause} {spelled(value)}" for cause, value in told)


def headline(place: PlaceChanges, view: View, names: tuple[str, str]) -> tuple[str, ...]:
    """Say how the gap of a place changed; pieces, every second one to be set strong."""
    where = spoken_name(place.name)
    found = place.figure("people_in_gap", view.speed)
    if found is None or found.change is None or abs(found.change) < 0.5:
        return (f"In {where} ", "about as many people", " are in the gap as before.")
    way = "fewer" if found.change < 0 else "more"
    beside = "; ".join(filter(None, (
        share_moved(found), change_interval(found.interval) if found.interval is not None else "")))
    said = (f" are in the gap than before{f' ({beside})' if beside else ''}: about {about(found.before or 0)} by "
            f"{_edition(names[0])}, about {about(found.after or 0)} by {_edition(names[1])}.")
    return f"In {where} ", f"about {about(abs(found.change))} {way} people", said


def _edition(name: str) -> str:
    return f"the {name} edition" if name in {"earlier", "later"} else f"the edition of {name}".replace(
        "of built", "built")


def change_interval(drawn: Interval) -> str:
    """Say between what the change of a count lies.

    >>> change_interval(Interval(-240.0, -180.0)), change_interval(Interval(-20.0, 35.0))
    ('between 180 and 240 fewer', 'between 20 fewer and 35 more')
    """
    low, high = drawn
    if low * high < 0:
        return f"between {about(-low)} fewer and {about(high)} more"
    first, last = sorted((abs(low), abs(high)))
    return f"between {about(first)} and {about(last)} {'fewer' if high <= 0 else 'more'}"


def beside_region(place: PlaceChanges, region: PlaceChanges, view: View) -> str:
    """Say whether a place's gap closed more slowly than the region's; nothing of the region itself."""
    if place.code == region.code:
        return ""
    spoken = REGIONS[region.code].spoken
    here, whole = (_share(each, view) for each in (place, region))
    if here is None or whole is None:
        return ""
    beside = f"{_signed_share(here)} beside {_signed_share(whole)}"
    if abs(here - whole) < _LEAST_POINTS:
        return f"That is about what it is in {spoken} as a whole ({beside})."
    if here <= 0 and whole <= 0:
        return (f"Its gap closed more {'slowly' if here > whole else 'quickly'} than {spoken}’s as a whole "
                f"({beside}).")
    if here > 0 and whole > 0:
        return (f"Its gap grew more {'quickly' if here > whole else 'slowly'} than {spoken}’s as a whole "
                f"({beside}).")
    return (f"Its gap {'grew' if here > 0 else 'closed'} while {spoken}’s as a whole "
            f"{'closed' if here > 0 else 'grew'} ({beside}).")


def _share(place: PlaceChanges, view: View) -> float | None:
    """By what share a place's gap grew: 0 where it did not change, None where there was none before."""
    found = place.figure("people_in_gap", view.speed)
    if found is None:
        return 0.0
    return None if not found.before or found.change is None else found.change / found.before


def _signed_share(share: float) -> str:
    return f"{'−' if share < 0 else '+'}{percent(abs(share))}"


def slower(place: PlaceChanges, view: View, before: Edition, after: Edition) -> str:
    """Answer whether a place's trains to the view's hub became slower."""
    hub = ALL_HUBS[view.hub].label
    if before.rail_basis != after.rail_basis:
        return (f"Whether trains to {hub} became slower cannot be said: journeys rest on something else in each of the "
                "two editions.")
    found = next((each for each in place.journeys if each.hub == view.hub), None)
    if same_timetable(before, after):
        return _SAME_TRAINS + (f" {_OTHER_WAYS}" if found else "")
    if found is None:
        return f"No: nowhere in {spoken_name(place.name)} did the journey from the door to {hub} change."
    said = (f"{_verdict(found)} The journey from the door to {hub} takes longer for "
            f"{_of_residents(found.longer, found)}, and less long for {_of_residents(found.shorter, found)}.")
    return f"{said} {_OTHER_STATION}" if _against_each_other(place, view) else said


def _against_each_other(place: PlaceChanges, view: View) -> bool:
    """Tell whether the train journey became longer and that from the door shorter, or the other way round."""
    return place.moved(_MINUTES[0], view.hub) * place.moved(_MINUTES[1], view.hub) < 0


def _verdict(found: JourneyChange) -> str:
    if not found.longer or not found.shorter:
        return "Yes." if found.longer else "No, quicker."
    return "For some, yes." if found.longer < found.shorter else "For more people than not, yes."


def _of_residents(count: float, found: JourneyChange) -> str:
    if not count:
        return "nobody"
    share = f" ({percent(count / found.residents)})" if found.residents else ""
    return f"{about(count)} of {about(found.residents)} residents{share}"


_SAME_TRAINS = "No: both editions have the very same timetable."
_OTHER_WAYS = ("That some journeys from the door differ comes from ways to stations, postcodes that came or went, or "
               "how they are counted.")
_OTHER_STATION = ("Train and door moved against each other, since another station than before is now the quickest for "
                  "many.")
JOURNEYS_COUNTED = ("Residents are counted by neighbourhood, by the journey of its average postcode; a journey that is "
                    "not possible any more counts as longer.")
"""Under the answer."""

BID_FIGURES = ("premises_below", "people_in_gap", "nowhere_to_turn", "cut_off_by_rail", *_MINUTES, "residents")
"""Figures that a bid needs, people in the gap at the speed asked for alone; tables of a pack have all."""

FIGURES_HEADER = ("Figure", "Before", "Now", "Change", "Where it comes from")
STATION_TIMES = ("average", "typical", "fastest", "departures")
"""What is told of a station's journeys, as `geo.figures.journey_changes.station_changes` names it."""


def stations_header(times: Sequence[str]) -> tuple[str, ...]:
    """Head a table of stations that has some of `STATION_TIMES`, each column by words of its own."""
    said = ("Trains" if name == "departures" else name.capitalize() for name in times)
    return ("Station", *(f"{name} {when}" for name in said for when in ("before", "now")))


STATIONS_HEADER = stations_header(STATION_TIMES)
SOURCES_HEADER = ("Source", "Earlier edition", "Later edition")


def figure_rows(place: PlaceChanges, view: View) -> Iterator[tuple[str, ...]]:
    """Write every figure of a place that changed, as rows under `FIGURES_HEADER`."""
    for change in place.figures:
        yield (figure_name(change, view), value_words(change, change.before), value_words(change, change.after),
               ", ".join(filter(None, (change_words(change), share_moved(change),
                                       "" if change.interval is None else change_interval(change.interval)))),
               cause_words(change))


def for_a_bid(place: PlaceChanges, view: View) -> PlaceChanges:
    """Keep of what changed in a place the figures that a bid needs."""
    return replace(place, figures=tuple(
        each for each in place.figures if each.measure in BID_FIGURES
        and (each.measure != "people_in_gap" or each.option == view.speed)))


def since_heading(names: tuple[str, str]) -> str:
    """Head what changed since an earlier edition.

    >>> since_heading(("July 2025", "January 2026"))
    'What changed since the edition of July 2025'
    """
    return f"{HEADING} since {_edition(names[0])}"


def compared(before: Edition, after: Edition) -> str:
    """Say which two editions are compared."""
    (first, built), (last, made) = ((each.id, day(built_on(each))) for each in (before, after))
    order = "" if before.manifest["built_at"] <= after.manifest["built_at"] else (
        " The one that it is compared with was built after it.")
    return (f"This edition ({last}, built on {made}) is compared with edition {first} (built on {built}), for the same "
            f"place and the same view.{order}")


def not_before(place: PlaceChanges, names: tuple[str, str]) -> str:
    """Say that the earlier edition has not the place."""
    return f"There is no {place.name} in {_edition(names[0])}: what changed in it cannot be said."


def figures_caption(place: PlaceChanges, file: str) -> str:
    """Say what the table of figures that changed holds, and which file has all of them."""
    return f"{place.name}: what changed, and where it comes from. All figures that changed are in {file}."


def source_rows(changes: Sequence[SourceChange]) -> list[tuple[str, str, str]]:
    """Write the files that are not the same in both editions, as rows under `SOURCES_HEADER`."""
    return [(each.title, each.before or "not there", "another file of the same date" if each.before == each.after else
             each.after or "not there") for each in changes]


def station_rows(table: pd.DataFrame, times: Sequence[str] = STATION_TIMES) -> list[tuple[str, ...]]:
    """Write stations whose journeys changed, as rows under `STATIONS_HEADER`; a dash where there is none."""
    names = [f"{name}_{when}" for name in times for when in ("before", "after")]
    return [(f"{row['name']} ({code})", *(
        "–" if pd.isna(row[name]) else f"{row[name]:,.{int(name.startswith('average'))}f}" for name in names))
        for code, row in table.iterrows()]


def stations_caption(hub: str, count: int, shown: int) -> str:
    """Say what the table of stations holds."""
    more = f" The {shown} that became longest, of {count:,}." if count > shown else ""
    return (f"Stations whose journeys to {ALL_HUBS[hub].label} changed: minutes of the next journey at any moment from "
            "06:00 to 10:00 on a weekday, on average and in the middle (typical); of the fastest; and departures. A "
            f"dash: no trains, or not known.{more}")


def short_stations_caption(hub: str, count: int, shown: int, file: str) -> str:
    """Say what a table of a place's stations holds, and which file has all of them."""
    more = f" The {shown} that became longest, of {count:,}." if count > shown else ""
    return (f"Stations of this place whose journeys to {ALL_HUBS[hub].label} changed: minutes of the next journey at "
            "any moment from 06:00 to 10:00 on a weekday, in the middle (typical) and, where every train is known, on "
            f"average; and trains in that time. A dash: none, or not known.{more} All stations, with the fastest "
            f"journeys too, are in {file}.")


def asked_slower(view: View) -> str:
    """Ask what `slower` answers."""
    return f"Have trains to {ALL_HUBS[view.hub].label} become slower?"


def sources_caption(same: bool) -> str:
    """Say what the list of files means."""
    return ("Both editions were made from the same files: what differs comes from the method." if same else
            "The publishers’ files that are not the same in both editions.")


def lacking(before: Edition, after: Edition) -> list[str]:
    """Say what only one of two editions has, so that it cannot be compared."""
    found = []
    for edition, other, which in ((before, after, "earlier"), (after, before, "later")):
        alone = [LACKING[key][0] for key in lacks(edition) if key not in lacks(other)]
        if alone:
            found.append(f"Not in the {which} edition, and so not compared: {'; '.join(alone)}.")
    return found


def summary_lines(
    places: Sequence[PlaceChanges], region: PlaceChanges, view: View, names: tuple[str, str],
) -> list[str]:
    """Say of all places how many changed, and how the region did."""
    counted = f"{len(places):,} place{'s' * (len(places) != 1)} changed." if places else "No place changed."
    return [counted, "".join(headline(region, view, names))] if region.figures else [counted]


def places_header(view: View) -> tuple[str, ...]:
    """Head the table of places that changed."""
    speed, hub = _at(view.speed), ALL_HUBS[view.hub].label
    return ("Place", f"Without {speed} before", f"Without {speed} now", "In the gap before", "In the gap now", "Change",
            "Where it comes from", f"Longer to {hub}", f"Shorter to {hub}")


def place_row(place: PlaceChanges, view: View) -> tuple[str, ...]:
    """Write one place that changed, under `places_header`; a dash where that did not change."""
    below, gap = (place.figure(key, view.speed) for key in ("premises_below", "people_in_gap"))
    cells = [[value_words(found, value) for value in (found.before, found.after)] if found else ["–", "–"]
             for found in (below, gap)]
    trains = next((each for each in place.journeys if each.hub == view.hub), None)
    moved = [about(count) if count else "–" for count in ((trains.longer, trains.shorter) if trains else (0, 0))]
    alone = {"before": " (in the earlier edition alone)", "after": " (in the later edition alone)"}.get(place.there, "")
    return (f"{place.name}{alone}", *cells[0], *cells[1], change_words(gap) if gap else "–",
            cause_words(gap) if gap else "", *moved)
