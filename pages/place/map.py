"""The map of the Place page: the place among its surroundings, neighbourhood by neighbourhood."""

from geo.core.measures import MEASURES
from geo.core.view import View
from geo.maps.classes import legend
from geo.words.context import tooltip
from geo.words.definitions import label, legend_heading
from pages.shared.map_files import map_classes, map_picture
from pages.shared.map_widget.layers import boundaries, fills
from pages.shared.map_widget.legend import legend_html, outline_credit, railway_credit
from pages.shared.map_widget.widget import PageMap, linked_camera, moving, show_page_map, theme_palette

HEIGHT = 340
"""Of the map at most, in pixels: it stands beside what the place is told."""


def show_map(view: View, name: str) -> None:
    """Show the map with its legend."""
    palette, classes = theme_palette(), map_classes(view, "lsoa")
    show_page_map(PageMap(
        key="map",
        alt=f"Map of {label(MEASURES[view.show]).lower()} by neighbourhood in and around {name}, which is outlined.",
        layers=lambda: [fills("areas", view.replace(by="lsoa"), classes, palette),
                        *boundaries(view.place, palette, halo=True)],
        place=view.place,
        camera=linked_camera(view),
        height=HEIGHT,
        tooltip=tooltip(view, "lsoa"),
        picture=lambda: map_picture(view, palette),
        legend=legend_html(
            legend_heading(MEASURES[view.show]), legend(view.show, palette, classes), counted=False),
        words=[f"{outline_credit()} {railway_credit(moving=moving())}".strip()],
    ))
