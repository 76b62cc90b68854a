"""Real slices of the Rail Delivery Group's timetable (CIF): every train of them, and what the same one is as GTFS."""

import re
import zipfile
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geo.rail.connection_scan import profile
from geo.rail.connections import connections_on, reference_day
from geo.rail.stations import stations_called_at
from geo.sources.cif import read_cif
from geo.sources.gtfs import read_gtfs
from geo.sources.timetable import WEEKDAYS, Feed
from tests.fixtures.cif import calls_in, calls_of, running_on, schedules_in, trips_on

pytestmark = pytest.mark.slow


def by_train_and_day(feed: Feed, days: list[date], only: set[str] | None = None) -> dict[tuple[str, date], tuple]:
    """Calls of every train (UID) on each day on which it sets out, whatever day the feed counts it by."""
    calls, found = calls_in(feed), {}
    for day in days:
        for trip in trips_on(feed, day):
            later = calls[trip][0][2] // 86_400
            name = re.sub(r"_\d{8}_.*", "", trip)
            if only is None or name in only:
                found.setdefault((name, day + timedelta(days=later)), []).append(tuple(
                    (crs, arrives - later * 86_400, departs - later * 86_400, *may)
                    for crs, arrives, departs, *may in calls[trip]))
    return {key: tuple(sorted(trips)) for key, trips in found.items()}


DAYS = [date(2026, 8, 10) + timedelta(days=number) for number in range(-1, 92)]
"""That the slice in GTFS was made for (three months from 10 August 2026), and the day before."""


@pytest.fixture(scope="module")
def both(open_data: Path) -> tuple[Feed, Feed]:
    """The slice of 2026 in both formats."""
    return (read_cif(open_data / "rail" / "cif_sample" / "RJTTF001.ZIP"), read_gtfs(open_data / "rail" / "gtfs_sample"))


def test_both_formats_of_the_slice_have_the_same_trains(both: tuple[Feed, Feed]) -> None:
    ours, theirs = (by_train_and_day(feed, DAYS) for feed in both)
    # That tool writes a train that joins or divides as one trip with the train that it joins or leaves.
    together = {key: value for key, value in theirs.items() if "_" in key[0]}
    alone = {key: value for key, value in theirs.items() if key not in together}
    parts = {uid for names, _ in together for uid in names.split("_")} - {uid for uid, _ in alone}
    inside = [key for key in ours.keys() | alone.keys() if DAYS[1] <= key[1] <= DAYS[-2]]
    assert {uid for uid, _ in inside if (uid, _) not in alone} <= parts | {"C04561", "C04566"}
    for key in inside:
        if key in alone:
            assert ours[key] == alone[key], key


def test_joins_and_divides_of_the_slice_are_the_trips_that_the_other_format_makes_one_of(
    both: tuple[Feed, Feed],
) -> None:
    ours, theirs = both
    calls, joined = calls_in(ours), {}
    for day in DAYS:
        runs = trips_on(ours, day), trips_on(ours, day + timedelta(days=1))
        seats = ours.in_seat[ours.in_seat[WEEKDAYS[day.weekday()]] & (ours.in_seat["start_date"] <= pd.Timestamp(day))
                             & (pd.Timestamp(day) <= ours.in_seat["end_date"])]
        for seat in seats.itertuples():
            if seat.from_trip in runs[0] and seat.to_trip in runs[seat.days_later]:
                first, then = calls[seat.from_trip], calls[seat.to_trip]
                at, on = ([crs for crs, *_ in part].index(seat.from_crs) for part in (first, then))
                later = 86_400 * seat.days_later
                joined[f"{seat.from_trip[:6]}_{seat.to_trip[:6]}", day] = [
                    (row[0], row[1] // 60) for row in first[:at + 1]] + [
                    (row[0], (row[1] + later) // 60) for row in then[on + 1:]]
    # In such trips that tool drops half minutes.
    expected = {key: [(row[0], row[1] // 60) for row in value[0]] for key, value in by_train_and_day(
        theirs, DAYS).items() if "_" in key[0]}
    assert set(expected) <= set(joined)
    assert {key: joined[key] for key in expected} == expected


def test_both_formats_of_the_slice_have_the_same_change_times_and_links(both: tuple[Feed, Feed]) -> None:
    ours, theirs = both
    assert ours.change_times.drop("XAG").to_dict() == theirs.change_times.to_dict()    # no train calls there
    names = ["from_crs", "to_crs", "seconds", "opens", "closes", *WEEKDAYS]
    always = {"opens": 0, "closes": 86_399}
    tables = [feed.walks.fillna(always)[names].astype({"opens": "int64", "closes": "int64"}) for feed in both]
    rows = [Counter(map(tuple, table.to_numpy().tolist())) for table in tables]
    assert rows[0] == rows[1]
    dates = ["from_crs", "to_crs", "start_date", "end_date"]
    dated = [set(map(tuple, feed.walks.loc[feed.walks["start_date"] > "2020", dates].astype("str").to_numpy().tolist()))
             for feed in both]
    assert dated[0] == dated[1]


def test_both_formats_of_the_slice_have_the_same_stations(both: tuple[Feed, Feed]) -> None:
    ours, theirs = (stations_called_at(feed) for feed in both)
    assert ours.index.tolist() == theirs.index.tolist()
    apart = ours.distance(theirs)
    assert apart.median() < 100
    assert apart.max() < 2000     # that tool takes positions from elsewhere


@pytest.mark.parametrize(("sample", "mca", "names"), [
    ("atoc_2020-03_sample.zip", "example.mca", "ttisf585"), ("ttis144.zip", "cutdown.mca", "ttisf144")])
def test_a_real_sample_is_read_whole(open_data: Path, sample: str, mca: str, names: str) -> None:
    path = open_data / "rail" / "cif_sample" / sample
    feed = read_cif(path)
    with zipfile.ZipFile(path) as archive:
        texts = {name.lower(): archive.read(name).decode("latin-1") for name in archive.namelist()}
    msn = [row for row in texts[f"{names}.msn"].splitlines() if row.startswith("A    ") and not re.search(
        r"[A-Z]+ (ORIGIN|DESTINATION) ", row)]
    of_place = {row[36:43].strip(): row[49:52] for row in msn}
    of_code = {row[43:46]: row[49:52] for row in msn} | {row[49:52]: row[49:52] for row in msn}
    files = [(list(schedules_in(texts[mca])), of_place, 7), (list(schedules_in(texts[f"{names}.ztr"])), of_code, 3)]
    told = feed.notes[0].replace(",", "")
    counts = [int(number) for number in re.findall(r"(\d+) (?:schedules|run|take|are|call|have)", told)]
    assert counts[0] == sum(len(schedules) for schedules, _, _ in files)
    assert (counts[0], counts[1]) == (sum(counts[1:]), len(feed.trips))
    cancels = [each for schedules, _, _ in files for each in schedules if each.letter == "C"]
    assert all(not each.calls for each in cancels)
    start = date(2020, 3, 20) if "2020" in sample else date(2019, 2, 22)
    calls = calls_in(feed)
    for day in (start, start + timedelta(days=2), start + timedelta(days=25)):
        expected = Counter()
        for schedules, crs_of, width in files:
            for each in running_on(schedules, day, manual=width == 3):
                found = calls_of(each, crs_of, width)
                backwards = any(later[1] - earlier[2] > 20 * 3600 for earlier, later in pairwise(found))
                if each.for_passengers and len(found) > 1 and not backwards:
                    expected[each.uid, tuple(found)] += 1
        ours = Counter((trip[:6], tuple(calls[trip])) for trip in trips_on(feed, day))
        assert ours - expected == Counter()
        left = expected - ours      # those that call at a place that nobody knows, in a sample that was cut down
        assert sum(left.values()) <= (0 if "2020" in sample else 48)


def test_the_sample_of_2020_has_a_day_and_stations(open_data: Path) -> None:
    feed = read_cif(open_data / "rail" / "cif_sample" / "atoc_2020-03_sample.zip")
    day = connections_on(feed, reference_day(feed))
    found = set(profile(day, ["PAD", "WAT"])["station"])
    assert {"EXD", "TAU", "TVP", "SWI", "SOU"} <= found
    near = stations_called_at(feed)
    assert np.hypot(near.loc["EXD"].geometry.x - 291_100, near.loc["EXD"].geometry.y - 93_300) < 500
    assert feed.trips["line"].str.startswith("GWR: ").any()
