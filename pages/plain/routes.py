"""The addresses of the plain pages and of the pictures on them."""

import gzip
from collections.abc import Callable
from functools import wraps

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from geo.core.errors import EditionError
from geo.core.mended_link import spellings
from geo.core.view import View
from pages.plain.card import CARD_FOLDER, card_route
from pages.plain.document import PALETTES, place_query
from pages.plain.embed import EMBED, embed_page
from pages.plain.feed import FEED, feed_route
from pages.plain.lists import places_page, search_page, unknown_page
from pages.plain.place import place_page
from pages.plain.share import SHARE, share_route
from pages.plain.take import TAKE, take_route
from pages.shared.data import asked_for, editions, figure_options, place
from pages.shared.link import named_edition, not_in_edition, other_edition, read_link
from pages.shared.map_files import map_picture
from pages.shared.map_widget.bundle import MAP_FOLDER
from pages.shared.older import older_edition
from pages.shared.per_minute import PerMinute, client_of
from pages.shared.serving import etag, packed_answer
from pages.shared.workers import together

PICTURES_A_MINUTE = 30
"""Different pictures that one address may ask for; to draw one takes the processor."""

PICTURES = PerMinute(PICTURES_A_MINUTE, kind="pictures", notes=together())
_OWN = frozenset({"place", "q"})     # what these pages take by other ways than a view's


def _asked(request: Request, **more: str) -> tuple[View, tuple[str, ...]]:
    """Read the view of a request; what is wrong in it is said."""
    query = {name: text for name, text in request.query_params.items() if name not in _OWN}
    view, notices = read_link(query | more)
    kept = figure_options(view).replace(place=view.place, name=view.name, show=view.show)
    asked = {name: text for name, text in request.query_params.items() if name == "q"}
    here = request.scope.get("raw_path", request.url.path.encode()).decode("latin-1").lstrip("/")
    older = older_edition(here, {**place_query(kept, kept.place), **asked})
    return kept, (*notices, *other_edition(view), *older, *not_in_edition(view))


def _page(request: Request, html: str, status: int = 200) -> Response:
    packed = gzip.compress(html.encode(), 6, mtime=0)
    return packed_answer(request, packed, "text/html", "no-cache", etag(packed), status)


def _with_data(answer: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """Answer from the edition that is asked for; say so where there is none to answer from."""
    @wraps(answer)
    def checked(request: Request) -> Response:
        try:
            with asked_for(named_edition(request.query_params)):
                return answer(request)
        except EditionError as error:
            return PlainTextResponse(f"There is no data to show: {error}", 503, {"Cache-Control": "no-store"})
    return checked


@_with_data
def place_route(request: Request) -> Response:
    """Answer with a place's plain page."""
    code = request.path_params["code"]
    view, notices = _asked(request, place=code)
    if view.place not in spellings(code):
        return _page(request, unknown_page(view, code), 404)
    return _page(request, place_page(
        view.replace(place=place(code).code, name=view.name), notices, tuple(each.id for each in editions())))


@_with_data
def search_route(request: Request) -> Response:
    """Answer a search."""
    view, notices = _asked(request)
    return _page(request, search_page(view, request.query_params.get("q", ""), notices))


@_with_data
def places_route(request: Request) -> Response:
    """Answer with the list of places."""
    return _page(request, places_page(*_asked(request)))


@_with_data
def embed_route(request: Request) -> Response:
    """Answer with the map alone, for the page of another site."""
    return _page(request, embed_page(*read_link(request.query_params)))


@_with_data
def picture_route(request: Request) -> Response:
    """Draw the map of a view, in the colours that the address names."""
    view, _ = read_link(request.query_params)
    palette = PALETTES.get(request.path_params["scheme"])
    if palette is None:
        return PlainTextResponse("There is no such picture.", 404, {"Cache-Control": "no-store"})
    client = client_of(request)
    wait = PICTURES.seconds_to_wait(client, (view, palette)) if client else 0
    if wait:
        told = f"{PICTURES_A_MINUTE} pictures were asked for within a minute; ask again in {wait} seconds"
        return PlainTextResponse(told, 429, {"Cache-Control": "no-store", "Retry-After": str(wait)})
    drawn = map_picture(view, palette)
    kept = "no-store" if other_edition(view) else "public, max-age=3600"
    return Response(drawn, 200, {"Cache-Control": kept}, "image/png")


ROUTES = (
    Route(f"/{MAP_FOLDER}/picture-{{scheme}}.png", picture_route),
    Route(f"/{CARD_FOLDER}/{{name}}", card_route),
    Route(EMBED, embed_route),
    Route(SHARE, share_route),
    Route(f"{TAKE}/{{name}}", take_route),
    Route("/place/{code}", place_route),
    Route(f"{FEED}/{{name}}", feed_route),
    Route("/search", search_route),
    Route("/places", places_route),
)
