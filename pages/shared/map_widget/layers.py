"""The layers of a map, as pydeck writes them: where its shapes are and their colours; no shape is in them."""

import json
from collections.abc import Sequence
from typing import Any, cast

import pandas as pd
import pydeck

from geo.core.view import View
from geo.maps.classes import Colour, Palette, fill_expression
from geo.maps.geojson import content_hash
from pages.shared.data import edition
from pages.shared.map_files import (
    MapFile,
    authority_lines,
    facts_file,
    name_file,
    place_lines,
    railway_lines,
    shape_file,
    station_file,
)
from pages.shared.map_widget.bundle import MAP_FOLDER

_text = pydeck.types.String     # a plain text would be taken for an expression
_PIXELS = _text("pixels")


def _address(file: MapFile) -> str:
    """Give the address of a file, relative to the page, so that the app may be served under any path."""
    return f"{MAP_FOLDER}/{file.name}"


def _layer(identity: str, file: MapFile, **options: Any) -> pydeck.Layer:
    return pydeck.Layer("GeoJsonLayer", id=identity, data=_address(file), **options)


def _line(colour: Colour, width: float) -> dict[str, Any]:
    return {"stroked": True, "get_line_color": [*colour, 255], "get_line_width": width, "line_width_units": _PIXELS}


def _outline(identity: str, file: MapFile, colour: Colour, width: float) -> pydeck.Layer:
    return _layer(identity, file, filled=False, pickable=False, **_line(colour, width))


def _thin(identity: str, file: MapFile, colour: Colour, width: float, **options: Any) -> pydeck.Layer:
    """Draw lines so thin that their corners need not be rounded."""
    return pydeck.Layer(
        "LineLayer", id=identity, data=_address(file), get_source_position="from", get_target_position="to",
        get_color=[*colour, 255], get_width=width, pickable=False, **options)


def _filled(classes: pd.Series, measure: str, palette: Palette) -> dict[str, Any]:
    """Colour what a file holds by class, so that a change recolours it and fetches nothing."""
    fill = fill_expression(classes, palette.ordered(measure))
    return {"filled": True, "pickable": True, "get_fill_color": fill,
            "update_triggers": {"getFillColor": [content_hash(fill.encode())]}}


def fills(identity: str, view: View, classes: pd.Series, palette: Palette) -> pydeck.Layer:
    """Fill places of the view's kind; without strokes, which cost ten times as much: boundaries are another layer."""
    return _layer(
        identity, shape_file(view.by, "far"), near=_text(_address(shape_file(view.by, "near"))), stroked=False,
        auto_highlight=True, highlight_color=[*palette.line, 70], facts=_text(_address(facts_file(view))),
        **_filled(classes, view.show, palette))


def station_fills(file: MapFile, classes: pd.Series, measure: str, palette: Palette) -> pydeck.Layer:
    """Draw a dot for each station."""
    return _layer(
        "stations", file, point_type=_text("circle"), get_point_radius=5, point_radius_units=_PIXELS,
        **_line(palette.line, 1), **_filled(classes, measure, palette))


def ring(longitude: float, latitude: float, palette: Palette) -> pydeck.Layer:
    """Mark the one that is chosen."""
    return pydeck.Layer(
        "ScatterplotLayer", id="chosen", data=[{"at": [round(longitude, 4), round(latitude, 4)]}], get_position="at",
        filled=False, pickable=False, get_radius=11, radius_units=_PIXELS, **_line(palette.line, 3))


def _railway(palette: Palette) -> list[pydeck.Layer]:
    """Draw the lines, where the edition has them, and from near by a small dot for each station: for orientation."""
    railways = railway_lines()
    stops = _layer(
        "stops", station_file(), near_only=True, point_type=_text("circle"), pickable=False, get_point_radius=250,
        point_radius_min_pixels=1, point_radius_max_pixels=4, get_fill_color=[*palette.railway, 255], stroked=False)
    return [*([_thin("railways", railways, palette.railway, 1)] if railways else []), stops]


def _authorities(palette: Palette) -> pydeck.Layer:
    return _thin("authorities", authority_lines("far"), palette.line, 0.8,
                 near=_text(_address(authority_lines("near"))))


def boundaries(place: str, palette: Palette, *, halo: bool = False) -> list[pydeck.Layer]:
    """Draw railways, and the boundaries of authorities and of a place; its halo lets it be seen on every colour."""
    layers = [*_railway(palette), _authorities(palette)]
    if place != edition().region.code:
        around = [_outline("place-halo", place_lines(place), palette.ground, 6)] if halo else []
        layers += [*around, _outline("place", place_lines(place), palette.line, 3)]
    return layers


def names(palette: Palette) -> pydeck.Layer:
    """Write the names of towns, villages, authorities and stations, as many as there is room for, over all else."""
    return pydeck.Layer("NamesLayer", id="names", data=_address(name_file()), pickable=False,
                        ink=[*palette.line, 255], railway=[*palette.railway, 255], halo=[*palette.ground, 230])


def write_layers(layers: Sequence[pydeck.Layer]) -> list[dict[str, Any]]:
    """Write what the widget draws: a few kilobytes."""
    deck = pydeck.Deck(list(layers), views=None, map_provider=None, map_style=None, initial_view_state=None)
    return cast("list[dict[str, Any]]", json.loads(deck.to_json())["layers"])
