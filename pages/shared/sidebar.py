"""The sidebar: every choice that changes figures, in plain English."""

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from geo.core.cache import cached
from geo.core.choices import ACCESS, CLOCKS, HUBS, KINDS, MINUTES, REGION, SPEEDS, WORK, Choice
from geo.core.measures import MEASURES
from geo.core.view import View
from geo.edition.partnerships import within_reach
from geo.words.claim import kind_label
from geo.words.definitions import OPTIONS, label
from pages.shared.data import edition, place
from pages.shared.search import search_box
from pages.shared.view_state import first_view, set_view

OFFERED = ("region", "county", "authority", "lep", "constituency", "district", "ward", "msoa")
"""Kinds of place in the list, in this order; a link may name any other."""


@cached(1)
def place_labels() -> Mapping[str, str]:
    """List the places that can be chosen."""
    places = edition().places
    labels: dict[str, str] = {}
    for kind in OFFERED:
        of_kind = places[places["kind"] == kind].sort_values(["neighbour", "name"])
        for row in of_kind.to_dict("records"):
            inside = f", {row['within']}" if kind in {"ward", "msoa"} else ""
            flag = " — neighbour" if row["neighbour"] else ""
            labels.setdefault(row["code"], f"{row['name']} ({KINDS[kind].label}{inside}){flag}")
    return labels | {row.code: f"{row.name} ({kind_label('partnership')})" for row in within_reach(set(labels))}


def place_label(code: str) -> str:
    """Name a place in a menu."""
    return "South West and its neighbours" if code == "all" else place_labels().get(code) or place(code).name


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
    set_view(place=REGION)


def _say_place(view: View) -> None:
    """Say which place is chosen, with the way back from it."""
    name, kind = escape(place(view.place).name), escape(kind_label(place(view.place).kind))
    st.html(f'<p class="place-chosen">Place: <strong>{name}</strong> · {kind}</p>')
    if view.place != REGION:
        st.button("Back to the South West", key="whole_region", on_click=_let_go)


def choose(view: View) -> dict[str, Any]:
    """Offer the choices."""
    with st.sidebar:
        search_box("search")
        _say_place(view)
        chosen = {
            "speed": _choice("speed", SPEEDS, _help(SPEEDS)),
            "hub": _choice("hub", HUBS, "The city or town that people would travel to for work."),
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
