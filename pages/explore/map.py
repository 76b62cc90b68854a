"""The map of the Explore page: any kind of place, a click that selects, and a viewport that is in the link."""

from contextlib import suppress
from dataclasses import replace

import streamlit as st

from geo.core.choices import KINDS
from geo.core.errors import ViewError
from geo.core.measures import MEASURES
from geo.core.view import View
from geo.maps.classes import Palette, legend
from geo.maps.picture import picture
from geo.words.context import meaning, tooltip
from geo.words.definitions import label, legend_heading
from pages.shared.data import edition, figure_options, per_edition, place_of
from pages.shared.map_files import (
    map_classes,
    map_picture,
    map_places,
    over,
    picture_bounds,
)
from pages.shared.map_widget.layers import boundaries, fills
from pages.shared.map_widget.legend import legend_html, neighbours, outline_credit, railway_credit
from pages.shared.map_widget.widget import (
    Camera,
    PageMap,
    Properties,
    linked_camera,
    moving,
    show_page_map,
    theme_palette,
)
from pages.shared.view_state import current_view, set_view

NEAR = 11.5
"""Zoom that a small place is looked at with, so that its surroundings are seen too."""

_PICKED = "explore_picked"


def _moved(camera: Camera) -> None:
    """Write a viewport into the view, after which the map stays where it is."""
    with suppress(ViewError):     # somewhere off the map: the link keeps the viewport that it had
        set_view(**camera)


def _clicked(properties: Properties, camera: Camera) -> None:
    """Take the place that was clicked on; a second click, or one beside all places, lets it go."""
    state, view = st.session_state, current_view()
    already = state.get(_PICKED) == view.place
    chosen = str(map_classes(view, view.by).index[int(properties["i"])]) if properties else view.region
    if already and chosen == view.place:
        chosen = view.region
    if already or properties:
        state[_PICKED] = chosen
        set_view(place=chosen)
        _moved(camera)


@per_edition(32)
def place_picture(view: View, palette: Palette) -> bytes:
    """Draw the map of places larger than a neighbourhood as a picture."""
    places = map_places(view.by).set_index("code")
    drawn = replace(over(view.place), outlines=places.geometry)
    return picture(places.geometry, map_classes(view, view.by), drawn, palette, palette.ordered(view.show),
                   picture_bounds(view.place))


def show_explore_map(view: View) -> None:
    """Show the map with its legend and what it means."""
    palette, kind, areas = theme_palette(), KINDS[view.by], view.by == "lsoa"
    classes = map_classes(view, view.by)
    click = (f"Click a place for its figures; click it again to go back to {edition().region.spoken}. " if moving()
             else "")
    show_page_map(PageMap(
        key="explore_map",
        alt=f"Map of {label(MEASURES[view.show])} by {kind.label}, {place_of(view).name} outlined; "
            "the table below has the same figures.",
        layers=lambda: [fills(f"places-{view.by}", view, classes, palette),
                        *boundaries(view.place, palette, halo=True)],
        place=view.place,
        camera=linked_camera(view),
        closest=NEAR,
        tooltip=tooltip(view, view.by),
        brief=True,
        picture=lambda: map_picture(view, palette) if areas else place_picture(
            figure_options(view).replace(by=view.by, show=view.show, place=view.place), palette),
        legend=legend_html(f"{legend_heading(MEASURES[view.show])}; in brackets how many {kind.plural}",
                           legend(view.show, palette, classes, view.by)),
        words=[meaning(edition(), view),
               f"{click}{neighbours(classes)}{outline_credit()} {railway_credit(moving=moving())}".strip()],
        on_click=_clicked,
        on_camera=_moved,
    ))
