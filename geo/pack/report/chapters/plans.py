"""Where first and what if, on the terms that the view asks for."""

from geo.core.priority_terms import terms_of
from geo.figures.profile import PlaceProfile
from geo.figures.what_if import who_gains
from geo.pack.report.blocks import Block, Heading, Table, plain
from geo.pack.report.chapters.need import count
from geo.words import priorities
from geo.words import what_if as changes
from geo.words.claim import sentence_case
from geo.words.planned import left_out

FIRST_ROWS = 12
"""Neighbourhoods of where first in the report."""


def where_first(profile: PlaceProfile) -> list[Block]:
    """List the neighbourhoods to upgrade first, on the terms that were asked for; nothing where none were."""
    found, terms, place, view = profile.first, terms_of(profile.view), profile.place, profile.view
    if found is None:
        return []
    why = priorities.why_none(place, view, terms, found, smaller=priorities.SMALLER)
    blocks: list[Block] = [Heading(priorities.HEADING), *([plain(f"{sentence_case(why)}.", "mark")] if why else [])]
    if found.table.empty:
        return blocks
    rows = tuple(
        (str(row["name"]), str(row["locality"]), profile.edition.names("authority")[row["authority"]],
         count(row["premises"]), count(row["people_out_of_gap"]), count(row["cumulative_premises"]),
         count(row["cumulative_people"]), priorities.so_far(row, "people"))
        for row in found.table.head(FIRST_ROWS).to_dict("records"))
    said = (priorities.what_it_takes(place, view, found), priorities.how_chosen(terms, found),
            priorities.capped(profile.edition, place, terms, found), left_out(profile.edition, view.speed),
            priorities.budget_words(view),
            f"{priorities.MEANING} {priorities.TWO_ORDERS}")
    return [*blocks, *(plain(text.replace(" %", "\u00a0%")) for text in said if text), Table(
        priorities.pack_caption(found, len(rows)), priorities.PACK_HEADER, rows, right=(3, 4, 5, 6, 7),
        widths=(1.7, 1.9, 1.4, 1, 1, 1.1, 1, 1.2), basis=(str(profile.edition.broadband_basis),))]


def what_if(profile: PlaceProfile) -> list[Block]:
    """Say what the what-if that was asked for does, and for whom; nothing where none was."""
    found, edition, view = profile.what_if, profile.edition, profile.view
    if found is None:
        return []
    rows = tuple(tuple(cell if isinstance(cell, str) else ", ".join(cell) for cell in row)
                 for row in changes.gains_rows(who_gains(edition, view, found)))
    said = "".join(changes.what_it_does(edition, view, found))
    return [Heading(changes.HEADING), plain(said), *map(plain, changes.beside_the_change(view, found)),
            plain(changes.MEANING), Table(
                changes.GAINS, changes.GAINS_HEADER, rows, right=(1, 2, 3), widths=(2, 1, 2, 2),
                basis=(str(edition.broadband_basis), *[str(edition.rail_basis)] * found.terms.changes_rail))]
