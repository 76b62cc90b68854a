"""Which editions lie in a folder: known by their manifests alone, since to read a whole one takes seconds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from os import scandir, stat_result
from pathlib import Path

from geo.core.errors import EditionError
from geo.core.untrusted import quoted
from geo.edition.manifest import MANIFEST, lines_source, read_manifest

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,80}")     # as a link spells it

Stamp = tuple[int, int, int, int]
"""What changes with a file: when it was written, when that or its permissions changed, its size, which file it is."""


@dataclass(frozen=True)
class EditionAtHand:
    """One edition, as its manifest tells of it.

    Attributes
    ----------
    id, name
        Its identity, and the first part of that.
    built_at
        When it was built.
    vintages
        Source id → the day or year that its figures are of.
    broadband_basis, rail_basis
        What its figures rest on.
    folder
        Where it lies.
    """

    id: str
    name: str
    built_at: datetime
    vintages: Mapping[str, str]
    broadband_basis: str
    rail_basis: str
    folder: Path

    @property
    def lines_vintage(self) -> str:
        """The month that the counts behind its lines are of, such as 2025-07; "" where that is not known."""
        return self.vintages.get(lines_source(self.broadband_basis, self.vintages), "")


def edition_at_hand(folder: Path) -> EditionAtHand:
    """Read what an edition's manifest tells of it.

    Parameters
    ----------
    folder
        The edition.

    Returns
    -------
    EditionAtHand
        Whose tables have not been looked at.

    Raises
    ------
    EditionError
        When the folder has no manifest, or one that no link can name or that says no day.
    """
    said = read_manifest(folder)
    if not _ID.fullmatch(str(said["id"])):
        raise EditionError(f"{folder} has the id {quoted(said['id'], 90)}, which no link can name: build it again "
                           "under a name of small letters, digits and hyphens")
    try:
        built_at = datetime.fromisoformat(str(said["built_at"]))
    except ValueError as error:
        raise EditionError(f"{folder / MANIFEST} does not say when it was built ({error})") from error
    built_at = built_at.replace(tzinfo=built_at.tzinfo or UTC).astimezone(UTC)
    return EditionAtHand(str(said["id"]), str(said["name"]), built_at, dict(said["vintages"]),
                         str(said["broadband_basis"]), str(said["rail_basis"]), folder)


def stamps_in(folder: Path) -> dict[Path, Stamp]:
    """Look which editions a folder holds.

    Parameters
    ----------
    folder
        A folder of editions; one whose name begins with a full stop is being written.

    Returns
    -------
    dict
        Folder of each edition, by name, to what changes with its manifest.

    Raises
    ------
    EditionError
        When it is no folder that can be read.
    """
    try:
        inside = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        raise EditionError(f"{folder} is not a folder of editions ({error.strerror or error})") from error
    found = {path: stamp_of(path) for path in inside}
    return {path: stamp for path, stamp in found.items() if stamp}


def stamp_of(folder: Path) -> Stamp | None:
    """Tell what changes when an edition is replaced.

    Parameters
    ----------
    folder
        The edition.

    Returns
    -------
    tuple of int or None
        None where there is no manifest.
    """
    try:
        found = (folder / MANIFEST).stat()
    except OSError:
        return None
    return _stamp(found)


def stamps_of_files(folder: Path) -> tuple[tuple[str, Stamp], ...]:
    """Tell what changes when any file of an edition is replaced, changed, damaged, or no longer to be read.

    Parameters
    ----------
    folder
        The edition.

    Returns
    -------
    tuple
        Of each file its name and stamp, by name; none where the folder cannot be looked into.
    """
    try:
        with scandir(folder) as files:
            return tuple(sorted((file.name, _stamp(file.stat())) for file in files))
    except OSError:
        return ()


def _stamp(found: stat_result) -> Stamp:
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
