"""Every figure of one place, as a typed answer that pages, packs and the command line share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

import numpy as np
import pandas as pd

from geo.core.cache import cached
from geo.core.choices import KINDS, NO_RAIL, SPEEDS
from geo.core.measures import FIGURES, Measure
from geo.core.view import View
from geo.edition.facts import EditionFacts
from geo.edition.lacks import OF_A_PLACE, lacks
from geo.edition.places import Place, named
from geo.edition.store import Edition
from geo.figures.aggregate import place_values
from geo.figures.areas import area_figures, reach_inside, residents_per_row
from geo.figures.claim import Claim, claim, england_rate
from geo.figures.intervals import Interval, Intervals, place_intervals
from geo.figures.planned import PlannedBuild, planned_build
from geo.layers.gap import share_beyond, weighted_quantiles

NoteKind = Literal[
    "broadband", "rail", "all_premises", "no_rail", "some_without_rail", "no_postcode", "best_fit",
    "part_of_constituency", "whole_constituency", "neighbour", "gigabit_above_300", "uso_above_10", "more_did",
    "absent_output_areas", "counted_apart", "not_here",
]


@dataclass(frozen=True)
class Figure:
    """One figure of one place.

    Attributes
    ----------
    measure
        What it is.
    speed
        The speed it is at; the view's for figures that have one for every speed, "" for the others.
    value
        The count (whole where it is published) or the minutes; None where there is a rate alone, no rail, or it is not
        known.
    low, high
        Its range; for minutes what a tenth of residents need at most, and at least. None where there is none.
    least, most
        What the counts allow at all; None where there is none.
    rate
        Sum over sum, in the unit of the measure's rate; None where there is none.
    basis
        What it rests on: keys of `geo.core.measures.BASES`, one or two.
    published
        Whether its value is published as it is.
    intervals
        Works out how sure it is, when that is first asked.
    """

    measure: Measure
    speed: str = ""
    value: float | int | None = None
    low: float | None = None
    high: float | None = None
    least: float | None = None
    most: float | None = None
    rate: float | None = None
    basis: tuple[str, ...] = ()
    published: bool = False
    intervals: Callable[[], Intervals] = field(default=Intervals, repr=False, compare=False)

    @property
    def interval(self) -> Interval | None:
        """Where nine of ten draws of its value lie; None where nothing is drawn."""
        return self.intervals().value

    @property
    def rate_interval(self) -> Interval | None:
        """Where nine of ten draws of its rate lie, in the unit of the rate."""
        return self.intervals().rate

    @property
    def count(self) -> float:
        """The value, where there is always one."""
        if self.value is None:
            raise ValueError(f"{self.measure.key} is not known here")
        return self.value

    @property
    def share(self) -> float | None:
        """The rate as a share of 0 to 1."""
        return None if self.rate is None else self.rate / self.measure.per


@dataclass(frozen=True)
class Note:
    """What a reader must know beside the figures; the words are made in `geo.words`.

    Attributes
    ----------
    kind
        What it is about.
    count
        Of the people or areas concerned, where there is one.
    counts
        More of them: of "counted_apart" Ofcom's own premises and those below the speed, then the sums of the same.
    keys
        Of "not_here" what the edition lacks.
    """

    kind: NoteKind
    count: float = 0
    counts: tuple[float, ...] = ()
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlaceFigures:
    """Every figure of one place, at one view.

    Attributes
    ----------
    edition, view, place
        What they are of; of the view only the place and the options that change figures.
    figures
        Key of `geo.core.measures.FIGURES`, for figures at other speeds with a full stop and the speed, → figure.
    regions
        Name of the region → its figures by the same keys.
    nations
        Name of a nation → the figures that are published for it, and England's rate of people in the gap.
    claim
        What stands beside the claim.
    notes
        Most important first.
    planned
        What is built, contracted and planned there; None where the edition does not know it.
    """

    edition: EditionFacts
    view: View
    place: Place
    figures: Mapping[str, Figure]
    regions: Mapping[str, Mapping[str, Figure]]
    nations: Mapping[str, Mapping[str, Figure]]
    claim: Claim
    notes: tuple[Note, ...]
    planned: PlannedBuild | None = None

    def __getitem__(self, key: str) -> Figure:
        return self.figures[key]

    def at(self, key: str, speed: str) -> Figure:
        """Look up a figure at any speed."""
        return self.figures[f"{key}.{speed}"]


@cached(256, key=lambda edition, view: (edition, view.place, view.name, *view.options().values()))
def show(edition: Edition, view: View) -> PlaceFigures:
    """Work out every figure of METHOD for the view's place.

    Parameters
    ----------
    edition
        The edition served.
    view
        What is asked; its place is a code or codes joined by `+`.

    Returns
    -------
    PlaceFigures
        Do not change it: it is shared.

    Raises
    ------
    PlaceError
        When the place is not in the edition.
    """
    place, region = named(edition.place(view.place), view.name), edition.place(edition.region.code)
    asked = view.fresh().replace(**view.options(), place=place.code, name=view.name)
    figures = _figures(edition, view, place)
    return PlaceFigures(
        edition.facts(), asked, place, figures,
        {region.name: _figures(edition, view, region)}, _nations(edition, view), claim(edition, view, place),
        (*_notes(edition, view, place), *_counted_apart(edition, view, place, figures), *_odd_tiers(figures),
         *_more_did(figures)),
        planned_build(edition, view.work, place))


def resolve_basis(bases: tuple[str, ...], edition: Edition, *, published: bool) -> tuple[str, ...]:
    """Say what a figure rests on in an edition.

    Parameters
    ----------
    bases
        Of a `Measure`.
    edition
        The edition served.
    published
        Whether Ofcom publishes the premises of the place.

    Returns
    -------
    tuple of str
        Keys of `geo.core.measures.BASES`.
    """
    answers = {"broadband": edition.broadband_basis, "rail": edition.rail_basis,
               "premises": "published" if published else edition.broadband_basis}
    return tuple(answers.get(name, name) for name in bases)


@cached(256, key=lambda edition, view, place: (edition, place.code, *view.options().values()))
def _figures(edition: Edition, view: View, place: Place) -> dict[str, Figure]:
    """Every figure of a place; what any of its LSOAs lacks is missing, not smaller."""
    sums = area_figures(edition, view).loc[place.lsoas].sum(skipna=False)
    found: dict[str, Figure] = {}
    for key, measure in FIGURES.items():
        published = partial(_is_published, edition, place, measure)
        basis = resolve_basis(measure.bases, edition, published=published(view.speed))
        if measure.summary == "minutes":
            found[key] = _minutes(edition, view, measure, place, basis)
            continue
        if measure.context and measure.summary != "share":
            continue
        if measure.summary in {"mean", "median"}:
            value = place_values(edition, view, measure, pd.Series(place.code, place.lsoas))["value"].iloc[0]
            found[key] = Figure(measure, rate=None if np.isnan(value) else float(value), basis=basis)
            continue
        if measure.by_speed:
            found |= {f"{key}.{speed}": _figure(
                edition, view.replace(speed=speed), measure, sums, place,
                resolve_basis(measure.bases, edition, published=published(speed))) for speed in SPEEDS}
        found[key] = found.get(f"{key}.{view.speed}") or _figure(edition, view, measure, sums, place, basis)
    return found


def _is_published(edition: Edition, place: Place, measure: Measure, speed: str) -> bool:
    """Tell whether a place's premises are Ofcom's own count: not once a what-if has changed it."""
    column = f"below_{speed}"
    changed = (edition.original is not None and measure.by_speed and not
               edition.areas.loc[place.lsoas, column].equals(edition.original.areas.loc[place.lsoas, column]))
    return place.premises_published and not changed


def _figure(
    edition: Edition, view: View, measure: Measure, sums: pd.Series, place: Place, basis: tuple[str, ...],
) -> Figure:
    speed = view.speed

    def known(column: str) -> float | None:
        return None if np.isnan(sums[column]) else float(sums[column])

    count = known(measure.column(speed))
    total = sums[measure.denominator] if measure.denominator in sums.index else 0.0
    rate = None if count is None else measure.rate(count, total)
    published = measure.published and ("premises" not in measure.bases
                                       or _is_published(edition, place, measure, speed))
    value = round(count) if published and count is not None else count
    intervals = partial(place_intervals, edition, view, measure, place, value, fixed=published)
    if not measure.has_count:
        return Figure(measure, rate=rate, basis=basis, intervals=intervals)
    at = speed if measure.by_speed else ""
    if not measure.has_range:
        return Figure(measure, at, value, rate=rate, basis=basis, published=published, intervals=intervals)
    low, high = known(measure.column(speed, "low")), known(measure.column(speed, "high"))
    least, most = (known(name) if (name := measure.column(speed, f"limit_{end}")) in sums.index else None
                   for end in ("low", "high"))
    return Figure(measure, at, value, low, high, least, most, rate, basis, published, intervals)


@cached(512, key=lambda edition, view, measure, place, basis: (
    edition, place.code, measure, basis, view.hub, view.access))
def _minutes(edition: Edition, view: View, measure: Measure, place: Place, basis: tuple[str, ...]) -> Figure:
    """Quantiles over residents of whole minutes (rounded up) to the hub; None where that resident has no rail."""
    inside = reach_inside(edition, edition.reach(view.hub, measure.key.partition("_")[0], view.access), place.lsoas)
    weights = residents_per_row(edition, inside)
    if not weights.sum():
        return Figure(measure, basis=basis)
    found = weighted_quantiles(inside["minutes"], weights, [0.5, 0.1, 0.9])
    median, p10, p90 = (None if value == NO_RAIL else int(value) for value in found)
    return Figure(measure, "", median, p10, p90, basis=basis,
                  intervals=partial(place_intervals, edition, view, measure, place, median, fixed=False))


def _nations(edition: Edition, view: View) -> dict[str, dict[str, Figure]]:
    """Ofcom's shares of premises below each speed, for those that are published; of England people in the gap too."""
    measure, found = FIGURES["premises_below"], {}
    for nation, shares in edition.national_shares().items():
        figures = {f"{measure.key}.{speed}": Figure(measure, speed, rate=share, basis=("published",), published=True)
                   for speed, share in shares.items()}
        chosen = figures.get(f"{measure.key}.{view.speed}")
        found[nation] = figures | ({measure.key: chosen} if chosen else {})
    people, rate = FIGURES["people_in_gap"], england_rate(edition, view.speed, view.work)
    if rate is not None:
        figure = Figure(people, view.speed, rate=rate, basis=("published", "jobs"))
        found["England"] = found.get("England", {}) | {people.key: figure}
    return found


def _notes(edition: Edition, view: View, place: Place) -> list[Note]:
    """List what must be known beside these figures, most important first."""
    found = [Note("broadband")] * (edition.broadband_basis == "estimated")
    found.append(Note("rail"))
    found += [Note("all_premises")] * (not edition.counts_homes)
    lacking = tuple(key for key in lacks(edition) if key in OF_A_PLACE)
    found += [Note("not_here", keys=lacking)] * bool(lacking)
    without = share_beyond(edition.reach(view.hub, view.clock, view.access), NO_RAIL - 1, place.lsoas)
    cut_off = float((without * edition.areas.loc[place.lsoas, "residents"]).sum())
    if without.min() == 1:
        found.append(Note("no_rail"))
    elif cut_off >= 0.5:
        found.append(Note("some_without_rail", cut_off))
    stand_ins = place.lsoas.intersection(edition.manifest["areas_without_postcode"])
    found += [Note("no_postcode", len(stand_ins))] * bool(len(stand_ins))
    if "constituency" in ({part.kind for part in place.parts} or {place.kind}):
        found.append(Note("best_fit"))
        if place.neighbour:
            found.append(Note("part_of_constituency"))
        elif edition.counts_apart.isdisjoint(_codes(place)):
            found.append(Note("whole_constituency"))
    absent = edition.manifest.get("output_areas", {}).get("absent", {})
    unknown = sum(len(absent[code]) for code in place.lsoas.intersection(absent))
    found += [Note("absent_output_areas", unknown)] * bool(unknown)
    return [*found, *[Note("neighbour")] * place.neighbour]


def _codes(place: Place) -> list[str]:
    return [part.code for part in place.parts] or [place.code]


def _counted_apart(
    edition: Edition, view: View, place: Place, figures: Mapping[str, Figure],
) -> list[Note]:
    """Set Ofcom's own counts of a place beside the sums of its neighbourhoods, where it has them and they differ."""
    if place.parts or place.kind not in KINDS or not edition.counts_apart:
        return []
    whole = KINDS[place.kind].whole_authorities
    if place.premises_published or not (whole or (place.kind == "constituency" and not place.neighbour)):
        return []
    rows = edition.places_of("authority" if whole else "constituency")
    codes = edition.areas.loc[place.lsoas, "authority"].unique() if whole else [place.code]
    theirs = rows.loc[codes, ["ofcom_premises", f"ofcom_below_{view.speed}"]].sum(skipna=False)
    ours = (figures["premises"].count, figures["premises_below"].count)
    return [Note("counted_apart", counts=(*map(float, theirs), *ours))] * bool(theirs.notna().all())


def _more_did(figures: Mapping[str, Figure]) -> list[Note]:
    """Where more people worked at home on census day than are counted as able to, before a reader finds it."""
    did, could = figures["works_from_home"].value, figures["remote_capable"].count
    return [Note("more_did")] * (did is not None and did > could)


def _odd_tiers(figures: Mapping[str, Figure]) -> list[Note]:
    """Where Ofcom's own counts of two tiers do not nest, before a reader takes it for an error."""
    below = {speed: figures[f"premises_below.{speed}"].count for speed in SPEEDS}
    return ([Note("gigabit_above_300")] * (below["gigabit"] < below["300"] - 0.5)
            + [Note("uso_above_10")] * (below["uso"] > below["10"] + 0.5))
