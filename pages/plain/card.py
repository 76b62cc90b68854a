"""The picture of a shared link: made once a view and edition, one at a time, and a few a minute for each client."""

import threading
from html import escape
from urllib.parse import parse_qsl, quote, urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from geo.core.errors import EditionError
from geo.core.measures import MEASURES
from geo.core.view import View
from geo.maps.card import HEIGHT, WIDTH, CardTexts, card
from geo.maps.classes import LIGHT, legend
from geo.words.claim import bases
from geo.words.definitions import legend_heading
from geo.words.quotation import map_sources, sources_named
from pages.contents import PAGES
from pages.shared.claims import claim
from pages.shared.data import asked_for, edition, per_edition, summary, usual_view
from pages.shared.headings import HEADINGS
from pages.shared.link import named_edition, other_edition, read_link
from pages.shared.map_files import map_classes, map_picture
from pages.shared.operator import operator
from pages.shared.per_minute import PerMinute, client_of
from pages.shared.workers import together

CARD_FOLDER = "card"
CARDS_A_MINUTE = 6
"""Pictures of different views that one client may have made; of more it gets the region's."""

CARDS = PerMinute(CARDS_A_MINUTE, kind="cards", notes=together())
_ONE_AT_A_TIME = threading.Lock()
_KEPT = 200


def card_name(link: str) -> str:
    """Name the picture of a link (page and query): page=rail&place=E07000047&edition=….png."""
    parts = urlsplit(link)
    page = f"page={quote(parts.path)}" if parts.path else ""
    return f"{'&'.join(filter(None, (page, parts.query)))}.png"


def _read(name: str) -> tuple[str, dict[str, str]]:
    """Read page and query of a picture's name."""
    query = dict(parse_qsl(name.removesuffix(".png"), keep_blank_values=True))
    page = query.pop("page", "")
    return page if page in {offered.url_path for offered in PAGES} else "", query


@per_edition(_KEPT)     # a twentieth of a megabyte each
def drawn_card(page: str, view: View) -> bytes:
    """Draw the card of a page in a view."""
    answer = summary(view)
    classes = map_classes(view, "lsoa")
    shown = MEASURES[view.show]
    # The claim is of people in the gap, whatever the map shows.
    small = (f"Claim {sources_named(bases(answer), answer.edition)}. Map {map_sources(edition(), shown)}.",
             f"Edition {answer.edition.id}.")
    texts = CardTexts(HEADINGS[page](view), claim(page, view), small, legend_heading(shown))
    return card(texts, map_picture(view, LIGHT), legend(view.show, LIGHT, classes), LIGHT)


def card_route(request: Request) -> Response:
    """Answer with the picture of a view; the region's for whoever asked for too many."""
    # As it was sent: an ampersand in a name is still encoded there.
    sent = request.scope.get("raw_path", request.url.path.encode()).decode("latin-1").rpartition("/")[2]
    try:
        page, query = _read(sent)
        with asked_for(named_edition(query)) as served:
            view, _ = read_link(query)     # what is wrong in it is left out, as in any link
            what = _what_is_drawn(page, view)
            client = client_of(request)
            much = bool(client) and CARDS.seconds_to_wait(client, (served.id, *what)) > 0
            other = bool(other_edition(view))
            with _ONE_AT_A_TIME:
                drawn = drawn_card("", usual_view()) if much else drawn_card(*what)
    except EditionError as error:
        return PlainTextResponse(f"There is no data to show: {error}", 503, {"Cache-Control": "no-store"})
    kept = "no-store" if much or other else "public, max-age=86400"
    return Response(drawn, 200, {"Cache-Control": kept}, "image/png")


def _what_is_drawn(page: str, view: View) -> tuple[str, View]:
    """Forget of a view what no card shows: where the map looks, and what was wrong with its edition."""
    return page, view.replace(lat=None, lon=None, zoom=None, edition="")


def unfolded_html(heading: str, about: str, link: str) -> str:
    """Write what e-mail, Teams and WhatsApp show of a link (OpenGraph): heading, claim, and a picture of the view.

    There is no picture, which needs an absolute address, where the operator did not say where the app is.
    """
    site = operator().site
    pictured = {} if not (site and link) else {
        "og:url": f"{site}/{link}", "og:image": f"{site}/{CARD_FOLDER}/{card_name(link)}", "og:image:type": "image/png",
        "og:image:width": str(WIDTH), "og:image:height": str(HEIGHT), "og:image:alt": about}
    tags = {"og:type": "website", "og:site_name": "Swathe", "og:locale": "en_GB", "og:title": f"{heading} · Swathe",
            "og:description": about, **pictured}
    written = "".join(f'<meta property="{name}" content="{escape(text)}">' for name, text in tags.items())
    return f'{written}<meta name="twitter:card" content="{"summary_large_image" if pictured else "summary"}">'
