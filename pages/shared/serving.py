"""What the server answers besides the figures: map files, scripts, the empty page, and headers on every answer."""

import base64
import gzip
import hashlib
import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from html import escape
from pathlib import Path
from typing import Any, cast

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.plain.card import unfolded_html
from pages.plain.embed import EMBED
from pages.plain.first_screen import first_screen
from pages.shared.map_files import MapFile, named_file, was_handed_out
from pages.shared.map_widget.bundle import MAP_FOLDER, embed_file, widget_file
from pages.shared.operator import ANYBODY
from pages.shared.pictures import find_picture

FOR_EVER = "public, max-age=31536000, immutable"

_STATIC = Path(__file__).parents[2] / "static"
_STREAMLIT = Path(st.__file__).parent / "static"
_FILES = _STREAMLIT / "static"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".json": "application/json",
          ".geojson": "application/geo+json"}
_ROOT = '<div id="root"></div>'     # what the app is put into
# What the app is made of, which is fetched once the first screen has been painted (static/first_screen.js).
_APP_FILES = r'<link\s+rel="(?:stylesheet|(?:module)?preload)"[^>]*>|<script type="module"[^>]*></script>'
_NOT_OURS = r'<noscript>.*?</noscript>|<link rel="service-desc"[^>]*>'
_IMPORT = r'(?:from|import)"\./([^"]+\.js)"'
# Streamlit's scripts of the elements that are on every page, and on those with a table.
_EVERYWHERE, _TABLES = ("Html", "Selectbox", "Slider", "BidiComponent"), ("DataFrame", "ButtonGroup", "Checkbox")
_WITHOUT_TABLES = ("evidence", "method")
_DOWNLOAD_GONE = "This file is not kept any more. Open the page that offered it, and ask for it there again."
_GZIPPED = b"\x1f\x8b"     # Streamlit compresses some of its pages


def etag(packed: bytes) -> str:
    """Name a content, so that a browser need not be sent again what it has."""
    return f'W/"{hashlib.sha256(packed).hexdigest()[:32]}"'


def _takes_gzip(request: Request) -> bool:
    return "gzip" in request.headers.get("accept-encoding", "")


def packed_answer(
    request: Request, packed: bytes, kind: str, cache_control: str, tag: str = "", status: int = 200,
) -> Response:
    """Send what is gzipped, to a browser that takes no gzip unpacked; nothing of what it has."""
    headers = {"Cache-Control": cache_control, "Vary": "Accept-Encoding"} | ({"ETag": tag} if tag else {})
    known = [one.strip() for one in request.headers.get("if-none-match", "").split(",")]
    if tag and tag in known:
        return Response(None, 304, headers)
    if _takes_gzip(request):
        return Response(packed, status, headers | {"Content-Encoding": "gzip"}, kind)
    return Response(gzip.decompress(packed), status, headers, kind)


_SCRIPT_FILES: Mapping[str, Callable[[], MapFile | None]] = {
    file().name: file for file in (widget_file, embed_file)}


def map_route(request: Request) -> Response:
    """Serve a map file, a picture or the map widget."""
    name = request.path_params["name"]
    picture = find_picture(name)
    if picture is not None:
        return Response(picture, 200, {"Cache-Control": FOR_EVER}, "image/png")
    found = _SCRIPT_FILES.get(name, lambda: named_file(name))()
    if found is None:
        return PlainTextResponse("No such map in the edition being served.", 404, {"Cache-Control": "no-store"})
    return packed_answer(request, found.content, _TYPES[Path(name).suffix], FOR_EVER)


def is_map(name: str) -> bool:
    """Tell whether there is anything under a name in the folder of maps, which costs nothing to find out."""
    return name in _SCRIPT_FILES or was_handed_out(name) or find_picture(name) is not None


@lru_cache(maxsize=1)
def _file_names() -> frozenset[str]:
    """Names of Streamlit's scripts and style sheets: what is not listed here is not looked for on disk."""
    return frozenset(
        file.relative_to(_FILES).as_posix() for file in _FILES.rglob("*") if file.suffix in _TYPES and file.is_file())


@cache
def _compressed(name: str) -> tuple[bytes, str]:
    """Compress one of `_file_names`, once; the names hold a hash of the content."""
    packed = gzip.compress((_FILES / name).read_bytes(), 6, mtime=0)
    return packed, etag(packed)


def compress_files() -> None:
    """Compress Streamlit's scripts and style sheets, seven megabytes, before anybody asks for them."""
    for name in sorted(_file_names()):
        _compressed(name)


class CompressedFiles(BaseHTTPMiddleware):
    """Send Streamlit's own scripts and style sheets compressed: it sends them as they are, three times as large."""

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        """Answer a request for such a file from memory, and pass any other on."""
        name = request.url.path.rpartition("/static/")[2]
        if request.method != "GET" or not _takes_gzip(request) or "range" in request.headers or (
                name not in _file_names()):
            return await call_next(request)
        packed, tag = await run_in_threadpool(_compressed, name)
        return packed_answer(request, packed, _TYPES[Path(name).suffix], FOR_EVER, tag)


def _script(name: str) -> str:
    """Write a script that runs before Streamlit does."""
    script = (_STATIC / name).read_text(encoding="utf-8")
    return f"<script>{script.replace('MAP_WIDGET', f'{MAP_FOLDER}/{widget_file().name}')}</script>"


@lru_cache(maxsize=2)
def own_page(page: bytes) -> str:
    """Make Streamlit's empty page this app's own: icon, language, and the scripts that run before Streamlit's."""
    address = f"data:image/png;base64,{base64.b64encode((_STATIC / 'icon.png').read_bytes()).decode()}"
    text = page.decode("utf-8").replace('<html lang="en">', '<html lang="en-GB">')
    text = re.sub(_NOT_OURS, "", text, flags=re.DOTALL)
    text = re.sub(r'(<link rel="(?:shortcut )?icon"[^>]*href=")[^"]*', rf"\g<1>{address}", text)
    files = f'<template id="app-files">{"".join(re.findall(_APP_FILES, text))}</template>'
    text = re.sub(_APP_FILES, "", text)
    style, skip = ((_STATIC / f"assistive.{part}").read_text(encoding="utf-8") for part in ("css", "html"))
    early = f"<style>{style}</style>{_script('start.js')}{_script('assistive.js')}"
    text = text.replace("<head>", f"<head>{early}", 1).replace("<body>", f"<body>{skip}", 1)
    return text.replace(_ROOT, f"{_ROOT}{files}{_script('first_screen.js')}", 1)


@cache
def _early_scripts(names: tuple[str, ...]) -> str:
    """Name scripts that Streamlit asks for only when it shows such an element, and those that they import."""
    listed, wanted = (_STREAMLIT / "index.html").read_text(encoding="utf-8"), [
        file.name for name in names for file in _FILES.glob(f"js/{name}.*.js")]
    for name in wanted:     # grows while it is read
        source = (_FILES / "js" / name).read_text(encoding="utf-8")
        wanted += [found for found in dict.fromkeys(re.findall(_IMPORT, source))
                   if found not in wanted and found not in listed]
    return "".join(f'<link rel="modulepreload" crossorigin href="./static/js/{name}">' for name in wanted)


def linked_page(page: bytes, name: str, query: Mapping[str, str]) -> bytes:
    """Put into the app's page what is read before its scripts have come, and gzip it."""
    screen = first_screen(name, query)
    head = (f"<title>{escape(screen.title)} · Swathe</title>"
            f'<meta name="description" content="{escape(screen.about)}">'
            f"{unfolded_html(screen.heading or screen.title, screen.about, screen.link)}")
    early = _early_scripts(_EVERYWHERE if name in _WITHOUT_TABLES else (*_EVERYWHERE, *_TABLES))
    text = re.sub(r"<title>.*?</title>", lambda _: head, own_page(page), flags=re.DOTALL)
    text = text.replace("</template>", f"{early}</template>", 1).replace(_ROOT, f"{screen.html}{_ROOT}", 1)
    return gzip.compress(text.encode(), 6, mtime=0)


class OwnPage(BaseHTTPMiddleware):
    """Send the app's own page where Streamlit sends the one of every app, and own words where a download has gone."""

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        """Pass a request on, and change its answer when that is Streamlit's page."""
        answer = await call_next(request)
        if answer.status_code == 404 and request.url.path.startswith("/media/"):
            return PlainTextResponse(_DOWNLOAD_GONE, 404, {"Cache-Control": "no-store"})
        kind = answer.headers.get("content-type", "")
        streamlits = isinstance(request.scope.get("endpoint"), StaticFiles)
        if request.method != "GET" or answer.status_code != 200 or not streamlits or not kind.startswith("text/html"):
            return answer
        page = b"".join([part async for part in cast("Any", answer).body_iterator])
        packed = await run_in_threadpool(
            linked_page, gzip.decompress(page) if page.startswith(_GZIPPED) else page,
            request.url.path.rpartition("/")[2], request.query_params)
        return packed_answer(request, packed, "text/html", "no-cache", etag(packed))


@lru_cache(maxsize=1)
def _inline_scripts() -> str:
    """Hashes of the scripts that stand in the page, so that no other inline script may run."""
    page = own_page((_STREAMLIT / "index.html").read_bytes())
    digests = (hashlib.sha256(script.encode()).digest() for script in re.findall(r"<script>(.*?)</script>", page, re.S))
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def _policy(framed_by: str) -> str:
    """Content security policy: this origin alone; another site may frame the page only as an embed."""
    return "; ".join([
        "default-src 'self'",
        # Streamlit loads components' scripts from blobs and reads tables with WebAssembly.
        f"script-src 'self' blob: 'wasm-unsafe-eval' {_inline_scripts()}",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        f"frame-ancestors {framed_by}",
    ])


class SecurityHeaders:
    """Middleware that adds headers which keep the page to its own origin; `framed_by` may show an embed in a frame."""

    def __init__(self, app: ASGIApp, framed_by: str = ANYBODY) -> None:
        self.app = app
        self.framed_by = framed_by

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add the headers to its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        embedded = scope["path"] == EMBED or Request(scope).query_params.getlist("embed") == ["true"]
        headers = {
            "content-security-policy": _policy(self.framed_by if embedded else "'self'"),
            "x-content-type-options": "nosniff",
            "referrer-policy": "same-origin",
            "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
            "cross-origin-opener-policy": "same-origin",
        }

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        await self.app(scope, receive, with_headers)
