"""Packs are made one after another, and nobody gets more than a share."""

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geo.core.errors import PackError
from pages.evidence import data
from pages.evidence.turns import A_MINUTE, WAITING, Turns
from pages.shared.workers import Notes
from tests.fixtures.pages import FRAME, html

pytestmark = pytest.mark.slow


class Clock:
    """A clock that is set by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def make(turns: Turns, client: str) -> None:
    with turns.turn(client):
        pass


def making(notes: Notes) -> list[str]:
    """List the clients who have or wait for a turn."""
    with notes.changing() as database:
        return [client for client, in database.execute("SELECT client FROM making")]


def told(turns: Turns, client: str) -> str:
    """What a client is told who gets no turn; one who gets it would wait without end, in a thread that is left."""
    said = []

    def ask() -> None:
        try:
            make(turns, client)
        except PackError as error:
            said.append(str(error))

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(5)
    return "".join(said)


def test_a_client_makes_one_pack_at_once() -> None:
    turns = Turns(Clock())
    with turns.turn("a"):
        assert told(turns, "a").startswith("another pack of yours is being made")
    make(turns, "a")


def test_a_client_makes_so_many_a_minute_and_is_told_when_to_come_again() -> None:
    clock = Clock()
    turns = Turns(clock)
    for _ in range(A_MINUTE):
        make(turns, "a")
        clock.now += 10
    with pytest.raises(PackError, match=rf"{A_MINUTE} packs were made for you .* in 20 seconds"):
        make(turns, "a")
    make(turns, "b")
    clock.now += 20
    make(turns, "a")


def test_clients_wait_for_one_another_and_not_without_end() -> None:
    notes = Notes()
    turns, begun, made, go_on = Turns(notes=notes), [], [], threading.Event()

    def ask(client: str) -> None:
        with turns.turn(client):
            begun.append(client)
            go_on.wait(30)
            assert len(begun) == len(made) + 1
            made.append(client)

    clients = [str(number) for number in range(WAITING)]
    threads = [threading.Thread(target=ask, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    end = time.monotonic() + 20
    while len(making(notes)) < WAITING and time.monotonic() < end:
        threading.Event().wait(0.01)
    assert told(turns, "one more").startswith(f"{WAITING} packs are being made for others")
    go_on.set()
    for thread in threads:
        thread.join(30)
    assert sorted(made) == sorted(clients)
    make(turns, "one more")


def test_a_pack_that_fails_gives_its_turn_back() -> None:
    turns = Turns()
    with suppress(ZeroDivisionError), turns.turn("a"):
        _ = 1 / 0
    make(turns, "a")


def test_a_reader_who_has_to_wait_is_told_so_on_the_page(
    run: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch,
) -> None:
    notes = Notes()
    monkeypatch.setattr(data, "TURNS", Turns(notes=notes))
    app = run()
    app.switch_page(str(FRAME.parent / "evidence" / "page.py")).run()
    with notes.changing() as database:
        database.executemany("INSERT INTO making VALUES ('', ?)", [("other",)] * WAITING)
    app.button(key="pack_make").click().run()
    assert f"The pack cannot be made: {WAITING} packs are being made for others; ask again in a minute." in html(app)
    assert making(notes) == ["other"] * WAITING


def test_nothing_is_kept_of_clients_who_have_gone() -> None:
    clock, notes = Clock(), Notes()
    turns = Turns(clock, notes)
    for number in range(100):
        make(turns, str(number))
    clock.now += 61
    make(turns, "last")
    with notes.changing() as database:
        assert list(database.execute("SELECT client FROM asked")) == [("last",)]


def test_processes_count_packs_together(tmp_path: Path) -> None:
    clock = Clock()
    one, other = (Turns(clock, Notes(tmp_path / "notes", worker)) for worker in "12")
    with one.turn("a"):
        assert told(other, "a").startswith("another pack of yours is being made")
        make(other, "b")     # each process makes one at a time, and so does not wait for the other
    for _ in range(A_MINUTE - 1):
        make(other, "a")
    assert told(one, "a").startswith(f"{A_MINUTE} packs were made for you within a minute")
    make(one, "c")


def test_a_process_that_ends_gives_its_turns_back_when_the_next_takes_its_place(tmp_path: Path) -> None:
    file = tmp_path / "notes"
    ended, other = Turns(notes=Notes(file, "1")), Turns(notes=Notes(file, "2"))
    held, lost = ExitStack(), ExitStack()
    held.enter_context(other.turn("b"))
    lost.enter_context(ended.turn("a"))     # and never leaves
    assert told(other, "a").startswith("another pack of yours is being made")
    next_one = Turns(notes=Notes(file, "1"))
    make(next_one, "a")
    assert told(next_one, "b").startswith("another pack of yours is being made")     # the other goes on
    held.close()
    make(next_one, "b")
