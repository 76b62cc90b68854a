"""Explore: the map at any level, a search, the figures of the place chosen, and the same figures as a table."""

import streamlit as st

from geo.core.measures import MEASURES
from geo.vocabulary import KINDS
from geo.words.claim import sentence_case
from geo.words.definitions import label
from pages.parts.explore_map import show_explore_map
from pages.parts.explore_place import show_context, show_place
from pages.parts.explore_search import show_search
from pages.parts.explore_table import show_table
from pages.parts.state import current_view, set_view

LEVELS = tuple(kind for kind in KINDS if kind != "region")

view = current_view()
st.html('<div class="opening"><h1>Explore the map</h1></div>')
left, right = st.columns([1, 1.75], gap="medium")
with right:
    show_box, by_box = st.columns(2)
    levels = LEVELS if view.by in LEVELS else (*LEVELS, view.by)
    view = set_view(
        show=show_box.selectbox(
            "Show on the map", list(MEASURES), key="show", format_func=lambda key: label(MEASURES[key])),
        by=by_box.selectbox("By", levels, key="by", format_func=lambda key: sentence_case(KINDS[key].label)),
    )
    show_explore_map(view)
    show_context(view)
with left:
    show_search()
    show_place(view)
show_table(view)
