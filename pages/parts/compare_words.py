"""What the Compare page says in sentences, and how its ranking is laid out for reading."""

from collections.abc import Collection, Sequence
from typing import Any

import pandas as pd

from geo.core.measures import MEASURES
from geo.core.rounding import about, counts
from geo.figures.place import Figure, PlaceFigures
from geo.words.claim import cannot_carry, spoken_name
from geo.words.definitions import rate_heading

__all__ = ["claim", "ranking_columns"]

_SPOKEN = ("none", "one", "two", "three", "four", "five", "six")


def claim(answers: Sequence[PlaceFigures], region: str) -> tuple[str, ...]:
    """Say which of the places has most people in the gap by rate, and how far it is from the South West.

    Pieces, every second one to be set strong; `region` is the region's code, one of the answers is its.
    """
    where = cannot_carry(answers[0].view.speed)
    whole = next(answer["people_in_gap"] for answer in answers if answer.place.code == region)
    others = [answer for answer in answers if answer.place.code != region and answer["people_in_gap"].rate is not None]
    if not others:
        return ("Of every 1,000 workers in the South West, ", _rate(whole), f" are {where}.")
    most = max(others, key=lambda answer: answer["people_in_gap"].rate or 0)
    name, high = spoken_name(most.place.name), "higher" if len(others) == 2 else "highest"
    start = (f"Of every 1,000 workers in {name}, " if len(others) == 1 else
             f"Of these {_SPOKEN[len(others)]}, {name} has the {high} rate as estimated: of every 1,000 workers, ")
    return (start, _rate(most["people_in_gap"]), f" are {where}; in the South West as a whole ", _rate(whole), ".")


def _rate(figure: Figure) -> str:
    rate, low, high = (_whole(value or 0) for value in (figure.rate, figure.rate_low, figure.rate_high))
    return f"about {rate} (between {low} and {high})"


def _whole(rate: float) -> str:
    return f"{rate:.1f}" if rate < 10 else about(rate)


def ranking_columns(ranked: pd.DataFrame, measure: str, compared: Collection[str]) -> pd.DataFrame:
    """Lay out a ranking for reading."""
    chosen = MEASURES[measure]
    columns: dict[str, Any] = {"Rank": ranked["rank"], "Place": ranked["name"]}
    notes = [", ".join(["neighbour, in no total"] * neighbour + ["compared above"] * (code in compared))
             for code, neighbour in zip(ranked["code"], ranked["neighbour"], strict=True)]
    if any(notes):
        columns["Note"] = notes
    if len(set(ranked["within"])) > 1 and (ranked["within"] != ranked["name"]).any():
        columns["Within"] = ranked["within"]
    if chosen.has_count:
        columns[chosen.unit.capitalize()] = counts(ranked["value"], published=chosen.published)
    if ranked["low"].notna().any():
        columns["From"], columns["To"] = (counts(ranked[end]) for end in ("low", "high"))
    columns[rate_heading(chosen)] = (100 * ranked["rate"]).round(1) if chosen.percent else ranked["rate"].round(1)
    return pd.DataFrame(columns).set_axis(ranked["code"])
