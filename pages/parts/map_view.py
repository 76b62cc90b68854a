"""The map of the Overview page: every neighbourhood, coloured by what is counted."""

from geo.core.measures import MEASURES
from geo.maps import legend
from geo.view import View
from geo.vocabulary import HUBS, SPEEDS
from geo.words.definitions import label, legend_heading
from pages.parts.map_data import area_classes, area_file, map_picture, map_place
from pages.shared import map_widget
from pages.shared.map_widget import HEIGHT, OS_DATA, ask_canvas, theme_palette

__all__ = ["HEIGHT", "show_map", "tooltip"]

PATCH = "Each patch is one neighbourhood (LSOA, about 1,700 residents)."
_CONTEXT_VALUES = {
    "imd_decile": "{m} of 10 (1 is the most deprived)", "connectivity_score": "{k} of 100",
    "mobile_4g": "{g} % of the council’s premises", "rural": "{u} %",
}


def tooltip(view: View, kind: str) -> list[str]:
    """Write what is said of the place pointed at; words in braces are properties of the map file."""
    rate = "" if kind == "lsoa" else f" ({{p_{view.speed}}} per 1,000 workers)"
    people = f"People in the gap: {{d_{view.speed}}}{rate}, of {{r}} who could work from home"
    context = _CONTEXT_VALUES.get(view.show)
    lines = [f"{label(MEASURES[view.show])}: {context}", people] if context else [
        people,
        f"{SPEEDS[view.speed].label}: {{b_{view.speed}}} % of premises",
        f"{HUBS[view.hub].label} {'by train' if view.clock == 'train' else 'door to hub'}: {{t}}",
    ]
    return ["{n}", "{c}, {a}" if kind == "lsoa" else "{c}", *lines]


def show_map(view: View) -> None:
    """Show the map with its legend."""
    palette, canvas, classes = theme_palette(), ask_canvas(), area_classes(view)
    map_widget.show_page_map(map_widget.PageMap(
        key="map",
        alt=f"Map of {label(MEASURES[view.show]).lower()} by neighbourhood; the table has the same figures.",
        layers=lambda: [map_widget.fills("areas", area_file(view), classes, view.show, palette),
                        *map_widget.boundaries(view.place, palette)],
        camera=map_place(view, canvas.width, canvas.height),
        tooltip=tooltip(view, "lsoa"),
        picture=lambda: map_picture(view, palette),
        legend=map_widget.legend_html(
            legend_heading(MEASURES[view.show]), legend(view.show, palette, classes), counted=False),
        words=[f"{map_widget.neighbours(classes)}{PATCH} {OS_DATA}"],
    ), canvas)
