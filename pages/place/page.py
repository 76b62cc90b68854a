"""Place: what is known of one place on one screen, and everything else folded up below."""

from functools import partial

import streamlit as st

from geo.edition.places import OWN_AREA
from geo.figures.profile import PlaceProfile
from geo.words.claim import spoken_name
from geo.words.neighbourhoods import neighbourhood_columns
from pages.place.editions import feed_link, line_html
from pages.place.map import show_map
from pages.place.opening import answer_html, coverage_html, heading_html
from pages.place.sections import sections_html
from pages.place.sheet import offer_sheet
from pages.shared import parts
from pages.shared.data import profile
from pages.shared.folded import folded, open_what_a_link_names
from pages.shared.map_widget.widget import theme_palette
from pages.shared.view_state import current_view


def all_neighbourhoods(shown: PlaceProfile) -> None:
    """Offer the neighbourhoods as a table to be sorted, made when it is opened."""
    where, table = shown.surroundings
    if len(table) == 1:
        return
    title = f"All {len(table):,} neighbourhoods of {spoken_name(where.name)}, to sort and search"
    table_part = st.expander(title, key="table", on_change="rerun")
    if table_part.open:
        columns = neighbourhood_columns(table, "people")
        table_part.dataframe(
            columns, hide_index=True, height=min(320, 38 + 35 * len(columns)),
            column_config=parts.column_formats(columns.select_dtypes("float")),
            alt=f"Neighbourhoods of {where.name}, most people in the gap first: with range, rate, premises, share "
                "without the speed, rural or urban")


view = current_view()
shown = profile(view)
find = partial(parts.place_address, view)
st.html(heading_html(shown, find))
left, right = st.columns([1.25, 1], gap="medium")
left.html(answer_html(shown, find))
with right:
    show_map(view, spoken_name(shown.place.name))
    st.html(parts.list_html([parts.place_link(view, view.place, "Open the map in Explore", "explore"),
                             *[feed_link(shown)] * (shown.place.kind != OWN_AREA)], "links"))
    offer_sheet(view, shown)
    coverage = coverage_html(shown, theme_palette()) + line_html(shown, theme_palette())
    if coverage:
        st.html(coverage)
for anchor, title, html in sections_html(shown, theme_palette()):
    with folded(anchor, title):
        st.html(html)
    if anchor == "neighbourhoods":
        all_neighbourhoods(shown)
open_what_a_link_names()
