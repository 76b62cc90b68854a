"""What stands in the app's page before its scripts have come: the claim, the figures and the map of the link's view."""

from collections.abc import Mapping
from typing import NamedTuple

from geo.core.errors import EditionError
from geo.core.view import View
from geo.words.claim import bases, cards, other_speeds
from geo.words.context import made_of
from geo.words.intervals import covers
from geo.words.made import made_up
from pages.contents import PAGES
from pages.plain.document import (
    app_link,
    link_html,
    map_html,
    notices_html,
    plain_link,
    same_edition,
    search_form,
    styles_html,
)
from pages.shared import parts
from pages.shared.claims import claim
from pages.shared.data import asked_for, edition, per_edition, place_of, summary
from pages.shared.headings import HEADINGS
from pages.shared.link import named_edition, not_in_edition, other_edition, read_link, view_query
from pages.shared.map_files import authority_lines, railway_lines, shape_file
from pages.shared.map_widget.bundle import MAP_FOLDER
from pages.shared.older import older_edition
from pages.shared.view_state import address

NO_SCRIPTS = ("The moving map and the tables need JavaScript; the figures here are the same. "
              "Nothing is sent to anybody else.")


class FirstScreen(NamedTuple):
    """What the server's first answer says: the page's title, a description of it, and HTML for its body.

    `heading` and `link` are of the card that a shared link shows: what it is about, and the page and query of the view.
    """

    title: str
    about: str
    html: str
    heading: str = ""
    link: str = ""


def first_screen(name: str, query: Mapping[str, str]) -> FirstScreen:
    """Write what is read before the scripts have come, for a page (its address) and the query of a link."""
    page = next((page for page in PAGES if page.url_path == name), PAGES[0])
    embedded = query.get("embed") == "true"
    try:
        with asked_for(named_edition(query)):
            view, notices = read_link(query)
            older = older_edition(page.url_path or "./", view.to_query(), embedded=embedded)
            said = (*filter(None, [made_up(edition())]), *notices, *other_edition(view), *older, *not_in_edition(view))
            return _screen(page.url_path, page.title, view, said, embedded)
    except EditionError as error:
        return FirstScreen(page.title, "", _wrapped("", notices_html([f"There is no data to show: {error}"])))


@per_edition(64)
def _screen(page: str, title: str, view: View, notices: tuple[str, ...], embedded: bool) -> FirstScreen:
    answer, here = summary(view), place_of(view)
    said = claim(page, view)
    members = "".join(map(parts.paragraph_html, filter(None, [made_of(here)])))
    opening = (f'<div class="opening"><h1>{parts.as_html(HEADINGS[page](view))}</h1>{members}{parts.claim_html(said)}'
               f'{parts.paragraph_html(other_speeds(answer), kind="beside")}</div>')
    query = view_query(view, edition().id) | ({"embed": "true"} if embedded else {})
    method = address("method", query)
    places = link_html("places", "All places", same_edition())
    links = parts.list_html((plain_link(view, here.code, f"{here.name} as a plain page"), places), "links")
    body = (f'{notices_html(notices)}{opening}{"" if embedded else search_form(view)}'
            f"{parts.cards_html(cards(answer), view, method)}{parts.badges_html(bases(answer), method)}"
            f"{parts.paragraph_html(covers(edition()))}{map_html(view)}"
            f'<noscript>{parts.paragraph_html(NO_SCRIPTS)}{"" if embedded else links}</noscript>'
            f"{parts.foot_html(edition())}{parts.statement_link(query)}")
    return FirstScreen(
        title, f"{made_up(edition())} {''.join(said)}".lstrip(),
        _wrapped("" if embedded else _pages_html(view), body, _soon(page, view)),
        HEADINGS[page](view), address(page, {**view.replace(edition="").to_query(), "edition": edition().id}))


def _soon(page: str, view: View) -> str:
    """Name the files that the moving map will ask for, where they are made already."""
    if page not in {"", "explore", "place", "what_to_do"} or (page == "explore" and view.by != "lsoa"):
        return ""
    files = (shape_file("lsoa", "far"), authority_lines("far"), railway_lines())
    return " ".join(f"{MAP_FOLDER}/{file.name}" for file in files if file)


def _pages_html(view: View) -> str:
    items = (app_link(view, page.title, page.url_path or "./") for page in PAGES if not page.hidden)
    return f'<nav aria-label="Pages"><p class="name">Swathe</p>{parts.list_html(items, "links")}</nav>'


def _wrapped(pages: str, body: str, soon: str = "") -> str:
    return (f'<div id="first-screen" class="plain" data-soon="{soon}">{styles_html()}{pages}'
            f'<main id="stMain">{body}</main></div>')
