"""How QGIS draws a pack's layers: the app's own classes and colours, as a style (QML) that the GeoPackage carries."""

import math
from collections.abc import Sequence
from itertools import pairwise
from xml.sax.saxutils import quoteattr

from geo.core.measures import MEASURES
from geo.figures.place_json import rate_key
from geo.maps.classes import CLASSES, LIGHT, Colour, scale_of, value_text
from geo.words.dictionary import Column

MAPPED = ("people_in_gap", "nowhere_to_turn", "train_to_hub_minutes", "door_to_hub_minutes")
"""The measures that areas can be drawn by; the first unless another is chosen."""

_FAR_OFF = 1e6      # above every figure that is drawn
_INK: Colour = (23, 32, 42)


def graduated(measure: str, kind: str, columns: Sequence[Column], drawn_by: str = "") -> str:
    """Draw areas of a kind by a measure, a class a colour, as the app's map does; by a pack's column, or another."""
    scale, colours = scale_of(measure, kind), LIGHT.ordered(measure)[:CLASSES]
    texts = [value_text(measure, bound) for bound in scale.breaks]
    between = [f"{low} to {high}" for low, high in pairwise(texts)]
    labels = scale.labels or (f"under {texts[0]}", *between, f"{texts[-1]} or more")
    # A class begins at its lower bound: QGIS takes the upper one in, so that it is the number just below the next.
    ends = [*(math.nextafter(bound, 0) for bound in scale.breaks), _FAR_OFF]
    ranges = "".join(
        f'<range render="true" symbol="{number}" lower="{low!r}" upper="{high!r}" label={quoteattr(label)}/>'
        for number, (low, high, label) in enumerate(zip((0, *scale.breaks), ends, labels, strict=True)))
    symbols = "".join(_symbol("fill", str(number), "SimpleFill", {
        "color": _rgba(colour), "style": "solid", "outline_color": _rgba((255, 255, 255)), "outline_style": "solid",
        "outline_width": "0.1", "outline_width_unit": "MM"}) for number, colour in enumerate(colours))
    return _style(
        f'<renderer-v2 type="graduatedSymbol" attr="{drawn_by or column_of(measure)}" graduatedMethod="GraduatedColor" '
        f'symbollevels="0" forceraster="0" enableorderby="0"><ranges>{ranges}</ranges><symbols>{symbols}</symbols>'
        "</renderer-v2>", columns)


def column_of(measure: str) -> str:
    """Name the column of a pack's layers that a map of a measure is drawn by."""
    return "per_1000" if measure == "people_in_gap" else rate_key(MEASURES[measure])


def outline(columns: Sequence[Column]) -> str:
    """Draw a place by its outline alone."""
    return _single(_symbol("fill", "0", "SimpleFill", {
        "color": _rgba(_INK), "style": "no", "outline_color": _rgba(_INK), "outline_style": "solid",
        "outline_width": "0.6", "outline_width_unit": "MM"}), columns)


def points(columns: Sequence[Column]) -> str:
    """Draw stations as dots."""
    return _single(_symbol("marker", "0", "SimpleMarker", {
        "name": "circle", "color": _rgba((255, 255, 255)), "outline_color": _rgba(LIGHT.railway),
        "outline_style": "solid", "outline_width": "0.5", "outline_width_unit": "MM", "size": "2.4",
        "size_unit": "MM"}), columns)


def _single(symbol: str, columns: Sequence[Column]) -> str:
    return _style('<renderer-v2 type="singleSymbol" symbollevels="0" forceraster="0" enableorderby="0">'
                  f"<symbols>{symbol}</symbols></renderer-v2>", columns)


def _style(renderer: str, columns: Sequence[Column]) -> str:
    named = "".join(f'<alias field={quoteattr(each.name)} name={quoteattr(each.label)} index="{place}"/>'
                    for place, each in enumerate(columns, 1))      # the first field is the feature's number
    return ("<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
            f'<qgis version="3.22" styleCategories="Symbology|Fields">{renderer}<aliases>{named}</aliases></qgis>')


def _symbol(sort: str, name: str, drawn_as: str, options: dict[str, str]) -> str:
    listed = "".join(f'<Option type="QString" name="{key}" value="{value}"/>' for key, value in options.items())
    return (f'<symbol type="{sort}" name="{name}" alpha="1" clip_to_extent="1" force_rhr="0">'
            f'<layer class="{drawn_as}" enabled="1" locked="0" pass="0"><Option type="Map">{listed}</Option></layer>'
            "</symbol>")


def _rgba(colour: Colour) -> str:
    return ",".join(map(str, (*colour, 255)))
