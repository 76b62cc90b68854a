"""The charts of a report: those of the app, set as pictures; the same figures give the same bytes."""

from collections.abc import Sequence
from pathlib import Path

from geo.core.locks import workplace
from geo.pack.report.typesetting import typeset

CHART_WIDTH = 120.0
"""Millimetres."""

_DOTS = 220.0
_LETTERS = ('font-family="sans-serif" font-size="12"', 'font-family="DejaVu Sans" font-size="10"')
_PAGES = """#set page(width: {width}mm, height: auto, margin: 0pt)
{images}"""


def chart_pngs(svgs: Sequence[str]) -> list[bytes]:
    """Draw charts (SVG) as PNG, their letters in the font that the maps have."""
    if not svgs:
        return []
    with workplace() as folder:
        for number, svg in enumerate(svgs):
            lettered = svg.replace(*_LETTERS)
            Path(folder, f"{number}.svg").write_text(lettered, encoding="utf-8")
        images = "#pagebreak()\n".join(f'#image("{number}.svg", width: 100%)\n' for number in range(len(svgs)))
        main = Path(folder, "charts.typ")
        main.write_text(_PAGES.format(width=CHART_WIDTH, images=images), encoding="utf-8")
        return typeset(main, {}, format="png", ppi=_DOTS).pages
