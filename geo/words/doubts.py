"""The doubts that the claim is met with: each with the numbers that it moves, and the answer."""

from collections.abc import Sequence
from typing import NamedTuple

from geo.core.choices import ALL_HUBS, SPEEDS, WORK
from geo.core.measures import FIGURES
from geo.core.rounding import about, percent
from geo.edition.facts import EditionFacts
from geo.edition.store import Edition
from geo.figures.doubts import Doubted
from geo.figures.place import Figure, PlaceFigures
from geo.sources.catalogue import TIMETABLE
from geo.words.beside_claim import Beside, beside_claim
from geo.words.claim import count_of, spoken_name
from geo.words.definitions import distance, label, month, timetable_name
from geo.words.intervals import in_brackets

TITLE = "Doubts and answers"
INTRODUCTION = (
    "Ten objections to the claim above, each with the numbers that it would change, worked out for the place and the "
    "limits chosen, and with the answer. Where a number is not published, that is said. A number of people that stands "
    "without its interval is about as unsure as the claim.")

GAP, TURN = (label(FIGURES[key]) for key in ("people_in_gap", "nowhere_to_turn"))
_TESTS = {"uso": "by the legal minimum", "10": "at 10 Mbit/s", "30": "at 30 Mbit/s", "100": "at 100 Mbit/s",
          "gigabit": "at a gigabit"}
_WAYS = {"train": "minutes on the train", "waiting": "half of the wait added", "door": "door to door",
         "walk": "on foot only to the station"}


class Number(NamedTuple):
    """A number that a doubt moves."""

    label: str
    value: str


class Doubt(NamedTuple):
    """One doubt as a sceptic puts it, the numbers that it moves, the answer, and what these rest on."""

    key: str
    name: str
    doubt: str
    numbers: tuple[Number, ...]
    answer: tuple[str, ...]     # a paragraph each
    basis: tuple[str, ...]      # keys of `geo.core.measures.BASES`
    sources: str                # publishers and vintages
    method: str = ""            # where the page Method and data has more: its anchor


def doubts(edition: Edition, answer: PlaceFigures, moved: Doubted, longer: float | None) -> tuple[Doubt, ...]:
    """Put the ten doubts of a place; `longer` is `geo.figures.doubts.longer_than_fastest` of its stations."""
    _, _, did, cliff, ways, hubs, newer, take_up, *_ = beside_claim(answer)
    return (
        _offices(edition, answer, moved), wireless(edition, answer, moved.indoor_4g), _upload(edition, answer),
        _cliff(edition, answer, cliff), _clock(edition, answer, ways, longer), _london(edition, answer, moved, hubs),
        _take_up(edition, answer, take_up), _lockdown(edition, answer, moved, did), _age(edition, answer, newer),
        _second_homes(edition, answer, moved))


def sources_in_words(edition: Edition, ids: Sequence[str]) -> str:
    """Name the publishers and the vintages of some sources of an edition, each once."""
    rows = {row["id"]: f"{row['publisher']}, {month(row['vintage'])}" for row in edition.manifest["sources"]}
    rows |= {TIMETABLE: "the project’s own pattern timetable" if edition.rail_basis == "indicative" else
             timetable_name(edition.rail_source)}
    return "; ".join(dict.fromkeys(rows[name] for name in ids if name in rows))


def how_many(count: float | None) -> str:
    """Write how many, where there may be none and where that may not be known."""
    if count is None:
        return "not known in this edition"
    return "fewer than one" if 0 < count < 0.5 else f"about {about(count)}" if count else "none"


def _counted(figure: Figure) -> str:
    """Write a figure of the claim, with its interval."""
    return f"{how_many(figure.count)}{in_brackets(figure)}"


def _offices(edition: Edition, answer: PlaceFigures, moved: Doubted) -> Doubt:
    factor = edition.homes_factor(answer.view.speed)
    said = ("This edition was made without Ofcom’s national counts of homes, so people in the gap go by all premises "
            "here, and are too many where business premises are worse served than homes.")
    if edition.counts_homes:
        said = ("Ofcom’s counts by place are of all premises, and business premises are far worse served. So the share "
                f"without this speed is multiplied by {factor['rural']:.3f} in rural neighbourhoods and by "
                f"{factor['urban']:.3f} in urban ones: how often homes lack it in England, compared with all premises. "
                "One doubt remains: whether the homes and the businesses of one place differ as England’s do is not "
                "published. Premises in the gap are all premises, as Ofcom counts them.")
    return Doubt(
        "offices", "Offices", "They counted offices, not homes",
        (Number(f"{GAP}, by the lines of homes (shown)", _counted(answer["people_in_gap"])),
         Number(f"{GAP}, by the lines of all premises", how_many(moved.by_all_premises))),
        (said,), (*answer["people_in_gap"].basis, "jobs"),
        sources_in_words(edition, (*_gap_from(edition), "ofcom-national")), "homes")


def wireless(edition: Edition, answer: PlaceFigures, indoor_4g: float | None) -> Doubt:
    """Answer who says that there is wireless, with the share of premises that have 4G indoors from all networks."""
    return Doubt(
        "wireless", "Wireless and satellite", "There is wireless, 4G and 5G, and there are satellites",
        (Number(f"{GAP}: no 10 Mbit/s by line", _counted(answer.at("people_in_gap", "10"))),
         Number(f"{GAP}: no 10 Mbit/s down and 1 up by line or fixed wireless",
                _counted(answer.at("people_in_gap", "uso"))),
         Number("Premises with 4G indoors from all four networks", percent(indoor_4g))),
        (("Fixed wireless is counted where Ofcom counts it by place: for the legal minimum, 10 Mbit/s down and 1 up. "
          "It is not taken off at 30 Mbit/s and more, because Ofcom’s count of it means 10 and 1. Counted at those "
          "speeds it could only make the number smaller; by how much is not published by place."),
         ("4G and 5G are published by council: how many of the premises without a line have them is not known. "
          "Satellite is not published by place at all, so no number can be given, and none is taken off. The claim "
          "is about lines, and says so.")),
        (*answer["people_in_gap"].basis, "official"),
        sources_in_words(edition, (*_gap_from(edition), "ofcom-mobile")))


def _upload(edition: Edition, answer: PlaceFigures) -> Doubt:
    return Doubt(
        "upload", "Upload", "Working from home needs upload, and upload was not counted",
        (Number(f"{GAP} by the legal minimum, which asks for 1 Mbit/s up",
                _counted(answer.at("people_in_gap", "uso"))),
         Number(f"{GAP} by a faster upload", "not published")),
        (("Ofcom’s counts by place go by the speed down; upload is in the legal minimum alone. To ask for upload "
          "as well could only add people, because anyone who lacks the one lacks both: in this respect the number "
          "shown may be too small, never too large. By how much is not known: no count by upload is published by "
          "place."),),
        answer["people_in_gap"].basis, sources_in_words(edition, _gap_from(edition)))


def _cliff(edition: Edition, answer: PlaceFigures, cliff: Beside) -> Doubt:
    shown = answer.view.speed
    tests = _TESTS if shown in _TESTS else {**_TESTS, shown: f"at {SPEEDS[shown].label.removeprefix('Below ')}"}
    return Doubt(
        "cliff", "The cliff", "The limits were chosen to make the number large",
        tuple(Number(f"{GAP} {words}{' (shown)' * (speed == shown)}", _counted(answer.at("people_in_gap", speed)))
              for speed, words in tests.items()),
        (cliff.text,
         ("30 Mbit/s is what Ofcom calls superfast, 10 down and 1 up is the legal minimum, a gigabit is the target of "
          "public policy. All are given beside every claim, and each limit can be changed in the sidebar.")),
        cliff.basis, sources_in_words(edition, (*_gap_from(edition), TIMETABLE)))


def _clock(edition: Edition, answer: PlaceFigures, ways: Beside, longer: float | None) -> Doubt:
    known = {way: count for way, count in answer.claim.nowhere_to_turn_by.items() if count is not None}
    fewest, most = (end(known, key=known.__getitem__) for end in (min, max))
    ends = {f"by what counts fewest: {_WAYS[fewest]}": fewest, f"by what counts most: {_WAYS[most]}": most}
    if how_many(known[fewest]) == how_many(known[most]):
        ends = {"by every way to count minutes": fewest}
    more = "no station here has trains to it" if longer is None else (
        "less than a minute" if longer < 0.5 else f"{longer:.0f} minute{'s' * (longer >= 1.5)}")
    return Doubt(
        "clock", "The clock and the wait", "Nobody travels like that: the clock, the wait, the slow trains",
        (*(Number(f"{TURN}, {words}", how_many(known[way])) for words, way in ends.items()),
         Number("Typical journey longer than the fastest, at the median station", more)),
        (ways.text,
         ("A journey is the typical one: that of the next train, at any minute from 06:00 to 10:00, with the wait left "
          "out. By the fastest train alone fewer people would be counted. How many is not kept postcode by postcode; "
          "what ten minutes less or more would do is said above, under the limits.")),
        ways.basis, sources_in_words(edition, (*_gap_from(edition), TIMETABLE, "stations", "postcodes")))


def _london(edition: Edition, answer: PlaceFigures, moved: Doubted, hubs: Beside) -> Doubt:
    others = sorted((hub for hub in edition.region.hubs if hub != answer.view.hub), key=moved.by_hub.__getitem__)
    return Doubt(
        "london", "London", "Who needs London?",
        (Number(f"{TURN}: {distance(answer.view)} (shown)", _counted(answer["nowhere_to_turn"])),
         *(Number(f"{TURN}: as far from {ALL_HUBS[hub].label}, which counts {which}", how_many(moved.by_hub[hub]))
           for hub, which in ((others[0], "fewest"), (others[-1], "most")))),
        ((f"London is only where the app starts: any of {len(edition.region.hubs)} cities and towns can be chosen in "
          "the sidebar, with any time from half an hour to six hours. People in the gap do not depend on it."),
         hubs.text),
        hubs.basis, sources_in_words(edition, (*_gap_from(edition), TIMETABLE, "stations", "postcodes")))


def _take_up(edition: Edition, answer: PlaceFigures, take_up: Beside) -> Doubt:
    return Doubt(
        "take-up", "Take-up", "They could have it and do not buy it",
        (Number(f"{GAP}: the speed asked for cannot be had", _counted(answer["people_in_gap"])),
         Number("In such jobs, could have superfast broadband and do not", how_many(answer.claim.could_but_do_not))),
        (take_up.text,
         ("Nobody who can order the speed asked for is in the claim. Of those who are in it, how many would order it "
          "is not known.")),
        take_up.basis, sources_in_words(edition, ("commons-library", "census-occupations")))


def _lockdown(edition: Edition, answer: PlaceFigures, moved: Doubted, did: Beside) -> Doubt:
    return Doubt(
        "lockdown", "Lockdown", "The shares of jobs were counted in a lockdown",
        (*(Number(f"{GAP}, by the shares of {WORK[work].label}{' (shown)' * (work == answer.view.work)}",
                  _counted(answer["people_in_gap"]) if work == answer.view.work else how_many(count))
           for work, count in moved.by_work.items()),
         Number(f"{GAP}, by who worked mainly at home on census day", how_many(moved.by_census_day))),
        (did.text,
         ("One table of shares is of April 2020, when all who could were told to work at home. The other goes by the "
          "tasks of each job, and knows of no lockdown. Why both are offered and the census is not used is said "
          "below.")),
        (*did.basis, "jobs"), sources_in_words(edition, (*_gap_from(edition), "census-travel")), "work")


def _age(edition: Edition, answer: PlaceFigures, newer: Beside) -> Doubt:
    carried, counted = answer.claim.carried_forward, counts_date(answer.edition)
    return Doubt(
        "age", "Age of the counts", "The counts are old",
        (Number(f"{GAP}, by lines of {counted} (shown)", _counted(answer["people_in_gap"])),
         Number(f"{GAP}, carried forward{f' to {month(carried.date)}' if carried else ''}",
                how_many(carried.people_in_gap if carried else None))),
        (newer.text,
         (f"Lines are of {counted}; jobs and households are of 21 March 2021, the last census. Lines are being built, "
          "so as time goes by the first makes the number too large. Which way the second goes will be known after the "
          "next census.")),
        newer.basis, sources_in_words(edition, (*_gap_from(edition), "coverage-by-area")))


def counts_date(facts: EditionFacts) -> str:
    """Say of when Ofcom's counts are."""
    return month(facts.lines_vintage)


def _gap_from(edition: Edition) -> tuple[str, ...]:
    """Name the sources that people in the gap are worked out from above all."""
    return edition.facts().lines_source, "census-occupations"


def _second_homes(edition: Edition, answer: PlaceFigures, moved: Doubted) -> Doubt:
    said = [
        (f"{percent(moved.not_lived_in)} of the premises in {spoken_name(answer.place.name)} are no household’s: "
         "second and holiday homes, empty homes and businesses. Which of them have the poor lines is not published, so "
         "this cannot be mended, only said. The last two numbers are the ends of what it could do, with everything "
         "else as it is counted. Where it is the holiday homes that stand far out, the true number is smaller than the "
         "one shown.")]
    if edition.broadband_basis == "estimated" and not answer["premises"].published:
        said.append("Ofcom’s premises are spread over neighbourhoods by their households, so by how much they exceed "
                    "them here is that of the council and the constituency, not of this place alone.")
    return Doubt(
        "second-homes", "Second homes", "Half of these are second homes",
        (Number("Premises", count_of(answer["premises"])), Number("Households", f"{answer['households'].count:,}"),
         Number("Premises exceed households by", percent(moved.exceed_by)),
         Number(f"{GAP}, if all premises without a household lack the speed", how_many(moved.by_occupied[0])),
         Number(f"{GAP}, if none of them lacks it", how_many(moved.by_occupied[1]))),
        tuple(said), (*answer["people_in_gap"].basis, "census"),
        sources_in_words(edition, (*_gap_from(edition), "census-households")))
