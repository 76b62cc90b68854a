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
    authority_lines,
    facts_file,
    map_bounds,
    map_classes,
    name_file,
    railway_lines,
    shape_file,
    station_file,
)
from pages.shared.map_widget.layers import boundaries, fills, names, ring, station_fills, write_layers
from pages.shared.map_widget.legend import legend_html, neighbours, railway_credit
from pages.shared.map_widget.widget import linked_camera
from tests.fixtures.map_camera import LEGEND, LEGEND_FROM, MARGIN
from tests.fixtures.tiny_edition import tiny_manifest, tiny_tables

pytestmark = pytest.mark.slow

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
    return {layer["id"]: layer for layer in write_layers(layers)}


def test_areas_are_filled_by_an_expression_and_have_no_strokes() -> None:
    view = View()
    classes = map_classes(view, "lsoa")
    layer = written(fills("areas", view, classes, LIGHT))["areas"]
    assert layer["@@type"] == "GeoJsonLayer"
    assert [layer[name] for name in ("data", "near", "facts")] == [
        f"map/{file.name}" for file in (shape_file("lsoa", "far"), shape_file("lsoa", "near"), facts_file(view))]
    assert (layer["filled"], layer["stroked"], layer["pickable"], layer["autoHighlight"]) == (True, False, True, True)
    assert layer["getFillColor"].startswith("@@=([[")
    assert layer["getFillColor"].endswith(f"('{digits(classes)}')[properties.i]]")


def test_what_recolours_the_map_triggers_it_and_fetches_no_shape() -> None:
    told = [written(fills("areas", view, map_classes(view, "lsoa"), LIGHT))["areas"]
            for view in (View(), View(show="residents"), View(), View(hub="exeter"))]
    assert told[0] == told[2]
    assert {(layer["data"], layer["near"]) for layer in told} == {(told[0]["data"], told[0]["near"])}
    assert told[0]["facts"] == told[1]["facts"] != told[3]["facts"]
    assert told[0]["updateTriggers"] != told[1]["updateTriggers"]
    assert told[0]["updateTriggers"].keys() == {"getFillColor"}


def test_boundaries_are_lines_in_pixels_and_the_halo_lies_under_the_place() -> None:
    assert list(written(*boundaries(View().place, LIGHT, halo=True))) == ["railways", "stops", "authorities"]
    assert list(written(*boundaries(PLACE, LIGHT))) == ["railways", "stops", "authorities", "place"]
    layers = written(*boundaries(PLACE, LIGHT, halo=True))
    assert list(layers) == ["railways", "stops", "authorities", "place-halo", "place"]
    stops = layers.pop("stops")
    assert (stops["pointType"], stops["pickable"], stops["pointRadiusMaxPixels"]) == ("circle", False, 4)
    assert (stops["data"], stops["nearOnly"]) == (f"map/{station_file().name}", True)
    railways, authorities = layers.pop("railways"), layers.pop("authorities")
    assert railways["getColor"] == [*LIGHT.railway, 255]
    assert [authorities[name] for name in ("data", "near")] == [
        f"map/{authority_lines(distance).name}" for distance in ("far", "near")]
    for thin in (railways, authorities):
        assert (thin["@@type"], thin["pickable"]) == ("LineLayer", False)
        assert (thin["getSourcePosition"], thin["getTargetPosition"]) == ("@@=from", "@@=to")
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
    layers = write_layers([*boundaries(PLACE, LIGHT), ring(-3.5, 50.7, LIGHT), names(LIGHT)])
    known = re.search(r"classes: \{ ([\w, ]+) \}", (SOURCE / "map.js").read_text(encoding="utf-8"))
    assert known is not None
    assert {layer["@@type"] for layer in layers} <= set(known[1].split(", "))
    assert "http" not in json.dumps(layers)


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
def test_every_word_in_braces_is_a_fact_of_its_kind(kind: str, show: str) -> None:
    facts = json.loads(gzip.decompress(facts_file(View(by=kind)).content))
    shapes = json.loads(gzip.decompress(shape_file(kind, "far").content))["features"]
    assert [shape["properties"] for shape in shapes] == [{"i": row} for row in range(len(facts))]
    properties = facts[0]
    lines = tooltip(View(show=show), kind)
    assert lines[0] == "{n}"
    assert set(re.findall(r"\{(\w+)\}", " ".join(lines))) <= set(properties)


def test_names_are_no_hindrance_to_a_click_and_are_read_on_every_colour() -> None:
    layer = written(names(LIGHT))["names"]
    assert (layer["@@type"], layer["pickable"]) == ("NamesLayer", False)
    assert layer["data"] == f"map/{name_file().name}"
    assert layer["ink"][:3] == list(LIGHT.line)
    assert layer["halo"][:3] == list(LIGHT.ground)


def test_the_legend_can_be_folded() -> None:
    said = legend_html("People", [LegendRow((1, 2, 3), "under 2", 4)])
    assert said.startswith('<details class="legend" open><summary>People</summary>')


def test_a_map_and_its_style_sheet_agree_where_the_legend_lies() -> None:
    script = (SOURCE / "map.js").read_text(encoding="utf-8")
    css = (SOURCE.parents[3] / "static" / "swathe.css").read_text(encoding="utf-8")
    assert f"{{ width: {LEGEND}, from: {LEGEND_FROM} }}" in script
    assert f"MARGIN = {MARGIN} " in script
    assert f"@container (min-width: {LEGEND_FROM}px)" in css


def test_the_link_says_where_the_map_looks_and_else_it_is_the_place() -> None:
    assert linked_camera(View()) == {}
    assert linked_camera(View(lat=50.5, zoom=9.0)) == {"lat": 50.5, "zoom": 9.0}
    whole, part = (map_bounds(place) for place in (View().place, PLACE))
    assert whole[0] <= part[0] < part[2] <= whole[2]
    assert part != whole


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
