"""Towns and villages: where each stands, and what holds it."""

import csv
import io
import math
import statistics
import zipfile
from collections import defaultdict
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.edition.store import load_edition
from geo.layers.named_localities import localities
from geo.sources.naptan import read_stops

# Three squares of a kilometre side by side: two of one MSOA, the third of another authority.
AREAS = pd.DataFrame(
    {"ward": ["W1", "W2", "W3"], "msoa": ["M1", "M1", "M2"], "authority": ["A1", "A1", "A2"]}, index=["a", "b", "c"])
SQUARES = gpd.GeoDataFrame(
    geometry=[shapely.box(1000 * step, 0, 1000 * step + 1000, 1000) for step in range(3)], index=AREAS.index, crs=27700)


def stops(*rows: tuple[str, str, str, float, bool]) -> pd.DataFrame:
    """Stops of localities: code, name, parent, easting and whether active."""
    table = pd.DataFrame(rows, columns=["locality", "name", "parent", "easting", "active"])
    return table.assign(northing=500.0)


def test_a_village_stands_at_the_median_of_its_active_stops() -> None:
    made = localities(stops(
        ("E1", "Upham", "", 200, True), ("E1", "Upham", "", 300, True), ("E1", "Upham", "", 2900, True),
        ("E1", "Upham", "", 1500, False), ("E2", "Lostham", "", 1200, False), ("E2", "Lostham", "", 1400, False),
        ("E3", "Faraway", "", 9000, True)), AREAS, SQUARES)
    assert made.to_dict("index") == {
        "E1": {"name": "Upham", "parent": "", "easting": 300, "northing": 500, "stops": 3, "area": "a",
               "held_by": "ward"},
        "E2": {"name": "Lostham", "parent": "", "easting": 1300, "northing": 500, "stops": 0, "area": "b",
               "held_by": "ward"}}
    assert made.index.name == "code"
    assert made[["easting", "northing", "stops"]].dtypes.tolist() == ["int64"] * 3


def test_what_holds_a_town_holds_most_of_its_stops_and_its_suburbs() -> None:
    even = [("E1", "Town", "", east, True) for east in (100, 1100, 1200, 2100)]
    assert localities(stops(*even), AREAS, SQUARES).loc["E1", "held_by"] == "ward"
    apart = [("E1", "Town", "", east, True) for east in (100, 200, 1100, 1900, 1950, 2100, 2200, 2300, 2400)]
    assert localities(stops(*apart), AREAS, SQUARES).loc["E1", ["area", "held_by"]].tolist() == ["b", "msoa"]
    far = [("E1", "Town", "", east, True) for east in (100, 200, 1500, 2100, 2200)]
    assert localities(stops(*far), AREAS, SQUARES).loc["E1", ["area", "held_by"]].tolist() == ["b", "msoa"]
    assert localities(stops(*far), AREAS.assign(msoa=[*"xyz"]), SQUARES).loc["E1", "held_by"] == "authority"
    # Alone, the town is in one ward; with its suburb, in an MSOA. A namesake's suburb over the border is not its own.
    suburb = [("E1", "Town", "", 100, True), ("E2", "Edge", "Town", 1100, True), ("E2", "Edge", "Town", 1200, True),
              ("E3", "Edge", "Town", 2100, True), ("E3", "Edge", "Town", 2100, True)]
    assert localities(stops(*suburb), AREAS, SQUARES)["held_by"].tolist() == ["msoa", "ward", "ward"]
    assert localities(stops(*suburb[:1], *suburb[3:]), AREAS, SQUARES)["held_by"].tolist() == ["ward", "ward"]


@pytest.mark.slow
def test_localities_are_the_publishers_stops(open_data: Path) -> None:
    """Recomputed from the file with the standard library alone."""
    path = open_data / "naptan" / "Stops.zip"
    edition = load_edition()
    made = localities(read_stops(path), edition.areas, edition.areas[["geometry"]])
    text = zipfile.ZipFile(path).read("Stops.csv").decode("utf-8-sig")
    places, names = defaultdict(list), {}
    for row in csv.DictReader(io.StringIO(text)):
        names[row["NptgLocalityCode"]] = row["LocalityName"].strip('" ')
        if row["Status"] == "active":
            places[row["NptgLocalityCode"]].append((float(row["Easting"]), float(row["Northing"])))
    # All but three of the file lie in the mapped area: those are over the border, in Worcestershire.
    assert set(names) - set(made.index) >= {"E0028036", "E0052568"}
    assert len(set(names) - set(made.index)) <= 3
    assert made["stops"].sum() == sum(len(places[code]) for code in made.index)
    assert made["name"].to_dict() == {code: names[code] for code in made.index}
    for code, row in made.sample(200, random_state=8).iterrows():
        if places[str(code)]:
            east, north = (statistics.median(axis) for axis in zip(*places[str(code)], strict=True))
            assert (row["easting"], row["northing"]) == (round(east), round(north))
        assert edition.areas.geometry[row["area"]].distance(shapely.Point(row["easting"], row["northing"])) <= 251
    # Okehampton is where the map has it, SX 588 951.
    okehampton = made.loc[made["name"] == "Okehampton"].iloc[0]
    assert math.dist((okehampton["easting"], okehampton["northing"]), (258_800, 95_100)) < 1000
    assert made.loc[made["name"] == "Chagford", "held_by"].tolist() == ["ward"]
    assert made.loc[made["name"] == "Taunton", "held_by"].tolist() == ["authority"]
