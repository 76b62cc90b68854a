"""Whether the app can answer: its edition is read, is what it says it is, and the first page has been made."""

import threading

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from geo.core.errors import EditionError
from pages.shared.shelf import usual_edition

PREPARED = threading.Event()
"""Set when the work at the start is over, whatever came of it."""


def ready_route(_: Request) -> Response:
    """Answer 200 and the edition's id, else 503 and why not. Starlette runs it in a thread."""
    status, said = 503, "starting"
    if PREPARED.is_set():
        try:
            status, said = 200, usual_edition().id
        except EditionError as error:
            said = f"There is no data to show: {error}"
    return PlainTextResponse(said, status, {"Cache-Control": "no-store"})
