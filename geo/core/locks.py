"""Who is at work where: locks that end with their process, and temporary folders that are swept once theirs has ended.

On Windows, which has no such locks, nobody is told of another who is at work; what is written is whole all the same.
"""

import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from geo.core.errors import AtWorkError, SwatheError, TemporaryError

if sys.platform != "win32":
    import fcntl

WORKPLACE = ".swathe-work-"
"""How the names of temporary folders begin."""

_MOMENT = 1.0     # seconds, within which what was just made is locked
_MINE: dict[Path, int] = {}     # locks of this process, and the thread that has each


@contextmanager
def alone(path: Path, said: str) -> Iterator[None]:
    """Hold a lock while something is done that no other process may do at the same time.

    The thread that has it may ask for it again. It ends with the process, however that ends.

    Parameters
    ----------
    path
        The lock's file, which is there for as long; one that a killed process left is taken over.
    said
        What whoever comes second is told.

    Raises
    ------
    AtWorkError
        When another has it.
    OSError
        When it cannot be written there.
    """
    path = path.absolute()
    if _MINE.get(path) == threading.get_ident():
        yield
        return
    number = _taken(path, said)
    _MINE[path] = threading.get_ident()
    try:
        yield
    finally:
        del _MINE[path]
        if sys.platform != "win32":     # where an open file cannot be deleted
            path.unlink(missing_ok=True)     # while it is locked: who has opened it sees that it is gone
        os.close(number)


def _taken(path: Path, said: str) -> int:
    """Lock the file of this name, and return it open."""
    while True:
        number = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            got, there = lock(number), os.fstat(number).st_nlink > 0     # or deleted since by who had it
        except BaseException:
            os.close(number)
            raise
        if got and there:
            return number
        os.close(number)
        if not got:
            raise AtWorkError(said)


def lock(number: int, *, unknown: bool = True) -> bool:
    """Lock an open file or folder until it is closed.

    Parameters
    ----------
    number
        Its descriptor.
    unknown
        What is returned where the system or the disk knows no locks.

    Returns
    -------
    bool
        False when another has it.
    """
    if sys.platform == "win32":
        return unknown
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:     # a network disk, say
        return unknown
    return True


@contextmanager
def workplace() -> Iterator[Path]:
    """Make a hidden folder for files that are needed for a moment, where the system keeps such.

    What processes that were killed left there is cleared away, once in each process.

    Raises
    ------
    TemporaryError
        When nothing can be written there, or no more.
    """
    try:
        parent = Path(tempfile.gettempdir())
        _sweep_workplaces(parent)
        with tempfile.TemporaryDirectory(prefix=WORKPLACE, dir=parent) as folder, _locked(folder):
            yield Path(folder)
    except SwatheError:     # of which some are OSErrors too
        raise
    except OSError as error:
        raise TemporaryError(f"the temporary folder cannot be written to ({error.strerror or error}): make room "
                             "there, or name another in TMPDIR") from error


@contextmanager
def _locked(folder: str) -> Iterator[None]:
    """Hold a folder's lock, where there is such a thing."""
    if sys.platform == "win32":
        yield
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        lock(number)
        yield
    finally:
        os.close(number)


@cache
def _sweep_workplaces(parent: Path) -> None:
    for left in parent.glob(f"{WORKPLACE}*"):
        with suppress(OSError):     # somebody else's
            if is_left(left):
                shutil.rmtree(left)


def is_left(path: Path) -> bool:
    """Tell whether a file or folder was locked by a process of this user's that has ended.

    Raises
    ------
    OSError
        When it is gone, or cannot be looked at.
    """
    if sys.platform == "win32":
        return False
    number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        about = os.fstat(number)
        old = time.time() - about.st_mtime > _MOMENT
        return old and about.st_uid == os.geteuid() and lock(number, unknown=False)
    finally:
        os.close(number)
