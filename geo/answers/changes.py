"""What changed between two editions, as a program gets it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from geo.core.choices import KINDS
from geo.core.errors import ViewError
from geo.core.measures import BASES, FIGURES
from geo.core.untrusted import quoted
from geo.core.view import View
from geo.edition.lacks import lacks
from geo.edition.store import Edition
from geo.figures.changes import (
    CAUSES,
    Change,
    PlaceChanges,
    changes_by,
    changes_of_each,
    same_inputs,
    source_changes,
)
from geo.figures.journey_changes import station_changes
from geo.words.editions import LACKING


@dataclass(frozen=True)
class EditionChanges:
    """Two editions side by side: the places of a kind that changed, and the region."""

    before: Edition
    after: Edition
    view: View
    by: str
    places: Sequence[PlaceChanges]
    region: PlaceChanges
    stations: pd.DataFrame

    def as_json(self) -> dict[str, Any]:
        """Give it as plain JSON."""
        return {
            "before": _facts(self.before), "after": _facts(self.after), "view": self.view.options(), "by": self.by,
            "same_files": same_inputs(self.before, self.after),
            "sources": [{"id": each.id, "title": each.title, "before": each.before or None, "after": each.after or None}
                        for each in source_changes(self.before, self.after)],
            "lacks": {side: [LACKING[key][0] for key in lacks(each)]
                      for side, each in (("before", self.before), ("after", self.after))},
            "region": _place_json(self.region), "places": [_place_json(place) for place in self.places],
            "stations": [_station_json(str(code), row) for code, row in self.stations.iterrows()],
        }

    @cached_property
    def as_table(self) -> pd.DataFrame:
        """Give the figures of its places as a table: a row a place and figure."""
        rows = [{"code": place.code, "name": place.name, "there": place.there, **_figure_json(change)}
                for place in self.places for change in place.figures]
        flat = [{**row, "option": row["option"] or "", "basis": "; ".join(BASES[name].name for name in row["basis"]),
                 **row.pop("parts"), **(row.pop("certainty") or {})}
                for row in rows]
        columns = ["code", "name", "there", "measure", "option", "before", "after", "change", "p05", "p95", *CAUSES,
                   "basis"]
        table = pd.DataFrame(flat, columns=columns)
        return table.assign(against=self.before.id, edition=self.after.id)


def edition_changes(before: Edition, after: Edition, view: View, by: str = "authority") -> EditionChanges:
    """Set two editions side by side; a ViewError says what cannot be asked."""
    if by not in KINDS or not any(by in each.kinds() for each in (before, after)):
        raise ViewError(f"kind of place {quoted(by, 40)}, which is not one of {', '.join(after.kinds())}")
    found = changes_by(before, after, view, *dict.fromkeys([by, "region"]))
    whole = after.region
    unchanged = PlaceChanges(whole.code, whole.name, "both", neighbour=False, figures=(), journeys=())
    region = next((place for place in found["region"] if place.code == whole.code), unchanged)
    return EditionChanges(before, after, view, by, found[by], region, station_changes(before, after, view.hub))


def place_changes(before: Edition, after: Edition, view: View) -> EditionChanges:
    """Set two editions side by side for the view's place alone; a PlaceError says that neither has it."""
    here, region = changes_of_each(before, after, view, view.place, after.region.code)
    kind = next((each.place(here.code).kind for each in (after, before) if here.there in {
        "both", "after" if each is after else "before"}), "")
    return EditionChanges(before, after, view, kind, [here] if here.figures or here.journeys else [], region,
                          station_changes(before, after, view.hub))


def _facts(edition: Edition) -> dict[str, Any]:
    return {**edition.facts().as_json(), "built_at": edition.manifest["built_at"]}


def _place_json(place: PlaceChanges) -> dict[str, Any]:
    return {
        "code": place.code, "name": place.name, "there": place.there, "neighbour": place.neighbour,
        "figures": [_figure_json(change) for change in place.figures],
        "journeys": [{"hub": each.hub, "residents": each.residents, "longer": each.longer, "shorter": each.shorter}
                     for each in place.journeys]}


def _figure_json(change: Change) -> dict[str, Any]:
    """Write one figure: whole premises as the numbers that they are."""
    whole = FIGURES[change.measure].published

    def number(value: float | None) -> float | int | None:
        return int(value) if whole and value is not None and value == round(value) else value

    return {"measure": change.measure, "option": change.option or None, "before": number(change.before),
            "after": number(change.after), "change": number(change.change), "parts": dict(change.parts),
            "basis": list(change.basis),
            "certainty": None if change.interval is None else change.interval._asdict()}


def _station_json(code: str, row: pd.Series) -> dict[str, Any]:
    def side(when: str) -> dict[str, float | None] | None:
        found = {name: row[f"{name}_{when}"] for name in ("fastest", "typical", "average", "departures")}
        return None if pd.isna(found["typical"]) else {
            **{name: None if pd.isna(value) else float(value) for name, value in found.items()},
            "departures": int(found["departures"])}

    return {"station": code, "name": row["name"], "before": side("before"), "after": side("after")}
