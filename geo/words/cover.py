"""What stands on a report's first page besides its claim: its date, what it was made with, and how to cite it."""

from datetime import date

from geo import __version__
from geo.core.measures import BASES
from geo.edition.store import Edition
from geo.words.build import UPDATE
from geo.words.made import with_mark

CONTENTS, TABLES, FIGURES = "Contents", "Tables", "Figures"
"""Headings of the page of contents."""

NO_HOST = ("The same view in the app, after the address at which it is served (this report was made without one, so no "
           "code to scan is printed)")
SAME_VIEW = "The same view in the app"
QR_ALT = "Code to scan with a telephone: it opens the same view in the app, at the address printed beside it."

CITE = "Cite as"


def day(when: date) -> str:
    """Write a day.

    >>> day(date(2026, 11, 27))
    '27 November 2026'
    """
    return f"{when.day} {when:%B %Y}"


def built_on(edition: Edition) -> date:
    """Tell on which day an edition was built."""
    return date.fromisoformat(str(edition.manifest["built_at"])[:10])


def report_day(edition: Edition, asked: str) -> date:
    """Tell of which day a report is: the one asked for, else that of its edition."""
    return date.fromisoformat(asked) if asked else built_on(edition)


def version(edition: Edition) -> str:
    """Say what a report was made with."""
    return f"edition {edition.id} of the data, built on {day(built_on(edition))}; Swathe {__version__}"


def citation(edition: Edition, title: str, author: str, when: date, link: str) -> str:
    """Say how to cite a report: author, year, title, day, what made it, and where the same view is seen."""
    more = f" {link}" if link else ""
    return (f"{author or 'Swathe'} ({when.year}). {title.rstrip('.')}. {day(when)}. Made with Swathe {__version__}, "
            f"{with_mark(f'edition {edition.id}', edition)}.{more}")


def weak(bases: list[str]) -> str:
    """Say which figures are counts and which are not, before anything else is read; nothing where all are."""
    if not {"estimated", "indicative"} & {*bases}:
        return ""
    said = {"estimated": "Broadband inside councils and constituencies is estimated, not counted; one command makes it "
                         f"measured: {UPDATE}.",
            "measured": "Broadband is counted in each neighbourhood.", "indicative": BASES["indicative"].meaning}
    return f"{' '.join(said[basis] for basis in bases if basis in said)} See ‘Before this is submitted’."
