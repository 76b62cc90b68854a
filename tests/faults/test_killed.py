"""Processes that are killed in the middle: what stood there stands there, the rest is hidden and swept by the next."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from geo.core.locks import WORKPLACE
from geo.edition.store import load_edition, save_edition
from tests.fixtures.publisher import census_zip, with_ranges
from tests.fixtures.server import Session, running
from tests.fixtures.tiny_edition import tiny_manifest, tiny_tables

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")]

BUILD = """
import sys, time
import geo.edition.store
from pathlib import Path
from tests.fixtures.tiny_edition import tiny_manifest, tiny_tables

geo.edition.store.content_hash = lambda *_: time.sleep(60)
geo.edition.store.save_edition(Path(sys.argv[1]), "other", tiny_tables(), tiny_manifest())
"""


def killed(program: list[str], is_time: Callable[[], bool], **environment: str) -> None:
    """Run a program, and kill it and all that it started once it is time."""
    with subprocess.Popen(
        program, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    ) as process:
        until = time.monotonic() + 60
        while not is_time():
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.005)
        os.killpg(process.pid, signal.SIGKILL)


def test_a_build_that_is_killed_leaves_the_edition_and_the_next_clears_up(tiny_folder: Path) -> None:
    before, beside = load_edition(tiny_folder).id, tiny_folder.parent
    killed([sys.executable, "-c", BUILD, str(tiny_folder)], lambda: any(beside.glob(".tiny-new-*/areas.parquet")))
    assert load_edition(tiny_folder).id == before
    left = {path.name for path in beside.iterdir()} - {"tiny"}
    assert len(left) == 2
    assert all(name.startswith(".tiny") for name in left)
    save_edition(tiny_folder, "newest", tiny_tables(), tiny_manifest())
    assert load_edition(tiny_folder).id.startswith("newest-")
    assert list(beside.iterdir()) == [tiny_folder]


UPDATE = """
import sys, time
import geo.cli.update, geo.edition.store
from geo.__main__ import main
from tests.fixtures.tiny_edition import tiny_manifest, tiny_tables

def build(source, out, name, *, area, accept_partial, judge, spread):
    return geo.edition.store.save_edition(out, name, tiny_tables(), tiny_manifest(), judge)

geo.cli.update.fetch_all, geo.cli.update.build_edition = lambda *_: [], build
if sys.argv[1] == "slow":
    geo.edition.store.content_hash = lambda *_: time.sleep(60)
sys.exit(main(["update", "--into", ".", "--accept", "--name", "next", *sys.argv[2:]]))
"""


@pytest.mark.parametrize("option", ["--edition", "--editions"])
def test_an_update_that_is_killed_leaves_the_edition_and_the_next_clears_up(tiny_folder: Path, option: str) -> None:
    before, beside = load_edition(tiny_folder).id, tiny_folder.parent
    words = [option, str(tiny_folder if option == "--edition" else beside)]
    killed([sys.executable, "-c", UPDATE, "slow", *words], lambda: any(beside.glob(".*-new-*/areas.parquet")))
    assert load_edition(tiny_folder).id == before
    left = {path.name[0] + path.suffix for path in beside.iterdir() if path != tiny_folder}
    assert left == {".", "..lock"}
    done = subprocess.run([sys.executable, "-c", UPDATE, "quick", *words], cwd=ROOT, check=False, capture_output=True,
                          env={**os.environ, "PYTHONPATH": str(ROOT)})
    there = {path.name: load_edition(path).id.startswith("next-") for path in beside.iterdir()}
    if option == "--edition":
        assert (done.returncode, there) == (0, {"tiny": True})
    else:       # no figure differs from those that lie there, so nothing is added
        assert (done.returncode, there) == (0, {"tiny": False})


def test_a_fetch_that_is_killed_is_gone_on_with(
    tmp_path: Path, publisher: HTTPServer, call: Callable[..., tuple[int, str, str]],
) -> None:
    data, over, asked = census_zip("ts001"), threading.Event(), []

    def half_the_first_time(request: Request) -> Response:
        asked.append(request.headers.get("Range"))
        if len(asked) > 1:
            return with_ranges(data)(request)

        def body() -> Iterator[bytes]:
            yield data[:20_000]
            over.wait(30)

        return Response(body(), headers={"Content-Length": str(len(data)), "ETag": '"v1"'})

    publisher.expect_request("/file.zip").respond_with_handler(half_the_first_time)
    folder, part = tmp_path / "files", tmp_path / "files/.file.zip.part"
    words = ["fetch", "census-residents", "--into", str(folder), "--address",
             f"census-residents={publisher.url_for('/file.zip')}"]
    killed([sys.executable, "-m", "geo", *words], lambda: part.is_file() and part.stat().st_size > 0)
    over.set()
    had = part.stat().st_size
    assert all(path.name.startswith(".") or path.name == "fetched.json" for path in folder.iterdir())
    (folder / ".fetched.json.new").write_text("{")     # as where it was killed while it noted something
    assert call(*words)[0] == 0
    assert asked == [None, f"bytes={had}-"]
    assert (folder / "file.zip").read_bytes() == data
    assert sorted(path.name for path in folder.iterdir()) == ["fetched.json", "file.zip"]


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="children are looked up as Linux tells them")
@pytest.mark.parametrize("all_of_it", [True, False])     # while a brief is written, and while some are made
def test_briefs_that_are_killed_are_whole_or_not_there_and_the_next_batch_clears_up(
    tmp_path: Path, tiny_written: Path, all_of_it: bool,
) -> None:
    out, temporary, log = tmp_path / "briefs", tmp_path / "tmp", tmp_path / "log"
    temporary.mkdir()
    command = [sys.executable, "-m", "geo", "pack", "--every", "ward", "--out", str(out), "--edition",
               str(tiny_written)]
    given = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)}
    with log.open("wb") as said, subprocess.Popen(command, cwd=tmp_path, env=given, stderr=said) as process:
        begun = (out, "*.p*") if all_of_it else (temporary, f"{WORKPLACE}*/*")
        while not any(begun[0].glob(begun[1])):
            assert process.poll() is None
            time.sleep(0.005)
        workers = [int(child) for thread in Path(f"/proc/{process.pid}/task").iterdir()
                   for child in (thread / "children").read_text().split()]
        for each in [process.pid, *(workers if all_of_it else ())]:
            os.kill(each, signal.SIGKILL)
    until = time.monotonic() + 60
    while any(runs(worker) for worker in workers):     # they end by themselves
        assert time.monotonic() < until
        time.sleep(0.05)
    assert log.read_bytes() == b""
    for path in out.iterdir():
        assert path.name.startswith(".") or path.read_bytes().rstrip().endswith(b"%%EOF")
    assert all_of_it or list(temporary.iterdir()) == []
    time.sleep(1.1)     # what is older than that, and whose process has ended, is left
    done = subprocess.run([*command, "--json"], cwd=tmp_path, env=given, check=False, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    assert {str(path) for path in out.iterdir()} == set(json.loads(done.stdout))
    assert list(temporary.iterdir()) == []


def runs(process: int) -> bool:
    """Tell whether a process is more than an entry that nobody has asked for yet."""
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False


def test_a_pack_that_is_killed_leaves_the_earlier_one(tmp_path: Path, tiny_written: Path) -> None:
    pack, temporary = tmp_path / "pack.zip", tmp_path / "tmp"
    pack.write_bytes(b"earlier")
    temporary.mkdir()
    command = [sys.executable, "-m", "geo", "pack", "E07000001", "--edition", str(tiny_written), "--out", str(pack)]
    killed(command, lambda: any(temporary.glob(f"{WORKPLACE}*/*")), TMPDIR=str(temporary))
    assert pack.read_bytes() == b"earlier"
    assert all(path.name.startswith(".") for path in temporary.iterdir())
    assert {path.name for path in tmp_path.iterdir()} == {"pack.zip", "tmp"}
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "TMPDIR": str(temporary)}, check=False)
    assert done.returncode == 0
    assert pack.read_bytes().startswith(b"PK")
    assert list(temporary.iterdir()) == []


@pytest.mark.interop
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_an_app_that_is_stopped_ends_and_starts_again(tmp_path: Path, tiny_written: Path, number: int) -> None:
    """Without a home, from which Streamlit, Matplotlib and Fontconfig would like to have files, and without checks."""
    none = "/proc/none"
    for _ in range(2):
        with running(tmp_path, SWATHE_EDITION=str(tiny_written), HOME=none, XDG_CACHE_HOME=none,
                     PYTHONOPTIMIZE="1") as app:
            app.ready()
            assert not Session.visit(app.port, "place=E06000002", "place").elements("exception")
            app.process.send_signal(number)
            app.process.wait(timeout=30)
            assert "Traceback" not in app.said()
