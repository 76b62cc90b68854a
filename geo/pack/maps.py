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
from geo.edition import Edition
from geo.figures.profile import PlaceProfile
from geo.figures.ranking import rank
from geo.maps import LIGHT, MISSING, OUTSIDE, classify, legend, shown_values
from geo.pack import map_furniture as paper
from geo.pack.map_body import Body, plan_body
from geo.pack.map_labels import FAINT, Label, draw_labels, place_labels, wanted_names
from geo.pack.map_words import Texts, alt_text, caption, map_texts
from geo.places import Place
from geo.view import View
from geo.vocabulary import KINDS
from geo.words.definitions import legend_heading

__all__ = ["MAPS", "DrawnMap", "PackMap", "draw_maps"]

DOTS = 300
"""Of a PNG, to the inch."""

_PLACE_LINE, _AUTHORITY_LINE = 1.5, 0.6
_FINE = 9.0
_SMALL_PLACE = 15_000.0
_ISLET = 150.0
_MARKS = ("estimated", "indicative")


@dataclass(frozen=True)
class PackMap:
    """One map of a pack.

    Parameters
    ----------
    name
        Of its files, without suffix.
    measure
        A key of `MEASURES`: what it shows when time is counted on the train.
    """

    name: str
    measure: str

    def measure_of(self, view: View) -> str:
        """Name what it shows in a view.

        Parameters
        ----------
        view
            Its clock counts.

        Returns
        -------
        str
            A key of `MEASURES`.
        """
        return f"{view.clock}_to_hub_minutes" if self.measure == "train_to_hub_minutes" else self.measure


MAPS = (
    PackMap("people-in-gap", "people_in_gap"),
    PackMap("nowhere-to-turn", "nowhere_to_turn"),
    PackMap("train-to-hub", "train_to_hub_minutes"),
)
"""The maps of a pack, in the report's order."""

_ALL = tuple(each.name for each in MAPS)


class DrawnMap(NamedTuple):
    """A map, drawn.

    Parameters
    ----------
    name
        Of its files, without suffix.
    title
        As it stands above the map.
    png, svg
        Its files.
    width, height
        In millimetres.
    alt
        What it shows, for who cannot see it.
    caption
        What it shows, with basis and attribution.
    basis
        How sure its figures are: one or two of "estimated", "measured", "indicative", "timetable".
    """

    name: str
    title: str
    png: bytes
    svg: bytes
    width: float
    height: float
    alt: str
    caption: str
    basis: tuple[str, ...]


@dataclass(frozen=True)
class _Ground:
    """What all maps of a place have in common, in points of the paper."""

    body: Body
    areas: np.ndarray = field(repr=False)
    around: Path = field(repr=False)
    outline: np.ndarray = field(repr=False)
    labels: list[Label] = field(repr=False)
    blank: bool


def draw_maps(
    profile: PlaceProfile, names: Sequence[str] = _ALL, *, svg: bool = True,
) -> dict[str, DrawnMap]:
    """Draw the maps of a pack: the same figures give the same bytes.

    Parameters
    ----------
    figures
        As `geo.figures.profile.place_profile` gives them, of an edition with geometry.
    names
        Those wanted of `MAPS`; all of them unless said.
    svg
        Whether vector files are wanted too; they are empty otherwise.

    Returns
    -------
    dict of str to DrawnMap
        By name, as asked for.

    Raises
    ------
    KeyError
        When a name is not one of `MAPS`.
    """
    known = {each.name: each for each in MAPS}
    wanted, ground = [known[name] for name in names], _survey(profile)
    return {each.name: _drawn(profile, ground, each, svg=svg) for each in wanted}


def _drawn(profile: PlaceProfile, ground: _Ground, each: PackMap, *, svg: bool) -> DrawnMap:
    measure = each.measure_of(profile.view)
    ranked = rank(profile.edition, profile.view, by="lsoa", within="all", measure=measure)
    classes = classify(shown_values(measure, ranked, profile.place.lsoas), measure)
    texts = map_texts(profile, measure)
    figure = _compose(ground, measure, classes, texts)
    width, height = (round(float(side) * 25.4, 2) for side in figure.get_size_inches())
    return DrawnMap(
        each.name, texts.title, _png(figure), _svg(figure, texts.title) if svg else b"", width, height,
        alt_text(profile, measure, classes, texts.title), caption(profile, texts, blank=ground.blank), texts.basis)


def _survey(profile: PlaceProfile) -> _Ground:
    edition, place = profile.edition, profile.place
    own = _shape(edition, place)
    body = plan_body(own.bounds)
    authorities = edition.places[edition.places["kind"] == "authority"]
    land = body.on_paper(authorities.geometry.to_numpy())
    areas, outline = body.on_paper(edition.areas.geometry.loc[place.lsoas].to_numpy()), body.on_paper(np.array([own]))
    frame = shapely.box(0, 0, *body.points)
    west, south, east, north = own.bounds
    # A small place stays free of names; a large one has room for them.
    clear = outline[0].buffer(2) if max(east - west, north - south) < _SMALL_PLACE else None
    inside = shapely.intersection(land, frame)
    free = pd.Series(inside if clear is None else shapely.difference(inside, clear), authorities["name"])
    labels = place_labels(wanted_names(edition, place, body, own, free), body.points, land, clear)
    blank = float(shapely.area(inside).sum()) < 0.995 * frame.area
    return _Ground(body, areas, _path(land), _polygons(outline), labels, blank)


def _shape(edition: Edition, place: Place) -> shapely.Geometry:
    if place.kind in KINDS and place.kind != "lsoa":
        rows = edition.places[(edition.places["kind"] == place.kind) & (edition.places["code"] == place.code)]
        return rows.geometry.iloc[0]
    return edition.areas.geometry.loc[place.lsoas].union_all()


def _path(shapes: np.ndarray) -> Path:
    """Join shapes to one path; holes run against their outer rings and so stay holes."""
    rings = shapely.get_rings(shapely.get_parts(shapely.orient_polygons(_polygons(shapes))))
    places, ring = shapely.get_coordinates(rings, return_index=True)
    codes = np.full(len(places), Path.LINETO, dtype=Path.code_type)
    turns = np.flatnonzero(np.diff(ring)) + 1
    codes[np.r_[0, turns][:len(codes)]] = Path.MOVETO
    codes[np.r_[turns, len(codes)][:len(codes)] - 1] = Path.CLOSEPOLY
    return Path(np.round(places, 2), codes)


def _polygons(shapes: np.ndarray) -> np.ndarray:
    """Keep areas alone: where a shape only touches the frame, cutting leaves lines and points."""
    parts = shapely.get_parts(shapely.get_parts(shapes))
    kept: np.ndarray = parts[(shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(parts)]
    return kept


def _compose(ground: _Ground, measure: str, classes: pd.Series, texts: Texts) -> Figure:
    body, marks = ground.body, [basis.upper() for basis in texts.basis if basis in _MARKS]
    title = paper.wrap(texts.title, paper.WIDTH - paper.marks_width(marks), 11.0, bold=True)
    meaning = paper.wrap(texts.meaning, paper.WIDTH, 7.5)
    foot = paper.wrap(texts.foot, paper.WIDTH - 1)
    top = float(np.ceil((1.0 + len(title) * 5.2 + len(meaning) * 3.6 + 1.5) / paper.POINT)) * paper.POINT
    low = top + body.height
    heading = paper.wrap(legend_heading(MEASURES[measure]), 46.0 if body.beside else 84.0, 7.5, bold=True)
    strip = 0.0 if body.beside else 3.0 + max(
        len(heading) * 3.6 + paper.LINE + 1.0 + 4 * paper.ROW, 2.0 + 5 * paper.ROW)
    height = float(np.ceil((low + strip + 2.0 + len(foot) * paper.LINE + 1.0) / paper.POINT)) * paper.POINT
    figure = Figure(figsize=(paper.WIDTH / 25.4, height / 25.4), dpi=DOTS, facecolor="white")
    page = figure.add_axes((0, 0, 1, 1), xlim=(0, paper.WIDTH), ylim=(height, 0))
    page.set_axis_off()
    below = paper.draw_lines(page, title, (0.5, 1.0), size=11.0, bold=True)
    paper.draw_lines(page, meaning, (0.5, below), size=7.5)
    paper.draw_marks(page, marks, (paper.WIDTH - 0.5, 1.0))
    paper.draw_lines(page, foot, (0.5, low + strip + 2.0))
    _draw_legend(page, ground, measure, classes, (heading, top if body.beside else low + 2.0))
    position = (paper.POINT / paper.WIDTH, 1 - low / height, body.width / paper.WIDTH, body.height / height)
    _draw_body(figure, ground, measure, classes, position)
    return figure


def _draw_legend(
    page: Axes, ground: _Ground, measure: str, classes: pd.Series, head: tuple[list[str], float],
) -> None:
    lines, top = head
    rows = [paper.Key(f"{row.label} ({row.areas:,})", row.colour) for row in legend(measure, LIGHT, classes)]
    signs = [paper.Key("around it, not counted", LIGHT.outside),
             *[paper.Key("sea, or land without data", LIGHT.ground)] * ground.blank,
             paper.Key("outline of the place", line=_place_line(ground)),
             paper.Key("local authority", line=_AUTHORITY_LINE),
             *[paper.Key("railway station", dot=True)] * any(label.wanted.dot for label in ground.labels)]
    left = ground.body.width + 4.0 if ground.body.beside else 0.5
    below = paper.draw_lines(page, lines, (left, top), size=7.5, bold=True)
    note = paper.wrap(f"In brackets: {KINDS['lsoa'].plural}", 46.0 if ground.body.beside else 84.0)
    below = paper.draw_lines(page, note, (left, below)) + 1.0
    if ground.body.beside:
        below = paper.draw_keys(page, rows, (left, below), 46.0) + 3.0
        below = paper.draw_keys(page, signs, (left, below), 46.0) + 4.0
        paper.draw_scale(page, ground.body.metres, (left, below))
    else:
        half = (len(rows) + 1) // 2
        paper.draw_keys(page, rows[:half], (left, below), 42.0)
        paper.draw_keys(page, rows[half:], (left + 42.0, below), 42.0)
        paper.draw_keys(page, signs, (left + 84.0, top + 2.0), 42.0)
        paper.draw_scale(page, ground.body.metres, (left + 126.0, top + 2.0))


def _draw_body(
    figure: Figure, ground: _Ground, measure: str, classes: pd.Series, position: tuple[float, float, float, float],
) -> None:
    across, up = ground.body.points
    body = figure.add_axes(position, xlim=(0, across), ylim=(0, up), xticks=[], yticks=[], facecolor="white")
    for spine in body.spines.values():
        spine.set(linewidth=0.6, edgecolor=paper.rgb(FAINT))
    colours, ink = LIGHT.ordered(measure), paper.rgb(LIGHT.line)
    body.add_artist(PathPatch(ground.around, facecolor=paper.rgb(colours[OUTSIDE]), linewidth=0, gid="around"))
    # Light lines between neighbourhoods where they are large enough; else lines of their own colour, against gaps.
    fine = float(np.sqrt(shapely.area(ground.areas).mean())) < _FINE
    for number in range(MISSING + 1):
        of_class = ground.areas[classes.to_numpy() == number]
        if len(of_class):
            fill = paper.rgb(colours[number])
            body.add_artist(PathPatch(
                _path(of_class), facecolor=fill, edgecolor=fill if fine else "white", linewidth=0.2 if fine else 0.4,
                joinstyle="round", gid=f"class-{number}", zorder=2))
    body.add_artist(PathPatch(ground.around, fill=False, edgecolor=ink, linewidth=_AUTHORITY_LINE, joinstyle="round",
                             gid="authorities", zorder=4))
    _draw_outline(body, ground)
    draw_labels(body, ground.labels)


def _place_line(ground: _Ground) -> float:
    """Width of the place's own boundary: thinner where there is much of it."""
    return 0.6 * _PLACE_LINE if ground.body.far else _PLACE_LINE


def _draw_outline(body: Axes, ground: _Ground) -> None:
    """Draw the place's own boundary; a hair only round islets, whose colour it would hide."""
    islet = shapely.area(ground.outline) < _ISLET
    main = _path(ground.outline[~islet])
    wide = _place_line(ground)
    for path, width, colour, name in (
        (main, wide + 1.4, "white", "halo"), (main, wide, paper.rgb(paper.INK), "place"),
        (_path(ground.outline[islet]), 0.3, paper.rgb(paper.INK), "islets"),
    ):
        body.add_artist(PathPatch(path, fill=False, edgecolor=colour, linewidth=width, joinstyle="round", gid=name,
                                  zorder=5))


def _png(figure: Figure) -> bytes:
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    out = io.BytesIO()
    Image.fromarray(np.asarray(canvas.buffer_rgba())[:, :, :3]).save(out, "PNG", compress_level=5, dpi=(DOTS, DOTS))
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
