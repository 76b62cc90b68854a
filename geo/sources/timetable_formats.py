"""A timetable in whichever format it comes: GTFS, or CIF as the Rail Delivery Group has it."""

from pathlib import Path

from geo.core.errors import SourceError
from geo.sources.archives import list_files, on_disk
from geo.sources.cif import FILES, UPDATE, read_cif
from geo.sources.cif import TRAINS as CIF_TRAINS
from geo.sources.gtfs import read_gtfs
from geo.sources.timetable import Feed

CALLS = "stop_times.txt"
MARKS = {CALLS: frozenset({".txt"}), f"*{CIF_TRAINS}": FILES, f"*{UPDATE}": FILES}
"""Files by which a timetable is known, and the endings of those that belong to it where one is."""


def read_timetable(path: Path) -> Feed:
    """Read a timetable: a folder, or an archive, whose files tell of which format it is.

    Returns
    -------
    Feed
        As `geo.sources.gtfs.read_gtfs` or `geo.sources.cif.read_cif` gives it.

    Raises
    ------
    MissingSourceError, SourceError
        As those two raise them; also when a folder holds timetables of both formats.
    """
    cif, gtfs = _formats(path) if on_disk(path).exists() else (False, True)
    if cif and gtfs:
        raise SourceError(path, ["holds one timetable as GTFS and one as CIF: put each in a folder or zip of its own"])
    return read_cif(path) if cif else read_gtfs(path)


def _formats(path: Path) -> tuple[bool, bool]:
    """Tell whether there are trains as CIF and as GTFS, in a folder or archive or in the one archive in it."""
    files = list_files(path)
    cif = any(file.suffix.lower() in {CIF_TRAINS, UPDATE} for file in files)
    gtfs = any(file.name.lower() == CALLS for file in files)
    packed = [file for file in files if file.suffix.lower() == ".zip"]
    return (cif, gtfs) if cif or gtfs or len(packed) != 1 else _formats(packed[0])
