"""The map of a page: layers, legend, picture and what the reader does with it, drawn by a widget of the app's own."""

from pages.shared.map_widget.bundle import MAP_FOLDER, widget_file
from pages.shared.map_widget.layers import boundaries, fills, ring, station_fills
from pages.shared.map_widget.legend import OS_DATA, legend_html, neighbours
from pages.shared.map_widget.widget import HEIGHT, Camera, PageMap, Properties, ask_canvas, show_page_map, theme_palette

__all__ = [
    "HEIGHT", "MAP_FOLDER", "OS_DATA", "Camera", "PageMap", "Properties", "ask_canvas", "boundaries", "fills",
    "legend_html", "neighbours", "ring", "show_page_map", "station_fills", "theme_palette", "widget_file",
]
