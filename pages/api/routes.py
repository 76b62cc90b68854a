"""The addresses of the interface: who may ask, how often, what has not changed, and how an answer is written."""

import gzip
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

import geo
from geo.answers.made import marked
from geo.core.errors import EditionError, SwatheError
from geo.edition.store import Edition
from geo.pack.csvw import csvw, source_notes
from geo.pack.tidy import csv_bytes
from geo.words.dictionary import columns
from geo.words.made import made_up, with_mark
from pages.api.answers import ANSWERS, Answer
from pages.api.description import described_page, openapi
from pages.api.json_stat import json_stat
from pages.api.parameters import FORMATS, Asked, AskedWronglyError, read
from pages.shared.data import asked_for
from pages.shared.link import named_edition
from pages.shared.per_minute import PerMinute, client_of
from pages.shared.serving import etag, packed_answer
from pages.shared.workers import together

API = "/api/v1"
ASKED_A_MINUTE = 120
"""Different answers that one address may ask for; the same asked for again counts once."""

ASKED = PerMinute(ASKED_A_MINUTE, kind="answers", notes=together())

_OPEN = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag, Link, Retry-After"}
_VARY = "Accept, Accept-Encoding"
_ALLOWED = {**_OPEN, "Access-Control-Allow-Methods": "GET, HEAD", "Access-Control-Allow-Headers": "*",
            "Access-Control-Max-Age": "86400"}


def answer_route(request: Request) -> Response:
    """Answer a question; what is wrong with it is told as a problem (RFC 9457)."""
    if request.method == "OPTIONS":
        return Response(None, 204, _ALLOWED)
    name = request.path_params["name"]
    if name not in ANSWERS:
        return _problem(404, [f"there is no {name[:40]} here: ask for one of {', '.join(ANSWERS)}"])
    try:
        with asked_for(named_edition(request.query_params)) as served:
            return _answered(request, name, served)
    except EditionError as error:
        return _problem(503, [f"there is no data to answer from: {error}"])
    except AskedWronglyError as error:
        return _problem(error.status, error.problems)
    except SwatheError as error:
        return _problem(400, [str(error)])


def _answered(request: Request, name: str, served: Edition) -> Response:
    asked = read(served, name, request.query_params, request.headers.get("accept", ""))
    tag = _tag(served, name, asked)
    if tag in [one.strip() for one in request.headers.get("if-none-match", "").split(",")]:
        return Response(None, 304, {**_OPEN, "ETag": tag, "Cache-Control": "no-cache", "Vary": _VARY})
    client = client_of(request)
    wait = ASKED.seconds_to_wait(client, tag) if client else 0
    if wait:
        said = f"{ASKED_A_MINUTE} answers were asked for within a minute; ask again in {wait} seconds"
        return _problem(429, [said], {"Retry-After": str(wait)})
    found = ANSWERS[name](served, asked)
    sent = packed_answer(request, gzip.compress(_written(request, name, asked, found, served), 6, mtime=0),
                         FORMATS[asked.format], "no-cache", tag)
    sent.headers.update({**_OPEN, "Vary": _VARY})
    if asked.format == "csv":
        sent.headers["Link"] = f'<{_csvw_address(request)}>; rel="describedby"; type="{FORMATS["csvw"]}"'
    return sent


def _tag(served: Edition, name: str, asked: Asked) -> str:
    """Name an answer by all that it depends on, so that it need not be worked out to be known."""
    what = json.dumps([geo.__version__, served.id, name, asked.format, asked.view.__dict__, sorted(asked.own.items())])
    return etag(what.encode())


def _csvw_address(request: Request) -> str:
    """Give the address of the description of a table, relative to the table's own."""
    query = {name: text for name, text in request.query_params.items() if name != "format"} | {"format": "csvw"}
    return f"{request.path_params['name']}?{urlencode(query)}"


def _written(request: Request, name: str, asked: Asked, found: Answer, served: Edition) -> bytes:
    """Write an answer in the format asked for."""
    if asked.format == "csv":
        return csv_bytes(found.table)
    if asked.format == "csvw":
        query = {key: text for key, text in request.query_params.items() if key != "format"} | {"format": "csv"}
        told = columns(found.table.columns, found.table_name, served.region)
        return _json_bytes(csvw(f"{name}?{urlencode(query)}", told, title=found.label, key=found.key,
                                about=source_notes(served, found.label)))
    if asked.format == "json-stat":
        said = {key: str(text) for key, text in asked.view.options().items()}
        said = {"label": with_mark(found.label, served), **said}
        return _json_bytes(json_stat(served, found.table, said))
    return _json_bytes(marked(found.plain, made_up(served)))


def _json_bytes(plain: Any) -> bytes:
    return json.dumps(plain, ensure_ascii=False, allow_nan=False).encode()


def _problem(status: int, problems: list[str], more: Mapping[str, str] | None = None) -> Response:
    """Say what is wrong, as RFC 9457 does."""
    said = {"title": "This cannot be answered", "status": status, "detail": "; ".join(problems), "problems": problems}
    headers = {**_OPEN, "Cache-Control": "no-store", **(more or {})}
    return JSONResponse(said, status, headers, "application/problem+json")


def openapi_route(request: Request) -> Response:
    """Describe the interface, as OpenAPI 3.1."""
    try:
        with asked_for("") as served:
            packed = gzip.compress(_json_bytes(openapi(served)), 6, mtime=0)
    except EditionError as error:
        return _problem(503, [f"there is no data to describe: {error}"])
    sent = packed_answer(request, packed, "application/json", "no-cache", etag(packed))
    sent.headers.update(_OPEN)
    return sent


def page_route(request: Request) -> Response:
    """Describe the interface on a page."""
    try:
        with asked_for("") as served:
            packed = gzip.compress(described_page(served).encode(), 6, mtime=0)
    except EditionError as error:
        return _problem(503, [f"there is no data to describe: {error}"])
    return packed_answer(request, packed, "text/html", "no-cache", etag(packed))


API_ROUTES = (
    Route(f"{API}/openapi.json", openapi_route),
    Route(f"{API}/", page_route),
    Route(f"{API}/{{name}}", answer_route, methods=["GET", "HEAD", "OPTIONS"]),
)
