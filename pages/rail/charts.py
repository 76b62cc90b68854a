"""The curve of the Rail page: residents within so many minutes of the hub, on both clocks."""

from collections.abc import Mapping

import altair as alt
import pandas as pd

from geo.core.choices import CLOCKS
from geo.maps.charts import css
from geo.maps.classes import Palette
from geo.words.definitions import OPTIONS
from pages.shared.charts import axis

LATE = 300
"""Minutes from which the limit's label stands left of its line."""


def reach_chart(
    within: Mapping[str, pd.DataFrame], residents: int, minutes: int, palette: Palette,
) -> alt.LayerChart | alt.FacetChart:
    """Draw the curve."""
    labels = {clock: CLOCKS[clock].label for clock in within}
    table = pd.concat([frame.assign(clock=labels[clock]) for clock, frame in within.items()])
    ink, names = css(palette.line), list(labels.values())
    top = alt.Legend(orient="top", labelColor=ink)
    curve = alt.Chart(table).mark_line(strokeWidth=2.5).encode(
        x=alt.X("minutes:Q", title="Minutes", scale=alt.Scale(domain=[30, 360], nice=False),
                axis=axis(palette, values=list(range(30, 361, 30)))),
        y=alt.Y("residents:Q", title="Residents within that time", scale=alt.Scale(domain=[0, max(residents, 1)]),
                axis=axis(palette, format=",.0f", tickCount=6)),
        color=alt.Color("clock:N", title=None, legend=top, scale=alt.Scale(
            domain=names, range=[css(palette.classes[5]), css(palette.classes[4])])),
        strokeDash=alt.StrokeDash("clock:N", title=None, legend=top, scale=alt.Scale(domain=names)),
        tooltip=[alt.Tooltip("clock:N", title=OPTIONS["clock"]), alt.Tooltip("minutes:Q", title="Minutes"),
                 alt.Tooltip("residents:Q", title="Residents", format=",.0f"),
                 alt.Tooltip("share:Q", title="Share", format=".1%")])
    limit = alt.Chart(pd.DataFrame({"minutes": [minutes], "residents": [residents], "label": [f"{minutes} minutes"]}))
    upright = limit.mark_rule(color=ink, strokeDash=[2, 3]).encode(x="minutes:Q")
    # Above all curves, and never over the edge.
    words = limit.mark_text(align="left" if minutes < LATE else "right", dy=-6, color=ink, baseline="bottom").encode(
        x="minutes:Q", y="residents:Q", text="label:N")
    everybody = limit.mark_rule(color=ink, strokeWidth=1).encode(y="residents:Q")
    return alt.layer(everybody, upright, words, curve).properties(height=300)
