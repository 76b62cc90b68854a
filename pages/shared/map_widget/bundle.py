"""The widget's built script, served under a name made of its content."""

import gzip
from functools import cache
from pathlib import Path

from geo.maps.geojson import content_hash
from pages.shared.map_files import MapFile

MAP_FOLDER = "map"
"""Address of the map files, the pictures and the widget, relative to the pages."""

_BUILT = Path(__file__).parents[3] / "static" / "map_widget.js"


@cache
def widget_file() -> MapFile:
    """Return the script that `make map` builds, gzipped."""
    script = _BUILT.read_bytes()
    return MapFile(f"widget.{content_hash(script)}.js", gzip.compress(script, 9, mtime=0))
