"""What the words mean: labels and definitions of figures, of what they rest on, and of every choice."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from geo.core.choices import ACCESS, ALL_HUBS, CLOCKS, REGION, REGIONS, SPEEDS, WORK, Region
from geo.core.measures import BASES, FIGURES, MEASURES, Measure
from geo.core.view import View
from geo.edition.facts import EditionFacts, RailSource
from geo.sources.catalogue import LOCALITIES

LOCALLY = ("Broadband was measured by locality (MSOA) in {measured} and is brought up to Ofcom's counts of {counted} "
           "for each authority and constituency; how it is spread inside localities is estimated.")
"""What an estimate rests on where localities have been measured."""

BEST_FIT = "Constituencies are best fit: each LSOA counts in the one that most of its area lies in."

OPTIONS: Mapping[str, str] = {
    "speed": "Broadband available", "hub": "Journey to", "minutes": "Journey longer than", "clock": "Journey time",
    "work": "Jobs that can be done from home", "access": "Getting to the station",
}
"""What a reader chooses, as it is headed wherever it is offered or named."""

_SPEEDS: Mapping[str, str] = {
    "uso": "the legal minimum (10\u00a0Mbit/s down and 1 up)",
    "10": "10 Mbit/s",
    "30": "superfast broadband (30\u00a0Mbit/s)",
    "100": "100 Mbit/s",
    "300": "ultrafast broadband (300\u00a0Mbit/s)",
    "gigabit": "a gigabit",
}
_HALF_HOURS = {
    30: "half an hour", 60: "an hour", 90: "an hour and a half", 120: "two hours", 150: "two and a half hours",
    180: "three hours", 210: "three and a half hours", 240: "four hours", 270: "four and a half hours",
    300: "five hours", 330: "five and a half hours", 360: "six hours",
}
_ANY_CHOICE = {
    "speed": "the speed asked for", "cannot": "the speed asked for cannot be had by line",
    "speed_label": "the speed asked for", "hub": "hub", "work": "the table chosen",
    "limit": "further from the hub than the limit asked for",
}


@dataclass(frozen=True)
class Term:
    """One entry of the glossary: a word as it stands on the pages, and a plain sentence."""

    term: str
    meaning: str


def duration(minutes: int) -> str:
    """Say a time as people do: in words for whole and half hours, else in minutes.

    >>> duration(120), duration(100)
    ('two hours', '100 minutes')
    """
    return _HALF_HOURS.get(minutes, f"{minutes} minutes")


def speed_in_words(speed: str) -> str:
    """Say what is wanting, for example "superfast broadband (30 Mbit/s)"."""
    return _SPEEDS[speed]


def short_speed(speed: str) -> str:
    """Name a speed where there is little room, for example "30 Mbit/s"."""
    return {"uso": "10/1 Mbit/s", "gigabit": "gigabit"}.get(speed, f"{speed} Mbit/s")


def speed_name(speed: str) -> str:
    """Name a speed on its own, as that which can be had.

    >>> speed_name("30"), speed_name("uso")
    ('Superfast (30 Mbit/s)', 'The universal service (10/1 Mbit/s)')
    """
    name = SPEEDS[speed].label.removeprefix("Below ")
    return name[:1].upper() + name[1:]


def cannot_be_had(speed: str) -> str:
    """Say that a speed is wanting: by line, or at the legal minimum by fixed wireless too."""
    return f"{speed_in_words(speed)} cannot be had by line{' or fixed wireless' * (speed == 'uso')}"


def distance(view: View) -> str:
    """Say how far is too far, for example "more than two hours from London by train"."""
    way = " by train" if view.clock == "train" else ", counted from the door"
    return f"more than {duration(view.minutes)} from {ALL_HUBS[view.hub].label}{way}"


def worded(text: str, view: View | None = None, speed: str = "") -> str:
    """Fill a text of a record with what the reader chose, or with plain words where nothing is chosen."""
    if view is None:
        return text.format(**_ANY_CHOICE)
    at = speed or view.speed
    return text.format(
        speed=speed_in_words(at), cannot=cannot_be_had(at), hub=ALL_HUBS[view.hub].label,
        speed_label=SPEEDS[at].label[0].lower() + SPEEDS[at].label[1:],
        work=WORK[view.work].label, limit=distance(view))


def label(measure: Measure, view: View | None = None) -> str:
    """Name a figure, for a menu or a card."""
    return worded(measure.label, view)


def row_label(measure: Measure, view: View, speed: str = "") -> str:
    """Name a figure in the table of a place."""
    return worded(measure.row_label or measure.label, view, speed)


def share_label(measure: Measure, view: View, speed: str = "") -> str:
    """Name a figure that stands as a rate or as minutes alone."""
    if measure.by_speed and measure.percent:
        return row_label(measure, view, speed)
    if measure.has_count and not measure.percent and not measure.place_rate:
        return f"{label(measure, view)}, of every {measure.rate_unit.removeprefix('per ')}"
    return worded(measure.share_label or measure.label, view)


def rate_heading(measure: Measure) -> str:
    """Head a column of rates."""
    if measure.percent:
        return f"% of {measure.rate_unit.removeprefix('share of ')}"
    return f"{measure.rate_unit[:1].upper()}{measure.rate_unit[1:]}"


def legend_heading(measure: Measure) -> str:
    """Head a legend with the figure and its unit."""
    if measure.scale and measure.scale.heading:
        return measure.scale.heading
    named = measure.share_label or label(measure)
    if measure.percent and measure.denominator != "*":
        return f"Share of {named[0].lower()}{named[1:]}"
    return label(measure) if measure.denominator == "*" else f"{label(measure)} {measure.rate_unit}"


def definition(measure: Measure, view: View | None = None) -> str:
    """Say in one sentence what a figure is."""
    return worded(measure.definition, view)


def map_meaning(measure: Measure, view: View) -> str:
    """Say what a map of a figure shows."""
    if measure.context:
        return f"{definition(measure, view)} {measure.details}".strip()
    whom = measure.rate_unit.removeprefix("per ").replace("workers", "in work")
    per = "." if measure.percent or measure.per == 1 else f", of {whom}."
    silent = "speed" in measure.options and not {"{speed}", "{cannot}"} & {*re.findall(r"{\w+}", measure.definition)}
    line = f" They live where {cannot_be_had(view.speed)}." if silent else ""
    return definition(measure, view).removesuffix(".") + per + line


def month(vintage: str) -> str:
    """Say a vintage such as "2025-07" in words; any other as it is.

    >>> month("2025-07"), month("not stated")
    ('July 2025', 'not stated')
    """
    try:
        return f"{date.fromisoformat(f'{vintage}-01'):%B %Y}"
    except ValueError:
        return vintage


def timetable_name(source: RailSource) -> str:
    """Name a timetable by its publisher, its version (where it has one) and the day whose trains were counted.

    >>> timetable_name(RailSource("Rail & Sons", "7b", "2026-07-02"))
    'timetable of Rail & Sons, version 7b, for 2 July 2026'
    """
    day = date.fromisoformat(source.day)
    version = f", version {source.version}" if source.version else ""
    return f"timetable of {source.publisher}{version}, for {day.day} {day:%B %Y}"


def rail_words(basis: str, source: RailSource) -> str:
    """Say what rail figures rest on: the timetable's name, or "indicative" for the project's own."""
    return timetable_name(source) if basis == "timetable" else basis


def basis_meaning(basis: str, edition: EditionFacts) -> str:
    """Say in a sentence what a figure of an edition rests on."""
    if basis == "estimated" and LOCALITIES in edition.vintages:
        measured, _, _ = edition.vintages[LOCALITIES].partition(" (")
        return LOCALLY.format(measured=measured, counted=month(edition.vintages["ofcom-authority"]))
    return BASES[basis].meaning.format(timetable=timetable_name(edition.rail_source))


RANGE = ("The range shows how much lower or higher the count would be if, inside each neighbourhood, people in such "
         "jobs were less likely or more likely than others to have the poor line.")
"""Wherever ranges stand."""

_TERMS = (
    Term("Between", "The numbers between which the true figure lies nine times in ten, if the method is right: see "
                    "‘How sure figures and ranks are’."),
    Term("Range", "From low to high: what a figure of people would be if, inside each neighbourhood, those who could "
                  "work from home were less likely to have the poor line (odds halved) or more likely (odds doubled)."),
    *(Term(name.capitalize(), BASES[name].meaning) for name in ("estimated", "measured", "indicative")),
    Term("Homes factor", "How much less often homes lack a speed than premises of all sorts do, in England's rural and "
                         "urban areas: people in work live in homes, and business premises are far worse served."),
    Term("Edition", "All the data behind the figures, under one name that changes when any figure changes."),
    Term("Vintage", "The day or year that a source's figures are of."),
    Term("LSOA", "Lower layer Super Output Area 2021: a neighbourhood of about 1,700 residents, the smallest area "
                 "counted here."),
    Term("MSOA", "Middle layer Super Output Area 2021: a locality of about 8,000 residents, with the House of Commons "
                 "Library's name."),
    Term("Former LEP area", "Area of a Local Enterprise Partnership as it stood in 2021, before they were dissolved."),
)


def glossary(region: Region = REGIONS[REGION]) -> list[Term]:
    """Explain, by alphabet, every word that the pages use in a sense of their own, and every choice they offer."""
    figures = (Term(record.term, f"{definition(record)} {record.details}".strip())
               for record in FIGURES.values() if record.term)
    choices = (Term(choice.label, choice.meaning) for table in (SPEEDS, CLOCKS, ACCESS, WORK)
               for choice in table.values())
    hubs = Term("Hub", "The city or town that people would travel to for work: "
                       f"{', '.join(hub.label for hub in region.hubs.values())}.")
    return sorted((*_TERMS, hubs, *figures, *choices), key=lambda entry: entry.term.casefold())


def data_dictionary() -> list[dict[str, Any]]:
    """Describe every figure for programs: key, label, unit, rate, basis, sources, what it depends on, definition."""
    return [
        {"key": record.key, "label": label(record), "unit": record.unit, "rate_unit": record.rate_unit,
         "basis": " and ".join(BASES[name].name if name in BASES else name for name in record.bases),
         "sources": ", ".join(record.sources), "depends_on": ", ".join(record.options),
         "ranked": record.key in MEASURES, "definition": definition(record)}
        for record in FIGURES.values()]
