"""The charts of the Place page: a strip of dots, one a neighbourhood, and coverage of the whole authority over time."""

from html import escape
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from geo.maps.classes import Palette
from geo.words.neighbourhoods import Strip
from pages.shared.charts import axis, css
from pages.shared.parts import list_html

DOT_OPACITY = 0.75
DASHES = ([1, 0], [5, 4], [1, 3])
"""Of the lines of a place, of the South West and of England: told apart without colour."""

GOLDEN = 0.6180339887
"""Share of a turn that scatters dots evenly."""


def strip_chart(table: pd.DataFrame, strip: Strip, palette: Palette, group: str | None) -> Any:
    """Draw the dots and lines."""
    ordered = table.dropna(subset=strip.column).sort_values(strip.column, kind="stable")
    dots = pd.DataFrame({
        "x": ordered[strip.column].round(4), "name": ordered["name"], "msoa": ordered["msoa"],
        "people": ordered["people"].round(1), "row": "" if group is None else ordered[group],
        "jitter": np.round(np.arange(len(ordered)) * GOLDEN % 1, 3),
    })
    share = strip.column == "share"
    x = alt.X("x:Q", axis=axis(palette, format=".0%" if share else ",.0f", title=strip.title, tickCount=6),
              scale=alt.Scale(zero=True, nice=True))
    tooltip = [alt.Tooltip("name:N", title="Neighbourhood"), alt.Tooltip("msoa:N", title="Locality"),
               alt.Tooltip("x:Q", title=strip.title, format=".1%" if share else ",.1f"),
               alt.Tooltip("people:Q", title="People in the gap, about", format=",.0f")]
    points = alt.Chart(dots).mark_circle(size=48, opacity=DOT_OPACITY, color=css(palette.classes[5])).encode(
        x=x, tooltip=tooltip)
    if group is None:
        points = points.encode(y=alt.Y("jitter:Q", axis=None, scale=alt.Scale(domain=[-0.15, 1.15])))
        height = 180
    else:
        points = points.encode(
            y=alt.Y("row:N", title=None, axis=axis(palette, labelLimit=170)),
            yOffset=alt.YOffset("jitter:Q", scale=alt.Scale(domain=[-0.4, 1.4])))
        height = 70 + 30 * dots["row"].nunique()
    lines = [(strip.region, [5, 4], 1.6), (strip.here, [1, 0], 2.6)]
    rules = [alt.Chart(pd.DataFrame({"x": [value]})).mark_rule(
        strokeWidth=width, strokeDash=dash, color=css(palette.line)).encode(x=x)
        for value, dash, width in lines if value is not None]
    return alt.layer(points, *rules).properties(height=height)


def strip_key(strip: Strip, name: str, palette: Palette) -> str:
    """Explain the dots and the lines, with the figures of the lines."""
    items = [f'<b class="dot" style="--dot:{css(palette.classes[5])}"></b>each dot is one neighbourhood',
             f"<b></b>line: {escape(name)}, {escape(strip.text(strip.here))}"]
    if name != "South West":
        items.append(f'<b class="dashed"></b>dashed line: South West, {escape(strip.text(strip.region))}')
    return list_html(items, "key")


def coverage_chart(table: pd.DataFrame, palette: Palette) -> Any:
    """Draw coverage over time: a line an area, in two panels, since one goes up and the other down."""
    names = list(table["area"].unique())
    titles = {"gigabit": "Can get a gigabit", "below_30": "Cannot get 30 Mbit/s"}
    dots = alt.OverlayMarkDef(color=css(palette.line))
    panels = [
        alt.Chart(table[table["series"] == series]).mark_line(color=css(palette.line), point=dots).encode(
            x=alt.X("date:T", axis=axis(palette, format="%b %Y", title=None, tickCount=4)),
            y=alt.Y("share:Q", axis=axis(palette, format=".0%", title=title, tickCount=4), scale=alt.Scale(zero=True)),
            strokeDash=alt.StrokeDash(
                "area:N", scale=alt.Scale(domain=names, range=list(DASHES[:len(names)])),
                legend=alt.Legend(
                    title=None, orient="top", labelColor=css(palette.line), symbolType="stroke", symbolSize=400)),
            tooltip=[alt.Tooltip("area:N", title="Area"), alt.Tooltip("date:T", title="Date", format="%B %Y"),
                     alt.Tooltip("share:Q", title=title, format=".1%")],
        ).properties(height=180) for series, title in titles.items()]
    return alt.vconcat(*panels)
