"""Timetables of the Rail Delivery Group in the Common Interface Format (CIF), every problem of one told at once."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geo.core.errors import MissingSourceError, SourceError
from geo.sources.archives import list_files, on_disk
from geo.sources.cif_feed import feed_of
from geo.sources.cif_records import Faults, key
from geo.sources.cif_stations import issue_of, read_plain_links, read_station_names, read_timed_links
from geo.sources.cif_trains import Places, Trains, read_trains
from geo.sources.timetable import WEEKDAYS, Feed, at_all_times
from geo.sources.wording import AGAIN, some

PUBLISHER, LICENCE = "Rail Delivery Group", "CC-BY-4.0"
TRAINS, MANUAL, STATIONS, TIMED_LINKS, PLAIN_LINKS, UPDATE = ".mca", ".ztr", ".msn", ".alf", ".flf", ".cfa"
NEEDED = {TRAINS: "the trains", STATIONS: "the stations"}
READ_BY_PIECES = {TRAINS, MANUAL}     # of any size
READ = {*NEEDED, MANUAL, TIMED_LINKS, PLAIN_LINKS}
UNREAD = {
    ".tsi": "times to change between two companies' trains: those of the station are used",
    ".dat": "a list of the files", ".set": "who gets them"}
FILES = frozenset({*READ, *UNREAD, UPDATE})
"""Endings of a timetable's files, in small letters."""


def read_cif(path: Path) -> Feed:
    """Read a timetable of the Rail Delivery Group: a folder of its files, or a zip, also one in a zip or a folder.

    Of the schedules of one train (UID) the one with the lowest letter runs on a day (cancellation, new, overlay,
    permanent); manual trains (ZTR) are read alike, but several under one UID all run. Calls are those at places with a
    CRS code; times are those told to passengers, the railway's own where none is. Passengers get on and off where by
    its activities the train stops for them, at a time that is told. Joins and divides (associations JJ and VV) for
    passengers are `Feed.in_seat`. A link (ALF; FLF where ALF has none) holds in both directions. What is left out is in
    `Feed.notes`.

    Returns
    -------
    Feed
        Its `stop_times` have `trip_id` and `crs` as categories; every trip is a service of its own, which may have
        several rows in `calendar`.

    Raises
    ------
    MissingSourceError
        When there is nothing at `path`.
    SourceError
        When files are missing, or records unreadable, out of order or at odds; all problems of the feed at once.
    """
    files, unread = _members(path)
    faults = {ending: Faults(file.name) for ending, file in files.items()}
    named = read_station_names(files[STATIONS], faults[STATIONS])
    stations = named[named.pop("somewhere")]
    nowhere = named.drop(stations.index)
    crs = pd.Index(sorted(stations["crs"].unique()), dtype="str")
    codes = _places(stations["code"], crs.get_indexer(stations["crs"]), nowhere["code"], 7)
    found = {TRAINS: read_trains(files[TRAINS], codes)}
    other = _other_codes(stations)
    if MANUAL in files:
        codes = _places([*crs, *other.index], crs.get_indexer([*crs, *other]), nowhere["crs"], 3)
        found[MANUAL] = read_trains(files[MANUAL], codes)
    walks, left_out = _walks(files, faults, pd.Series(crs, index=crs).astype("str"), other)
    problems = [problem for each in faults.values() for problem in each.told()]
    problems += [problem for each in found.values() for problem in _problems(each)]
    if stations.empty and not problems:
        problems.append(f"{files[STATIONS].name}: no station in it, expected records that begin with A")
    if not found[TRAINS].count and not problems:
        problems.append(f"{files[TRAINS].name}: no train in it, expected records that begin with BS: {AGAIN}")
    if problems:
        raise SourceError(path, problems)
    return feed_of(path, list(found.values()), stations, crs, walks, notes=[*left_out, *unread],
                   publisher=PUBLISHER, licence=LICENCE, **_issue(found[TRAINS].header, files[STATIONS]))


def _members(path: Path) -> tuple[dict[str, Path], list[str]]:
    """Find the files that are read, by their endings; a note on those that are not."""
    if not on_disk(path).exists():
        raise MissingSourceError(f"{path.name}: no such folder or zip; give the path of a timetable")
    files = list_files(path)
    roots = {file.parent for file in files if file.suffix.lower() in FILES}
    if path in roots and path.is_dir():
        roots = {path}     # what lies in folders below it is not of this timetable
    packed = [file for file in files if file.suffix.lower() == ".zip"]
    if len(roots) > 1 or (not roots and len(packed) > 1):
        listed = some(str(root.relative_to(path)) for root in sorted(roots or packed))
        raise SourceError(path, [f"holds {len(roots or packed)} timetables (in {listed}): give a zip of one"])
    if not roots and packed:
        return _members(packed[0])
    there: dict[str, list[Path]] = {}
    for file in files:
        if file.parent in roots and file.suffix.lower() in FILES:
            there.setdefault(file.suffix.lower(), []).append(file)
    problems = [f"holds {len(several)} files ending in {ending} ({some(file.name for file in several)}), expected one: "
                "give a folder or zip of one timetable" for ending, several in there.items() if len(several) > 1]
    if UPDATE in there and TRAINS not in there:
        problems.append(f"{there[UPDATE][0].name}: an update of a timetable, which is not read: use a full one (.mca)")
    else:
        problems += [f"no file ending in {ending} ({what}) in it: use the whole zip as it was downloaded"
                     for ending, what in NEEDED.items() if ending not in there]
    if problems:
        raise SourceError(path, problems)
    notes = [f"not read: {there[ending][0].name} ({why})" for ending, why in UNREAD.items() if ending in there]
    return {ending: several[0] for ending, several in there.items() if ending in READ}, notes


def _places(codes: Iterable[str], crs: Any, nowhere: Iterable[str], width: int) -> Places:
    """Make the places at which calls count, out of their codes and the place of each one's CRS code."""
    packed, others = (np.array([key(code) for code in part], dtype=np.uint64) for part in (codes, nowhere))
    order = np.argsort(packed, kind="stable")
    return Places(packed[order], np.asarray(crs, dtype=np.int64)[order], width, others)


def _other_codes(stations: pd.DataFrame) -> pd.Series:
    """Return the CRS code of the station of which a second code is one of the places, by that code."""
    own = stations[~stations["other_crs"].isin(["", *stations["crs"]])].drop_duplicates("other_crs")
    return own.set_index("other_crs")["crs"]


def _problems(found: Trains) -> list[str]:
    """Say what is wrong with a file of trains."""
    problems = found.faults.told()
    if found.header[46:47] == "U":
        problems.insert(0, f"{found.faults.name}: an update of a timetable (its HD record has U): use a full one")
    if found.header and not found.ended:
        problems.append(f"{found.faults.name}: ends in line {found.last_line:,} without the record ZZ, which is the "
                        f"last of a whole file: it is cut short, {AGAIN}")
    return problems


def _walks(
    files: Mapping[str, Path], faults: Mapping[str, Faults], crs: pd.Series, other: pd.Series,
) -> tuple[pd.DataFrame, list[str]]:
    """Read the links between two stations, in both directions; a note on those from or to what is none."""
    ends = ["from_crs", "to_crs"]
    parts = [read(files[ending], faults[ending]) for ending, read in (
        (TIMED_LINKS, read_timed_links), (PLAIN_LINKS, read_plain_links)) if ending in files]
    if not parts:
        return at_all_times(pd.DataFrame({"from_crs": pd.Series(dtype="str"), "to_crs": pd.Series(dtype="str"),
                                          "seconds": pd.Series(dtype="int64")})), []
    timed = {frozenset(pair) for pair in parts[0][ends].itertuples(index=False)}
    parts[1:] = [part[[frozenset(pair) not in timed for pair in part[ends].itertuples(index=False)]]
                 for part in parts[1:]]
    kinds = dict.fromkeys(["start_date", "end_date"], "datetime64[s]")
    links = pd.concat([part.astype(kinds) for part in parts if len(part)] or parts[:1], ignore_index=True)
    named = {**other, **crs}
    links[ends] = links[ends].apply(lambda codes: codes.map(named))
    known = links[ends].notna().all(axis=1)
    unknown = int((~known).sum())
    notes = [f"left out: {unknown:,} fixed links from or to what is no station of the feed"] if unknown else []
    links = links[known & (links["from_crs"] != links["to_crs"])]
    back = links.rename(columns={"from_crs": "to_crs", "to_crs": "from_crs"})[[*links]]
    both = pd.concat([links, back]).drop_duplicates().drop(columns="priority")
    order = [*ends, "start_date", *WEEKDAYS, "opens", "seconds"]
    return both.astype({"seconds": "int64", **dict.fromkeys(ends, "str")}).sort_values(order, ignore_index=True), notes


def _issue(header: str, stations: Path) -> dict[str, Any]:
    """Say of which issue a timetable is and which days it is for: by the trains' first record, else the stations'."""
    number, day = issue_of(stations)
    if not header:
        return {"version": ", ".join(filter(None, (number, day)))}
    days = [_day(header[at:at + 6]) for at in (22, 48, 54)]
    return {"version": ", ".join(filter(None, (header[32:39].strip(), days[0].isoformat() if days[0] else day))),
            "start": days[1], "end": days[2]}


def _day(text: str) -> date | None:
    """Read DDMMYY, as the first record of a file alone has it."""
    try:
        return datetime.strptime(text, "%d%m%y").replace(tzinfo=UTC).date()
    except ValueError:
        return None
