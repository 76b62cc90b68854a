"""Residents within so many minutes, boards and stations: by hand, and the same as the figures of every page."""

import numpy as np
import pandas as pd
import pytest

from geo.core.choices import HUBS, MINUTES, REGION
from geo.core.errors import PlaceError
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.areas import area_figures
from geo.figures.journeys import journey
from geo.figures.reach import (
    CURVE_MINUTES,
    TABLE_MINUTES,
    residents_within,
    residents_without_rail,
    station_board,
    station_dots,
    station_phrases,
    station_properties,
    stations_to_hub,
)
from geo.words.rail import stations_table
from tests.fixtures.answers import show_json
from tests.fixtures.tiny_edition import CODES, NO_RAIL

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def starter() -> Edition:
    return load_edition(geometry=False)


def test_by_hand(tiny_edition: Edition) -> None:
    # LSOA 1: 2,000 residents over 4 postcodes, three at 100 and one at 125 minutes; LSOA 2: 500 at 119, 500 at 121;
    # LSOA 3: 1,500 without rail; LSOA 4: 500 at 200.
    within = residents_within(tiny_edition, View(), pd.Index(CODES[:4]), [99, 100, 120, 121, 125, 360])
    wanted = pd.DataFrame({
        "minutes": [99, 100, 120, 121, 125, 360],
        "residents": [0.0, 1500, 2000, 2500, 3000, 3500],
        "share": np.array([0.0, 1500, 2000, 2500, 3000, 3500]) / 5000,
        "low": [0.0, 0, 1500, 1500, 1500, 3500],
        "high": [1500.0, 1500, 3000, 3000, 3000, 3500],
    })
    pd.testing.assert_frame_equal(within, wanted)
    assert residents_without_rail(tiny_edition, View(), pd.Index(CODES[:4])) == 1500


def test_door_clock_is_half_an_hour_later_there(tiny_edition: Edition) -> None:
    train = residents_within(tiny_edition, View(), pd.Index(CODES), [60, 90, 120, 170])
    door = residents_within(tiny_edition, View(clock="door"), pd.Index(CODES), [90, 120, 150, 200])
    assert door["residents"].tolist() == train["residents"].tolist()


def test_whoever_has_no_rail_is_within_no_time(tiny_edition: Edition) -> None:
    only = pd.Index([CODES[2]])
    assert residents_within(tiny_edition, View(), only, [360, NO_RAIL, 99_999])["residents"].tolist() == [0, 0, 0]
    assert residents_without_rail(tiny_edition, View(), only) == 1500


def test_thresholds_may_stand_in_any_order_and_share_is_missing_where_nobody_lives(tiny_edition: Edition) -> None:
    table = residents_within(tiny_edition, View(), pd.Index(CODES), [360, 30, 120])
    assert table["minutes"].tolist() == [360, 30, 120]
    assert table["minutes"].dtype == "int64"
    assert list(table.index) == [0, 1, 2]
    nobody = residents_within(tiny_edition, View(), pd.Index([], dtype="str"), [120])
    assert nobody["residents"].tolist() == [0]
    assert nobody["share"].isna().all()


@pytest.mark.parametrize("clock", ["train", "door"])
def test_same_as_cut_off_by_rail_and_borderline_at_thresholds(tiny_edition: Edition, clock: str) -> None:
    lsoas = pd.Index(CODES)
    within = residents_within(tiny_edition, View(clock=clock), lsoas, [*MINUTES[::13], 90, 99, 100, 119, 121, 131, 360])
    for row in within.itertuples():
        figures = area_figures(tiny_edition, View(clock=clock, minutes=row.minutes)).sum()
        assert row.residents == pytest.approx(figures["residents"] - figures["cut_off_by_rail"], abs=1e-9)
        assert row.high - row.low == pytest.approx(figures["borderline"], abs=1e-9)


@pytest.mark.parametrize(("clock", "access", "hub"), [("train", "car", "london"), ("door", "walk", "plymouth")])
def test_starter_is_the_same_as_the_figures_and_never_falls(
    starter: Edition, clock: str, access: str, hub: str,
) -> None:
    lsoas = starter.areas.index[~starter.areas["neighbour"]]
    view = View(clock=clock, access=access, hub=hub)
    curve = residents_within(starter, view, lsoas, CURVE_MINUTES)
    assert (curve["residents"].diff().dropna() >= 0).all()
    assert (curve["low"] <= curve["residents"]).all()
    assert (curve["residents"] <= curve["high"]).all()
    assert curve["share"].between(0, 1).all()
    within = residents_within(starter, view, lsoas, TABLE_MINUTES).set_index("minutes")
    for minutes in TABLE_MINUTES:
        answer = show_json(starter, view.replace(place=REGION, minutes=minutes))
        assert within.loc[minutes, "residents"] == pytest.approx(answer["residents"] - answer["cut_off_by_rail"])
        assert within.loc[minutes, "high"] - within.loc[minutes, "low"] == pytest.approx(answer["borderline"])
    everybody = residents_within(starter, view, lsoas, [NO_RAIL - 1])["residents"].item()
    without = residents_without_rail(starter, view, lsoas)
    assert everybody + without == pytest.approx(starter.areas.loc[lsoas, "residents"].sum())


def test_parts_sum_to_the_whole(starter: Edition) -> None:
    areas = starter.areas[~starter.areas["neighbour"]]
    whole = residents_within(starter, View(), areas.index, TABLE_MINUTES)["residents"]
    parts = sum(residents_within(starter, View(), part.index, TABLE_MINUTES)["residents"]
                for _, part in areas.groupby("authority"))
    np.testing.assert_allclose(parts, whole)


def test_board_has_every_hub_in_order_with_the_figures_of_the_command_line(starter: Edition) -> None:
    board = station_board(starter, "Penzance")
    assert board["hub"].tolist() == list(HUBS)
    assert board["label"].tolist() == [hub.label for hub in HUBS.values()]
    for row in board.itertuples():
        answer = journey(starter, "PNZ", row.hub)
        assert (row.typical, row.fastest, row.changes, row.departures) == tuple(
            getattr(answer, name) for name in ("typical", "fastest", "changes", "departures"))
    assert not board["is_hub"].any()
    assert station_board(starter, "PLY").query("is_hub")["hub"].tolist() == ["plymouth"]
    with pytest.raises(PlaceError, match="no one station called"):
        station_board(starter, "Nowhere Junction")


def test_board_of_a_station_without_trains_is_missing_not_zero(tiny_edition: Edition) -> None:
    board = station_board(tiny_edition, "CCC")
    assert board[["typical", "fastest", "changes", "departures"]].isna().all(axis=None)
    first = station_board(tiny_edition, "AAA").iloc[0]
    assert (first["typical"], first["fastest"], first["changes"], first["departures"]) == (100, 95, 0, 4)


def test_every_station_is_in_the_table_of_a_hub(tiny_edition: Edition) -> None:
    table = stations_to_hub(tiny_edition, "london")
    assert table.index.tolist() == ["AAA", "BBB", "CCC"]
    assert table["typical"].tolist()[:2] == [100, 119.5]
    assert np.isnan(table.loc["CCC", "typical"])
    assert stations_to_hub(tiny_edition, "truro")["typical"].isna().all()
    assert station_phrases(table, "london").tolist() == [
        "typically 100 minutes, fastest 95, direct", "typically 120 minutes, fastest 110, 1 change",
        "no trains in the timetable"]


def test_map_of_stations_is_in_the_order_of_the_stations(starter: Edition) -> None:
    properties, dots = station_properties(starter), station_dots(starter)
    assert properties.index.tolist() == dots.index.tolist() == starter.stations.index.tolist()
    assert list(properties) == ["n", "c", *HUBS]
    assert properties.loc["PLY", "plymouth"] == "this is the hub"
    assert dots.crs.to_epsg() == 27700
    assert station_dots(starter, 1000).area.between(3.0e6, 3.2e6).all()


def test_the_table_of_stations_begins_with_those_of_the_place(starter: Edition) -> None:
    journeys = stations_to_hub(starter, "london")
    own = journeys.loc[["BNP", "OKE"]].assign(inside=[True, False], km=[np.nan, 30.4])
    table = stations_table(journeys, "london", own)
    assert table.index[:2].tolist() == ["BNP", "OKE"]
    assert table["Where"].iloc[:2].tolist() == ["here", "30 km"]
    hubs = table.index.isin(HUBS["london"].stations)
    assert set(table["Where"][hubs]) == {"hub"}
    assert set(table["Where"].iloc[2:][~hubs[2:]]) == {""}
    assert sorted(table.index) == sorted(journeys.index)
    assert table["Typical"].iloc[2:].dropna().is_monotonic_increasing
