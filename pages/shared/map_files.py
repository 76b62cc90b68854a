"""What the map is drawn from: classes, the files the browser fetches, the picture; each made once for all readers."""

import functools
import gzip
import logging
from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple, ParamSpec, TypeVar

import geopandas as gpd
import pandas as pd
import shapely

from geo.core.choices import KINDS
from geo.core.crs import BRITISH_NATIONAL_GRID, WGS84
from geo.core.errors import SwatheError
from geo.core.view import View
from geo.figures.aggregate import context_values
from geo.figures.areas import area_figures
from geo.figures.reach import station_dots, station_properties
from geo.maps import geojson
from geo.maps.classes import Palette, classify, shown_values
from geo.maps.names import map_names, names_file
from geo.maps.picture import Over, picture
from geo.words.made import MARK
from pages.shared.data import asked_for, edition, figure_options, per_edition, place, ranking, summary, usual_view
from pages.shared.workers import together

_LOG = logging.getLogger(__name__)

FACT_OPTIONS = ("by", "hub", "clock", "access", "work")
"""The options that change what is told of a shape; all others only recolour the map."""

Distance = Literal["far", "near"]
"""From which shapes are looked at: from far off they need few points."""


def map_classes(view: View, kind: str) -> pd.Series:
    """Sort all places of a kind, in the order of its map file, into classes; neighbours have none unless looked at."""
    return _classes(figure_options(view).replace(by=kind, show=view.show, place=view.place))


@per_edition(32)     # asked for by the map, its legend and its words in one run
def _classes(view: View) -> pd.Series:
    areas = view.by == "lsoa"
    neighbour = edition().areas["neighbour"] if areas else map_places(view.by).set_index("code")["neighbour"]
    values = shown_values(view.show, ranking(view, view.by, view.show, "all"), neighbour.index)
    looked_at = place(view.place).lsoas.get_indexer(neighbour.index) >= 0 if areas else neighbour.index == view.place
    return classify(values, view.show, ~neighbour | looked_at, view.by)


class MapFile(NamedTuple):
    """A file that the browser draws from."""

    name: str     # what is in it, the options it was made with and the hash of its content: enough to make it again
    content: bytes     # gzipped


_P = ParamSpec("_P")
_F = TypeVar("_F", MapFile, MapFile | None)

MOST_NAMES = 4_096
"""Names of map files that are known, those handed out last: a stranger's guess is no work."""

_HANDED_OUT: dict[str, str] = {}     # name → the edition that it is of: two that make the same file share it


def _handed_out(write: Callable[_P, _F]) -> Callable[_P, _F]:
    """Note the name of every file that a function gives."""
    @functools.wraps(write)
    def noted(*args: _P.args, **kwargs: _P.kwargs) -> _F:
        file = write(*args, **kwargs)
        if file is not None:
            made_of, others = edition().id, together()
            if others is not None and _HANDED_OUT.get(file.name) != made_of:
                others.tell("map_files", file.name, made_of, MOST_NAMES)
            _HANDED_OUT.pop(file.name, None)
            _HANDED_OUT[file.name] = made_of     # the last handed out stands last
            for oldest in list(_HANDED_OUT)[:-MOST_NAMES]:
                _HANDED_OUT.pop(oldest, None)
        return file
    return noted


def _pack(stem: str, content: bytes, kind: str = "geojson") -> MapFile:
    return MapFile(f"{stem}.{geojson.content_hash(content)}.{kind}", gzip.compress(content, 9, mtime=0))


@_handed_out
@per_edition(2 * len(KINDS))     # at most half a megabyte each
def shape_file(kind: str, distance: Distance) -> MapFile:
    """Write the shapes of all places of a kind."""
    shapes = _geometry(kind)
    texts = geojson.geometry_texts(geojson.far_off(shapes) if distance == "far" else shapes)
    return _pack(f"shapes-{distance}.{kind}", geojson.map_file(texts, pd.DataFrame(index=range(len(texts)))))


def _geometry(kind: str) -> gpd.GeoSeries:
    return (edition().areas if kind == "lsoa" else map_places(kind)).geometry


@_handed_out
def facts_file(view: View) -> MapFile:
    """Write what is told of each place of the view's kind."""
    return _facts_file(view.fresh().replace(**{option: getattr(view, option) for option in FACT_OPTIONS}))


@per_edition(24)     # at most a fifth of a megabyte each
def _facts_file(view: View) -> MapFile:
    served, minutes, context = edition(), _minutes(view, view.by), _context(view.by)
    figures = area_figures(served, view)
    properties = (
        geojson.area_properties(served.areas, served.places, figures, minutes, context) if view.by == "lsoa" else
        geojson.place_properties(map_places(view.by), served.membership(view.by), figures, minutes, context))
    options = ".".join(getattr(view, option) for option in FACT_OPTIONS)
    return _pack(f"facts.{options}", geojson.facts_file(properties), "json")


def _minutes(view: View, kind: str) -> pd.Series:
    """Give the time to the hub of all places of a kind."""
    return ranking(view, kind, f"{view.clock}_to_hub_minutes", "all").set_index("code")["value"]


@per_edition(len(KINDS))
def _context(kind: str) -> pd.DataFrame:
    """Give the context measures of all places of a kind."""
    return context_values(edition(), edition().membership(kind))


@per_edition(len(KINDS))
def map_places(kind: str) -> gpd.GeoDataFrame:
    """List the places of a kind in the order of its map file."""
    places = edition().places
    return gpd.GeoDataFrame(places[places["kind"] == kind].reset_index(drop=True))


@_handed_out
@per_edition(2)
def authority_lines(distance: Distance) -> MapFile:
    """Write the boundaries of all authorities."""
    shapes = _geometry("authority")
    lines = geojson.outline_file(geojson.far_off(shapes) if distance == "far" else shapes)
    return _pack(f"authorities-{distance}", lines)


@_handed_out
@per_edition(1)
def railway_lines() -> MapFile | None:
    """Write the railway lines; None where the edition has none."""
    lines = edition().lines
    return None if lines.empty else _pack("railways", geojson.line_file(gpd.GeoDataFrame(lines).geometry))


@per_edition(1)
def names() -> pd.DataFrame:
    """List the names of all maps, the most important first. Do not change it: it is shared."""
    served = edition()
    return map_names(served.localities, served.areas, map_places("authority"), served.stations)


@_handed_out
@per_edition(1)
def name_file() -> MapFile:
    """Write the names of towns, villages, authorities and stations."""
    return _pack("names", names_file(names()))


@_handed_out
@per_edition(64)
def place_lines(code: str) -> MapFile:
    """Write the boundary of one place."""
    return _pack(f"place.{code}", geojson.outline_file(_place_shape(code)))


@per_edition(64)
def _place_shape(code: str) -> gpd.GeoSeries:
    geometry = edition().areas.geometry
    return gpd.GeoSeries([geometry.loc[place(code).lsoas].union_all(method="coverage")], crs=geometry.crs)


@_handed_out
@per_edition(1)
def station_file() -> MapFile:
    """Write the map file of all stations."""
    points = geojson.geometry_texts(station_dots(edition()))
    return _pack("stations", geojson.map_file(points, station_properties(edition())))


@per_edition(256)
def map_bounds(code: str) -> list[float]:
    """Give the rectangle that a map of a place shows: west, south, east, north of its main part in degrees."""
    return degrees(picture_bounds(code))


def degrees(bounds: tuple[float, float, float, float]) -> list[float]:
    """Give the rectangle in degrees that holds one on the national grid."""
    box = gpd.GeoSeries([shapely.box(*bounds)], crs=BRITISH_NATIONAL_GRID)
    return [float(edge) for edge in box.to_crs(WGS84).total_bounds]


def warm() -> None:
    """Make what the first reader will ask for; without an edition there is nothing to make, and the page says why."""
    try:
        with asked_for(""):
            view = usual_view()
            summary(view)
            ranking(view, "authority", view.show)
            map_classes(view, "lsoa")
            shape_file("lsoa", "far")
            facts_file(view)
            authority_lines("far")
            name_file()
    except SwatheError as error:
        _LOG.warning("nothing to show yet: %s", error)


def warm_near() -> None:
    """Make what the first reader of a place will ask for."""
    with asked_for(""):
        shape_file("lsoa", "near")
        authority_lines("near")
        railway_lines()
        station_file()


# What the names of map files start with → the options that follow, and how such a file is written.
_WRITERS: Mapping[str, tuple[tuple[str, ...], Callable[[View], MapFile | None]]] = {
    "authorities-far": ((), lambda _: authority_lines("far")),
    "authorities-near": ((), lambda _: authority_lines("near")),
    "railways": ((), lambda _: railway_lines()),
    "names": ((), lambda _: name_file()),
    "stations": ((), lambda _: station_file()),
    "place": (("place",), lambda view: place_lines(view.place)),
    "shapes-far": (("by",), lambda view: shape_file(view.by, "far")),
    "shapes-near": (("by",), lambda view: shape_file(view.by, "near")),
    "facts": (FACT_OPTIONS, facts_file),
}


def was_handed_out(name: str) -> bool:
    """Tell whether a page was given this name of a map file, by whatever process."""
    return _made_of(name) is not None


def _made_of(name: str) -> str | None:
    """Find the edition that the map file of a name was made of; None for a name that was not handed out."""
    others = together()
    made_of = _HANDED_OUT.get(name) or (others.told("map_files", name) if others else None)
    return None if made_of is None else str(made_of)


def named_file(name: str) -> MapFile | None:
    """Find, or make again, the map file of a name that was handed out."""
    made_of = _made_of(name)
    if made_of is None:
        return None
    what, *options = (name.split(".")[:-2] or [""])
    names, write = _WRITERS.get(what, ((), None))
    if write is None or len(options) != len(names):
        return None
    try:
        with asked_for(made_of):
            found = write(usual_view().replace(**dict(zip(names, options, strict=True))))
    except SwatheError:
        return None
    return found if found and found.name == name else None


def map_picture(view: View, palette: Palette) -> bytes:
    """Draw the map as a picture."""
    return _picture(figure_options(view).replace(place=view.place, show=view.show), palette)


@per_edition(32)
def _picture(view: View, palette: Palette) -> bytes:
    areas = edition().areas
    return picture(areas.geometry, map_classes(view, "lsoa"), over(view.place), palette, palette.ordered(view.show),
                   picture_bounds(view.place))


def over(code: str) -> Over:
    """Give what a picture has over its areas: boundaries of authorities, the place outlined, and names."""
    outlined = None if code == edition().region.code else _place_shape(code).iloc[0]
    return Over(map_places("authority").geometry, outlined, names(), MARK if edition().made else "")


@per_edition(256)
def picture_bounds(code: str) -> tuple[float, float, float, float]:
    """Give the rectangle that a picture of a place shows, on the national grid."""
    areas = edition().areas.loc[place(code).lsoas]
    return geojson.main_bounds(areas.geometry, areas["residents"])
