"""The address of this app, for links that are whole."""

import streamlit as st

from geo.core.errors import PackError
from geo.pack.request import site_address


def site(page: str) -> str:
    """Give it as the reader's browser shows it, without the page; "" where that is none that can be printed."""
    try:
        return site_address((st.context.url or "").partition("?")[0].removesuffix(f"/{page}"))
    except PackError:
        return ""
