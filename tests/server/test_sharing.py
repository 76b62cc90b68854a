"""What is taken away of a view: the card of its link, texts to copy, files, and the map alone."""

import gzip
import io
import json
import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import geopandas as gpd
import pandas as pd
import pytest
import streamlit
from PIL import Image
from starlette.applications import Starlette

from geo.core.cache import forget
from geo.core.errors import SettingError
from geo.core.view import View
from geo.edition.store import Edition
from geo.figures.place import show
from geo.figures.ranking import rank
from geo.maps.classes import LIGHT
from geo.words.claim import headline
from pages.contents import PAGES
from pages.plain import card as cards
from pages.plain import take
from pages.plain.card import card_name, drawn_card
from pages.plain.routes import ROUTES
from pages.shared.data import edition
from pages.shared.map_files import map_picture
from pages.shared.operator import operator
from pages.shared.per_minute import PerMinute
from pages.shared.serving import linked_page
from tests.fixtures.asgi import Answer, ask

pytestmark = pytest.mark.slow

INDEX = (Path(streamlit.__file__).parent / "static" / "index.html").read_bytes()
SITE = "https://swathe.example.org/app"
LINKS = [
    "", "place?place=E07000047", "place?place=E07000047&speed=gigabit", "place?place=E07000046%2BE07000047",
    "place?place=E07000046%2BE07000047&name=Our%20%26%20Their%20Patch", "place?place=E05010560&minutes=90",
    "place?place=E01020314", "place?place=E14001552&clock=door", "place?place=E10000008&hub=bristol",
    "explore?place=E06000052&show=nowhere_to_turn&by=ward", "explore?speed=uso", "compare?place=E07000047",
    "compare?place=E07000047&beside=E07000046.E07000044", "rail?place=E06000052", "rail?hub=bristol&minutes=60",
    "what_to_do?place=E07000047", "evidence?place=E07000047", "doubts?place=E06000026", "method", "accessibility",
    "privacy",
]
"""Links of every page, as a reader copies them."""


@pytest.fixture(scope="module")
def starter() -> Iterator[Edition]:
    """Serve the starter edition."""
    forget()
    yield edition()
    forget()


@pytest.fixture(autouse=True)
def site(monkeypatch: pytest.MonkeyPatch) -> None:
    """Say where the app is."""
    monkeypatch.setenv("SWATHE_SITE", f"{SITE}/")


def get(path: str, query: str = "", client: str = "127.0.0.1") -> Answer:
    """Ask for what is shared."""
    return ask(Starlette(routes=list(ROUTES)), path, query, client)


def tags(link: str) -> dict[str, str]:
    """Read what a mail program reads of a link's page."""
    path, _, query = link.partition("?")
    page = gzip.decompress(linked_page(INDEX, path, dict(parse_qsl(query)))).decode()
    found = re.findall(r'<meta (?:property|name)="([^"]*)" content="([^"]*)">', page)
    return {name: unescape(text) for name, text in found}


@pytest.mark.parametrize("link", LINKS)
def test_a_link_unfolds_with_its_sentence_and_picture(starter: Edition, link: str) -> None:
    found = tags(link)
    path, _, query = link.partition("?")
    view, notices = View.from_query(dict(parse_qsl(query)))
    assert notices == []
    if path not in {"rail", "compare", "what_to_do"}:
        assert found["og:description"] == "".join(headline(show(starter, view)))
    assert found["og:description"] == found["description"]
    assert len(found["og:description"]) > 60
    assert found["og:title"].endswith(" · Swathe")
    assert found["og:url"].startswith(f"{SITE}/{path}?")
    assert f"edition={starter.id}" in found["og:url"]
    address = urlsplit(found["og:image"])
    assert found["og:image"].startswith(f"{SITE}/card/")
    answer = get(address.path.removeprefix("/app"))
    picture = Image.open(io.BytesIO(answer.content))
    assert (answer.status, picture.size, picture.format) == (200, (1200, 630), "PNG")
    assert len(answer.content) < 300_000
    assert answer.content == drawn_card(path, view)
    assert (found["og:image:width"], found["og:image:height"]) == ("1200", "630")


def test_each_view_has_a_picture_of_its_own(starter: Edition) -> None:
    drawn = [get(f"/card/{card_name(link)}").content for link in LINKS]
    assert len(set(drawn)) > len(LINKS) - 5      # those without a claim of their own tell the region's


def test_the_map_of_a_picture_is_the_views(starter: Edition) -> None:
    view = View(place="E07000047", speed="gigabit")
    whole = Image.open(io.BytesIO(drawn_card("place", view))).convert("RGB")
    own = Image.open(io.BytesIO(map_picture(view, LIGHT))).convert("RGB")
    own.thumbnail((560, 560))
    painted = {colour for _, colour in own.quantize(8).convert("RGB").getcolors()}
    there = {colour for _, colour in whole.crop((620, 0, 1200, 500)).quantize(16).convert("RGB").getcolors()}
    near = [min(sum(abs(a - b) for a, b in zip(one, other, strict=True)) for other in there) for one in painted]
    assert sum(distance < 40 for distance in near) >= len(near) - 2


@pytest.mark.parametrize("name", [
    "place=%3Cscript%3E.png", "amp;place=e07000047).png", ".png", "a" * 4000 + ".png",
    "place=E07000047&place=E07000046", "%00%ff.png", "page=place&speed=fast&minutes=-1.png"])
def test_no_name_breaks_the_picture(starter: Edition, name: str) -> None:
    answer = get(f"/card/{quote(name, safe='=&%;.()')}")
    assert answer.status == 200
    assert Image.open(io.BytesIO(answer.content)).size == (1200, 630)


def test_a_damaged_link_has_the_picture_of_the_whole_one(starter: Edition) -> None:
    assert tags("place?amp;place=e07000047).")["og:image"] == tags("place?place=E07000047")["og:image"]


def test_absolute_addresses_come_from_the_operator_alone(starter: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SWATHE_SITE")
    found = tags("place?place=E07000047")
    assert "og:image" not in found
    assert "og:url" not in found
    assert found["og:description"]
    for wrong in ("swathe.example.org", "ftp://swathe.example.org", "https://a b", "https://x.org/?a=1", "https://u@x.org"):
        with pytest.raises(SettingError, match="SWATHE_SITE"):
            operator({"SWATHE_SITE": wrong})
    assert operator({"SWATHE_SITE": "http://localhost:8501/"}).site == "http://localhost:8501"


def test_who_asks_for_many_pictures_gets_the_regions(starter: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards, "CARDS", PerMinute(2))
    names = [f"place=E0700004{number}.png" for number in (4, 6, 4, 7)]
    drawn = [get(f"/card/{name}", client="203.0.113.7") for name in names]
    assert drawn[0].content == drawn[2].content != drawn[1].content
    assert drawn[3].content == drawn_card("", View())
    assert drawn[3].headers["cache-control"] == "no-store"
    assert get(f"/card/{names[3]}", client="203.0.113.8").content != drawn[3].content


def test_pictures_are_made_one_at_a_time_and_once(starter: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    busy, most, made = [0], [0], []
    lock = threading.Lock()

    def slow(page: str, view: View) -> bytes:
        with lock:
            busy[0] += 1
            most[0] = max(most[0], busy[0])
            made.append((page, view))
        time.sleep(0.02)
        with lock:
            busy[0] -= 1
        return b"png"

    monkeypatch.setattr(cards, "drawn_card", slow)
    threads = [threading.Thread(target=get, args=(f"/card/minutes={60 + number}.png",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]
    assert len(made) == 8


def test_two_viewports_share_one_picture(starter: Edition) -> None:
    assert tags("explore?place=E07000047&lat=50.7&lon=-4.0&zoom=9")["og:image"]
    one, other = (get(f"/card/page=explore&place=E07000047&zoom={zoom}.png").content for zoom in (8, 9))
    assert one == other


def share(page: str, **query: str) -> dict[str, str]:
    """Texts to copy, by their label."""
    answer = json.loads(get("/share.json", urlencode({"page": page, **query})).text)
    return {one["label"]: one["text"] for one in answer["texts"]}


@pytest.mark.parametrize("page", [page.url_path for page in PAGES])
def test_every_page_can_be_cited(starter: Edition, page: str) -> None:
    texts = share(page, place="E07000047", speed="gigabit")
    assert texts["Link"] == "{link}"
    assert starter.id in texts["Citation"]
    assert texts["Citation"].endswith("{link}")
    code = texts["The map in a page of your own"]
    assert f'src="{{site}}embed?place=E07000047&amp;speed=gigabit&amp;edition={starter.id}"' in code
    assert 'title="Map of West Devon, by Swathe"' in code


def test_a_quotation_says_where_it_is_from(starter: Edition) -> None:
    said = share("place", place="E07000047")["A sentence to quote"]
    claim = "".join(headline(show(starter, View(place="E07000047"))))
    sources = "Swathe, from Ofcom July 2025 and Census 2021; estimated, rail times indicative"
    assert said == f"‘{claim}’ ({sources}; {{link}})"
    assert share("rail", place="E07000047")["A sentence to quote"] != said


def test_names_are_escaped_where_they_are_put_into_html(starter: Edition) -> None:
    code = share("place", place="E07000046+E07000047", name="Fish & Chips’ Land")["The map in a page of your own"]
    assert "Map of Fish &amp; Chips’ Land, by Swathe" in code
    assert "name=Fish+%26+Chips%E2%80%99+Land" in code


def test_a_plain_page_can_be_shared_too(starter: Edition) -> None:
    page = get("/place/E07000047").text
    assert f"{SITE}/place?place=E07000047&amp;edition={starter.id}" in page
    assert 'property="og:image"' in page
    assert "Share and cite" in page


def files(page: str, **query: str) -> list[str]:
    """Addresses of the files that are offered."""
    return [one["href"] for one in json.loads(get("/share.json", urlencode({"page": page, **query})).text)["files"]]


def fetched(address: str) -> Answer:
    """Fetch a file that is offered."""
    path, _, query = address.partition("?")
    return get(f"/{path}", query)


@pytest.mark.parametrize(("page", "query"), [
    ("", {}), ("place", {"place": "E07000047", "speed": "gigabit"}), ("explore", {"place": "E10000008", "by": "ward"}),
    ("explore", {"show": "door_to_hub_minutes", "by": "authority"}), ("rail", {"place": "E05010560"}),
    ("place", {"place": "E06000046"}), ("explore", {"by": "authority", "place": "E07000047"}),
    ("what_to_do", {"place": "E07000046+E07000047"})])
def test_the_table_holds_exactly_what_is_shown(starter: Edition, page: str, query: dict[str, str]) -> None:
    address = next(one for one in files(page, **query) if "table.csv" in one)
    answer = fetched(address)
    assert answer.headers["content-disposition"].startswith("attachment")
    table = pd.read_csv(io.BytesIO(answer.content), encoding="utf-8-sig")
    view = View.from_query(query)[0]
    by = view.by if page == "explore" else "lsoa"
    within = view.place if (page, by) != ("explore", "authority") else "E12000009"
    expected = rank(starter, view, by=by, within=within, measure=view.show)
    assert table["code"].tolist() == expected["code"].tolist()
    assert table["value"].tolist() == pytest.approx(expected["value"].tolist(), abs=0.51, nan_ok=True)
    assert set(table["edition"]) == {starter.id}
    if by == "lsoa":
        areas = starter.areas.loc[table["code"]]
        assert table["msoa_code"].tolist() == areas["msoa"].tolist()
        assert table["ward_code"].tolist() == areas["ward"].tolist()
        assert table["msoa"].tolist() == areas["msoa"].map(starter.names("msoa")).tolist()
    workbook = fetched(address.replace("table.csv", "table.xlsx"))
    assert workbook.content[:2] == b"PK"


@pytest.mark.parametrize(("query", "drawn_by"), [
    ({"place": "E07000047"}, "rate"), ({"by": "ward", "place": "E10000008", "show": "residents"}, "value")])
def test_the_areas_are_the_tables_and_drawn_as_the_map(
    starter: Edition, tmp_path: Path, query: dict[str, str], drawn_by: str,
) -> None:
    address = next(one for one in files("explore", **query) if "areas.gpkg" in one)
    content = fetched(address).content
    assert fetched(address).content == content
    (tmp_path / "areas.gpkg").write_bytes(content)
    areas = gpd.read_file(tmp_path / "areas.gpkg", layer="areas")
    table = pd.read_csv(io.BytesIO(fetched(address.replace("areas.gpkg", "table.csv")).content), encoding="utf-8-sig")
    assert areas["code"].tolist() == table["code"].tolist()
    assert areas["value"].tolist() == pytest.approx(table["value"].tolist(), abs=1e-9, nan_ok=True)
    assert areas.crs.to_epsg() == 27700
    assert areas.geometry.is_valid.all()
    with sqlite3.connect(tmp_path / "areas.gpkg") as base:
        name, style = base.execute("SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault").fetchone()
        told = dict(base.execute("SELECT column_name, title FROM gpkg_data_columns"))
    assert name == "areas"
    assert f'attr="{drawn_by}"' in style
    assert set(told) == set(table.columns)


def test_the_picture_of_a_map_has_its_frame(starter: Edition) -> None:
    for query in ({"place": "E07000047"}, {"place": "E10000008", "by": "ward", "show": "nowhere_to_turn"}):
        address = next(one for one in files("explore", **query) if "map.png" in one)
        answer = fetched(address)
        drawn = Image.open(io.BytesIO(answer.content))
        assert answer.headers["content-type"] == "image/png"
        assert drawn.width == 844
        assert drawn.height > 300


@pytest.mark.parametrize(("page", "offered"), [
    ("method", 0), ("evidence", 0), ("doubts", 0), ("accessibility", 0), ("privacy", 0), ("compare", 2), ("", 4),
    ("rail", 4)])
def test_a_page_offers_the_files_of_what_it_shows(starter: Edition, page: str, offered: int) -> None:
    assert len(files(page)) == offered


@pytest.mark.parametrize("address", [
    "/take/map.png?page=method", "/take/passwd", "/take/areas.gpkg?page=compare", "/take/table.csv?page=nowhere"])
def test_other_files_are_not_there(starter: Edition, address: str) -> None:
    assert fetched(address.lstrip("/")).status == 404


def test_files_have_a_limit_for_each_client(starter: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(take, "TAKEN", PerMinute(1))
    asked = [get("/take/table.csv", f"place=E0700004{number}", "203.0.113.7").status for number in (4, 4, 6)]
    assert asked == [200, 200, 429]


def test_the_map_alone_names_what_it_shows(starter: Edition) -> None:
    page = get("/embed", "place=E07000047&speed=gigabit&by=ward&edition=other-1").text
    assert "<h1>People in the gap by ward: West Devon</h1>" in page
    assert "you are seeing" in page
    data = json.loads(re.findall(r'<script type="application/json" id="map-data">(.*?)</script>', page)[0])
    assert data["alt"]
    assert data["link"] is None
    assert f"explore?place=E07000047&amp;speed=gigabit&amp;by=ward&amp;edition={starter.id}" in page
    assert "Open Government Licence" in page


@pytest.mark.parametrize(("show", "there", "absent"), [
    ("people_in_gap", ["from Ofcom July 2025 and Census 2021; estimated"], ["indicative"]),
    ("imd_decile", ["from Ministry of Housing, Communities and Local Government 2025; official"],
     ["Ofcom", "estimated"]),
    ("train_to_hub_minutes", ["from Census 2021; rail times indicative"], ["Ofcom", "estimated"]),
    ("residents", ["from Census 2021; census"], ["Ofcom", "estimated", "indicative"])])
def test_a_map_names_the_sources_of_what_it_shows(
    starter: Edition, show: str, there: list[str], absent: list[str],
) -> None:
    page = unescape(get("/embed", f"show={show}").text)
    said = page.partition("<footer>")[2].partition("<details>")[0]
    assert all(words in said for words in there), said
    assert not any(words in said for words in absent), said


def test_a_name_cannot_end_the_script_of_the_map(starter: Edition) -> None:
    page = get("/embed", urlencode({"place": "E07000046+E07000047", "name": "A & B"})).text
    assert page.count("</script>") == 2
    assert "A & B" not in page.partition('id="map-data"')[0]
