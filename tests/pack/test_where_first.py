"""Where first in a pack: on the terms of its view, recomputed by a check, and nowhere where it was not asked for."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from geo.__main__ import main
from geo.core.errors import PackError
from geo.core.priority_terms import Terms, terms_of
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.priorities import where_first
from geo.figures.profile import place_profile
from geo.pack.file.manifest import make_manifest, manifest_bytes, pack_name, read_manifest
from geo.pack.file.readme import readme_bytes
from geo.pack.file.verify import verify
from geo.pack.report.blocks import Heading, Paragraph, Table
from geo.pack.report.chapters.plans import FIRST_ROWS
from geo.pack.report.chapters.plans import where_first as chapter
from geo.pack.request import Request
from geo.pack.tables import pack_tables, table_files
from geo.words.priorities import how_chosen, what_it_takes
from tests.pack.test_verify import Files, pack_of, resealed, with_manifest, written

pytestmark = pytest.mark.slow

ASKED = View(place="E10000008", speed="100", first="1800000/200", order="rate", least=80, fair=5, every=100)
TABLE = "tables/where-first.csv"


@pytest.fixture(scope="module")
def starter() -> Edition:
    return load_edition()


@pytest.fixture(scope="module")
def pack(starter: Edition) -> Files:
    return pack_of(starter, ASKED)


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def manifest_of(files: Files) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files["manifest.json"])
    return found


def test_the_table_is_the_list(starter: Edition, pack: Files) -> None:
    found = where_first(starter, ASKED, starter.place(ASKED.place), Terms(
        by="rate", least=80, premises=9000, fair_share=0.05, every_authority=100))
    header, *rows = rows_of(pack[TABLE])
    assert [row[header.index("code")] for row in rows] == found.table.index.tolist()
    for column in ("premises", "people_out_of_gap", "cumulative_people_p95"):
        told = [float(row[header.index(column)]) for row in rows]
        assert told == pytest.approx(found.table[column].tolist(), abs=5.1e-3)
    figures = manifest_of(pack)["figures"]
    last = found.table.iloc[-1]
    assert figures["where_first.neighbourhoods"] == len(found.table)
    assert figures["where_first.premises"] == pytest.approx(last["cumulative_premises"])
    assert figures["where_first.people"] == pytest.approx(last["cumulative_people"])
    named = {row[0]: row for row in rows_of(pack["tables/figures.csv"])}
    assert named["where_first.premises"][7] == "estimated"      # of some neighbourhoods nothing is published
    assert float(named["where_first.people"][2]) == pytest.approx(last["cumulative_people_p05"])
    assert TABLE in pack["README.txt"].decode()


def test_a_pack_with_it_holds_and_its_link_asks_for_the_same(starter: Edition, pack: Files, tmp_path: Path) -> None:
    found = verify(written(tmp_path, pack), starter)
    assert found.ok, found.lines
    manifest = manifest_of(pack)
    assert manifest["view"] == {**ASKED.options(), "first": "1800000/200", "order": "rate", "least": 80, "fair": 5,
                                "every": 100}
    query = dict(part.split("=") for part in manifest["link"].partition("?")[2].replace("%2F", "/").split("&"))
    view, _ = View.from_query(query)
    assert terms_of(view) == terms_of(ASKED)


def test_what_was_changed_is_found(starter: Edition, pack: Files, tmp_path: Path) -> None:
    changed = pack[TABLE].replace(b"yes", b"no", 1)
    assert changed != pack[TABLE]
    found = verify(written(tmp_path, {**pack, TABLE: changed}), starter)
    assert found.facts["files"]["changed"] == [TABLE]
    sealed = verify(written(tmp_path, resealed(pack, TABLE, changed)), starter)
    assert sealed.facts["contradictions"] == [f"{TABLE} is not what edition {starter.id} gives"]
    figure = with_manifest(pack, lambda manifest: manifest["figures"].update({"where_first.people": 9e5}))
    assert not verify(written(tmp_path, figure), starter).ok
    terms = with_manifest(pack, lambda manifest: manifest["view"].update({"fair": 6}))
    lines = verify(written(tmp_path, terms), starter).lines
    assert "the link says fair 5, the manifest 6" in lines
    without = with_manifest(pack, lambda manifest: [
        manifest["view"].pop(name) for name in ("first", "order", "least", "fair", "every")])
    lines = verify(written(tmp_path, without), starter).lines
    assert "the link says first 1800000/200, the manifest nothing" in lines
    assert f"{TABLE} is no table of this pack" in lines


@pytest.mark.parametrize("part", [
    {"first": ""}, {"first": "1/0"}, {"first": 900}, {"order": "luck"}, {"fair": 101}, {"least": True}, {"to": "30"}])
def test_terms_that_cannot_be_are_refused(pack: Files, part: dict[str, Any]) -> None:
    changed = with_manifest(pack, lambda manifest: manifest["view"].update(part))
    with pytest.raises(PackError, match="view cannot be as it stands there"):
        read_manifest(changed["manifest.json"])


def test_terms_that_nothing_meets_are_told(starter: Edition, pack: Files, tmp_path: Path) -> None:
    changed = with_manifest(pack, lambda manifest: manifest["view"].update({"first": "100", "every": 900}))
    found = verify(written(tmp_path, changed), starter)
    assert not found.ok
    assert any("gives no list of where first, or no what-if, on these terms: no choice" in line for line in found.lines)
    with pytest.raises(ValueError, match="no choice of neighbourhoods"):
        table_files(place_profile(starter, ASKED.replace(first="100", every=900)))


def test_the_chapter_has_the_sentences_and_the_first_dozen(starter: Edition) -> None:
    profile = place_profile(starter, ASKED)
    found, place = profile.first, starter.place(ASKED.place)
    assert found is not None
    heading, *blocks = chapter(profile)
    assert heading == Heading("Where first")
    texts = ["".join(block.pieces) for block in blocks if isinstance(block, Paragraph)]
    assert texts[0] == what_it_takes(place, ASKED, found).replace(" %", "\u00a0%")
    assert texts[1] == how_chosen(terms_of(ASKED), found).replace(" %", "\u00a0%")
    assert "A budget of £1,800,000 at £200 for each home or business." in " ".join(texts)
    (table,) = (block for block in blocks if isinstance(block, Table))
    assert [row[0] for row in table.rows] == found.table["name"].head(FIRST_ROWS).tolist()
    assert f"The first 12 of {len(found.table)};" in table.caption


def test_what_cannot_be_reached_is_said_in_the_chapter(starter: Edition) -> None:
    _, why, *rest = chapter(place_profile(starter, View(place="E06000023", first="halve")))
    assert isinstance(why, Paragraph)
    assert why.role == "mark"
    assert why.pieces[0].startswith("Half of the gap of Bristol cannot be reached")
    assert rest
    none = place_profile(starter, View(place="E07000046", first="3"))
    assert len(chapter(none)) == 2      # the heading, and why
    assert none.headline_numbers["where_first.premises"] == 0
    assert pack_tables(none)["where-first"].empty


def test_without_it_a_pack_has_nothing_of_it(starter: Edition) -> None:
    view = View(place="E07000046", order="rate", fair=20)      # terms of a list that was not asked for
    profile = place_profile(starter, view)
    assert profile is place_profile(starter, View(place="E07000046"))
    assert chapter(profile) == []
    assert "where-first" not in pack_tables(profile)
    assert not any(name.startswith("where_first") for name in profile.headline_numbers)
    request = Request(view)
    assert b"where" not in readme_bytes(profile, request).partition(b"HOW TO CHECK")[0].partition(b"WHAT IS")[2]
    assert b"first" not in manifest_bytes(make_manifest(request, profile, {})).replace(b"first_", b"")


@pytest.mark.parametrize(("view", "name"), [
    (View(place="E07000046", first="halve"), "torridge-E07000046-30-london-120-train-first-halve-"),
    (View(place="E07000046", first="5000/20", order="rate", fair=20),
     "torridge-E07000046-30-london-120-train-first-5000-20-rate-fair20-"),
])
def test_packs_on_other_terms_are_called_otherwise(starter: Edition, view: View, name: str) -> None:
    assert pack_name(place_profile(starter, view)).startswith(name)
    longest = View(place="E06000058+E06000059", speed="gigabit", hub="bournemouth", work="dingel-neiman", access="walk",
                   first="999999999999/9999999", order="rate", least=100_000, fair=100, every=1_000_000)
    assert len(pack_name(place_profile(starter, longest)).encode()) < 255 - len(".partial")


def test_the_command_makes_it(starter: Edition, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "pack.zip"
    assert main(["pack", "E06000053", "--first", "halve", "--least", "1", "--out", str(path)]) == 0
    assert verify(path, starter).ok
    capsys.readouterr()
    assert main(["pack", "E06000053", "--first", "half", "--out", str(path)]) == 2
    assert "first ‘half’, which is not halve, a number of premises" in capsys.readouterr().err
    assert main(["pack", "--every", "county", "--first", "halve", "--out", str(tmp_path)]) == 2
    assert "a brief has no chapter of where first" in capsys.readouterr().err
