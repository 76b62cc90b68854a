"""What is told of one place beside the figures of `show`: by hand on the tiny edition, invariants on the starter."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from geo.core.choices import REGION
from geo.core.measures import MEASURES
from geo.core.view import View
from geo.edition.places import Place
from geo.edition.store import Edition, load_edition
from geo.figures.areas import area_figures
from geo.figures.journeys import journey
from geo.figures.place import show
from geo.figures.profile import (
    Hardship,
    fewest_holding,
    gap_where,
    mobile,
    neighbourhoods,
    overlapping,
    parents,
    place_profile,
)
from geo.figures.ranking import rank
from geo.figures.ranks import Rank, rank_of, ranked_by, ranks_of_kind
from geo.figures.side_by_side import rates_and_minutes
from geo.figures.stations import ground_of, station_areas, stations_of

pytestmark = pytest.mark.slow

VIEW = View()


@pytest.fixture(scope="module")
def figures(tiny_edition: Edition) -> pd.DataFrame:
    return area_figures(tiny_edition, VIEW)


@pytest.fixture(scope="module")
def starter() -> Edition:
    return load_edition()


def find(edition: Edition, name: str) -> Place:
    return edition.place(name)


def test_ranks_by_hand(tiny_edition: Edition) -> None:
    ranks = ranks_of_kind(tiny_edition, VIEW, "authority")
    assert sorted(ranks.index) == ["E06000002", "E07000001"]     # never the neighbour
    # Aland 17.5 of 1,500 workers, Bland 50 of 800; walking: three in four and half of Aland, nobody in Bland.
    assert rank_of(ranks, "E06000002", "people_in_gap") == Rank(1, 2, False)
    assert rank_of(ranks, "E07000001", "people_in_gap_rate") == Rank(2, 2, False)
    assert rank_of(ranks, "E07000001", "remote_capable") == Rank(1, 2, False)
    assert rank_of(ranks, "E07000001", "within_30_min_walk_of_station") == Rank(2, 2, False)
    assert rank_of(ranks, "E07000003", "people_in_gap") is None
    assert {str(dtype) for dtype in ranks.dtypes} == {"Int64"}
    assert [name for name in ranks if not name.endswith("_rate")] == [measure.key for measure in ranked_by()]


def test_a_place_is_ranked_by_every_measure_that_is_no_context() -> None:
    by = [measure.key for measure in ranked_by()]
    assert by[:3] == ["people_in_gap", "nowhere_to_turn", "premises_below"]
    assert sorted(by) == sorted(key for key, measure in MEASURES.items() if not measure.context)


def test_nobody_at_work_has_no_rank_by_rate(tiny_edition: Edition) -> None:
    ranks = ranks_of_kind(tiny_edition, VIEW, "lsoa")
    assert rank_of(ranks, "E01000004", "people_in_gap_rate") is None
    assert rank_of(ranks, "E01000004", "people_in_gap") == Rank(4, 4, False)


def test_ties_share_the_best_and_one_alone_is_no_rank() -> None:
    ranks = pd.DataFrame({"residents": pd.array([1, 1, 3], dtype="Int64")}, index=["a", "b", "c"])
    assert rank_of(ranks, "b", "residents") == Rank(1, 3, True)
    assert rank_of(ranks, "c", "residents") == Rank(3, 3, False)
    assert rank_of(ranks.head(1), "a", "residents") is None


@pytest.mark.parametrize("by", ["authority", "constituency"])
def test_ranks_are_those_of_rank(starter: Edition, by: str) -> None:
    ranks = ranks_of_kind(starter, VIEW, by)
    for measure in (ranked.key for ranked in ranked_by()):
        ranked = rank(starter, VIEW, by=by, measure=measure).set_index("code")["rank"]
        pd.testing.assert_series_equal(
            ranks[measure].sort_index(), ranked.sort_index(), check_names=False, check_dtype=False)
        if MEASURES[measure].has_count:
            by_rate = rank(starter, VIEW, by=by, measure=measure, per="rate").set_index("code")["rank"]
            pd.testing.assert_series_equal(
                ranks[f"{measure}_rate"].sort_index(), by_rate.sort_index(), check_names=False, check_dtype=False)


def test_parents_are_larger_and_hold_all(tiny_edition: Edition) -> None:
    table = parents(tiny_edition, find(tiny_edition, "E01000001"))
    assert table["code"].tolist() == ["E02000001", "E07000001", "E10000001", "E37000001", "E12000009"]
    assert table["name"].tolist() == ["Upper Aland", "Aland", "Greater Aland", "Aland and Bland", "South West"]
    # Its constituency has all of Bland and a part of Aland, and Bland is a county of its own.
    assert parents(tiny_edition, find(tiny_edition, "E06000002"))["kind"].tolist() == ["constituency", "lep", "region"]
    assert parents(tiny_edition, find(tiny_edition, REGION)).empty
    assert parents(tiny_edition, find(tiny_edition, "E07000003")).empty


def test_parts_say_what_is_whole(tiny_edition: Edition) -> None:
    inside = overlapping(tiny_edition, find(tiny_edition, "E07000001"), "constituency")
    assert inside["name"].tolist() == ["Aland", "Bland and Aland East"]
    assert inside["whole"].tolist() == [True, False]
    aland = find(tiny_edition, "E07000001")
    assert overlapping(tiny_edition, aland, "lsoa")["code"].tolist() == ["E01000001", "E01000002"]
    assert overlapping(tiny_edition, aland, "authority").empty
    assert overlapping(tiny_edition, find(tiny_edition, "E07000003"), "lep").empty


def test_rates_beside_by_hand(tiny_edition: Edition) -> None:
    answers = [show(tiny_edition, View(place=code)) for code in ("E06000002", REGION)]
    rows, nations = rates_and_minutes(answers)
    table = {row.key: row.figures for row in rows}
    assert nations == ["England"]
    assert {len(figures) for figures in table.values()} == {3}
    assert table["people_in_gap"][0].rate == pytest.approx(62.5)
    assert [figure.rate for figure in table["premises_below.30"]] == pytest.approx([350 / 1100, 460 / 2700, 0.023])
    assert table["premises_below.uso"][2] is None
    assert table["people_in_gap"][2].rate == pytest.approx(1000 * 0.5 / 9 * 0.02)
    train = table["train_to_hub_minutes"]
    assert (train[0].value, train[0].low, train[1].value) == (None, 200, 121)     # 1,500 of 2,000 have no rail
    assert all(row.measure.rate_unit for row in rows)


def test_hardship_by_hand(tiny_edition: Edition, figures: pd.DataFrame) -> None:
    region = figures.loc[find(tiny_edition, REGION).lsoas]
    assert show(tiny_edition, View(place="E07000001"))["no_car"].rate == pytest.approx(350 / 1400)
    assert gap_where(region, "30", "rural") == pytest.approx(55 / 67.5)
    assert gap_where(region, "30", "most_deprived_fifth") == pytest.approx(12.5 / 67.5)
    assert gap_where(figures.loc[["E01000004"]], "30", "rural") is None
    assert place_profile(tiny_edition, VIEW).hardship == pytest.approx(Hardship(
        445 / 2350, 55 / 67.5, 12.5 / 67.5, 62.5 / 67.5))


def test_what_is_not_known_is_none(tiny_edition: Edition, figures: pd.DataFrame) -> None:
    region = find(tiny_edition, REGION).lsoas
    areas = tiny_edition.areas.copy()
    areas.loc["E01000001", "no_car_households"] = np.nan
    lacking = dataclasses.replace(tiny_edition, areas=areas)
    assert show(lacking, VIEW)["no_car"].rate is None
    assert place_profile(lacking, VIEW).hardship.no_car is None
    unknown = figures.assign(most_deprived_fifth=figures["most_deprived_fifth"].where(figures.index != "E01000001"))
    assert gap_where(unknown.loc[region], "30", "most_deprived_fifth") is None


def test_fewest_holding_half_by_hand() -> None:
    people = pd.Series([12.5, 5.0, 50.0, 0.0], ["a", "b", "c", "d"])
    assert fewest_holding(people)["people"].to_dict() == {"c": 50.0}
    most = fewest_holding(people, 0.9)
    assert most["people"].to_dict() == {"c": 50.0, "a": 12.5}
    assert most["cumulative"].tolist() == pytest.approx([50 / 67.5, 62.5 / 67.5])
    assert fewest_holding(pd.Series([1.0, 1.0], ["b", "a"])).index.tolist() == ["a"]     # ties by code
    assert fewest_holding(people * 0).empty


@given(st.lists(st.just(0.0) | st.floats(0.001, 1e4), min_size=1, max_size=30), st.floats(0.01, 1))
def test_no_fewer_hold_the_share(values: list[float], share: float) -> None:
    people = pd.Series(values, [f"E{number:03}" for number in range(len(values))])
    held = fewest_holding(people, share)
    if not people.sum() > 0:
        assert held.empty
        return
    wanted, largest = share * people.sum(), np.sort(people)[::-1]
    assert held["people"].sum() >= wanted * (1 - 1e-6)
    assert largest[: len(held) - 1].sum() < wanted * (1 + 1e-6)
    assert held["cumulative"].is_monotonic_increasing


def test_neighbourhoods_by_hand(tiny_edition: Edition) -> None:
    table = neighbourhoods(tiny_edition, VIEW, find(tiny_edition, "E06000002").lsoas)
    assert table["msoa"].tolist() == ["Blandford", "Blandford"]
    assert table["share"].tolist() == pytest.approx([0.25, 0.5])
    assert table["people"].tolist() == pytest.approx([50, 0])
    assert table.loc["E01000003", "per_1000"] == pytest.approx(62.5)
    assert np.isnan(table.loc["E01000004", "per_1000"])
    assert (table["low"] <= table["people"]).all()
    assert (table["people"] <= table["high"]).all()


def test_mobile_by_hand(tiny_edition: Edition) -> None:
    table = mobile(tiny_edition, find(tiny_edition, "E14000002").lsoas)
    assert table["name"].tolist() == ["Aland", "Bland, City of"]
    assert table.drop(columns="name").to_numpy().ravel().tolist() == [0.2] * 10
    without = dataclasses.replace(tiny_edition, places=tiny_edition.places.assign(indoor_4g_0=np.nan))
    assert mobile(without, find(tiny_edition, REGION).lsoas).empty


def test_stations_inside_come_first_and_the_nearest_only_where_needed(tiny_edition: Edition) -> None:
    where = pd.Series({"AAA": "E01000001", "BBB": "E01000002", "CCC": "E01000003"})
    aland = stations_of(tiny_edition, find(tiny_edition, "E07000001").lsoas, "london", where)
    assert aland.index.tolist() == ["AAA", "BBB"]
    assert aland["inside"].all()
    assert aland["typical"].tolist() == [100.0, 119.5]
    # Bland has a station without trains; all postcodes stand 400 m from AAA and 1,500 m from BBB.
    bland = stations_of(tiny_edition, find(tiny_edition, "E06000002").lsoas, "london", where)
    assert bland.index.tolist() == ["CCC", "AAA", "BBB"]
    assert bland["inside"].tolist() == [True, False, False]
    assert bland["km"].tolist()[1:] == pytest.approx([0.4, 1.5])
    assert bland["departures"].tolist() == [pd.NA, 4, 2]
    elsewhere = stations_of(tiny_edition, find(tiny_edition, "E06000002").lsoas, "exeter", where)
    assert elsewhere.index.tolist() == ["CCC"]


def moved_north(edition: Edition, metres: float) -> Edition:
    stations = edition.stations.copy()
    stations.loc["AAA", "northing"] += metres
    return dataclasses.replace(edition, stations=stations)


def with_land_across_the_water(edition: Edition, *more: shapely.Polygon) -> Edition:
    """The neighbour lies 9 km north of the others, over the sea, with station AAA on it."""
    island = shapely.union_all([shapely.box(249_000, 90_000, 256_000, 95_000), *more])
    shapes = [*edition.areas.geometry.iloc[:4], island]
    moved = moved_north(edition, 91_500 - edition.stations.loc["AAA", "northing"])
    return dataclasses.replace(moved, areas=edition.areas.set_geometry(shapes, crs=edition.areas.crs))


def test_a_station_across_the_sea_is_named_only_where_a_way_leads_round(tiny_edition: Edition) -> None:
    where, lsoas = pd.Series({"CCC": "E01000003"}), find(tiny_edition, "E06000002").lsoas
    parted = stations_of(with_land_across_the_water(tiny_edition), lsoas, "london", where)
    assert parted.index.tolist() == ["CCC", "BBB"]
    # Land to the east leads round: some 8 km there, 9 km north, 9 km back, over stones up to 2 km apart.
    east = [shapely.box(250_000, 77_000, 263_000, 81_000), shapely.box(259_000, 77_000, 263_000, 95_000),
            shapely.box(256_000, 90_000, 263_000, 95_000)]
    joined = stations_of(with_land_across_the_water(tiny_edition, *east), lsoas, "london", where)
    assert joined.index.tolist() == ["CCC", "BBB", "AAA"]
    assert 25 < joined.loc["AAA", "km"] < 33


def with_land_to_the_north(edition: Edition) -> Edition:
    """The neighbour reaches far north of the others, so that no way there crosses the sea."""
    shapes = [*edition.areas.geometry.iloc[:4], shapely.box(249_000, 81_000, 254_000, 125_000)]
    return dataclasses.replace(edition, areas=edition.areas.set_geometry(shapes, crs=edition.areas.crs))


def test_a_station_too_far_is_not_named(tiny_edition: Edition) -> None:
    tiny_edition = with_land_to_the_north(tiny_edition)
    where, lsoas = pd.Series({"CCC": "E01000003"}), find(tiny_edition, "E06000002").lsoas
    near = stations_of(moved_north(tiny_edition, 39_900), lsoas, "london", where)
    assert near.index.tolist() == ["CCC", "BBB", "AAA"]
    assert stations_of(moved_north(tiny_edition, 40_100), lsoas, "london", where).index.tolist() == ["CCC", "BBB"]


def test_portland_goes_round_the_harbour_and_scilly_nowhere(starter: Edition) -> None:
    where = station_areas(starter)
    portland = stations_of(starter, find(starter, "E01020562").lsoas, "london", where)
    assert portland.index[0] == "WEY"
    assert portland["km"].between(8, 14).iloc[0]     # 11 km by road
    assert stations_of(starter, find(starter, "E06000053").lsoas, "london", where).empty


def raster_ways(edition: Edition, door: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Kilometres from a door over a raster of land in cells of 250 m, eight ways from each: nothing of `geo.rail`."""
    cell, reach = 250, 45_000
    west, south = door - reach
    land = shapely.union_all(edition.areas.geometry.cx[west:west + 2 * reach, south:south + 2 * reach].to_numpy())
    steps = np.arange(0, 2 * reach, cell) + cell / 2
    x, y = np.meshgrid(west + steps, south + steps)
    dry = shapely.contains_xy(land.buffer(cell), x, y)     # rivers are bridged
    number = np.arange(dry.size).reshape(dry.shape)
    edges = []
    for across, up in ((1, 0), (0, 1), (1, 1), (-1, 1)):
        there = np.roll(number, (-up, -across), (0, 1))
        joined = dry & dry.ravel()[there]
        joined[-1:] = False
        joined[:, [0, -1]] = False
        edges.append(np.stack([number[joined], there[joined], np.full(joined.sum(), cell * np.hypot(across, up))]))
    start, end, metres = np.concatenate(edges, axis=1)
    graph = coo_array((metres, (start.astype(int), end.astype(int))), shape=(dry.size, dry.size)).tocsr()
    column, row = ((np.vstack([door, ends]) - [west, south]) // cell).astype(int).T
    cells = number[row, column]
    return dijkstra(graph, directed=False, indices=cells[0])[cells[1:]] / 1000


def test_the_stations_of_hartland_are_those_nearest_by_land(starter: Edition) -> None:
    hartland = find(starter, "E05011923")
    table = stations_of(starter, hartland.lsoas, "london", station_areas(starter))
    assert "Barnstaple" in table["name"].tolist()
    inside = starter.postcodes["area"].isin(hartland.lsoas)
    doors = starter.postcodes.loc[inside, ["easting", "northing"]].to_numpy(float)
    middle = doors[np.hypot(*(doors - doors.mean(axis=0)).T).argmin()]
    served = starter.stations[starter.stations.index.isin(starter.journeys.query("hub == 'london'")["station"])]
    places = served[["easting", "northing"]].to_numpy(float)
    near = np.hypot(*(places - middle).T) <= 40_000
    ways = pd.Series(raster_ways(starter, middle, places[near]), served.index[near]).sort_values()
    assert set(table.index[:3]) == set(ways.index[:3])
    assert (table["km"].to_numpy() <= 1.02 * ways[table.index].to_numpy()).all()     # a raster's ways are longer
    assert (table["km"].to_numpy() >= 0.85 * ways[table.index].to_numpy()).all()


def test_looking_only_for_the_ways_that_matter_chooses_as_looking_for_all(starter: Edition) -> None:
    ground, where = ground_of(starter), station_areas(starter)
    served = starter.stations.join(starter.journeys.query("hub == 'london'").set_index("station"), how="inner")
    ends = served[["easting", "northing"]].to_numpy(float)
    for code in starter.places.query("kind == 'authority'")["code"]:
        lsoas = find(starter, code).lsoas
        rows = starter.postcodes[starter.postcodes["area"].isin(lsoas)]
        doors = rows[["easting", "northing"]].to_numpy(float)
        middle = np.hypot(*(doors - doors.mean(axis=0)).T).argmin()
        metres = np.hypot(*(ends - doors[middle]).T)
        across = (metres <= 40_000) & ground.crosses(np.tile(doors[middle], (len(ends), 1)), ends)
        ways = pd.Series(np.where(metres <= 40_000, metres, np.inf), served.index)
        ways[across] = ground.around_from(doors[middle], ends[across])
        ways = ways[np.isfinite(ways)].sort_values()
        speed = 25 if starter.areas.loc[rows["area"].iloc[middle], "urban"] else 40
        on_foot = ways * 1.3 * 60 / 4800
        by_car = ways * 1.3 * 60 / 1000 / speed + 5
        access = by_car.where(on_foot > 30, np.minimum(by_car, on_foot))
        minutes = (access + served["typical"]).dropna()
        inside = where.index[where.isin(lsoas)]
        without = not set(inside) & set(served.index)
        wanted = {*(ways.index[:3] if without else ()), *minutes.nsmallest(1).index} - set(inside)
        found = stations_of(starter, lsoas, "london", where)
        assert set(found.index[~found["inside"]]) == wanted, code
        assert (found["km"].dropna() * 1000).to_dict() == pytest.approx(ways[list(wanted)].to_dict())


def test_each_station_stands_in_one_neighbourhood(tiny_edition: Edition, starter: Edition) -> None:
    assert station_areas(tiny_edition)["AAA"] == "E01000001"
    where = station_areas(starter)
    assert where.index.is_unique
    assert set(where.index) == set(starter.stations.index[starter.stations["inside"]])
    homes = {"OKE": "West Devon", "PNZ": "Cornwall", "BTH": "Bath and North East Somerset", "PMH": "Portsmouth"}
    names = starter.places[starter.places["kind"] == "authority"].set_index("code")["name"]
    assert {crs: names[starter.areas.loc[where[crs], "authority"]] for crs in homes} == homes


def test_board_is_that_of_the_command_line(starter: Edition) -> None:
    table = stations_of(starter, find(starter, "E10000008").lsoas, "bristol", station_areas(starter))
    assert len(table) > 30
    for crs, row in table.iterrows():
        told = journey(starter, str(crs), "bristol")
        assert row["name"] == told.name
        for name in ("fastest", "typical", "changes", "departures"):
            figure = getattr(told, name)
            assert pd.isna(row[name]) if figure is None else row[name] == figure


def test_the_sea_parts_west_wight_from_lymington(starter: Edition) -> None:
    table = stations_of(starter, find(starter, "E05013373").lsoas, "london", station_areas(starter))
    assert not set(table.index) & {"LYP", "LYT", "PMH", "BCU"}
    assert stations_of(starter, find(starter, "E06000053").lsoas, "london", station_areas(starter)).empty


@pytest.mark.parametrize("code", ["E07000047", "E10000008", "E14001155", REGION])
def test_neighbourhoods_sum_to_the_place(starter: Edition, code: str) -> None:
    answer, place = show(starter, View(place=code)), find(starter, code)
    gap, table = answer["people_in_gap"], neighbourhoods(starter, VIEW, place.lsoas)
    for figure, column in ((gap.value, "people"), (gap.low, "low"), (gap.high, "high")):
        assert table[column].sum() == pytest.approx(figure)
    assert table["below"].sum() == pytest.approx(answer.at("premises_below", "30").value, abs=0.5)
    assert len(table) == answer.place.facts()["lsoas"] == len(place.lsoas)
    held = place_profile(starter, View(place=code)).half_of_gap
    pd.testing.assert_frame_equal(held[["people", "cumulative"]], fewest_holding(table["people"]))
    assert held["people"].sum() >= gap.value / 2
    assert held["people"].iloc[:-1].sum() < gap.value / 2


def test_wards_of_an_authority_hold_each_neighbourhood_once(starter: Edition) -> None:
    place = find(starter, "E07000047")
    wards = overlapping(starter, place, "ward")
    assert wards["whole"].all()
    assert sum(len(find(starter, code).lsoas) for code in wards["code"]) == len(place.lsoas)
