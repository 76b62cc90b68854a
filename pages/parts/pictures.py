"""Pictures drawn by the server: kept under a name made of their content, so that a page turned quickly asks in time.

Streamlit's own pictures go with the run that showed them: a browser that is slow to ask gets an error.
"""

import threading
from html import escape

import streamlit as st

from geo.map_files import content_hash

__all__ = ["kept_picture", "show_picture"]

MOST = 128
"""Pictures kept, a tenth of a megabyte each; the last shown stay."""

PREFIX, SUFFIX = "picture.", ".png"

_KEPT: dict[str, bytes] = {}
_LOCK = threading.Lock()


def show_picture(png: bytes, alt: str, address: str) -> None:
    """Show a picture as wide as there is room."""
    name = f"{PREFIX}{content_hash(png)}{SUFFIX}"
    with _LOCK:
        _KEPT.pop(name, None)
        _KEPT[name] = png      # the last shown stands last
        for oldest in list(_KEPT)[:-MOST]:
            del _KEPT[oldest]
    st.html(f'<img class="picture" src="{escape(address)}/{name}" alt="{escape(alt)}">')


def kept_picture(name: str) -> bytes | None:
    """Look a picture up."""
    with _LOCK:
        return _KEPT.get(name)
