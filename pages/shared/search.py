"""The search box: on every page in the sidebar, and large on the first. Choosing a place opens its page."""

from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from geo.core.errors import PlaceError
from geo.edition.places import Place
from geo.edition.search import LONGEST, search
from geo.words.claim import spoken_name
from pages.shared.data import edition, place, place_of
from pages.shared.find import MOST
from pages.shared.view_state import current_view

_STATIC = Path(__file__).parents[2] / "static"
_HTML, _CSS, _JS = ((_STATIC / f"search_box.{part}").read_text(encoding="utf-8") for part in ("html", "css", "js"))
_BOX = st.components.v2.component("swathe_search", html=_HTML, css=_CSS, js=_JS)
_CHOSEN, _WHY = "search_chosen", "search_why"


def search_box(key: str, *, large: bool = False) -> None:
    """Show a box to search in; what is typed goes to `find_route`, only what is chosen comes back here."""
    here = place_of(current_view())
    _BOX(key=key, on_chosen_change=partial(_choose, key), data={
        "label": "Your ward, village or postcode" if large else "Find a place, postcode or MP",
        "hint": f"{', '.join(edition().region.typed)} …", "places": "Places", "large": large, "edition": edition().id,
        "still": f"The figures on this page are for {spoken_name(here.name)}."})


def _choose(key: str) -> None:
    """Keep what was chosen for the run that follows."""
    st.session_state[_CHOSEN] = st.session_state[key].chosen


def chosen_place() -> Place | None:
    """Take the place that was just chosen, once; what comes from the browser is checked."""
    said: Any = st.session_state.pop(_CHOSEN, None)
    if not isinstance(said, dict):
        return None
    try:
        chosen = place(str(said.get("code", ""))[:LONGEST])
    except PlaceError:
        return None
    notes = [hit.note for hit in search(edition(), str(said.get("typed", ""))[:LONGEST], MOST).hits
             if hit.code == chosen.code]
    st.session_state[_WHY] = chosen.code, notes[0] if notes else ""
    return chosen


def why_chosen(code: str) -> str:
    """Say why a search led to this place, where its name does not; "" otherwise."""
    found, note = st.session_state.get(_WHY, ("", ""))
    return f"{place(code).name}: {note}." if note and found == code else ""
