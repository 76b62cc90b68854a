"""What a figure of people in the gap does not hold: beyond its range, its definitions, and the data it is made of."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from geo.core.choices import WORK
from geo.core.rounding import about, percent, span
from geo.edition.facts import EditionFacts
from geo.edition.store import Edition
from geo.figures.doubts import Doubted
from geo.figures.place import PlaceFigures
from geo.layers.occupations import AFTER_LOCKDOWNS, national_check
from geo.words.claim import count_of, spoken_name
from geo.words.definitions import speed_in_words
from geo.words.doubts import TURN, how_many
from geo.words.intervals import drawn, in_brackets
from geo.words.notes import notes_in_words


def left_out(answer: PlaceFigures, moved: Doubted, manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """Say what the interval of the people in the gap holds, and what it leaves out."""
    gap = answer["people_in_gap"]
    other = next(work for work in WORK if work != answer.view.work)
    tested = {row["speed"]: row for row in manifest["broadband_validation"]}.get(answer.view.speed)
    spread = "" if tested is None else (
        " How far the estimate of lines is out is known: by "
        f"{tested['model_mean']:.2f} percentage points of premises, on average, for a constituency whose count it was "
        "not shown, and by more for smaller places (see below).")
    return (
        (f"The numbers shown{in_brackets(gap)} allow for all that is drawn: "
         f"{drawn(answer.edition.broadband_basis)}. Of these the one that nobody can measure is whether, inside a "
         "neighbourhood, people in such jobs live in the homes with poor lines less often than others, or "
         f"more often: by that alone, half the odds or double, the number is {span(gap.low or 0, gap.high or 0)}. "
         f"Whichever it is, the counts allow no fewer than {about(gap.least or 0)} and no more than "
         f"{about(gap.most or 0)}."),
        (f"By the other table of shares of jobs ({WORK[other].label}) the number is {how_many(moved.by_work[other])}, "
         f"not {how_many(gap.count)}; by all premises, if homes lacked lines as often as firms do, it is "
         f"{how_many(moved.by_all_premises)}.{spread}"),
        ("Left out is that the jobs of an occupation differ from place to place (the shares are national), that the "
         "counts have dates, and that the method itself may be wrong."),
    )


def could_and_did(edition: Edition, answer: PlaceFigures) -> tuple[str, ...]:
    """Say why a survey of occupations is used and the census of this place is not, and where more did than could."""
    did, could = answer["works_from_home"].value, answer["remote_capable"]
    table, nation = answer.view.work, national_check()
    partly, only = (100 * share for share in AFTER_LOCKDOWNS.values())
    found = "" if did is None else (
        f" In {spoken_name(answer.place.name)} {did:,} did; {how_many(could.count)}{in_brackets(could)} are counted as "
        "able to.")
    more = " ".join(notes_in_words(answer, only=frozenset({"more_did"})))
    return (
        ("Both were counted in a lockdown. The survey (Office for National Statistics, April 2020) tells which share "
         "of each occupation worked at home when all who could were told to. Taken over a whole occupation and the "
         "whole country it tells what the job allows; one place’s lines hardly affect it. The census (21 March 2021) "
         "tells how many of the people of one place worked mainly at or from home: those whose line would not do are "
         f"missing from it, and they are the people looked for.{found}"),
        (f"Applied to England and Wales, the shares used here give {percent(nation.loc[table, 'share'])} of workers. "
         "In October 2024, long after the lockdowns, the Office for National Statistics found "
         f"{partly:.0f} % of working adults in Great Britain working partly and {only:.0f} % only from home: "
         f"{partly + only:.0f} % together."),
        ("A farming ward can have more people at home on census day than jobs that can be done from home, because the "
         "census asks where people work and not how. A farmer who lives on the farm, and a builder with the van in the "
         "drive, worked mainly at or from home, without a line. In the survey "
         f"{percent(edition.capability('ons-2020')[5])} of skilled trades, farmers among them, could. To count by the "
         f"census would be to count them too. {more}").strip(),
    )


def unmatched(answer: PlaceFigures, moved: Doubted) -> str:
    """Say how the share shown differs from a hundred less Ofcom's published availability."""
    below = answer["premises_below"]
    said = (f"Ofcom could not match {how_many(moved.unmatched)} of {count_of(answer['premises'])} premises in "
            f"{spoken_name(answer.place.name)} to a line ({percent(moved.unmatched / moved.premises)}). What they can "
            "get is unknown: they are among all premises, and never among those without.")
    if answer.view.speed == "uso":
        return f"{said} Premises below the legal minimum are published as a count, so there the two agree."
    return (f"{said} 100 % less the published availability of {speed_in_words(answer.view.speed)} counts them as "
            f"premises without: {percent((below.count + moved.unmatched) / moved.premises)}, where "
            f"{percent(below.rate)} is shown here.")


class Change(NamedTuple):
    """What would change the answer: which data, and which way."""

    data: str
    way: str


def changes(facts: EditionFacts) -> list[Change]:
    """List the data that would change the answer, and the way that each would move it."""
    replaced = {
        "estimated": Change("Ofcom’s counts by output area, in the place of the estimate",
                            "Either way for a neighbourhood or a ward. Premises in councils and constituencies stay: "
                            "they are Ofcom’s counts already."),
        "indicative": Change("The national timetable, in the place of the pattern timetable",
                             f"{TURN} either way, for people within some minutes of the limit; people in the "
                             "gap not at all."),
    }
    return [
        *(replaced[basis] for basis in (facts.broadband_basis, facts.rail_basis) if basis in replaced),
        Change("Homes and businesses counted apart by place",
               "Down where local businesses are worse served than England’s, up where they are better served."),
        Change("Lines of homes that are lived in",
               "Down if second homes have the poor lines, up if they have the good ones."),
        Change("Fixed wireless at 30 Mbit/s and more by place", "Down."),
        Change("Speeds of upload by place", "Up."),
        Change("A new survey of the jobs that can be done from home", "Either way, and alike everywhere."),
        Change("Newer counts of premises by speed", "Down where lines have been built since."),
        Change("The next census", "Either way: how many such jobs there are now, and where."),
    ]
