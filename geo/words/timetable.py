"""The timetable that rail figures come from, named so that a reader can judge it."""

from datetime import date

from geo.edition import RailSource

__all__ = ["rail_words", "timetable_name"]


def timetable_name(source: RailSource) -> str:
    """Name a timetable by its publisher, its version and the day whose trains were counted.

    Parameters
    ----------
    source
        As `geo.edition.Edition.rail_source` gives it.

    Returns
    -------
    str
        Without an article; the version is left out where the feed gives none.

    Examples
    --------
    >>> timetable_name({"publisher": "Rail & Sons", "version": "7b", "day": "2026-07-02"})
    'timetable of Rail & Sons, version 7b, for 2 July 2026'
    """
    day = date.fromisoformat(source["day"])
    version = f", version {source['version']}" if source["version"] else ""
    return f"timetable of {source['publisher']}{version}, for {day.day} {day:%B %Y}"


def rail_words(basis: str, source: RailSource) -> str:
    """Spell the basis of rail figures.

    Parameters
    ----------
    basis
        "timetable" or "indicative".
    source
        As `geo.edition.Edition.rail_source` gives it.

    Returns
    -------
    str
        The timetable's name, or "indicative" for the project's own.
    """
    return timetable_name(source) if basis == "timetable" else basis
