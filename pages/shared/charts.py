"""What the charts have in common: colours of the palette, and axes that can be read in both themes."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from geo.maps.classes import Palette


def css(colour: Sequence[int]) -> str:
    """Write a colour for a chart or a style."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def axis(palette: Palette, **options: Any) -> alt.Axis:
    """Set an axis in the colour of lines."""
    return alt.Axis(labelColor=css(palette.line), titleColor=css(palette.line), **options)
