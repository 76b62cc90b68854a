"""The curve of the Rail page: residents within so many minutes of the hub, on both clocks."""

from collections.abc import Mapping

import altair as alt
import pandas as pd

from geo.maps import Palette
from geo.vocabulary import CLOCKS

__all__ = ["reach_chart"]


def reach_chart(
    within: Mapping[str, pd.DataFrame], residents: int, minutes: int, palette: Palette,
) -> alt.LayerChart | alt.FacetChart:
    """Draw the curve."""
    labels = {clock: CLOCKS[clock].label for clock in within}
    table = pd.concat([frame.assign(clock=labels[clock]) for clock, frame in within.items()])
    clocks = alt.Scale(domain=list(labels.values()))
    ink = f"rgb{palette.line}"
    half_hours = alt.Axis(values=list(range(30, 361, 30)), labelColor=ink, titleColor=ink)
    top = alt.Legend(orient="top", labelColor=ink)
    curve = alt.Chart(table).mark_line(strokeWidth=2.5).encode(
        x=alt.X("minutes:Q", title="Minutes", scale=alt.Scale(domain=[30, 360], nice=False), axis=half_hours),
        y=alt.Y("residents:Q", title="Residents within that time", scale=alt.Scale(domain=[0, max(residents, 1)]),
                axis=alt.Axis(format=",.0f", labelColor=ink, titleColor=ink, tickCount=6)),
        color=alt.Color("clock:N", title=None, legend=top, scale=alt.Scale(
            domain=list(labels.values()), range=[f"rgb{palette.classes[5]}", f"rgb{palette.classes[4]}"])),
        strokeDash=alt.StrokeDash("clock:N", title=None, legend=top, scale=clocks),
        tooltip=[alt.Tooltip("clock:N", title="Time counted"), alt.Tooltip("minutes:Q", title="Minutes"),
                 alt.Tooltip("residents:Q", title="Residents", format=",.0f"),
                 alt.Tooltip("share:Q", title="Share", format=".1%")],
    )
    limit = pd.DataFrame({"minutes": [minutes], "residents": [residents], "label": [f"{minutes} minutes"]})
    upright = alt.Chart(limit).mark_rule(color=ink, strokeDash=[2, 3]).encode(x="minutes:Q")
    words = alt.Chart(limit).mark_text(align="left", dx=5, dy=-6, color=ink, baseline="bottom").encode(
        x="minutes:Q", y=alt.datum(0), text="label:N")
    everybody = alt.Chart(limit).mark_rule(color=ink, strokeWidth=1).encode(y="residents:Q")
    return alt.layer(everybody, upright, words, curve).properties(height=300)
