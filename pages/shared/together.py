"""Several places together: the reader picks them, and may give them a name, which goes into the link."""


import streamlit as st

from geo.core.errors import SwatheError
from geo.core.view import PLACES_AT_MOST, View
from pages.shared.data import place, place_of
from pages.shared.menu import labeller, place_labels
from pages.shared.parts import notice
from pages.shared.view_state import set_view

_MEMBERS, _NAME, _PROBLEM = "together_members", "together_name", "together_problem"
LONGEST_NAME = 60


def offer_together(view: View) -> None:
    """Let the reader pick several places; the list, which is long, is sent when it is opened."""
    part = st.expander("Several places together", key="together", on_change="rerun")
    if not part.open:
        return
    with part:
        offered = [code for code in place_labels() if code != view.region]
        began = [code for member in place_of(view).parts if (code := member.code) in offered]
        picked = st.multiselect(
            "Places", offered, began, key=_MEMBERS, format_func=labeller(view),
            max_selections=PLACES_AT_MOST, placeholder="Type a few letters of a place",
            help="Of any kind. Where they overlap, nobody counts twice.")
        st.text_input("What you call them (optional)", view.name, max_chars=LONGEST_NAME, key=_NAME,
                      help="The name goes into the link, for everybody to read. Their own names stay beside it.")
        st.button("Show them together", key="together_show", on_click=_show_them, disabled=len(picked) < 2)
        problem = st.session_state.pop(_PROBLEM, "")
        if problem:
            notice(problem)


def _show_them() -> None:
    """Look at the places picked; what cannot be gets a sentence."""
    state = st.session_state
    try:
        code = place("+".join(state[_MEMBERS])).code
        set_view(place=code, name=" ".join(state[_NAME].split()))
    except SwatheError as error:
        state[_PROBLEM] = f"This cannot be shown: {error}."
