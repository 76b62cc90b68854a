"""A day's trains as arrays, and the day that stands for a weekday."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.core.errors import SwatheError
from geo.edition.identity import MANIFEST_FIGURES, content_hash
from geo.edition.schema import problems_in
from geo.rail.connections import (
    AT_ANY_TIME,
    DEFAULT_CHANGE,
    assembled,
    connections_on,
    reference_day,
    services_on,
    taken_apart,
    trips_by_day,
)
from geo.sources.timetable import WEEKDAYS, Feed
from tests.fixtures.rail import TUESDAY, link, made_feed, train


def small_feed() -> Feed:
    trips = {
        "a": train("AAA 7:00", "BBB 7:30 7:30", "CCC 7:30"), "b": train("BBB 7:40", "AAA 8:00"),
        "night": train("AAA 23:50", "BBB 24:10", "CCC 24:30"),
    }
    return made_feed(trips, change={"AAA": 0, "BBB": 600}, walks=[("CCC", "AAA", 30), ("AAA", "DDD", 90)])


def test_hops_are_sorted_for_the_backward_scan() -> None:
    network = connections_on(small_feed(), TUESDAY)
    names = np.array(network.stations)
    hops = list(zip(names[network.origin], names[network.target], network.departs, network.arrives, strict=True))
    assert hops == [
        ("BBB", "CCC", 87_000, 88_200), ("AAA", "BBB", 85_800, 87_000), ("BBB", "AAA", 27_600, 28_800),
        ("BBB", "CCC", 27_000, 27_000), ("AAA", "BBB", 25_200, 27_000), ("BBB", "CCC", 600, 1800),
    ]
    # The night's train of the day before is another train than today's.
    assert network.train[-1] != network.train[0] == network.train[1]
    assert {array.dtype for array in (network.departs, network.train, network.change)} == {np.dtype("int32")}


def test_change_times_and_walks() -> None:
    network = connections_on(small_feed(), TUESDAY)
    assert network.stations == ("AAA", "BBB", "CCC", "DDD")
    assert network.change.tolist() == [60, 600, DEFAULT_CHANGE, DEFAULT_CHANGE]
    assert network.walk_first.tolist() == [0, 1, 1, 2, 2]
    assert network.walk_target.tolist() == [3, 0]
    assert network.walk_seconds.tolist() == [90, 60]


def test_links_that_hold_around_the_day() -> None:
    trips = {"a": train("AAA 7:00", "BBB 8:00"), "night": train("AAA 23:50", "BBB 24:10")}
    links = [link("BBB", "AAA", 20, "7:00-9:00", days=["monday"]), link("BBB", "AAA", 10, "7:00-9:00"),
             link("AAA", "BBB", 30, "23:00-0:30"), link("BBB", "CCC", 5, "0:00-0:20", days=["wednesday"])]
    network = connections_on(made_feed(trips, walks=[("BBB", "AAA", 90)], links=links), TUESDAY)
    names, origin = np.array(network.stations), np.repeat(np.arange(3), np.diff(network.walk_first))
    rows = zip(names[origin], names[network.walk_target], network.walk_seconds // 60, network.walk_opens / 3600,
               network.walk_closes / 3600, strict=True)
    # From midnight to the last arrival at 24:10; what has closed before it, with the walk, is of no use.
    assert [tuple(row) for row in rows] == [
        ("AAA", "BBB", 30, -1, 0.5), ("AAA", "BBB", 30, 23, 24.5), ("BBB", "AAA", 10, 7, 9),
        ("BBB", "AAA", 1, -AT_ANY_TIME / 3600, AT_ANY_TIME / 3600), ("BBB", "CCC", 5, 24, pytest.approx(24 + 1 / 3))]
    rows, changes = taken_apart(network)
    again = assembled(TUESDAY, rows, changes)
    assert all(np.array_equal(getattr(again, name), getattr(network, name)) for name in vars(network) if name != "day")
    walks = changes[changes["kind"] == "walk"]
    assert walks["opens"].isna().tolist() == walks["closes"].isna().tolist() == [False, False, False, True, False]
    assert changes.loc[changes["kind"] != "walk", ["opens", "closes"]].isna().all(axis=None)


def test_trains_of_an_edition_without_timed_links_keep_its_identity() -> None:
    rows, changes = taken_apart(connections_on(small_feed(), TUESDAY))
    assert changes[["opens", "closes"]].isna().all(axis=None)
    facts = dict.fromkeys(MANIFEST_FIGURES)
    hashes = {content_hash({"connections": rows, "changes": table}, facts)
              for table in (changes, changes.drop(columns=["opens", "closes"]))}
    assert len(hashes) == 1
    timed = changes.assign(opens=np.where(changes["kind"] == "walk", 0.0, np.nan))
    assert content_hash({"connections": rows, "changes": timed}, facts) not in hashes
    assert problems_in(changes, "changes") == problems_in(timed, "changes") == []


def test_zero_minute_hops_of_one_train_keep_their_order() -> None:
    feed = made_feed({"a": train("AAA 7:00", "BBB 7:00", "CCC 7:00", "DDD 7:01")})
    network = connections_on(feed, TUESDAY)
    assert [network.stations[place] for place in network.origin] == ["CCC", "BBB", "AAA"]


def test_exceptions_add_and_remove_services() -> None:
    feed = made_feed({"a": train("AAA 7:00", "BBB 8:00")}, services={"a": "sat"}, weekdays={"sat": ["saturday"]})
    dates = pd.DataFrame({
        "service_id": ["sat", "daily"], "date": pd.to_datetime(["2026-03-10", "2026-03-10"]), "added": [True, False],
    })
    changed = replace(feed, calendar_dates=dates)
    assert services_on(feed, TUESDAY) == {"daily"}
    assert services_on(changed, TUESDAY) == {"sat"}
    assert services_on(changed, date(2027, 1, 2)) == set()


def test_days_of_services_without_a_trip_count_nothing() -> None:
    feed = made_feed({"a": train("AAA 7:00", "BBB 8:00")}, weekdays={"empty": ["sunday"]})
    dates = pd.DataFrame({"service_id": ["daily", "unknown", "empty"], "added": [False, True, True],
                          "date": pd.to_datetime(["2026-03-10", "2026-03-11", "2026-03-12"])})
    for each, expected in ((feed, [1, 1, 1, 1]), (replace(feed, calendar_dates=dates), [1, 0, 1, 1])):
        found = trips_by_day(each)
        assert found["2026-03-09":"2026-03-12"].tolist() == expected
        assert isinstance(found.index, pd.DatetimeIndex)
        assert len(found) == 365


def test_reference_day_is_the_busiest_midweek_day_and_of_several_the_middle_one() -> None:
    trips = {name: train("AAA 7:00", "BBB 8:00") for name in ("a", "b", "c")}
    feed = made_feed(trips, services={"b": "wed", "c": "sat"}, weekdays={"wed": ["wednesday"], "sat": ["saturday"]})
    whole = replace(feed, start=date(2026, 3, 2), end=date(2026, 3, 31))
    assert reference_day(whole) == date(2026, 3, 11)
    assert reference_day(replace(whole, start=date(2026, 3, 19))) == date(2026, 3, 25)
    every = replace(made_feed({"a": trips["a"]}), start=date(2026, 3, 2), end=date(2026, 3, 8))
    assert reference_day(every) == date(2026, 3, 4)


def test_no_midweek_train_is_told_in_words() -> None:
    feed = made_feed({"a": train("AAA 7:00", "BBB 8:00")}, services={"a": "sat"}, weekdays={"sat": ["saturday"]})
    with pytest.raises(SwatheError, match="no train on any Tuesday, Wednesday or Thursday"):
        reference_day(feed)


def test_pattern_timetable_runs_on_its_reference_day(pattern_feed: Feed) -> None:
    day = reference_day(pattern_feed)
    assert day.strftime("%A") in {"Tuesday", "Wednesday", "Thursday"}
    network = connections_on(pattern_feed, day)
    assert len(network.stations) == 305
    # Every trip runs every weekday, so last night's are there as far as they leave after midnight.
    assert (network.departs >= 0).all()
    calls = pattern_feed.stop_times
    last = calls.groupby("trip_id")["sequence"].transform("max")
    hops = calls[calls["sequence"] < last]
    assert len(network.departs) == len(hops) + int((hops["departs"] >= 86_400).sum())


@st.composite
def calendars(draw: st.DrawFn) -> Feed:
    """Services with weekdays, dates that begin and end anywhere, and exceptions."""
    days = st.integers(0, 40)
    names = ["x", "y", "z"]
    start = pd.Timestamp("2026-02-20")
    weekdays = {name: draw(st.lists(st.sampled_from(WEEKDAYS), unique=True)) for name in names}
    trips = {str(number): train("AAA 7:00", "BBB 8:00") for number in range(6)}
    services = {trip: draw(st.sampled_from(names)) for trip in trips}
    feed = made_feed(trips, services=services, weekdays=weekdays)
    ends = [sorted([draw(days), draw(days)]) for _ in range(4)]
    calendar = feed.calendar.assign(
        start_date=[start + timedelta(days=first) for first, _ in ends],
        end_date=[start + timedelta(days=last) for _, last in ends],
    )
    exceptions = draw(st.dictionaries(st.tuples(st.sampled_from(names), days), st.booleans(), max_size=8))
    dates = pd.DataFrame({
        "service_id": pd.Series([name for name, _ in exceptions], dtype="str"),
        "date": pd.Series([start + timedelta(days=day) for _, day in exceptions], dtype="datetime64[s]"),
        "added": pd.Series(list(exceptions.values()), dtype=bool),
    })
    return replace(feed, calendar=calendar, calendar_dates=dates)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(feed=calendars())
def test_trips_by_day_agrees_with_the_services_of_each_day(feed: Feed) -> None:
    counted = trips_by_day(feed)
    for day, trips in counted.items():
        assert trips == feed.trips["service_id"].isin(services_on(feed, day.date())).sum()
    assert counted.index.is_monotonic_increasing
    assert counted.dtype == np.int64
