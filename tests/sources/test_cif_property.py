"""Any timetable in CIF is read as one reads it with a pencil: day by day, train by train, line by line."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.sources import cif_records
from geo.sources.cif import read_cif
from geo.sources.cif_calendar import in_force
from geo.sources.timetable import WEEKDAYS, Feed
from tests.fixtures.cif import (
    FIRST,
    LAST,
    PLACES,
    association,
    call,
    calls_in,
    calls_of,
    end_of,
    origin,
    passes,
    running_on,
    schedule,
    schedules_in,
    seats_in,
    station,
    stations,
    tiploc,
    trains,
    trips_on,
    write_cif,
)

pytestmark = pytest.mark.slow

UIDS = ("C00001", "C00002", "G99999")
DAYS = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
AROUND = [FIRST - timedelta(days=1), *DAYS, LAST + timedelta(days=1)]
NO_STATION = ("JUNCTN", "SIDINGS")
TWIN = {"AAATPL2": "AAA"}
"""A second place of a station."""

STATIONS = stations([station(f"{crs} TOWN", place, crs) for place, crs in (PLACES | TWIN).items()])

spans = st.one_of(st.just([FIRST, LAST]), st.lists(st.sampled_from(DAYS), min_size=2, max_size=2).map(sorted))
week = st.one_of(st.sampled_from(["1111111", "1111100"]), st.text("01", min_size=7, max_size=7))
letters = st.sampled_from("CNOPP")
kinds = st.sampled_from(["POO", "POO", "PXX", "1XZ", "BBR", "S  ", "POL", "PEE", "FJ2"])
activities = st.sampled_from(["T", "T", "T", "D", "U", "R", "T N", "T -D", "X", "A", "-UT", "", "RMT"])


@st.composite
def a_run(draw: st.DrawFn) -> list[str]:
    """The calls of a train: along places, on the railway's clock and passengers', often past midnight."""
    now = draw(st.integers(0, 2 * 1439))                       # half minutes
    count = draw(st.integers(2, 6))
    places = [draw(st.sampled_from([*PLACES, *NO_STATION, *TWIN])) for _ in range(count)]
    records = []
    for number, place in enumerate(places):
        arrives = now
        now += draw(st.sampled_from([0, 0, 1, 3, 9]))
        departs = now
        now += draw(st.sampled_from([1, 2, 21, 90, 400, 1100]))
        told = [_public(draw, each) for each in (arrives, departs)]
        if number == 0:
            records.append(origin(place, _clock(departs), told[1], draw(st.sampled_from(["TB", "TBN", "TB-U"]))))
        elif number == count - 1:
            records.append(end_of(place, _clock(arrives), told[0], draw(st.sampled_from(["TF", "TFN", "TF-D"]))))
        elif draw(st.integers(0, 3)) == 0:
            records.append(passes(place, _clock(departs)))
        else:
            records.append(call(place, _clock(arrives), _clock(departs), "".join(told), draw(activities)))
    return records


def _clock(half_minutes: int) -> str:
    minutes, half = divmod(half_minutes, 2)
    return f"{minutes // 60 % 24:02}{minutes % 60:02}{'H' * half}"


def _public(draw: st.DrawFn, half_minutes: int) -> str:
    """What passengers are told: nothing, or the time, or a minute or two beside it."""
    if draw(st.integers(0, 4)) == 0:
        return "0000"
    minutes = half_minutes // 2 + draw(st.sampled_from([0, 0, 0, 1, -1, 2]))
    return f"{minutes // 60 % 24:02}{minutes % 60:02}"


@st.composite
def a_timetable(draw: st.DrawFn) -> str:
    """A file of trains: schedules that replace and cancel each other, joins and divides."""
    parts: list[list[str]] = []
    for _ in range(draw(st.integers(1, 4))):
        base, other = draw(st.permutations(UIDS))[:2]
        start, end = draw(spans)
        parts.append([association(
            base, other, draw(st.sampled_from(["JJ", "JJ", "VV", "NP"])), draw(st.sampled_from(sorted(PLACES))),
            start=start, end=end, days=draw(week), letter=draw(letters), moves=draw(st.sampled_from("SNP")),
            used=draw(st.sampled_from("PPPO")))])
    taken: list[tuple[str, str, set[date]]] = []
    for _ in range(draw(st.integers(1, 8))):
        uid, letter = draw(st.sampled_from(UIDS)), draw(letters)
        start, end = draw(spans)
        days = draw(week)
        mine = {day for day in DAYS if start <= day <= end and days[day.weekday()] == "1"}
        if letter != "C" and any(uid == other[0] and letter == other[1] and mine & other[2] for other in taken):
            continue
        taken.append((uid, letter, mine))
        parts.append(schedule(uid, [] if letter == "C" else draw(a_run()), start=start, end=end, days=days,
                              letter=letter, kind=draw(kinds)))
    parts.append(schedule("Y00001", [origin("AAATPLC", "0700"), end_of("BBBTPLC", "0800")]))
    return trains([tiploc(place) for place in NO_STATION], *parts, newline=draw(st.sampled_from(["\n", "\r\n"])))


@settings(max_examples=50, deadline=None)
@given(text=a_timetable(), block=st.sampled_from([100, 500, 4_000_000]))
def test_a_timetable_reads_as_one_reads_it_line_by_line(text: str, block: int) -> None:
    crs_of = PLACES | TWIN
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(cif_records, "BLOCK", block)
        feed = read_cif(write_cif(Path(folder), {"MCA": text, "MSN": STATIONS}))
    schedules, calls = list(schedules_in(text)), calls_in(feed)
    by_day: dict[date, dict[str, tuple]] = {}
    for day in AROUND:
        runs = {each.uid: tuple(calls_of(each, crs_of)) for each in running_on(schedules, day) if each.for_passengers}
        by_day[day] = {uid: found for uid, found in runs.items() if len(found) > 1}
        assert Counter((trip[:6], tuple(calls[trip])) for trip in trips_on(feed, day)) == Counter(by_day[day].items())
    expected = {(first, second, PLACES[place], days, day) for first, second, place, days, day in seats_in(text, by_day)}
    assert seats_of(feed) == expected


def seats_of(feed: Feed) -> set[tuple[str, str, str, int, date]]:
    """Who may stay seated, on the days of trains that run, as `seats_in` tells it."""
    found = set()
    for day in AROUND if len(feed.in_seat) else ():
        when = pd.Timestamp(day)
        for row in feed.in_seat[feed.in_seat[WEEKDAYS[day.weekday()]]].itertuples():
            runs = row.from_trip in trips_on(feed, day) and row.to_trip in trips_on(
                feed, day + timedelta(days=row.days_later))
            if row.start_date <= when <= row.end_date and runs:
                found.add((row.from_trip[:6], row.to_trip[:6], row.from_crs, row.days_later, day))
    return found


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ab"), letters, st.integers(0, 40), st.integers(0, 40), st.integers(0, 127)),
                min_size=1, max_size=7))
def test_the_days_left_are_those_that_nobody_takes(records: list[tuple[str, str, int, int, int]]) -> None:
    table = pd.DataFrame(records, columns=["group", "letter", "one", "two", "days"])
    start, end = table[["one", "two"]].min(axis=1).to_numpy(), table[["one", "two"]].max(axis=1).to_numpy()
    spans, shared = in_force(table["group"], table["letter"].map(ord).to_numpy(), start, end, table["days"].to_numpy())
    found = {(span.record, day) for span in spans.itertuples() for day in range(span.start, span.end + 1)
             if span.days >> _weekday(day) & 1}
    expected, ties = set(), set()
    for day in range(42):
        for group in "ab":
            holding = [place for place, record in enumerate(records) if record[0] == group
                       and start[place] <= day <= end[place] and record[4] >> _weekday(day) & 1]
            lowest = min((records[place][1] for place in holding), default="C")
            expected |= {(place, day) for place in holding if records[place][1] == lowest != "C"}
            ties |= {place for place in holding for other in holding if other < place
                     and records[place][1] == records[other][1] != "C"}
    assert found == expected
    assert set(shared.tolist()) == ties
    for span in spans.itertuples():        # and none holds on no day
        assert any(span.days >> _weekday(day) & 1 for day in range(span.start, span.end + 1))


def _weekday(day: int) -> int:
    """Monday is 0; 1 January 1970, from which days are counted, was a Thursday."""
    return (date(1970, 1, 1) + timedelta(days=day)).weekday()
