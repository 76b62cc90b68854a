"""Places of one kind ranked by one measure, worst first."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from geo.core.cache import cached
from geo.core.choices import ALL_AUTHORITY_TYPES, KINDS
from geo.core.errors import PlaceError, ViewError
from geo.core.measures import MEASURES, Measure
from geo.core.view import View
from geo.edition.store import Edition
from geo.figures.aggregate import place_values


@cached(16, key=lambda edition, view, **asked: (edition, tuple(view.options().values()), *sorted(asked.items())))
def rank(
    edition: Edition, view: View, *, by: str, within: str = "", measure: str = "people_in_gap",
    per: str | None = None,
) -> pd.DataFrame:
    """Rank the places of one kind, worst first.

    Parameters
    ----------
    edition
        The edition served.
    view
        Speed, hub, minutes, clock, work and access.
    by
        Kind of place, a key of `KINDS`.
    within
        Place (code or name) whose parts are ranked, "" for the region; only those that lie wholly inside it. "all"
        takes neighbours too.
    measure
        A key of `MEASURES`.
    per
        "count" or "rate": what is sorted by; by default the count where there is one.

    Returns
    -------
    pandas.DataFrame
        RangeIndex, worst first (ties by code); columns rank (ties share the best), code, name, within, neighbour,
        value (the count, or the figure itself for measures without one), low, high (of people in the gap and nowhere
        to turn, else missing), rate (sums over sums), unit, rate_unit.

    Raises
    ------
    ViewError
        When kind, measure or per is not one of those offered.
    PlaceError
        When `within` is no place or holds no whole place of this kind.
    """
    sort_by = _check_rank(by, measure, per)
    return _ranked(edition, view, MEASURES[measure], places_inside(edition, by, within), sort_by)


@cached(16, key=lambda edition, view, **asked: (edition, tuple(view.options().values()), *sorted(asked.items())))
def rank_like_with_like(
    edition: Edition, view: View, *, like: str, within: str = "", measure: str = "people_in_gap",
    per: str | None = None,
) -> pd.DataFrame:
    """Rank authorities of one type, worst first.

    Parameters
    ----------
    edition
        The edition served.
    view
        Speed, hub, minutes, clock, work and access.
    like
        A key of the region's `authority_types`.
    within, measure, per
        As for `rank`.

    Returns
    -------
    pandas.DataFrame
        As `rank` gives it.

    Raises
    ------
    ViewError
        When type, measure or per is not one of those offered.
    PlaceError
        When `within` is no place or holds no whole authority of the type.
    """
    sort_by = _check_rank("authority", measure, per)
    return _ranked(edition, view, MEASURES[measure], places_inside(edition, "authority", within, like), sort_by)


def authority_types(edition: Edition) -> tuple[str, ...]:
    """List the types of authority that there are any of.

    Parameters
    ----------
    edition
        The edition served.

    Returns
    -------
    tuple of str
        Keys of `ALL_AUTHORITY_TYPES`.
    """
    codes = edition.places_of("authority").index
    return tuple(key for key, chosen in ALL_AUTHORITY_TYPES.items() if codes.str.startswith(chosen.prefix).any())


def _ranked(edition: Edition, view: View, measure: Measure, places: pd.DataFrame, sort_by: str) -> pd.DataFrame:
    table = ranked_values(edition, view, measure, places).reset_index()
    table["rank"] = rank_order(table[sort_by], measure)
    table = table.assign(unit=measure.unit, rate_unit=measure.rate_unit).sort_values(
        ["rank", "code"], ignore_index=True)
    return table[["rank", "code", "name", "within", "neighbour", "value", "low", "high", "rate", "unit", "rate_unit"]]


def ranked_values(edition: Edition, view: View, measure: Measure, places: pd.DataFrame) -> pd.DataFrame:
    """Work out one figure for places of one kind.

    Parameters
    ----------
    edition
        The edition served.
    view
        Speed, hub, minutes, clock, work and access.
    measure
        What is worked out.
    places
        As `places_inside` lists them.

    Returns
    -------
    pandas.DataFrame
        The same rows with value, rate, low and high, as in `rank`.
    """
    keys = members(edition, str(places["kind"].iloc[0]), places.index)
    rows = place_values(edition, view, measure, keys).reindex(places.index)
    if "premises" in measure.bases:      # as published: whole numbers
        rows["value"] = rows["value"].mask(places["premises_published"], rows["value"].round())
    return places.join(rows)


@cached(32, key=lambda edition, by, codes: (edition, by, tuple(codes)))
def members(edition: Edition, by: str, codes: pd.Index) -> pd.Series:
    """Say which LSOAs count in some places, and in which of them.

    Parameters
    ----------
    edition
        The edition served.
    by
        Kind of place, a key of `KINDS`.
    codes
        Of places of that kind.

    Returns
    -------
    pandas.Series
        Code of the place, indexed by LSOA code. Do not change it: it is shared.
    """
    keys = edition.membership(by)
    return keys[codes.get_indexer(keys) >= 0]


@cached(128, key=lambda edition, view, by, measure: (
    edition, by, measure, *(getattr(view, option) for option in measure.options)))
def regional_values(edition: Edition, view: View, by: str, measure: Measure) -> pd.DataFrame:
    """Work out one figure for the region's places of one kind.

    Parameters
    ----------
    edition
        The edition served.
    view
        Speed, hub, minutes, clock, work and access.
    by
        Kind of place, a key of `KINDS`.
    measure
        What is worked out.

    Returns
    -------
    pandas.DataFrame
        As `ranked_values` gives it. Do not change it: it is shared.
    """
    return ranked_values(edition, view, measure, places_inside(edition, by, edition.region.code))


def rank_order(values: pd.Series, measure: Measure) -> pd.Series:
    """Give each place its rank, worst first.

    Parameters
    ----------
    values
        Count, figure or rate of each place; missing counts as the highest there can be (no rail).
    measure
        Says whether more of it is worse.

    Returns
    -------
    pandas.Series
        int64 from 1, same index; ties share the best.
    """
    ranks = values.fillna(np.inf).rank(method="min", ascending=not measure.worst_high)
    return ranks.astype("int64")


def _check_rank(by: str, measure: str, per: str | None) -> str:
    """Refuse what cannot be ranked; give the column to sort by."""
    _check_offered(by, KINDS, "kind of place")
    _check_offered(measure, MEASURES, "measure")
    if per not in {None, "count", "rate"}:
        raise ViewError(f"per ‘{per}’, which is not count or rate")
    if per == "count" and not MEASURES[measure].has_count:
        raise ViewError(f"per ‘count’: {measure} has no count; use rate")
    return "rate" if per == "rate" else "value"


def _check_offered(value: str, table: Mapping[str, object], what: str) -> None:
    if value not in table:
        raise ViewError(f"{what} ‘{value}’, which is not one of {', '.join(table)}")


@cached(64, key=lambda edition, by, within, like="all": (edition, by, within, like))
def places_inside(edition: Edition, by: str, within: str, like: str = "all") -> pd.DataFrame:
    """List the places of one kind that lie wholly inside another place.

    Parameters
    ----------
    edition
        The edition served.
    by
        Kind of place, a key of `KINDS`.
    within
        Place (code or name), "" for the region; "all" takes every place of the kind, neighbours too.
    like
        Of authorities those of one type alone, a key of the region's `authority_types`; "all" for every one.

    Returns
    -------
    pandas.DataFrame
        Rows of `Edition.places_of`. Do not change it: it is shared.

    Raises
    ------
    ViewError
        When there is no such kind or type.
    PlaceError
        When `within` is no place or holds no whole place of this kind, or the edition has none.
    """
    _check_offered(by, KINDS, "kind of place")
    if by == "authority" and like != "all":
        _check_offered(like, edition.region.authority_types, "type of authority")
        chosen, places = edition.region.authority_types[like], places_inside(edition, by, within)
        found = places[places.index.str.startswith(chosen.prefix)]
        if found.empty:
            where = "the map" if within == "all" else edition.place(within or edition.region.code).name
            raise PlaceError(f"{where} holds no whole {chosen.label}: choose a larger place")
        return found
    of_kind = edition.places_of(by)
    if of_kind.empty:
        raise PlaceError(f"there are no {KINDS[by].plural} in this edition: choose another kind")
    if within == "all":
        return of_kind
    outer = edition.place(within or edition.region.code)
    if by == "lsoa":
        found = of_kind[outer.lsoas.get_indexer(of_kind.index) >= 0]
    else:
        held = edition.areas.loc[outer.lsoas, by].value_counts()
        found = of_kind[of_kind.index.map(held) == of_kind["lsoas"]]
    if found.empty:
        raise PlaceError(f"{outer.name} holds no whole {KINDS[by].label}: choose a larger place or a smaller kind")
    return found


def is_known(edition: Edition, measure: str) -> bool:
    """Tell whether an edition has a figure at all: one of an earlier version may lack what it is made of.

    Parameters
    ----------
    edition
        The edition served.
    measure
        A key of `geo.core.measures.MEASURES`.

    Returns
    -------
    bool
        Whether any authority has it.
    """
    if not MEASURES[measure].context:
        return True
    ranked = rank(edition, View(region=edition.region.code), by="authority", within="all", measure=measure)
    return bool(ranked[["value", "rate"]].notna().to_numpy().any())


def rank_rows(
    ranking: pd.DataFrame, edition: Edition, sure: Mapping[str, Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """Spell a ranking as plain rows, for JSON.

    Parameters
    ----------
    ranking
        As `rank` gives it, cut to what is wanted.
    edition
        Names its id and bases in every row.
    sure
        As `geo.figures.certainty.certainty_rows` gives it, by code; nothing for a figure that is not drawn.

    Returns
    -------
    list of dict
        Rank, code, name, within, neighbour, value, low, high, rate, unit, rate_unit, certainty, the edition's bases
        and the day of its timetable; None where a figure cannot be.
    """
    plain = ranking.astype(object).where(ranking.notna(), None)
    bases = {"broadband_basis": edition.broadband_basis, "rail_basis": edition.rail_basis,
             "rail_day": edition.rail_source.day, "edition": edition.id}
    return [{**{str(name): value for name, value in row.items()}, "certainty": sure.get(row["code"]), **bases}
            for row in plain.to_dict("records")]
