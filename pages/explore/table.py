"""The table of the Explore page: the figures of the map, for reading, sorting and choosing a place by keyboard."""

import streamlit as st

from geo.core.choices import KINDS, REGION
from geo.core.errors import PlaceError
from geo.core.measures import MEASURES
from geo.core.view import View
from geo.maps.classes import shows_rate
from geo.maps.geojson import content_hash
from geo.words.context import table_caption, table_columns
from geo.words.definitions import label
from pages.shared.data import edition, intervals, place_of, ranking
from pages.shared.parts import column_formats, small
from pages.shared.view_state import set_view

FEW, MANY = 40, 100
"""Rows sent at first, of a table with more than MANY: all neighbourhoods would weigh more than everything else."""


def _holds(view: View) -> bool:
    """Whether the place looked at holds several whole places of the kind shown."""
    if view.place == REGION:
        return False
    try:
        return len(ranking(view, view.by, view.show, view.place)) > 1
    except PlaceError:
        return False


def show_table(view: View) -> None:
    """Show the figures of the map as a table; choosing a row opens the place."""
    measure, kind = MEASURES[view.show], KINDS[view.by]
    st.header(f"{label(measure)} by {kind.label}")
    inside = False
    if _holds(view):
        here = place_of(view).name
        inside = st.segmented_control(
            "Rows", ["all", "inside"], default="all", required=True, key="explore_rows",
            format_func={"all": "All of the South West", "inside": f"Only {here}"}.__getitem__) == "inside"
    table = ranking(view, view.by, view.show, view.place if inside else REGION)
    everything = len(table) <= MANY or st.toggle(
        f"Show all {len(table):,} rows", key="explore_everything",
        help=f"The {FEW} worst are shown at first, so that the page stays light.")
    shown = table if everything else table.head(FEW)
    sure = intervals(view, view.by, view.show, shown)
    columns = table_columns(edition(), shown, view, sure)
    key = f"explore_table_{content_hash(repr((view.options(), view.show, view.by, inside, everything)).encode())}"

    def chosen() -> None:
        rows = st.session_state[key].selection.rows
        if rows:
            set_view(place=str(shown["code"].iloc[rows[0]]))

    st.dataframe(
        columns, hide_index=True, height=min(420, 38 + 35 * len(columns)), key=key,
        column_config=column_formats(columns, {"People": 58, "From": 50, "To": 50}),
        on_select=chosen, selection_mode="single-row",
        alt=f"{label(measure)} of {len(shown):,} {kind.plural}, worst first")
    small(table_caption(edition(), view, len(shown), len(table), sure=sure is not None,
                        coloured_by_rate=measure.has_count and shows_rate(view.show)))
