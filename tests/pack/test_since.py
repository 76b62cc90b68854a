"""What changed since an earlier edition, in a pack: a chapter, two tables, recomputed where that edition is given."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pandas as pd
import pytest

from geo.__main__ import main
from geo.core.choices import SPEEDS
from geo.core.errors import PackError
from geo.core.rounding import about
from geo.core.view import View
from geo.edition.own_place import place_of_lsoas
from geo.edition.store import Edition, load_edition, save_edition
from geo.figures.changes import CAUSES
from geo.figures.place import show
from geo.figures.profile import PlaceProfile, place_profile
from geo.pack.changed_tables import changed_tables
from geo.pack.file.manifest import make_manifest, manifest_bytes, pack_name, read_manifest, view_name
from geo.pack.file.readme import readme_bytes
from geo.pack.file.remake import remake
from geo.pack.file.verify import verify
from geo.pack.make import make_pack
from geo.pack.report.blocks import Block, Bullets, Heading, Paragraph, Table
from geo.pack.report.chapters import since as chapter
from geo.pack.report.chapters.end import sources
from geo.pack.report.chapters.since import since
from geo.pack.request import Request
from geo.pack.tables import pack_tables, table_files
from geo.words.changes import NOTHING
from tests.fixtures.tiny_edition import CODES, tiny_areas, tiny_manifest, tiny_reach, tiny_tables
from tests.pack.test_tables import faults
from tests.pack.test_verify import Files, pack_of, resealed, with_manifest, written
from tests.test_changes import later

pytestmark = pytest.mark.slow

ALAND, PIER, TORRIDGE = "E07000001", "E05000004", "E07000046"
TABLE, STATIONS = "tables/changes.csv", "tables/stations-changed.csv"
MOVED = [speed for speed in SPEEDS if speed != "uso"]     # speeds at which lines became better
Call = Callable[..., tuple[int, str, str]]


def later_tables() -> dict[str, pd.DataFrame]:
    """The tiny edition's tables, with better lines in one neighbourhood, more people in another, slower trains."""
    tables, areas, reach = tiny_tables(), tiny_areas(), tiny_reach()
    areas.loc[CODES[0], [f"below_{speed}" for speed in SPEEDS]] = [0.0, 5.0, 20.0, 100.0, 200.0, 250.0]
    areas.loc[CODES[1], ["residents", "workers", "workers_occ_2", "workers_occ_9"]] = [1200, 600, 150, 450]
    slower = reach["area"].isin([0, 3]) & (reach["minutes"] < 32767)
    journeys = tables["journeys"].assign(typical=[112.0, 119.5], fastest=[104.0, 110.0])
    return {**tables, "areas": areas, "journeys": journeys, "reach": reach.assign(
        minutes=(reach["minutes"] + 10 * slower).astype("int16"))}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory, tiny_written: Path) -> tuple[Path, Path]:
    """The earlier edition and the later one."""
    folder, manifest = tmp_path_factory.mktemp("later") / "later", tiny_manifest()
    sources = [{**row, "sha256": f"{row['sha256']}b", "vintage": row["vintage"].replace("2025-07", "2026-01")}
               for row in manifest["sources"]]
    vintages = {**manifest["vintages"], "ofcom-authority": "2026-01"}
    save_edition(folder, "later", later_tables(), {**manifest, "sources": sources, "vintages": vintages})
    return tiny_written, folder


@pytest.fixture(scope="module")
def editions(folders: tuple[Path, Path]) -> tuple[Edition, Edition]:
    before, after = map(load_edition, folders)
    return before, after


@pytest.fixture(scope="module")
def compared(editions: tuple[Edition, Edition]) -> PlaceProfile:
    return profile_of(*editions)


def profile_of(before: Edition, after: Edition, place: str = ALAND, **options: Any) -> PlaceProfile:
    return place_profile(after, View(place=place, against=before.id, **options), before)


@pytest.fixture(scope="module")
def made(folders: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole pack, as the command makes it."""
    path = tmp_path_factory.mktemp("pack") / "aland.zip"
    assert main(["pack", ALAND, "--edition", str(folders[1]), "--against", str(folders[0]), "--out", str(path)]) == 0
    return path


@pytest.fixture(scope="module")
def pack(made: Path) -> Files:
    with zipfile.ZipFile(made) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_each_row_is_the_figure_of_both_editions_and_its_causes_sum_up(
    editions: tuple[Edition, Edition], pack: Files,
) -> None:
    answers = [show(edition, View(place=ALAND)) for edition in editions]
    rows = {row["figure"]: row for row in rows_of(pack[TABLE])}
    assert {f"premises_below.{speed}" for speed in MOVED} | {"residents", "workers", "nowhere_to_turn.30"} <= set(rows)
    assert "premises_below.uso" not in rows
    for name, row in rows.items():
        key = name if name in answers[0].figures else name.partition(".")[0]
        values = [answer.figures[key].value for answer in answers]
        assert [float(row["before"]), float(row["after"])] == pytest.approx(values, abs=1e-6), name
        assert float(row["change"]) == pytest.approx((values[1] or 0) - (values[0] or 0), abs=1e-6)
        assert sum(float(row[cause]) for cause in CAUSES) == pytest.approx(float(row["change"]), abs=1e-5), name
    people = rows["residents"]
    assert (people["before"], people["after"], people["people"], people["counts"]) == ("3000", "3200", "200", "0")
    assert rows["premises_below.30"]["counts"] == "-30"


def test_what_is_drawn_says_between_what_its_change_lies() -> None:
    starter = load_edition()
    areas = starter.areas.copy()
    areas.loc[areas["authority"] == TORRIDGE, "below_30"] *= 0.5
    after = replace(starter, areas=areas, manifest={**starter.manifest, "id": "later-000000000000"})
    shown = profile_of(starter, after, TORRIDGE)
    rows = changed_tables(shown)["changes"].set_index("figure")
    assert {name for name in rows.index if rows.loc[name, ["p05", "p95"]].notna().all()} == {
        "people_in_gap.30", "nowhere_to_turn.30"}
    low, moved, high = rows.loc["people_in_gap.30", ["p05", "change", "p95"]].astype(float)
    assert low < moved < high < 0
    assert f"(−50.0 %; between {about(-high)} and {about(-low)} fewer)" in texts(since(shown))


def test_every_row_says_of_which_two_editions_it_is(editions: tuple[Edition, Edition], pack: Files) -> None:
    before, after = editions
    for name in (TABLE, STATIONS):
        rows = rows_of(pack[name])
        assert rows
        for row in rows:
            assert (row["edition"], row["against"]) == (after.id, before.id)
            assert row["view"] == f"30-london-120-train-against-{before.id[-12:]}"
    manifest = json.loads(pack["manifest.json"])
    assert manifest["against"] == {
        "id": before.id, "broadband_basis": "estimated", "rail_basis": "indicative", "vintages": {
            "ofcom-authority": "2025-07", "ofcom-mobile": "2025-09", "members": "27 June 2026"}}
    assert manifest["view"]["against"] == before.id
    assert f"against={before.id}" in manifest["link"]
    assert before.id in pack["README.txt"].decode()


def test_stations_are_those_of_the_place_that_changed(pack: Files, editions: tuple[Edition, Edition]) -> None:
    (row,) = rows_of(pack[STATIONS])
    assert (row["station"], row["typical_before"], row["typical_after"]) == ("AAA", "100", "112")
    assert (row["fastest_before"], row["fastest_after"], row["average_before"]) == ("95", "104", "")
    before, after = editions
    gone = replace(after, stations=after.stations.drop("AAA"), journeys=after.journeys.iloc[1:], manifest={
        **after.manifest, "id": "later-111111111111"})
    table = pack_tables(profile_of(before, gone))["stations-changed"].set_index("station")
    assert table.loc["AAA", "typical_before"] == 100
    assert pd.isna(table.loc["AAA", "typical_after"])


def test_other_programs_can_read_the_tables(pack: Files, tmp_path: Path) -> None:
    for name, content in pack.items():
        if name.startswith("tables/"):
            (tmp_path / Path(name).name).write_bytes(content)
    assert faults(tmp_path) == []
    told = {(row["table"], row["column"]) for row in rows_of(pack["tables/dictionary.csv"])}
    assert {("changes", cause) for cause in CAUSES} <= told


def test_a_pack_holds_with_the_earlier_edition(made: Path, folders: tuple[Path, Path], call: Call) -> None:
    code, out, _ = call("verify", str(made), "--edition", str(folders[1]), "--against", str(folders[0]))
    assert code == 0, out
    assert ": everything holds." in out.splitlines()[0]
    assert "worked out again" in out
    assert "Nothing rests on the sender’s own checksum alone." in out


def test_without_it_the_check_says_what_it_could_not_do(
    made: Path, folders: tuple[Path, Path], editions: tuple[Edition, Edition], call: Call,
) -> None:
    code, out, _ = call("verify", str(made), "--edition", str(folders[1]), "--quick", "--json")
    told = json.loads(out)
    assert (code, told["ok"]) == (0, True)
    assert told["against"] == {"made_with": editions[0].id, "here": ""}
    assert {TABLE, STATIONS} <= set(told["by_checksum_alone"])
    assert "tables/figures.csv" not in told["by_checksum_alone"]
    assert any(f"edition {editions[0].id}, which is not here" in line for line in told["lines"])
    code, out, err = call("verify", str(made), "--edition", str(folders[1]))
    assert code == 1
    assert "NOT everything can be checked" in err
    assert "Made again: not possible" in out
    assert "--against" in out


def test_another_earlier_edition_is_not_taken_for_it(made: Path, editions: tuple[Edition, Edition]) -> None:
    before, after = editions
    other = replace(before, manifest={**before.manifest, "id": "tiny-222222222222"})
    found = verify(made, after, other)
    assert not found.ok
    assert found.facts["against"] == {"made_with": before.id, "here": other.id}
    assert TABLE in found.facts["by_checksum_alone"]
    assert remake(made, after, found, other).facts["remade"] is None


def test_a_pack_that_compares_with_none_needs_none(editions: tuple[Edition, Edition], tmp_path: Path) -> None:
    before, after = editions
    path = written(tmp_path, pack_of(after, View(place=ALAND)))
    alone, given = verify(path, after), verify(path, after, before)
    assert alone.ok
    assert "against" not in alone.facts
    assert given.ok
    assert any("compared with no other edition" in line for line in given.lines)


@pytest.mark.parametrize("table", [TABLE, STATIONS])
def test_a_changed_table_is_found_out(
    pack: Files, table: str, editions: tuple[Edition, Edition], tmp_path: Path,
) -> None:
    before, after = editions
    changed = pack[table].replace(b"Aland", b"Bland").replace(b",-30,", b",-90,")
    assert changed != pack[table]
    assert verify(written(tmp_path, {**pack, table: changed}), after).facts["files"]["changed"] == [table]
    sealed = written(tmp_path, resealed(pack, table, changed))
    assert verify(sealed, after, before).facts["contradictions"] == [f"{table} is not what edition {after.id} gives"]
    assert table in verify(sealed, after).facts["by_checksum_alone"]


def test_a_manifest_that_tells_of_another_edition_is_found_out(
    pack: Files, editions: tuple[Edition, Edition], tmp_path: Path,
) -> None:
    before, after = editions

    def said(change: Callable[[dict[str, Any]], Any]) -> list[str]:
        found = verify(written(tmp_path, with_manifest(pack, change)), after, before)
        assert not found.ok
        return [*found.facts["contradictions"]]

    assert said(lambda manifest: manifest["against"].update(rail_basis="timetable")) == [
        f"the manifest's earlier edition, its bases or vintages are not those of edition {after.id}"]
    assert f"the view is compared with {before.id}, the manifest tells of other" in said(
        lambda manifest: manifest["against"].update(id="other"))
    assert f"the view is compared with {before.id}, the manifest tells of nothing" in said(
        lambda manifest: manifest.pop("against"))
    assert f"the link says against {before.id}, the manifest nothing" in said(
        lambda manifest: manifest["view"].pop("against"))
    itself = with_manifest(pack, lambda manifest: manifest["view"].update(against=after.id))
    path = written(tmp_path, itself)
    found = verify(path, after, after)
    assert f"the view is compared with its own edition {after.id}" in found.facts["contradictions"]
    assert remake(path, after, found, after).facts["remade"] is None


@pytest.mark.parametrize("part", [{"against": {"id": "x"}}, {"against": None}, {"against": "tiny-0"}])
def test_what_is_no_edition_is_refused(pack: Files, part: dict[str, Any]) -> None:
    with pytest.raises(PackError, match="against cannot be as it stands there"):
        read_manifest(with_manifest(pack, lambda manifest: manifest.update(part))["manifest.json"])


def test_a_pack_is_made_against_the_edition_asked_for_alone(editions: tuple[Edition, Edition]) -> None:
    before, after = editions
    asked = Request(View(place=ALAND, against=before.id))
    other = replace(before, manifest={**before.manifest, "id": "tiny-222222222222"})
    for request, given in ((asked, None), (asked, other), (asked, after), (Request(View(place=ALAND)), before)):
        with pytest.raises(PackError, match="is to be compared with"):
            make_pack(after, request, earlier=given)
    with pytest.raises(PackError, match="compare with an earlier one"):
        make_pack(after, Request(View(place=ALAND, against=after.id)), earlier=after)


@pytest.mark.parametrize(("words", "said"), [
    (("pack", ALAND, "--against", "LATER"), "compare with an earlier one"),
    (("pack", ALAND, "--against", "NOWHERE"), "NOWHERE"),
    (("pack", "--every", "authority", "--against", "EARLIER"), "leave --against out"),
])
def test_what_cannot_be_asked_gets_one_line(
    words: tuple[str, ...], said: str, folders: tuple[Path, Path], tmp_path: Path, call: Call,
) -> None:
    named = {"EARLIER": str(folders[0]), "LATER": str(folders[1]), "NOWHERE": str(tmp_path / "NOWHERE")}
    code, out, err = call(*(named.get(word, word) for word in words), "--edition", str(folders[1]),
                          "--out", str(tmp_path / "pack.zip"))
    assert (code, out) == (2, "")
    assert len(err.strip().splitlines()) == 1
    assert said in err
    assert list(tmp_path.iterdir()) == []


def texts(blocks: list[Block]) -> str:
    return "\n".join("".join(block.pieces) for block in blocks if isinstance(block, Paragraph)).replace("\u00a0", " ")


def test_the_chapter_says_how_much_from_what_and_beside_whom(
    compared: PlaceProfile, editions: tuple[Edition, Edition],
) -> None:
    blocks = since(compared)
    assert blocks[0] == Heading("What changed since the edition of July 2025", 2, key="changes")
    said = texts(blocks)
    answers = [show(edition, View(place=ALAND))["people_in_gap"].value for edition in editions]
    assert answers == [pytest.approx(17.5), pytest.approx(12.5)]
    assert "In Aland about 5 fewer people are in the gap than before (−28.6 %" in said
    assert "Its gap closed more quickly than the South West’s as a whole" in said
    assert "Have trains to London become slower? For some" in said or "Have trains to London become slower? Yes" in said
    assert "How the causes are told apart" in said
    figures, stations, files = (block for block in blocks if isinstance(block, Table))
    rows = [row[0] for row in figures.rows]
    assert sum(row.startswith(("Homes and businesses without", "Premises")) for row in rows) == len(MOVED)
    assert sum(row.startswith("People in the gap") for row in rows) == 1
    assert not any(row.startswith(("Workers", "Residents in")) for row in rows)
    assert [row[0] for row in stations.rows] == ["Aland Road (AAA)"]
    assert files.rows == (("Made up", "2025-07", "2026-01"), ("Lines", "2026", "another file of the same date"))
    for table in (figures, stations, files):
        assert {len(row) for row in table.rows} == {len(table.columns)} == {len(table.widths)}


def test_a_table_that_leaves_stations_out_says_so(
    compared: PlaceProfile, monkeypatch: pytest.MonkeyPatch,
) -> None:
    captions = []
    for most in (20, 0):
        monkeypatch.setattr(chapter, "LONGEST_TABLE", most)
        captions.append(next(block.caption for block in since(compared) if isinstance(block, Table)
                             and block.key == "stations-changed"))
    assert "longest, of" not in captions[0]
    assert "The 0 that became longest, of 1." in captions[1]


def test_the_chapter_stands_in_the_report_after_what_is_published(pack: Files) -> None:
    word = docx.Document(io.BytesIO(pack["report.docx"]))
    heads = [paragraph.text for paragraph in word.paragraphs if paragraph.style.name.startswith("Heading")]
    own = next(place for place, text in enumerate(heads) if "What changed since the edition of July 2025" in text)
    assert "How coverage has changed" in heads[own - 1]
    assert any("FOLDER is where the earlier edition lies" in paragraph.text for paragraph in word.paragraphs)


def test_a_place_that_the_earlier_edition_has_not(editions: tuple[Edition, Edition]) -> None:
    before, after = editions
    areas = before.areas.assign(ward=before.areas["ward"].replace(PIER, "E05000099"))
    lacking = replace(later(before, areas), manifest={**before.manifest, "id": "tiny-333333333333"})
    shown = profile_of(lacking, after, PIER)
    said = texts(since(shown))
    assert "There is no Pier in the edition of July 2025" in said
    assert "fewer people" not in said
    assert pack_tables(shown)["changes"].empty
    assert rows_of(table_files(shown)[TABLE]) == []


def test_places_of_a_readers_own_are_compared_too(editions: tuple[Edition, Edition], tmp_path: Path) -> None:
    before, after = editions
    several = profile_of(before, after, f"{ALAND}+E06000002", name="Ours")
    assert "In Ours about 5 fewer people" in texts(since(several))
    own = place_of_lsoas(after, CODES[:2])
    shown = profile_of(before, after, own.code)
    assert pack_tables(shown)["changes"].set_index("figure").loc["residents", "change"] == 200
    request = Request(shown.view)
    files = {**table_files(shown), "README.txt": readme_bytes(shown, request)}
    path = written(tmp_path, {**files, "manifest.json": manifest_bytes(make_manifest(request, shown, files))})
    assert verify(path, after, before).ok


def test_where_nothing_changed_it_is_said_so(editions: tuple[Edition, Edition]) -> None:
    shown = profile_of(*editions, PIER)
    assert NOTHING in texts(since(shown))
    assert pack_tables(shown)["changes"].empty


def test_other_grounds_are_said(editions: tuple[Edition, Edition], railed_edition: Edition) -> None:
    said = texts(since(profile_of(railed_edition, editions[1])))
    assert "that they differ does not mean that trains became slower or faster" in said
    assert "cannot be said" in said
    rows = pack_tables(profile_of(railed_edition, editions[1]))["changes"].set_index("figure")
    assert rows.loc["cut_off_by_rail.london", "basis"].endswith("timetable; indicative")


def test_a_published_count_that_is_the_same_has_not_changed(editions: tuple[Edition, Edition]) -> None:
    before, _ = editions
    areas = before.areas.copy()
    areas.loc[CODES[0], "below_30"] += 0.0004      # what spreading one and the same count leaves over
    named = pack_tables(profile_of(before, later(before, areas)))["changes"]["figure"]
    assert "premises_below.30" not in set(named)
    areas.loc[CODES[0], "below_30"] += 0.6
    named = pack_tables(profile_of(before, later(before, areas)))["changes"]["figure"]
    assert "premises_below.30" in set(named)


def test_who_is_named_for_the_earlier_edition_is_named_in_the_pack(editions: tuple[Edition, Edition]) -> None:
    before, after = editions
    codes = {"id": "postcodes", "title": "Postcodes", "publisher": "Ordnance Survey", "licence": "OGL-UK-3.0",
             "vintage": "2019", "address": "", "sha256": "5", "rows": 1}
    earlier = replace(before, manifest={**before.manifest, "sources": [*before.manifest["sources"], codes]})
    for shown, named in ((profile_of(earlier, after), True), (profile_of(before, after), False)):
        readme = " ".join(readme_bytes(shown, Request(shown.view)).decode().split())
        credits_ = next(block for block in sources(shown) if isinstance(block, Bullets)).items
        assert ("Crown copyright and database right 2019" in readme) is named
        assert any("Crown copyright and database right 2019" in said for said in credits_) is named


def test_a_view_that_compares_with_none_has_no_chapter(editions: tuple[Edition, Edition]) -> None:
    shown = place_profile(editions[1], View(place=ALAND))
    assert since(shown) == []
    assert {"changes", "stations-changed"}.isdisjoint(pack_tables(shown))
    assert b"changes.csv" not in readme_bytes(shown, Request(shown.view))


def test_packs_against_other_editions_are_called_otherwise(editions: tuple[Edition, Edition]) -> None:
    names = {view_name(View(against=text)) for text in ("", "starter-0123456789ab", "starter-0123456789ac")}
    assert len(names) == 3
    longest = View(place=f"{ALAND}+E06000002", speed="gigabit", hub="bournemouth", work="dingel-neiman", access="walk",
                   first="999999999999/9999999", order="rate", least=100_000, fair=100, every=1_000_000,
                   upgrade=ALAND, against=f"{'x' * 60}-0123456789ab")
    edition = replace(editions[1], manifest={**editions[1].manifest, "id": f"{'y' * 70}-0123456789ab"})
    assert len(pack_name(place_profile(edition, longest)).encode()) < 255 - len(".partial")
