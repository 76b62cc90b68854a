"""The one view of a session: read from the link, changed by the sidebar, written back to the link."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, cast
from urllib.parse import urlencode

import streamlit as st

from geo.core.errors import ViewError
from geo.core.priority_terms import stop_of
from geo.core.view import FIGURE_OPTIONS, OWN_AREA, WHAT_IF_OPTIONS, View, names_own_area
from geo.core.what_if_terms import AddedTrains, moment
from geo.words.own_place import LOST
from pages.shared.data import SESSION, edition, show_session, usual_view
from pages.shared.link import beside_codes, named_edition, read_link, view_query

_VIEW, _WRITTEN, _PAGE, _NOTICES = "swathe_view", "swathe_written", "swathe_page", "swathe_notices"
_FIRST, _SEEN = "swathe_first", "swathe_seen"
_STREAMLITS_OWN = ("embed", "embed_options")
_NO_OPTIONS = (*_STREAMLITS_OWN, OWN_AREA)
_WITH_WIDGET = ("show", "by", "ranked", "within", "per", "like", "station", "order", "against")
_NUMBERS = ("least", "fair", "every")
_STOP = ("stop", "premises", "budget", "cost")
_WHAT_IF = (
    *WHAT_IF_OPTIONS[:5], "close_from", "close_to", "calls", "runs", "add_first", "add_last", "add_every", "part")
_WIDGETS = (*FIGURE_OPTIONS, *_WITH_WIDGET, *_NUMBERS, *_STOP, *_WHAT_IF, "beside")

EVERY_LINE = "every line"
"""Chosen where a what-if is not of one line."""


def first_view() -> View:
    """Return the view that this session began with, whose options its widgets start with.

    Not set through their keys: a browser that was cut off sends what the reader changed first with the new session's
    first run, and that must win over its link.
    """
    return cast("View", st.session_state[_FIRST])


def stop_widgets(view: View) -> dict[str, Any]:
    """Tell what the widgets of where a list stops show: which way, and the numbers of it; None where there is none."""
    stop = stop_of(view.first)
    way = "budget" if stop.budget is not None else "halve" if stop.premises is None else "premises"
    return {"stop": way, **stop._asdict()}


def what_if_widgets(view: View) -> dict[str, Any]:
    """Tell what the widgets of a what-if show; trains that cannot run are not shown."""
    close_from, _, close_to = view.close.partition("-")
    shown = {"upgrade": [code for code in view.upgrade.split("+") if code], "to": view.to or view.speed,
             "rail": view.rail, "stations": [code for code in view.stations.split(".") if code],
             "line": view.line or EVERY_LINE, "close_from": close_from, "close_to": close_to, "calls": [], "runs": "",
             "add_first": "06:00", "add_last": "09:00", "add_every": "60"}
    with suppress(ViewError):
        if view.add:
            added = AddedTrains.read(view.add)
            shown |= {"calls": list(added.stations), "runs": ", ".join(map(str, added.minutes)),
                      "add_first": moment(added.first), "add_last": moment(added.last), "add_every": str(added.every)}
    return shown


def part_of(view: View) -> str:
    """Tell which part of What to do a view asks for: the what-if where it has one, and no terms of where first."""
    return "what_if" if view.asks_what_if and not view.first else "first"


def current_view() -> View:
    """Return the view of this session."""
    return cast("View", st.session_state[_VIEW])


def embedded() -> bool:
    """Say whether the page is shown inside another site's page (`?embed=true`)."""
    return bool(st.context.is_embedded)


def at_place(view: View, code: str, beside: str = "") -> View:
    """Return a view of another place, looked at whole; with others beside it where they are named."""
    return view.replace(place=code, beside=beside or view.beside, lat=None, lon=None, zoom=None, edition="")


def address(page: str, query: Mapping[str, str]) -> str:
    """Write the address of a page."""
    return f"{page}{'?' if query else ''}{urlencode(query)}"


def link_query(view: View, served: str) -> dict[str, str]:
    """Write a view as the query of a link from one page to another: an embedded page leads to embedded pages."""
    return view_query(view, served) | ({"embed": "true"} if embedded() else {})


def open_view(page: str) -> tuple[View, list[str]]:
    """Find the view of this run: the link's when it is new, else the session's."""
    state = st.session_state
    query = {name: value for name, value in st.query_params.to_dict().items() if name not in _NO_OPTIONS}
    other_page = state.get(_PAGE, page) != page
    turned_page = not query and other_page     # the navigation's links carry no query
    state[_PAGE] = page
    begins = _VIEW not in state
    new_link = begins or (query != state[_WRITTEN] and not turned_page and not _changed())
    before = state.get(SESSION, "")
    served = show_session(named_edition(query) if new_link else before).edition
    if not new_link and served.id != before:     # the edition was taken away
        query, new_link = {**state[_VIEW].to_query(), "edition": before}, True
    if new_link:
        state[_VIEW], state[_NOTICES] = read_link(query)
        if begins and OWN_AREA in st.query_params:     # the page was loaded again, or its process ended
            state[_NOTICES].append(LOST)
        state[_WRITTEN] = query
    state.setdefault(_FIRST, state[_VIEW])
    if not begins and (new_link or other_page):     # a widget's value is forgotten while its page is not shown
        _fill_widgets(state[_VIEW])
    state[_SEEN] = {option: state[option] for option in _WIDGETS if option in state}
    return state[_VIEW], state[_NOTICES]


def _changed() -> bool:
    """Say whether the reader changed a widget since the last run.

    Then the link is the older one: whoever is quick changes a widget before the browser has the last change's link.
    """
    return any(st.session_state.get(option, value) != value for option, value in st.session_state[_SEEN].items())


def _fill_widgets(view: View) -> None:
    """Give every widget its value; its key is the option's name."""
    state, beside = st.session_state, beside_codes(view)
    # A list from which nothing is chosen has the value None: another would look like a change by the reader.
    chosen = {name: getattr(view, name) or None for name in _WITH_WIDGET}
    numbers = {name: getattr(view, name) for name in _NUMBERS}
    values = {**view.options(), **chosen, **numbers, **stop_widgets(view), **what_if_widgets(view),
              "part": part_of(view), "beside": beside}
    for option, value in values.items():
        # The list of all places, where it shows the value already, is not set again: it would be sent again.
        if option != "beside" or state.get(option, beside_codes(first_view())) != value:
            state[option] = value


def put_back(options: Sequence[str]) -> None:
    """Give options their default: in the sidebar, in the view and in the link."""
    usual = usual_view().options()
    for option in options:
        st.session_state[option] = usual[option]
    set_view(**{option: usual[option] for option in options})


def set_view(**chosen: Any) -> View:
    """Take what the reader chose, and write the link."""
    state = st.session_state
    before: View = state[_VIEW]
    view = before.replace(**chosen)
    if view != before:
        state[_NOTICES] = []
        view = view.replace(edition="")
        if view.place != before.place:       # a new place is looked at whole
            view = view.replace(lat=None, lon=None, zoom=None)
    state[_VIEW] = view
    query = view_query(view, edition().id)
    own = {name: st.query_params[name] for name in _STREAMLITS_OWN if name in st.query_params} | (
        {OWN_AREA: "shown"} if names_own_area(view.place) else {})
    state[_WRITTEN] = query     # first: a run may be stopped where it writes the link
    if {**query, **own} != st.query_params.to_dict():
        st.query_params.from_dict({**query, **own})
    return view
