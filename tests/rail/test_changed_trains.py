"""A section of line closed, trains added: what still runs, and that no journey moves against what happened."""

from datetime import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.core.choices import HUBS
from geo.core.what_if_terms import AddedTrains
from geo.edition.store import Edition, load_edition
from geo.rail.adjacent_stations import Line, Network
from geo.rail.changed_trains import added, closed
from geo.rail.connection_scan import journeys, profile
from geo.rail.connections import assembled, connections_on, taken_apart
from tests.fixtures.rail import TUESDAY, clock, made_feed, train

pytestmark = pytest.mark.slow

COAST = {"AAA": (0, 0), "BBB": (10_000, 0), "CCC": (20_000, 0), "DDD": (30_000, 0), "EEE": (20_000, 9_000)}
POSITIONS = pd.DataFrame(COAST, index=["easting", "northing"]).T
TRAINS = {
    "stops": train("AAA 7:00", "BBB 7:10", "CCC 7:20", "DDD 7:30"),
    "fast": train("AAA 8:00", "DDD 8:20"),
    "branch": train("EEE 7:00", "CCC 7:15"),
    "there and back": train("DDD 9:00", "CCC 9:10", "BBB 9:20", "AAA 9:30"),
}


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load_edition(geometry=False)


def test_what_is_taken_apart_is_put_together_again() -> None:
    day = connections_on(made_feed(TRAINS, walks=[("BBB", "EEE", 600)], change={"CCC": 120}), TUESDAY)
    again = assembled(TUESDAY, *taken_apart(day))
    for name, value in vars(day).items():
        np.testing.assert_array_equal(value, getattr(again, name), name)


def test_in_seat_links_are_taken_apart_and_put_together_again() -> None:
    trains = {"one": train("AAA 7:00", "BBB 7:10"), "two": train("BBB 7:12", "CCC 7:20")}
    day = connections_on(made_feed(trains, blocks={"one": "x", "two": "x"}), TUESDAY)
    assert len(day.stay_next) == 1
    rows, changes = taken_apart(day)
    assert changes["kind"].tolist().count("stay") == 1
    again = assembled(TUESDAY, rows, changes)
    assert profile(again, ["CCC"]).equals(profile(day, ["CCC"]))
    assert profile(again, ["CCC"]).set_index("station")["changes"]["AAA"] == 0


def test_neighbours_of_a_line_and_the_way_of_a_train_that_does_not_stop() -> None:
    rows, _ = taken_apart(connections_on(made_feed(TRAINS), TUESDAY))
    network = Network(rows, POSITIONS)
    ways = {Line("AAA", "BBB"), Line("BBB", "CCC"), Line("CCC", "DDD")}
    assert network.between("AAA", "DDD") == ways == network.between("DDD", "AAA")
    assert network.between("AAA", "EEE") == {Line("AAA", "BBB"), Line("BBB", "CCC"), Line("CCC", "EEE")}
    assert network.between("AAA", "AAA") == frozenset() == network.between("AAA", "ZZZ")


def test_a_line_along_a_coast_is_not_cut_short_by_a_train_that_does_not_stop() -> None:
    bay = pd.DataFrame({"AAA": (0, 0), "BBB": (8_000, -9_000), "CCC": (16_000, -9_000), "DDD": (24_000, 0)},
                       index=["easting", "northing"]).T
    trains = {"stops": TRAINS["stops"], "fast": TRAINS["fast"]}
    rows, _ = taken_apart(connections_on(made_feed(trains), TUESDAY))
    assert len(Network(rows, bay).between("AAA", "DDD")) == 3


@pytest.mark.parametrize(("start", "end", "through"), [
    ("EXD", "NTA", {"DWL", "TGM"}), ("PLY", "EXD", {"DWL", "TOT"}), ("RDG", "TAU", {"WSB", "CLC"}),
    ("BPW", "SWI", set()),
    ("SAL", "EXD", {"HON", "AXM"}), ("TRU", "PNZ", {"RED"}),
])
def test_the_railway_as_it_is(edition: Edition, start: str, end: str, through: set[str]) -> None:
    found = Network(edition.connections, edition.stations).between(start, end)
    assert through <= {station for line in found for station in line} - {start, end}
    assert found if through else found == {Line(*sorted((start, end)))}


def test_a_train_is_cut_in_two_where_the_line_is_closed() -> None:
    rows, changes = taken_apart(connections_on(made_feed(TRAINS), TUESDAY))
    network = Network(rows, POSITIONS)
    left, kept = closed(rows, changes, network, network.between("BBB", "CCC"))
    runs = set(zip(left["origin"], left["target"], strict=True))
    assert runs == {("AAA", "BBB"), ("CCC", "DDD"), ("EEE", "CCC"), ("DDD", "CCC"), ("BBB", "AAA")}
    assert left["train"].nunique() == 5
    # Nobody stays on board across the gap.
    found = profile(assembled(TUESDAY, left, kept), ["DDD"])
    assert set(found["station"]) == {"CCC", "EEE"}
    assert left.sort_values(["departs", "train"], ascending=False, kind="stable").index.equals(left.index)


def test_who_stays_seated_is_kept_where_both_trains_still_run() -> None:
    trains = {"one": train("AAA 7:00", "BBB 7:10", "CCC 7:20"), "two": train("CCC 7:20", "DDD 7:30")}
    rows, changes = taken_apart(connections_on(made_feed(trains, blocks={"one": "x", "two": "x"}), TUESDAY))
    network = Network(rows, POSITIONS)
    left, kept = closed(rows, changes, network, {Line("AAA", "BBB")})
    assert profile(assembled(TUESDAY, left, kept), ["DDD"]).set_index("station")["changes"].to_dict() == {
        "BBB": 0, "CCC": 0}
    _, none = closed(rows, changes, network, {Line("CCC", "DDD")})
    assert "stay" not in set(none["kind"])


def test_added_trains_by_hand() -> None:
    rows, changes = taken_apart(connections_on(made_feed(TRAINS), TUESDAY))
    trains = AddedTrains.read("EEE,BBB,AAA@08:00-09:10/60:10,5")
    more, kept = added(rows, changes, trains)
    new = more[more["line"] == "added"].sort_values("departs")
    assert new[["origin", "target", "departs", "arrives"]].to_numpy().tolist() == [
        ["EEE", "BBB", clock("8:00"), clock("8:10")], ["BBB", "AAA", clock("8:10"), clock("8:15")],
        ["EEE", "BBB", clock("9:00"), clock("9:10")], ["BBB", "AAA", clock("9:10"), clock("9:15")]]
    found = profile(assembled(TUESDAY, more, kept), ["AAA"])
    assert clock("8:15") in set(found.loc[found["station"] == "EEE", "arrives"])


def arrivals(found: pd.DataFrame, station: str, moment: int) -> float:
    """The earliest arrival of who is at a station at a moment."""
    rows = found[(found["station"] == station) & (found["departs"] >= moment)]
    return rows["arrives"].min() if len(rows) else np.inf


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_nobody_arrives_earlier_by_a_closed_line_or_later_by_an_added_train(
    edition: Edition, data: st.DataObject,
) -> None:
    hub = data.draw(st.sampled_from(["exeter", "plymouth", "bristol"]))
    network = NETWORK.setdefault("it", Network(edition.connections, edition.stations))
    served = sorted(network.stations)
    moments = data.draw(st.lists(st.tuples(st.sampled_from(served), st.integers(300, 1200)), min_size=5, max_size=20))
    start, end = (data.draw(st.sampled_from(served)) for _ in range(2))
    calls = data.draw(st.lists(st.sampled_from(served), min_size=2, max_size=4, unique=True))
    text = f"{','.join(calls)}@06:00-09:00/{data.draw(st.integers(20, 90))}:{','.join(['17'] * (len(calls) - 1))}"
    tables = edition.connections, edition.changes
    was, shut, more = (profile(assembled(TUESDAY, *each), HUBS[hub].stations) for each in (
        tables, closed(*tables, network, network.between(start, end)), added(*tables, AddedTrains.read(text))))
    for station, minute in moments:
        before = arrivals(was, station, 60 * minute)
        assert arrivals(shut, station, 60 * minute) >= before >= arrivals(more, station, 60 * minute)


NETWORK: dict[str, Network] = {}


def test_the_day_scanned_again_gives_the_journeys_that_the_edition_keeps(edition: Edition) -> None:
    trains = assembled(TUESDAY, edition.connections, edition.changes)
    hubs = {hub.key: hub.stations for hub in HUBS.values()}
    again = journeys(trains, hubs, (time(6), time(10))).round({"fastest": 4, "typical": 4})
    pd.testing.assert_frame_equal(again, edition.journeys)
