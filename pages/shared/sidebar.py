"""The sidebar: every choice that changes figures, in plain English."""

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from geo.core.choices import ACCESS, CLOCKS, MINUTES, SPEEDS, WORK, Choice
from geo.core.measures import MEASURES
from geo.core.view import View
from geo.words.claim import kind_label
from geo.words.context import made_of
from geo.words.definitions import OPTIONS, label
from pages.shared.data import edition, place_of
from pages.shared.own_area import about_own_area, offer_own_area
from pages.shared.search import search_box
from pages.shared.together import offer_together
from pages.shared.view_state import first_view, set_view


def choose_measure(title: str) -> str:
    """Let the reader choose what a map or a ranking shows."""
    return st.selectbox(title, list(MEASURES), key="show", index=list(MEASURES).index(first_view().show),
                        format_func=lambda key: label(MEASURES[key]))


def _help(choices: Mapping[str, Choice]) -> str:
    return "\n".join(f"- **{choice.label}**: {choice.meaning}" for choice in choices.values())


def _choice(option: str, choices: Mapping[str, Any], explanation: str) -> Any:
    return st.selectbox(
        OPTIONS[option], list(choices), key=option, index=list(choices).index(getattr(first_view(), option)),
        format_func=lambda key: choices[key].label, help=explanation)


def _let_go() -> None:
    """Look at the whole region again."""
    set_view(place=edition().region.code)


def _say_place(view: View) -> None:
    """Say which place is chosen, with the way back from it."""
    here = place_of(view)
    about = made_of(here) or about_own_area(view)
    name, kind, about = (escape(said) for said in (here.name, kind_label(here.kind), about))
    st.html(f'<p class="place-chosen">Place: <strong>{name}</strong> · {kind}</p>'
            + (f'<p class="place-chosen">{about}</p>' if about else ""))
    if view.place != view.region:
        st.button(f"Back to {edition().region.spoken}", key="whole_region", on_click=_let_go)


def choose(view: View) -> dict[str, Any]:
    """Offer the choices."""
    with st.sidebar:
        search_box("search")
        _say_place(view)
        offer_together(view)
        offer_own_area(view)
        chosen = {
            "speed": _choice("speed", SPEEDS, _help(SPEEDS)),
            "hub": _choice("hub", edition().region.hubs, "The city or town that people would travel to for work."),
            "minutes": st.slider(
                OPTIONS["minutes"], MINUTES.start, MINUTES.stop - 1, first_view().minutes, key="minutes", step=5,
                format="%d min",
                help="People whose journey takes longer than this count as cut off by rail."),
            "clock": _choice("clock", CLOCKS, _help(CLOCKS)),
        }
        with st.expander("Assumptions"):
            chosen["work"] = _choice("work", WORK, _help(WORK))
            chosen["access"] = _choice("access", ACCESS, _help(ACCESS))
    return chosen
