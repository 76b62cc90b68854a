"""The places that can be picked from a list, and what they are called there."""

from collections.abc import Callable, Mapping

from geo.core.choices import KINDS
from geo.core.view import View
from geo.edition.partnerships import within_reach
from geo.words.claim import kind_label
from pages.shared.data import edition, per_edition, place_of

OFFERED = ("region", "county", "authority", "lep", "constituency", "district", "ward", "msoa")
"""Kinds of place in the list, in this order; a link may name any other."""


@per_edition(1)
def place_labels() -> Mapping[str, str]:
    """List the places that can be chosen."""
    places = edition().places
    labels: dict[str, str] = {}
    for kind in OFFERED:
        of_kind = places[places["kind"] == kind].sort_values(["neighbour", "name"])
        for row in of_kind.to_dict("records"):
            inside = f", {row['within']}" if kind in {"ward", "msoa"} else ""
            flag = " — neighbour" if row["neighbour"] else ""
            labels.setdefault(row["code"], f"{row['name']} ({KINDS[kind].label}{inside}){flag}")
    return labels | {row.code: f"{row.name} ({kind_label('partnership')})" for row in within_reach(set(labels))}


def labeller(view: View) -> Callable[[str], str]:
    """Give what names each place in a menu, of thousands; the view's own is named as the view calls it."""
    labels = place_labels()

    def place_label(code: str) -> str:
        """Name one."""
        if code == "all":
            return f"{edition().region.name} and its neighbours"
        return labels.get(code) or place_of(view.replace(place=code)).name
    return place_label
