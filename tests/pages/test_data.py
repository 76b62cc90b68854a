"""What pages ask of the edition: each answer made once, map files found again by their name alone."""

import gzip
import json
from pathlib import Path

import pytest

from geo.core.cache import forget
from geo.core.errors import EditionError
from geo.core.view import View
from geo.edition.store import Edition
from geo.figures.areas import area_figures
from geo.figures.place import show
from geo.figures.place_json import named_figures
from geo.figures.ranking import rank
from geo.maps.classes import LIGHT, OUTSIDE
from pages.shared import data, map_files


def test_answers_are_those_of_the_command_line(served: Edition) -> None:
    view = View(minutes=100, clock="door")
    shown, told = data.summary(view), show(served, view)
    assert named_figures(shown) == named_figures(told)
    assert (shown.edition, shown.view, shown.notes) == (told.edition, told.view, told.notes)
    assert data.ranking(view, "authority", "people_in_gap").equals(rank(served, view, by="authority"))
    assert data.edition().id == served.id


def test_equal_figures_are_worked_out_once(served: Edition) -> None:
    elsewhere = View(place="E06000002", zoom=9.0, edition="other")
    assert area_figures(served, View()) is area_figures(served, elsewhere)
    assert area_figures(served, View()) is not area_figures(served, View(minutes=100))
    assert data.summary(View()) is data.summary(View(zoom=9.0, edition="other", show="residents"))
    assert data.summary(View()) is not data.summary(View(place="E06000002"))
    assert data.ranking(View(), "ward", "residents") is data.ranking(View(place="E06000002"), "ward", "residents")


def test_map_files_are_found_again_by_name(served: Edition) -> None:
    for file in (map_files.area_file(View(hub="exeter")), map_files.authority_lines(), map_files.railway_lines(),
                 map_files.place_lines("E07000001"), map_files.place_lines("E06000002+E07000001")):
        forget()
        assert map_files.named_file(file.name) == file
    features = json.loads(gzip.decompress(map_files.area_file(View()).content))["features"]
    assert [feature["properties"]["c"] for feature in features] == served.areas["name"].tolist()


def test_map_file_changes_with_what_it_says_and_with_nothing_else(served: Edition) -> None:
    usual = map_files.area_file(View()).name
    assert map_files.area_file(View(speed="gigabit", minutes=90, show="residents", place="E06000002")).name == usual
    assert map_files.area_file(View(clock="door")).name != usual


@pytest.mark.parametrize("name", [
    "", "x", "areas", "areas..geojson", "authorities.0123456789abcdef.geojson", "place.E99999999.0.geojson",
    "areas.london.train.car.0123456789abcdef.geojson", "areas.mars.train.car.ons-2020.0123456789abcdef.geojson",
    "place.../../etc/passwd.0.geojson", "place.e.0.geojson",
])
def test_other_names_are_no_files(served: Edition, name: str) -> None:
    assert map_files.named_file(name) is None


def test_neighbours_are_outside_unless_they_are_the_place(served: Edition) -> None:
    neighbour = served.areas["neighbour"]
    assert (map_files.map_classes(View(), "lsoa") == OUTSIDE).tolist() == neighbour.tolist()
    assert not (map_files.map_classes(View(place="E07000003"), "lsoa") == OUTSIDE).any()


def test_map_looks_at_the_place_unless_the_reader_moved_it(served: Edition) -> None:
    whole, part = (map_files.map_place(View(place=place), 500, 400) for place in ("E12000009", "E07000001"))
    assert part[2] > whole[2]
    assert map_files.map_place(View(lat=50.5, lon=-4.0, zoom=9.0), 500, 400) == (50.5, -4.0, 9.0)


def test_picture_is_drawn_for_region_and_place(served: Edition) -> None:
    pictures = {map_files.map_picture(View(place=place), LIGHT) for place in ("E12000009", "E07000001")}
    assert len(pictures) == 2
    assert all(content.startswith(b"\x89PNG") for content in pictures)


def test_without_an_edition_the_reason_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWATHE_EDITION", str(tmp_path))
    forget()
    with pytest.raises(EditionError, match="not an edition"):
        data.edition()
    map_files.warm()      # the server comes up all the same
    forget()
