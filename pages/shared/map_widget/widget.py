"""The widget: asks what the browser can draw, shows the map or its picture, and takes what the reader does with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import pydeck
import streamlit as st

from geo.core.view import View
from geo.maps.classes import DARK, LIGHT, Palette
from pages.shared.data import edition
from pages.shared.map_widget.bundle import MAP_FOLDER, widget_file
from pages.shared.map_widget.layers import names, write_deck
from pages.shared.pictures import show_picture

HEIGHT = 460
"""Of the map where there is room, in pixels."""

Camera = Mapping[str, float]
"""Where the map looks: lat, lon and zoom, as in a view."""

Properties = Mapping[str, Any]
"""What the map file says of the thing clicked on; nothing of a click beside all things."""

_CANVAS, _MAP = (
    st.components.v2.component(
        f"swathe_{name}", js=Path(__file__).with_name("source").joinpath(name + ".js").read_text(encoding="utf-8"),
        isolate_styles=False) for name in ("canvas", "loader"))
_STILL, _CLICKED = "still", "map_clicked"


class Canvas(NamedTuple):
    """What the browser said of the place for the map: `webgl` is None until it has answered."""

    webgl: bool | None
    width: int
    still: bool
    most: int = HEIGHT

    @property
    def moving(self) -> bool:
        """Whether the map is drawn by the browser."""
        return bool(self.webgl) and not self.still

    @property
    def height(self) -> int:
        """Height of the map: lower where the page is narrow, so that a phone's reader can scroll past it."""
        return max(min(280, self.most), min(self.most, round(0.9 * self.width)))


@dataclass(frozen=True)
class PageMap:
    """What one page's map shows, and what it does when the reader clicks or has moved it."""

    key: str
    alt: str
    layers: Callable[[], Sequence[pydeck.Layer]]
    camera: tuple[float, float, float]
    tooltip: Sequence[str]     # lines of text; words in braces are properties of the map file
    picture: Callable[[], bytes]
    legend: str
    words: Sequence[str] = ()
    place: str = "the place"     # as it is said in 'Back to Hartland'
    home: tuple[float, float, float] | None = None     # where that button takes the reader, if not to `camera`
    on_click: Callable[[Properties, Camera], None] | None = None
    on_camera: Callable[[Camera], None] | None = None


def theme_palette() -> Palette:
    """Pick the colours that suit the reader's theme."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def ask_canvas(most: int = HEIGHT) -> Canvas:
    """Ask the browser what it can draw and how much room there is, for a map of at most so many pixels in height."""
    said = _CANVAS(key="canvas", on_canvas_change=lambda: None).canvas or {}
    width = said.get("width", 0)
    return Canvas(said.get("webgl"), width if width >= 200 else HEIGHT, st.session_state.get(_STILL, False), most)


def _read_camera(said: Mapping[str, Any]) -> Camera:
    return {name: float(said[name]) for name in ("lat", "lon", "zoom")}


def _clicked(key: str, act: Callable[[Properties, Camera], None]) -> None:
    said = st.session_state[key].click
    act(said["properties"] or {}, _read_camera(said["camera"]))
    st.session_state[_CLICKED] = True


def _moved(key: str, act: Callable[[Camera], None]) -> None:
    act(_read_camera(st.session_state[key].camera))


def _data(shown: PageMap, canvas: Canvas) -> dict[str, Any]:
    """Collect what the widget is given."""
    options = [field.name for field in fields(View)]
    link = {"after": options[options.index("zoom") + 1:options.index("edition")], "edition": edition().id}
    heard = (st.session_state.get(shown.key) or {}).get("camera") or {}
    return {
        "script": f"{MAP_FOLDER}/{widget_file().name}",
        "deck": write_deck([*shown.layers(), names(theme_palette())], shown.camera),
        "home": dict(zip(("latitude", "longitude", "zoom"), shown.home or shown.camera, strict=True)),
        "place": shown.place, "legend": shown.legend,
        "alt": shown.alt, "tooltip": shown.tooltip, "height": canvas.height, "clicks": shown.on_click is not None,
        "link": link if shown.on_camera else None, "heard": heard.get("report", 0),
    }


@st.fragment
def _draw(shown: PageMap, data: dict[str, Any]) -> None:
    """Draw the map, on its own, so that moving it runs nothing else; a click runs the page."""
    if st.session_state.pop(_CLICKED, False):
        st.rerun()
    _MAP(key=shown.key, data=data,
         on_click_change=shown.on_click and partial(_clicked, shown.key, shown.on_click),
         on_camera_change=shown.on_camera and partial(_moved, shown.key, shown.on_camera))


def show_page_map(shown: PageMap, canvas: Canvas) -> None:
    """Show a map with its legend and words: moving where the browser can draw it, else as a picture."""
    st.session_state.pop(_CLICKED, None)     # the page runs already
    legend = f'<div class="map-legend">{shown.legend}</div>'
    if canvas.moving:
        _draw(shown, _data(shown, canvas))
    elif canvas.webgl is None and not canvas.still:
        st.html(f'<div class="map-widget"><div class="wait" style="height:{canvas.height}px">Drawing the map …</div>'
                f'{legend}</div>')
    else:
        show_picture(shown.picture(), shown.alt, MAP_FOLDER, legend)
    lost = "This browser cannot draw the moving map (WebGL is missing or switched off): here is a picture."
    # Below the map, which would else jump when the words change.
    for text in [*shown.words, *([lost] if canvas.webgl is False else [])]:
        st.html(f'<p class="small">{escape(text)}</p>')
    if canvas.webgl is not False:
        st.toggle("Show the map as a picture", key=_STILL)
