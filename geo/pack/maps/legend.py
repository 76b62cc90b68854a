"""The legend of a printed map: its colours and what else is drawn, in words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle

from geo.core.choices import KINDS
from geo.maps.classes import Colour
from geo.pack.maps.page import INK, LINE, POINT, SMALL, draw_lines, rgb, text_width, wrap

_ROW = 4.3      # from key to key, in millimetres
_SWATCH = 6.0
_LONGEST_BAR = 28.0
_TO_ARROW = 41.0     # from the left of the scale bar to the arrow to grid north


@dataclass(frozen=True)
class Key:
    """One line of a legend: an area, else a station, else a line."""

    label: str
    fill: Colour | None = None      # of an area
    line: float = 0.0               # width of a line, in points
    station: bool = False


@dataclass(frozen=True)
class Legend:
    """What a legend says; beside the map it has one column, or two where the map is small, below it three."""

    text: str
    classes: Sequence[Key]
    signs: Sequence[Key]
    beside: bool
    small: bool = False

    @property
    def heading(self) -> list[str]:
        """The heading in lines as wide as it has room for."""
        return wrap(self.text, self.width, 7.5, bold=True)

    @property
    def width(self) -> float:
        """Width of its heading, in millimetres."""
        return 76.0 if self.small else 46.0 if self.beside else 84.0

    @property
    def below(self) -> float:
        """Height that it takes below the map, in millimetres."""
        columns = len(self.heading) * 3.6 + LINE + 1.0 + 4 * _ROW, 2.0 + 5 * _ROW
        return 0.0 if self.beside else 3.0 + max(columns)


def draw_legend(page: Axes, legend: Legend, spot: tuple[float, float]) -> tuple[float, float]:
    """Draw a legend with its left and top at a spot; return where it leaves room for the scale bar."""
    left, top = spot
    below = draw_lines(page, legend.heading, (left, top), size=7.5, bold=True)
    note = wrap(f"In brackets: {KINDS['lsoa'].plural}", legend.width)
    below = draw_lines(page, note, (left, below)) + 1.0
    if legend.small:
        _draw_keys(page, legend.classes, (left, below), 32.0)
        return left + 34.0, _draw_keys(page, legend.signs, (left + 34.0, below), 42.0) + 4.0
    if legend.beside:
        below = _draw_keys(page, legend.classes, (left, below), 46.0) + 3.0
        return left, _draw_keys(page, legend.signs, (left, below), 46.0) + 4.0
    half = (len(legend.classes) + 1) // 2
    _draw_keys(page, legend.classes[:half], (left, below), 42.0)
    _draw_keys(page, legend.classes[half:], (left + 42.0, below), 42.0)
    _draw_keys(page, legend.signs, (left + 84.0, top + 2.0), 42.0)
    return left + 126.0, top + 2.0


def _draw_keys(page: Axes, keys: Sequence[Key], spot: tuple[float, float], width: float) -> float:
    """Draw keys one below the other; return where the next would begin."""
    left, top = spot
    for key in keys:
        middle = top + _ROW / 2
        if key.fill is not None:
            page.add_artist(Rectangle((left, middle - 1.4), _SWATCH, 2.8, facecolor=rgb(key.fill), linewidth=0.4,
                                      edgecolor=rgb((120, 128, 138))))
        elif key.station:
            page.add_line(station_dot(left + _SWATCH / 2, middle))
        else:
            page.add_line(Line2D([left, left + _SWATCH], [middle, middle], color=rgb(INK), linewidth=key.line))
        lines = wrap(key.label, width - _SWATCH - 1.5)
        draw_lines(page, lines, (left + _SWATCH + 1.5, middle - LINE / 2))
        top += _ROW + (len(lines) - 1) * LINE
    return top


def station_dot(x: float, y: float, zorder: float = 2) -> Line2D:
    """Draw a station, in the unit of the axes that it is added to."""
    return Line2D([x], [y], marker="o", linestyle="none", markersize=3.2, markerfacecolor=rgb(INK),
                  markeredgecolor="white", markeredgewidth=0.7, zorder=zorder)


def draw_scale_bar(page: Axes, metres: float, spot: tuple[float, float]) -> None:
    """Draw bar and arrow with their left and top at a spot; a point on paper is so many metres on the ground."""
    left, top = spot
    span = metres / POINT * _LONGEST_BAR / 1000
    unit = 10.0 ** math.floor(math.log10(span))
    length = max(step for step in (1, 2, 5) if step * unit <= span) * unit
    bar, base = length * 1000 / metres * POINT, top + 6.0
    for part, fill in enumerate((INK, (255, 255, 255))):
        page.add_artist(Rectangle((left + part * bar / 2, base), bar / 2, 1.3, facecolor=rgb(fill), edgecolor=rgb(INK),
                                  linewidth=0.6, gid=f"scale-bar-{part}"))
    for share, word in ((0.0, "0"), (0.5, f"{length / 2:g}"), (1.0, f"{length:g} km")):
        # The unit stands to the right of its number, which itself is centred over its tick.
        number = text_width(word.removesuffix(" km"), SMALL) / 2
        draw_lines(page, [word], (left + share * bar - (number if share else 0.0), base - LINE - 0.5))
    x = left + _TO_ARROW
    page.add_artist(Polygon([(x, top), (x + 1.7, top + 5.6), (x, top + 4.2), (x - 1.7, top + 5.6)],
                            facecolor=rgb(INK), linewidth=0, gid="north-arrow"))
    draw_lines(page, ["N"], (x - text_width("N", SMALL) / 2, top + 5.8))
