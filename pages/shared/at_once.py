"""How many pages are worked out at the same moment: one process has one interpreter, and each takes memory."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 3
"""Pages; more at once are no sooner done, and all would be done last."""

_ROOM = threading.Semaphore(AT_ONCE)


@contextmanager
def turn() -> Iterator[None]:
    """Wait for a turn, first come, first served, and hold it."""
    with _ROOM:
        yield


@contextmanager
def turn_let_go() -> Iterator[None]:
    """Let others have the turn while this reader waits for something that takes seconds."""
    _ROOM.release()
    try:
        yield
    finally:
        _ROOM.acquire()
