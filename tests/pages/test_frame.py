"""The frame and the first page, run as Streamlit runs them but without a browser."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geo.core.cache import forget
from geo.core.view import View
from geo.edition.store import STARTER, Edition, save_edition
from geo.figures.ranking import rank
from pages.shared.menu import place_labels
from pages.shared.view_state import link_query
from tests.fixtures.pages import FRAME, html, own_main
from tests.fixtures.tiny_edition import tiny_manifest, tiny_tables

pytestmark = pytest.mark.slow

Run = Callable[..., AppTest]


def place_said(app: AppTest) -> str:
    """What the sidebar says of the place."""
    said, = re.findall(r'<p class="place-chosen">(.*?)</p>', html(app))
    return re.sub("<[^>]*>", "", said)


def test_table_is_the_ranking_without_neighbours(run: Run, tiny_edition: Edition) -> None:
    app = run()
    table = app.dataframe[0].value
    ranked = rank(tiny_edition, View(), by="authority")
    assert not ranked["neighbour"].any()
    assert table["Authority"].tolist() == ranked["name"].tolist()
    assert table["People"].tolist() == ranked["value"].round().tolist()
    assert table["Per 1,000"].tolist() == ranked["rate"].round(1).tolist()
    assert "From" not in table      # this edition has no test of its estimate


def test_table_can_be_ordered_by_rate_and_follows_the_map(run: Run, tiny_edition: Edition) -> None:
    app = run(show="premises_below")
    app.button_group[0].set_value("rate").run()
    table = app.dataframe[0].value
    ranked = rank(tiny_edition, View(), by="authority", measure="premises_below", per="rate")
    assert table["Authority"].tolist() == ranked["name"].tolist()
    assert table["%"].tolist() == (100 * ranked["rate"]).round(1).tolist()
    assert table["Premises"].tolist() == ranked["value"].tolist()


@pytest.mark.parametrize("show", ["residents", "train_to_hub_minutes", "within_30_min_walk_of_station"])
def test_every_measure_can_be_shown(run: Run, show: str) -> None:
    assert len(run(show=show).dataframe[0].value) == 2


def test_sidebar_is_filled_from_the_link_and_written_back(run: Run) -> None:
    app = run(speed="100", minutes="95", hub="exeter", place="E06000002", embed="true")
    assert (app.selectbox(key="speed").value, app.slider(key="minutes").value) == ("100", 95)
    assert app.selectbox(key="hub").value == "exeter"
    assert place_said(app) == "Place: Bland, City of · local authority"
    app.selectbox(key="clock").select("door").run()
    assert app.query_params["clock"] == "door"
    assert app.query_params["minutes"] == "95"
    assert app.query_params["embed"] == "true"
    assert "counted from the door" in html(app)


def test_a_place_that_is_not_in_the_list_can_still_be_linked_to(run: Run) -> None:
    for code, name in (("E01000003", "Bland 001A"), ("E06000002+E07000001", "Bland + Aland"),
                       ("E06000002 E07000001", "Bland + Aland")):
        app = run(place=code)
        assert place_said(app).replace(", City of", "").startswith(f"Place: {name} · ")
        assert re.search(rf"[Ii]n {re.escape(name)}[ ,]", html(app).replace("<strong>", ""))
    assert "E01000003" not in place_labels()


def test_neighbours_can_be_chosen_and_are_called_so(run: Run) -> None:
    app = run(place="E07000003")
    assert place_labels()["E07000003"].endswith("— neighbour")
    assert "neighbour" in html(app)


def test_what_a_link_says_is_shown_as_text(run: Run) -> None:
    app = run(speed="<script>alert(1)</script>", **{"<img src=x>": "1"})
    assert "<script>" not in html(app)
    assert "<img" not in html(app)
    assert "&lt;script&gt;" in html(app)


def test_a_new_place_is_looked_at_whole(run: Run) -> None:
    app = run(place="E06000002", lat="50.5", lon="-4", zoom="9")
    assert app.query_params["zoom"] == "9.00"
    app.button(key="whole_region").click().run()
    assert "zoom" not in app.query_params
    assert "place" not in app.query_params
    assert place_said(app) == "Place: South West · region"
    assert not [button for button in app.button if button.key == "whole_region"]


def test_link_names_the_edition_unless_nothing_was_chosen() -> None:
    assert link_query(View(), "starter-1") == {}
    assert link_query(View(speed="100"), "starter-1") == {"speed": "100", "edition": "starter-1"}
    assert link_query(View(speed="100", edition="starter-0"), "starter-1")["edition"] == "starter-0"


def test_without_an_edition_the_page_says_why(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWATHE_EDITION", str(tmp_path))
    forget()
    app = run()
    assert "There is no data to show" in html(app)
    assert len(app.dataframe) == 0


@pytest.mark.parametrize("page", ["rail", "place", "overview", "method"])
def test_an_official_timetable_is_named_where_its_times_are_shown(
    run: Run, railed_written: Path, monkeypatch: pytest.MonkeyPatch, page: str,
) -> None:
    monkeypatch.setenv("SWATHE_EDITION", str(railed_written))
    app = run(station="AAA")
    if page != "overview":
        app.switch_page(f"{page}/page.py").run()
    assert not app.exception
    said = html(app)
    name = "imetable of Rail &amp; Sons, version 7b, for 6 January 2026"
    assert said.count(name) >= {"rail": 5, "place": 2}.get(page, 1), said
    assert "official timetable" not in said


def test_what_explains_a_constant_is_not_shown_to_readers() -> None:
    app = AppTest.from_string('"""A page."""\nMANY = 40\n"""Links that are folded away."""\nMANY\n').run()
    assert not app.exception
    assert not app.markdown
    assert not app.main.children


def test_the_list_of_places_is_forgotten_with_the_edition(served: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "E06000002" in place_labels()
    monkeypatch.setenv("SWATHE_EDITION", str(STARTER))
    forget()
    assert "E06000002" not in place_labels()
    assert place_labels()["E07000040"].startswith("East Devon")


def test_a_kind_that_the_edition_has_none_of_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = tiny_tables()
    tables["areas"] = tables["areas"].assign(district="")
    tables["places"] = tables["places"][tables["places"]["kind"] != "district"]
    save_edition(tmp_path / "none", "none", tables, tiny_manifest())
    monkeypatch.setenv("SWATHE_EDITION", str(tmp_path / "none"))
    forget()
    with own_main():
        app = AppTest.from_file(str(FRAME), default_timeout=60)
        app.query_params.update({"by": "district", "ranked": "district"})
        app.run()
    forget()
    assert not app.exception
    assert html(app).count("asks for former districts, of which this edition has none") == 2


@pytest.mark.parametrize(("code", "said"), [
    ("E14000001", True), ("E14000002", False), ("E07000001", False), ("E07000009", False)])
def test_a_constituencys_page_names_its_mp(run: Run, code: str, said: bool) -> None:
    app = run(place=code)
    app.switch_page(str(FRAME.parent / "place" / "page.py")).run()
    assert not app.exception
    assert ("MP on 27 June 2026: Dr Ann Example, Independent." in html(app)) == ("MP on" in html(app)) == said
