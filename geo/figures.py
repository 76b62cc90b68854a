"""Every figure of a view, per LSOA and of one place: pages, packs and the command line all ask here."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from geo.edition import Edition
from geo.gap import NO_RAIL, gap_range, per_thousand, share_beyond, share_borderline, weighted_quantiles
from geo.people import remote_capable
from geo.places import Place
from geo.text import about
from geo.view import View
from geo.vocabulary import REGION, SPEEDS

__all__ = ["BEST_FIT", "UNSURE_RANKS", "area_figures", "notes", "reach_inside", "residents_per_row", "show"]

_QUANTILES = {"median": 0.5, "p10": 0.1, "p90": 0.9}
_RANGE = ("estimate", "low", "high", "limit_low", "limit_high")
_FIFTH_DECILES = 2

UNSURE_RANKS = "How sure a rank is has not been worked out: places whose ranges overlap may stand in another order."

BEST_FIT = "Constituencies are best fit: each LSOA counts in the one that most of its area lies in."


def area_figures(edition: Edition, view: View) -> pd.DataFrame:
    """Every count of the measure for each LSOA: what larger places are sums of.

    Parameters
    ----------
    edition
        The edition served.
    view
        Its speed, hub, minutes, clock, work and access count here.

    Returns
    -------
    pandas.DataFrame
        Index LSOA code, float64 counts: residents, households, workers, works_from_home, remote_capable, premises,
        premises_below_{speed} for every tier, people_in_gap_{speed}_{estimate, low, high, limit_low, limit_high},
        nowhere_to_turn_{estimate, low, high} (at the view's speed), cut_off_by_rail, borderline, within_walk,
        rural, most_deprived_fifth (residents). Definitions: docs/method.md. Do not change it: the edition keeps it.
    """
    return edition.keep_figures(repr(view.options()), lambda: _area_figures(edition, view))


def _area_figures(edition: Edition, view: View) -> pd.DataFrame:
    # What no railway changes is kept apart: another hub or threshold need not work it out again.
    table = edition.keep_figures(f"lines {view.work}", lambda: _line_figures(edition, view.work))
    beyond, near = _rail_shares(edition, view)
    residents = table["residents"]
    gap = {name: table[f"people_in_gap_{view.speed}_{name}"] for name in ("estimate", "low", "high")}
    return table.assign(
        **{f"nowhere_to_turn_{name}": people * beyond for name, people in gap.items()},
        cut_off_by_rail=residents * beyond, borderline=residents * near,
    )


def _line_figures(edition: Edition, work: str) -> pd.DataFrame:
    """Those of `area_figures` that have nothing to do with time to a hub."""
    areas = edition.areas
    table = areas[["residents", "households", "workers", "works_from_home", "premises"]].astype("float64")
    occupations = areas[[f"workers_occ_{group}" for group in range(1, 10)]]
    capable = remote_capable(occupations, edition.capability(work))
    columns: dict[str, pd.Series] = {"remote_capable": capable}
    for speed in SPEEDS:
        below = areas[f"below_{speed}"].astype("float64")
        share = (below / areas["premises"]).where(areas["premises"] > 0, 0.0)
        columns[f"premises_below_{speed}"] = below
        for name, values in gap_range(capable, table["workers"], share).items():
            columns[f"people_in_gap_{speed}_{name}"] = values
    residents = table["residents"]
    columns["within_walk"] = residents * areas["walk_share"]
    columns["rural"] = residents.where(~areas["urban"], 0.0)
    deprived = residents.where(areas["imd_decile"] <= _FIFTH_DECILES, 0.0)
    columns["most_deprived_fifth"] = deprived.where(areas["imd_decile"].notna())
    return table.assign(**columns)


def _rail_shares(edition: Edition, view: View) -> tuple[pd.Series, pd.Series]:
    reach = edition.reach(view.hub, view.clock, view.access)
    codes = edition.areas.index
    return share_beyond(reach, view.minutes, codes), share_borderline(reach, view.minutes, codes)


def show(edition: Edition, view: View, figures: pd.DataFrame | None = None) -> dict[str, Any]:
    """Every figure of METHOD for the view's place, in the shape of `show --json`.

    Parameters
    ----------
    edition
        The edition served.
    view
        What is asked; its place is a code or codes joined by `+`.
    figures
        `area_figures` of the same edition and view, when the caller has it already.

    Returns
    -------
    dict
        Plain numbers, texts, lists and dicts; None where a figure cannot be (no workers, no rail).

    Raises
    ------
    PlaceError
        When the place is not in the edition.
    """
    table = area_figures(edition, view) if figures is None else figures
    place = edition.place(view.place)
    sums = _sums(table, place.lsoas)
    whole = round if place.exact_premises else float
    gaps = {speed: {name: float(sums[f"people_in_gap_{speed}_{name}"]) for name in _RANGE} for speed in SPEEDS}
    region = edition.place(REGION)
    return {
        "edition": edition.summary(), "rail_source": edition.rail_source,
        "view": view.options(),
        "place": {"code": place.code, "name": place.name, "kind": place.kind, "lsoas": len(place.lsoas)},
        **{name: int(sums[name]) for name in ("residents", "households", "workers")},
        "remote_capable": float(sums["remote_capable"]),
        "works_from_home": None if np.isnan(sums["works_from_home"]) else int(sums["works_from_home"]),
        "premises": whole(sums["premises"]),
        "premises_below": {speed: whole(sums[f"premises_below_{speed}"]) for speed in SPEEDS},
        "people_in_gap": gaps[view.speed],
        "people_in_gap_by_speed": gaps,
        "nowhere_to_turn": {name: float(sums[f"nowhere_to_turn_{name}"]) for name in ("estimate", "low", "high")},
        "cut_off_by_rail": float(sums["cut_off_by_rail"]),
        "borderline": float(sums["borderline"]),
        "door_to_hub_minutes": _minutes(edition, view, "door", place.lsoas),
        "train_to_hub_minutes": _minutes(edition, view, "train", place.lsoas),
        "within_30_min_walk_of_station": _share(sums, "within_walk", "residents"),
        "imd": {"most_deprived_fifth_share": _share(sums, "most_deprived_fifth", "residents")},
        "rural_share": _share(sums, "rural", "residents"),
        "rates": _rates(sums, view),
        "comparators": {
            region.name: _rates(_sums(table, region.lsoas), view),
            **{name: {"premises_below_share": shares} for name, shares in edition.national_shares().items()},
        },
        "notes": [*notes(edition, view, place), *_odd_tiers(sums)],
    }


def _sums(table: pd.DataFrame, lsoas: pd.Index) -> pd.Series:
    """Sum over a place; what any of its LSOAs lacks is missing, not smaller."""
    return table.loc[lsoas].sum(skipna=False)


def _share(sums: Mapping[str, float], part: str, whole: str) -> float | None:
    return float(sums[part] / sums[whole]) if sums[whole] and not np.isnan(sums[part]) else None


def _rates(sums: Mapping[str, float], view: View) -> dict[str, Any]:
    """Rates of one place, sums over sums, in the shape that comparators have."""
    return {
        "people_in_gap_per_1000_workers": per_thousand(sums[f"people_in_gap_{view.speed}_estimate"], sums["workers"]),
        "nowhere_to_turn_per_1000_workers": per_thousand(sums["nowhere_to_turn_estimate"], sums["workers"]),
        "remote_capable_share": _share(sums, "remote_capable", "workers"),
        "works_from_home_share": _share(sums, "works_from_home", "workers"),
        "premises_below_share": {speed: _share(sums, f"premises_below_{speed}", "premises") for speed in SPEEDS},
        "cut_off_by_rail_share": _share(sums, "cut_off_by_rail", "residents"),
        "within_30_min_walk_of_station": _share(sums, "within_walk", "residents"),
        "most_deprived_fifth_share": _share(sums, "most_deprived_fifth", "residents"),
        "rural_share": _share(sums, "rural", "residents"),
    }


def _minutes(edition: Edition, view: View, clock: str, lsoas: pd.Index) -> dict[str, int | None]:
    """Quantiles over residents of whole minutes (rounded up) to the hub; None where that resident has no rail."""
    reach = edition.reach(view.hub, clock, view.access)
    inside = reach_inside(edition, reach, lsoas)
    weights = residents_per_row(edition, inside)
    if not weights.sum():
        return dict.fromkeys(_QUANTILES)
    values = weighted_quantiles(inside["minutes"], weights, list(_QUANTILES.values()))
    return {name: None if value == NO_RAIL else int(value) for name, value in zip(_QUANTILES, values, strict=True)}


def reach_inside(edition: Edition, reach: pd.DataFrame, lsoas: pd.Index) -> pd.DataFrame:
    """Keep the rows of some LSOAs.

    Parameters
    ----------
    edition
        The edition served.
    reach
        As `Edition.reach` gives it.
    lsoas
        Codes of the LSOAs wanted.

    Returns
    -------
    pandas.DataFrame
        Rows of `reach`.
    """
    # Codes of the categories are far quicker to look up than texts.
    wanted = np.zeros(len(edition.areas), dtype=bool)
    wanted[edition.areas.index.get_indexer(lsoas)] = True
    return reach[wanted[reach["area"].cat.codes.to_numpy()]]


def residents_per_row(edition: Edition, reach: pd.DataFrame) -> pd.Series:
    """Spread each LSOA's residents evenly over its postcodes.

    Parameters
    ----------
    edition
        The edition served.
    reach
        Rows of `Edition.reach`.

    Returns
    -------
    pandas.Series
        Residents that each row stands for.
    """
    each = (edition.areas["residents"] / edition.areas["postcodes"]).to_numpy(dtype="float64")
    return reach["postcodes"] * each[reach["area"].cat.codes.to_numpy()]


def notes(edition: Edition, view: View, place: Place) -> list[str]:
    """Say in plain sentences what a reader must know beside these figures.

    Parameters
    ----------
    edition
        The edition served.
    view
        What is asked.
    place
        The place.

    Returns
    -------
    list of str
        Most important first; may be empty.
    """
    said = []
    if edition.broadband_basis == "estimated":
        said.append("Broadband below authority and constituency is ESTIMATED from Ofcom's counts for those areas.")
    if edition.rail_basis == "indicative":
        said.append("Rail times are INDICATIVE: a pattern timetable compiled by hand, not an official feed.")
    reach = edition.reach(view.hub, view.clock, view.access)
    without = share_beyond(reach, NO_RAIL - 1, place.lsoas)
    cut_off = float((without * edition.areas.loc[place.lsoas, "residents"]).sum())
    if without.min() == 1:
        said.append(f"No rail: {place.name} {_why_no_rail(view)}.")
    elif cut_off >= 0.5:
        said.append(f"About {about(cut_off)} of these residents have no rail: their postcode {_why_no_rail(view)}.")
    stand_ins = place.lsoas.intersection(edition.manifest["areas_without_postcode"])
    if len(stand_ins):
        count = f"{len(stand_ins)} of its LSOAs have" if len(stand_ins) > 1 else "One of its LSOAs has"
        said.append(f"{count} no postcode in the file read: journeys start at a point inside.")
    kinds = {part.kind for part in place.parts} or {place.kind}
    if "constituency" in kinds:
        said.append(BEST_FIT)
        said.append("Only the part of a constituency inside Hampshire is counted." if place.neighbour else
                    "A constituency's premises still equal Ofcom's published counts.")
    if place.neighbour:
        said.append("This is a neighbour of the South West (Hampshire or the Isle of Wight), never in its totals.")
    return said


def _odd_tiers(sums: Mapping[str, float]) -> list[str]:
    """Say where Ofcom's own counts of two tiers do not nest, before a reader takes it for an error."""
    said = []
    if sums["premises_below_gigabit"] < sums["premises_below_300"] - 0.5:
        said.append("Ofcom counts more premises with gigabit than with 300 Mbit/s here: that is as published.")
    if sums["premises_below_uso"] > sums["premises_below_10"] + 0.5:
        said.append("Ofcom counts more premises below the universal service than below 10 Mbit/s here: as published.")
    return said


def _why_no_rail(view: View) -> str:
    if view.access == "walk":
        return "has no station with trains to the hub within 30 minutes' walk"
    return "has no station with trains to the hub within 40 km that can be reached without crossing the sea"
