"""What changed, over the network: the interface for programs, and a feed for each place."""

import io
import json
import re
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Callable

import jsonschema
import pandas as pd
import pytest
from starlette.applications import Starlette

from geo.answers.changes import edition_changes
from geo.core.view import View
from geo.edition.store import load_edition
from pages.api.routes import API_ROUTES
from pages.plain.routes import ROUTES
from tests.fixtures.asgi import Answer, ask
from tests.fixtures.editions import Editions

pytestmark = pytest.mark.slow

PLACE = "E06000002"
ALL = Starlette(routes=[*ROUTES, *API_ROUTES])
ATOM = {"a": "http://www.w3.org/2005/Atom", "h": "http://www.w3.org/1999/xhtml"}
Call = Callable[..., tuple[int, str, str]]


def get(address: str, **headers: str) -> Answer:
    path, _, query = address.partition("?")
    return ask(ALL, path, query, **headers)


def test_diff_is_the_command_lines_and_as_described(both: Editions, call: Call) -> None:
    """The same JSON for the same two editions, valid by the description that is served."""
    told = json.loads(get(f"/api/v1/diff?against={both.old}&edition={both.new}&by=ward").text)
    folders = [str(both.folder / name) for name in ("last-year", "this-year")]
    code, out, _ = call("diff", *folders, "--by", "ward", "--json")
    assert code == 0
    assert told == json.loads(out)
    assert {place["code"] for place in told["places"]} == {f"E0500000{number}" for number in range(1, 5)}
    described = json.loads(get("/api/v1/openapi.json").text)["components"]["schemas"]["diff"]
    jsonschema.validate(told, described)
    told["places"][0]["figures"][0]["parts"]["weather"] = 1.0
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(told, described)


def test_diff_of_one_place_and_as_a_table(both: Editions) -> None:
    """Named by its code; the table has a row a figure, described column by column."""
    asked = f"against={both.old}&edition={both.new}&place={PLACE}"
    (place,) = json.loads(get(f"/api/v1/diff?{asked}").text)["places"]
    before, after = (load_edition(both.folder / name, geometry=False) for name in ("last-year", "this-year"))
    whole = {one.code: one for one in edition_changes(before, after, View(), "authority").places}[PLACE]
    assert [(row["measure"], row["before"], row["after"]) for row in place["figures"]] == [
        (change.measure, change.before, change.after) for change in whole.figures]
    table = pd.read_csv(io.StringIO(get(f"/api/v1/diff?{asked}&format=csv").text))
    assert table["measure"].tolist() == [change.measure for change in whole.figures]
    described = json.loads(get(f"/api/v1/diff?{asked}&format=csvw").text)
    columns = described["tableSchema"]["columns"]
    assert [column["name"] for column in columns] == table.columns.tolist()
    assert all(column["dc:description"] for column in columns)


@pytest.mark.parametrize(("query", "status", "told"), [
    ("by=ward", 400, "against is missing"), ("against=tiny-000000000000", 404, "which is not served here"),
    ("against=..", 400, "against"), ("against={old}&by=parish", 400, "parish"),
])
def test_what_cannot_be_compared_is_told(both: Editions, query: str, status: int, told: str) -> None:
    answer = get(f"/api/v1/diff?{query.format(old=both.old)}")
    assert answer.status == status
    assert told in json.loads(answer.text)["detail"]


def test_an_edition_compared_with_itself(both: Editions) -> None:
    told = json.loads(get(f"/api/v1/diff?edition={both.old}&against={both.old}").text)
    assert (told["places"], told["region"]["figures"], told["stations"]) == ([], [], [])


def read_feed(answer: Answer) -> ET.Element:
    """A feed that keeps to RFC 4287, as far as a feed of these parts can break it."""
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    root = ET.fromstring(answer.content)     # noqa: S314 - our own
    assert root.tag == f"{{{ATOM['a']}}}feed"
    day = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)")
    for element in [root, *root.findall("a:entry", ATOM)]:
        for needed in ("id", "title", "updated"):
            (found,) = element.findall(f"a:{needed}", ATOM)
            assert found.text
        assert day.fullmatch(element.findtext("a:updated", "", ATOM))
        assert len(element.findall("a:link[@rel='alternate']", ATOM)) == 1
    assert root.findtext("a:author/a:name", "", ATOM)
    ids = [entry.findtext("a:id", "", ATOM) for entry in root.findall("a:entry", ATOM)]
    assert len(set(ids)) == len(ids)
    return root


@pytest.mark.parametrize("code", [PLACE, "E05000001", "E12000009", "E06000002+E07000001"])
def test_a_place_has_a_feed_with_an_entry_an_edition(both: Editions, code: str) -> None:
    """Newest first; each entry leads to what changed since the one before."""
    root = read_feed(get(f"/feed/{code}.atom"))
    new, old = root.findall("a:entry", ATOM)
    assert both.new in new.findtext("a:id", "", ATOM)
    assert new.findtext("a:updated", "", ATOM) == root.findtext("a:updated", "", ATOM) == "2026-04-05T05:06:07+00:00"
    link = new.find("a:link", ATOM)
    assert link is not None
    assert link.get("href") == (
        f"../changes?place={code.replace('+', '%2B')}&edition={both.new}&against={both.old}")
    assert "people in the gap" in new.findtext("a:title", "", ATOM)
    assert any("before" in (line.text or "") for line in new.iterfind(".//h:li", ATOM))
    assert "against" not in (old.find("a:link", ATOM).get("href") or "")     # type: ignore[union-attr]


def test_a_feed_names_its_operator_and_the_apps_address(both: Editions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWATHE_SITE", "https://swathe.example.org")
    monkeypatch.setenv("SWATHE_OPERATOR", "Example & Sons <Council>")
    root = read_feed(get(f"/feed/{PLACE}.atom"))
    assert root.findtext("a:author/a:name", "", ATOM) == "Example & Sons <Council>"
    assert {link.get("href", "").partition("?")[0] for link in root.iterfind(".//a:link", ATOM)} == {
        f"https://swathe.example.org/{name}" for name in (f"feed/{PLACE}.atom", "place", "changes")}


def test_a_feed_is_not_sent_again_until_an_edition_comes(several: Editions) -> None:
    (several.folder / "this-year").rename(several.folder.parent / "aside")
    first = get(f"/feed/{PLACE}.atom")
    assert len(read_feed(first).findall("a:entry", ATOM)) == 1
    tag = first.headers["etag"]
    assert get(f"/feed/{PLACE}.atom", if_none_match=tag).status == 304
    (several.folder.parent / "aside").rename(several.folder / "this-year")
    again = get(f"/feed/{PLACE}.atom", if_none_match=tag)
    assert len(read_feed(again).findall("a:entry", ATOM)) == 2


def test_a_damaged_edition_has_no_entry(several: Editions) -> None:
    shutil.copy(several.folder / "last-year" / "areas.parquet", several.folder / "this-year" / "areas.parquet")
    assert len(read_feed(get(f"/feed/{PLACE}.atom")).findall("a:entry", ATOM)) == 1


@pytest.mark.parametrize("name", ["E99999999.atom", f"{PLACE}.xml", PLACE, "OWN0123456789ABCDEF.atom", "<b>.atom"])
def test_what_is_no_place_has_no_feed(both: Editions, name: str) -> None:
    answer = get(f"/feed/{name}")
    assert answer.status == 404
    assert answer.text.startswith("There is no such feed: ")
    assert answer.headers["content-type"].startswith("text/plain")
