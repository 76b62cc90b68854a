"""Any region by name: what data/regions.csv says, what the code does not say, and an edition of the North West."""

import ast
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest

from geo.core.choices import ALL_HUBS, DATA, ENGLAND, REGION, REGIONS, region_called
from geo.core.errors import SwatheError, ViewError
from geo.core.view import View
from geo.edition.authorities import read_authorities
from geo.edition.build import build_edition, require_trains
from geo.edition.store import Edition, load_edition
from geo.figures.consistency import problems_of
from geo.figures.place import show
from geo.figures.ranking import rank
from geo.pack.make import make_pack
from geo.pack.request import Request
from geo.words.claim import spoken_name
from pages.api.routes import API_ROUTES
from pages.contents import PAGES
from pages.plain.routes import ROUTES
from tests.fixtures.asgi import ask
from tests.fixtures.north_west import AREA
from tests.fixtures.pages import html, pages_of

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
OTHERS = re.compile(
    r"South[ -]West(?!ern)|Hampshire|the Isle of Wight|E12000009|(?<!\()\bDevon|Cornwall|Torridge|Okehampton|"
    "Hartland|EX39",
    re.IGNORECASE)
"""What no page, pack or answer of another region has a word of."""


# The table of regions.

def test_the_table_has_every_region_and_england():
    assert [*REGIONS] == [*(f"E1200000{number}" for number in range(1, 10)), ENGLAND]
    assert REGION == "E12000009"
    for region in REGIONS.values():
        assert next(iter(region.hubs)) == "london"
        assert {*region.hubs} <= {*ALL_HUBS}
        assert bool(region.neighbours) == bool(region.beside)


@pytest.mark.parametrize("code", REGIONS)
def test_a_region_has_its_own_authorities_and_its_neighbours(code):
    table, region = read_authorities(code), REGIONS[code]
    own = table[~table["neighbour"]]
    everything = pd.read_csv(DATA / "authorities.csv", comment="#", dtype=str, keep_default_na=False)
    assert sorted(own.index) == sorted(everything.loc[(everything["region"] == code) | (code == ENGLAND), "code"])
    assert {*table[table["neighbour"]].index} | {*table[table["neighbour"]]["county"]} >= {*region.neighbours}
    assert region.example[0] in own.index
    assert table["county_name"].notna().all()
    assert {*own.index.str[:3]} == {kind.prefix for kind in region.authority_types.values()}


def test_england_has_each_of_its_authorities_once():
    assert len(read_authorities(ENGLAND)) == 296 == sum(
        (~read_authorities(code)["neighbour"]).sum() for code in REGIONS if code != ENGLAND)


@pytest.mark.parametrize(("said", "code"), [
    ("North West", "E12000002"), ("the north west", "E12000002"), ("north-west", "E12000002"),
    ("E12000002", "E12000002"),
    ("e12000002", "E12000002"), ("London", "E12000007"), ("east of england", "E12000006"), ("England", ENGLAND),
    ("Yorkshire & the Humber", "E12000003"), (" South  West ", "E12000009"), ("South West England", "E12000009"),
])
def test_a_region_is_known_by_name_and_code(said, code):
    assert region_called(said).code == code


@pytest.mark.parametrize("said", ["", "Wessex", "North", "E12000010", "E06000052", "South West; rm", "\u202eEngland"])
def test_an_unknown_region_is_one_line_with_those_there_are(said, call, tmp_path):
    with pytest.raises(ViewError, match=r"North East, North West, .*, England"):
        region_called(said)
    code, out, err = call("build", "--area", said, "--from", str(tmp_path), "--out", str(tmp_path / "new"))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "which is not one of North East" in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("code", "said"), [
    ("E12000009", "the South West"), ("E12000007", "London"), ("E12000003", "Yorkshire and The Humber"),
    ("E12000006", "the East of England"), (ENGLAND, "England"),
])
def test_a_region_is_spoken_of_as_people_do(code, said):
    assert REGIONS[code].spoken == said == spoken_name(REGIONS[code].name)


# What the code says of one region.

EXAMPLES_OF_SPELLING = {
    "geo/core/view.py",           # how a link spells codes
    "geo/sources/code_point.py", "geo/sources/local_statistics.py", "geo/sources/ofcom.py", "geo/sources/ons.py",
    "pages/plain/feed.py",        # how an address spells one
    "geo/words/quote.py",         # what docs/quotes.md says of how a text is read
    "tools/formats.py",           # of the starter edition, which is of that region
}
"""Files that give the code of an authority as an example of how codes are spelled."""


def texts_of(path: Path) -> Iterator[str]:
    """All texts of a module but its docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {id(node.body[0].value) for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body
            and isinstance(node.body[0], ast.Expr)}
    docs |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}     # of attributes
    yield from (node.value for node in ast.walk(tree)
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs)


def modules() -> list[Path]:
    rooms = (sorted((ROOT / room).rglob("*.py")) for room in ("geo", "pages", "tools"))
    return [ROOT / "app.py", *(path for room in rooms for path in room)]


def test_no_code_names_the_region_or_its_neighbours():
    named = re.compile("|".join([
        r"South[ -]?West\b", r"south_west", REGION, *(re.escape(name) for name in REGIONS[REGION].beside)]))
    found = {str(path.relative_to(ROOT)): text for path in modules() for text in texts_of(path) if named.search(text)}
    assert found == {}


def test_no_code_names_a_place_of_it_but_to_show_how_codes_are_spelled():
    own = read_authorities()
    names = re.compile(rf"\b(?:{'|'.join([*own.index, *own['county'], 'Torridge', 'Okehampton'])})\b")
    found = {str(path.relative_to(ROOT)) for path in modules() for text in texts_of(path) if names.search(text)}
    assert found <= EXAMPLES_OF_SPELLING


# An edition of another region.

@pytest.fixture(scope="module")
def edition(north_west: Path) -> Edition:
    return load_edition(north_west)


def test_it_is_of_its_region_and_holds_what_it_should(edition):
    assert (edition.region.code, edition.region.spoken) == (AREA, "the North West")
    assert problems_of(edition) == []
    assert edition.names("region").to_dict() == {AREA: "North West"}
    assert set(edition.places_of("authority").query("neighbour").index) == {"E07000037"}
    assert [*edition.region.hubs] == [*REGIONS[AREA].hubs]
    assert {*edition.region.hubs} <= {*edition.reach_table["hub"].combine_chunks().dictionary.to_pylist()}


def test_it_is_the_sum_of_its_authorities(edition):
    view = View(region=AREA, hub="manchester")
    whole = show(edition, view)
    parts = [show(edition, view.replace(place=code)) for code in edition.places_of("authority").query(
        "~neighbour").index]
    assert whole.place.code == AREA
    for key in ("residents", "premises", "people_in_gap", "nowhere_to_turn"):
        assert whole[key].count == pytest.approx(sum(part[key].count for part in parts))
    assert [*whole.regions] == ["North West"]


COMMANDS = [
    ("show", "North West"), ("show", "Liverpool", "--hub", "manchester"), ("show", "High Peak"),
    ("rank", "--by", "ward"),
    ("rank", "--by", "authority", "--like", "metropolitan"), ("places", "--kind", "authority"), ("robust", "Liverpool"),
    ("first", "--halve"), ("whatif", "--rail-minutes", "10"), ("search", "Lancaster"),
    ("rail", "PNZ", "--hub", "crewe"),
]


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_answers_of_it_alone(words, call, north_west):
    code, out, err = call(*words, "--edition", str(north_west))
    assert (code, err) == (0, "")
    assert not OTHERS.search(out)
    code, out, _ = call(*words, "--edition", str(north_west), "--json")
    assert code == 0
    assert not re.search("South West|E12000009", json.dumps(json.loads(out)))


@pytest.mark.parametrize(("words", "said"), [
    (("show", "Liverpool", "--hub", "exeter"), "hub ‘exeter’, which is not one of london, manchester"),
    (("show", "Nowhere at all"), "for example E06000064, ‘Westmorland and Furness’ or ‘North West’"),
    (("show", "E12000009"), "no place called ‘E12000009’"),
    (("rank", "--by", "authority", "--like", "london"), "type of authority ‘london’, which is not one of"),
])
def test_what_it_does_not_have_is_one_line(words, said, call, north_west):
    code, out, err = call(*words, "--edition", str(north_west))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err


def test_editions_of_two_regions_are_not_compared(call, north_west):
    code, _, err = call("diff", str(DATA / "starter"), str(north_west))
    assert (code, err.count("\n")) == (2, 1)
    assert "of the South West" in err
    assert "of the North West" in err


def test_a_quote_is_read_of_it(call, edition, north_west, tmp_path):
    people = show(edition, View(region=AREA))["people_in_gap"].count
    text = tmp_path / "text"
    for said in ("the North West", "The region", "North West England"):
        text.write_text(f"In {said} about {round(people, -2):,.0f} people are in the gap.", encoding="utf-8")
        code, out, _ = call("quote", str(text), "--edition", str(north_west), "--json")
        assert code == 0
        assert [found["mark"] for found in json.loads(out)["findings"]] == ["holds"]


def test_a_pack_of_it_holds_and_names_no_other_region(call, edition, north_west, tmp_path):
    name, content = make_pack(edition, Request(View(region=AREA, place="E08000012", hub="manchester")))
    (tmp_path / name).write_bytes(content)
    code, out, _ = call("verify", str(tmp_path / name), "--edition", str(north_west), "--quick")
    assert code == 0, out
    with zipfile.ZipFile(tmp_path / name) as archive:
        texts = {path: archive.read(path).decode() for path in archive.namelist()
                 if path.endswith((".csv", ".json", ".txt", ".svg"))}
        report = re.sub("<[^>]+>", "", zipfile.ZipFile(archive.open("report.docx")).read("word/document.xml").decode())
    assert json.loads(texts["manifest.json"])["view"]["region"] == AREA
    for path, text in {**texts, "report.docx": report}.items():
        assert not re.search(r"South[ -]West\b|E12000009|the Isle of Wight", text.replace("South Western", "")), path
    assert "the North West" in report


@pytest.fixture
def served(north_west: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], AppTest]]:
    """Run a page on the edition."""
    with pages_of(north_west, monkeypatch) as start:
        yield start


@pytest.mark.parametrize("page", [page.file if page.url_path else "" for page in PAGES])
def test_every_page_is_of_it_alone(page, served):
    app = served(page)
    texts = [str(part.value) for kind in ("markdown", "header", "caption") for part in app.get(kind)]
    if "method" in str(page):      # docs/method.md, which says how and where the method was tested
        texts = [text for text in texts if text not in (DATA.parent / "docs/method.md").read_text(encoding="utf-8")]
    widgets = [str(part.proto) for kind in ("bidi_component", "vega_lite_chart") for part in app.get(kind)]
    said = " ".join([html(app), *texts, *widgets])
    assert not OTHERS.search(said), OTHERS.findall(said)
    assert "Keswick, CA12" in said
    assert [*app.selectbox(key="hub").options][:2] == ["London", "Manchester"]


def test_a_link_without_a_place_means_its_region(served):
    assert "North West" in html(served(""))
    app = served("", place="E12000009")
    assert "the North West is shown instead" in html(app)


@pytest.mark.parametrize("address", ["/place/E08000012", "/places", "/search", "/api/v1/openapi.json", "/api/v1/show",
                                     "/api/v1/rank", "/place/E12000009"])
def test_plain_pages_and_programs_get_it_alone(address, served):
    answer = ask(Starlette(routes=[*API_ROUTES, *ROUTES]), address, "")
    said = answer.text.replace("E12000009", "") if address.endswith("E12000009") else answer.text
    assert answer.status in {200, 404}
    assert not OTHERS.search(said), OTHERS.findall(said)


# An edition of the whole country.

@pytest.fixture(scope="module")
def country() -> Edition:
    """The starter edition as one of England, its neighbours as part of a region of their own."""
    starter = load_edition(DATA / "starter")
    areas, places = starter.areas, starter.places
    south_east = "E12000008"
    areas = areas.assign(region=areas["region"].where(~areas["neighbour"], south_east), neighbour=False)
    row = places[places["kind"] == "region"].assign(code=south_east, name="South East", lsoas=1231)
    return replace(starter, areas=areas, places=pd.concat([places.assign(neighbour=False), row], ignore_index=True))


@pytest.mark.parametrize("said", ["England", ENGLAND, "england"])
def test_an_edition_of_several_regions_is_of_england(country, said):
    place = country.place(said)
    assert country.region.spoken == "England"
    assert (place.code, place.name, len(place.lsoas)) == (ENGLAND, "England", 4638)
    assert not place.neighbour


def test_england_is_the_sum_of_its_regions(country):
    view = View(region=ENGLAND)
    assert view.place == ENGLAND
    whole = show(country, view)
    parts = [show(country, view.replace(place=code)) for code in country.places_of("region").index]
    assert len(parts) == 2
    for key in ("residents", "premises", "people_in_gap", "nowhere_to_turn"):
        assert whole[key].count == pytest.approx(sum(part[key].count for part in parts))
    ranked = rank(country, view, by="region")
    assert sorted(ranked["code"]) == ["E12000008", "E12000009"]
    assert len(rank(country, view, by="authority")) == 41
    assert len(rank(country, view, by="authority", within="South West")) == 27


def test_no_other_edition_has_england_as_a_place(edition):
    with pytest.raises(SwatheError, match="no place called"):
        edition.place("England")


def test_land_that_is_not_known_makes_no_coast(edition):
    assert edition.areas["coastal"].isna().all()


@pytest.mark.parametrize(("served", "refused"), [(["MAN", "PRE"], False), (["MAN"], True), ([], True)])
def test_the_projects_own_timetable_is_no_other_regions(served, refused):
    mapped = pd.Index(["MAN", "PRE", "LAN"])
    if refused:
        with pytest.raises(SwatheError, match=r"trains at \d of the 3 stations of the North West .*: give a timetable"):
            require_trains(mapped, served, AREA)
    else:
        require_trains(mapped, served, AREA)


def test_files_of_another_region_are_refused(north_west_files, tmp_path):
    with pytest.raises(SwatheError, match="has no authority that can be mapped, such as"):
        build_edition(north_west_files, tmp_path / "new", "new", area="E12000006")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(SwatheError, match=r"has no authority of the West Midlands|has no authority that can be mapped"):
        build_edition(north_west_files, tmp_path / "new", "new", area="E12000005")
    assert list(tmp_path.iterdir()) == []
