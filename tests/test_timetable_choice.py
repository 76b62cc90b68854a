"""Which timetable an edition takes: a whole one, the project's own, or a slice where that is asked for."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from geo.core.errors import SwatheError
from geo.edition.inputs import SourceRow
from geo.edition.timetable import PATTERN_TIMETABLE, choose_timetable
from geo.sources.catalogue import sha256_of
from geo.sources.timetable import Feed
from tests.fixtures.rail import TIMETABLE, write_gtfs

NEAR = pd.Index(["EXD", "PLY", "TAU", "BNP", "EXM"])
FOREIGN = "feed_publisher_name,feed_version\nSome Railway,2026-11\n"


@dataclass(frozen=True)
class Chosen:
    feed: Feed
    row: SourceRow


def choose(found: Sequence[Path], *, accept_partial: bool = False) -> Chosen:
    feed, row, trains = choose_timetable(found, NEAR, accept_partial=accept_partial)
    assert row.stations_served == len(set(trains.stations) & set(NEAR))
    return Chosen(feed, row)


def copy(folder: Path, *, info: str | None = None, keep: Callable[[str], bool] = lambda trip: True) -> Path:
    """The pattern timetable as a feed of its own, with those trips that are to be kept, and another feed_info."""
    files = {path.name: path.read_text(encoding="utf-8") for path in TIMETABLE.iterdir()}
    for name, at in (("trips.txt", 2), ("stop_times.txt", 0)):
        header, *lines = files[name].splitlines()
        files[name] = "\n".join([header, *(line for line in lines if keep(next(csv.reader([line]))[at]))]) + "\n"
    if info:
        files["feed_info.txt"] = info
    return write_gtfs(folder, files)


def morning_calls(feed: Path) -> dict[str, int]:
    """Calls from 06:00 to 10:00 at the mapped stations, by trip, counted from the text alone."""
    found: dict[str, int] = {}
    for row in csv.DictReader(io.StringIO((feed / "stop_times.txt").read_text(encoding="utf-8"))):
        if row["stop_id"] in NEAR and "06:00:00" <= row["departure_time"] < "10:00:00":
            found[row["trip_id"]] = found.get(row["trip_id"], 0) + 1
    return found


def test_without_a_feed_the_projects_own_timetable_is_taken() -> None:
    chosen = choose([])
    assert chosen.feed.is_pattern
    assert (chosen.row.sha256, chosen.row.not_used) == (sha256_of(PATTERN_TIMETABLE), [])


def test_a_marked_copy_never_stands_in_for_the_projects_own(tmp_path: Path) -> None:
    altered = copy(tmp_path / "copy", keep=lambda trip: not trip.startswith("GWR"))
    chosen = choose([altered], accept_partial=True)
    assert chosen.row.sha256 == sha256_of(PATTERN_TIMETABLE)
    assert any(trip.startswith("GWR") for trip in chosen.feed.trips.index)
    assert chosen.row.not_used == ["copy (a copy of the project's own timetable)"]


def test_a_whole_feed_is_taken_and_the_others_are_named(tmp_path: Path) -> None:
    whole = copy(tmp_path / "whole", info=FOREIGN)
    smaller = copy(tmp_path / "smaller", info=FOREIGN, keep=lambda trip: not trip.startswith(("GWD5", "GWD6")))
    chosen = choose([smaller, whole, copy(tmp_path / "copy")])
    assert (chosen.row.file, chosen.row.publisher, chosen.row.version) == ("whole", "Some Railway", "2026-11")
    assert chosen.row.not_used == ["copy (a copy of the project's own timetable)", "smaller (4 stations)"]


@pytest.mark.parametrize("over", [True, False])
def test_under_half_of_the_patterns_morning_calls_is_a_slice(tmp_path: Path, over: bool) -> None:
    calls = morning_calls(TIMETABLE)
    all_calls, kept, count = sum(calls.values()), set(), 0
    for trip in sorted(calls):
        if 2 * (count + calls[trip]) < all_calls or (over and 2 * count < all_calls):
            kept.add(trip)
            count += calls[trip]
    assert (2 * count >= all_calls) is over
    feed = copy(tmp_path / "feed", info=FOREIGN, keep=lambda trip: trip in kept)
    chosen = choose([feed])
    why = (f"a slice of a timetable: calls from 06:00 to 10:00 at the stations mapped are {count:,}, "
           f"of the pattern timetable {all_calls:,}")
    assert chosen.row.file == ("feed" if over else "gtfs")
    assert chosen.row.not_used == ([] if over else [f"feed ({why})"])
    assert choose([feed], accept_partial=True).row.file == "feed"


def test_a_slice_never_stands_before_a_whole_feed(tmp_path: Path) -> None:
    whole = copy(tmp_path / "whole", info=FOREIGN, keep=lambda trip: not trip.startswith(("GWD5", "GWD6")))
    part = copy(tmp_path / "part", info=FOREIGN, keep=lambda trip: trip.endswith("0"))
    chosen = choose([part, whole], accept_partial=True)
    assert chosen.row.file == "whole"
    assert chosen.row.not_used is not None
    assert chosen.row.not_used[0].startswith("part (a slice of a timetable: ")


def test_a_slice_without_a_mapped_station_is_refused_where_it_is_to_do(tmp_path: Path) -> None:
    far = copy(tmp_path / "far", info=FOREIGN, keep=lambda trip: trip.startswith("SN2"))
    assert choose([far]).feed.is_pattern
    with pytest.raises(SwatheError, match=r"far has no train at any station of the mapped area: give a feed that"):
        choose([far], accept_partial=True)


def test_the_real_slice_is_named_and_not_used(open_data: Path) -> None:
    real = [open_data / "rail" / "gtfs_sample", open_data / "rail" / "pattern_timetable" / "gtfs"]
    chosen = choose(real)
    assert chosen.feed.is_pattern
    assert chosen.row.sha256 == sha256_of(PATTERN_TIMETABLE)
    assert chosen.row.not_used is not None
    assert [name.partition(" ")[0] for name in chosen.row.not_used] == ["gtfs_sample", "gtfs"]
