"""The places of the same kind that touch a place, and their people in the gap beside its own."""

from typing import NamedTuple

import geopandas as gpd
import pandas as pd
import shapely

from geo.core.cache import cached
from geo.core.choices import KINDS
from geo.core.measures import FIGURES
from geo.core.view import View
from geo.edition.places import OWN_AREA, Place
from geo.edition.store import Edition
from geo.figures.intervals import sum_intervals
from geo.figures.place import show
from geo.figures.ranking import ranked_values


class Neighbours(NamedTuple):
    """Those that touch a place.

    Attributes
    ----------
    kind
        Of all of them: a key of `KINDS`.
    rate
        The place's own people in the gap of every 1,000 workers; None where nobody works.
    table
        Index code, the highest rate first; name, neighbour (whether it lies outside the region and is not in its
        totals), value, rate: people in the gap, as in `geo.figures.ranking.rank`; p05, p95, rate_p05, rate_p95: their
        intervals, missing where nothing is drawn.
    """

    kind: str
    rate: float | None
    table: pd.DataFrame

    @property
    def worse_than(self) -> int | None:
        """How many of them have a lower rate than the place; None where it has none."""
        return None if self.rate is None else int((self.table["rate"] < self.rate).sum())


@cached(len(KINDS))
def _shapes(edition: Edition, kind: str) -> gpd.GeoSeries:
    """Boundaries of all places of a kind, by code."""
    places = edition.places
    return edition.areas.geometry if kind == "lsoa" else gpd.GeoSeries(
        places[places["kind"] == kind].set_index("code").geometry)


@cached(512)
def touching(edition: Edition, kind: str, code: str) -> tuple[str, ...]:
    """List the places of one kind that share a stretch of boundary with one of them.

    Boundaries are clipped to the coast, so nothing touches across the sea or an estuary; meeting in a point is not
    touching.

    Parameters
    ----------
    edition
        The edition served, with geometry.
    kind
        A key of `KINDS`.
    code
        Of a place of that kind.

    Returns
    -------
    tuple of str
        Codes, sorted; those outside the region too, as far as the edition has them.
    """
    shapes = _shapes(edition, kind)
    near = shapes.iloc[shapes.sindex.query(shapes.loc[code], predicate="intersects")].drop(code)
    shared = shapely.length(shapely.intersection(near.to_numpy(), shapes.loc[code]))
    return tuple(sorted(near.index[shared > 0]))


def neighbours(edition: Edition, view: View, place: Place) -> Neighbours | None:
    """Set the places that touch a place beside it.

    Parameters
    ----------
    edition
        The edition served, with geometry.
    view
        Its speed and table of jobs count here.
    place
        Any place. Those that touch a partnership touch one of its parts and are none of them.

    Returns
    -------
    Neighbours or None
        None for the region, for own areas, and for partnerships of places of several kinds.
    """
    parts = place.parts or (place,)
    kinds = {part.kind for part in parts}
    if len(kinds) > 1 or kinds & {"region", OWN_AREA}:
        return None
    kind, = kinds
    codes = {code for part in parts for code in touching(edition, kind, part.code)} - {part.code for part in parts}
    listed = edition.places_of(kind).loc[sorted(codes)]
    measure, keys = FIGURES["people_in_gap"], edition.membership(kind)
    columns = ["name", "neighbour", "value", "rate"]
    table = ranked_values(edition, view, measure, listed)[columns] if codes else pd.DataFrame(columns=columns)
    table = table.join(sum_intervals(edition, view, measure, keys[keys.isin(codes)]))
    return Neighbours(kind, show(edition, view.replace(place=place.code))[measure.key].rate,
                      table.sort_values("rate", ascending=False, kind="stable"))
