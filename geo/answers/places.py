"""Places: those that a text may mean, and all of a kind, as a program gets them."""

from typing import Any

from geo.core.choices import KINDS
from geo.core.errors import ViewError
from geo.core.untrusted import quoted
from geo.edition.search import Found, search, search_row
from geo.edition.store import Edition
from geo.figures.ranking import places_inside


def search_answer(edition: Edition, text: str) -> tuple[Found, list[dict[str, Any]]]:
    """Find the places that a text may mean, best first."""
    found = search(edition, text)
    return found, [search_row(edition, hit) for hit in found.hits]


def places_answer(edition: Edition, kind: str, within: str = "") -> list[dict[str, Any]]:
    """List the places of a kind wholly inside another (by default the region; "all": neighbours too), by name."""
    if kind not in KINDS or kind not in edition.kinds():
        raise ViewError(f"kind {quoted(kind, 40)}, which is not one of {', '.join(edition.kinds())}")
    found = places_inside(edition, kind, within).sort_values(["name"], kind="stable")
    return [{"code": code, "name": row["name"], "kind": kind, "within": row["within"],
             "neighbour": bool(row["neighbour"]), "edition": edition.id}
            for code, row in found.to_dict("index").items()]
