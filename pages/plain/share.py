"""What a reader takes away of a view: a sentence with its sources, a citation, code to embed the map, and files."""

from collections.abc import Mapping
from html import escape
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from geo.core.errors import SwatheError
from geo.core.view import View
from geo.words.claim import bases, spoken_name, who_could
from geo.words.cover import built_on, citation
from geo.words.quotation import quotation
from pages.contents import PAGES
from pages.plain.document import app_address
from pages.plain.embed import EMBED
from pages.plain.take import FILES, takes
from pages.shared.claims import claim
from pages.shared.data import asked_for, edition, place_of, summary
from pages.shared.headings import HEADINGS
from pages.shared.link import named_edition, read_link
from pages.shared.operator import operator
from pages.shared.parts import as_html, list_html, paragraph_html

SHARE = "/share.json"
"""Where it is."""

LINK, SITE = "{link}", "{site}"
"""Stand for the address that the reader sees, which the server does not know for sure."""

_WITHOUT_CLAIM = ("method", "accessibility", "privacy", "quote")


def page_and_view(query: Mapping[str, str]) -> tuple[str, View]:
    """Read which page is shared, and in which view; what is wrong is left out, as in any link."""
    asked = dict(query)
    page = asked.pop("page", "")
    return page if page in {offered.url_path for offered in PAGES} else "", read_link(asked)[0]


def share_texts(page: str, view: View) -> list[dict[str, str]]:
    """Write the texts to copy, each with its label."""
    served, answer = edition(), summary(view)
    here = spoken_name(place_of(view).name)
    heading = HEADINGS[page](view)
    title = who_could(here) if page in {"", "place"} else heading if here in heading else f"{heading}: {here}"
    quoted = [] if page in _WITHOUT_CLAIM else [
        {"label": "A sentence to quote", "text": quotation(claim(page, view), bases(answer), answer.edition, LINK)}]
    return [{"label": "Link", "text": LINK}, *quoted,
            {"label": "Citation", "text": citation(served, title, "", built_on(served), LINK)},
            {"label": "The map in a page of your own", "text": embed_code(view, served.id)}]


def share_html(page: str, view: View) -> str:
    """Write the same for a page without scripts: where the app is, as far as the operator said."""
    site = operator().site
    pinned = {**view.replace(edition="").to_query(), "edition": edition().id}
    whole, query = f"{site and f'{site}/'}{app_address(view, page)}", urlencode(pinned)
    said = ((one["label"], one["text"].replace(LINK, whole).replace(SITE, site and f"{site}/"))
            for one in share_texts(page, view))
    texts = "".join(f"<h3>{as_html(label)}</h3>{paragraph_html(text)}" for label, text in said)
    files = (f'<a href="take/{name}?page={page}&amp;{escape(query)}">{as_html(label)}</a>'
             for name, label in FILES.items() if takes(page, name))
    return (f'<details class="share"><summary>Share and cite</summary>{texts}'
            f'{list_html(files, "links", "Files of what is shown")}</details>')


def embed_code(view: View, served: str) -> str:
    """Write the HTML that shows the map of a view in the page of another site."""
    query = urlencode({**view.replace(edition="").to_query(), "edition": served})
    title = escape(f"Map of {place_of(view).name}, by Swathe")
    return (f'<iframe src="{SITE}{EMBED[1:]}?{escape(query)}" title="{title}" width="600" height="450" loading="lazy" '
            'style="border:0;max-width:100%"></iframe>')


def share_route(request: Request) -> Response:
    """Answer with what can be taken away of a page in a view."""
    try:
        with asked_for(named_edition(request.query_params)) as served:
            page, view = page_and_view(request.query_params)
            texts = share_texts(page, view)
    except SwatheError as error:
        said = f"There is nothing to share: {error}"
        return JSONResponse({"texts": [], "files": [], "said": said}, 503, {"Cache-Control": "no-store"})
    pinned = {**view.replace(edition="").to_query(), "edition": served.id}
    asked = urlencode({"page": page, **pinned} if page else pinned)
    files = [{"label": label, "href": f"take/{name}?{asked}"} for name, label in FILES.items() if takes(page, name)]
    return JSONResponse({"texts": texts, "files": files, "said": ""}, 200, {"Cache-Control": "private, max-age=60"})
