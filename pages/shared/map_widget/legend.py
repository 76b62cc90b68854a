"""The legend of a map, and what is said below it."""

from collections.abc import Iterable
from html import escape

import pandas as pd

from geo.maps.classes import OUTSIDE, LegendRow
from geo.sources.catalogue import read_attributions
from pages.shared.data import edition

OS_DATA = "Contains OS data © Crown copyright and database right."


def legend_html(heading: str, rows: Iterable[LegendRow], *, counted: bool = True) -> str:
    """Explain the colours: a heading with the unit, and a list of colours and numbers, with how many have each."""
    items = "".join(
        f'<li><span style="background:rgb{row.colour}"></span>{escape(row.label)}'
        f'{f" <small>({row.areas:,})</small>" if counted else ""}</li>' for row in rows)
    return f'<div class="legend"><p>{escape(heading)}</p><ul>{items}</ul></div>'


def railway_credit(*, moving: bool) -> str:
    """Credit the railway lines where they are drawn: on a moving map of an edition that has them."""
    drawn = moving and not edition().lines.empty
    return f"Blue lines are railways. {read_attributions()['raileasy']}." if drawn else ""


def neighbours(classes: pd.Series) -> str:
    """Say what the neighbours on a map are, where there are any."""
    said = "Hampshire and the Isle of Wight are neighbours: shown without colour, in no total. "
    return said if (classes == OUTSIDE).any() else ""
