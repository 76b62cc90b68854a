"""The chart of the Compare page: one dot a place on the scale of the rate, between what it lies."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from geo.core.view import View
from geo.figures.side_by_side import Row
from geo.maps.charts import css
from geo.maps.classes import Palette
from geo.words.definitions import legend_heading
from pages.compare.data import comparison
from pages.shared.charts import axis
from pages.shared.data import per_edition

BAR_OPACITY = 0.8
"""Of the interval: fainter, it would not stand out from the page."""


def interval_chart(row: Row, names: Sequence[str], palette: Palette) -> alt.LayerChart | alt.FacetChart:
    """Draw each place's rate as a dot and its interval as a bar."""
    rated = [(name, figure.rate, *(figure.rate_interval or (figure.rate, figure.rate)))
             for name, figure in zip(names, row.figures, strict=True) if figure and figure.rate is not None]
    table = pd.DataFrame(rated, columns=["place", "rate", "low", "high"]).astype(
        {"rate": "float64", "low": "float64", "high": "float64"})
    base = alt.Chart(table).encode(
        y=alt.Y("place:N", sort=list(names), title=None, axis=axis(palette, labelLimit=190)),
        tooltip=[alt.Tooltip("place:N", title="Place"), alt.Tooltip("rate:Q", title="Rate", format=",.1f"),
                 alt.Tooltip("low:Q", title="From", format=",.1f"), alt.Tooltip("high:Q", title="To", format=",.1f")])
    scale = alt.X("low:Q", title=legend_heading(row.measure), scale=alt.Scale(zero=True),
                  axis=axis(palette, tickCount=6))
    bar = base.mark_rule(strokeWidth=5, opacity=BAR_OPACITY, color=css(palette.classes[4])).encode(x=scale, x2="high:Q")
    dot = base.mark_point(filled=True, size=110, opacity=1, color=css(palette.classes[5])).encode(x="rate:Q")
    return alt.layer(bar, dot).properties(height=34 * len(table) + 50)


@per_edition(64)     # to write it takes longer than the rest of the page
def interval_spec(view: View, codes: tuple[str, ...], palette: Palette) -> dict[str, Any]:
    """Write the chart of places side by side, as Vega-Lite. Do not change it: it is shared."""
    answers, rows = comparison(view, codes)
    names = [answer.place.name for answer in answers]
    written: dict[str, Any] = interval_chart(rows[0], names, palette).to_dict()
    return written
