"""What the process asks of its machine."""

import contextlib
import ctypes
import gc
import os
import socket
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa

_OPEN_FILES = Path("/dev/fd")
_STATUS = Path("/proc/self/status")
_OFTEN = 5.0     # seconds
_WORTH = 10     # megabytes for which all threads may wait a moment
_ARENA_MAX, _ARENAS = -8, 1     # M_ARENA_MAX of glibc's malloc.h


def raise_file_limit() -> int:
    """Allow as many open files as the machine lets this process have, a connection being one; return how many."""
    if sys.platform == "win32":
        return 0     # there is no such limit
    import resource  # noqa: PLC0415 - not there on every system

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most


def hold_little_memory() -> bool:
    """Keep what is free again in few places, so that it can be given back; tell whether the C library could.

    Arrow would keep a store of its own, of which it gives nothing back. Each visit runs in a thread of its own, and the
    C library would hand out a store to eight of them for every core: one thread works at a time, so one will do.
    """
    pa.set_memory_pool(pa.system_memory_pool())
    mallopt = _of_libc("mallopt")
    return mallopt is not None and bool(mallopt(_ARENA_MAX, _ARENAS))


def look_texts_up_at_once() -> None:
    """Hold tables' texts as Python's own: figures look codes up, for which Arrow's are translated each time."""
    pd.set_option("mode.string_storage", "python")


def give_back_memory() -> bool:
    """Return to the machine what was used for a while and is free; tell whether its C library could."""
    gc.collect()     # tables whose parts point at one another
    trim = _of_libc("malloc_trim")
    return trim is not None and bool(trim(0))


def keep_memory_low(wait: Callable[[float], None] = time.sleep) -> None:
    """Look again and again whether much more is held than after the last time, and give back what of it is free."""
    held = _megabytes()
    while held:
        wait(_OFTEN)
        if _megabytes() > held + _WORTH:
            give_back_memory()
            held = _megabytes()


def _megabytes() -> float:
    """Tell what this process holds for itself; 0 where the system does not say."""
    try:
        told = _STATUS.read_text()
    except OSError:
        return 0
    return int(told.partition("RssAnon:")[2].split()[0]) / 1024


def _of_libc(name: str) -> Callable[..., int] | None:
    """Find a function that glibc alone has."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None


def send_at_once() -> int:
    """Send the last small part of every answer at once; return how many sockets listen.

    Streamlit binds its socket in a way that hides from asyncio that it is one of TCP: the end of each answer would wait
    until the reader's machine has acknowledged the beginning, for 40 milliseconds. Connections take after the socket.
    """
    found = 0
    for file in _OPEN_FILES.iterdir() if _OPEN_FILES.is_dir() else ():
        with contextlib.suppress(OSError):     # the list itself was among them, and is shut again
            found += _listens_at_once(int(file.name))
    return found


def _listens_at_once(number: int) -> bool:
    """Set it for an open file that is a socket and listens."""
    if not stat.S_ISSOCK(os.fstat(number).st_mode):
        return False
    with socket.socket(fileno=os.dup(number)) as own:
        listens = bool(own.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
        if listens:
            own.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listens
