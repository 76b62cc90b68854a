"""The map of the Explore page: any kind of place, a click that selects, and a viewport that is in the link."""

from collections.abc import Mapping
from dataclasses import fields
from html import escape
from typing import Any

import pandas as pd
import pydeck
import streamlit as st

from geo.core.measures import MEASURES
from geo.errors import ViewError
from geo.map_files import content_hash, picture
from geo.maps import OUTSIDE, Palette, classify, fill_expression, legend, shown_values
from geo.view import View
from geo.vocabulary import HUBS, KINDS, REGION, SPEEDS
from geo.words.definitions import label, legend_heading
from pages.parts.data import cached, edition, place, ranking
from pages.parts.explore_words import meaning
from pages.parts.map_data import (
    MapFile,
    area_classes,
    area_file,
    authority_lines,
    map_picture,
    map_place,
    map_places,
    place_file,
    place_lines,
)
from pages.parts.map_view import Canvas, ask_canvas, theme_palette
from pages.parts.pictures import show_picture
from pages.parts.serving import MAP_FOLDER
from pages.parts.state import current_view, set_view

__all__ = ["show_explore_map"]

NARROW = 420
"""Width of a map, in pixels, under which there is no room for a tooltip."""

NEAR = 11.5
"""Zoom that a small place is looked at with, so that its surroundings are seen too."""

_KEY, _WATCH_KEY, _HOME = "explore_map", "explore_camera", "explore_home"
_VIEWPORT = ("lat", "lon", "zoom")

_WATCH = st.components.v2.component(
    "swathe_camera",
    html="<span></span>",
    js="""
export default function (component) {
  const { data, setStateValue } = component
  const selector = `.st-key-${data.map}`
  let before = "", sent = "", down = false, timer = null

  // Streamlit does not report where a map has been moved to: the drawing itself is asked.
  function drawing() {
    const canvas = document.querySelector(`${selector} canvas`)
    const name = canvas && Object.keys(canvas).find((key) => key.startsWith("__reactFiber$"))
    for (let part = name && canvas[name]; part; part = part.return) {
      for (let kept = part.memoizedState; kept && typeof kept === "object"; kept = kept.next) {
        const deck = kept.memoizedState?.current?.deck
        if (deck?.getViewports) return deck
      }
    }
  }
  function seen() {
    const deck = drawing()
    const [port] = deck && deck.isInitialized ? deck.getViewports() : []
    return port && { lat: port.latitude.toFixed(4), lon: port.longitude.toFixed(4), zoom: port.zoom.toFixed(2) }
  }

  // The link is rewritten here, exactly as the server will write it, so that moving a map adds nothing to 'Back'.
  function rewrite(camera) {
    const query = new URLSearchParams(window.location.search)
    const later = [...data.after, "edition", "embed", "embed_options"]
    const kept = later.filter((name) => query.has(name)).map((name) => [name, query.get(name)])
    for (const name of ["lat", "lon", "zoom", ...later]) query.delete(name)
    for (const name of ["lat", "lon", "zoom"]) query.set(name, camera[name])
    for (const [name, value] of kept) if (data.after.includes(name)) query.set(name, value)
    query.set("edition", data.edition)
    for (const [name, value] of kept) if (name.startsWith("embed")) query.set(name, value)
    window.history.replaceState(window.history.state, "", `${window.location.pathname}?${query}`)
  }

  function settle() {
    const camera = seen()
    const now = JSON.stringify(camera)
    if (camera && now !== before) { before = now; timer = setTimeout(settle, 250); return }
    if (!camera || now === sent) return
    sent = now
    rewrite(camera)
    setStateValue("camera", { lat: Number(camera.lat), lon: Number(camera.lon), zoom: Number(camera.zoom) })
  }

  const within = (event) => event.target instanceof Element && event.target.closest(selector)
  function touched(event) {
    if (event.type === "pointerdown") { down = Boolean(within(event)); sent = JSON.stringify(seen()); return }
    if (event.type === "pointerup" ? !down : !within(event)) return
    if (event.type !== "pointerup" && !timer) sent = JSON.stringify(seen())
    down = false
    clearTimeout(timer)
    timer = setTimeout(settle, 250)
  }
  const kinds = ["pointerdown", "pointerup", "wheel", "dblclick", "keydown"]
  for (const kind of kinds) document.addEventListener(kind, touched, { capture: true, passive: true })
  return () => {
    clearTimeout(timer)
    for (const kind of kinds) document.removeEventListener(kind, touched, { capture: true })
  }
}
""",
)


def _classes(view: View) -> pd.Series:
    """Class of each place on the map, in the order of its file; neighbours count as outside."""
    return area_classes(view) if view.by == "lsoa" else _place_classes(view)


def _place_classes(view: View) -> pd.Series:
    places = map_places(view.by)
    codes = pd.Index(places["code"], name="code")
    values = shown_values(view.show, ranking(view, view.by, view.show, "all"), codes)
    inside = pd.Series(~places["neighbour"].to_numpy() | (codes == view.place), codes)
    return classify(values, view.show, inside, view.by)


def _codes(kind: str) -> pd.Index:
    """Codes of the places on the map, in the order of its file."""
    return edition().areas.index if kind == "lsoa" else pd.Index(map_places(kind)["code"])


def _url(file: MapFile) -> str:
    return f"{MAP_FOLDER}/{file.name}"


def _lines(identity: str, file: MapFile, colour: tuple[int, int, int], width: float) -> pydeck.Layer:
    return pydeck.Layer(
        "GeoJsonLayer", id=identity, data=_url(file), stroked=True, filled=False, pickable=False,
        get_line_color=[*colour, 255], get_line_width=width, line_width_units=pydeck.types.String("pixels"),
    )


def _deck(
    view: View, classes: pd.Series, palette: Palette, camera: tuple[float, float, float], *, narrow: bool,
) -> pydeck.Deck:
    fill = fill_expression(classes, palette.ordered(view.show))
    file = area_file(view) if view.by == "lsoa" else place_file(view)
    layers = [
        pydeck.Layer(
            "GeoJsonLayer", id=f"places-{view.by}", data=_url(file), stroked=False, filled=True, pickable=True,
            # On the sublayer that paints: there a selection does not fade all other colours away from the legend.
            _subLayerProps={"polygons-fill": {"getFillColor": f"@@={fill}"}},
            update_triggers={"getFillColor": [content_hash(fill.encode())]},
            auto_highlight=True, highlight_color=[*palette.line, 70],
        ),
        _lines("authorities", authority_lines(), palette.line, 0.8),
    ]
    if view.place != REGION:
        # Light under dark, or the other way round: to be seen on every colour of the map.
        layers += [_lines("place-halo", place_lines(view.place), palette.ground, 6),
                   _lines("place", place_lines(view.place), palette.line, 3)]
    latitude, longitude, zoom = camera
    return pydeck.Deck(
        layers, map_provider=None,
        initial_view_state=pydeck.ViewState(latitude=latitude, longitude=longitude, zoom=zoom, min_zoom=5, max_zoom=15),
        tooltip={"html": _tooltip(view, narrow=narrow), "style": {
            "maxWidth": "8.5rem" if narrow else "16rem", "padding": "0.5rem 0.7rem", "borderRadius": "0.3rem",
            "fontSize": "0.8rem", "lineHeight": "1.4", "color": "#e9edf2", "backgroundColor": "#1d2430",
        }},
    )


_CONTEXT_LINES = {
    "imd_decile": "Deprivation: decile {m} of 10 (1 is the most deprived)",
    "connectivity_score": "DfT connectivity score: {k} of 100",
    "mobile_4g": "4G indoors from all four networks: {g} % of the council’s premises",
    "rural": "Living in a rural area: {u} %",
}


def _tooltip(view: View, *, narrow: bool) -> str:
    """Write what is said of the place pointed at; words in braces are properties of the map file.

    Where the map is narrow it is the name alone: more would stand over the edge, and a tap shows all figures.
    """
    if narrow:
        return "<strong>{n}</strong>"
    way = "by train" if view.clock == "train" else "door to hub"
    rate = "" if view.by == "lsoa" else f" ({{p_{view.speed}}} per 1,000 workers)"
    lines = [
        f"People in the gap: {{d_{view.speed}}}{rate}, of {{r}} who could work from home",
        f"{escape(SPEEDS[view.speed].label)}: {{b_{view.speed}}} % of premises",
        f"{escape(HUBS[view.hub].label)} {way}: {{t}}",
    ]
    if view.show in _CONTEXT_LINES:
        lines = [_CONTEXT_LINES[view.show], lines[0]]
    where = "{c}, {a}" if view.by == "lsoa" else "{c}"
    return f"<strong>{{n}}</strong><br>{where}<br>{'<br>'.join(lines)}"


def _camera(view: View, canvas: Canvas) -> tuple[float, float, float]:
    """Find where the map is told to look: it is told anew only when the view says else than the map itself said."""
    state = st.session_state
    asked = (view.place, view.lat, view.lon, view.zoom)
    home = state.get(_HOME)
    if home is None or home["asked"] != asked or _KEY not in state:
        times = 0 if home is None else home["times"] + 1
        latitude, longitude, zoom = map_place(view, canvas.width, canvas.height)
        zoom = min(zoom, NEAR) if view.zoom is None else zoom
        # The browser moves only what differs from what it was told last, so each telling differs by a hair.
        hair = (times % 2) * 1e-7
        home = {"asked": asked, "times": times, "camera": (latitude + hair, longitude + hair, zoom + hair)}
        state[_HOME] = home
    camera: tuple[float, float, float] = home["camera"]
    return camera


def _stay(place: str, camera: tuple[float, float, float]) -> None:
    """Write a place and a viewport into the view, of which the map knows already."""
    set_view(place=place)
    view = set_view(**dict(zip(_VIEWPORT, camera, strict=True)))
    st.session_state[_HOME]["asked"] = (view.place, view.lat, view.lon, view.zoom)


def _moved() -> None:
    """Take the viewport that the browser reports."""
    said = st.session_state[_WATCH_KEY].camera
    view = current_view()
    if not isinstance(said, Mapping) or _HOME not in st.session_state:
        return
    try:
        camera = tuple(float(said[name]) for name in _VIEWPORT)
        view.replace(**dict(zip(_VIEWPORT, camera, strict=True)))
    except (KeyError, TypeError, ValueError, ViewError):     # somewhere off the map: the link keeps the last place
        return
    _stay(view.place, (camera[0], camera[1], camera[2]))


def _clicked() -> None:
    """Take the place that was clicked on; a second click, or one beside all places, lets it go."""
    state, view = st.session_state, current_view()
    picked = [thing for things in state[_KEY].selection.objects.values() for thing in things]
    if picked:
        chosen = str(_codes(view.by)[int(picked[0]["properties"]["i"])])
    elif state.get("explore_picked") == view.place:
        chosen = REGION
    else:
        return
    state["explore_picked"] = state["place"] = chosen
    latitude, longitude, zoom = state[_HOME]["camera"]
    _stay(chosen, (
        round(latitude, 4) if view.lat is None else view.lat, round(longitude, 4) if view.lon is None else view.lon,
        round(zoom, 2) if view.zoom is None else view.zoom))


@st.fragment
def _watch() -> None:
    """Keep the viewport in the link; on its own, so that moving the map runs nothing else."""
    names = [field.name for field in fields(View)]
    after = names[names.index("zoom") + 1:names.index("edition")]
    _WATCH(key=_WATCH_KEY, data={"map": _KEY, "after": after, "edition": edition().id}, on_camera_change=_moved)


@cached(32)
def _place_picture(view: View, palette: Palette) -> bytes:
    places = map_places(view.by).set_index("code")
    return picture(places.geometry, _place_classes(view), places.geometry, palette, palette.ordered(view.show))


def _legend_html(view: View, classes: pd.Series, palette: Palette) -> str:
    """Explain the colours, with how many places have each."""
    kind = KINDS[view.by]
    items = "".join(
        f'<li><span style="background:rgb{row.colour}"></span>{escape(row.label)} <small>({row.areas:,})</small></li>'
        for row in legend(view.show, palette, classes, view.by))
    heading = f"{legend_heading(MEASURES[view.show])}; in brackets how many {kind.plural}"
    return f'<div class="legend"><p>{escape(heading)}</p><ul>{items}</ul></div>'


def show_explore_map(view: View) -> None:
    """Show the map with its legend: moving where the browser can draw it, else as a picture.

    Parameters
    ----------
    view
        What is shown.
    """
    palette, canvas, classes = theme_palette(), ask_canvas(), _classes(view)
    described = (f"Map of {label(MEASURES[view.show])} by {KINDS[view.by].label}, "
                 f"{place(view.place).name} outlined; the table below has the same figures.")
    still = st.session_state.get("still", False)
    if canvas.webgl and not still:
        deck = _deck(view, classes, palette, _camera(view, canvas), narrow=canvas.width < NARROW)
        st.pydeck_chart(deck, height=canvas.height, key=_KEY, alt=described, on_select=_clicked,
                        selection_mode="single-object")
        _watch()
    elif canvas.webgl is None and not still:
        st.html(f'<div class="wait" style="height:{canvas.height}px">Drawing the map …</div>')
    else:
        drawn = map_picture(view, palette) if view.by == "lsoa" else _place_picture(_pictured(view), palette)
        show_picture(drawn, described, MAP_FOLDER)
    st.html(_legend_html(view, classes, palette))
    _small(meaning(view))       # below the map, which would else jump when the words change
    neighbours = bool((classes == OUTSIDE).any())
    beside = "Hampshire and the Isle of Wight are neighbours: shown without colour, in no total. "
    click = "Click a place for its figures; click it again to let it go. "
    said = (click if canvas.webgl and not still else "") + (beside if neighbours else "")
    _small(f"{said}Contains OS data © Crown copyright and database right.")
    if canvas.webgl is False:
        _small("This browser cannot draw the moving map (WebGL is missing or switched off): here is a picture.")
    else:
        st.toggle("Show the map as a picture", key="still")


def _pictured(view: View) -> View:
    """Forget of a view what changes no picture."""
    options: dict[str, Any] = {**view.options(), "by": view.by, "show": view.show, "place": view.place}
    return View().replace(**options)


def _small(text: str) -> None:
    st.html(f'<p class="small">{escape(text)}</p>')
