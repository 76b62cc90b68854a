"""What the charts have in common: colours of the palette, axes that can be read in both themes, and no empty form."""

from typing import Any, cast

import altair as alt

from geo.maps.charts import css
from geo.maps.classes import Palette


@alt.theme.register("swathe", enable=True)
def _theme() -> alt.theme.ThemeConfig:
    """Ask Vega for no form of controls, which would stand empty below a chart, and for no roles inside a legend."""
    legend = {"aria": False}      # the chart's own words say what its lines are
    return cast("alt.theme.ThemeConfig", {"config": {"events": {"bind": "none"}, "legend": legend}})


def axis(palette: Palette, **options: Any) -> alt.Axis:
    """Set an axis in the colour of lines."""
    return alt.Axis(labelColor=css(palette.line), titleColor=css(palette.line), **options)
