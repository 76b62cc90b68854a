"""Search on the Explore page: what is typed, and what it may mean."""

from html import escape

import streamlit as st

from geo.core.choices import KINDS
from geo.edition.search import Hit, search
from pages.shared.data import edition
from pages.shared.view_state import current_view, set_view

MOST = 6
"""Places offered for one search."""

NO_VILLAGES = " Towns and villages by name are not in this edition."
"""Said where nothing was found."""

_TYPED, _FOUND, _SAID = "explore_typed", "explore_found", "explore_said"


def _open(hit: Hit) -> None:
    """Look at a place."""
    st.session_state["place"] = hit.code
    st.session_state[_FOUND], st.session_state[_SAID] = [], (hit.code, hit.note and f"{hit.name}: {hit.note}.")
    set_view(place=hit.code)


def _look() -> None:
    """Look up what was typed; the one place that is meant, where there is only one, is opened at once."""
    typed = st.session_state[_TYPED]
    found = search(edition(), typed, MOST)
    st.session_state[_FOUND], st.session_state[_SAID] = found, ("", "")
    if found and (len(found) == 1 or (found[0].exact and not any(hit.exact for hit in found[1:]))):
        _open(found[0])
        st.session_state[_FOUND] = found[1:]


def _label(hit: Hit) -> str:
    where = "" if hit.within == hit.name or hit.kind in {"county", "lep", "region"} else f", {hit.within}"
    flag = ", a neighbour of the South West" if hit.neighbour else ""
    said = f" · {hit.note}" if hit.note else ""
    return f"**{_plain(hit.name)}** · {KINDS[hit.kind].label}{_plain(where)}{flag}{_plain(said)}"


def _plain(text: str) -> str:
    """Keep markdown from reading a name."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]()#+-.!:$~<>|" else letter for letter in text)


def show_search() -> None:
    """Show the search box, and below it what was found."""
    typed = st.text_input(
        "Find a place, postcode or MP", key=_TYPED, on_change=_look, max_chars=80,
        placeholder="Chagford, EX20 1AA, Torridge …",
        help="Any council (also a former district), county, constituency or its MP, ward, town or village, locality "
             "(MSOA), neighbourhood (LSOA) or postcode of the South West and its neighbours. Press Enter to search.")
    found: list[Hit] = st.session_state.get(_FOUND, [])
    if typed and typed.strip() and not found and not search(edition(), typed, 1):
        st.html('<div class="notice" role="status">No place, postcode or MP like that in the South West, Hampshire or '
                f"the Isle of Wight.{'' if len(edition().localities) else NO_VILLAGES}</div>")
    code, said = st.session_state.get(_SAID, ("", ""))
    if typed and said and code == current_view().place:
        st.html(f'<div class="notice" role="status">{escape(said)}</div>')
    with st.container(key="explore_hits", gap="xsmall"):
        for number, hit in enumerate(found if typed else []):
            st.button(_label(hit), key=f"explore_hit_{number}", on_click=_open, args=(hit,), width="stretch")
