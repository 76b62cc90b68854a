"""The words of the Explore page, as plain text."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from geo.core.measures import MEASURES, Measure
from geo.core.rounding import percent
from geo.figures.aggregate import context_values
from geo.figures.place import resolve_basis
from geo.places import Place
from geo.view import View
from geo.words.claim import sentence_case
from geo.words.definitions import label, map_meaning
from pages.parts.data import cached, edition, place

__all__ = ["ContextRow", "context_rows", "context_text", "lies_in", "meaning", "source_of"]


def meaning(view: View) -> str:
    """Say what the map shows, with its basis; for context also source and vintage."""
    measure, served = MEASURES[view.show], edition()
    said = map_meaning(measure, view)
    if measure.context:
        return f"{said} Context, in no other figure. {source_of(measure.sources[0])}."
    said_of = {"estimated": "broadband below council level is estimated", "measured": "broadband is measured",
               "indicative": "rail times are indicative", "timetable": "rail times are from a timetable"}
    bases = [said_of[name] for name in resolve_basis(measure.bases, served, published=False) if name in said_of]
    return f"{said} {sentence_case('; '.join(bases))}." if bases else said


def lies_in(here: Place) -> str:
    """Say where a place lies, for example " in Hartland Coast, Torridge"; empty where the name says it."""
    served = edition()
    if here.kind not in {"lsoa", "msoa", "ward", "constituency"}:
        return ""
    within = str(served.places_of(here.kind).loc[here.code, "within"])
    within = within if within != here.name else ""
    if here.kind == "lsoa":
        within = f"{served.names('msoa').loc[served.areas.loc[here.code, 'msoa']]}, {within}"
    return f" in {within}" if within else ""


def source_of(source_id: str) -> str:
    """Credit a source of the edition with publisher and vintage, or say that it is missing."""
    for source in edition().manifest["sources"]:
        if source["id"] == source_id:
            return f"Source: {source['title']}; {source['publisher']}, {source['vintage']}"
    return "The source is not in this edition"


def context_text(measure: Measure, value: float) -> str:
    """Write a context figure with its unit."""
    if np.isnan(value):
        return "no figure published"
    if measure.percent:
        return f"{percent(value)} of {measure.unit}"
    return f"{value:.0f} of 10 (1 is the most deprived)" if measure.summary == "median" else f"{value:.0f} of 100"


class ContextRow(NamedTuple):
    """What a publisher says of a place: label, value with its unit, publisher and vintage."""

    label: str
    value: str
    source: str


def context_rows(here: Place) -> list[ContextRow]:
    """Tell what publishers say of a place besides."""
    values = _context(here.code)
    sources = {source["id"]: f"{source['publisher']}, {source['vintage']}" for source in edition().manifest["sources"]}
    return [ContextRow(label(MEASURES[key]), context_text(MEASURES[key], value),
                       sources.get(MEASURES[key].sources[0], "not in this edition")) for key, value in values.items()]


@cached(256)
def _context(code: str) -> dict[str, float]:
    table = context_values(edition(), pd.Series("place", place(code).lsoas))
    return {str(key): float(value) for key, value in table.iloc[0].items()}
