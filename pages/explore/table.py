"""The table of the Explore page: the figures of the map, for reading, sorting and choosing a place by keyboard."""

from typing import NamedTuple

import pandas as pd
import streamlit as st

from geo.core.choices import KINDS
from geo.core.errors import PlaceError
from geo.core.measures import MEASURES
from geo.core.view import View
from geo.maps.classes import shows_rate
from geo.maps.geojson import content_hash
from geo.words.context import table_caption, table_columns
from geo.words.definitions import label
from pages.shared.data import edition, figure_options, intervals, per_edition, place_of, ranking
from pages.shared.parts import column_formats, small
from pages.shared.view_state import set_view

FEW, MANY = 40, 100
"""Rows sent at first, of a table with more than MANY: all neighbourhoods would weigh more than everything else."""


def _holds(view: View) -> bool:
    """Whether the place looked at holds several whole places of the kind shown."""
    if view.place == view.region:
        return False
    try:
        return len(ranking(view, view.by, view.show, view.place)) > 1
    except PlaceError:
        return False


class Listed(NamedTuple):
    """What the table shows: codes of its rows, its columns, and whether it has intervals."""

    codes: list[str]
    columns: pd.DataFrame
    sure: bool


@per_edition(32)
def _listed(view: View, everything: bool) -> Listed:
    """Write the table of the places in the view's place. Do not change it: it is shared."""
    table = ranking(view, view.by, view.show, view.place)
    shown = table if everything else table.head(FEW)
    sure = intervals(view, view.by, view.show, shown)
    return Listed(shown["code"].tolist(), table_columns(edition(), shown, view, sure), sure is not None)


def show_table(view: View) -> None:
    """Show the figures of the map as a table; choosing a row opens the place."""
    measure, kind = MEASURES[view.show], KINDS[view.by]
    st.header(f"{label(measure)} by {kind.label}")
    inside = False
    if _holds(view):
        here = place_of(view).name
        inside = st.segmented_control(
            "Rows", ["all", "inside"], default="all", required=True, key="explore_rows",
            format_func={"all": f"All of {edition().region.spoken}", "inside": f"Only {here}"}.__getitem__) == "inside"
    count = len(ranking(view, view.by, view.show, view.place if inside else view.region))
    everything = count <= MANY or st.toggle(
        f"Show all {count:,} rows", key="explore_everything",
        help=f"The {FEW} worst are shown at first, so that the page stays light.")
    asked = figure_options(view).replace(place=view.place if inside else view.region, show=view.show, by=view.by)
    codes, columns, sure = _listed(asked, everything)
    key = f"explore_table_{content_hash(repr((view.options(), view.show, view.by, inside, everything)).encode())}"

    def chosen() -> None:
        rows = st.session_state[key].selection.rows
        if rows:
            set_view(place=codes[rows[0]])

    st.dataframe(
        columns, hide_index=True, height=min(420, 38 + 35 * len(columns)), key=key,
        column_config=column_formats(columns, {"People": 58, "From": 50, "To": 50}),
        on_select=chosen, selection_mode="single-row",
        alt=f"{label(measure)} of {len(codes):,} {kind.plural}, worst first")
    small(table_caption(edition(), view, len(codes), count, sure=sure,
                        coloured_by_rate=measure.has_count and shows_rate(view.show)))
