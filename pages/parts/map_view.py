"""The map of the Overview page: every neighbourhood, coloured by what is counted."""

from geo.maps import SCALES, legend
from geo.view import View
from geo.vocabulary import HUBS, MEASURES, SPEEDS
from pages.parts.map_data import area_classes, area_file, map_picture, map_place
from pages.shared import map_widget
from pages.shared.map_widget import HEIGHT, OS_DATA, ask_canvas, theme_palette

__all__ = ["HEIGHT", "show_map", "theme_palette", "tooltip"]

PATCH = "Each patch is one neighbourhood (LSOA, about 1,700 residents)."
_CONTEXT_LINES = {
    "imd_decile": "Deprivation: decile {m} of 10 (1 is the most deprived)",
    "connectivity_score": "DfT connectivity score: {k} of 100",
    "mobile_4g": "4G indoors from all four networks: {g} % of the council’s premises",
    "rural": "Living in a rural area: {u} %",
}


def tooltip(view: View, kind: str) -> list[str]:
    """Write what is said of the place pointed at; words in braces are properties of the map file."""
    rate = "" if kind == "lsoa" else f" ({{p_{view.speed}}} per 1,000 workers)"
    people = f"People in the gap: {{d_{view.speed}}}{rate}, of {{r}} who could work from home"
    lines = [_CONTEXT_LINES[view.show], people] if view.show in _CONTEXT_LINES else [
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
        alt=f"Map of {MEASURES[view.show].label.lower()} by neighbourhood; the table has the same figures.",
        layers=lambda: [map_widget.fills("areas", area_file(view), classes, view.show, palette),
                        *map_widget.boundaries(view.place, palette)],
        camera=map_place(view, canvas.width, canvas.height),
        tooltip=tooltip(view, "lsoa"),
        picture=lambda: map_picture(view, palette),
        legend=map_widget.legend_html(SCALES[view.show].heading, legend(view.show, palette, classes), counted=False),
        words=[f"{map_widget.neighbours(classes)}{PATCH} {OS_DATA}"],
    ), canvas)
