"""Overview: the claim in one sentence, four figures, the map, and the authorities where most people are in the gap."""

import pandas as pd
import streamlit as st

from geo.core.measures import FIGURES, MEASURES
from geo.words.beside_claim import HEADING, beside_claim
from geo.words.claim import bases, cards, headline, other_speeds
from geo.words.comparison import count_column, interval_columns, rate_column
from geo.words.definitions import definition, label
from geo.words.intervals import COLUMNS, covers
from geo.words.notes import BASIS_NOTES, notes_in_words
from pages.overview.map import show_map
from pages.shared import parts
from pages.shared.data import edition, intervals, ranking, summary
from pages.shared.headings import HEADINGS
from pages.shared.map_widget.widget import HEIGHT
from pages.shared.search import search_box
from pages.shared.sidebar import choose_measure
from pages.shared.view_state import current_view, embedded, set_view

_SHORT = {"per 1,000 workers": "Per 1,000"}
_WIDTHS = {"People": 60, "From": 58, "To": 58}     # names of councils are long

MEANING = """
**People in the gap**: {gap} Nobody was asked: in each neighbourhood the number of
such jobs (from the occupations of its residents) is multiplied by the share of homes without the speed.
{covers}

**Nowhere to turn**: {turn}

A figure marked *estimated* or *indicative* is good for comparing places, not for naming streets. It does not say how
many people want to work from home, nor what a line would cost.
"""


def worst(measure: str, table: pd.DataFrame, sure: pd.DataFrame | None) -> None:
    """Show the ranking of authorities, the same figures as on the map, for reading and sorting."""
    chosen = MEASURES[measure]
    by_rate = chosen.has_count and st.segmented_control(
        "Worst by", ["number", "rate"], default="number", required=True, key="worst_by") == "rate"
    ordered = table.sort_values(["rate" if by_rate else "rank", "rank"], ascending=[not by_rate, True])
    heading = "%" if chosen.percent else _SHORT.get(chosen.rate_unit, chosen.rate_unit.capitalize())
    columns = pd.DataFrame({"Authority": ordered["name"], **count_column(ordered, chosen),
                            heading: rate_column(ordered, chosen),
                            **({} if sure is None else interval_columns(ordered, chosen, sure))})
    st.dataframe(
        columns, hide_index=True, height=HEIGHT,
        alt=f"Authorities of {edition().region.spoken} by {label(chosen).lower()}",
        column_config=parts.column_formats(columns, _WIDTHS))


view = current_view()
answer = summary(view)
parts.page_heading(HEADINGS[""](view), parts.claim_html(headline(answer)))
if not embedded():
    search_box("first_search", large=True)
st.html(f'<div class="opening">{parts.paragraph_html(other_speeds(answer), kind="beside")}'
        f"{parts.badges_html(bases(answer))}</div>")
st.html(parts.cards_html(cards(answer), view))

left, right = st.columns([1, 1.25], gap="medium")
with left:
    st.header("Where they are")
    view = set_view(show=choose_measure("Show on the map"))
    show_map(view)
with right:
    st.header("Council by council")
    ranked = ranking(view, "authority", view.show)
    sure = intervals(view, "authority", view.show, ranked)
    worst(view.show, ranked, sure)
    chosen = MEASURES[view.show]
    rate = f" The rate is {chosen.rate_unit}." if chosen.has_count else ""
    ends = f" {COLUMNS}" if sure is not None else ""
    parts.small(f"{label(chosen)}, in {chosen.unit}: every authority of {edition().region.spoken}, worst first."
                f"{rate}{ends}")

st.html(parts.beside_html(HEADING, beside_claim(answer), parts.doubts_link(view)))
st.header("What does this count?")
st.markdown(MEANING.format(
    gap=definition(FIGURES["people_in_gap"]), turn=definition(FIGURES["nowhere_to_turn"]), covers=covers(edition())))
for note in notes_in_words(answer, without=BASIS_NOTES):     # those are said by the marks above
    parts.small(note)
