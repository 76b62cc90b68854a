"""What the figures of a page assume otherwise than by default, above its content: said, and put back by a press."""

from collections.abc import Collection
from html import escape

import streamlit as st

from geo.core.view import View
from geo.words.assumptions import CHANGED, changed
from pages.shared.view_state import embedded, put_back


def show_assumptions(view: View) -> None:
    """Show what differs from the default; nothing where nothing does."""
    said = changed(view)
    with st.container(key="assumptions", horizontal=True, gap="xsmall", vertical_alignment="center"):
        if not said:
            return
        # Printed and embedded there are no buttons, but the same words.
        st.html(f'<p class="assumed">{CHANGED}<span> {escape("; ".join(said.values()))}.</span></p>', width="content")
        if embedded():
            return
        for option, words in said.items():
            _button(f"reset_{option}", f"*Reset* {words}", [option])
        if len(said) > 1:
            _button("reset_all", "Reset all", said)


def _button(key: str, label: str, options: Collection[str]) -> None:
    st.button(label, key=key, on_click=put_back, args=(tuple(options),))
