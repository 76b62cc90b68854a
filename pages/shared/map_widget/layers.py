"""The layers of a map, as pydeck writes them: where its shapes are and their colours; no shape is in them."""

import json
from collections.abc import Sequence
from typing import Any, cast

import pandas as pd
import pydeck

from geo.core.choices import REGION
from geo.maps.classes import Colour, Palette, fill_expression
from geo.maps.geojson import content_hash
from pages.shared.map_files import (
    MapFile,
    authority_lines,
    name_file,
    place_lines,
    railway_lines,
    station_file,
)
from pages.shared.map_widget.bundle import MAP_FOLDER

_PIXELS = pydeck.types.String("pixels")     # a plain text would be taken for an expression


def _layer(identity: str, file: MapFile, **options: Any) -> pydeck.Layer:
    """Draw a file; its address is relative to the page, so that the app may be served under any path."""
    return pydeck.Layer("GeoJsonLayer", id=identity, data=f"{MAP_FOLDER}/{file.name}", **options)


def _line(colour: Colour, width: float) -> dict[str, Any]:
    return {"stroked": True, "get_line_color": [*colour, 255], "get_line_width": width, "line_width_units": _PIXELS}


def _outline(identity: str, file: MapFile, colour: Colour, width: float) -> pydeck.Layer:
    return _layer(identity, file, filled=False, pickable=False, **_line(colour, width))


def _filled(classes: pd.Series, measure: str, palette: Palette) -> dict[str, Any]:
    """Colour what a file holds by class, so that a change recolours it and fetches nothing."""
    fill = fill_expression(classes, palette.ordered(measure))
    return {"filled": True, "pickable": True, "get_fill_color": fill,
            "update_triggers": {"getFillColor": [content_hash(fill.encode())]}}


def fills(identity: str, file: MapFile, classes: pd.Series, measure: str, palette: Palette) -> pydeck.Layer:
    """Fill areas; without strokes, which cost ten times as much: boundaries are a layer of their own."""
    return _layer(identity, file, stroked=False, auto_highlight=True, highlight_color=[*palette.line, 70],
                  **_filled(classes, measure, palette))


def station_fills(file: MapFile, classes: pd.Series, measure: str, palette: Palette) -> pydeck.Layer:
    """Draw a dot for each station."""
    return _layer(
        "stations", file, point_type=pydeck.types.String("circle"), get_point_radius=5, point_radius_units=_PIXELS,
        **_line(palette.line, 1), **_filled(classes, measure, palette))


def ring(longitude: float, latitude: float, palette: Palette) -> pydeck.Layer:
    """Mark the one that is chosen."""
    return pydeck.Layer(
        "ScatterplotLayer", id="chosen", data=[{"at": [round(longitude, 4), round(latitude, 4)]}], get_position="at",
        filled=False, pickable=False, get_radius=11, radius_units=_PIXELS, **_line(palette.line, 3))


def _railway(palette: Palette) -> list[pydeck.Layer]:
    """Draw the lines, where the edition has them, and a small dot for each station: for orientation only."""
    railways = railway_lines()
    stops = _layer(
        "stops", station_file(), point_type=pydeck.types.String("circle"), pickable=False, get_point_radius=250,
        point_radius_min_pixels=1, point_radius_max_pixels=4, get_fill_color=[*palette.railway, 255], stroked=False)
    return [*([_outline("railways", railways, palette.railway, 1)] if railways else []), stops]


def boundaries(place: str, palette: Palette, *, halo: bool = False) -> list[pydeck.Layer]:
    """Draw railways, and the boundaries of authorities and of a place; its halo lets it be seen on every colour."""
    layers = [*_railway(palette), _outline("authorities", authority_lines(), palette.line, 0.8)]
    if place != REGION:
        around = [_outline("place-halo", place_lines(place), palette.ground, 6)] if halo else []
        layers += [*around, _outline("place", place_lines(place), palette.line, 3)]
    return layers


def names(palette: Palette) -> pydeck.Layer:
    """Write the names of towns, villages, authorities and stations, as many as there is room for, over all else."""
    return pydeck.Layer("NamesLayer", id="names", data=f"{MAP_FOLDER}/{name_file().name}", pickable=False,
                        ink=[*palette.line, 255], railway=[*palette.railway, 255], halo=[*palette.ground, 230])


def write_deck(layers: Sequence[pydeck.Layer], camera: tuple[float, float, float]) -> dict[str, Any]:
    """Write what the widget draws, seen from a latitude, longitude and zoom: a few kilobytes."""
    latitude, longitude, zoom = camera
    looks = pydeck.ViewState(latitude=latitude, longitude=longitude, zoom=zoom, min_zoom=5, max_zoom=15)
    deck = pydeck.Deck(list(layers), views=None, map_provider=None, map_style=None, initial_view_state=looks)
    return cast("dict[str, Any]", json.loads(deck.to_json()))
