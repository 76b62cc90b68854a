"""Timetables of the Rail Delivery Group (CIF): real slices, how they come, and all that is wrong with one at once."""

import re
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from geo.core.errors import MissingSourceError, SourceError
from geo.rail.connection_scan import profile
from geo.rail.connections import connections_on
from geo.sources.cif import read_cif
from geo.sources.timetable import WEEKDAYS, Feed
from tests.fixtures.archives import packed
from tests.fixtures.cif import (
    HEAD,
    PLACES,
    association,
    call,
    calls_in,
    end_of,
    origin,
    passes,
    schedule,
    station,
    stations,
    tiploc,
    trains,
    trips_on,
    write_cif,
)

TUESDAY = date(2026, 3, 10)
ALONG = [origin("AAATPLC", "0700"), call("BBBTPLC", "0730", "0732"), end_of("CCCTPLC", "0800")]


def read_trains(folder: Path, *parts: list[str], **files: str) -> Feed:
    return read_cif(write_cif(folder, {"MCA": trains([tiploc("JUNCTN")], *parts)} | files))


def problems_of(folder: Path, files: dict[str, str]) -> list[str]:
    with pytest.raises(SourceError) as told:
        read_cif(write_cif(folder, files))
    assert "\n" not in str(told.value)
    return told.value.problems


# What a small timetable becomes

def test_a_small_timetable_whole(tmp_path: Path) -> None:
    feed = read_trains(tmp_path, schedule("C00001", ALONG, days="1111100"))
    assert feed.stop_times.drop(columns=["trip_id", "crs"]).to_numpy().tolist() == [
        [1, 25_200, 25_200, True, False], [2, 27_000, 27_120, True, True], [3, 28_800, 28_800, False, True]]
    assert feed.stop_times["crs"].astype("str").tolist() == ["AAA", "BBB", "CCC"]
    trip = "C00001_20260301_20260331_P"
    assert feed.trips.loc[trip, ["block", "line", "by_rail"]].tolist() == ["", "GWR: Aaa Town to Ccc Town", True]
    assert feed.stop_times["trip_id"].astype("str").unique().tolist() == [trip]
    assert [day for day in range(1, 32) if trips_on(feed, date(2026, 3, day))] == [
        day for day in range(1, 32) if date(2026, 3, day).weekday() < 5]
    assert (feed.publisher, feed.version, feed.start, feed.end) == (
        "Rail Delivery Group", "DFTTISA, 2026-03-01", date(2026, 3, 1), date(2026, 3, 31))
    assert (feed.change_times.to_dict(), feed.walks.empty, feed.in_seat.empty, feed.notes) == (
        dict.fromkeys(sorted(PLACES.values()), 300), True, True, ())


def test_passing_points_and_places_that_are_no_stations_are_no_calls(tmp_path: Path) -> None:
    feed = read_trains(tmp_path, schedule("C00001", [
        origin("AAATPLC", "2350"), call("JUNCTN", "2355", "2356", "00000000", "A"), passes("BBBTPLC", "2358H"),
        call("CCCTPLC", "0010", "0012"), end_of("FFFTPLC", "0030H", "0031")]))
    assert calls_in(feed).popitem()[1] == [
        ("AAA", 85_800, 85_800, True, False), ("CCC", 87_000, 87_120, True, True), ("FFF", 88_260, 88_260, False, True)]


@pytest.mark.parametrize(("public", "activity", "expected"), [
    ("07300732", "T", (27_000, 27_120, True, True)), ("07300732", "T -D", (27_000, 27_120, True, True)),
    ("07300000", "D", (27_000, 27_000, False, True)), ("00000732", "U", (27_120, 27_120, True, False)),
    ("07300732", "D", (27_000, 27_120, False, True)), ("07300732", "U X", (27_000, 27_120, True, False)),
    ("07300732", "R", (27_000, 27_120, True, True)), ("07300732", "RMR", (27_000, 27_120, True, True)),
    ("07300732", "T N", (27_000, 27_120, False, False)), ("00000000", "T", (26_970, 27_150, False, False)),
    ("07300732", "-T-D-U", (27_000, 27_120, False, False)), ("07300732", "", (27_000, 27_120, False, False)),
])
def test_passengers_get_on_and_off_where_the_train_does_so_for_them(
    tmp_path: Path, public: str, activity: str, expected: tuple,
) -> None:
    feed = read_trains(tmp_path, schedule("C00001", [
        origin("AAATPLC", "0700"), call("BBBTPLC", "0729H", "0732H", public, activity), end_of("CCCTPLC", "0800")]))
    assert calls_in(feed).popitem()[1][1] == ("BBB", *expected)


def test_noughts_are_a_time_at_midnight_alone(tmp_path: Path) -> None:
    feed = read_trains(tmp_path, schedule("C00001", [
        origin("AAATPLC", "2330"), call("BBBTPLC", "2359H", "0000H", "00000000"), end_of("CCCTPLC", "0010")]))
    assert calls_in(feed).popitem()[1][1] == ("BBB", 86_400, 86_400, True, True)


def test_what_passengers_are_told_never_runs_backwards(tmp_path: Path) -> None:
    feed = read_trains(tmp_path, schedule("C00001", [
        origin("AAATPLC", "0700", "0703"), call("BBBTPLC", "0701", "0702"), end_of("CCCTPLC", "0002", "2359")]))
    assert [row[1:3] for row in calls_in(feed).popitem()[1]] == [
        (25_380, 25_380), (25_380, 25_380), (86_340, 86_340)]


@pytest.mark.parametrize(("kind", "runs", "by_rail"), [
    ("POO", True, True), ("PXX", True, True), ("1XZ", True, True), ("P  ", True, True), ("BBR", True, False),
    ("5BS", True, False), ("S  ", True, False), ("4SS", True, False), ("POL", True, False), ("B  ", True, False),
    ("PEE", False, False), ("PES", False, False), ("POS", False, False), ("POU", False, False), ("PPP", False, False),
    ("FH2", False, False), ("F  ", False, False), ("2J5", False, False), ("PZZ", False, False), ("PDT", False, False),
])
def test_what_is_for_passengers_and_what_is_a_train(tmp_path: Path, kind: str, runs: bool, by_rail: bool) -> None:
    feed = read_trains(tmp_path, schedule("C00001", ALONG, kind=kind), schedule("C00002", ALONG))
    assert feed.trips.loc[feed.trips.index.str.startswith("C00001"), "by_rail"].tolist() == [by_rail] * runs
    assert feed.notes == (() if runs else ("of 2 schedules 1 run, 1 are not for passengers",))


def test_of_several_schedules_of_a_train_the_lowest_letter_has_the_day(tmp_path: Path) -> None:
    def day(number: int) -> date:
        return date(2026, 3, number)

    other = [origin("AAATPLC", "0900"), end_of("FFFTPLC", "0930")]
    empty = [origin("AAATPLC", "0500"), end_of("FFFTPLC", "0530")]
    feed = read_trains(
        tmp_path, schedule("C00001", ALONG, days="1111100"), schedule("C00001", other, start=day(9), end=day(13),
                                                                      days="1010000", letter="O"),
        schedule("C00001", start=day(11), end=day(12), letter="C"),
        schedule("C00001", empty, start=day(16), end=day(16), letter="O", kind="PEE"),
        schedule("C00001", other, start=day(21), end=day(21), letter="N"))
    permanent, overlay, new = (f"C00001_{dates}" for dates in (
        "20260301_20260331_P", "20260309_20260313_O", "20260321_20260321_N"))
    assert {number: trips_on(feed, day(number)) for number in (6, 9, 10, 11, 12, 13, 16, 17, 21)} == {
        6: {permanent}, 9: {overlay}, 10: {permanent}, 11: set(), 12: set(), 13: {permanent}, 16: set(),
        17: {permanent}, 21: {new}}
    assert feed.notes == ("of 5 schedules 3 run, 1 take days from others, 1 are not for passengers",)


def test_manual_trains_are_read_by_their_three_letters(tmp_path: Path) -> None:
    boat = schedule("Z00001", [origin("AAA----", "0530"), call("XYZ----", "0540", "0541"), end_of("CCC----", "0618")],
                    kind="SSS", operator="QR")
    again = schedule("Z00001", [origin("CCC----", "0700"), end_of("AAA----", "0748")], kind="SSS", operator="")
    rows = [station("A", "AAATPLC", "AAA"), station("B", "BBBTPLC", "BBB"), station("C", "CCCTPLC", "CCC", other="XYC"),
            station("B MTR", "BBBTMTR", "BBB", other="XYZ", status="9")]
    feed = read_trains(tmp_path, schedule("C00001", ALONG), ZTR=trains(boat, again), MSN=stations(rows))
    both = trips_on(feed, TUESDAY) - {"C00001_20260301_20260331_P"}
    assert both == {"Z00001_20260301_20260331_P", "Z00001_20260301_20260331_P_2"}
    assert feed.trips.loc[sorted(both), ["line", "by_rail"]].to_numpy().tolist() == [
        ["QR: A to C", False], ["C to A", False]]
    assert [row[0] for row in calls_in(feed)["Z00001_20260301_20260331_P"]] == ["AAA", "BBB", "CCC"]


# Stations and links

def test_names_positions_and_change_times(tmp_path: Path) -> None:
    rows = [
        station("BERWICK-UPON-TWEED", "AAATPLC", "AAA", east="13994", north="66534", change=" 4"),
        station("READING", "BBBJUNC", "BBB", status="9", change="19", north="61734"),
        station("READING", "BBBTPLC", "BBB", status="2", change=" 7", north="61735"),
        station("WESTBURY", "CCCJUNC", "CCC", status="9", change=" 2"),
        station("WESTBURY", "CCCTPLC", "CCC", status="9", change=" 3"),
        station("ATHLONE     (CIE", "DDDTPLC", "DDD", east="00000", north="00000", estimated="E"),
        station("XC ORIGIN", "CATZQXO", "QXO", east="18999", north="69999"), station("NO CODE", "NOCODE", ""),
        "L    SOME OTHER NAME               READING                   "]
    feed = read_trains(tmp_path, schedule("C00001", ALONG), MSN=stations(rows))
    assert feed.stops["name"].to_dict() == {
        "AAATPLC": "Berwick-upon-Tweed", "BBBTPLC": "Reading", "CCCJUNC": "Westbury", "CCCTPLC": "Westbury",
        "DDDTPLC": "Athlone (Cie"}
    assert feed.stops["code"].tolist() == feed.stops.index.tolist()
    assert feed.change_times.to_dict() == {"AAA": 240, "BBB": 420, "CCC": 180, "DDD": 300}
    assert feed.stops.loc["AAATPLC", ["latitude", "longitude"]].tolist() == pytest.approx([55.774, -2.011], abs=2e-3)
    assert feed.stops.loc["DDDTPLC", ["latitude", "longitude"]].isna().all()


def test_a_place_without_a_code_and_one_that_is_not_known_are_no_calls(tmp_path: Path) -> None:
    rows = [station("A", "AAATPLC", "AAA"), station("C", "CCCTPLC", "CCC"), station("NO CODE", "NOCODE", ""),
            station("XC ORIGIN", "CATZQXO", "QXO", east="18999", north="69999")]
    feed = read_trains(tmp_path, schedule("C00001", [
        origin("CATZQXO", "0700"), call("NOCODE", "0730", "0732"), call("AAATPLC", "0740", "0741"),
        end_of("CCCTPLC", "0800")], end=date(2099, 12, 31)), MSN=stations(rows))
    assert [row[0] for row in calls_in(feed).popitem()[1]] == ["AAA", "CCC"]
    assert (feed.notes, feed.stops["crs"].tolist()) == ((), ["AAA", "CCC"])


def test_a_train_may_run_until_further_notice(tmp_path: Path) -> None:
    records = schedule("C00001", ALONG)
    feed = read_trains(tmp_path, [records[0].replace("260331", "999999"), *records[1:]])
    assert feed.calendar["end_date"].tolist() == [pd.Timestamp("2099-12-31")]


def test_links_hold_both_ways_at_their_times(tmp_path: Path) -> None:
    timed = ("M=WALK,O=AAA,D=BBB,T=5,S=0001,E=2359,P=4,R=0000001\r\n"
             "M=TUBE,O=AAA,D=CCC,T=25,S=0700,E=1900,P=6,F=29/08/2026,U=01/09/2026,R=0111100\r\n"
             "M=TUBE,O=AAA,D=QQQ,T=25,S=0700,E=1900,P=6,F=29/08/2026,R=0111100\r\n")
    plain = ("ADDITIONAL LINK: WALK BETWEEN BBB AND AAA IN   9 MINUTES    \n"
             "ADDITIONAL LINK: TUBE BETWEEN BBB AND CCC IN  11 MINUTES    \nEND\n")
    feed = read_trains(tmp_path, schedule("C00001", ALONG), ALF=timed, FLF=plain)
    shown = feed.walks.assign(days=feed.walks[list(WEEKDAYS)].astype("int64").astype("str").sum(axis=1))
    assert shown[["from_crs", "to_crs", "seconds", "opens", "closes", "days"]].fillna(-1).to_numpy().tolist() == [
        ["AAA", "BBB", 300, 60, 86_340, "0000001"], ["AAA", "CCC", 1500, 25_200, 68_400, "0111100"],
        ["BBB", "AAA", 300, 60, 86_340, "0000001"], ["BBB", "CCC", 660, -1, -1, "1111111"],
        ["CCC", "AAA", 1500, 25_200, 68_400, "0111100"], ["CCC", "BBB", 660, -1, -1, "1111111"]]
    assert feed.walks[["start_date", "end_date"]].dtypes.astype("str").tolist() == ["datetime64[s]"] * 2
    assert feed.walks.loc[[1, 3], "start_date"].tolist() == [pd.Timestamp("2026-08-29"), pd.NaT]
    assert feed.notes == ("left out: 1 fixed links from or to what is no station of the feed",)


# Joins and divides

DIVIDING = [schedule("C00001", [origin("AAATPLC", "0700"), call("BBBTPLC", "0730", "0740"), end_of("CCCTPLC", "0830")]),
            schedule("C00002", [origin("BBBTPLC", "0732", activity="TBN"), end_of("FFFTPLC", "0800")])]
JOINING = [schedule("C00001", [origin("AAATPLC", "0700"), end_of("BBBTPLC", "0730", activity="TFN")]),
           schedule("C00002", [origin("CCCTPLC", "0710"), call("BBBTPLC", "0728", "0732"), end_of("FFFTPLC", "0800")])]


def reached_from_aaa(feed: Feed, day: date) -> list[tuple[int, int, int]]:
    """Journeys from AAA to FFF: departure and arrival (minutes), and changes."""
    found = profile(connections_on(feed, day), ["FFF"])
    rows = found[found["station"] == "AAA"]
    return [(row.departs // 60, row.arrives // 60, row.changes) for row in rows.itertuples()]


@pytest.mark.parametrize(("made", "record", "seated"), [
    (DIVIDING, association("C00001", "C00002", "VV", "BBBTPLC"), True),
    (DIVIDING, association("C00001", "C00002", "JJ", "BBBTPLC"), False),
    (DIVIDING, association("C00001", "C00002", "NP", "BBBTPLC"), False),
    (DIVIDING, association("C00001", "C00002", "VV", "BBBTPLC", used="O"), False),
    (JOINING, association("C00002", "C00001", "JJ", "BBBTPLC"), True),
    (JOINING, association("C00001", "C00002", "JJ", "BBBTPLC"), False),
    (JOINING, association("C00002", "C00001", "NP", "BBBTPLC"), False),
])
def test_who_stays_seated(tmp_path: Path, made: list[list[str]], record: str, seated: bool) -> None:
    feed = read_trains(tmp_path, [record], *made)
    assert reached_from_aaa(feed, TUESDAY) == ([(420, 480, 0)] if seated else [])


def test_an_association_has_days_of_its_own(tmp_path: Path) -> None:
    def day(number: int) -> date:
        return date(2026, 3, number)

    records = [association("C00001", "C00002", "VV", "BBBTPLC", days="1111100"),
               association("C00001", "C00002", "", "BBBTPLC", start=day(10), end=day(10), letter="C", moves=" ",
                           used=" "),
               association("C00001", "C00002", "NP", "BBBTPLC", start=day(12), end=day(12), letter="O")]
    feed = read_trains(tmp_path, records, *DIVIDING)
    assert [number for number in range(8, 16) if reached_from_aaa(feed, day(number))] == [9, 11, 13]


@pytest.mark.parametrize(("category", "base", "moves"), [("VV", "C00001", "N"), ("JJ", "C00002", "P")])
def test_a_seat_is_kept_over_midnight(tmp_path: Path, category: str, base: str, moves: str) -> None:
    night = schedule("C00001", [origin("AAATPLC", "2300"), call("FFFTPLC", "0001", "0002"),
                                call("BBBTPLC", "0010", "0020"), end_of("CCCTPLC", "0030")])
    morning = schedule("C00002", [origin("BBBTPLC", "0021"), end_of("FFFTPLC", "0100")])
    other = "C00002" if base == "C00001" else "C00001"
    # On base trains' Mondays and Tuesdays alone; the night train is yesterday's as the morning train is today's.
    record = association(base, other, category, "BBBTPLC", days="1100000", moves=moves)
    feed = read_trains(tmp_path, [record], night, morning)
    seated = [day for day in range(8, 15)
              if len(connections_on(feed, date(2026, 3, day)).stay_next)]
    monday = 9 if base == "C00002" else 10
    assert seated == [monday, monday + 1]
    assert set(feed.in_seat["days_later"]) == {1}


# How it comes

FILES = {"RJTTF9.MCA": trains(schedule("C00001", ALONG)), "rjttf9.msn": stations()}


def test_folder_zip_and_zip_in_a_zip_hold_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="latin-1")
    (folder / "NOTES.md").write_text("no timetable", encoding="utf-8")
    (tmp_path / "a.zip").write_bytes(packed(FILES))
    (tmp_path / "b.zip").write_bytes(packed({f"inner/{name}": text for name, text in FILES.items()}))
    (tmp_path / "c.zip").write_bytes(packed({"a.zip": packed(FILES)}))
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "a.zip").write_bytes(packed(FILES))
    feeds = [read_cif(tmp_path / name) for name in ("folder", "a.zip", "b.zip", "c.zip", "d")]
    for feed in feeds[1:]:
        pd.testing.assert_frame_equal(feed.stop_times, feeds[0].stop_times)
        pd.testing.assert_frame_equal(feed.stops, feeds[0].stops)


def test_files_that_are_not_read_are_named(tmp_path: Path) -> None:
    feed = read_trains(tmp_path, schedule("C00001", ALONG), TSI="AAA,SE,SN,6,\n", DAT="HEAD", SET="UCFCATE")
    assert feed.notes == (
        "not read: RJTTF001.TSI (times to change between two companies' trains: those of the station are used)",
        "not read: RJTTF001.DAT, RJTTF001.SET (no journey's time depends on it)")


def test_lines_may_end_as_windows_ends_them_and_blanks_may_be_cut_off(tmp_path: Path) -> None:
    text = trains([tiploc("JUNCTN")], schedule("C00001", ALONG), schedule("C00001", letter="C", days="0100000"))
    feeds = [read_cif(write_cif(tmp_path / f"{number}", {"MCA": made, "MSN": names})) for number, (made, names) in
             enumerate([(text, stations()), (text.replace("\n", "\r\n"), stations().replace("\n", "\r\n")),
                        (re.sub(" +\n", "\n", text), re.sub(" +\n", "\n", stations())),
                        (text.rstrip(), stations().rstrip()),
                        (text.replace("\n", "\r\n") + "\r\n\r\n", "\n" + stations())])]
    for feed in feeds[1:]:
        pd.testing.assert_frame_equal(feed.stop_times, feeds[0].stop_times)
        pd.testing.assert_frame_equal(feed.calendar, feeds[0].calendar)


def test_blocks_do_not_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [schedule(f"C{number:05}", ALONG) for number in range(40)]
    folder = write_cif(tmp_path, {"MCA": trains([tiploc("JUNCTN")], *made)})
    whole = read_cif(folder)
    for size in (100, 333, 1000):
        monkeypatch.setattr("geo.sources.cif_records.BLOCK", size)
        pd.testing.assert_frame_equal(read_cif(folder).stop_times, whole.stop_times)


# What is wrong with one

def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    bad_time = [origin("AAATPLC", "2500", "0700"), end_of("CCCTPLC", "0800")]
    text = trains(schedule("C00001", ALONG)[:-1], schedule("C00002", bad_time),
                  schedule("C00003", ALONG, days="11x1111"),
                  schedule("C00004", ALONG, start=date(2026, 3, 9), end=date(2026, 3, 8)), ["QQ what is this"], end="")
    found = problems_of(tmp_path, {"MCA": text, "MSN": stations([station("A", "AAATPLC", "A1A", change="xx"), station(
        "B", "BBBTPLC", "BBB", change="xx")]), "ALF": "M=WALK,O=AAA,D=BB,T=x,S=2561,E=2359,P=4,R=01\n"})
    assert found == [
        "RJTTF001.ALF: line 1 has 'D=BB', expected a station's three letters",
        "RJTTF001.ALF: line 1 has 'T=x', expected whole minutes, at most a day's",
        "RJTTF001.ALF: line 1 has 'S=2561', expected a time such as 0745",
        "RJTTF001.ALF: line 1 has 'R=01', expected seven digits, 1 for each day from Monday on which it holds",
        "RJTTF001.MSN: line 2 has 'A1A', expected three letters (the station's CRS code) or none",
        "RJTTF001.MSN: line 3 has 'xx', expected whole minutes to change trains",
        "RJTTF001.MCA: line 5 has 'LIBBBTPLC 0730', expected the train's next calls after it, up to the last one (LT)",
        ("RJTTF001.MCA: line 10 has '11x1111', expected seven digits, 1 for each day from Monday on which it holds and "
         "0 for others"),
        "RJTTF001.MCA: line 8 has '2500', expected a time such as 0745 or 0745H",
        "RJTTF001.MCA: line 20 has 'QQ what is t', expected a record of the Common Interface Format (BS, LO, LI, …)",
        "RJTTF001.MCA: line 15 has '260309260308', expected a last day not before the first",
        ("RJTTF001.MCA: ends in line 20 without the record ZZ, which is the last of a whole file: it is cut short, "
         "download it again")]


@pytest.mark.parametrize(("parts", "expected"), [
    ([[origin("AAATPLC", "0700")]], "line 2 has 'LOAAATPLC 0700', expected a train's first record (BS) before it"),
    ([schedule("C00001", ALONG)[:2], [ALONG[1], ALONG[2]]],
     "line 4 has 'LIBBBTPLC 0730', expected the train's origin (LO) before it"),
    ([schedule("C00001")], "line 2 has 'BSNC00001', expected the train's calls after it"),
    ([schedule("C00001", ALONG), [ALONG[2]]],
     "line 7 has 'LTCCCTPLC 0800', expected the train's origin (LO) before it"),
    ([schedule("C00001", ALONG), schedule("C00002", [*ALONG[:2]])],
     "line 10 has 'LIBBBTPLC 0730', expected the train's next calls after it, up to the last one (LT)"),
    ([[schedule("C00001")[0][:60], *schedule("C00001", ALONG)[1:]]],
     "line 2 has 'BSNC000012603012603311111111 POO', expected 80 characters: the line is cut short"),
    ([schedule("C00001", [origin("AAATPLC", "0700", "07x1"), *ALONG[1:]])],
     "line 4 has '07x1', expected a public time such as 0745, or 0000 for none"),
    ([schedule("C00001", [*ALONG[:2], end_of("CCCTPLC", "0760", "0800")])],
     "line 6 has '0760', expected a time such as 0745 or 0745H"),
    ([schedule("C00001", ALONG, letter="X")], "line 2 has 'X', expected C, N, O or P as the last of 80 characters"),
    ([[schedule("C00001", ALONG)[0].replace("260301", "260230"), *schedule("C00001", ALONG)[1:]]],
     "line 2 has '260230', expected a date such as 260131"),
    ([schedule("C00001", ALONG), schedule("C00001", ALONG, start=date(2026, 3, 10))],
     ("line 7 has 'C00001', expected one schedule a day of each train (UID) and letter: it has another that shares "
      "days with it")),
    ([["BSRC00001"], schedule("C00001", ALONG)],
     "line 2 has 'BSR', expected a new one (N): this is an update of a timetable, use a full feed"),
    ([["BSDC00001260301".ljust(79) + "P"], schedule("C00002", ALONG)],
     "line 2 has 'BSD', expected a new one (N): this is an update of a timetable, use a full feed"),
    ([[association("C00001", "C00002", "VV", "BBBTPLC").replace("AAN", "AAD")], schedule("C00002", ALONG)],
     "line 2 has 'AAD', expected a new one (N): this is an update of a timetable, use a full feed"),
])
def test_records_out_of_order_and_unreadable(tmp_path: Path, parts: list[list[str]], expected: str) -> None:
    assert problems_of(tmp_path, {"MCA": trains(*parts)}) == [f"RJTTF001.MCA: {expected}"]


@pytest.mark.parametrize(("files", "expected"), [
    ({"RJTTF1.MSN": stations()}, "no file ending in .mca (the trains) in it: use the whole zip as it was downloaded"),
    ({"RJTTF1.MCA": trains()}, "no file ending in .msn (the stations) in it: use the whole zip as it was downloaded"),
    ({"RJTTC1.CFA": trains(), "RJTTC1.MSN": stations()},
     "RJTTC1.CFA: an update of a timetable, which is not read: use a full one (.mca)"),
    ({"A.MCA": trains(), "B.MCA": trains(), "A.MSN": stations()},
     "holds 2 files ending in .mca (A.MCA, B.MCA), expected one: give a folder or zip of one timetable"),
    ({"A.MCA": trains(), "A.MSN": stations()},
     "A.MCA: no train in it, expected records that begin with BS: download it again"),
    ({"A.MCA": trains(schedule("C00001", ALONG)), "A.MSN": ""},
     "A.MSN: no station in it, expected records that begin with A"),
    ({"A.MCA": trains(schedule("C00001", ALONG), head=HEAD.replace("FA", "UA")), "A.MSN": stations()},
     "A.MCA: an update of a timetable (its HD record has U): use a full one"),
    ({"a/A.MCA": trains(), "a/A.MSN": stations(), "b/A.MCA": trains(), "b/A.MSN": stations()},
     "holds 2 timetables (in a, b): give a zip of one"),
])
def test_a_zip_that_is_no_timetable(tmp_path: Path, files: dict[str, str], expected: str) -> None:
    path = tmp_path / "feed.zip"
    path.write_bytes(packed(files))
    with pytest.raises(SourceError, match=re.escape(expected)) as told:
        read_cif(path)
    assert told.value.problems == [expected]


def test_nothing_there_and_nothing_in_it(tmp_path: Path) -> None:
    with pytest.raises(MissingSourceError, match="no such folder or zip"):
        read_cif(tmp_path / "none.zip")
    (tmp_path / "empty.zip").write_bytes(packed({}))
    (tmp_path / "cut.zip").write_bytes(packed(FILES)[:200])
    with pytest.raises(SourceError, match=r"empty.zip: no file ending in .mca"):
        read_cif(tmp_path / "empty.zip")
    with pytest.raises(SourceError, match=r"cut.zip: is cut short or not a zip"):
        read_cif(tmp_path / "cut.zip")


def test_a_damaged_member_is_told(tmp_path: Path) -> None:
    path = tmp_path / "feed.zip"
    data = bytearray(packed({"A.MCA": trains(*(schedule(f"C{number:05}", ALONG) for number in range(500))),
                             "A.MSN": stations()}))
    data[100:140] = bytes(40)
    path.write_bytes(bytes(data))
    with pytest.raises(SourceError, match=r"A.MCA: is damaged \(.*\): download it again"):
        read_cif(path)


@pytest.mark.parametrize(("bad", "good", "refused"), [(1, 1, False), (5, 1, False), (6, 1, True), (6, 700, False),
                                                      (8, 700, True), (1, 0, True)])
@pytest.mark.parametrize("calls", [
    [origin("AAATPLC", "0700"), call("NOWHERE", "0710", "0711"), end_of("CCCTPLC", "0800")],
    [origin("AAATPLC", "0700"), call("BBBTPLC", "0655", "0711"), end_of("CCCTPLC", "0800")],
])
def test_few_trains_that_cannot_be_true_are_left_out(
    tmp_path: Path, bad: int, good: int, refused: bool, calls: list[str],
) -> None:
    made = [schedule(f"C{number:05}", ALONG) for number in range(good)]
    made += [schedule(f"D{number:05}", calls) for number in range(bad)]
    folder = write_cif(tmp_path, {"MCA": trains([tiploc("JUNCTN")], *made)})
    if refused:
        with pytest.raises(SourceError, match=rf"expected .*\({bad} of {good + bad} trains\)$"):
            read_cif(folder)
    else:
        feed = read_cif(folder)
        assert len(feed.trips) == good
        assert re.fullmatch(rf"of {good + bad} schedules {good} run, {bad} (call at|have times) .*", feed.notes[0])
