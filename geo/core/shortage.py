"""What the machine did not give, memory, threads, open files, is told as what it is, wherever it shows first."""

import errno
import sys
from collections.abc import Iterator

from geo.core.errors import SwatheError

if sys.platform != "win32":
    import resource

MEMORY = "there is not enough memory for this: free some, or raise the limit (ulimit -v)"
THREADS = "the system lets this start no more threads: raise the limit (ulimit -u, ulimit -v)"
FILES = "the system lets this open no more files at once: raise the limit (ulimit -n)"

LEAST = 3_000_000_000
"""Bytes of address space without which libraries that make packs and editions may end the process without a word."""

_NUMBERS = {errno.ENOMEM: MEMORY, errno.EMFILE: FILES, errno.ENFILE: FILES}
_ROOM = {
    errno.ENOSPC: "a disk is full: make room", errno.EDQUOT: "your share of a disk is used up: make room",
    errno.EFBIG: "a file would be larger than the system lets this write: raise the limit (ulimit -f)"}
_WORDS = {
    "failed to map segment": MEMORY, "cannot allocate memory": MEMORY, "unable to allocate": MEMORY,
    "out of memory": MEMORY, "bad_alloc": MEMORY, "malloc of size": MEMORY, "can't start new thread": THREADS,
    "failed to launch worker thread": THREADS, "too many open files": FILES,
    "returned null without setting an exception": MEMORY,
}
"""How libraries say it that have no error of its own for it."""


def too_little() -> bool:
    """Tell whether this process may have less address space than `LEAST` (`ulimit -v`)."""
    if sys.platform == "win32":
        return False     # there is no such limit
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return limit != resource.RLIM_INFINITY and limit < LEAST


def shortage(error: BaseException) -> str:
    """Say what was lacking, where an error comes of that.

    Parameters
    ----------
    error
        Or one that was raised while it was handled.

    Returns
    -------
    str
        A sentence for the user; "" where nothing was lacking.
    """
    for each in _chain(error):
        if isinstance(each, MemoryError):
            return MEMORY
        if isinstance(each, OSError) and each.errno in _NUMBERS:
            return _NUMBERS[each.errno]
        lacking = [said for words, said in _WORDS.items() if words in str(each).lower()]
        if lacking and not isinstance(each, SwatheError):     # which may quote what somebody typed
            return lacking[0]
    return ""


def no_room(error: BaseException) -> str:
    """Say that what was to be written does not fit, where that is what a system's error says.

    Parameters
    ----------
    error
        One that nobody has put in words yet: of a library's own file, of an answer that goes into one.

    Returns
    -------
    str
        A sentence for the user; "" for any other error.
    """
    if not isinstance(error, OSError) or error.errno not in _ROOM:
        return ""
    return f"{f'{error.filename}: ' if error.filename else ''}{_ROOM[error.errno]}"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
