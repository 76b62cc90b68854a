"""What the Evidence page asks of the pack: its first page as a picture, and the whole of it, one at a time."""

import threading
from collections.abc import Callable
from typing import NamedTuple

from geo.core.cache import cached
from geo.pack.make import STEPS, make_pack
from geo.pack.report.chapters import claim
from geo.pack.report.compose import document
from geo.pack.report.pdf import first_page_png
from geo.pack.request import Request
from pages.shared.data import edition, profile

# A pack takes a core and some hundred megabytes for seconds: readers who ask at once wait for one another.
_ONE_AT_A_TIME = threading.Semaphore(1)


class PackMade(NamedTuple):
    """A pack, and the request and the edition (its id) that it was made for."""

    request: Request
    edition: str
    name: str     # of the file
    content: bytes


def pack(request: Request, on_step: Callable[[float, str], None]) -> PackMade:
    """Make a pack."""
    with _ONE_AT_A_TIME:
        name, content = make_pack(edition(), request, lambda step: on_step(STEPS.index(step) / len(STEPS), step))
    return PackMade(request, edition().id, name, content)


@cached(32)
def first_page(request: Request) -> bytes:
    """Draw the first page of the report."""
    shown = profile(request.view)
    return first_page_png(document(request, shown, claim(request, shown)))
