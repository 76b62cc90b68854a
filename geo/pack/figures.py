"""Everything a pack shows, worked out once: report, tables, maps and manifest all read it here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geo.documentation import capability_table
from geo.edition import Edition
from geo.figures import area_figures, show
from geo.nearby import station_areas, stations_of
from geo.places import Place
from geo.profile import half_of_gap, is_ranked, neighbourhoods, parents, standing, standings
from geo.view import View
from geo.vocabulary import REGION

__all__ = ["INSIDE", "PackFigures", "collect", "headline_figures", "inside_table"]

INSIDE = ("authority", "constituency", "ward", "msoa", "lsoa")
"""The kinds of place that a pack lists inside its own, larger ones first."""

_HEADLINE = ("edition", "rail_source", "view", "place", "notes", "comparators")
"""Parts of `show` that are no headline figures of the place."""


@dataclass(frozen=True)
class PackFigures:
    """The figures of one pack.

    Parameters
    ----------
    edition, view, place
        What they are of.
    answer
        `geo.figures.show` of the place: the command line's figures.
    beside
        The same of the place's authority, county and region, where larger than it; smaller ones first.
    areas
        `geo.figures.area_figures` of the place's LSOAs.
    ranks
        `geo.profile.standings` of its kind; None where that is not ranked (`geo.profile.is_ranked`).
    inside
        Kind → `inside_table`, for the kinds of `INSIDE` of which more than one overlaps the place.
    neighbourhoods
        `geo.profile.neighbourhoods` of its LSOAs.
    half
        `geo.profile.half_of_gap` with name, msoa, authority, low and high.
    occupations
        Index SOC major group 1 to 9; name, workers, share (whose job can be done from home), remote_capable.
    stations
        `geo.nearby.stations_of`.
    """

    edition: Edition
    view: View
    place: Place
    answer: Mapping[str, Any]
    beside: tuple[Mapping[str, Any], ...]
    areas: pd.DataFrame
    ranks: pd.DataFrame | None
    inside: Mapping[str, pd.DataFrame]
    neighbourhoods: pd.DataFrame
    half: pd.DataFrame
    occupations: pd.DataFrame
    stations: pd.DataFrame


def collect(edition: Edition, view: View) -> PackFigures:
    """Work out everything a pack shows.

    Parameters
    ----------
    edition
        With geometry.
    view
        Its place is a code or a name, or several joined by `+`.

    Returns
    -------
    PackFigures
        The view's place is now a code, or codes joined by `+`.

    Raises
    ------
    PlaceError
        When the place is not in the edition.
    """
    place = edition.place(view.place)
    view = View().replace(**view.options()).replace(place=place.code)
    figures = area_figures(edition, view)
    larger = parents(edition, place)
    codes = [*larger.loc[larger["kind"].isin(["authority", "county"]), "code"], *[REGION] * (place.code != REGION)]
    around = neighbourhoods(edition, view, figures, place.lsoas)
    ranks = standings(edition, view, place.kind, figures) if is_ranked(edition, place.kind) else None
    tables = {kind: inside_table(edition, view, place, kind) for kind in INSIDE}
    return PackFigures(
        edition, view, place, show(edition, view), tuple(show(edition, view.replace(place=code)) for code in codes),
        figures.loc[place.lsoas], ranks,
        {kind: table for kind, table in tables.items() if len(table) > 1}, around,
        half_of_gap(around["people"]).join(around[["name", "msoa", "authority", "low", "high"]]),
        _occupations(edition, view, place), stations_of(edition, place.lsoas, view.hub, station_areas(edition)),
    )


def inside_table(edition: Edition, view: View, place: Place, kind: str) -> pd.DataFrame:
    """Divide a place by the places of one kind that overlap it; the parts sum to the whole.

    Parameters
    ----------
    edition
        The edition served.
    view
        Speed, hub, minutes, clock, work and access.
    place
        Any place.
    kind
        A key of `KINDS`.

    Returns
    -------
    pandas.DataFrame
        RangeIndex, most people in the gap first (ties by code); code, name, whole (whether all of it is inside;
        figures are of the part inside), lsoas, residents, workers, premises, premises_below, share_below,
        people_in_gap, low, high, per_1000 (workers), nowhere_to_turn, cut_off_by_rail. What lies in no place of the
        kind is left out.
    """
    areas = edition.areas
    keys = pd.Series(areas.index, areas.index) if kind == "lsoa" else areas[kind]
    mine = keys.loc[place.lsoas]
    mine = mine[mine != ""]
    gap = f"people_in_gap_{view.speed}"
    columns = {
        "residents": "residents", "workers": "workers", "premises": "premises",
        "premises_below": f"premises_below_{view.speed}", "people_in_gap": f"{gap}_estimate", "low": f"{gap}_low",
        "high": f"{gap}_high", "nowhere_to_turn": "nowhere_to_turn_estimate", "cut_off_by_rail": "cut_off_by_rail",
    }
    rows = area_figures(edition, view).loc[mine.index, list(columns.values())]
    sums = rows.set_axis(list(columns), axis=1).groupby(mine.to_numpy()).sum()
    counts, all_of_it = mine.value_counts().loc[sums.index], keys[keys.isin(mine.unique())].value_counts()
    names = edition.places[edition.places["kind"] == kind].set_index("code")["name"]
    sums.insert(0, "name", names.loc[sums.index])
    sums.insert(1, "whole", (counts == all_of_it.loc[sums.index]))
    sums.insert(2, "lsoas", counts)
    sums["share_below"] = (sums["premises_below"] / sums["premises"]).where(sums["premises"] > 0)
    sums["per_1000"] = (1000 * sums["people_in_gap"] / sums["workers"]).where(sums["workers"] > 0)
    ordered = sums.rename_axis("code").reset_index().sort_values(
        ["people_in_gap", "code"], ascending=[False, True], ignore_index=True)
    return ordered[["code", "name", "whole", "lsoas", "residents", "workers", "premises", "premises_below",
                    "share_below", "people_in_gap", "low", "high", "per_1000", "nowhere_to_turn", "cut_off_by_rail"]]


def _occupations(edition: Edition, view: View, place: Place) -> pd.DataFrame:
    """Workers by occupation, and how many of them could work from home."""
    table = capability_table(edition)
    workers = edition.areas.loc[place.lsoas, [f"workers_occ_{group}" for group in table.index]].sum()
    counts, share = pd.Series(workers.to_numpy(dtype="float64"), table.index), table[view.work]
    return pd.DataFrame({"name": table["name"], "workers": counts, "share": share, "remote_capable": counts * share})


def headline_figures(figures: PackFigures) -> dict[str, float | int | None]:
    """Spell every figure of the place by its name: what a manifest holds and a check recomputes.

    Parameters
    ----------
    figures
        As `collect` gives them.

    Returns
    -------
    dict
        Name, as the path in `show --json` with full stops, → number; ranks as rank.{measure}. None where a figure
        cannot be.
    """
    found = _flat({name: part for name, part in figures.answer.items() if name not in _HEADLINE})
    if figures.ranks is not None:
        for column in figures.ranks.columns:
            stands = standing(figures.ranks, figures.place.code, column)
            if stands is not None:
                found[f"rank.{column}"] = stands.rank
                found[f"rank.{column}.of"] = stands.of
    return found


def _flat(part: Mapping[str, Any], path: str = "") -> dict[str, float | int | None]:
    found: dict[str, float | int | None] = {}
    for name, value in part.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{path}{name}.")
        else:
            found[f"{path}{name}"] = value if value is None or isinstance(value, int) else float(value)
    return found
