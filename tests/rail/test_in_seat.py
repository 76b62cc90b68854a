"""Staying seated is no change: trips of one block, and in-seat transfers that a feed names."""

from pathlib import Path

import pytest

from geo.rail.connection_scan import profile
from geo.rail.connections import connections_on
from geo.sources.gtfs import read_gtfs
from geo.sources.timetable import Feed
from tests.fixtures.rail import TUESDAY, gtfs_files, made_feed, train, write_gtfs

FIRST, NEXT = train("AAA 7:00", "BBB 7:30"), train("BBB 7:32", "FFF 8:00")


def journeys_of(feed: Feed, station: str = "AAA") -> list[tuple[int, int, int]]:
    """Departure and arrival (minutes after midnight) and changes of the journeys from a station to FFF."""
    found = profile(connections_on(feed, TUESDAY), ["FFF"])
    rows = found[found["station"] == station]
    return [(row.departs // 60, row.arrives // 60, row.changes) for row in rows.itertuples()]


def test_a_change_of_two_minutes_is_too_short_but_not_for_those_who_stay() -> None:
    trips = {"a": FIRST, "b": NEXT}
    assert journeys_of(made_feed(trips)) == []
    assert journeys_of(made_feed(trips, blocks={"a": "x", "b": "x"})) == [(420, 480, 0)]
    assert journeys_of(made_feed(trips, in_seat=[("a", "b", "", "", True)])) == [(420, 480, 0)]
    assert journeys_of(made_feed(trips, in_seat=[("a", "b", "BBB", "BBB", True)])) == [(420, 480, 0)]


def test_staying_seated_counts_fewer_changes_than_changing() -> None:
    trips = {"a": FIRST, "b": train("BBB 7:40", "FFF 8:00")}
    assert journeys_of(made_feed(trips)) == [(420, 480, 1)]
    assert journeys_of(made_feed(trips, blocks={"a": "x", "b": "x"})) == [(420, 480, 0)]


@pytest.mark.parametrize(("blocks", "trips"), [
    ({"a": "x", "b": "y"}, {"a": FIRST, "b": NEXT}),
    ({}, {"a": FIRST, "b": NEXT}),
    ({"a": "x", "b": "x"}, {"a": FIRST, "b": train("CCC 7:32", "FFF 8:00")}),
    ({"a": "x", "b": "x"}, {"a": FIRST, "b": train("BBB 7:29", "FFF 8:00")}),
    ({"a": "x", "b": "x", "c": "x"}, {"a": FIRST, "b": NEXT, "c": train("BBB 7:31", "CCC 7:50")}),
])
def test_what_is_no_block_is_no_seat(blocks: dict[str, str], trips: dict[str, list[tuple]]) -> None:
    assert journeys_of(made_feed(trips, blocks=blocks)) == []


def test_a_transfer_that_says_so_makes_passengers_leave_the_seat() -> None:
    feed = made_feed({"a": FIRST, "b": NEXT}, blocks={"a": "x", "b": "x"}, in_seat=[("a", "b", "BBB", "BBB", False)])
    assert journeys_of(feed) == []


def test_a_train_that_divides_and_trains_that_join() -> None:
    trips = {"main": train("AAA 7:00", "BBB 7:30 7:40", "DDD 8:30"), "rear": train("BBB 7:34", "FFF 8:00")}
    assert journeys_of(made_feed(trips, in_seat=[("main", "rear", "BBB", "BBB", True)])) == [(420, 480, 0)]
    trips = {"front": train("AAA 7:00", "BBB 7:30"), "main": train("CCC 7:10", "BBB 7:20 7:34", "FFF 8:00")}
    feed = made_feed(trips, in_seat=[("front", "main", "BBB", "BBB", True)])
    assert (journeys_of(feed), journeys_of(feed, "CCC")) == ([(420, 480, 0)], [(430, 480, 0)])


def test_a_vehicle_goes_on_over_three_trips_and_after_midnight() -> None:
    trips = {"a": FIRST, "b": train("BBB 7:30", "CCC 7:31"), "c": train("CCC 7:31", "FFF 8:00"),
             "late": train("AAA 23:30", "BBB 24:10"), "later": train("BBB 24:11", "FFF 24:40")}
    blocks = {"a": "x", "b": "x", "c": "x", "late": "n", "later": "n"}
    assert journeys_of(made_feed(trips, blocks=blocks)) == [(420, 480, 0), (1410, 1480, 0)]
    # The trip of last night's block that leaves after midnight is a train of this morning.
    assert journeys_of(made_feed(trips, blocks=blocks), "BBB")[0] == (11, 40, 0)


def test_minutes_without_length_keep_their_order() -> None:
    trips = {"b": train("BBB 7:30", "FFF 7:30"), "a": train("AAA 7:00", "CCC 7:30", "BBB 7:30")}
    assert journeys_of(made_feed(trips, blocks={"a": "x", "b": "x"})) == [(420, 450, 0)]


def test_who_may_not_get_off_where_the_trip_ends_may_still_stay() -> None:
    first = [("AAA", 25_200, 25_200, True, True), ("BBB", 27_000, 27_000, False, False)]
    following = [("BBB", 27_120, 27_120, False, True), ("FFF", 28_800, 28_800, True, True)]
    assert journeys_of(made_feed({"a": first, "b": following}, blocks={"a": "x", "b": "x"})) == [(420, 480, 0)]


def test_blocks_and_in_seat_transfers_are_read(tmp_path: Path) -> None:
    feed = read_gtfs(write_gtfs(tmp_path, gtfs_files(
        trips="route_id,service_id,trip_id,block_id\nR,WK,T1,7\nR,WK,T2,\n",
        transfers="from_stop_id,to_stop_id,transfer_type,from_trip_id,to_trip_id\nC,A,4,T1,T2\n,,5,T2,T1\nA,B,4,,\n")))
    assert feed.trips["block"].to_dict() == {"T1": "7", "T2": ""}
    assert feed.in_seat.to_numpy().tolist() == [["T1", "T2", "CCC", "AAA", True], ["T2", "T1", "", "", False]]
    assert feed.notes == ("left out: 1 transfer for single trips or routes",)
