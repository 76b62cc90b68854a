"""How far the figures of two editions lie apart, authority by authority: what an update must not do unasked."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.core.choices import SPEEDS, Region
from geo.core.measures import MEASURES
from geo.core.view import View
from geo.edition.store import Edition
from geo.figures.aggregate import place_values

MOST_SHARE = 0.15
"""Of an authority's count, up or down, that a new release may move it by."""

MOST_MINUTES = 20.0
"""That an authority's median journey may become longer or shorter."""

COUNTS = ("people_in_gap", "premises_below")
MINUTES = ("train_to_hub_minutes", "door_to_hub_minutes")


@dataclass(frozen=True)
class Jump:
    """One figure of one authority that moved.

    Attributes
    ----------
    code, name
        Of the authority.
    measure, option
        Key in `geo.core.measures.MEASURES`; the speed of a count, the hub of minutes.
    before, after
        People, premises or minutes; None where an edition has none (no such authority, or no rail).
    """

    code: str
    name: str
    measure: str
    option: str
    before: float | None
    after: float | None

    @property
    def too_far(self) -> bool:
        """Whether it moved further than a new release should."""
        if self.before is None or self.after is None:
            return True
        moved = abs(self.after - self.before)
        return moved > MOST_MINUTES if self.measure in MINUTES else moved > MOST_SHARE * self.before


@dataclass(frozen=True)
class Comparison:
    """What differs between two editions.

    Attributes
    ----------
    jumps
        Every count and every journey of an authority that moved, those that moved too far first.
    lost
        Titles of sources that the old edition was made from and the new one was not.
    bases
        What stands on weaker ground than before: "broadband" no longer measured, "rail" no longer from a timetable.
    """

    jumps: list[Jump]
    lost: list[str]
    bases: list[str]

    @property
    def plausible(self) -> bool:
        """Whether the new edition may take the old one's place unasked."""
        return not self.lost and not self.bases and not any(jump.too_far for jump in self.jumps)


def compare(before: Edition, after: Edition) -> Comparison:
    """Set two editions side by side, by authority.

    Counts are people in the gap and premises below each speed; minutes are the median train and door-to-hub journeys to
    each hub; all by the default view.

    Parameters
    ----------
    before, after
        The edition served, and the one that may take its place.

    Returns
    -------
    Comparison
        What moved.
    """
    moved = sorted(_moved(before, after), key=lambda jump: not jump.too_far)
    missing = {lack["id"] for lack in after.manifest["missing"]}      # not those that the build has no more use for
    lost = [row["title"] for row in before.manifest["sources"] if row["id"] in missing]
    best = {"broadband": "measured", "rail": "timetable"}
    bases = [what for what, basis in best.items()
             if before.manifest[f"{what}_basis"] == basis != after.manifest[f"{what}_basis"]]
    return Comparison(moved, lost, bases)


def _moved(before: Edition, after: Edition) -> Iterator[Jump]:
    names = {**before.names("authority"), **after.names("authority")}
    hubs = [hub for hub in after.region.hubs if hub in before.region.hubs]
    for measure, option, view in _asked(after.region, hubs):
        both = [place_values(edition, view, MEASURES[measure], edition.membership("authority"))["value"]
                for edition in (before, after)]
        table = pd.concat(both, axis=1, keys=["before", "after"]).sort_index()
        # Sums of shares of people differ in the last places where the rows were only put in another order.
        same = np.isclose(table["before"], table["after"], rtol=1e-9, atol=1e-9, equal_nan=True)
        # No rail in either edition is no change; an authority that is in one alone is.
        in_both = table.index.isin(both[0].index) & table.index.isin(both[1].index)
        for code, row in table[~(same & in_both)].iterrows():
            values = [None if np.isnan(value) else float(value) for value in row]
            yield Jump(str(code), str(names[code]), measure, option, values[0], values[1])


def _asked(region: Region, hubs: Iterable[str]) -> Iterator[tuple[str, str, View]]:
    for measure in COUNTS:
        for speed in SPEEDS:
            yield measure, speed, View(speed=speed, region=region.code)
    for measure in MINUTES:
        for hub in hubs:
            yield measure, hub, View(hub=hub, region=region.code)
