"""The map widget without a browser: what it is told to draw, its legend, and its script as the server sends it."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from geo.core.cache import forget
from geo.core.view import View
from geo.edition.store import Edition, save_edition
from geo.maps.classes import LIGHT, OUTSIDE, LegendRow, digits
from geo.words.context import tooltip
from pages.rail.map import MEASURE, station_classes
from pages.shared.map_files import (
    LEGEND,
    LEGEND_FROM,
    area_file,
    map_classes,
    map_place,
    name_file,
    place_file,
    railway_lines,
    station_file,
)
from pages.shared.map_widget.layers import boundaries, fills, names, ring, station_fills, write_deck
from pages.shared.map_widget.legend import legend_html, neighbours, railway_credit
from pages.shared.map_widget.widget import Canvas
from tests.fixtures.tiny_edition import tiny_manifest, tiny_tables

PLACE = "E07000001"
SOURCE = Path(__file__).parents[2] / "pages" / "shared" / "map_widget" / "source"


@pytest.fixture(autouse=True)
def served(tiny_written: Path, tiny_edition: Edition, monkeypatch: pytest.MonkeyPatch) -> Iterator[Edition]:
    """Serve the tiny edition, and forget every answer before and after."""
    monkeypatch.setenv("SWATHE_EDITION", str(tiny_written))
    forget()
    yield tiny_edition
    forget()


def written(*layers: Any) -> dict[str, Any]:
    return {layer["id"]: layer for layer in write_deck(layers, (50.7, -3.5, 8))["layers"]}


def test_areas_are_filled_by_an_expression_and_have_no_strokes() -> None:
    view = View()
    classes, file = map_classes(view, "lsoa"), area_file(view)
    layer = written(fills("areas", file, classes, view.show, LIGHT))["areas"]
    assert (layer["@@type"], layer["data"]) == ("GeoJsonLayer", f"map/{file.name}")
    assert (layer["filled"], layer["stroked"], layer["pickable"], layer["autoHighlight"]) == (True, False, True, True)
    assert layer["getFillColor"].startswith("@@=([[")
    assert layer["getFillColor"].endswith(f"('{digits(classes)}')[properties.i]]")


def test_what_recolours_the_map_triggers_it_and_fetches_no_shape() -> None:
    told = [written(fills("areas", area_file(view), map_classes(view, "lsoa"), view.show, LIGHT))["areas"]
            for view in (View(), View(show="residents"), View())]
    assert told[0] == told[2]
    assert told[0]["data"] == told[1]["data"]
    assert told[0]["updateTriggers"] != told[1]["updateTriggers"]
    assert told[0]["updateTriggers"].keys() == {"getFillColor"}


def test_boundaries_are_lines_in_pixels_and_the_halo_lies_under_the_place() -> None:
    assert list(written(*boundaries(View().place, LIGHT, halo=True))) == ["railways", "stops", "authorities"]
    assert list(written(*boundaries(PLACE, LIGHT))) == ["railways", "stops", "authorities", "place"]
    layers = written(*boundaries(PLACE, LIGHT, halo=True))
    assert list(layers) == ["railways", "stops", "authorities", "place-halo", "place"]
    assert layers["railways"]["getLineColor"] == [*LIGHT.railway, 255]
    stops = layers.pop("stops")
    assert (stops["pointType"], stops["pickable"], stops["pointRadiusMaxPixels"]) == ("circle", False, 4)
    assert stops["data"] == f"map/{station_file().name}"
    for layer in layers.values():
        assert (layer["filled"], layer["stroked"], layer["pickable"]) == (False, True, False)
        assert layer["lineWidthUnits"] == "pixels"
    assert layers["place"]["data"] == layers["place-halo"]["data"]
    assert layers["place-halo"]["getLineColor"] == [*LIGHT.ground, 255]


def test_stations_are_dots_and_the_chosen_one_has_a_ring() -> None:
    dots = station_fills(station_file(), station_classes("london"), MEASURE, LIGHT)
    layers = written(dots, ring(-3.52, 50.71, LIGHT))
    assert list(layers) == ["stations", "chosen"]
    assert (layers["stations"]["pointType"], layers["stations"]["pointRadiusUnits"]) == ("circle", "pixels")
    assert layers["stations"]["pickable"]
    assert layers["chosen"]["data"] == [{"at": [-3.52, 50.71]}]
    assert layers["chosen"]["getPosition"] == "@@=at"


def test_no_layer_but_those_the_widget_knows_is_written() -> None:
    deck = write_deck([*boundaries(PLACE, LIGHT), ring(-3.5, 50.7, LIGHT), names(LIGHT)], (50.7, -3.5, 8))
    assert {"latitude": 50.7, "longitude": -3.5, "zoom": 8}.items() <= deck["initialViewState"].items()
    known = re.search(r"classes: \{ ([\w, ]+) \}", (SOURCE / "map.js").read_text(encoding="utf-8"))
    assert known is not None
    assert set(re.findall(r'"@@type": "(\w+)"', json.dumps(deck))) <= set(known[1].split(", "))
    assert "http" not in json.dumps(deck)


def test_legend_is_text_with_how_many_there_are() -> None:
    rows = [LegendRow((1, 2, 3), "under <2>", 1234)]
    said = legend_html("People & places", rows)
    assert "People &amp; places" in said
    assert "under &lt;2&gt; <small>(1,234)</small>" in said
    assert "small" not in legend_html("People", rows, counted=False)


def test_neighbours_are_explained_where_there_are_any() -> None:
    classes = map_classes(View(), "lsoa")
    assert (classes == OUTSIDE).any()
    assert "neighbours" in neighbours(classes)
    assert neighbours(classes[classes != OUTSIDE]) == ""


@pytest.mark.parametrize("kind", ["lsoa", "ward"])
@pytest.mark.parametrize("show", ["people_in_gap", "rural"])
def test_every_word_in_braces_is_a_property_of_the_map_file(kind: str, show: str) -> None:
    file = area_file(View()) if kind == "lsoa" else place_file(View(by=kind))
    properties = json.loads(gzip.decompress(file.content))["features"][0]["properties"]
    lines = tooltip(View(show=show), kind)
    assert lines[0] == "{n}"
    assert set(re.findall(r"\{(\w+)\}", " ".join(lines))) <= set(properties)
    assert "{i}" not in " ".join(lines)
    assert properties["i"] == 0


def test_names_are_no_hindrance_to_a_click_and_are_read_on_every_colour() -> None:
    layer = written(names(LIGHT))["names"]
    assert (layer["@@type"], layer["pickable"]) == ("NamesLayer", False)
    assert layer["data"] == f"map/{name_file().name}"
    assert layer["ink"][:3] == list(LIGHT.line)
    assert layer["halo"][:3] == list(LIGHT.ground)


def test_the_legend_can_be_folded() -> None:
    said = legend_html("People", [LegendRow((1, 2, 3), "under 2", 4)])
    assert said.startswith('<details class="legend" open><summary>People</summary>')


def test_a_place_is_shown_beside_the_legend_where_that_lies_on_the_map() -> None:
    wide, narrow = LEGEND_FROM, LEGEND_FROM - 20
    beside, under, region = (map_place(View(place=place), width, 460) for place, width in (
        (PLACE, wide), (PLACE, narrow), (View().place, wide)))
    assert beside[0] == under[0]
    assert beside[1] < under[1]       # the camera looks west of its middle
    css = (SOURCE.parents[3] / "static" / "swathe.css").read_text(encoding="utf-8")
    assert f"@container (min-width: {LEGEND_FROM}px)" in css
    assert region[1] == map_place(View(), narrow, 460)[1]
    assert LEGEND < LEGEND_FROM / 2


def test_the_map_is_lower_on_a_phone() -> None:
    assert [Canvas(True, width, False).height for width in (200, 335, 900)] == [280, 302, 460]
    assert [Canvas(True, width, False, 260).height for width in (200, 900)] == [260, 260]
    assert Canvas(True, 900, True).moving is False
    assert Canvas(None, 900, False).moving is False


def test_railways_are_credited_where_they_are_drawn_alone(
    served: Edition, tiny_written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = railway_credit(moving=True)
    assert "Railway lines © Raileasy Ltd, CC BY-SA 4.0" in said
    assert railway_credit(moving=False) == ""      # the picture has none
    line, = json.loads(gzip.decompress(railway_lines().content))["features"]
    assert line["geometry"]["type"] == "LineString"
    tables = {name: table for name, table in tiny_tables().items() if name != "lines"}
    save_edition(tmp_path / "before", "tiny", tables, tiny_manifest())
    monkeypatch.setenv("SWATHE_EDITION", str(tmp_path / "before"))
    forget()
    assert (railway_lines(), railway_credit(moving=True)) == (None, "")
    assert list(written(*boundaries(PLACE, LIGHT))) == ["stops", "authorities", "place"]
