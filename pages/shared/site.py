"""The address of this app, for links that are whole."""

import streamlit as st

from geo.core.errors import PackError
from geo.pack.request import site_address
from pages.shared.operator import operator


def site(page: str) -> str:
    """Give what the operator set, else what the reader's browser shows; "" where that is none that can be printed."""
    try:
        return operator().site or site_address((st.context.url or "").partition("?")[0].removesuffix(f"/{page}"))
    except PackError:
        return ""
