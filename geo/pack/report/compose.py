"""The report: its chapters in reading order, and the two-page brief made of the same blocks."""

from collections.abc import Mapping
from dataclasses import replace

from geo.pack import chapters, grounds, where
from geo.pack.figures import PackFigures
from geo.pack.file.manifest import link
from geo.pack.maps.compose import DrawnMap
from geo.pack.report.blocks import Block, Bullets, Document, Heading, PageBreak, Table, plain
from geo.pack.request import Request
from geo.sources.catalogue import read_attributions
from geo.vocabulary import CLOCKS, HUBS, SPEEDS
from geo.words.claim import spoken_name

__all__ = ["brief", "document", "report", "usual_title"]

TALLEST = 100
"""Of the map of a brief, in millimetres."""

BRIEF_ROWS = 6
"""Rows of a table that leave a brief on two pages."""


def _sources(figures: PackFigures) -> str:
    """Name the sources, and what their publishers ask for, in one paragraph."""
    named = "; ".join(f"{source['title']} ({source['vintage']})" for source in figures.edition.manifest["sources"])
    return f"Sources: {named}. {' '.join(read_attributions().values())}"


def usual_title(figures: PackFigures) -> str:
    """Give a report the title it has when its author names none.

    Parameters
    ----------
    figures
        Of the place.

    Returns
    -------
    str
        One line.
    """
    return f"Who could work from home in {spoken_name(figures.place.name)}, but can’t"


def _subtitle(figures: PackFigures) -> str:
    view = figures.view
    return (f"{SPEEDS[view.speed].label}; {HUBS[view.hub].label} more than {view.minutes} minutes away "
            f"({CLOCKS[view.clock].label.lower()})")


def document(request: Request, figures: PackFigures, blocks: list[Block]) -> Document:
    """Put blocks under the title, subtitle and footer of a place's report.

    Parameters
    ----------
    request
        The author's words.
    figures
        Of the place.
    blocks
        In reading order.

    Returns
    -------
    Document
        To be set.
    """
    edition = figures.edition
    footer = f"Edition {edition.id} · broadband {edition.broadband_basis} · rail {edition.rail_basis}"
    return Document(request.title or usual_title(figures), _subtitle(figures), request.author, footer, link(figures),
                    tuple(blocks))


def report(request: Request, figures: PackFigures, maps: Mapping[str, DrawnMap]) -> Document:
    """Put the report of an evidence pack together.

    Parameters
    ----------
    request
        The author's words.
    figures
        Of the place.
    maps
        As `geo.pack.maps.compose.draw_maps` gives them for the same figures.

    Returns
    -------
    Document
        To be set as PDF and as Word document.
    """
    return document(request, figures, [
        *chapters.claim(request, figures), *where.need(figures, maps), *grounds.definitions(figures),
        *chapters.every_figure(figures), *chapters.who(figures), *where.rail(figures, maps),
        *where.inside(figures), *chapters.already_there(figures), *grounds.limits(figures),
        *grounds.assumptions(figures), *grounds.sources(figures), *grounds.check(figures),
    ])


def brief(
    request: Request, figures: PackFigures, maps: Mapping[str, DrawnMap], room: float = 1.0,
) -> Document:
    """Put a brief of two pages together: the claim, and where the need is.

    Parameters
    ----------
    request
        The author's words.
    figures
        Of the place.
    maps
        "people-in-gap" is enough.
    room
        Share of the usual room that the map and the table take.

    Returns
    -------
    Document
        To be set as PDF.
    """
    kind = where.need_kind(figures)
    drawn = where.picture(maps["people-in-gap"])
    height = maps["people-in-gap"].height / maps["people-in-gap"].width
    blocks: list[Block] = [
        *chapters.claim(request, figures), PageBreak(), Heading("Where the need is"),
        replace(drawn, width=min(drawn.width, room * TALLEST / height)),
    ]
    if kind is not None:
        table: Table = where.places_table(figures, kind)
        count = len(figures.inside[kind])
        most = round(room * BRIEF_ROWS)
        short = table if count <= most else replace(
            table, rows=table.rows[:most], caption=f"{where.table_title(kind)}: the first {most} of {count:,}.")
        blocks.append(short)
    notes = tuple(figures.answer["notes"][:3])
    return document(request, figures, [
        *blocks, *([Bullets(notes)] if notes else []),
        plain(_sources(figures), "small"),
        plain(f"Check it: python -m geo show {figures.place.code}, or open the app's address followed by "
              f"{link(figures)}", "small"),
    ])
