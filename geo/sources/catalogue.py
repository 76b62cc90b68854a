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
from geo.core.spread import IN_TURN, InTurn
from geo.sources.archives import list_files, on_disk
from geo.sources.tables import vintage_in_name

TIMETABLE = "timetable"
"""The one source that is a folder or an archive, of which there may be several to choose from."""
NOT_STATED = "not stated"
POSTCODES = "postcodes"
MSOA_NAMES = "msoa-names"
CONNECTIVITY = "connectivity"
PLANNED = "planned-build"
AUTHORITIES, CONSTITUENCIES = "ofcom-authority", "ofcom-constituency"
"""Ofcom's counts of fixed lines by larger places."""
OUTPUT_AREAS, OUTPUT_AREA_LOOKUP = "ofcom-output-areas", "lookup-output-area"
"""With both of them broadband is measured and not estimated."""
POSTCODE_LINES = "ofcom-postcodes"
LOCALITIES = "commons-library"
"""Broadband measured by locality: with it the estimate rests on more than the counts of today."""


@dataclass(frozen=True, kw_only=True)
class Download:
    """Where a program can fetch one file of a source, and what must come."""

    address: str                # of the file, or of the service that has it
    type: str                   # ending of what comes: csv, geojson, xlsx or zip
    least: int                  # bytes; a page that says sorry has fewer
    most: int
    service: str = ""           # how it is asked for, where not plainly: one of `geo.sources.fetch.services`
    name: str = ""              # that it is kept under; "" for that of the address
    sha256: str = ""            # of the one file that will do, hexadecimal
    id: str = ""                # by which it is asked for, where a source has several


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
    files: tuple[str, ...] = ()    # patterns of the publisher's own file names
    reader: str = ""               # file of geo/sources and function that reads one
    required: bool = False         # whether the build stops without it
    without_it: str = ""           # what its absence costs, in words
    no_longer: str = ""            # why no build reads it any more: such a one has none of the last four
    tables: tuple[str, ...] = ()   # files of an edition, without ending, that hold something made from it
    year: int | None = None        # of its data, where the vintage names another or none
    columns: tuple[str, ...] = ()     # by which a table is known, whatever its name
    or_columns: tuple[str, ...] = ()  # those of the publisher, where `columns` are of a tidied copy
    holds: str = ""                   # pattern of what such a table holds besides
    members: tuple[str, ...] = ()     # by which an archive or a folder is known
    not_files: tuple[str, ...] = ()   # patterns of the names of other tables that look the same
    key: str = ""                     # pattern (small letters) of the name of a column that such a table has besides
    several: bool = False             # whether it comes in several files, which its reader takes together
    one_month: bool = False           # whether those files are all of the newest month, and older ones are left out
    needs: str = ""                   # id of the source without which this one says nothing
    download: tuple[Download, ...] = ()   # none where its page has to be opened by hand
    comes_with: str = ""                  # id of another source, whose download holds this one's file too

    def read(self, *paths: Path, spread: InTurn = IN_TURN) -> Any:
        """Read the files of this source with its reader: all there are of one that comes in several, else the first."""
        module, _, function = self.reader.partition(":")
        reader = getattr(import_module(f"geo.sources.{module}"), function)
        return reader(paths, spread) if self.several else reader(paths[0])

    def vintage_of(self, *paths: Path) -> str:
        """Return the vintage of files of this source, from their names where the publisher writes it there."""
        if self.vintage != "in the file's name":
            return self.vintage
        found = sorted({vintage_in_name(path) or vintage_in_name(on_disk(path)) or NOT_STATED for path in paths})
        return found[0] if len(found) == 1 else f"{found[0]} to {found[-1]}"


@cached(1, key=lambda: DATA)
def _toml() -> dict[str, Any]:
    with (DATA / "sources.toml").open("rb") as file:
        return tomllib.load(file)


def read_catalogue() -> Mapping[str, Source]:
    """Read the table of sources, by id."""
    return _sources("source")


def read_earlier() -> Mapping[str, Source]:
    """Read the sources of earlier editions that no build reads any more, by id."""
    return _sources("earlier")


def read_credited() -> Mapping[str, Source]:
    """Read every source that an edition, of today or earlier, may have been made from, by id."""
    return {**read_catalogue(), **read_earlier()}


@cached(2, key=lambda table: (DATA, table))
def _sources(table: str) -> Mapping[str, Source]:
    lists = ("attribution", "files", "tables", "columns", "or_columns", "members", "not_files")
    return {row["id"]: Source(**row | {name: tuple(row[name]) for name in lists if name in row}
                              | {"download": tuple(Download(**each) for each in row.get("download", ()))})
            for row in _toml()[table]}


def read_attributions() -> Mapping[str, str]:
    """Read the sentences that publishers ask for, by key; {year} and {publisher} stand for those of the data."""
    return dict(_toml()["attribution"])


def read_licences() -> Mapping[str, str]:
    """Read the addresses of licences, by name."""
    return dict(_toml()["licence"])


def sha256_of(*paths: Path) -> str:
    """Checksum (hexadecimal) of a file, or of the files of a folder, or several, with their names."""
    if len(paths) > 1:
        listed = "".join(f"{path.name} {sha256_of(path)}\n" for path in paths)
        return hashlib.sha256(listed.encode()).hexdigest()
    path, = paths
    if path.is_dir():
        parts = (f"{file.relative_to(path).as_posix()} {sha256_of(file)}\n" for file in list_files(path))
        return hashlib.sha256("".join(parts).encode()).hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
