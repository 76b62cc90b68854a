"""What the Evidence page asks of the pack: its first page as a picture, and the whole of it, one at a time."""

import time
from collections.abc import Callable
from typing import NamedTuple

from geo.core.view import View
from geo.edition.at_hand import EditionAtHand
from geo.figures.profile import place_profile
from geo.pack.make import STEPS, make_pack
from geo.pack.report.compose import first_page as opening
from geo.pack.report.pdf import first_page_png
from geo.pack.request import Request
from pages.evidence.turns import Turns
from pages.server.event_log import log_event, since
from pages.shared.data import edition, editions, per_edition
from pages.shared.shelf import edition_by_id
from pages.shared.workers import together

TURNS = Turns(notes=together())


class PackMade(NamedTuple):
    """A pack, and the request and the edition (its id) that it was made for."""

    request: Request
    edition: str
    name: str     # of the file
    content: bytes


def pack(request: Request, on_step: Callable[[float, str], None], client: str) -> PackMade:
    """Make a pack when it is the client's turn; a PackError says why there is none."""
    with TURNS.turn(client):
        start = time.perf_counter()
        name, content = make_pack(edition(), request, lambda step: on_step(STEPS.index(step) / len(STEPS), step),
                                  edition_by_id(request.view.against) if request.view.against else None)
        log_event("pack", ms=since(start))
    return PackMade(request, edition().id, name, content)


def comparable(view: View) -> EditionAtHand | None:
    """Find the edition that a pack can be compared with: the one the view names, else the one before the one shown."""
    served = {each.id: each for each in editions()}
    shown = served.pop(edition().id, None)
    earlier = (each for each in served.values() if shown is not None and each.built_at < shown.built_at)
    return served.get(view.against) or next(earlier, None)


@per_edition(32)
def first_page(request: Request) -> bytes:
    """Draw the first page of the report."""
    shown = place_profile(edition(), request.view)
    return first_page_png(opening(request, shown))
