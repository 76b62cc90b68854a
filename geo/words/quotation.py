"""A claim to paste into a letter or an article: with its sources, their dates, its basis, and where it is seen."""

from collections.abc import Iterable, Mapping

from geo.core.measures import BASES
from geo.edition.store import EditionFacts
from geo.words.definitions import month, rail_words

_SOURCES: Mapping[str, str] = {"ofcom-authority": "Ofcom {month}", "census-occupations": "Census 2021"}
_RAIL = frozenset({"indicative", "timetable"})


def sources_named(bases: Iterable[str], edition: EditionFacts) -> str:
    """Name what a claim is made from, and what it rests on: from Ofcom July 2025 and Census 2021; estimated."""
    named = [text.format(month=month(edition.vintages[source])) for source, text in _SOURCES.items()
             if source in edition.vintages]
    marks = [f"rail times {BASES[basis].mark if basis == 'indicative' else rail_words(basis, edition.rail_source)}"
             if basis in _RAIL else BASES[basis].mark for basis in bases if basis in BASES]
    return "; ".join(filter(None, (f"from {' and '.join(named)}" if named else "", ", ".join(marks))))


def quotation(claim: Iterable[str], bases: Iterable[str], edition: EditionFacts, link: str) -> str:
    """Quote a claim with its sources: ‘…’ (Swathe, from Ofcom July 2025 and Census 2021; estimated; link)."""
    said = ", ".join(filter(None, ("Swathe", sources_named(bases, edition))))
    return f"‘{''.join(claim).strip()}’ ({said}; {link})"
