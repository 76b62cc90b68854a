"""What if in a pack: a chapter, two tables and its changes, recomputed by a check; nothing where none was asked."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from geo.core.errors import PackError
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.profile import place_profile
from geo.figures.what_if import CHANGING, area_changes, what_if, who_gains
from geo.pack.file.manifest import read_manifest, view_name
from geo.pack.file.verify import verify
from geo.pack.report.blocks import Heading, Paragraph, Table
from geo.pack.report.chapters.plans import what_if as chapter
from geo.pack.tables import pack_tables
from geo.words.what_if import what_it_does
from tests.pack.test_verify import Files, pack_of, resealed, with_manifest, written

pytestmark = pytest.mark.slow

ASKED = View(place="E07000046", upgrade="E07000046", to="100", rail=-20, hub="exeter", minutes=60)


@pytest.fixture(scope="module")
def starter() -> Edition:
    return load_edition()


@pytest.fixture(scope="module")
def pack(starter: Edition) -> Files:
    return pack_of(starter, ASKED)


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_tables_and_figures_are_the_changes(starter: Edition, pack: Files) -> None:
    found = what_if(starter, ASKED)
    rows = rows_of(pack["tables/what-if.csv"])
    assert [row["code"] for row in rows] == area_changes(starter, ASKED, found).index.tolist()
    gains = who_gains(starter, ASKED, found)
    told = [float(row["nowhere_to_turn_change"]) for row in rows_of(pack["tables/who-gains.csv"])]
    assert told == pytest.approx(gains["nowhere_to_turn_change"].tolist(), abs=5.1e-3)
    figures = json.loads(pack["manifest.json"])["figures"]
    assert {key: figures[f"what_if.{key}"] for key in CHANGING} == pytest.approx(
        {key: found.change(key) for key in CHANGING})
    named = {row["name"]: row for row in rows_of(pack["tables/figures.csv"])}
    assert float(named["what_if.people_in_gap"]["p05"]) == pytest.approx(found.changes["people_in_gap"].p05, abs=1e-5)
    assert "tables/what-if.csv" in pack["README.txt"].decode()


def test_a_pack_with_it_holds_and_what_was_changed_is_found(starter: Edition, pack: Files, tmp_path: Path) -> None:
    found = verify(written(tmp_path, pack), starter)
    assert found.ok, found.lines
    assert json.loads(pack["manifest.json"])["view"] == {
        **ASKED.options(), "upgrade": "E07000046", "to": "100", "rail": -20, "stations": "", "line": "", "close": "",
        "add": ""}
    content = pack["tables/who-gains.csv"].replace(b"rural", b"urban", 1)
    sealed = verify(written(tmp_path, resealed(pack, "tables/who-gains.csv", content)), starter)
    assert sealed.facts["contradictions"] == [f"tables/who-gains.csv is not what edition {starter.id} gives"]
    figure = with_manifest(pack, lambda manifest: manifest["figures"].update({"what_if.people_in_gap": -9e5}))
    assert not verify(written(tmp_path, figure), starter).ok
    terms = with_manifest(pack, lambda manifest: manifest["view"].update({"rail": -30}))
    assert "the link says rail -20, the manifest -30" in verify(written(tmp_path, terms), starter).lines


@pytest.mark.parametrize("part", [{"rail": -1000}, {"rail": "5"}, {"close": "x"}, {"add": "x"}, {"to": "31"}])
def test_terms_that_cannot_be_are_refused(pack: Files, part: dict[str, Any]) -> None:
    changed = with_manifest(pack, lambda manifest: manifest["view"].update(part))
    with pytest.raises(PackError, match="view cannot be as it stands there"):
        read_manifest(changed["manifest.json"])


@pytest.mark.parametrize("part", [{"close": "PNZ-QQQ"}, {"upgrade": "E07999999"}, {"add": "PNZ,PNZ@06:00-09:00/60:10"}])
def test_what_is_not_there_is_told(starter: Edition, pack: Files, tmp_path: Path, part: dict[str, Any]) -> None:
    changed = with_manifest(pack, lambda manifest: manifest["view"].update(part))
    assert not verify(written(tmp_path, changed), starter).ok


def test_the_chapter_has_the_sentence_and_who_gains(starter: Edition) -> None:
    profile = place_profile(starter, ASKED)
    heading, first, *blocks = chapter(profile)
    assert heading == Heading("What if")
    assert isinstance(first, Paragraph)
    assert "".join(first.pieces) == "".join(what_it_does(starter, ASKED, what_if(starter, ASKED)))
    (table,) = (block for block in blocks if isinstance(block, Table))
    assert [row[0] for row in table.rows][-1] == "Torridge"
    assert table.basis == ("estimated", "indicative")


def test_without_one_there_is_nothing_of_it(starter: Edition) -> None:
    profile = place_profile(starter, View(place="E07000046"))
    assert chapter(profile) == []
    assert not {"what-if", "who-gains"} & pack_tables(profile).keys()
    assert not [figure for figure in profile.headline_figures if figure.name.startswith("what_if")]
    assert "what-if" not in view_name(profile.view)
