"""What stands on a printed map besides its colours: page, letters, labels that do not collide, legend and scale bar."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.textpath import text_to_path

from geo.maps import Colour

__all__ = [
    "INK", "LINE", "POINT", "ROW", "SMALL", "WIDTH", "Key", "dot", "draw_keys", "draw_lines", "draw_marks",
    "draw_scale", "font", "marks_width", "rgb", "text_width", "wrap",
]

POINT = 25.4 / 72
"""Millimetres in a point."""

WIDTH = 170.0
"""Of a page, in millimetres."""

SMALL = 7.0
"""The smallest letters, in points."""

LINE = 3.3
"""From line to line of the smallest letters, in millimetres."""

INK = (28, 33, 42)
_MARK_GROUND = (255, 238, 205)
ROW = 4.3
"""From line to line of a legend, in millimetres."""

_SWATCH = 6.0
_LONGEST_BAR = 28.0
_TO_ARROW = 41.0


def rgb(colour: Colour) -> tuple[float, float, float]:
    """Turn a colour into what matplotlib takes.

    Parameters
    ----------
    colour
        0 to 255.

    Returns
    -------
    tuple of float
        0 to 1.
    """
    red, green, blue = (part / 255 for part in colour)
    return red, green, blue


@lru_cache(4)
def _letters(bold: bool) -> FontProperties:
    # The file that ships with matplotlib, not one of that name that a machine may have.
    name = f"DejaVuSans{'-Bold' * bold}.ttf"
    return FontProperties(fname=str(Path(mpl.get_data_path()) / "fonts" / "ttf" / name))


@lru_cache(4096)
def text_width(text: str, size: float, bold: bool = False) -> float:
    """Measure a line of text.

    Parameters
    ----------
    text
        One line.
    size
        In points.
    bold
        Its weight.

    Returns
    -------
    float
        In millimetres.
    """
    # Unhinted, so that it holds at every resolution.
    return float(text_to_path.get_text_width_height_descent(text, font(size, bold), ismath=False)[0]) * POINT


def wrap(text: str, width: float, size: float = SMALL, bold: bool = False) -> list[str]:
    """Divide a text into lines.

    Parameters
    ----------
    text
        Words; one that is wider than a line has a line to itself.
    width
        Of a line, in millimetres.
    size, bold
        Of the letters.

    Returns
    -------
    list of str
        Lines.
    """
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def draw_lines(
    page: Axes, lines: Iterable[str], spot: tuple[float, float], *, size: float = SMALL, bold: bool = False,
) -> float:
    """Write lines of text.

    Parameters
    ----------
    page
        Axes in millimetres from the upper left corner.
    lines
        Plain text.
    spot
        Left and top of the first line.
    size, bold
        Of the letters.

    Returns
    -------
    float
        Where the next line would begin.
    """
    left, top = spot
    step = LINE * size / SMALL
    for line in lines:
        page.text(left, top + 0.78 * step, line, size=size, fontproperties=font(size, bold), color=rgb(INK),
                  parse_math=False, usetex=False)
        top += step
    return top


def font(size: float, bold: bool = False) -> FontProperties:
    """Choose letters.

    Parameters
    ----------
    size
        In points.
    bold
        Their weight.

    Returns
    -------
    matplotlib.font_manager.FontProperties
        The same on every machine.
    """
    letters = _letters(bold).copy()
    letters.set_size(size)
    return letters


@dataclass(frozen=True)
class Key:
    """One line of a legend.

    Parameters
    ----------
    label
        In words.
    fill
        Colour of an area; None for a line or a dot.
    line
        Width of a line, in points.
    dot
        Whether it is a dot.
    """

    label: str
    fill: Colour | None = None
    line: float = 0.0
    dot: bool = False


def draw_keys(page: Axes, keys: Sequence[Key], spot: tuple[float, float], width: float) -> float:
    """Draw lines of a legend.

    Parameters
    ----------
    page
        Axes in millimetres from the upper left corner.
    keys
        One below the other.
    spot
        Left and top.
    width
        Of the column, in millimetres.

    Returns
    -------
    float
        Where the next would begin.
    """
    left, top = spot
    for key in keys:
        middle = top + ROW / 2
        if key.fill is not None:
            page.add_artist(Rectangle((left, middle - 1.4), _SWATCH, 2.8, facecolor=rgb(key.fill), linewidth=0.4,
                                     edgecolor=rgb((120, 128, 138))))
        elif key.dot:
            page.add_line(dot(left + _SWATCH / 2, middle))
        else:
            page.add_line(Line2D([left, left + _SWATCH], [middle, middle], color=rgb(INK), linewidth=key.line))
        lines = wrap(key.label, width - _SWATCH - 1.5)
        draw_lines(page, lines, (left + _SWATCH + 1.5, middle - LINE / 2))
        top += ROW + (len(lines) - 1) * LINE
    return top


def dot(x: float, y: float) -> Line2D:
    """Draw a station.

    Parameters
    ----------
    x, y
        In the unit of the axes it is added to.

    Returns
    -------
    matplotlib.lines.Line2D
        A dot.
    """
    return Line2D([x], [y], marker="o", linestyle="none", markersize=3.2, markerfacecolor=rgb(INK),
                  markeredgecolor="white", markeredgewidth=0.7)


def draw_scale(page: Axes, metres: float, spot: tuple[float, float]) -> float:
    """Draw a scale bar and, right of it, the arrow to grid north.

    Parameters
    ----------
    page
        Axes in millimetres from the upper left corner.
    metres
        On the ground, for one point on paper.
    spot
        Left and top.

    Returns
    -------
    float
        Where what follows would begin.
    """
    left, top = spot
    span = metres / POINT * _LONGEST_BAR / 1000
    unit = 10.0 ** np.floor(np.log10(span))
    length = float(max(step for step in (1, 2, 5) if step * unit <= span) * unit)
    bar, base = length * 1000 / metres * POINT, top + 6.0
    for part, fill in enumerate((INK, (255, 255, 255))):
        page.add_artist(Rectangle((left + part * bar / 2, base), bar / 2, 1.3, facecolor=rgb(fill), edgecolor=rgb(INK),
                                 linewidth=0.6, gid=f"scale-bar-{part}"))
    for share, word in ((0.0, "0"), (0.5, f"{length / 2:g}"), (1.0, f"{length:g} km")):
        # The unit stands to the right of its number, which itself is centred over its tick.
        number = text_width(word.removesuffix(" km"), SMALL) / 2
        draw_lines(page, [word], (left + share * bar - (number if share else 0.0), base - LINE - 0.5))
    x, high = left + _TO_ARROW, top
    page.add_artist(Polygon([(x, high), (x + 1.7, high + 5.6), (x, high + 4.2), (x - 1.7, high + 5.6)],
                           facecolor=rgb(INK), linewidth=0, gid="north-arrow"))
    draw_lines(page, ["N"], (x - text_width("N", SMALL) / 2, high + 5.8))
    return base + 3.5


def marks_width(marks: Sequence[str]) -> float:
    """Measure the marks side by side.

    Parameters
    ----------
    marks
        As they are drawn.

    Returns
    -------
    float
        In millimetres, with the space before each.
    """
    return sum(text_width(mark, 7.5, bold=True) + 6.0 for mark in marks)


def draw_marks(page: Axes, marks: Sequence[str], spot: tuple[float, float]) -> None:
    """Draw marks in boxes.

    Parameters
    ----------
    page
        Axes in millimetres from the upper left corner.
    marks
        Left to right.
    spot
        Right and top of the last.
    """
    right, top = spot
    for mark in reversed(marks):
        wide = text_width(mark, 7.5, bold=True) + 4.0
        page.add_artist(Rectangle((right - wide, top), wide, 5.0, facecolor=rgb(_MARK_GROUND), edgecolor=rgb(INK),
                                 linewidth=0.8))
        draw_lines(page, [mark], (right - wide + 2.0, top + 0.8), size=7.5, bold=True)
        right -= wide + 2.0
