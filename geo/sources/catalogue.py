"""The table of sources (data/sources.toml), and which files of a folder they are."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from importlib import import_module
from pathlib import Path
from typing import Any

from geo.core.cache import cached
from geo.core.choices import DATA
from geo.core.errors import MissingSourceError, SourceError
from geo.sources.tables import vintage_in_name

TIMETABLE = "timetable"
"""The one source that is a folder or an archive, of which there may be several to choose from."""
LOCALITIES = "commons-library"
"""Broadband measured by locality: with it the estimate rests on more than the counts of today."""


@dataclass(frozen=True)
class Source:
    """One publisher's file, as credited."""

    id: str                        # its name in the manifest
    title: str
    publisher: str
    licence: str
    vintage: str                   # "in the file's name" where it is read from there
    address: str
    attribution: tuple[str, ...]   # keys of the attribution sentences
    files: tuple[str, ...]         # patterns of file names
    reader: str                    # file of geo/sources and function that reads one
    required: bool                 # whether the build stops without it
    without_it: str                # what its absence costs, in words
    tables: tuple[str, ...] = ()   # files of an edition, without ending, that hold something made from it
    year: int | None = None        # of its data, where the vintage names another or none

    def read(self, path: Path) -> Any:
        """Read one file of this source with its reader."""
        module, _, function = self.reader.partition(":")
        return getattr(import_module(f"geo.sources.{module}"), function)(path)

    def vintage_of(self, path: Path) -> str:
        """Return the vintage of one file of this source, from its name where the publisher writes it there."""
        return (vintage_in_name(path) or "not stated") if self.vintage == "in the file's name" else self.vintage


@cached(1, key=lambda: DATA)
def _toml() -> dict[str, Any]:
    with (DATA / "sources.toml").open("rb") as file:
        return tomllib.load(file)


def read_catalogue() -> Mapping[str, Source]:
    """Read the table of sources, by id."""
    lists = ("attribution", "files", "tables")
    return {row["id"]: Source(**row | {name: tuple(row[name]) for name in lists if name in row})
            for row in _toml()["source"]}


def read_attributions() -> Mapping[str, str]:
    """Read the sentences that publishers ask for, by key; {year} and {publisher} stand for those of the data."""
    return dict(_toml()["attribution"])


def read_licences() -> Mapping[str, str]:
    """Read the addresses of licences, by name."""
    return dict(_toml()["licence"])


def find_files(folder: Path) -> dict[str, list[Path]]:
    """Find each source's file in a folder and its subfolders.

    Returns
    -------
    dict of str to list of Path
        Source id → its one file; for the timetable all feeds there are (a GTFS folder or zip), and sources that are
        not required and not there are left out.

    Raises
    ------
    MissingSourceError
        When the folder or any required file is missing; all are named, with what each costs.
    SourceError
        When there are two files for one source and their names do not tell which is newer.
    """
    if not folder.is_dir():
        raise MissingSourceError(f"{folder}: no such folder; give the folder that holds the publishers' files")
    names = sorted(path for path in folder.rglob("*") if path.is_file())
    found: dict[str, list[Path]] = {}
    missing = []
    for source in read_catalogue().values():
        matches = [path for path in names if any(fnmatch(path.name, pattern) for pattern in source.files)]
        if source.id == TIMETABLE:
            matches = [path.parent if path.name == "stop_times.txt" else path for path in matches]
        elif len(matches) > 1:
            matches = [_newest(source, matches)]
        if matches:
            found[source.id] = matches
        elif source.required:
            missing.append(f"{source.title} ({' or '.join(source.files)}, from {source.address}): {source.without_it}")
    if missing:
        raise MissingSourceError(f"{folder} lacks {len(missing)} of the files needed: {'; '.join(missing)}")
    return found


def _newest(source: Source, paths: list[Path]) -> Path:
    """Of several releases the newest, when their names say."""
    ordered = sorted(paths, key=lambda path: path.name)
    if len({path.name for path in paths}) < len(paths) or any(vintage_in_name(path) is None for path in paths):
        listed = ", ".join(str(path) for path in ordered)
        raise SourceError(paths[0], [f"there are {len(paths)} files for ‘{source.title}’, leave one of: {listed}"])
    return ordered[-1]


def sha256_of(path: Path) -> str:
    """Checksum (hexadecimal) of a file, or of a folder's files with their names."""
    if path.is_dir():
        parts = (f"{file.name} {sha256_of(file)}\n" for file in sorted(path.iterdir()) if file.is_file())
        return hashlib.sha256("".join(parts).encode()).hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
