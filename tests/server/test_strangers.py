"""The running app and strangers: what they send, ask for and open costs it next to nothing, and it calls nobody."""

import asyncio
import itertools
import json
import os
import re
import resource
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import geopandas as gpd
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from geo.edition.store import Edition
from geo.sources.catalogue import sha256_of
from tests.fixtures.process import ROOT, wait_until
from tests.fixtures.server import PATIENCE, Running, Session, running
from tests.fixtures.watched import beyond

pytestmark = pytest.mark.slow

UPLOADS, FALSE_NAMES, SESSIONS = 300, 1_000, 400
_OFFLINE = ["sh", str(ROOT / "tools" / "offline.sh")]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, tiny_written: Path) -> Iterator[Running]:
    """The app on the tiny edition, allowed 1,024 open files until it asks for more."""
    with running(tmp_path_factory.mktemp("strangers"), "-Sn 1024", SWATHE_EDITION=str(tiny_written)) as app:
        wait_until(lambda: '"event": "warm"' in app.said(), app.process, app.log)
        yield app
        assert "Traceback" not in app.said(), app.said()[-4000:]


def processor_seconds(app: Running) -> float:
    spent = Path(f"/proc/{app.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(spent[11]) + int(spent[12])) / os.sysconf("SC_CLK_TCK")


def test_uploads_of_strangers_leave_the_memory_as_it_was(app: Running) -> None:
    """They have a session and the token that Streamlit asks for; no page has asked for a file."""
    session = Session.visit(app.port, page="accessibility")
    number = re.search(r'session_id: "([^"]+)"', session.said())
    assert number
    with app.connection() as connection:
        connection.request("GET", "/_stcore/health")
        cookie = connection.getresponse().headers["set-cookie"].partition(";")[0]
    headers = {"Cookie": cookie, "X-Xsrftoken": cookie.partition("=")[2],
               "Content-Type": "multipart/form-data; boundary=part"}
    body = (b'--part\r\nContent-Disposition: form-data; name="a"; filename="a.bin"\r\n\r\n'
            + os.urandom(900_000) + b"\r\n--part--\r\n")
    before, statuses = app.memory(), []
    for name in range(UPLOADS):
        with socket.create_connection(("127.0.0.1", app.port), PATIENCE) as sent:
            head = [f"PUT /_stcore/upload_file/{number[1]}/{name} HTTP/1.1", "Host: localhost",
                    *(f"{key}: {text}" for key, text in headers.items()), f"Content-Length: {len(body)}"]
            try:
                sent.sendall("\r\n".join([*head, "", ""]).encode() + body)
            except OSError:
                statuses.append("closed")     # before all was sent: that is allowed
                continue
            statuses.append(sent.recv(12).decode())
    assert set(statuses) <= {"HTTP/1.1 404", "closed", ""}, set(statuses)
    assert app.memory() - before < 20


def test_of_many_files_that_the_app_asked_for_one_is_held(app: Running) -> None:
    """A program asks for an address each time, as the app's script does, and sends as much as may be sent."""
    with app.connection() as connection:
        connection.request("GET", "/_stcore/health")
        cookie = connection.getresponse().headers["set-cookie"].partition(";")[0]
    headers = {"Cookie": cookie, "X-Xsrftoken": cookie.partition("=")[2],
               "Content-Type": "multipart/form-data; boundary=part"}
    body = (b'--part\r\nContent-Disposition: form-data; name="a"; filename="a.csv"\r\n\r\n'
            + os.urandom(9_900_000) + b"\r\n--part--\r\n")

    def put(address: str) -> int:
        with app.connection() as connection:
            connection.request("PUT", address, body, headers)
            return connection.getresponse().status

    async def send_many() -> list[int]:
        session = await Session.open(app.port, page="accessibility")
        number, statuses = re.search(r'session_id: "([^"]+)"', session.said()), []
        assert number
        for _ in range(30):
            message = BackMsg()
            message.file_urls_request.session_id = number[1]
            message.file_urls_request.file_names.append("a.csv")
            await session.socket.send(message.SerializeToString())
            told = ForwardMsg()
            while told.WhichOneof("type") != "file_urls_response":
                told.ParseFromString(await session.socket.recv(decode=False))
            statuses.append(await asyncio.to_thread(put, told.file_urls_response.file_urls[0].upload_url))
        await session.socket.close()
        return statuses

    before = app.memory()
    assert set(asyncio.run(send_many())) == {204}
    assert app.memory() - before < 80


def test_false_names_of_maps_cost_nothing(app: Running) -> None:
    options = itertools.product(("london", "exeter"), ("train", "door"), ("car", "walk"))
    stems = [f"areas.{hub}.{clock}.{access}.ons-2020" for hub, clock, access in options]
    stems += [f"places.ward.{stem.partition('.')[2]}" for stem in stems] + ["place.E06000002+E07000001", "authorities"]
    before, memory = processor_seconds(app), app.memory()
    with app.connection() as connection:
        for number in range(FALSE_NAMES):
            connection.request("GET", f"/map/{stems[number % len(stems)]}.{number:016x}.geojson")
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 404
    assert processor_seconds(app) - before < 1
    assert app.memory() - memory < 5


def test_answers_on_one_connection_do_not_wait_for_one_another(app: Running) -> None:
    took = []
    with app.connection() as connection:
        for _ in range(30):
            start = time.perf_counter()
            connection.request("GET", "/_stcore/health")
            connection.getresponse().read()
            took.append(time.perf_counter() - start)
    assert sorted(took)[len(took) // 3] < 0.03     # 0.04 seconds each, while the end of an answer waited


def test_hundreds_of_sessions_live_where_few_files_are_allowed(app: Running) -> None:
    if resource.getrlimit(resource.RLIMIT_NOFILE)[1] < 4 * SESSIONS + 200:
        pytest.skip("this machine allows too few open files, and the app cannot ask for more")

    async def crowd() -> None:
        before = app.open_files()
        async with AsyncExitStack() as crowded:
            sockets = [await crowded.enter_async_context(connect(
                f"ws://127.0.0.1:{app.port}/_stcore/stream", subprotocols=[Subprotocol("streamlit")],
                open_timeout=PATIENCE)) for _ in range(SESSIONS)]
            assert app.open_files() > max(1024, before + SESSIONS)
            reader = await Session.open(app.port, page="accessibility")
            await reader.socket.close()
            assert "How accessible this website is" in reader.said()
            assert app.ask("/ready")[0] == 200
            for one in sockets:
                await (await one.ping())

    mine = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (mine[1], mine[1]))
    try:
        asyncio.run(crowd())
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, mine)


@pytest.mark.parametrize("origin", ["http://evil.example", "http://8.8.8.8", "http://localhost:1", "null"])
def test_other_sites_open_no_session_and_nobody_is_asked_who_they_are(app: Running, origin: str) -> None:
    start = time.perf_counter()
    with pytest.raises(InvalidStatus) as refused:
        Session.visit(app.port, origin=origin)
    assert refused.value.response.status_code == 403
    assert time.perf_counter() - start < 1
    Session.visit(app.port, page="accessibility", origin=f"http://127.0.0.1:{app.port}")
    assert app.called() == []


def test_heads_that_do_not_end_are_cut_off(app: Running) -> None:
    with socket.create_connection(("127.0.0.1", app.port), PATIENCE) as stranger:
        stranger.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 200_000)
        assert stranger.recv(12) == b"HTTP/1.1 400"


def test_the_log_is_lines_of_json_without_addresses_or_typed_text(app: Running) -> None:
    Session.visit(app.port, "place=E06000002", "accessibility")
    with pytest.raises(InvalidStatus):
        Session.visit(app.port, origin="http://evil.example")
    app.ask("/find.json?q=unmistakable", headers={"X-Forwarded-For": "203.0.113.7"})
    app.ask("/search?q=unmistakable")
    app.ask("/place/unmistakable")
    lines = [json.loads(line) for line in app.said().splitlines() if line.startswith("{")]
    assert {"start", "ready", "request", "request refused", "session", "session refused"} <= {
        line["event"] for line in lines}
    assert [line["page"] for line in lines if line["event"] == "request" and line["page"] != "map"][-2:] == [
        "find.json", "search"]
    said = app.said().replace("URL: http://localhost", "")
    for private in ("unmistakable", "203.0.113", "127.0.0.1", "::1", "evil.example", "8.8.8.8", "E06000002"):
        assert private not in said


@pytest.mark.parametrize("wrong", ["missing", "changed", "edited by hand"])
def test_without_its_edition_the_app_is_not_ready_and_no_answer_says_where_it_lies(
    tmp_path: Path, tiny_written: Path, wrong: str,
) -> None:
    folder = tmp_path / "private" / "edition"
    if wrong != "missing":
        shutil.copytree(tiny_written, folder)
        places = folder / "places.parquet"
        if wrong == "changed":
            places.write_bytes(places.read_bytes()[:-1])
        else:     # a sound edition of other figures, under the id of the old ones
            table = gpd.read_parquet(places)
            table.assign(name="Atlantis").to_parquet(places)
            manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
            manifest["files"][places.name] = sha256_of(places)
            (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with running(tmp_path, SWATHE_EDITION=str(folder)) as app:
        app.ready()
        status, said = app.ask("/ready")
        assert (status, said[:26]) == (503, "There is no data to show: ")
        assert ("they were changed after the build" in said) == (wrong == "edited by hand")
        answers = [said, *(app.ask(path)[1] for path in (
            "/", "/place", "/place/E06000052", "/places", "/search?q=a", "/find.json?q=a", "/map/picture-light.png",
            "/map/x", "/nowhere"))]
        session = Session.visit(app.port)
        assert "There is no data to show: edition" in session.said()
        assert app.ask("/_stcore/health")[0] == 200
        assert str(folder) in app.said()     # whoever runs it is told
        for answer in (*answers, session.said()):
            assert str(tmp_path) not in answer
            assert str(ROOT) not in answer


def test_the_readiness_names_the_edition(app: Running, tiny_edition: Edition) -> None:
    assert app.ask("/ready") == (200, tiny_edition.id)


def test_nothing_leaves_the_machine(tmp_path: Path, tiny_written: Path) -> None:
    """Start, every page, a pack and other sites; where the system lets us, in a namespace that has no route."""
    alone = subprocess.run([*_OFFLINE, "true"], capture_output=True, check=False).returncode == 0
    visits = [sys.executable, "-m", "tests.fixtures.visits", str(tmp_path)]
    told = subprocess.run(
        [*(_OFFLINE if alone else []), *visits], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "SWATHE_EDITION": str(tiny_written)})
    assert told.returncode == 0, told.stderr
    seen = json.loads(told.stdout)
    assert seen["called"] == []
    assert [line for line in seen["said"] if line.endswith(": False")] == []
    assert "pack: 200" in seen["said"]
    assert len([line for line in seen["said"] if line.endswith(": 403")]) == 3


def test_a_call_would_be_seen(tmp_path: Path) -> None:
    calls = tmp_path / "calls.txt"
    code = ("import socket, sys; from pathlib import Path; from tests.fixtures.watched import watch; "
            "watch(Path(sys.argv[1])); udp = socket.socket(type=socket.SOCK_DGRAM); udp.connect_ex(('192.0.2.1', 9)); "
            "socket.create_server(('127.0.0.1', 0)); socket.getaddrinfo('localhost', 80); "
            "socket.getaddrinfo('swathe.invalid', 80)")
    subprocess.run([sys.executable, "-c", code, str(calls)], cwd=ROOT, capture_output=True, check=False)
    assert calls.read_text().splitlines() == [
        "socket.connect ('192.0.2.1', 9)", "socket.getaddrinfo swathe.invalid"]
    asked = ("", "localhost", "127.0.0.1", "::1", "::", "192.0.2.1", "a.example", "fe80::1%a")
    assert [host for host in asked if beyond(host)] == ["192.0.2.1", "a.example", "fe80::1%a"]
