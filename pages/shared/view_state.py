"""The one view of a session: read from the link, changed by the sidebar, written back to the link."""

from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlencode

import streamlit as st

from geo.core.view import View
from pages.shared.data import edition
from pages.shared.link import beside_codes, read_link, view_query

_VIEW, _WRITTEN, _PAGE, _NOTICES = "swathe_view", "swathe_written", "swathe_page", "swathe_notices"
_STREAMLITS_OWN = ("embed", "embed_options")
_WITH_WIDGET = ("show", "by", "ranked", "within", "per", "station")


def current_view() -> View:
    """Return the view of this session."""
    return cast("View", st.session_state[_VIEW])


def embedded() -> bool:
    """Say whether the page is shown inside another site's page (`?embed=true`)."""
    return bool(st.context.is_embedded)


def at_place(view: View, code: str) -> View:
    """Return a view of another place, looked at whole."""
    return view.replace(place=code, lat=None, lon=None, zoom=None, edition="")


def address(page: str, query: Mapping[str, str]) -> str:
    """Write the address of a page."""
    return f"{page}{'?' if query else ''}{urlencode(query)}"


def link_query(view: View, served: str) -> dict[str, str]:
    """Write a view as the query of a link from one page to another: an embedded page leads to embedded pages."""
    return view_query(view, served) | ({"embed": "true"} if embedded() else {})


def open_view(page: str) -> tuple[View, list[str]]:
    """Find the view of this run: the link's when it is new, else the session's."""
    state = st.session_state
    query = {name: value for name, value in st.query_params.to_dict().items() if name not in _STREAMLITS_OWN}
    other_page = state.get(_PAGE, page) != page
    turned_page = not query and other_page     # the navigation's links carry no query
    state[_PAGE] = page
    new_link = _VIEW not in state or (query != state[_WRITTEN] and not turned_page)
    if new_link:
        state[_VIEW], state[_NOTICES] = read_link(query)
        state[_WRITTEN] = query
    if new_link or other_page:     # a widget's value is forgotten while its page is not shown
        _fill_widgets(state[_VIEW])
    return state[_VIEW], state[_NOTICES]


def _fill_widgets(view: View) -> None:
    """Give every widget its value; its key is the option's name."""
    state, beside = st.session_state, beside_codes(view)
    values = {**view.options(), **{name: getattr(view, name) for name in _WITH_WIDGET}, "beside": beside}
    for option, value in values.items():
        # The list of all places, where it shows the value already, is not set again: it would be sent again.
        if option != "beside" or state.get(option, []) != value:
            state[option] = value


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
    own = {name: st.query_params[name] for name in _STREAMLITS_OWN if name in st.query_params}
    if {**query, **own} != st.query_params.to_dict():
        st.query_params.from_dict({**query, **own})
    state[_WRITTEN] = query
    return view
