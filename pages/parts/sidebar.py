"""The sidebar: every choice that changes figures, in plain English."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import streamlit as st

from geo.view import View
from geo.vocabulary import ACCESS, CLOCKS, HUBS, KINDS, MINUTES, SPEEDS, WORK, Choice
from pages.parts.data import edition, place
from pages.parts.state import first_place

__all__ = ["choose", "place_labels"]

OFFERED = ("region", "county", "authority", "lep", "constituency", "ward", "msoa")
"""Kinds of place in the list, in this order; a link may name any other."""


@lru_cache(maxsize=1)
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
    return labels


def _label(code: str) -> str:
    known = place_labels().get(code)
    return known or place(code).name


def _help(choices: Mapping[str, Choice]) -> str:
    return "\n".join(f"- **{choice.label}**: {choice.meaning}" for choice in choices.values())


def _choice(label: str, option: str, choices: Mapping[str, Any], explanation: str | None = None) -> Any:
    return st.selectbox(label, list(choices), key=option, format_func=lambda key: choices[key].label, help=explanation)


def choose(view: View) -> dict[str, Any]:
    """Offer the choices."""
    codes = list(dict.fromkeys([first_place(), *place_labels()]))
    if view.place not in codes:
        codes = [*codes, view.place]
    chosen: dict[str, Any] = {}
    with st.sidebar:
        chosen["place"] = st.selectbox(
            "Place", codes, key="place", format_func=_label,
            help="Type a few letters of a council, county, constituency, ward or locality.")
        chosen["speed"] = _choice("Broadband that cannot be had", "speed", SPEEDS, _help(SPEEDS))
        chosen["hub"] = _choice("Journey to", "hub", HUBS, "The city or town that people would travel to for work.")
        chosen["minutes"] = st.slider(
            "Too far is more than", MINUTES.start, MINUTES.stop - 1, key="minutes", step=5, format="%d min",
            help="People whose journey takes longer than this count as cut off by rail.")
        chosen["clock"] = _choice("Time counted", "clock", CLOCKS, _help(CLOCKS))
        with st.expander("Assumptions"):
            chosen["work"] = _choice("Jobs that can be done from home", "work", WORK, _help(WORK))
            chosen["access"] = _choice("Getting to the station", "access", ACCESS, _help(ACCESS))
    return chosen
