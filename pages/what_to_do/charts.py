"""The curve of where first: people who leave the gap as more is upgraded, with its worst and its best case."""

from typing import Any

import altair as alt
import pandas as pd

from geo.core.priority_terms import terms_of
from geo.core.view import View
from geo.figures.priorities import Priorities
from geo.maps.charts import css
from geo.maps.classes import Palette
from geo.words.priorities import CURVE_HEADER
from pages.shared.charts import axis
from pages.shared.data import per_edition
from pages.what_to_do.data import listed

BAND_OPACITY = 0.45
"""Of the interval: both grounds show through."""

MANY = 40
"""Neighbourhoods whose points would run into one another."""

_COLUMNS = ["cumulative_premises", "cumulative_people", "cumulative_people_p05", "cumulative_people_p95"]


def curve_chart(found: Priorities, palette: Palette, half: float | None) -> alt.LayerChart | alt.FacetChart:
    """Draw the curve, and where half of the gap is if that is asked for; without a band where nothing is drawn."""
    start = pd.DataFrame([[0.0] * len(_COLUMNS)], columns=_COLUMNS)
    table = pd.concat([start, found.table[_COLUMNS]], ignore_index=True).assign(count=range(len(found.table) + 1))
    ink, (count, premises, _, people, _) = css(palette.line), CURVE_HEADER
    x = alt.X("cumulative_premises:Q", title=f"{premises} upgraded", axis=axis(palette, format=",.0f", tickCount=5),
              scale=alt.Scale(nice=False))
    y = alt.Y("cumulative_people:Q", title=people, axis=axis(palette, format=",.0f", tickCount=5))
    base = alt.Chart(table).encode(x=x)
    band = base.mark_area(opacity=BAND_OPACITY, color=css(palette.classes[2])).encode(
        y=alt.Y("cumulative_people_p05:Q", title=people), y2="cumulative_people_p95:Q")
    colour = css(palette.classes[5])
    point = {"color": colour, "filled": True} if len(table) < MANY else False
    line = base.mark_line(strokeWidth=2.5, color=colour, point=point).encode(
        y=y, tooltip=[alt.Tooltip("count:Q", title=count),
                      alt.Tooltip("cumulative_premises:Q", title=premises, format=",.0f"),
                      alt.Tooltip("cumulative_people:Q", title=people, format=",.0f"),
                      alt.Tooltip("cumulative_people_p05:Q", title="From", format=",.0f"),
                      alt.Tooltip("cumulative_people_p95:Q", title="To", format=",.0f")])
    ends = (base.mark_line(strokeWidth=1.2, strokeDash=[4, 3], color=css(palette.classes[4])).encode(y=f"{column}:Q")
            for column in _COLUMNS[2:])     # seen where the band alone is too faint
    drawn = [band, *ends] if found.table["cumulative_people_p95"].notna().all() else []
    if half is not None:
        mark = alt.Chart(pd.DataFrame({"cumulative_people": [half], "label": ["Half of the gap"]}))
        drawn += [mark.mark_rule(color=ink, strokeDash=[2, 3]).encode(y="cumulative_people:Q"),
                  mark.mark_text(align="left", dx=6, dy=-6, x=0, color=ink, baseline="bottom").encode(
                      y="cumulative_people:Q", text="label:N")]
    return alt.layer(*drawn, line).properties(height=300)


@per_edition(32)     # to write it takes a tenth of a second, twice what is left of a rerun
def curve_spec(asked: View, palette: Palette) -> dict[str, Any]:
    """Write the curve of a list that there is, as Vega-Lite. Do not change it: it is shared."""
    found = listed(asked)
    if not isinstance(found, Priorities):
        raise found
    written: dict[str, Any] = curve_chart(found, palette, found.people / 2 if terms_of(asked).halve else None).to_dict()
    return written
