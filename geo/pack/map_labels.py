"""The names on a printed map: those there is room for, none over another."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from geo.edition import Edition
from geo.maps import Colour
from geo.pack.map_body import Body
from geo.pack.map_furniture import INK, POINT, SMALL, dot, font, rgb, text_width, wrap
from geo.places import Place
from geo.vocabulary import HUBS

__all__ = ["FAINT", "Label", "Wanted", "draw_labels", "label_spots", "place_labels", "wanted_names"]

FAINT = (84, 92, 104)
"""Of what is there for orientation only."""

_HALO = 1.7
_LOCAL = 30_000.0
_STATIONS = 10
_APART = 45.0
_LEAST = 60.0
_OWN = 0.5


@dataclass(frozen=True)
class Wanted:
    """A name that would be good to have on the map.

    Parameters
    ----------
    lines
        Its words.
    spots
        Where its middle may be, in points, best first.
    size, bold, colour
        Of its letters.
    own
        The part it names, in points; None for a dot.
    most
        How much of the label may lie on land of others, as a share.
    dot
        Where its dot is, in points; None for an area's name.
    """

    lines: tuple[str, ...]
    spots: tuple[tuple[float, float], ...]
    size: float = SMALL
    bold: bool = False
    colour: Colour = INK
    own: shapely.Geometry | None = field(default=None, repr=False)
    most: float = 1.0
    dot: tuple[float, float] | None = None

    @property
    def half(self) -> tuple[float, float]:
        """Half its width and height, in points, with a little air."""
        wide = max(text_width(line, self.size, self.bold) for line in self.lines) / POINT
        return wide / 2 + 1.8, (1.25 * self.size * len(self.lines)) / 2 + 1.0


class Label(NamedTuple):
    """A name and where its middle stands, in points."""

    wanted: Wanted
    spot: tuple[float, float]


def label_spots(shape: shapely.Geometry, half: tuple[float, float]) -> tuple[tuple[float, float], ...]:
    """Find where an area's name may stand: where it has most room, then a little off.

    Parameters
    ----------
    shape
        Area in points, not empty.
    half
        Half width and height of the name.

    Returns
    -------
    tuple of tuple
        Middles, best first.
    """
    centre = shapely.get_point(shapely.maximum_inscribed_circle(shape, tolerance=1.0), 0)
    x, y = float(centre.x), float(centre.y)
    wide, high = half
    steps = [(0, 0), (0, 1), (0, -1), (0.5, 0), (-0.5, 0), (0.5, 1), (-0.5, 1), (0.5, -1), (-0.5, -1), (0, 2), (0, -2)]
    return tuple((x + across * wide, y + up * high) for across, up in steps)


def place_labels(
    names: Iterable[Wanted], size: tuple[float, float], land: np.ndarray, keep_clear: shapely.Geometry | None,
) -> list[Label]:
    """Choose the names there is room for: none touches another, a dot, the frame or what is kept clear.

    Parameters
    ----------
    names
        The most wanted first.
    size
        Width and height of the map, in points.
    land
        Areas in points that do not overlap.
    keep_clear
        What no name may cover; None for nothing.

    Returns
    -------
    list of Label
        Those with room.
    """
    frame = shapely.box(3, 3, size[0] - 3, size[1] - 3)
    clear = [] if keep_clear is None else [keep_clear]
    found: list[Label] = []
    taken: list[shapely.Geometry] = []
    for wanted in names:
        own = [] if wanted.dot is None else [shapely.Point(wanted.dot).buffer(2.4)]
        if any(other.wanted.lines == wanted.lines for other in found):      # a station called as its town
            continue
        if any(not frame.contains(dot) or shapely.intersects(dot, taken).any() for dot in own):
            continue
        wide, high = wanted.half
        for x, y in wanted.spots:
            box = shapely.box(x - wide, y - high, x + wide, y + high)
            if frame.contains(box) and not shapely.intersects(box, clear + taken).any() and _at_home(box, wanted, land):
                taken += [box, *own]
                found.append(Label(wanted, (x, y)))
                break
    return found


def _at_home(box: shapely.Geometry, wanted: Wanted, land: np.ndarray) -> bool:
    """Whether a name lies on its own land, or the sea, for the most part."""
    if wanted.own is None:
        return True
    on_land = float(shapely.area(shapely.intersection(land, box)).sum())
    own = float(shapely.area(shapely.intersection(wanted.own, box)))
    return on_land - own <= wanted.most * float(box.area) and own >= _OWN * float(box.area)


def draw_labels(body: Axes, labels: Iterable[Label]) -> None:
    """Write names on the map, with light around the letters so that they are read on every colour.

    Parameters
    ----------
    body
        Axes in points.
    labels
        As `place_labels` gives them.
    """
    for number, (wanted, (x, y)) in enumerate(labels):
        body.text(
            x, y, "\n".join(wanted.lines), fontproperties=font(wanted.size, wanted.bold), color=rgb(wanted.colour),
            ha="center", va="center", linespacing=1.0, parse_math=False, usetex=False, gid=f"name-{number}", zorder=9,
            path_effects=[withStroke(linewidth=_HALO, foreground="white")])
        if wanted.dot is not None:
            spot = dot(*wanted.dot)
            spot.set_zorder(8)
            body.add_line(spot)

def wanted_names(
    edition: Edition, place: Place, body: Body, own: shapely.Geometry, land: pd.Series,
) -> list[Wanted]:
    """List the names that would be good to have: authorities, a few stations, and localities where few are seen.

    Parameters
    ----------
    edition
        With geometry.
    place
        The place of the map.
    body
        What is seen.
    own
        Shape of the place, EPSG:27700.
    land
        Authorities seen, by name: their shapes in points, without what is to be kept clear.

    Returns
    -------
    list of Wanted
        The most wanted first.
    """
    return [*_authority_names(body, land, place), *_station_names(edition, body, own),
            *_local_names(edition, place, body)]


def _names(name: str) -> tuple[str, ...]:
    """Set a name in short lines, as people say it."""
    return tuple(wrap(name.replace(", City of", "").replace(", County of", ""), 24.0))


def _authority_names(body: Body, land: pd.Series, place: Place) -> list[Wanted]:
    """Names of the authorities seen, larger ones first; where the place is one, the title says it."""
    size, bold, most = (SMALL, False, 0.2) if body.far else (7.5, True, 0.02)
    seen = [(name, shape) for name, shape in land.items() if name != place.name and shape.area > _LEAST]
    return [_at(Wanted(_names(name), (), size, bold, most=most), shape)
            for name, shape in sorted(seen, key=lambda pair: -float(pair[1].area))]


def _at(wanted: Wanted, shape: shapely.Geometry) -> Wanted:
    spots = label_spots(shape, wanted.half)
    return replace(wanted, spots=spots, own=shape)


def _station_names(edition: Edition, body: Body, own: shapely.Geometry) -> list[Wanted]:
    """Names of a few stations with trains, well apart: hubs first, then those inside, then by departures."""
    west, south, east, north = body.ground
    served = edition.stations[edition.stations["served"] & edition.stations["inside"]]
    hubs = {code for hub in HUBS.values() for code in hub.stations}
    served = served[served.index.isin(hubs)] if body.far else served
    table = served[served["easting"].between(west, east) & served["northing"].between(south, north)]
    order = pd.DataFrame({
        "hub": table.index.isin(hubs), "inside": shapely.contains_xy(own, table["easting"], table["northing"]),
        "trains": edition.journeys.groupby("station")["departures"].sum().reindex(table.index), "name": table["name"],
    }, index=table.index).sort_values(["hub", "inside", "trains", "name"], ascending=[False, False, False, True])
    chosen: list[tuple[float, float]] = []
    names = []
    for row in table.loc[order.index, ["name", "easting", "northing"]].itertuples(index=False):
        x, y = (row.easting - west) / body.metres, (row.northing - south) / body.metres
        if len(chosen) < _STATIONS and all(np.hypot(x - left, y - low) > _APART for left, low in chosen):
            chosen.append((x, y))
            names.append(_by_dot(row.name, x, y))
    return names


def _by_dot(name: str, x: float, y: float) -> Wanted:
    plain = Wanted((name,), (), dot=(x, y))
    wide, high = plain.half
    spots = ((x + wide + 3, y), (x - wide - 3, y), (x, y + high + 3), (x, y - high - 3))
    return Wanted((name,), spots, dot=(x, y))


def _local_names(edition: Edition, place: Place, body: Body) -> list[Wanted]:
    """Names of localities where the map looks at a few of them only."""
    west, _, east, _ = body.ground
    if east - west > _LOCAL:
        return []
    places = edition.places
    rows = places[(places["kind"] == "msoa") & (places["name"] != place.name)]
    shapes = body.on_paper(rows.geometry.to_numpy())
    seen = shapely.area(shapes) > 400
    return [_at(Wanted(_names(name), (), colour=FAINT, most=0.02), shape)
            for name, shape in zip(rows.loc[seen, "name"], shapes[seen], strict=True)]
