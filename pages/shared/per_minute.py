"""How much one client may ask for within a minute of what takes the processor."""

import hashlib
import logging
import sqlite3
import time
from collections.abc import Callable, Hashable

from starlette.requests import Request

from pages.shared.workers import Notes

MINUTE = 60.0

_LOG = logging.getLogger(__name__)

_THIS_MACHINE = ("127.0.0.1", "::1")     # a web server in front that does not pass readers' addresses on


def client_of(request: Request) -> str:
    """Give the address that a request comes from; "" for this machine, whose requests are not counted."""
    client = request.client.host if request.client else ""
    return "" if client in _THIS_MACHINE else client


class PerMinute:
    """Counts what each client asks for; the same asked for again counts once, for it is kept.

    Several of a `kind` count together in the same `notes`, in whatever process they are.
    """

    def __init__(
        self, most: int, clock: Callable[[], float] = time.monotonic, kind: str = "", notes: Notes | None = None,
    ) -> None:
        self._most, self._clock, self._kind = most, clock, kind
        self._notes, self._own = notes, Notes()

    def seconds_to_wait(self, client: str, what: Hashable) -> int:
        """Count what is asked for and give 0; when it was too much, the seconds to wait, and it is not counted."""
        asked = hashlib.sha256(repr(what).encode()).hexdigest()
        if self._notes is not None:
            try:
                return self._wait(self._notes, client, asked)
            except sqlite3.Error as error:
                _LOG.error("counted in this process alone: %s", error)
        return self._wait(self._own, client, asked)

    def _wait(self, notes: Notes, client: str, asked: str) -> int:
        with notes.changing() as database:
            now = self._clock()
            database.execute("DELETE FROM asked WHERE at <= ?", (now - MINUTE,))
            query = "SELECT what, at FROM asked WHERE kind = ? AND client = ?"
            when: dict[str, float] = dict(database.execute(query, (self._kind, client)))
            if asked not in when and len(when) >= self._most:
                return max(1, round(MINUTE - (now - min(when.values()))))
            database.execute("INSERT OR IGNORE INTO asked VALUES (?, ?, ?, ?)", (self._kind, client, asked, now))
            return 0
