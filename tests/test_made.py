"""Made-up figures say so: the mark of their files goes into the edition, and with it onto all that leaves the house."""

import io
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import jsonschema
import pandas as pd
import pypdf
import pytest
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest

from geo.core.errors import EditionError, SourceError
from geo.core.view import View
from geo.edition.identity import FACTS_HASH
from geo.edition.store import Edition, identity_of, load_edition, save_edition
from geo.figures.consistency import problems_of
from geo.figures.profile import place_profile
from geo.maps.classes import LIGHT
from geo.maps.picture import picture
from geo.pack.make import make_brief, make_pack
from geo.pack.maps.texts import map_texts
from geo.pack.request import Request
from geo.pack.sheet import make_sheet
from geo.sources.catalogue import sha256_of
from geo.sources.downloads import find_files
from geo.sources.made import LONGEST, read_mark
from geo.sources.made import MARK as FILE
from geo.words.build import about_build
from geo.words.made import MARK, made_up
from geo.words.quotation import sources_named
from pages.api.routes import API_ROUTES
from pages.contents import PAGES
from pages.plain.card import drawn_card
from pages.plain.first_screen import first_screen
from pages.plain.routes import ROUTES
from pages.shared.data import asked_for
from pages.shared.map_files import over
from tests.fixtures.asgi import Answer, ask
from tests.fixtures.made_country.write import write_country
from tests.fixtures.made_region import AREA, AUTHORITIES, FEW_TRIPS
from tests.fixtures.pages import html, pages_of
from tests.fixtures.tiny_edition import tiny_manifest, tiny_tables

pytestmark = pytest.mark.slow

SAID = "Made figures, not true of any place"
TOWN = "E07000117"
VIEW = View(region=AREA, place=TOWN, hub="manchester")


@pytest.fixture(scope="module")
def edition(made_written: Path) -> Edition:
    return load_edition(made_written)


# The mark of a folder.

def test_the_line_is_read_and_bounded(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.write_text("  All of it, <b>\u202eevery</b>\x1b[31m figure.\n\n", encoding="utf-8")
    assert read_mark(path) == "All of it, <b>?every</b>?[31m figure."
    for text in ("", " \n ", "one\ntwo", "x" * (LONGEST + 1), "x\n" * 10_000):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(SourceError, match=r"MADE\.txt: should say in one line"):
            read_mark(path)


@pytest.mark.parametrize("wrap", ["plain", "folder", "zip"])
def test_it_is_found_wherever_it_lies_among_the_files(wrap: str, made_files: Path, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    shutil.copytree(made_files, folder, ignore=shutil.ignore_patterns(FILE))
    where = folder / "more" if wrap == "folder" else folder
    where.mkdir(exist_ok=True)
    if wrap == "zip":
        with zipfile.ZipFile(folder / "all.zip", "w") as archive:
            archive.writestr(f"inside/{FILE}", "Everything.")
    else:
        (where / FILE).write_text("Everything.", encoding="utf-8")
    found = find_files(folder)
    assert found.made == "Everything."
    assert not [told for told in found.not_used if told.startswith(FILE)]


def test_a_bad_mark_is_one_line_and_nothing_is_built(call: Callable, made_files: Path, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for path in made_files.iterdir():
        (folder / path.name).symlink_to(path)
    (folder / FILE).unlink()
    (folder / FILE).write_text("one\ntwo", encoding="utf-8")
    code, out, err = call("build", "--area", "North West", "--from", str(folder), "--out", str(tmp_path / "new"))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "should say in one line" in err
    assert not (tmp_path / "new").exists()


def test_the_same_folder_is_written_twice(made_files: Path, england: Path, tmp_path: Path) -> None:
    again = write_country(england.parent, tmp_path / "again", AREA, AUTHORITIES, FEW_TRIPS)
    names = sorted(path.name for path in made_files.iterdir())
    assert names == sorted(path.name for path in again.iterdir())

    def content(path: Path) -> object:
        if path.suffix not in {".zip", ".xlsx"}:
            return sha256_of(path)
        with zipfile.ZipFile(path) as archive:       # but for the moment of writing
            return {name: archive.read(name) for name in archive.namelist() if not name.startswith("docProps")}

    assert [name for name in names if content(made_files / name) != content(again / name)] == []


# The edition.

def test_the_edition_is_sound_and_says_what_is_made(edition: Edition, made_files: Path) -> None:
    assert problems_of(edition) == []
    assert edition.made == (made_files / FILE).read_text(encoding="utf-8").strip()
    assert edition.id.startswith("made-region-")
    assert made_up(edition) == f"{SAID}: {edition.made}"
    assert about_build(edition.manifest)[0] == made_up(edition)
    assert edition.region.code == AREA
    assert set(edition.places_of("authority").query("neighbour").index) == {"E08000034"}
    # What the build warns of is that the region is not whole.
    assert [warning[:22] for warning in edition.manifest["warnings"]] == ["‘Business demography b"]


def test_the_mark_is_part_of_the_identity(edition: Edition) -> None:
    assert identity_of(edition) == edition.id
    others = [replace(edition, manifest={**edition.manifest, "made": "Other words."}),
              replace(edition, manifest={key: part for key, part in edition.manifest.items() if key != "made"})]
    assert len({edition.id, *map(identity_of, others)}) == 3


@pytest.mark.parametrize("also", [[], [FACTS_HASH]])
def test_a_mark_taken_away_by_hand_is_noticed(
    also: list[str], made_written: Path, call: Callable, tmp_path: Path,
) -> None:
    folder = tmp_path / "edition"
    shutil.copytree(made_written, folder)
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({key: part for key, part in manifest.items() if key not in {"made", *also}}))
    with pytest.raises(EditionError, match="changed after the build"):
        load_edition(folder)
    code, out, err = call("show", TOWN, "--edition", str(folder))
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_an_edition_without_a_mark_has_no_word_of_it(
    tiny_written: Path, tiny_edition: Edition, call: Callable, monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert (tiny_edition.made, made_up(tiny_edition)) == ("", "")
    assert "made" not in tiny_edition.facts().as_json()
    at = ("--edition", str(tiny_written))
    for words in (("show", "E07000001", *at), ("rank", "--by", "authority", *at), ("check", str(tiny_written))):
        for more in ((), ("--json",)):
            code, out, _ = call(*words, *more)
            assert code == 0
            assert MARK not in out.casefold()
            assert '"made"' not in out
    name, content = make_pack(tiny_edition, Request(View(place="E07000001")))
    assert "made" not in name
    for path, text in texts_in(content).items():
        assert MARK not in text.casefold(), path
        assert '"made"' not in text, path
    with pages_of(tiny_written, monkeypatch) as start:
        assert MARK not in html(start("")).casefold()
        assert MARK not in get("/place/E07000001").text.casefold()


def texts_in(pack: bytes) -> dict[str, str]:
    """What can be read in a pack as text."""
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        files = {path: archive.read(path) for path in archive.namelist()}
    with zipfile.ZipFile(io.BytesIO(files["report.docx"])) as word:
        parts = {f"report.docx/{path}": word.read(path).decode() for path in word.namelist() if path.endswith(".xml")}
    return parts | {path: content.decode() for path, content in files.items()
                    if path.endswith((".csv", ".json", ".txt"))}


# Commands.

COMMANDS = [
    ("show", TOWN, "--hub", "manchester"), ("rank", "--by", "ward"), ("places", "--kind", "authority"),
    ("search", "Burnley"), ("like", "E05900001"), ("robust", TOWN), ("first", "--halve"),
    ("whatif", "--rail-minutes", "10"), ("rail", "PRE", "--hub", "manchester"),
]


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_every_command_says_so_first(words: tuple[str, ...], call: Callable, made_written: Path) -> None:
    code, out, err = call(*words, "--edition", str(made_written))
    assert (code, err) == (0, "")
    assert out.startswith(f"{SAID}: the wards, constituencies, ")
    assert out.count(SAID) == 1
    code, out, _ = call(*words, "--edition", str(made_written), "--json")
    plain = json.loads(out)
    for row in plain if isinstance(plain, list) else [plain]:
        assert row["made"].startswith(SAID)


def test_check_diff_and_quote_say_so(call: Callable, made_written: Path, edition: Edition, tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.write_text("In Burnley about 12 people are in the gap.", encoding="utf-8")
    for words, codes in ((("check", str(made_written)), {0}), (("diff", *[str(made_written)] * 2), {0}),
                         (("quote", str(text), "--edition", str(made_written)), {0, 1})):
        code, out, _ = call(*words)
        assert code in codes
        assert out.startswith(SAID), words
        _, out, _ = call(*words, "--json")
        assert json.loads(out)["made"].startswith(SAID)


# Pages, and what programs and other sites get.

@pytest.fixture
def opened(made_written: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., AppTest]]:
    with pages_of(made_written, monkeypatch) as start:
        yield start


@pytest.mark.parametrize("page", [page.file if page.url_path else "" for page in PAGES])
def test_every_page_says_so(page: str, opened: Callable[..., AppTest]) -> None:
    assert f'role="status">{SAID}' in html(opened(page))


def get(address: str) -> Answer:
    """Ask for an address with its query."""
    path, _, query = address.partition("?")
    return ask(Starlette(routes=[*API_ROUTES, *ROUTES]), path, query)


@pytest.mark.parametrize("address", [
    f"/place/{TOWN}", "/places", "/search?q=Burnley", "/place/E00000000", "/embed", "/api/v1/", "/api/v1/openapi.json",
    f"/api/v1/show?place={TOWN}", "/api/v1/rank?by=ward", "/api/v1/places?kind=ward", "/api/v1/search?q=Burnley",
    f"/feed/{TOWN}.atom",
])
def test_plain_pages_and_programs_are_told(address: str, opened: Callable[..., AppTest]) -> None:
    answer = get(address)
    assert answer.status in {200, 404}
    told = f'<p class="notice">{SAID}' if answer.headers["content-type"].startswith("text/html") else SAID
    assert told in answer.text


@pytest.mark.parametrize("address", [
    f"/share.json?page=place&place={TOWN}", "/api/v1/rank?by=ward&format=csvw",
    "/api/v1/rank?by=ward&format=json-stat",
])
def test_what_is_taken_away_is_marked(address: str, opened: Callable[..., AppTest]) -> None:
    assert MARK in get(address).text


def test_every_row_of_a_table_names_the_made_edition(opened: Callable[..., AppTest], edition: Edition) -> None:
    for address in ("/api/v1/rank?by=ward&format=csv", "/take/table.csv?page=explore&by=ward"):
        table = pd.read_csv(io.BytesIO(get(address).content))
        assert set(table["edition"]) == {edition.id}
    assert edition.id.startswith("made-")


def test_answers_are_as_they_are_described(opened: Callable[..., AppTest]) -> None:
    schemas = json.loads(get("/api/v1/openapi.json").text)["components"]["schemas"]
    for name, query in (("show", f"place={TOWN}"), ("rank", "by=ward"), ("places", "kind=ward"), ("search", "q=Bur")):
        jsonschema.validate(json.loads(get(f"/api/v1/{name}?{query}").text), schemas[name])


def test_the_first_screen_and_a_shared_link_say_so(opened: Callable[..., AppTest]) -> None:
    first = first_screen("place", {"place": TOWN})
    assert SAID in first.html
    assert first.about.startswith(SAID)


def test_what_is_made_stands_on_pages_as_text_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_edition(tmp_path / "hostile", "made-up", tiny_tables(), {
        **tiny_manifest(), "made": "<script>x()</script>" + "y" * 9_999})
    assert len(made_up(load_edition(tmp_path / "hostile"))) < 5 * LONGEST
    with pages_of(tmp_path / "hostile", monkeypatch) as start:
        said = [html(start("")), first_screen("place", {}).html]
        said += [get(address).text for address in ("/place/E07000001", "/embed", "/feed/E07000001.atom", "/places")]
    for text in said:
        assert "<script>x()" not in text
        assert f"{SAID}: &lt;script&gt;x()" in text


def test_pictures_have_it_on_them(edition: Edition, opened: Callable[..., AppTest]) -> None:
    with asked_for(""):
        shown = over(TOWN)
        assert shown.said == MARK
        assert drawn_card("place", VIEW)
    shapes = edition.areas.geometry.loc[edition.place(TOWN).lsoas]
    drawn = [picture(shapes, pd.Series(0, shapes.index), each, LIGHT, LIGHT.ordered("people_in_gap"))
             for each in (shown, replace(shown, said=""))]
    assert drawn[0] != drawn[1]
    assert sources_named([], edition.facts()).startswith(MARK)     # the small print of a card, and of a map taken away


# Packs.

def pages_in(printed: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(printed)).pages]


def test_a_pack_says_so_in_every_part(edition: Edition, made_written: Path, call: Callable, tmp_path: Path) -> None:
    name, content = make_pack(edition, Request(VIEW))
    (tmp_path / name).write_bytes(content)
    assert "-made-region-" in name
    code, out, _ = call("verify", str(tmp_path / name), "--edition", str(made_written))
    assert code == 0, out
    with zipfile.ZipFile(tmp_path / name) as archive:
        files = {path: archive.read(path) for path in archive.namelist()}
    assert files["README.txt"].decode().startswith(SAID)
    assert json.loads(files["manifest.json"])["edition"]["made"] == edition.made
    assert MARK in files["tables/csv-metadata.json"].decode()
    assert MARK.encode() in files["areas.gpkg"]
    word = {path: text for path, text in texts_in(content).items() if path.startswith("report.docx")}
    assert SAID in word["report.docx/word/document.xml"]
    assert any(MARK in text for path, text in word.items() if "footer" in path)
    printed = pages_in(files["report.pdf"])
    assert SAID in printed[0]
    assert all(MARK in page for page in printed)
    book = next(content for path, content in files.items() if path.endswith(".xlsx"))
    with zipfile.ZipFile(io.BytesIO(book)) as sheets:
        assert SAID in sheets.read("xl/sharedStrings.xml").decode()
    for path, table in files.items():
        if path.endswith(".csv") and "edition" in (read := pd.read_csv(io.BytesIO(table), dtype=str)):
            assert read["edition"].str.startswith("made-").all(), path
    assert map_texts(place_profile(edition, VIEW), "people_in_gap").meaning.startswith(SAID)


def test_a_brief_and_a_sheet_say_so_on_every_page(edition: Edition) -> None:
    for make in (make_brief, make_sheet):
        _, content = make(edition, Request(VIEW))
        printed = pages_in(content)
        assert SAID in printed[0]
        assert all(MARK in page for page in printed)
