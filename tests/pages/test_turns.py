"""Packs are made one after another, and nobody gets more than a share."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from streamlit.testing.v1 import AppTest

from geo.core.errors import PackError
from pages.evidence import data
from pages.evidence.turns import A_MINUTE, WAITING, Turns
from tests.fixtures.pages import FRAME, html


class Clock:
    """A clock that is set by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def make(turns: Turns, client: str) -> None:
    with turns.turn(client):
        pass


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
    turns, begun, made, go_on = Turns(), [], [], threading.Event()

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
    while len(turns._making) < WAITING and time.monotonic() < end:
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
    turns = Turns()
    monkeypatch.setattr(data, "_TURNS", turns)
    app = run()
    app.switch_page(str(FRAME.parent / "evidence" / "page.py")).run()
    turns._making = ["other"] * WAITING
    app.button(key="pack_make").click().run()
    assert f"The pack cannot be made: {WAITING} packs are being made for others; ask again in a minute." in html(app)
    assert turns._making == ["other"] * WAITING


def test_nothing_is_kept_of_clients_who_have_gone() -> None:
    clock = Clock()
    turns = Turns(clock)
    for number in range(100):
        make(turns, str(number))
    clock.now += 61
    make(turns, "last")
    assert list(turns._asked._asked) == ["last"]
