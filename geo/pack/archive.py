"""A pack as one ZIP: the same files give the same bytes; written whole or not at all; read without trust."""

import errno
import hashlib
import io
import re
import secrets
import signal
import stat
import struct
import threading
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from os import fsync
from pathlib import Path
from typing import BinaryIO, NoReturn

from geo.errors import PackError

__all__ = ["Contents", "read_zip", "write_whole", "zip_bytes"]

_EPOCH = (1980, 1, 1, 0, 0, 0)
_PERMISSIONS = stat.S_IFREG | 0o644
_UNIX = 3
_ENCRYPTED = 1
_READ = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

_MOST_BYTES = 500_000_000
_MOST_FILES = 1000
_MOST_KEPT = 20_000_000
_MOST_RATIO = 200
_SMALL = 1_000_000
"""Bytes below which a file may be as repetitive as it likes."""

_CHUNK = 1 << 20
_LONGEST_LIST = 1_000_000
_END, _END_BYTES, _LARGE_END, _LARGE_END_BYTES = b"PK\x05\x06", 22, b"PK\x06\x07", 20
_SAFE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
_CURES = {
    errno.ENOENT: "make its folder first", errno.ENOTDIR: "make its folder first",
    errno.EISDIR: "name a file, not a folder", errno.ENOSPC: "make room", errno.EDQUOT: "make room",
}
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, OverflowError, struct.error)
"""All that the standard library raises on bytes that are no ZIP, or no longer one."""


def zip_bytes(files: Mapping[str, bytes]) -> bytes:
    """Put files into a ZIP.

    Parameters
    ----------
    files
        Path in the archive → content.

    Returns
    -------
    bytes
        Sorted by path, without clock, owner or machine: the same files give the same bytes.

    Raises
    ------
    PackError
        When a path could lead out of the folder that the archive is unpacked in.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            if not _SAFE.fullmatch(name):
                raise PackError(f"{_shown(name)} cannot be the name of a file in a pack")
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = _UNIX
            entry.external_attr = _PERMISSIONS << 16
            archive.writestr(entry, files[name])
    return out.getvalue()


def _shown(name: str) -> str:
    printable = "".join(letter if letter.isprintable() else "?" for letter in name)
    return f"‘{printable if len(printable) <= 80 else f'{printable[:79]}…'}’"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; one that stands there is replaced at the last moment.

    Parameters
    ----------
    path
        Its folder must be there.
    content
        All of it.

    Raises
    ------
    PackError
        When it cannot be written; then nothing new stands there, under this name or another.
    """
    try:
        with _stopped_tidily():
            _write(path, content)
    except OSError as error:
        cure = _CURES.get(error.errno or 0, "name another folder")
        raise PackError(f"{path} cannot be written ({error.strerror or error}): {cure}") from error


def _write(path: Path, content: bytes) -> None:
    part = path.parent / f".swathe-{secrets.token_hex(8)}.part"
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _stopped_tidily() -> Iterator[None]:
    """Let a polite request to stop (SIGTERM) clear up first, as a key pressed (Ctrl-C) does anyway."""
    in_charge = threading.current_thread() is threading.main_thread()
    if not in_charge or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, _stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _stop(number: int, _frame: object) -> NoReturn:
    raise SystemExit(128 + number)


@dataclass(frozen=True)
class Contents:
    """What is in a ZIP.

    Parameters
    ----------
    digests
        Path → sha256 of every file that can be read.
    damaged
        Paths of those that cannot.
    kept
        Path → content of the files asked for.
    """

    digests: Mapping[str, str]
    damaged: tuple[str, ...]
    kept: Mapping[str, bytes]


def read_zip(path: Path, keep: Callable[[str], bool]) -> Contents:
    """Read a ZIP that somebody else may have made, without unpacking it.

    Parameters
    ----------
    path
        The archive.
    keep
        Whether the content of a file is wanted, by its path; of others the checksum alone.

    Returns
    -------
    Contents
        Of every file.

    Raises
    ------
    PackError
        When it is no ZIP, not whole, or not of the kind that `zip_bytes` makes: paths that lead elsewhere, the same
        path twice, more than fits.
    """
    if not path.is_file():
        raise PackError(f"{path}: there is no such file")
    try:
        file = path.open("rb")
    except OSError as error:
        raise PackError(f"{path} cannot be read ({error.strerror}): copy it to where you may read it") from error
    try:
        with file:
            _refuse_list(file)
            with zipfile.ZipFile(file) as archive:
                entries = archive.infolist()
                _refuse(path, entries)
                read = {entry.filename: _read(archive, entry, keep(entry.filename)) for entry in entries}
    except PackError:
        raise
    except _DAMAGE as error:
        raise PackError(f"{path} is not a ZIP, or not a whole one: copy or download it again") from error
    return Contents(
        {name: found[0] for name, found in read.items() if found}, tuple(name for name in read if not read[name]),
        {name: found[1] for name, found in read.items() if found and keep(name)},
    )


def _refuse_list(file: BinaryIO) -> None:
    """Refuse a list of files that would fill the memory; the standard library reads all of it at once."""
    file.seek(0, io.SEEK_END)
    file.seek(-min(file.tell(), _END_BYTES + _LARGE_END_BYTES), io.SEEK_END)
    large, end = file.read()[:-_END_BYTES], file.tell()
    file.seek(max(end - _END_BYTES, 0))
    record = file.read()
    # As `zip_bytes` ends a file: no comment, nothing behind it, no second way to count.
    plain = record.startswith(_END) and record.endswith(b"\0\0") and not large.startswith(_LARGE_END)
    if not plain or int.from_bytes(record[12:16], "little") > _LONGEST_LIST:
        raise zipfile.BadZipFile("no end of a short list")


def _refuse(path: Path, entries: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse archives that lie or harm, before anything in them is read."""
    if len(entries) > _MOST_FILES or sum(entry.file_size for entry in entries) > _MOST_BYTES:
        raise PackError(f"{path} is no pack: it holds more than {_MOST_FILES:,} files or {_MOST_BYTES:,} bytes")
    if entries and min(entry.header_offset for entry in entries) > 0:
        raise PackError(f"{path} is no pack: something stands before its first file")
    seen: set[str] = set()
    for entry in entries:
        wrong = _wrong(entry, seen)
        if wrong:
            raise PackError(f"{path} is no pack: {_shown(entry.orig_filename)} {wrong}")
        seen.add(entry.filename.casefold())     # some systems do not tell case apart


def _wrong(entry: zipfile.ZipInfo, seen: Collection[str]) -> str:
    if not _SAFE.fullmatch(entry.orig_filename) or entry.filename != entry.orig_filename:
        return "is a path that could lead elsewhere"
    if entry.filename.casefold() in seen:
        return "is there twice"
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if entry.flag_bits & _ENCRYPTED or entry.compress_type not in _READ or kind not in {0, stat.S_IFREG}:
        return "is locked, a link, or packed in another way"
    if entry.file_size > max(_SMALL, _MOST_RATIO * entry.compress_size):
        return f"unpacks to more than {_MOST_RATIO} times its size"
    return ""


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, kept: bool) -> tuple[str, bytes] | None:
    """Read a file, no further than its entry says; None where it is damaged."""
    if kept and entry.file_size > _MOST_KEPT:
        raise PackError(f"{_shown(entry.filename)} has {entry.file_size:,} bytes: too many for a pack")
    digest, pieces = hashlib.sha256(), []
    try:
        with archive.open(entry) as file:
            while piece := file.read(_CHUNK):
                digest.update(piece)
                if kept:
                    pieces.append(piece)
    except _DAMAGE:
        return None
    return digest.hexdigest(), b"".join(pieces)
