"""Charts as pictures in SVG: a strip of dots, one a neighbourhood, and coverage over time; on pages and in packs."""
# Vega takes a fifth of a second and a script of a megabyte for the same, and its charts are neither printed folded up
# nor shown without scripts.

from collections.abc import Iterable, Sequence
from html import escape
from math import ceil, floor, log10

import numpy as np
import pandas as pd

from geo.core.rounding import percent
from geo.maps.classes import Palette

DASHES = ("", "6 4", "1 4")
"""Of the lines of a place, of the region and of England: told apart without colour."""

GOLDEN = 0.6180339887
"""Share of a turn that scatters dots evenly."""

DOT_OPACITY = 0.7

WIDTH, LEFT, RIGHT, FONT = 340, 42, 12, 12
ROW = 46
"""Height of a row of dots."""


def css(colour: Sequence[int]) -> str:
    """Write a colour for a chart or a style."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _svg(height: int, pieces: Iterable[str]) -> str:
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
            f'font-family="sans-serif" font-size="{FONT}">{"".join(pieces)}</svg>')


def _text(x: float, y: float, text: str, colour: str, anchor: str = "start") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" fill="{colour}" text-anchor="{anchor}">{escape(text)}</text>'


def _line(ends: tuple[float, float, float, float], colour: str, width: float, dash: str = "") -> str:
    x1, y1, x2, y2 = ends
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="{colour}" stroke-width="{width}"{dashed}/>'


def _dots(path: str, colour: str, width: int) -> str:
    return (f'<path d="{path}" stroke="{colour}" stroke-width="{width}" stroke-linecap="round" '
            f'stroke-opacity="{DOT_OPACITY}"/>')


def _ticks(top: float, most: int = 4) -> list[float]:
    """Round numbers from nought to one that is not below the top.

    >>> _ticks(0.63), _ticks(93.5)
    ([0.0, 0.2, 0.4, 0.6, 0.8], [0.0, 50.0, 100.0])
    """
    unit = 10.0 ** floor(log10(top / most))
    step = next(unit * times for times in (1, 2, 5, 10) if top / (unit * times) <= most)
    return [round(step * number, 9) for number in range(ceil(top / step - 1e-9) + 1)]


def _axis_text(value: float, top: float, *, share: bool) -> str:
    if not share:
        return f"{value:,.0f}" if top >= 4 else f"{value:.1f}"
    return f"{100 * value:.{int(top < 0.04)}f} %"


def strip_svg(
    table: pd.DataFrame, column: str, ends: tuple[float | None, float | None], palette: Palette, group: str | None,
) -> str:
    """Draw a dot for each neighbourhood by a column, and lines at its ends: of the place and of the region."""
    here, region = ends
    rows = table.dropna(subset=column).sort_values(column, kind="stable")
    colour, lines = css(palette.line), [value for value in (here, region) if value is not None]
    ticks = _ticks(max(rows[column].max(), *lines, 1e-3))
    groups = [("", rows)] if group is None else list(rows.groupby(group))
    bottom = ROW * len(groups) + 4

    def across(value: float) -> float:
        return RIGHT + (WIDTH - 2 * RIGHT) * value / ticks[-1]

    pieces = [_line((across(tick), 0, across(tick), bottom), colour, 0.3) for tick in ticks]
    for tick in ticks:
        anchor = "start" if not tick else "end" if tick == ticks[-1] else "middle"
        text = _axis_text(tick, ticks[-1], share=column == "share")
        pieces.append(_text(across(tick), bottom + FONT + 2, text, colour, anchor))
    for number, (name, held) in enumerate(groups):
        y = ROW * number + 16 + (ROW - 22) * (np.arange(len(held)) * GOLDEN % 1)
        dots = "".join(f"M{across(x):.1f} {at:.1f}h0" for x, at in zip(held[column], y, strict=True))
        pieces += [_dots(dots, css(palette.classes[5]), 6), _text(RIGHT, ROW * number + 11, str(name), colour)]
    for value, dash, width in ((region, DASHES[1], 1.6), (here, DASHES[0], 2.6)):
        if value is not None:
            pieces.append(_line((across(value), 0, across(value), bottom), colour, width, dash))
    return _svg(bottom + FONT + 8, pieces)


def coverage_svg(table: pd.DataFrame, palette: Palette, height: int = 130) -> str:
    """Draw one series of `geo.figures.context.coverage_over_time`: a line an area, the first one's end in figures."""
    colour, bottom = css(palette.line), height - FONT - 8
    ticks = _ticks(table["share"].max(), 3)
    first, last = table["date"].min(), table["date"].max()

    def at(row: pd.Series) -> tuple[float, float]:
        share = (row["date"] - first) / ((last - first) or pd.Timedelta(days=1))
        return LEFT + (WIDTH - LEFT - 46) * share, 8 + (bottom - 8) * (1 - row["share"] / ticks[-1])

    pieces = []
    for tick in ticks:
        y = 8 + (bottom - 8) * (1 - tick / ticks[-1])
        pieces += [_line((LEFT, y, WIDTH - 46, y), colour, 0.3),
                   _text(LEFT - 6, y + 4, _axis_text(tick, ticks[-1], share=True), colour, "end")]
    pieces += [_text(LEFT, height - 4, f"{first:%b %Y}", colour),
               _text(WIDTH - 46, height - 4, f"{last:%b %Y}", colour, "end") if last > first else ""]
    for (_, rows), dash in zip(table.groupby("area", sort=False), DASHES, strict=False):
        points = [at(row) for _, row in rows.iterrows()]
        pieces.append(_curve(points, colour, dash))
    x, y = at(table[table["area"] == table["area"].iloc[0]].iloc[-1])
    end = table.loc[table["area"] == table["area"].iloc[0], "share"].iloc[-1]
    pieces.append(_text(x + 6, y + 4, percent(end), colour))
    return _svg(height, pieces)


def _curve(points: Sequence[tuple[float, float]], colour: str, dash: str) -> str:
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    dots = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in points)
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>'
            f"{_dots(dots, colour, 5)}")
