"""The widget: shows the map, or its picture where the browser draws none, and takes what the reader does with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import pydeck
import streamlit as st

from geo.core.view import View, names_own_area
from geo.maps.classes import DARK, LIGHT, Palette
from geo.words.claim import spoken_name
from pages.shared.data import edition, place_of
from pages.shared.map_files import map_bounds
from pages.shared.map_widget.bundle import MAP_FOLDER, widget_file
from pages.shared.map_widget.layers import names, write_layers
from pages.shared.pictures import show_picture
from pages.shared.view_state import current_view

HEIGHT = 460
"""Of the map where there is room, in pixels."""

Camera = Mapping[str, float]
"""Where the map looks: lat, lon and zoom, as in a view."""

Properties = Mapping[str, Any]
"""What the map file says of the thing clicked on; nothing of a click beside all things."""

_MAP = st.components.v2.component(
    "swathe_map", js=Path(__file__).with_name("source").joinpath("loader.js").read_text(encoding="utf-8"),
    isolate_styles=False)
_STILL, _NO_WEBGL, _RUN = "still", "no_webgl", "map_runs_page"


@dataclass(frozen=True)
class PageMap:
    """What one page's map shows, and what it does when the reader clicks or has moved it."""

    key: str
    alt: str
    layers: Callable[[], Sequence[pydeck.Layer]]
    place: str     # code of what is shown
    tooltip: Sequence[str]     # lines of text; words in braces are facts of the place pointed at
    picture: Callable[[], bytes]
    legend: str
    words: Sequence[str] = ()
    bounds: Sequence[float] | None = None     # west, south, east, north in degrees of what is seen, if not of the place
    camera: Camera = field(default_factory=dict)     # where the link says that it looks
    closest: float = 14     # zoom that a small place is seen with at most
    brief: bool = False     # whether a narrow map tells one line at the pointer, because a click tells the rest
    height: int = HEIGHT
    on_click: Callable[[Properties, Camera], None] | None = None
    on_camera: Callable[[Camera], None] | None = None


def theme_palette() -> Palette:
    """Pick the colours that suit the reader's theme."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def moving() -> bool:
    """Tell whether the browser draws the map: it can, as far as is known, and the reader did not ask for a picture."""
    return not (st.session_state.get(_STILL) or st.session_state.get(_NO_WEBGL))


def linked_camera(view: View) -> Camera:
    """Give what the link says of where the map looks."""
    named = {"lat": view.lat, "lon": view.lon, "zoom": view.zoom}
    return {name: value for name, value in named.items() if value is not None}


def _read_camera(said: Mapping[str, Any]) -> Camera:
    return {name: float(said[name]) for name in ("lat", "lon", "zoom")}


def _clicked(key: str, act: Callable[[Properties, Camera], None]) -> None:
    said = st.session_state[key].click
    act(said["properties"] or {}, _read_camera(said["camera"]))
    st.session_state[_RUN] = True


def _moved(key: str, act: Callable[[Camera], None]) -> None:
    act(_read_camera(st.session_state[key].camera))


def _missing() -> None:
    st.session_state[_NO_WEBGL] = st.session_state[_RUN] = True


def _data(shown: PageMap) -> dict[str, Any]:
    """Collect what the widget is given on a page, whose link holds the viewport."""
    options = [field.name for field in fields(View)]
    link = {"after": options[options.index("zoom") + 1:options.index("edition")], "edition": edition().id}
    heard = (st.session_state.get(shown.key) or {}).get("camera") or {}
    return {**map_data(shown, theme_palette(), spoken_name(place_of(current_view()).name)),
            "link": link if shown.on_camera else None, "heard": heard.get("report", 0)}


def map_data(shown: PageMap, palette: Palette, place: str) -> dict[str, Any]:
    """Collect what the widget is given wherever it draws a map, of a place of this name."""
    return {
        "script": f"{MAP_FOLDER}/{widget_file().name}",
        "layers": write_layers([*shown.layers(), names(palette)]),
        "bounds": shown.bounds or map_bounds(shown.place), "camera": shown.camera, "closest": shown.closest,
        "besideLegend": shown.place != edition().region.code,     # the region has sea where the legend lies
        "place": place, "legend": shown.legend, "alt": shown.alt, "tooltip": shown.tooltip, "brief": shown.brief,
        "height": shown.height, "clicks": shown.on_click is not None, "link": None, "heard": 0,
    }


@st.fragment
def _draw(shown: PageMap, data: dict[str, Any]) -> None:
    """Draw the map, on its own, so that moving it runs nothing else; a click runs the page, and so does no WebGL."""
    if st.session_state.pop(_RUN, False):
        st.rerun()
    _MAP(key=shown.key, data=data, on_missing_change=_missing,
         on_click_change=shown.on_click and partial(_clicked, shown.key, shown.on_click),
         on_camera_change=shown.on_camera and partial(_moved, shown.key, shown.on_camera))


def show_page_map(shown: PageMap) -> None:
    """Show a map with its legend and words: moving where the browser can draw it, else as a picture."""
    st.session_state.pop(_RUN, None)     # the page runs already
    able = not st.session_state.get(_NO_WEBGL)
    if moving():
        _draw(shown, _data(shown))
    else:
        show_picture(shown.picture(), shown.alt, MAP_FOLDER, f'<div class="map-legend">{shown.legend}</div>',
                     private=names_own_area(shown.place))
    lost = "This browser cannot draw the moving map (WebGL is missing or switched off): here is a picture."
    # Below the map, which would else jump when the words change.
    for text in [*shown.words, *([] if able else [lost])]:
        st.html(f'<p class="small">{escape(text)}</p>')
    if able:
        st.toggle("Show the map as a picture", key=_STILL)
