"""The map of the Overview page: every neighbourhood, coloured by what is counted."""

from geo.maps import SCALES, legend
from geo.view import View
from geo.vocabulary import HUBS, MEASURES, SPEEDS
from pages.parts.map_data import area_classes, area_file, map_picture, map_place
from pages.shared.map_widget import (
    HEIGHT,
    OS_DATA,
    Camera,
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

__all__ = ["HEIGHT", "show_map", "theme_palette"]


def _tooltip(view: View) -> list[str]:
    """Write what is said of the area pointed at."""
    way = "by train" if view.clock == "train" else "door to hub"
    return [
        "{n}",
        "{c}, {a}",
        f"{SPEEDS[view.speed].label}: {{b_{view.speed}}} % of premises",
        f"People in the gap: {{d_{view.speed}}} of {{r}} who could work from home",
        f"{HUBS[view.hub].label} {way}: {{t}}",
    ]


def show_map(view: View) -> None:
    """Show the map with its legend."""
    palette, canvas, classes = theme_palette(), ask_canvas(), area_classes(view)
    show_page_map(PageMap(
        key="map",
        alt=f"Map of {MEASURES[view.show].label.lower()} by neighbourhood; the table has the same figures.",
        deck=lambda: write_deck(
            [fills("areas", area_file(view), classes, view.show, palette), *boundaries(view.place, palette)],
            Camera(*map_place(view, canvas.width, canvas.height))),
        tooltip=_tooltip(view),
        picture=lambda: map_picture(view, palette),
        legend=legend_html(SCALES[view.show].heading, legend(view.show, palette, classes), counted=False),
        words=[f"{neighbours(classes)}Each patch is one neighbourhood (LSOA, about 1,700 residents). {OS_DATA}"],
    ), canvas)
