"""Which timetable an edition takes: a whole one, the project's own, or a slice where that is asked for."""

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from geo.core.errors import SwatheError
from geo.edition.inputs import SourceRow
from geo.edition.timetable import LONDON, PATTERN_TIMETABLE, choose_timetable
from geo.sources.catalogue import sha256_of
from geo.sources.licences import credit_sentences
from geo.sources.timetable import Feed
from tests.fixtures.cif import HEAD, call, end_of, origin, schedule, station, stations, trains, write_cif
from tests.fixtures.rail import TIMETABLE, write_gtfs

pytestmark = pytest.mark.slow

TODAY = date(2026, 7, 1)
NEAR = pd.Index(["EXD", "PLY", "TAU", "BNP", "EXM"])
FOREIGN = "feed_publisher_name,feed_version\nSome Railway,2026-11\n"


@dataclass(frozen=True)
class Chosen:
    feed: Feed
    row: SourceRow


def choose(found: Sequence[Path], *, accept_partial: bool = False, today: date = TODAY) -> Chosen:
    feed, row, trains = choose_timetable(found, NEAR, today, accept_partial=accept_partial)
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


def closed(folder: Path, column: str) -> Path:
    """The pattern timetable as a feed on whose trains nobody may get (pickup_type) or which nobody may leave."""
    feed = copy(folder, info=FOREIGN)
    header, *rows = (feed / "stop_times.txt").read_text(encoding="utf-8").splitlines()
    text = "\n".join([f"{header},{column}", *(f"{row},1" for row in rows)])
    (feed / "stop_times.txt").write_text(text + "\n", encoding="utf-8")
    return feed


@pytest.mark.parametrize(("column", "says"), [
    ("pickup_type", "nobody may get on a train anywhere on"),
    ("drop_off_type", "nobody may get off a train anywhere on"),
])
@pytest.mark.parametrize("partial", [False, True])
def test_trains_that_nobody_may_use_are_no_timetable(tmp_path: Path, column: str, says: str, partial: bool) -> None:
    with pytest.raises(SwatheError, match=f"^closed: {says}.*{column} of stop_times.txt is 1 at every call") as told:
        choose([closed(tmp_path / "closed", column)], accept_partial=partial)
    assert "\n" not in str(told.value)


def without_london(folder: Path) -> Path:
    """The pattern timetable as a feed whose trains to London end short of it."""
    feed = copy(folder, info=FOREIGN)
    header, *rows = (feed / "stop_times.txt").read_text(encoding="utf-8").splitlines()
    short = [row for row in rows if row.split(",")[3] not in LONDON.stations]
    (feed / "stop_times.txt").write_text("\n".join([header, *short]) + "\n", encoding="utf-8")
    return feed


def test_a_whole_feed_that_never_reaches_london_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SwatheError, match=r"^short: London cannot be reached from any station of the mapped area on"):
        choose([without_london(tmp_path / "short")])


def test_a_slice_that_never_reaches_london_is_warned_of(tmp_path: Path) -> None:
    feed = copy(tmp_path / "xc", info=FOREIGN, keep=lambda trip: trip.startswith("XC1"))
    chosen = choose([feed], accept_partial=True)
    assert chosen.row.warnings == ["London cannot be reached from any station of the mapped area by xc"]


def test_a_bad_feed_beside_a_good_one_is_named_and_the_good_one_is_used(tmp_path: Path) -> None:
    whole, cut = copy(tmp_path / "whole", info=FOREIGN), copy(tmp_path / "cut", info=FOREIGN)
    (cut / "stops.txt").unlink()
    headways = copy(tmp_path / "headways", info=FOREIGN)
    (headways / "frequencies.txt").write_text("trip_id,start_time,end_time,headway_secs\nX,1:00:00,2:00:00,60\n")
    weekend = copy(tmp_path / "weekend", info=FOREIGN)
    days = "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    (weekend / "calendar.txt").write_text(f"{days}WKD,0,0,0,0,0,1,1,20260101,20261231\n")
    bad = [cut, headways, weekend, closed(tmp_path / "closed", "pickup_type"), without_london(tmp_path / "short")]
    chosen = choose([*bad, whole])
    assert chosen.row.file == "whole"
    assert chosen.row.not_used is not None
    told = dict(name.rstrip(")").split(" (", 1) for name in chosen.row.not_used)
    for name, why in {
        "cut": "stops.txt is missing", "headways": "frequencies.txt: 1 row", "closed": "nobody may get on",
        "weekend": "the timetable has no train on any Tuesday", "short": "London cannot be reached",
    }.items():
        assert told.pop(name).startswith(why)
    assert not told
    with pytest.raises(SwatheError) as alone:
        choose(bad)
    assert [f"{feed.name}: " in str(alone.value) for feed in bad] == [True] * 5
    assert str(alone.value).endswith("; no timetable that was given can be used: give another, or take what is named "
                                     "here away, and journeys are those of the project's own, which is indicative")
    assert "\n" not in str(alone.value)


def test_a_feed_that_ended_long_ago_is_warned_of_and_used(tmp_path: Path) -> None:
    feed = copy(tmp_path / "old", info=FOREIGN)
    now, later, much_later = (choose([feed], today=day).row for day in (
        date(2026, 7, 1), date(2027, 6, 1), date(2027, 7, 1)))
    assert (now.warnings, later.warnings) == ([], [])
    said = ("the last train of old ran on 31 December 2026, long before this edition was built: journeys are those of "
            "2 July 2026, and may have changed since")
    assert much_later.warnings == [said]
    assert replace(much_later, warnings=[]) == now
    assert choose([], today=date(2040, 1, 1)).row.warnings == []


def test_the_cases_of_feeds_choose_as_they_should(cases: Path) -> None:
    chosen = choose([*(cases / "11-second-feed-bad").iterdir()])
    assert chosen.row.file == "rail_gtfs.zip"
    why = "1 row: trips that repeat at a headway are not read: use a feed that lists every trip in stop_times.txt"
    assert chosen.row.not_used == [f"itm_south_west_gtfs.zip (frequencies.txt: {why})"]
    old = choose([cases / "53-service-ended" / "old_gtfs.zip"])
    assert old.row.warnings is not None
    assert old.row.warnings[0].startswith("the last train of old_gtfs.zip ran on 13 December 2019, long before")


# Timetables in CIF

LONDON_ROWS = [station("LONDON PADDINGTON", "PADTON", "PAD", north="61811"),
               *(station(f"{crs} TOWN", f"{crs}TPLC", crs) for crs in ("EXD", "PLY", "TAU", "BNP"))]


def as_cif(folder: Path, trips: int = 900, head: str = HEAD) -> Path:
    """A whole timetable in CIF, of trains from Plymouth to London through the morning."""
    def clock(minute: int) -> str:
        return f"{minute // 60:02}{minute % 60:02}"

    made = [schedule(f"C{number:05}", [
        origin("PLYTPLC", clock(minute)), call("EXDTPLC", *2 * [clock(minute + 30)]),
        call("TAUTPLC", *2 * [clock(minute + 60)]), end_of("PADTON", clock(minute + 150))], days="1111100")
        for number in range(trips) for minute in [360 + number * 180 // trips]]
    return write_cif(folder, {"MCA": trains(*made, head=head), "MSN": stations(LONDON_ROWS)})


def test_a_whole_timetable_in_cif_is_taken_and_named(tmp_path: Path) -> None:
    chosen = choose([as_cif(tmp_path / "cif"), copy(tmp_path / "copy")], today=date(2026, 4, 1))
    row = chosen.row
    assert (row.file, row.publisher, row.version, row.vintage, row.licence, row.stations_served) == (
        "cif", "Rail Delivery Group", "DFTTISA, 2026-03-01", "DFTTISA, 2026-03-01", "CC-BY-4.0", 3)
    assert (row.rows, row.warnings, row.left_out) == (4 * 900, [], [])
    assert credit_sentences([{"id": row.id, "licence": row.licence, "vintage": row.vintage,
                              "publisher": row.publisher}]) == ["Contains Rail Delivery Group data."]


def test_a_slice_in_cif_is_a_slice_and_an_update_is_no_timetable(tmp_path: Path) -> None:
    part = as_cif(tmp_path / "part", trips=10)
    assert choose([part]).feed.is_pattern
    assert choose([part], accept_partial=True).row.publisher == "Rail Delivery Group"
    update = as_cif(tmp_path / "update", head=HEAD.replace("FA", "UA"))
    with pytest.raises(SwatheError, match=r"^update: RJTTF001.MCA: an update of a timetable .*; no timetable that was"):
        choose([update])


def test_a_folder_with_both_formats_is_told_so(tmp_path: Path) -> None:
    both = copy(tmp_path / "both", info=FOREIGN)
    as_cif(both)
    with pytest.raises(SwatheError, match="both: holds one timetable as GTFS and one as CIF: put each in a folder or"):
        choose([both])


def test_the_real_slices_in_cif_are_named_and_not_used(open_data: Path) -> None:
    chosen = choose(sorted((open_data / "rail" / "cif_sample").glob("*.[zZ]*")))
    assert chosen.feed.is_pattern
    assert chosen.row.not_used is not None
    assert [re.match(r"(\S+) \(a slice of a timetable: ", why)[1] for why in chosen.row.not_used] == [
        "RJTTF001.ZIP", "atoc_2020-03_sample.zip", "ttis144.zip"]
