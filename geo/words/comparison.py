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


def comparison_claim(answers: Sequence[PlaceFigures], region: str) -> tuple[str, ...]:
    """Say which of the places has most people in the gap by rate, and how far it is from the South West.

    Pieces, every second one to be set strong; `region` is the region's code, one of the answers is its.
    """
    where = f"{JOBS} and live where {cannot_be_had(answers[0].view.speed)}"
    nation = answers[0].claim.england_rate
    england = "" if nation is None else f"; in England about {rate(nation)}"
    whole = next(answer["people_in_gap"] for answer in answers if answer.place.code == region)
    others = [answer for answer in answers if answer.place.code != region and answer["people_in_gap"].rate is not None]
    if not others:
        return ("Of every 1,000 workers in the South West, ", _rate(whole), f" are {where}{england}.")
    most = max(others, key=lambda answer: answer["people_in_gap"].rate or 0)
    name, high = spoken_name(most.place.name), "higher" if len(others) == 2 else "highest"
    start = (f"Of every 1,000 workers in {name}, " if len(others) == 1 else
             f"Of these {_SPOKEN[len(others)]}, {name} has the {high} rate as estimated: of every 1,000 workers, ")
    return (start, _rate(most["people_in_gap"]), f" are {where}; in the South West as a whole ", _rate(whole),
            f"{england}.")


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
