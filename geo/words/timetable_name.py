"""How the timetable behind rail figures is named."""

from datetime import date

from geo.edition.store import RailSource


def timetable_name(source: RailSource) -> str:
    """Name a timetable by its publisher, its version (where it has one) and the day whose trains were counted.

    >>> timetable_name(RailSource("Rail & Sons", "7b", "2026-07-02"))
    'timetable of Rail & Sons, version 7b, for 2 July 2026'
    """
    day = date.fromisoformat(source.day)
    version = f", version {source.version}" if source.version else ""
    return f"timetable of {source.publisher}{version}, for {day.day} {day:%B %Y}"


def rail_words(basis: str, source: RailSource) -> str:
    """Say what rail figures rest on: the timetable's name, or "indicative" for the project's own."""
    return timetable_name(source) if basis == "timetable" else basis
