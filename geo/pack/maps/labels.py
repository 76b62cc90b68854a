"""The names on a printed map: those there is room for, none over another."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from geo.edition.places import Place
from geo.edition.store import Edition
from geo.maps.classes import Colour
from geo.maps.names import locality_sizes
from geo.pack.maps.body import Body
from geo.pack.maps.legend import station_dot
from geo.pack.maps.page import INK, POINT, SMALL, font, rgb, text_width, wrap

FAINT = (84, 92, 104)
"""Colour of what is there for orientation only."""

_TOWNS, _TOWNS_APART = 16, 30.0     # towns and villages that are tried, larger ones first
_LEAST_STOPS = ((600.0, 250), (300.0, 60), (120.0, 15), (60.0, 5), (0.0, 0))  # metres a point: stops of what is named
_STATIONS, _APART = 10, 45.0
_FIRST_TOWNS = 3            # that come before stations
_LEAST = 60.0
_OWN_SHARE = 0.5
# Where a name is tried, in halves of its size: where its area has most room, then a little off.
_SPOTS = ((0, 0), (0, 1), (0, -1), (0.5, 0), (-0.5, 0), (0.5, 1), (-0.5, 1), (0.5, -1), (-0.5, -1), (0, 2), (0, -2))


@dataclass(frozen=True)
class Wanted:
    """A name that would be good to have on the map; all measures are in points."""

    lines: tuple[str, ...]
    spots: tuple[tuple[float, float], ...] = ()     # where its middle may be, best first
    size: float = SMALL
    bold: bool = False
    colour: Colour = INK
    area: shapely.Geometry | None = field(default=None, repr=False)     # what it names, if not a dot
    most: float = 1.0                               # share of the label that may lie on land of others
    dot: tuple[float, float] | None = None          # the station it names, if not an area

    @property
    def half(self) -> tuple[float, float]:
        """Half its width and height, with a little air."""
        wide = max(text_width(line, self.size, self.bold) for line in self.lines) / POINT
        return wide / 2 + 1.8, (1.25 * self.size * len(self.lines)) / 2 + 1.0


class Label(NamedTuple):
    """A name and where its middle stands, in points."""

    wanted: Wanted
    spot: tuple[float, float]


def place_labels(
    names: Iterable[Wanted], size: tuple[float, float], land: np.ndarray, keep_clear: shapely.Geometry | None,
) -> list[Label]:
    """Choose the names there is room for: none touches another, a dot, the frame or what is kept clear.

    The most wanted names come first; land is areas that do not overlap; all measures are in points.
    """
    frame = shapely.box(3, 3, size[0] - 3, size[1] - 3)
    clear = [] if keep_clear is None else [keep_clear]
    found: dict[tuple[str, ...], Label] = {}
    taken: list[shapely.Geometry] = []
    for wanted in names:
        dots = [] if wanted.dot is None else [shapely.Point(wanted.dot).buffer(2.4)]
        if wanted.lines in found:      # a station called as its town
            continue
        if any(not frame.contains(dot) or shapely.intersects(dot, taken).any() for dot in dots):
            continue
        wide, high = wanted.half
        for x, y in wanted.spots:
            box = shapely.box(x - wide, y - high, x + wide, y + high)
            if frame.contains(box) and not shapely.intersects(box, clear + taken).any() and _at_home(box, wanted, land):
                taken += [box, *dots]
                found[wanted.lines] = Label(wanted, (x, y))
                break
    return list(found.values())


def _at_home(box: shapely.Geometry, wanted: Wanted, land: np.ndarray) -> bool:
    """Whether a name lies on its own land, or the sea, for the most part."""
    if wanted.area is None:
        return True
    on_land = float(shapely.area(shapely.intersection(land, box)).sum())
    own = float(shapely.area(shapely.intersection(wanted.area, box)))
    return on_land - own <= wanted.most * float(box.area) and own >= _OWN_SHARE * float(box.area)


def draw_labels(body: Axes, labels: Iterable[Label]) -> None:
    """Write names on axes in points, with light around the letters so that they are read on every colour."""
    for number, (wanted, (x, y)) in enumerate(labels):
        body.text(
            x, y, "\n".join(wanted.lines), fontproperties=font(wanted.size, wanted.bold), color=rgb(wanted.colour),
            ha="center", va="center", linespacing=1.0, parse_math=False, usetex=False, gid=f"name-{number}", zorder=9,
            path_effects=[withStroke(linewidth=1.7, foreground="white")])
        if wanted.dot is not None:
            body.add_line(station_dot(*wanted.dot, zorder=8))


def wanted_names(edition: Edition, place: Place, body: Body, own: shapely.Geometry, land: pd.Series) -> list[Wanted]:
    """List the names that would be good to have: authorities, the largest towns, a few stations, smaller towns.

    The place's own shape is in EPSG:27700; land is the authorities seen, by name, in points, without what is to be
    kept clear.
    """
    towns = _town_names(edition, place, body)
    return [*_authority_names(body, land, place), *towns[:_FIRST_TOWNS], *_station_names(edition, body, own),
            *towns[_FIRST_TOWNS:]]


def _name_of(name: str, shape: shapely.Geometry, **style: Any) -> Wanted:
    """Want the name of an area, in short lines and as people say it."""
    lines = wrap(name.replace(", City of", "").replace(", County of", ""), 24.0)
    wanted = Wanted(tuple(lines), area=shape, **style)
    centre = shapely.get_point(shapely.maximum_inscribed_circle(shape, tolerance=1.0), 0)
    wide, high = wanted.half
    return replace(wanted, spots=tuple(
        (float(centre.x) + across * wide, float(centre.y) + up * high) for across, up in _SPOTS))


def _authority_names(body: Body, land: pd.Series, place: Place) -> list[Wanted]:
    """Names of the authorities seen, larger ones first; where the place is one, the title says it."""
    style = {"most": 0.2} if body.far else {"size": 7.5, "bold": True, "most": 0.02}
    seen = [(name, shape) for name, shape in land.items() if name != place.name and shape.area > _LEAST]
    return [_name_of(name, shape, **style) for name, shape in sorted(seen, key=lambda pair: -float(pair[1].area))]


def _station_names(edition: Edition, body: Body, own: shapely.Geometry) -> list[Wanted]:
    """Names of a few stations with trains, well apart: hubs first, then those inside, then by departures."""
    west, south, east, north = body.extent
    hubs = {code for hub in edition.region.hubs.values() for code in hub.stations}
    served = edition.stations[edition.stations["served"] & edition.stations["inside"]]
    served = served[served.index.isin(hubs)] if body.far else served
    seen = served[served["easting"].between(west, east) & served["northing"].between(south, north)]
    seen = seen.assign(
        hub=seen.index.isin(hubs), within=shapely.contains_xy(own, seen["easting"], seen["northing"]),
        trains=edition.journeys.groupby("station")["departures"].sum().reindex(seen.index),
    ).sort_values(["hub", "within", "trains", "name"], ascending=[False, False, False, True])
    apart: dict[tuple[float, float], Wanted] = {}
    for row in seen[["name", "easting", "northing"]].itertuples(index=False):
        x, y = (row.easting - west) / body.metres, (row.northing - south) / body.metres
        if len(apart) < _STATIONS and all(np.hypot(x - left, y - low) > _APART for left, low in apart):
            wanted = Wanted((row.name,), dot=(x, y))
            wide, high = wanted.half
            beside = ((x + wide + 3, y), (x - wide - 3, y), (x, y + high + 3), (x, y - high - 3))
            apart[x, y] = replace(wanted, spots=beside)
    return list(apart.values())


def _town_names(edition: Edition, place: Place, body: Body) -> list[Wanted]:
    """Names of towns and villages, larger ones first; small ones where the map looks at few of them."""
    west, south, east, north = body.extent
    localities = edition.localities
    seen = localities["easting"].between(west, east) & localities["northing"].between(south, north)
    sizes = locality_sizes(localities, edition.areas)[seen]
    least = next(stops for metres, stops in _LEAST_STOPS if body.metres >= metres)
    chosen = sizes[sizes >= least].sort_index().sort_values(ascending=False, kind="stable").index
    apart: dict[tuple[float, float], Wanted] = {}
    for row in localities.loc[chosen, ["name", "easting", "northing"]].itertuples(index=False):
        x, y = (row.easting - west) / body.metres, (row.northing - south) / body.metres
        room = all(np.hypot(x - left, y - low) > _TOWNS_APART for left, low in apart)
        if len(apart) < _TOWNS and row.name != place.name and room:
            wanted = Wanted((row.name,))
            _, high = wanted.half
            apart[x, y] = replace(wanted, spots=((x, y), (x, y + high), (x, y - high)))
    return list(apart.values())
