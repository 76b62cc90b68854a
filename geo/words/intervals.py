"""Intervals in words: between which numbers a figure lies nine times in ten."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from geo.core.measures import Measure
from geo.core.rounding import about, decimal, percent, span
from geo.edition.store import Edition
from geo.figures.draws import has_test
from geo.figures.intervals import Interval
from geo.figures.place import Figure

_DRAWN = ("which jobs can be done from home, how homes differ from firms, whether such jobs and poor lines go "
          "together, and journeys where they are indicative")
_SPREAD = "how lines are spread inside councils"
COVERS = ("‘Between’: nine times in ten the true figure lies there, if the method is right. All that is not known is "
          f"drawn 500 times: {_SPREAD}, {_DRAWN}. That the method itself may be wrong is left out.")
"""Wherever an interval stands: what it covers, and what not; where broadband is measured, less how it is spread."""

COLUMNS = "From and To are the two ends of ‘between’."
"""Below a table whose interval has a column for each end."""

NO_TEST = ("This edition holds no test of its estimate of broadband, so how sure its figures of lines, and of people "
           "without them, are cannot be said.")
"""Instead, where nothing is drawn."""


def covers(edition: Edition) -> str:
    """Say what the intervals of an edition's figures cover, or why there are none."""
    if not has_test(edition):
        return NO_TEST
    return COVERS if edition.broadband_basis == "estimated" else COVERS.replace(f"{_SPREAD}, ", "")


def drawn(broadband_basis: str) -> str:
    """List what is not known of people in the gap, and drawn: how lines are spread only where that is estimated."""
    return f"{_SPREAD}, {_DRAWN}" if broadband_basis == "estimated" else _DRAWN


def is_told(found: Interval | None) -> bool:
    """Tell whether there is an interval to tell: neither all of it fewer than one, nor its ends spelled alike."""
    return found is not None and found.p95 >= 0.5 and about(max(found.p05, 0)) != about(found.p95)


def interval(found: Interval) -> str:
    """Say the interval of a count.

    >>> interval(Interval(1063.9, 1673.8)), interval(Interval(4720, 4720)), interval(Interval(0, 0.2))
    ('between 1,060 and 1,670', 'about 4,720', 'fewer than 1')
    """
    low, high = about(max(found.p05, 0)), about(found.p95)
    if high == "0":
        return "fewer than 1" if found.p95 else "0"
    return f"about {high}" if low == high else f"between {low} and {high}"


def interval_beside(figure: Figure) -> str:
    """Say the interval of a figure beside it: of minutes and of counts; nothing where there is none to tell."""
    found = figure.interval
    if found is None or figure.published:
        return ""
    if figure.measure.summary == "minutes":
        low, high = (f"{end:,.0f}" for end in found)
        return "" if low == high else f"between {low} and {high} min"
    return interval(found) if is_told(found) else ""


def in_brackets(figure: Figure) -> str:
    """Say the interval of a figure after it, if it has one."""
    said = interval_beside(figure)
    return f" ({said})" if said else ""


def rate_interval(found: Interval, measure: Measure) -> str:
    """Say the interval of a rate, in the unit of the measure's."""
    low, high = (percent(end / measure.per) if measure.percent or measure.place_rate else decimal(end)
                 for end in found)
    return low if low == high else f"between {low} and {high}"


def rate_interval_beside(figure: Figure) -> str:
    """Say the interval of a figure's rate beside it; nothing where there is none to tell."""
    found = figure.rate_interval
    if found is None or figure.published:
        return ""
    said = rate_interval(found, figure.measure)
    return said if said.startswith("between") else ""


def rate_in_brackets(figure: Figure) -> str:
    """Say the interval of a figure's rate after it, if it has one."""
    said = rate_interval_beside(figure)
    return f" ({said})" if said else ""


def interval_cell(row: Mapping[Any, Any]) -> str:
    """Write the interval of a count in a table, under "Between"; nothing where nothing is drawn.

    >>> interval_cell({"p05": 84.6, "p95": 201.0})
    '85 to 200'
    """
    return "" if pd.isna(row["p05"]) else span(max(row["p05"], 0.0), row["p95"])


def figure_cell(figure: Figure) -> str:
    """Write the interval of a figure there."""
    return "" if figure.interval is None else interval_cell(figure.interval._asdict())


def rate_cell(row: Mapping[Any, Any]) -> str:
    """Write the interval of a rate there.

    >>> rate_cell({"rate_p05": 8.46, "rate_p95": 20.1})
    '8.5 to 20.1'
    """
    return "" if pd.isna(row["rate_p05"]) else f"{decimal(max(row['rate_p05'], 0.0))} to {decimal(row['rate_p95'])}"
