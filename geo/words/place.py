"""The figures of a place in words: with range, rate, rank and basis, as plain text."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from geo.core.choices import SPEEDS
from geo.core.measures import BASES, in_order
from geo.core.rounding import decimal, percent, span
from geo.core.view import View
from geo.figures.certainty import PlaceRanks
from geo.figures.place import Figure, PlaceFigures
from geo.figures.profile import Hardship
from geo.figures.side_by_side import Row
from geo.words.claim import borderline, count_of, number, spoken_name
from geo.words.definitions import definition, row_label, share_label, worded
from geo.words.intervals import interval_beside, rate_in_brackets
from geo.words.ranks import rank_lines

_FIRST = (
    "people_in_gap", "nowhere_to_turn", "premises_below", "cut_off_by_rail", "train_to_hub_minutes",
    "door_to_hub_minutes", "within_30_min_walk_of_station", "residents", "households", "workers", "remote_capable",
    "works_from_home", "most_deprived_fifth", "no_car", "rural", "coastal",
)
# Figures that stand in another figure's line.
_BESIDE_OTHERS = ("borderline", "premises")


class Line(NamedTuple):
    """One figure of a place: label, value with its unit, interval and what must stand beside it, rate, ranks, basis."""

    label: str
    value: str
    beneath: str
    rate: str
    ranks: tuple[str, ...]
    basis: tuple[str, ...]
    meaning: str


def place_lines(answer: PlaceFigures, ranks: Mapping[str, PlaceRanks], without: Collection[str] = ()) -> list[Line]:
    """Write every figure of a place, but for some: the measure first, then rail, then who lives there."""
    return [_line(answer, measure.key, rank_lines(ranks, answer.place.kind, measure.key))
            for measure in in_order(_FIRST, _BESIDE_OTHERS) if measure.key not in without]


def _line(answer: PlaceFigures, key: str, ranks: tuple[str, ...]) -> Line:
    figure = answer[key]
    value, *_ = figure_texts(figure)
    return Line(row_label(figure.measure, answer.view), value, _beneath(answer, figure), _rate_beside(answer, figure),
                ranks, tuple(BASES[name].name for name in figure.basis), definition(figure.measure, answer.view))


def _beneath(answer: PlaceFigures, figure: Figure) -> str:
    if figure.measure.key == "cut_off_by_rail":
        return "; ".join(filter(None, [interval_beside(figure), borderline(answer)]))
    if figure.measure.key == "works_from_home":
        return "21 March 2021, in lockdown: context only"
    return _beside(figure)


def _rate_beside(answer: PlaceFigures, figure: Figure) -> str:
    measure = figure.measure
    if measure.key == "premises_below":
        return f"{percent(figure.rate)} of {count_of(answer['premises'])}{rate_in_brackets(figure)}"
    return _rate_and_interval(figure) if measure.has_count and measure.rate_unit and measure.denominator != "*" else ""


def figure_texts(figure: Figure) -> list[str]:
    """Write one figure: itself, then its interval and its rate where it has them."""
    measure = figure.measure
    if measure.summary == "minutes":
        return [text for text in (_minutes(figure.value), _beside(figure)) if text] if figure.low else ["no rail"]
    if not measure.has_count:
        return [_rate_and_interval(figure)]
    if figure.value is None:
        return [span(figure.low, figure.high) if figure.low is not None and figure.high is not None else "not known"]
    texts = [_count(figure), _beside(figure)]
    if measure.rate_unit and measure.denominator != "*":
        texts.append(_rate_and_interval(figure))
    return [text for text in texts if text]


def _count(figure: Figure) -> str:
    count = figure.count
    if figure.published or not count:
        return f"{count:,.0f}"
    if figure.measure.percent and figure.rate and count / figure.rate - count < 0.5:     # all there are
        return f"all {count:,.0f}"
    return number(count)


def _beside(figure: Figure) -> str:
    """Say between what a figure lies; of minutes also how far they are spread over residents."""
    return "; ".join(filter(None, [interval_beside(figure), _spread(figure)]))


def _spread(figure: Figure) -> str:
    low, high = figure.low, figure.high
    if figure.measure.summary != "minutes" or low is None:
        return ""
    if low == high:
        return "the same for at least eight in ten"
    more = "" if high is None else " or more"
    return f"a tenth have {_minutes(low)} or less, a tenth {_minutes(high)}{more}"


def _rate_and_interval(figure: Figure) -> str:
    return f"{rate_of(figure)}{rate_in_brackets(figure)}"


def _minutes(value: float | None) -> str:
    return "no rail" if value is None else f"{value:,.0f} min"


def rate_of(figure: Figure) -> str:
    """Write a figure's rate, with its unit."""
    measure = figure.measure
    if figure.rate is None:
        return "no workers live here" if measure.denominator == "workers" and figure.value is not None else (
            measure.lacking if measure.context else "not known")
    if measure.percent or measure.place_rate:
        return f"{percent(figure.share)} {(measure.place_rate or measure.rate_unit).removeprefix('share ')}"
    if measure.summary in {"mean", "median"}:
        return f"{figure.rate:,.1f}, {measure.rate_unit}"
    return f"{decimal(figure.rate)} of every {measure.rate_unit.removeprefix('per ')}"


def speed_lines(answer: PlaceFigures) -> list[tuple[str, str, str, str, str]]:
    """Write the gap at every speed, slowest first: speed, premises, share, people in the gap, interval."""
    lines = []
    for speed, choice in SPEEDS.items():
        below, gap = answer.at("premises_below", speed), answer.at("people_in_gap", speed)
        lines.append((choice.label, count_of(below), percent(below.rate), number(gap.count), interval_beside(gap)))
    return lines


def chosen_label(label: str, chosen: bool) -> str:
    """Mark the speed that the reader chose."""
    return f"{label} (chosen)" if chosen else label


def rate_cells(rows: Sequence[Row], answer: PlaceFigures) -> list[tuple[str, bool, tuple[str, ...], list[str]]]:
    """Write rates and minutes of places side by side: label, whether it is the speed chosen, bases, a text a place."""
    return [
        (share_label(row.measure, answer.view, row.speed), row.speed == answer.view.speed,
         tuple(name for name in answer[row.key].basis if name in _EDITIONS),
         [_cell(figure) for figure in row.figures])
        for row in rows]


_EDITIONS = ("estimated", "measured", "indicative", "timetable")


def _cell(figure: Figure | None) -> str:
    if figure is None:
        return "–"
    if figure.measure.summary == "minutes":
        return _minutes(figure.value)
    if figure.rate is None:
        return "–"
    return percent(figure.share) if figure.measure.percent or figure.measure.place_rate else decimal(figure.rate)


def comparison_labels(row: Row, view: View) -> tuple[str, str]:
    """Head a row of places side by side: the heading it stands under, and its label."""
    if row.speed:
        heading = "People in the gap at every speed" if row.measure.has_range else row.measure.heading
        return heading, SPEEDS[row.speed].label
    return worded(row.measure.heading, view), row_label(row.measure, view)


def half_of_gap(answer: PlaceFigures, held: pd.DataFrame) -> str:
    """Say how few neighbourhoods hold half of the gap."""
    name, count = spoken_name(answer.place.name), len(answer.place.lsoas)
    if held.empty:
        return f"Nobody in {name} is in the gap at this speed."
    if count == 1:
        return "This is a single neighbourhood: all of its people in the gap live in it."
    verb = "holds" if len(held) == 1 else "together hold"
    return (f"{len(held):,} of the {count:,} neighbourhoods of {name} {verb} {percent(held['cumulative'].iloc[-1])} of "
            "its people in the gap.")


def hardship(answer: PlaceFigures, shares: Hardship) -> list[str]:
    """Say in sentences what the table of hardship shows, and no more."""
    said = []
    if shares.gap_rural is not None:
        said.append(f"Of the people in the gap in {spoken_name(answer.place.name)}, {percent(shares.gap_rural)} live "
                    f"in rural neighbourhoods; of all residents, {percent(answer['rural'].rate)} do.")
    if shares.gap_deprived is not None:
        said.append(f"{percent(shares.gap_deprived)} of the people in the gap live in a neighbourhood among "
                    f"England’s most deprived fifth; of all residents, "
                    f"{percent(answer['most_deprived_fifth'].rate)} do.")
    if shares.gap_coastal is not None and answer["coastal"].rate:
        said.append(f"{percent(shares.gap_coastal)} of the people in the gap live in a neighbourhood within a "
                    f"kilometre of the open sea; of all residents, {percent(answer['coastal'].rate)} do.")
    if shares.no_car is not None and answer.view.access == "car":
        said.append(f"Rail times assume that people can drive to a station; {percent(shares.no_car)} of households "
                    "here have no car or van.")
    said.append("These are figures of neighbourhoods, not of people: they do not show whether the people in the "
                "gap are well off, or own a car. Rural hardship is scattered: many people who are badly off live in "
                "neighbourhoods outside the most deprived fifth.")
    return said
