"""Whose pack is made next: a pack takes a core for ten seconds, so nobody may ask for many at once."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from geo.core.errors import PackError
from pages.shared.per_minute import PerMinute

AT_ONCE, A_MINUTE, WAITING = 1, 4, 12
"""Packs that one client may have in the making, and ask for within a minute; packs in the making for all clients."""


class Turns:
    """Makes one pack after another, and refuses a client, or everybody, who asks for too many."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._asked = PerMinute(A_MINUTE, clock)
        self._making: list[str] = []     # clients whose pack is being made or waits
        self._lock = threading.Lock()
        self._one_at_a_time = threading.Semaphore(1)

    @contextmanager
    def turn(self, client: str) -> Iterator[None]:
        """Wait for a turn and hold it; a PackError says in plain words why there is none."""
        with self._lock:
            self._take(client)
        try:
            with self._one_at_a_time:
                yield
        finally:
            with self._lock:
                self._making.remove(client)

    def _take(self, client: str) -> None:
        if self._making.count(client) >= AT_ONCE:
            raise PackError("another pack of yours is being made; ask again when it is there")
        if len(self._making) >= WAITING:
            raise PackError(f"{WAITING} packs are being made for others; ask again in a minute")
        wait = self._asked.seconds_to_wait(client, object())     # each counts, the same one asked for again too
        if wait:
            raise PackError(f"{A_MINUTE} packs were made for you within a minute; ask again in {wait} seconds")
        self._making.append(client)
