"""The log says what happened and when, and nothing of who asked or what they typed."""

import asyncio
import json
import logging
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from pages.server.event_log import EventLog, log_event

pytestmark = pytest.mark.slow

Events = Callable[[], list[dict[str, Any]]]
FACTS = {"time", "event", "page", "status", "ms"}
SECRETS = [(b"user-agent", b"secret"), (b"x-forwarded-for", b"203.0.113.7"), (b"cookie", b"secret=1")]


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Events:
    """Give what has been logged."""
    log = logging.getLogger("swathe.events")
    monkeypatch.setattr(log, "propagate", True)
    caplog.set_level(logging.INFO, "swathe.events")
    return lambda: [json.loads(record.getMessage()) for record in caplog.records if record.name == log.name]


def sent(path: str, *messages: dict[str, Any], kind: str = "http", fails: bool = False) -> None:
    """Ask for a path that is answered with these messages."""
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if fails:
            raise RuntimeError("private")
        for message in messages:
            await send(message)

    async def nothing(message: MutableMapping[str, Any] | None = None) -> MutableMapping[str, Any]:
        return message or {}

    with suppress(RuntimeError):
        asyncio.run(EventLog(answer, {"", "place"})({
            "type": kind, "path": path, "query_string": b"place=secret&q=secret", "headers": SECRETS,
            "client": ("203.0.113.7", 1)}, nothing, nothing))


def answered(path: str, status: int = 200) -> None:
    sent(path, {"type": "http.response.start", "status": status}, {"type": "http.response.body"})


def test_an_event_is_one_line_with_its_time(events: Events) -> None:
    log_event("pack", ms=3, said="a\nb")
    (event,) = events()
    assert event.pop("time").endswith("+00:00")
    assert event == {"event": "pack", "ms": 3, "said": "a\nb"}


def test_a_request_is_logged_by_its_page_alone(events: Events) -> None:
    answered("/")
    answered("/place/EX1 1AA")
    answered("/secret/typed", 404)
    sent("/secret", fails=True)
    logged = events()
    assert [(event["event"], event["page"], event["status"]) for event in logged] == [
        ("request", "overview", 200), ("request", "place", 200), ("request refused", "other", 404),
        ("request refused", "other", 500)]
    assert all(set(event) == FACTS for event in logged)
    for word in ("secret", "EX1", "203.0.113.7", "private"):
        assert word not in str(logged)


def test_probes_and_scripts_are_not_logged_while_all_is_well(events: Events) -> None:
    for path in ("/ready", "/_stcore/health", "/_stcore/host-config", "/static/js/index.js"):
        answered(path)
    assert events() == []
    answered("/ready", 503)
    assert [(event["page"], event["status"]) for event in events()] == [("other", 503)]


def test_a_session_is_logged_when_it_begins_and_when_it_ends(events: Events) -> None:
    opened, closed = {"type": "websocket.accept"}, {"type": "websocket.close", "code": 1000}
    sent("/_stcore/stream", opened, {"type": "websocket.send", "bytes": b"secret"}, closed, kind="websocket")
    sent("/_stcore/stream", closed, kind="websocket")
    assert [(event["event"], event["status"]) for event in events()] == [
        ("session", 101), ("session over", 101), ("session refused", 403)]
    assert "secret" not in str(events())
