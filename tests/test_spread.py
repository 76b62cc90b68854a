"""Work spread by Dask: the same results whoever does it, and one line where it cannot be done."""

import importlib.metadata
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pandas as pd
import pytest

from geo.__main__ import main
from geo.core import spread as spreading
from geo.core.errors import SourceError, WorkersError
from geo.core.spread import IN_TURN, InTurn, spread_over
from geo.edition.build import build_edition
from geo.sources.bduk import read_planned_build
from tests.fixtures.bduk import with_quirks, written
from tests.fixtures.process import free_port
from tests.sources.test_bduk import ROWS
from tests.test_stopping import BATCH, STOPS, stopped

ROOT = Path(__file__).parents[1]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX, and /proc")]


def noted(item: int, folder: Path) -> tuple[int, int]:
    """Note beside the others that an item is done, as work that takes a moment would."""
    time.sleep(0.1)
    with (folder / "done.txt").open("a") as file:
        file.write(f"{item}\n")
    return item * item, os.getpid()


def long_work(item: int, folder: Path) -> int:
    """Do the first item at once, and take a minute over each other."""
    if item:
        (folder / "begun").touch()
        time.sleep(60)
        (folder / "done").touch()
    return item


def unreadable(item: int) -> int:
    if item == 3:
        raise SourceError(Path("somewhere/lines.csv"), ["row 2 is none", "row 9 is none"])
    return item


def deadly(item: int) -> int:
    """End whoever does it."""
    if item:
        os.kill(os.getpid(), signal.SIGKILL)
    return item


@pytest.fixture(scope="module")
def two_here() -> Iterator[InTurn]:
    """Two processes of this machine."""
    with spread_over("2") as spread:
        yield spread


class Cluster:
    """A scheduler and workers, as anybody would start them."""

    def __init__(self, held: ExitStack) -> None:
        self._held, port = held, free_port()
        self.address = f"tcp://127.0.0.1:{port}"
        self.scheduler = self.started("scheduler", "--host", "127.0.0.1", "--port", str(port))

    def started(self, *words: str) -> subprocess.Popen[bytes]:
        process = self._held.enter_context(subprocess.Popen(
            [sys.executable, "-m", "dask", *words, "--no-dashboard"], env=ENVIRONMENT, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True))
        self._held.callback(process.kill)
        return process

    def worker(self, folder: Path, threads: int = 1) -> subprocess.Popen[bytes]:
        return self.started("worker", self.address, "--nthreads", str(threads), "--no-nanny", "--local-directory",
                            str(folder))


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with ExitStack() as held:
        yield Cluster(held)


@pytest.mark.parametrize("workers", ["0", "-1", "two", "1e9", "65", "٣", "2 ", "", "http://127.0.0.1:8786", "tcp://",
                                     "tcp://127.0.0.1", "127.0.0.1:8786", "tcp://127.0.0.1:8786/../x"])
@pytest.mark.parametrize("command", ["build", "update", "pack"])
def test_what_is_neither_a_number_nor_an_address_is_told_in_one_line(
    tmp_path: Path, tiny_written: Path, capsys: pytest.CaptureFixture[str], workers: str, command: str,
) -> None:
    (tmp_path / "files").mkdir()
    words = {"build": ["--from", "{}/files", "--out", "{}/edition"],
             "update": ["--into", "{}/files", "--edition", "{}/edition"],
             "pack": ["--every", "ward", "--edition", str(tiny_written), "--out", "{}/briefs"]}[command]
    assert main([command, *(word.format(tmp_path) for word in words), f"--workers={workers}"]) == 2
    assert capsys.readouterr().err == (
        f"python -m geo {command}: workers ‘{workers}’, which is neither a number of processes, 1 to 64, nor the "
        "address of a scheduler, such as tcp://host:8786\n")
    assert [*tmp_path.rglob("*")] == [tmp_path / "files"]


def test_workers_are_for_briefs_not_for_one_pack(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pack", "Torridge", "--out", str(tmp_path), "--workers", "2"]) == 2
    assert capsys.readouterr().err == "python -m geo pack: --workers makes briefs: leave it out, or give --every KIND\n"


@pytest.mark.parametrize("listens", [False, True])     # nobody is there; somebody who never answers
@pytest.mark.parametrize("scheme", ["tcp", "tls"])
def test_a_scheduler_that_cannot_be_reached_is_told_quickly(
    tmp_path: Path, tiny_written: Path, listens: bool, scheme: str,
) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        if listens:
            silent.listen()
        address = f"{scheme}://127.0.0.1:{silent.getsockname()[1]}"
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "geo", "pack", "--every", "ward", "--edition", str(tiny_written), "--out",
             str(tmp_path / "briefs"), "--workers", address],
            cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(f"python -m geo pack: no scheduler can be reached at {address} (")
    assert (done.stderr.count("\n"), done.stdout) == (1, "")
    assert time.monotonic() - began < spreading.CONNECTING + 20      # of which most is the start on a busy machine


def test_a_command_without_workers_does_not_import_dask() -> None:
    program = ("import sys, geo.__main__, geo.cli.editions, geo.cli.packs, geo.cli.update, geo.cli.answers; "
               "sys.exit(bool({'dask', 'distributed'} & set(sys.modules)))")
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


def test_results_come_in_order_and_errors_as_they_were(two_here: InTurn, tmp_path: Path) -> None:
    for spread in (IN_TURN, two_here):
        assert [square for square, _ in spread(noted, range(20), tmp_path)] == [item * item for item in range(20)]
        got = []
        with pytest.raises(SourceError) as told:
            got.extend(spread(unreadable, range(20)))
        assert got == [0, 1, 2] or spread is two_here
        assert str(told.value) == "lines.csv: row 2 is none; row 9 is none"
        assert told.value.problems == ["row 2 is none", "row 9 is none"]
    assert [*two_here(unreadable, [])] == []


def test_a_worker_that_is_killed_costs_its_own_work_alone(two_here: InTurn, tmp_path: Path) -> None:
    items, results, killed = range(60), [], 0
    for square, process in two_here(noted, items, tmp_path):
        results.append(square)
        if len(results) == 10:
            killed = process
            os.kill(killed, signal.SIGKILL)
    assert killed
    assert results == [item * item for item in items]
    done = [int(line) for line in (tmp_path / "done.txt").read_text().split()]
    assert set(done) == set(items)
    assert len(done) <= len(items) + 2 * spreading.AHEAD


def test_work_that_ends_every_worker_is_given_up(two_here: InTurn) -> None:
    with pytest.raises(WorkersError, match="a piece of work ended one worker after the other"):
        list(two_here(deadly, [0, 1]))
    assert list(two_here(abs, [-1, -2])) == [1, 2]      # the processes were started again


def test_workers_end_in_the_middle_of_what_nobody_wants_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with spread_over("2") as spread:
        results = spread(long_work, range(3), tmp_path)
        assert next(results) == 0
        until = time.monotonic() + 30
        while not (tmp_path / "begun").exists() and time.monotonic() < until:
            time.sleep(0.1)
        assert (tmp_path / "begun").exists()
        assert marked(str(tmp_path))
    assert marked(str(tmp_path)) == []
    assert not (tmp_path / "done").exists()


@pytest.mark.parametrize("gone", ["worker", "scheduler"])
def test_when_all_are_gone_nobody_waits_for_ever(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gone: str,
) -> None:
    worker = cluster.worker(tmp_path / "worker")
    with spread_over(cluster.address) as spread:
        monkeypatch.setattr(spreading, "PATIENCE", 3)
        results = spread(noted, range(1000), tmp_path)
        next(results)
        (worker if gone == "worker" else cluster.scheduler).kill()
        with pytest.raises(WorkersError, match=r"^the scheduler or all of its workers are gone: nothing more can"):
            list(results)


def test_workers_of_another_version_are_refused(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(spreading, "PATIENCE", 0.1)
        with pytest.raises(WorkersError) as told:
            spread_over(cluster.address).__enter__()
    assert str(told.value) == (
        f"the scheduler at {cluster.address} has no worker: start one with dask worker {cluster.address}")
    cluster.worker(tmp_path / "worker")
    with spread_over(cluster.address) as spread:
        assert list(spread(abs, [-1])) == [1]
        real, here = importlib.metadata.version, spreading.versions()
        for name, what, pretended in (
            ("Swathe", "geo.__version__", "9.9"), ("Python", "platform.python_version", lambda: "9.9"),
            ("shapely", "importlib.metadata.version", lambda of: "9.9" if of == "shapely" else real(of)),
        ):
            monkeypatch.setattr(what, pretended)
            with pytest.raises(WorkersError) as told:
                list(spread(abs, [-1]))
            assert str(told.value) == (
                f"scheduler has {name} {here[name]} (here 9.9): start it with the same copy of Swathe, Python and "
                "libraries as this command")
            monkeypatch.undo()
        cluster.worker(tmp_path / "another", threads=2)
        with pytest.raises(WorkersError, match=r"does 2 things at once: start it with --nthreads 1"):
            list(spread(noted, range(60), tmp_path))


def test_files_are_sent_to_workers_who_share_no_disk(cluster: Cluster, two_here: InTurn, tmp_path: Path) -> None:
    paths = written(tmp_path, with_quirks(ROWS))
    (tmp_path / "worker").mkdir()
    cluster.worker(tmp_path / "worker")
    with spread_over(cluster.address) as elsewhere:
        assert (two_here.shares_disk, elsewhere.shares_disk) == (True, False)
        wanted = read_planned_build(paths)
        for spread in (two_here, elsewhere):
            found = read_planned_build(paths, spread)
            pd.testing.assert_frame_equal(found, wanted)
            assert found.attrs == wanted.attrs
        paths[0].write_text("uprn,postcode\n1,EX1 1AA\n")
        with pytest.raises(SourceError) as told:
            read_planned_build(paths)
        with pytest.raises(SourceError) as told_elsewhere:
            read_planned_build(paths, elsewhere)
    assert str(told_elsewhere.value) == str(told.value)


def test_an_edition_is_the_same_to_the_byte(small_data: Path, tmp_path: Path, two_here: InTurn) -> None:
    alone = build_edition(small_data, tmp_path / "alone", "small")
    spread = build_edition(small_data, tmp_path / "spread", "small", spread=two_here)
    assert spread["id"] == alone["id"]
    assert {**spread, "built_at": ""} == {**alone, "built_at": ""}
    assert contents(tmp_path / "spread", "manifest.json") == contents(tmp_path / "alone", "manifest.json")


def test_briefs_are_the_same_to_the_byte(tmp_path: Path, tiny_written: Path) -> None:
    for out, workers in (("usual", []), ("spread", ["--workers", "2"])):
        assert main(["pack", "--every", "ward", "--edition", str(tiny_written), "--out", str(tmp_path / out),
                     *workers]) == 0
    usual = contents(tmp_path / "usual")
    assert len(usual) == 5
    assert contents(tmp_path / "spread") == usual


def contents(folder: Path, *but: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name not in but}


def marked(mark: str) -> list[int]:
    """Processes that have a mark in their environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (folder / "environ").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


@pytest.mark.parametrize(("number", "later"), [(signal.SIGINT, 0.0), (signal.SIGINT, 3.0), (signal.SIGTERM, 3.0),
                                               (signal.SIGKILL, 3.0)])
def test_nothing_is_left_of_a_command_that_is_stopped(
    tmp_path: Path, tiny_written: Path, monkeypatch: pytest.MonkeyPatch, number: int, later: float,
) -> None:
    script, out, scratch = tmp_path / "batch.py", tmp_path / "briefs", tmp_path / "scratch"
    scratch.mkdir()
    script.write_text(BATCH.replace('"--edition", sys.argv[2]', '"--edition", sys.argv[2], "--workers", "2"'))
    monkeypatch.setenv("TMPDIR", str(scratch))
    code, said = stopped([sys.executable, str(script), str(out), str(tiny_written)], number,
                         lambda: any(scratch.iterdir()), later)
    if number != signal.SIGKILL:
        assert (code, said) == (
            dict(STOPS)[number], "python -m geo pack: stopped as asked; what was not finished was not written\n")
    until = time.monotonic() + 30
    while (marked(str(scratch)) or any(scratch.iterdir())) and time.monotonic() < until:
        time.sleep(0.1)
    assert (marked(str(scratch)), [*scratch.iterdir()]) == ([], [])
    assert not out.is_dir() or [path.name for path in out.iterdir() if path.name.endswith(".part")] == []
