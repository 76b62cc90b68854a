"""GTFS feeds: folders and zips, the ways they differ, and everything wrong with one told at once."""

import zipfile
from datetime import date
from pathlib import Path
from random import Random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.core.errors import MissingSourceError, SourceError
from geo.sources.gtfs import read_gtfs
from geo.sources.timetable import WEEKDAYS, Feed, at_all_times
from tests.fixtures.rail import TIMETABLE, gtfs_files, write_gtfs

HEADER = "trip_id,arrival_time,departure_time,stop_id,stop_sequence"


def problems_of(folder: Path, **changed: str | None) -> list[str]:
    with pytest.raises(SourceError) as told:
        read_gtfs(write_gtfs(folder, gtfs_files(**changed)))
    assert "\n" not in str(told.value)
    return told.value.problems


def zipped(path: Path, files: dict[str, str], inside: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(inside + name, text)
    return path


def test_small_feed_whole(tmp_path: Path) -> None:
    feed = read_gtfs(write_gtfs(tmp_path, gtfs_files()))
    expected = pd.DataFrame({
        "trip_id": ["T1", "T1", "T1", "T2", "T2"], "sequence": [1, 2, 3, 1, 2],
        "crs": ["AAA", "BBB", "CCC", "AAA", "BBB"], "arrives": [25_200, 27_000, 28_800, 85_800, 87_600],
        "departs": [25_200, 27_120, 28_800, 85_800, 87_600], "may_board": True, "may_alight": True,
    })
    pd.testing.assert_frame_equal(feed.stop_times, expected)
    pd.testing.assert_series_equal(
        feed.change_times, pd.Series([240], index=pd.Index(["AAA"], name="crs"), name="seconds")
    )
    walks = pd.DataFrame({"from_crs": ["AAA"], "to_crs": ["BBB"], "seconds": [600]})
    pd.testing.assert_frame_equal(feed.walks, at_all_times(walks))
    assert feed.trips["service_id"].to_dict() == {"T1": "WK", "T2": "WK"}
    assert feed.calendar.loc[0, list(WEEKDAYS)].tolist() == [True] * 5 + [False] * 2
    assert (feed.publisher, feed.version, feed.start, feed.end, feed.notes) == ("", "", None, None, ())


@pytest.mark.parametrize("inside", ["", "feed/", "a/b/"])
def test_zip_reads_as_the_folder_does(tmp_path: Path, inside: str) -> None:
    folder = read_gtfs(write_gtfs(tmp_path / "feed", gtfs_files()))
    archive = read_gtfs(zipped(tmp_path / "feed.zip", gtfs_files(), inside))
    pd.testing.assert_frame_equal(archive.stop_times, folder.stop_times)
    pd.testing.assert_frame_equal(archive.stops, folder.stops)


def test_bad_archives(tmp_path: Path) -> None:
    whole = zipped(tmp_path / "whole.zip", gtfs_files())
    (tmp_path / "cut.zip").write_bytes(whole.read_bytes()[:-200])
    with pytest.raises(SourceError, match=r"^cut\.zip: .*download it again"):
        read_gtfs(tmp_path / "cut.zip")
    with zipfile.ZipFile(whole, "a") as archive:
        archive.writestr("other/stop_times.txt", HEADER)
    with pytest.raises(SourceError, match="holds 2 feeds"):
        read_gtfs(whole)
    with pytest.raises(MissingSourceError, match="no such folder or zip"):
        read_gtfs(tmp_path / "absent.zip")


def test_pattern_timetable(pattern_feed: Feed) -> None:
    feed = pattern_feed
    assert len(feed.trips) == 2025
    assert len(feed.stop_times) == 20_293
    assert len(feed.stops) == 305
    assert feed.version == "indicative-pattern-2025"
    assert feed.is_pattern
    assert (feed.start, feed.end) == (date(2026, 1, 1), date(2026, 12, 31))
    assert feed.change_times["PAD"] == 900
    assert set(zip(feed.walks["from_crs"], feed.walks["to_crs"], strict=True)) == {
        (start, end) for pair in (
            ("AHV", "NCM"), ("DCH", "DCW"), ("FNB", "FNN"), ("PAD", "WAT"), ("SBF", "SBV"), ("YVJ", "YVP"))
        for start, end in (pair, pair[::-1])}


def test_the_pattern_timetable_is_known_by_its_mark_alone(tmp_path: Path) -> None:
    files = {path.name: path.read_text(encoding="utf-8") for path in TIMETABLE.iterdir()}
    assert read_gtfs(zipped(tmp_path / "national-rail-gtfs.zip", files, "any/folder/")).is_pattern
    assert read_gtfs(write_gtfs(tmp_path / "copy", {**files, "agency.txt": "agency_name\nSomebody\n"})).is_pattern


@pytest.mark.parametrize(("publisher", "version"), [
    ("Indicative Rail Ltd", "indicative-1"), ("Indicative pattern timetable", ""), ("", "indicative-pattern"), ("", ""),
])
def test_no_word_makes_a_feed_the_pattern_timetable(tmp_path: Path, publisher: str, version: str) -> None:
    info = f"feed_publisher_name,feed_version\n{publisher},{version}\n"
    feed = read_gtfs(write_gtfs(tmp_path, gtfs_files(feed_info=info)))
    assert (feed.publisher, feed.version) == (publisher, version)
    assert not feed.is_pattern


def test_real_sample(open_data: Path) -> None:
    feed = read_gtfs(open_data / "rail" / "gtfs_sample")
    assert not feed.is_pattern
    assert feed.stops.loc["ABD", "crs"] == "ABD"
    assert len(feed.trips) == 128
    assert len(feed.stop_times) == 1594
    first = feed.stop_times[feed.stop_times["trip_id"] == "C00049_20260517_20261206"]
    assert first["crs"].tolist()[:3] == ["HWV", "HXX", "PAD"]
    assert first["departs"].tolist()[0] == 23 * 3600 + 12 * 60
    assert first["may_alight"].tolist()[0] is False
    assert first["may_board"].tolist()[-1] is False
    assert feed.stop_times["arrives"].max() > 86_400
    assert feed.calendar_dates["added"].value_counts().sum() == 49


def test_crs_from_code_id_or_parent(tmp_path: Path) -> None:
    stops = (
        "stop_id,stop_code,parent_station\n9100A,AAA,\n9100B,BBB,\nCCC,,\n9100A_1,,9100A\n"
        "ferry,,\n9100D,TOOLONG,\n"
    )
    times = f"{HEADER}\nT1,7:00:00,7:00:00,9100A_1,1\nT1,07:10:00,07:10:00,ferry,2\n"
    feed = read_gtfs(write_gtfs(tmp_path, gtfs_files(stops=stops, stop_times=times, transfers=None)))
    assert feed.stops["crs"].to_dict() == {
        "9100A": "AAA", "9100B": "BBB", "CCC": "CCC", "9100A_1": "AAA", "ferry": "ferry", "9100D": "9100D",
    }
    assert feed.stop_times["crs"].tolist() == ["AAA", "ferry"]


def test_three_letter_ids_win_where_codes_are_something_else(tmp_path: Path) -> None:
    stops = "stop_id,stop_code\nAAA,ELY\nBBB,BETON\nCCC,CETON\n"
    times = f"{HEADER}\nT1,07:00:00,07:00:00,AAA,1\nT1,07:10:00,07:10:00,BBB,2\n"
    feed = read_gtfs(write_gtfs(tmp_path, gtfs_files(stops=stops, stop_times=times, transfers=None)))
    assert feed.stops["crs"].tolist() == ["AAA", "BBB", "CCC"]


def test_calls_are_put_in_order_and_blank_times_spread(tmp_path: Path) -> None:
    times = f"{HEADER}\nT1,08:00:00,,C,9\nT1,,,B,4\nT1,07:00:00,07:20:00,A,1\nT2,07:00:00,07:00:00,A,1\n"
    feed = read_gtfs(write_gtfs(tmp_path, gtfs_files(stop_times=times)))
    assert feed.stop_times["arrives"].tolist() == [25_200, 27_600, 28_800]
    assert feed.stop_times["departs"].tolist() == [26_400, 27_600, 28_800]
    assert feed.notes == ("left out: 1 trip with fewer than two calls",)
    assert feed.trips.index.tolist() == ["T1"]


def test_pickup_and_drop_off(tmp_path: Path) -> None:
    times = f"{HEADER},pickup_type,drop_off_type\nT1,7:00:00,7:00:00,A,1,0,1\nT1,8:00:00,8:00:00,B,2,1,\n"
    feed = read_gtfs(write_gtfs(tmp_path, gtfs_files(stop_times=times + "T1,9:00:00,9:00:00,C,3,3,2\n")))
    assert feed.stop_times["may_board"].tolist() == [True, False, True]
    assert feed.stop_times["may_alight"].tolist() == [False, True, True]


def test_calendar_dates_alone_and_headers_alone(tmp_path: Path) -> None:
    dates = "service_id,date,exception_type\nWK,20260310,1\nWK,20260311,2\n"
    alone = read_gtfs(write_gtfs(tmp_path / "a", gtfs_files(calendar=None, calendar_dates=dates)))
    assert alone.calendar.empty
    assert alone.calendar_dates["added"].tolist() == [True, False]
    assert str(alone.calendar_dates["date"].dtype) == "datetime64[s]"
    bare = read_gtfs(write_gtfs(tmp_path / "b", gtfs_files(
        calendar_dates="service_id,date,exception_type\n", frequencies="trip_id,start_time\n",
        transfers="from_stop_id,to_stop_id\n",
    )))
    assert bare.calendar_dates.empty
    assert bare.change_times.empty
    pd.testing.assert_frame_equal(bare.walks.head(0), alone.walks.head(0))
    assert bare.walks.empty


def test_transfers_that_rule_out_or_hold_for_single_trips(tmp_path: Path) -> None:
    transfers = (
        "from_stop_id,to_stop_id,transfer_type,min_transfer_time,from_trip_id\n"
        "A,A,3,,\nB,B,2,120,\nB,B,2,180,\nA,C,3,,\nA,B,0,,\nC,A,2,90,\nC,A,2,70,\nC,B,2,50,T1\nC,C,4,,T1\n"
    )
    feed = read_gtfs(write_gtfs(tmp_path, gtfs_files(transfers=transfers)))
    assert feed.change_times.to_dict() == {"AAA": 86_400, "BBB": 180}
    assert feed.walks[["from_crs", "to_crs", "seconds"]].to_numpy().tolist() == [["CCC", "AAA", 70]]
    assert feed.notes == (
        "left out: 2 transfers for single trips or routes",
        "left out: 1 link between stations without a time",
    )


LINK = f"from_stop_id,to_stop_id,mode,duration,start_time,end_time,start_date,end_date,{','.join(WEEKDAYS)}\n"


def test_links_that_hold_at_certain_times(tmp_path: Path) -> None:
    rows = ("A,B,TUBE,780,07:00:00,19:00:00,2026-09-06,20261206,0,0,0,0,0,0,1\n"
            "A,B,BUS,1200,22:00:00,25:30:00,,,1,1,1,1,1,0,0\nB,C,WALK,0,,,,,,,,,,,\n")
    feed = read_gtfs(write_gtfs(tmp_path, gtfs_files(links=LINK + rows)))
    found = feed.walks.drop(columns=list(WEEKDAYS)).astype(object).where(lambda table: table.notna(), None)
    assert found.to_numpy().tolist() == [
        ["AAA", "BBB", 780, 25_200, 68_400, pd.Timestamp("2026-09-06"), pd.Timestamp("2026-12-06")],
        ["AAA", "BBB", 1200, 79_200, 91_800, None, None], ["BBB", "CCC", 0, None, None, None, None]]
    assert feed.walks[list(WEEKDAYS)].to_numpy().tolist() == [
        [False] * 6 + [True], [True] * 5 + [False] * 2, [True] * 7]
    bare = read_gtfs(write_gtfs(tmp_path / "bare", gtfs_files(links=None)))
    assert {str(kind) for kind in feed.walks.dtypes == bare.walks.dtypes} == {"True"}
    # transfers.txt says 600 seconds from A to B, links.txt more exactly when; of A itself it says the change time.
    assert feed.notes == ("left out: 1 link of transfers.txt, for which links.txt gives the times at which they hold",)
    assert feed.change_times.to_dict() == {"AAA": 240}


def test_a_links_txt_of_three_columns_holds_at_all_times(tmp_path: Path) -> None:
    links = "from_stop_id,to_stop_id,duration\nC,A,70\n"
    feed = read_gtfs(write_gtfs(tmp_path, gtfs_files(links=links)))
    expected = pd.DataFrame({"from_crs": ["AAA", "CCC"], "to_crs": ["BBB", "AAA"], "seconds": [600, 70]})
    pd.testing.assert_frame_equal(feed.walks, at_all_times(expected))
    assert feed.notes == ()


def test_links_that_are_left_out_are_noted(tmp_path: Path) -> None:
    links = "from_stop_id,to_stop_id,duration\nC,A,\nA,X,60\nB,B,60\n"
    feed = read_gtfs(write_gtfs(tmp_path, gtfs_files(links=links)))
    assert feed.walks["seconds"].tolist() == [600]
    assert feed.notes == (
        "left out: 1 link, links.txt: column 'to_stop_id': row 3 has 'X', expected a stop of stops.txt",
        "left out: 1 link of links.txt without a time", "left out: 1 link of links.txt from a station to itself")


def test_everything_wrong_with_links_at_once(tmp_path: Path) -> None:
    rows = ("A,B,TUBE,-5,7:00,19:00:00,,,1,1,1,1,1,1,1\nA,B,TUBE,90000,,99:00:00,2026-13-01,soon,1,1,1,1,1,1,1\n"
            "A,C,TUBE,60,,,20260310,20260309,2,,1,1,1,1,1\nB,C,TUBE,60,,,,,1,1,1,1,1,1,1\n")
    found = problems_of(tmp_path, links=LINK + rows)
    assert [problem.split("'")[1] for problem in found] == [
        "duration", "start_time", "end_time", "start_date", "end_date", "end_date", "monday", "tuesday"]
    assert all(problem.startswith("links.txt: ") for problem in found)
    assert "row 2 has -5, row 3 has 90,000" in found[0] or "row 2 has -5" in found[0]
    missing = problems_of(tmp_path / "b", links="from_stop_id,to_stop_id\nA,B\n")
    assert len(missing) == 1
    assert "column 'duration' is missing" in missing[0]


def test_real_links(open_data: Path) -> None:
    feed = read_gtfs(open_data / "rail" / "gtfs_sample")
    pair = feed.walks[(feed.walks["from_crs"] == "EUS") & (feed.walks["to_crs"] == "PAD")]
    # By weekday morning, by day and by evening; and likewise on Saturdays and Sundays.
    assert pair.loc[pair["tuesday"], ["opens", "closes", "seconds"]].sort_values("opens").to_numpy().tolist() == [
        [60, 19_740, 1380], [19_740, 25_140, 1080], [25_200, 68_400, 780], [68_460, 86_340, 1080]]
    assert len(feed.walks) == 86


def test_missing_files_and_columns_all_at_once(tmp_path: Path) -> None:
    found = problems_of(tmp_path, stops=None, calendar=None, trips="service_id\nWK\n")
    assert [problem.split(":")[0].split(" ")[0] for problem in found] == ["stops.txt", "calendar.txt", "trips.txt"]
    assert "column 'trip_id' is missing" in found[2]


def test_ids_that_do_not_match_all_at_once(tmp_path: Path) -> None:
    found = problems_of(
        tmp_path, trips="trip_id,service_id\nT1,WK\nT2,NONE\n",
        stop_times=f"{HEADER}\nT1,07:00:00,07:00:00,A,1\nT1,07:10:00,07:10:00,B,2\nT9,07:10:00,07:10:00,A,2\n",
    )
    assert len(found) == 2
    for text in (
        "trips.txt: column 'service_id': row 3 has 'NONE'", "stop_times.txt: column 'trip_id': row 4 has 'T9'",
    ):
        assert any(problem.startswith(text) for problem in found)


@pytest.mark.parametrize(("rows", "says"), [
    ("T1,07:00:00,06:59:00,A,1\nT1,07:10:00,07:10:00,B,2\n", "'departure_time': row 2 has '06:59:00'"),
    ("T1,07:00:00,07:05:00,A,1\nT1,07:04:00,07:10:00,B,2\n", "'arrival_time': row 3 has '07:04:00'"),
    ("T1,7.00,07:05:00,A,1\nT1,07:64:00,07:10:00,B,2\n", "'arrival_time': row 2 has '7.00', row 3 has '07:64:00'"),
    ("T1,,,A,1\nT1,07:10:00,07:10:00,B,2\n", "row 2 has 'blank at an end of trip T1'"),
    ("T1,07:00:00,07:00:00,A,1\nT1,07:10:00,07:10:00,B,1\n", "'stop_sequence': row 3 has 1"),
])
def test_bad_times(tmp_path: Path, rows: str, says: str) -> None:
    found = problems_of(tmp_path, stop_times=f"{HEADER}\n{rows}")
    assert any(says in problem for problem in found)


def test_bad_calendars_and_repeating_trips(tmp_path: Path) -> None:
    found = problems_of(
        tmp_path, calendar=f"service_id,{','.join(WEEKDAYS)},start_date,end_date\nWK,2,1,1,1,1,0,0,20260230,20250101\n",
        calendar_dates="service_id,date,exception_type\nWK,20260310,3\n",
        frequencies="trip_id,start_time,end_time,headway_secs\nT1,06:00:00,09:00:00,600\n",
    )
    told = " | ".join(found)
    for part in ("calendar.txt: column 'monday': row 2 has 2", "'start_date': row 2 has '20260230'",
                 "calendar_dates.txt: column 'exception_type': row 2 has 3",
                 "frequencies.txt: 1 row: trips that repeat at a headway are not read"):
        assert part in told


def test_web_page_in_place_of_a_file(tmp_path: Path) -> None:
    found = problems_of(tmp_path, calendar="<html>Too many requests</html>")
    assert found == [problem for problem in found if problem.startswith("calendar.txt: is a web page")]


def test_feed_info(tmp_path: Path) -> None:
    info = "feed_publisher_name,feed_version,feed_start_date,feed_end_date\nSomebody,7,20260105,\n"
    feed = read_gtfs(write_gtfs(tmp_path, gtfs_files(feed_info=info)))
    assert (feed.publisher, feed.version, feed.start, feed.end) == ("Somebody", "7", date(2026, 1, 5), None)


@settings(max_examples=25, deadline=None)
@given(times=st.lists(st.integers(0, 200_000), min_size=4, max_size=12), order=st.randoms())
def test_times_survive_writing_and_reading(
    times: list[int], order: Random, tmp_path_factory: pytest.TempPathFactory
) -> None:
    times = sorted(times[: len(times) // 2 * 2])
    calls = list(zip(times[::2], times[1::2], strict=True))
    shown = ["{:02}:{:02}:{:02}".format(*(t // 3600, t % 3600 // 60, t % 60)) for t in times]
    rows = [f"T1,{shown[2 * n]},{shown[2 * n + 1]},{'ABC'[n % 3]},{n * 10}" for n in range(len(calls))]
    order.shuffle(rows)
    text = "\n".join([HEADER, *rows, ""])
    feed = read_gtfs(write_gtfs(tmp_path_factory.mktemp("feed"), gtfs_files(stop_times=text)))
    assert list(zip(feed.stop_times["arrives"], feed.stop_times["departs"], strict=True)) == calls
