"""A folder of downloads: which file is which source's, known by its content, and why the others are not used."""

import hashlib
import json
import os
import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

from geo.core.errors import MissingSourceError, SourceError, SwatheError
from geo.core.shortage import shortage
from geo.core.untrusted import printable
from geo.sources import commons_library, deprivation
from geo.sources.archives import BLANK, DEEPEST, is_junk, list_files, on_disk, open_bytes, read_bytes, unread_format
from geo.sources.catalogue import (
    CONNECTIVITY,
    LOCALITIES,
    NOT_STATED,
    POSTCODES,
    TIMETABLE,
    Source,
    read_catalogue,
    read_earlier,
)
from geo.sources.csv_rows import header_cells
from geo.sources.made import MARK, read_mark
from geo.sources.tables import vintage_in_name
from geo.sources.timetable_formats import MARKS
from geo.sources.wording import AGAIN, shortened
from geo.sources.workbooks import header_row, read_sheets

HEAD = 200_000
"""Bytes at the start of a file in which its header is looked for, and in GeoJSON the first area's properties."""

EMPTY, HEADER_ALONE = "is empty", "has a header and no rows"
MOST_IN_ARCHIVES = 1_000
"""Files in archives that are looked into, in all: archives full of archives would take for ever."""

DOCUMENTS = {".md", ".pdf", ".doc", ".docx", ".odt", ".rtf"}
"""Endings of what is no table: publishers' notes."""

RECEIPTS = "fetched.json"
"""What `geo fetch` notes beside the files that it got."""

WORKBOOK = "xl/workbook.xml"
WORKBOOKS = {LOCALITIES: commons_library.NEEDED, CONNECTIVITY: deprivation.CONNECTIVITY_NEEDED}
"""Sources that are a sheet of a workbook, and the columns by which it is known."""

MOST_NAMED = 12
"""Files not used that a refusal names; the build that succeeds prints all."""

_PROPERTIES = re.compile(rb'"properties"\s*:\s*(\{[^{}]*\})')


@dataclass(frozen=True)
class Downloads:
    """What was found in a folder."""

    files: dict[str, list[Path]]
    """Source id → its one file; for the timetable all feeds there are, for a source of several files all of them, the
    newest first. Sources that are not there are left out."""
    not_used: list[str]
    """Every other file, with the reason."""
    made: str = ""
    """What of them is made up, as a file among them says (`geo.sources.made`)."""


@dataclass
class _Search:
    """What a search has come by so far."""

    folder: Path
    found: dict[str, list[Path]] = field(default_factory=dict)   # source id → files that answer for it
    reasons: dict[Path, str] = field(default_factory=dict)       # of those that answer for none
    in_archives: list[Path] = field(default_factory=list)        # that were looked into
    marks: list[str] = field(default_factory=list)               # what files say that others are made up

    def add(self, key: str, path: Path) -> None:
        self.found.setdefault(key, []).append(path)

    def name(self, path: Path) -> str:
        return printable(path.relative_to(self.folder).as_posix(), 200)

    def told(self) -> list[str]:
        return [f"{self.name(path)} ({reason})" for path, reason in sorted(self.reasons.items())]


def find_files(folder: Path) -> Downloads:
    """Find each source's file in a folder, its subfolders and the archives in them, whatever its name.

    A file whose content is nobody's, and that has a source's own name, is taken for that source's: its reader then says
    what is wrong with it.

    Returns
    -------
    Downloads
        A file may lie in an archive: its path then leads into it (`geo.sources.archives`).

    Raises
    ------
    MissingSourceError
        When the folder or any required file is missing; all are named, with what each costs.
    SourceError, SwatheError
        When two different files answer for one source, and their names do not tell which is newer; when a file's name
        should say of which month its figures are, and does not.
    """
    if not folder.is_dir():
        raise MissingSourceError(f"{folder}: no such folder; give the folder that holds the publishers' files")
    search = _Search(folder)
    _look_through(_walk(folder), search, DEEPEST)
    catalogue = read_catalogue()
    for source in catalogue.values():
        if source.several or source.id not in search.found:
            _take_by_name(source, search)
    files = {}
    for key in [key for key in catalogue if key in search.found]:
        if catalogue[key].several:
            files[key] = _newest_of_each(catalogue[key], search.found[key], search)
            continue
        paths = _without_copies(search.found[key], catalogue[key].members, search)
        files[key] = paths if key == TIMETABLE else [_newest(catalogue[key], paths, search)]
    _leave_out_useless(files, search)
    _refuse_missing(folder, [source for source in catalogue.values() if source.required and source.id not in files],
                    search.told())
    _refuse_undated([(source, path) for source in catalogue.values() for path in files.get(source.id, [])])
    return Downloads(files, search.told(), "; ".join(dict.fromkeys(search.marks)))


def sources_answered(path: Path) -> tuple[set[str], str]:
    """Tell which sources one file answers for (ids; in it too, where it is an archive), and else why it does for none.

    Raises
    ------
    SourceError
        When the file is an archive that cannot be opened.
    """
    search = _Search(path.parent)
    _look_through([path], search, DEEPEST)
    return set(search.found), "; ".join(dict.fromkeys(search.reasons.values()))


def _walk(folder: Path) -> list[Path]:
    """List a folder's files, through links too, each folder once."""
    files: list[Path] = []
    seen = set()
    for place, folders, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(place)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(name for name in folders if not is_junk(name))
        files += [Path(place) / name for name in sorted(names)
                  if not is_junk(name) and name != RECEIPTS and Path(name).suffix.lower() not in DOCUMENTS]
    return files


def _look_through(files: Sequence[Path], search: _Search, depth: int) -> None:
    """Find the sources of files that lie in one folder or archive."""
    search.marks += [read_mark(file) for file in files if file.name == MARK]
    rest = [file for file in files if file.name != MARK]
    for key in (TIMETABLE, POSTCODES):
        members = read_catalogue()[key].members
        for root in _roots(files, members):
            search.add(key, root)
            rest = [file for file in rest if not _belongs(file, root, _endings(files, root, members))]
    search.in_archives.extend(rest if depth < DEEPEST else [])
    for file in rest:
        try:
            reason = _look_into(file, search, depth)
        except SourceError as error:
            reason = "; ".join(error.problems)
        except MissingSourceError:
            reason = "is a link that leads nowhere"
        except OSError as error:
            if shortage(error):
                raise
            reason = f"cannot be read ({error.strerror})"
        if reason:
            search.reasons[file] = reason


def _roots(files: Iterable[Path], members: Iterable[str]) -> list[Path]:
    """Find the folders (or archives) that have a member, in any case."""
    found = {}
    for member in members:
        for file in files:
            if fnmatch(file.as_posix().lower(), f"*/{member.lower()}"):
                found[file.parents[member.count("/")]] = True
    return list(found)


def _endings(files: Iterable[Path], root: Path, members: Iterable[str]) -> set[str]:
    """Return the endings of the files that belong to a timetable in a folder (or archive); none to anything else."""
    here = [file for file in files if file.parent == root]
    return {ending for member in members if _roots(here, [member]) for ending in MARKS.get(member, ())}


def _belongs(file: Path, root: Path, endings: Container[str]) -> bool:
    """Tell whether a file is part of a timetable with such endings, or of the unpacked Code-Point Open."""
    if endings:
        return file.parent == root and file.suffix.lower() in endings
    return root in file.parents and file.relative_to(root).parts[0].lower() in {"doc", "data"}


def _look_into(file: Path, search: _Search, depth: int) -> str:
    """Note the sources that a file answers for, or say why there are none."""
    head = read_bytes(file, HEAD)
    if not head.strip(BLANK):
        return EMPTY
    if head[:2] == b"PK":
        return _look_into_archive(file, search, depth)
    if head.lstrip(BLANK).startswith(b"<"):
        return f"is a web page, or XML (was the download refused or moved?): {AGAIN}"
    unread = unread_format(head)
    if unread:
        return unread
    is_json = head.lstrip(BLANK).startswith(b"{")
    # An area of many islands may be longer than that.
    cells = _property_names(head) or _property_names(read_bytes(file)) if is_json else header_cells(head)
    folded = {cell.casefold() for cell in cells}
    fitting = [source for source in read_catalogue().values() if _fits(source, file, head, folded)]
    if not fitting:
        shown = f": its columns are {shortened(cells)}" if len(cells) > 1 else ""
        earlier = [source.no_longer for source in read_earlier().values() if _fits(source, file, head, folded)]
        return "; ".join(earlier) or f"no table of the build{shown}"
    reasons = [reason for source in fitting if (reason := _answers(source, file, head, search))]
    return "" if len(reasons) < len(fitting) else "; ".join(reasons)


def _fits(source: Source, file: Path, head: bytes, folded: set[str]) -> bool:
    """Tell whether a file has a source's columns (as they are folded), and holds what it should."""
    known = [{name.casefold() for name in columns} for columns in (source.columns, source.or_columns) if columns]
    has_key = not source.key or any(re.fullmatch(source.key, cell) for cell in folded)
    return has_key and any(wanted <= folded for wanted in known) and _holds(file, head, source.holds)


def _answers(source: Source, file: Path, head: bytes, search: _Search) -> str:
    """Note that a file answers for a source, or say why it does not after all."""
    if any(fnmatch(file.name.lower(), pattern) for pattern in source.not_files):
        return f"another table than ‘{source.title}’, as its name says"
    if not source.required and len(head) < HEAD and len([line for line in head.splitlines() if line.strip(b" ,")]) < 2:
        return HEADER_ALONE
    search.add(source.id, file)
    return ""


def _look_into_archive(file: Path, search: _Search, depth: int) -> str:
    files = list_files(file)
    if _roots(files, [WORKBOOK]):
        return _look_into_workbook(file, search)
    if not depth:
        return f"lies in {DEEPEST} archives: unpack the outer ones"
    if len(search.in_archives) + len(files) > MOST_IN_ARCHIVES:
        return f"lies among more than {MOST_IN_ARCHIVES} files in archives: unpack what is wanted of it"
    inside = _Search(search.folder, in_archives=search.in_archives, marks=search.marks)
    _look_through(files, inside, depth - 1)
    if not inside.found:
        kinds = sorted({reason for path, reason in inside.reasons.items() if path.suffix.lower() == ".csv"})
        return kinds[0] if len(inside.reasons) == len(kinds) == 1 else "holds no table of the build"
    for key, paths in inside.found.items():
        search.found.setdefault(key, []).extend(paths)
    search.reasons |= inside.reasons
    return ""


def _look_into_workbook(file: Path, search: _Search) -> str:
    sheets = read_sheets(file).values()
    found = [key for key, columns in WORKBOOKS.items() if any(header_row(rows, columns) is not None for rows in sheets)]
    for key in found:
        search.add(key, file)
    return "" if found else "a workbook that the build does not read: save the sheet that is wanted as CSV"


def _property_names(head: bytes) -> list[str]:
    """Return the names of the first properties in a GeoJSON; those of its coordinate system do not count."""
    for found in _PROPERTIES.finditer(head):
        try:
            names = [*json.loads(found[1])]
        except ValueError:
            continue
        if names != ["name"]:
            return names
    return []


def _holds(file: Path, head: bytes, pattern: str) -> bool:
    wanted = re.compile(pattern.encode())
    return bool(wanted.search(head) or wanted.search(read_bytes(file)))


def _take_by_name(source: Source, search: _Search) -> None:
    """Take for a source what bears its name, though its content is not that of any."""
    for path, reason in list(search.reasons.items()):
        named, other = (any(fnmatch(path.name.lower(), pattern.lower()) for pattern in patterns)
                        for patterns in (source.files, source.not_files))
        if named and not other and (source.required or reason not in {EMPTY, HEADER_ALONE}):
            search.add(source.id, path)
            del search.reasons[path]


def _without_copies(paths: Sequence[Path], members: Sequence[str], search: _Search) -> list[Path]:
    """Keep of identical files the one with the newest month in its name, and the shortest path."""
    if len(paths) == 1:
        return list(paths)
    kept: dict[str, Path] = {}
    ordered = sorted(paths, key=lambda path: (len(path.parts), path))
    for path in sorted(ordered, key=lambda path: vintage_in_name(path) or "", reverse=True):
        first = kept.setdefault(_content(path, members), path)
        if first is not path:
            search.reasons[path] = f"a copy of {search.name(first)}"
    return list(kept.values())


def _content(path: Path, members: Sequence[str]) -> str:
    """Checksum of what a reader sees: of a table's bytes, or of the files of a source that is more than one."""
    try:
        endings = _endings(list_files(path), path, members) or {".txt", ".csv"}
        files = [file for file in list_files(path) if file.suffix.lower() in endings] if members else [path]
    except SourceError:      # taken by its name
        files = [path]
    digest = hashlib.sha256()
    for file in files:
        digest.update(_streamed_hash(file).digest())
    return digest.hexdigest()


def _leave_out_useless(files: dict[str, list[Path]], search: _Search) -> None:
    """Leave out what says nothing without another source's file that is not there."""
    catalogue = read_catalogue()
    for key in [key for key in files if catalogue[key].needs and catalogue[key].needs not in files]:
        needed = catalogue[catalogue[key].needs]
        for path in files.pop(key):
            search.reasons[path] = (f"says nothing without ‘{needed.title}’ ({' or '.join(needed.files)}, from "
                                    f"{needed.address})")


def _revision(path: Path) -> int:
    """Return the number that Ofcom counts a month's revisions by (…_r01, …_r2_EX), 0 where there is none."""
    found = re.search(r"_r(\d+)(?!\d)", path.stem)
    return int(found[1]) if found else 0


def _newest(source: Source, paths: Sequence[Path], search: _Search) -> Path:
    """Of several releases the newest, when their names say."""
    releases = {path: (vintage_in_name(path), _revision(path)) for path in paths}
    newest = max(paths, key=lambda path: (releases[path][0] or "", releases[path]))
    others = [path for path in paths if path is not newest]
    if any(not releases[path][0] or releases[path] == releases[newest] for path in others):
        listed = ", ".join(search.name(path) for path in paths)
        problem = f"there are {len(paths)} files for ‘{source.title}’, and they differ: leave one of {listed}"
        raise SourceError(paths[0], [problem])
    for path in others:
        search.reasons[path] = f"an older release than {search.name(newest)}"
    return newest


def _newest_of_each(source: Source, paths: Sequence[Path], search: _Search) -> list[Path]:
    """Of files that make one source together, each in its newest release; the newest first."""
    def release(path: Path) -> tuple[str, int]:
        return vintage_in_name(path) or vintage_in_name(on_disk(path)) or "", _revision(path)

    kept: dict[str, Path] = {}
    ordered = sorted(paths, key=lambda path: (len(path.parts), path))
    for path in sorted(ordered, key=release, reverse=True):
        first = kept.setdefault(re.sub(r"^\d{6}(?=_)|_r\d+(?!\d)", "", path.name.lower()), path)
        if release(first) != release(path):
            search.reasons[path] = f"an older release than {search.name(first)}"
        elif first is not path and _streamed_hash(first).digest() == _streamed_hash(path).digest():
            search.reasons[path] = f"a copy of {search.name(first)}"
        elif first is not path:
            both = f"{search.name(first)}, {search.name(path)}"
            raise SourceError(path, [f"there are two of this name, and they differ: leave one of {both}"])
    month = max(release(path)[0] for path in kept.values())
    older = [path for path in kept.values() if source.one_month and release(path)[0] < month]
    search.reasons |= {path: f"an older release than {search.name(next(iter(kept.values())))}" for path in older}
    return [path for path in kept.values() if path not in older]


def _streamed_hash(path: Path) -> "hashlib._Hash":
    digest = hashlib.sha256()
    with open_bytes(path) as file:
        while piece := file.read(HEAD):
            digest.update(piece)
    return digest


def _refuse_undated(taken: Iterable[tuple[Source, Path]]) -> None:
    """Raise a SwatheError where a file does not say of when its figures are, and its name, which should, does not."""
    undated = [path for source, path in taken if source.vintage_of(path) == NOT_STATED]
    if undated:
        listed = ", ".join(printable(on_disk(path).name) for path in undated)
        example = f"202507_{printable(on_disk(undated[0]).name)} for July 2025"
        raise SwatheError(f"{listed}: the year and month of the figures stand in no such file, and should in its name: "
                          f"put them in front as the publisher does, such as {example}")


def _refuse_missing(folder: Path, missing: Sequence[Source], told: Sequence[str]) -> None:
    """Raise a MissingSourceError where sources are missing that the build cannot do without."""
    if missing:
        lacking = "; ".join(f"{source.title} ({' or '.join(source.files)}, from {source.address}): {source.without_it}"
                            for source in missing)
        more = f" and {len(told) - MOST_NAMED:,} more" if len(told) > MOST_NAMED else ""
        others = f"; not used: {', '.join(told[:MOST_NAMED])}{more}" if told else ""
        raise MissingSourceError(f"{folder} lacks {len(missing)} of the files needed: {lacking}{others}")
