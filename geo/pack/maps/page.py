"""The page of a printed map: its measures in millimetres, its letters, and lines of text on it."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle
from matplotlib.textpath import text_to_path

from geo.maps.classes import Colour

POINT = 25.4 / 72       # millimetres
WIDTH = 170.0           # of a page, in millimetres
SMALL = 7.0             # the smallest letters, in points
LINE = 3.3              # from line to line of the smallest letters, in millimetres
INK = (28, 33, 42)
_MARK_GROUND = (255, 238, 205)


def rgb(colour: Colour) -> tuple[float, float, float]:
    """Turn a colour of 0 to 255 into what matplotlib takes: 0 to 1."""
    red, green, blue = colour
    return red / 255, green / 255, blue / 255


@lru_cache
def font(size: float, bold: bool = False) -> FontProperties:
    """Choose letters of a size in points, the same on every machine."""
    # The file that ships with matplotlib, not one of that name that a machine may have.
    return FontProperties(
        fname=Path(mpl.get_data_path(), "fonts", "ttf", f"DejaVuSans{'-Bold' * bold}.ttf"), size=size)


@lru_cache(4096)
def text_width(text: str, size: float, bold: bool = False) -> float:
    """Measure a line of text in millimetres."""
    # Unhinted, so that it holds at every resolution.
    return float(text_to_path.get_text_width_height_descent(text, font(size, bold), ismath=False)[0]) * POINT


def wrap(text: str, width: float, size: float = SMALL, bold: bool = False) -> list[str]:
    """Divide a text into lines of a width in millimetres; a word that is wider has a line to itself."""
    first, *words = text.split(" ")
    lines = [first]
    for word in words:
        longer = f"{lines[-1]} {word}"
        if text_width(longer, size, bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def draw_lines(
    page: Axes, lines: Iterable[str], spot: tuple[float, float], *, size: float = SMALL, bold: bool = False,
) -> float:
    """Write lines of text with the first one's left and top at a spot; return where the next would begin."""
    left, top = spot
    step = LINE * size / SMALL
    for line in lines:
        page.text(left, top + 0.78 * step, line, fontproperties=font(size, bold), color=rgb(INK), parse_math=False,
                  usetex=False)
        top += step
    return top


def marks_width(marks: Sequence[str]) -> float:
    """Measure marks side by side, with the space before each, in millimetres."""
    return sum(text_width(mark, 7.5, bold=True) + 6.0 for mark in marks)


def draw_marks(page: Axes, marks: Sequence[str], spot: tuple[float, float]) -> None:
    """Draw marks in boxes, with the last one's right and top at a spot."""
    right, top = spot
    for mark in reversed(marks):
        wide = text_width(mark, 7.5, bold=True) + 4.0
        page.add_artist(Rectangle((right - wide, top), wide, 5.0, facecolor=rgb(_MARK_GROUND), edgecolor=rgb(INK),
                                  linewidth=0.8))
        draw_lines(page, [mark], (right - wide + 2.0, top + 0.8), size=7.5, bold=True)
        right -= wide + 2.0
