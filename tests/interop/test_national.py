"""A timetable as large as Britain's reads, and is scanned from every station to London, as its model says it must."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from geo.rail.connection_scan import journeys
from geo.rail.connections import Connections, connections_on, reference_day, taken_apart, trips_by_day
from geo.sources.cif import read_cif
from geo.sources.gtfs import read_gtfs
from geo.sources.timetable import Feed
from tests.fixtures.national import OWN_STATIONS, TERMINALS, TRIPS, Model, made_model
from tests.fixtures.national_cif import cif_of
from tests.fixtures.national_gtfs import gtfs_of

pytestmark = pytest.mark.interop


@pytest.fixture(scope="module")
def model() -> Model:
    return made_model()


@pytest.fixture(scope="module")
def feed(model: Model, tmp_path_factory: pytest.TempPathFactory) -> Feed:
    return read_gtfs(gtfs_of(model, tmp_path_factory.mktemp("national") / "gtfs.zip"))


@pytest.fixture(scope="module")
def trains(feed: Feed) -> Connections:
    return connections_on(feed, reference_day(feed))


def test_all_trips_are_read(model: Model, feed: Feed) -> None:
    assert len(feed.trips) == len(model.pattern) == TRIPS
    assert feed.trips.index.is_unique
    _, row = model.rows(np.arange(len(model.pattern)))
    assert len(feed.stop_times) == model.calls[row].sum() > 3_000_000
    for day, trips in trips_by_day(feed)[::13].items():
        assert trips == model.runs(day.date()).sum()


def test_the_trains_of_a_day_are_those_that_run(model: Model, trains: Connections) -> None:
    today = model.calls_on(trains.day) - model.runs(trains.day).sum()
    night = model.calls_on(trains.day - timedelta(days=1))
    assert today <= len(trains.origin) <= today + 0.05 * night
    assert len(trains.origin) > 250_000


def test_the_same_timetable_as_cif_has_the_same_trains(
    model: Model, feed: Feed, trains: Connections, tmp_path: Path,
) -> None:
    other = read_cif(cif_of(model, tmp_path / "RJTTF900.ZIP"))
    assert len(other.stop_times) == len(feed.stop_times)
    assert trips_by_day(other).tolist() == trips_by_day(feed).tolist()
    order = ["departs", "arrives", "origin", "target"]
    ours, theirs = (rows[order].sort_values(order, ignore_index=True) for rows, _ in map(
        taken_apart, (trains, connections_on(other, trains.day))))
    assert ours.equals(theirs)


def test_london_is_reached_from_where_it_can_be_and_from_nowhere_else(model: Model, trains: Connections) -> None:
    found = journeys(trains, {"london": TERMINALS})
    assert set(found["station"]) == model.joined(*TERMINALS)
    assert len(set(trains.stations) - set(found["station"])) == OWN_STATIONS      # an island without a link
    there = found[~found["station"].isin(TERMINALS)]
    assert (there["fastest"] >= 2).all()
    assert (there["departures"] > 0).mean() > 0.95
