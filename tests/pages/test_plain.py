"""Pages without scripts, and what stands before the app's: the app's figures, and nothing that a link can break."""

import re
from collections.abc import Callable, Iterator, Mapping
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest

from geo.core.cache import forget
from geo.core.view import View
from geo.edition.search import LONGEST
from geo.edition.store import Edition
from geo.maps.classes import DARK
from pages.contents import PAGES
from pages.plain import routes
from pages.plain.first_screen import first_screen
from pages.plain.routes import ROUTES
from pages.shared.map_files import map_picture
from pages.shared.per_minute import PerMinute
from tests.fixtures.asgi import Answer, ask
from tests.fixtures.pages import FRAME, html, own_main

pytestmark = pytest.mark.slow

Run = Callable[..., AppTest]

VIEWS = (
    {}, {"speed": "gigabit"}, {"hub": "exeter", "minutes": "60", "clock": "door"}, {"access": "walk", "speed": "uso"})
PLACES = ("E12000009", "E06000002", "E07000003", "E14000001", "E01000003", "E06000002+E07000001")


class Client:
    """Asks for plain pages, without a server."""

    def get(self, address: str, params: Mapping[str, str] | None = None, **headers: str) -> Answer:
        path, _, query = address.partition("?")
        return ask(Starlette(routes=list(ROUTES)), path, urlencode(params) if params else query, **headers)


@pytest.fixture
def client(served: Edition) -> Client:
    """Ask for plain pages of the tiny edition."""
    return Client()


@pytest.fixture
def starter() -> Iterator[Client]:
    """Ask for plain pages of the starter edition."""
    forget()
    yield Client()
    forget()


def parts_of(page: str) -> dict[str, list[str]]:
    """Find the heading, the claim and the cards of a page, as HTML."""
    patterns = {"heading": r"<h1>(.*?)</h1>", "claim": r'<p class="claim">(.*?)</p>',
                "beside": r'<p class="beside">(.*?)</p>', "card": r'<section class="card">(.*?)</section>'}
    return {name: re.findall(pattern, page, re.DOTALL) for name, pattern in patterns.items()}


def shown(app: AppTest, page: str) -> str:
    """What the app says on one of its pages."""
    if page:
        app.switch_page(str(FRAME.parent / page / "page.py")).run()
        assert not app.exception
    return html(app)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("view", VIEWS)
def test_figures_before_the_scripts_are_the_apps(run: Run, place: str, view: dict[str, str]) -> None:
    query = {**view, "place": place}
    found = parts_of(first_screen("", query).html)
    assert found == parts_of(shown(run(**query), ""))
    assert len(found["card"]) == 4


@pytest.mark.parametrize("place", PLACES)
def test_figures_of_a_plain_page_are_the_apps(run: Run, client: Client, place: str) -> None:
    for view in VIEWS[:2]:
        plain = client.get(f"/place/{place}?{urlencode(view)}").text
        said = shown(run(**view, place=place), "place")
        assert parts_of(plain) == parts_of(said)
        assert len(parts_of(plain)["card"]) == 4
        for part in (r'<ul class="dated".*?</ul>', r'<section class="ask">.*?</section>', r"<div><dt>.*?</dd></div>"):
            found = [[re.sub('href="[^"]*"', "", text) for text in re.findall(part, page, re.DOTALL)]
                     for page in (plain, said)]
            assert found[0] == found[1] != [], part


@pytest.mark.parametrize("page", [page.url_path for page in PAGES])
def test_every_page_is_headed_as_in_the_app(run: Run, page: str) -> None:
    query = {"place": "E06000002", "hub": "exeter"}
    found, said = parts_of(first_screen(page, query).html), parts_of(shown(run(**query), page))
    assert found["heading"] == said["heading"]
    assert len(found["claim"]) == 1
    assert said["claim"] in ([], found["claim"])
    assert len(found["card"]) == 4


def test_plain_pages_have_no_script_and_say_what_they_are(client: Client) -> None:
    for path in ("/place/E06000002", "/places", "/search?q=bland", "/place/E99999999"):
        page = client.get(path).text
        assert "<script" not in page
        assert page.startswith('<!DOCTYPE html><html lang="en-GB">')
        assert re.search(r"<title>[^<]+ · Swathe</title>", page)
        assert re.search(r'<meta name="description" content="[^"]{20,}">', page)
        assert page.count("<h1>") == page.count("<main>") == page.count("</footer>") == 1
        assert '<form action="search" method="get" role="search">' in page
        assert '<label for="q">Your ward, village or postcode</label>' in page


def test_codes_are_taken_in_any_case_and_order(client: Client) -> None:
    assert client.get("/place/e06000002").text == client.get("/place/E06000002").text
    both = client.get("/place/E07000001+E06000002")
    assert both.status == 200
    assert parts_of(both.text)["heading"] == ["Bland, City of + Aland"]
    assert ">Made of</h3>" in both.text


@pytest.mark.parametrize("code", ["E99999999", "nowhere", "<script>alert(1)<script>", "E06000002+E99999999", "a" * 300])
def test_an_unknown_code_is_answered_in_plain_words(client: Client, code: str) -> None:
    answer = client.get(f"/place/{code}")
    assert "There is no such place here" in answer.text
    assert '<form action="search"' in answer.text
    assert answer.status == 404
    assert "<script" not in answer.text


def test_links_lead_to_places_that_are_there_and_keep_the_view(client: Client) -> None:
    page = client.get("/place/E06000002?speed=gigabit&minutes=90").text
    links = [unescape(link) for link in re.findall(r'href="(place/[^"]*)"', page)]
    assert len(links) > 3
    assert '<base href="../">' in page
    for link in links:
        assert "speed=gigabit" in link
        assert "minutes=90" in link
        assert client.get(f"/{link}").status == 200
    for name, value in (("speed", "gigabit"), ("minutes", "90")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in page
    app = r'href="place\?place=E06000002&amp;speed=gigabit&amp;minutes=90&amp;edition=[\w-]+">[^<]*open in the app'
    assert re.search(app, page)


@pytest.mark.parametrize("path", ["/place/E06000002", "/places", "/search"])
def test_what_a_link_says_is_shown_as_text(client: Client, path: str) -> None:
    answer = client.get(path, params={"speed": '<script>"', "<img src=x>": "1", "q": '"><script>alert(1)</script>'})
    assert answer.status == 200
    assert "<script" not in answer.text
    assert "<img src=x" not in answer.text
    assert answer.text.count('class="notice"') == 2
    before = first_screen("", {"speed": '<script>"', "<img src=x>": "1", "place": "E99999999"}).html
    assert "<script" not in before
    assert "<img src=x" not in before
    assert before.count('class="notice"') == 3


def test_a_search_offers_places(client: Client) -> None:
    found = client.get("/search?q=bland&speed=gigabit").text
    assert 'value="bland"' in found
    assert re.search(r'<a href="place/E06000002\?speed=gigabit&amp;edition=[\w-]+">Bland, City of</a>', found)
    assert "Nearest names" not in found
    assert "Nearest names" in client.get("/search?q=blamd").text
    assert "No place, postcode or MP like that" in client.get("/search?q=qqqqqqqq").text
    assert "No place, postcode or MP like that" not in client.get("/search?q=").text


def test_both_boxes_take_as_much_as_a_search_reads(client: Client) -> None:
    box = (Path(__file__).parents[2] / "static" / "search_box.html").read_text(encoding="utf-8")
    assert re.findall(r'maxlength="(\d+)"', client.get("/search").text + box) == [str(LONGEST)] * 2


def test_every_council_is_listed(client: Client, tiny_edition: Edition) -> None:
    page = client.get("/places").text
    for kind in ("authority", "constituency", "region"):
        for code in tiny_edition.places_of(kind).index:
            assert f'href="place/{code}"' in page


def test_the_picture_is_the_maps_of_the_view(client: Client) -> None:
    page = client.get("/place/E06000002?show=premises_below").text
    light, = re.findall(r'src="(map/picture-light[^"]*)"', page)
    dark, = re.findall(r'srcset="(map/picture-dark[^"]*)"', page)
    drawn = client.get("/" + unescape(dark))
    assert drawn.headers["content-type"] == "image/png"
    assert drawn.content == map_picture(View(place="E06000002", show="premises_below"), DARK)
    assert client.get("/" + unescape(light)).content != drawn.content
    assert client.get("/map/picture-red.png").status == 404


def test_one_address_has_so_many_pictures_a_minute(monkeypatch: pytest.MonkeyPatch, tiny_edition: Edition) -> None:
    now, drawn = [0.0], []
    monkeypatch.setattr(routes, "PICTURES", PerMinute(2, lambda: now[0]))
    monkeypatch.setattr(routes, "map_picture", lambda view, _: drawn.append(view.minutes) or b"")

    def status(minutes: int, client: str = "203.0.113.7") -> int:
        return ask(Starlette(routes=list(ROUTES)), "/map/picture-light.png", f"minutes={minutes}", client).status

    assert [status(30), status(45), status(60), status(30)] == [200, 200, 429, 200]     # what is kept is no work
    assert status(60, "203.0.113.8") == 200
    assert status(60, "127.0.0.1") == 200     # a web server in front that passes no addresses on
    now[0] = 59.0
    refused = ask(Starlette(routes=list(ROUTES)), "/map/picture-light.png", "minutes=60", "203.0.113.7")
    assert (refused.status, refused.headers["retry-after"]) == (429, "1")
    assert "203.0.113" not in refused.text
    now[0] = 61.0
    assert status(60) == 200
    assert len(drawn) == 6


def test_a_page_that_the_browser_has_is_not_sent_again(client: Client) -> None:
    first = client.get("/place/E06000002")
    again = client.get("/place/E06000002", if_none_match=first.headers["etag"])
    assert (first.headers["cache-control"], again.status, again.content) == ("no-cache", 304, b"")
    assert client.get("/place/E06000002?speed=100", if_none_match=first.headers["etag"]).status == 200


def test_without_an_edition_plain_pages_say_why(
    client: Client, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SWATHE_EDITION", str(tmp_path_factory.mktemp("none")))
    forget()
    for path in ("/place/E06000002", "/search?q=bland", "/places", "/map/picture-light.png"):
        answer = client.get(path)
        assert answer.status == 503
        assert "There is no data to show" in answer.text
    assert "There is no data to show" in first_screen("", {}).html


@pytest.mark.parametrize("query", [
    {}, {"place": "E07000047", "speed": "gigabit"}, {"place": "E06000052", "hub": "plymouth"}])
def test_figures_of_the_starter_edition_are_the_apps(starter: Client, query: dict[str, str]) -> None:
    with own_main():
        app = AppTest.from_file(str(FRAME), default_timeout=60)
        app.query_params.update(query)
        app.run()
        assert parts_of(first_screen("", query).html) == parts_of(html(app))
        assert parts_of(first_screen("place", query).html)["card"] == parts_of(html(app))["card"]
        code = query.get("place", "E12000009")
        plain = starter.get(f"/place/{code}", params={name: text for name, text in query.items() if name != "place"})
        assert parts_of(plain.text) == parts_of(shown(app, "place"))
