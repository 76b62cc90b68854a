"""The app, as `streamlit run app.py` serves it: the pages, the map files, and headers that keep a reader safe."""

import gc
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route

from geo.figures.stations import ground_of
from pages.shared.data import edition
from pages.shared.map_files import warm
from pages.shared.map_widget.bundle import MAP_FOLDER
from pages.shared.serving import CompressedFiles, OwnPage, SecurityHeaders, compress_files, map_route


def _prepare() -> None:
    """Compress the scripts, work out the first page, and chart the ways to stations."""
    compress_files()
    warm()
    ground_of(edition())
    gc.freeze()     # the edition stays: it need not be gone through whenever rubbish is collected


@asynccontextmanager
async def _lifespan(_: st.App) -> AsyncIterator[None]:
    """Prepare while the server comes up, so that the first reader need not wait."""
    threading.Thread(target=_prepare, name="warm", daemon=True).start()
    yield


app = st.App(
    Path(__file__).parent / "pages" / "frame.py",
    lifespan=_lifespan,
    routes=[Route(f"/{MAP_FOLDER}/{{name}}", map_route)],
    middleware=[Middleware(SecurityHeaders), Middleware(CompressedFiles), Middleware(OwnPage)],
)
