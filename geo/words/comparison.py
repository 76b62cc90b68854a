"""Places side by side and ranked, in words."""

from collections.abc import Collection, Sequence
from typing import Any

import pandas as pd

from geo.core.choices import KINDS
from geo.core.measures import MEASURES, Measure
from geo.core.rounding import about, counts
from geo.figures.place import Figure, PlaceFigures
from geo.words.claim import JOBS, rate, sentence_case, spoken_name
from geo.words.definitions import BEST_FIT, UNSURE_RANKS, cannot_be_had, label, rate_heading

_SPOKEN = ("none", "one", "two", "three", "four", "five", "six")


def comparison_claim(answers: Sequence[PlaceFigures], region: str, chosen: str) -> tuple[str, ...]:
    """Say the rate of people in the gap of the place chosen, and how those beside it and the South West compare.

    Pieces, every second one to be set strong; `region` and `chosen` are codes of places among the answers.
    """
    others = {answer.place.code: answer for answer in answers}
    here, whole = others.pop(chosen), others.pop(region, None)
    name, gap, nation = spoken_name(here.place.name), here["people_in_gap"], here.claim.england_rate
    where = f" are {JOBS} and live where {cannot_be_had(here.view.speed)}"
    pieces = (["", f"Nobody who lives in {name} is in work", ""] if gap.rate is None else
              [f"Of every 1,000 workers in {name}, ", _rate(gap), where])
    compared = [*_beside(gap, [answer for answer in others.values() if answer["people_in_gap"].rate is not None]),
                *([("; in the South West as a whole ", _rate(whole["people_in_gap"]))] if whole else [])]
    for said, strong in compared:
        pieces[-1] += said
        pieces += [strong, ""]
    pieces[-1] += ("" if nation is None else f"; in England about {rate(nation)}") + "."
    return tuple(pieces)


def _beside(here: Figure, others: Sequence[PlaceFigures]) -> list[tuple[str, str]]:
    """Set the highest of the others beside the place chosen: words, and what is set strong after them."""
    if not others:
        return []
    most = max(others, key=lambda answer: answer["people_in_gap"].rate or 0)
    name, high = spoken_name(most.place.name), most["people_in_gap"]
    if here.rate is None or high.rate is None or len(others) == 1:
        return [(f"; in {name} ", _rate(high))]
    these = f"the highest of these {_SPOKEN[len(others) + 1]} as estimated"
    if here.rate >= high.rate:
        return [("; that is ", these)]
    return [(f"; {these} is {name}, ", _rate(high))]


def _rate(figure: Figure) -> str:
    rate, low, high = (_whole(value or 0) for value in (figure.rate, figure.rate_low, figure.rate_high))
    return f"about {rate} (between {low} and {high})"


def _whole(rate: float) -> str:
    return f"{rate:.1f}" if rate < 10 else about(rate)


def count_column(ranked: pd.DataFrame, measure: Measure) -> dict[str, pd.Series]:
    """Write what a ranking counts, under its unit; nothing where it has only a rate."""
    if not measure.has_count:
        return {}
    return {sentence_case(measure.unit): counts(ranked["value"], published=measure.published)}


def range_columns(ranked: pd.DataFrame) -> dict[str, pd.Series]:
    """Write the range of a ranking's counts, where they have one."""
    ends = {"From": "low", "To": "high"} if ranked["low"].notna().any() else {}
    return {heading: counts(ranked[end]) for heading, end in ends.items()}


def rate_column(ranked: pd.DataFrame, measure: Measure) -> pd.Series:
    """Write a ranking's rate, to one decimal; shares in per cent."""
    return (100 * ranked["rate"] if measure.percent else ranked["rate"]).round(1)


def ranking_columns(ranked: pd.DataFrame, measure: str, compared: Collection[str]) -> pd.DataFrame:
    """Write a ranking: a row a place, in order."""
    chosen = MEASURES[measure]
    columns: dict[str, Any] = {"Rank": ranked["rank"], "Place": ranked["name"]}
    notes = [", ".join(["neighbour, not in the totals"] * neighbour + ["compared above"] * (code in compared))
             for code, neighbour in zip(ranked["code"], ranked["neighbour"], strict=True)]
    if any(notes):
        columns["Note"] = notes
    if len(set(ranked["within"])) > 1 and (ranked["within"] != ranked["name"]).any():
        columns["Within"] = ranked["within"]
    columns |= count_column(ranked, chosen) | range_columns(ranked)
    columns[rate_heading(chosen)] = rate_column(ranked, chosen)
    return pd.DataFrame(columns).set_axis(ranked["code"])


def ranking_title(kind: str, measure: Measure) -> str:
    """Name a ranking."""
    return f"{sentence_case(KINDS[kind].plural)} by {label(measure).lower()}, worst first"


def ranking_caption(kind: str, measure: Measure, count: int, inside: str) -> str:
    """Say what a ranking lists, in which unit, and what its ranks are worth."""
    rate = f"the {measure.rate_unit}" if measure.percent else measure.rate_unit
    unit = f"{measure.unit}; the rate is {rate}" if measure.has_count else measure.rate_unit
    best_fit = f" {BEST_FIT}" if kind == "constituency" else ""
    return (f"{ranking_title(kind, measure)}: {count:,} wholly inside {inside}, in {unit}. Places that tie share the "
            f"best rank. {UNSURE_RANKS}{best_fit}")
