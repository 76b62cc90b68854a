"""Processes that are killed in the middle: what stood there stands there, the rest is hidden and swept by the next."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from geo.core.locks import WORKPLACE
from geo.edition.store import load_edition, save_edition
from tests.fixtures.server import Session, running
from tests.fixtures.tiny_edition import tiny_manifest, tiny_tables

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")

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


@pytest.mark.slow
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
    """Without a home, from which Streamlit, Matplotlib and Fontconfig would like to have files."""
    none = "/proc/none"
    for _ in range(2):
        with running(tmp_path, SWATHE_EDITION=str(tiny_written), HOME=none, XDG_CACHE_HOME=none) as app:
            app.ready()
            assert not Session.visit(app.port, "place=E06000002", "place").elements("exception")
            app.process.send_signal(number)
            app.process.wait(timeout=30)
            assert "Traceback" not in app.said()
