"""An area of the reader's own: a file that is read and dropped, and the place that it makes, held for the visit."""

from typing import NamedTuple, cast

import streamlit as st

from geo.core.errors import UploadError, ViewError
from geo.core.view import View, names_own_area
from geo.edition.own_place import OwnPlace, own_place
from geo.sources.own_boundary import MOST_VERTICES, read_own_boundary
from geo.words.own_place import NO_LINK, PRIVATE, captured
from pages.server.uploads import drop_upload
from pages.shared.data import edition
from pages.shared.parts import notice, small
from pages.shared.together import LONGEST_NAME
from pages.shared.view_state import current_view, set_view

_HELD, _NUMBER, _NAME, _PROBLEM = "own_held", "own_number", "own_name", "own_problem"
SUFFIXES = ("geojson", "json", "gpkg", "zip", "csv", "txt")


class _Held(NamedTuple):
    """An own area as long as the visit lasts, and what was said when it was read."""

    found: OwnPlace
    said: tuple[str, ...]


def own_area_notice(view: View) -> list[str]:
    """Say that no link carries what is shown, where that is so."""
    return [NO_LINK] if names_own_area(view.place) else []


def about_own_area(view: View) -> str:
    """Say how well neighbourhoods stand for what is shown, where that is an own area; "" elsewhere."""
    held = cast("_Held | None", st.session_state.get(_HELD))
    return captured(held.found) if held is not None and held.found.place.code == view.place else ""


def offer_own_area(view: View) -> None:
    """Let the reader bring an area along; what was done to read it is said."""
    state, part = st.session_state, st.expander("Your own area", key="own_area", on_change="rerun")
    if not part.open:
        return
    with part:
        key = f"own_file_{state.get(_NUMBER, 0)}"
        st.file_uploader(
            f"GeoJSON, GeoPackage, zipped shapefile, or CSV of codes or postcodes; {MOST_VERTICES:,} corners at most",
            SUFFIXES, key=key, on_change=_take, args=(key,))
        problem = state.pop(_PROBLEM, "")
        if problem:
            notice(problem)
        held = cast("_Held | None", state.get(_HELD))
        if held is not None:
            if held.said:
                small(*held.said)
            if held.found.place.code == view.place:
                st.text_input("What you call it (optional)", view.name, max_chars=LONGEST_NAME, key=_NAME,
                              on_change=_call_it)
            else:
                st.button("Show your own area again", key="own_again", on_click=_look_at, args=(held,))
        small(PRIVATE)


def _take(key: str) -> None:
    """Read what was sent, drop it, and look at the place that it makes; what cannot be used gets a sentence."""
    state = st.session_state
    file = state.get(key)
    if file is None:
        return
    state[_NUMBER] = state.get(_NUMBER, 0) + 1     # another box, without the file
    try:
        read = read_own_boundary(file.name, file.getvalue())
        held = _Held(own_place(edition(), read), read.said)
    except UploadError as error:
        state[_PROBLEM] = f"This file cannot be used: {error}."
    else:
        state[_HELD] = held
        _look_at(held)
    finally:
        drop_upload()


def _look_at(held: _Held) -> None:
    if current_view().place != held.found.place.code:
        set_view(place=held.found.place.code)


def _call_it() -> None:
    try:
        set_view(name=" ".join(st.session_state[_NAME].split()))
    except ViewError as error:
        st.session_state[_PROBLEM] = f"It cannot be called so: {error}."
