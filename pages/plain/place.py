"""A place's plain page: its opening as in the app, the map, and links to the places round it and inside it."""

from functools import partial
from urllib.parse import quote

from geo.core.view import View
from geo.edition.places import OWN_AREA
from geo.figures.profile import INSIDE, PlaceProfile, overlapping, parents
from geo.words.beside_claim import HEADING, beside_claim
from geo.words.claim import headline, kind_label, sentence_case
from geo.words.history import HEADING as HISTORY
from geo.words.notes import BASIS_NOTES, notes_in_words
from pages.place.editions import editions_html, feed_link, line_html
from pages.place.opening import opening_html
from pages.plain.document import (
    app_address,
    app_link,
    document,
    link_html,
    map_html,
    notices_html,
    place_query,
    plain_link,
    search_form,
)
from pages.plain.share import share_html
from pages.shared import parts
from pages.shared.data import edition, per_edition, profile
from pages.shared.link import view_query
from pages.shared.view_state import address, at_place

MOST = 150
"""Places inside of one kind that are listed; of more, those of larger kinds lead there."""


@per_edition(64)
def place_page(view: View, notices: tuple[str, ...], _at_hand: tuple[str, ...] = ()) -> str:
    """Write the page of the view's place; it is another one once other editions are at hand."""
    shown = profile(view)
    claim = "".join(headline(shown.answer))
    follow = feed_link(shown) if shown.place.kind != OWN_AREA else ""
    body = (f"{notices_html(notices)}{search_form(view)}{opening_html(shown, partial(_address, view))}"
            f'<p>{app_link(view, "All figures, the moving map and charts: open in the app")}</p><p>{follow}</p>'
            f"{map_html(view)}{line_html(shown)}{_editions(view, shown)}"
            f"{_checks(view, shown)}{_places_inside(view, shown)}{_notes(shown)}"
            f"{share_html('place', view)}")
    return document(shown.place.name, claim, body, base="../", link=app_address(view))


def _address(view: View, page: str, code: str, beside: str = "") -> str:
    """Write where a page is that needs no script: a place's own, else the app's."""
    if page == "place":
        return address(f"place/{quote(code, safe='+')}", place_query(view, code))
    return address(page, view_query(at_place(view, code, beside), edition().id))


def _editions(view: View, shown: PlaceProfile) -> str:
    """Show what every edition counted."""
    found = editions_html(shown, partial(_address, view))
    return f"<h2>{HISTORY}</h2>{found}" if found else ""


def _checks(view: View, shown: PlaceProfile) -> str:
    """Answer what a sceptic asks of the claim."""
    code = shown.place.code
    more = link_html(_address(view, "doubts", code), "Doubts and answers", {})
    return parts.beside_html(HEADING, beside_claim(shown.answer), more, _address(view, "method", code))


def _places_inside(view: View, shown: PlaceProfile) -> str:
    """Link to the places that it is made of, that lie inside, or that it overlaps."""
    here = shown.place
    larger = set(parents(edition(), here)["code"])
    lists = {"Made of": [plain_link(view, part.code, part.name) for part in here.parts]}
    for kind in INSIDE:
        table = overlapping(edition(), here, kind)
        if len(table) <= MOST:
            lists[sentence_case(kind_label(kind, 2))] = [
                plain_link(view, row["code"], row["name"]) + ("" if row["whole"] else " (part)")
                for row in table[~table["code"].isin(larger)].to_dict("records")]
    found = "".join(f"<h3>{parts.as_html(name)}</h3>{parts.list_html(links, 'links', name)}"
                    for name, links in lists.items() if links)
    return f"<h2>Places inside</h2>{found}" if found else ""


def _notes(shown: PlaceProfile) -> str:
    said = notes_in_words(shown.answer, without=BASIS_NOTES)     # those are said by the marks above
    return f"<h2>What to know about these figures</h2>{''.join(map(parts.paragraph_html, said))}" if said else ""
