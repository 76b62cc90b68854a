"""Three LSOAs worked out from METHOD and the publishers' own files, with nothing of the project's but its inputs.

Princetown on Dartmoor, Padstow on its estuary, Headley Park in Bristol: far and near, rural and urban.
"""

import csv
import io
import math
import statistics
import zipfile

import pytest
from shapely.geometry import Point

from geo.core.view import View
from geo.edition.store import STARTER, load_edition
from geo.sources.boundary_files import read_boundaries
from tests.fixtures.answers import show_json

pytestmark = pytest.mark.slow

LSOAS = ["E01020323", "E01018954", "E01014598"]
SHARES = [0.6735, 0.6958, 0.6372, 0.5724, 0.1885, 0.1489, 0.1591, 0.0544, 0]


@pytest.fixture(scope="module")
def starter():
    return load_edition(STARTER)


def census(open_data, number, code):
    """The row of one LSOA in a census table, headers cut to what follows the last colon but one."""
    with zipfile.ZipFile(open_data / f"census/census2021-{number}.zip") as archive:
        text = io.TextIOWrapper(archive.open(f"census2021-{number}-lsoa.csv"), "utf-8")
        return next(row for row in csv.DictReader(text) if row["geography code"] == code)


def rows(path, key, code):
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return [row for row in csv.DictReader(lines) if row[key] == code]


def both_share(t, b, psi):
    """METHOD's closed form, as printed there."""
    a = 1 + (t + b) * (psi - 1)
    return (a - math.sqrt(a * a - 4 * psi * (psi - 1) * t * b)) / (2 * (psi - 1))


def homes_over_all(open_data, setting, speed):
    """METHOD's k: England's homes without the speed over the share of all premises, from Ofcom's national file."""
    path = open_data / "ofcom/202507_fixed_coverage_UK_and_nations_r01.csv"
    shares = []
    for kind in ("Residential", "All"):
        count = {row["Speed"]: int(row["Premises"]) for row in rows(path, "Location", "England")
                 if (row["Premise type"], row["Rurality"]) == (kind, setting)}
        without = count["Premise Base"] - count["Unclassified"] - count.get(
            {"gigabit": "Gigabit capable"}.get(speed, f">={speed} Mbit/s"), 0)
        if speed == "uso":
            without = count["<10 Mbit/s DL or <1 Mbit/s UL"]
        shares.append(without / count["Premise Base"])
    return min(1, shares[0] / shares[1])


@pytest.fixture(scope="module")
def journeys(starter):
    return {(row.station, row.hub): row.typical for row in starter.journeys.itertuples()}


@pytest.fixture(scope="module")
def stations(starter):
    return {row.Index: (row.easting, row.northing) for row in starter.stations.itertuples()}


def minutes_from(point, urban, hub, stations, journeys, access):
    """Best door-to-hub minutes from one postcode, and those of them by train; the sea is not in the way here."""
    best = (math.inf, math.inf)
    for crs, station in stations.items():
        metres = math.dist(point, station)
        if (crs, hub) not in journeys or metres > 40_000:
            continue
        foot = metres * 1.3 / 4800 * 60
        way = foot if foot <= 30 else math.inf
        if access == "car":
            way = min(way, metres * 1.3 / (25_000 if urban else 40_000) * 60 + 5)
        if way < math.inf:
            best = min(best, (way + 5 + journeys[crs, hub], journeys[crs, hub]))
    return best


@pytest.fixture(scope="module")
def points_in(open_data):
    """Positions of each LSOA's postcodes, from Code-Point Open and the full-detail boundary, by shapely alone."""
    whole = read_boundaries(open_data / "boundaries/LSOA_2021_EW_BGC.geojson", "LSOA21CD", "LSOA21NM").geometry
    boundaries = {code: (boundary, boundary.bounds) for code, boundary in whole.loc[LSOAS].items()}
    found = {code: [] for code in LSOAS}
    with zipfile.ZipFile(open_data / "codepoint/codepo_gb.zip") as archive:
        for name in archive.namelist():
            if name.startswith("Data/"):
                for row in csv.reader(io.TextIOWrapper(archive.open(name), "utf-8")):
                    x, y = point = (float(row[2]), float(row[3]))
                    for code, (boundary, (west, south, east, north)) in boundaries.items():
                        if west <= x <= east and south <= y <= north and boundary.intersects(Point(point)):
                            found[code].append(point)
    return found


@pytest.mark.parametrize("code", LSOAS)
@pytest.mark.parametrize(
    ("hub", "minutes", "clock", "access"),
    [
        ("london", 120, "train", "car"),
        ("london", 180, "door", "car"),
        ("exeter", 60, "door", "walk"),
    ],
)
def test_every_figure_by_hand(
    starter, stations, journeys, points_in, open_data, code, hub, minutes, clock, access,
):
    answer = show_json(starter, View(place=code, hub=hub, minutes=minutes, clock=clock, access=access))

    people = census(open_data, "ts063", code)
    workers = int(next(value for name, value in people.items() if "Total" in name))
    groups = [int(next(value for name, value in people.items() if f": {group}. " in name)) for group in range(1, 10)]
    capable = sum(count * share for count, share in zip(groups, SHARES, strict=True))
    assert answer["workers"] == workers
    assert answer["remote_capable"] == pytest.approx(capable, abs=1e-6)
    residents = int(next(v for name, v in census(open_data, "ts001", code).items() if "Total" in name))
    assert answer["residents"] == residents
    home = next(v for name, v in census(open_data, "ts061", code).items() if "at or from home" in name)
    assert answer["works_from_home"] == int(home)

    urban = rows(open_data / "lookups/LSOA21_RUC21_EW_LU.csv", "LSOA21CD", code)[0]["Urban_rural_flag"] == "Urban"
    # The premises of one LSOA are the estimate's; what is made of them is not.
    for speed, below in answer["premises_below"].items():
        k = homes_over_all(open_data, "Urban" if urban else "Rural", speed)
        h, t = below / answer["premises"] * k, capable / workers
        gap = answer["people_in_gap_by_speed"][speed]
        assert gap["estimate"] == pytest.approx(capable * h, rel=2e-6)
        assert gap["low"] == pytest.approx(both_share(t, h, 0.5) * workers, rel=2e-6, abs=1e-6)
        assert gap["high"] == pytest.approx(both_share(t, h, 2) * workers, rel=2e-6, abs=1e-6)
        assert gap["limit_low"] == pytest.approx(max(0, capable + workers * h - workers), rel=2e-6, abs=1e-3)
        assert gap["limit_high"] == pytest.approx(min(capable, workers * h), rel=2e-6)

    points = points_in[code]
    timed = [minutes_from(point, urban, hub, stations, journeys, access) for point in points]
    clocked = [train if clock == "train" else door for door, train in timed]
    q = sum(value > minutes for value in clocked) / len(points)
    gap = answer["people_in_gap"]
    assert answer["cut_off_by_rail"] == pytest.approx(residents * q)
    assert answer["nowhere_to_turn"]["estimate"] == pytest.approx(gap["estimate"] * q)
    assert answer["nowhere_to_turn"]["high"] == pytest.approx(gap["high"] * q)
    near = sum(minutes - 10 < value <= minutes + 10 for value in clocked) / len(points)
    assert answer["borderline"] == pytest.approx(residents * near)
    for name, position in (("door_to_hub_minutes", 0), ("train_to_hub_minutes", 1)):
        median = statistics.median_low(
            [math.ceil(value[position]) if value[position] < math.inf else math.inf for value in timed]
        )
        assert answer[name]["median"] == (None if median == math.inf else median)
    served = {station for station, _ in journeys}
    walks = [
        min(
            math.dist(point, station)
            for crs, station in stations.items()
            if crs in served
        )
        * 1.3
        / 80
        <= 30
        for point in points
    ]
    assert answer["within_30_min_walk_of_station"] == pytest.approx(sum(walks) / len(walks), abs=1e-6)
    deciles = rows(next((open_data / "deprivation").glob("File_7*.csv")), "LSOA code (2021)", code)[0]
    decile = int(next(value for name, value in deciles.items() if "(IMD) Decile" in name))
    assert answer["imd"]["most_deprived_fifth_share"] == (1.0 if decile <= 2 else 0.0)
    assert answer["rural_share"] == (0.0 if urban else 1.0)
