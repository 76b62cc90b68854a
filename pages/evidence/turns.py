"""Whose pack is made next: a pack takes a core for ten seconds, so nobody may ask for many at once."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from secrets import token_hex

from geo.core.errors import PackError
from pages.shared.per_minute import PerMinute
from pages.shared.workers import Notes

AT_ONCE, A_MINUTE, WAITING = 1, 4, 12
"""Packs that one client may have in the making, and ask for within a minute; packs in the making for all clients."""


class Turns:
    """Makes one pack after another, and refuses a client, or everybody, who asks for too many.

    Processes with the same `notes` count together; each of them makes one at a time.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, notes: Notes | None = None) -> None:
        self._notes = notes or Notes()
        self._asked = PerMinute(A_MINUTE, clock, "packs", self._notes)
        self._one_at_a_time = threading.Semaphore(1)

    @contextmanager
    def turn(self, client: str) -> Iterator[None]:
        """Wait for a turn and hold it; a PackError says in plain words why there is none."""
        self._take(client)
        try:
            wait = self._asked.seconds_to_wait(client, token_hex())     # the same one asked for again counts too
            if wait:
                raise PackError(f"{A_MINUTE} packs were made for you within a minute; ask again in {wait} seconds")
            with self._one_at_a_time:
                yield
        finally:
            with self._notes.changing() as database:
                database.execute("DELETE FROM making WHERE rowid = (SELECT rowid FROM making WHERE worker = ? AND "
                                 "client = ? LIMIT 1)", (self._notes.worker, client))

    def _take(self, client: str) -> None:
        with self._notes.changing() as database:
            making = [one for one, in database.execute("SELECT client FROM making")]
            if making.count(client) >= AT_ONCE:
                raise PackError("another pack of yours is being made; ask again when it is there")
            if len(making) >= WAITING:
                raise PackError(f"{WAITING} packs are being made for others; ask again in a minute")
            database.execute("INSERT INTO making VALUES (?, ?)", (self._notes.worker, client))
