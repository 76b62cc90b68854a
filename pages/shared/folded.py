"""Parts of a page that are folded up: opened by a press and by links to them, printed open (`static/swathe.css`)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

_OPENER = st.components.v2.component(
    "swathe_open_part",
    js=(Path(__file__).parents[2] / "static" / "open_part.js").read_text(encoding="utf-8"))


@contextmanager
def folded(anchor: str, title: str) -> Iterator[None]:
    """Fold up what is shown inside; links to it end in `#` and the anchor."""
    with st.expander(title, key=f"part_{anchor}"):
        yield


def open_what_a_link_names() -> None:
    """Go to the part that the address names; called once, below all parts."""
    _OPENER(key="opener")
