"""What pages ask of the edition: each answer made once, map files found again by their name alone."""

import gzip
import json
import shutil
from pathlib import Path

import pytest

from geo.core.cache import forget
from geo.core.errors import EditionError
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.areas import area_figures
from geo.figures.place import show
from geo.figures.place_json import named_figures
from geo.figures.ranking import rank
from geo.maps.classes import LIGHT, OUTSIDE
from pages.shared import data, map_files, shelf

pytestmark = pytest.mark.slow


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
    for file in (map_files.facts_file(View(hub="exeter")), map_files.shape_file("lsoa", "far"),
                 map_files.shape_file("ward", "near"), map_files.authority_lines("far"),
                 map_files.authority_lines("near"), map_files.railway_lines(),
                 map_files.place_lines("E07000001"), map_files.place_lines("E06000002+E07000001")):
        forget()
        assert map_files.named_file(file.name) == file
    facts = json.loads(gzip.decompress(map_files.facts_file(View()).content))
    assert [fact["c"] for fact in facts] == served.areas["name"].tolist()


def test_map_file_changes_with_what_it_says_and_with_nothing_else(served: Edition) -> None:
    usual = map_files.facts_file(View()).name
    assert map_files.facts_file(View(speed="gigabit", minutes=90, show="residents", place="E06000002")).name == usual
    assert map_files.facts_file(View(clock="door")).name != usual


@pytest.mark.parametrize("name", [
    "", "x", "facts", "facts..json", "authorities-far.0123456789abcdef.geojson", "place.E99999999.0.geojson",
    "facts.lsoa.london.train.car.0123456789abcdef.json", "facts.lsoa.mars.train.car.ons-2020.0123456789abcdef.json",
    "shapes-far.0123456789abcdef.geojson", "shapes-near.street.0123456789abcdef.geojson",
    "place.../../etc/passwd.0.geojson", "place.e.0.geojson",
])
def test_other_names_are_no_files(served: Edition, name: str) -> None:
    assert map_files.named_file(name) is None


def test_a_map_file_that_was_not_handed_out_is_not_made(served: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    """However near a name comes to one that could be: to make the file is a second's work, and it would be kept."""
    monkeypatch.setattr(map_files, "_HANDED_OUT", {})
    file = map_files.facts_file(View(hub="exeter"))
    with monkeypatch.context() as asked:
        asked.setattr(map_files, "edition", lambda: pytest.fail("the edition was asked"))
        for wrong in (file.name.replace(".exeter.", ".london."), f"{file.name[:-10]}0.geojson",
                      "place.E07000001.0.geojson", "place.E06000002+E07000001.0.geojson",
                      "places.ward.london.train.car.ons-2020.0.geojson"):
            assert map_files.named_file(wrong) is None
    assert map_files.named_file(file.name) == file


def test_names_of_map_files_are_known_while_they_are_handed_out(
    served: Edition, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(map_files, "_HANDED_OUT", {})
    monkeypatch.setattr(map_files, "MOST_NAMES", 3)
    outlines = [map_files.authority_lines("far"), *map(map_files.place_lines, ("E07000001", "E06000002"))]
    map_files.authority_lines("far")     # kept, and handed out again
    map_files.facts_file(View())
    assert [bool(map_files.named_file(file.name)) for file in outlines] == [True, False, True]


def test_neighbours_are_outside_unless_they_are_the_place(served: Edition) -> None:
    neighbour = served.areas["neighbour"]
    assert (map_files.map_classes(View(), "lsoa") == OUTSIDE).tolist() == neighbour.tolist()
    assert not (map_files.map_classes(View(place="E07000003"), "lsoa") == OUTSIDE).any()


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


def test_an_edition_that_is_refused_is_not_read_again_until_its_files_change(
    tmp_path: Path, tiny_written: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every page of every reader asks for it; nobody is told where it lies, but for whoever reads the log."""
    folder, read = tmp_path / "private" / "mine", []
    monkeypatch.setenv("SWATHE_EDITION", str(folder))
    monkeypatch.setattr(shelf, "load_edition", lambda path: read.append(path) or load_edition(path))
    forget()
    for _ in range(2):
        with pytest.raises(EditionError, match=r"^mine is not an edition"):
            data.edition()
    assert len(read) == 1
    shutil.copytree(tiny_written, folder)
    assert data.edition().folder == folder
    assert len(read) == 2
    forget()
