"""The series by area that an edition keeps: what publishers count by authority, region and country alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class AreaSeries:
    """One series: figures of whole authorities, of the region and of England, by date.

    Attributes
    ----------
    label
        Plain words, to head a column.
    source
        Id of the source it comes from.
    percent
        Whether its values are shares of 0 to 1; else they are counts.
    """

    label: str
    source: str
    percent: bool = True


AREA_SERIES: Mapping[str, AreaSeries] = MappingProxyType({
    "gigabit": AreaSeries("Homes and businesses that can get a gigabit", "coverage-by-area"),
    "below_30": AreaSeries("Homes and businesses that cannot get 30 Mbit/s", "coverage-by-area"),
    "area_4g": AreaSeries("Land with 4G", "coverage-by-area"),
    "area_5g": AreaSeries("Land with 5G", "coverage-by-area"),
    "claimants": AreaSeries("Claimants, of residents aged 16 to 64", "claimants"),
    "businesses": AreaSeries("Active businesses", "businesses", percent=False),
})
"""Those that an edition may hold, by their name in it."""
