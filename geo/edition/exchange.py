"""A folder takes another's place: in one step where the system can, so that there is no moment without either."""

import ctypes
import errno
import os
import shutil
import sys
import tempfile
from pathlib import Path

ASIDE = "old-aside-"
"""In the name of the hidden folder that an edition is put into, where two folders cannot be exchanged in one step."""

_HERE = -100             # AT_FDCWD: paths are as they are given
_EXCHANGE = 2            # RENAME_EXCHANGE of Linux, RENAME_SWAP of a Mac
_CANNOT = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM)     # an old system, or a disk that knows no exchange


def put_in_place(new: Path, folder: Path) -> None:
    """Put a folder in another's place, and clear the other away.

    On Linux and on a Mac both change places in one step. Elsewhere, and on disks that cannot do that, there is a moment
    between two renamings when nothing stands there.

    Parameters
    ----------
    new
        On the same disk; gone afterwards.
    folder
        Where it will stand, whether or not something stands there.

    Raises
    ------
    OSError
        When that cannot be done; the other folder then stands where it stood.
    """
    if not folder.exists():
        new.rename(folder)
    elif _exchanged(new, folder):
        shutil.rmtree(new, ignore_errors=True)
    else:
        _swap(new, folder)


def _exchanged(one: Path, other: Path) -> bool:
    """Have two folders change places; False where the system or the disk cannot."""
    paths = os.fsencode(one), os.fsencode(other)
    library = ctypes.CDLL(None, use_errno=True) if sys.platform in {"linux", "darwin"} else None
    if rename := getattr(library, "renameat2", None):
        failed = rename(_HERE, paths[0], _HERE, paths[1], _EXCHANGE)
    elif rename := getattr(library, "renamex_np", None):
        failed = rename(*paths, _EXCHANGE)
    else:
        return False
    number = ctypes.get_errno()
    if failed and number not in _CANNOT:
        raise OSError(number, os.strerror(number), str(other))
    return not failed


def _swap(new: Path, folder: Path) -> None:
    """Put the new folder in the old one's place; the old one comes back if that fails."""
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-{ASIDE}", dir=folder.parent))
    old = aside / folder.name
    folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)
