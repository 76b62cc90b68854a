"""Maps of a figure: its classes, colours and legend, shared by the app's map and the printed map.

Classes are fixed for each measure, so that a colour means the same number wherever the reader goes and whatever
speed, hub or threshold is chosen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType

import numpy as np
import pandas as pd

from geo.core.measures import MEASURES, Scale

Colour = tuple[int, int, int]
"""Red, green, blue, each 0 to 255."""

CLASSES = 7
MISSING = CLASSES
"""Class of an area that has no value (no rail, nobody to count)."""
OUTSIDE = CLASSES + 1
"""Class of an area that is shown for orientation and not counted."""


_LARGE = (50_000, 75_000, 100_000, 150_000, 250_000, 500_000)
# Classes of the one measure whose size depends on the kind of place.
_RESIDENTS: Mapping[str, tuple[float, ...]] = MappingProxyType({
    "msoa": (5000, 6000, 7000, 8000, 9000, 10_000), "ward": (1500, 2500, 4000, 6000, 9000, 12_000),
    **dict.fromkeys(("authority", "county", "lep", "constituency", "region", "district"), _LARGE),
})


@dataclass(frozen=True)
class Palette:
    """Colours of a map on one background.

    classes: Seven colours from best to worst, in even steps of lightness away from the background, so that the order
        can be read without seeing hue; from yellow over red to violet on each, so that a hue means the same.
    missing, outside: Colours of areas without a value, and of areas that are not counted.
    line, ground: Colour of boundaries, and of the background in a picture.
    railway: Colour of railway lines.
    """

    classes: tuple[Colour, ...]
    missing: Colour
    outside: Colour
    line: Colour
    ground: Colour
    railway: Colour

    def ordered(self, measure: str) -> tuple[Colour, ...]:
        """Return the colours by class number, as one measure needs them."""
        classes = self.classes if MEASURES[measure].worst_high else self.classes[::-1]
        return (*classes, self.missing, self.outside)


LIGHT = Palette(
    ((236, 234, 226), (249, 206, 136), (243, 168, 94), (228, 124, 80), (196, 78, 90), (140, 40, 98), (72, 18, 76)),
    missing=(150, 158, 168), outside=(222, 226, 231), line=(60, 68, 80), ground=(255, 255, 255),
    railway=(20, 96, 160),
)
DARK = Palette(
    ((58, 57, 50), (98, 76, 28), (150, 88, 30), (206, 98, 58), (234, 120, 132), (240, 156, 208), (248, 218, 255)),
    missing=(108, 118, 132), outside=(36, 40, 48), line=(196, 204, 214), ground=(17, 22, 29),
    railway=(120, 190, 250),
)


def scale_of(measure: str, kind: str = "lsoa") -> Scale:
    """Return the scale of a measure on a map of one kind of place."""
    scale = MEASURES[measure].scale
    if scale is None:
        raise ValueError(f"{measure} has no scale")
    return replace(scale, breaks=_RESIDENTS[kind]) if measure == "residents" and kind in _RESIDENTS else scale


def shows_rate(measure: str) -> bool:
    """Tell whether a map shows the rate of a measure, and not its value."""
    return MEASURES[measure].denominator != "*"


def value_text(measure: str, value: float) -> str:
    """Write a number of a measure's scale for a reader."""
    percent = MEASURES[measure].percent and shows_rate(measure)
    return f"{100 * value:,.3g} %" if percent else f"{value:,.0f}"


def shown_values(measure: str, ranked: pd.DataFrame, areas: pd.Index) -> pd.Series:
    """Pick what a map of a measure shows out of a ranking."""
    return ranked.set_index("code")["rate" if shows_rate(measure) else "value"].reindex(areas).astype("float64")


def classify(values: pd.Series, measure: str, inside: pd.Series | None = None, kind: str = "lsoa") -> pd.Series:
    """Give each area its class."""
    numbers = values.to_numpy(dtype="float64")
    found = np.searchsorted(scale_of(measure, kind).breaks, numbers, side="right").astype("uint8")
    found[np.isnan(numbers)] = MISSING
    if inside is not None:
        found[~inside.reindex(values.index).to_numpy(dtype=bool)] = OUTSIDE
    return pd.Series(found, index=values.index, name="class")


@dataclass(frozen=True)
class LegendRow:
    """One line of a legend.

    colour: Its colour.
    label: The numbers it stands for, or words.
    areas: How many areas on the map are of this class.
    """

    colour: Colour
    label: str
    areas: int


def legend(measure: str, palette: Palette, classes: pd.Series, kind: str = "lsoa") -> list[LegendRow]:
    """Explain the colours of a map."""
    scale, colours = scale_of(measure, kind), palette.ordered(measure)
    bounds = [value_text(measure, bound) for bound in scale.breaks]
    between = [f"{low} to {high}" for low, high in pairwise(bounds)]
    numbers = scale.labels or (f"under {bounds[0]}", *between, f"{bounds[-1]} or more")
    labels = [*numbers, _no_value(measure), "neighbour, not counted"]
    counts = np.bincount(classes.to_numpy(), minlength=len(labels))
    return [LegendRow(colour, label, int(count)) for index, (colour, label, count)
            in enumerate(zip(colours, labels, counts, strict=True)) if index < CLASSES or count]


def _no_value(measure: str) -> str:
    if MEASURES[measure].context:
        return MEASURES[measure].lacking
    return "no rail" if MEASURES[measure].summary == "minutes" else "nobody to count"


CHOSEN_BREAKS = (25, 50, 75, 100, 150)
"""People of a neighbourhood on a list of those to upgrade, where its colour changes."""


CHANGED_BREAKS = (1, 5, 10, 25, 50)
"""People of a neighbourhood by whom a figure changes, where its colour does."""


def classify_chosen(people: pd.Series, inside: pd.Series, breaks: Sequence[float] = CHOSEN_BREAKS) -> pd.Series:
    """Give each area its class on a map of a list: by its people where it is on it, palest where it is not.

    `people` are of the areas on the list, `inside` says of all areas whether the place holds them.
    """
    listed = people.reindex(inside.index)
    found = (1 + np.searchsorted(breaks, listed.to_numpy(dtype="float64"), side="right")).astype("uint8")
    found[listed.isna().to_numpy()] = 0
    found[~inside.to_numpy(dtype=bool)] = OUTSIDE
    return pd.Series(found, index=inside.index, name="class")


def chosen_legend(
    palette: Palette, classes: pd.Series, breaks: Sequence[float] = CHOSEN_BREAKS, others: str = "not on the list",
) -> list[LegendRow]:
    """Explain the colours of a map of a list: those that are on it, and the others in words."""
    between = (f"{low} to {high}" for low, high in pairwise(breaks))
    labels = (others, f"under {breaks[0]}", *between, f"{breaks[-1]} or more")
    counts = np.bincount(classes.to_numpy(), minlength=len(labels))
    return [LegendRow(colour, label, int(count)) for colour, label, count
            in zip(palette.classes, labels, counts, strict=False) if count]


def digits(classes: pd.Series) -> str:
    """Write classes as one digit an area: the whole map's values in a text of a few kilobytes."""
    return bytes((classes.to_numpy(dtype="uint8") + ord("0")).astype("uint8")).decode("ascii")


def fill_expression(classes: pd.Series, colours: Sequence[Colour], alpha: int = 255) -> str:
    """Write the colours of a map as an expression over the property `i` of the map file's features.

    The browser looks up each area's digit, then the digit's colour, so that any change of figures recolours the map
    with a few kilobytes and without sending a shape again.
    """
    table = ",".join(f"[{red},{green},{blue},{alpha}]" for red, green, blue in colours)
    return f"([{table}])[('{digits(classes)}')[properties.i]]"
