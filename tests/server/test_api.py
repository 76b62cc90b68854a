"""The interface for programs: the command line's own answers, valid as described, and safe to leave open."""

import io
import json
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import jsonschema
import pandas as pd
import pytest
from csvw import CSVW
from starlette.applications import Starlette

from geo.core.cache import forget
from geo.core.choices import KINDS
from geo.core.measures import MEASURES
from geo.edition.store import STARTER, Edition
from pages.api import routes
from pages.api.routes import API, API_ROUTES
from pages.shared.per_minute import PerMinute
from tests.fixtures.asgi import Answer, ask

pytestmark = pytest.mark.slow

Call = Callable[..., tuple[int, str, str]]


def get(
    name: str, accept: str = "", client: str = "127.0.0.1", method: str = "GET", tag: str = "", **query: str,
) -> Answer:
    """Ask the interface."""
    headers = {**({"accept": accept} if accept else {}), **({"if_none_match": tag} if tag else {})}
    return ask(Starlette(routes=list(API_ROUTES)), f"{API}/{name}", urlencode(query), client, method, **headers)


@pytest.fixture(scope="module")
def starter() -> Iterator[None]:
    """Serve the starter edition."""
    forget()
    yield
    forget()


def described() -> dict[str, object]:
    """The description that is served."""
    found: dict[str, object] = json.loads(get("openapi.json").text)
    return found


def schema(name: str) -> dict[str, object]:
    """The description of one answer."""
    whole = described()
    return dict(whole["components"]["schemas"][name])     # type: ignore[index]


QUESTIONS = [
    ("show", {}), ("show", {"place": "E07000047", "speed": "gigabit"}),
    ("show", {"place": "West Devon", "minutes": "90"}),
    ("show", {"place": "E07000046+E07000047", "clock": "door", "access": "walk"}), ("show", {"place": "E01020314"}),
    ("show", {"place": "E06000046", "hub": "bristol"}), ("show", {"place": "E14001552", "work": "dingel-neiman"}),
    ("rank", {"by": "authority"}),
    ("rank", {"by": "ward", "within": "Devon", "measure": "nowhere_to_turn", "top": "5"}),
    ("rank", {"by": "constituency", "per": "rate", "top": "0"}), ("rank", {"by": "authority", "measure": "mobile_4g"}),
    ("rank", {"by": "authority", "like": "unitary", "within": "all", "speed": "gigabit"}),
    ("rank", {"by": "lsoa", "within": "E07000047", "measure": "door_to_hub_minutes"}),
    ("search", {"q": "okehampton"}), ("search", {"q": "EX20 1AA"}), ("search", {"q": "nowhere at all"}),
    ("places", {"kind": "authority"}), ("places", {"kind": "ward", "within": "E07000047"}),
    ("places", {"kind": "lep", "within": "all"}),
]


def as_words(name: str, query: dict[str, str]) -> list[str]:
    """Spell a question for the command line."""
    own = {"show": "place", "search": "q"}.get(name, "")
    rest = {key: text for key, text in query.items() if key != own}
    first = [query.get(own, "E12000009")] if own else []
    return [name, *first, *(part for key, text in rest.items() for part in (f"--{key}", text)), "--json"]


@pytest.mark.parametrize(("name", "query"), QUESTIONS)
def test_an_answer_is_the_command_lines_and_as_described(
    starter: None, call: Call, name: str, query: dict[str, str],
) -> None:
    answer = get(name, **query)
    assert answer.status == 200, answer.text
    assert answer.headers["content-type"].startswith("application/json")
    found = json.loads(answer.text)
    assert found == json.loads(call(*as_words(name, query))[1])
    jsonschema.validate(found, schema(name), jsonschema.Draft202012Validator)


def test_a_description_that_said_nothing_would_be_seen(starter: None) -> None:
    found = json.loads(get("show").text)
    for spoiled in (
        {key: value for key, value in found.items() if key != "residents"}, {**found, "residents": "many"},
        {**found, "more": 1}, {**found, "rates": {**found["rates"], "people_in_gap_per_1000_workers": "high"}},
        {**found, "people_in_gap": {}},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(spoiled, schema("show"), jsonschema.Draft202012Validator)


def test_the_ends_of_an_estimate_say_what_they_are(starter: None) -> None:
    gap = schema("show")["properties"]["people_in_gap"]["properties"]      # type: ignore[index]
    said = {name: gap[name]["description"] for name in ("estimate", "low", "high", "limit_low", "limit_high")}
    assert "halved" in said["low"]
    assert "doubled" in said["high"]
    assert len({*said.values()}) == 5
    assert "certainty: p05 and p95" in get("").text


@pytest.mark.parametrize("measure", MEASURES)
def test_every_measure_can_be_ranked_in_every_format(served: Edition, measure: str) -> None:
    plain = json.loads(get("rank", by="authority", measure=measure, top="0", within="all").text)
    jsonschema.validate(plain, schema("rank"), jsonschema.Draft202012Validator)
    table = pd.read_csv(io.BytesIO(get("rank", by="authority", measure=measure, top="0", within="all",
                                       format="csv").content), encoding="utf-8-sig")
    assert table["code"].tolist() == [row["code"] for row in plain]
    stat = json.loads(get("rank", by="authority", measure=measure, top="0", within="all", format="json-stat").text)
    values = stat["value"][stat["dimension"]["figure"]["category"]["index"].index("value")::stat["size"][1]]
    assert values == pytest.approx([row["value"] for row in plain], rel=1e-3, abs=1e-3, nan_ok=True) or None in values
    assert {row["broadband_basis"] for row in plain} == {"estimated"}


def test_every_figure_of_a_table_says_what_it_rests_on(starter: None) -> None:
    table = pd.read_csv(io.BytesIO(get("show", accept="text/csv", place="E07000047").content), encoding="utf-8-sig")
    plain = json.loads(get("show", place="E07000047").text)
    said = table.set_index("name")["value"]
    assert said["residents"] == plain["residents"]
    assert said["people_in_gap.estimate"] == plain["people_in_gap"]["estimate"]
    assert table["basis"].notna().all()
    gap = table.set_index("name").loc["people_in_gap.estimate"]
    assert (gap["p05"], gap["p95"]) == tuple(plain["certainty"]["people_in_gap"].values())


@pytest.mark.parametrize(("name", "query"), [
    ("show", {"place": "E06000002"}), ("rank", {"by": "ward"}), ("search", {"q": "bland"}),
    ("places", {"kind": "ward"})])
def test_a_table_is_as_its_description_says(served: Edition, tmp_path: Path, name: str, query: dict[str, str]) -> None:
    answer = get(name, format="csv", **query)
    assert answer.headers["content-type"].startswith("text/csv")
    link = answer.headers["link"]
    assert 'rel="describedby"' in link
    path, _, asked = link[1:link.index(">")].partition("?")
    told = json.loads(ask(Starlette(routes=list(API_ROUTES)), f"{API}/{path}", asked).text)
    assert told["url"] == f"{name}?{urlencode({**query, 'format': 'csv'})}"
    (tmp_path / "told.json").write_text(json.dumps({**told, "url": "table.csv"}), encoding="utf-8")
    assert faults(tmp_path, answer.content) == []
    spoiled = answer.content.replace(b",", b",x", 3)      # headings that are not described
    assert faults(tmp_path, spoiled)
    assert faults(tmp_path, answer.content + answer.content.splitlines(keepends=True)[-1])      # a row twice


def faults(folder: Path, table: bytes) -> list[str]:
    """Check a table as another program does, by its description."""
    (folder / "table.csv").write_bytes(table)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        found = CSVW(str(folder / "told.json"), validate=True)
        try:
            return [] if found.is_valid else [str(warning.message) for warning in found.warnings]
        except ValueError as error:     # a row that stands there twice
            return [str(error)]


def test_a_link_can_be_asked_as_it_is(served: Edition) -> None:
    link = {"place": "E06000002", "speed": "gigabit", "lat": "50.7", "zoom": "9.1", "edition": served.id,
            "show": "residents"}
    assert json.loads(get("show", **link).text)["place"]["code"] == "E06000002"
    linked = json.loads(get("rank", ranked="ward", show="nowhere_to_turn", by="ward").text)
    assert linked == json.loads(get("rank", by="ward", measure="nowhere_to_turn").text)
    damaged = get("show", **{"amp;place": "e06000002).", "utm_source": "letter"})
    assert json.loads(damaged.text)["place"]["code"] == "E06000002"


@pytest.mark.parametrize(("name", "query", "told"), [
    ("show", {"place": "Nowhere"}, ["place: no place called ‘Nowhere’"]),
    ("show", {"speed": "31", "colour": "red"}, ["speed ‘31’", "‘colour’"]),
    ("show", {"place": "OWN0123456789ABCDEF"}, ["somebody’s own"]),
    ("show", {"format": "xml"}, ["format ‘xml’"]), ("show", {"format": "json-stat"}, ["json-stat is of rankings"]),
    ("rank", {"by": "parish"}, ["parish"]), ("rank", {"top": "-1"}, ["top ‘-1’"]),
    ("rank", {"top": "9" * 400}, ["top"]), ("rank", {"measure": "luck"}, ["luck"]), ("rank", {"per": "head"}, ["head"]),
    ("rank", {"measure": "rural", "per": "count"}, ["no count"]), ("rank", {"like": "unitary", "by": "ward"}, ["like"]),
    ("places", {}, ["kind is missing"]), ("places", {"kind": "parish"}, ["parish"]),
    ("search", {}, ["q, which is"]), ("search", {"q": "x" * 5000}, ["q, which is"]),
    ("search", {"q": "bland", "place": "E1<script>"}, ["place"]),
])
def test_what_is_wrong_is_told_all_of_it(served: Edition, name: str, query: dict[str, str], told: list[str]) -> None:
    answer = get(name, **query)
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/problem+json"
    problem = json.loads(answer.text)
    jsonschema.validate(problem, schema("problem"), jsonschema.Draft202012Validator)
    for words in told:
        assert words in problem["detail"]
    assert len(problem["problems"]) >= len(told)
    assert answer.headers["access-control-allow-origin"] == "*"


def test_another_edition_is_not_answered_for(served: Edition) -> None:
    answer = get("show", edition="starter-0123456789ab")
    assert answer.status == 404
    assert served.id in answer.text
    assert get("else").status == 404


def test_an_answer_that_has_not_changed_is_not_sent_again(
    served: Edition, monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = get("show", place="E06000002")
    tag = first.headers["etag"]
    monkeypatch.setitem(routes.ANSWERS, "show", None)     # type: ignore[misc, arg-type]  # it is not worked out again
    again = get("show", place="E06000002", tag=tag)
    assert (again.status, again.content, again.headers["etag"]) == (304, b"", tag)
    assert again.headers["access-control-allow-origin"] == "*"


def test_a_tag_is_of_one_question_format_and_edition(served: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [{}, {"place": "E06000002"}, {"speed": "gigabit"}, {"format": "csv"}]
    tags = [get("show", **query).headers["etag"] for query in asked]
    monkeypatch.setenv("SWATHE_EDITION", str(STARTER))
    forget()
    tags.append(get("show").headers["etag"])
    assert len(set(tags)) == len(asked) + 1


def test_any_page_may_read_and_nothing_can_be_sent(served: Edition) -> None:
    answer = get("show", method="OPTIONS")
    assert (answer.status, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "POST" not in answer.headers["access-control-allow-methods"]
    assert get("show", method="POST").status == 405
    assert "access-control-allow-credentials" not in get("show").headers


def test_a_client_has_a_limit_and_others_do_not_feel_it(served: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "ASKED", PerMinute(2))
    asked = [get("show", client="203.0.113.7", minutes=str(minutes)).status for minutes in (60, 61, 60, 62)]
    assert asked == [200, 200, 200, 429]
    refused = get("show", client="203.0.113.7", minutes="63")
    assert 0 < int(refused.headers["retry-after"]) <= 60
    assert get("show", client="203.0.113.8", minutes="62").status == 200
    assert get("show", minutes="62").status == 200


def test_the_description_names_every_choice(served: Edition) -> None:
    paths = described()["paths"]
    assert set(paths) == {"/show", "/rank", "/search", "/places", "/diff"}     # type: ignore[call-overload]
    rank = {one["name"]: one for one in paths["/rank"]["get"]["parameters"]}     # type: ignore[index]
    assert rank["measure"]["schema"]["enum"] == list(MEASURES)
    assert set(rank["by"]["schema"]["enum"]) <= set(KINDS)
    page = get("").text
    assert all(f"<code>{key}</code>" in page for key in MEASURES)
    assert "<script" not in page


def test_without_an_edition_that_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SWATHE_EDITION", str(tmp_path / "none"))
    forget()
    assert {get(name).status for name in ("show", "rank", "openapi.json", "")} == {503}
    assert str(tmp_path) not in get("show").text
    forget()
