"""The changes of a what-if, as widgets in one form: nothing is worked out until the reader asks."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from geo.core.choices import SPEEDS
from geo.core.errors import SwatheError
from geo.core.view import MOST_MINUTES, UPGRADED_AT_MOST, View
from geo.core.what_if_terms import WhatIf
from geo.figures.scenario import lines_served, require_known
from geo.words.claim import sentence_case
from geo.words.definitions import speed_in_words
from pages.shared.data import edition, per_edition, usual_view
from pages.shared.menu import labeller, place_labels
from pages.shared.parts import notice, small
from pages.shared.view_state import EVERY_LINE, current_view, first_view, set_view, what_if_widgets

_PROBLEM = "what_if_problem"


def choose_changes(view: View) -> None:
    """Let the reader choose what changes."""
    began = what_if_widgets(first_view())
    with st.form("what_if", border=False):
        _choose_upgrade(view, began)
        _choose_minutes(began)
        with st.expander("Close a line, or add trains", expanded=bool(first_view().close or first_view().add)):
            _choose_trains(began)
        st.form_submit_button("Work it out", type="primary", on_click=_take)
    if view.asks_what_if:
        st.button("Change nothing", key="what_if_nothing", on_click=_nothing)
    problem = st.session_state.pop(_PROBLEM, "")
    if problem:
        notice(problem)


def _choose_upgrade(view: View, began: Mapping[str, Any]) -> None:
    # A neighbourhood is offered where the link names it: all of them would be too many.
    named = [*began["upgrade"], *what_if_widgets(view)["upgrade"]]
    offered = list(dict.fromkeys([*place_labels(), *named]))
    st.multiselect("Upgrade every line of", offered, began["upgrade"], key="upgrade",
                   format_func=labeller(view), max_selections=UPGRADED_AT_MOST,
                   placeholder="Type a few letters of a place")
    st.selectbox("to", list(SPEEDS), list(SPEEDS).index(began["to"]), key="to",
                 format_func=lambda speed: sentence_case(speed_in_words(speed)))


def _choose_minutes(began: Mapping[str, Any]) -> None:
    st.slider("Minutes more or fewer by train to the hub", -MOST_MINUTES, MOST_MINUTES, began["rail"], 5, key="rail",
              format="%d min", help="From the station to the hub; no journey falls below half of its fastest.")
    st.multiselect("only from these stations", list(_stations()), began["stations"], key="stations",
                   format_func=_stations().__getitem__, placeholder="From all of them")
    lines = [EVERY_LINE, *lines_served(edition())]
    st.selectbox("only from stations of this line", lines, lines.index(began["line"]) if began["line"] in lines else 0,
                 key="line")


def _choose_trains(began: Mapping[str, Any]) -> None:
    codes, names = ["", *_stations()], {"": "–", **_stations()}
    left, right = st.columns(2)
    for column, key, label in ((left, "close_from", "Close the line between"), (right, "close_to", "and")):
        column.selectbox(label, codes, codes.index(began[key]) if began[key] in codes else 0, key=key,
                         format_func=names.__getitem__)
    st.multiselect("Add trains that call at, in this order", list(_stations()), began["calls"], key="calls",
                   format_func=_stations().__getitem__, placeholder="Type a few letters of a station")
    st.text_input("Minutes from call to call", began["runs"], key="runs", placeholder="25, 95", max_chars=80)
    for column, key, label in zip(st.columns(3), ("add_first", "add_last", "add_every"),
                                  ("First train", "Last train", "Every … minutes"), strict=True):
        column.text_input(label, began[key], key=key, max_chars=5)
    small("Trains that run over a closed line are cut in two there; no way round is assumed.")


@per_edition(1)
def _stations() -> dict[str, str]:
    """Name the stations of the timetable, in the order of their names. Do not change it: it is shared."""
    stations = edition().stations
    return dict(stations.loc[stations["served"], "name"].sort_values().items())


def _take() -> None:
    """Take the form into the view; what cannot be gets a sentence, and the view stays."""
    state = st.session_state
    close = "-".join(filter(None, (state["close_from"], state["close_to"])))
    runs = ",".join(state["runs"].replace(",", " ").split())
    times = f"{state['add_first'].strip()}-{state['add_last'].strip()}/{state['add_every'].strip()}"
    chosen = {
        "upgrade": "+".join(state["upgrade"]), "to": state["to"] if state["upgrade"] else "", "rail": state["rail"],
        "stations": ".".join(sorted(state["stations"])), "line": state["line"] if state["line"] != EVERY_LINE else "",
        "close": close, "add": f"{','.join(state['calls'])}@{times}:{runs}" if state["calls"] else ""}
    try:
        require_known(edition(), WhatIf.of(current_view().replace(**chosen)))
        set_view(**chosen)
    except SwatheError as error:
        state[_PROBLEM] = f"This cannot be worked out: {error}."


def _nothing() -> None:
    """Take all changes back."""
    usual = usual_view()
    set_view(**{name: getattr(usual, name) for name in ("upgrade", "to", "rail", "stations", "line", "close", "add")})
    st.session_state.update(what_if_widgets(usual))
