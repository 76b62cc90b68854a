"""Arrays that processes share: the same numbers whatever lies in the folder, and none that can be changed."""

import logging
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from geo.core import mapped
from geo.core.cache import forget
from geo.core.mapped import LEAST, share_in, shared, usual_folder
from geo.core.measures import FIGURES
from geo.core.view import View
from geo.edition.store import load_edition
from geo.figures.draws import lsoa_draws, premises_below
from geo.figures.robust import people_in_views, warm_views
from tests.fixtures.process import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="nothing is shared there")]


@pytest.fixture(autouse=True)
def alone_afterwards() -> Iterator[None]:
    yield
    share_in(None)


def numbers(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((LEAST // 32, 8)).astype("float32")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "arrays"
    assert share_in(found)
    return found


def holds(folder: Path, array: np.ndarray) -> bool:
    """Whether an array stands in memory that a file of the folder was mapped to."""
    start = array.__array_interface__["data"][0]
    for line in Path("/proc/self/maps").read_text().splitlines():
        first, last = (int(end, 16) for end in line.split()[0].split("-"))
        if first <= start < last:
            return line.rstrip().endswith(tuple(str(file) for file in folder.iterdir()))
    return False


@pytest.mark.parametrize("array", [numbers(), np.arange(LEAST, dtype="int16").reshape(2, -1), -np.zeros(LEAST),
                                   np.full((3, LEAST), np.nan)])
def test_the_numbers_are_the_same_and_cannot_be_changed(folder: Path, array: np.ndarray) -> None:
    held = shared(array)
    assert held is not array
    assert (held.dtype, held.shape, held.tobytes()) == (array.dtype, array.shape, array.tobytes())
    with pytest.raises(ValueError, match="read-only"):
        held[0] = 1
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())} == {0o700, 0o600}


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells what is mapped where")
def test_the_same_numbers_stand_in_one_file(folder: Path) -> None:
    first, again, other = shared(numbers()), shared(numbers()), shared(numbers(1))
    assert len(list(folder.iterdir())) == 2
    assert all(holds(folder, array) for array in (first, again, other))
    code = ("import sys; from tests.test_mapped import *; folder = Path(sys.argv[1]); assert share_in(folder); "
            "before = sorted(folder.iterdir()); held = shared(numbers()); "
            "assert holds(folder, held) and sorted(folder.iterdir()) == before; print(held.sum())")
    told = subprocess.run([sys.executable, "-c", code, str(folder)], cwd=ROOT, capture_output=True, text=True,
                          check=True).stdout
    assert told.strip() == str(numbers().sum())


def test_small_arrays_those_not_in_one_piece_and_those_of_a_program_stay_in_memory(tmp_path: Path) -> None:
    array = numbers()
    assert shared(array) is array
    assert share_in(tmp_path / "arrays")
    for other in (np.zeros(9), numbers()[:, :7], np.asfortranarray(numbers())):
        assert shared(other) is other
    assert not list((tmp_path / "arrays").iterdir())


def spoil_cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def spoil_number(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[-5] ^= 1
    file.write_bytes(content)


def spoil_link(file: Path) -> None:
    other = file.parent.parent / "elsewhere"
    other.write_bytes(file.read_bytes())
    file.unlink()
    file.symlink_to(other)


def spoil_pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def spoil_other(file: Path) -> None:
    file.write_bytes(shared(numbers(1)).tobytes())


@pytest.mark.parametrize("spoil", [spoil_cut, spoil_number, spoil_link, spoil_pipe, spoil_other])
def test_a_file_that_holds_something_else_changes_no_number(folder: Path, spoil: object) -> None:
    """It is replaced; what lies elsewhere is not written to."""
    shared(numbers())
    [file] = folder.iterdir()
    assert callable(spoil)
    spoil(file)
    elsewhere = folder.parent / "elsewhere"
    before = elsewhere.read_bytes() if elsewhere.exists() else None
    held = shared(numbers())
    assert held.tobytes() == numbers().tobytes() == file.read_bytes()
    assert stat.S_ISREG(file.lstat().st_mode)
    assert before is None or elsewhere.read_bytes() == before


def test_whoever_has_mapped_a_file_keeps_its_numbers_when_it_goes(folder: Path) -> None:
    held = shared(numbers())
    for file in folder.iterdir():
        file.unlink()
    assert held.tobytes() == numbers().tobytes()


def open_to_others(folder: Path) -> None:
    folder.mkdir(mode=0o777)
    folder.chmod(0o755)


def a_link(folder: Path) -> None:
    (folder.parent / "other").mkdir(mode=0o700)
    folder.symlink_to("other")


def a_file(folder: Path) -> None:
    folder.write_text("")


def nowhere(folder: Path) -> None:
    folder.parent.rmdir()


@pytest.mark.parametrize("make", [open_to_others, a_link, a_file, nowhere])
def test_a_folder_that_is_not_this_users_alone_is_not_used(
    tmp_path: Path, make: object, caplog: pytest.LogCaptureFixture,
) -> None:
    """One line says so, and all stays in memory."""
    folder, array = tmp_path / "base" / "arrays", numbers()
    folder.parent.mkdir()
    assert callable(make)
    make(folder)
    with caplog.at_level(logging.WARNING):
        assert not share_in(folder)
        assert shared(array) is array
    [said] = caplog.messages
    assert said.startswith("Arrays are held in memory, and shared with no other process: ")
    assert str(folder) in said
    assert not (tmp_path / "base" / "other").exists() or not list((tmp_path / "base" / "other").iterdir())


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_somebody_else_is_not_used(tmp_path: Path) -> None:
    folder = tmp_path / "arrays"
    folder.mkdir(mode=0o700)
    os.chown(folder, 65534, 65534)
    assert not share_in(folder)


def test_a_full_disk_is_said_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:
    def full(_: Path, __: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    arrays = [numbers(), numbers(1)]
    with caplog.at_level(logging.WARNING):
        assert all(shared(array) is array for array in arrays)
    assert len(caplog.messages) == 1
    assert "No space left on device" in caplog.messages[0]
    assert not list(folder.iterdir())


def test_files_that_nobody_looks_for_go(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapped, "MOST_FILES", 3)
    for seed in range(5):
        shared(numbers(seed))
        newest = max(folder.iterdir(), key=lambda file: file.stat().st_ctime_ns)
        os.utime(newest, (seed, seed + 2_000_000_000))
    assert len(list(folder.iterdir())) == 3
    for file in folder.iterdir():
        os.utime(file, (0, 0))
    share_in(folder)
    assert not list(folder.iterdir())


def test_the_folder_is_named_after_the_user(tmp_path: Path) -> None:
    own = f"swathe-{os.geteuid()}"
    assert usual_folder({"SWATHE_CACHE": f" {tmp_path} "}) == tmp_path / own
    assert usual_folder({"SWATHE_CACHE": ""}) == usual_folder({}) == Path(tempfile.gettempdir()) / own


def test_no_figure_changes_when_arrays_are_shared(tmp_path: Path) -> None:
    """What intervals and views are made of, alone, as the first process, and as one that finds the files."""
    starter = load_edition(geometry=False, verified=False)
    rows, lsoas = np.arange(len(starter.areas)), starter.areas.index[:500]

    def worked_out() -> list[bytes]:
        forget()
        warm_views(starter)
        drawn = [lsoa_draws(starter, View(), FIGURES[key], rows)
                 for key in ("premises_below", "nowhere_to_turn", "within_30_min_walk_of_station")]
        return [array.tobytes() for array in (*drawn, people_in_views(starter, "nowhere_to_turn", lsoas)[0])]

    alone = worked_out()
    assert share_in(tmp_path / "arrays")
    first = worked_out()
    files = {file: file.stat().st_ino for file in (tmp_path / "arrays").iterdir()}
    assert len(files) >= 5     # errors of localities and of areas, lines, walks, limits
    again = worked_out()
    assert alone == first == again
    assert {file: file.stat().st_ino for file in (tmp_path / "arrays").iterdir()} == files
    assert holds(tmp_path / "arrays", premises_below(starter, "30"))
    forget()
