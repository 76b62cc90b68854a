"""Editions of earlier schemas open and say what is not in them; of a later one than is known, a line says so."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import pytest
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest

from geo.core.cache import forget
from geo.core.errors import EditionError
from geo.core.measures import MEASURES
from geo.edition.identity import content_hash
from geo.edition.lacks import lacks
from geo.edition.manifest import METHOD, METHOD_NUMBERS, SCHEMA, SCHEMA_NUMBERS, read_manifest
from geo.edition.schema import OPTIONAL_TABLES
from geo.edition.store import STARTER, Edition, figure_tables, load_edition, save_edition
from geo.words.editions import LACKING, not_here, numbers_in_words
from pages.api.routes import API_ROUTES
from pages.contents import PAGES
from pages.plain.routes import ROUTES
from tests.fixtures.asgi import ask
from tests.fixtures.pages import FRAME, html, own_main
from tests.fixtures.tiny_edition import tiny_manifest, tiny_tables

pytestmark = pytest.mark.slow

Call = Callable[..., tuple[int, str, str]]


def test_an_early_edition_opens_with_its_own_id_and_says_what_it_lacks(old_shape: Path) -> None:
    edition = load_edition(old_shape)
    assert edition.id == json.loads((old_shape / "manifest.json").read_text())["id"]
    lacking = lacks(edition)
    assert {*OPTIONAL_TABLES, "census-age", "imd", "coast", "members", "former-districts", "homes_factor", "evidence",
            "waiting", "departures", "any-hub"} < {*lacking}
    assert "mobile" not in lacking     # which was there from the first
    assert [key for key in lacking if key not in LACKING] == []
    assert not_here([]) == ""


def test_what_the_starter_lacks_is_what_it_was_built_without() -> None:
    lacking = lacks(load_edition(STARTER, geometry=False))
    assert {*lacking} <= {"contracts", "postcode_lines", "planned"}


STRIPPED: dict[str, Callable[[dict[str, pd.DataFrame], dict[str, Any]], object]] = {
    "localities": lambda tables, _: tables.pop("localities"), "context": lambda tables, _: tables.pop("context"),
    "lines": lambda tables, _: tables.pop("lines"),
    "homes_factor": lambda _, facts: facts.pop("homes_factor"), "england": lambda _, facts: facts.pop("england"),
    "waiting": lambda tables, _: tables.update(reach=tables["reach"][tables["reach"]["clock"] != "waiting"].assign(
        clock=lambda rows: rows["clock"].cat.remove_unused_categories())),
    "any-hub": lambda tables, _: tables.update(reach=tables["reach"][tables["reach"]["hub"] != "any"].assign(
        hub=lambda rows: rows["hub"].cat.remove_unused_categories())),
    "members": lambda tables, _: tables.update(places=tables["places"].assign(mp="")),
    "former-districts": lambda tables, _: tables.update(areas=tables["areas"].assign(district="")),
    "census-cars": lambda tables, _: tables.update(areas=tables["areas"].drop(
        columns=["car_households", "no_car_households"])),
}


@pytest.mark.parametrize("what", STRIPPED)
def test_each_thing_that_is_taken_out_is_named(tmp_path: Path, tiny_edition: Edition, what: str) -> None:
    tables, facts = tiny_tables(), tiny_manifest()
    STRIPPED[what](tables, facts)
    save_edition(tmp_path / "less", "less", tables, facts)
    assert {*lacks(load_edition(tmp_path / "less"))} - {*lacks(tiny_edition)} == {what}


COMMANDS = (
    "show Torridge", "show Torridge --clock door --access walk --hub exeter", "show Torridge --json",
    "rank --by constituency", "rank --by ward --measure mobile_4g", "rail Penzance", "search Torridge",
    "robust Torridge", "first --within Torridge --halve", "whatif Devon --upgrade Torridge --to gigabit",
    "places --kind county")
REFUSED = {
    "rank --by authority --measure claimants": "measure claimants, which is not in this edition",
    "rank --by ward --measure coastal --json": "measure coastal, which is not in this edition",
    "rank --by district": "there are no former districts in this edition",
    "whatif Devon --close DWL-TGM": "the trains of its day are not in this edition",
    "like Torridge": "Not compared with others"}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_line_answers(call: Call, old_shape: Path, command: str) -> None:
    code, out, err = call(*command.split(), "--edition", str(old_shape))
    assert (code, err) == (0, "")
    assert "nan" not in out.lower().split()
    if command.startswith("show"):
        assert "Not in this edition: " in out
        assert "residents by age" in out
    if command.startswith("search"):
        assert "Towns and villages by name are not in this edition." in out


@pytest.mark.parametrize("command", REFUSED)
def test_what_cannot_be_answered_is_said_in_a_line(call: Call, old_shape: Path, command: str) -> None:
    code, out, err = call(*command.split(), "--edition", str(old_shape))
    assert (code, out) == (2, "")
    assert REFUSED[command] in err
    assert err.count("\n") == 1


def test_a_check_says_what_is_not_there(call: Call, old_shape: Path) -> None:
    code, out, _ = call("check", str(old_shape))
    assert code == 0
    assert "Not in this edition: " in out
    assert "towns and villages by name" in out
    code, out, _ = call("check", str(old_shape), "--json")
    assert json.loads(out)["lacks"] == list(lacks(load_edition(old_shape)))


@pytest.fixture(scope="module")
def open_page(old_shape: Path) -> Iterator[Callable[..., AppTest]]:
    """Open a page of the app that serves the early edition."""
    def start(page: str, **query: str) -> AppTest:
        app = AppTest.from_file(str(FRAME), default_timeout=180)
        app.query_params.update(query)
        app.run()
        if page != "overview":
            app.switch_page(f"{page}/page.py").run()
        return app

    with pytest.MonkeyPatch.context() as patch, own_main():
        patch.setenv("SWATHE_EDITION", str(old_shape))
        forget()
        yield start
    forget()


@pytest.mark.parametrize("page", [page.file.parent.name for page in PAGES])
def test_every_page_opens_on_it(open_page: Callable[..., AppTest], page: str) -> None:
    for query in ({}, {"place": "E07000046", "show": "claimants", "clock": "door"},
                  {"place": "E07000046+E07000047", "speed": "gigabit", "rail": "10", "upgrade": "E07000046"}):
        app = open_page(page, **query)
        assert [error.value for error in app.exception] == []
        said = html(app)
        if page in {"overview", "place", "method"}:
            assert "Not in this edition" in said
        if "show" in query:
            assert "‘Claimants’ is not in this edition: no place has a figure." in said
        if "rail" in query:
            assert "the trains of its day are not in this edition" in said


def test_addresses_without_a_session_answer_too(open_page: Callable[..., AppTest]) -> None:
    app = Starlette(routes=[*ROUTES, *API_ROUTES])
    plain = ask(app, "/place/E07000046", "show=coastal").text
    assert "Not in this edition: " in plain
    assert "‘Living on the coast’ is not in this edition" in plain
    assert ask(app, "/embed", "place=E07000046&show=coastal").status == 200
    assert ask(app, "/card/place=E07000046.png").status == 200
    shown = json.loads(ask(app, "/api/v1/show", "place=E07000046").text)
    assert [note for note in shown["notes"] if note.startswith("Not in this edition: ")]
    for measure in MEASURES:
        answer = ask(app, "/api/v1/rank", urlencode({"by": "authority", "measure": measure}))
        if answer.status != 200:
            assert answer.status == 400
            assert "which is not in this edition" in json.loads(answer.text)["detail"]
        else:
            assert any(row["value"] is not None or row["rate"] is not None for row in json.loads(answer.text))


# The numbers of the schema and the method.

def _said(folder: Path, **facts: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | facts), encoding="utf-8")


def test_a_later_schema_is_refused_in_one_line(call: Call, tiny_folder: Path) -> None:
    # Whatever else has changed in it: the number is what counts.
    _said(tiny_folder, schema=SCHEMA + 1, sources="elsewhere", files={"one.arrow": "0"})
    with pytest.raises(EditionError, match=rf"schema {SCHEMA + 1}, .* none after {SCHEMA}: use a newer version of Swa"):
        load_edition(tiny_folder)
    code, out, err = call("show", "Bland", "--edition", str(tiny_folder))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "use a newer version of Swathe" in err


@pytest.mark.parametrize("number", [True, -1, "1", 1.5, None, []])
def test_a_number_that_is_none_is_damage(tiny_folder: Path, number: object) -> None:
    for name in ("schema", "method"):
        _said(tiny_folder, schema=0, method=0)
        _said(tiny_folder, **{name: number})
        with pytest.raises(EditionError, match=rf"damaged \({name} is no whole number\)"):
            read_manifest(tiny_folder)


@pytest.mark.parametrize(("name", "wrong"), [
    ("sources", None), ("sources", [{"id": "x"}]), ("vintages", []), ("files", ["a"]), ("capability", "x"),
    ("homes_factor", []), ("evidence", 1), ("id", 3), ("planned_build", [1])])
def test_facts_of_another_shape_are_damage(tiny_folder: Path, name: str, wrong: object) -> None:
    _said(tiny_folder, **{name: wrong})
    with pytest.raises(EditionError, match=rf"damaged \({name}\)"):
        read_manifest(tiny_folder)


def test_both_numbers_are_part_of_the_identity_of_editions_that_have_them(tiny_edition: Edition) -> None:
    tables, facts = figure_tables(tiny_edition), dict(tiny_edition.manifest)
    assert f"tiny-{content_hash(tables, facts)}" == tiny_edition.id     # without them, as it was
    found = {content_hash(tables, {**facts, **more}) for more in (
        {}, {"schema": 1}, {"schema": 2}, {"method": 1}, {"schema": 1, "method": 1}, {"schema": 1, "method": 2})}
    assert len(found) == 6


def test_every_number_is_explained_and_told(tiny_edition: Edition, tmp_path: Path) -> None:
    assert [*SCHEMA_NUMBERS] == [*range(SCHEMA + 1)]
    assert [*METHOD_NUMBERS] == [*range(METHOD + 1)]
    assert numbers_in_words(tiny_edition).startswith("Schema without a number, method without a number; this version")
    save_edition(tmp_path / "now", "now", tiny_tables(), {**tiny_manifest(), "schema": SCHEMA, "method": METHOD})
    assert numbers_in_words(load_edition(tmp_path / "now")) == f"Schema {SCHEMA}, method {METHOD}"

