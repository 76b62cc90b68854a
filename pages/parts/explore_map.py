"""The map of the Explore page: any kind of place, a click that selects, and a viewport that is in the link."""

from typing import Any

import pandas as pd
import streamlit as st

from geo.errors import ViewError
from geo.map_files import picture
from geo.maps import Palette, classify, legend, scale_of, shown_values
from geo.view import View
from geo.vocabulary import HUBS, KINDS, MEASURES, REGION, SPEEDS
from pages.parts.data import edition, kept, place, ranking
from pages.parts.explore_words import meaning
from pages.parts.map_data import area_classes, area_file, map_picture, map_place, map_places, place_file
from pages.parts.state import current_view, set_view
from pages.shared.map_widget import (
    OS_DATA,
    Camera,
    Canvas,
    PageMap,
    ask_canvas,
    boundaries,
    fills,
    legend_html,
    neighbours,
    show_page_map,
    theme_palette,
    write_deck,
)

__all__ = ["show_explore_map"]

NARROW = 420
"""Width of a map, in pixels, under which there is no room for more than a name at the pointer."""

NEAR = 11.5
"""Zoom that a small place is looked at with, so that its surroundings are seen too."""

_PICKED = "explore_picked"


def _place_classes(view: View) -> pd.Series:
    places = map_places(view.by)
    codes = pd.Index(places["code"], name="code")
    values = shown_values(view.show, ranking(view, view.by, view.show, "all"), codes)
    inside = pd.Series(~places["neighbour"].to_numpy() | (codes == view.place), codes)
    return classify(values, view.show, inside, view.by)


def _codes(kind: str) -> pd.Index:
    """Codes of the places on the map, in the order of its file."""
    return edition().areas.index if kind == "lsoa" else pd.Index(map_places(kind)["code"])


_CONTEXT_LINES = {
    "imd_decile": "Deprivation: decile {m} of 10 (1 is the most deprived)",
    "connectivity_score": "DfT connectivity score: {k} of 100",
    "mobile_4g": "4G indoors from all four networks: {g} % of the council’s premises",
    "rural": "Living in a rural area: {u} %",
}


def _tooltip(view: View, *, narrow: bool) -> list[str]:
    """Write what is said of the place pointed at.

    Where the map is narrow it is the name alone: more would hide the map, and a tap shows all figures.
    """
    if narrow:
        return ["{n}"]
    way = "by train" if view.clock == "train" else "door to hub"
    rate = "" if view.by == "lsoa" else f" ({{p_{view.speed}}} per 1,000 workers)"
    lines = [
        f"People in the gap: {{d_{view.speed}}}{rate}, of {{r}} who could work from home",
        f"{SPEEDS[view.speed].label}: {{b_{view.speed}}} % of premises",
        f"{HUBS[view.hub].label} {way}: {{t}}",
    ]
    if view.show in _CONTEXT_LINES:
        lines = [_CONTEXT_LINES[view.show], lines[0]]
    return ["{n}", "{c}, {a}" if view.by == "lsoa" else "{c}", *lines]


def _camera(view: View, canvas: Canvas) -> Camera:
    latitude, longitude, zoom = map_place(view, canvas.width, canvas.height)
    return Camera(latitude, longitude, min(zoom, NEAR) if view.zoom is None else zoom)


def _moved(camera: Camera, **chosen: str) -> None:
    """Write a viewport into the view, and a place, after which the map stays where it is."""
    options: dict[str, Any] = dict(zip(("lat", "lon", "zoom"), camera, strict=True))
    try:
        current_view().replace(**options)
    except ViewError:     # somewhere off the map: the link keeps the last viewport
        options = {name: getattr(current_view(), name) for name in options}
    set_view(**chosen)
    set_view(**options)


def _clicked(properties: Any, camera: Camera) -> None:
    """Take the place that was clicked on; a second click, or one beside all places, lets it go."""
    state, view = st.session_state, current_view()
    held, codes = state.get(_PICKED) == view.place, _codes(view.by)
    index = (properties or {}).get("i")
    chosen = str(codes[index]) if isinstance(index, int) and 0 <= index < len(codes) else REGION
    if chosen == REGION and not held:
        return
    if chosen == view.place and held:
        chosen = REGION
    state[_PICKED] = state["place"] = chosen
    _moved(camera, place=chosen)


@kept(32)
def _place_picture(view: View, palette: Palette) -> bytes:
    places = map_places(view.by).set_index("code")
    return picture(places.geometry, _place_classes(view), places.geometry, palette, palette.ordered(view.show))


def _pictured(view: View) -> View:
    """Forget of a view what changes no picture."""
    options: dict[str, Any] = {**view.options(), "by": view.by, "show": view.show, "place": view.place}
    return View().replace(**options)


def show_explore_map(view: View) -> None:
    """Show the map with its legend and what it means."""
    palette, canvas, kind, areas = theme_palette(), ask_canvas(), KINDS[view.by], view.by == "lsoa"
    classes = area_classes(view) if areas else _place_classes(view)
    click = "Click a place for its figures; click it again to let it go. " if canvas.moving else ""
    show_page_map(PageMap(
        key="explore_map",
        alt=f"Map of {MEASURES[view.show].label} by {kind.label}, {place(view.place).name} outlined; "
            "the table below has the same figures.",
        deck=lambda: write_deck(
            [fills(f"places-{view.by}", area_file(view) if areas else place_file(view), classes, view.show, palette),
             *boundaries(view.place, palette, halo=True)],
            _camera(view, canvas)),
        tooltip=_tooltip(view, narrow=canvas.width < NARROW),
        picture=lambda: map_picture(view, palette) if areas else _place_picture(_pictured(view), palette),
        legend=legend_html(f"{scale_of(view.show, view.by).heading}; in brackets how many {kind.plural}",
                           legend(view.show, palette, classes, view.by)),
        words=[meaning(view), f"{click}{neighbours(classes)}{OS_DATA}"],
        on_click=_clicked,
        on_camera=_moved,
    ), canvas)
