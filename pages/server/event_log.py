"""What the server logs of its readers: one line of JSON an event, and nothing that says who they are or what they type.

No address of a reader, no query, no typed text, no place: of a request the page alone.
"""

import json
import logging
import time
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.server.gate import PROBES

_LOG = logging.getLogger("swathe.events")
_NOT_LOGGED = ("/static/", "/_stcore/host-config")     # what Streamlit asks for by itself at every visit


def start_log() -> None:
    """Write events to the standard error, as they are."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    _LOG.handlers = [handler]
    _LOG.propagate = False
    _LOG.setLevel(logging.INFO)


def log_event(event: str, **facts: str | int) -> None:
    """Write one event, with its time."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    _LOG.info(json.dumps({"time": now, "event": event, **facts}, ensure_ascii=False))


def since(start: float) -> int:
    """Count the milliseconds since a reading of `time.perf_counter`."""
    return round((time.perf_counter() - start) * 1000)


class EventLog:
    """Middleware that logs requests and sessions; `pages` are the first parts of addresses that are named."""

    def __init__(self, app: ASGIApp, pages: Collection[str]) -> None:
        self.app = app
        self.pages = frozenset(pages)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and log it when it is over."""
        if scope["type"] not in {"http", "websocket"} or scope["path"].startswith(_NOT_LOGGED):
            await self.app(scope, receive, send)
            return
        seen: dict[str, Any] = {"status": 500}     # where no answer was begun
        start = time.perf_counter()

        async def noting(message: Message) -> None:
            if message["type"] == "websocket.accept":
                seen["status"] = 101
                log_event("session", status=101, ms=since(start))
            elif message["type"] == "websocket.close" and seen["status"] != 101:
                seen["status"] = 403
            else:
                seen["status"] = message.get("status", seen["status"])
            await send(message)

        try:
            await self.app(scope, receive, noting)
        finally:
            self._log(scope, int(seen["status"]), since(start))

    def _log(self, scope: Scope, status: int, ms: int) -> None:
        if scope["type"] == "websocket":
            log_event("session over" if status == 101 else "session refused", status=status, ms=ms)
        elif scope["path"] not in PROBES or status != 200:
            first = scope["path"].split("/")[1] if "/" in scope["path"] else ""
            page = (first or "overview") if first in self.pages else "other"
            log_event("request" if status < 400 else "request refused", page=page, status=status, ms=ms)
