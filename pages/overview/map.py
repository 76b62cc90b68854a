"""The map of the Overview page: every neighbourhood, coloured by what is counted."""

from geo.core.measures import MEASURES
from geo.core.view import View
from geo.maps.classes import legend
from geo.words.context import tooltip
from geo.words.definitions import label, legend_heading
from pages.shared.map_files import map_classes, map_picture
from pages.shared.map_widget.layers import boundaries, fills
from pages.shared.map_widget.legend import legend_html, neighbours, outline_credit, railway_credit
from pages.shared.map_widget.widget import PageMap, linked_camera, moving, show_page_map, theme_palette

PATCH = "Each patch is one neighbourhood (LSOA, about 1,700 residents)."


def show_map(view: View) -> None:
    """Show the map with its legend."""
    palette, classes = theme_palette(), map_classes(view, "lsoa")
    show_page_map(PageMap(
        key="map",
        alt=f"Map of {label(MEASURES[view.show]).lower()} by neighbourhood; the table has the same figures.",
        layers=lambda: [fills("areas", view.replace(by="lsoa"), classes, palette),
                        *boundaries(view.place, palette)],
        place=view.place,
        camera=linked_camera(view),
        tooltip=tooltip(view, "lsoa"),
        picture=lambda: map_picture(view, palette),
        legend=legend_html(
            legend_heading(MEASURES[view.show]), legend(view.show, palette, classes), counted=False),
        words=[f"{neighbours(classes)}{PATCH} {outline_credit()} {railway_credit(moving=moving())}".strip()],
    ))
