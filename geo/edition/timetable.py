"""Which timetable an edition takes: a whole one that was found, else the project's own pattern timetable."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from geo.core.choices import ALL_HUBS, DATA
from geo.core.errors import SwatheError
from geo.edition.inputs import SourceRow, source_row
from geo.rail.connection_scan import profile
from geo.rail.connections import Connections, connections_on, reference_day, services_on, trips_by_day
from geo.sources.catalogue import TIMETABLE, read_catalogue
from geo.sources.licences import OWN
from geo.sources.timetable import Feed
from geo.sources.timetable_formats import read_timetable

PATTERN_TIMETABLE = DATA / "timetable" / "gtfs"
LONDON = ALL_HUBS["london"]
MORNING = (6 * 3600, 10 * 3600)
"""Seconds after midnight between which a feed's calls are counted."""

LEAST_SHARE = 0.5
"""A feed with a smaller share of the pattern timetable's morning calls is a slice of a timetable."""


WITHOUT_A_FEED = ("no timetable that was given can be used: give another, or take what is named here away, and "
                  "journeys are those of the project's own, which is indicative")
"""Who gives a timetable means it: the project's own never takes its place without a word."""

LONG_AGO = timedelta(days=180)
"""After so long without a train in it a feed is out of date: railways make a new timetable every half year."""


Near = Callable[[Feed], pd.Index]
"""Finds the stations of the mapped area for a feed, whose own they may be: CRS codes."""


@dataclass(frozen=True)
class _Candidate:
    """A feed on its reference day, seen from the mapped area."""

    path: Path
    feed: Feed
    trains: Connections
    served: int       # mapped stations with a train
    calls: int        # calls of the morning there
    to_london: int    # mapped stations from which London is reached


def choose_timetable(
    found: Sequence[Path], near: pd.Index | Near, today: date, *, accept_partial: bool = False,
) -> tuple[Feed, SourceRow, Connections]:
    """Choose among the feeds that were found and the project's own pattern timetable.

    The whole feed with trains at most stations is taken; a slice of a timetable only where there is no whole one and
    `accept_partial` says so; else the pattern timetable, from the project itself and never a copy of it. Feeds that
    cannot be read, or be true, are passed over where another one is taken.

    Parameters
    ----------
    found
        Timetables (GTFS or CIF), folders or zips.
    near
        CRS codes of the stations of the mapped area, or what finds them for a feed.
    today
        Day of the build; what it makes worth a warning changes no figure.
    accept_partial
        Whether a slice will do.

    Returns
    -------
    tuple
        The feed, its row in the manifest (which names the feeds not used, and why), and the trains of its day.

    Raises
    ------
    SwatheError
        When a feed cannot be used and there is none beside it that can, or a slice that is to do has no train in the
        mapped area.
    """
    pattern = _candidate(PATTERN_TIMETABLE, near)
    others, unusable = _read(sorted(found), near)
    copies = [other for other in others if other.feed.is_pattern]
    whole = [other for other in others if other not in copies and other.calls >= LEAST_SHARE * pattern.calls]
    slices = [other for other in others if other not in copies and other not in whole]
    why = unusable | {other.path: "a copy of the project's own timetable" for other in copies}
    why |= {other.path: f"{other.served} stations" for other in whole}
    why |= {other.path: "a slice of a timetable: calls from 06:00 to 10:00 at the stations mapped are "
                        f"{other.calls:,}, of the pattern timetable {pattern.calls:,}" for other in slices}
    untrue = {other.path: reason for other in [*whole, *slices] if (reason := _untrue(other, slices))}
    why |= untrue
    usable = [other for other in whole or (slices if accept_partial else []) if other.path not in untrue]
    if not usable and (unusable or any(other.path in untrue for other in whole or slices)):
        told = "; ".join(f"{path.name}: {why[path]}" for path in sorted(unusable | untrue))
        raise SwatheError(f"{told}; {WITHOUT_A_FEED}")
    taken = max(usable or [pattern], key=lambda candidate: (candidate.served, candidate.calls, str(candidate.path)))
    if not taken.served:
        raise SwatheError(f"{taken.path} has no train at any station of the mapped area: give a feed that covers it")
    listed = source_row(read_catalogue()[TIMETABLE], [taken.path], len(taken.feed.stop_times))
    row = replace(
        listed, licence=f"{OWN}; CC-BY-4.0" if taken.feed.is_pattern else taken.feed.licence or listed.licence,
        publisher=taken.feed.publisher or "a publisher without a name", version=taken.feed.version,
        vintage=taken.feed.version or taken.trains.day.isoformat(), stations_served=taken.served,
        not_used=[f"{path.name} ({why[path]})" for path in sorted(found) if path != taken.path],
        left_out=list(taken.feed.notes), warnings=_warnings(taken, today))
    return taken.feed, row, taken.trains


def _read(paths: Sequence[Path], near: pd.Index | Near) -> tuple[list[_Candidate], dict[Path, str]]:
    """Read feeds; of those that cannot be used, say why."""
    read, unusable = [], {}
    for path in paths:
        try:
            read.append(_candidate(path, near))
        except SwatheError as error:
            unusable[path] = str(error).removeprefix(f"{path.name}: ")
    return read, unusable


def _candidate(path: Path, near: pd.Index | Near) -> _Candidate:
    feed = read_timetable(path)
    near = near(feed) if callable(near) else near
    trains = connections_on(feed, reference_day(feed))
    running = feed.trips.index[feed.trips["service_id"].isin(services_on(feed, trains.day))]
    calls = feed.stop_times
    counted = calls["trip_id"].isin(running) & calls["crs"].isin(near) & calls["departs"].between(*MORNING, "left")
    to_london = set(profile(trains, LONDON.stations)["station"])
    return _Candidate(
        path, feed, trains, len(set(trains.stations) & set(near)), int(counted.sum()), len(to_london & set(near)))


def _untrue(candidate: _Candidate, slices: Sequence[_Candidate]) -> str:
    """Say what cannot be true of a timetable, if anything; a slice of one may well lack all trains to London."""
    day = f"on {_in_words(candidate.trains.day)}"
    for allowed, verb, column in ((candidate.trains.may_board, "on", "pickup_type"),
                                  (candidate.trains.may_alight, "off", "drop_off_type")):
        if not allowed.any():
            return (f"nobody may get {verb} a train anywhere {day} ({column} of stop_times.txt is 1 at every "
                    "call): use a feed of trains for passengers")
    if candidate not in slices and not candidate.to_london:
        return f"London cannot be reached from any station of the mapped area {day}: use a feed of the whole railway"
    return ""


def _warnings(taken: _Candidate, today: date) -> list[str]:
    """Say what a reader must know of a timetable before trusting it."""
    if taken.feed.is_pattern:
        return []
    trips, found = trips_by_day(taken.feed), []
    last = trips.index[trips > 0][-1].date()
    if today - last > LONG_AGO:
        found.append(f"the last train of {taken.path.name} ran on {_in_words(last)}, long before this edition was "
                     f"built: journeys are those of {_in_words(taken.trains.day)}, and may have changed since")
    if not taken.to_london:
        found.append(f"London cannot be reached from any station of the mapped area by {taken.path.name}")
    return found


def _in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
