"""Minutes from every door to every hub: against a plain recomputation, and what must hold of real ones."""

from collections import Counter
from math import ceil, hypot, inf

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.core.choices import NO_RAIL
from geo.rail import travel_times
from geo.rail.access_legs import ACCESS
from geo.rail.connection_scan import journeys
from geo.rail.connections import Connections
from geo.rail.land_mask import SeaChart
from geo.rail.land_routes import Overland
from geo.rail.travel_times import Surveyed, door_to_hub, time_doors

pytestmark = pytest.mark.slow

KEYS = ["area", "hub", "clock", "access"]
LAND = gpd.GeoSeries([shapely.box(0, 0, 60_000, 60_000)], crs="EPSG:27700")
NOTHING = gpd.GeoSeries([shapely.box(-90_000, -90_000, -89_990, -89_990)], crs="EPSG:27700")
CHART = SeaChart(LAND, NOTHING)


def doors_of(*rows: tuple[float, float, str, bool]) -> pd.DataFrame:
    doors = pd.DataFrame(rows, columns=["easting", "northing", "area", "urban"])
    return doors.astype({"easting": float, "northing": float})


def stations_of(**places: tuple[float, float]) -> gpd.GeoDataFrame:
    points = gpd.points_from_xy(*np.array(list(places.values()), dtype=float).T)
    codes = pd.Index(list(places), name="crs")
    return gpd.GeoDataFrame({"name": list(places)}, index=codes, geometry=points, crs="EPSG:27700")


def journeys_of(*rows: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["station", "hub", "typical"])


def plain(doors: pd.DataFrame, stations: gpd.GeoDataFrame, times: pd.DataFrame) -> Counter:
    """The method's words, one door, hub and station at a time, on land without any sea."""
    counts: Counter = Counter()
    for door in doors.itertuples():
        for hub in times["hub"].unique():
            for access in ("car", "walk"):
                best = (inf, inf)
                for row in times[times["hub"] == hub].itertuples():
                    if row.station not in stations.index:
                        continue
                    place = stations.geometry[row.station]
                    metres = hypot(place.x - door.easting, place.y - door.northing)
                    walk = metres * 1.3 / 1000 / 4.8 * 60
                    way = walk if walk <= 30 else inf
                    if access == "car":
                        way = min(way, metres * 1.3 / 1000 / (25 if door.urban else 40) * 60 + 5)
                    if metres <= 40_000:
                        best = min(best, (round(way + 5 + row.typical, 6), row.typical))
                for clock, minutes in (("door", best[0]), ("train", best[1] if best[0] < inf else inf)):
                    counts[door.area, hub, clock, access, NO_RAIL if minutes == inf else ceil(minutes)] += 1
    return counts


def counted(table: pd.DataFrame) -> Counter:
    return Counter({(*map(str, row[:4]), int(row[4])): int(row[5]) for row in table.itertuples(index=False)})


coordinate = st.integers(0, 60_000)


@settings(max_examples=40, deadline=None)
@given(
    doors=st.lists(st.tuples(coordinate, coordinate, st.sampled_from("PQ"), st.booleans()), min_size=1, max_size=12),
    places=st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=6),
    typical=st.lists(st.one_of(st.none(), st.integers(0, 40_000)), min_size=12, max_size=12),
)
def test_agrees_with_the_methods_words(doors: list, places: list, typical: list) -> None:
    stations = stations_of(**{f"S{number}": place for number, place in enumerate(places)})
    names = [*stations.index, "ELSEWHERE"]
    rows = [
        (name, hub, half_seconds / 120)
        for number, name in enumerate(names[:6]) for which, hub in enumerate(("h", "g"))
        if (half_seconds := typical[(2 * number + which) % 12]) is not None
    ]
    times = journeys_of(*(rows or [("S0", "h", 60.0)]))
    table = door_to_hub(doors_of(*doors), stations, times, Overland(CHART, doors_of(*doors)))
    assert counted(table) == plain(doors_of(*doors), stations, times)


@settings(max_examples=30, deadline=None)
@given(
    doors=st.lists(st.tuples(coordinate, coordinate, st.sampled_from("PQ"), st.booleans()), min_size=1, max_size=8),
    places=st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=5),
    trains=st.lists(st.integers(0, 30), min_size=10, max_size=10),
)
def test_waiting_departures_and_the_nearest_hub_by_the_methods_words(doors: list, places: list, trains: list) -> None:
    stations = stations_of(**{f"S{number}": place for number, place in enumerate(places)})
    times = pd.DataFrame([
        (name, hub, 40.0 + 17 * which + 3 * number, trains[2 * number + which])
        for number, name in enumerate(stations.index) for which, hub in enumerate(("h", "g"))
    ], columns=["station", "hub", "typical", "departures"])
    timed = time_doors(doors_of(*doors), stations, times, Overland(CHART, doors_of(*doors)))
    expected: Counter = Counter()
    for door in doors_of(*doors).itertuples():
        for access in ("car", "walk"):
            nearest = inf
            for hub in ("h", "g"):
                best = (inf, inf, 0)
                for row in times[times["hub"] == hub].itertuples():
                    place = stations.geometry[row.station]
                    metres = hypot(place.x - door.easting, place.y - door.northing)
                    walk = metres * 1.3 / 1000 / 4.8 * 60
                    way = walk if walk <= 30 else inf
                    if access == "car":
                        way = min(way, metres * 1.3 / 1000 / (25 if door.urban else 40) * 60 + 5)
                    if metres <= 40_000 and way < inf:
                        best = min(best, (round(way + 5 + row.typical, 6), row.typical, row.departures))
                there = best[0] < inf
                wait = min(60, 120 / best[2]) if best[2] else 60
                waiting = ceil(round(best[1] + round(wait * 120) / 120, 6)) if there else NO_RAIL
                expected[door.area, hub, "waiting", access, waiting] += 1
                expected[door.area, hub, "departures", access, best[2] if there else NO_RAIL] += 1
                nearest = min(nearest, best[0])
            expected[door.area, "any", "door", access, ceil(nearest) if nearest < inf else NO_RAIL] += 1
    assert counted(timed.beside()) + counted(timed.nearest()) == expected


def test_types_and_index() -> None:
    table = door_to_hub(doors_of((0, 0, "P", True)), stations_of(AAA=(0, 1000)), journeys_of(("AAA", "h", 60.5)), LAND)
    assert table.columns.tolist() == [*KEYS, "minutes", "postcodes"]
    assert [str(table[name].dtype) for name in table.columns] == ["category"] * 4 + ["int16", "int32"]
    pd.testing.assert_index_equal(table.index, pd.RangeIndex(4))


def test_whole_minutes_are_not_rounded_up() -> None:
    # 2 km by car from a rural door: 3.9 minutes, 5 to park, 5 to board, and 106.1 by train.
    times = journeys_of(("AAA", "h", 106.1))
    table = door_to_hub(doors_of((0, 0, "P", False)), stations_of(AAA=(0, 2000)), times, LAND)
    by_car = table[table["access"] == "car"].set_index("clock")["minutes"]
    assert by_car.to_dict() == {"train": 107, "door": 120}


def test_of_equal_stations_the_shorter_train() -> None:
    # 2 km further by car takes 3.9 minutes longer.
    stations = stations_of(NEAR=(0, 2000), FAR=(0, 4000))
    times = journeys_of(("NEAR", "h", 63.9), ("FAR", "h", 60.0))
    table = door_to_hub(doors_of((0, 0, "P", False)), stations, times, LAND)
    assert table.loc[(table["clock"] == "train") & (table["access"] == "car"), "minutes"].tolist() == [60]


def test_way_round_the_water_and_island() -> None:
    land = gpd.GeoSeries([
        shapely.box(0, 0, 4000, 20_000), shapely.box(8000, 0, 12_000, 20_000), shapely.box(0, 0, 12_000, 4000),
        shapely.box(30_000, 0, 34_000, 20_000),
    ], crs="EPSG:27700")
    doors = doors_of((2000, 12_000, "P", False), (31_000, 2000, "ISLAND", False), (10_000, 12_000, "Q", False))
    ground = Overland(SeaChart(land, NOTHING), doors)
    stations = stations_of(AAA=(10_000, 12_000))
    table = door_to_hub(doors, stations, journeys_of(("AAA", "h", 60.0)), ground)
    door = table[(table["clock"] == "door") & (table["access"] == "car")].set_index("area")["minutes"]
    metres = ground.around(doors[["easting", "northing"]].to_numpy()[:1], np.array([[10_000.0, 12_000.0]]))[0]
    assert metres > 2 * hypot(2000, 8000) + 4000 - 1
    assert door["P"] == ceil(metres * 1.3 / 1000 / 40 * 60 + 5 + 5 + 60)
    assert door["ISLAND"] == NO_RAIL
    assert door["Q"] == 65


def test_chunks_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    seed = np.random.default_rng(1)
    doors = doors_of(*[(*seed.uniform(0, 60_000, 2), f"A{number % 5}", bool(number % 2)) for number in range(50)])
    stations = stations_of(**{f"S{number}": tuple(seed.uniform(0, 60_000, 2)) for number in range(9)})
    times = journeys_of(*[(code, "h", float(seed.integers(10, 90))) for code in stations.index])
    whole = door_to_hub(doors, stations, times, LAND)
    monkeypatch.setattr(travel_times, "CHUNK", 7)
    pd.testing.assert_frame_equal(door_to_hub(doors, stations, times, LAND), whole)


def test_walk_share_by_hand() -> None:
    reach = 30 / 60 * 4.8 / 1.3 * 1000
    doors = doors_of((0, 0, "P", True), (0, reach - 1, "P", True), (0, reach + 1, "P", True), (50_000, 0, "Q", False))
    stations = stations_of(AAA=(0, 0), BBB=(50_000, 0))
    share = time_doors(doors, stations, journeys_of(("AAA", "h", 60.0), ("AAA", "g", 70.0)), LAND).walk_share()
    expected = pd.Series([2 / 3, 0.0], index=pd.Index(["P", "Q"], name="area"), name="within_30_min_walk_of_station")
    pd.testing.assert_series_equal(share, expected)


def test_what_was_surveyed_need_not_be_held_against_the_chart_again() -> None:
    seed = np.random.default_rng(2)
    postcodes = doors_of(*((x, y, "P", True) for x, y in seed.uniform(0, 30_000, (60, 2))))
    stations = stations_of(AAA=(0, 0), BBB=(30_000, 0), CCC=(15_000, 30_000))
    before = journeys_of(("AAA", "h", 60.0), ("BBB", "h", 70.0), ("CCC", "h", 65.0))
    after = journeys_of(("BBB", "h", 70.0), ("CCC", "h", 65.0))
    inlet = shapely.box(5_000, 5_000, 25_000, 10_000)
    ground = Overland(SeaChart(gpd.GeoSeries([shapely.box(0, 0, 30_000, 30_000) - inlet], crs="EPSG:27700"), NOTHING),
                      postcodes)
    first = time_doors(postcodes, stations, before, ground)
    assert len(first.detours)
    surveyed = Surveyed(first.detours, before)

    def refuse() -> Overland:
        raise AssertionError("nothing new is used")

    again = time_doors(postcodes, stations, before, refuse, surveyed=surveyed)
    pd.testing.assert_frame_equal(again.reach(), first.reach())
    pd.testing.assert_frame_equal(again.detours, first.detours)
    with pytest.raises(AssertionError, match="nothing new"):
        time_doors(postcodes, stations, after, refuse, surveyed=surveyed)
    changed = time_doors(postcodes, stations, after, ground, surveyed=surveyed)
    pd.testing.assert_frame_equal(changed.reach(), time_doors(postcodes, stations, after, ground).reach())


def test_access_at_its_limits() -> None:
    limit = 30 / 60 * 4.8 / 1.3 * 1000
    assert ACCESS.on_foot(np.array([0.0, limit - 0.01, limit + 0.01])).tolist() == pytest.approx([0, 30, inf], abs=1e-3)
    metres, urban = np.array([100.0, 5000.0, 5000.0]), np.array([True, True, False])
    assert ACCESS.by_car(metres, urban).tolist() == pytest.approx([1.625, 6.5 / 25 * 60 + 5, 6.5 / 40 * 60 + 5])


@pytest.mark.parametrize("crs", [None, "EPSG:4326"])
def test_crs_is_checked(crs: str | None) -> None:
    stations = stations_of(AAA=(0, 0)).set_crs(crs, allow_override=True)
    with pytest.raises(ValueError, match=r"stations: .*expected EPSG:27700"):
        door_to_hub(doors_of((0, 0, "P", True)), stations, journeys_of(("AAA", "h", 60.0)), LAND)


@pytest.fixture(scope="module")
def real_journeys(pattern_network: Connections) -> pd.DataFrame:
    hubs = {"london": ["PAD", "WAT"], "cardiff": ["CDF"], "exeter": ["EXD"]}
    return journeys(pattern_network, hubs)


@pytest.fixture(scope="module")
def real_reach(
    real_doors: pd.DataFrame, real_stations: gpd.GeoDataFrame, real_journeys: pd.DataFrame, real_ground: Overland
) -> pd.DataFrame:
    return door_to_hub(real_doors, real_stations, real_journeys, real_ground)


def test_counts_sum_to_the_postcodes(real_reach: pd.DataFrame, real_doors: pd.DataFrame) -> None:
    sums = real_reach.groupby(KEYS, observed=True)["postcodes"].sum().unstack(KEYS[1:])  # noqa: PD010
    expected = real_doors.groupby("area").size()
    assert sums.shape == (len(expected), 3 * 2 * 2)
    assert (sums.eq(expected, axis=0)).all(axis=None)


def test_door_is_train_and_more_and_walking_reaches_less(real_reach: pd.DataFrame) -> None:
    def mean_share(clock: str, access: str, minutes: int) -> float:
        rows = real_reach[(real_reach["clock"] == clock) & (real_reach["access"] == access)]
        return float(rows.loc[rows["minutes"] > minutes, "postcodes"].sum() / rows["postcodes"].sum())

    for minutes in (60, 120, 240):
        assert mean_share("door", "car", minutes) >= mean_share("train", "car", minutes)
        assert mean_share("door", "walk", minutes) >= mean_share("door", "car", minutes)
    finite = real_reach["minutes"] < NO_RAIL
    assert real_reach.loc[finite, "minutes"].max() < 600


def test_scilly_has_no_rail_and_hardly_anybody_else(real_reach: pd.DataFrame, real_doors: pd.DataFrame) -> None:
    none = real_reach[(real_reach["minutes"] == NO_RAIL) & (real_reach["access"] == "car")]
    # Some postcodes of the islands' post are in Penzance.
    scilly = real_doors.loc[real_doors["easting"] < 100_000, "area"].unique()
    assert scilly.tolist() == ["E01019077"]
    on_scilly = real_reach[real_reach["area"].isin(scilly) & (real_reach["access"] == "car")]
    assert (on_scilly["minutes"] == NO_RAIL).all()
    elsewhere = none[~none["area"].isin(scilly) & (none["hub"] == "london") & (none["clock"] == "door")]
    # Around Bude, more than 40 km from every station.
    bude = real_doors.loc[real_doors["postcode"].str.startswith("EX23"), "area"].unique()
    assert set(elsewhere["area"].astype(str)) <= set(bude)


def test_isle_of_wight_goes_by_its_own_stations_and_the_ferry(
    real_reach: pd.DataFrame, real_doors: pd.DataFrame, real_journeys: pd.DataFrame
) -> None:
    island = real_doors.loc[real_doors["postcode"].str.match("PO3[0-9] |PO4[01] "), "area"].unique()
    rows = real_reach[real_reach["area"].isin(island) & (real_reach["hub"] == "london")]
    by_train = rows[(rows["clock"] == "train") & (rows["access"] == "car")]
    own = ["RYP", "RYD", "RYR", "SAB", "BDN", "SAN", "LKE", "SHN"]
    typical = real_journeys[(real_journeys["hub"] == "london") & real_journeys["station"].isin(own)]["typical"]
    assert len(island) > 50
    assert set(by_train["minutes"]) <= {ceil(round(minutes, 6)) for minutes in typical}


def test_nobody_drives_over_the_bristol_channel(
    real_doors: pd.DataFrame, real_stations: gpd.GeoDataFrame, real_journeys: pd.DataFrame, real_reach: pd.DataFrame
) -> None:
    weston = real_doors.loc[real_doors["postcode"].str.startswith("BS23 "), "area"].unique()
    rows = real_reach[real_reach["area"].isin(weston) & (real_reach["hub"] == "cardiff")]
    by_car = rows[(rows["clock"] == "train") & (rows["access"] == "car")]
    times = real_journeys[real_journeys["hub"] == "cardiff"].set_index("station")["typical"]
    assert by_car["minutes"].min() >= times[["WSM", "WNM", "WOR"]].min()


def test_real_doors_far_from_the_sea_recomputed(
    real_doors: pd.DataFrame, real_stations: gpd.GeoDataFrame, real_journeys: pd.DataFrame, real_reach: pd.DataFrame
) -> None:
    # Wiltshire: no line of 40 km from there to its best stations meets the sea.
    chosen = real_doors[real_doors["postcode"].str.match("SN1[0-6] |BA1[2-5] ")]
    areas = chosen["area"].unique()[::20]
    doors = real_doors[real_doors["area"].isin(areas)]
    assert len(doors) > 20
    kept = real_reach[real_reach["area"].isin(areas)]
    assert counted(kept) == plain(doors, real_stations, real_journeys)


def test_real_walk_share(
    real_doors: pd.DataFrame, real_stations: gpd.GeoDataFrame, real_journeys: pd.DataFrame, real_ground: Overland
) -> None:
    share = time_doors(real_doors, real_stations, real_journeys, real_ground).walk_share()
    assert share.index.tolist() == sorted(real_doors["area"].unique())
    assert share.between(0, 1).all()
    places = real_stations.geometry.loc[sorted(set(real_journeys["station"]) & set(real_stations.index))]
    metres = np.hypot(
        real_doors["easting"].to_numpy()[:, None] - places.x.to_numpy(),
        real_doors["northing"].to_numpy()[:, None] - places.y.to_numpy(),
    ).min(axis=1)
    straight = pd.Series(metres * 1.3 / 80 <= 30).groupby(real_doors["area"]).mean()
    # Water takes a few away, never gives.
    assert (share <= straight + 1e-12).all()
    assert (share < straight - 1e-12).mean() < 0.01
