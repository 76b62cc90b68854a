"""What to say in a meeting about a place: three questions, and of whom, and one figure not to use, with the reason."""

from collections.abc import Iterator
from typing import NamedTuple

from geo.core.measures import FIGURES
from geo.core.rounding import about
from geo.figures.planned import contracts_of
from geo.figures.profile import PlaceProfile
from geo.words.ask import FUNDER, asks, councils, trains_here
from geo.words.claim import count_of, number, people, sentence_case, spoken_name
from geo.words.definitions import duration, label
from geo.words.intervals import in_brackets, interval
from geo.words.planned import contract_words, premises

QUESTIONS, NOT_TO_USE = "Three questions to ask", "A figure not to use"

_MANY = 3
_WIDE = 3.0         # times that the upper end of an interval may be the lower
_SLIPPERY = 0.2     # share of the people in the gap that ten minutes may move


class Question(NamedTuple):
    """One question: whom to ask it, and what."""

    whom: str
    text: str


class NotToUse(NamedTuple):
    """A figure that would be held against whoever uses it: what it is, and why."""

    figure: str
    why: str


def questions(profile: PlaceProfile) -> tuple[Question, ...]:
    """Put three questions: of lines, of where to begin, of trains; others where a place has no such need."""
    return tuple(_questions(profile))[:_MANY]


def _questions(profile: PlaceProfile) -> Iterator[Question]:
    said = {item.topic: item for item in asks(profile)}
    known, answer = councils(profile), profile.answer
    below, least = answer["premises_below"], answer.at("premises_below", "uso")
    if below.count >= 0.5:
        yield Question(f"{known}, and {FUNDER}", contract_question(profile) or (
            f"Of the {count_of(below)} homes and businesses without this speed{in_brackets(below)}, how many are under "
            "contract, and by when? What is planned for the rest?"))
    first = said.get("Where first")
    if first and first.places:
        named = " and ".join(name for _, name in first.places)
        said_first = first.text.rstrip(".")     # "first, then 6 more: …", as it stands after the names in the ask
        yield Question(known, f"Will {named} come {said_first}? That is where most people would leave the gap.")
    if "Trains" in said:
        here, slow = trains_here(profile)
        what = f"bring it under {duration(profile.view.minutes)}" if slow else "make the way to it shorter"
        yield Question(known, f"{here} What would {what}?")
    if least.count >= 0.5:
        yield Question(known, f"Who tells the people at {count_of(least)} homes and businesses{in_brackets(least)} "
                              "below the legal minimum that they may ask for it, and has anyone asked?")
    could = answer.claim.could_but_do_not
    if could is not None and could >= 0.5:
        yield Question(known, f"{sentence_case(people(could))} in such jobs could have superfast broadband and are on "
                              "lines that do not receive it. What keeps them from ordering it?")
    faster = answer.at("premises_below", "gigabit")
    yield Question(f"{known}, and {FUNDER}",
                   f"When will the {count_of(faster)} homes and businesses without a gigabit{in_brackets(faster)} have "
                   "one?")
    yield Question(known, "Which homes here have a line that is slower than what Ofcom counts, and who collects that?")


def contract_question(profile: PlaceProfile) -> str:
    """Ask of the contract that covers the place, or misses it; nothing where that is not known."""
    planned = profile.answer.planned
    if planned is None:
        return ""
    listed, missed = contracts_of(profile.edition, profile.place), planned.not_planned
    rest = f" What will be done for the {premises(missed)} in no plan?" if missed else ""
    if listed.empty:
        return f"No contract covers this place.{rest}" if missed else ""
    return f"{sentence_case(contract_words(listed.iloc[0]))}: is it on time?{rest}"


def not_to_use(profile: PlaceProfile) -> NotToUse:
    """Name the figure of a place that is easiest to knock down, by the first rule that fits.

    A single neighbourhood's count; a count whose interval is wide; nowhere to turn where ten minutes move many, on
    indicative minutes; else those who worked at home on census day.
    """
    answer, gap, name = profile.answer, profile.answer["people_in_gap"], spoken_name(profile.place.name)
    estimated, sure = answer.edition.broadband_basis == "estimated", gap.interval
    if estimated and len(profile.place.lsoas) == 1:
        return NotToUse(f"{sentence_case(people(gap.count))} in the gap in {name}",
                        "It is one neighbourhood. How lines are spread over the neighbourhoods of a locality is "
                        "estimated: name the ward, or the council.")
    if sure is not None and sure.p95 >= 1 and sure.p95 > _WIDE * sure.p05:
        return NotToUse(f"{sentence_case(people(gap.count))} in the gap, without what it lies between",
                        f"It is {interval(sure)}. Say both ends, or say how many times England’s rate it is.")
    near, far = answer.claim.nowhere_to_turn_at.values()
    if answer.edition.rail_basis == "indicative" and near - far > _SLIPPERY * gap.count and gap.count >= 1:
        turn = label(FIGURES["nowhere_to_turn"], profile.view)
        return NotToUse(f"{turn}: {number(answer['nowhere_to_turn'].count)}",
                        f"Ten minutes more or less make it {about(far)} or {about(near)}, and the minutes are "
                        "indicative. Say people in the gap.")
    return NotToUse(f"The {count_of(answer['works_from_home'])} who worked at home on census day",
                    "The census of 2021 was in a lockdown: people worked at home because they were told to, on "
                    "whatever line they had.")
