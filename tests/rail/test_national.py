"""The made national timetable, here a small one, is read as its model says."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geo.rail.connection_scan import profile
from geo.rail.connections import connections_on, reference_day, taken_apart, trips_by_day
from geo.sources.cif import read_cif
from geo.sources.gtfs import read_gtfs
from geo.sources.timetable import Feed
from tests.fixtures.national import OWN_STATIONS, TERMINALS, Model, made_model
from tests.fixtures.national_cif import cif_of
from tests.fixtures.national_gtfs import gtfs_of, trip_names

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def model() -> Model:
    return made_model(trips=30_000, lines=18)


@pytest.fixture(scope="module")
def feed(model: Model, tmp_path_factory: pytest.TempPathFactory) -> Feed:
    return read_gtfs(gtfs_of(model, tmp_path_factory.mktemp("national") / "gtfs.zip"))


def test_every_call_is_read(model: Model, feed: Feed) -> None:
    place, row = model.rows(np.arange(len(model.pattern)))
    kept = model.calls[row]
    place, row = place[kept], row[kept]
    names = trip_names(model).to_numpy()[place]
    order = np.lexsort((row, names))
    found = feed.stop_times
    assert (found["trip_id"].to_numpy() == names[order]).all()
    assert (found["crs"].to_numpy() == model.crs[model.stop[row]][order]).all()
    for column, times in (("arrives", model.arrives), ("departs", model.departs)):
        assert (found[column].to_numpy() == 60 * (model.start[place] + times[row])[order]).all()
    assert len(feed.walks) == len(model.links)


def test_trips_of_every_day(model: Model, feed: Feed) -> None:
    found = trips_by_day(feed)
    for number in range(0, len(found), 9):
        assert found.iloc[number] == model.runs(found.index[number].date()).sum()


def test_connections_and_the_stations_that_reach_london(model: Model, feed: Feed) -> None:
    day = reference_day(feed)
    trains = connections_on(feed, day)
    # A train has one connection fewer than calls; of the night before few are left after midnight.
    night = len(trains.origin) - (model.calls_on(day) - model.runs(day).sum())
    assert 0 <= night <= model.calls_on(day - timedelta(days=1)) / 10
    assert len(model.joined(*TERMINALS)) == len(model.crs) - OWN_STATIONS     # a link leads to one of two islands
    reached = set(profile(trains, TERMINALS)["station"])
    assert reached == model.joined(*TERMINALS) - set(TERMINALS)
    assert set(trains.stations) == set(model.crs)


def test_a_day_on_which_services_are_cancelled(model: Model) -> None:
    day = model.cancelled["date"].iloc[0]
    assert isinstance(day, date)
    gone = model.cancelled.loc[model.cancelled["date"] == day, "service"]
    assert not set(model.service[model.runs(day)]) & set(gone)


def test_the_zip_is_the_same_again(model: Model, tmp_path: Path) -> None:
    once, again = (read_gtfs(gtfs_of(made, tmp_path / name)) for made, name in (
        (model, "once.zip"), (made_model(trips=30_000, lines=18), "again.zip")))
    assert once.stop_times.equals(again.stop_times)


def test_both_formats_say_the_same(model: Model, feed: Feed, tmp_path: Path) -> None:
    other = read_cif(cif_of(model, tmp_path / "RJTTF900.ZIP"))
    assert trips_by_day(other).tolist() == trips_by_day(feed).tolist()
    for day in (reference_day(feed), model.cancelled["date"].iloc[0]):
        ours, theirs = (taken_apart(connections_on(each, day)) for each in (feed, other))
        order = ["departs", "arrives", "origin", "target", "may_board", "may_alight"]
        rows = [trains[order].sort_values(order, ignore_index=True) for trains, _ in (ours, theirs)]
        pd.testing.assert_frame_equal(*rows)
        changes = [table.sort_values([*table], ignore_index=True) for _, table in (ours, theirs)]
        pd.testing.assert_frame_equal(*changes)
