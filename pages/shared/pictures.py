"""Pictures drawn by the server, found under a name made of their content: a page turned quickly still finds its own."""
# Streamlit's own pictures go with the run that showed them: a browser that is slow to ask gets an error.

import threading
from html import escape

import streamlit as st

from geo.maps.geojson import content_hash
from pages.shared.workers import together

MOST = 128
"""Pictures in memory, a tenth of a megabyte each; the last shown stay."""

_SHOWN: dict[str, bytes] = {}
_LOCK = threading.Lock()


def show_picture(png: bytes, alt: str, address: str, beside: str = "", *, private: bool = False) -> None:
    """Show a picture as wide as there is room, and other HTML in a box with it.

    Other processes are told of it, unless it shows what is the reader's own.
    """
    name, others = f"picture.{content_hash(png)}.png", None if private else together()
    if others is not None and name not in _SHOWN:
        others.tell("pictures", name, png, MOST)
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
        found = _SHOWN.get(name)
    others = together()
    if found is None and others is not None:
        told = others.told("pictures", name)
        return told if isinstance(told, bytes) else None
    return found
