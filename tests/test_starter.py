"""The starter edition: published totals, conserved sums, and what everybody knows about the trains."""

import csv
import itertools
import shutil
from pathlib import Path

import numpy as np
import pytest
import shapely

from geo.core.choices import HUBS, KINDS, SPEEDS
from geo.core.errors import EditionError
from geo.core.view import View
from geo.edition.schema import OFCOM_COLUMNS
from geo.edition.store import STARTER, load_edition
from geo.figures.areas import area_figures
from geo.figures.consistency import problems_of
from geo.figures.journeys import journey
from tests.fixtures.answers import show_json

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def starter():
    return load_edition(STARTER)


def test_it_is_small_and_whole(starter):
    assert sum(path.stat().st_size for path in STARTER.iterdir()) <= 8_000_000
    assert problems_of(starter) == []


def test_whatever_is_changed_in_its_manifest_is_noticed(starter, tmp_path):
    copied = Path(shutil.copytree(STARTER, tmp_path / "starter"))
    path = copied / "manifest.json"
    assert starter.manifest["sources"][0]["rows"] == 4638
    path.write_text(path.read_text(encoding="utf-8").replace('"rows": 4638', '"rows": 4639', 1), encoding="utf-8")
    with pytest.raises(EditionError, match="not what the build wrote"):
        load_edition(copied, geometry=False)


def test_published_totals(starter):
    answer = show_json(starter, View())
    assert answer["place"]["lsoas"] == 3407
    assert answer["premises"] == 2_849_185
    assert answer["residents"] == pytest.approx(5_701_210, abs=20)


@pytest.mark.parametrize(("kind", "count"), [("authority", 27), ("constituency", 58)])
def test_premises_equal_ofcoms_counts_in_every_tier(starter, kind, count):
    published = starter.places[(starter.places["kind"] == kind) & ~starter.places["neighbour"]].set_index("code")
    assert len(published) == count
    ours = starter.areas.groupby(kind)[["premises", *(f"below_{speed}" for speed in SPEEDS)]].sum()
    difference = ours.loc[published.index].to_numpy() - published[list(OFCOM_COLUMNS)].to_numpy()
    assert np.abs(difference).max() < 0.5


def test_the_same_counts_read_from_ofcoms_own_file(starter, open_data):
    places = starter.places
    for file, key in (
        ("202507_fixed_laua_coverage_r01.csv", "laua"),
        ("202507_fixed_pcon_coverage_r01.csv", "parl_const"),
    ):
        with (open_data / "ofcom" / file).open(encoding="utf-8-sig", newline="") as lines:
            rows = {row[key]: row for row in csv.DictReader(lines)}
        kind = "authority" if key == "laua" else "constituency"
        for code in places.loc[(places["kind"] == kind) & ~places["neighbour"], "code"]:
            row = {name: int(value) for name, value in rows[code].items() if name.startswith(("Number", "All"))}
            matched = row["All Matched Premises"]
            answer = show_json(starter, View(place=code))
            assert answer["premises"] == row["All Premises"]
            assert answer["premises_below"] == {
                "uso": row["Number of premises below the USO"],
                "10": row["Number of premises unable to receive 10Mbit/s"],
                "30": row["Number of premises unable to receive 30Mbit/s"],
                "100": matched - row["Number of premises with UFBB (100Mbit/s) availability"],
                "300": matched - row["Number of premises with UFBB availability"],
                "gigabit": matched - row["Number of premises with Gigabit availability"],
            }


def test_tiers_nest_in_every_lsoa_where_ofcoms_do(starter):
    areas, places = starter.areas, starter.places.set_index(["kind", "code"])
    for lower, upper in itertools.pairwise(("uso", "10", "30", "100", "300", "gigabit")):
        odd = places[places[f"ofcom_below_{lower}"] > places[f"ofcom_below_{upper}"]]
        excused = areas["authority"].isin(odd.index.get_level_values("code")) | areas["constituency"].isin(
            odd.index.get_level_values("code")
        )
        assert (areas.loc[~excused, f"below_{lower}"] <= areas.loc[~excused, f"below_{upper}"]).all()
        assert excused.sum() < 600
    assert (areas["below_gigabit"] <= areas["premises"]).all()


@pytest.mark.parametrize("view", [View(), View(speed="gigabit", work="dingel-neiman", clock="door", minutes=200)])
def test_ranges_hold_and_parts_sum_to_wholes_at_every_level(starter, view):
    table = area_figures(starter, view)
    assert table.notna().all(axis=None)
    for speed in SPEEDS:
        chain = [
            table[f"people_in_gap_{speed}_{end}"] for end in ("limit_low", "low", "estimate", "high", "limit_high")
        ]
        assert all((lower <= upper).all() for lower, upper in itertools.pairwise(chain))
        assert (chain[0] >= 0).all()
        assert (chain[-1] <= table["workers"]).all()
    assert (table["nowhere_to_turn_estimate"] <= table[f"people_in_gap_{view.speed}_estimate"]).all()
    assert (table["cut_off_by_rail"] <= table["residents"]).all()
    west = ~starter.areas["neighbour"]
    whole = table[west].sum()
    for kind in ("msoa", "ward", "authority", "county", "lep", "constituency", "region"):
        sums = table[west].groupby(starter.areas.loc[west, kind]).sum()
        assert "" not in sums.index
        np.testing.assert_allclose(sums.sum(), whole, rtol=1e-9)


def test_every_lsoa_has_one_place_of_every_kind(starter):
    for kind in set(KINDS) - {"lsoa", "lep", "region", "district"}:
        assert (starter.areas[kind] != "").all()
    # A former district covers its part of one authority of today.
    assert (starter.areas.groupby("district")["authority"].nunique().drop("") == 1).all()
    neighbours = starter.areas["neighbour"]
    assert neighbours.sum() == 1231
    assert (starter.areas.loc[neighbours, ["lep", "region"]] == "").all(axis=None)
    assert (starter.areas.loc[~neighbours, ["lep", "region"]] != "").all(axis=None)
    names = starter.places.query("kind == 'msoa'")["name"]
    assert "Chew, Bishop Sutton & East Harptree" in set(names)  # the House of Commons Library's


def test_boundaries_are_a_coverage(starter):
    shapes = starter.areas.geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    assert shapely.area(shapes).sum() == pytest.approx(starter.areas["area_km2"].sum() * 1e6, rel=0.001)
    outlines = starter.places.query("kind == 'authority'").set_index("code").geometry
    inside = starter.areas.dissolve("authority").area
    np.testing.assert_allclose(outlines.area.sort_index(), inside.sort_index(), rtol=1e-9)


def test_what_everybody_knows_about_the_trains(starter):
    penzance, exeter = journey(starter, "penzance", "london"), journey(starter, "EXD", "london")
    assert penzance.typical == pytest.approx(300, abs=15)
    assert exeter.typical == pytest.approx(135, abs=10)
    assert exeter.fastest <= exeter.typical < penzance.fastest
    assert penzance.basis == "indicative"
    pilning = journey(starter, "Pilning", "london")
    assert pilning.typical is None
    for hub in HUBS.values():
        for crs in set(hub.stations) & set(starter.stations.index):
            assert journey(starter, crs, hub.key).typical == 0


def test_scilly_has_no_rail_and_says_why(starter):
    for hub in HUBS:
        answer = show_json(starter, View(place="E06000053", hub=hub, minutes=360))
        assert answer["train_to_hub_minutes"] == {"median": None, "p10": None, "p90": None}
        assert answer["cut_off_by_rail"] == answer["residents"] > 2000
        assert any(
            note.startswith("No rail: Isles of Scilly has no station") and "without crossing the sea" in note
            for note in answer["notes"]
        )


def test_the_isle_of_wight_goes_by_its_own_stations_and_the_ferry(starter):
    wight = View(place="E06000046", hub="southampton")
    # By car over the Solent Southampton would be minutes away; by Ryde, the ferry and Portsmouth it is over an hour.
    answer = show_json(starter, wight)
    assert answer["train_to_hub_minutes"]["p10"] > 60
    assert answer["door_to_hub_minutes"]["median"] < 240
    london = show_json(starter, View(place="E06000046"))
    assert 110 < london["train_to_hub_minutes"]["p10"] < 135
    assert london["train_to_hub_minutes"]["p90"] is not None


def test_series_are_those_of_their_sources_for_the_mapped_authorities(starter, open_data):
    """Each value of the edition is in a publisher's file, and each of a mapped authority there is in the edition."""
    codes = {*starter.areas["authority"], "E12000009", "E92000001"}
    files = {"ofcom_by_area_2022-2026.csv": "percent", "claimant-count.csv": "observation",
             "business-demography.csv": "observation"}
    indicators = {
        "gigabit-capable-broadband": "gigabit", "premises-below-30": "below_30", "network-coverage-4g": "area_4g",
        "network-coverage-5g": "area_5g", "Claimant Count": "claimants", "Active businesses": "businesses"}
    published = {}
    for file, column in files.items():
        with (open_data / "els" / file).open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines):
                if row["areacd"] in codes and row["indicator"] in indicators and row[column]:
                    series, date = indicators[row["indicator"]], row["period"].removesuffix("-01-01/P1Y")
                    value = float(row[column]) / (1 if series == "businesses" else 100)
                    published[row["areacd"], series, date] = value
    kept = {(row.code, row.series, row.date): row.value for row in starter.context.itertuples()}
    assert kept == pytest.approx(published)
    assert len({code for code, _, _ in kept}) == 43


def test_people_by_age_are_the_residents(starter):
    ages = starter.areas.filter(regex="^aged_[0-9]")
    assert (ages.sum(axis=1) == starter.areas["aged_all"]).all()
    assert starter.areas["aged_all"].sum() == pytest.approx(starter.areas["residents"].sum(), rel=1e-4)


def test_railway_lines_are_small_and_near_the_mapped_area(starter):
    assert (STARTER / "lines.parquet").stat().st_size <= 300_000
    assert (STARTER / "context.parquet").stat().st_size <= 100_000
    assert starter.lines.crs.to_epsg() == 27700
    mapped = starter.areas.union_all().buffer(1100)
    assert starter.lines.within(mapped).all()
    assert 1_500_000 < starter.lines.length.sum() < 4_000_000      # metres
