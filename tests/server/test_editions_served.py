"""Several editions at the addresses without a session: each request is answered from the edition that it names."""

import gc
import json
import re
import shutil
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from geo.core.cache import forget
from geo.core.choices import SPEEDS
from geo.core.view import View
from geo.edition.store import Edition, another_identity
from pages.api.routes import API_ROUTES
from pages.plain.first_screen import first_screen
from pages.plain.routes import ROUTES
from pages.server.readiness import PREPARED, ready_route
from pages.shared import data, history, map_files, shelf
from pages.shared.find import find_route
from pages.shared.serving import FOR_EVER, map_route
from tests.fixtures.asgi import Answer, ask
from tests.fixtures.editions import Editions

pytestmark = pytest.mark.slow

PLACE = "E06000002"
ALL = Starlette(routes=[*ROUTES, *API_ROUTES, Route("/map/{name}", map_route), Route("/find.json", find_route),
                        Route("/ready", ready_route)])
ADDRESSES = (
    f"/place/{PLACE}", "/search?q=land", "/places", f"/embed?place={PLACE}", f"/map/picture-light.png?place={PLACE}",
    f"/map/picture-dark.png?place={PLACE}&show=residents", "/find.json?q=", "/find.json?q=land", "/find.json?q=Newham",
    f"/share.json?place={PLACE}", f"/share.json?page=rail&place={PLACE}", f"/take/table.csv?place={PLACE}",
    f"/take/table.csv?page=compare&place={PLACE}", f"/take/map.png?place={PLACE}", f"/take/areas.gpkg?place={PLACE}",
    f"/card/place={PLACE}.png", "/card/page=rail.png", f"/api/v1/show?place={PLACE}",
    f"/api/v1/show?place={PLACE}&format=csv", "/api/v1/rank?by=authority", "/api/v1/rank?by=lsoa&format=json-stat",
    "/api/v1/places?kind=authority", "/api/v1/search?q=land")


def named(address: str, edition: str) -> str:
    """Name an edition in an address; in a card's it is part of the name."""
    if address.startswith("/card/"):
        return f"{address.removesuffix('.png')}&edition={edition}.png"
    return f"{address}{'&' if '?' in address else '?'}edition={edition}"


def get(address: str, **headers: str) -> Answer:
    path, _, query = address.partition("?")
    return ask(ALL, path, query, **headers)


def said(answer: Answer) -> tuple[int, str | bytes]:
    """All that was answered, but the addresses of links and the notice of a newer edition."""
    if b"<!DOCTYPE" not in answer.content[:20]:
        return answer.status, answer.content
    text = re.sub(r'<p class="notice">You are seeing .*?</p>', "", answer.text, flags=re.DOTALL)
    text = re.sub(r'(<h2>In the editions at hand</h2>)?<section class="[^"]*editions">.*?</section>', "", text,
                  flags=re.DOTALL)     # is told of every edition that is served
    text = re.sub(r'<input type="hidden"[^>]*>', "", text)
    return answer.status, re.sub(r'(href|src|srcset)="[^"]*"', "", text)


@pytest.fixture(scope="module")
def alone(editions_written: Editions) -> dict[str, dict[str, object]]:
    """What is answered where an edition is the only one: by its id, by address."""
    found: dict[str, dict[str, object]] = {}
    with pytest.MonkeyPatch.context() as patch:
        for name, folder in ((editions_written.old, "last-year"), (editions_written.new, "this-year")):
            patch.setenv("SWATHE_EDITION", str(editions_written.folder / folder))
            forget()
            found[name] = {address: said(get(named(address, name))) for address in ADDRESSES}
    forget()
    return found


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_address_answers_from_the_edition_that_is_named(
    both: Editions, alone: dict[str, dict[str, object]], address: str,
) -> None:
    for name in (both.old, both.new, both.old):
        answer = get(named(address, name))
        assert answer.status == 200
        if not address.startswith("/take/areas"):     # SQLite numbers its changes
            assert said(answer) == alone[name][address]
    assert alone[both.old][address] != alone[both.new][address]


def test_many_at_once_see_each_their_own(both: Editions, alone: dict[str, dict[str, object]]) -> None:
    asked = [(address, name) for address in ADDRESSES for name in (both.old, both.new)
             if not address.startswith("/take/areas")] * 2
    forget()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda one: said(get(named(*one))), asked))
    for (address, name), answer in zip(asked, answers, strict=True):
        assert answer == alone[name][address], (address, name)


@pytest.mark.parametrize("page", ["", "explore", "place", "rail", "method"])
def test_the_first_screen_is_of_the_edition_that_is_named(both: Editions, page: str) -> None:
    old, new = (first_screen(page, {"place": PLACE, "edition": name}) for name in (both.old, both.new))
    assert f"Edition {both.old}." in old.html
    assert f"Edition {both.new}." in new.html
    assert "A newer one is here, of April 2026" in unescape(old.html)
    assert "A newer one is here" not in new.html
    assert both.old in old.link
    files = [set(re.search(r'data-soon="([^"]*)"', screen.html)[1].split()) for screen in (old, new)]
    assert not files[0] & files[1]


def test_plain_pages_lead_to_plain_pages_of_their_edition(both: Editions) -> None:
    for address in (f"/place/{PLACE}", "/search?q=land", "/places", f"/place/{PLACE}?speed=100", "/place/E99999999"):
        text = get(named(address, both.old)).text
        links = [unescape(link) for link in re.findall(r'<a [^>]*?href="([^"]*)"', text)]
        ours = [link for link in links if "://" not in link and not link.startswith(("#", "feed/"))]
        assert len(ours) > 5
        assert [link for link in ours if f"edition={both.old}" not in link and f"edition={both.new}" not in link] == []
        assert len([link for link in ours if f"edition={both.new}" in link]) == 2 * ("E99999999" not in address)
        form = re.findall(r'name="edition" value="([^"]*)"', text)
        assert form == [both.old]


def test_map_files_are_of_their_edition_and_their_names_are_of_their_content(both: Editions) -> None:
    made = {}
    for name in (both.old, both.new):
        with data.asked_for(name):
            made[name] = [map_files.facts_file(View()), map_files.shape_file("lsoa", "far"), map_files.name_file(),
                          map_files.shape_file("ward", "near"), map_files.railway_lines(), map_files.station_file(),
                          map_files.place_lines(PLACE), map_files.authority_lines("near")]
    forget()     # so that each is made again, from the edition that it is of
    for old, new in zip(made[both.old], made[both.new], strict=True):
        assert old.name != new.name
        for file in (old, new, old):
            answer = get(f"/map/{file.name}", accept_encoding="gzip")
            assert (answer.status, answer.content, answer.headers["cache-control"]) == (200, file.content, FOR_EVER)


def test_a_map_file_of_an_edition_that_was_taken_away_is_gone(several: Editions) -> None:
    with data.asked_for(several.old):
        file = map_files.facts_file(View())
    shutil.rmtree(several.folder / "last-year")
    assert get(f"/map/{file.name}").status == 404


def test_an_edition_that_is_not_served(both: Editions) -> None:
    answer = get(f"/api/v1/show?place={PLACE}&edition=tiny-000000000000")
    assert answer.status == 404
    assert json.loads(answer.text)["detail"] == (
        f"edition tiny-000000000000 is not served here, but {both.new}, {both.old}")
    page = get(named(f"/place/{PLACE}", "tiny-000000000000"))
    assert f"This link was made with edition tiny-000000000000; you are seeing {both.new}." in page.text
    for address in (
            f"/map/picture-light.png?place={PLACE}", f"/take/table.csv?place={PLACE}", f"/card/place={PLACE}.png"):
        assert get(named(address, "tiny-000000000000")).headers["cache-control"] == "no-store"
        assert get(named(address, both.old)).headers["cache-control"] != "no-store"


def test_a_link_that_a_mail_program_damaged_sees_its_edition_all_the_same(both: Editions) -> None:
    for query in (f"place={PLACE}&amp;edition={both.old}", f"place={PLACE}&edition={both.old}.",
                  f"place={PLACE}&edition={quote(both.old.upper())}"):
        read, _ = View.from_query(dict(part.split("=", 1) for part in query.split("&")))
        assert f"Edition {read.edition or both.new}." in get(f"/places?{query}").text


def test_the_api_names_what_it_answered_from(both: Editions) -> None:
    tags = set()
    for name in (both.old, both.new, ""):
        answer = get(f"/api/v1/show?place={PLACE}{f'&edition={name}' if name else ''}")
        assert json.loads(answer.text)["edition"]["id"] == (name or both.new)
        tags.add(answer.headers["etag"])
    assert len(tags) == 3     # what is asked is in it
    assert get(named(f"/api/v1/show?place={PLACE}", both.old), if_none_match=answer.headers["etag"]).status == 200


# Which editions are at hand.

def ids() -> list[str]:
    return [edition.id for edition in data.editions()]


def test_editions_are_listed_from_their_manifests_newest_first(both: Editions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "load_edition", lambda _: pytest.fail("an edition was read"))
    new, old = data.editions()
    assert (new.id, old.id) == (both.new, both.old)
    assert (old.name, f"{old.built_at:%Y-%m-%d}", old.rail_basis, old.broadband_basis) == (
        "tiny", "2025-03-04", "indicative", "estimated")
    assert old.vintages["ofcom-authority"] == "2025-07"


def test_without_a_folder_of_editions_there_is_one(
    both: Editions, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SWATHE_EDITIONS")
    monkeypatch.setenv("SWATHE_EDITION", str(both.folder / "last-year"))
    assert ids() == [both.old]
    assert get(named(f"/api/v1/show?place={PLACE}", both.new)).status == 404
    monkeypatch.setenv("SWATHE_EDITIONS", " ")
    assert ids() == [both.old]
    monkeypatch.delenv("SWATHE_EDITION")
    assert [edition.name for edition in data.editions()] == ["starter"]


def test_the_named_edition_is_served_beside_those_of_the_folder(
    several: Editions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    (several.folder / "last-year").rename(tmp_path / "elsewhere")
    monkeypatch.setenv("SWATHE_EDITION", str(tmp_path / "elsewhere"))
    assert ids() == [several.new, several.old]
    assert f"Edition {several.old}." in get("/places").text
    assert "A newer one is here" in get("/places").text
    assert f"Edition {several.new}." in get(named("/places", several.new)).text


@pytest.mark.parametrize("wrong", ["none", "file", "empty", "an edition"])
def test_a_folder_without_editions_is_said_and_serves_nothing(
    several: Editions, wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:
    folder = tmp_path / "private" / "mine"
    if wrong != "none":
        folder.parent.mkdir()
    if wrong == "file":
        folder.write_text("x")
    elif wrong == "empty":
        folder.mkdir()
    elif wrong == "an edition":
        (several.folder / "last-year").rename(folder)
    monkeypatch.setenv("SWATHE_EDITIONS", str(folder))
    for _ in range(3):
        answer = get("/places")
        assert answer.status == 503
        assert answer.text == "There is no data to show: mine holds no edition that can be served"
        assert get("/api/v1/places?kind=ward").status == 503
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith(f"SWATHE_EDITIONS: {folder} ")
    monkeypatch.setenv("SWATHE_EDITION", str(several.folder / "this-year"))
    assert f"Edition {several.new}." in get("/places").text     # the one that is sound


def spoil(folder: Path, wrong: str) -> None:
    """Damage an edition."""
    manifest = folder / "manifest.json"
    if wrong == "manifest":
        manifest.write_text("{", encoding="utf-8")
    elif wrong == "list":
        manifest.write_text("[]", encoding="utf-8")
    elif wrong == "day":
        manifest.write_text(manifest.read_text().replace('"2026-04-05', '"yesterday 2026-04-05'), encoding="utf-8")
    elif wrong == "table":
        (folder / "places.parquet").write_bytes(b"PAR1")
    elif wrong == "missing":
        (folder / "stations.parquet").unlink()
    else:
        facts = json.loads(manifest.read_text())
        manifest.write_text(json.dumps({**facts, wrong: None}), encoding="utf-8")


@pytest.mark.parametrize(
    "wrong", ["manifest", "list", "day", "table", "missing", "id", "vintages", "files", "built_at", "sources"])
def test_a_damaged_edition_is_said_once_and_the_sound_one_is_served(
    several: Editions, wrong: str, caplog: pytest.LogCaptureFixture,
) -> None:
    spoil(several.folder / "this-year", wrong)
    for _ in range(3):
        assert f"Edition {several.old}." in get("/places").text
        assert "A newer one is here" not in get("/places").text
        assert get(named("/api/v1/places?kind=ward", several.new)).status == 404
        assert ids() == [several.old]
    (line,) = [record.getMessage() for record in caplog.records]
    assert "not served" in line
    assert "\n" not in line
    assert str(several.folder / "this-year") in line


def test_two_of_one_id_are_said_and_one_is_served(several: Editions, caplog: pytest.LogCaptureFixture) -> None:
    shutil.copytree(several.folder / "last-year", several.folder / "copy")
    assert ids() == [several.new, several.old]
    (line,) = [record.getMessage() for record in caplog.records]
    assert f"{several.folder / 'last-year'} has the same id as {several.folder / 'copy'}, {several.old}" in line


def test_what_is_being_built_and_what_is_no_edition_is_not_looked_at(
    several: Editions, caplog: pytest.LogCaptureFixture,
) -> None:
    shutil.copytree(several.folder / "last-year", several.folder / ".this-year-abcd1234")
    (several.folder / "notes").mkdir()
    (several.folder / "README.txt").write_text("x")
    assert ids() == [several.new, several.old]
    assert caplog.records == []


def test_an_edition_replaced_under_its_folder_is_read_anew(several: Editions) -> None:
    assert f"Edition {several.new}." in get("/places").text
    folder = several.folder / "this-year"
    shutil.rmtree(folder)
    (several.folder / "last-year").rename(folder)
    assert ids() == [several.old]
    assert f"Edition {several.old}." in get("/places").text


def test_a_mended_edition_is_served_without_a_restart(several: Editions) -> None:
    table = several.folder / "this-year" / "places.parquet"
    sound = table.read_bytes()
    table.write_bytes(b"PAR1")
    assert f"Edition {several.old}." in get("/places").text
    table.write_bytes(sound)
    assert f"Edition {several.new}." in get("/places").text


def test_no_more_editions_are_kept_than_said_and_what_was_made_of_others_goes(
    several: Editions, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shelf, "KEPT", 1)
    read: list[str] = []
    load = shelf.load_edition
    monkeypatch.setattr(shelf, "load_edition", lambda folder: read.append(folder.name) or load(folder))
    older = several.folder / "older"
    shutil.copytree(several.folder / "last-year", older)
    facts = json.loads((older / "manifest.json").read_text())
    homes = {speed: {"rural": 0.5, "urban": 0.5} for speed in SPEEDS}
    (older / "manifest.json").write_text(json.dumps({**facts, "homes_factor": homes, "built_at": "2024-01-01"}))
    found = load(older, verified=False)
    right = another_identity(found).partition("make it ")[2].partition(",")[0]
    (older / "manifest.json").write_text(json.dumps({**found.manifest, "id": right}))
    with data.asked_for(several.old) as served:
        data.summary(View(place=PLACE))
        data.profile(View(place=PLACE))
        held = weakref.ref(served)
    del served
    for name in (right, several.old, right, several.new):
        assert json.loads(get(f"/api/v1/show?place={PLACE}&edition={name}").text)["edition"]["id"] == name
    assert read == ["this-year", "last-year", "older", "last-year", "older"]
    gc.collect()
    assert held() is None


def test_what_histories_read_is_not_kept_whole(both: Editions, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each edition its counts stay, and not its tables; the usual one, which is there, is not read a second time."""
    read: list[weakref.ref[Edition]] = []
    load = history.load_edition

    def noted(folder: Path, **how: bool) -> Edition:
        found = load(folder, **how)
        read.append(weakref.ref(found))
        return found

    monkeypatch.setattr(history, "load_edition", noted)
    assert history.history_of(PLACE)["edition"].tolist() == [both.old, both.new]
    gc.collect()
    assert [edition() for edition in read] == [None]


def test_whoever_asks_for_many_editions_holds_nobody_up(
    both: Editions, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each request that waits takes a thread, of which a server has some forty."""
    monkeypatch.setattr(shelf, "WAITING", 2)
    forget()
    get("/places")     # the usual edition is there
    began, go_on = threading.Event(), threading.Event()
    load = shelf.load_edition

    def slowly(folder: Path) -> Edition:
        began.set()
        assert go_on.wait(30)
        return load(folder)

    monkeypatch.setattr(shelf, "load_edition", slowly)
    with ThreadPoolExecutor(5) as pool:
        asked = [pool.submit(get, named("/places", both.old)) for _ in range(5)]
        assert began.wait(30)
        while sum(one.done() for one in asked) < 3:
            time.sleep(0.01)
        assert f"Edition {both.new}." in get("/places").text     # who looks at the usual one waits for nothing
        go_on.set()
    answers = [one.result() for one in asked]
    assert sorted(answer.status for answer in answers) == [200, 200, 503, 503, 503]
    assert {answer.text for answer in answers if answer.status == 503} == {
        "There is no data to show: too many ask for other editions at this moment; please ask again in a minute"}
    assert f"Edition {both.old}." in get(named("/places", both.old)).text


def test_readiness_names_the_usual_edition(both: Editions) -> None:
    PREPARED.set()
    assert get("/ready").text == both.new
    assert get(f"/ready?{urlencode({'edition': both.old})}").text == both.new
