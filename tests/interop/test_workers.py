"""Two processes of the app behind nginx, as `geo serve --workers 2` starts them, and one of them killed."""

import asyncio
import contextlib
import http.client
import os
import secrets
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from geo.cli.nginx import write_configuration
from tests.fixtures.process import app_process, free_port, wait_until
from tests.fixtures.server import PATIENCE, Session

pytestmark = pytest.mark.interop

VISITORS = 5     # with each process
READER = "127.0.0.9"     # an address that is counted, as this machine's own is not
FRONT = "127.0.0.77"     # from which the nginx of a real server asks that of `geo serve`


@dataclass
class Serving:
    """What was started."""

    port: int
    pid: int
    log: Path

    def workers(self) -> dict[int, int]:
        """Find the processes of the app: number → port."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                command = (folder / "cmdline").read_bytes().decode().split("\0")
                if "pages.server.worker" in command and f"PPid:\t{self.pid}\n" in (folder / "status").read_text():
                    found[int(folder.name)] = int(command[command.index("--server.port") + 1])
        return found

    def folder(self) -> Path:
        said = Path(f"/proc/{next(iter(self.workers()))}/environ").read_bytes().decode().split("\0")
        return Path(next(each.partition("=")[2] for each in said if each.startswith("GEO_SERVE_FOLDER=")))

    def notes(self) -> sqlite3.Connection:
        return sqlite3.connect(f"file:{self.folder()}/notes.sqlite?mode=ro", uri=True)


def ask(
    port: int, path: str, comes_from: str = "127.0.0.1", wait: float = PATIENCE, **headers: str,
) -> tuple[int, bytes]:
    sent = {name.replace("_", "-"): text for name, text in headers.items()}
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, wait, (comes_from, 0))) as connection:
        connection.request("GET", path, headers=sent)
        answer = connection.getresponse()
        return answer.status, answer.read()


def cookie() -> str:
    return f"swathe_route={secrets.token_hex(16)}"


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    port, log = free_port(), tmp_path_factory.mktemp("serve") / "log.txt"
    command = [sys.executable, "-m", "geo", "serve", "--workers", "2", "--port", str(port)]
    with app_process(command, port, log, {"SWATHE_TRUSTED_PROXY": FRONT}) as process:
        wait_until(lambda: log.read_text().count('"event": "warm"') == 2, process, log)
        found = Serving(port, process.pid, log)
        yield found
        left, folder = found.workers(), found.folder()
    assert left
    assert not [pid for pid in left if Path(f"/proc/{pid}").exists()]
    assert not folder.parent.exists()
    assert process.returncode == 128 + signal.SIGTERM
    assert "stopped as asked" in log.read_text()
    with pytest.raises(ConnectionRefusedError):
        ask(port, "/")


@contextlib.contextmanager
def halted(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def waits(serving: Serving, path: str, comes_from: str = "127.0.0.1", **headers: str) -> bool:
    """Tell whether a request goes to a process that does not answer."""
    try:
        ask(serving.port, path, comes_from, wait=1, **headers)
    except TimeoutError:
        return True
    return False


def test_a_visit_and_an_embed_stay_with_one_process(serving: Serving) -> None:
    first, _ = serving.workers()
    visits = [{"Cookie": cookie()} for _ in range(6)] + [{"comes_from": f"127.0.8.{number}"} for number in range(1, 7)]
    paths = ("/_stcore/host-config", "/_stcore/health", "/favicon.png")
    with halted(first):
        went = [{waits(serving, path, **visit) for path in paths} for visit in visits]
    assert all(len(each) == 1 for each in went)
    assert {True, False} == set.union(*went[:6]) | set.union(*went[6:])


def test_what_one_process_handed_out_the_other_gives_too(serving: Serving) -> None:
    one, other = serving.workers().values()
    page = ask(one, "/embed?place=E07000046&by=ward&hub=exeter")[1].decode()
    names = {part.split('"')[0] for part in page.split("map/")[1:] if part.split('"')[0].endswith("json")}
    assert len(names) >= 3
    for name in names:
        assert ask(one, f"/map/{name}") == ask(other, f"/map/{name}")
        assert ask(other, f"/map/{name}")[0] == 200
    assert ask(other, "/map/place.E07000046.0123456789abcdef.geojson")[0] == 404


def test_a_client_is_counted_by_both_and_cannot_hide(serving: Serving) -> None:
    one, _ = serving.workers().values()
    asked = [f"/take/table.csv?page=explore&by=authority&minutes={minutes}" for minutes in range(60, 73)]
    told = [ask(serving.port, path, READER, Cookie=cookie(), X_Forwarded_For=f"203.0.113.{number}")[0]
            for number, path in enumerate(asked)]
    assert told == [200] * 12 + [429]
    assert ask(one, asked[-1], READER, X_Forwarded_For="203.0.113.77")[0] == 429     # nor directly
    assert ask(serving.port, asked[-1], "127.0.0.10")[0] == 200


def test_behind_the_nginx_of_a_real_server_readers_are_told_apart(serving: Serving, tmp_path: Path) -> None:
    port = free_port()
    for above in (tmp_path, *tmp_path.parents[:2]):
        above.chmod(0o711)
    write_configuration(tmp_path, [serving.port], "127.0.0.1", port, [], FRONT)
    with app_process(["/usr/sbin/nginx", "-p", f"{tmp_path}/", "-c", "nginx.conf", "-e", "stderr"], port,
                     tmp_path / "log.txt"):
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
            connection.request("GET", "/")
            cookies = connection.getresponse().headers.get_all("Set-Cookie") or []
        assert [each.partition("=")[0] for each in cookies] == ["swathe_route"]
        asked = [f"/take/table.csv?page=explore&by=authority&minutes={minutes}" for minutes in range(60, 73)]
        assert [ask(port, path, "127.0.0.11", X_Forwarded_For="203.0.113.1")[0] for path in asked] == [200] * 12 + [429]
        assert ask(port, asked[-1], "127.0.0.12")[0] == 200
        assert "Torridge" in Session.visit(port, "place=E07000046", "place").said()


async def _visit(serving: Serving, route: str, stop: asyncio.Event) -> tuple[int, set[str]]:
    """Look at a place and come back when cut off, as Streamlit’s script does; tell how often, and all that was seen."""
    headers, cut_off, seen, session = {"Cookie": route}, 0, set(), None
    while not stop.is_set():
        try:
            if session is None:
                session = await Session.open(serving.port, "place=E07000046&speed=10", "place", headers=headers)
            else:
                await session.run("place")
            seen.add("".join(each.body for each in session.elements("html")))
            await asyncio.sleep(0.3)
        except (ConnectionClosed, InvalidHandshake, ConnectionError):
            cut_off, session = cut_off + 1, None
            await asyncio.sleep(0.5)
    if session is not None:
        await session.socket.close()
    return cut_off, seen


def cookies_to(serving: Serving, process: int, wanted: bool) -> list[str]:
    """Find cookies of as many visitors that lead to a process, or to the other."""
    found: list[str] = []
    with halted(process):
        while len(found) < VISITORS:
            route = cookie()
            if waits(serving, "/_stcore/health", Cookie=route) == wanted:
                found.append(route)
    return found


def test_one_is_killed_under_load_and_its_visitors_lose_the_moment_alone(serving: Serving) -> None:
    victim, port = next(iter(serving.workers().items()))
    routes = cookies_to(serving, victim, True) + cookies_to(serving, victim, False)

    async def all_of_it() -> list[tuple[int, set[str]]]:
        stop = asyncio.Event()
        visits = [asyncio.create_task(_visit(serving, route, stop)) for route in routes]
        packer = await Session.open(port, "place=E07000046", "evidence")     # with the one that will be killed
        (button,) = [button for button in packer.elements("button") if button.label == "Make the pack"]
        making = asyncio.create_task(packer.run("evidence", button.id))
        await asyncio.sleep(4)
        assert serving.notes().execute("SELECT count(*) FROM making").fetchone() == (1,)
        os.kill(victim, signal.SIGKILL)
        with pytest.raises(ConnectionClosed):
            await making
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and "started again" not in serving.log.read_text():
            await asyncio.sleep(0.2)
        while time.monotonic() < until and not await asyncio.to_thread(_answers, port):
            await asyncio.sleep(0.5)
        await asyncio.sleep(3)
        stop.set()
        return await asyncio.gather(*visits)

    visits = asyncio.run(all_of_it())
    assert len(set.union(*(seen for _, seen in visits))) == 1     # everybody saw the same figures, before and after
    assert [cut_off for cut_off, _ in visits] == [1] * VISITORS + [0] * VISITORS
    assert set(serving.workers().values()) >= {port}
    assert victim not in serving.workers()
    # Its pack holds nobody up, and its place in the ring of addresses is as before.
    assert serving.notes().execute("SELECT count(*) FROM making").fetchone() == (0,)


def test_an_nginx_that_ends_is_started_again(serving: Serving) -> None:
    told = serving.log.read_text().count('"process": "nginx"')
    master = int((serving.folder().parent / "nginx.pid").read_text())
    os.kill(master, signal.SIGKILL)
    until = time.monotonic() + 20
    while time.monotonic() < until and serving.log.read_text().count('"process": "nginx"') < told + 2:
        time.sleep(0.1)
    while time.monotonic() < until and not _answers(serving.port):
        time.sleep(0.1)
    assert ask(serving.port, "/")[0] == 200
    assert serving.log.read_text().count('"process": "nginx"') == told + 2     # ended, and started again, once


def _answers(port: int) -> bool:
    try:
        return ask(port, "/ready", wait=5)[0] == 200
    except OSError:
        return False


def test_the_configuration_of_a_real_server_is_one_that_nginx_takes(tmp_path: Path) -> None:
    site = Path(__file__).parents[2] / "deploy" / "nginx" / "swathe.conf"
    whole = tmp_path / "nginx.conf"
    whole.write_text(f"pid {tmp_path}/pid; events {{}} http {{ include {site}; }}")
    told = subprocess.run(["/usr/sbin/nginx", "-t", "-e", "stderr", "-c", str(whole)], capture_output=True, text=True,
                          check=False)
    assert "test is successful" in told.stderr
