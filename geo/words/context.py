"""What a map of places shows, in words: of what it is made, what is said of a place pointed at, and its context."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from geo.core.choices import ALL_HUBS, KINDS, SPEEDS
from geo.core.measures import MEASURES, Measure
from geo.core.rounding import percent
from geo.core.view import View
from geo.edition.former_districts import FORMER_DISTRICTS
from geo.edition.partnerships import known_name
from geo.edition.places import Place
from geo.edition.store import Edition
from geo.figures.place import resolve_basis
from geo.words.claim import sentence_case
from geo.words.comparison import count_column, interval_columns, rate_column
from geo.words.definitions import label, map_meaning, month, rate_heading
from geo.words.intervals import COLUMNS, covers

_SAID_OF = {"estimated": "broadband below council level is estimated", "measured": "broadband is measured",
            "indicative": "rail times are indicative", "timetable": "rail times are from a timetable"}
_SHORT = {"Per 1,000 workers": "Per 1,000", "Decile of England, 1 is the most deprived tenth": "IMD decile",
          "Score, 100 is the best connected": "Score of 100"}
_CONTEXT_VALUES = {
    "imd_decile": "{m} of 10 (1 is the most deprived)", "connectivity_score": "{k} of 100",
    "mobile_4g": "{g} % of the council’s premises", "rural": "{u} %", "coastal": "{s} %", "aged_65_and_over": "{o} %",
    "gigabit_newest": "{v} % of the council’s premises", "claimants": "{l} % of the council’s residents of 16 to 64",
    "businesses": "{e} per 1,000 of the council’s residents",
}


CHOOSE = "Choose the place to see how sure this is"
"""Where there is no room for intervals."""


def meaning(edition: Edition, view: View) -> str:
    """Say what the map shows, with its basis; for context also source and vintage."""
    measure = MEASURES[view.show]
    said = map_meaning(measure, view)
    if view.by == "district":
        said += " Former districts are those of 2018 that have been abolished; elsewhere there is nothing to show."
    if measure.context:
        return f"{said} Context only: not used in any other figure. {source_of(edition, measure.sources[0])}."
    bases = [_SAID_OF[name] for name in resolve_basis(measure.bases, edition, published=False) if name in _SAID_OF]
    return f"{said} {sentence_case('; '.join(bases))}." if bases else said


def tooltip(view: View, kind: str) -> list[str]:
    """Write what is said of the place pointed at; words in braces are properties of the map file."""
    rate = "" if kind == "lsoa" else f" ({{p_{view.speed}}} per 1,000 workers)"
    people = f"People in the gap: {{d_{view.speed}}}{rate}, of {{r}} who could work from home"
    context = _CONTEXT_VALUES.get(view.show)
    lines = [f"{label(MEASURES[view.show])}: {context}", people] if context else [
        people,
        f"{SPEEDS[view.speed].label}: {{b_{view.speed}}} % of premises",
        f"{ALL_HUBS[view.hub].label} {'by train' if view.clock == 'train' else 'door to hub'}: {{t}}",
    ]
    return ["{n}", "{c}, {a}" if kind == "lsoa" else "{c}", *lines, CHOOSE]


def table_columns(edition: Edition, table: pd.DataFrame, view: View, sure: pd.DataFrame | None) -> pd.DataFrame:
    """Write a ranking: the columns of the table below the map, figures beside the names, where a phone shows them.

    `sure` is `geo.figures.certainty.place_certainty` of its places; None where nothing is drawn.
    """
    chosen = MEASURES[view.show]
    columns: dict[str, Any] = {sentence_case(KINDS[view.by].label): table["name"]}
    columns |= count_column(table, chosen) | ({} if sure is None else interval_columns(table, chosen, sure))
    heading = rate_heading(chosen)
    whole = chosen.summary in {"median", "minutes"}
    columns[_SHORT.get(heading, heading)] = (
        table["rate"].round().astype("Int64") if whole else rate_column(table, chosen))
    if view.by == "lsoa":
        columns["Locality"] = table["code"].map(edition.areas["msoa"].map(edition.names("msoa")))
    if view.by not in {"authority", "county", "lep", "region"}:
        columns["Local authority"] = table["within"]
    return pd.DataFrame(columns)


def table_caption(edition: Edition, view: View, shown: int, rows: int, *, coloured_by_rate: bool, sure: bool) -> str:
    """Say what the table below the map lists."""
    measure = MEASURES[view.show]
    said = f"{shown:,} of {rows:,} {KINDS[view.by].plural}, worst first" if shown < rows else (
        f"All {rows:,} {KINDS[view.by].plural}, worst first")
    count = f" The map is coloured by the rate, {measure.rate_unit}." if coloured_by_rate else ""
    spread = f" {COLUMNS} {covers(edition)}" if sure else ""
    return f"{said}; click a heading to sort, tick a row to see that place.{count}{spread}"


def lies_in(edition: Edition, place: Place) -> str:
    """Say where a place lies, for example " in Hartland Coast, Torridge"; empty where the name says it."""
    if place.kind not in {"lsoa", "msoa", "ward", "constituency", "district"}:
        return ""
    within = str(edition.places_of(place.kind).loc[place.code, "within"])
    within = within if within != place.name else ""
    if place.kind == "lsoa":
        within = f"{edition.names('msoa').loc[edition.areas.loc[place.code, 'msoa']]}, {within}"
    return f" in {within}" if within else ""


def about_place(edition: Edition, place: Place) -> list[str]:
    """Say in a sentence each what is to be known of a place besides figures: its members, its MP, what became of it."""
    if members := made_of(place):
        return [members]
    if place.kind == "constituency":
        seat, day = edition.places_of("constituency").loc[place.code], edition.manifest["vintages"].get("members", "")
        return [f"MP on {day}: {seat['mp']}, {seat['mp_party']}."] if seat["mp"] else []
    former = next((row for row in FORMER_DISTRICTS if row.code == place.code), None)
    if place.kind != "district" or former is None:
        return []
    today = edition.names("authority").loc[former.successor]
    return [f"The district was abolished in {former.year}; its area is part of {today} today."]


def made_of(place: Place) -> str:
    """Name the members of a partnership that goes by its reader's name for it; "" for any other place."""
    names = [part.name for part in place.parts]
    if not names or "+" in place.name or place.name == known_name(place.code):
        return ""
    return f"Made of {', '.join(names[:-1])} and {names[-1]}."


def source_of(edition: Edition, source_id: str) -> str:
    """Credit a source of the edition with publisher and vintage, or say that it is missing."""
    row = next((source for source in edition.manifest["sources"] if source["id"] == source_id), None)
    known = row and f"Source: {row['title']}; {row['publisher']}, {month(row['vintage'])}"
    return known or "The source is not in this edition"


def context_text(measure: Measure, value: float) -> str:
    """Write a context figure with its unit."""
    if np.isnan(value):
        return measure.lacking
    if measure.percent:
        return f"{percent(value)} of {measure.unit}"
    if measure.rate_unit.startswith("per "):
        return f"{value:.1f} {measure.rate_unit}"
    return f"{value:.0f} of 10 (1 is the most deprived)" if measure.summary == "median" else f"{value:.0f} of 100"


class ContextRow(NamedTuple):
    """What a publisher says of a place: label, value with its unit, publisher and vintage."""

    label: str
    value: str
    source: str


def context_rows(edition: Edition, values: Mapping[str, float]) -> list[ContextRow]:
    """Write what publishers say of a place besides, and of which whole authority where of no smaller place."""
    sources = {source["id"]: f"{source['publisher']}, {month(source['vintage'])}"
               for source in edition.manifest["sources"]}
    return [ContextRow(label(MEASURES[key]), context_text(MEASURES[key], value),
                       sources.get(MEASURES[key].sources[0], "not in this edition")
                       + "; published by council only" * MEASURES[key].by_authority) for key, value in values.items()]
