"""The charts of the Place page: as images, and what their lines are."""

from base64 import b64encode
from collections.abc import Sequence
from html import escape

from geo.words.neighbourhoods import Strip
from pages.shared.parts import list_html


def picture_html(svg: str, alt: str, dark: str = "") -> str:
    """Show a chart; another where the reader's system asks for the dark, if there is one."""
    shown = f'<img class="chart" alt="{escape(alt)}" src="{_data(svg)}">'
    return (f'<picture><source media="(prefers-color-scheme: dark)" srcset="{_data(dark)}">{shown}</picture>' if dark
            else shown)


def _data(svg: str) -> str:
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def strip_key(strip: Strip, name: str, region: str) -> str:
    """Explain the lines, with their figures."""
    items = [f"<b></b>{escape(name)}, {escape(strip.text(strip.here))}"]
    if name != region:
        items.append(f'<b class="dashed"></b>{escape(region)}, {escape(strip.text(strip.region))}')
    return list_html(items, "key")


def coverage_key(names: Sequence[str]) -> str:
    """Explain the lines."""
    kinds = ("", "dashed", "dotted")
    return list_html((f'<b class="{kind}"></b>{escape(name)}' for name, kind in zip(names, kinds, strict=False)), "key")
