"""The connection scan against a search that shares nothing with it, and against what is known of the timetable."""

import subprocess
import sys
from datetime import time
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geo.edition.schema import JOURNEYS
from geo.rail.connection_scan import journeys, profile
from geo.rail.connections import Connections, connections_on
from geo.sources.timetable import WEEKDAYS, Feed
from tests.fixtures.rail import ROOT, TUESDAY, clock, link, made_feed, train
from tests.rail import brute_force

pytestmark = pytest.mark.slow

STATIONS = ("AAA", "BBB", "CCC", "DDD", "EEE", "FFF")
HUBS = {"one": ["FFF"], "two": ["EEE", "FFF"], "unknown": ["ZZZ"]}
SUMMARY = ["fastest", "typical", "changes", "departures"]


def profile_of(feed: Feed, *hub: str) -> dict[str, list[tuple[str, str, int]]]:
    """Journeys by station, times as a clock shows them."""
    found = profile(connections_on(feed, TUESDAY), hub)
    shown: dict[str, list[tuple[str, str, int]]] = {}
    for row in found.itertuples():
        times = [f"{seconds // 3600}:{seconds % 3600 // 60:02}" for seconds in (row.departs, row.arrives)]
        shown.setdefault(row.station, []).append((*times, row.changes))
    return shown


@st.composite
def feeds(draw: st.DrawFn) -> Feed:
    """A few trains among six stations, crowded into an hour at either end of the day, so that they meet."""
    minute = st.integers(0, 12)
    trips = {}
    services = {}
    for number in range(draw(st.integers(1, 9))):
        now = draw(st.sampled_from([0, 600, 1200, 85_200])) + 60 * draw(minute)
        calls = []
        for station in draw(st.lists(st.sampled_from(STATIONS), min_size=2, max_size=6)):
            if calls and calls[-1][0] == station:
                continue
            arrives = now + 60 * draw(minute)
            now = arrives + draw(st.sampled_from([0, 0, 60, 90, 420]))
            calls.append((station, arrives, now, draw(st.integers(0, 5)) > 0, draw(st.integers(0, 5)) > 0))
        if len(calls) > 1:
            trips[f"T{number}"] = calls
            services[f"T{number}"] = draw(st.sampled_from(["daily", "eve", "day"]))
    trips["last"] = [("AAA", 7200, 7200, True, True), ("FFF", 9000, 9000, True, True)]
    seconds = st.integers(0, 900)
    pairs = st.tuples(st.sampled_from(STATIONS), st.sampled_from(STATIONS), seconds)
    walks = {(start, end): (start, end, long) for start, end, long in draw(st.lists(pairs, max_size=4)) if start != end}
    links = draw(st.lists(timed_links(), max_size=4))
    change = draw(st.dictionaries(st.sampled_from(STATIONS), seconds, max_size=6))
    weekdays = {"eve": ["monday"], "day": ["tuesday"]}
    blocks = {trip: draw(st.sampled_from(["", "x", "y"])) for trip in trips}
    names, ends = st.sampled_from(sorted(trips)), st.sampled_from(["", *STATIONS])
    in_seat = draw(st.lists(st.tuples(names, names, ends, ends, st.booleans()).filter(lambda row: row[0] != row[1]),
                            max_size=4))
    return made_feed(trips, services=services, change=change, walks=list(walks.values()), weekdays=weekdays,
                     blocks=blocks, in_seat=in_seat, links=links)


@st.composite
def timed_links(draw: st.DrawFn) -> dict[str, object]:
    """A link that holds for some minutes about the times of the trains, over midnight, or on some days."""
    start, end = draw(st.permutations(STATIONS))[:2]
    row = link(start, end, draw(st.integers(0, 15)))
    hours = st.sampled_from([0, 0, 0, 600, 3600, 85_200, 86_400, 87_000])
    for name in draw(st.sampled_from([("opens", "closes"), ("opens",), ("closes",), ()])):
        row[name] = draw(hours) + 30 * draw(st.integers(0, 60))
    for name in draw(st.lists(st.sampled_from(WEEKDAYS[:4]), max_size=3)):
        row[name] = False
    for name in draw(st.sampled_from([(), (), ("start_date",), ("end_date",)])):
        row[name] = pd.Timestamp(TUESDAY) + pd.Timedelta(draw(st.integers(-2, 2)), "D")
    return row


@settings(max_examples=80, deadline=None)
@given(feed=feeds())
def test_scan_agrees_with_brute_force(feed: Feed) -> None:
    network = connections_on(feed, TUESDAY)
    table = brute_force.timetable_of(feed, TUESDAY)
    assume(not table.tied)
    sums = journeys(network, HUBS, (time(0, 5), time(0, 35))).set_index(["hub", "station"])
    for hub, targets in HUBS.items():
        found = profile(network, targets)
        for station in set(network.stations) - set(targets):
            expected = brute_force.pareto(table, station, targets)
            rows = found.loc[found["station"] == station, ["departs", "arrives", "changes"]]
            assert [tuple(row) for row in rows.to_numpy().tolist()] == expected
            summed = brute_force.summary(expected, 5, 35)
            assert ((hub, station) in sums.index) == (summed is not None)
            if summed:
                assert tuple(sums.loc[(hub, station), SUMMARY]) == pytest.approx(summed)


def test_change_takes_the_stations_time() -> None:
    trips = {"a": train("AAA 7:00", "BBB 7:30"), "b": train("BBB 7:34", "CCC 8:00"), "c": train("BBB 7:36", "CCC 8:10")}
    assert profile_of(made_feed(trips), "CCC")["AAA"] == [("7:00", "8:10", 1)]
    assert profile_of(made_feed(trips, change={"BBB": 240}), "CCC")["AAA"] == [("7:00", "8:00", 1)]
    # A change time of nothing still takes a minute.
    trips["d"] = train("BBB 7:30", "CCC 7:40")
    assert profile_of(made_feed(trips, change={"BBB": 0}), "CCC")["AAA"] == [("7:00", "8:00", 1)]


def test_staying_seated_is_no_change_and_wins_a_tie() -> None:
    trips = {"a": train("AAA 7:00", "BBB 7:30 7:50", "CCC 8:00"), "b": train("BBB 7:36", "CCC 8:00")}
    assert profile_of(made_feed(trips), "CCC")["AAA"] == [("7:00", "8:00", 0)]


def test_earlier_train_with_fewer_changes_is_remembered_for_those_who_change_into_it() -> None:
    trips = {
        "feeder": train("AAA 6:40", "BBB 7:00"), "direct": train("BBB 7:10", "FFF 8:00"),
        "later": train("BBB 7:20", "CCC 7:30"), "on": train("CCC 7:40", "FFF 8:00"),
    }
    found = profile_of(made_feed(trips), "FFF")
    assert found["BBB"] == [("7:20", "8:00", 1)]
    assert found["AAA"] == [("6:40", "8:00", 1)]


def test_no_change_time_at_the_origin_or_at_the_hub() -> None:
    feed = made_feed({"a": train("AAA 7:00", "BBB 7:30")}, change={"AAA": 900, "BBB": 900})
    assert profile_of(feed, "BBB") == {"AAA": [("7:00", "7:30", 0)]}


def test_train_of_the_night_before_runs_past_midnight() -> None:
    trips = {"night": train("AAA 23:50", "BBB 24:10 24:12", "CCC 24:40")}
    feed = made_feed(trips, services={"night": "eve"}, weekdays={"eve": ["monday"]})
    with pytest.raises(ValueError, match="no train runs on Tuesday 10 March 2026"):
        connections_on(feed, TUESDAY)
    feed = made_feed(trips | {"x": train("DDD 9:00", "EEE 9:10")}, services={"night": "eve"},
                     weekdays={"eve": ["monday"]})
    assert profile_of(feed, "CCC") == {"BBB": [("0:12", "0:40", 0)]}


def test_loop_calls_twice_at_one_station() -> None:
    trips = {"loop": train("AAA 7:00", "BBB 7:10", "CCC 7:20", "BBB 7:30", "DDD 7:40")}
    found = profile_of(made_feed(trips), "DDD")
    assert found["BBB"] == [("7:30", "7:40", 0)]
    assert found["AAA"] == [("7:00", "7:40", 0)]


def test_getting_on_and_off_only_where_allowed() -> None:
    trips = {"a": [("AAA", 0, 0, True, True), ("BBB", 600, 600, False, True), ("CCC", 1200, 1200, True, True)]}
    assert set(profile_of(made_feed(trips), "CCC")) == {"AAA"}
    trips = {"a": [("AAA", 0, 0, True, True), ("BBB", 600, 600, True, False), ("CCC", 1200, 1200, True, True)]}
    assert profile_of(made_feed(trips), "BBB") == {}


def test_walk_link_first_between_and_last_but_not_two_in_a_row() -> None:
    trips = {"a": train("BBB 7:20", "CCC 7:40"), "b": train("DDD 7:50", "EEE 8:00")}
    walks = [("AAA", "BBB", 600), ("CCC", "DDD", 600), ("EEE", "FFF", 600), ("GGG", "AAA", 60)]
    found = profile_of(made_feed(trips, walks=walks), "FFF")
    assert found["AAA"] == [("7:10", "8:10", 1)]
    assert "GGG" not in found
    # A walk alone is no journey.
    assert "EEE" not in found


def test_loop_back_on_foot_to_the_hub_is_no_journey() -> None:
    trips = {"a": train("EEE 7:20", "FFF 7:40")}
    assert profile_of(made_feed(trips, walks=[("AAA", "EEE", 300)]), "EEE", "FFF") == {}


IN_TIME = {"a": train("AAA 7:00", "BBB 7:20"), "b": train("CCC 7:40", "DDD 8:00")}
"""A train to a link, and one from its other end."""


@pytest.mark.parametrize(("times", "arrives"), [
    ("7:20-7:20", "8:00"), ("6:00-7:19", None), ("6:00-7:20", "8:00"), ("7:30-9:00", "8:00"), ("7:31-9:00", None),
    ("", "8:00"), ("23:00-7:20", "8:00"), ("23:00-7:19", None), ("23:00-31:20", "8:00"), ("23:00-31:19", None),
])
def test_a_link_is_set_out_on_while_it_holds_be_it_after_a_wait(times: str, arrives: str | None) -> None:
    feed = made_feed(IN_TIME, links=[link("BBB", "CCC", 10, times)])
    assert profile_of(feed, "DDD").get("AAA", []) == ([("7:00", arrives, 1)] if arrives else [])


@pytest.mark.parametrize(("terms", "holds"), [
    ({"days": ["sunday"]}, False), ({"days": ["tuesday"]}, True), ({"start_date": "2026-03-11"}, False),
    ({"end_date": "2026-03-09"}, False), ({"start_date": "2026-03-10", "end_date": "2026-03-10"}, True),
    ({"days": ["monday"], "times": "7:00-31:20"}, True), ({"days": ["monday"], "times": "7:00-31:19"}, False),
])
def test_a_link_holds_on_its_days(terms: dict[str, Any], holds: bool) -> None:
    feed = made_feed(IN_TIME, links=[link("BBB", "CCC", 10, **terms)])
    assert ("AAA" in profile_of(feed, "DDD")) == holds


def test_of_two_times_of_a_link_the_one_that_is_there_sooner_is_taken() -> None:
    slow_then_quick = [link("BBB", "CCC", 20, "0:01-7:24"), link("BBB", "CCC", 10, "7:25-12:00")]
    trips = IN_TIME | {"c": train("CCC 7:35", "DDD 7:50")}
    found = profile_of(made_feed(trips, links=slow_then_quick), "DDD")["AAA"]
    assert found == [("7:00", "7:50", 1)]     # five minutes' wait for the quick one; by the slow one it would be 8:00
    assert profile_of(made_feed(trips, links=slow_then_quick[:1]), "DDD")["AAA"] == [("7:00", "8:00", 1)]


def test_a_link_before_the_first_train_is_left_for_while_it_holds() -> None:
    trips = {"one": train("BBB 7:20", "CCC 7:40"), "two": train("BBB 8:20", "CCC 8:40"),
             "three": train("BBB 9:20", "CCC 9:40")}
    feed = made_feed(trips, links=[link("AAA", "BBB", 10, "7:11-7:30")])
    # One train is too early for it; for the next one waits at the other end.
    assert profile_of(feed, "CCC")["AAA"] == [("7:30", "8:40", 0)]
    feed = made_feed(trips, links=[link("AAA", "BBB", 10, "7:10-7:30")])
    assert profile_of(feed, "CCC")["AAA"] == [("7:10", "7:40", 0), ("7:30", "8:40", 0)]


@pytest.mark.parametrize(("times", "arrives"), [("7:00-7:20", "7:30"), ("7:00-7:19", None), ("7:25-8:00", "7:35")])
def test_a_link_to_the_hub_is_set_out_on_while_it_holds(times: str, arrives: str | None) -> None:
    # Another train comes later: nobody would wait beyond the last for a link.
    feed = made_feed(IN_TIME, links=[link("BBB", "CCC", 10, times)])
    assert profile_of(feed, "CCC").get("AAA", []) == ([("7:00", arrives, 0)] if arrives else [])


def test_a_link_after_midnight_goes_by_the_next_day() -> None:
    trips = {"a": train("AAA 23:50", "BBB 24:20"), "b": train("CCC 24:40", "DDD 25:00")}
    for times, days, holds in (("0:10-0:30", ["wednesday"], True), ("0:10-0:30", ["tuesday"], False),
                               ("24:10-24:30", ["tuesday"], True), ("23:00-0:20", ["tuesday"], True),
                               ("23:00-0:19", ["tuesday"], False), ("", ["tuesday"], False),
                               ("", ["wednesday"], True)):
        feed = made_feed(trips, links=[link("BBB", "CCC", 10, times, days=days)])
        assert ("AAA" in profile_of(feed, "DDD")) == holds, (times, days)


def test_a_link_before_midnight_to_a_train_after_it_goes_by_the_day_before() -> None:
    trips = {"a": train("BBB 0:05", "CCC 0:30"), "last": train("BBB 9:00", "EEE 9:10")}
    for days, holds in ((["monday"], True), (["tuesday"], False)):
        feed = made_feed(trips, links=[link("AAA", "BBB", 10, "23:00-23:59", days=days)])
        assert ("AAA" in profile_of(feed, "CCC")) == holds


def test_fastest_typical_and_departures_by_hand() -> None:
    trips = {
        "slow": train("AAA 6:30", "FFF 8:30"), "fast": train("AAA 8:00", "FFF 9:00"),
        "beaten": train("AAA 7:55", "FFF 9:00"), "late": train("AAA 10:30", "FFF 12:00"),
    }
    table = journeys(connections_on(made_feed(trips), TUESDAY), {"f": ["FFF"]})
    # 6:00–6:30 wait for 120 minutes (31 minutes of the day), 6:31–8:00 for 60 (90), 8:01–9:59 for 90 (119).
    assert table.loc[table["station"] == "AAA", SUMMARY].to_numpy().tolist() == [[60.0, 90.0, 0.0, 2.0]]
    assert table.loc[table["station"] == "FFF", SUMMARY].to_numpy().tolist() == [[0.0, 0.0, 0.0, 0.0]]
    kinds = {"station": "str", "hub": "str", "fastest": "float64", "typical": "float64", "changes": "int64"}
    assert {name: str(table[name].dtype) for name in kinds} == kinds
    pd.testing.assert_index_equal(table.index, pd.RangeIndex(2))


def test_even_split_takes_the_mean_time_and_the_lower_changes() -> None:
    trips = {"direct": train("AAA 7:59", "FFF 8:29"), "first": train("AAA 9:59", "BBB 10:20"),
             "second": train("BBB 10:30", "FFF 10:49")}
    table = journeys(connections_on(made_feed(trips), TUESDAY), {"f": ["FFF"]}).set_index("station")
    assert table.loc["AAA", SUMMARY].tolist() == [30.0, 40.0, 0, 2]


def test_nothing_in_the_window_but_later_and_nothing_later() -> None:
    trips = {"early": train("AAA 5:00", "FFF 6:00"), "late": train("BBB 11:00", "FFF 12:10"),
             "later": train("BBB 15:00", "FFF 16:00")}
    table = journeys(connections_on(made_feed(trips), TUESDAY), {"f": ["FFF"]}).set_index("station")
    assert table.loc["BBB", SUMMARY].tolist() == [60.0, 70.0, 0, 0]
    assert "AAA" not in table.index


def test_a_quick_train_after_ten_may_make_the_typical_journey_quicker_than_the_fastest() -> None:
    trips = {"slow": train("AAA 7:00", "FFF 9:00"), "quick": train("AAA 10:30", "FFF 11:30")}
    table = journeys(connections_on(made_feed(trips), TUESDAY), {"london": ["FFF"]})
    # 61 minutes wait for the first, 179 for the second.
    assert table.set_index("station").loc["AAA", SUMMARY].tolist() == [120.0, 60.0, 0, 1]
    JOURNEYS.validate(table)


def test_no_hub_gives_an_empty_table() -> None:
    table = journeys(connections_on(made_feed({"a": train("AAA 7:00", "BBB 8:00")}), TUESDAY), {})
    assert table.empty
    assert table.columns.tolist() == ["station", "hub", *SUMMARY]


def test_known_journeys_of_the_pattern_timetable(pattern_network: Connections) -> None:
    hubs = {"london": ["PAD", "WAT"], "bristol": ["BRI"], "exeter": ["EXD"]}
    table = journeys(pattern_network, hubs).set_index(["hub", "station"])
    assert 290 <= table.loc[("london", "PNZ"), "typical"] <= 315
    assert 120 <= table.loc[("london", "EXD"), "typical"] <= 140
    assert table.loc[("bristol", "BRI"), SUMMARY].tolist() == [0.0, 0.0, 0, 0]
    assert table.loc[("london", "RYD"), "changes"] >= 1
    assert (table["fastest"] <= table["typical"] + 1e-9).all()
    served = {"west": ["PNZ", "GSL"], "east": ["EXM", "WEY"]}
    assert all(("london", code) in table.index for codes in served.values() for code in codes)


def test_no_journey_of_the_pattern_timetable_beats_another(pattern_network: Connections) -> None:
    found = profile(pattern_network, ["PAD", "WAT"])
    assert (found["arrives"] > found["departs"]).all()
    step = found.groupby("station")[["departs", "arrives"]].diff().dropna()
    assert (step > 0).all(axis=None)


def test_pattern_timetable_agrees_with_brute_force(pattern_feed: Feed, pattern_network: Connections) -> None:
    table = brute_force.timetable_of(pattern_feed, pattern_network.day)
    found = profile(pattern_network, ["EXD"])
    for station in ("GSL", "DCW"):
        rows = found.loc[found["station"] == station, ["departs", "arrives", "changes"]]
        assert [tuple(row) for row in rows.to_numpy().tolist()] == brute_force.pareto(table, station, ["EXD"])


def test_more_time_to_change_never_arrives_earlier(pattern_feed: Feed, pattern_network: Connections) -> None:
    quick = journeys(pattern_network, {"h": ["SOU"]}).set_index("station")["fastest"]
    slow_network = Connections(**{**vars(pattern_network), "change": pattern_network.change + np.int32(600)})
    slow = journeys(slow_network, {"h": ["SOU"]}).set_index("station")["fastest"]
    assert (slow >= quick.reindex(slow.index) - 1e-9).all()
    assert (slow > quick.reindex(slow.index)).any()


def test_only_the_scan_itself_imports_numba() -> None:
    code = "import sys, geo.rail.connections, geo.rail.travel_times; sys.exit('numba' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_clock_of_the_tests_reads_times_past_midnight() -> None:
    assert clock("24:10") == 87_000
    assert WEEKDAYS[TUESDAY.weekday()] == "tuesday"
