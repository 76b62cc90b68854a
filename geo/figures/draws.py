"""Figures of each LSOA with what is not known of them drawn: what intervals and ranks' certainty are made from."""

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import KDTree

from geo.core.cache import cached
from geo.core.choices import NO_RAIL, OCCUPATIONS, SPEEDS
from geo.core.mapped import shared
from geo.core.measures import Measure
from geo.core.view import View
from geo.edition.store import Edition
from geo.layers import error_sizes, occupations, uncertainty
from geo.layers.gap import BORDERLINE_MINUTES
from geo.layers.small_area import Floats, Ints
from geo.rail.access_legs import ACCESS, door_positions

ROWS = 200
"""LSOAs of a block, which is worked out at a time: so many fit into the processor's cache."""


def is_drawn(edition: Edition, measure: Measure) -> bool:
    """Tell whether a figure has something unknown that can be drawn.

    Parameters
    ----------
    edition
        The edition served.
    measure
        A record of `geo.core.measures`.

    Returns
    -------
    bool
        Not for what is published, or rests on an estimate that the edition holds no test of.
    """
    return measure.key in _DRAWN and (has_test(edition) or not rests_on_line(measure))


def rests_on_line(measure: Measure) -> bool:
    """Tell whether a figure rests on how broadband is spread.

    Parameters
    ----------
    measure
        A record of `geo.core.measures`.

    Returns
    -------
    bool
        By its bases.
    """
    return not {"broadband", "premises"}.isdisjoint(measure.bases)


def has_test(edition: Edition) -> bool:
    """Tell whether it is known how far broadband is out.

    Parameters
    ----------
    edition
        The edition served.

    Returns
    -------
    bool
        Where it was measured, or the manifest holds a test of the estimate.
    """
    return edition.broadband_basis == "measured" or bool(edition.manifest["broadband_validation"])


def lsoa_draws(edition: Edition, view: View, measure: Measure, rows: Ints) -> Floats:
    """Draw one figure of LSOAs.

    Parameters
    ----------
    edition
        The edition served.
    view
        Speed, hub, minutes, clock and access; which capability table is chosen is drawn.
    measure
        One that `is_drawn`, and no median.
    rows
        Positions of the LSOAs, in any order.

    Returns
    -------
    numpy.ndarray
        (LSOAs, draws), counts.
    """
    if not len(rows):
        return np.empty((0, uncertainty.DRAWS))
    return np.vstack([_DRAWN[measure.key](edition, view, rows[start:start + ROWS])
                      for start in range(0, len(rows), ROWS)])


def always_nothing(edition: Edition, view: View, measure: Measure, rows: Ints) -> npt.NDArray[np.bool_]:
    """Tell of which LSOAs a figure is 0 in every draw: sums over many need not look at them.

    Parameters
    ----------
    edition
        The edition served.
    view
        Speed, hub, minutes, clock and access.
    measure
        As for `lsoa_draws`.
    rows
        Positions of the LSOAs.

    Returns
    -------
    numpy.ndarray
        (LSOAs,), bool: those from which nobody takes longer than the threshold, where a figure is of those who do.
    """
    if _DRAWN[measure.key] not in {_turn, _cut_off}:
        return np.zeros(len(rows), dtype=bool)
    beyond = _beyond(edition, view)
    return np.asarray((beyond.share[rows] == 0) & (beyond.place[rows] < 0))


def warm_draws(edition: Edition) -> None:
    """Draw beforehand what every question goes by, at every speed: some 80 MB, which stay.

    Parameters
    ----------
    edition
        The edition served.
    """
    if has_test(edition):
        for speed in SPEEDS:
            premises_below(edition, speed)
    _walk_shares(edition)


@cached(1)
def _errors(edition: Edition) -> tuple[Ints, Floats, Floats]:
    """Position of each LSOA's locality; the errors of localities and of LSOAs, alike at every speed."""
    numbered, names = pd.factorize(edition.areas["msoa"])
    return numbered, *(shared(uncertainty.normals(codes, uncertainty.DRAWS).astype("float32"))
                       for codes in (names, edition.areas.index))


def sizes_of(edition: Edition, speed: str) -> error_sizes.Sizes | None:
    """Find how large the errors of places are at one speed.

    Parameters
    ----------
    edition
        The edition served.
    speed
        A key of `geo.core.choices.SPEEDS`.

    Returns
    -------
    Sizes or None
        By the tests that the edition's manifest holds; None where broadband was measured.
    """
    if edition.broadband_basis == "measured":
        return None
    tested = next(row for row in edition.manifest["broadband_validation"] if row["speed"] == speed)
    wanted = ("constituency", error_sizes.LIKE_TIER[speed])
    local = (row for row in edition.manifest.get("locality_validation", []) if (row["way"], row["speed"]) == wanted)
    return error_sizes.error_sizes(edition.areas[~edition.areas["neighbour"]], speed, tested, next(local, None))


def drawn_below(edition: Edition, speed: str, rows: Ints) -> Floats:
    """Draw the premises of LSOAs that lack a speed; of a what-if what is left of those of its original.

    Parameters
    ----------
    edition
        The edition served, or a what-if.
    speed
        A key of `geo.core.choices.SPEEDS`.
    rows
        Positions of the LSOAs.

    Returns
    -------
    numpy.ndarray
        (LSOAs, draws).
    """
    if edition.original is None:
        return premises_below(edition, speed)[rows]
    was, now = (each.areas[f"below_{speed}"].to_numpy(dtype="float32")[rows] for each in (edition.original, edition))
    left = np.divide(now, was, out=np.ones_like(was), where=was > 0)
    return np.asarray(premises_below(edition.original, speed)[rows] * left[:, None])


@cached(len(SPEEDS))
def premises_below(edition: Edition, speed: str) -> Floats:
    """Draw the premises of every LSOA that lack a speed.

    Parameters
    ----------
    edition
        The edition served.
    speed
        A key of `geo.core.choices.SPEEDS`.

    Returns
    -------
    numpy.ndarray
        (LSOAs, draws); float32 where they vary: half the memory. Do not change it: it is shared.
    """
    areas, sizes = edition.areas, sizes_of(edition, speed)
    numbered, msoa, lsoa = _errors(edition)
    totals = [areas["authority"]]
    if edition.counts_apart.isdisjoint(areas["constituency"]):
        totals.append(areas["constituency"].where(~areas["neighbour"]))
    spread = uncertainty.spread_of(areas["premises"], areas[f"below_{speed}"], numbered, totals)
    if sizes is None:
        return shared(uncertainty.premises_below(spread, None, msoa, lsoa))
    drawn = np.empty(lsoa.shape, dtype="float32")
    for start in range(0, uncertainty.DRAWS, uncertainty.BLOCK):
        part = slice(start, start + uncertainty.BLOCK)
        drawn[:, part] = uncertainty.premises_below(spread, sizes, msoa[:, part], lsoa[:, part])
    return shared(drawn)


def _in_gap(edition: Edition, view: View, rows: Ints) -> Floats:
    return _people_in_gap(edition, view.speed)[rows]


@cached(len(SPEEDS))
def _people_in_gap(edition: Edition, speed: str) -> Floats:
    """Draw people in the gap of every LSOA; places, lists and shares of all limits and hubs ask for them again."""
    drawn = np.empty((len(edition.areas), uncertainty.DRAWS), dtype="float32")
    for start in range(0, len(drawn), ROWS):
        rows = np.arange(start, min(start + ROWS, len(drawn)))
        drawn[rows] = _gap_of(edition, speed, rows)
    return shared(drawn)


def _gap_of(edition: Edition, speed: str, rows: Ints) -> Floats:
    areas, common, homes = edition.areas, uncertainty.common_errors(), edition.homes_factor(speed)
    below = drawn_below(edition, speed, rows)
    workers, premises = (areas[name].to_numpy(dtype="float64")[rows] for name in ("workers", "premises"))
    factor = np.where(areas["urban"].to_numpy(dtype=bool)[rows], homes["urban"], homes["rural"])
    share = below / np.where(premises > 0, premises, np.inf)[:, None]
    first, second = _capable(edition.original or edition)
    capable = uncertainty.remote_capable(first[rows], second[rows], workers, common)
    return uncertainty.people_in_gap(capable, workers, uncertainty.share_of_homes(share, factor, common), common)


@cached(1)
def _capable(edition: Edition) -> tuple[Floats, Floats]:
    """People whose job can be done from home by the two capability tables."""
    counts = edition.areas[[f"workers_occ_{group}" for group in OCCUPATIONS]]
    first, second = (occupations.remote_capable(counts, edition.capability(work)).to_numpy(dtype="float64")
                     for work in ("ons-2020", "dingel-neiman"))
    return first, second


def minutes_more(edition: Edition, view: View, clock: str, rows: Ints) -> Floats:
    """Draw how many minutes longer than the edition says the way to a hub takes.

    Journeys of an indicative timetable have an error a hub and line, and a smaller one a station. Which station and
    line a postcode goes by is not kept in an edition: the station nearest to the middle of the LSOA's postcodes stands
    for it, and its county or unitary for the line. By the clock "door" the speed on the way to the station counts too:
    the mean way of an LSOA is what is left of the time from the door when train and boarding are taken off. A quicker
    way may lead to another station, and reach one that is too far to walk to now: that is left out, and with it
    anything that access would change by the clock "train".

    Parameters
    ----------
    edition
        The edition served.
    view
        Its hub and access count here.
    clock
        "train" or "door".
    rows
        Positions of the LSOAs.

    Returns
    -------
    numpy.ndarray
        (LSOAs, draws); (LSOAs, 1), all 0, where nothing is unknown.
    """
    more = np.zeros((len(rows), 1))
    if edition.rail_basis == "indicative":
        # A what-if's journeys are as far out as those that it was made from.
        for numbered, minutes in _timetable_errors(edition.original or edition, view.hub):
            more = more + minutes[numbered[rows]]
    if clock == "door":
        more = more + _way(edition, view.hub, view.access)[rows, None] * _way_more()
    return more


@cached(4)
def _timetable_errors(edition: Edition, hub: str) -> list[tuple[Ints, Floats]]:
    """Each LSOA's line and station by number, and how many minutes longer the way to a hub takes by each of them."""
    found = []
    for names, most in ((edition.areas["county"], uncertainty.LINE_MINUTES),
                        (_nearest_station(edition), uncertainty.STATION_MINUTES)):
        numbered, codes = pd.factorize(names)
        error = uncertainty.uniforms([f"{hub} {code}" for code in codes], uncertainty.DRAWS)
        found.append((numbered, most * (2 * error - 1)))
    return found


def _way_more() -> Floats:
    """Share by which the way to the station takes longer, a draw each."""
    return np.asarray(1 / uncertainty.common_errors().access - 1)


@cached(4)
def _way(edition: Edition, hub: str, access: str) -> Floats:
    """Mean minutes of each LSOA's way to the station."""
    door, train = (_mean_minutes(edition, hub, clock, access) for clock in ("door", "train"))
    return np.maximum(door - train - ACCESS.boarding, 0.0)


@cached(2)
def _nearest_station(edition: Edition) -> pd.Series:
    """Code of the station with trains that is nearest to the middle of each LSOA's postcodes."""
    stations = edition.stations[edition.stations["served"]]
    middle = edition.postcodes.groupby("area")[["easting", "northing"]].mean().reindex(edition.areas.index)
    _, nearest = KDTree(stations[["easting", "northing"]]).query(middle)
    return pd.Series(stations.index[nearest], middle.index)


def _mean_minutes(edition: Edition, hub: str, clock: str, access: str) -> Floats:
    """Mean over each LSOA's postcodes that have rail; 0 where none has."""
    reach = edition.reach(hub, clock, access)
    rows = reach[reach["minutes"] < NO_RAIL]
    area, weights, size = rows["area"].cat.codes, rows["postcodes"], len(edition.areas)
    total = np.bincount(area, weights, size)
    return np.bincount(area, weights * rows["minutes"], size) / np.maximum(total, 1)


class _Beyond(NamedTuple):
    """Share of each LSOA's postcodes beyond the threshold; in most of them no error moves anybody across it.

    share: (LSOAs,), as the edition's journeys have it.
    place: (LSOAs,), where in `drawn` those are whose share varies; -1 where it does not.
    drawn: (of those, draws).
    """

    share: Floats
    place: Ints
    drawn: Floats

    def of(self, rows: Ints) -> Floats:
        """Give some LSOAs' (LSOAs, draws)."""
        return self.times(np.ones((len(rows), 1)), rows)

    def times(self, counts: Floats, rows: Ints) -> Floats:
        """Multiply some LSOAs' counts, (LSOAs, draws or 1), by it: (LSOAs, draws)."""
        place = self.place[rows]
        varies = np.flatnonzero(place >= 0)
        drawn = np.empty((len(rows), max(counts.shape[1], self.drawn.shape[1])))
        np.multiply(counts, self.share[rows, None], out=drawn)
        drawn[varies] = np.multiply(counts[varies], self.drawn[place[varies]], dtype="float64")
        return drawn


@cached(4, key=lambda edition, view: (edition, view.hub, view.minutes, view.clock, view.access))
def _beyond(edition: Edition, view: View) -> _Beyond:
    return _beyond_sooner(edition, view, np.arange(len(edition.areas)), 0.0)


def _beyond_sooner(edition: Edition, view: View, rows: Ints, sooner: float) -> _Beyond:
    """Draw it of some LSOAs, of the threshold less some minutes."""
    shares, first = _shares_beyond(edition, view)
    here = shares[rows]
    varies = np.flatnonzero(here[:, 0] != here[:, -1])
    more = minutes_more(edition, view, view.clock, rows[varies]) + sooner
    place = np.full(len(rows), -1)
    place[varies] = np.arange(len(varies))
    return _Beyond(here[:, 0], place, uncertainty.later(here[varies], first, more))


@cached(4, key=lambda edition, view: (edition, view.hub, view.minutes, view.clock, view.access))
def _shares_beyond(edition: Edition, view: View) -> tuple[Floats, int]:
    """Share of each LSOA's postcodes beyond each whole minute around the threshold; the first, less the threshold."""
    most = uncertainty.LINE_MINUTES + uncertainty.STATION_MINUTES + BORDERLINE_MINUTES
    if view.clock == "door":
        most += float(_way(edition, view.hub, view.access).max() * np.abs(_way_more()).max())
    reserve, reach = math.ceil(most) + 1, edition.reach(view.hub, view.clock, view.access)
    step = np.clip(reach["minutes"].to_numpy() - (view.minutes - reserve), 0, 2 * reserve + 1)
    size = len(edition.areas), 2 * reserve + 2
    at = np.ravel_multi_index((reach["area"].cat.codes.to_numpy(), step), size)
    postcodes = np.bincount(at, reach["postcodes"], math.prod(size)).reshape(size)
    after = postcodes[:, ::-1].cumsum(axis=1)[:, ::-1]
    return after[:, 1:] / after[:, :1], -reserve


def _below(edition: Edition, view: View, rows: Ints) -> Floats:
    return drawn_below(edition, view.speed, rows)


def _turn(edition: Edition, view: View, rows: Ints) -> Floats:
    return _beyond(edition, view).times(_in_gap(edition, view, rows), rows)


def _able(edition: Edition, _: View, rows: Ints) -> Floats:
    first, second = _capable(edition.original or edition)
    workers = edition.areas["workers"].to_numpy(dtype="float64")[rows]
    return uncertainty.remote_capable(first[rows], second[rows], workers, uncertainty.common_errors())


def _residents(edition: Edition, rows: Ints) -> Floats:
    return np.asarray(edition.areas["residents"], dtype="float64")[rows, None]


def _cut_off(edition: Edition, view: View, rows: Ints) -> Floats:
    return _beyond(edition, view).times(_residents(edition, rows), rows)


def _borderline(edition: Edition, view: View, rows: Ints) -> Floats:
    every = np.arange(len(rows))
    late, early = (_beyond_sooner(edition, view, rows, sooner).of(every)
                   for sooner in (BORDERLINE_MINUTES, -BORDERLINE_MINUTES))
    return np.multiply(_residents(edition, rows), late - early)


def _minutes(edition: Edition, view: View, rows: Ints, clock: str) -> Floats:
    """Minutes more, times residents: their sum over the residents is how far a place's median moves."""
    return np.multiply(_residents(edition, rows), minutes_more(edition, view, clock, rows))


@cached(2)
def _walk_shares(edition: Edition) -> Floats:
    """Draw the share of each LSOA's postcodes within a walk of a station with trains.

    What a quicker or slower walk adds in straight lines is added to the edition's share, which goes round water.
    """
    stations = edition.stations[edition.stations["served"]]
    metres, _ = KDTree(stations[["easting", "northing"]]).query(door_positions(edition.postcodes))
    ratio = metres * ACCESS.detour * 60 / (1000 * ACCESS.walk_kmh * ACCESS.walk_limit)
    area, speed = edition.areas.index.get_indexer(edition.postcodes["area"]), uncertainty.common_errors().access
    shares = uncertainty.near_enough(ratio, area, np.append(speed, 1.0))
    now = edition.areas["walk_share"].to_numpy()[:, None]
    return shared(np.clip(now + shares[:, :-1] - shares[:, -1:], 0.0, 1.0).astype("float32"))


def _walk(edition: Edition, _: View, rows: Ints) -> Floats:
    return np.multiply(_residents(edition, rows), _walk_shares(edition)[rows])


def _door(edition: Edition, view: View, rows: Ints) -> Floats:
    return _minutes(edition, view, rows, "door")


def _train(edition: Edition, view: View, rows: Ints) -> Floats:
    return _minutes(edition, view, rows, "train")


_DRAWN: Mapping[str, Callable[[Edition, View, Ints], Floats]] = {
    "people_in_gap": _in_gap, "nowhere_to_turn": _turn, "premises_below": _below, "remote_capable": _able,
    "cut_off_by_rail": _cut_off, "borderline": _borderline, "door_to_hub_minutes": _door,
    "train_to_hub_minutes": _train, "within_30_min_walk_of_station": _walk,
}
