"""The table of the Explore page: the figures of the map, for reading, sorting and choosing a place by keyboard."""

from typing import Any

import pandas as pd
import streamlit as st

from geo.core.measures import MEASURES
from geo.core.rounding import counts
from geo.errors import PlaceError
from geo.map_files import content_hash
from geo.maps import shows_rate
from geo.view import View
from geo.vocabulary import KINDS, REGION
from geo.words.claim import sentence_case
from geo.words.definitions import label, rate_heading
from pages.parts.data import edition, place, ranking
from pages.parts.state import set_view

__all__ = ["show_table", "table_columns"]

FEW, MANY = 40, 100
"""Rows sent at first, of a table with more than MANY: all neighbourhoods would weigh more than everything else."""

_SHORT = {"Per 1,000 workers": "Per 1,000", "Decile of England, 1 is the most deprived tenth": "IMD decile",
          "Score, 100 is the best connected": "Score of 100"}
_WIDTHS = {"Neighbourhood (LSOA)": 190, "Locality": 210, "Local authority": 150}


def table_columns(table: pd.DataFrame, view: View) -> pd.DataFrame:
    """Turn a ranking into the columns a reader sees."""
    chosen = MEASURES[view.show]
    columns: dict[str, Any] = {sentence_case(KINDS[view.by].label): table["name"]}
    if view.by == "lsoa":
        columns["Locality"] = table["code"].map(edition().areas["msoa"].map(edition().names("msoa")))
    if view.by not in {"authority", "county", "lep", "region"}:
        columns["Local authority"] = table["within"]
    if chosen.has_count:
        columns[chosen.unit.capitalize()] = counts(table["value"], published=chosen.published)
    if table["low"].notna().any():
        columns["From"], columns["To"] = (counts(table[end]) for end in ("low", "high"))
    heading = rate_heading(chosen)
    whole = chosen.summary in {"median", "minutes"}
    rate = 100 * table["rate"] if chosen.percent else table["rate"]
    columns[_SHORT.get(heading, heading)] = rate.round().astype("Int64") if whole else rate.round(1)
    return pd.DataFrame(columns)


def _rows(view: View, inside: bool) -> pd.DataFrame:
    return ranking(view, view.by, view.show, view.place if inside else REGION)


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
        here = place(view.place).name
        inside = st.segmented_control(
            "Rows", ["all", "inside"], default="all", required=True, key="explore_rows",
            format_func={"all": "All of the South West", "inside": f"Only {here}"}.__getitem__) == "inside"
    table = _rows(view, inside)
    everything = len(table) <= MANY or st.toggle(
        f"Show all {len(table):,} rows", key="explore_everything",
        help=f"The {FEW} worst are shown at first, so that the page stays light.")
    shown = table if everything else table.head(FEW)
    columns = table_columns(shown, view)
    formats = {name: st.column_config.NumberColumn(format="localized" if column.dtype == "Int64" else "%.1f")
               if pd.api.types.is_numeric_dtype(column) else st.column_config.TextColumn(width=_WIDTHS.get(str(name)))
               for name, column in columns.items()}
    key = f"explore_table_{content_hash(repr((view.options(), view.show, view.by, inside, everything)).encode())}"

    def chosen() -> None:
        rows = st.session_state[key].selection.rows
        if rows:
            code = str(shown["code"].iloc[rows[0]])
            st.session_state["place"] = code
            set_view(place=code)

    st.dataframe(
        columns, hide_index=True, height=min(420, 38 + 35 * len(columns)), column_config=formats, key=key,
        on_select=chosen, selection_mode="single-row",
        alt=f"{label(measure)} of {len(shown):,} {kind.plural}, worst first")
    st.html(f'<p class="small">{_explain(view, len(shown), len(table))}</p>')


def _explain(view: View, shown: int, rows: int) -> str:
    measure = MEASURES[view.show]
    said = f"{shown:,} of {rows:,} {KINDS[view.by].plural}, worst first" if shown < rows else (
        f"All {rows:,} {KINDS[view.by].plural}, worst first")
    count = f" The map is coloured by the rate, {measure.rate_unit}." if measure.has_count and shows_rate(
        view.show) else ""
    spread = " From and to are the range of the estimate." if measure.has_range else ""
    return f"{said}; click a heading to sort, tick a row to see that place.{count}{spread}"
