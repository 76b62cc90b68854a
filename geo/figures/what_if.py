"""Before and after: what a what-if does to a place, who gains by it, and where."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from geo.core.cache import cached
from geo.core.measures import FIGURES, Measure
from geo.core.view import View
from geo.core.what_if_terms import WhatIf
from geo.edition.store import Edition
from geo.figures.areas import area_figures
from geo.figures.certainty import certainty
from geo.figures.draws import is_drawn, lsoa_draws, rests_on_line
from geo.figures.intervals import ENDS, Interval, interval_of
from geo.figures.place import PlaceFigures, show
from geo.figures.place_json import place_json
from geo.figures.scenario import scenario
from geo.layers.uncertainty import DRAWS

CHANGING = ("people_in_gap", "nowhere_to_turn", "premises_below", "cut_off_by_rail")
"""Figures that a what-if may change, by key: those that are told of each group and neighbourhood."""

SETTINGS = ("rural", "urban")
FIFTHS = range(1, 6)


class Outcome(NamedTuple):
    """What a what-if does to one place.

    Attributes
    ----------
    terms
        What is changed.
    edition
        With the changes.
    before, after
        Every figure.
    changes
        Key of `CHANGING` → where nine of ten draws of the change lie; missing where it is not drawn.
    """

    terms: WhatIf
    edition: Edition
    before: PlaceFigures
    after: PlaceFigures
    changes: Mapping[str, Interval]

    def change(self, key: str) -> float:
        """Tell by how much a figure that is counted changes: after less before."""
        return float(self.after[key].count - self.before[key].count)


@cached(6, key=lambda edition, view: (edition, view.place, *view.options().values(), WhatIf.of(view)))
def what_if(edition: Edition, view: View) -> Outcome:
    """Work out what a what-if does to a place.

    Parameters
    ----------
    edition
        The edition served.
    view
        Its place, the options that change figures, and its what-if.

    Returns
    -------
    Outcome
        Equal before and after where nothing is changed. Do not change it: it is shared.

    Raises
    ------
    ViewError, PlaceError, EditionError
        What cannot be, or is not there.
    """
    terms = WhatIf.of(view)
    changed = scenario(edition, terms)
    before = show(edition, view)
    after = show(changed, view)
    changes = {key: interval_of(drawn.sum(axis=0)) for key in CHANGING
               if (drawn := _drawn_change(edition, changed, view, FIGURES[key], before.place.lsoas)) is not None}
    return Outcome(terms, changed, before, after, changes)


def _drawn_change(
    edition: Edition, changed: Edition, view: View, measure: Measure, lsoas: pd.Index,
) -> np.ndarray | None:
    """Draw by how much a figure of LSOAs changes: what is unknown is so before and after alike."""
    if not is_drawn(edition, measure):
        return None
    drawn = np.zeros((len(lsoas), DRAWS))
    here = np.flatnonzero(_may_change(edition, changed, view, measure).loc[lsoas])
    rows = edition.areas.index.get_indexer(lsoas[here])
    before, after = (lsoa_draws(each, view, measure, rows) for each in (edition, changed))
    drawn[here] = np.subtract(after, before, dtype="float64")
    return drawn


def _may_change(edition: Edition, changed: Edition, view: View, measure: Measure) -> pd.Series:
    """Tell of which LSOAs a figure may change in some draw: where lines do, or journeys to the view's hub."""
    found = pd.Series(False, edition.areas.index)
    if rests_on_line(measure):
        column = f"below_{view.speed}"
        found |= changed.areas[column] != edition.areas[column]
    if measure.by_rail and changed.reach_table is not edition.reach_table:
        tables = [each.reach(view.hub, view.clock, view.access) for each in (edition, changed)]
        both = tables[0].merge(tables[1], on=["area", "minutes"], how="outer", suffixes=("", "_after"))
        found[both.loc[both["postcodes"] != both["postcodes_after"], "area"].unique()] = True
    return found


def area_changes(edition: Edition, view: View, outcome: Outcome) -> pd.DataFrame:
    """List the neighbourhoods of a place that anything changes in.

    Parameters
    ----------
    edition
        The edition served.
    view
        As `what_if` takes it.
    outcome
        As it gives it.

    Returns
    -------
    pandas.DataFrame
        Index LSOA code, sorted; name, authority (its name), and for each key of `CHANGING` its count before, after, and
        change (float64).
    """
    lsoas = outcome.before.place.lsoas
    tables = [area_figures(each, view).loc[lsoas] for each in (edition, outcome.edition)]
    areas = edition.areas.loc[lsoas]
    found = pd.DataFrame({"name": areas["name"], "authority": areas["authority"].map(edition.names("authority"))})
    for key in CHANGING:
        column = FIGURES[key].column(view.speed)
        before, after = (table[column] for table in tables)
        found = found.assign(**{f"{key}_before": before, f"{key}_after": after, f"{key}_change": after - before})
    changed = (found[[f"{key}_change" for key in CHANGING]] != 0).any(axis=1)
    return found[changed].sort_index()


def who_gains(edition: Edition, view: View, outcome: Outcome) -> pd.DataFrame:
    """Tell how much of a change falls to whom.

    Parameters
    ----------
    edition
        The edition served.
    view
        As `what_if` takes it.
    outcome
        As it gives it.

    Returns
    -------
    pandas.DataFrame
        RangeIndex; group ("fifth", "setting" or "authority"), value (1 for England's most deprived fifth to 5; rural or
        urban; the authority's code), name (of an authority), residents, and for people_in_gap and nowhere_to_turn
        before, after, change and the ends of the interval of the change, p05 and p95 (missing where it is not drawn).
        Each group's rows sum to the place but for neighbourhoods whose deprivation is not known.
    """
    lsoas = outcome.before.place.lsoas
    areas = edition.areas.loc[lsoas]
    groups: Mapping[str, pd.Series] = {
        "fifth": np.ceil(areas["imd_decile"] / 2).astype("Int64").astype("object"),
        "setting": areas["urban"].map({True: "urban", False: "rural"}), "authority": areas["authority"]}
    tables = [area_figures(each, view).loc[lsoas] for each in (edition, outcome.edition)]
    found = []
    for group, values in groups.items():
        keys = values.dropna()
        rows = areas.loc[keys.index, "residents"].groupby(keys).sum().rename("residents").to_frame()
        for key in ("people_in_gap", "nowhere_to_turn"):
            column = FIGURES[key].column(view.speed)
            before, after = (table.loc[keys.index, column].groupby(keys).sum() for table in tables)
            rows = rows.assign(**{f"{key}_before": before, f"{key}_after": after, f"{key}_change": after - before})
            drawn = _drawn_change(edition, outcome.edition, view, FIGURES[key], keys.index)
            ends = pd.DataFrame(np.nan, rows.index, ["p05", "p95"]) if drawn is None else pd.DataFrame(
                np.quantile(pd.DataFrame(drawn).groupby(keys.to_numpy()).sum(), ENDS, axis=1).T,
                rows.index, ["p05", "p95"])
            rows = rows.join(ends.add_prefix(f"{key}_"))
        found.append(rows.rename_axis("value").reset_index().assign(group=group))
    table = pd.concat(found, ignore_index=True)
    names = table["value"].map(edition.names("authority")).where(table["group"] == "authority", "").fillna("")
    return table.assign(name=names)[["group", "value", "name", *table.columns.drop(["group", "value"])]]


def what_if_json(
    edition: Edition, view: View, outcome: Outcome, notes: Callable[[PlaceFigures], list[str]], said: Sequence[str],
) -> dict[str, Any]:
    """Write an outcome as plain JSON.

    Parameters
    ----------
    edition
        The edition served.
    view
        As `what_if` takes it.
    outcome
        As it gives it.
    notes
        Puts the notes of an answer into words.
    said
        What stands before those of after: what is changed.

    Returns
    -------
    dict
        before and after, each as `geo.figures.place_json.place_json` writes it; change, of the same shape with every
        number of after less that of before, None where either is: its certainty is the interval of the change itself.
    """
    place = outcome.before.place
    before = place_json(outcome.before, certainty(edition, view, place), notes(outcome.before))
    after = place_json(outcome.after, certainty(outcome.edition, view, place), [*said, *notes(outcome.after)])
    change = {name: _less(after[name], before[name]) for name in after
              if name not in {"edition", "view", "place", "certainty", "comparators", "notes"}}
    sure = {key: found._asdict() for key, found in outcome.changes.items()}
    facts = {name: before[name] for name in ("edition", "view", "place")}
    return {"before": before, "after": after, "change": {**facts, **change, "certainty": sure}}


def _less(after: Any, before: Any) -> Any:
    """Take numbers from one another, at every depth; texts and dates stay."""
    if isinstance(after, dict) and isinstance(before, dict):
        return {name: _less(value, before.get(name)) for name, value in after.items()}
    if isinstance(after, int | float) and isinstance(before, int | float):
        return after - before
    return after if isinstance(after, str) else None
