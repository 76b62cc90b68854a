"""The maps of a pack: the app's classes, colours and legend, drawn on paper with everything a printed map needs."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from PIL import Image

from geo.core.measures import MEASURES
from geo.core.view import View
from geo.edition.places import Place
from geo.edition.store import Edition
from geo.figures.profile import PlaceProfile
from geo.figures.ranking import rank
from geo.maps.classes import LIGHT, MISSING, OUTSIDE, classify, legend, shown_values
from geo.pack.maps.body import Body, path_of, plan_body, polygons_of
from geo.pack.maps.labels import FAINT, Label, draw_labels, place_labels, wanted_names
from geo.pack.maps.legend import Key, Legend, draw_legend, draw_scale_bar
from geo.pack.maps.page import INK, LINE, POINT, WIDTH, draw_lines, draw_marks, marks_width, rgb, wrap
from geo.pack.maps.texts import Texts, alt_text, caption, map_texts
from geo.words.definitions import legend_heading

MAPS = {
    "people-in-gap": "people_in_gap", "nowhere-to-turn": "nowhere_to_turn", "train-to-hub": "train_to_hub_minutes",
}
"""Name of a map's files → the measure it shows when time is counted on the train; in the report's order."""

_DOTS = 300                     # of a PNG, to the inch
_AUTHORITY_LINE = 0.6           # points
_FINE = 9.0                     # points across a neighbourhood, below which no line fits between two
_SMALL_PLACE = 130.0            # points on paper
_ISLET = 150.0                  # square points
_MARKS = ("estimated", "indicative")


class DrawnMap(NamedTuple):
    """A map, drawn."""

    name: str               # of its files, without suffix
    title: str              # as it stands above the map
    png: bytes
    svg: bytes              # empty where none was asked for
    width: float            # in millimetres
    height: float
    alt: str                # what it shows, for who cannot see it
    caption: str            # what it shows, with basis and attribution
    basis: tuple[str, ...]  # one or two of "estimated", "measured", "indicative", "timetable"


@dataclass(frozen=True)
class BaseMap:
    """What all maps of a place have in common, in points of the paper."""

    body: Body
    areas: np.ndarray = field(repr=False)
    around: Path = field(repr=False)
    outline: np.ndarray = field(repr=False)
    labels: list[Label] = field(repr=False)
    blank: bool             # whether there is sea, or land that is not mapped

    @property
    def place_line(self) -> float:
        """Width of the place's own boundary, in points: thinner where there is much of it."""
        return 0.9 if self.body.far else 1.5


def measure_of(name: str, view: View) -> str:
    """Name the measure that a map of `MAPS` shows in a view, whose clock counts."""
    return f"{view.clock}_to_hub_minutes" if name == "train-to-hub" else MAPS[name]


def draw_maps(
    profile: PlaceProfile, names: Sequence[str] = tuple(MAPS), *, svg: bool = True, small: bool = False,
) -> dict[str, DrawnMap]:
    """Draw maps of `MAPS` by name, with vector files or without, or small ones: the same figures give the same bytes.

    The figures are of an edition with geometry.
    """
    measures = {name: measure_of(name, profile.view) for name in names}
    base = base_map(profile, small=small)
    return {name: _drawn(profile, base, name, measure, svg=svg) for name, measure in measures.items()}


def _drawn(profile: PlaceProfile, base: BaseMap, name: str, measure: str, *, svg: bool) -> DrawnMap:
    ranked = rank(profile.edition, profile.view, by="lsoa", within="all", measure=measure)
    classes = classify(shown_values(measure, ranked, profile.place.lsoas), measure)
    texts = map_texts(profile, measure)
    figure = compose(base, measure, classes, texts)
    width, height = (round(float(side) * 25.4, 2) for side in figure.get_size_inches())
    return DrawnMap(
        name, texts.title, _png(figure), _svg(figure, texts.title) if svg else b"", width, height,
        alt_text(profile, measure, classes, texts.title), caption(profile, texts, blank=base.blank), texts.basis)


def base_map(profile: PlaceProfile, *, small: bool = False) -> BaseMap:
    """Put on paper what does not depend on the measure: areas, boundaries, and the names there is room for."""
    edition, place = profile.edition, profile.place
    own = _shape(edition, place)
    body = plan_body(own.bounds, small=small)
    authorities = edition.places[edition.places["kind"] == "authority"]
    land = body.on_paper(authorities.geometry.to_numpy())
    areas, outline = body.on_paper(edition.areas.geometry.loc[place.lsoas].to_numpy()), body.on_paper(np.array([own]))
    frame = shapely.box(0, 0, *body.points)
    west, south, east, north = own.bounds
    # A place that is small on paper stays free of names; a large one has room for them.
    clear = outline[0].buffer(2) if max(east - west, north - south) < _SMALL_PLACE * body.metres else None
    inside = shapely.intersection(land, frame)
    free = pd.Series(inside if clear is None else shapely.difference(inside, clear), authorities["name"])
    labels = place_labels(wanted_names(edition, place, body, own, free), body.points, land, clear)
    blank = float(shapely.area(inside).sum()) < 0.995 * frame.area
    return BaseMap(body, areas, path_of(land), polygons_of(outline), labels, blank)


def _shape(edition: Edition, place: Place) -> shapely.Geometry:
    outlines = edition.places[(edition.places["kind"] == place.kind) & (edition.places["code"] == place.code)].geometry
    if not outlines.isna().all():      # neighbourhoods have theirs among the areas; England and a reader's own none
        return outlines.iloc[0]
    return edition.areas.geometry.loc[place.lsoas].union_all()


def compose(base: BaseMap, measure: str, classes: pd.Series, texts: Texts) -> Figure:
    """Lay out a page: title, meaning and marks above the map, the legend beside or below it, sources at the foot.

    A small one has the legend alone: the brief that it stands in says the rest.
    """
    body, marks = base.body, [basis.upper() for basis in texts.basis if basis in _MARKS]
    title = wrap(texts.title, WIDTH - marks_width(marks), 11.0, bold=True)
    meaning, foot = wrap(texts.meaning, WIDTH, 7.5), wrap(texts.foot, WIDTH - 1)
    if body.small:
        marks, title, meaning, foot = [], [], [], []
    key = _legend(base, measure, classes)
    top = _whole_points(1.0 + len(title) * 5.2 + len(meaning) * 3.6 + 1.5)
    low = top + body.height
    height = _whole_points(low + key.below + 2.0 + len(foot) * LINE + 1.0)
    figure = Figure(figsize=(WIDTH / 25.4, height / 25.4), dpi=_DOTS, facecolor="white")
    page = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(height, 0))
    page.set_axis_off()
    below = draw_lines(page, title, (0.5, 1.0), size=11.0, bold=True)
    draw_lines(page, meaning, (0.5, below), size=7.5)
    draw_marks(page, marks, (WIDTH - 0.5, 1.0))
    draw_lines(page, foot, (0.5, low + key.below + 2.0))
    room = draw_legend(page, key, (body.width + 4.0, top) if body.beside else (0.5, low + 2.0))
    draw_scale_bar(page, body.metres, room)
    across, up = body.points
    position = (POINT / WIDTH, 1 - low / height, body.width / WIDTH, body.height / height)
    axes = figure.add_axes(position, xlim=(0, across), ylim=(0, up), xticks=[], yticks=[], facecolor="white")
    axes.spines[:].set(linewidth=0.6, edgecolor=rgb(FAINT))
    _draw_areas(axes, base, LIGHT.ordered(measure), classes)
    draw_labels(axes, base.labels)
    return figure


def _whole_points(millimetres: float) -> float:
    return float(np.ceil(millimetres / POINT)) * POINT


def _legend(base: BaseMap, measure: str, classes: pd.Series) -> Legend:
    signs = [Key("around it, not counted", LIGHT.outside),
             *[Key("sea, or land without data", LIGHT.ground)] * base.blank,
             Key("outline of the place", line=base.place_line), Key("local authority", line=_AUTHORITY_LINE),
             *[Key("railway station", station=True)] * any(label.wanted.dot for label in base.labels)]
    rows = [Key(f"{row.label} ({row.areas:,})", row.colour) for row in legend(measure, LIGHT, classes)]
    return Legend(legend_heading(MEASURES[measure]), rows, signs, base.body.beside, base.body.small)


def _draw_areas(axes: Axes, base: BaseMap, colours: Sequence[tuple[int, int, int]], classes: pd.Series) -> None:
    """Draw land, areas by class and boundaries, each a part of the vector file with a name of its own."""
    def draw(name: str, path: Path, zorder: float, **style: Any) -> None:
        axes.add_artist(PathPatch(path, gid=name, zorder=zorder, joinstyle="round", **style))

    draw("around", base.around, 1, facecolor=rgb(colours[OUTSIDE]), linewidth=0)
    # Light lines between neighbourhoods where they are large enough; else lines of their own colour, against gaps.
    fine = float(np.sqrt(shapely.area(base.areas).mean())) < _FINE
    for number in range(MISSING + 1):
        of_class, fill = base.areas[classes.to_numpy() == number], rgb(colours[number])
        if len(of_class):
            draw(f"class-{number}", path_of(of_class), 2, facecolor=fill, edgecolor=fill if fine else "white",
                 linewidth=0.2 if fine else 0.4)
    # A hair only round islets, whose colour a wide line would hide.
    islet = shapely.area(base.outline) < _ISLET
    main, islets, ink = path_of(base.outline[~islet]), path_of(base.outline[islet]), rgb(INK)
    for name, path, zorder, colour, width in (
        ("authorities", base.around, 4, rgb(LIGHT.line), _AUTHORITY_LINE),
        ("halo", main, 5, "white", base.place_line + 1.4), ("place", main, 5, ink, base.place_line),
        ("islets", islets, 5, ink, 0.3),
    ):
        draw(name, path, zorder, fill=False, edgecolor=colour, linewidth=width)


def _png(figure: Figure) -> bytes:
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    out = io.BytesIO()
    Image.fromarray(np.asarray(canvas.buffer_rgba())[:, :, :3]).save(out, "PNG", compress_level=5, dpi=(_DOTS, _DOTS))
    return out.getvalue()


def _svg(figure: Figure, title: str) -> bytes:
    out = io.StringIO()
    canvas: Any = FigureCanvasSVG(figure)
    canvas.print_svg(out, metadata={"Title": title, "Date": None, "Creator": None})
    text = out.getvalue()
    # Names of clips and marks are random unless a setting of the whole process is changed: they are numbered here.
    made = dict.fromkeys(re.findall(r'\bid="([a-z][0-9a-f]{10})"', text))
    number = {name: f"{name[0]}{count}" for count, name in enumerate(made)}
    return re.sub(r"\b[a-z][0-9a-f]{10}\b", lambda found: number.get(found[0], found[0]), text).encode()
