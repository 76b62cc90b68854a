"""What the server answers besides the figures: map files, scripts, the empty page, and headers on every answer."""

import base64
import gzip
import hashlib
import re
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import parse_qs

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.parts.map_data import named_file
from pages.parts.pictures import kept_picture
from pages.shared.map_widget import MAP_FOLDER, widget_file

__all__ = ["MAP_FOLDER", "CompressedFiles", "OwnPage", "SecurityHeaders", "compress_files", "map_route"]

FOR_EVER = "public, max-age=31536000, immutable"


def map_route(request: Request) -> Response:
    """Serve a map file, a picture or the map widget."""
    name = request.path_params["name"]
    drawn = kept_picture(name)
    if drawn is not None:
        return Response(drawn, 200, {"Cache-Control": FOR_EVER}, "image/png")
    found = widget_file() if name == widget_file().name else named_file(name)
    if found is None:
        return PlainTextResponse("No such map in the edition being served.", 404, {"Cache-Control": "no-store"})
    headers, kind = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}, _TYPES[Path(name).suffix]
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(found.content, 200, headers | {"Content-Encoding": "gzip"}, kind)
    return Response(gzip.decompress(found.content), 200, headers, kind)


_FILES = Path(st.__file__).parent / "static" / "static"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".geojson": "application/geo+json"}


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
    """Compress Streamlit's scripts and style sheets before anybody asks for them: seven megabytes, kept."""
    for name in sorted(_file_names()):
        _compressed(name)


class CompressedFiles:
    """Send Streamlit's own scripts and style sheets compressed: it sends them as they are, three times as large.

    app: The application to wrap; it answers everything else.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request for such a file from memory, and pass any other on."""
        answer = self.app
        if scope["type"] == "http" and scope["method"] == "GET":
            request, name = Request(scope), scope["path"].rpartition("/static/")[2]
            wanted = "gzip" in request.headers.get("accept-encoding", "") and "range" not in request.headers
            if wanted and name in _file_names():
                answer = await run_in_threadpool(_answer, name, request.headers.get("if-none-match", ""))
        await answer(scope, receive, send)


def _answer(name: str, known: str) -> Response:
    """Send a compressed file, unless the browser has it."""
    packed, tag = _compressed(name)
    headers = {"ETag": tag, "Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
    if tag in [one.strip() for one in known.split(",")]:
        return Response(None, 304, headers)
    return Response(packed, 200, headers | {"Content-Encoding": "gzip"}, _TYPES[Path(name).suffix])


_STATIC = Path(__file__).parents[2] / "static"
_GZIPPED = b"\x1f\x8b"     # Streamlit compresses some of its pages


def _start() -> str:
    """Write what runs before Streamlit does."""
    script = (_STATIC / "start.js").read_text(encoding="utf-8")
    return f"<script>{script.replace('MAP_WIDGET', f'{MAP_FOLDER}/{widget_file().name}')}</script>"


@lru_cache(maxsize=2)
def _own_page(page: bytes) -> bytes:
    """Make Streamlit's empty page this app's own: title and icon while it loads, words where no script may run."""
    icon, without = (_STATIC / "icon.png").read_bytes(), (_STATIC / "without_scripts.html").read_text(encoding="utf-8")
    address = f"data:image/png;base64,{base64.b64encode(icon).decode()}"
    text = page.decode("utf-8")
    text = re.sub(r"<title>.*?</title>", "<title>Swathe</title>", text, flags=re.DOTALL)
    text = re.sub(r"<noscript>.*?</noscript>", f"<noscript>{without}</noscript>", text, flags=re.DOTALL)
    text = re.sub(r'(<link rel="(?:shortcut )?icon"[^>]*href=")[^"]*', rf"\g<1>{address}", text)
    return text.replace("<head>", f"<head>{_start()}", 1).encode("utf-8")


class OwnPage:
    """Send the app's own page where Streamlit sends the one of every app.

    app: The application to wrap.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and change its answer when that is a page."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        packing = "gzip" in Request(scope).headers.get("accept-encoding", "")
        held: list[Message] = []

        async def send_page(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                kind = dict(message.get("headers", [])).get(b"content-type", b"")
                if kind.startswith(b"text/html"):
                    held.append(message)
                    return
            if not held:
                await send(message)
                return
            held.append(message)
            if not message.get("more_body"):
                given = b"".join(part.get("body", b"") for part in held[1:])
                page = _own_page(gzip.decompress(given) if given.startswith(_GZIPPED) else given)
                headers = {"Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
                if packing:
                    page, headers = gzip.compress(page, 6, mtime=0), headers | {"Content-Encoding": "gzip"}
                await Response(page, 200, headers, "text/html")(scope, receive, send)

        await self.app(scope, receive, send_page)


@lru_cache(maxsize=1)
def _inline_scripts() -> str:
    """Hashes of the scripts that stand in the page, so that no other inline script may run."""
    page = (Path(st.__file__).parent / "static" / "index.html").read_bytes()
    scripts = re.findall(r"<script>(.*?)</script>", _own_page(page).decode(), re.DOTALL)
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    return " ".join(f"'sha256-{digest}'" for digest in digests)


def _policy(embedded: bool) -> str:
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
        f"frame-ancestors {'*' if embedded else chr(39) + 'self' + chr(39)}",
    ])


class SecurityHeaders:
    """Add headers to every answer that keep the page to its own origin.

    app: The application to wrap.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add the headers to its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        added = [(name.encode(), value.encode()) for name, value in (
            ("content-security-policy", _policy(embedded=query.get("embed") == ["true"])),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
            ("cross-origin-opener-policy", "same-origin"),
        )]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *added]
            await send(message)

        await self.app(scope, receive, send_with_headers)
