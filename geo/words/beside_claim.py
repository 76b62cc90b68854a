"""What stands beside the claim, for a reader who is told to knock it down: a heading and a sentence or two each."""

from typing import NamedTuple

from geo.core.choices import ALL_HUBS, ENGLAND
from geo.core.measures import BASES, FIGURES
from geo.core.rounding import about
from geo.figures.place import PlaceFigures
from geo.words.claim import part, people, rate, sentence_case, spoken_name, times
from geo.words.definitions import distance, duration, label, month

HEADING = "Checks on this figure"

OTHER_TESTS = ("The legal minimum, the strict test and the target of policy are given under the claim. Fixed wireless "
               "and upload speed count towards the legal minimum alone, as in Ofcom’s figures; satellite is not known.")

AS_SURE = ("These are the people of the claim, counted in other ways: each of these counts is about as unsure as the "
           "claim itself.")

NOT_HERE = "Not in this edition, which was made without the data for it."


class Beside(NamedTuple):
    """One thing that is set beside the claim, and what its figures rest on (keys of `geo.core.measures.BASES`)."""

    heading: str
    text: str
    basis: tuple[str, ...]


def beside_claim(answer: PlaceFigures) -> tuple[Beside, ...]:
    """Answer what a sceptic asks of the claim."""
    lines, rail = answer["people_in_gap"].basis, answer["cut_off_by_rail"].basis
    return (
        Beside("Compared with England", _england(answer), (*lines, "jobs")),
        Beside("Other tests", OTHER_TESTS, lines),
        Beside("What people did", _did(answer), (*lines, "census")),
        Beside("Close to the limit", _cliff(answer), (*lines, *rail)),
        Beside("Other ways to count minutes", _ways(answer), (*lines, *rail)),
        Beside("Other hubs", _hubs(answer), (*lines, *rail)),
        Beside("Newer coverage", _newer(answer), (*lines, *rail)),
        Beside("Faster lines not taken up", _take_up(answer), ("jobs", "official")),
        Beside("How sure these counts are", AS_SURE, lines),
    )


def basis_words(item: Beside) -> str:
    """Say what an item's figures rest on where there is no room for marks."""
    return ", ".join(BASES[name].mark for name in item.basis)


def _england(answer: PlaceFigures) -> str:
    claim, gap = answer.claim, answer["people_in_gap"]
    if answer.place.code == ENGLAND:
        return "All of England is what is counted here, so there is nothing larger to compare it with."
    if claim.england_rate is None or claim.ratio_to_england is None or gap.rate is None:
        return ("England’s rate at this speed is not known: Ofcom publishes no count of England’s homes by line or "
                "fixed wireless together." if answer.view.speed == "uso" else NOT_HERE)
    as_many = f"{times(claim.ratio_to_england).removesuffix(' of')} as many"
    return (f"{rate(gap.rate)} of every 1,000 workers in {spoken_name(answer.place.name)}, about "
            f"{rate(claim.england_rate)} in England: {as_many}. "
            "England’s is one sum for the whole country. Jobs and lines are counted in the same way on both sides, so "
            "what is uncertain in both hardly changes the ratio.")


def _did(answer: PlaceFigures) -> str:
    did = answer.claim.worked_at_home
    if did is None:
        return NOT_HERE
    most = f"up to {about(did)}" if did >= 0.5 else "fewer than one" if did else "nobody"
    return (f"Of the people in the gap, {most} worked mainly at home in March 2021, on the lines they had then: told "
            "to by lockdown, or on farms. The claim is about what they can get, not whether they managed.")


def _cliff(answer: PlaceFigures) -> str:
    near, far = answer.claim.nowhere_to_turn_at.items()
    here = answer["nowhere_to_turn"].count
    borderline = answer.claim.borderline_people
    return (f"{label(FIGURES['nowhere_to_turn'])} at {near[0]} minutes: {people(near[1])}; at {answer.view.minutes}: "
            f"{people(here)}; at {far[0]}: {people(far[1])}. Of the people in the gap, "
            f"{part(borderline, answer['people_in_gap'].count)} {_live(borderline)} within ten minutes of the limit.")


def _ways(answer: PlaceFigures) -> str:
    said = {"train": "on the train alone", "waiting": "with half of the time between two trains added",
            "door": "door to door", "walk": "on foot only to the station"}
    known = {way: count for way, count in answer.claim.nowhere_to_turn_by.items() if count is not None}
    counted = "; ".join(f"{words}: {people(known[way])}" for way, words in said.items() if way in known)
    hub, few = ALL_HUBS[answer.view.hub].label, answer.claim.few_departures
    trains = NOT_HERE if few is None else (
        f"For {f'about {about(few)} residents' if few >= 0.5 else 'no resident'} the station that is quickest to {hub} "
        "has four trains or fewer in four hours.")
    fewest = "gives the smallest count and is" if known["train"] <= min(known.values()) else "is"
    return (f"More than {duration(answer.view.minutes)} from {hub}, with minutes counted {counted}. Time on the train, "
            f"from the station that is quickest door to door, {fewest} the default. {trains}")


def _hubs(answer: PlaceFigures) -> str:
    far = answer.claim.beyond_every_hub
    if far is None:
        return NOT_HERE
    return (f"{sentence_case(people(far))} in the gap {_live(far)} more than an hour, door to door, from every one of "
            f"the {len(answer.edition.region.hubs)} cities and towns offered as hubs.")


def _live(count: float) -> str:
    return "lives" if count < 1.5 else "live"


def _newer(answer: PlaceFigures) -> str:
    newer = answer.claim.carried_forward
    if newer is None:
        return ("Ofcom publishes newer shares at 30 Mbit/s and a gigabit alone." if answer.view.speed not in
                {"30", "gigabit"} else NOT_HERE)
    return (f"Carried forward by Ofcom’s shares of {month(newer.date)} for each authority, which come without "
            f"counts of smaller places: {people(newer.people_in_gap)} in the gap, "
            f"{part(newer.nowhere_to_turn, newer.people_in_gap)} of them also {distance(answer.view)}.")


def _take_up(answer: PlaceFigures) -> str:
    could = answer.claim.could_but_do_not
    if could is None:
        return NOT_HERE
    return (f"{sentence_case(people(could))} in such jobs {_live(could)} where superfast broadband is available, on "
            "lines that do not receive it (by locality: premises of January 2024, lines of May 2023). They are not "
            "counted: they could order it.")
