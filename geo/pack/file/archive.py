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
import time
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from os import DirEntry, fsync, scandir
from pathlib import Path
from typing import BinaryIO, NamedTuple, NoReturn

from geo.core.errors import PackError
from geo.core.locks import is_left, lock
from geo.core.untrusted import quoted

MOST_BYTES, _MOST_FILES = 500_000_000, 1000
MOST_WANTED = 20_000_000    # bytes of a file whose content is wanted
_MOST_RATIO = 200           # between a file unpacked and packed; a small one may be as repetitive as it likes
_SMALL = 1_000_000
_ENCRYPTED = 1
_LONGEST_LIST = 1_000_000
_END, _END_BYTES, _LARGE_END, _LARGE_END_BYTES = b"PK\x05\x06", 22, b"PK\x06\x07", 20
_SAFE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
_CURES = {
    errno.ENOENT: "make its folder first", errno.ENOTDIR: "make its folder first",
    errno.EISDIR: "name a file, not a folder", errno.ENOSPC: "make room", errno.EDQUOT: "make room",
}
# All that the standard library raises on bytes that are no ZIP, or no longer one.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, OverflowError, struct.error)


_PART = re.compile(r"\.swathe-[0-9a-f]{16}\.part")
_STALE = 3600.0     # seconds; a file is written within a few


def zip_bytes(files: Mapping[str, bytes]) -> bytes:
    """Put files, by their paths, into a ZIP without clock, owner or machine: the same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(files):
            if not _SAFE.fullmatch(name):
                raise PackError(f"{quoted(name)} cannot be the name of a file in a pack")
            entry = zipfile.ZipInfo(name)       # of 1 January 1980, the first day that a ZIP knows
            entry.create_system, entry.external_attr = 3, (stat.S_IFREG | 0o644) << 16      # Unix, an ordinary file
            archive.writestr(entry, files[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; one that stands there is replaced at the last moment.

    Its folder must be there. When a PackError says that it cannot be written, nothing new stands there, under this name
    or another.
    """
    part = path.parent / f".swathe-{secrets.token_hex(8)}.part"
    try:
        _sweep(path.parent)
        with _stopped_tidily():
            try:
                with part.open("xb") as file:
                    lock(file.fileno())     # until it is closed: nobody takes it for what a killed process left
                    file.write(content)
                    file.flush()
                    fsync(file.fileno())
                part.replace(path)
            finally:
                part.unlink(missing_ok=True)
    except OSError as error:
        cure = _CURES.get(error.errno or 0, "name another folder")
        raise PackError(f"{path} cannot be written ({error.strerror or error}): {cure}") from error


def _sweep(folder: Path) -> None:
    """Clear away files that were being written when their process was killed."""
    for left in folder.glob(".swathe-*.part"):
        with suppress(FileNotFoundError):     # it has got its name
            old = time.time() - left.stat().st_mtime > _STALE     # where there are no locks
            if _PART.fullmatch(left.name) and left.is_file() and (old or is_left(left)):
                left.unlink()


@contextmanager
def _stopped_tidily() -> Iterator[None]:
    """Let a polite request to stop (SIGTERM) clear up first, as a key pressed (Ctrl-C) does anyway."""
    in_charge = threading.current_thread() is threading.main_thread()
    untouched = in_charge and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    if untouched:
        signal.signal(signal.SIGTERM, _stop)
    try:
        yield
    finally:
        if untouched:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _stop(number: int, _frame: object) -> NoReturn:
    raise SystemExit(128 + number)


_MANIFEST = "manifest.json"      # the folder that it lies in is the pack's
_LEFT_BY_SYSTEMS = re.compile(
    r"(?:[^/]*/)*(?:__MACOSX(?:/.*)?|\.DS_Store|\._[^/]*|Thumbs\.db|desktop\.ini)", re.IGNORECASE)
_SAFE_FOLDER = re.compile(r"[^/\\:\x00-\x1f\x7f]+(?:/[^/\\:\x00-\x1f\x7f]+){0,3}")
_DEEPEST = 8


@dataclass(frozen=True)
class Contents:
    """What is in a ZIP or a folder, by paths inside the pack's own folder."""

    digests: dict[str, str] = field(default_factory=dict)   # path → sha256 of every file that can be read
    damaged: list[str] = field(default_factory=list)        # paths of those that cannot
    wanted: dict[str, bytes] = field(default_factory=dict)  # path → content of the files asked for
    ignored: list[str] = field(default_factory=list)        # paths of what a Mac or Windows left beside them
    folder: str = ""                                        # that the pack lies in


def read_files(path: Path, is_wanted: Callable[[str], bool]) -> Contents:
    """Read a ZIP, or a folder that one was unpacked into; a PackError says what is wrong with it."""
    return read_folder(path, is_wanted) if path.is_dir() else read_zip(path, is_wanted)


def read_folder(path: Path, is_wanted: Callable[[str], bool]) -> Contents:
    """Read a folder that somebody else may have filled: links are not followed, and no more is read than fits."""
    try:
        files = dict(_files_in(path))
        names = sorted(name for name in files if not _LEFT_BY_SYSTEMS.fullmatch(name))
        sizes = {name: files[name].stat(follow_symlinks=False).st_size for name in names}
        if len(names) > _MOST_FILES or sum(sizes.values()) > MOST_BYTES:
            raise PackError(_too_much(path))
        inside = _inside(names)
        found = Contents(ignored=sorted(files.keys() - set(names)), folder=inside.folder)
        for name, own in inside.names.items():
            wrong = [what for what, is_wrong in {
                "is a path that could lead elsewhere": not _SAFE.fullmatch(own),
                f"has {sizes[name]:,} bytes: too many for a pack": is_wanted(own) and sizes[name] > MOST_WANTED,
            }.items() if is_wrong]
            if wrong:
                raise PackError(f"{path} is no pack: {quoted(name)} {wrong[0]}")
            with Path(files[name].path).open("rb") as file:
                content = file.read(MOST_WANTED + 1) if is_wanted(own) else b""
                digest = hashlib.sha256(content) if is_wanted(own) else hashlib.file_digest(file, "sha256")
            found.digests[own] = digest.hexdigest()
            found.wanted.update({own: content} if is_wanted(own) else {})
    except OSError as error:
        raise PackError(f"{path} cannot be read ({error.strerror}): copy it to where you may read it") from error
    return found


def _files_in(folder: Path) -> Iterator[tuple[str, DirEntry[str]]]:
    """List the files of a folder and of those in it, by their paths; what is neither file nor folder is refused."""
    waiting, seen = [("", str(folder), 0)], 0
    while waiting:
        before, here, depth = waiting.pop()
        with scandir(here) as entries:
            for entry in entries:
                name, seen = f"{before}{entry.name}", seen + 1
                if seen > 2 * _MOST_FILES or depth > _DEEPEST:
                    raise PackError(_too_much(folder))
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((f"{name}/", entry.path, depth + 1))
                elif entry.is_file(follow_symlinks=False):
                    yield name, entry
                else:
                    raise PackError(f"{folder} is no pack: {quoted(name)} is a link, or no file at all")


def _too_much(path: Path) -> str:
    return f"{path} is no pack: it holds more than {_MOST_FILES:,} files or {MOST_BYTES:,} bytes"


class _Inside(NamedTuple):
    folder: str                 # that holds the manifest and all other files; "" where there is none
    names: dict[str, str]       # path as it stands → path inside the folder


def _inside(names: Sequence[str]) -> _Inside:
    """Find the folder that a pack was put into as a whole."""
    manifests = sorted((name for name in names if name.rpartition("/")[2] == _MANIFEST), key=lambda name: (
        name.count("/"), name))
    folder = manifests[0].rpartition("/")[0] if manifests else ""
    safe = _SAFE_FOLDER.fullmatch(folder) and folder.isprintable() and not {"..", "."} & {*folder.split("/")}
    if not safe or not all(name.startswith(f"{folder}/") for name in names):
        return _Inside("", {name: name for name in names})
    return _Inside(folder, {name: name.removeprefix(f"{folder}/") for name in names})


def read_zip(path: Path, is_wanted: Callable[[str], bool]) -> Contents:
    """Read a ZIP that somebody else may have made, without unpacking it; of files not wanted the checksum alone.

    A PackError says that it is no ZIP, not whole, or not of the kind that `zip_bytes` makes: paths that lead elsewhere,
    the same path twice, more than fits.
    """
    if not path.is_file():
        raise PackError(f"{path}: there is no such file")
    try:
        with path.open("rb") as file:
            _refuse_list(file)
            with zipfile.ZipFile(file) as archive:
                entries = archive.infolist()
                left = [entry for entry in entries if _LEFT_BY_SYSTEMS.fullmatch(entry.orig_filename.rstrip("/"))]
                files = [entry for entry in entries if entry not in left and not _is_folder(entry)]
                inside = _inside([entry.orig_filename for entry in files])
                _refuse(path, entries, files, inside, is_wanted)
                found = Contents(ignored=sorted(entry.orig_filename for entry in left), folder=inside.folder)
                for entry in files:
                    _read(archive, entry, inside.names[entry.orig_filename], is_wanted, found)
    except PackError:
        raise
    except PermissionError as error:
        raise PackError(f"{path} cannot be read ({error.strerror}): copy it to where you may read it") from error
    except _DAMAGE as error:
        raise PackError(f"{path} is not a ZIP, or not a whole one: copy or download it again") from error
    return found


def _refuse_list(file: BinaryIO) -> None:
    """Refuse a list of files that would fill the memory; the standard library reads all of it at once."""
    file.seek(0, io.SEEK_END)
    file.seek(-min(file.tell(), _END_BYTES + _LARGE_END_BYTES), io.SEEK_END)
    tail = file.read()
    large, record = tail[:-_END_BYTES], tail[-_END_BYTES:]
    # As `zip_bytes` ends a file: no comment, nothing behind it, no second way to count.
    plain = record.startswith(_END) and record.endswith(b"\0\0") and not large.startswith(_LARGE_END)
    if not plain or int.from_bytes(record[12:16], "little") > _LONGEST_LIST:
        raise zipfile.BadZipFile("no end of a short list")


def _is_folder(entry: zipfile.ZipInfo) -> bool:
    """Tell whether an entry only names a folder, as other tools write them."""
    name = entry.orig_filename.rstrip("/")
    return entry.orig_filename.endswith("/") and not entry.file_size and _SAFE_FOLDER.fullmatch(name) is not None and (
        not {"..", "."} & {*name.split("/")} and stat.S_IFMT(entry.external_attr >> 16) in {0, stat.S_IFDIR})


def _refuse(
    path: Path, entries: Sequence[zipfile.ZipInfo], files: Sequence[zipfile.ZipInfo], inside: _Inside,
    is_wanted: Callable[[str], bool],
) -> None:
    """Refuse archives that lie or harm, before anything in them is read."""
    if len(files) > _MOST_FILES or sum(entry.file_size for entry in files) > MOST_BYTES:
        raise PackError(_too_much(path))
    if entries and min(entry.header_offset for entry in entries) > 0:
        raise PackError(f"{path} is no pack: something stands before its first file")
    seen: set[str] = set()
    for entry in files:
        own = inside.names[entry.orig_filename]
        for what, is_wrong in _wrongs(entry, own, seen, is_wanted(own)).items():
            if is_wrong:
                raise PackError(f"{path} is no pack: {quoted(entry.orig_filename)} {what}")
        seen.add(own.casefold())     # some systems do not tell case apart


def _wrongs(entry: zipfile.ZipInfo, own: str, seen: Collection[str], wanted: bool) -> dict[str, bool]:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    # Packings whose readers may be made to fill the memory are left out.
    packed = entry.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2}
    return {
        "is a path that could lead elsewhere":
            not _SAFE.fullmatch(own) or entry.filename != entry.orig_filename,
        "is there twice": own.casefold() in seen,
        "is locked, a link, or packed in another way":
            entry.flag_bits & _ENCRYPTED > 0 or not packed or kind not in {0, stat.S_IFREG},
        f"unpacks to more than {_MOST_RATIO} times its size":
            entry.file_size > max(_SMALL, _MOST_RATIO * entry.compress_size),
        f"has {entry.file_size:,} bytes: too many for a pack": wanted and entry.file_size > MOST_WANTED,
    }


def _read(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, own: str, is_wanted: Callable[[str], bool], found: Contents,
) -> None:
    """Add a file to what was found, read no further than its entry says."""
    wanted = is_wanted(own)
    try:
        with archive.open(entry) as file:
            content = file.read() if wanted else b""
            digest = hashlib.sha256(content) if wanted else hashlib.file_digest(file, "sha256")  # type: ignore[arg-type]
    except _DAMAGE:
        found.damaged.append(own)
        return
    found.digests[own] = digest.hexdigest()
    found.wanted.update({own: content} if wanted else {})
