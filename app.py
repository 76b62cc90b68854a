"""The app, as `streamlit run app.py` serves it: the pages, the map files, and headers that keep a reader safe."""

import gc
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route

from geo.core.errors import EditionError
from geo.core.mapped import share_in, usual_folder
from geo.edition.store import Edition
from geo.figures.certainty import warm_ranks
from geo.figures.draws import warm_draws
from geo.figures.robust import warm_views
from geo.figures.stations import ground_of
from pages.api.routes import API_ROUTES
from pages.contents import PAGES
from pages.plain.first_screen import first_screen
from pages.plain.routes import ROUTES
from pages.server.event_log import EventLog, log_event, since, start_log
from pages.server.gate import Gate
from pages.server.messages import Messages
from pages.server.process import (
    give_back_memory,
    hold_little_memory,
    keep_memory_low,
    look_texts_up_at_once,
    raise_file_limit,
    send_at_once,
)
from pages.server.proxies import believe
from pages.server.readiness import PREPARED, ready_route
from pages.server.slow_clients import cut_off_slow_clients
from pages.server.uploads import limit_uploads
from pages.shared.find import find_route, warm_search
from pages.shared.history import warm_history
from pages.shared.map_files import warm, warm_near
from pages.shared.map_widget.bundle import MAP_FOLDER
from pages.shared.operator import operator, require_operator
from pages.shared.serving import CompressedFiles, OwnPage, SecurityHeaders, compress_files, is_map, map_route
from pages.shared.shelf import usual_edition


def prepare() -> None:
    """Make ready what readers see first, and let them in; then work out what they ask next."""
    start = time.perf_counter()
    try:
        served = first_seen()
    except EditionError:     # logged; every page says so
        log_event("no edition", ms=since(start))
        return
    finally:
        PREPARED.set()
    log_event("ready", edition=served.id, ms=since(start))
    import_module("altair")     # which takes a second, for which all readers would wait with the first of a chart
    warm_draws(served)
    warm_views(served)
    warm_ranks(served)
    warm_near()
    ground_of(served).chart_ways()
    del served
    warm_history()
    give_back_memory()
    gc.freeze()     # the edition stays: it need not be gone through whenever rubbish is collected
    log_event("warm", ms=since(start))


def first_seen() -> Edition:
    """Work out the first page, read the names, compress the scripts, chart the ways to stations; give the edition.

    What is large is held in common with the other processes of the machine.
    """
    share_in(usual_folder())
    look_texts_up_at_once()
    warm()
    for page in PAGES:
        first_screen(page.url_path, {})
    warm_search()
    compress_files()
    served = usual_edition()
    ground_of(served)
    return served


def _work_beside() -> None:
    prepare()
    keep_memory_low()


@asynccontextmanager
async def _lifespan(_: st.App) -> AsyncIterator[None]:
    """Prepare while the server comes up, so that the first reader need not wait."""
    send_at_once()
    threading.Thread(target=_work_beside, name="warm", daemon=True).start()
    yield


def _routes() -> list[Route]:
    """List the app's own routes; Streamlit adds its own, of which the gate lets some through."""
    return [*ROUTES, *API_ROUTES, Route(f"/{MAP_FOLDER}/{{name}}", map_route), Route("/find.json", find_route),
            Route("/ready", ready_route)]


def _middleware() -> list[Middleware]:
    """List what a request goes through, from the outside in."""
    addresses = [*(f"/{page.url_path}" for page in PAGES), *(route.path for route in _routes())]
    whole = [address for address in addresses if "{" not in address]
    folders = {address.partition("{")[0]: bool for address in addresses if "{" in address}
    run_by = operator()
    return [
        Middleware(EventLog, pages={address.split("/")[1] for address in addresses}),
        Middleware(SecurityHeaders, framed_by=run_by.framed_by),
        Middleware(Gate, pages=whole, folders={**folders, f"/{MAP_FOLDER}/": is_map}, hosts=run_by.hosts),
        Middleware(Messages),
        Middleware(CompressedFiles),
        Middleware(OwnPage),
    ]


require_operator()
hold_little_memory()
start_log()
log_event("start", files=raise_file_limit())
cut_off_slow_clients()
believe(operator().proxies)
limit_uploads()

app = st.App(
    Path(__file__).parent / "pages" / "frame.py", lifespan=_lifespan, routes=_routes(), middleware=_middleware())
