"""Which timetable an edition takes: a whole one that was found, else the project's own pattern timetable."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from geo.core.choices import DATA
from geo.core.errors import SwatheError
from geo.edition.inputs import SourceRow, source_row
from geo.rail.connections import Connections, connections_on, reference_day, services_on
from geo.sources.catalogue import TIMETABLE, read_catalogue
from geo.sources.gtfs import read_gtfs
from geo.sources.licences import OWN
from geo.sources.timetable import Feed

PATTERN_TIMETABLE = DATA / "timetable" / "gtfs"
MORNING = (6 * 3600, 10 * 3600)
"""Seconds after midnight between which a feed's calls are counted."""

LEAST_SHARE = 0.5
"""A feed with a smaller share of the pattern timetable's morning calls is a slice of a timetable."""


@dataclass(frozen=True)
class _Candidate:
    """A feed on its reference day, seen from the mapped area."""

    path: Path
    feed: Feed
    trains: Connections
    served: int       # mapped stations with a train
    calls: int        # calls of the morning there


def choose_timetable(
    found: Sequence[Path], near: pd.Index, *, accept_partial: bool = False,
) -> tuple[Feed, SourceRow, Connections]:
    """Choose among the feeds that were found and the project's own pattern timetable.

    The whole feed with trains at most stations is taken; a slice of a timetable only where there is no whole one and
    `accept_partial` says so; else the pattern timetable, from the project itself and never a copy of it.

    Parameters
    ----------
    found
        GTFS feeds, folders or zips.
    near
        CRS codes of the stations of the mapped area.
    accept_partial
        Whether a slice will do.

    Returns
    -------
    tuple
        The feed, its row in the manifest (which names the feeds not used, and why), and the trains of its day.

    Raises
    ------
    SwatheError
        When a feed cannot be read or has no weekday train, or a slice that is to do has no train in the mapped area.
    """
    pattern = _candidate(PATTERN_TIMETABLE, near)
    others = [_candidate(path, near) for path in sorted(found)]
    copies = [other for other in others if other.feed.is_pattern]
    whole = [other for other in others if other not in copies and other.calls >= LEAST_SHARE * pattern.calls]
    slices = [other for other in others if other not in copies and other not in whole]
    usable = whole or (slices if accept_partial else []) or [pattern]
    taken = max(usable, key=lambda candidate: (candidate.served, candidate.calls, str(candidate.path)))
    if not taken.served:
        raise SwatheError(f"{taken.path} has no train at any station of the mapped area: give a feed that covers it")
    why = {id(other): "a copy of the project's own timetable" for other in copies}
    why |= {id(other): f"{other.served} stations" for other in whole}
    why |= {id(other): "a slice of a timetable: calls from 06:00 to 10:00 at the stations mapped are "
                       f"{other.calls:,}, of the pattern timetable {pattern.calls:,}" for other in slices}
    listed = source_row(read_catalogue()[TIMETABLE], taken.path, len(taken.feed.stop_times))
    row = replace(
        listed, licence=f"{OWN}; CC-BY-4.0" if taken.feed.is_pattern else listed.licence,
        publisher=taken.feed.publisher or "a publisher without a name", version=taken.feed.version,
        vintage=taken.feed.version or taken.trains.day.isoformat(), stations_served=taken.served,
        not_used=[f"{other.path.name} ({why[id(other)]})" for other in others if other is not taken],
        left_out=list(taken.feed.notes))
    return taken.feed, row, taken.trains


def _candidate(path: Path, near: pd.Index) -> _Candidate:
    feed = read_gtfs(path)
    trains = connections_on(feed, reference_day(feed))
    running = feed.trips.index[feed.trips["service_id"].isin(services_on(feed, trains.day))]
    calls = feed.stop_times
    counted = calls["trip_id"].isin(running) & calls["crs"].isin(near) & calls["departs"].between(*MORNING, "left")
    return _Candidate(path, feed, trains, len(set(trains.stations) & set(near)), int(counted.sum()))
