"""How sure a figure and a rank are: intervals over draws of what is not known."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from geo.core.cache import cached
from geo.core.choices import SPEEDS
from geo.core.measures import FIGURES, Measure
from geo.core.view import View
from geo.edition.places import Place
from geo.edition.store import Edition
from geo.figures.areas import area_figures
from geo.figures.draws import is_drawn, lsoa_draws, rests_on_line
from geo.figures.intervals import ENDS, INTERVALS, Interval, group_draws
from geo.figures.place import show
from geo.figures.ranking import members, places_inside, ranked_values, regional_values
from geo.figures.ranks import WARMED, is_ranked, ranked_by, ranks_of_kind
from geo.layers.small_area import Floats

TEN = 10
RANKED = "people_in_gap"
"""The measure whose rank is told beside a place's figures."""


class RankCertainty(NamedTuple):
    """Where a place ranks in the draws; 1 is the worst.

    Attributes
    ----------
    p05, p95
        Ends of the interval of its rank; where places tie, from the first of their ranks to the last.
    worst_ten, worst_tenth
        Share of the draws in which it is among the worst ten, and the worst tenth (rounded down, at least one): no
        more than so many are as bad or worse.
    """

    p05: int
    p95: int
    worst_ten: float
    worst_tenth: float


@dataclass(frozen=True)
class PlaceRanks:
    """Where a place ranks by one measure, among its kind in the region.

    Attributes
    ----------
    of
        How many are ranked.
    count, rate
        By number and by rate; by rate alone where the measure has no count. None where there is none.
    """

    of: int
    count: RankCertainty | None
    rate: RankCertainty | None


@dataclass(frozen=True)
class Certainty:
    """How sure a place's figures are, at one view.

    Attributes
    ----------
    counts, rates
        Key of `geo.core.measures.FIGURES` → interval of the figure (minutes too), and of its rate; only of those that
        are drawn.
    by_speed
        Key of a figure that there is one of for every speed → speed → interval of the figure.
    ranks
        By people in the gap; None where the place is not ranked.
    """

    counts: Mapping[str, Interval]
    rates: Mapping[str, Interval]
    by_speed: Mapping[str, Mapping[str, Interval]] = field(default_factory=dict)
    ranks: PlaceRanks | None = None


def certainty(edition: Edition, view: View, place: Place) -> Certainty:
    """Say how sure each figure of a place is, and its rank by people in the gap.

    Parameters
    ----------
    edition
        The edition served.
    view
        Speed, hub, minutes, clock and access.
    place
        Any place, also a partnership.

    Returns
    -------
    Certainty
        At the view's speed, and counts at every other.
    """
    answer = show(edition, view.replace(place=place.code))
    figures = {key: answer.figures[key] for key in FIGURES if key in answer.figures}
    counts = {key: figure.interval for key, figure in figures.items()}
    rates = {key: figure.rate_interval for key, figure in figures.items()}
    at_speeds = {key: {speed: answer.at(key, speed).interval for speed in SPEEDS}
                 for key, measure in FIGURES.items() if measure.by_speed}
    return Certainty(
        {key: found for key, found in counts.items() if found}, {key: found for key, found in rates.items() if found},
        {key: known for key, speeds in at_speeds.items()
         if (known := {speed: found for speed, found in speeds.items() if found})},
        place_ranks(edition, view, FIGURES[RANKED], place))


def share_ahead(edition: Edition, view: View, measure: Measure, first: Place, second: Place) -> float:
    """Say in what share of the draws one place's rate is above another's.

    Parameters
    ----------
    edition
        The edition served.
    view
        Speed, hub, minutes, clock and access.
    measure
        One that is drawn and has a denominator.
    first, second
        Two places.

    Returns
    -------
    float
        0 to 1; they cannot be told apart between 0.05 and 0.95.
    """
    rates = [lsoa_draws(edition, view, measure, edition.areas.index.get_indexer(place.lsoas)).sum(axis=0)
             / area_figures(edition, view).loc[place.lsoas, measure.denominator].sum() for place in (first, second)]
    return float((rates[0] > rates[1]).mean())


def not_told_apart(
    edition: Edition, view: View, measure: Measure, places: Sequence[Place],
) -> list[tuple[Place, Place]]:
    """Find places next to one another by rate that may be the other way round.

    Parameters
    ----------
    edition
        The edition served.
    view
        Speed, hub, minutes, clock and access.
    measure
        One that is drawn and has a denominator.
    places
        Those set side by side.

    Returns
    -------
    list of tuple
        Pairs, the highest rate first, that change places in more than one draw of twenty.
    """
    rated = [(rate, place) for place in places
             if (rate := show(edition, view.replace(place=place.code))[measure.key].rate) is not None]
    low, high = ENDS
    return [(first, second) for (_, first), (_, second) in pairwise(sorted(rated, key=lambda pair: -pair[0]))
            if low < share_ahead(edition, view, measure, first, second) < high]


def place_ranks(edition: Edition, view: View, measure: Measure, place: Place) -> PlaceRanks | None:
    """Say where a place ranks by one measure in the draws, among its kind in the region.

    Parameters
    ----------
    edition
        The edition served.
    view
        Speed, hub, minutes, clock and access.
    measure
        One of `geo.figures.ranks.ranked_by`.
    place
        Any place.

    Returns
    -------
    PlaceRanks or None
        Without width for what is published. None where the place is not ranked, and where the measure rests on an
        estimate that the edition holds no test of.
    """
    if not is_ranked(edition, place.kind) or not (is_drawn(edition, measure) or not rests_on_line(measure)):
        return None
    values, counts, rates = _of_kind(edition, view, measure, place.kind)
    if place.code not in values.index or len(values) < 2:
        return None
    row = values.index.get_loc(place.code)
    by_rate = not measure.has_count or (measure.denominator != "*" and values["rate"].notna().iloc[row])
    return PlaceRanks(len(values), rank_in_draws(counts, row, measure) if measure.has_count else None,
                      rank_in_draws(rates, row, measure) if by_rate else None)


def every_rank(edition: Edition, view: View, place: Place) -> dict[str, PlaceRanks]:
    """Say so for every measure that places are ranked by.

    Parameters
    ----------
    edition
        The edition served.
    view
        Speed, hub, minutes, clock and access.
    place
        Any place.

    Returns
    -------
    dict
        Key of the measure → ranks, for those that there are.
    """
    found = {measure.key: place_ranks(edition, view, measure, place) for measure in ranked_by()}
    return {key: ranks for key, ranks in found.items() if ranks}


def warm_ranks(edition: Edition) -> None:
    """Draw beforehand, at the default view, the places of the kinds that readers look at most.

    Parameters
    ----------
    edition
        The edition served.
    """
    usual = View(region=edition.region.code)
    for kind in WARMED:
        codes = edition.places_of(kind).index
        if len(codes):
            every_rank(edition, usual, edition.place(codes[0]))
            ranks_of_kind(edition, usual, kind)


def _of_kind(edition: Edition, view: View, measure: Measure, by: str) -> tuple[pd.DataFrame, Floats, Floats]:
    """Values of the region's places of a kind; their draws by number and by rate, one where nothing is drawn."""
    if is_drawn(edition, measure):
        values, counts, base = _kind_draws(edition, view, measure, by)
        return values, counts, counts / base[:, None]
    values = regional_values(edition, view, by, measure)
    return values, values[["value"]].to_numpy(), values[["rate"]].to_numpy()


@cached(8, each=lambda name: name[:2], key=lambda edition, view, measure, by: (
    edition, by, measure, *(getattr(view, option) for option in measure.options)))
def _kind_draws(edition: Edition, view: View, measure: Measure, by: str) -> tuple[pd.DataFrame, Floats, Floats]:
    """Values and draws of the region's places of a kind, kept for the next place."""
    values = regional_values(edition, view, by, measure)
    return values, *_place_draws(edition, view, measure, by, values)


def rank_in_draws(drawn: Floats, row: int, measure: Measure) -> RankCertainty:
    """Rank one place in each draw, as `draw_ranks` ranks all of them.

    Parameters
    ----------
    drawn
        (places, draws); missing counts as the highest there can be.
    row
        Which place.
    measure
        Says whether more of it is worse.

    Returns
    -------
    RankCertainty
        Of that place.
    """
    known = np.where(np.isnan(drawn), np.inf, drawn)
    worst = known if measure.worst_high else -known
    best, last = 1 + (worst > worst[row]).sum(axis=0), (worst >= worst[row]).sum(axis=0)
    columns = rank_columns("", best[None, :], last[None, :], len(drawn))
    return RankCertainty(
        *(int(columns[name][0]) for name in ("p05", "p95")),
        *(float(columns[name][0]) for name in ("worst_ten", "worst_tenth")))


def rank_certainty(row: pd.Series, by: str) -> RankCertainty | None:
    """Read one rank's certainty.

    Parameters
    ----------
    row
        Of `place_certainty`.
    by
        "count" or "rate".

    Returns
    -------
    RankCertainty or None
        None where there is no such rank.
    """
    p05, p95, ten, tenth = (row[f"{by}_rank_{name}"] for name in RankCertainty._fields)
    return None if np.isnan(p05) else RankCertainty(int(p05), int(p95), float(ten), float(tenth))


@cached(64, key=lambda edition, view, measure, **asked: (
    edition, measure.key, *(getattr(view, option) for option in measure.options), *sorted(asked.items())))
def place_certainty(
    edition: Edition, view: View, measure: Measure, *, by: str, within: str = "", like: str = "all",
) -> pd.DataFrame:
    """Say how sure one figure, and its rank, is of every place of a kind.

    Parameters
    ----------
    edition
        The edition served.
    view
        Speed, hub, minutes, clock and access.
    measure
        One that `geo.figures.draws.is_drawn`.
    by, within, like
        As for `geo.figures.ranking.places_inside`.

    Returns
    -------
    pandas.DataFrame
        Index code; float64 p05, p95, rate_p05, rate_p95 (the interval of the value and of the rate), and for by in
        count and rate the fields of `RankCertainty`: {by}_rank_p05, {by}_rank_p95, {by}_rank_worst_ten,
        {by}_rank_worst_tenth. Missing where there is none; a measure without a count has its ranks under "rate". Do not
        change it: it is shared.
    """
    places = places_inside(edition, by, within, like)
    values = ranked_values(edition, view, measure, places)
    counts, base = _place_draws(edition, view, measure, by, values)
    table = _ends(counts, base)
    rates_known = values["rate"].notna().to_numpy()
    for name, drawn in (("count", counts), ("rate", counts / base[:, None])):
        ranked = measure.has_count if name == "count" else not measure.has_count or rates_known
        best, last = (np.where(np.reshape(ranked, (-1, 1)), each, np.nan) for each in draw_ranks(drawn, measure))
        table |= rank_columns(f"{name}_rank_", best, last, len(values))
    return pd.DataFrame(table, index=values.index)


@cached(64, key=lambda edition, view, measure, *, by, codes: (
    edition, measure, by, tuple(codes), *(getattr(view, option) for option in measure.options)))
def list_intervals(edition: Edition, view: View, measure: Measure, *, by: str, codes: pd.Index) -> pd.DataFrame | None:
    """Say how sure one figure of a few places of a kind is, and nothing of their ranks.

    Parameters
    ----------
    edition
        The edition served.
    view
        Speed, hub, minutes, clock and access.
    measure
        Any.
    by
        Kind of place, a key of `KINDS`.
    codes
        Of such places.

    Returns
    -------
    pandas.DataFrame or None
        Index code; the columns of `geo.figures.intervals.INTERVALS`. None where nothing is drawn. Do not change it: it
        is shared.
    """
    if not is_drawn(edition, measure):
        return None
    values = ranked_values(edition, view, measure, edition.places_of(by).loc[codes])
    return pd.DataFrame(_ends(*_place_draws(edition, view, measure, by, values)), index=values.index)


def _ends(counts: Floats, base: Floats) -> dict[str, Floats]:
    low, high = np.quantile(counts, ENDS, axis=1)
    return dict(zip(INTERVALS, (low, high, low / base, high / base), strict=True))


def _place_draws(
    edition: Edition, view: View, measure: Measure, by: str, values: pd.DataFrame,
) -> tuple[Floats, Floats]:
    """Draw values, (places, draws), and say what a rate divides them by; what is published stays as it is."""
    keys = members(edition, by, values.index)
    groups, drawn = group_draws(edition, view, measure, keys)
    drawn = drawn[groups.get_indexer(values.index)]

    def total(column: pd.Series) -> Floats:
        """Sum a column over each place."""
        sums = column.loc[keys.index].groupby(keys.to_numpy()).sum().loc[values.index]
        return np.asarray(sums, dtype="float64")

    if measure.summary == "minutes":
        residents = total(edition.areas["residents"])
        return values["value"].to_numpy()[:, None] + drawn / residents[:, None], np.ones(len(values))
    if measure.published:
        drawn = np.where(values["premises_published"].to_numpy()[:, None], values["value"].to_numpy()[:, None], drawn)
    if not measure.denominator:
        return drawn, np.full(len(values), np.nan)
    whole = total(area_figures(edition, view)[measure.denominator])
    base = np.where(whole > 0, whole, np.nan) / measure.per
    return (drawn, base) if measure.has_count else (drawn / base[:, None], np.ones(len(values)))


def draw_ranks(drawn: Floats, measure: Measure) -> tuple[Floats, Floats]:
    """Rank places in each draw.

    Parameters
    ----------
    drawn
        (places, draws); missing counts as the highest there can be.
    measure
        Says whether more of it is worse.

    Returns
    -------
    best, last : numpy.ndarray
        (places, draws), from 1: the best rank of those that tie, as `geo.figures.ranking.rank_order` gives it, and
        how many places are as bad or worse.
    """
    known = np.where(np.isnan(drawn), np.inf, drawn)
    draws = np.ascontiguousarray((-known if measure.worst_high else known).T)      # a row a draw: quicker to sort
    order = draws.argsort(axis=1)
    ordered = np.take_along_axis(draws, order, axis=1)
    place, tied = np.arange(1.0, draws.shape[1] + 1), ordered[:, 1:] == ordered[:, :-1]
    best, last = np.empty_like(draws), np.empty_like(draws)
    first = np.where(np.pad(tied, ((0, 0), (1, 0))), 0.0, place)
    np.put_along_axis(best, order, np.maximum.accumulate(first, axis=1), axis=1)
    final = np.where(np.pad(tied, ((0, 0), (0, 1))), np.inf, place)
    np.put_along_axis(last, order, np.minimum.accumulate(final[:, ::-1], axis=1)[:, ::-1], axis=1)
    return best.T, last.T


def rank_columns(name: str, best: Floats, last: Floats, of: int) -> dict[str, Floats]:
    """Tell where each place's ranks lie.

    Parameters
    ----------
    name
        What the columns' names begin with.
    best, last
        As `draw_ranks` gives them; rows of missing where a place has none.
    of
        How many places are ranked.

    Returns
    -------
    dict
        The fields of `RankCertainty`, with one number a place each.
    """
    low, high = (np.quantile(ranks, end, axis=1, method="inverted_cdf")
                 for ranks, end in zip((best, last), ENDS, strict=True))
    tenth = max(1, of // TEN)
    unknown = np.isnan(low)
    return {f"{name}p05": low, f"{name}p95": high,
            f"{name}worst_ten": np.where(unknown, np.nan, (last <= TEN).mean(axis=1)),
            f"{name}worst_tenth": np.where(unknown, np.nan, (last <= tenth).mean(axis=1))}


def certainty_rows(sure: pd.DataFrame, codes: Iterable[str] | None = None) -> dict[str, dict[str, Any]]:
    """Write as plain JSON how sure the figure and rank of each place in a list are.

    Parameters
    ----------
    sure
        As `place_certainty` gives it.
    codes
        Those that are wanted; by default all.

    Returns
    -------
    dict
        Code → p05, p95, rate (p05 and p95) and rank (of, count, rate); None where there is none.
    """
    def ends(row: pd.Series, name: str) -> dict[str, float | None]:
        """Write one interval."""
        return {end: None if np.isnan(row[name + end]) else float(row[name + end]) for end in Interval._fields}

    def rank(row: pd.Series, by: str) -> dict[str, float] | None:
        """Write one rank."""
        found = rank_certainty(row, by)
        return None if found is None else found._asdict()

    wanted = sure if codes is None else sure.loc[list(codes)]
    return {str(code): {**ends(row, ""), "rate": ends(row, "rate_"), "rank": {
        "of": len(sure), "count": rank(row, "count"), "rate": rank(row, "rate")}} for code, row in wanted.iterrows()}
