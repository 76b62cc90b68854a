"""Zip archives: their one member that is wanted, whole and checked, or words for what is wrong with them."""

import lzma
import struct
import zipfile
import zlib
from pathlib import Path

from geo.core.errors import SourceError
from geo.sources.tables import refuse_web_page, require_file, shortened

MAX_MEMBER_BYTES = 2_000_000_000
"""No publisher's file is near this; a zip bomb is."""

DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, RuntimeError, ValueError, OSError)
"""What the standard library raises for archives that were cut short, altered or encrypted."""


def read_zip_member(path: Path, suffix: str) -> bytes:
    """Read the one member of a zip whose name ends in `suffix` (any case), its checksum checked.

    Raises
    ------
    MissingSourceError, SourceError
        When the archive is not there, is cut short, is none, or has no such member or several.
    """
    with open_zip(path) as archive:
        members = members_of(archive)
        found = [name for name in members if name.lower().endswith(suffix.lower())]
        if len(found) != 1:
            has = shortened(members) if members else "no files"
            cure = "download the publisher's file again"
            problem = f"holds {len(found)} files ending in {suffix!r}, expected one (it has {has}): {cure}"
            raise SourceError(path, [problem])
        return read_member(path, archive, found[0])


def members_of(archive: zipfile.ZipFile) -> list[str]:
    """Names of an archive's files; those packed again on a Mac hold a second, binary file beside each."""
    return [name for name in archive.namelist() if not name.startswith("__MACOSX/")]


def open_zip(path: Path) -> zipfile.ZipFile:
    """Open an archive for reading.

    Raises
    ------
    MissingSourceError, SourceError
        When there is no such file, or it cannot be opened as a zip.
    """
    require_file(path)
    with path.open("rb") as file:
        refuse_web_page(path, file.read(2048), "a zip")
    try:
        return zipfile.ZipFile(path)
    except DAMAGED as error:
        raise SourceError(path, [f"is cut short or not a zip ({error}): download it again"]) from error


def read_member(path: Path, archive: zipfile.ZipFile, name: str) -> bytes:
    """Read one member of an open archive (`path` is for errors) whole, its checksum checked.

    Raises
    ------
    SourceError
        When the member is damaged, encrypted or absurdly large.
    """
    if archive.getinfo(name).file_size > MAX_MEMBER_BYTES:
        problem = f"its member {name} claims to be over 2 GB, not a publisher's file: download it again"
        raise SourceError(path, [problem])
    try:
        return archive.read(name)
    except DAMAGED as error:
        raise SourceError(path, [f"its member {name} is damaged ({error}): download it again"]) from error
