"""Refuses what the app does not use, before Streamlit sees it: routes, methods, bodies, hosts and foreign origins."""

import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from geo.core.mended_link import mended_path
from pages.server.uploads import LARGEST, is_asked_for

Folders = Mapping[str, Callable[[str], bool]]

PROBES = ("/_stcore/health", "/ready")
"""Asked by whatever watches over the app, at an address of the machine and not by the app's name."""

STREAM, UPLOADS = "/_stcore/stream", "/_stcore/upload_file/"
LONGEST_TARGET, LARGEST_HEAD = 8_000, 16_000     # characters of path and query, bytes of all headers

# What of Streamlit's routes the app uses. Files may be sent where the app asked for one. Left out are metrics, logins,
# the interface for programs ("agent"), files of components (ours come with the page), an app's own static files and
# the check by a run of the script.
_STREAMLITS_PAGES = ("/", "/favicon.png", "/_stcore/health", "/_stcore/host-config", STREAM)
_STATIC = Path(streamlit.__file__).parent / "static" / "static"
_SCRIPTS = frozenset(file.relative_to(_STATIC).as_posix() for file in _STATIC.rglob("*") if file.is_file())
# To any other name of a script Streamlit answers with its page. Of downloads it knows the names, which are hashes.
_STREAMLITS_FOLDERS: Folders = {"/static/": _SCRIPTS.__contains__, "/media/": bool, UPLOADS: is_asked_for}

# A browser asks with OPTIONS whether a page of another site may ask the interface for programs.
_TAKEN = {UPLOADS: {"DELETE"}, "/api/": {"GET", "HEAD", "OPTIONS"}, "/": {"GET", "HEAD"}}
_HOST = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "[::1]"})
_CLOSED_BY_POLICY = 1008


class Refusal(NamedTuple):
    """Why a request goes no further."""

    status: int
    reason: str


NO_SUCH_PAGE = Refusal(404, "There is no such page. Swathe begins at /")
ONLY_READ = Refusal(405, "Nothing can be sent to this address.")
TOO_LARGE = Refusal(413, "This file is too large.")
NOTHING_TAKEN = Refusal(413, "Swathe takes no files and no other content.")
TOO_LONG = Refusal(414, "This address is too long.")
HEAD_TOO_LARGE = Refusal(431, "The headers of this request are too large.")
NO_HOST = Refusal(400, "This request names no host, or none that can be.")
OTHER_HOST = Refusal(421, "Swathe does not answer by this name.")
FOREIGN = Refusal(403, "This request comes from another site.")


class Gate:
    """Middleware that lets through what a reader's browser asks for, and nothing else.

    `pages` are addresses in full. `folders` are the beginnings of others, each with a check of the rest, which must
    cost nothing. `hosts` are the names by which the app may be asked for, all when there are none.
    """

    def __init__(
        self, app: ASGIApp, pages: Collection[str], folders: Folders, hosts: Collection[str] = (),
    ) -> None:
        self.app = app
        self.pages = frozenset({*pages, *_STREAMLITS_PAGES})
        self.folders = {**folders, **_STREAMLITS_FOLDERS}
        self.hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it without reading more than its head."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        refusal = self.refusal(scope)
        if refusal is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _CLOSED_BY_POLICY, "reason": refusal.reason})
        elif refusal is NO_SUCH_PAGE and (whole := self._mended(scope)):
            await RedirectResponse(whole, 307, {"Cache-Control": "no-store"})(scope, receive, send)
        else:
            headers = {"Cache-Control": "no-store", "Connection": "close"}     # a body that was sent is not read
            if refusal is ONLY_READ:
                headers["Allow"] = "GET, HEAD"
            await PlainTextResponse(refusal.reason, refusal.status, headers)(scope, receive, send)

    def refusal(self, scope: Scope) -> Refusal | None:
        """Say why a request is refused; a websocket that is not gets the host that its origin names."""
        path, headers = scope["path"], Headers(scope=scope)
        if len(path) + len(scope["query_string"]) > LONGEST_TARGET:
            return TOO_LONG
        if sum(len(name) + len(text) for name, text in scope["headers"]) > LARGEST_HEAD:
            return HEAD_TOO_LARGE
        if not self._is_used(path):
            return NO_SUCH_PAGE
        refusal = None if path in PROBES else self._wrong_host(headers)
        if refusal is None:
            check = self._wrong_websocket if scope["type"] == "websocket" else self._wrong_request
            refusal = check(scope, headers)
        return refusal

    def _is_used(self, path: str) -> bool:
        if path in self.pages or (path.rstrip("/") or "/") in self.pages:
            return True
        return any(path.startswith(folder) and check(path[len(folder):]) for folder, check in self.folders.items())

    def _mended(self, scope: Scope) -> str:
        """Find the page that an address is of which a mail program damaged; "" where there is none."""
        path, hidden = mended_path(scope["path"])
        if scope["method"] not in {"GET", "HEAD"} or path == scope["path"] or not self._is_used(path):
            return ""
        query = "&".join(filter(None, (quote(hidden, safe="=&%+;"), scope["query_string"].decode("latin-1"))))
        # Relative, as the app may be served under any path; a browser counts folders in what it sent.
        sent = scope.get("raw_path", b"").decode("latin-1") or scope["path"]
        return f'{"../" * (sent.count("/") - 1) or "./"}{quote(path[1:])}{"?" if query else ""}{query}'

    def _wrong_host(self, headers: Headers) -> Refusal | None:
        """Check the host that is asked for. HTTP/1.0 need not name one."""
        asked = headers.getlist("host")
        named = _HOST.fullmatch(asked[0]) if asked else None
        if len(asked) > 1 or (named is None and (asked or self.hosts)):
            return NO_HOST
        if self.hosts and named and named[1].lower() not in self.hosts | _THIS_MACHINE:
            return OTHER_HOST
        return None

    def _wrong_request(self, scope: Scope, headers: Headers) -> Refusal | None:
        if scope["path"] == STREAM:
            return NO_SUCH_PAGE
        if scope["path"].startswith(UPLOADS) and scope["method"] == "PUT":
            size = headers.get("content-length", "")
            fits = size.isascii() and size.isdigit() and int(size[:12]) <= LARGEST
            return None if fits and "transfer-encoding" not in headers else TOO_LARGE
        if scope["method"] not in next((taken for start, taken in _TAKEN.items() if scope["path"].startswith(start))):
            return ONLY_READ
        if headers.get("content-length", "0") != "0" or "transfer-encoding" in headers:
            return NOTHING_TAKEN
        return None

    def _wrong_websocket(self, scope: Scope, headers: Headers) -> Refusal | None:
        """Check where a websocket is opened from: the app's own pages, or a program that is no browser."""
        if scope["path"] != STREAM:
            return NO_SUCH_PAGE
        origins = headers.getlist("origin")
        if not origins:
            return None
        origin = origins[0].lower()
        scheme, _, site = origin.partition("://")
        named = _HOST.fullmatch(site)
        if len(origins) > 1 or named is None or scheme not in {"http", "https"}:
            return FOREIGN
        # A proxy may ask by another name than the reader did, which is then one of those that are set.
        if site != headers.get("host", "").lower() and named[1] not in self.hosts:
            return FOREIGN
        # Of an origin that is not the host, Streamlit asks an outside server whether it is this machine's address.
        MutableHeaders(scope=scope)["host"] = site
        MutableHeaders(scope=scope)["origin"] = origin
        return None
