"""What the process asks of its machine."""

import contextlib
import ctypes
import os
import socket
import stat
import sys
from pathlib import Path

_OPEN_FILES = Path("/dev/fd")
_MOST_POOLS = -8     # M_ARENA_MAX of glibc's malloc.h


def raise_file_limit() -> int:
    """Allow as many open files as the machine lets this process have, a connection being one; return how many."""
    if sys.platform == "win32":
        return 0     # there is no such limit
    import resource  # noqa: PLC0415 - not there on every system

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most


def share_memory_pools() -> bool:
    """Have all threads share two pools of memory; tell whether the C library could be told.

    Each run of a page is a thread of its own, and glibc gives each thread a pool, up to eight for each core. What is
    freed in one is not used in another: the process would hold some 0.6 GB more after a hundred runs.
    """
    choose = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    return choose is not None and bool(choose(_MOST_POOLS, 2))


def give_back_memory() -> bool:
    """Return to the machine what was used for a while and is free; tell whether its C library could."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    return trim is not None and bool(trim(0))


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
