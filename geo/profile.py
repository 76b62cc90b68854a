"""What a page about one place tells beside the figures of `show`: its ranks, what it is part of, what is inside."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from geo.edition import Edition
from geo.places import Place
from geo.ranking import place_values, places_inside, rank_order
from geo.schema import MOBILE_COLUMNS
from geo.view import View
from geo.vocabulary import KINDS, MEASURES, REGION, SPEEDS

__all__ = [
    "RANKED", "Standing", "comfort_shares", "context", "gap_where", "half_of_gap", "is_ranked", "mobile",
    "neighbourhoods", "no_car_share", "parents", "parts", "standing", "standings",
]

_LARGER = ("msoa", "ward", "constituency", "authority", "county", "lep", "region")
_RATES = (
    "people_in_gap_per_1000_workers", "nowhere_to_turn_per_1000_workers", "remote_capable_share",
    "works_from_home_share", "cut_off_by_rail_share", "within_30_min_walk_of_station", "most_deprived_fifth_share",
    "rural_share",
)
RANKED = (
    "people_in_gap", "nowhere_to_turn", "premises_below", "remote_capable", "cut_off_by_rail", "residents",
    "train_to_hub_minutes", "door_to_hub_minutes", "within_30_min_walk_of_station",
)
"""The measures that a place is ranked by: those that `show` has a figure of."""


class Standing(NamedTuple):
    """Where a place stands among its kind in the South West.

    Parameters
    ----------
    rank
        1 is the worst.
    of
        How many places there are of its kind.
    tied
        Whether another has the same rank.
    """

    rank: int
    of: int
    tied: bool


def standings(edition: Edition, view: View, by: str, figures: pd.DataFrame) -> pd.DataFrame:
    """Rank the South West's places of one kind by each of `RANKED`, as `geo.ranking.rank` ranks them by one.

    Parameters
    ----------
    edition
        The edition served.
    view
        Speed, hub, minutes, clock, work and access.
    by
        Kind of place, a key of `KINDS`.
    figures
        `area_figures` of the same edition and view.

    Returns
    -------
    pandas.DataFrame
        Index code; for each measure a column of its name (rank by number, or by the figure itself), and for those
        that are counts one with `_rate` added (rank by rate, missing where there is none). Int64, 1 is the worst.
    """
    places = places_inside(edition, by, REGION)
    columns = {}
    for measure in RANKED:
        values = place_values(edition, view, measure, places, figures).set_index("code")
        columns[measure] = rank_order(values["value"], measure).astype("Int64")
        if MEASURES[measure].has_count:
            columns[f"{measure}_rate"] = rank_order(values["rate"], measure).astype("Int64").where(
                values["rate"].notna())
    return pd.DataFrame(columns)


def standing(ranks: pd.DataFrame, code: str, column: str) -> Standing | None:
    """Look up where one place stands.

    Parameters
    ----------
    ranks
        As `standings` gives them.
    code
        Code of the place.
    column
        A column of `ranks`.

    Returns
    -------
    Standing or None
        None where the place is not ranked: a neighbour, the only one of its kind, or without such a rate.
    """
    if code not in ranks.index or len(ranks) < 2 or pd.isna(ranks.loc[code, column]):
        return None
    rank = int(ranks.loc[code, column])
    return Standing(rank, int(ranks[column].notna().sum()), bool((ranks[column] == rank).sum() > 1))


def parents(edition: Edition, place: Place) -> pd.DataFrame:
    """List the larger places that hold all of a place.

    Parameters
    ----------
    edition
        The edition served.
    place
        Any place.

    Returns
    -------
    pandas.DataFrame
        Columns kind, code, name; smaller kinds first. A unitary authority, its own county, comes once; what is no
        larger than the place is left out.
    """
    rows, seen = [], {place.code}
    for kind in _LARGER:
        codes = edition.areas.loc[place.lsoas, kind].unique()
        if len(codes) != 1 or codes[0] in seen or not codes[0]:
            continue
        if (edition.areas[kind] == codes[0]).sum() > len(place.lsoas):
            seen.add(codes[0])
            rows.append({"kind": kind, "code": codes[0], "name": _names(edition, kind).loc[codes[0]]})
    return pd.DataFrame(rows, columns=["kind", "code", "name"])


def parts(edition: Edition, place: Place, kind: str) -> pd.DataFrame:
    """List the places of one kind that lie inside a place or overlap it.

    Parameters
    ----------
    edition
        The edition served.
    place
        Any place.
    kind
        A key of `KINDS`.

    Returns
    -------
    pandas.DataFrame
        Columns code, name, whole (whether all of it is inside), sorted by name; without the place itself.
    """
    areas = edition.areas
    keys = pd.Series(areas.index, areas.index) if kind == "lsoa" else areas[kind]
    inside = keys.loc[place.lsoas].value_counts()
    inside = inside[(inside.index != "") & (inside.index != place.code)]
    table = pd.DataFrame({
        "code": inside.index, "name": _names(edition, kind).loc[inside.index].to_numpy(),
        "whole": (inside == keys.value_counts().loc[inside.index]).to_numpy(),
    })
    return table.sort_values(["name", "code"], ignore_index=True)


def _names(edition: Edition, kind: str) -> pd.Series:
    of_kind = edition.places[edition.places["kind"] == kind]
    return pd.Series(of_kind["name"].to_numpy(), of_kind["code"].to_numpy())


def context(answers: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Set places side by side: rates, shares and minutes, and what is published for England.

    Parameters
    ----------
    answers
        As `geo.figures.show` gives them for the same view; the first is the place looked at.

    Returns
    -------
    pandas.DataFrame
        Float64; a row per figure (the keys of "rates", `premises_below_{speed}` and `{clock}_minutes`, the median),
        a column per place (its code) and nation (its name). Missing where not known or not published, infinite
        where the median resident has no rail.
    """
    columns: dict[str, dict[str, float]] = {}
    for answer in answers:
        minutes = {f"{clock}_minutes": np.inf if (value := answer[f"{clock}_to_hub_minutes"]["median"]) is None
                   else value for clock in ("train", "door")}
        columns[answer["place"]["code"]] = {**_rates(answer["rates"]), **minutes}
    for name, rates in answers[0]["comparators"].items():
        if set(rates) == {"premises_below_share"}:       # a nation: nothing else is published for it
            columns[name] = _rates(rates)
    rows = ["people_in_gap_per_1000_workers", "nowhere_to_turn_per_1000_workers",
            *(f"premises_below_{speed}" for speed in SPEEDS), "remote_capable_share", "works_from_home_share",
            "cut_off_by_rail_share", "train_minutes", "door_minutes", *_RATES[5:]]
    return pd.DataFrame(columns, index=rows, dtype="float64")


def _rates(rates: Mapping[str, Any]) -> dict[str, float]:
    below = {f"premises_below_{speed}": share for speed, share in rates["premises_below_share"].items()}
    found = {**{name: rates.get(name) for name in _RATES}, **below}
    return {name: np.nan if value is None else float(value) for name, value in found.items()}


def no_car_share(edition: Edition, lsoas: pd.Index) -> float | None:
    """Share of households without a car or van (Census 2021).

    Parameters
    ----------
    edition
        The edition served.
    lsoas
        Codes of the place's LSOAs.

    Returns
    -------
    float or None
        None where the edition does not know it of every LSOA, or nobody lives there.
    """
    sums = edition.areas.loc[lsoas, ["no_car_households", "car_households"]].sum(skipna=False)
    known = sums.notna().all() and sums["car_households"] > 0
    return float(sums["no_car_households"] / sums["car_households"]) if known else None


def gap_where(figures: pd.DataFrame, lsoas: pd.Index, speed: str, column: str) -> float | None:
    """Share of a place's people in the gap who live in neighbourhoods of a certain sort.

    Parameters
    ----------
    figures
        As `geo.figures.area_figures` returns them.
    lsoas
        Codes of the place's LSOAs.
    speed
        Speed tier.
    column
        "rural" or "most_deprived_fifth": residents of such neighbourhoods, all of them or none.

    Returns
    -------
    float or None
        None where nobody is in the gap or the sort is not known of every LSOA.
    """
    rows = figures.loc[lsoas]
    gap = rows[f"people_in_gap_{speed}_estimate"]
    there = gap.where(rows[column].isna() | (rows[column] > 0), 0.0).where(rows[column].notna())
    total, part = gap.sum(), there.sum(skipna=False)
    return float(part / total) if total > 0 and not np.isnan(part) else None


def comfort_shares(
    edition: Edition, figures: pd.DataFrame, lsoas: pd.Index, speed: str,
) -> dict[str, float | None]:
    """Work out what is set against the gap where a place looks comfortable.

    Parameters
    ----------
    edition
        The edition served.
    figures
        As `geo.figures.area_figures` returns them.
    lsoas
        Codes of the place's LSOAs.
    speed
        Speed tier.

    Returns
    -------
    dict of str to float
        Shares no_car (of households), gap_rural and gap_deprived (of people in the gap); None where not known.
    """
    return {"no_car": no_car_share(edition, lsoas), "gap_rural": gap_where(figures, lsoas, speed, "rural"),
            "gap_deprived": gap_where(figures, lsoas, speed, "most_deprived_fifth")}


def is_ranked(edition: Edition, kind: str) -> bool:
    """Tell whether places of a kind are ranked.

    Parameters
    ----------
    edition
        The edition served.
    kind
        A key of `KINDS`, or "partnership".

    Returns
    -------
    bool
        Not for the one region, nor for partnerships, nor for neighbourhoods whose broadband is an estimate: it tells
        sorts of neighbourhood apart, not one from the next.
    """
    guessed = kind == "lsoa" and edition.broadband_basis == "estimated"
    return kind in KINDS and kind != "region" and not guessed


def half_of_gap(people: pd.Series, share: float = 0.5) -> pd.DataFrame:
    """Find the fewest neighbourhoods that together hold a share of the people in the gap.

    Parameters
    ----------
    people
        People in the gap by LSOA, not negative.
    share
        0 to 1.

    Returns
    -------
    pandas.DataFrame
        Same index, most people first (ties by code); columns people and cumulative (share of all so far). Empty
        where nobody is in the gap.
    """
    total = people.sum()
    if not total > 0:
        return pd.DataFrame({"people": people.iloc[:0], "cumulative": people.iloc[:0]})
    ordered = people.sort_index().sort_values(ascending=False, kind="stable")
    cumulative = ordered.cumsum() / total
    enough = int((cumulative < share - 1e-9).sum()) + 1
    return pd.DataFrame({"people": ordered, "cumulative": cumulative}).head(enough)


def neighbourhoods(edition: Edition, view: View, figures: pd.DataFrame, lsoas: pd.Index) -> pd.DataFrame:
    """Describe every neighbourhood of a place: how they differ.

    Parameters
    ----------
    edition
        The edition served.
    view
        Its speed counts here.
    figures
        `area_figures` of the same edition and view.
    lsoas
        Codes of the place's LSOAs.

    Returns
    -------
    pandas.DataFrame
        Index LSOA code; columns name, msoa, ward, authority, county (names), urban, residents, premises, below
        (premises), share (of premises, missing where there are none), people, low, high (in the gap), per_1000
        (workers, missing where there are none).
    """
    areas, rows = edition.areas.loc[lsoas], figures.loc[lsoas]
    gap = f"people_in_gap_{view.speed}"
    below, workers = rows[f"premises_below_{view.speed}"], rows["workers"]
    named = {kind: areas[kind].map(_names(edition, kind)) for kind in ("msoa", "ward", "authority", "county")}
    return pd.DataFrame({
        "name": areas["name"], **named, "urban": areas["urban"], "residents": areas["residents"],
        "premises": rows["premises"], "below": below, "share": (below / rows["premises"]).where(rows["premises"] > 0),
        "people": rows[f"{gap}_estimate"], "low": rows[f"{gap}_low"], "high": rows[f"{gap}_high"],
        "per_1000": (1000 * rows[f"{gap}_estimate"] / workers).where(workers > 0),
    })


def mobile(edition: Edition, lsoas: pd.Index) -> pd.DataFrame:
    """Give the indoor 4G coverage of the authorities that a place lies in.

    Parameters
    ----------
    edition
        The edition served.
    lsoas
        Codes of the place's LSOAs.

    Returns
    -------
    pandas.DataFrame
        Index authority code; columns name and `indoor_4g_0` … `indoor_4g_4`: published shares of the authority's
        premises with 4G indoors from exactly so many operators. Fewest with all four first; empty where the edition
        has none.
    """
    authorities = edition.areas.loc[lsoas, "authority"].unique()
    places = edition.places[(edition.places["kind"] == "authority") & edition.places["code"].isin(authorities)]
    table = places.set_index("code")[["name", *MOBILE_COLUMNS]].dropna()
    return table.sort_values([MOBILE_COLUMNS[-1], "name"])
