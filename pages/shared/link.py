"""What a link says: read into a view with a notice for each thing wrong in it, and a view written as a link's query."""

from collections.abc import Mapping

from geo.core.choices import ALL_HUBS, KINDS
from geo.core.errors import PlaceError, SwatheError
from geo.core.measures import MEASURES
from geo.core.view import WHAT_IF_OPTIONS, View
from geo.core.what_if_terms import WhatIf
from geo.figures.ranking import is_known
from geo.figures.scenario import require_known
from geo.words.editions import measure_not_here
from pages.shared.data import edition, is_usual, place


def read_link(query: Mapping[str, str]) -> tuple[View, list[str]]:
    """Read the view of a link; what the edition does not have is left out, with a notice in words."""
    served = edition()
    view, notices = View.from_query(query, served.region.code)
    for option in ("place", "within"):
        problem = _unknown(getattr(view, option))
        if problem:
            said = f"The link names a place that is not known ({problem}); {served.region.spoken} is shown instead."
            notices, view = [*notices, said], view.replace(**{option: served.region.code})
    for option in ("by", "ranked"):
        kind = getattr(view, option)
        if kind not in edition().kinds():
            notices.append(f"The link asks for {KINDS[kind].plural}, of which this edition has none; the usual kind is "
                           "shown instead.")
            view = view.replace(**{option: getattr(view.fresh(), option)})
    if view.hub not in served.region.hubs:
        notices.append(f"The link asks for {ALL_HUBS[view.hub].label}, which this edition was built without; the usual "
                       "city is shown instead.")
        view = view.replace(hub=view.fresh().hub)
    known = []
    for code in beside_codes(view):
        problem = _unknown(code)
        if problem:
            notices.append(f"The link compares with a place that is not known ({problem}); it was left out.")
        else:
            known.append(code)
    if view.station and view.station not in edition().stations.index:
        notices.append(f"The link names a station that is not known (‘{view.station}’); it was left out.")
        view = view.replace(station="")
    return _known_changes(view.replace(beside=".".join(known)), notices)


def _known_changes(view: View, notices: list[str]) -> tuple[View, list[str]]:
    """Leave a what-if out that cannot be worked out, with a notice in words."""
    try:
        require_known(edition(), WhatIf.of(view))
    except SwatheError as error:
        usual = {name: getattr(view.fresh(), name) for name in WHAT_IF_OPTIONS}
        said = f"The link asks what if, and that cannot be: {error}. It was left out."
        return view.replace(**usual), [*notices, said]
    return view, notices


def named_edition(query: Mapping[str, str]) -> str:
    """Read which edition a link names; "" where it names none, or nothing that could be one."""
    return View.from_query(query)[0].edition


def beside_codes(view: View) -> list[str]:
    """List the places that are set beside the view's own."""
    return [code for code in view.beside.split(".") if code]


def _unknown(code: str) -> PlaceError | None:
    """Say why a code is no place of the edition; None when it is one, or stands for all."""
    try:
        if code != "all":
            place(code)
    except PlaceError as error:
        return error
    return None


def other_edition(view: View) -> list[str]:
    """Warn where a link was made with an edition that is not the one served."""
    served = edition().id
    if view.edition in {"", served}:
        return []
    return [f"This link was made with edition {view.edition}; you are seeing {served}. Figures may differ."]


def not_in_edition(view: View) -> list[str]:
    """Say so where what the map shows is not in the edition."""
    return [] if is_known(edition(), view.show) else [measure_not_here(MEASURES[view.show])]


def view_query(view: View, served: str) -> dict[str, str]:
    """Write a view as a link's query, with the edition where anything was chosen, it too."""
    query = view.to_query()
    return {**query, "edition": view.edition or served} if query or not is_usual() else {}
