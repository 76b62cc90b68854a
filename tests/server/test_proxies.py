"""A request comes from where its connection does, unless the web server that is named says otherwise."""

import asyncio
from typing import Any

import pytest
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from geo.core.proxies import trusted_proxies
from pages.server.proxies import believe

pytestmark = pytest.mark.slow

FORGED = "203.0.113.9"


def seen(setting: str, peer: str, patch: pytest.MonkeyPatch, kind: str = "http", **headers: str) -> tuple[str, str]:
    """What the app takes for the address and the scheme of a request, as Streamlit starts uvicorn."""
    patch.setattr(ProxyHeadersMiddleware, "__init__", ProxyHeadersMiddleware.__init__)     # put back afterwards
    believe(trusted_proxies({"SWATHE_TRUSTED_PROXY": setting}))
    found: list[Any] = []

    async def app(scope: Any, _receive: object, _send: object) -> None:
        found.append((scope["client"][0], scope["scheme"]))

    scope = {"type": kind, "client": (peer, 50_000), "scheme": {"http": "http", "websocket": "ws"}[kind], "headers": [
        (name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]}
    asyncio.run(ProxyHeadersMiddleware(app, "127.0.0.1,::1")(scope, None, None))     # type: ignore[arg-type]
    return found[0]     # type: ignore[no-any-return]


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(("setting", "peer", "believed"), [
    ("", "127.0.0.1", False), ("", "::1", False), ("", "198.51.100.2", False),
    ("127.0.0.1", "127.0.0.1", True), ("127.0.0.1", "::ffff:127.0.0.1", True), ("127.0.0.1", "127.0.0.2", False),
    ("127.0.0.2", "127.0.0.1", False), ("10.0.0.0/24 ::1", "10.0.0.200", True), ("10.0.0.0/24 ::1", "10.0.1.2", False),
    ("10.0.0.0/24", "::ffff:10.0.0.3", True), ("10.0.0.0/24", "::ffff:10.0.1.3", False), ("::1", "::1", True),
    ("2001:db8::/32", "2001:db8:1::7", True), ("2001:db8::/32", "2001:db9::7", False)])
def test_the_named_web_server_alone_is_believed(
    setting: str, peer: str, believed: bool, kind: str, monkeypatch: pytest.MonkeyPatch,
) -> None:
    secure = {"http": "https", "websocket": "wss"}[kind]
    found = seen(setting, peer, monkeypatch, kind, x_forwarded_for=FORGED, x_forwarded_proto="https")
    assert found == ((FORGED, secure) if believed else (peer, secure[:-1]))


def test_the_environment_of_uvicorn_lets_nobody_else_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    assert seen("", "198.51.100.2", monkeypatch, x_forwarded_for=FORGED)[0] == "198.51.100.2"


def test_of_several_hops_the_last_that_is_not_ours_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = f"{FORGED}, 198.51.100.7, 10.0.0.3"
    assert seen("10.0.0.0/24", "10.0.0.2", monkeypatch, x_forwarded_for=asked)[0] == "198.51.100.7"
