"""The terms of where first, as widgets: where the list stops, its order, and what is fair."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from geo.core.priority_terms import ORDERS, Stop
from geo.core.view import View
from geo.words.priorities import NO_PRICE, order_label, stops_at
from pages.shared.data import edition, place
from pages.shared.parts import small
from pages.shared.view_state import first_view, set_view, stop_widgets

STOPS = {"halve": "Half of the gap", "premises": "A number of premises", "budget": "A budget"}
"""Where a list may stop."""

FLOOR = "Premises a neighbourhood must have"
"""Label of the widget that a refusal leads to."""

_MORE = "Fairness, and how small a neighbourhood may be"
_NUMBERS: Mapping[str, tuple[tuple[str, str, int, int], ...]] = {     # key, label, most, step
    "halve": (),
    "premises": (("premises", "Homes and businesses at most", 9_999_999, 100),),
    "budget": (("budget", "Pounds in all", 999_999_999_999, 100_000),
               ("cost", "Pounds for each home or business, as you reckon", 9_999_999, 100)),
}


def choose_terms(view: View) -> View:
    """Let the reader choose the terms, and write them into the link."""
    view = _choose_stop(view)
    view = set_view(order=st.radio(
        "Order", ORDERS, ORDERS.index(first_view().order), key="order", format_func=order_label))
    began = first_view()
    with st.expander(_MORE, expanded=began.least != began.fresh().least or began.fair + began.every > 0):
        return set_view(**_choose_fairness(view))


def _choose_stop(view: View) -> View:
    """Take where the list stops; while a number is wanting it stops where it did."""
    began = stop_widgets(first_view())
    way = st.selectbox("Stop at", list(STOPS), key="stop", index=list(STOPS).index(began["stop"]),
                       format_func=STOPS.__getitem__)
    given = {key: st.number_input(label, 1, most, began[key], step, key=key, placeholder="Type a number")
             for key, label, most, step in _NUMBERS[way]}
    if way == "budget":
        small(NO_PRICE)
    if None in given.values():
        small(f"Until {'both numbers are' if way == 'budget' else 'the number is'} there, the list stops at "
              f"{stops_at(view)}.")
        return view
    chosen = Stop(**given).in_link()
    return view if way == "halve" and not view.first else set_view(first=chosen)


def _choose_fairness(view: View) -> dict[str, Any]:
    """Take the smallest neighbourhood, the share of the most deprived, and premises for every authority."""
    began = first_view()
    chosen = {
        "least": st.number_input(
            FLOOR, 1, 100_000, began.least, 10, key="least",
            help="Homes and businesses to upgrade. Where there are fewer, a neighbourhood is left out of the list."),
        "fair": st.number_input(
            "Per cent in the most deprived fifth", 0, 100, began.fair, 5, key="fair",
            help="At least so many of the homes and businesses upgraded are in England’s most deprived fifth of "
                 "neighbourhoods (Indices of Deprivation, deciles 1 and 2)."),
    }
    if view.every or edition().areas.loc[place(view.place).lsoas, "authority"].nunique() > 1:
        chosen["every"] = st.number_input(
            "Premises in every authority", 0, 1_000_000, began.every, 10, key="every",
            help="At least so many homes and businesses are upgraded in every authority; all of them where it has "
                 "fewer on offer.")
    return chosen
