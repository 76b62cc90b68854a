"""What the Compare page says in sentences, and how its ranking is laid out for reading."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd

from geo.comparison import Cell
from geo.text import about, counts
from geo.vocabulary import MEASURES
from geo.words.claim import carried, spoken_name

__all__ = ["claim", "ranking_columns"]

_SPOKEN = ("none", "one", "two", "three", "four", "five", "six")


def claim(answers: Sequence[Mapping[str, Any]], cells: Sequence[Cell], region: str) -> tuple[str, ...]:
    """Say which of the places has most people in the gap by rate, and how far it is from the South West.

    Parameters
    ----------
    answers
        As `geo.figures.show` gives them, the region among them.
    cells
        Their people in the gap, same order.
    region
        Code of the region.

    Returns
    -------
    tuple of str
        Pieces, every second one to be set strong.
    """
    means = "the line or fixed wireless" if answers[0]["view"]["speed"] == "uso" else "the line"
    where = f"in jobs that can be done from home, where {means} cannot carry {carried(answers[0]['view']['speed'])}"
    named = [(answer["place"], cell) for answer, cell in zip(answers, cells, strict=True)]
    whole = next(cell for place, cell in named if place["code"] == region)
    others = [(place["name"], cell) for place, cell in named if place["code"] != region and cell.rate is not None]
    if not others:
        return ("Of every 1,000 workers in the South West, ", _rate(whole), f" are {where}.")
    name, most = max(others, key=lambda other: other[1].rate or 0)
    high = "higher" if len(others) == 2 else "highest"
    start = (f"Of every 1,000 workers in {spoken_name(name)}, " if len(others) == 1 else
             f"Of these {_SPOKEN[len(others)]}, {spoken_name(name)} has the {high} rate as estimated: "
             "of every 1,000 workers, ")
    return (start, _rate(most), f" are {where}; in the South West as a whole ", _rate(whole), ".")


def _rate(cell: Cell) -> str:
    rate, low, high = (_whole(value or 0) for value in (cell.rate, cell.rate_low, cell.rate_high))
    return f"about {rate} (between {low} and {high})"


def _whole(rate: float) -> str:
    return f"{rate:.1f}" if rate < 10 else about(rate)


def ranking_columns(ranked: pd.DataFrame, measure: str, compared: Collection[str]) -> pd.DataFrame:
    """Lay out a ranking for reading.

    Parameters
    ----------
    ranked
        As `geo.ranking.rank` returns it.
    measure
        A key of `MEASURES`.
    compared
        Codes of the places set side by side.

    Returns
    -------
    pandas.DataFrame
        Index code, same order; Rank, Place, Note (neighbour, compared above), Within, the figures under plain
        names.
    """
    chosen = MEASURES[measure]
    share = chosen.rate_unit.startswith("share")
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
    heading = "% of " + chosen.rate_unit.removeprefix("share of ") if share else chosen.rate_unit.capitalize()
    columns[heading] = (100 * ranked["rate"]).round(1) if share else ranked["rate"].round(1)
    return pd.DataFrame(columns).set_axis(ranked["code"])
