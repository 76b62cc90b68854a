"""The scale bar of a printed map and, right of it, the arrow to grid north."""

import math

from matplotlib.axes import Axes
from matplotlib.patches import Polygon, Rectangle

from geo.pack.maps.page import INK, LINE, POINT, SMALL, draw_lines, rgb, text_width

_LONGEST = 28.0
_TO_ARROW = 41.0


def draw_scale_bar(page: Axes, metres: float, spot: tuple[float, float]) -> None:
    """Draw bar and arrow with their left and top at a spot; a point on paper is so many metres on the ground."""
    left, top = spot
    span = metres / POINT * _LONGEST / 1000
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
