"""Places of one kind ranked by one measure, worst first."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from geo.context import context_values
from geo.edition import Edition
from geo.errors import PlaceError, ViewError
from geo.figures import area_figures, reach_inside, residents_per_row
from geo.gap import NO_RAIL, weighted_medians
from geo.view import View
from geo.vocabulary import KINDS, MEASURES, REGION

__all__ = ["place_values", "places_inside", "rank", "rank_order", "rank_rows"]


def rank(
    edition: Edition, view: View, *, by: str, within: str = REGION, measure: str = "people_in_gap",
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
        Place (code or name) whose parts are ranked; only those that lie wholly inside it. "all" takes neighbours too.
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
    table = place_values(edition, view, measure, places_inside(edition, by, within))
    chosen = MEASURES[measure]
    keep = ["rank", "code", "name", "within", "neighbour", "value", "low", "high", "rate", "unit", "rate_unit"]
    table["rank"] = rank_order(table[sort_by], measure)
    table = table.assign(unit=chosen.unit, rate_unit=chosen.rate_unit).sort_values(["rank", "code"], ignore_index=True)
    return table[keep]


def rank_order(values: pd.Series, measure: str) -> pd.Series:
    """Give each place its rank, worst first.

    Parameters
    ----------
    values
        Count, figure or rate of each place; missing counts as the highest there can be (no rail).
    measure
        A key of `MEASURES`: whether more of it is worse.

    Returns
    -------
    pandas.Series
        int64 from 1, same index; ties share the best.
    """
    ranks = values.fillna(np.inf).rank(method="min", ascending=not MEASURES[measure].worst_high)
    return ranks.astype("int64")


def place_values(
    edition: Edition, view: View, measure: str, places: pd.DataFrame, figures: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Work out one measure for places of one kind.

    Parameters
    ----------
    edition
        The edition served.
    view
        Speed, hub, minutes, clock, work and access.
    measure
        A key of `MEASURES`.
    places
        As `places_inside` lists them.
    figures
        `area_figures` of the same edition and view, when the caller has it already.

    Returns
    -------
    pandas.DataFrame
        The same rows with value, rate, low and high, as in `rank`.
    """
    by = places["kind"].iloc[0]
    keys = pd.Series(edition.areas.index, edition.areas.index) if by == "lsoa" else edition.areas[by]
    keys = keys[pd.Index(places["code"]).get_indexer(keys) >= 0]
    rows = _values(edition, view, measure, keys, figures)
    exact = KINDS[by].whole_authorities or by == "constituency"
    if measure == "premises_below" and exact:
        rows["value"] = rows["value"].where(places.set_index("code")["neighbour"], rows["value"].round())
    return places.merge(rows, left_on="code", right_index=True, validate="one_to_one")


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


def places_inside(edition: Edition, by: str, within: str) -> pd.DataFrame:
    """List the places of one kind that lie wholly inside another place.

    Parameters
    ----------
    edition
        The edition served.
    by
        Kind of place, a key of `KINDS`.
    within
        Place (code or name); "all" takes every place of the kind, neighbours too.

    Returns
    -------
    pandas.DataFrame
        Rows of `Edition.places`, without boundaries.

    Raises
    ------
    ViewError
        When there is no such kind.
    PlaceError
        When `within` is no place or holds no whole place of this kind.
    """
    _check_offered(by, KINDS, "kind of place")
    facts = [column for column in edition.places.columns if column != "geometry"]      # slow to copy
    of_kind = pd.DataFrame(edition.places.loc[edition.places["kind"] == by, facts])
    if within == "all":
        return of_kind
    outer = edition.place(within)
    if by == "lsoa":
        found = of_kind[outer.lsoas.get_indexer(of_kind["code"]) >= 0]
    else:
        held = edition.areas.loc[outer.lsoas, by].value_counts()
        found = of_kind[of_kind["code"].map(held) == of_kind["lsoas"]]
    if found.empty:
        raise PlaceError(f"{outer.name} holds no whole {KINDS[by].label}: choose a larger place or a smaller kind")
    return found


def _values(
    edition: Edition, view: View, measure: str, keys: pd.Series, figures: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Value, rate and range of a measure for each place; `keys` maps LSOA to place."""
    if measure in {"door_to_hub_minutes", "train_to_hub_minutes"}:
        values = _median_minutes(edition, view, measure.partition("_")[0], keys)
        return pd.DataFrame({"value": values, "rate": values, "low": np.nan, "high": np.nan})
    if MEASURES[measure].context:
        values = context_values(edition, measure, keys)
        return pd.DataFrame({"value": values, "rate": values, "low": np.nan, "high": np.nan})
    table = area_figures(edition, view) if figures is None else figures
    sums = table.loc[keys.index].groupby(keys.to_numpy()).sum()
    if measure == "within_30_min_walk_of_station":
        share = sums["within_walk"] / sums["residents"]
        return pd.DataFrame({"value": share, "rate": share, "low": np.nan, "high": np.nan})
    columns = {
        "people_in_gap": (f"people_in_gap_{view.speed}_estimate", "workers", 1000),
        "nowhere_to_turn": ("nowhere_to_turn_estimate", "workers", 1000),
        "premises_below": (f"premises_below_{view.speed}", "premises", 1),
        "remote_capable": ("remote_capable", "workers", 1000),
        "cut_off_by_rail": ("cut_off_by_rail", "residents", 1),
        "residents": ("residents", None, 1),
    }
    value, base, factor = columns[measure]
    total = sums["residents"].sum() if base is None else sums[base]
    ends = {end: sums.get(value.replace("_estimate", f"_{end}")) if "_estimate" in value else np.nan
            for end in ("low", "high")}
    return pd.DataFrame({"value": sums[value], "rate": factor * sums[value] / total, **ends})


def _median_minutes(edition: Edition, view: View, clock: str, keys: pd.Series) -> pd.Series:
    """Median over residents for each place; missing where that resident has no rail."""
    reach = edition.reach(view.hub, clock, view.access)
    reach = reach_inside(edition, reach, keys.index)
    place = pd.Series(keys.loc[reach["area"].astype(keys.index.dtype)].to_numpy(), reach.index)
    medians = weighted_medians(place, reach["minutes"], residents_per_row(edition, reach))
    return medians.astype("float64").replace(float(NO_RAIL), np.nan)


def rank_rows(ranking: pd.DataFrame, edition: Edition) -> list[dict[str, Any]]:
    """Spell a ranking as plain rows, for JSON.

    Parameters
    ----------
    ranking
        As `rank` gives it, cut to what is wanted.
    edition
        Names its id and bases in every row.

    Returns
    -------
    list of dict
        Rank, code, name, within, neighbour, value, low, high, rate, unit, rate_unit, and the edition's bases; None
        where a figure cannot be.
    """
    plain = ranking.astype(object).where(ranking.notna(), None)
    bases = {"broadband_basis": edition.broadband_basis, "rail_basis": edition.rail_basis, "edition": edition.id}
    return [{**{str(name): value for name, value in row.items()}, **bases} for row in plain.to_dict("records")]
