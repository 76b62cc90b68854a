"""The page What to do: the list is the command line's, the terms are in the link and come back from it."""

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geo.core.cache import forget
from geo.core.priority_terms import Terms, terms_of
from geo.core.rounding import about
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.priorities import where_first
from geo.figures.profile import place_profile
from geo.maps.classes import CHOSEN_BREAKS, LIGHT, OUTSIDE, chosen_legend, classify_chosen
from geo.pack.file.manifest import link
from geo.pack.report.blocks import Document
from geo.pack.request import Request
from geo.words.priorities import NO_PRICE, TWO_ORDERS, curve_rows, how_chosen, what_it_takes, what_would_halve
from pages.evidence.data import first_page
from pages.shared.view_state import stop_widgets
from pages.what_to_do.charts import curve_chart
from pages.what_to_do.data import asked_of
from tests.fixtures.pages import html

pytestmark = pytest.mark.slow

Start = Callable[..., AppTest]
TORRIDGE, BRISTOL, DEVON = "E07000046", "E06000023", "E10000008"


@pytest.fixture(scope="module")
def starter() -> Edition:
    return load_edition()


def plain(text: str) -> str:
    return " ".join(text.split())      # by spaces that do not break too


def said(app: AppTest) -> str:
    return plain(unescape(re.sub("<[^>]*>", " ", html(app))))


def codes(app: AppTest) -> list[str]:
    """Codes of the places that names in the list lead to, in its order."""
    found = re.findall(r'<th role="rowheader" scope="row"><a href="place\?([^"]*)"', html(app))
    return [parse_qs(unescape(query))["place"][0] for query in found]


def query_of(app: AppTest) -> dict[str, str]:
    return {name: value[0] if isinstance(value, list) else value for name, value in app.query_params.items()}


@pytest.mark.parametrize("view", [
    View(place=TORRIDGE), View(place=TORRIDGE, first="halve", order="rate", speed="100"),
    View(place=DEVON, first="900", least=20, every=30), View(place=TORRIDGE, first="450000/300", speed="gigabit"),
    View(place=BRISTOL, first="700", fair=30),
])
def test_a_link_shows_the_list_on_its_terms(what_to_do: Start, starter: Edition, view: View) -> None:
    app = what_to_do(**view.to_query())
    place, terms = starter.place(view.place), terms_of(view)
    found = where_first(starter, view, place, terms)
    assert codes(app) == found.table.index[:12].tolist() != []
    text = said(app)
    halving = where_first(starter, view, place, Terms(halve=True))
    if halving.reached:
        claim = re.sub("</?strong>", "", unescape(html(app)))
        assert plain("".join(what_would_halve(place, view, halving))) in plain(claim)
    for sentence in (what_it_takes(place, view, found), how_chosen(terms, found), TWO_ORDERS):
        assert plain(sentence) in text
    assert (NO_PRICE in text) == ("/" in view.first)
    cells = [about(value) for value in found.table["cumulative_people"].head(12)]
    positions = [text.find(f" {cell} ") for cell in cells]
    assert -1 not in positions
    assert {name: value for name, value in query_of(app).items() if name != "edition"} == view.to_query()
    shown = {key: app.session_state[key] for key in ("stop", "order", "least", "fair")}
    assert shown == {"stop": stop_widgets(view)["stop"], "order": view.order, "least": view.least, "fair": view.fair}


def test_without_terms_the_link_stays_as_it_is_and_half_of_the_gap_is_listed(
    what_to_do: Start, starter: Edition,
) -> None:
    app = what_to_do(place=TORRIDGE)
    assert set(query_of(app)) == {"place", "edition"}
    found = where_first(starter, View(), starter.place(TORRIDGE), Terms(halve=True))
    assert codes(app) == found.table.index.tolist()


def test_widgets_write_the_link(what_to_do: Start, starter: Edition) -> None:
    app = what_to_do(place=DEVON)
    app.selectbox(key="stop").select("premises").run()
    assert "first" not in query_of(app)
    assert "Until the number is there, the list stops at half of the gap." in said(app)
    app.number_input(key="premises").set_value(900).run()
    assert query_of(app)["first"] == "900"
    app.radio(key="order").set_value("rate").run()
    app.number_input(key="least").set_value(20).run()
    app.number_input(key="every").set_value(30).run()
    assert not app.exception
    wanted = {"place": DEVON, "first": "900", "order": "rate", "least": "20", "every": "30"}
    assert {name: value for name, value in query_of(app).items() if name != "edition"} == wanted
    view = View(**{**wanted, "least": 20, "every": 30})
    listed = where_first(starter, view, starter.place(DEVON), terms_of(view)).table
    assert codes(app) == listed.index[:12].tolist()
    app.selectbox(key="stop").select("budget").run()
    app.number_input(key="budget").set_value(900_000).run()
    assert query_of(app)["first"] == "900"      # no cost is there yet, and none is built in
    app.number_input(key="cost").set_value(1_000).run()
    assert query_of(app)["first"] == "900000/1000"
    assert codes(app) == listed.index[:12].tolist()
    app.selectbox(key="stop").select("halve").run()
    assert query_of(app)["first"] == "halve"


def test_the_terms_are_kept_while_another_page_is_looked_at(what_to_do: Start) -> None:
    query = {"place": DEVON, "first": "500000/500", "order": "rate", "least": "20", "fair": "5", "every": "30"}
    app = what_to_do(**query).switch_page("rail/page.py").run().switch_page("what_to_do/page.py").run()
    assert not app.exception
    assert {name: value for name, value in query_of(app).items() if name != "edition"} == query
    assert app.number_input(key="budget").value == 500_000
    assert app.number_input(key="cost").value == 500
    assert app.number_input(key="fair").value == 5


@pytest.mark.parametrize(("query", "why"), [
    ({"place": BRISTOL}, "Half of the gap of Bristol cannot be reached"),
    ({"place": TORRIDGE, "fair": "20"}, "England's most deprived fifth: no fair share can be kept there."),
    ({"place": TORRIDGE, "first": "3"}, "is small enough: the smallest that may come first has about"),
    ({"place": TORRIDGE, "least": "9000"}, "a smaller number at ‘Premises a neighbourhood must have’ may be right."),
    ({"place": DEVON, "first": "300", "every": "200"}, "No choice of neighbourhoods meets all of that"),
    ({"place": TORRIDGE, "first": "1/9999999"}, "is small enough"),
])
def test_a_refusal_is_a_notice_in_plain_words(what_to_do: Start, query: dict[str, str], why: str) -> None:
    app = what_to_do(**query)
    notices = [unescape(text) for text in re.findall(r'<div class="notice" role="status">(.*?)</div>', html(app))]
    notice, = (text for text in notices if why in text)
    assert notice.endswith(".")
    assert "--" not in notice
    assert ("Take smaller neighbourhoods too" in [button.label for button in app.button]) == (
        bool({"least", "fair"} & {*query}) or query == {"place": BRISTOL})


def test_smaller_neighbourhoods_are_taken_by_a_press(what_to_do: Start, starter: Edition) -> None:
    app = what_to_do(place=BRISTOL)
    part = where_first(starter, View(), starter.place(BRISTOL), Terms(halve=True))
    assert codes(app) == part.table.index[:12].tolist()      # what the terms do reach
    assert "No choice of fewer neighbourhoods" not in said(app)
    app.button(key="first_smaller").click().run()
    assert query_of(app)["least"] == "1"
    assert "cannot be reached" not in said(app)
    assert "some with under 50 to upgrade" in said(app)
    assert codes(app) == where_first(
        starter, View(), starter.place(BRISTOL), Terms(halve=True, least=1)).table.index[:12].tolist()


@pytest.mark.parametrize("query", [
    {"first": "<script>"}, {"first": "0"}, {"first": "1/0"}, {"order": "luck"}, {"least": "0"}, {"fair": "101"},
    {"every": "1e9"}, {"first": "halve/2"},
])
def test_hostile_terms_get_a_notice_and_the_usual_list(
    what_to_do: Start, starter: Edition, query: dict[str, str],
) -> None:
    app = what_to_do(place=TORRIDGE, **query)
    (name,) = query
    assert re.search(rf'class="notice" role="status">The link has {name} ', html(app))
    assert "<script>" not in html(app)
    assert codes(app) == where_first(
        starter, View(), starter.place(TORRIDGE), Terms(halve=True)).table.index.tolist()


def test_the_list_goes_into_a_pack_from_here_and_is_found_from_the_place(what_to_do: Start) -> None:
    app = what_to_do(place=TORRIDGE, speed="100")
    link, = re.findall(r'href="(evidence\?[^"]*)"', html(app))
    assert parse_qs(urlsplit(unescape(link)).query)["first"] == ["halve"]
    placed = app.switch_page("place/page.py").run()
    assert re.search(r'Where first</dt><dd>.*?<a href="what_to_do\?place=E07000046&amp;speed=100', html(placed))
    offered = what_to_do(place=TORRIDGE, first="900").switch_page("evidence/page.py").run()
    assert "The pack has a chapter ‘Where first’: its list stops at 900 homes and businesses." in said(offered)
    assert "--first 900" in " ".join(element.value for element in offered.markdown)


def test_the_pictured_first_page_is_the_packs(starter: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    documents: list[Document] = []
    monkeypatch.setattr("pages.evidence.data.first_page_png", lambda document: documents.append(document) or b"")
    request = Request(View(place=TORRIDGE, first="900"))
    forget()
    first_page(request)
    forget()
    assert documents[0].link == link(place_profile(starter, request.view))
    assert "first=900" in documents[0].link


@pytest.mark.parametrize("place", ["E12000009", "E07000003", "E01000002", "E01000004", "E06000002+E07000001"])
def test_any_place_of_an_edition_without_a_test_has_the_page(
    run: Callable[..., AppTest], tiny_edition: Edition, place: str,
) -> None:
    """The region, a neighbour, a neighbourhood, one where nobody is in work, a partnership."""
    app = run(place=place, least="1").switch_page("what_to_do/page.py").run()
    assert not app.exception
    found = where_first(tiny_edition, View(), tiny_edition.place(place), Terms(halve=True, least=1))
    assert codes(app) == found.table.index.tolist()
    assert ("is left in the gap" in said(app)) == found.table.empty


def test_a_map_of_a_list_is_coloured_by_people(starter: Edition) -> None:
    found = where_first(starter, View(), starter.place(TORRIDGE), Terms(halve=True)).table
    areas = starter.areas
    inside = pd.Series(areas.index.isin(starter.place(TORRIDGE).lsoas), areas.index)
    classes = classify_chosen(found["people_out_of_gap"], inside)
    assert classes.index.equals(areas.index)
    assert (classes[~inside] == OUTSIDE).all()
    assert (classes[inside] == 0).sum() == inside.sum() - len(found)
    for code, people in found["people_out_of_gap"].items():
        assert classes[code] == 1 + sum(people >= limit for limit in CHOSEN_BREAKS)
    assert [(row.label, row.areas) for row in chosen_legend(LIGHT, classes)] == [
        ("not on the list", 31), ("75 to 100", 6), ("100 to 150", 1)]


def test_the_curve_and_its_table_are_the_lists_sums(starter: Edition, tiny_edition: Edition) -> None:
    found = where_first(starter, View(), starter.place(DEVON), Terms(premises=9000))
    drawn = curve_chart(found, LIGHT, None).to_dict()
    kinds = [layer["mark"]["type"] for layer in drawn["layer"]]
    assert kinds == ["area", "line", "line", "line"]
    (name,) = {row for row in drawn["datasets"] if len(drawn["datasets"][row]) == len(found.table) + 1}
    points = drawn["datasets"][name]
    assert points[0]["cumulative_people"] == points[0]["cumulative_premises"] == 0
    assert points[-1]["cumulative_people"] == pytest.approx(found.table["people_out_of_gap"].sum())
    assert [layer["mark"]["type"] for layer in curve_chart(found, LIGHT, found.people / 2).to_dict()["layer"]] == [
        "area", "line", "line", "rule", "text", "line"]
    rows = curve_rows(found)
    assert len(rows) == 10
    assert rows[-1][0] == str(len(found.table))
    for count, premises, _, people, between in rows:
        top = found.table.head(int(count))
        assert (premises, people) == (about(top["premises"].sum()), about(top["people_out_of_gap"].sum()))
        assert re.fullmatch(r"[\d,]+ to [\d,]+", between)
    untested = where_first(tiny_edition, View(), tiny_edition.place("E07000001"), Terms(least=0))
    assert [layer["mark"]["type"] for layer in curve_chart(untested, LIGHT, None).to_dict()["layer"]] == ["line"]
    assert all(between == "" for *_, between in curve_rows(untested))


def test_what_changes_no_list_changes_no_question() -> None:
    assert asked_of(View(lat=50.0, lon=-4.0, zoom=8.0, show="rural", edition="x")) == View(first="halve")
    assert asked_of(View(place=DEVON, first="900", fair=20)) == View(place=DEVON, first="900", fair=20)
