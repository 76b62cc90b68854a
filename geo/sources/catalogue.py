"""The table of sources (data/sources.toml)."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from geo.core.cache import cached
from geo.core.choices import DATA
from geo.sources.archives import list_files, on_disk
from geo.sources.tables import vintage_in_name

TIMETABLE = "timetable"
"""The one source that is a folder or an archive, of which there may be several to choose from."""
NOT_STATED = "not stated"
POSTCODES = "postcodes"
AUTHORITIES, CONSTITUENCIES = "ofcom-authority", "ofcom-constituency"
"""Ofcom's counts of fixed lines by larger places."""
OUTPUT_AREAS, OUTPUT_AREA_LOOKUP = "ofcom-output-areas", "lookup-output-area"
"""With both of them broadband is measured and not estimated."""
POSTCODE_LINES = "ofcom-postcodes"
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
    files: tuple[str, ...]         # patterns of the publisher's own file names
    reader: str                    # file of geo/sources and function that reads one
    required: bool                 # whether the build stops without it
    without_it: str                # what its absence costs, in words
    tables: tuple[str, ...] = ()   # files of an edition, without ending, that hold something made from it
    year: int | None = None        # of its data, where the vintage names another or none
    columns: tuple[str, ...] = ()     # by which a table is known, whatever its name
    holds: str = ""                   # pattern of what such a table holds besides
    members: tuple[str, ...] = ()     # by which an archive or a folder is known
    not_files: tuple[str, ...] = ()   # patterns of the names of other tables that look the same
    key: str = ""                     # pattern (small letters) of the name of a column that such a table has besides
    several: bool = False             # whether it may come in several files; its reader is then given a list
    needs: str = ""                   # id of the source without which this one says nothing

    def read(self, path: Path, *more: Path) -> Any:
        """Read one file of this source with its reader, or several where it may come in several."""
        module, _, function = self.reader.partition(":")
        return getattr(import_module(f"geo.sources.{module}"), function)((path, *more) if self.several else path)

    def vintage_of(self, path: Path) -> str:
        """Return the vintage of one file of this source, from its name where the publisher writes it there."""
        if self.vintage != "in the file's name":
            return self.vintage
        return vintage_in_name(path) or vintage_in_name(on_disk(path)) or NOT_STATED


@cached(1, key=lambda: DATA)
def _toml() -> dict[str, Any]:
    with (DATA / "sources.toml").open("rb") as file:
        return tomllib.load(file)


def read_catalogue() -> Mapping[str, Source]:
    """Read the table of sources, by id."""
    lists = ("attribution", "files", "tables", "columns", "members", "not_files")
    return {row["id"]: Source(**row | {name: tuple(row[name]) for name in lists if name in row})
            for row in _toml()["source"]}


def read_attributions() -> Mapping[str, str]:
    """Read the sentences that publishers ask for, by key; {year} and {publisher} stand for those of the data."""
    return dict(_toml()["attribution"])


def read_licences() -> Mapping[str, str]:
    """Read the addresses of licences, by name."""
    return dict(_toml()["licence"])


def sha256_of(path: Path, *more: Path) -> str:
    """Checksum (hexadecimal) of a file, or of several or a folder's files with their names."""
    if more or path.is_dir():
        files = ({file.name: file for file in (path, *more)} if more else
                 {file.relative_to(path).as_posix(): file for file in list_files(path)})
        parts = (f"{name} {sha256_of(file)}\n" for name, file in files.items())
        return hashlib.sha256("".join(parts).encode()).hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
