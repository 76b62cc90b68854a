"""A claim to paste into a letter or an article: with its sources, their dates, what it rests on, and where it is seen."""

from collections.abc import Iterable, Mapping

from geo.core.measures import BASES
from geo.edition.store import EditionFacts
from geo.words.definitions import month, rail_words

_SOURCES: Mapping[str, str] = {"ofcom-authority": "Ofcom {month}", "census-occupations": "Census 2021"}
_RAIL = frozenset({"indicative", "timetable"})


def quotation(claim: Iterable[str], bases: Iterable[str], edition: EditionFacts, link: str) -> str:
    """Quote a claim with its sources: '…' (Swathe, from Ofcom July 2025 and Census 2021; estimated; link)."""
    rests = [basis for basis in bases if basis in BASES]
    named = [text.format(month=month(edition.vintages[source])) for source, text in _SOURCES.items()
             if source in edition.vintages]
    marks = [f"rail times {BASES[basis].mark if basis != 'timetable' else rail_words(basis, edition.rail_source)}"
             if basis in _RAIL else BASES[basis].mark for basis in rests]
    facts = "; ".join(filter(None, (f"Swathe, from {' and '.join(named)}" if named else "Swathe", ", ".join(marks), link)))
    return f"‘{''.join(claim).rstrip()}’ ({facts})"
