"""Editions: written whole or not at all, identified by their figures, refused when damaged."""

import contextlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal

from geo.core.errors import EditionError
from geo.core.view import View
from geo.edition.facts import RailSource
from geo.edition.identity import FACTS_HASH, LATER_FIGURES, MANIFEST_FIGURES, content_hash, facts_hash
from geo.edition.manifest import read_manifest
from geo.edition.schema import SCHEMAS
from geo.edition.search import search
from geo.edition.store import figure_tables, identity_of, load_edition, save_edition, sweep
from geo.figures.areas import area_figures
from geo.figures.consistency import problems_of
from geo.sources.catalogue import sha256_of
from geo.words.context import about_place
from tests.fixtures.tiny_edition import tiny_manifest, tiny_tables

pytestmark = pytest.mark.slow


def test_what_is_saved_is_what_is_loaded(tiny_edition):
    tables = tiny_tables()
    for name in ("stations", "journeys", "postcodes", "localities"):
        assert_frame_equal(getattr(tiny_edition, name), tables[name])
    assert_frame_equal(
        pd.DataFrame(tiny_edition.areas.drop(columns="geometry")),
        pd.DataFrame(tables["areas"].drop(columns="geometry")),
    )
    assert tiny_edition.areas.crs.to_epsg() == 27700
    assert (tiny_edition.areas.geometry.area == 1e6).all()
    assert problems_of(tiny_edition) == []


def earlier(folder: Path) -> Path:
    """Make of an edition one as they were before there were former districts, MPs and villages."""
    (folder / "localities.parquet").unlink()
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest["files"]["localities.parquet"], manifest["vintages"]["members"], manifest[FACTS_HASH]
    for name, columns in (("areas", ["district"]), ("places", ["mp", "mp_party"])):
        table = gpd.read_parquet(folder / f"{name}.parquet").drop(columns=columns)
        if name == "places":
            table = table[table["kind"] != "district"]
        table.to_parquet(folder / f"{name}.parquet")
        manifest["files"][f"{name}.parquet"] = sha256_of(folder / f"{name}.parquet")
    return named_anew(folder, manifest)


def named_anew(folder: Path, manifest: dict) -> Path:
    """Give an edition the identity that its figures make."""
    (folder / "manifest.json").write_text(json.dumps(manifest))
    manifest["id"] = identity_of(load_edition(folder, verified=False))
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def test_an_edition_of_an_earlier_shape_opens_and_has_none_of_it(tiny_folder):
    edition = load_edition(earlier(tiny_folder))
    assert (edition.areas["district"] == "").all()
    assert (edition.places[["mp", "mp_party"]] == "").all(axis=None)
    assert edition.localities.columns.tolist() == list(SCHEMAS["localities"].columns)
    assert edition.localities.empty
    assert "district" not in edition.kinds()
    assert search(edition, "upham").hits == search(edition, "ann example").hits == []
    assert about_place(edition, edition.place("E14000001")) == []


def test_what_holds_nothing_is_no_part_of_the_identity(tiny_edition):
    tables = figure_tables(tiny_edition)
    without = {**tables, "areas": tables["areas"].drop(columns="district"), "localities": tables["localities"].head(0)}
    emptied = {**without, "areas": tables["areas"].assign(district="", more=np.nan)}
    whole, lacking, empty = (content_hash(kept, tiny_edition.manifest) for kept in (tables, without, emptied))
    assert lacking == empty != whole


def test_villages_are_read_when_they_are_asked_for(tiny_folder):
    edition = load_edition(tiny_folder, verified=False)
    assert "localities" not in vars(edition)
    assert edition.localities["name"].tolist() == ["Upham", "Newham", "Newham", "Quaytown"]
    assert edition.localities is edition.localities
    (tiny_folder / "localities.parquet").write_bytes(b"")
    with pytest.raises(EditionError, match=r"localities\.parquet missing or not as written"):
        load_edition(tiny_folder)


def test_geometry_is_left_out_when_not_wanted(tiny_folder):
    edition = load_edition(tiny_folder, geometry=False)
    assert "geometry" not in edition.areas
    assert edition.areas.index.name == "code"
    assert edition.areas["residents"].tolist() == [2000, 1000, 1500, 500, 3000]
    assert problems_of(edition) == []


def test_its_files_are_the_same_however_a_process_holds_texts(tmp_path):
    for storage in ("python", "pyarrow"):
        with pd.option_context("mode.string_storage", storage):
            tables = {name: table.astype({column: pd.StringDtype(storage, na_value=np.nan)
                                          for column in table.select_dtypes("str")})
                      for name, table in tiny_tables().items()}
            for name, table in tables.items():
                if isinstance(table.index.dtype, pd.StringDtype):
                    tables[name] = table.set_axis(table.index.astype(pd.StringDtype(storage, na_value=np.nan)))
            assert tables["areas"]["ward"].dtype.storage == tables["areas"].index.dtype.storage == storage
            save_edition(tmp_path / storage, "same", tables, tiny_manifest())
    one, other = (read_manifest(tmp_path / storage) for storage in ("python", "pyarrow"))
    assert one["files"] == other["files"]


def test_reach_of_one_view(tiny_edition):
    reach = tiny_edition.reach("exeter", "door", "walk")
    assert reach["area"].astype(str).tolist() == [f"E0100000{n}" for n in (1, 1, 2, 2, 3, 4, 5)]
    assert reach["minutes"].tolist() == [130, 155, 149, 151, 32767, 230, 90]
    assert_series_equal(reach["postcodes"], pd.Series([3, 1, 1, 1, 5, 1, 10], name="postcodes"))


def changed(name, column, row, value):
    tables = tiny_tables()
    table = tables[name].copy()
    table.iloc[row, table.columns.get_loc(column)] = value
    return {**tables, name: table}


def test_the_id_changes_with_any_figure_and_only_then(tmp_path, tiny_edition):
    again = save_edition(tmp_path / "a", "tiny", tiny_tables(), tiny_manifest())["id"]
    assert again == tiny_edition.id
    other_words = {**tiny_manifest(), "code_version": "9", "missing": [{"id": "imd", "title": "", "without_it": ""}]}
    assert save_edition(tmp_path / "b", "tiny", tiny_tables(), other_words)["id"] == again
    ids = {again}
    for name, column, row, value in (
        ("areas", "below_30", 0, 50.0001),
        ("areas", "neighbour", 4, True),
        ("areas", "ward", 0, "E05000002"),
        ("stations", "name", 0, "Aland Rd"),
        ("journeys", "typical", 1, 119.75),
        ("postcodes", "easting", 3, 250_501),
        ("reach", "minutes", 0, 101),
        ("places", "name", 2, "Aland 001X"),
    ):
        tables = changed(name, column, row, value)
        ids.add(save_edition(tmp_path / "c", "tiny", tables, tiny_manifest())["id"])
    assert len(ids) == 8  # one of the changes (neighbour: True to True) is none
    manifest = tiny_manifest()
    manifest["capability"]["ons-2020"]["1"] = 0.5
    assert save_edition(tmp_path / "d", "tiny", tiny_tables(), manifest)["id"] not in ids


def test_what_editions_of_earlier_versions_lack_counts_where_it_is_there(tmp_path):
    earlier = {key: part for key, part in tiny_manifest().items() if key != "homes_factor"}
    ids = set()
    for more in (
        {}, {"homes_factor": tiny_manifest()["homes_factor"]}, {"homes_factor": {"30": {"rural": 0.9, "urban": 0.8}}},
        {"evidence": {"inside_localities": -0.04}}, {"evidence": {"inside_localities": -0.05}},
    ):
        ids.add(save_edition(tmp_path / "a", "tiny", tiny_tables(), {**earlier, **more})["id"])
        loaded = load_edition(tmp_path / "a")
        assert not [problem for problem in problems_of(loaded) if "its figures make it" in problem]
        assert area_figures(loaded, View())["people_in_gap_30_estimate"].notna().all()
    assert len(ids) == 5


@pytest.mark.parametrize(
    ("name", "column", "row", "value", "words"),
    [
        ("areas", "below_10", 2, 900.0, "areas: below_10 <= below_30"),
        ("areas", "residents", 0, -1, "areas.residents"),
        ("areas", "constituency", 0, "Aland", "areas.constituency"),
        ("journeys", "hub", 0, "paris", "journeys.hub"),
        ("stations", "easting", 0, np.nan, "stations.easting"),
    ],
)
def test_what_breaks_the_schema_is_not_written(tmp_path, name, column, row, value, words):
    with pytest.raises(EditionError, match="was not written") as caught:
        save_edition(tmp_path / "e", "tiny", changed(name, column, row, value), tiny_manifest())
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_failure_while_writing_leaves_the_old_edition(tiny_folder, monkeypatch):
    before = {path.name: path.read_bytes() for path in tiny_folder.iterdir()}

    def full_disk(*args, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("geo.edition.store.pq.write_table", full_disk)
    with pytest.raises(EditionError, match=r"tiny cannot be written \(No space left on device\): make room, or give"):
        save_edition(tiny_folder, "tiny", tiny_tables(), tiny_manifest())
    assert {path.name: path.read_bytes() for path in tiny_folder.iterdir()} == before
    assert list(tiny_folder.parent.iterdir()) == [tiny_folder]  # no workplace is left behind either


def test_a_failure_while_replacing_brings_the_old_edition_back(tiny_folder, monkeypatch):
    before = {path.name: path.read_bytes() for path in tiny_folder.iterdir()}
    rename = Path.rename

    def fails_for_the_new(path, target):
        if Path(target) == tiny_folder and "-old-" not in str(path):
            raise OSError(5, "Input/output error")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fails_for_the_new)
    monkeypatch.setattr("geo.edition.exchange.ctypes.CDLL", lambda *_, **__: None)     # a system without an exchange
    with pytest.raises(EditionError, match=r"cannot be written \(Input/output error\): give another --out"):
        save_edition(tiny_folder, "other", tiny_tables(), tiny_manifest())
    assert {path.name: path.read_bytes() for path in tiny_folder.iterdir()} == before
    assert list(tiny_folder.parent.iterdir()) == [tiny_folder]


@pytest.mark.parametrize(("name", "column", "value"), [
    ("areas", "residents", 2001), ("stations", "served", False), ("journeys", "fastest", 94.0),
    ("postcodes", "postcode", "EX1 9ZZ"), ("places", "name", "Atlantis"),
])
def test_an_edition_edited_by_hand_is_not_opened_under_its_old_name(tiny_folder, name, column, value):
    path = tiny_folder / f"{name}.parquet"
    table = (gpd if name in {"areas", "places"} else pd).read_parquet(path)
    assert table.iloc[0, table.columns.get_loc(column)] != value
    table.iloc[0, table.columns.get_loc(column)] = value
    table.to_parquet(path)
    manifest = json.loads((tiny_folder / "manifest.json").read_text())
    manifest["files"][path.name] = sha256_of(path)
    manifest[FACTS_HASH] = facts_hash(manifest)
    (tiny_folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(EditionError, match=r"its figures make it tiny-.*they were changed after the build"):
        load_edition(tiny_folder)
    assert load_edition(named_anew(tiny_folder, manifest)).id == manifest["id"]


def test_a_figure_of_the_manifest_is_part_of_the_name(tiny_folder):
    manifest = json.loads((tiny_folder / "manifest.json").read_text())
    for changed_one in ({"rail_basis": "timetable"}, {"id": "tiny-000000000000"}, {"name": "other"}):
        (tiny_folder / "manifest.json").write_text(json.dumps(manifest | changed_one))
        with pytest.raises(EditionError, match="its figures make it"):
            load_edition(tiny_folder, geometry=False)


def changed_leaves(said: object) -> Iterator[object]:
    """Make of something said in JSON all that differs from it in one value, or in one that is there no more."""
    if isinstance(said, dict):
        for key, value in said.items():
            yield {name: each for name, each in said.items() if name != key}
            yield from ({**said, key: other} for other in changed_leaves(value))
    elif isinstance(said, list):
        yield [*said, "one more"]
        for number, value in enumerate(said):
            yield from ([*said[:number], other, *said[number + 1:]] for other in changed_leaves(value))
    else:
        yield said + 1 if isinstance(said, int | float) else f"{said}5"


def test_nothing_in_a_manifest_can_be_changed_unnoticed(tiny_folder: Path) -> None:
    path = tiny_folder / "manifest.json"
    said = json.loads(path.read_text())
    changed_ones = [each for each in changed_leaves(said) if FACTS_HASH in each]     # earlier versions wrote none
    figures = []
    for each in [*changed_ones, {**said, "another": 1}]:
        path.write_text(json.dumps(each))
        with contextlib.suppress(EditionError):
            figures.append(read_manifest(tiny_folder))
    assert len(changed_ones) > len(figures) + 50
    named = [each for each in figures if (each["id"], each["built_at"]) == (said["id"], said["built_at"])]
    for each in named[::9]:     # which take longer
        path.write_text(json.dumps(each))
        with pytest.raises(EditionError, match="its figures make it"):
            load_edition(tiny_folder, geometry=False)
    assert {key for each in figures for key in said if each.get(key) != said[key]} <= {
        "id", "name", "built_at", *MANIFEST_FIGURES, *LATER_FIGURES}
    path.write_text(json.dumps(said, indent=4, sort_keys=True))     # which says the same
    assert load_edition(tiny_folder).id == said["id"]


def test_a_fact_that_was_changed_is_told_in_one_line(
    tiny_folder: Path, call: Callable[..., tuple[int, str, str]],
) -> None:
    path = tiny_folder / "manifest.json"
    path.write_text(path.read_text().replace('"rows": 3', '"rows": 4'))
    for words, code in ((("check", str(tiny_folder)), 1), (("show", "Bland", "--edition", str(tiny_folder)), 2)):
        found = call(*words)
        assert found[:2] == (code, "")
        assert found[2].count("\n") == 1
        assert "of sources, days and files is not what the build wrote" in found[2]


def test_what_builds_that_were_killed_left_is_swept_and_nothing_else(tiny_folder):
    parent, hours = tiny_folder.parent, 7200
    made = {
        "old": [".tiny-abcd_123", ".tiny-old-abcdefgh"], "live": [".tiny-zzzzzzzz"],
        "theirs": [".tiny-notes", ".tiny-abcdefgi", "tiny-abcdefgh", ".other-abcdefgh"],
    }
    for names in made.values():
        for name in names:
            (parent / name).mkdir()
            (parent / name / ("thesis.txt" if name == ".tiny-abcdefgi" else "areas.parquet")).write_text("x")
    for name in [*made["old"], *made["theirs"]]:
        for path in [*(parent / name).iterdir(), parent / name]:
            os.utime(path, (path.stat().st_atime, path.stat().st_mtime - hours))
    sweep(tiny_folder)
    assert sorted(path.name for path in parent.iterdir()) == sorted([*made["live"], *made["theirs"], "tiny"])


def test_an_edition_that_was_set_aside_when_its_build_was_killed_comes_back(tiny_folder):
    before, aside = load_edition(tiny_folder).id, tiny_folder.parent / ".tiny-old-abcdefgh"
    aside.mkdir()
    tiny_folder.rename(aside / "tiny")
    sweep(tiny_folder)
    assert not tiny_folder.exists()     # too new: its build may be at work
    for path in (aside, aside / "tiny"):
        os.utime(path, (0, 0))
    sweep(tiny_folder)
    assert load_edition(tiny_folder).id == before
    assert not aside.exists()


def test_an_edition_is_replaced_but_nothing_else_is(tiny_folder, tmp_path):
    save_edition(tiny_folder, "other", tiny_tables(), tiny_manifest())
    assert load_edition(tiny_folder).id.startswith("other-")
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("irreplaceable")
    with pytest.raises(EditionError, match="is not an edition: give another --out"):
        save_edition(tmp_path / "thesis", "tiny", tiny_tables(), tiny_manifest())
    assert (tmp_path / "thesis" / "chapter.txt").read_text() == "irreplaceable"


def test_damage_is_told(tiny_folder, tmp_path):
    with pytest.raises(EditionError, match="is not an edition"):
        load_edition(tmp_path)
    cut = tiny_folder / "areas.parquet"
    cut.write_bytes(cut.read_bytes()[:-100])
    (tiny_folder / "reach.parquet").unlink()
    with pytest.raises(EditionError, match=r"areas\.parquet, reach\.parquet missing or not as written"):
        load_edition(tiny_folder)
    manifest = tiny_folder / "manifest.json"
    manifest.write_text(manifest.read_text()[:200])
    with pytest.raises(EditionError, match="is damaged"):
        load_edition(tiny_folder)
    manifest.write_text("{}")
    with pytest.raises(EditionError, match="not a manifest of this version"):
        load_edition(tiny_folder)


def test_integrity_finds_what_a_schema_cannot(tiny_folder, tmp_path):
    edition = load_edition(tiny_folder)
    problems = problems_of(edition)
    assert problems == []
    manifest = json.loads((tiny_folder / "manifest.json").read_text())
    manifest["id"] = "tiny-000000000000"
    (tiny_folder / "manifest.json").write_text(json.dumps(manifest))
    assert "its figures make it tiny-" in problems_of(load_edition(tiny_folder, verified=False))[0]
    for name, column, row, value, words in (
        ("areas", "premises", 0, 1001.0, "premises by authority differ from Ofcom's by up to 1.0"),
        ("areas", "postcodes", 0, 5, "postcodes of london, train, car do not add up"),
        ("places", "lsoas", 0, 2, "places of kind lsoa are not those that areas name"),
        ("areas", "neighbour", 4, False, "neither in the South West nor a neighbour"),
        ("localities", "area", 1, "E01099999", "a town or village is in no area"),
    ):
        folder = tmp_path / "wrong"
        save_edition(folder, "tiny", changed(name, column, row, value), tiny_manifest())
        assert words in " ".join(problems_of(load_edition(folder)))
        shutil.rmtree(folder)


def test_who_made_the_timetable_is_told_of_every_edition(tiny_edition, railed_edition):
    assert railed_edition.rail_source == RailSource("Rail & Sons", "7b", "2026-01-06")
    assert tiny_edition.rail_source == RailSource("", "", "2026-01-06")
    starter = load_edition(geometry=False).rail_source
    assert starter.publisher.startswith("Indicative pattern timetable, compiled by hand")
    assert (starter.version, starter.day) == ("indicative-pattern-2025", "2026-07-02")


def test_series_and_lines_may_be_absent(tmp_path, tiny_edition):
    assert len(tiny_edition.context) == 44
    assert tiny_edition.lines.geometry.length.round().tolist() == [3002]
    tables = {name: table for name, table in tiny_tables().items() if name not in {"context", "lines"}}
    tables["areas"] = tables["areas"].drop(columns=[name for name in tables["areas"] if name.startswith("aged_")])
    save_edition(tmp_path / "before", "tiny", tables, tiny_manifest())
    edition = load_edition(tmp_path / "before")
    assert (edition.context.empty, edition.lines.empty) == (True, True)
    assert list(edition.context) == ["code", "series", "date", "value"]
    assert problems_of(edition) == []
    assert edition.id != tiny_edition.id


@pytest.mark.parametrize(("column", "value", "words"), [
    ("series", "wealth", "context.series"), ("date", "2025-7", "context.date"), ("value", -1.0, "context.value"),
])
def test_series_that_break_the_schema_are_not_written(tmp_path, column, value, words):
    with pytest.raises(EditionError, match=words):
        save_edition(tmp_path / "e", "tiny", changed("context", column, 0, value), tiny_manifest())
