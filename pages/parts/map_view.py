"""The map: drawn by the browser from a kept file and recoloured in place, or by the server as a picture."""

from collections.abc import Mapping
from html import escape
from typing import NamedTuple

import pydeck
import streamlit as st

from geo.core.measures import MEASURES
from geo.map_files import content_hash
from geo.maps import DARK, LIGHT, OUTSIDE, Palette, fill_expression, legend
from geo.view import View
from geo.vocabulary import HUBS, REGION, SPEEDS
from geo.words.definitions import label, legend_heading
from pages.parts.map_data import MapFile, area_classes, area_file, authority_lines, map_picture, map_place, place_lines
from pages.parts.pictures import show_picture
from pages.parts.serving import MAP_FOLDER

__all__ = ["Canvas", "ask_canvas", "legend_html", "map_deck", "show_map", "theme_palette"]

HEIGHT = 460
"""Of the map where there is room, in pixels."""

_ASK = st.components.v2.component(
    "swathe_canvas",
    html='<div class="ruler"></div>',
    js="""
export default async function (component) {
  const ruler = component.parentElement.querySelector(".ruler")
  await window.swatheWarm     // else asking stops the page for as long as the graphics take to start
  component.setStateValue("canvas", {
    webgl: Boolean(document.createElement("canvas").getContext("webgl2")),
    width: Math.round(ruler.getBoundingClientRect().width / 20) * 20,
  })
}
""",
)


class Canvas(NamedTuple):
    """What the browser said of the place for the map.

    Parameters
    ----------
    webgl
        Whether it can draw the moving map; None until it has answered, in a session's first run.
    width
        Room there is, in pixels.
    """

    webgl: bool | None
    width: int

    @property
    def height(self) -> int:
        """Height of the map: lower where the page is narrow, so that a phone's reader can scroll past it."""
        return max(280, min(HEIGHT, round(0.9 * self.width)))


def theme_palette() -> Palette:
    """Pick the colours that suit the reader's theme.

    Returns
    -------
    Palette
        Dark on a dark page, else light.
    """
    return DARK if st.context.theme.type == "dark" else LIGHT


def ask_canvas() -> Canvas:
    """Ask the browser what it can draw and how much room there is.

    Returns
    -------
    Canvas
        Its answer.
    """
    answer = _ASK(key="canvas", on_canvas_change=lambda: None).canvas
    if not isinstance(answer, Mapping):
        return Canvas(None, HEIGHT)
    width = answer.get("width")
    return Canvas(bool(answer.get("webgl")), width if isinstance(width, int) and width >= 200 else HEIGHT)


def _url(file: MapFile) -> str:
    """Address relative to the page, so that the app may be served under any path."""
    return f"{MAP_FOLDER}/{file.name}"


def _lines(identity: str, file: MapFile, palette: Palette, width: float) -> pydeck.Layer:
    return pydeck.Layer(
        "GeoJsonLayer", id=identity, data=_url(file), stroked=True, filled=False, pickable=False,
        get_line_color=[*palette.line, 255], get_line_width=width,
        line_width_units=pydeck.types.String("pixels"),     # a plain text would be taken for an expression
    )


def map_deck(view: View, palette: Palette, canvas: Canvas) -> pydeck.Deck:
    """Describe the map: where its shapes are, and this view's colours for them.

    Parameters
    ----------
    view
        What is shown.
    palette
        Colours.
    canvas
        The room there is.

    Returns
    -------
    pydeck.Deck
        A few kilobytes; no shape is in it.
    """
    fill = fill_expression(area_classes(view), palette.ordered(view.show))
    layers = [
        pydeck.Layer(
            "GeoJsonLayer", id="areas", data=_url(area_file(view)), stroked=False, filled=True, pickable=True,
            get_fill_color=fill, update_triggers={"getFillColor": [content_hash(fill.encode())]},
            auto_highlight=True, highlight_color=[*palette.line, 70],
        ),
        _lines("authorities", authority_lines(), palette, 0.8),
    ]
    if view.place != REGION:
        layers.append(_lines("place", place_lines(view.place), palette, 2.6))
    latitude, longitude, zoom = map_place(view, canvas.width, canvas.height)
    return pydeck.Deck(
        layers, map_provider=None,
        initial_view_state=pydeck.ViewState(latitude=latitude, longitude=longitude, zoom=zoom, min_zoom=5, max_zoom=15),
        tooltip={"html": _tooltip(view), "style": {
            "maxWidth": "15rem", "padding": "0.5rem 0.7rem", "borderRadius": "0.3rem", "fontSize": "0.8rem",
            "lineHeight": "1.4", "color": "#e9edf2", "backgroundColor": "#1d2430",
        }},
    )


def _tooltip(view: View) -> str:
    """Write what is said of the area pointed at; words in braces are properties of the map file."""
    way = "by train" if view.clock == "train" else "door to hub"
    return (
        "<strong>{n}</strong><br>{c}, {a}<br>"
        f"{escape(SPEEDS[view.speed].label)}: {{b_{view.speed}}} % of premises<br>"
        f"People in the gap: {{d_{view.speed}}} of {{r}} who could work from home<br>"
        f"{escape(HUBS[view.hub].label)} {way}: {{t}}"
    )


def legend_html(view: View, palette: Palette) -> str:
    """Explain the colours.

    Parameters
    ----------
    view
        What is shown.
    palette
        Colours.

    Returns
    -------
    str
        HTML: the unit, and a list of colours and numbers.
    """
    rows = legend(view.show, palette, area_classes(view))
    items = "".join(
        f'<li><span style="background:rgb{row.colour}"></span>{escape(row.label)}</li>' for row in rows
    )
    return (
        f'<div class="legend"><p>{escape(legend_heading(MEASURES[view.show]))}</p>'
        f"<ul>{items}</ul></div>"
    )


def show_map(view: View) -> None:
    """Show the map with its legend: moving where the browser can draw it, else as a picture.

    Parameters
    ----------
    view
        What is shown.
    """
    palette = theme_palette()
    described = f"Map of {label(MEASURES[view.show]).lower()} by neighbourhood; the table has the same figures."
    canvas = ask_canvas()
    still = st.session_state.get("still", False)
    if canvas.webgl and not still:
        st.pydeck_chart(map_deck(view, palette, canvas), height=canvas.height, key="map", alt=described)
    elif canvas.webgl is None and not still:
        st.html(f'<div class="wait" style="height:{canvas.height}px">Drawing the map …</div>')
    else:
        show_picture(map_picture(view, palette), described, MAP_FOLDER)
    st.html(legend_html(view, palette))
    neighbours = (area_classes(view) == OUTSIDE).any()
    said = "Hampshire and the Isle of Wight are neighbours: shown without colour, in no total. " if neighbours else ""
    _small(said + "Each patch is one neighbourhood (LSOA, about 1,700 residents). Contains OS data © Crown "
                      "copyright and database right.")
    if canvas.webgl is False:
        _small("This browser cannot draw the moving map (WebGL is missing or switched off): here is a picture.")
    else:
        st.toggle("Show the map as a picture", key="still")


def _small(text: str) -> None:
    """Say something small, in full contrast."""
    st.html(f'<p class="small">{escape(text)}</p>')
