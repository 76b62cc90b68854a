"""Explore: the map at any level, the figures of the place chosen, and the same figures as a table."""

import streamlit as st

from geo.core.choices import KINDS
from geo.words.claim import sentence_case
from pages.explore.map import show_explore_map
from pages.explore.place import show_context, show_place
from pages.explore.table import show_table
from pages.shared.data import edition
from pages.shared.headings import HEADINGS
from pages.shared.parts import page_heading
from pages.shared.sidebar import choose_measure
from pages.shared.view_state import current_view, first_view, set_view

view = current_view()
page_heading(HEADINGS["explore"](view))
left, right = st.columns([1, 1.75], gap="medium")
with right:
    show_box, by_box = st.columns(2)
    with show_box:
        show = choose_measure("Show on the map")
    levels = list(dict.fromkeys([*(kind for kind in edition().kinds() if kind != "region"), first_view().by, view.by]))
    by = by_box.selectbox("By", levels, key="by", index=levels.index(first_view().by),
                          format_func=lambda key: sentence_case(KINDS[key].label))
    view = set_view(show=show, by=by)
    show_explore_map(view)
    show_context(view)
with left:
    show_place(view)
show_table(view)
