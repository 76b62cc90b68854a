"""Commands that are stopped or cannot write: one line, an exit code that says so, nothing half-written."""

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from geo.__main__ import main
from geo.cli.stopping import Stopped, stopped_tidily
from geo.core.errors import EditionError
from geo.edition.store import load_edition, save_edition
from tests.fixtures.publisher import census_zip
from tests.fixtures.tiny_edition import tiny_manifest, tiny_tables

ROOT = Path(__file__).parents[1]
STOPS = [(signal.SIGINT, 130), (signal.SIGTERM, 143)]

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of POSIX")]

SLOW_BUILD = """
import signal, sys, threading, time
signal.signal(signal.SIGINT, signal.default_int_handler)    # what a shell runs in the background ignores it
threading.Thread(target=time.sleep, args=(60,)).start()    # a library's, which does not let the interpreter end
import geo.cli.editions, geo.cli.update, geo.edition.store
from geo.__main__ import main
from tests.fixtures.tiny_edition import tiny_manifest, tiny_tables

def build(source, out, name, *, area, accept_partial, judge=None, spread=None):
    return geo.edition.store.save_edition(out, name, tiny_tables(), tiny_manifest(), judge)

geo.cli.editions.build_edition = geo.cli.update.build_edition = build
geo.cli.update.fetch_all = lambda *_: []
geo.edition.store.content_hash = lambda *_: time.sleep(60)
options = ["update", "--into", ".", "--edition"] if sys.argv[2:] else ["build", "--from", ".", "--out"]
sys.exit(main([*options, sys.argv[1]]))
"""

BATCH = """
import signal, sys
from geo.__main__ import main

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(main(["pack", "--every", "ward", "--out", sys.argv[1], "--edition", sys.argv[2]]))
"""


FETCH = """
import signal, sys
from geo.__main__ import main
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.exit(main(["fetch", "census-residents", "--into", sys.argv[1], "--address", f"census-residents={sys.argv[2]}"]))
"""


def stopped(program: list[str], number: int, is_time, later: float = 0.0) -> tuple[int, str]:
    """Run a program in a session of its own, and stop it once it is time, or seconds later: its exit code and error."""
    process = subprocess.Popen(program, cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True,
                               env={**os.environ, "PYTHONPATH": str(ROOT)})
    try:
        for _ in range(30_000):
            if is_time() or process.poll() is not None:
                break
            time.sleep(0.002)
        time.sleep(later)
        os.killpg(process.pid, number)
        _, said = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    return process.returncode, said


@pytest.mark.parametrize(("number", "code"), STOPS)
def test_a_fetch_that_is_stopped_keeps_what_came_for_the_next(tmp_path: Path, number: int, code: int) -> None:
    data, began, over = census_zip("ts001"), threading.Event(), threading.Event()

    def half(_request: Request) -> Response:
        def body() -> Iterator[bytes]:
            yield data[:20_000]
            began.set()
            over.wait(30)

        return Response(body(), headers={"Content-Length": str(len(data)), "ETag": '"v1"'})

    with HTTPServer(threaded=True) as server:
        server.expect_request("/file.zip").respond_with_handler(half)
        part = tmp_path / "files/.file.zip.part"
        found = stopped([sys.executable, "-c", FETCH, str(tmp_path / "files"), server.url_for("/file.zip")], number,
                        lambda: began.is_set() and part.is_file(), later=0.2)
        over.set()
    assert found == (code, "python -m geo fetch: stopped as asked; what was not finished was not written\n")
    assert data.startswith(part.read_bytes())
    assert sorted(path.name for path in part.parent.iterdir()) == [".file.zip.part", "fetched.json"]


def test_what_ignores_ctrl_c_goes_on_ignoring_it() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with stopped_tidily():
            signal.raise_signal(signal.SIGINT)
            assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize(("number", "code"), STOPS)
@pytest.mark.parametrize("command", ["build", "update"])
def test_a_build_that_is_stopped_while_it_writes_leaves_what_stood_there(
    tmp_path: Path, tiny_folder: Path, number: int, code: int, command: str,
) -> None:
    folder, before = tmp_path / "another" if command == "build" else tiny_folder, load_edition(tiny_folder).id
    program = [sys.executable, "-c", SLOW_BUILD, str(folder), *(["update"] if command == "update" else [])]
    found = stopped(program, number, lambda: any(tmp_path.glob(".*-new-*/areas.parquet")))
    assert found == (code, f"python -m geo {command}: stopped as asked; what was not finished was not written\n")
    assert list(tmp_path.iterdir()) == [tiny_folder]
    assert load_edition(tiny_folder).id == before


@pytest.mark.parametrize("later", [0.0, 0.01, 3.0])     # while its processes start, and while they make briefs
@pytest.mark.parametrize(("number", "code"), STOPS)
def test_a_batch_that_is_stopped_leaves_whole_briefs_alone(
    tmp_path: Path, tiny_written: Path, number: int, code: int, later: float,
) -> None:
    script, out = tmp_path / "batch.py", tmp_path / "briefs"
    script.write_text(BATCH)
    found = stopped([sys.executable, str(script), str(out), str(tiny_written)], number, out.is_dir, later)
    assert found == (code, "python -m geo pack: stopped as asked; what was not finished was not written\n")
    assert [path.name for path in out.iterdir() if path.name.startswith(".")] == []


def test_clearing_up_is_not_itself_stopped() -> None:
    before = signal.getsignal(signal.SIGTERM)
    cleared = False
    with pytest.raises(Stopped) as told, stopped_tidily():  # noqa: PT012
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(10)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)
            os.kill(os.getpid(), signal.SIGINT)
            cleared = True
    assert (told.value.exit_code, cleared) == (143, True)
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize(("code", "cure"), [
    (errno.ENOSPC, "make room, or give another --out"), (errno.EDQUOT, "make room, or give another --out"),
    (errno.EROFS, "give another --out"), (errno.EFBIG, "raise the limit (ulimit -f), or give another --out"),
])
def test_a_disk_that_takes_no_more_is_named_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, cure: str,
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("geo.edition.store.pq.write_table", fails)
    with pytest.raises(EditionError) as told:
        save_edition(tmp_path / "edition", "tiny", tiny_tables(), tiny_manifest())
    assert str(told.value) == f"{tmp_path / 'edition'} cannot be written ({os.strerror(code)}): {cure}"
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    program = f"""
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (3_000, 3_000))
{SLOW_BUILD.replace("args=(60,)", "args=(0,)").replace("content_hash = lambda *_: time.sleep(60)", "x = 0")}"""
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path / "edition")], cwd=ROOT, capture_output=True,
                          text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(f"python -m geo build: {tmp_path / 'edition'} cannot be written (File too large): r")
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [
    ("build", "--from", ".", "--out", "{}/file"), ("build", "--from", ".", "--out", "{}/file/edition"),
    ("build", "--from", "{}/file", "--out", "{}/edition"), ("pack", "Torridge", "--out", "{}/none/pack.zip"),
    ("pack", "--every", "county", "--out", "{}/file"), ("check", "{}/file"), ("verify", "{}/file"),
])
def test_a_target_that_is_something_else_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...],
) -> None:
    (tmp_path / "file").write_text("mine")
    code = main([word.format(tmp_path) for word in words])
    said = capsys.readouterr().err
    assert (code, said.count("\n")) == (2, 1)
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_an_edition_that_does_not_hold_exits_1(
    tiny_folder: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...],
) -> None:
    manifest = tiny_folder / "manifest.json"
    whole = manifest.read_text()
    manifest.write_text(whole.replace('"id": "tiny-', '"id": "tiny-0'))
    assert main(["check", str(tiny_folder), *words]) == 1
    said = capsys.readouterr()
    assert "its figures make it tiny-" in said.err
    assert ("problems" in said.out) == bool(words)
    manifest.write_text(whole)
    (tiny_folder / "reach.parquet").unlink()
    assert main(["check", str(tiny_folder)]) == 1
    assert main(["show", "E07000001", "--edition", str(tiny_folder)]) == 2
    manifest.unlink()
    assert main(["check", str(tiny_folder)]) == 2
