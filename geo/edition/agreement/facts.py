"""What the checks are given, and what they say."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.core.choices import DATA, REGION, REGIONS, Region
from geo.rail.connections import Connections
from geo.sources.catalogue import read_catalogue
from geo.sources.timetable import Feed
from geo.sources.wording import some

REFUSE, WARN = "refuse", "warn"


@dataclass(frozen=True)
class Finding:
    """Something that two inputs do not agree about."""

    severity: str      # `REFUSE` where figures would be wrong, `WARN` where they may be
    text: str          # one sentence in plain English: the file, where, what was expected, the cure


@dataclass(frozen=True)
class Facts:
    """The inputs of a build, joined and placed, before anything is worked out from them."""

    tables: Mapping[str, pd.DataFrame]      # as read, by source id
    areas: pd.DataFrame                     # as `geo.edition.inputs.Joined` has them
    boundaries: gpd.GeoDataFrame
    land: gpd.GeoSeries                     # all boundaries merged into one shape
    positions: pd.DataFrame                 # every postcode's authority (Code-Point's) and area (missing beyond all)
    feed: Feed
    trains: Connections
    region: Region = REGIONS[REGION]

    def limits(self, check: str, usual: tuple[float, float]) -> tuple[float, float]:
        """Return the region's own limits of a check, by data/bounds.csv; those of all others where it has none."""
        return _own_limits().get((check, self.region.code), usual)

    @cached_property
    def next_to(self) -> tuple[np.ndarray, np.ndarray]:
        """Pairs of areas that touch, by row number, both ways round."""
        shapes = self.boundaries.geometry.to_numpy()
        first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        return first[first != second], second[first != second]

    @cached_property
    def nested(self) -> pd.DataFrame:
        """The areas of the region, whose constituencies nest in their authorities."""
        return self.areas[~self.areas["neighbour"]]


@cache
def _own_limits() -> Mapping[tuple[str, str], tuple[float, float]]:
    table = pd.read_csv(DATA / "bounds.csv", comment="#", index_col=["check", "area"])
    return {(str(check), str(area)): (float(least), float(most)) for (check, area), (least, most) in zip(
        table.index, table[["least", "most"]].to_numpy(), strict=True)}


def title(key: str) -> str:
    """Return a source's title in quotation marks."""
    return f"‘{read_catalogue()[key].title}’"


def counted(codes: Iterable[str], what: str) -> str:
    """Say how many there are of something, and name the first three."""
    listed = list(codes)
    return f"{len(listed):,} {what} ({some(listed)})"


def outside(values: pd.Series, low: float, high: float) -> pd.Series:
    """Keep the values that are not from `low` to `high`; one that is missing is not."""
    return values[~values.between(low, high)]


def refuse_outside(values: pd.Series, limits: tuple[float, float], what: str, cure: str) -> Iterator[Finding]:
    """Refuse values outside limits, in one sentence with up to three of them."""
    bad = outside(values, *limits)
    if len(bad):
        shown = some(f"{code} has {value:.4g}" for code, value in bad.items())
        yield Finding(REFUSE, f"{what}: {shown}, expected {limits[0]:g} to {limits[1]:g}: {cure}")


def plain_name(name: str) -> str:
    """Return a name without what publishers spell differently: case, accents of punctuation, spaces."""
    return re.sub(r"[\W_]", "", name.replace("&", "and")).casefold()
