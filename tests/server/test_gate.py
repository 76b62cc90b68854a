"""The gate lets through what the app uses, and refuses all else without reading more than a request's head."""

import asyncio
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import pytest
import streamlit
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from streamlit.runtime import Runtime
from streamlit.web.server.starlette.starlette_app import create_streamlit_routes

import app
from pages.server.gate import LARGEST_HEAD, LONGEST_TARGET, STREAM, Gate

pytestmark = pytest.mark.slow

PAGES = ("/", "/compare", "/ready")
FOLDERS = {"/place/": bool, "/api/v1/": bool, "/map/": {"known.geojson"}.__contains__}
SCRIPTS = Path(streamlit.__file__).parent / "static" / "static"
SCRIPT = next(SCRIPTS.glob("js/index.*.js")).relative_to(SCRIPTS).as_posix()
SENDER = {"host": "swathe.example.org"}


def asked(
    path: str, method: str = "GET", query: str = "", hosts: tuple[str, ...] = (),
    headers: list[tuple[str, str]] | None = None, kind: str = "http",
) -> tuple[int, dict[str, str]]:
    """Give what the gate answers, 0 where it lets a request through, and the headers that are passed on."""
    status, passed = [0], {}

    async def behind(scope: Scope, receive: Receive, send: Send) -> None:
        passed.update({name.decode(): text.decode() for name, text in scope["headers"]})

    async def receive() -> dict[str, Any]:
        raise AssertionError("the body of a request was read")

    async def send(message: MutableMapping[str, Any]) -> None:
        status[0] = message.get("status", message.get("code", status[0]))
        passed.update({name.decode(): text.decode() for name, text in message.get("headers", [])})

    listed = headers if headers is not None else list(SENDER.items())
    asyncio.run(Gate(behind, PAGES, FOLDERS, hosts)({
        "type": kind, "method": method, "path": path, "query_string": query.encode(), "root_path": "",
        "headers": [(name.encode(), text.encode()) for name, text in listed]}, receive, send))
    return status[0], passed


@pytest.mark.parametrize("path", [
    "/", "/compare", "/compare/", "/place/E12000009", "/_stcore/health", "/_stcore/host-config", f"/static/{SCRIPT}",
    "/media/0123.zip", "/favicon.png", "/ready", "/map/known.geojson"])
def test_what_the_app_uses_goes_through(path: str) -> None:
    assert asked(path)[0] == 0
    assert asked(path, "HEAD")[0] == 0


@pytest.mark.parametrize("path", [
    "/_stcore/metrics", "/_stcore/upload_file/a/b", "/_stcore/script-health-check", "/_stcore/agent/openapi.json",
    "/_stcore/agent/mcp", "/_stcore/bidi-components/a/b", "/component/a/b", "/auth/login", "/auth/logout",
    "/oauth2callback", "/app/static/a", "/compared", "/wp-login.php", "/compare/_stcore/upload_file/a/b",
    "/map/unknown.geojson", "/map/", "/place/", "/static/",
    "/static/js/index.js", f"/static/{SCRIPT}/", "/static/../index.html", "/static/js", f"/static/./{SCRIPT}",
    "/_stcore/healthy", "/_stcore", STREAM])
def test_what_it_does_not_use_is_not_there(path: str) -> None:
    assert asked(path)[0] == 404


@pytest.mark.parametrize(("path", "query", "whole"), [
    ("/compare)", "", "./compare"), ("/Compare.", "speed=30", "./compare?speed=30"), ("//compare", "", "../compare"),
    ("/compare?speed=30&hub=bristol", "", "./compare?speed=30&hub=bristol"), ("/compare\u200b>", "", "./compare"),
    ("/compare%3Fspeed%3D30", "", "./compare?speed=30"), ("/place/e12000009/..;/compare", "", ""),
    ("/wp-login.php.", "", ""), ("/map/unknown.geojson)", "", ""), ("//evil.example/compare", "", ""),
])
def test_an_address_that_a_mail_program_damaged_leads_to_its_page(path: str, query: str, whole: str) -> None:
    assert asked(path, query=query)[1].get("location", "") == whole
    assert asked(path, "POST", query)[0] in {404, 405, 413} or not whole


def test_a_page_of_another_site_may_ask_whether_it_may_ask_the_interface() -> None:
    assert [asked("/api/v1/show", method)[0] for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE")] == [
        0, 0, 0, 405, 405, 405]
    assert asked("/api/v1/show", "OPTIONS", headers=[("host", "a"), ("content-length", "5")])[0] == 413
    assert asked("/compare", "OPTIONS")[0] == 405


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW"])
def test_nothing_can_be_sent(method: str) -> None:
    assert asked("/", method)[0] == 405


@pytest.mark.parametrize("more", [("content-length", "5"), ("transfer-encoding", "chunked"), ("content-length", "x")])
def test_a_body_is_refused_unread(more: tuple[str, str]) -> None:
    assert asked("/", headers=[*SENDER.items(), more])[0] == 413
    assert asked("/", headers=[*SENDER.items(), ("content-length", "0")])[0] == 0


def test_addresses_and_headers_have_an_end() -> None:
    assert asked("/", query="a" * (LONGEST_TARGET - 1))[0] == 0
    assert asked("/", query="a" * LONGEST_TARGET)[0] == 414
    assert asked("/", headers=[*SENDER.items(), ("x", "a" * LARGEST_HEAD)])[0] == 431
    assert asked("/", headers=[*SENDER.items(), *[("x", "a")] * (LARGEST_HEAD // 2)])[0] == 431


@pytest.mark.parametrize("host", ["", "a b", "a/b", "a@b", "a:b", "<script>", "a:1:2", "a.example\nb"])
def test_a_host_that_cannot_be_is_refused(host: str) -> None:
    assert asked("/", headers=[("host", host)])[0] == 400


def test_by_default_any_one_host_will_do() -> None:
    for host in ("localhost:8501", "10.0.0.7", "[::1]:8501", "swathe.example.org"):
        assert asked("/", headers=[("host", host)])[0] == 0
    assert asked("/", headers=[])[0] == 0
    assert asked("/", headers=[("host", "a"), ("host", "b")])[0] == 400


def test_the_operator_names_the_hosts() -> None:
    hosts = ("swathe.example.org", "www.example.org")
    for host in ("swathe.example.org", "WWW.example.org:443", "localhost:8501", "127.0.0.1", "[::1]:8501"):
        assert asked("/", hosts=hosts, headers=[("host", host)])[0] == 0
    for host in ("evil.example", "swathe.example.org.evil.example", "10.0.0.7"):
        assert asked("/", hosts=hosts, headers=[("host", host)])[0] == 421
        assert asked("/ready", hosts=hosts, headers=[("host", host)])[0] == 0     # whoever watches over the app
    assert asked("/", hosts=hosts, headers=[])[0] == 400


def opened(origin: str | None, host: str = "swathe.example.org", hosts: tuple[str, ...] = ()) -> tuple[int, str]:
    headers = [("host", host), *([("origin", origin)] if origin is not None else [])]
    status, passed = asked(STREAM, kind="websocket", hosts=hosts, headers=headers)
    return status, passed.get("host", "")


@pytest.mark.parametrize("origin", [
    "https://evil.example", "http://localhost", "http://localhost:3000", "http://127.0.0.1", "null", "",
    "https://swathe.example.org:8443", "https://swathe.example.org.evil.example", "https://a@swathe.example.org",
    "file://swathe.example.org", "https://[", "https://swathe.example.org/x", "swathe.example.org"])
def test_a_websocket_of_another_site_is_refused(origin: str) -> None:
    assert opened(origin)[0] == 1008


def test_the_apps_own_pages_and_programs_open_a_websocket() -> None:
    assert opened("https://swathe.example.org") == (0, "swathe.example.org")
    assert opened("https://Swathe.Example.org", "SWATHE.example.org") == (0, "swathe.example.org")
    assert opened("http://localhost:8501", "localhost:8501") == (0, "localhost:8501")
    assert opened(None) == (0, "swathe.example.org")


def test_behind_a_proxy_that_asks_by_another_name_the_origin_is_one_of_the_hosts() -> None:
    hosts = ("swathe.example.org",)
    # Streamlit is given the name that the reader's browser knows: else it would look its own address up outside.
    assert opened("https://swathe.example.org", "127.0.0.1:8501", hosts) == (0, "swathe.example.org")
    assert opened("https://evil.example", "127.0.0.1:8501", hosts)[0] == 1008
    assert opened("https://evil.example", "swathe.example.org", hosts)[0] == 1008
    assert opened("https://swathe.example.org", "evil.example", hosts)[0] == 1008


def test_two_origins_and_other_websockets_are_refused() -> None:
    twice = [*SENDER.items(), ("origin", "https://swathe.example.org"), ("origin", "https://evil.example")]
    assert asked(STREAM, kind="websocket", headers=twice)[0] == 1008
    assert asked("/", kind="websocket")[0] == 1008
    assert asked("/_stcore/health", kind="websocket")[0] == 1008


def test_of_streamlits_routes_these_are_open_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new version of Streamlit brings new routes: they are shut until somebody has looked at them."""
    monkeypatch.setattr(Runtime, "_instance", None)     # and afterwards it is what it was
    gate = next(part for part in app.app._user_middleware if part.cls is Gate)
    built = Gate(PlainTextResponse("through"), **gate.kwargs)
    listed = [route.path for route in create_streamlit_routes(app.app._create_runtime())]
    open_ = {path for path in listed if built.refusal({
        "type": "websocket" if path == STREAM else "http", "method": "GET", "query_string": b"", "headers": [],
        "path": path.replace("{file_id:path}", "a").replace("{path:path}", "a").replace("{session_id}", "a")
                    .replace("{file_id}", "a") or "/"}) is None}
    assert open_ == {"/_stcore/health", "/_stcore/host-config", "/media/{file_id:path}", STREAM, ""}
    assert len(listed) > 10
