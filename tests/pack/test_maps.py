import dataclasses
import hashlib
import io
import itertools
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from xml.etree import ElementTree as ET

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from geo.core.measures import MEASURES
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.profile import PlaceProfile, place_profile
from geo.maps.classes import LIGHT, classify
from geo.pack.maps.compose import MAPS, DrawnMap, base_map, compose, draw_maps, measure_of
from geo.pack.maps.page import SMALL, WIDTH, wrap
from geo.pack.maps.texts import map_texts

pytestmark = pytest.mark.slow

SCILLY, WIGHT, REGION, LSOA = "E06000053", "E06000046", "E12000009", "E01020002"
TWO = "E07000046+E07000047"
PLACES = (SCILLY, WIGHT, TWO, LSOA, "E06000052", REGION)
SVG = "{http://www.w3.org/2000/svg}"
PEOPLE_BREAKS = (2, 10, 25, 50, 100, 200)
MINUTE_BREAKS = (60, 90, 120, 150, 180, 240)


@cache
def edition() -> Edition:
    return load_edition()


@cache
def figures(place: str, **options: str) -> PlaceProfile:
    return place_profile(edition(), View(place=place, **options))


@cache
def drawn(place: str) -> dict[str, DrawnMap]:
    return draw_maps(figures(place))


def figure_of(place: str, measure: str, *, small: bool = False) -> Figure:
    mine = figures(place)
    column = mine.areas["people_in_gap_30_estimate"]
    classes = classify(1000 * column / mine.areas["workers"], measure)
    return compose(base_map(mine, small=small), measure, classes, map_texts(mine, measure))


def parsed(svg: bytes | str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314  what was just drawn here


def group(svg: bytes, name: str) -> np.ndarray:
    """All corners of a named part of a vector file, in points from the upper left."""
    found = parsed(svg).find(f".//{SVG}g[@id='{name}']")
    assert found is not None, name
    numbers = [[float(part) for part in pair] for path in found.iter(f"{SVG}path")
               for pair in re.findall(r"[ML] (-?[\d.]+) (-?[\d.]+)", path.get("d", ""))]
    return np.array(numbers)


def ground_of(svg: bytes, place: str) -> tuple[float, np.ndarray]:
    """Metres to a point, and the ground under the paper's upper left corner, from where the areas were drawn."""
    corners = np.concatenate([group(svg, name) for name in re.findall(r'<g id="(class-\d)"', svg.decode())])
    west, south, east, north = edition().areas.geometry.loc[figures(place).place.lsoas].total_bounds
    (left, top), (right, low) = corners.min(axis=0), corners.max(axis=0)
    metres = (east - west) / (right - left)
    assert (north - south) / (low - top) == pytest.approx(metres, rel=2e-3)
    return metres, np.array([west - left * metres, north + top * metres])


def expected_classes(place: str, name: str) -> pd.Series:
    """The class of each area, worked out by hand from figures and reach."""
    mine = figures(place).areas
    if name != "train-to-hub":
        column = "people_in_gap_30_estimate" if name == "people-in-gap" else "nowhere_to_turn_estimate"
        return pd.Series(np.digitize(1000 * mine[column] / mine["workers"], PEOPLE_BREAKS), mine.index)
    reach = edition().reach("london", "train", "car")
    found = {}
    for code, rows in reach[reach["area"].isin(mine.index)].groupby("area", observed=True):
        ordered = rows.sort_values("minutes")
        middle = ordered["postcodes"].cumsum().searchsorted(ordered["postcodes"].sum() / 2)
        minutes = ordered["minutes"].iloc[middle]
        found[code] = 7 if minutes > 10_000 else int(np.digitize(minutes, MINUTE_BREAKS))
    return pd.Series(found).reindex(mine.index)


def test_the_maps_are_three_and_each_shows_a_measure():
    assert list(MAPS.items()) == [
        ("people-in-gap", "people_in_gap"), ("nowhere-to-turn", "nowhere_to_turn"),
        ("train-to-hub", "train_to_hub_minutes")]
    assert {measure_of(name, View(clock=clock)) for name in MAPS for clock in ("train", "door")} <= set(MEASURES)
    assert measure_of("train-to-hub", View(clock="door")) == "door_to_hub_minutes"


def test_the_clock_of_the_door_is_drawn_and_said():
    door = draw_maps(figures(SCILLY, clock="door", hub="bristol"))
    assert door["train-to-hub"].title == "Door to Bristol Temple Meads: Isles of Scilly"
    assert "counted from the door" in door["nowhere-to-turn"].caption


@pytest.mark.parametrize("name", list(MAPS))
@pytest.mark.parametrize("place", [WIGHT, TWO, SCILLY])
def test_areas_have_the_colours_of_their_class(place: str, name: str):
    made = drawn(place)[name]
    metres, corner = ground_of(made.svg, place)
    picture = np.asarray(Image.open(io.BytesIO(made.png)))
    classes = expected_classes(place, name)
    palette = [*LIGHT.classes, LIGHT.missing]
    shapes = edition().areas.geometry.loc[classes.index]
    right = 0
    large = [code for code in classes.index if shapely.maximum_inscribed_circle(shapes[code]).length / metres > 4]
    for code in large:
        middle = shapely.get_point(shapely.maximum_inscribed_circle(shapes[code]), 0)
        x, y = ((middle.x - corner[0]) / metres, (corner[1] - middle.y) / metres)
        seen = tuple(int(part) for part in picture[int(y * 300 / 72), int(x * 300 / 72)])
        right += seen == palette[classes[code]]
        # What is not of its colour lies under a name, never under the colour of another class.
        assert seen == palette[classes[code]] or seen not in palette, code
    assert right >= 0.85 * len(large) > 0


@pytest.mark.parametrize("name", list(MAPS))
def test_every_area_of_the_region_is_in_its_class_and_in_the_legend(name: str):
    made, counts = drawn(REGION)[name], expected_classes(REGION, name).value_counts()
    shapes = edition().areas.geometry.loc[figures(REGION).place.lsoas]
    rings = shapes.map(lambda shape: len(shapely.get_rings(shapely.get_parts(shape))))
    classes = expected_classes(REGION, name)
    for number, count in counts.items():
        found = parsed(made.svg).find(f".//{SVG}g[@id='class-{number}']")
        path = found.find(f"{SVG}path").get("d")
        assert path.count("M ") == rings[classes == number].sum()
        assert f"({count:,}) -->" in made.svg.decode()
    assert sum(counts) == 3407


@pytest.mark.parametrize("place", PLACES)
def test_the_scale_bar_is_as_long_as_it_says(place: str):
    made = drawn(place)["people-in-gap"]
    metres, _ = ground_of(made.svg, place)
    bar = np.concatenate([group(made.svg, f"scale-bar-{part}") for part in (0, 1)])
    said = float(re.search(r"<!-- ([\d.]+) km -->", made.svg.decode())[1])
    assert np.ptp(bar[:, 0]) * metres == pytest.approx(1000 * said, rel=2e-3)


@pytest.mark.parametrize("small", [False, True])
@pytest.mark.parametrize("place", PLACES)
def test_no_text_touches_another_or_is_cut_off(place: str, small: bool):
    figure = figure_of(place, "nowhere_to_turn", small=small)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    page, body = figure.axes
    texts = [text for text in figure.findobj(Text) if text.get_text().strip() and text.get_visible()]
    boxes = [(text, text.get_window_extent(canvas.get_renderer())) for text in texts]
    names = [box for text, box in boxes if text.axes is body]
    frame, sheet = body.get_window_extent(), figure.bbox
    assert all(text.get_fontsize() >= SMALL for text in texts)
    for box in names:
        assert frame.x0 < box.x0 < box.x1 < frame.x1
        assert frame.y0 < box.y0 < box.y1 < frame.y1
    for text, box in boxes:
        assert sheet.x0 <= box.x0 < box.x1 <= sheet.x1, text.get_text()
        assert sheet.y0 <= box.y0 < box.y1 <= sheet.y1, text.get_text()
        if text.axes is page:
            assert not box.overlaps(frame), text.get_text()
    for (one, a), (other, b) in itertools.combinations(boxes, 2):
        touch = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
        # Lines of a paragraph may share the room of their longest letters: a pixel or two.
        assert touch[0] <= 0 or touch[1] <= (0 if a in names else 4), (one.get_text(), other.get_text())
    if place not in {SCILLY, LSOA}:
        assert len(names) >= (2 if small else 3)


@pytest.mark.parametrize(("place", "town"), [
    (SCILLY, "Hugh Town"), ("E05011923", "Clovelly"), ("E07000047", "Tavistock"), (REGION, "Swindon"),
])
def test_towns_are_named_where_they_are(place: str, town: str):
    mine = base_map(figures(place))
    known = edition().localities
    west, south, *_ = mine.body.extent
    for wanted, (x, y) in mine.labels:
        if wanted.lines == (town,):
            spots = known[known["name"] == town]
            assert np.hypot(spots["easting"] - (west + x * mine.body.metres),
                            spots["northing"] - (south + y * mine.body.metres)).min() < 40 * mine.body.metres
            return
    raise AssertionError([label.wanted.lines for label in mine.labels])


@pytest.mark.parametrize("place", [LSOA])
def test_a_place_that_is_small_on_paper_is_in_the_middle_whole_and_free_of_names(place: str):
    mine = base_map(figures(place))
    west, south, east, north = edition().areas.geometry.loc[figures(place).place.lsoas].total_bounds
    left, low, right, high = mine.body.extent
    assert (west + east) / 2 == pytest.approx((left + right) / 2)
    assert (south + north) / 2 == pytest.approx((low + high) / 2)
    assert west - left > 0.03 * (right - left)
    assert south - low > 0.03 * (high - low)
    own = shapely.union_all(mine.outline)
    for wanted, (x, y) in mine.labels:
        wide, tall = wanted.half
        assert not shapely.box(x - wide, y - tall, x + wide, y + tall).intersects(own)


@pytest.mark.parametrize("place", PLACES)
def test_files_are_of_the_size_that_is_said_and_small(place: str):
    for made in drawn(place).values():
        with Image.open(io.BytesIO(made.png)) as picture:
            assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
            assert set(picture.info) == {"dpi"}
            assert picture.size == pytest.approx((made.width * 300 / 25.4, made.height * 300 / 25.4), abs=1.5)
        root = parsed(made.svg)
        assert float(root.get("width").removesuffix("pt")) == pytest.approx(made.width / 25.4 * 72, abs=0.02)
        assert (made.width <= WIDTH, made.height <= 200) == (True, True)
        assert len(made.png) < 3_000_000
        assert len(made.svg) < 6_000_000


def test_vector_files_need_nothing_from_elsewhere_and_hold_no_date():
    text = drawn(TWO)["nowhere-to-turn"].svg.decode()
    assert "<text" not in text      # letters are drawn, so that no machine needs the font
    assert not re.search(r"dc:date|dc:creator|Matplotlib v|<script|<image", text)
    links = set(re.findall(r'href="([^"]*)"', text))
    assert all(link.startswith("#") for link in links)
    ids = re.findall(r'\bid="([^"]*)"', text)
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in links} <= set(ids)
    assert set(re.findall(r"url\(#([^)]*)\)", text)) <= set(ids)
    assert parsed(text).find(f"{SVG}title").text == "Nowhere to turn: Torridge + West Devon"


def digest(made: dict[str, DrawnMap]) -> str:
    return hashlib.sha256(b"".join(each.png + each.svg for each in made.values())).hexdigest()


def test_the_same_figures_give_the_same_bytes_in_any_process():
    script = ("import sys, hashlib; from geo.edition.store import load_edition; from geo.core.view import View\n"
              "from geo.figures.profile import place_profile; from geo.pack.maps.compose import draw_maps\n"
              f"made = draw_maps(place_profile(load_edition(), View(place='{TWO}')), ('nowhere-to-turn',))\n"
              "print(hashlib.sha256(b''.join(each.png + each.svg for each in made.values())).hexdigest())\n"
              "print('matplotlib.pyplot' in sys.modules)")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True,
                          env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"})
    one = {"nowhere-to-turn": drawn(TWO)["nowhere-to-turn"]}
    assert done.stdout.split() == [digest(one), "False"]
    assert digest(draw_maps(figures(TWO), tuple(one))) == digest(one)


def test_maps_drawn_at_the_same_time_do_not_disturb_each_other():
    places = (SCILLY, LSOA, SCILLY, WIGHT)
    for place in places:
        drawn(place)
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda place: digest(draw_maps(figures(place))), places))
    assert together == [digest(drawn(place)) for place in places]


def test_settings_of_the_process_neither_change_nor_matter():
    before = dict(mpl.rcParams)
    made = draw_maps(figures(LSOA), ("nowhere-to-turn",))
    assert dict(mpl.rcParams) == before
    odd = {"font.size": 22, "font.family": "serif", "axes.linewidth": 7, "lines.linewidth": 9, "savefig.dpi": 40,
           "figure.dpi": 50, "savefig.facecolor": "red", "text.color": "red", "patch.force_edgecolor": True}
    with mpl.rc_context(odd):
        assert digest(draw_maps(figures(LSOA), ("nowhere-to-turn",))) == digest(made)


def with_bases(broadband: str, rail: str) -> PlaceProfile:
    mine = figures(SCILLY)
    named = {"broadband_basis": broadband, "rail_basis": rail}
    return dataclasses.replace(
        mine, edition=dataclasses.replace(mine.edition, manifest={**mine.edition.manifest, **named}))


@pytest.mark.parametrize(("broadband", "rail", "marks"), [
    ("estimated", "indicative", [{"ESTIMATED"}, {"ESTIMATED", "INDICATIVE"}, {"INDICATIVE"}]),
    ("measured", "indicative", [set(), {"INDICATIVE"}, {"INDICATIVE"}]),
    ("estimated", "timetable", [{"ESTIMATED"}, {"ESTIMATED"}, set()]),
    ("measured", "timetable", [set(), set(), set()]),
])
def test_a_map_is_marked_by_what_it_rests_on(broadband: str, rail: str, marks: list[set[str]]):
    made = draw_maps(with_bases(broadband, rail))
    pattern = r"<!-- (ESTIMATED|INDICATIVE|MEASURED|TIMETABLE) -->"
    seen = [set(re.findall(pattern, each.svg.decode())) for each in made.values()]
    assert seen == marks
    assert [each.basis for each in made.values()] == [(broadband,), (broadband, rail), (rail,)]
    assert ("estimated." in made["people-in-gap"].caption) == (broadband == "estimated")


def words_on(svg: bytes) -> str:
    return " ".join(re.findall(r"<!-- (.*?) -->", svg.decode()))


def test_each_map_names_edition_sources_unit_and_north():
    for made in drawn(TWO).values():
        words = words_on(made.svg)
        assert edition().id in words
        said = "Contains OS data © Crown copyright and database right 20"
        assert said in words
        assert said in made.caption
        assert made.title in words
        assert ("Ofcom" in words) == (made.name != "train-to-hub")
        assert ("Royal Mail" in words) == (made.name != "people-in-gap")
        assert len(group(made.svg, "north-arrow")) >= 4
        assert words.count("around it, not counted") == 1
    assert "People in the gap per 1,000 workers" in words_on(drawn(TWO)["people-in-gap"].svg)
    assert "Minutes by train to the hub," in words_on(drawn(TWO)["train-to-hub"].svg)


def test_the_alternative_text_says_what_is_seen():
    classes = expected_classes(TWO, "people-in-gap")
    worst = classes[classes == classes.max()]
    count = edition().areas.loc[worst.index, "authority"].value_counts()
    alt = drawn(TWO)["people-in-gap"].alt
    assert "People in the gap: Torridge + West Devon" in alt
    assert f"{len(classes)} neighbourhoods (LSOAs) by class" in alt
    assert f"2 to 10: {(classes == 1).sum()};" in alt
    assert f"West Devon ({count['E07000047']})" in alt
    assert "table" not in alt       # it names no file: that is for the caption, which names those that hold them


def test_where_there_is_no_rail_the_map_says_so():
    made = drawn(SCILLY)["train-to-hub"]
    assert "no rail: 1. None has a figure." in made.alt
    assert "no rail (1)" in words_on(made.svg)


def test_where_all_is_well_no_place_is_called_the_worst():
    assert (expected_classes("E06000054", "nowhere-to-turn") == 0).all()
    made = draw_maps(figures("E06000054"), ("nowhere-to-turn",), svg=False)["nowhere-to-turn"]
    assert "under 2: 307. None is above the lowest class." in made.alt


def test_what_is_asked_for_is_drawn_and_no_more():
    one = draw_maps(figures(SCILLY), ("train-to-hub",), svg=False)
    assert list(one) == ["train-to-hub"]
    assert one["train-to-hub"] == drawn(SCILLY)["train-to-hub"]._replace(svg=b"")
    with pytest.raises(KeyError):
        draw_maps(figures(SCILLY), ("elsewhere",))


def test_letters_of_a_name_are_shown_as_they_are():
    name = r"$\frac{x}{ <b>&amp; -- %s {0} ${"
    mine = figures(SCILLY)
    made = draw_maps(dataclasses.replace(mine, place=dataclasses.replace(mine.place, name=name)), ("people-in-gap",))
    svg = made["people-in-gap"].svg
    assert parsed(svg).find(f"{SVG}title").text == f"People in the gap: {name}"
    assert "<b>" not in re.sub(rb"<!--.*?-->", b"", svg, flags=re.DOTALL).decode()


def test_the_title_of_many_places_stays_short():
    authorities = edition().places.query("kind == 'authority' and not neighbour")["code"].head(20)
    mine = figures("+".join(sorted(authorities)))
    texts = map_texts(mine, "people_in_gap")
    assert texts.title.endswith("and 17 more")
    assert len(wrap(texts.title, WIDTH - 60, 11.0, bold=True)) <= 3


def test_a_map_of_the_estimate_names_whose_localities_it_rests_on() -> None:
    profile = place_profile(load_edition(geometry=False), View(place="E07000047"))
    assert "Contains Parliamentary information" in map_texts(profile, "people_in_gap").foot
    assert "Contains Parliamentary information" not in map_texts(profile, "train_to_hub_minutes").foot
