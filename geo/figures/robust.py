"""In how many views a claim about a place holds: worked out again for every option that its measure depends on."""

from collections.abc import Mapping
from itertools import product
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from geo.core.cache import cached
from geo.core.choices import ACCESS, CLOCKS, ENGLAND, REGION, REGIONS, SPEEDS, WORK, Region
from geo.core.mapped import shared
from geo.core.measures import FIGURES, Measure
from geo.core.view import View
from geo.edition.places import Place
from geo.edition.store import Edition
from geo.figures.areas import area_figures
from geo.figures.claim import england_rate
from geo.figures.ranking import places_inside
from geo.figures.ranks import WARMED, is_ranked
from geo.rail.access_legs import Floats

CLAIMED = ("people_in_gap", "nowhere_to_turn")
"""Keys of the measures that claims are made of."""

COUNTED = 30
"""People below which a view of a place is left out."""

FEW_PLACES = 100
"""Places of a kind up to which a rank among the worst three is claimed; of more, one among the worst tenth."""

_ROUNDING = 1e-9     # sums of the same numbers in another order are the same

Bools = npt.NDArray[np.bool_]
ClaimKind = Literal["most", "highest", "above_region", "above_england"]
"""Among the worst by number, among the worst by rate; a higher rate than the region's, than England's."""


class Held(NamedTuple):
    """In how many views one claim holds.

    Attributes
    ----------
    measure
        Key of the measure.
    claim
        What is claimed.
    worst, ranked
        For ranks: how many places count as the worst, of how many; 0 for the others.
    holds, of
        Views in which it holds, of those in which it can be asked.
    few
        Views left out, in which fewer than `COUNTED` people of the place are counted.
    unknown
        Views left out, for which England's rate is not known.
    fails
        The views in which it does not hold, as `views_of` lists them, those with most of the reader's choices first.
    region
        Code of the edition's region.
    """

    measure: str
    claim: ClaimKind
    worst: int
    ranked: int
    holds: int
    of: int
    few: int
    unknown: int
    fails: tuple[Mapping[str, Any], ...]
    region: str = REGION


def options_of(region: Region) -> Mapping[str, tuple[Any, ...]]:
    """List the values gone through of each option, in a region's editions.

    Parameters
    ----------
    region
        Of the edition.

    Returns
    -------
    mapping of str to tuple
        Option → values; a measure's views are those of the options that it depends on.
    """
    return {"speed": tuple(SPEEDS), "work": tuple(WORK), "hub": tuple(region.hubs),
            "minutes": tuple(range(60, 241, 30)), "clock": tuple(CLOCKS), "access": tuple(ACCESS)}


@cached(len(CLAIMED) * 2, key=lambda measure, region=REGIONS[REGION]: (measure, region.code, *region.hubs))
def views_of(measure: Measure, region: Region = REGIONS[REGION]) -> tuple[Mapping[str, Any], ...]:
    """List the views that a measure is worked out for.

    Parameters
    ----------
    measure
        Its options count.
    region
        Of the edition.

    Returns
    -------
    tuple of mapping
        Option → value, for the options that the measure depends on; every combination of `options_of`.
    """
    options = {name: values for name, values in options_of(region).items() if name in measure.options}
    return tuple(dict(zip(options, values, strict=True)) for values in product(*options.values()))


def robust(edition: Edition, view: View, place: Place) -> tuple[Held, ...]:
    """Work out in how many views the claims about a place hold.

    Parameters
    ----------
    edition
        The edition served.
    view
        The reader's, which the views that fail are sorted by.
    place
        Any place.

    Returns
    -------
    tuple of Held
        By measure. Ranks are claimed of places of the region whose kind is ranked; to be above the region of
        all places but itself; to be above England of people in the gap alone, and not of England.
    """
    return tuple(_held(edition.region, view, key, claim, answers, grid)
                 for key in CLAIMED for grid in [_grid(edition, place, key)]
                 for claim, answers in grid.claims.items())


def warm_views(edition: Edition) -> None:
    """Count beforehand what the views of every place are made of, some 14 MB, and find who is worst in each.

    Parameters
    ----------
    edition
        The edition served.
    """
    _gaps(edition)
    _beyond(edition)
    for kind in WARMED:
        if is_ranked(edition, kind) and len(edition.places_of(kind)):
            for key in CLAIMED:
                _least_of_worst(edition, key, kind)


class _Grid(NamedTuple):
    """The claims about a place, view by view; a claim that cannot be asked is missing (nan)."""

    people: Floats
    worst: int
    ranked: int
    claims: Mapping[ClaimKind, Floats]


def _held(region: Region, view: View, key: str, claim: ClaimKind, answers: Floats, grid: _Grid) -> Held:
    few = grid.people < COUNTED
    unknown = ~few & np.isnan(answers)
    fails = np.flatnonzero(~few & (answers == 0))
    views = views_of(FIGURES[key], region)
    nearest = fails[np.argsort(_changes(region, view, FIGURES[key])[fails], kind="stable")]
    rank = (grid.worst, grid.ranked) if claim in {"most", "highest"} else (0, 0)
    return Held(key, claim, *rank, int((~few & (answers == 1)).sum()), int((~few & ~unknown).sum()), int(few.sum()),
                int(unknown.sum()), tuple(views[number] for number in nearest),
                region.code)


@cached(8, key=lambda region, view, measure: (region.code, *region.hubs, tuple(view.options().values()), measure))
def _changes(region: Region, view: View, measure: Measure) -> npt.NDArray[np.int64]:
    """Count how many of the reader's choices each view changes, in the order of `views_of`."""
    usual = view.options()
    changes = np.zeros(1, dtype="int64")
    for name, values in options_of(region).items():
        if name in measure.options:
            changed = np.array([usual[name] != value for value in values], dtype="int64")
            changes = np.add.outer(changes, changed).ravel()
    return changes


@cached(128, key=lambda edition, place, key: (edition, place.code, key))
def _grid(edition: Edition, place: Place, key: str) -> _Grid:
    """Answer every claim about a place by one measure, view by view."""
    people, workers = people_in_views(edition, key, place.lsoas)
    rate = people / workers
    claims: dict[ClaimKind, Floats] = {}
    worst = ranked = 0
    if is_ranked(edition, place.kind) and not place.neighbour:
        worst, ranked, least, least_rate = _least_of_worst(edition, key, place.kind)
        claims |= {"most": (~_above(least, people)).astype("float64"),
                   "highest": (~_above(least_rate, rate)).astype("float64")}
    if place.code != edition.region.code:
        claims["above_region"] = _above(rate, _region_rate(edition, key)).astype("float64")
    if key == "people_in_gap" and place.code != ENGLAND:
        rates = (england_rate(edition, options["speed"], options["work"])
                 for options in views_of(FIGURES[key], edition.region))
        england = np.array([np.nan if found is None else found / FIGURES[key].per for found in rates])
        claims["above_england"] = np.where(np.isnan(england), np.nan, _above(rate, england))
    return _Grid(people, worst, ranked, claims)


def _above(one: Floats, other: Floats) -> Bools:
    """Tell where one is more than the other, by more than rounding."""
    return np.asarray(one > other * (1 + _ROUNDING) + _ROUNDING**2)


def people_in_views(edition: Edition, key: str, lsoas: pd.Index) -> tuple[Floats, float]:
    """Count the people of a place in all views of a measure at once.

    Parameters
    ----------
    edition
        The edition served.
    key
        Of `CLAIMED`.
    lsoas
        Codes of the place's LSOAs.

    Returns
    -------
    people : numpy.ndarray
        In the order of `views_of`, as `geo.figures.place.show` counts them.
    workers : float
        Of the place; nan where nobody works.
    """
    return _sums(edition, key, edition.areas.index.get_indexer(lsoas))


@cached(len(CLAIMED) * 4)
def _region_rate(edition: Edition, key: str) -> Floats:
    """Share of the region's workers, view by view."""
    people, workers = people_in_views(edition, key, edition.place(edition.region.code).lsoas)
    return people / workers


class _LeastOfWorst(NamedTuple):
    """What a place of a kind must not fall short of to be among the worst, view by view: by number and by rate."""

    worst: int
    ranked: int
    number: Floats
    rate: Floats


@cached(16)
def _least_of_worst(edition: Edition, key: str, kind: str) -> _LeastOfWorst:
    """Find it among the region's places of a kind."""
    codes, keys = places_inside(edition, kind, edition.region.code).index, edition.membership(kind)
    group = codes.get_indexer(keys)
    inside, ranked = np.flatnonzero(group >= 0), len(codes)
    rows = edition.areas.index.get_indexer(keys.index)[inside]
    member = sparse.csr_array((np.ones(len(inside)), (group[inside], rows)), shape=(ranked, len(edition.areas)))
    workers = member @ edition.areas["workers"].to_numpy(dtype="float64")
    workers = np.where(workers > 0, workers, np.nan)[:, None]
    worst = 3 if ranked <= FEW_PLACES else ranked // 10
    # A table of jobs and a speed at a time: all at once, wards alone would take 45 MB.
    counted = (member @ (gap[:, None] * _beyond(edition) if FIGURES[key].by_rail else gap[:, None])
               for gap in _gaps(edition).T)
    return _LeastOfWorst(worst, ranked, *(np.concatenate(each) for each in zip(
        *((_one_of_worst(people, worst), _one_of_worst(people / workers, worst)) for people in counted), strict=True)))


def _one_of_worst(values: Floats, worst: int) -> Floats:
    """Give the value that so many of the rows reach, column by column; missing ones reach none."""
    if worst > len(values):
        return np.full(values.shape[1], -np.inf)
    return np.asarray(np.partition(np.nan_to_num(values, nan=-np.inf), -worst, axis=0)[-worst])


def _sums(edition: Edition, key: str, rows: npt.NDArray[np.int64]) -> tuple[Floats, float]:
    gap = _gaps(edition)[rows]
    people = (gap.T @ _beyond(edition)[rows]).ravel() if FIGURES[key].by_rail else gap.sum(axis=0)
    return people, float(edition.areas["workers"].to_numpy()[rows].sum()) or np.nan


@cached(1)
def _gaps(edition: Edition) -> Floats:
    """People in the gap: LSOA × speed and table of jobs."""
    names = {work: area_figures(edition, View(work=work, region=edition.region.code)) for work in WORK}
    return np.stack([names[work][FIGURES["people_in_gap"].column(speed)].to_numpy()
                     for speed, work in product(SPEEDS, WORK)], axis=1)


@cached(1)
def _beyond(edition: Edition) -> Floats:
    """Share of postcodes beyond the limit (`geo.layers.gap.share_beyond`): LSOA × hub, minutes, clock and access."""
    table, areas, options = edition.reach_table, len(edition.areas), options_of(edition.region)
    sizes = [len(options[name]) for name in ("hub", "clock", "access")]
    columns = [_positions(table[name].combine_chunks(), options[name]) for name in ("hub", "clock", "access")]
    wanted = np.min(columns, axis=0) >= 0
    combination = np.ravel_multi_index([column[wanted] for column in columns], sizes)
    number = combination * areas + table["area"].to_numpy()[wanted]
    minutes, postcodes = table["minutes"].to_numpy()[wanted], table["postcodes"].to_numpy()[wanted].astype("float64")
    total = np.bincount(number, postcodes, np.prod(sizes) * areas)
    shares = [np.bincount(number, postcodes * (minutes > limit), len(total)) / total for limit in options["minutes"]]
    by_name = np.stack(shares).reshape(len(shares), *sizes, areas)     # minutes, hub, clock, access, LSOA
    return shared(np.ascontiguousarray(by_name.transpose(4, 1, 0, 2, 3).reshape(areas, -1)))


def _positions(column: Any, values: tuple[str, ...]) -> npt.NDArray[np.int64]:
    """Give each row of a column the position of its value among those asked for; -1 for any other."""
    known = {value: number for number, value in enumerate(values)}
    lookup = np.array([known.get(value, -1) for value in column.dictionary.to_pylist()])
    return np.asarray(lookup[column.indices.to_numpy()])
