"""The legend of a map, and what is said below it."""

from collections.abc import Iterable
from html import escape

import pandas as pd

from geo.maps.classes import OUTSIDE, LegendRow
from geo.sources.licences import credit_sentences
from geo.words.neighbours import neighbours_are
from pages.shared.data import edition


def legend_html(heading: str, rows: Iterable[LegendRow], *, counted: bool = True) -> str:
    """Explain the colours: a heading with the unit, and a list of colours and numbers, with how many have each.

    It lies in a corner of the map where that is wide enough, so it can be folded.
    """
    items = "".join(
        f'<li><span style="background:rgb{row.colour}"></span>{escape(row.label)}'
        f'{f" <small>({row.areas:,})</small>" if counted else ""}</li>' for row in rows)
    return f'<details class="legend" open><summary>{escape(heading)}</summary><ul>{items}</ul></details>'


def railway_credit(*, moving: bool) -> str:
    """Credit the railway lines where they are drawn: on a moving map of an edition that has them."""
    return f"Blue lines are railways. {_credit('railway-lines')}" if moving and not edition().lines.empty else ""


def outline_credit() -> str:
    """Name the publishers of the outlines drawn."""
    return _credit("boundaries-lsoa")


def _credit(source: str) -> str:
    return " ".join(credit_sentences(row for row in edition().manifest["sources"] if row["id"] == source))


def neighbours(classes: pd.Series) -> str:
    """Say what the neighbours on a map are, where there are any."""
    if not (classes == OUTSIDE).any():
        return ""
    return f"{neighbours_are(edition().region)}: shown without colour and not in the totals. "
