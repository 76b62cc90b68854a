"""Places side by side and ranked, in words."""

from collections.abc import Collection, Sequence
from typing import Any

import pandas as pd

from geo.core.choices import ALL_AUTHORITY_TYPES, KINDS, AuthorityType, Kind
from geo.core.measures import MEASURES, Measure
from geo.core.rounding import counts
from geo.core.view import View
from geo.figures.place import Figure, PlaceFigures
from geo.words.certainty import rank_cells, ranked_by
from geo.words.claim import JOBS, rate, sentence_case, spoken_name
from geo.words.definitions import BEST_FIT, cannot_be_had, label, rate_heading
from geo.words.intervals import rate_in_brackets

_SPOKEN = ("none", "one", "two", "three", "four", "five", "six")


def comparison_claim(answers: Sequence[PlaceFigures], region: str, chosen: str) -> tuple[str, ...]:
    """Say the rate of people in the gap of the place chosen, and how those beside it and the region compare.

    Pieces, every second one to be set strong; `region` and `chosen` are codes of places among the answers.
    """
    others = {answer.place.code: answer for answer in answers}
    here, whole = others.pop(chosen), others.pop(region, None)
    name, gap, nation = spoken_name(here.place.name), here["people_in_gap"], here.claim.england_rate
    where = f" are {JOBS} and live where {cannot_be_had(here.view.speed)}"
    pieces = (["", f"Nobody who lives in {name} is in work", ""] if gap.rate is None else
              [f"Of every 1,000 workers in {name}, ", _rate(gap), where])
    compared = [*_beside(gap, [answer for answer in others.values() if answer["people_in_gap"].rate is not None]),
                *([(f"; in {whole.edition.region.spoken} as a whole ", _rate(whole["people_in_gap"]))]
                  if whole else [])]
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
    estimated = " as estimated" * (most.edition.broadband_basis == "estimated")
    these = f"the highest of these {_SPOKEN[len(others) + 1]}{estimated}"
    if here.rate >= high.rate:
        return [("; that is ", these)]
    return [(f"; {these} is {name}, ", _rate(high))]


def _rate(figure: Figure) -> str:
    return f"about {rate(figure.rate or 0)}{rate_in_brackets(figure)}"


def count_column(ranked: pd.DataFrame, measure: Measure) -> dict[str, pd.Series]:
    """Write what a ranking counts, under its unit; nothing where it has only a rate."""
    if not measure.has_count:
        return {}
    return {sentence_case(measure.unit): counts(ranked["value"], published=measure.published)}


def interval_columns(ranked: pd.DataFrame, measure: Measure, sure: pd.DataFrame) -> dict[str, pd.Series]:
    """Write the interval of a ranking's counts, or of what it has instead."""
    rows = sure.loc[ranked["code"]].set_axis(ranked.index)
    ends = {heading: rows[end] for heading, end in {"From": "p05", "To": "p95"}.items()}
    if measure.has_count:
        return {heading: counts(values, published=measure.published) for heading, values in ends.items()}
    if measure.percent:
        return {heading: (100 * values).round(1) for heading, values in ends.items()}
    return {heading: values.round().astype("Int64") for heading, values in ends.items()}


def rate_column(ranked: pd.DataFrame, measure: Measure) -> pd.Series:
    """Write a ranking's rate, to one decimal; shares in per cent."""
    return (100 * ranked["rate"] if measure.percent else ranked["rate"]).round(1)


def ranking_columns(
    ranked: pd.DataFrame, view: View, compared: Collection[str], sure: pd.DataFrame | None,
) -> pd.DataFrame:
    """Write a ranking: a row a place, in order; its ranks by how sure they are, where that is known."""
    chosen = MEASURES[view.show]
    columns: dict[str, Any] = {"Rank": ranked["rank"]}
    if sure is not None:
        ranks = rank_cells(sure, view.ranked, ranked_by(chosen, view.per))
        columns = {f"Rank of {len(sure):,}": ranks.loc[ranked["code"]].set_axis(ranked.index)}
    columns |= {"Place": ranked["name"]} | count_column(ranked, chosen)
    if sure is not None:
        columns |= interval_columns(ranked, chosen, sure)
    columns[rate_heading(chosen)] = rate_column(ranked, chosen)
    notes = [", ".join(["neighbour, not in the totals"] * neighbour + ["compared above"] * (code in compared))
             for code, neighbour in zip(ranked["code"], ranked["neighbour"], strict=True)]
    if any(notes):
        columns["Note"] = notes
    if len(set(ranked["within"])) > 1 and (ranked["within"] != ranked["name"]).any():
        columns["Within"] = ranked["within"]
    return pd.DataFrame(columns).set_axis(ranked["code"])


def ranked_kind(kind: str, like: str) -> Kind | AuthorityType:
    """Find what is ranked, with its names: one type of authority, or all places of a kind."""
    return ALL_AUTHORITY_TYPES[like] if kind == "authority" and like in ALL_AUTHORITY_TYPES else KINDS[kind]


def ranking_title(kind: str, measure: Measure, like: str = "all") -> str:
    """Name a ranking."""
    return f"{sentence_case(ranked_kind(kind, like).plural)} by {label(measure).lower()}, worst first"


def ranking_caption(kind: str, measure: Measure, count: int, inside: str, how_sure: str, like: str = "all") -> str:
    """Say what a ranking lists, in which unit, and what its ranks are worth (`geo.words.certainty.how_sure_ranks`)."""
    rate = f"the {measure.rate_unit}" if measure.percent else measure.rate_unit
    unit = f"{measure.unit}; the rate is {rate}" if measure.has_count else measure.rate_unit
    best_fit = f" {BEST_FIT}" if kind == "constituency" else ""
    return (f"{ranking_title(kind, measure, like)}: {count:,} wholly inside {inside}, in {unit}. Places that tie share "
            f"their ranks. {how_sure}{best_fit}")
