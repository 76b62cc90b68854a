"""What the search box asks the server while a reader types: places as JSON, without a session and without a rerun."""

from contextlib import suppress

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from geo.core.errors import EditionError
from geo.edition.search import LONGEST, Hit, search
from geo.words.claim import kind_label
from geo.words.search import what_was_found
from pages.shared.data import asked_for, edition, per_edition
from pages.shared.link import named_edition

MOST = 8
"""Places offered for one search."""

_SHORT_WHILE = {"Cache-Control": "private, max-age=60"}


def find_route(request: Request) -> Response:
    """Answer what was typed with places; nothing typed with the councils. Starlette runs it in a thread."""
    typed = request.query_params.get("q", "")[:LONGEST]
    try:
        with asked_for(named_edition(request.query_params)):
            answer = _found(typed) if typed.strip() else _councils()
    except EditionError as error:
        said = f"There is no data to search: {error}"
        return JSONResponse({"said": said, "places": []}, 503, {"Cache-Control": "no-store"})
    return JSONResponse(answer, 200, _SHORT_WHILE)


def warm_search() -> None:
    """Read the names, which takes some seconds, before the first reader types; without an edition there are none."""
    with suppress(EditionError), asked_for(""):
        _found("a")
        _councils()


def _found(typed: str) -> dict[str, object]:
    found = search(edition(), typed, MOST)
    return {"said": what_was_found(found), "places": [_row(hit) for hit in found.hits]}


def _row(hit: Hit) -> dict[str, str | bool]:
    return {"code": hit.code, "name": hit.name, "about": about(hit), "exact": hit.exact}


def about(hit: Hit) -> str:
    """Say what and where a place is, and why it was found."""
    where = "" if hit.within == hit.name or hit.kind in {"county", "lep", "region"} else f", {hit.within}"
    flag = f", a neighbour of {edition().region.spoken}" if hit.neighbour else ""
    return f"{kind_label(hit.kind)}{where}{flag}{f' · {hit.note}' if hit.note else ''}"


@per_edition(1)
def _councils() -> dict[str, object]:
    """List what can be chosen without typing: the region and its authorities."""
    places = edition().places
    offered = places[~places["neighbour"] & places["kind"].isin(["region", "authority"])]
    rows = [{"code": row.code, "name": row.name, "about": kind_label(row.kind), "exact": False}
            for row in sorted(offered.itertuples(), key=lambda row: (row.kind != "region", row.name))]
    return {"said": "", "places": rows}
