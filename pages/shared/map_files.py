"""What the map is drawn from: classes, the files the browser fetches, the picture; each made once for all readers."""

import gzip
import logging
from collections.abc import Callable, Mapping
from typing import NamedTuple

import geopandas as gpd
import pandas as pd
import shapely

from geo.core.cache import cached
from geo.core.choices import KINDS, REGION
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
from pages.shared.data import edition, figure_options, place, ranking, summary

_LOG = logging.getLogger(__name__)

LEGEND, LEGEND_FROM = 180, 520
"""Width of the legend in the map's corner, and of a map from which it lies there; in pixels, as in the style sheet."""

MAP_OPTIONS = ("hub", "clock", "access", "work")
"""The options that change what the map file says of an area; all others only recolour the map."""


def map_classes(view: View, kind: str) -> pd.Series:
    """Sort all places of a kind, in the order of its map file, into classes; neighbours have none unless looked at."""
    return _classes(figure_options(view).replace(by=kind, show=view.show, place=view.place))


@cached(32)     # asked for by the map, its legend and its words in one run
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


def _pack(stem: str, content: bytes) -> MapFile:
    return MapFile(f"{stem}.{geojson.content_hash(content)}.geojson", gzip.compress(content, 9, mtime=0))


def area_file(view: View) -> MapFile:
    """Write the map file of all LSOAs."""
    return _area_file(_only(view, *MAP_OPTIONS))


def _only(view: View, *options: str) -> View:
    """Forget all of a view but some options, so that equal files are found again."""
    return View().replace(**{option: getattr(view, option) for option in options})


@cached(12)     # a megabyte each
def _area_file(view: View) -> MapFile:
    areas = edition().areas
    properties = geojson.area_properties(
        areas, edition().places, area_figures(edition(), view), _minutes(view, "lsoa"), _context("lsoa"))
    return _pack(_stem("areas", view, *MAP_OPTIONS), geojson.map_file(_shapes("lsoa"), properties))


def place_file(view: View) -> MapFile:
    """Write the map file of all places of the view's kind."""
    return _place_file(_only(view, "by", *MAP_OPTIONS))


@cached(24)     # at most a third of a megabyte each
def _place_file(view: View) -> MapFile:
    properties = geojson.place_properties(
        map_places(view.by), edition().membership(view.by), area_figures(edition(), view), _minutes(view, view.by),
        _context(view.by))
    return _pack(_stem("places", view, "by", *MAP_OPTIONS), geojson.map_file(_shapes(view.by), properties))


def _stem(what: str, view: View, *options: str) -> str:
    return ".".join([what, *(getattr(view, option) for option in options)])


def _minutes(view: View, kind: str) -> pd.Series:
    """Give the time to the hub of all places of a kind."""
    return ranking(view, kind, f"{view.clock}_to_hub_minutes", "all").set_index("code")["value"]


@cached(len(KINDS))
def _context(kind: str) -> pd.DataFrame:
    """Give the context measures of all places of a kind."""
    return context_values(edition(), edition().membership(kind))


@cached(len(KINDS))
def _shapes(kind: str) -> list[str]:
    return geojson.geometry_texts((edition().areas if kind == "lsoa" else map_places(kind)).geometry)


@cached(len(KINDS))
def map_places(kind: str) -> gpd.GeoDataFrame:
    """List the places of a kind in the order of its map file."""
    places = edition().places
    return gpd.GeoDataFrame(places[places["kind"] == kind].reset_index(drop=True))


@cached(1)
def authority_lines() -> MapFile:
    """Write the boundaries of all authorities."""
    return _pack("authorities", geojson.outline_file(map_places("authority").geometry))


@cached(1)
def railway_lines() -> MapFile | None:
    """Write the railway lines; None where the edition has none."""
    lines = edition().lines
    return None if lines.empty else _pack("railways", geojson.line_file(gpd.GeoDataFrame(lines).geometry))


@cached(1)
def names() -> pd.DataFrame:
    """List the names of all maps, the most important first. Do not change it: it is shared."""
    served = edition()
    return map_names(served.localities, served.areas, map_places("authority"), served.stations)


@cached(1)
def name_file() -> MapFile:
    """Write the names of towns, villages, authorities and stations."""
    return _pack("names", names_file(names()))


@cached(64)
def place_lines(code: str) -> MapFile:
    """Write the boundary of one place."""
    return _pack(f"place.{code}", geojson.outline_file(_place_shape(code)))


@cached(64)
def _place_shape(code: str) -> gpd.GeoSeries:
    geometry = edition().areas.geometry
    return gpd.GeoSeries([geometry.loc[place(code).lsoas].union_all(method="coverage")], crs=geometry.crs)


@cached(1)
def station_file() -> MapFile:
    """Write the map file of all stations."""
    points = geojson.geometry_texts(station_dots(edition()))
    return _pack("stations", geojson.map_file(points, station_properties(edition())))


def map_place(view: View, width: int, height: int) -> tuple[float, float, float]:
    """Find where the map looks: where the reader moved it, else at the whole place, beside the legend."""
    left = 0 if view.place == REGION or width < LEGEND_FROM else LEGEND     # the region has sea where the legend lies
    latitude, longitude, zoom = geojson.bounds_view(_bounds(view.place), width, height, left)
    return (
        latitude if view.lat is None else view.lat,
        longitude if view.lon is None else view.lon,
        zoom if view.zoom is None else view.zoom)


@cached(256)
def _bounds(code: str) -> list[float]:
    """West, south, east, north of the main part of a place in degrees."""
    main = gpd.GeoSeries([shapely.box(*picture_bounds(code))], crs=BRITISH_NATIONAL_GRID)
    return [float(edge) for edge in main.to_crs(WGS84).total_bounds]


def warm() -> None:
    """Make what the first reader will ask for; without an edition there is nothing to make, and the page says why."""
    try:
        view = View()
        summary(view)
        ranking(view, "authority", view.show)
        map_classes(view, "lsoa")
        area_file(view)
        authority_lines()
        name_file()
    except SwatheError as error:
        _LOG.warning("nothing to show yet: %s", error)


# What the names of map files start with → the options that follow, and how such a file is written.
_WRITERS: Mapping[str, tuple[tuple[str, ...], Callable[[View], MapFile | None]]] = {
    "authorities": ((), lambda _: authority_lines()),
    "railways": ((), lambda _: railway_lines()),
    "names": ((), lambda _: name_file()),
    "stations": ((), lambda _: station_file()),
    "place": (("place",), lambda view: place_lines(view.place)),
    "places": (("by", *MAP_OPTIONS), place_file),
    "areas": (MAP_OPTIONS, area_file),
}


def named_file(name: str) -> MapFile | None:
    """Find, or make again, the map file of a name."""
    what, *options = (name.split(".")[:-2] or [""])
    names, write = _WRITERS.get(what, ((), None))
    if write is None or len(options) != len(names) or (what, *options[:1]) == ("places", "lsoa"):
        return None
    try:
        found = write(View().replace(**dict(zip(names, options, strict=True))))
    except SwatheError:
        return None
    return found if found and found.name == name else None


def map_picture(view: View, palette: Palette) -> bytes:
    """Draw the map as a picture."""
    return _picture(figure_options(view).replace(place=view.place, show=view.show), palette)


@cached(32)
def _picture(view: View, palette: Palette) -> bytes:
    areas = edition().areas
    return picture(areas.geometry, map_classes(view, "lsoa"), over(view.place), palette, palette.ordered(view.show),
                   picture_bounds(view.place))


def over(code: str) -> Over:
    """Give what a picture has over its areas: boundaries of authorities, the place outlined, and names."""
    outlined = None if code == REGION else _place_shape(code).iloc[0]
    return Over(map_places("authority").geometry, outlined, names())


@cached(256)
def picture_bounds(code: str) -> tuple[float, float, float, float]:
    """Give the rectangle that a picture of a place shows, on the national grid."""
    areas = edition().areas.loc[place(code).lsoas]
    return geojson.main_bounds(areas.geometry, areas["residents"])
