"""Whom to name, with which year, and where: the same sentences on pages, in packs, in the README and in LICENCES.md."""

import dataclasses
import json
import re
from pathlib import Path

import pytest

from geo.core.errors import EditionError
from geo.core.view import View
from geo.edition.identity import FACTS_HASH
from geo.edition.licences import LICENCES, licences_text
from geo.edition.schema import SCHEMAS
from geo.edition.store import Edition, load_edition, save_edition
from geo.figures.consistency import problems_of
from geo.figures.profile import place_profile
from geo.pack.file.readme import readme_bytes
from geo.pack.maps.texts import map_texts
from geo.pack.report.blocks import Bullets
from geo.pack.report.chapters.end import sources as sources_chapter
from geo.pack.request import Request
from geo.sources.catalogue import read_attributions, read_catalogue, read_earlier, read_licences
from geo.sources.licences import OWN, credit_sentences, without_share_alike, year_of
from pages.shared.parts import foot_html
from tests.fixtures.tiny_edition import tiny_manifest, tiny_tables

ROOT = Path(__file__).parents[1]
STARTER_TABLES = [*SCHEMAS, "reach"]
LINES = {"id": "lines", "title": "Railway lines", "publisher": "Rail & Sons", "licence": "CC-BY-SA-4.0",
         "vintage": "February 2026"}


def row(key: str, vintage: str, publisher: str = "Nobody", licence: str = "OGL-UK-3.0") -> dict[str, str]:
    return {"id": key, "title": f"Title of {key}", "publisher": publisher, "licence": licence, "vintage": vintage}


@pytest.fixture(scope="module")
def starter() -> Edition:
    return load_edition()


def test_sentences_by_hand() -> None:
    rows = [row("boundaries-lsoa", "December 2021"), row("postcodes", "2026"), row("ofcom-authority", "2025-07"),
            row("census-residents", "21 March 2021, in lockdown"), row("lookup-msoa", "2021; names of 2024"),
            row("imd", "2025"), row("timetable", "7b", "Rail Delivery Group", "named by the feed's publisher")]
    assert credit_sentences(rows) == [
        "Contains public sector information licensed under the Open Government Licence v3.0.",
        "Contains OS data © Crown copyright and database right 2021, 2026.",
        "Contains Royal Mail data © Royal Mail copyright and database right 2026.",
        ("Source: Office for National Statistics licensed under the Open Government Licence v3.0. Contains National "
         "Statistics data © Crown copyright and database right 2021, 2026."),
        "Contains information licensed by the Office of Communications (Ofcom). Contains Ofcom data © Ofcom 2025.",
        "Contains Parliamentary information licensed under the Open Parliament Licence v3.0.",
        "Contains Rail Delivery Group data.",
    ]
    assert credit_sentences(reversed(rows)) == credit_sentences(rows)


def test_nobody_is_named_for_what_is_not_there() -> None:
    assert credit_sentences([]) == []
    assert credit_sentences([row("unheard-of", "2020")]) == []
    assert credit_sentences([row("timetable", "indicative", "Ourselves", f"{OWN}; CC-BY-4.0")]) == [
        "Contains Rail Delivery Group data."]


def test_the_year_is_the_newest_of_the_vintage_or_the_one_named() -> None:
    source = dataclasses.replace(read_catalogue()["postcodes"], year=None)
    assert [year_of(source, vintage) for vintage in ("2025-07", "9 October 2026", "2021 to 2024", "12020 of 2019")] == [
        2025, 2026, 2024, 2019]
    assert year_of(dataclasses.replace(source, year=2018), "2021") == 2018
    with pytest.raises(ValueError, match=r"^‘postcodes’: no year in its vintage ‘not stated’, and no `year` in data"):
        year_of(source, "not stated")


@pytest.mark.parametrize("key", list(read_catalogue()))
def test_every_source_has_a_year_a_licence_and_a_place_in_an_edition(key: str) -> None:
    source = read_catalogue()[key]
    assert source.attribution, f"{key} has no attribution"
    assert set(source.attribution) <= set(read_attributions()), f"{key} has an attribution without a sentence"
    assert source.tables, f"{key} has no tables: name the files of an edition that hold something made from it"
    if any("{year}" in read_attributions()[name] for name in source.attribution):
        if source.vintage == "in the file's name":
            assert all(pattern.startswith("[0-9]" * 6) for pattern in source.files)
        else:
            assert year_of(source, source.vintage) > 2000
    if key != "timetable":
        assert set(source.licence.split("; ")) <= set(read_licences()), f"the licence of {key} has no address"


def test_every_table_of_an_edition_is_made_from_some_source() -> None:
    named = {table for source in read_catalogue().values() for table in source.tables}
    assert named >= {*STARTER_TABLES, "manifest"}


def test_no_sentence_is_for_nobody() -> None:
    assert {key for source in read_catalogue().values() for key in source.attribution} == set(read_attributions())


def test_earlier_sources_are_credited_and_not_asked_for() -> None:
    for source in read_earlier().values():
        assert source.id not in read_catalogue()
        assert source.no_longer
        assert not (source.required)
        assert not (source.files)
        assert not (source.reader)
        sentences = [read_attributions()[key].split("{")[0] for key in source.attribution]
        told = " ".join(credit_sentences([row(source.id, source.vintage)]))
        assert all(sentence in told for sentence in sentences)


def test_licences_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = dataclasses.replace(read_catalogue()["postcodes"], id="lines", attribution=("ogl",), tables=("lines",))
    catalogue = {**read_catalogue(), "lines": lines}
    for module in ("geo.edition.licences", "geo.sources.licences"):
        monkeypatch.setattr(f"{module}.read_credited", lambda: catalogue)
    rows = [row("census-residents", "2021"), row("postcodes", "2026", "A | B\nC"), LINES]
    text = licences_text(rows, ["postcodes", "areas", "lines"])
    assert "| `areas.parquet` | census-residents, postcodes | OGL-UK-3.0 |\n" in text
    assert ("| `lines.parquet` | lines | CC-BY-SA-4.0; a file of its own: what is made from it must stay under this "
            "licence |\n") in text
    assert "| `manifest.json` |  |  |\n" in text
    assert "| postcodes | Title of postcodes | A \\| B C | 2026 | OGL-UK-3.0 |\n" in text
    assert "* CC-BY-SA-4.0: <https://creativecommons.org/licenses/by-sa/4.0/>\n" in text
    assert [line.removeprefix("* ") for line in text.split("## Whom to name")[1].split("##")[0].split("\n")
            if line] == credit_sentences(rows)
    assert text.index("areas.parquet") < text.index("lines.parquet") < text.index("postcodes.parquet")


def test_packs_leave_out_what_would_bind_them() -> None:
    ours = row("postcodes", "2026")
    assert without_share_alike([ours, LINES]) == [ours]


def test_sentences_are_worded_in_one_place() -> None:
    files = [path for folder in ("geo", "pages", "tools") for path in (ROOT / folder).rglob("*.py")]
    using = {path.name for path in files if "read_attributions" in path.read_text(encoding="utf-8")}
    assert using == {"catalogue.py", "licences.py"}
    assert not [path for path in files if "Crown copyright" in path.read_text(encoding="utf-8").replace(
        "'Contains OS data © Crown copyright and database right 2026.'", "")]


def test_page_pack_readme_and_licences_agree(starter: Edition) -> None:
    sentences = credit_sentences(starter.manifest["sources"])
    packed = credit_sentences(without_share_alike(starter.manifest["sources"]))
    assert any("Crown copyright and database right 20" in sentence for sentence in sentences)
    profile = place_profile(starter, View(place="E07000047"))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    listed = readme.split("<!-- end of sources -->")[0].split("\n\n")[-2]
    assert [line.strip() for line in listed.split("\n")] == sentences
    assert f"<p>{' '.join(sentences)}</p>" in foot_html(starter)
    told = " ".join(readme_bytes(profile, Request(profile.view)).decode().split())
    assert " ".join(packed) in told
    assert sources_chapter(profile)[-1] == Bullets(tuple(packed))
    credit = map_texts(profile, "nowhere_to_turn").credit
    assert [sentence for sentence in sentences if sentence in credit]
    whole = licences_text(starter.manifest["sources"], STARTER_TABLES)
    assert all(f"\n* {sentence}\n" in whole for sentence in sentences)


def test_an_edition_holds_its_licences(tiny_written: Path) -> None:
    text = (tiny_written / LICENCES).read_text(encoding="utf-8")
    manifest = json.loads((tiny_written / "manifest.json").read_text(encoding="utf-8"))
    assert text == licences_text(manifest["sources"], tiny_tables())
    assert {f"{name}" for name in re.findall(r"^\| `(\S+)`", text, re.MULTILINE)} == {
        path.name for path in tiny_written.iterdir()} - {LICENCES}
    assert "Contains Ofcom data © Ofcom 2025." in text
    assert LICENCES in manifest["files"]


def test_licences_are_checked_and_no_part_of_the_identity(tiny_folder: Path, tmp_path: Path) -> None:
    manifest = tiny_manifest()
    other = save_edition(tmp_path / "other", "tiny", tiny_tables(), {
        **manifest, "sources": [{**manifest["sources"][0], "title": "Another title"}]})
    before = json.loads((tiny_folder / "manifest.json").read_text(encoding="utf-8"))
    assert other["id"] == before["id"]
    assert other["files"][LICENCES] != before["files"][LICENCES]
    (tiny_folder / LICENCES).write_text("Public domain.", encoding="utf-8")
    with pytest.raises(EditionError, match=r"LICENCES\.md missing or not as written"):
        load_edition(tiny_folder)


def test_an_edition_of_an_earlier_version_has_none(tiny_folder: Path) -> None:
    path = tiny_folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    del manifest["files"][LICENCES], manifest[FACTS_HASH]
    (tiny_folder / LICENCES).unlink()
    path.write_text(json.dumps(manifest), encoding="utf-8")
    assert problems_of(load_edition(tiny_folder)) == []


def test_a_source_that_nobody_can_be_named_for_is_a_problem(tiny_edition: Edition) -> None:
    manifest = {**tiny_edition.manifest, "sources": [row("unheard-of", "2020")]}
    assert problems_of(dataclasses.replace(tiny_edition, manifest=manifest)) == [
        "its source ‘unheard-of’ is not in data/sources.toml: whom to name for it is not known"]
