"""What the Rail page asks of the edition: who is within how many minutes, by each clock, and the curve of it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from geo.core.choices import CLOCKS
from geo.core.view import View
from geo.figures import reach
from geo.maps.classes import Palette
from pages.rail.charts import reach_chart
from pages.shared.data import edition, per_edition, place, summary


class Reached(NamedTuple):
    """Residents of a place by how far the hub is, by each clock."""

    now: pd.Series     # within the view's minutes, by the view's clock
    without: Mapping[str, float]     # who has no way by rail
    thresholds: list[int]     # minutes of the table
    within: Mapping[str, pd.DataFrame]     # of the table


@per_edition(64)
def reached(view: View) -> Reached:
    """Count who is within how many minutes. Do not change it: it is shared."""
    served, lsoas = edition(), place(view.place).lsoas
    thresholds = sorted({*reach.TABLE_MINUTES, view.minutes})
    by_clock = {clock: view.replace(clock=clock) for clock in CLOCKS}
    return Reached(
        reach.residents_within(served, view, lsoas, [view.minutes]).iloc[0],
        {clock: reach.residents_without_rail(served, asked, lsoas) for clock, asked in by_clock.items()},
        thresholds,
        {clock: reach.residents_within(served, asked, lsoas, thresholds) for clock, asked in by_clock.items()})


@per_edition(64)     # to write it takes longer than the rest of the page
def curve_spec(view: View, palette: Palette) -> dict[str, Any]:
    """Write the curve of a view's place, as Vega-Lite. Do not change it: it is shared."""
    curve = {clock: reach.residents_within(
        edition(), view.replace(clock=clock), place(view.place).lsoas, reach.CURVE_MINUTES) for clock in CLOCKS}
    residents = int(summary(view)["residents"].count)
    written: dict[str, Any] = reach_chart(curve, residents, view.minutes, palette).to_dict()
    return written
