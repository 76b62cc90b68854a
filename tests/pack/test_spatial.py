"""A pack's GeoPackage: boundaries that fit, the tables' own figures, the same bytes."""

import hashlib
import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

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
from geo.figures.ranking import rank
from geo.maps.classes import LIGHT, classify
from geo.pack.geopackage import gpkg_bytes
from geo.pack.styles import MAPPED, column_of
from geo.pack.tables import pack_tables
from geo.words.dictionary import column as told_of

INSIDE = {"msoa": "msoas", "ward": "wards", "constituency": "constituencies"}
LAYERS = ("lsoas", *INSIDE.values(), "place", "stations")

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
    assert list(map(tuple, pyogrio.list_layers(package))) == [
        ("lsoas", "MultiPolygon"), ("msoas", "MultiPolygon"), ("wards", "MultiPolygon"),
        ("constituencies", "MultiPolygon"), ("place", "MultiPolygon"), ("stations", "Point"), ("layer_styles", None)]
    for layer in LAYERS:
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
        np.testing.assert_allclose(table[column], counts[source], atol=0.00501, rtol=0, err_msg=column)
    for column, measure in (("train_minutes", "train_to_hub_minutes"), ("door_minutes", "door_to_hub_minutes")):
        ranked = rank(starter, figures.view, by="lsoa", measure=measure).set_index("code")["value"]
        assert table[column].tolist() == ranked.loc[table.index].tolist()
    assert shapely.equals(table.geometry.to_numpy(), starter.areas.geometry.loc[table.index].to_numpy()).all()
    for kind in ("msoa", "ward", "authority", "constituency"):
        assert table[f"{kind}_code"].tolist() == starter.areas.loc[table.index, kind].tolist()
        names = starter.places[starter.places["kind"] == kind].set_index("code")["name"]
        assert table[kind].tolist() == names.loc[table[f"{kind}_code"]].tolist()


def test_places_inside_are_the_tables_clipped_to_the_place(package: Path, figures: PlaceProfile) -> None:
    tables = pack_tables(figures)
    outline = gpd.read_file(package, layer="place").geometry.iloc[0]
    assert set(INSIDE) == {kind for kind in figures.inside if kind != "lsoa"}
    for kind, layer in INSIDE.items():
        rows = gpd.read_file(package, layer=layer)
        found = pd.DataFrame(rows.drop(columns="geometry"))
        pd.testing.assert_frame_equal(found, tables[f"inside-{kind}"], check_dtype=False)
        # They cover the place once: a constituency that reaches beyond it is cut at the edge.
        assert rows.geometry.area.sum() == pytest.approx(outline.area, rel=1e-9)
        assert shapely.union_all(rows.geometry.to_numpy()).symmetric_difference(outline).area < 1


def test_stations_are_points_with_their_journeys(package: Path, figures: PlaceProfile, starter: Edition) -> None:
    layer, table = gpd.read_file(package, layer="stations"), pack_tables(figures)["stations"]
    found = pd.DataFrame(layer.drop(columns="geometry"))
    pd.testing.assert_frame_equal(found, table, check_dtype=False)
    assert found["changes"].isna().sum() == table["changes"].isna().sum() > 0       # no train goes: not 0
    where = starter.stations.loc[table["station"]]
    assert [(point.x, point.y) for point in layer.geometry] == list(
        zip(where["easting"], where["northing"], strict=True))


def test_columns_say_what_they_are_and_hold_whole_numbers_whole(package: Path) -> None:
    with closing(sqlite3.connect(package)) as base:
        described = base.execute("select table_name, column_name, title, description from gpkg_data_columns").fetchall()
        (said,) = base.execute("select distinct definition from gpkg_extensions where extension_name = 'gpkg_schema'")
        types = {layer: {row[1]: row[2] for row in base.execute(f"pragma table_info({layer})")} for layer in LAYERS}
    assert "schema" in said[0]
    assert {(table, name) for table, name, *_ in described} == {
        (layer, name) for layer in LAYERS for name in types[layer] if name not in {"fid", "geom"}}
    for table, name, title, description in described:
        told = told_of(name, table)
        assert title.startswith(told.label)
        assert description == told.description
        kinds = {"integer": "INTEGER", "number": "REAL"}
        assert types[table][name].startswith(kinds.get(told.datatype, "TEXT")), (table, name)


def test_layers_bring_the_apps_own_classes_and_colours(package: Path) -> None:
    with closing(sqlite3.connect(package)) as base:
        styles = base.execute("select f_table_name, styleName, useAsDefault, styleQML from layer_styles").fetchall()
    assert [(layer, sum(bool(chosen) for name, _, chosen, _ in styles if name == layer)) for layer in LAYERS] == [
        (layer, 1) for layer in LAYERS]
    for layer, _, _, text in styles:
        style = ElementTree.fromstring(text)      # noqa: S314 - made here
        renderer = style.find("renderer-v2")
        if layer in {"place", "stations"}:
            assert renderer.get("type") == "singleSymbol"
            continue
        measure, = (key for key in MAPPED if column_of(key) == renderer.get("attr"))
        values = gpd.read_file(package, layer=layer)[renderer.get("attr")]
        bounds = [(float(each.get("lower")), float(each.get("upper"))) for each in renderer.iter("range")]
        found = [next(number for number, (low, high) in enumerate(bounds) if low <= value <= high) for value in values]
        assert found == classify(values, measure, kind=next(
            kind for kind, name in {**INSIDE, "lsoa": "lsoas"}.items() if name == layer)).tolist()
        colours = [tuple(map(int, option.get("value").split(",")[:3])) for option in renderer.iter("Option")
                   if option.get("name") == "color"]
        assert colours == list(LIGHT.ordered(measure)[:7])
        assert style.find("aliases/alias[@field='people_in_gap']").get("name") == "People in the gap"


def test_each_place_has_its_own_boundary(package: Path) -> None:
    lsoas = gpd.read_file(package, layer="lsoas")
    for kind, layer in INSIDE.items():
        for row in gpd.read_file(package, layer=layer).itertuples():
            mine = lsoas.geometry[lsoas[f"{kind}_code"] == row.code]
            assert row.geometry.symmetric_difference(shapely.union_all(mine.to_numpy())).area < 1, row.name


def test_place_is_the_outline_of_its_lsoas(package: Path, figures: PlaceProfile) -> None:
    place, lsoas = gpd.read_file(package, layer="place"), gpd.read_file(package, layer="lsoas")
    assert len(place) == 1
    row = place.iloc[0]
    assert (row["code"], row["name"], row["kind"], row["lsoas"]) == ("E07000047", "West Devon", "authority", 32)
    assert row.geometry.area == pytest.approx(lsoas.geometry.area.sum(), rel=1e-9)
    assert row["people_in_gap"] == pytest.approx(lsoas["people_in_gap"].sum(), abs=0.005 * len(lsoas))
    assert row["people_in_gap"] == round(figures.answer["people_in_gap"].value, 2)
    assert row["train_minutes"] == figures.answer["train_to_hub_minutes"].value
    assert row["per_1000"] == pytest.approx(figures.answer["people_in_gap"].rate, abs=5e-4)
    assert row["premises"] == figures.answer["premises"].value == int(row["premises"])
    assert row["premises_below_gigabit"] == figures.answer.at("premises_below", "gigabit").value


def test_a_package_tells_no_clock_and_is_sound(package: Path, figures: PlaceProfile) -> None:
    with sqlite3.connect(package) as base:
        assert base.execute("pragma integrity_check").fetchone() == ("ok",)
        assert {row[0] for row in base.execute("select last_change from gpkg_contents")} == {"1980-01-01T00:00:00.000Z"}
        told = base.execute("select description from gpkg_contents where table_name = 'place'").fetchone()[0]
        assert base.execute("select count(*) from gpkg_extensions where extension_name = 'gpkg_rtree_index'"
                            ).fetchone() == (len(LAYERS),)
    base.close()
    assert figures.edition.id in told


def test_a_single_neighbourhood_has_nothing_inside(starter: Edition, tmp_path: Path) -> None:
    path = tmp_path / "areas.gpkg"
    path.write_bytes(gpkg_bytes(place_profile(starter, View(place="E01018970"))))
    assert [name for name, _ in pyogrio.list_layers(path)] == ["lsoas", "place", "stations", "layer_styles"]


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
