"""The one view of a session: read from the link, changed by the sidebar, written back to the link."""

from collections.abc import Mapping
from typing import Any, cast

import streamlit as st

from geo.errors import PlaceError
from geo.view import View
from pages.parts.data import edition, place

__all__ = ["current_view", "embedded", "first_place", "link_query", "open_view", "set_view"]

_VIEW, _WRITTEN, _PAGE, _NOTICES = "swathe_view", "swathe_written", "swathe_page", "swathe_notices"
_FIRST = "swathe_first"
_LONG = ("place", "beside")
_STREAMLITS_OWN = ("embed", "embed_options")
_OF_PLACES = ("place", "beside", "within")


def first_place() -> str:
    """Return the place that this session began with, which stands first in the list of places."""
    return cast("str", st.session_state[_FIRST])


def current_view() -> View:
    """Return the view of this session."""
    return cast("View", st.session_state[_VIEW])


def embedded() -> bool:
    """Say whether the page is shown inside another site's page (`?embed=true`)."""
    return bool(st.context.is_embedded)


def link_query(view: View, served: str) -> dict[str, str]:
    """Spell the link of a view, from one page to another: an embedded page leads to embedded pages."""
    return _written(view, served) | ({"embed": "true"} if embedded() else {})


def _written(view: View, served: str) -> dict[str, str]:
    query = view.to_query()
    return {**query, "edition": view.edition or served} if query else {}


def open_view(page: str) -> tuple[View, list[str]]:
    """Find the view of this run: the link's when it is new, else the session's."""
    state = st.session_state
    query = {name: value for name, value in st.query_params.to_dict().items() if name not in _STREAMLITS_OWN}
    other_page = state.get(_PAGE, page) != page
    turned_page = not query and other_page     # the navigation's links carry no query
    state[_PAGE] = page
    new_link = _VIEW not in state or (query != state[_WRITTEN] and not turned_page)
    if new_link:
        state[_VIEW], state[_NOTICES] = _read(query)
        state[_WRITTEN] = query
    state.setdefault(_FIRST, state[_VIEW].place)
    if new_link or other_page:     # a widget's value is forgotten while its page is not shown
        for option, value in _widget_values(state[_VIEW]).items():
            # A list of all places that shows the value already is not set again: it would be sent again.
            if option not in _LONG or state.get(option, state[_FIRST] if option == "place" else []) != value:
                state[option] = value
    return state[_VIEW], state[_NOTICES]


def _read(query: Mapping[str, str]) -> tuple[View, list[str]]:
    # A plus sign typed by hand arrives as a space; no code has one.
    joined = {name: value.replace(" ", "+") if name in _OF_PLACES else value for name, value in query.items()}
    view, notices = View.from_query(joined)
    for option in ("place", "within"):
        problem = None if getattr(view, option) == "all" else _unknown(getattr(view, option))
        if problem:
            said = f"The link names a place that is not known ({problem}); the South West is shown instead."
            notices, view = [*notices, said], view.replace(**{option: View().place})
    beside = {code: _unknown(code) for code in view.beside.split(".") if code}
    notices += [f"The link compares with a place that is not known ({problem}); it was left out."
                for problem in beside.values() if problem]
    if view.station and view.station not in edition().stations.index:
        notices.append(f"The link names a station that is not known (‘{view.station}’); it was left out.")
        view = view.replace(station="")
    return view.replace(beside=".".join(code for code, problem in beside.items() if not problem)), notices


def _unknown(code: str) -> PlaceError | None:
    """Say why a code is no place of the edition; None when it is one."""
    try:
        place(code)
    except PlaceError as error:
        return error
    return None


def _widget_values(view: View) -> dict[str, Any]:
    """Options that have a widget: the widget's key is the option's name."""
    named = ("place", "show", "by", "ranked", "within", "per", "station")
    return {**view.options(), **{name: getattr(view, name) for name in named},
            "beside": [code for code in view.beside.split(".") if code]}


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
    query = _written(view, edition().id)
    own = {name: st.query_params[name] for name in _STREAMLITS_OWN if name in st.query_params}
    if {**query, **own} != st.query_params.to_dict():
        st.query_params.from_dict({**query, **own})
    state[_WRITTEN] = query
    return view
