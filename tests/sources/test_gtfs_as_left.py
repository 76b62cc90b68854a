"""Feeds as publishers and people leave them: what is harmless is read, what is left out is said, the rest refused."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from geo.core.choices import HUBS
from geo.core.errors import SourceError
from geo.rail.connection_scan import journeys
from geo.rail.connections import connections_on, reference_day
from geo.sources.gtfs import read_gtfs
from geo.sources.timetable import WEEKDAYS, Feed
from tests.fixtures.rail import write_gtfs

CALLS = "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
STOPS = "stop_id,stop_code,stop_name,stop_lat,stop_lon\n"
WEEK = f"service_id,{','.join(WEEKDAYS)},start_date,end_date\n"
RIGHT = {"fastest": 310.0, "typical": 310.0, "changes": 0, "departures": 4}

Files = dict[str, str]


def four_trains() -> Files:
    """Four trains from Penzance to London, an hour apart."""
    rows = ""
    for hour in (6, 7, 8, 9):
        times = zip(("PNZ", "PLY", "EXD", "PAD"), (0, 115, 180, 310), (0, 120, 182, 310), strict=True)
        for place, (stop, arrives, departs) in enumerate(times):
            shown = [f"{hour + minutes // 60:02}:{minutes % 60:02}:00" for minutes in (arrives, departs)]
            rows += f"T{hour},{','.join(shown)},{stop},{place}\n"
    stops = "".join(f"{crs},{crs},{name},51.0,-2.0\n" for crs, name in (
        ("PNZ", "Penzance"), ("PLY", "Plymouth"), ("EXD", "Exeter"), ("PAD", "London")))
    return {
        "stops.txt": STOPS + stops, "stop_times.txt": CALLS + rows,
        "trips.txt": "route_id,service_id,trip_id\n" + "".join(f"R,WK,T{hour}\n" for hour in (6, 7, 8, 9)),
        "calendar.txt": f"{WEEK}WK,1,1,1,1,1,0,0,20260518,20261212\n",
    }


def to_london(feed: Feed) -> dict[str, float]:
    """Penzance's journey to London on the feed's own day."""
    trains = connections_on(feed, reference_day(feed))
    found = journeys(trains, {"london": HUBS["london"].stations}).set_index("station")
    return found.loc["PNZ", list(RIGHT)].to_dict()


def read(folder: Path, files: Mapping[str, str]) -> Feed:
    return read_gtfs(write_gtfs(folder, files))


def refused(folder: Path, files: Mapping[str, str]) -> str:
    with pytest.raises(SourceError) as told:
        read(folder, files)
    assert "\n" not in str(told.value)
    assert "download it again" not in str(told.value)
    return str(told.value)


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def twice(files: Files, name: str) -> Files:
    """Write every row of a table twice."""
    header, *rows = files[name].splitlines(keepends=True)
    return {**files, name: header + "".join(row * 2 for row in rows)}


DATES = "service_id,date,exception_type\n"
FROM_TUESDAY = "".join(f"WK,202606{day:02},1\n" for day in (2, 3, 4))
INFO = "feed_publisher_name,feed_version,feed_start_date,feed_end_date\n"

READ: dict[str, Callable[[Files], Files]] = {
    "optional tables of no bytes": lambda files: files | dict.fromkeys(
        ("calendar_dates.txt", "transfers.txt", "frequencies.txt", "feed_info.txt"), ""),
    "an optional table of a byte order mark": lambda files: {**files, "frequencies.txt": "\ufeff"},
    "an optional table of line ends": lambda files: {**files, "transfers.txt": "\r\n\r\n"},
    "an optional table of a header and blank rows": lambda files: {
        **files, "frequencies.txt": "trip_id,start_time,end_time,headway_secs\n,,,\n,,,\n"},
    "a calendar of no bytes beside dates": lambda files: {
        **files, "calendar.txt": "", "calendar_dates.txt": DATES + FROM_TUESDAY},
    "dates alone": lambda files: {
        name: text for name, text in files.items() if name != "calendar.txt"} | {
            "calendar_dates.txt": DATES + FROM_TUESDAY},
    "a date twice": lambda files: {
        **files, "calendar.txt": "", "calendar_dates.txt": DATES + FROM_TUESDAY + "WK,20260602,1\n"},
    "stops twice": lambda files: twice(files, "stops.txt"),
    "trips twice": lambda files: twice(files, "trips.txt"),
    "calls twice": lambda files: twice(files, "stop_times.txt"),
    "a calendar twice": lambda files: twice(files, "calendar.txt"),
    "stops in lower case": lambda files: {**files, "stops.txt": files["stops.txt"].replace(",PNZ,", ",pnz,")},
    "ids in lower case": lambda files: {
        **files, "stops.txt": STOPS + "pnz,,,,\nply,,,,\nexd,,,,\npad,,,,\n", "stop_times.txt": CALLS + files[
            "stop_times.txt"].removeprefix(CALLS).lower().replace("t", "T")},
    "codes in mixed case": lambda files: {
        **files, "stops.txt": files["stops.txt"].replace(",PAD,", ",Pad,").replace("PLY,PLY", "PLY,ply")},
    "days of feed_info as ISO": lambda files: {**files, "feed_info.txt": f"{INFO}Us,1,2026-05-18,2026-12-12\n"},
    "days of feed_info as spoken": lambda files: {**files, "feed_info.txt": f"{INFO}Us,1,18/05/2026,12 December\n"},
    "days of feed_info outside the calendar": lambda files: {
        **files, "feed_info.txt": f"{INFO}Us,1,20190101,20191231\n"},
    "days of the calendar as ISO": lambda files: {
        **files, "calendar.txt": files["calendar.txt"].replace("20260518,20261212", "2026-05-18,2026-12-12")},
    "a calendar without an end": lambda files: {
        **files, "calendar.txt": files["calendar.txt"].replace("20261212", "99991231")},
    "two byte order marks": lambda files: {name: f"\ufeff\ufeff{text}" for name, text in files.items()},
    "a line for Excel above the header": lambda files: {name: f"sep=,\r\n{text}" for name, text in files.items()},
    "a change that takes a day": lambda files: {
        **files, "transfers.txt": "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nPLY,PLY,2,86400\n"},
    "routes of extended types": lambda files: {**files, "routes.txt": "route_id,route_type\nR,102\n"},
    "numbers of calls with a point": lambda files: {
        **files, "stop_times.txt": re.sub(r",(\d)\n", r",\1.0\n", files["stop_times.txt"])},
    "line ends of old Macs": lambda files: {name: text.replace("\n", "\r") for name, text in files.items()},
    "blank times between": lambda files: {**files, "stop_times.txt": re.sub(
        r",\d\d:55:00,\d\d:00:00,PLY", ",,,PLY", files["stop_times.txt"])},
    "a night train past 24:00": lambda files: {
        **files, "trips.txt": files["trips.txt"] + "R,WK,N\n",
        "stop_times.txt": files["stop_times.txt"] + "N,23:50:00,23:50:00,PNZ,1\nN,30:10:00,30:10:00,PAD,2\n"},
}


@pytest.mark.parametrize("kind", READ)
def test_what_is_harmless_is_read(tmp_path: Path, kind: str) -> None:
    assert to_london(read(tmp_path, READ[kind](four_trains()))) == RIGHT


@pytest.mark.parametrize(("name", "content"), [
    ("capitals.zip", zipped({name.upper(): text for name, text in four_trains().items()})),
    ("mixed.zip", zipped({f"GTFS/{name.title()}": text for name, text in four_trains().items()})),
    ("outer.zip", zipped({"google_transit.zip": zipped(four_trains())})),
    ("deep.zip", zipped({"a/Feed.ZIP": zipped({f"b/{name}": text for name, text in four_trains().items()})})),
    ("mac.zip", zipped({**four_trains(), "__MACOSX/._stop_times.txt": b"\x00\x05", "__MACOSX/x.zip": b"no"})),
])
def test_archives_as_people_pack_them(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert to_london(read_gtfs(tmp_path / name)) == RIGHT


def test_a_folder_of_names_in_capitals(tmp_path: Path) -> None:
    assert to_london(read(tmp_path, {name.upper(): text for name, text in four_trains().items()})) == RIGHT


def test_an_archive_of_two_feeds_or_of_a_broken_one_is_refused(tmp_path: Path) -> None:
    feed = zipped(four_trains())
    for content, says in (({"a.zip": feed, "b.zip": feed}, "holds 2 feeds"), ({"a.zip": feed[:-60]}, "a.zip")):
        (tmp_path / "packed.zip").write_bytes(zipped(content))
        with pytest.raises(SourceError, match=says):
            read_gtfs(tmp_path / "packed.zip")


def with_unknown_stops(trips: int, of: int) -> Files:
    """The four trains and others, of which so many call at a stop that is not there."""
    files = four_trains()
    names = [f"X{number}" for number in range(of - 4)]
    rows = "".join(f"{name},05:00:00,05:00:00,{'GONE' if number < trips else 'PLY'},1\n"
                   f"{name},05:30:00,05:30:00,EXD,2\n" for number, name in enumerate(names))
    return {**files, "trips.txt": files["trips.txt"] + "".join(f"R,WK,{name}\n" for name in names),
            "stop_times.txt": files["stop_times.txt"] + rows}


@pytest.mark.parametrize(("trips", "of"), [(1, 5), (5, 9), (6, 600), (7, 700)])
def test_few_trips_at_unknown_stops_are_left_out_and_said(tmp_path: Path, trips: int, of: int) -> None:
    feed = read(tmp_path, with_unknown_stops(trips, of))
    assert to_london(feed) == RIGHT
    assert len(feed.trips) == of - trips
    told = f"left out: {trips} trip{'s' * (trips > 1)}, stop_times.txt: column 'stop_id': row 18 has 'GONE'"
    assert [note.startswith(told) for note in feed.notes] == [True]


@pytest.mark.parametrize(("trips", "of"), [(6, 10), (6, 599), (8, 700)])
def test_a_feed_with_many_trips_at_unknown_stops_is_refused(tmp_path: Path, trips: int, of: int) -> None:
    said = refused(tmp_path, with_unknown_stops(trips, of))
    assert "row 18 has 'GONE', row 20 has 'GONE'" in said
    assert f"({trips} trips of {of} call at one that is not there)" in said


def test_a_trip_without_a_stop_and_a_transfer_at_an_unknown_one_are_left_out(tmp_path: Path) -> None:
    files = with_unknown_stops(1, 6)
    files["stop_times.txt"] = files["stop_times.txt"].replace("GONE", "")
    files["transfers.txt"] = "from_stop_id,to_stop_id,min_transfer_time\nPAD,PAD,60\nGONE,PAD,60\n"
    feed = read(tmp_path, files)
    assert feed.notes[0].startswith("left out: 1 trip, stop_times.txt: column 'stop_id': row 18 has ''")
    assert feed.notes[1] == (
        "left out: 1 transfer, transfers.txt: column 'from_stop_id': row 3 has 'GONE', expected a stop of stops.txt")
    assert feed.change_times.to_dict() == {"PAD": 60}


def test_a_feed_all_of_whose_trips_are_at_unknown_stops_is_refused(tmp_path: Path) -> None:
    files = four_trains()
    said = refused(tmp_path, {**files, "stop_times.txt": files["stop_times.txt"].replace("EXD", "GONE")})
    assert "(4 trips of 4 call at one that is not there)" in said


@pytest.mark.parametrize(("change", "says"), [
    ({"stops.txt": four_trains()["stops.txt"] + "PAD,PLY,Plymouth again,51.0,-2.0\n"},
     "stops.txt: column 'stop_id': row 6 has 'PAD', expected each code once"),
    ({"calendar_dates.txt": f"{DATES}WK,20260602,1\nWK,20260602,2\n"},
     "calendar_dates.txt: column 'date': row 3 has '20260602', expected each date of a service either added or remov"),
    ({"stops.txt": None}, "stops.txt is missing, and a GTFS feed has one: use a whole feed"),
    ({"stop_times.txt": CALLS}, "stop_times.txt: has a header and no rows"),
    ({"calendar.txt": None}, "calendar.txt and calendar_dates.txt are both missing, so no day has a train"),
    ({"trips.txt": "route_id,trip_id\nR,T6\n"}, "trips.txt: column 'service_id' is missing"),
    ({"frequencies.txt": "trip_id,start_time,end_time,headway_secs\nT6,06:00:00,09:00:00,600\n"},
     "frequencies.txt: 1 row: trips that repeat at a headway are not read: use a feed that lists every trip"),
    ({"stop_times.txt": four_trains()["stop_times.txt"].replace("07:55:00,08:00:00", "07:55:00,07:50:00")},
     "stop_times.txt: column 'departure_time': row 3 has '07:50:00', expected a time not before the arrival"),
    ({"transfers.txt": "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nPNZ,PLY,2,4000000000\n"},
     "transfers.txt: column 'min_transfer_time': row 2 has 4000000000.0, expected seconds, 0 to 86,400 (a day)"),
    ({"transfers.txt": "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nPLY,PLY,2,1e300\n"},
     "transfers.txt: column 'min_transfer_time': row 2 has 1e+300, expected seconds, 0 to 86,400 (a day)"),
    ({"stop_times.txt": re.sub(r",(\d\d:\d\d:\d\d)", r",9\1", four_trains()["stop_times.txt"])},
     "stop_times.txt: column 'arrival_time': row 2 has '906:00:00', row 3 has '907:55:00'"),
    ({"stop_times.txt": re.sub(r"(\d\d:\d\d):\d\d", r"\1", four_trains()["stop_times.txt"])},
     "stop_times.txt: column 'arrival_time': row 2 has '06:00', row 3 has '07:55'"),
    ({"stop_times.txt": re.sub(r",\d\n", r",1\n", four_trains()["stop_times.txt"])},
     "stop_times.txt: column 'stop_sequence': row 3 has 1, row 4 has 1"),
    ({"calendar.txt": f"{WEEK}WK,1,1,1,1,1,0,0,18/05/2026,20261212\n"},
     "calendar.txt: column 'start_date': row 2 has '18/05/2026', expected a date such as 20260131"),
])
def test_what_cannot_be_read_is_told_with_file_and_row(
    tmp_path: Path, change: dict[str, str | None], says: str,
) -> None:
    files = {name: text for name, text in (four_trains() | change).items() if text is not None}
    assert says in refused(tmp_path, files)


def test_every_file_that_is_not_read_is_named_with_the_reason(tmp_path: Path) -> None:
    others = {"shapes.txt": "", "Agency.txt": "", "links.txt": "", "readme.md": "", "x.csv": ""}
    assert read(tmp_path, four_trains() | others).notes == (
        "not read: Agency.txt, shapes.txt (no journey's time depends on it)",
        "not read: readme.md, x.csv (not one of the tables of GTFS that are used)")


@pytest.mark.parametrize(("start", "end"), [
    ("20260518", "20630101"), ("20260518", "20991231"), ("20260518", "99991231"), ("20260518", "20270517"),
])
def test_a_calendar_without_an_end_gives_a_day_near_its_start(tmp_path: Path, start: str, end: str) -> None:
    files = four_trains()
    # One train years before all others, and one that is planned for years after, move nothing.
    calendar = f"{WEEK}WK,1,1,1,1,1,0,0,{start},{end}\nOLD,0,1,0,0,0,0,0,20010101,20251231\n"
    dates = f"{DATES}FAR,20500405,1\n"
    day = reference_day(read(tmp_path, {
        **files, "calendar.txt": calendar, "calendar_dates.txt": dates,
        "trips.txt": files["trips.txt"] + "R,OLD,O\nR,FAR,F\n", "stop_times.txt": files["stop_times.txt"] + "".join(
            f"{trip},05:00:00,05:00:00,PLY,1\n{trip},06:00:00,06:00:00,EXD,2\n" for trip in "OF")}))
    assert date(2026, 5, 18) <= day < date(2027, 5, 18)


CASES = {
    "03-zero-byte-optional/feed": 310, "06-space-before-quote/feed": 310, "07-one-field-fewer/feed": 310,
    "07-one-field-more-than-header/feed": 310, "08-call-at-unknown-stop/feed": 310,
    "11-second-feed-bad/rail_gtfs.zip": 301,
    "14-duplicate-dates/feed": 310, "19-feed-info-dates/feed": 310, "20-stray-quote/feed": 310,
    "21-lower-case-crs/feed": 310, "52-packagings/nested_gtfs.zip": 310, "52-packagings/upper": 310,
    "52-packagings/upper_gtfs.zip": 310, "53-service-ended/old_gtfs.zip": 301,
}


@pytest.mark.parametrize("case", CASES)
def test_a_case_gives_its_right_value(cases: Path, case: str) -> None:
    minutes = float(CASES[case])
    assert to_london(read_gtfs(cases / case)) == {**RIGHT, "fastest": minutes, "typical": minutes}


@pytest.mark.parametrize(("case", "says"), [
    ("52-packagings/semicolon_gtfs.zip", "semicolons"), ("52-packagings/utf16_gtfs.zip", "UTF-16"),
    ("11-second-feed-bad/itm_south_west_gtfs.zip", "frequencies.txt: 1 row"),
])
def test_a_case_is_refused_with_the_true_reason(cases: Path, case: str, says: str) -> None:
    with pytest.raises(SourceError, match=says) as told:
        read_gtfs(cases / case)
    assert "download" not in str(told.value)
