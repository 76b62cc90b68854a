"""Few pages are worked out at the same moment, and whoever waits for a pack keeps nobody from theirs."""

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from geo.core.errors import PackError
from pages.evidence import data
from pages.shared.at_once import AT_ONCE, turn, turn_let_go
from tests.fixtures.pages import FRAME, html

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

pytestmark = pytest.mark.slow


def started(work: Callable[[], object]) -> threading.Thread:
    """Start work in a thread that a test which fails does not wait for."""
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def gets_a_turn(seconds: float = 5.0) -> bool:
    """Tell whether a reader who comes now gets a turn within some seconds."""
    got = threading.Event()

    def ask() -> None:
        with turn():
            got.set()

    started(ask)
    return got.wait(seconds)


def test_so_many_have_a_turn_at_once_and_all_have_one() -> None:
    at_work, most, done, lock = 0, 0, 0, threading.Lock()

    def read() -> None:
        nonlocal at_work, most, done
        with turn():
            with lock:
                at_work, most = at_work + 1, max(most, at_work + 1)
            time.sleep(0.01)
            with lock:
                at_work, done = at_work - 1, done + 1

    readers = [started(read) for _ in range(5 * AT_ONCE)]
    for reader in readers:
        reader.join(10)
    assert (most, done) == (AT_ONCE, 5 * AT_ONCE)


def test_a_page_that_fails_gives_its_turn_back() -> None:
    for _ in range(2 * AT_ONCE):
        with pytest.raises(ZeroDivisionError), turn():
            raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError), turn(), turn_let_go():
        raise ZeroDivisionError
    assert gets_a_turn()


def test_a_turn_that_is_let_go_is_another_s() -> None:
    with ExitStack() as held:
        for _ in range(AT_ONCE):
            held.enter_context(turn())
        with turn_let_go():
            assert gets_a_turn()
        assert not gets_a_turn(0.2)
    assert gets_a_turn()


def test_a_page_waits_for_its_turn(run: Callable[..., "AppTest"]) -> None:
    run()     # what is worked out the first time
    opened: list[AppTest] = []
    with ExitStack() as held:
        for _ in range(AT_ONCE):
            held.enter_context(turn())
        reader = started(lambda: opened.append(run()))
        reader.join(2)
        assert reader.is_alive()
    reader.join(60)
    assert 'class="claim"' in html(opened[0])


def test_a_pack_in_the_making_keeps_no_page_waiting(
    run: Callable[..., "AppTest"], monkeypatch: pytest.MonkeyPatch,
) -> None:
    def pack(*_: object) -> data.PackMade:
        seen.append(gets_a_turn())
        raise PackError("seen")

    seen: list[bool] = []
    app = run().switch_page(str(Path(FRAME).parent / "evidence" / "page.py")).run()
    monkeypatch.setattr(data, "pack", pack)
    with ExitStack() as held:
        for _ in range(AT_ONCE - 1):
            held.enter_context(turn())
        app.button(key="pack_make").click().run()
    assert seen == [True]
    assert "The pack cannot be made: seen." in html(app)
