"""What is worked out at the start: readers are let in once the first pages are there, and wait for nothing more."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import app
from geo.core.cache import forget
from geo.core.mapped import share_in
from pages.server.readiness import PREPARED

pytestmark = pytest.mark.slow


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[list[tuple[str, bool]]]:
    """Give what is done at the start and logged, each with whether readers were let in."""
    done: list[tuple[str, bool]] = []

    def note(name: str) -> None:
        done.append((name, PREPARED.is_set()))

    def noting(name: str) -> Any:
        own = getattr(app, name)

        def noted(*words: Any) -> None:
            note(name)
            own(*words)
        return noted

    for name in ("warm_search", "warm_draws", "warm_views"):
        monkeypatch.setattr(app, name, noting(name))
    monkeypatch.setattr(app, "log_event", lambda event, **_: note(event))
    monkeypatch.setattr(app.gc, "freeze", lambda: note("freeze"))
    monkeypatch.setenv("SWATHE_CACHE", str(tmp_path))
    PREPARED.clear()
    forget()
    yield done
    share_in(None)


def test_readers_are_let_in_before_the_later_questions_are_worked_out(
    said: list[tuple[str, bool]], tiny_written: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SWATHE_EDITION", str(tiny_written))
    app.prepare()
    assert said == [("warm_search", False), ("ready", True), ("warm_draws", True), ("warm_views", True),
                    ("freeze", True), ("warm", True)]


def test_without_an_edition_nothing_is_worked_out_and_readers_are_told(
    said: list[tuple[str, bool]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SWATHE_EDITION", str(tmp_path))
    app.prepare()
    assert said == [("warm_search", False), ("no edition", False)]
    assert PREPARED.is_set()
