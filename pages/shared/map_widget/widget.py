"""The widget: asks what the browser can draw, shows the map or its picture, and takes what the reader does with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import streamlit as st

from geo.maps import DARK, LIGHT, Palette
from geo.view import View
from pages.parts.data import edition
from pages.parts.pictures import show_picture
from pages.shared.map_widget.bundle import MAP_FOLDER, widget_file
from pages.shared.map_widget.layers import Camera

__all__ = ["HEIGHT", "Camera", "Canvas", "PageMap", "ask_canvas", "show_page_map", "theme_palette"]

HEIGHT = 460
"""Of the map where there is room, in pixels."""

_SOURCE = Path(__file__).parent / "source"
_CANVAS, _MAP = (
    st.components.v2.component(
        f"swathe_{name}", js=(_SOURCE / f"{script}.js").read_text(encoding="utf-8"), isolate_styles=False)
    for name, script in (("canvas", "canvas"), ("map", "loader")))
_STILL, _CLICKED = "still", "map_clicked"

Properties = Mapping[str, Any]


class Canvas(NamedTuple):
    """What the browser said of the place for the map: `webgl` is None until it has answered."""

    webgl: bool | None
    width: int
    still: bool = False

    @property
    def moving(self) -> bool:
        """Whether the map is drawn by the browser."""
        return bool(self.webgl) and not self.still

    @property
    def height(self) -> int:
        """Height of the map: lower where the page is narrow, so that a phone's reader can scroll past it."""
        return max(280, min(HEIGHT, round(0.9 * self.width)))


@dataclass(frozen=True)
class PageMap:
    """What one page's map shows, and what it does when the reader clicks or has moved it."""

    key: str
    alt: str
    deck: Callable[[], dict[str, Any]]
    tooltip: Sequence[str]     # lines of text; words in braces are properties of the map file
    picture: Callable[[], bytes]
    legend: str
    words: Sequence[str] = ()
    on_click: Callable[[Properties | None, Camera], None] | None = None
    on_camera: Callable[[Camera], None] | None = None


def theme_palette() -> Palette:
    """Pick the colours that suit the reader's theme."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def ask_canvas() -> Canvas:
    """Ask the browser what it can draw and how much room there is."""
    answer = _CANVAS(key="canvas", on_canvas_change=lambda: None).canvas
    said = answer if isinstance(answer, Mapping) else {}
    width, webgl = said.get("width"), said.get("webgl")
    return Canvas(None if webgl is None else bool(webgl),
                  width if isinstance(width, int) and width >= 200 else HEIGHT, st.session_state.get(_STILL, False))


def read_camera(said: object) -> Camera | None:
    """Read where the browser says that the map looks; None when it says nothing of the kind."""
    try:
        return Camera(*(float(said[name]) for name in ("lat", "lon", "zoom"))) if isinstance(said, Mapping) else None
    except (KeyError, TypeError, ValueError):
        return None


def _clicked(shown: PageMap) -> None:
    said = st.session_state[shown.key].click
    camera = read_camera(said.get("camera")) if isinstance(said, Mapping) else None
    if shown.on_click and camera:
        properties = said["properties"] if isinstance(said.get("properties"), Mapping) else None
        shown.on_click(properties, camera)
        st.session_state[_CLICKED] = True


def _moved(shown: PageMap) -> None:
    camera = read_camera(st.session_state[shown.key].camera)
    if shown.on_camera and camera:
        shown.on_camera(camera)


def _data(shown: PageMap, canvas: Canvas) -> dict[str, Any]:
    """Collect what the widget is told."""
    names = [field.name for field in fields(View)]
    link = {"after": names[names.index("zoom") + 1:names.index("edition")], "edition": edition().id}
    said = (st.session_state.get(shown.key) or {}).get("camera")
    return {
        "script": f"{MAP_FOLDER}/{widget_file().name}", "deck": shown.deck(), "alt": shown.alt,
        "tooltip": list(shown.tooltip), "height": canvas.height, "clicks": shown.on_click is not None,
        "link": link if shown.on_camera else None,
        "seen": said.get("report", 0) if isinstance(said, Mapping) else 0,
    }


@st.fragment
def _draw(shown: PageMap, data: dict[str, Any]) -> None:
    """Draw the map, on its own, so that moving it runs nothing else; a click runs the page."""
    if st.session_state.pop(_CLICKED, False):
        st.rerun()
    _MAP(key=shown.key, data=data, on_click_change=partial(_clicked, shown), on_camera_change=partial(_moved, shown))


def _small(text: str) -> None:
    """Say something small, in full contrast."""
    st.html(f'<p class="small">{escape(text)}</p>')


def show_page_map(shown: PageMap, canvas: Canvas) -> None:
    """Show a map with its legend and words: moving where the browser can draw it, else as a picture."""
    st.session_state.pop(_CLICKED, None)     # the page runs already
    if canvas.moving:
        _draw(shown, _data(shown, canvas))
    elif canvas.webgl is None and not canvas.still:
        st.html(f'<div class="wait" style="height:{canvas.height}px">Drawing the map …</div>')
    else:
        show_picture(shown.picture(), shown.alt, MAP_FOLDER)
    st.html(shown.legend)
    for text in shown.words:     # below the map, which would else jump when the words change
        _small(text)
    if canvas.webgl is False:
        _small("This browser cannot draw the moving map (WebGL is missing or switched off): here is a picture.")
    else:
        st.toggle("Show the map as a picture", key=_STILL)
