"""How much one client may ask for within a minute of what takes the processor."""

import threading
import time
from collections.abc import Callable, Hashable

from starlette.requests import Request

MINUTE = 60.0

_THIS_MACHINE = ("127.0.0.1", "::1")     # a web server in front that does not pass readers' addresses on


def client_of(request: Request) -> str:
    """Give the address that a request comes from; "" for this machine, whose requests are not counted."""
    client = request.client.host if request.client else ""
    return "" if client in _THIS_MACHINE else client


class PerMinute:
    """Counts what each client asks for; the same asked for again counts once, for it is kept."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = most, clock
        self._asked: dict[str, dict[Hashable, float]] = {}     # client → what, and when, within the last minute
        self._lock = threading.Lock()

    def seconds_to_wait(self, client: str, what: Hashable) -> int:
        """Count what is asked for and give 0; when it was too much, the seconds to wait, and it is not counted."""
        with self._lock:
            now = self._clock()
            kept = {other: {thing: then for thing, then in things.items() if now - then < MINUTE}
                    for other, things in self._asked.items()}
            self._asked = {other: things for other, things in kept.items() if things}
            things = self._asked.setdefault(client, {})
            if what not in things and len(things) >= self._most:
                return max(1, round(MINUTE - (now - min(things.values()))))
            things.setdefault(what, now)
            return 0
