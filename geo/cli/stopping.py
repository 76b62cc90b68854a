"""Stopping tidily: who asks a command to stop (Ctrl-C, SIGTERM) lets it clear up first, and is told so in a line."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopped(BaseException):
    """Somebody asked the command to stop; nothing that handles errors on the way takes this for one."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = 128 + number


@contextmanager
def stopped_tidily() -> Iterator[None]:
    """Raise `Stopped` where a signal asks to stop; a second one while clearing up is passed over."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # What a shell runs in the background ignores Ctrl-C, and so should this.
    before = {number: signal.getsignal(number) for number in SIGNALS}
    for number in [number for number in SIGNALS if before[number] is not signal.SIG_IGN]:
        signal.signal(number, _stop)
    try:
        yield
    finally:
        for number in SIGNALS:
            signal.signal(number, before[number])


def _stop(number: int, _frame: object) -> NoReturn:
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise Stopped(number)
