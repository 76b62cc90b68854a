"""The part What if of What to do: a link shows before and after, the form writes the link, files hold the change."""

import csv
import io
import re
from collections.abc import Callable
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from geo.core.view import WHAT_IF_OPTIONS, View
from geo.edition.store import Edition, load_edition
from geo.figures.what_if import area_changes, what_if, who_gains
from geo.words.claim import bases
from geo.words.what_if import NOTHING_ASKED, beside_the_change, gains_rows, what_it_does
from pages.shared.view_state import part_of, what_if_widgets
from pages.what_to_do.outcome import changes_csv, changes_of
from tests.fixtures.pages import html

pytestmark = pytest.mark.slow

Start = Callable[..., AppTest]
DEVON, TORRIDGE = "E10000008", "E07000046"
TRAINS = "EXD,TAU,PAD@06:00-09:00/60:20,80"


@pytest.fixture(scope="module")
def starter() -> Edition:
    return load_edition()


def said(app: AppTest) -> str:
    return " ".join(unescape(re.sub("<[^>]*>", " ", html(app))).split())


def spaced(text: str) -> str:
    return " ".join(text.split())


def query_of(app: AppTest) -> dict[str, str]:
    return {name: value[0] if isinstance(value, list) else value for name, value in app.query_params.items()}


@pytest.mark.parametrize("view", [
    View(place=DEVON, close="DWL-TGM", hub="bristol"), View(place=DEVON, upgrade=TORRIDGE, to="gigabit"),
    View(place=DEVON, rail=-20, stations="EXD.NTA"), View(place=DEVON, add=TRAINS, speed="100"),
], ids=lambda view: "+".join(name for name in WHAT_IF_OPTIONS if getattr(view, name)))
def test_a_link_shows_before_and_after(what_to_do: Start, starter: Edition, view: View) -> None:
    app = what_to_do(**view.to_query())
    found, text = what_if(starter, view), said(app)
    claim = spaced(re.sub("</?strong>", "", unescape(html(app))))
    assert spaced("".join(what_it_does(starter, view, found))) in claim
    for line in beside_the_change(view, found):
        assert spaced(line) in text
    for row in gains_rows(who_gains(starter, view, found)):
        assert row[0] in text
        assert spaced(row[3][0]) in text
    assert {name: value for name, value in query_of(app).items() if name != "edition"} == view.to_query()
    shown = what_if_widgets(view)
    assert {key: app.session_state[key] for key in shown} == shown
    assert app.session_state["part"] == "what_if" == part_of(view)
    # The estimate says what it rests on, and so do journeys where they change.
    assert (spaced(bases(found.after)["indicative"]) in text) == found.terms.changes_rail


def test_the_form_writes_the_link_when_it_is_sent(what_to_do: Start, starter: Edition) -> None:
    app = what_to_do(place=DEVON, first="halve")
    app.segmented_control(key="part").set_value("what_if").run()
    assert NOTHING_ASKED in said(app)
    app.multiselect(key="upgrade").set_value([TORRIDGE])
    app.selectbox(key="to").set_value("100")
    app.slider(key="rail").set_value(-15)
    next(button for button in app.button if button.label == "Work it out").click().run()
    assert not app.exception
    query = query_of(app)
    assert {name: query.get(name) for name in ("upgrade", "to", "rail")} == {
        "upgrade": TORRIDGE, "to": "100", "rail": "-15"}
    found = what_if(starter, View(place=DEVON, upgrade=TORRIDGE, to="100", rail=-15))
    assert spaced("".join(what_it_does(starter, View(place=DEVON), found))) in spaced(
        re.sub("</?strong>", "", unescape(html(app))))
    app.button(key="what_if_nothing").click().run()
    assert not {"upgrade", "to", "rail"} & set(query_of(app))
    assert NOTHING_ASKED in said(app)


def test_a_train_that_cannot_run_gets_a_sentence_and_the_link_stays(what_to_do: Start) -> None:
    app = what_to_do(place=DEVON, close="DWL-TGM")
    app.multiselect(key="calls").set_value(["EXD", "PAD"])
    app.text_input(key="runs").set_value("20, 30")
    next(button for button in app.button if button.label == "Work it out").click().run()
    assert "This cannot be worked out: add ‘EXD,PAD@06:00-09:00/60:20,30’: 2 calls have 1 runs" in said(app)
    assert query_of(app)["close"] == "DWL-TGM"
    assert "add" not in query_of(app)


@pytest.mark.parametrize(("query", "why"), [
    ({"close": "PNZ-XXX"}, "no station ‘XXX’"), ({"upgrade": "E07999999"}, "no place"),
    ({"stations": "PNZ"}, "minutes"),
    ({"rail": "5", "line": "Nowhere line"}, "no line called"), ({"add": "PNZ,PNZ@06:00-09:00/60:10"}, "twice"),
    ({"rail": "-1000"}, "whole number from -60 to 60"),
])
def test_what_cannot_be_is_left_out_of_the_link_with_a_notice(
    what_to_do: Start, query: dict[str, str], why: str,
) -> None:
    app = what_to_do(place=DEVON, **query)
    assert why in said(app)
    assert set(query_of(app)) == {"place", "edition"}


def test_the_difference_as_a_file(starter: Edition, what_to_do: Start) -> None:
    what_to_do(place=DEVON, upgrade=TORRIDGE)
    asked = changes_of(View(place=DEVON, upgrade=TORRIDGE, first="halve"))
    assert asked == View(place=DEVON, upgrade=TORRIDGE)
    found = what_if(starter, asked)
    rows = list(csv.DictReader(io.StringIO(changes_csv(asked, found).decode("utf-8-sig"))))
    expected = area_changes(starter, asked, found)
    assert [row["code"] for row in rows] == expected.index.tolist()
    assert sum(float(row["people_in_gap_change"]) for row in rows) == pytest.approx(
        found.change("people_in_gap"), abs=0.005 * len(rows))
    assert {(row["upgrade"], row["edition"]) for row in rows} == {(TORRIDGE, starter.id)}


def test_line_or_train_is_worked_out_when_it_is_asked_for(what_to_do: Start) -> None:
    app = what_to_do(place=DEVON, rail="-10")
    assert "Homes and businesses to upgrade for as many" not in said(app)
    app.toggle(key="line_or_train").set_value(True).run()
    assert not app.exception
    assert "Homes and businesses to upgrade for as many" in said(app)
    assert "48 neighbourhoods" in said(app)
    assert "10 minutes about 3,010 people between " in said(app)
