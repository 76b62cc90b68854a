"""Pictures drawn by the server, found under a name made of their content: a page turned quickly still finds its own."""
# Streamlit's own pictures go with the run that showed them: a browser that is slow to ask gets an error.

import threading
from html import escape

import streamlit as st

from geo.maps.geojson import content_hash

MOST = 128
"""Pictures in memory, a tenth of a megabyte each; the last shown stay."""

_SHOWN: dict[str, bytes] = {}
_LOCK = threading.Lock()


def show_picture(png: bytes, alt: str, address: str, beside: str = "") -> None:
    """Show a picture as wide as there is room, and other HTML in a box with it."""
    name = f"picture.{content_hash(png)}.png"
    with _LOCK:
        _SHOWN.pop(name, None)
        _SHOWN[name] = png      # the last shown stands last
        for oldest in list(_SHOWN)[:-MOST]:
            del _SHOWN[oldest]
    image = f'<img class="picture" src="{escape(address)}/{name}" alt="{escape(alt)}">'
    st.html(f'<div class="map-widget">{image}{beside}</div>' if beside else image)


def find_picture(name: str) -> bytes | None:
    """Look a picture up."""
    with _LOCK:
        return _SHOWN.get(name)
