"""A pack's GeoPackage: boundaries that fit, the tables' own figures, the same bytes."""

import hashlib
import os
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from geo.core.choices import SPEEDS
from geo.core.errors import PackError
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.areas import area_figures
from geo.figures.profile import PlaceProfile, place_profile
from geo.pack.geopackage import gpkg_bytes
from geo.pack.tables import pack_tables

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def starter() -> Edition:
    return load_edition()


@pytest.fixture(scope="module")
def figures(starter: Edition) -> PlaceProfile:
    return place_profile(starter, View(place="E07000047", speed="gigabit", minutes=180))


@pytest.fixture(scope="module")
def package(figures: PlaceProfile, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pack") / "areas.gpkg"
    path.write_bytes(gpkg_bytes(figures))
    return path


def test_layers_in_the_national_grid(package: Path, figures: PlaceProfile) -> None:
    assert dict(pyogrio.list_layers(package)) == {
        "lsoas": "MultiPolygon", "places_inside": "MultiPolygon", "place": "MultiPolygon"}
    for layer in ("lsoas", "places_inside", "place"):
        table = gpd.read_file(package, layer=layer)
        assert table.crs.to_epsg() == 27700
        assert table.geometry.is_valid.all()
        assert not table.geometry.is_empty.any()
        assert set(table["edition"]) == {figures.edition.id}
        assert set(table["view"]) == {"gigabit-london-180-train"}
        assert (table["basis"].str.len() > 0).all()


def test_lsoas_have_the_figures_and_boundaries_of_the_edition(
    package: Path, figures: PlaceProfile, starter: Edition,
) -> None:
    table = gpd.read_file(package, layer="lsoas").set_index("code")
    assert list(table.index) == list(figures.place.lsoas)
    counts = area_figures(starter, figures.view).loc[table.index]
    expected = {
        "people_in_gap": "people_in_gap_gigabit_estimate", "low": "people_in_gap_gigabit_low",
        "high": "people_in_gap_gigabit_high", "nowhere_to_turn": "nowhere_to_turn_estimate",
        "cut_off_by_rail": "cut_off_by_rail", "premises": "premises", "residents": "residents",
        **{f"premises_below_{speed}": f"premises_below_{speed}" for speed in SPEEDS},
    }
    for column, source in expected.items():
        np.testing.assert_array_equal(table[column], counts[source], err_msg=column)
    assert shapely.equals(table.geometry.to_numpy(), starter.areas.geometry.loc[table.index].to_numpy()).all()
    for kind in ("msoa", "ward", "authority", "constituency"):
        assert table[f"{kind}_code"].tolist() == starter.areas.loc[table.index, kind].tolist()
        names = starter.places[starter.places["kind"] == kind].set_index("code")["name"]
        assert table[kind].tolist() == names.loc[table[f"{kind}_code"]].tolist()


def test_places_inside_are_the_tables_clipped_to_the_place(package: Path, figures: PlaceProfile) -> None:
    layer, place = gpd.read_file(package, layer="places_inside"), gpd.read_file(package, layer="place")
    tables = pack_tables(figures)
    outline = place.geometry.iloc[0]
    assert list(dict.fromkeys(layer["kind"])) == [kind for kind in figures.inside if kind != "lsoa"]
    for kind, rows in layer.groupby("kind"):
        table = tables[f"inside-{kind}"]
        found = pd.DataFrame(rows.drop(columns=["geometry", "kind"])).reset_index(drop=True)
        pd.testing.assert_frame_equal(found, table, check_dtype=False)
        # They cover the place once: a constituency that reaches beyond it is cut at the edge.
        assert rows.geometry.area.sum() == pytest.approx(outline.area, rel=1e-9)
        assert shapely.union_all(rows.geometry.to_numpy()).symmetric_difference(outline).area < 1


def test_each_place_has_its_own_boundary(package: Path) -> None:
    layer, lsoas = gpd.read_file(package, layer="places_inside"), gpd.read_file(package, layer="lsoas")
    for row in layer.itertuples():
        mine = lsoas.geometry[lsoas[f"{row.kind}_code"] == row.code]
        assert row.geometry.symmetric_difference(shapely.union_all(mine.to_numpy())).area < 1, row.name


def test_place_is_the_outline_of_its_lsoas(package: Path, figures: PlaceProfile) -> None:
    place, lsoas = gpd.read_file(package, layer="place"), gpd.read_file(package, layer="lsoas")
    assert len(place) == 1
    row = place.iloc[0]
    assert (row["code"], row["name"], row["kind"], row["lsoas"]) == ("E07000047", "West Devon", "authority", 32)
    assert row.geometry.area == pytest.approx(lsoas.geometry.area.sum(), rel=1e-9)
    assert row["people_in_gap"] == pytest.approx(lsoas["people_in_gap"].sum())
    assert row["people_in_gap"] == figures.answer["people_in_gap"].value
    assert row["premises_below_gigabit"] == figures.answer.at("premises_below", "gigabit").value


def test_a_package_tells_no_clock_and_is_sound(package: Path, figures: PlaceProfile) -> None:
    with sqlite3.connect(package) as base:
        assert base.execute("pragma integrity_check").fetchone() == ("ok",)
        assert {row[0] for row in base.execute("select last_change from gpkg_contents")} == {"1980-01-01T00:00:00.000Z"}
        told = base.execute("select description from gpkg_contents where table_name = 'place'").fetchone()[0]
        assert base.execute("select count(*) from gpkg_extensions where extension_name = 'gpkg_rtree_index'"
                            ).fetchone() == (3,)
    base.close()
    assert figures.edition.id in told


def test_a_single_neighbourhood_has_nothing_inside(starter: Edition, tmp_path: Path) -> None:
    path = tmp_path / "areas.gpkg"
    path.write_bytes(gpkg_bytes(place_profile(starter, View(place="E01018970"))))
    assert [name for name, _ in pyogrio.list_layers(path)] == ["lsoas", "place"]


def test_no_workers_is_no_rate(tiny_edition: Edition, tmp_path: Path) -> None:
    path = tmp_path / "areas.gpkg"
    path.write_bytes(gpkg_bytes(place_profile(tiny_edition, View(place="E06000002"))))
    table = gpd.read_file(path, layer="lsoas").set_index("code")
    assert np.isnan(table.loc["E01000004", "per_1000"])
    assert table.loc["E01000003", "premises_below_30"] == 200


def test_other_grids_are_refused(figures: PlaceProfile, starter: Edition) -> None:
    elsewhere = replace(starter, areas=starter.areas.set_crs(3857, allow_override=True))
    with pytest.raises(PackError, match="EPSG:27700"):
        gpkg_bytes(replace(figures, edition=elsewhere))


def test_no_room_is_told_in_one_line(figures: PlaceProfile, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(PackError, match="temporary folder") as told:
        gpkg_bytes(figures)
    assert "\n" not in str(told.value)


PROGRAM = """
import hashlib
from geo.edition.store import load_edition
from geo.figures.profile import place_profile
from geo.pack.geopackage import gpkg_bytes
from geo.core.view import View
figures = place_profile(load_edition(), View(place="E07000047", speed="gigabit", minutes=180))
print(hashlib.sha256(gpkg_bytes(figures)).hexdigest())
"""


def test_same_bytes_twice_and_in_another_process(figures: PlaceProfile, package: Path) -> None:
    here = hashlib.sha256(gpkg_bytes(figures)).hexdigest()
    assert hashlib.sha256(package.read_bytes()).hexdigest() == here
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True,
        cwd=Path(__file__).parents[2], env={**os.environ, "PYTHONHASHSEED": "11", "TZ": "Pacific/Auckland"})
    assert told.stdout.strip() == here
