"""A claim to paste into a letter or an article: with its sources, their dates, its basis, and where it is seen."""

from collections.abc import Iterable

from geo.core.measures import BASES, Measure
from geo.edition.facts import EditionFacts
from geo.edition.store import Edition
from geo.figures.place import resolve_basis
from geo.words.definitions import month, rail_words
from geo.words.made import MARK

_RAIL = frozenset({"indicative", "timetable"})


def _named(source: str, publisher: str, vintage: str) -> str:
    """Name a source in a few words: Ofcom July 2025, Census 2021."""
    if source.startswith("census-"):
        return "Census 2021"
    plain = publisher.partition(" (")[0].replace("; ", " and ")
    return f"{plain} {month(vintage.partition(' (')[0])}"


def _said(named: Iterable[str], bases: Iterable[str], edition: EditionFacts) -> str:
    """Join names of sources, and what they allow to be said: from Ofcom July 2025 and Census 2021; estimated."""
    *others, last = dict.fromkeys(named) or [""]
    sources = f"{', '.join(others)} and {last}" if others else last
    marks = dict.fromkeys(
        f"rail times {BASES[basis].mark if basis == 'indicative' else rail_words(basis, edition.rail_source)}"
        if basis in _RAIL else BASES[basis].mark for basis in bases if basis in BASES)
    return "; ".join(filter(None, (
        MARK if edition.made else "", f"from {sources}" if sources else "", ", ".join(marks))))


def sources_named(bases: Iterable[str], edition: EditionFacts) -> str:
    """Name what a claim is made from, and what it rests on: from Ofcom July 2025 and Census 2021; estimated."""
    named = (_named(source, "Ofcom", edition.vintages[source])
             for source in (edition.lines_source, "census-occupations") if source in edition.vintages)
    return _said(named, bases, edition)


def map_sources(edition: Edition, measure: Measure) -> str:
    """Name what the map of a figure is made from above all, and what the figure rests on."""
    counted = (edition.facts().lines_source,) if {"broadband", "premises"} & {*measure.bases} else ()
    known = {str(source["id"]): source for source in edition.manifest["sources"]}
    named = (_named(source, str(known[source]["publisher"]), str(known[source]["vintage"]))
             for source in (*counted, *measure.sources) if source in known)
    return _said(named, resolve_basis(measure.bases, edition, published=False), edition.facts())


def quotation(claim: Iterable[str], bases: Iterable[str], edition: EditionFacts, link: str) -> str:
    """Quote a claim with its sources: ‘…’ (Swathe, from Ofcom July 2025 and Census 2021; estimated; link)."""
    said = ", ".join(filter(None, ("Swathe", sources_named(bases, edition))))
    return f"‘{''.join(claim).strip()}’ ({said}; {link})"
