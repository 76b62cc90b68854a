"""Large arrays that the processes of one machine hold once: files in a private folder, mapped into memory.

An array is worked out by each process, and only then looked for among the files, under a name made of its content; a
file that does not hold the same bytes is written anew. So no file, whoever made or changed it, can change a figure.
"""

import logging
import mmap
import os
import stat
import sys
import tempfile
import time
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

LEAST = 1 << 20
"""Bytes of the smallest array that is worth a file."""

MOST_FILES = 100
"""Files that are kept, those used last: some ten an edition, of ten megabytes each."""

STALE = 30 * 24 * 3600
"""Seconds after which a file that nobody looked for goes; who has mapped it keeps it."""

_PART = 1 << 20
_N = TypeVar("_N", bound=np.generic)
_LOG = logging.getLogger(__name__)
_FOLDER: list[Path] = []     # none until a process says that it is one of several


def usual_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Name the folder of this user.

    Parameters
    ----------
    environment
        SWATHE_CACHE names the folder it lies in; the system's for temporary files by default.

    Returns
    -------
    pathlib.Path
        It need not be there.
    """
    user = os.geteuid() if sys.platform != "win32" else 0
    return Path(environment.get("SWATHE_CACHE", "").strip() or tempfile.gettempdir()) / f"swathe-{user}"


def share_in(folder: Path | None) -> bool:
    """Share the arrays of this process from now on; where that cannot be, the log says why, and they stay in memory.

    Parameters
    ----------
    folder
        Made if it is not there; None to share no more.

    Returns
    -------
    bool
        Whether they are shared.
    """
    _FOLDER.clear()
    if folder is None or sys.platform == "win32":      # which lets nobody replace a file that is mapped
        return False
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        told = folder.lstat()
        if not stat.S_ISDIR(told.st_mode) or told.st_uid != os.geteuid() or stat.S_IMODE(told.st_mode) & 0o077:
            raise PermissionError(0, "it is not a folder of this user alone", str(folder))
        _sweep(folder)
    except OSError as error:
        _say(error)
        return False
    _FOLDER.append(folder)
    return True


def shared(array: npt.NDArray[_N]) -> npt.NDArray[_N]:
    """Hold an array in a file that other processes have mapped too.

    Parameters
    ----------
    array
        Of numbers, worked out whole; it must not be changed any more.

    Returns
    -------
    numpy.ndarray
        The same numbers, not to be changed; the array itself where it is small, not in one piece (as C lays it out), or
        nothing is shared.
    """
    if not _FOLDER or array.nbytes < LEAST or not array.flags.c_contiguous:     # sums go by how numbers lie
        return array
    content = array.data.cast("B")
    file = _FOLDER[0] / blake2b(content, digest_size=20).hexdigest()
    try:
        mapped = _mapped(file, content)
        if mapped is None:
            _write(file, content)
            mapped = _mapped(file, content)
    except OSError as error:     # a full disk, a folder taken away
        _FOLDER.clear()
        _say(error)
        return array
    return array if mapped is None else np.frombuffer(mapped, array.dtype).reshape(array.shape)


def _say(error: OSError) -> None:
    _LOG.warning("Arrays are held in memory, and shared with no other process: %s (%s)",
                 error.strerror or error, error.filename or "the folder of shared arrays")


def _mapped(file: Path, content: memoryview) -> mmap.mmap | None:
    """Map a file that holds just this; None where there is none."""
    try:
        opened = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(opened, "rb", buffering=0) as source:
        told = os.fstat(opened)
        if not stat.S_ISREG(told.st_mode) or told.st_uid != os.geteuid() or told.st_size != len(content):
            return None
        for start in range(0, len(content), _PART):
            if source.read(_PART) != content[start:start + _PART]:
                return None
        os.utime(opened)
        return mmap.mmap(opened, 0, access=mmap.ACCESS_READ)


def _write(file: Path, content: memoryview) -> None:
    """Write a file whole or not at all; make room for it first."""
    _sweep(file.parent)
    number, name = tempfile.mkstemp(prefix=".", dir=file.parent)
    try:
        with os.fdopen(number, "wb") as out:
            out.write(content)
        Path(name).replace(file)
    finally:
        Path(name).unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Let go of files that nobody has looked for in a long time, and of those beyond the most."""
    there = sorted((path.lstat().st_mtime, path) for path in folder.iterdir() if not path.is_dir())
    for number, (used, path) in enumerate(reversed(there)):
        if number >= MOST_FILES - 1 or time.time() - used > STALE:
            path.unlink(missing_ok=True)
