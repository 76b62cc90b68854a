"""Bytes of files, on disk or inside zip archives: whole, checked and within limits, or words for what is wrong.

A path may lead into an archive, and into an archive in it: `downloads/feeds.zip/rail.zip/stops.txt`.
"""

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, cast

from geo.core.cache import cached
from geo.core.errors import MissingSourceError, SourceError
from geo.core.shortage import shortage
from geo.core.spread import InTurn, worker_folder
from geo.core.untrusted import printable, quoted
from geo.sources.wording import AGAIN, UNEDITED, shortened

MAX_BYTES = 350_000_000
"""Of one file unpacked: so much is read within 2 GB of memory. The largest, a timetable's calls, has some 300 MB for
all of Britain's railways; boundaries of all of England and Wales, as they are asked for, some 65."""

MAX_STREAMED = 20_000_000_000
"""Of one file that is read piece by piece: all of Britain's premises have some 7 GB."""

MAX_RATIO = 200
"""Between a file unpacked and packed: tables pack to a twentieth. A file under `SMALL` may be more repetitive."""

SMALL = 10_000_000
MAX_FILES = 500
"""In one archive; the one with most, Code-Point Open, has some 130."""

DEEPEST = 2
"""How many archives may lie in one another, where a file is looked for."""

BLANK = b"\xef\xbb\xbf \r\n\t"
"""What may stand in front of a file's content: a byte order mark and white space."""

_OTHER = {
    b"\x1f\x8b": "gzip", b"7z\xbc\xaf\x27\x1c": "7-Zip", b"Rar!": "RAR", b"BZh": "bzip2", b"\xfd7zXZ": "xz",
    b"(\xb5/\xfd": "Zstandard",
}
_TAR = (257, b"ustar")     # where it says so
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PDF = b"%PDF-"
_BEFORE = struct.Struct("<6x2H")     # flags and method, in the header before a member

DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, RuntimeError, ValueError, OSError)
"""What the standard library raises for archives that were cut short or altered."""

_READ = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_LOCKED = 1


def on_disk(path: Path) -> Path:
    """Return the file or folder on disk that a path leads to, or into."""
    return next((place for place in (path, *path.parents) if _is_file(place)), path)


def is_junk(name: str) -> bool:
    """Tell whether a path holds what systems leave behind: hidden files, a Mac's second ones, locks of spreadsheets."""
    parts = PurePosixPath(name).parts
    return any(part.startswith((".", "~$", "__MACOSX")) for part in parts) or (
        bool(parts) and parts[-1].lower() in {"thumbs.db", "desktop.ini"})


def list_files(path: Path) -> list[Path]:
    """List the files of a folder or an archive, or of a folder in one, as paths, sorted; junk is left out.

    Raises
    ------
    MissingSourceError, SourceError
        When there is nothing there, or the archive cannot be opened.
    """
    if path.is_dir():
        return sorted(file for file in path.rglob("*")
                      if file.is_file() and not is_junk(file.relative_to(path).as_posix()))
    archive_path, pattern = _archive_of(path / "*")
    with open_zip(archive_path) as archive:
        return sorted(archive_path / name for name in _members(archive) if name.startswith(pattern[:-1]))


def read_bytes(path: Path, most: int | None = None) -> bytes:
    """Read a file, on disk or inside an archive, whole or its first bytes.

    Raises
    ------
    MissingSourceError, SourceError
        When it is not there, is damaged, locked or absurdly large.
    """
    archive_path, name = _archive_of(path)
    if not name:
        require_file(path)
        if most is None and (size := path.stat().st_size) > MAX_BYTES:
            raise SourceError(path, [f"has {_too_large(size, MAX_BYTES)}"])
        with path.open("rb") as file:
            return file.read(most)
    with open_zip(archive_path) as archive:
        members = _members(archive)
        if name not in members:
            raise _not_there(path)
        return read_member(archive_path, archive, members[name].filename, most)


@contextmanager
def open_bytes(path: Path) -> Iterator[BinaryIO]:
    """Open a file, on disk or inside an archive, to be read piece by piece: it may be larger than is read at once.

    Raises
    ------
    MissingSourceError, SourceError
        When it is not there, is locked, packed in a way that is not read, or absurdly large. What is found damaged
        while it is read is raised as the standard library does (`DAMAGED`).
    """
    archive_path, name = _archive_of(path)
    if not name:
        require_file(path)
        with path.open("rb") as file:
            yield file
        return
    with open_zip(archive_path) as archive:
        members = _members(archive)
        if name not in members:
            raise _not_there(path)
        refuse_unreadable(archive_path, archive, members[name], MAX_STREAMED)
        with archive.open(members[name]) as member:
            yield cast("BinaryIO", member)


def read_each(read: Callable[[Path], Any], paths: Sequence[Path], spread: InTurn) -> Iterator[Any]:
    """Have files read, each by itself; where who reads them has another disk, their content is sent.

    Parameters
    ----------
    read
        Reads one; it can be imported.
    paths
        Files on disk or in archives.
    spread
        Who reads.

    Raises
    ------
    MissingSourceError, SourceError
        Where one cannot be sent, and whatever `read` raises.
    """
    if spread.shares_disk:
        return spread(read, paths)
    return spread(_read_sent, ((path.name, _content(path)) for path in paths), read)


def _content(path: Path) -> bytes:
    try:
        with open_bytes(path) as file:
            return file.read()
    except DAMAGED:
        return read_bytes(path)      # which words it


def _read_sent(sent: tuple[str, bytes], read: Callable[[Path], Any]) -> Any:
    """Read a file that was sent."""
    name, content = sent
    with TemporaryDirectory(dir=worker_folder()) as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        return read(path)


def read_packed(path: Path, suffix: str) -> bytes:
    """Read a table, or the one file of an archive whose name ends in `suffix` (any case).

    Raises
    ------
    MissingSourceError, SourceError
        When it is not there or damaged, or an archive has no such file or several.
    """
    if path.suffix.lower() != ".zip" and read_bytes(path, 2) != b"PK":
        return read_bytes(path)
    files = list_files(path)
    found = [file for file in files if file.name.lower().endswith(suffix.lower())]
    if len(found) != 1:
        has = shortened([file.name for file in files]) if files else "no files"
        problem = f"holds {len(found)} files ending in {suffix!r}, expected one (it has {has}): {UNEDITED}"
        raise SourceError(path, [problem])
    return read_bytes(found[0])


def open_zip(path: Path) -> zipfile.ZipFile:
    """Open an archive, on disk or inside another one, for reading.

    Raises
    ------
    MissingSourceError, SourceError
        When there is no such file, it cannot be opened as a zip, or holds too many files.
    """
    refuse_web_page(path, read_bytes(path, 2048), "a zip")
    try:
        archive = zipfile.ZipFile(path if on_disk(path) == path else io.BytesIO(_inner_archive(path, _written(path))))
    except DAMAGED as error:
        if shortage(error):
            raise
        raise SourceError(path, [f"is cut short or not a zip ({printable(error)}): {AGAIN}"]) from error
    if len(archive.filelist) > MAX_FILES:
        archive.close()
        raise SourceError(path, [f"holds {len(archive.filelist):,} files, more than any publisher's: {UNEDITED}"])
    return archive


def _written(path: Path) -> tuple[int, int]:
    """Tell when the file on disk was written that a path leads into, and its size: it may be replaced."""
    told = on_disk(path).stat()
    return told.st_mtime_ns, told.st_size


@cached(1)
def _inner_archive(path: Path, _: tuple[int, int]) -> bytes:
    """Read an archive that lies in another, which is asked for again for each of its files."""
    return read_bytes(path)


def read_member(path: Path, archive: zipfile.ZipFile, name: str, most: int | None = None) -> bytes:
    """Read one member of an open archive (`path` is for errors), its checksum checked unless only its first bytes are.

    Raises
    ------
    SourceError
        When the member is damaged, locked, packed in a way that is not read, or absurdly large.
    """
    entry = archive.getinfo(name)
    refuse_unreadable(path, archive, entry)
    try:
        with archive.open(entry) as file:
            return file.read(-1 if most is None else most)
    except DAMAGED as error:
        if shortage(error):
            raise
        raise SourceError(path, [f"its member {quoted(name)} is damaged ({printable(error)}): {AGAIN}"]) from error


def refuse_unreadable(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int | None = None) -> None:
    """Raise a SourceError (`path` is for it) where a member is locked, packed unknown, or unpacks to too much."""
    problem = _unreadable(entry, MAX_BYTES if most is None else most)
    if problem and not _said_twice(archive, entry):
        raise SourceError(path, [f"its member {quoted(entry.filename)} is damaged (it is listed as another): {AGAIN}"])
    if problem:
        raise SourceError(path, [f"its member {quoted(entry.filename)} {problem}"])


def _said_twice(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Tell whether an archive says before a member what its list says of it: whether locked, and how packed."""
    file = cast("BinaryIO", archive.fp)
    file.seek(max(0, entry.header_offset))
    before = file.read(_BEFORE.size)
    if len(before) < _BEFORE.size:
        return False
    flags, method = _BEFORE.unpack(before)
    return bool((flags ^ entry.flag_bits) & _LOCKED == 0 and method == entry.compress_type)


def _unreadable(entry: zipfile.ZipInfo, most: int) -> str:
    """Say what keeps a member of more than so many bytes, or any, from being read, before anything of it is."""
    if entry.flag_bits & _LOCKED:
        return "is locked with a password: unpack it, and pack it again without one"
    if entry.compress_type not in _READ:
        return f"is packed in a way that is not read here ({entry.compress_type}): unpack it, and leave the files"
    if entry.file_size > most:
        return f"unpacks to {_too_large(entry.file_size, most)}"
    if entry.file_size > max(SMALL, MAX_RATIO * entry.compress_size):
        return f"unpacks to more than {MAX_RATIO} times its size, as no table does: {UNEDITED}"
    return ""


def _too_large(size: int, most: int) -> str:
    """Say of a file of more than is read that it is not, and what to do."""
    return f"{size:,} bytes, more than the {most:,} that are read: use a download of fewer areas, or {UNEDITED}"


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Find an archive's files by their paths; some programs write them with backslashes, or with a slash before."""
    paths = {PurePosixPath(entry.filename.replace("\\", "/").lstrip("/")).as_posix(): entry
             for entry in archive.infolist() if not entry.is_dir()}
    return {name: entry for name, entry in paths.items() if not is_junk(name)}


def _archive_of(path: Path) -> tuple[Path, str]:
    """Part a path inside an archive: the innermost archive, and the path in it, "" for a file on disk."""
    place = on_disk(path)
    rest = list(path.relative_to(place).parts)
    while rest:
        with open_zip(place) as archive:
            members = _members(archive)
        inner = next((count for count in range(1, len(rest)) if "/".join(rest[:count]) in members), None)
        if inner is None:
            break
        place, rest = place.joinpath(*rest[:inner]), rest[inner:]
    return place, "/".join(rest)


def _not_there(path: Path) -> MissingSourceError:
    looked = f"is not there (looked in {printable(path.parent, 500)})"
    return MissingSourceError(f"{printable(path.name)}: {looked}: download it, or check its name")


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:     # a name that no system takes
        return False


def unread_format(head: bytes) -> str:
    """Say which format that is not read here a file's first bytes are of, and the cure; nothing for any other.

    Returns
    -------
    str
        A few words, or "".
    """
    packed = next((name for magic, name in _OTHER.items() if head.startswith(magic)), "")
    if not packed and head[_TAR[0]:].startswith(_TAR[1]):
        packed = "tar"
    if packed:
        return f"is packed as {packed}: unpack it"
    if head.startswith(_OLD_WORKBOOK):
        return "is a workbook or document of old Office (.xls, .doc): save the sheet that is wanted as CSV"
    return "is a PDF: use the publisher's table" if head.startswith(_PDF) else ""


def require_file(path: Path) -> None:
    """Raise a MissingSourceError when a path is no file."""
    if not _is_file(path):
        raise _not_there(path)


def refuse_web_page(path: Path, data: bytes, expected: str) -> None:
    """Raise a SourceError when a file's bytes (or the first of them) are a web page instead of what is expected."""
    if data[:2048].lstrip(BLANK).startswith(b"<"):
        raise SourceError(path, [f"is a web page, not {expected} (the download was refused or moved): {AGAIN}"])
