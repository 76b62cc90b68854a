"""The chart of the validation: how far out each way of estimating is, at every speed."""

from html import escape
from typing import Any

import altair as alt
import pandas as pd

from geo.maps.charts import css
from geo.maps.classes import Palette
from geo.words.estimate import mean_errors
from pages.shared.charts import axis
from pages.shared.data import edition, per_edition
from pages.shared.parts import list_html

_LABELS = 150      # pixels that the longest of them needs
_TICKS = (0.03, 0.1, 0.3, 1, 3)
_SHAPES = {"square": "■", "triangle-up": "▲", "circle": "●"}
"""Of the ways, worst first: told apart without colour. An edition of an earlier version tested fewer of them."""


def mean_errors_key(table: pd.DataFrame) -> str:
    """Explain the marks; above the chart, where a phone has room for it."""
    return list_html((f"<span>{sign}</span> {escape(way)}"
                      for sign, way in zip(_SHAPES.values(), table["way"].unique(), strict=False)), "key")


def mean_errors_chart(table: pd.DataFrame, palette: Palette) -> Any:
    """Draw a row a speed, on it a mark for each way, and a line from the worst to the best."""
    ways, ink = [*table["way"].unique()], css(palette.line)
    x = alt.X("error:Q", title="Mean error, percentage points",
              scale=alt.Scale(type="log", domain=[0.02, 6], nice=False),
              axis=axis(palette, values=[*_TICKS], format="~g"))
    y = alt.Y("speed:N", sort=None, title=None,
              axis=axis(palette, labelExpr="split(datum.label, ' (')[0]", labelLimit=_LABELS))
    rows = alt.Chart(table)
    lines = rows.mark_line(color=ink, strokeWidth=1).encode(x=x, y=y, detail="speed:N")
    marks = rows.mark_point(size=110, filled=True, opacity=1, color=ink).encode(
        x=x, y=y, shape=alt.Shape("way:N", scale=alt.Scale(domain=ways, range=[*_SHAPES][:len(ways)]), legend=None),
        tooltip=[alt.Tooltip("speed:N", title="Premises"), alt.Tooltip("way:N", title="Estimate"),
                 alt.Tooltip("error:Q", title="Mean error, points", format=".2f")])
    return alt.layer(lines, marks).properties(height={"step": 34})


@per_edition(2)     # to write it takes longer than the rest of the page
def mean_errors_spec(palette: Palette) -> dict[str, Any]:
    """Write the chart of the edition's test, as Vega-Lite. Do not change it: it is shared."""
    written: dict[str, Any] = mean_errors_chart(mean_errors(edition().manifest), palette).to_dict()
    return written
