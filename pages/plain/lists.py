"""Plain pages that lead to places: what a search finds, every larger place, and a code that is none."""

from geo.core.choices import KINDS
from geo.core.untrusted import quoted
from geo.core.view import View
from geo.edition.search import Found, Hit, search
from geo.words.claim import sentence_case
from geo.words.search import what_was_found
from pages.plain.document import document, link_html, notices_html, plain_link, same_edition, search_form
from pages.shared.data import edition
from pages.shared.find import about
from pages.shared.parts import as_html, list_html, paragraph_html

MOST = 12
"""Places that a search offers."""

LISTED = ("region", "county", "authority", "district", "lep", "constituency")
"""Kinds of place that are listed; smaller ones are on the pages of these."""


def search_page(view: View, typed: str, notices: tuple[str, ...]) -> str:
    """Answer a search."""
    found = search(edition(), typed, MOST) if typed.strip() else Found([])
    said, hits = what_was_found(found) if typed.strip() else "", found.hits
    body = (f"{notices_html(notices)}<h1>Find a place</h1>{search_form(view, typed)}"
            f'{paragraph_html(said, kind="found") if said else ""}'
            f'{list_html((_hit(view, hit) for hit in hits), "hits", "Places found") if hits else ""}'
            f'<p>{_all_places()}</p>')
    return document("Find a place", "Find a ward, village, council, constituency or postcode.", body)


def _all_places() -> str:
    return link_html("places", "All councils, counties and constituencies", same_edition())


def _hit(view: View, hit: Hit) -> str:
    return f"{plain_link(view, hit.code, hit.name)} {as_html(about(hit))}"


def places_page(view: View, notices: tuple[str, ...]) -> str:
    """List every larger place."""
    lists = []
    for kind in LISTED:
        table = edition().places
        table = table[table["kind"] == kind].sort_values(["neighbour", "name"])
        links = (plain_link(view, row["code"], row["name"]) for row in table.to_dict("records"))
        name = sentence_case(KINDS[kind].plural)
        lists.append(f"<h2>{as_html(name)}</h2>{list_html(links, 'links', name)}" if len(table) else "")
    body = (f"{notices_html(notices)}<h1>All places</h1>{search_form(view)}"
            f'{paragraph_html("Wards and localities are on the pages of their councils.")}{"".join(lists)}')
    return document("All places", "Every council, county, constituency and former district with figures.", body)


def unknown_page(view: View, code: str) -> str:
    """Say that there is no such place."""
    said = f"No place of {edition().region.with_neighbours('or')} has the code {quoted(code, 40)}."
    body = (f"<h1>There is no such place here</h1>{paragraph_html(said)}"
            f'{search_form(view)}<p>{_all_places()}</p>')
    return document("No such place", "No place has this code.", body, base="../")
