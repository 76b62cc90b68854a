"""The widget's built script, served under a name made of its content."""

import gzip
from functools import cache
from pathlib import Path

from geo.maps.geojson import content_hash
from pages.shared.map_files import MapFile

MAP_FOLDER = "map"
"""Address of the map files, the pictures and the widget, relative to the pages."""

_STATIC = Path(__file__).parents[3] / "static"


def widget_file() -> MapFile:
    """Return the script that `make map` builds, gzipped."""
    return _script_file("widget", "map_widget.js")


def embed_file() -> MapFile:
    """Return the script that draws the map of an embed, where there is no app around it."""
    return _script_file("embed", "embed.js")


@cache
def _script_file(stem: str, name: str) -> MapFile:
    script = (_STATIC / name).read_bytes()
    return MapFile(f"{stem}.{content_hash(script)}.js", gzip.compress(script, 9, mtime=0))
