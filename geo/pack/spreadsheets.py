"""Files for spreadsheets: rankings, comparisons and lists as tidy tables, and what stands beside them."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

import numpy as np
import pandas as pd

from geo.core.choices import ACCESS, ALL_HUBS, CLOCKS, KINDS, SPEEDS, WORK
from geo.core.measures import BASES, FIGURES, MEASURES, Measure
from geo.core.view import View
from geo.edition.places import named
from geo.edition.store import Edition
from geo.figures.intervals import INTERVALS
from geo.figures.place import Figure, PlaceFigures
from geo.figures.priorities import Priorities
from geo.figures.side_by_side import Row
from geo.pack.tidy import rounded, tidy
from geo.words.certainty import how_sure_ranks
from geo.words.claim import sentence_case
from geo.words.comparison import ranked_kind
from geo.words.definitions import BEST_FIT, OPTIONS, RANGE, definition, label
from geo.words.dictionary import figure_column, rate_column
from geo.words.intervals import covers
from geo.words.made import MARK, made_up, with_mark
from geo.words.neighbours import neighbours_are
from geo.words.place import comparison_labels

CSV_TYPE = "text/csv"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

SOURCES_HEADER = ("Sources", "Publisher", "Vintage", "Licence", "Address")
"""Above the sources, in what a file says of itself."""

_DEFINED = ("people_in_gap", "nowhere_to_turn", "premises_below", "cut_off_by_rail")


def _definitions(edition: Edition) -> list[tuple[str, str]]:
    """Say what the words mean that every file uses."""
    people, *others = ((label(FIGURES[key]), definition(FIGURES[key])) for key in _DEFINED)
    return [
        people,
        ("How they are counted", "In each neighbourhood, such jobs times the share of homes without the speed."),
        ("p05 and p95", covers(edition)),
        ("Low and high", RANGE),
        *others,
        ("Rate",
         "A sum over a sum, never a mean of percentages. Per 1,000 residents in work, or a share from 0 to 1."),
        *([("Neighbour", f"{neighbours_are(edition.region)} of {edition.region.spoken}, never in its totals.")]
          if edition.region.beside else []),
        ("Not for",
         "Good for comparing places. Not for naming streets, nor for how many people want to work from home."),
    ]


def ranking_table(
    edition: Edition, view: View, ranked: pd.DataFrame, *, by: str, measure: str, sure: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Make a ranking ready for a spreadsheet: every row says what it is, and how sure where that is given."""
    rows = len(ranked)
    certain = {} if sure is None else {
        name: values.to_numpy() for name, values in sure.loc[ranked["code"]].dropna(axis=1, how="all").items()}
    table = pd.DataFrame({
        "rank": ranked["rank"], "code": ranked["code"], "name": ranked["name"], "kind": by,
        "within": ranked["within"], "neighbour": np.where(ranked["neighbour"], "yes", "no"), "measure": measure,
        "value": ranked["value"], "unit": ranked["unit"] if MEASURES[measure].has_count else ranked["rate_unit"],
        "low": ranked["low"], "high": ranked["high"], "rate": ranked["rate"], "rate_unit": ranked["rate_unit"],
        **certain,
        "broadband_basis": edition.broadband_basis, "rail_basis": edition.rail_basis,
        **{name: [value] * rows for name, value in view.options().items()}, "edition": edition.id,
    })
    digits = {name: rounded(table[name], kept) for name, kept in _digits(MEASURES[measure]).items() if name in table}
    return tidy(table.assign(**digits), "ranking")


def _digits(measure: Measure) -> dict[str, int]:
    """Tell how many decimals one figure's numbers keep."""
    value = figure_column(measure).decimals or 0
    rate = value if measure.summary == "minutes" else rate_column(measure).decimals or 0
    return {**dict.fromkeys(("value", "low", "high", "p05", "p95"), value),
            **dict.fromkeys(("rate", "rate_p05", "rate_p95"), rate)}


def stamped(edition: Edition, view: View, table: pd.DataFrame) -> pd.DataFrame:
    """Say in every row of a table what was asked, and of which edition."""
    asked = {"place_name" if name == "name" else name: value for name, value in view.pack_options().items()}
    return table.assign(**asked, edition=edition.id)


class About(NamedTuple):
    """What a file says of itself."""

    title: str
    asked: str                          # the view, in words
    edition: str
    link: str                           # where the same is seen in the app
    notes: list[tuple[str, ...]]        # headings of one text, facts of two, sources of five


def about(
    edition: Edition, view: View, title: str, facts: Sequence[tuple[str, str]], link: str = "",
) -> About:
    """Say what a file holds: its view, edition, definitions and sources."""
    asked = [
        (OPTIONS["speed"], SPEEDS[view.speed].label), (OPTIONS["hub"], ALL_HUBS[view.hub].label),
        (OPTIONS["minutes"], f"{view.minutes} minutes"), (OPTIONS["clock"], CLOCKS[view.clock].label),
        (OPTIONS["work"], WORK[view.work].label), (OPTIONS["access"], ACCESS[view.access].label),
    ]
    basis = [
        ("Edition", edition.id), ("Broadband basis", edition.broadband_basis), ("Rail basis", edition.rail_basis),
        ("Day of the timetable", str(edition.manifest["rail_day"])),
    ]
    sources = [
        (str(source["title"]), str(source["publisher"]), str(source["vintage"]), str(source["licence"]),
         str(source["address"])) for source in edition.manifest["sources"]
    ]
    notes: list[tuple[str, ...]] = [
        *[(sentence_case(MARK), made_up(edition))] * bool(edition.made),
        *facts, (), ("What was asked",), *asked, (), ("What it was made from",), *basis, (),
        ("What the words mean",), *_definitions(edition), (), SOURCES_HEADER, *sources,
    ]
    where = link or f"?{urlencode({**view.to_query(), 'edition': edition.id})}"
    return About(with_mark(title, edition), "; ".join(f"{name}: {said}" for name, said in asked), edition.id, where,
                 notes)


def ranking_about(
    edition: Edition, view: View, *, by: str, within: str, measure: str, per: str,
) -> About:
    """Say what a ranking's file holds."""
    chosen = MEASURES[measure]
    where = f"{edition.region.name} and its neighbours" if within == "all" else (
        named(edition.place(within), view.replace(place=within).name).name)
    facts = [
        ("Ranked", f"{label(chosen)} ({chosen.unit if chosen.has_count else chosen.rate_unit}), worst first"),
        ("Sorted by", f"rate ({chosen.rate_unit})" if per == "rate" or not chosen.has_count else "number"),
        ("Places", f"{ranked_kind(by, view.like).plural}, wholly inside {where}"),
        ("Ranks", f"Ties share the best rank. {how_sure_ranks(edition, chosen)}"),
    ]
    if by == "constituency":
        facts.append(("Constituencies", BEST_FIT))
    return about(edition, view, f"Swathe: {label(chosen)} by {KINDS[by].label}", facts)


def priorities_table(edition: Edition, found: Priorities) -> pd.DataFrame:
    """Write where first as one tidy table, the first to upgrade first."""
    table = found.table.rename_axis("code").reset_index()
    sums = [f"cumulative_{name}{end}" for name in ("premises", "people") for end in ("", "_p05", "_p95")]
    listed = table.assign(
        authority=table["authority"].map(edition.names("authority")), authority_code=table["authority"],
        most_deprived_fifth=table["deprived"].map({True: "yes", False: "no"}),
        basis=f"premises and people {edition.broadband_basis}",
    )[["code", "name", "locality", "authority", "authority_code", "most_deprived_fifth", "premises",
       "people_out_of_gap", *sums, "basis"]]
    return tidy(listed, "where-first")


def changes_table(edition: Edition, areas: pd.DataFrame) -> pd.DataFrame:
    """Write where a what-if changes anything as one tidy table."""
    return tidy(areas.rename_axis("code").reset_index().assign(
        basis=f"lines {edition.broadband_basis}, rail {edition.rail_basis}"), "what-if")


def gains_table(edition: Edition, gains: pd.DataFrame) -> pd.DataFrame:
    """Write who gains by a what-if as one tidy table."""
    return tidy(gains.assign(
        value=gains["value"].astype("str"),
        basis=f"lines {edition.broadband_basis}, rail {edition.rail_basis}"), "who-gains")


def comparison_table(rows: Sequence[Row], answers: Sequence[PlaceFigures]) -> pd.DataFrame:
    """Write places side by side as one tidy table."""
    lines = []
    for row in rows:
        heading, said = comparison_labels(row, answers[0].view)
        measure = row.measure
        for answer, figure in zip(answers, row.figures, strict=True):
            place = answer.place.facts()
            if figure:
                line: dict[str, Any] = {
                    "figure": row.key, "label": said, "group": heading, "code": place["code"], "name": place["name"],
                    "kind": place["kind"], "value": figure.value, "unit": measure.unit, "low": figure.low,
                    "high": figure.high, **_ends(figure), "rate": figure.share if measure.place_rate else figure.rate,
                    "rate_unit": measure.place_rate or measure.rate_unit,
                    "basis": " and ".join(BASES[name].name for name in figure.basis)}
                kept = {name: round(line[name], digits) for name, digits in _digits(measure).items()
                        if line[name] is not None}
                lines.append(line | kept)
    return pd.DataFrame(lines).astype(dict.fromkeys(["value", "low", "high", *INTERVALS, "rate"], "float64"))


def _ends(figure: Figure) -> dict[str, float | None]:
    """Give the ends of a figure's intervals; none for what is published."""
    value, rate = figure.interval, figure.rate_interval
    per = figure.measure.per if figure.measure.place_rate else 1
    return {"p05": value and value.p05, "p95": value and value.p95,
            "rate_p05": rate and rate.p05 / per, "rate_p95": rate and rate.p95 / per}


def comparison_about(edition: Edition, view: View, names: Sequence[str]) -> About:
    """Say what a comparison's file holds."""
    facts = [
        ("Places", "; ".join(names)),
        ("Minutes", "The value is the median; low and high are what a tenth of residents need at most, and at least."),
        ("Empty minutes", "The resident at that point of the order has no rail."),
    ]
    return about(edition, view, "Swathe: places side by side", facts)


def file_name(*parts: str, suffix: str) -> str:
    """Name a file so that every system takes it.

    >>> file_name("swathe", "people_in_gap", "E07000047+E07000046", suffix=".csv")
    'swathe-people-in-gap-E07000047-E07000046.csv'
    """
    plain = "-".join(re.sub(r"[^A-Za-z0-9]+", "-", part).strip("-") for part in parts if part)
    return f"{plain[:100]}{suffix}"
