"""What the server answers besides the figures: map files, scripts, the empty page, and headers on every answer."""

import base64
import gzip
import hashlib
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, cast

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import NotModifiedResponse

from pages.shared.map_files import named_file
from pages.shared.map_widget.bundle import MAP_FOLDER, widget_file
from pages.shared.pictures import find_picture

FOR_EVER = "public, max-age=31536000, immutable"

_STATIC = Path(__file__).parents[2] / "static"
_STREAMLIT = Path(st.__file__).parent / "static"
_FILES = _STREAMLIT / "static"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".geojson": "application/geo+json"}
_GZIPPED = b"\x1f\x8b"     # Streamlit compresses some of its pages


def _takes_gzip(request: Request) -> bool:
    return "gzip" in request.headers.get("accept-encoding", "")


def _answer(request: Request, packed: bytes, kind: str, cache_control: str, tag: str = "") -> Response:
    """Send what is gzipped, to a browser that takes no gzip unpacked."""
    headers = {"Cache-Control": cache_control, "Vary": "Accept-Encoding"} | ({"ETag": tag} if tag else {})
    if _takes_gzip(request):
        return Response(packed, 200, headers | {"Content-Encoding": "gzip"}, kind)
    return Response(gzip.decompress(packed), 200, headers, kind)


def map_route(request: Request) -> Response:
    """Serve a map file, a picture or the map widget."""
    name = request.path_params["name"]
    picture = find_picture(name)
    if picture is not None:
        return Response(picture, 200, {"Cache-Control": FOR_EVER}, "image/png")
    found = widget_file() if name == widget_file().name else named_file(name)
    if found is None:
        return PlainTextResponse("No such map in the edition being served.", 404, {"Cache-Control": "no-store"})
    return _answer(request, found.content, _TYPES[Path(name).suffix], FOR_EVER)


@lru_cache(maxsize=1)
def _file_names() -> frozenset[str]:
    """Names of Streamlit's scripts and style sheets: what is not listed here is not looked for on disk."""
    return frozenset(
        file.relative_to(_FILES).as_posix() for file in _FILES.rglob("*") if file.suffix in _TYPES and file.is_file())


@cache
def _compressed(name: str) -> tuple[bytes, str]:
    """Compress one of `_file_names`, once; the names hold a hash of the content."""
    packed = gzip.compress((_FILES / name).read_bytes(), 6, mtime=0)
    return packed, f'W/"{hashlib.sha256(packed).hexdigest()[:32]}"'


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
        answer = _answer(request, packed, _TYPES[Path(name).suffix], FOR_EVER, tag)
        known = [one.strip() for one in request.headers.get("if-none-match", "").split(",")]
        return NotModifiedResponse(answer.headers) if tag in known else answer


def _start() -> str:
    """Write what runs before Streamlit does."""
    start, assistive, style = (
        (_STATIC / name).read_text(encoding="utf-8") for name in ("start.js", "assistive.js", "assistive.css"))
    script = start.replace("MAP_WIDGET", f"{MAP_FOLDER}/{widget_file().name}")
    return f"<style>{style}</style><script>{script}</script><script>{assistive}</script>"


@lru_cache(maxsize=2)
def own_page(page: bytes) -> bytes:
    """Make Streamlit's empty page this app's own: title and icon while it loads, words where no script may run."""
    icon, without = (_STATIC / "icon.png").read_bytes(), (_STATIC / "without_scripts.html").read_text(encoding="utf-8")
    address = f"data:image/png;base64,{base64.b64encode(icon).decode()}"
    text = page.decode("utf-8")
    text = re.sub(r"<title>.*?</title>", "<title>Swathe</title>", text, flags=re.DOTALL)
    text = re.sub(r"<noscript>.*?</noscript>", f"<noscript>{without}</noscript>", text, flags=re.DOTALL)
    text = re.sub(r'(<link rel="(?:shortcut )?icon"[^>]*href=")[^"]*', rf"\g<1>{address}", text)
    text = text.replace('<html lang="en">', '<html lang="en-GB">', 1)
    text = text.replace("<body>", f"<body>{(_STATIC / 'assistive.html').read_text(encoding='utf-8')}", 1)
    return text.replace("<head>", f"<head>{_start()}", 1).encode("utf-8")


class OwnPage(BaseHTTPMiddleware):
    """Send the app's own page where Streamlit sends the one of every app."""

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        """Pass a request on, and change its answer when that is a page."""
        answer = await call_next(request)
        kind = answer.headers.get("content-type", "")
        if request.method != "GET" or answer.status_code != 200 or not kind.startswith("text/html"):
            return answer
        page = b"".join([part async for part in cast("Any", answer).body_iterator])
        own = own_page(gzip.decompress(page) if page.startswith(_GZIPPED) else page)
        return _answer(request, gzip.compress(own, 6, mtime=0), "text/html", "no-cache")


@lru_cache(maxsize=1)
def _inline_scripts() -> str:
    """Hashes of the scripts that stand in the page, so that no other inline script may run."""
    page = own_page((_STREAMLIT / "index.html").read_bytes()).decode()
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


class SecurityHeaders(BaseHTTPMiddleware):
    """Add headers to every answer that keep the page to its own origin."""

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        """Pass a request on, and add the headers to its answer."""
        answer = await call_next(request)
        embedded = request.query_params.getlist("embed") == ["true"]
        answer.headers.update({
            "content-security-policy": _policy("*" if embedded else "'self'"),
            "x-content-type-options": "nosniff",
            "referrer-policy": "same-origin",
            "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
            "cross-origin-opener-policy": "same-origin",
        })
        return answer
