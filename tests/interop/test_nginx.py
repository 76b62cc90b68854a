"""Where nginx sends what is asked for: the configuration of `geo serve`, before processes that say who they are."""

import contextlib
import http.client
import json
import secrets
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from geo.cli.nginx import write_configuration
from tests.fixtures.process import free_port

pytestmark = pytest.mark.interop

PAGES = ("/", "/place?place=E07000046", "/explore", "/what_to_do", "/page-of-tomorrow?embed=false")
EMBEDS = ("/embed?place=E07000046", "/explore?embed=true", "/place?place=E07000046&embed=true")
BELONG = ("/_stcore/stream", "/_stcore/host-config", "/static/js/index.js", "/map/names.0.json", "/media/a.zip",
          "/card/a.png", "/take/table.csv?page=place", "/api/v1/show?place=E07000046", "/find.json?q=a", "/share.json",
          "/place/E07000046", "/search?q=a", "/places", "/feed/E07000046.atom", "/favicon.png", "/ready")


class _Process(ThreadingHTTPServer):
    """Stands for a process of the app: tells its number and what it was asked."""

    daemon_threads = True
    has: frozenset[str] = frozenset()     # the downloads that it made
    cookie = ""


class _Telling(BaseHTTPRequestHandler):
    server: _Process
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        length = int(self.headers.get("content-length", 0))
        path = self.path.partition("?")[0]
        made_here = path == "/media/a.zip" or path in self.server.has
        missing = path.startswith(("/media/", "/_stcore/upload_file/")) and not made_here
        if missing:     # as the app does: without reading what is sent
            self.close_connection = True
        said = json.dumps({"port": self.server.server_port, "path": self.path, "method": self.command,
                           "sent": 0 if missing else len(self.rfile.read(length)),
                           "headers": {name.lower(): text for name, text in self.headers.items()}}).encode()
        self.send_response(404 if missing else 200)
        self.send_header("Content-Length", str(len(said)))
        if self.server.cookie:
            self.send_header("Set-Cookie", self.server.cookie)
        if missing:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(said)

    do_PUT = do_GET     # noqa: N815 - the library's name

    def log_message(self, *_: object) -> None:
        pass


class Told(NamedTuple):
    """An answer through nginx."""

    status: int
    by: int     # the port of the process that gave it
    cookie: str     # all that was set
    said: dict[str, Any]


class Front(NamedTuple):
    """nginx, and the processes behind it."""

    port: int
    processes: list[_Process]

    def ask(self, path: str, come_from: str = "127.0.0.1", method: str = "GET", body: bytes | None = None,
            **headers: str) -> Told:
        sent = {name.replace("_", "-"): text for name, text in headers.items()}
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30,
                                                           source_address=(come_from, 0))) as connection:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            text = answer.read()
        said = json.loads(text) if text.startswith(b"{") else {"port": 0, "text": text.decode()}
        return Told(answer.status, said["port"], "; ".join(answer.headers.get_all("set-cookie") or []), said)


@contextlib.contextmanager
def _front(folder: Path, fronts: tuple[str, ...] = (), count: int = 2) -> Iterator[Front]:
    with contextlib.ExitStack() as stack:
        processes = [stack.enter_context(_Process(("127.0.0.1", 0), _Telling)) for _ in range(count)]
        for process in processes:
            threading.Thread(target=process.serve_forever, daemon=True).start()
            stack.callback(process.shutdown)
        port = free_port()
        folder.chmod(0o711)
        write_configuration(folder, [each.server_port for each in processes], "127.0.0.1", port, fronts, "127.0.0.2")
        nginx = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin") or ""
        running = subprocess.Popen([nginx, "-p", f"{folder}/", "-c", "nginx.conf", "-e", "stderr"])
        stack.callback(running.wait)
        stack.callback(running.terminate)
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield Front(port, processes)


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("nginx")
    for above in folder.parents[:2]:
        above.chmod(0o711)     # nginx gives up root's rights
    with _front(folder) as found:
        yield found


@pytest.fixture(autouse=True)
def _as_new(front: Front) -> None:
    for process in front.processes:
        process.has, process.cookie = frozenset(), ""


def value(told: Told) -> str:
    return told.cookie.partition("=")[2].partition(";")[0]


def test_the_first_page_sets_a_cookie_that_leads_back(front: Front) -> None:
    went = set()
    for path in PAGES * 4:
        first = front.ask(path)
        went.add(first.by)
        name, *rest = first.cookie.split("; ")
        assert rest == ["Path=/", "HttpOnly", "SameSite=Lax"]
        assert name.startswith("swathe_route=")
        assert len(value(first)) == 32
        assert set(value(first)) <= set("0123456789abcdef")
        for other in (*PAGES, *BELONG[:5], *EMBEDS):
            again = front.ask(other, Cookie=f"a=b; swathe_route={value(first)}")
            assert (again.by, again.cookie) == (first.by, ""), other
    assert len(went) == 2     # every visit by itself


def test_an_embed_and_what_belongs_to_it_go_by_the_address_and_set_no_cookie(front: Front) -> None:
    went = set()
    for number in range(2, 40):
        told = [front.ask(path, f"127.0.3.{number}") for path in EMBEDS + (BELONG if number < 6 else BELONG[:4])]
        assert {each.cookie for each in told} == {""}
        asked = {each.by for each in told}
        assert len(asked) == 1
        went |= asked
    assert len(went) == 2


@pytest.mark.parametrize("forged", ["1", "x" * 32, "F" * 32, "0" * 31, "0" * 33, "", "0" * 31 + '"'])
def test_a_cookie_that_nginx_did_not_make_is_none(front: Front, forged: str) -> None:
    told = front.ask("/", Cookie=f"swathe_route={forged}")
    assert len(value(told)) == 32
    assert value(told) != forged


def test_what_a_stranger_says_of_their_address_is_not_passed_on(front: Front) -> None:
    for name in ("X_Forwarded_For", "X_Real_IP", "Forwarded", "X_Forwarded_Proto"):
        told = front.ask("/", "127.0.4.2", **{name: "https" if name.endswith("Proto") else "203.0.113.9"})
        assert told.said["headers"]["x-forwarded-for"] == "127.0.4.2"
        assert told.said["headers"]["x-forwarded-proto"] == "http"
        assert "forwarded" not in told.said["headers"]
        assert "Secure" not in told.cookie
    embeds = {front.ask(EMBEDS[0], "127.0.4.2", X_Forwarded_For=f"203.0.113.{number}").by for number in range(20)}
    assert len(embeds) == 1


def test_a_web_server_in_front_is_believed_when_it_is_named(tmp_path: Path) -> None:
    for above in (tmp_path, *tmp_path.parents[:2]):
        above.chmod(0o711)
    with _front(tmp_path, ("127.0.5.0/24", "::1")) as front:
        asked = {"X_Forwarded_For": "203.0.113.7, 127.0.5.9", "X_Forwarded_Proto": "https"}
        named, other = (front.ask("/", come_from, **asked) for come_from in ("127.0.5.1", "127.0.6.1"))
        assert named.said["headers"]["x-forwarded-for"] == "203.0.113.7"
        assert named.said["headers"]["x-forwarded-proto"] == "https"
        assert named.cookie.endswith("; SameSite=Lax; Secure")
        assert other.said["headers"]["x-forwarded-for"] == "127.0.6.1"
        assert other.said["headers"]["x-forwarded-proto"] == "http"
        assert other.cookie.endswith("; SameSite=Lax")
        went = {front.ask(EMBEDS[0], "127.0.5.1", X_Forwarded_For=f"203.0.113.{number}").by for number in range(40)}
        assert len(went) == 2


def test_a_cookie_of_a_further_nginx_behind_is_left_alone(front: Front) -> None:
    made = f"swathe_route={'ab' * 16}; Path=/"
    for process in front.processes:
        process.cookie = made
    assert front.ask("/").cookie == made


def test_the_address_is_passed_on_as_it_is_with_the_name_that_was_asked_for(front: Front) -> None:
    path = "/card/page=place&place=E07000046%2BE07000047&name=a%26b.png?x=%20%2F"
    told = front.ask(path, Host="swathe.example.org:8080", Accept_Encoding="gzip")
    assert told.said["path"] == path
    assert told.said["headers"]["host"] == "swathe.example.org:8080"
    assert told.said["headers"]["accept-encoding"] == "gzip"


def test_a_file_that_another_process_made_is_found_there(front: Front) -> None:
    for holder in front.processes:
        holder.has = frozenset({"/media/pack.zip", "/_stcore/upload_file/session/file"})
        for _ in range(12):
            cookie = f"swathe_route={secrets.token_hex(16)}"
            assert front.ask("/media/pack.zip", Cookie=cookie).by == holder.server_port
            sent = front.ask("/_stcore/upload_file/session/file", method="PUT", body=b"x" * 10_000_000, Cookie=cookie)
            assert (sent.status, sent.by, sent.said["sent"]) == (200, holder.server_port, 10_000_000)
        holder.has = frozenset()
    # Nobody is taken for gone because of it.
    cookies = [f"swathe_route={secrets.token_hex(16)}" for _ in range(30)]
    assert front.ask("/media/none.zip").status == 404
    assert len({front.ask("/", Cookie=cookie).by for cookie in cookies}) == 2


def test_too_much_is_refused_before_it_is_read(front: Front) -> None:
    with contextlib.suppress(ConnectionError):
        told = front.ask("/_stcore/upload_file/session/file", method="PUT", body=b"x" * 12_000_000)
        assert told.status == 413


def test_a_process_that_is_gone_is_passed_over_and_so_are_all(tmp_path: Path) -> None:
    for above in (tmp_path, *tmp_path.parents[:2]):
        above.chmod(0o711)
    with _front(tmp_path) as front:
        gone, left = front.processes
        cookies = [f"swathe_route={secrets.token_hex(16)}" for _ in range(20)]
        before = [front.ask("/", Cookie=cookie).by for cookie in cookies]
        gone.shutdown()
        gone.server_close()
        after = [front.ask("/", Cookie=cookie) for cookie in cookies]
        assert {told.by for told in after} == {left.server_port}
        assert [told.by for told, then in zip(after, before, strict=True) if then == left.server_port] == [
            then for then in before if then == left.server_port]
        left.shutdown()
        left.server_close()
        told = front.ask("/")
        assert told.status == 503
        assert told.said["text"] == "Swathe is being started. Please try again in a few seconds.\n"


def test_nothing_of_readers_is_written_down(front: Front, capfd: pytest.CaptureFixture[str]) -> None:
    front.ask("/search?q=unmistakable", "127.0.7.7")
    told = capfd.readouterr()
    assert told.out + told.err == ""
