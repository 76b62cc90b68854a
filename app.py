"""The app, as `streamlit run app.py` serves it: the pages, the map files, and headers that keep a reader safe."""

import gc
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route

from geo.core.errors import SettingError
from geo.figures.stations import ground_of
from pages.contents import PAGES
from pages.plain.first_screen import first_screen
from pages.plain.routes import ROUTES
from pages.shared.data import edition
from pages.shared.find import find_route, warm_search
from pages.shared.map_files import warm
from pages.shared.map_widget.bundle import MAP_FOLDER
from pages.shared.operator import operator
from pages.shared.serving import CompressedFiles, OwnPage, SecurityHeaders, compress_files, map_route


def _prepare() -> None:
    """Work out the first page, read the names, compress the scripts, and chart the ways to stations."""
    warm()
    for page in PAGES:
        first_screen(page.url_path, {})
    warm_search()
    compress_files()
    ground_of(edition())
    gc.freeze()     # the edition stays: it need not be gone through whenever rubbish is collected


@asynccontextmanager
async def _lifespan(_: st.App) -> AsyncIterator[None]:
    """Prepare while the server comes up, so that the first reader need not wait."""
    threading.Thread(target=_prepare, name="warm", daemon=True).start()
    yield


try:
    operator()
except SettingError as error:
    sys.exit(f"The app was not started: {error}")

app = st.App(
    Path(__file__).parent / "pages" / "frame.py",
    lifespan=_lifespan,
    routes=[*ROUTES, Route(f"/{MAP_FOLDER}/{{name}}", map_route), Route("/find.json", find_route)],
    middleware=[Middleware(SecurityHeaders), Middleware(CompressedFiles), Middleware(OwnPage)],
)
