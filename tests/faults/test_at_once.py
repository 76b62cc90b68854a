"""Two at work in one place at the same time: each ends with something whole, and nobody finds nothing there."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from geo.core.errors import AtWorkError, SwatheError
from geo.core.locks import WORKPLACE, alone, workplace
from geo.edition.build import build_edition
from geo.edition.manifest import read_manifest
from geo.edition.store import at_work, load_edition, save_edition
from geo.pack.file.archive import write_whole
from geo.sources.fetch.plan import plan
from geo.sources.fetch.run import fetch_all
from tests.fixtures.publisher import census_zip
from tests.fixtures.tiny_edition import tiny_manifest, tiny_tables

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="locks of POSIX")]

HOLDS = """
import sys, time
from pathlib import Path
from geo.edition.store import at_work
from geo.core.locks import workplace

with at_work(Path(sys.argv[1])), workplace() as folder:
    (Path(sys.argv[1]).parent / f".{Path(sys.argv[1]).name}-new-abcdefgh").mkdir()
    (folder / "x").write_text("x")
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def other(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that is building an edition, `edition`, and making a pack."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(tmp_path / "edition")], cwd=ROOT, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)},
    ) as process:
        assert process.stdout
        assert process.stdout.readline().startswith(str(tmp_path / WORKPLACE))
        yield process
        process.kill()


def test_the_second_build_is_told_and_goes_on_once_the_first_was_killed(
    tmp_path: Path, other: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "edition"
    with pytest.raises(AtWorkError, match=r"another build is writing .*edition at this moment: wait for it"):
        save_edition(folder, "tiny", tiny_tables(), tiny_manifest())
    assert not folder.exists()
    save_edition(tmp_path / "beside", "tiny", tiny_tables(), tiny_manifest())     # elsewhere it may be
    other.send_signal(signal.SIGKILL)
    other.wait()
    left = {path.name.partition("work-")[0] for path in tmp_path.iterdir()}
    assert left == {"beside", ".edition.lock", ".edition-new-abcdefgh", ".swathe-"}     # hidden, all of it
    save_edition(folder, "tiny", tiny_tables(), tiny_manifest())
    time.sleep(1.0)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with workplace() as own:
        assert [path for path in tmp_path.iterdir() if path.name.startswith(".")] == [own]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["beside", "edition"]


def test_the_command_says_so_in_one_line(tmp_path: Path, other: subprocess.Popen[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "geo", "build", "--from", str(tmp_path), "--out", str(tmp_path / "edition")],
        cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (f"python -m geo build: another build is writing {tmp_path / 'edition'} at this moment: "
                           "wait for it\n")


def test_a_build_that_cannot_be_made_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(SwatheError, match="lacks"):
        build_edition(tmp_path, tmp_path / "a/b/edition", "edition")
    assert list(tmp_path.iterdir()) == []


def test_many_that_want_one_lock_have_it_one_at_a_time(tmp_path: Path) -> None:
    inside, most, refused = [], [], []

    def want(number: int) -> None:
        for _ in range(40):
            try:
                with alone(tmp_path / ".lock", "taken"), alone(tmp_path / ".lock", "taken"):     # again by the same
                    inside.append(number)
                    time.sleep(0.001)     # others have time to come in
                    most.append(len(inside))
                    inside.remove(number)
            except AtWorkError as error:
                refused.append(str(error))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(want, range(6)))
    assert set(most) == {1}
    assert set(refused) <= {"taken"}
    assert list(tmp_path.iterdir()) == []


def test_a_lock_that_whoever_had_it_deletes_in_this_moment_is_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    path, opened, opens = tmp_path / ".lock", [], os.open

    def open_late(*given: object) -> int:
        opened.append(opens(*given))
        if len(opened) == 1:
            path.unlink()
        return opened[-1]

    monkeypatch.setattr(os, "open", open_late)
    with alone(path, "taken"):
        assert path.exists()
    assert len(opened) == 2


def test_there_is_always_an_edition_while_it_is_replaced(tiny_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rename = Path.rename
    # Were it done by two renamings, this is the moment between them.
    monkeypatch.setattr(Path, "rename", lambda path, target: time.sleep(0.1) or rename(path, target))
    over, lacking, seen = threading.Event(), [], set()

    def look() -> None:
        while not over.is_set():
            try:
                seen.add(read_manifest(tiny_folder)["name"])
            except SwatheError as error:
                lacking.append(str(error))

    with ThreadPoolExecutor(1) as pool:
        looking = pool.submit(look)
        for name in ("one", "two", "three"):
            save_edition(tiny_folder, name, tiny_tables(), tiny_manifest())
        over.set()
        looking.result()
    assert lacking == []
    assert {"one", "two"} <= seen <= {"tiny", "one", "two", "three"}
    assert list(tiny_folder.parent.iterdir()) == [tiny_folder]


def test_a_link_to_an_edition_stays_and_leads_to_the_new_one(tiny_folder: Path, tmp_path: Path) -> None:
    link = tmp_path / "current"
    link.symlink_to(tiny_folder, target_is_directory=True)
    save_edition(link, "other", tiny_tables(), tiny_manifest())
    assert link.is_symlink()
    assert load_edition(tiny_folder).id == load_edition(link).id
    assert load_edition(link).id.startswith("other-")
    with at_work(link), ThreadPoolExecutor(1) as pool, pytest.raises(AtWorkError):
        pool.submit(save_edition, tiny_folder, "tiny", tiny_tables(), tiny_manifest()).result()


def test_where_folders_cannot_change_places_the_old_one_comes_back_after_a_kill(tiny_folder: Path) -> None:
    before, aside = load_edition(tiny_folder).id, tiny_folder.parent / ".tiny-old-aside-abcdefgh"
    aside.mkdir()
    tiny_folder.rename(aside / "tiny")
    with at_work(tiny_folder):
        assert load_edition(tiny_folder).id == before
    assert list(tiny_folder.parent.iterdir()) == [tiny_folder]


def test_where_folders_cannot_change_places_an_edition_is_replaced_all_the_same(
    tiny_folder: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("geo.edition.exchange.ctypes.CDLL", lambda *_, **__: None)
    save_edition(tiny_folder, "other", tiny_tables(), tiny_manifest())
    assert load_edition(tiny_folder).id.startswith("other-")
    assert list(tiny_folder.parent.iterdir()) == [tiny_folder]


def test_of_two_packs_into_one_file_one_stands_there_whole(tmp_path: Path) -> None:
    contents = [bytes([number]) * 1_000_000 for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda content: write_whole(tmp_path / "pack.zip", content), contents))
    assert (tmp_path / "pack.zip").read_bytes() in contents
    assert [path.name for path in tmp_path.iterdir()] == ["pack.zip"]


def test_the_second_fetch_into_a_folder_is_told(tmp_path: Path) -> None:
    data, began, over = census_zip("ts001"), threading.Event(), threading.Event()

    def slow(_request: Request) -> Response:
        began.set()
        over.wait(30)
        return Response(data)

    with HTTPServer(threaded=True) as server, ThreadPoolExecutor(1) as pool:
        server.expect_request("/file.zip").respond_with_handler(slow)
        wanted = plan(["census-residents"], {"census-residents": server.url_for("/file.zip")}, "").wanted
        first = pool.submit(fetch_all, wanted, tmp_path / "files")
        assert began.wait(30)
        with pytest.raises(AtWorkError, match=r"another fetch is at work in .*files at this moment: wait for it"):
            fetch_all(wanted, tmp_path / "files")
        over.set()
        assert [outcome.state for outcome in first.result()] == ["fetched"]
    assert sorted(path.name for path in (tmp_path / "files").iterdir()) == ["fetched.json", "file.zip"]


def test_what_was_killed_while_it_wrote_a_file_is_cleared_away(tmp_path: Path) -> None:
    script = ("import os, signal, sys; from pathlib import Path; import geo.pack.file.archive as archive; "
              "archive.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL); "
              "archive.write_whole(Path(sys.argv[1]), b'new')")
    path = tmp_path / "pack.zip"
    write_whole(path, b"old")
    killed = subprocess.run([sys.executable, "-c", script, str(path)], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert path.read_bytes() == b"old"
    assert [each.name.startswith(".swathe-") for each in tmp_path.iterdir() if each != path] == [True]
    time.sleep(1.1)
    write_whole(path, b"newer")
    assert [each.name for each in tmp_path.iterdir()] == ["pack.zip"]
