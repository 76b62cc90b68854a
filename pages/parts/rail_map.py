"""The map of stations: drawn by the browser from a kept file and recoloured in place, or by the server as a picture."""

from html import escape

import geopandas as gpd
import pandas as pd
import pydeck
import streamlit as st

from geo.map_files import content_hash, picture
from geo.maps import MISSING, Palette, classify, fill_expression, legend
from geo.rail_reach import station_dots, stations_to_hub
from geo.view import View
from geo.vocabulary import HUBS
from pages.parts.data import cached, edition, place
from pages.parts.map_data import MapFile, authority_lines, map_place, place_lines, station_file
from pages.parts.map_view import Canvas, ask_canvas, theme_palette
from pages.parts.pictures import show_picture
from pages.parts.serving import MAP_FOLDER

__all__ = ["show_stations", "station_classes"]

MEASURE = "train_to_hub_minutes"
"""Stations share the classes and colours of the map of train times."""

_DOTS_ACROSS = 130
"""How many radii of a dot a picture is wide."""

_PIXELS = pydeck.types.String("pixels")     # a plain text would be taken for an expression


@cached(len(HUBS))
def station_classes(hub: str) -> pd.Series:
    """Give each station its class on the map.

    Parameters
    ----------
    hub
        A key of `HUBS`.

    Returns
    -------
    pandas.Series
        As `geo.maps.classify` returns it, in the order of the map file. Do not change it: it is shared.
    """
    return classify(stations_to_hub(edition(), hub)["typical"], MEASURE)


def _layer(identity: str, file: MapFile, **options: object) -> pydeck.Layer:
    return pydeck.Layer("GeoJsonLayer", id=identity, data=f"{MAP_FOLDER}/{file.name}", **options)


def _line(identity: str, file: MapFile, palette: Palette, width: float) -> pydeck.Layer:
    return _layer(identity, file, stroked=True, filled=False, pickable=False, get_line_color=[*palette.line, 255],
                  get_line_width=width, line_width_units=_PIXELS)


def _ring(station: str, palette: Palette) -> pydeck.Layer:
    """Mark the station whose board is shown."""
    point = station_dots(edition()).loc[[station]].to_crs(4326).iloc[0]
    return pydeck.Layer(
        "ScatterplotLayer", id="chosen", data=[{"at": [round(point.x, 4), round(point.y, 4)]}], get_position="at",
        stroked=True, filled=False, pickable=False, get_radius=11, radius_units=_PIXELS, get_line_width=3,
        line_width_units=_PIXELS, get_line_color=[*palette.line, 255],
    )


def _deck(view: View, palette: Palette, canvas: Canvas) -> pydeck.Deck:
    fill = fill_expression(station_classes(view.hub), palette.ordered(MEASURE))
    layers = [_line("authorities", authority_lines(), palette, 0.6)]
    if view.place != View().place:
        layers.append(_line("place", place_lines(view.place), palette, 2.4))
    layers.append(_layer(
        "stations", station_file(), point_type=pydeck.types.String("circle"), stroked=True, filled=True, pickable=True,
        # On the sublayer that paints: there a selection does not fade all other colours away from the legend.
        _subLayerProps={"points-circle": {"getFillColor": f"@@={fill}"}}, get_point_radius=5,
        update_triggers={"getFillColor": [content_hash(fill.encode())]},
        point_radius_units=_PIXELS, get_line_color=[*palette.line, 255], get_line_width=1, line_width_units=_PIXELS,
    ))
    if view.station:
        layers.append(_ring(view.station, palette))
    latitude, longitude, zoom = map_place(view.replace(lat=None, lon=None, zoom=None), canvas.width, canvas.height)
    return pydeck.Deck(
        layers, map_provider=None,
        initial_view_state=pydeck.ViewState(latitude=latitude, longitude=longitude, zoom=zoom, min_zoom=5, max_zoom=14),
        tooltip={"html": f"<strong>{{n}}</strong> ({{c}})<br>{escape(HUBS[view.hub].label)}: {{{view.hub}}}", "style": {
            "maxWidth": "12rem", "padding": "0.5rem 0.7rem", "borderRadius": "0.3rem", "fontSize": "0.8rem",
            "lineHeight": "1.4", "color": "#e9edf2", "backgroundColor": "#1d2430",
        }},
    )


@cached(16)
def _picture(hub: str, code: str, palette: Palette) -> bytes:
    bounds = edition().areas.geometry.loc[place(code).lsoas].total_bounds.tolist()
    west, south, east, north = bounds
    circles, lines = station_dots(edition(), max(east - west, north - south) / _DOTS_ACROSS), edition().places
    outlines = [*lines.loc[lines["kind"] == "authority", "geometry"], *circles]
    return picture(circles, station_classes(hub), gpd.GeoSeries(outlines, crs=circles.crs), palette,
                   palette.ordered(MEASURE), bounds)


def _legend(hub: str, palette: Palette) -> str:
    rows = legend(MEASURE, palette, station_classes(hub))
    items = "".join(
        f'<li><span style="background:rgb{row.colour}"></span>{escape(_label(index, row.label))} ({row.areas})</li>'
        for index, row in enumerate(rows))
    return (f'<div class="legend"><p>Typical minutes by train to {escape(HUBS[hub].label)}, and how many stations</p>'
            f"<ul>{items}</ul></div>")


def _label(index: int, label: str) -> str:
    return "no trains in the timetable" if index == MISSING else label


def _picked() -> None:
    """Take the station clicked on."""
    found = st.session_state["rail_map"].selection.get("objects", {}).get("stations", [])
    crs = found[0].get("properties", {}).get("c") if found else None
    if crs in edition().stations.index:
        st.session_state["station"] = crs


def show_stations(view: View) -> None:
    """Show the map of stations with its legend: moving where the browser can draw it, else as a picture.

    Parameters
    ----------
    view
        Its hub, place and station count here.
    """
    palette, canvas = theme_palette(), ask_canvas()
    hub = HUBS[view.hub].label
    described = f"Map of stations by typical minutes by train to {hub}; the table has the same figures."
    still = st.session_state.get("still", False)
    if canvas.webgl and not still:
        st.pydeck_chart(_deck(view, palette, canvas), height=canvas.height, key="rail_map", alt=described,
                        on_select=_picked, selection_mode="single-object")
    elif canvas.webgl is None and not still:
        st.html(f'<div class="wait" style="height:{canvas.height}px">Drawing the map …</div>')
    else:
        show_picture(_picture(view.hub, view.place, palette), described, MAP_FOLDER)
    st.html(_legend(view.hub, palette))
    if canvas.webgl is False:
        said = "This browser cannot draw the moving map (WebGL is missing or switched off): here is a picture."
        st.html(f'<p class="small">{said}</p>')
    else:
        st.toggle("Show the map as a picture", key="still")
