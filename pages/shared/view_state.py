"""The one view of a session: read from the link, changed by the sidebar, written back to the link."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from urllib.parse import urlencode

import streamlit as st

from geo.core.choices import KINDS
from geo.core.errors import PlaceError
from geo.core.view import FIGURE_OPTIONS, View
from pages.shared.data import edition, place

_VIEW, _WRITTEN, _PAGE, _NOTICES = "swathe_view", "swathe_written", "swathe_page", "swathe_notices"
_FIRST, _SEEN = "swathe_first", "swathe_seen"
_LISTS_OF_PLACES = ("place", "beside")
_STREAMLITS_OWN = ("embed", "embed_options")
_NAMES_PLACES = ("place", "beside", "within")
_WITH_WIDGET = ("place", "show", "by", "ranked", "within", "per", "station")
_WIDGETS = (*FIGURE_OPTIONS, *_WITH_WIDGET, "beside")


def first_view() -> View:
    """Return the view that this session began with, whose options its widgets start with.

    Not set through their keys: a browser that was cut off sends what the reader changed first with the new session's
    first run, and that must win over its link.
    """
    return cast("View", st.session_state[_FIRST])


def current_view() -> View:
    """Return the view of this session."""
    return cast("View", st.session_state[_VIEW])


def embedded() -> bool:
    """Say whether the page is shown inside another site's page (`?embed=true`)."""
    return bool(st.context.is_embedded)


def address(page: str, query: Mapping[str, str]) -> str:
    """Write the address of a page."""
    return f"{page}{'?' if query else ''}{urlencode(query)}"


def link_query(view: View, served: str) -> dict[str, str]:
    """Write a view as the query of a link from one page to another: an embedded page leads to embedded pages."""
    return _query(view, served) | ({"embed": "true"} if embedded() else {})


def _query(view: View, served: str) -> dict[str, str]:
    query = view.to_query()
    return {**query, "edition": view.edition or served} if query else {}


def open_view(page: str) -> tuple[View, list[str]]:
    """Find the view of this run: the link's when it is new, else the session's."""
    state = st.session_state
    query = {name: value for name, value in st.query_params.to_dict().items() if name not in _STREAMLITS_OWN}
    other_page = state.get(_PAGE, page) != page
    turned_page = not query and other_page     # the navigation's links carry no query
    state[_PAGE] = page
    begins = _VIEW not in state
    new_link = begins or (query != state[_WRITTEN] and not turned_page and not _changed())
    if new_link:
        state[_VIEW], state[_NOTICES] = _read(query)
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
    values = {**view.options(), **{name: getattr(view, name) for name in _WITH_WIDGET}, "beside": beside}
    first = {"place": first_view().place, "beside": beside_codes(first_view())}
    for option, value in values.items():
        # A list of all places that shows the value already is not set again: it would be sent again.
        if option not in _LISTS_OF_PLACES or state.get(option, first[option]) != value:
            state[option] = value


def beside_codes(view: View) -> list[str]:
    """List the places that are set beside the view's own."""
    return [code for code in view.beside.split(".") if code]


def _read(query: Mapping[str, str]) -> tuple[View, list[str]]:
    # A plus sign typed by hand arrives as a space; no code has one.
    joined = {name: value.replace(" ", "+") if name in _NAMES_PLACES else value for name, value in query.items()}
    view, notices = View.from_query(joined)
    for option in ("place", "within"):
        problem = _unknown(getattr(view, option))
        if problem:
            said = f"The link names a place that is not known ({problem}); the South West is shown instead."
            notices, view = [*notices, said], view.replace(**{option: View().place})
    for option in ("by", "ranked"):
        kind = getattr(view, option)
        if kind not in edition().kinds():
            notices.append(f"The link asks for {KINDS[kind].plural}, of which this edition has none; the usual kind is "
                           "shown instead.")
            view = view.replace(**{option: getattr(View(), option)})
    known = []
    for code in beside_codes(view):
        problem = _unknown(code)
        if problem:
            notices.append(f"The link compares with a place that is not known ({problem}); it was left out.")
        else:
            known.append(code)
    if view.station and view.station not in edition().stations.index:
        notices.append(f"The link names a station that is not known (‘{view.station}’); it was left out.")
        view = view.replace(station="")
    return view.replace(beside=".".join(known)), notices


def _unknown(code: str) -> PlaceError | None:
    """Say why a code is no place of the edition; None when it is one, or stands for all."""
    try:
        if code != "all":
            place(code)
    except PlaceError as error:
        return error
    return None


def put_back(options: Sequence[str]) -> None:
    """Give options their default: in the sidebar, in the view and in the link."""
    usual = View().options()
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
    query = _query(view, edition().id)
    own = {name: st.query_params[name] for name in _STREAMLITS_OWN if name in st.query_params}
    state[_WRITTEN] = query     # first: a run may be stopped where it writes the link
    if {**query, **own} != st.query_params.to_dict():
        st.query_params.from_dict({**query, **own})
    return view
