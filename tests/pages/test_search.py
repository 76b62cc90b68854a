"""The search box without a browser: what the server answers, and what is done with what was chosen."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.requests import Request
from starlette.responses import Response
from streamlit.testing.v1 import AppTest

from geo.core.cache import forget
from geo.edition.search import search
from geo.edition.store import Edition
from pages.shared.find import MOST, find_route
from tests.fixtures.pages import html

pytestmark = pytest.mark.slow

Run = Callable[..., AppTest]


@pytest.fixture
def find(served: Edition) -> Callable[[str], Response]:
    def ask(typed: str) -> Response:
        return find_route(Request({"type": "http", "query_string": urlencode({"q": typed}).encode()}))

    return ask


def told(answer: Response) -> Any:
    """What an answer says, as a browser reads it."""
    return json.loads(bytes(answer.body))


def test_the_route_gives_the_one_search(find: Callable[[str], Response], served: Edition) -> None:
    answer = find("newham")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "private, max-age=60"
    found = search(served, "newham", MOST).hits
    assert [(place["code"], place["exact"]) for place in told(answer)["places"]] == [
        (hit.code, hit.exact) for hit in found]
    assert [place["about"] for place in told(answer)["places"]] == [
        "ward, Bland, City of · Newham is here", "ward, Aland · Newham (Upham) is here"]


def test_what_was_not_found_is_said(find: Callable[[str], Response]) -> None:
    assert told(find("SW1A 1AA")) == {"said": "SW1A 1AA is outside the area that this edition covers.", "places": []}
    near = told(find("uphan"))
    assert near["said"].endswith("Nearest names:")
    assert near["places"][0]["exact"] is False
    assert told(find("x" * 10_000))["places"] == []


def test_nothing_typed_lists_the_councils(find: Callable[[str], Response]) -> None:
    assert [place["name"] for place in told(find(" "))["places"]] == ["South West", "Aland", "Bland, City of"]


def test_without_an_edition_the_search_says_so(
    find: Callable[[str], Response], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SWATHE_EDITION", str(tmp_path))
    forget()
    answer = find("aland")
    assert answer.status_code == 503
    assert told(answer)["places"] == []


@pytest.mark.parametrize("said", [
    {"code": "E99999999", "typed": "x"}, {"code": ["E05000001"]}, {}, "E05000001", 7, {"code": "<b>" * 4000}])
def test_what_is_no_place_is_not_opened(run: Run, said: Any) -> None:
    app = run()
    app.session_state["search_chosen"] = said
    app.run()
    assert not app.exception
    assert "place" not in app.query_params


def test_what_was_chosen_opens_its_page_and_says_why(run: Run) -> None:
    app = run(minutes="95")
    app.session_state["search_chosen"] = {"code": "E05000001", "typed": "upham"}
    app.run()
    assert not app.exception
    assert (app.query_params["place"], app.query_params["minutes"]) == ("E05000001", "95")
    assert "St Mary&#x27;s: Upham is here." in html(app)
    app.session_state["search_chosen"] = {"code": "E06000002", "typed": "<b>bland</b>"}
    app.run()
    assert app.query_params["place"] == "E06000002"
    assert "is here." not in html(app)
