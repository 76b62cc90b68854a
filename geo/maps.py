"""Maps of a figure: its classes, colours and legend, shared by the app's map and the printed map.

Classes are fixed for each measure, so that a colour means the same number wherever the reader goes and whatever
speed, hub or threshold is chosen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import pandas as pd

from geo.vocabulary import MEASURES

__all__ = [
    "CLASSES", "DARK", "LIGHT", "MISSING", "OUTSIDE", "SCALES", "Colour", "LegendRow", "Palette", "Scale", "classify",
    "digits", "fill_expression", "legend", "scale_of", "shown_values",
]

Colour = tuple[int, int, int]
"""Red, green, blue, each 0 to 255."""

CLASSES = 7
MISSING = CLASSES
"""Class of an area that has no value (no rail, nobody to count)."""
OUTSIDE = CLASSES + 1
"""Class of an area that is shown for orientation and not counted."""


@dataclass(frozen=True)
class Scale:
    """The classes of one measure on a map.

    Parameters
    ----------
    column
        "rate" or "value": which of a ranking's columns is shown.
    breaks
        Lower bounds of classes 1 to 6, in the column's unit; class 0 lies below the first.
    heading
        What the legend is headed with: the figure and its unit, in plain words.
    percent
        Whether the column holds shares 0 to 1 that are shown as per cent.
    labels
        What each class is called, where that says more than its two bounds.
    """

    column: str
    breaks: tuple[float, ...]
    heading: str
    percent: bool = False
    labels: tuple[str, ...] = ()

    def spell(self, value: float) -> str:
        """Write a number of this scale for a reader.

        Parameters
        ----------
        value
            In the column's unit.

        Returns
        -------
        str
            With separators, and the per cent sign where it is one.
        """
        return f"{100 * value:,.3g} %" if self.percent else f"{value:,.0f}"


_PEOPLE = (2, 10, 25, 50, 100, 200)
_MINUTES = (60, 90, 120, 150, 180, 240)

SCALES: Mapping[str, Scale] = MappingProxyType({
    "people_in_gap": Scale("rate", _PEOPLE, "People in the gap per 1,000 workers"),
    "nowhere_to_turn": Scale("rate", _PEOPLE, "People with nowhere to turn per 1,000 workers"),
    "premises_below": Scale("rate", (0.005, 0.02, 0.05, 0.1, 0.25, 0.5), "Share of premises in the gap", percent=True),
    "remote_capable": Scale(
        "rate", (300, 350, 400, 450, 500, 550), "Of 1,000 workers, those whose job can be done from home"),
    "cut_off_by_rail": Scale(
        "rate", (0.01, 0.2, 0.4, 0.6, 0.8, 0.99), "Share of residents cut off by rail", percent=True),
    "residents": Scale("value", (1000, 1400, 1600, 1800, 2000, 2500), "Residents"),
    "door_to_hub_minutes": Scale("value", _MINUTES, "Minutes from door to hub, median"),
    "train_to_hub_minutes": Scale("value", _MINUTES, "Minutes by train to the hub, median"),
    "within_30_min_walk_of_station": Scale(
        "rate", (0.05, 0.2, 0.4, 0.6, 0.8, 0.95), "Share of residents within 30 minutes' walk of a station",
        percent=True),
    "imd_decile": Scale(
        "value", (2, 3, 4, 5, 7, 9), "Decile of deprivation in England (IMD 2025), of the median resident",
        labels=("1, most deprived", "2", "3", "4", "5 or 6", "7 or 8", "9 or 10, least deprived")),
    "connectivity_score": Scale(
        "value", (20, 30, 40, 50, 60, 70), "DfT connectivity score (100 is the best connected), mean of residents"),
    "mobile_4g": Scale(
        "rate", (0.65, 0.7, 0.75, 0.8, 0.9, 0.95), "Share of premises with 4G indoors from all four networks",
        percent=True),
    "rural": Scale(
        "rate", (0.01, 0.2, 0.4, 0.6, 0.8, 0.99), "Share of residents who live in a rural area", percent=True),
})
"""One scale for each of `geo.vocabulary.MEASURES`."""

_LARGE = (50_000, 75_000, 100_000, 150_000, 250_000, 500_000)
_RESIDENTS: Mapping[str, tuple[float, ...]] = MappingProxyType({
    "msoa": (5000, 6000, 7000, 8000, 9000, 10_000), "ward": (1500, 2500, 4000, 6000, 9000, 12_000),
    **dict.fromkeys(("authority", "county", "lep", "constituency", "region"), _LARGE),
})
"""Classes of the one measure whose size depends on the kind of place."""


@dataclass(frozen=True)
class Palette:
    """Colours of a map on one background.

    Parameters
    ----------
    classes
        Seven colours from best to worst, in even steps of lightness away from the background, so that the order can
        be read without seeing hue.
    missing, outside
        Colours of areas without a value, and of areas that are not counted.
    line, ground
        Colour of boundaries, and of the background in a picture.
    """

    classes: tuple[Colour, ...]
    missing: Colour
    outside: Colour
    line: Colour
    ground: Colour

    def ordered(self, measure: str) -> tuple[Colour, ...]:
        """Return the colours by class number, as one measure needs them.

        Parameters
        ----------
        measure
            A key of `MEASURES`; where more of it is better the colours are turned round.

        Returns
        -------
        tuple of Colour
            Nine: the seven classes, `MISSING`, `OUTSIDE`.
        """
        classes = self.classes if MEASURES[measure].worst_high else self.classes[::-1]
        return (*classes, self.missing, self.outside)


LIGHT = Palette(
    ((236, 234, 226), (249, 206, 136), (243, 168, 94), (228, 124, 80), (196, 78, 90), (140, 40, 98), (72, 18, 76)),
    missing=(150, 158, 168), outside=(222, 226, 231), line=(60, 68, 80), ground=(255, 255, 255),
)
DARK = Palette(
    ((52, 56, 66), (104, 52, 110), (156, 58, 108), (202, 80, 92), (234, 124, 78), (248, 180, 96), (254, 236, 176)),
    missing=(108, 118, 132), outside=(36, 40, 48), line=(196, 204, 214), ground=(17, 22, 29),
)


def scale_of(measure: str, kind: str = "lsoa") -> Scale:
    """Return the scale of a measure on a map of one kind of place.

    Parameters
    ----------
    measure
        A key of `MEASURES`.
    kind
        A key of `geo.vocabulary.KINDS`.

    Returns
    -------
    Scale
        That of `SCALES`; only the counts of residents have larger classes for larger places.
    """
    scale = SCALES[measure]
    return replace(scale, breaks=_RESIDENTS[kind]) if measure == "residents" and kind in _RESIDENTS else scale


def shown_values(measure: str, ranked: pd.DataFrame, areas: pd.Index) -> pd.Series:
    """Pick what a map of a measure shows out of a ranking.

    Parameters
    ----------
    measure
        A key of `MEASURES`.
    ranked
        Columns code, value and rate, as `geo.figures.rank` returns them.
    areas
        Codes of the areas on the map.

    Returns
    -------
    pandas.Series
        float64, indexed by `areas`; missing where the ranking has none.
    """
    return ranked.set_index("code")[SCALES[measure].column].reindex(areas).astype("float64")


def classify(
    values: pd.Series, measure: str, inside: pd.Series | None = None, kind: str = "lsoa",
) -> pd.Series:
    """Give each area its class.

    Parameters
    ----------
    values
        In the unit of the measure's scale; missing where there is none.
    measure
        A key of `MEASURES`.
    inside
        Same index, bool: whether the area is counted; all of them when None.
    kind
        Kind of the places, a key of `geo.vocabulary.KINDS`.

    Returns
    -------
    pandas.Series
        uint8, same index: 0 to 6, `MISSING` or `OUTSIDE`. A value on a break belongs to the upper class.
    """
    numbers = values.to_numpy(dtype="float64")
    found = np.searchsorted(scale_of(measure, kind).breaks, numbers, side="right").astype("uint8")
    found[np.isnan(numbers)] = MISSING
    if inside is not None:
        found[~inside.reindex(values.index).to_numpy(dtype=bool)] = OUTSIDE
    return pd.Series(found, index=values.index, name="class")


@dataclass(frozen=True)
class LegendRow:
    """One line of a legend.

    Parameters
    ----------
    colour
        Its colour.
    label
        The numbers it stands for, or words.
    areas
        How many areas on the map are of this class.
    """

    colour: Colour
    label: str
    areas: int


def legend(measure: str, palette: Palette, classes: pd.Series, kind: str = "lsoa") -> list[LegendRow]:
    """Explain the colours of a map.

    Parameters
    ----------
    measure
        A key of `MEASURES`.
    palette
        The colours drawn with.
    classes
        As `classify` returns them.
    kind
        Kind of the places, a key of `geo.vocabulary.KINDS`.

    Returns
    -------
    list of LegendRow
        All seven classes in order of number; then, only where the map has any, no value and not counted.
    """
    scale, colours = scale_of(measure, kind), palette.ordered(measure)
    first, last = (scale.spell(scale.breaks[end]) for end in (0, -1))
    between = [f"{scale.spell(low)} to {scale.spell(high)}"
               for low, high in zip(scale.breaks, scale.breaks[1:], strict=False)]
    numbers = scale.labels or (f"under {first}", *between, f"{last} or more")
    labels = [*numbers, _no_value(measure), "neighbour, not counted"]
    counts = np.bincount(classes.to_numpy(), minlength=len(labels))
    return [LegendRow(colour, label, int(count)) for index, (colour, label, count)
            in enumerate(zip(colours, labels, counts, strict=True)) if index < CLASSES or count]


def _no_value(measure: str) -> str:
    if MEASURES[measure].context:
        return "no figure published"
    return "no rail" if measure.endswith("_to_hub_minutes") else "nobody to count"


def digits(classes: pd.Series) -> str:
    """Write classes as one digit an area: the whole map's values in a text of a few kilobytes.

    Parameters
    ----------
    classes
        As `classify` returns them, in the order of the map file.

    Returns
    -------
    str
        One character an area.
    """
    return bytes((classes.to_numpy(dtype="uint8") + ord("0")).astype("uint8")).decode("ascii")


def fill_expression(classes: pd.Series, colours: Sequence[Colour], alpha: int = 255) -> str:
    """Write the colours of a map as an expression over the property `i` of the map file's features.

    The browser looks up each area's digit, then the digit's colour, so that any change of figures recolours the map
    with a few kilobytes and without sending a shape again.

    Parameters
    ----------
    classes
        As `classify` returns them, in the order of the map file.
    colours
        By class number.
    alpha
        Opacity, 0 to 255.

    Returns
    -------
    str
        For deck.gl's `getFillColor`; literals stand in parentheses because its grammar indexes groups alone.
    """
    table = ",".join(f"[{red},{green},{blue},{alpha}]" for red, green, blue in colours)
    return f"([{table}])[('{digits(classes)}')[properties.i]]"
