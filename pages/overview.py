"""Overview: the claim in one sentence, four figures, the map, and the authorities where most people are in the gap."""

from html import escape

import pandas as pd
import streamlit as st

from geo.core.measures import FIGURES, MEASURES
from geo.core.rounding import counts
from geo.words.claim import bases, cards, headline, other_speeds
from geo.words.definitions import definition, label
from geo.words.notes import notes_in_words
from pages.parts.data import ranking, summary
from pages.parts.furniture import badges_html, card_html, claim_html, small
from pages.parts.map_view import HEIGHT, show_map
from pages.parts.state import current_view, set_view

_SHORT = {"per 1,000 workers": "Per 1,000"}

MEANING = f"""
**People in the gap**: {definition(FIGURES["people_in_gap"])} Nobody was asked: in each neighbourhood the number of
such jobs (from the occupations of its residents) is multiplied by the share of homes and businesses without the speed.
The range shows how much lower or higher it would be if the two went apart or together.

**Nowhere to turn**: {definition(FIGURES["nowhere_to_turn"])}

A figure marked *estimated* or *indicative* is good for comparing places, not for naming streets. It does not say how
many people want to work from home, nor what a line would cost.
"""


def worst(measure: str, table: pd.DataFrame) -> None:
    """Show the ranking of authorities, the same figures as on the map, for reading and sorting."""
    chosen = MEASURES[measure]
    by_rate = chosen.has_count and st.segmented_control(
        "Worst by", ["number", "rate"], default="number", required=True, key="worst_by") == "rate"
    ordered = table.sort_values(["rate" if by_rate else "rank", "rank"], ascending=[not by_rate, True])
    rate = (100 * ordered["rate"]).round(1) if chosen.percent else ordered["rate"].round(1)
    columns = {"Authority": ordered["name"]}
    if chosen.has_count:
        columns[chosen.unit.capitalize()] = counts(ordered["value"], published=chosen.published)
    columns["%" if chosen.percent else _SHORT.get(chosen.rate_unit, chosen.rate_unit.capitalize())] = rate
    if ordered["low"].notna().any():
        columns["From"], columns["To"] = (counts(ordered[end]) for end in ("low", "high"))
    numbers = {name: st.column_config.NumberColumn(format="localized" if column.dtype == "Int64" else "%.1f")
               for name, column in columns.items() if name != "Authority"}
    st.dataframe(
        pd.DataFrame(columns, index=ordered.index), hide_index=True, height=HEIGHT,
        alt=f"Authorities of the South West by {label(chosen).lower()}",
        column_config={"Authority": st.column_config.TextColumn(width=165), **numbers},
    )


def _explain(measure: str) -> str:
    """Say what the columns of the table are."""
    chosen = MEASURES[measure]
    rate = f" The rate is {chosen.rate_unit}." if chosen.has_count else ""
    return f"{label(chosen)}, in {chosen.unit}: every authority of the South West, worst first.{rate}"


view = current_view()
answer = summary(view)
st.html(
    '<div class="opening"><h1>Who could work from home, but can’t?</h1>'
    f'{claim_html(headline(answer))}<p class="beside">{escape(other_speeds(answer))}</p>'
    f"{badges_html(bases(answer))}</div>"
)
st.html(f'<div class="cards">{"".join(card_html(figure) for figure in cards(answer))}</div>')

left, right = st.columns([1.15, 1], gap="medium")
with left:
    st.header("Where they are")
    view = set_view(show=st.selectbox(
        "Show on the map", list(MEASURES), key="show", format_func=lambda key: label(MEASURES[key])))
    show_map(view)
with right:
    st.header("Council by council")
    worst(view.show, ranking(view, "authority", view.show))
    small(_explain(view.show))

st.header("What does this count?")
st.markdown(MEANING)
st.html("".join(f'<p class="small">{escape(note)}</p>' for note in notes_in_words(answer)))
