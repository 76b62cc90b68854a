"""What a place's page and its pack show beside the figures of `show`, worked out once for both."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from geo.core.cache import cached
from geo.core.measures import FIGURES, Measure
from geo.core.priority_terms import Terms, terms_of
from geo.core.view import View
from geo.edition.places import Place, named
from geo.edition.schema import MOBILE_COLUMNS
from geo.edition.store import Edition
from geo.figures.areas import area_figures
from geo.figures.certainty import PlaceRanks, RankCertainty, every_rank
from geo.figures.changes import PlaceChanges, changes_of_each
from geo.figures.context import authority_context
from geo.figures.intervals import Interval, sum_intervals
from geo.figures.journey_changes import station_changes
from geo.figures.likeness import Alike, alike
from geo.figures.neighbours import Neighbours, neighbours
from geo.figures.place import PlaceFigures, show
from geo.figures.place_json import NamedFigure, named_figures
from geo.figures.priorities import Priorities, where_first
from geo.figures.ranks import is_ranked, rank_of, ranks_of_kind
from geo.figures.stations import station_areas, stations_of
from geo.figures.what_if import CHANGING, Outcome, what_if
from geo.figures.workers import occupations

INSIDE = ("authority", "constituency", "ward", "msoa", "lsoa")
"""The kinds of place that a pack and a plain page list inside their own, larger ones first."""

_LARGER = ("msoa", "ward", "constituency", "district", "authority", "county", "lep", "region")


@cached(256, key=lambda edition, place: (edition, place.code))
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
        larger than the place is left out. Do not change it: it is shared.
    """
    rows, seen = [], {place.code}
    for kind in _LARGER:
        codes = edition.areas.loc[place.lsoas, kind].unique()
        if len(codes) != 1 or codes[0] in seen or not codes[0]:
            continue
        if (edition.areas[kind] == codes[0]).sum() > len(place.lsoas):
            seen.add(codes[0])
            rows.append({"kind": kind, "code": codes[0], "name": edition.names(kind).loc[codes[0]]})
    return pd.DataFrame(rows, columns=["kind", "code", "name"])


@cached(256, key=lambda edition, place, kind: (edition, place.code, kind))
def overlapping(edition: Edition, place: Place, kind: str) -> pd.DataFrame:
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
        Columns code, name, whole (whether all of it is inside), sorted by name; without the place itself. Do not
        change it: it is shared.
    """
    keys = edition.membership(kind)
    inside = keys[place.lsoas.get_indexer(keys.index) >= 0].value_counts().drop(place.code, errors="ignore")
    table = pd.DataFrame({
        "code": inside.index, "name": edition.names(kind).loc[inside.index].to_numpy(),
        "whole": (inside == keys.value_counts().loc[inside.index]).to_numpy(),
    })
    return table.sort_values(["name", "code"], ignore_index=True)


def gap_where(areas: pd.DataFrame, speed: str, column: str) -> float | None:
    """Share of a place's people in the gap who live in neighbourhoods of a certain sort.

    Parameters
    ----------
    areas
        Rows of `geo.figures.areas.area_figures`.
    speed
        Speed tier.
    column
        "rural", "coastal" or "most_deprived_fifth": residents of such neighbourhoods, all of them or none.

    Returns
    -------
    float or None
        None where nobody is in the gap or the sort is not known of every LSOA.
    """
    gap = areas[f"people_in_gap_{speed}_estimate"]
    there = gap.where(areas[column].isna() | (areas[column] > 0), 0.0).where(areas[column].notna())
    total, part = gap.sum(), there.sum(skipna=False)
    return float(part / total) if total > 0 and not np.isnan(part) else None


def fewest_holding(people: pd.Series, share: float = 0.5) -> pd.DataFrame:
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


def neighbourhoods(edition: Edition, view: View, lsoas: pd.Index) -> pd.DataFrame:
    """Describe every neighbourhood of a place: how they differ.

    Parameters
    ----------
    edition
        The edition served.
    view
        Its speed counts here.
    lsoas
        Codes of the place's LSOAs.

    Returns
    -------
    pandas.DataFrame
        Index LSOA code; columns name, msoa, ward, authority, county (names), urban, residents, premises, below
        (premises), share (of premises, missing where there are none), people, low, high (in the gap), per_1000
        (workers, missing where there are none); of people p05 and p95, of per_1000 rate_p05 and rate_p95
        (`geo.figures.intervals.sum_intervals`).
    """
    areas, rows = edition.areas.loc[lsoas], area_figures(edition, view).loc[lsoas]
    gap = f"people_in_gap_{view.speed}"
    below, workers = rows[f"premises_below_{view.speed}"], rows["workers"]
    named = {kind: areas[kind].map(edition.names(kind)) for kind in ("msoa", "ward", "authority", "county")}
    return pd.DataFrame({
        "name": areas["name"], **named, "urban": areas["urban"], "residents": areas["residents"],
        "premises": rows["premises"], "below": below, "share": (below / rows["premises"]).where(rows["premises"] > 0),
        "people": rows[f"{gap}_estimate"], "low": rows[f"{gap}_low"], "high": rows[f"{gap}_high"],
        "per_1000": (1000 * rows[f"{gap}_estimate"] / workers).where(workers > 0),
    }).join(sum_intervals(edition, view, FIGURES["people_in_gap"], pd.Series(lsoas, lsoas)))


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
    table = edition.places_of("authority").loc[edition.areas.loc[lsoas, "authority"].unique()]
    return table[["name", *MOBILE_COLUMNS]].dropna().sort_values([MOBILE_COLUMNS[-1], "name"])


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
        people_in_gap, low, high, p05, p95 (`geo.figures.intervals.sum_intervals`), per_1000 (workers),
        nowhere_to_turn, cut_off_by_rail. What lies in no place of the kind is left out.
    """
    keys = edition.membership(kind)
    mine = keys[place.lsoas.get_indexer(keys.index) >= 0]
    gap = f"people_in_gap_{view.speed}"
    columns = {
        "residents": "residents", "workers": "workers", "premises": "premises",
        "premises_below": f"premises_below_{view.speed}", "people_in_gap": f"{gap}_estimate", "low": f"{gap}_low",
        "high": f"{gap}_high", "nowhere_to_turn": "nowhere_to_turn_estimate", "cut_off_by_rail": "cut_off_by_rail",
    }
    rows = area_figures(edition, view).loc[mine.index, list(columns.values())]
    sums = rows.set_axis(list(columns), axis=1).groupby(mine.to_numpy()).sum()
    counts, all_of_it = mine.value_counts().loc[sums.index], keys.value_counts()
    table = sums.assign(
        name=edition.names(kind).loc[sums.index], whole=counts == all_of_it.loc[sums.index], lsoas=counts,
        share_below=(sums["premises_below"] / sums["premises"]).where(sums["premises"] > 0),
        per_1000=(1000 * sums["people_in_gap"] / sums["workers"]).where(sums["workers"] > 0))
    table = table.join(sum_intervals(edition, view, FIGURES["people_in_gap"], mine)[["p05", "p95"]])
    ordered = table.rename_axis("code").reset_index().sort_values(
        ["people_in_gap", "code"], ascending=[False, True], ignore_index=True)
    return ordered[["code", "name", "whole", "lsoas", "residents", "workers", "premises", "premises_below",
                    "share_below", "people_in_gap", "low", "high", "p05", "p95", "per_1000", "nowhere_to_turn",
                    "cut_off_by_rail"]]


class Hardship(NamedTuple):
    """What is set against the gap where a place looks comfortable: shares, None where not known.

    Attributes
    ----------
    no_car
        Of households.
    gap_rural, gap_deprived, gap_coastal
        Of the people in the gap: those who live in rural neighbourhoods, in the most deprived fifth, on the coast.
    """

    no_car: float | None
    gap_rural: float | None
    gap_deprived: float | None
    gap_coastal: float | None


@dataclass(frozen=True)
class PlaceProfile:
    """Everything that is shown of one place; each part is worked out when it is first asked for.

    Attributes
    ----------
    edition, view, place
        What it is of; the view's place is a code, or codes joined by `+`.
    earlier
        The edition that the view's `against` names, with geometry; None where it names none, or that one is not at
        hand.
    """

    edition: Edition
    view: View
    place: Place
    earlier: Edition | None = None

    @cached_property
    def answer(self) -> PlaceFigures:
        """Every figure of the place."""
        return show(self.edition, self.view)

    @cached_property
    def larger(self) -> tuple[PlaceFigures, ...]:
        """The same of its authority, county and region, where larger than it; smaller ones first."""
        found = parents(self.edition, self.place)
        codes = [*found.loc[found["kind"].isin(["authority", "county"]), "code"]]
        whole = self.edition.region.code
        codes += [whole] * (self.place.code != whole)
        return tuple(show(self.edition, self.view.replace(place=code)) for code in codes)

    @cached_property
    def areas(self) -> pd.DataFrame:
        """Figures of its LSOAs (`geo.figures.areas.area_figures`)."""
        return area_figures(self.edition, self.view).loc[self.place.lsoas]

    @cached_property
    def ranks(self) -> pd.DataFrame | None:
        """Ranks of its kind (`ranks_of_kind`); None where that is not ranked."""
        kind = self.place.kind
        return ranks_of_kind(self.edition, self.view, kind) if is_ranked(self.edition, kind) else None

    @cached_property
    def rank_certainty(self) -> Mapping[str, PlaceRanks]:
        """Where it ranks in the draws, by each measure (`geo.figures.certainty.every_rank`)."""
        return every_rank(self.edition, self.view, self.place)

    @cached_property
    def headline_figures(self) -> list[NamedFigure]:
        """All figures and ranks of the place, one after the other."""
        found, ranks = named_figures(self.answer), self.ranks
        for column in [] if ranks is None else ranks.columns:
            place = rank_of(ranks, self.place.code, column)
            if place is not None:
                measure = FIGURES.get(column) or FIGURES[column.removesuffix("_rate")]
                found += [NamedFigure(f"rank.{column}", place.rank, measure, "rank, 1 is the worst", is_rate=False,
                                      interval=self._rank_interval(measure, by_rate=column != measure.key)),
                          NamedFigure(f"rank.{column}.of", place.of, measure, "places ranked", is_rate=False)]
        return [*found, *_first_figures(self.first), *_what_if_figures(self.what_if)]

    def _rank_interval(self, measure: Measure, *, by_rate: bool) -> Interval | None:
        ranks = self.rank_certainty.get(measure.key)
        found = ranks and (ranks.rate if by_rate or not measure.has_count else ranks.count)
        return Interval(found.p05, found.p95) if isinstance(found, RankCertainty) else None

    @cached_property
    def headline_numbers(self) -> dict[str, float | int | None]:
        """Values of the headline figures by their names."""
        return {figure.name: figure.value for figure in self.headline_figures}

    @cached_property
    def inside(self) -> Mapping[str, pd.DataFrame]:
        """Kind → `inside_table`, for the kinds of `INSIDE` of which more than one overlaps the place."""
        tables = {kind: inside_table(self.edition, self.view, self.place, kind) for kind in INSIDE}
        return {kind: table for kind, table in tables.items() if len(table) > 1}

    @cached_property
    def neighbours(self) -> Neighbours | None:
        """The places of its kind that touch it; needs an edition with geometry."""
        return neighbours(self.edition, self.view, self.place)

    @cached_property
    def alike(self) -> Alike:
        """The places of its kind that are most like it."""
        return alike(self.edition, self.view, self.place)

    @cached_property
    def neighbourhoods(self) -> pd.DataFrame:
        """Its neighbourhoods, one by one."""
        return neighbourhoods(self.edition, self.view, self.place.lsoas)

    @cached_property
    def surroundings(self) -> tuple[Place, pd.DataFrame]:
        """Where the place's neighbourhoods are seen, and those there: of a single one the authority round it."""
        if len(self.place.lsoas) > 1:
            return self.place, self.neighbourhoods
        where = self.edition.place(self.edition.areas.loc[self.place.lsoas[0], "authority"])
        return where, neighbourhoods(self.edition, self.view, where.lsoas)

    @cached_property
    def half_of_gap(self) -> pd.DataFrame:
        """The fewest of them that hold half of its gap: people, cumulative, name, msoa, authority, their intervals."""
        near = self.neighbourhoods
        return fewest_holding(near["people"]).join(near[["name", "msoa", "authority", "low", "high", "p05", "p95"]])

    @cached_property
    def halving(self) -> Priorities:
        """Where first, to halve its gap: by smaller neighbourhoods too, where the usual candidates cannot."""
        found = where_first(self.edition, self.view, self.place, Terms(halve=True))
        return found if found.reached else where_first(
            self.edition, self.view, self.place, Terms(halve=True, least=0))

    @cached_property
    def first(self) -> Priorities | None:
        """Where first, on the view's own terms; None where it asks for no list."""
        return where_first(self.edition, self.view, self.place, terms_of(self.view)) if self.view.first else None

    @property
    def what_if(self) -> Outcome | None:
        """Before and after the view's own changes; None where it asks for none."""
        return what_if(self.edition, self.view) if self.view.asks_what_if else None

    @cached_property
    def changes(self) -> PlaceChanges | None:
        """What changed in the place since the earlier edition; None where that is not at hand."""
        found, _ = self._changes
        return found and replace(found, name=self.place.name)

    @property
    def region_changes(self) -> PlaceChanges | None:
        """The same of the region."""
        return self._changes[1]

    @cached_property
    def _changes(self) -> tuple[PlaceChanges | None, PlaceChanges | None]:
        if self.earlier is None:
            return None, None
        here, region = changes_of_each(
            self.earlier, self.edition, self.view, self.place.code, self.edition.region.code)
        return here, region

    @property
    def all_sources(self) -> list[Mapping[str, Any]]:
        """Rows of the sources of its edition, and of the earlier one: who is to be named for what is said."""
        return [row for each in (self.edition, self.earlier) if each is not None for row in each.manifest["sources"]]

    @cached_property
    def changed_stations(self) -> pd.DataFrame | None:
        """Those of its stations whose journeys to the hub changed (`station_changes`); None likewise.

        A station that stood in the place in the earlier edition counts too where the later one has it no more.
        """
        if self.earlier is None:
            return None
        stood = station_areas(self.earlier)
        own = {*self.stations.index, *stood.index[stood.isin(self.place.lsoas)]}
        found = station_changes(self.earlier, self.edition, self.view.hub)
        return found[found.index.isin(own)]

    @cached_property
    def hardship(self) -> Hardship:
        """What is set against the gap where the place looks comfortable."""
        sorts = ("rural", "most_deprived_fifth", "coastal")
        return Hardship(self.answer["no_car"].rate, *(gap_where(self.areas, self.view.speed, sort) for sort in sorts))

    @cached_property
    def occupations(self) -> pd.DataFrame:
        """Its workers by occupation, and how many of them could work from home."""
        return occupations(self.edition, self.view.work, self.place.lsoas)

    @cached_property
    def authorities(self) -> pd.DataFrame:
        """What is published of whole authorities (`geo.figures.context.authority_context`)."""
        return authority_context(self.edition, self.place)

    @cached_property
    def stations(self) -> pd.DataFrame:
        """Its stations and their journeys, or the nearest; needs an edition with geometry."""
        return _stations(self.edition, self.place, self.view.hub)


def _first_figures(found: Priorities | None) -> list[NamedFigure]:
    """Name what a list takes in all; nothing where there is no list."""
    if found is None:
        return []
    below, gap, last = FIGURES["premises_below"], FIGURES["people_in_gap"], found.table.tail(1).to_dict("records")

    def total(name: str, measure: Measure) -> NamedFigure:
        """Name the last sum down the list, with its interval where it is drawn."""
        sums = last[0] if last else dict.fromkeys(found.table, 0.0)
        ends = Interval(sums[f"cumulative_{name}_p05"], sums[f"cumulative_{name}_p95"])
        return NamedFigure(f"where_first.{name}", sums[f"cumulative_{name}"], measure, measure.unit, is_rate=False,
                           interval=None if np.isnan(ends.p05) else ends, in_part=True)

    return [NamedFigure("where_first.neighbourhoods", len(found.table), below, "neighbourhoods", is_rate=False,
                        in_part=True), total("premises", below), total("people", gap)]


def _what_if_figures(found: Outcome | None) -> list[NamedFigure]:
    """Name by how much a what-if changes its figures; nothing where there is none."""
    return [] if found is None else [
        NamedFigure(f"what_if.{key}", found.change(key), FIGURES[key], FIGURES[key].unit, is_rate=False,
                    interval=found.changes.get(key), in_part=True) for key in CHANGING]


@cached(64, key=lambda edition, place, hub: (edition, place.code, hub))     # ways over land are slow to look for
def _stations(edition: Edition, place: Place, hub: str) -> pd.DataFrame:
    return stations_of(edition, place.lsoas, hub, station_areas(edition))


@cached(32, key=lambda edition, view, earlier=None: (edition, earlier, view.place, *view.pack_options().items()))
def place_profile(edition: Edition, view: View, earlier: Edition | None = None) -> PlaceProfile:
    """Assemble what is shown of one place, on its page and in its pack.

    Parameters
    ----------
    edition
        The edition served, with geometry if stations are asked for.
    view
        Its place is a code or a name, or several joined by `+`; of its terms of where first the pack alone has need.
    earlier
        The edition that the view's `against` names, with geometry, where it is at hand.

    Returns
    -------
    PlaceProfile
        Do not change it: it is shared.

    Raises
    ------
    PlaceError
        When the place is not in the edition.
    """
    place = named(edition.place(view.place), view.name)
    return PlaceProfile(edition, view.fresh().replace(**view.pack_options(), place=place.code), place, earlier)
