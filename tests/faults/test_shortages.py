"""Full disks, small limits, short memory: one clear line, exit code 2, and what stood there before stands there."""

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pytest
from pytest_httpserver import HTTPServer

from geo.__main__ import main
from geo.core.errors import PlaceError, TemporaryError
from geo.core.locks import WORKPLACE, workplace
from geo.core.shortage import FILES, MEMORY, THREADS, no_room, shortage
from geo.pack import batch
from tests.fixtures.publisher import census_zip, with_ranges

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")]


def limited(folder: Path, limit: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command under limits of the shell's, with a temporary folder inside a folder."""
    (folder / "tmp").mkdir(exist_ok=True)
    return subprocess.run(
        ["sh", "-c", f'{limit}; exec "$@"', "sh", sys.executable, "-m", "geo", *words], cwd=folder, text=True,
        capture_output=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder / "tmp"), "MPLCONFIGDIR": str(folder / "mpl")})


def ends_in_one_line(done: subprocess.CompletedProcess[str], folder: Path, output: str) -> str:
    """Check that nothing was written, and return the line."""
    assert (done.returncode, done.stdout) == (2, ""), done
    assert done.stderr.count("\n") == 1, done.stderr
    assert list((folder / "tmp").iterdir()) == []
    stands = {path.name for path in folder.iterdir()} - {"tmp", "mpl", "edition", "tiny"}
    assert stands == ({output} if output else set())
    return done.stderr


@pytest.fixture
def before(tmp_path: Path) -> bytes:
    """What an earlier run wrote."""
    (tmp_path / "out.pdf").write_bytes(b"earlier")
    return b"earlier"


@pytest.mark.parametrize(("limit", "said"), [
    ("ulimit -f 1", "the temporary folder cannot be written to (File too large): make room there, or name another in"),
    ("ulimit -v 1000000", MEMORY),
])
def test_a_sheet_under_a_limit(tmp_path: Path, tiny_written: Path, before: bytes, limit: str, said: str) -> None:
    done = limited(tmp_path, limit, "sheet", "E07000001", "--edition", str(tiny_written), "--out", "out.pdf")
    assert ends_in_one_line(done, tmp_path, "out.pdf").startswith(f"python -m geo sheet: {said}")
    assert (tmp_path / "out.pdf").read_bytes() == before


@pytest.mark.parametrize(("limit", "why"), [
    ("ulimit -n 12", FILES), ("ulimit -f 1", "the temporary folder cannot be written to (File too large): make room"),
])
def test_briefs_under_a_limit(tmp_path: Path, tiny_written: Path, limit: str, why: str) -> None:
    done = limited(tmp_path, limit, "pack", "--every", "authority", "--out", "out", "--edition", str(tiny_written))
    said = ends_in_one_line(done, tmp_path, "out")
    assert said.startswith("python -m geo pack: 0 of 2 written to out; not made: E06000002: ")
    assert said.count(f": {why}") == 2
    assert list((tmp_path / "out").iterdir()) == []


def test_a_process_that_cannot_be_started_harms_no_other(
    tmp_path: Path, tiny_written: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:
    started, start = [], batch.Popen

    def only_one(*given: object, **more: object) -> object:
        started.append(1)
        if len(started) > 1:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        return start(*given, **more)

    monkeypatch.setattr(batch, "Popen", only_one)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1, 2})
    assert main(["pack", "--every", "ward", "--out", str(tmp_path), "--edition", str(tiny_written)]) == 0
    assert len(started) == 3
    assert capsys.readouterr() == (f"5 written to {tmp_path}\n", "")


@pytest.mark.parametrize(("limit", "said"), [
    ("ulimit -n 6", (FILES,)), ("ulimit -n 7", (FILES,)),
    ("ulimit -f 20", ("out cannot be written (File too large): raise the limit (ulimit -f), or",
                      no_room(OSError(errno.EFBIG, "")))),      # of what is compiled and kept, the first time
])
def test_a_build_under_a_limit(tmp_path: Path, small_data: Path, limit: str, said: tuple[str, ...]) -> None:
    done = limited(tmp_path, limit, "build", "--from", str(small_data), "--out", "out")
    line = ends_in_one_line(done, tmp_path, "")
    assert line.startswith(tuple(f"python -m geo build: {words}" for words in said))


@pytest.mark.parametrize(("limit", "why", "there"), [
    ("ulimit -f 20", "larger than a file may be in out: raise the limit (ulimit -f), or give another --into",
     [".file.zip.part", "fetched.json"]),
    ("ulimit -n 6", FILES, []),
])
def test_a_fetch_under_a_limit(
    tmp_path: Path, publisher: HTTPServer, limit: str, why: str, there: list[str],
) -> None:
    data = census_zip("ts001")
    publisher.expect_request("/file.zip").respond_with_handler(with_ranges(data))
    words = ("fetch", "census-residents", "--into", "out", "--address",
             f"census-residents={publisher.url_for('/file.zip')}")
    done = limited(tmp_path, limit, *words)
    assert (done.returncode, done.stderr) == (1, "python -m geo fetch: 1 file could not be had: file.zip\n")
    assert f": {why}; without it: " in done.stdout
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == there
    assert limited(tmp_path, ":", *words).returncode == 0
    assert (tmp_path / "out/file.zip").read_bytes() == data
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["fetched.json", "file.zip"]


def test_an_answer_for_which_memory_is_too_short(tmp_path: Path, tiny_written: Path) -> None:
    done = limited(tmp_path, "ulimit -v 400000", "show", "E07000001", "--edition", str(tiny_written))
    assert ends_in_one_line(done, tmp_path, "") == f"python -m geo show: {MEMORY}\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux's")
def test_an_answer_that_cannot_be_written(tmp_path: Path, tiny_written: Path) -> None:
    done = limited(tmp_path, "exec >/dev/full", "show", "E07000001", "--edition", str(tiny_written))
    assert "a disk is full: make room" in ends_in_one_line(done, tmp_path, "")


@pytest.mark.parametrize("command", ["build", "update", "pack", "sheet", "verify"])
def test_heavy_commands_are_refused_before_a_library_ends_them(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str,
) -> None:
    words = {"build": ["--from", ".", "--out", str(tmp_path / "x")], "update": ["--into", str(tmp_path / "x")],
             "pack": ["Torridge", "--out", str(tmp_path / "x")], "sheet": ["Torridge", "--out", str(tmp_path / "x")],
             "verify": ["x.zip"]}
    monkeypatch.setattr("geo.core.shortage.resource.getrlimit", lambda _: (2_000_000_000, 2_000_000_000))
    assert main([command, *words[command]]) == 2
    assert capsys.readouterr().err == f"python -m geo {command}: {MEMORY}\n"
    assert list(tmp_path.iterdir()) == []


def raised(*errors: BaseException) -> BaseException:
    """Give the last of some errors, each raised while the one before it was handled."""
    for earlier, error in pairwise(errors):
        error.__context__ = earlier
    return errors[-1]


@pytest.mark.parametrize(("error", "said"), [
    (MemoryError(), MEMORY), (pa.ArrowMemoryError("malloc of size 64 failed"), MEMORY),
    (raised(MemoryError(), KeyError()), MEMORY),
    (OSError(errno.EMFILE, "Too many open files"), FILES), (ConnectionError("[Errno 24] Too many open files"), FILES),
    (OSError(errno.ENOMEM, "Cannot allocate memory"), MEMORY), (RuntimeError("can't start new thread"), THREADS),
    (ImportError("libx.so: failed to map segment from shared object"), MEMORY),
    (pa.ArrowException("Unknown error: Failed to launch worker thread: Resource temporarily unavailable"), THREADS),
    (SystemError("<function f> returned NULL without setting an exception"), MEMORY),
    (ValueError("bad number"), ""), (KeyError("out"), ""), (PlaceError("no place called ‘out of memory’"), ""),
    (OSError(errno.ENOSPC, "No space left on device"), ""),
])
def test_what_was_lacking_is_known_wherever_it_shows(error: BaseException, said: str) -> None:
    assert shortage(error) == said


def test_an_error_of_the_program_itself_is_not_taken_for_a_shortage(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*_: object) -> None:
        raise KeyError("wrong")

    monkeypatch.setattr("geo.cli.answers.search", wrong)
    with pytest.raises(KeyError):
        main(["search", "Torridge"])


@pytest.mark.parametrize("fault", [
    shutil.rmtree, lambda folder: (shutil.rmtree(folder), folder.write_text("a file")),
])
def test_a_temporary_folder_that_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Callable[[Path], object],
) -> None:
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    fault(folder)
    with pytest.raises(TemporaryError, match="the temporary folder cannot be written to"), workplace():
        pytest.fail("there is none")


def test_a_temporary_folder_that_is_full_is_left_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    def fill() -> None:
        with workplace() as folder:
            assert folder.name.startswith(WORKPLACE)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(TemporaryError, match=r"\(No space left on device\): make room there, or name another in TMPD"):
        fill()
    assert list(tmp_path.iterdir()) == []
