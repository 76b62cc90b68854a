"""Place: what is known of one place on one screen, and everything else folded up below."""

import streamlit as st

from geo.edition.places import OWN_AREA
from geo.figures.profile import PlaceProfile
from geo.words.claim import spoken_name
from geo.words.neighbourhoods import neighbourhood_columns
from pages.place.editions import feed_link
from pages.place.map import show_map
from pages.place.sheet import offer_sheet
from pages.place.written import below, opening
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
first = opening(view)
st.html(first.heading)
left, right = st.columns([1.25, 1], gap="medium")
left.html(first.answer)
with right:
    show_map(view, spoken_name(shown.place.name))
    st.html(parts.list_html([parts.place_link(view, view.place, "Open the map in Explore", "explore"),
                             *[feed_link(shown)] * (shown.place.kind != OWN_AREA)], "links"))
    offer_sheet(view, shown)
    rest = below(view, theme_palette())
    if rest.coverage:
        st.html(rest.coverage)
for anchor, title, html in rest.sections:
    with folded(anchor, title):
        st.html(html)
    if anchor == "neighbourhoods":
        all_neighbourhoods(shown)
open_what_a_link_names()
