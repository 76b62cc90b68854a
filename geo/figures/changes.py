"""What changed between two editions, place by place, and how much of it comes from what."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.core.cache import forget_of
from geo.core.choices import SPEEDS
from geo.core.errors import EditionError, PlaceError
from geo.core.measures import FIGURES
from geo.core.view import View
from geo.edition.places import Place
from geo.edition.store import Edition
from geo.figures.aggregate import place_sums, place_values
from geo.figures.areas import area_figures
from geo.figures.draws import is_drawn
from geo.figures.intervals import ENDS, Interval, group_draws
from geo.figures.journey_changes import JourneyChange, journey_changes
from geo.figures.place import resolve_basis
from geo.figures.swapped import PARTS, Pair, differing, paired, swapped
from geo.layers.small_area import Floats
from geo.layers.uncertainty import DRAWS
from geo.sources.catalogue import TIMETABLE

METHOD, REST = "method", "not_told_apart"
CAUSES = (*PARTS, METHOD, REST)
"""What a change is made of. Where every file that was read is the same in both editions all of it is the method's;
else what is left over of the parts that can be swapped is not told apart."""

_BY_SPEED = ("premises_below", "people_in_gap")
_BY_VIEW = ("nowhere_to_turn", "cut_off_by_rail", "train_to_hub_minutes", "door_to_hub_minutes")
_PLAIN = ("residents", "workers", "remote_capable", "premises")
DRAWN = ("people_in_gap", "nowhere_to_turn")
"""Figures of which it is said between what their change lies."""

_NOTHING = 5e-7
"""Of people, premises or minutes: sums of shares differ by so little where only their order changed."""

_WHOLE = 0.5
"""Of premises: less than this is no premises more or fewer."""

Asked = tuple[str, str]
"""A key of `geo.core.measures.FIGURES`, and the speed or hub that it is asked at ("" for neither)."""


@dataclass(frozen=True)
class Change:
    """One figure of one place in two editions.

    Attributes
    ----------
    measure, option
        Key of `geo.core.measures.FIGURES`; the speed or the hub it is at, "" for neither.
    before, after
        People, premises or minutes; None where there is none (no rail, or no such place and no count).
    parts
        Key of `CAUSES` → how much of the change comes from it; those that come to nothing are left out. They sum to
        the change. Empty where there is no change in number.
    basis
        What it rests on, in the earlier edition and in the later: keys of `geo.core.measures.BASES`, each once.
    interval
        Where nine of ten draws of the change lie, for those of `DRAWN` at the view's speed; None where nothing is
        drawn, or the two editions' lines do not rest on the same.
    """

    measure: str
    option: str
    before: float | None
    after: float | None
    parts: Mapping[str, float]
    basis: tuple[str, ...] = ()
    interval: Interval | None = None

    @property
    def change(self) -> float | None:
        """By how much it grew; None where one of the two is not there."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True)
class PlaceChanges:
    """What changed in one place.

    Attributes
    ----------
    code, name
        Of the place; the name is the later edition's, where that has it.
    there
        "both", or "before" or "after" where it is in that edition alone.
    neighbour
        Whether any of it lies outside the region.
    figures
        Those that changed.
    journeys
        Those to hubs that changed.
    """

    code: str
    name: str
    there: str
    neighbour: bool
    figures: tuple[Change, ...]
    journeys: tuple[JourneyChange, ...]

    def figure(self, measure: str, option: str = "") -> Change | None:
        """Look up a figure that changed; None where it did not."""
        return next((each for each in self.figures if (each.measure, each.option) == (measure, option)), None)

    def moved(self, measure: str, option: str = "") -> float:
        """Tell by how much a count grew; 0 where it did not change."""
        found = self.figure(measure, option)
        return 0.0 if found is None or found.change is None else found.change


def asked_of(view: View) -> list[Asked]:
    """List the figures that are compared.

    Parameters
    ----------
    view
        Speed, hub, minutes, clock, work and access.

    Returns
    -------
    list of tuple
        Key and option of each.
    """
    rows = [(key, speed) for key in _BY_SPEED for speed in SPEEDS]
    rows += [(key, view.speed if "speed" in FIGURES[key].options else view.hub) for key in _BY_VIEW]
    return rows + [(key, "") for key in _PLAIN]


def same_inputs(before: Edition, after: Edition) -> bool:
    """Tell whether two editions were made from the same files, byte for byte.

    Parameters
    ----------
    before, after
        Any two editions.

    Returns
    -------
    bool
        By the checksums in their manifests.
    """
    files = [sorted((row["id"], row["sha256"]) for row in each.manifest["sources"]) for each in (before, after)]
    return files[0] == files[1]


def same_timetable(before: Edition, after: Edition) -> bool:
    """Tell whether the journeys of two editions are of the very same timetable.

    Parameters
    ----------
    before, after
        Any two editions.

    Returns
    -------
    bool
        By the checksums and the days in their manifests; not where either says nothing of it.
    """
    said = [[(row["sha256"], each.manifest["rail_day"]) for row in each.manifest["sources"] if row["id"] == TIMETABLE]
            for each in (before, after)]
    return bool(said[0]) and said[0] == said[1]


@dataclass(frozen=True)
class SourceChange:
    """One publisher's file in two editions.

    Attributes
    ----------
    id, title
        Of the source.
    before, after
        What its figures are of (a month, a year); "" where the edition was made without it.
    """

    id: str
    title: str
    before: str
    after: str


def source_changes(before: Edition, after: Edition) -> list[SourceChange]:
    """List the sources that are not the same file in both editions.

    Parameters
    ----------
    before, after
        The earlier edition and the later one.

    Returns
    -------
    list of SourceChange
        In the order of the later edition's manifest, then those that only the earlier one has.
    """
    files = [{row["id"]: row for row in each.manifest["sources"]} for each in (before, after)]
    titles = {key: row["title"] for rows in files for key, row in rows.items()}
    return [SourceChange(key, titles[key], *(str(rows[key]["vintage"]) if key in rows else "" for rows in files))
            for key in [*files[1], *(key for key in files[0] if key not in files[1])]
            if len({rows[key]["sha256"] if key in rows else "" for rows in files}) > 1]


def changes_by(before: Edition, after: Edition, view: View, *kinds: str) -> dict[str, list[PlaceChanges]]:
    """Set two editions side by side, for every place of some kinds.

    Parameters
    ----------
    before, after
        The earlier edition and the later one.
    view
        Speed, hub, minutes, clock, work and access.
    *kinds
        Keys of `geo.core.choices.KINDS`.

    Returns
    -------
    dict of str to list of PlaceChanges
        By kind: the places that changed, those whose people in the gap at the view's speed changed most first, then by
        code. Empty lists where both are one edition.
    """
    if before.id == after.id:
        return {kind: [] for kind in kinds}
    _require_one_region(before, after)
    places = {kind: (before.places_of(kind), after.places_of(kind)) for kind in kinds}
    wanted = [_Wanted((before, after), (before.membership(kind), after.membership(kind)),
                      (tables[0]["premises_published"], tables[1]["premises_published"]))
              for kind, tables in places.items()]
    told = {}
    for (kind, tables), found in zip(places.items(), _changed(before, after, view, wanted), strict=True):
        facts = {code: row for table in tables for code, row in table[["name", "neighbour"]].to_dict("index").items()}
        rows = [PlaceChanges(code, facts[code]["name"], _where(*(code in table.index for table in tables)),
                             bool(facts[code]["neighbour"]), *found[code]) for code in sorted(found)]
        told[kind] = sorted(rows, key=lambda row: -abs(row.moved("people_in_gap", view.speed)))
    return told


def changes_of(before: Edition, after: Edition, view: View, text: str) -> PlaceChanges:
    """Set two editions side by side, for one place.

    Parameters
    ----------
    before, after
        The earlier edition and the later one.
    view
        Speed, hub, minutes, clock, work and access.
    text
        Code or name of the place, or several joined by `+`.

    Returns
    -------
    PlaceChanges
        Without figures where nothing changed.

    Raises
    ------
    PlaceError
        Neither edition has the place.
    """
    (found,) = changes_of_each(before, after, view, text)
    return found


def changes_of_each(before: Edition, after: Edition, view: View, *texts: str) -> list[PlaceChanges]:
    """Set two editions side by side, for some places: quicker than one by one.

    Parameters
    ----------
    before, after
        The earlier edition and the later one.
    view
        Speed, hub, minutes, clock, work and access.
    *texts
        Code or name of each place, or several joined by `+`.

    Returns
    -------
    list of PlaceChanges
        As `changes_of` gives each.

    Raises
    ------
    PlaceError
        Neither edition has one of the places.
    """
    _require_one_region(before, after)
    pairs = []
    for text in texts:
        later = _place(after, text)
        earlier = _place(before, later.code if later else text)
        pairs.append((later or earlier or after.place(text), earlier, later))      # which says why there is none
    found: list[_Found] = [{} for _ in pairs]
    if before.id != after.id:
        found = _changed(before, after, view, [_wanted((before, after), known.code, *both) for known, *both in pairs])
    return [PlaceChanges(known.code, known.name, _where(earlier is not None, later is not None), known.neighbour,
                         *each.get(known.code, ((), ()))) for (known, earlier, later), each in zip(
                             pairs, found, strict=True)]


def _wanted(editions: tuple[Edition, Edition], code: str, *places: Place | None) -> "_Wanted":
    """Say which LSOAs one place is made of, before and after."""
    keys = [pd.Series(code, place.lsoas if place else pd.Index([], dtype="str"), dtype="str") for place in places]
    published = [pd.Series({code: bool(place and place.premises_published)}) for place in places]
    return _Wanted(editions, (keys[0], keys[1]), (published[0], published[1]))


def _require_one_region(before: Edition, after: Edition) -> None:
    """Refuse to set editions of two regions side by side."""
    if before.region.code != after.region.code:
        raise EditionError(f"{before.id} is of {before.region.spoken}, {after.id} of {after.region.spoken}: name two "
                           "editions of one region")


def _place(edition: Edition, text: str) -> Place | None:
    try:
        return edition.place(text)
    except PlaceError:
        return None


def _where(before: bool, after: bool) -> str:
    return "both" if before and after else "after" if after else "before"


class _Wanted(NamedTuple):
    """Two editions, which place each LSOA counts in, which places' premises are published: before and after."""

    editions: tuple[Edition, Edition]
    keys: tuple[pd.Series, pd.Series]
    published: tuple[pd.Series, pd.Series]

    @property
    def codes(self) -> pd.Index:
        """The places of both, sorted."""
        return pd.Index(sorted({*self.keys[0], *self.keys[1]}), dtype="str")

    def basis(self, key: str, code: str) -> tuple[str, ...]:
        """Tell what a figure of a place rests on, in one edition and in the other."""
        return tuple(dict.fromkeys(
            basis for edition, shown in zip(self.editions, self.published, strict=True)
            for basis in resolve_basis(FIGURES[key].bases, edition, published=bool(shown.get(code, False)))))


_Found = dict[str, tuple[tuple[Change, ...], tuple[JourneyChange, ...]]]


def _changed(before: Edition, after: Edition, view: View, wanted: Sequence[_Wanted]) -> list[_Found]:
    """Find what changed, by place, for several ways to make places of neighbourhoods."""
    pair = paired(before, after)
    moved = any(not each.keys[0].equals(each.keys[1]) for each in wanted)
    told = {*differing(pair), *["membership"] * moved}
    parts = [part for part in PARTS if part in told]
    forward, backward = (list(_steps(pair, parts, view, wanted, back=back)) for back in (False, True))
    cause = METHOD if same_inputs(before, after) else ""
    drawn = {key: _drawn(before, after, view, key, wanted) for key in DRAWN}
    found = []
    for number, each in enumerate(wanted):
        ahead, behind = ([step[number] for step in steps] for steps in (forward, backward))
        halves = {part: ((ahead[row + 1] - ahead[row]) - (behind[row + 1] - behind[row])) / 2
                  for row, part in enumerate(parts)}
        ends = _rounded((ahead[0], behind[0]), each, view)
        sure = {key: rows[number] for key, rows in drawn.items()}
        found.append(_listed(each, view, ends, _taken_apart(ends[1] - ends[0], halves, cause=cause), sure,
                             journey_changes(pair, view, _latest(each))))
    for edition in pair:
        if edition not in {before, after}:
            forget_of(edition)
    return found


def _latest(wanted: _Wanted) -> pd.Series:
    """Return the place each LSOA counts in: by the later edition, but of places that it has not."""
    first, last = wanted.keys
    return pd.concat([last, first[~first.isin(last)]])


def _steps(
    pair: Pair, parts: Sequence[str], view: View, wanted: Sequence[_Wanted], *, back: bool,
) -> Iterator[list[Floats]]:
    """Work every figure out in one edition, then with one part after the other taken from the other edition."""
    own, other = (1, 0) if back else (0, 1)
    yield [_values(pair[own], view, each.keys[own], each.codes) for each in wanted]
    for number in range(len(parts)):
        taken = parts[:number + 1]
        edition, side = swapped(pair, taken, back=back), other if "membership" in taken else own
        yield [_values(edition, view, each.keys[side], each.codes) for each in wanted]
        forget_of(edition)


def _values(edition: Edition, view: View, keys: pd.Series, codes: pd.Index) -> Floats:
    """Work figures out, place by figure; one that is not there has counts of 0, and minutes that are missing."""
    summed = {(key, option): FIGURES[key].column(option) for key, option in asked_of(view)
              if FIGURES[key].summary == "sum"}
    sums = place_sums(area_figures(edition, view), [*summed.values()], keys).reindex(codes)
    absent, columns = ~codes.isin(keys), []
    for asked in asked_of(view):
        if asked in summed:
            columns.append(np.where(absent, 0.0, sums[summed[asked]]))
        else:
            values = place_values(edition, view, FIGURES[asked[0]], keys)["value"]
            columns.append(values.reindex(codes).to_numpy(dtype="float64"))
    return np.column_stack(columns)


def _rounded(ends: tuple[Floats, Floats], wanted: _Wanted, view: View) -> list[Floats]:
    """Give published premises as the whole numbers that they are."""
    return [np.where(published, end.round(), end)
            for end, published in zip(ends, _published(wanted, view), strict=True)]


def _published(wanted: _Wanted, view: View) -> list[npt.NDArray[np.bool_]]:
    """Tell which figures of which places are published premises, before and after: place by figure."""
    of_premises = ["premises" in FIGURES[key].bases for key, _ in asked_of(view)]
    return [np.outer(shown.reindex(wanted.codes, fill_value=False), of_premises) for shown in wanted.published]


def _drawn(
    before: Edition, after: Edition, view: View, key: str, wanted: Sequence[_Wanted],
) -> list[Mapping[str, Interval]]:
    """Find between what a change lies, by place: what is unknown is so before and after alike."""
    measure, editions = FIGURES[key], (before, after)
    if before.broadband_basis != after.broadband_basis or not all(is_drawn(each, measure) for each in editions):
        return [{}] * len(wanted)
    sums = [np.zeros((2, len(each.codes), DRAWS)) for each in wanted]
    for side, edition in enumerate(editions):
        for each, held in zip(wanted, sums, strict=True):     # for all of them one edition's draws are at hand
            if len(each.keys[side]):
                places, drawn = group_draws(edition, view, measure, each.keys[side])
                held[side, each.codes.get_indexer(places)] = drawn
    ends = [np.quantile(held[1] - held[0], ENDS, axis=1) for held in sums]
    return [{str(code): Interval(float(low[row]), float(high[row])) for row, code in enumerate(each.codes)}
            for each, (low, high) in zip(wanted, ends, strict=True)]


def _listed(
    wanted: _Wanted, view: View, ends: Sequence[Floats], parts: Mapping[str, Floats],
    drawn: Mapping[str, Mapping[str, Interval]], journeys: Mapping[str, tuple[JourneyChange, ...]],
) -> _Found:
    """List the figures of each place that changed."""
    moved = np.isnan(ends[0]) != np.isnan(ends[1])
    moved |= np.any([np.abs(part) > _NOTHING for part in parts.values()], axis=0)
    # The sums of neighbourhoods differ by a fraction of a premises where the published count is one and the same.
    alike = np.all([ends[0] == ends[1], *_published(wanted, view), *(np.abs(part) < _WHOLE for part in parts.values())],
                   axis=0)
    moved &= ~alike
    asked, codes = asked_of(view), wanted.codes
    figures: dict[str, list[Change]] = {str(code): [] for code in codes}
    for row, column in np.argwhere(moved):
        (key, option), code = asked[column], codes[row]
        before, after = (None if np.isnan(end[row, column]) else float(end[row, column]) for end in ends)
        told = {part: float(value[row, column]) for part, value in parts.items() if abs(value[row, column]) > _NOTHING}
        sure = drawn.get(key, {}).get(code) if option == view.speed else None
        figures[code].append(Change(key, option, before, after, told, wanted.basis(key, code), sure))
    return {code: (tuple(found), journeys.get(code, ())) for code, found in figures.items()
            if found or code in journeys}


def _taken_apart(moved: Floats, steps: Mapping[str, Floats], *, cause: str) -> dict[str, Floats]:
    """Say what every change is made of; on the way from one edition to the other minutes may be missing."""
    if cause:
        return {cause: np.nan_to_num(moved)}
    known = np.isfinite(np.sum([moved, *steps.values()], axis=0))
    told = {part: np.where(known, step, 0.0) for part, step in steps.items()}
    return {**told, REST: np.nan_to_num(moved) - sum(told.values())}
