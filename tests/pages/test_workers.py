"""What the processes of one app know together: how much a client asked for, and what was handed out under a name."""

import functools
import logging
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from geo.core.cache import forget
from geo.core.view import View
from geo.edition.store import Edition
from geo.maps.classes import DARK, LIGHT
from pages.shared import map_files, pictures, serving, workers
from pages.shared.per_minute import PerMinute
from pages.shared.workers import FOLDER, WORKER, Notes, together

pytestmark = pytest.mark.slow


@pytest.fixture
def as_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Go on as another process of the same app, which begins with nothing handed out."""
    def become(name: str) -> None:
        monkeypatch.setenv(FOLDER, str(tmp_path))
        monkeypatch.setenv(WORKER, name)
        fresh = functools.cache(together.__wrapped__)
        for module in (map_files, pictures, workers):
            monkeypatch.setattr(module, "together", fresh)
        monkeypatch.setattr(map_files, "_HANDED_OUT", {})
        monkeypatch.setattr(pictures, "_SHOWN", {})
        monkeypatch.setattr(pictures.st, "html", lambda _: None)
        forget()
    return become


def test_alone_nothing_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FOLDER, raising=False)
    assert together.__wrapped__() is None


def test_what_one_process_handed_out_the_other_makes_again(served: Edition, as_worker: Callable[[str], None]) -> None:
    as_worker("1")
    files = [map_files.facts_file(View(hub="exeter")), map_files.shape_file("ward", "far"),
             map_files.place_lines("E06000002+E07000001"), map_files.station_file()]
    as_worker("2")
    for file in files:
        assert serving.is_map(file.name)
        assert map_files.named_file(file.name) == file
    for guess in (files[0].name.replace("exeter", "london"), "place.E07000001.0.geojson", "", "../notes.sqlite"):
        assert not serving.is_map(guess)
        assert map_files.named_file(guess) is None


def test_a_picture_is_known_to_all_unless_it_is_the_readers_own(as_worker: Callable[[str], None]) -> None:
    as_worker("1")
    pictures.show_picture(b"of all", "", "map")
    pictures.show_picture(b"of one", "", "map", private=True)
    names = [f"picture.{pictures.content_hash(png)}.png" for png in (b"of all", b"of one")]
    assert [pictures.find_picture(name) for name in names] == [b"of all", b"of one"]
    as_worker("2")
    assert [pictures.find_picture(name) for name in names] == [b"of all", None]


def test_the_last_handed_out_stay(tmp_path: Path) -> None:
    notes = Notes(tmp_path / "notes")
    for name in ("a", "b", "c", "a", "d"):
        notes.tell("pictures", name, name.encode(), 3)
    notes.tell("map_files", "b", "edition", 3)
    assert [notes.told("pictures", name) for name in "abcd"] == [b"a", None, b"c", b"d"]
    assert notes.told("map_files", "b") == "edition"


def test_processes_count_a_client_together_and_each_kind_apart(tmp_path: Path) -> None:
    now = [1000.0]
    one, other, cards = (PerMinute(3, lambda: now[0], kind, Notes(tmp_path / "notes", worker))
                         for kind, worker in (("files", "1"), ("files", "2"), ("cards", "2")))
    assert [one.seconds_to_wait("a", (View(), LIGHT)), other.seconds_to_wait("a", (View(), LIGHT)),
            other.seconds_to_wait("a", (View(), DARK)), one.seconds_to_wait("a", 3)] == [0] * 4
    now[0] += 20
    assert one.seconds_to_wait("a", 4) == other.seconds_to_wait("a", 4) == 40
    assert other.seconds_to_wait("b", 4) == cards.seconds_to_wait("a", 4) == 0
    now[0] += 40
    assert other.seconds_to_wait("a", 4) == 0


def test_processes_that_write_at_once_wait_for_one_another_and_lose_nothing(tmp_path: Path) -> None:
    program = ("import sys; from pages.shared.per_minute import PerMinute; from pages.shared.workers import Notes; "
               "count = PerMinute(10_000, kind='files', notes=Notes(sys.argv[1], sys.argv[2])); "
               "[count.seconds_to_wait('a', (sys.argv[2], number)) for number in range(300)]")
    file = tmp_path / "notes"
    at_work = [subprocess.Popen([sys.executable, "-c", program, str(file), worker], stderr=subprocess.PIPE)
               for worker in "12"]
    assert [each.communicate()[1] for each in at_work] == [b"", b""]
    with Notes(file, "3").changing() as database:
        assert database.execute("SELECT count(*) FROM asked").fetchone() == (600,)


def test_where_nothing_can_be_written_a_process_goes_on_alone_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:
    notes = Notes(tmp_path / "notes")
    monkeypatch.setattr(notes, "changing", lambda: (_ for _ in ()).throw(sqlite3.OperationalError("disk is full")))
    count = PerMinute(1, kind="files", notes=notes)
    with caplog.at_level(logging.ERROR):
        assert [count.seconds_to_wait("a", number) > 0 for number in range(2)] == [False, True]
        notes.tell("pictures", "a", b"", 1)
    assert {record.getMessage() for record in caplog.records} == {
        "counted in this process alone: disk is full", "the other processes cannot be told of a: disk is full"}


def test_a_change_that_fails_is_no_change(tmp_path: Path) -> None:
    notes = Notes(tmp_path / "notes")
    with suppress(ZeroDivisionError), notes.changing() as database:
        database.execute("INSERT INTO making VALUES ('', 'a')")
        _ = 1 / 0
    with notes.changing() as database:
        assert not list(database.execute("SELECT * FROM making"))
