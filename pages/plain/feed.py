"""A place's Atom feed: an entry for each edition, with what it changed there."""

import xml.etree.ElementTree as ET
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from geo.core.errors import PlaceError
from geo.core.view import names_own_area
from geo.edition.places import Place
from geo.words.history import Entry, entries, feed_title
from geo.words.made import made_up
from pages.shared.data import asked_for
from pages.shared.history import history_of
from pages.shared.operator import operator
from pages.shared.serving import etag

FEED = "/feed"
"""Where feeds are: `/feed/E07000047.atom`."""

_ATOM = "http://www.w3.org/2005/Atom"
_HTML = "http://www.w3.org/1999/xhtml"
ET.register_namespace("", _ATOM)


def feed(place: Place, told: list[Entry], site: str, author: str, made: str = "") -> bytes:
    """Write a feed, `made` first; without the address of the app its links are relative to the feed's own."""
    base = f"{site}/" if site else "../"
    root = ET.Element(f"{{{_ATOM}}}feed", {"xml:lang": "en-GB"})
    _text(root, "id", f"urn:swathe:place:{quote(place.code, safe='')}")
    _text(root, "title", feed_title(place.name))
    if made:
        _text(root, "subtitle", made)
    _text(root, "updated", told[0].built_at)
    _text(ET.SubElement(root, f"{{{_ATOM}}}author"), "name", author)
    own = quote(place.code, safe="+")
    _link(root, "self", f"{base}feed/{own}.atom", "application/atom+xml")
    _link(root, "alternate", f"{base}place?{urlencode({'place': place.code})}", "text/html")
    for number, entry in enumerate(told):
        before = told[number + 1].edition if number + 1 < len(told) else ""
        _entry(root, place, entry, base, before)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _entry(root: ET.Element, place: Place, entry: Entry, base: str, before: str) -> None:
    element = ET.SubElement(root, f"{{{_ATOM}}}entry")
    _text(element, "id", f"urn:swathe:edition:{entry.edition}:{quote(place.code, safe='')}")
    _text(element, "title", entry.title)
    _text(element, "updated", entry.built_at)
    query = {"place": place.code, "edition": entry.edition, **({"against": before} if before else {})}
    _link(element, "alternate", f"{base}{'changes' if before else 'place'}?{urlencode(query)}", "text/html")
    content = ET.SubElement(element, f"{{{_ATOM}}}content", {"type": "xhtml"})
    listed = ET.SubElement(ET.SubElement(content, f"{{{_HTML}}}div"), f"{{{_HTML}}}ul")
    for line in entry.lines:
        ET.SubElement(listed, f"{{{_HTML}}}li").text = line


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{_ATOM}}}{name}").text = text


def _link(parent: ET.Element, relation: str, target: str, kind: str) -> None:
    ET.SubElement(parent, f"{{{_ATOM}}}link", {"rel": relation, "href": target, "type": kind})


def _nothing(why: str) -> Response:
    return PlainTextResponse(f"There is no such feed: {why}", 404, {"Cache-Control": "no-store"})


def feed_route(request: Request) -> Response:
    """Answer with the feed of a place, by its code; what is no place has none."""
    code, _, kind = request.path_params["name"].rpartition(".")
    if kind != "atom" or names_own_area(code.upper()):
        return _nothing("the address of a feed is that of a place, such as feed/E07000047.atom")
    try:
        with asked_for("") as served:
            place = served.place(code)
            told = list(entries(history_of(place.code), place.name))
    except PlaceError as error:
        return _nothing(str(error))
    if not told:
        return _nothing(f"no edition that can be read has {place.name}")
    run_by = operator()
    written = feed(place, told, run_by.site, run_by.name or "Swathe", made_up(served))
    tag = etag(written)
    headers = {"ETag": tag, "Cache-Control": "public, max-age=3600"}
    known = [one.strip() for one in request.headers.get("if-none-match", "").split(",")]
    return Response(None, 304, headers) if tag in known else Response(
        written, 200, headers, "application/atom+xml; charset=utf-8")
