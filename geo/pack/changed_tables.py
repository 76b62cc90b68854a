"""A pack's tables of what changed since an earlier edition: a row a figure, a row a station."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from geo.core.choices import ALL_HUBS
from geo.core.measures import BASES, FIGURES
from geo.figures.changes import CAUSES, Change
from geo.figures.intervals import Interval
from geo.figures.profile import PlaceProfile
from geo.words.changes import STATION_TIMES, figure_name

CHANGES, STATIONS = "changes", "stations-changed"

CHANGED_TABLES = (CHANGES, STATIONS)
"""Tables that need the earlier edition."""

_NUMBERS = ("before", "after", "change", *Interval._fields, *CAUSES)
_FIGURE_COLUMNS = ("figure", "label", "unit", *_NUMBERS, "basis")


def changed_tables(profile: PlaceProfile) -> Mapping[str, pd.DataFrame]:
    """Table what changed since the edition that the view is compared with; nothing where it is compared with none.

    Where that edition is not at hand, or has not the place, the table of figures has its columns and no rows.
    """
    if not profile.view.against:
        return {}
    return {stem: table.assign(against=profile.view.against)
            for stem, table in ((CHANGES, _figures(profile)), (STATIONS, _stations(profile)))}


def _figures(profile: PlaceProfile) -> pd.DataFrame:
    found = profile.changes
    rows = [] if found is None or found.there != "both" else [_row(profile, change) for change in found.figures]
    table = pd.DataFrame(rows, columns=list(_FIGURE_COLUMNS))
    return table.astype({**dict.fromkeys(_FIGURE_COLUMNS, "str"), **dict.fromkeys(_NUMBERS, "float64")})


def _row(profile: PlaceProfile, change: Change) -> dict[str, Any]:
    """Write one figure; a cause from which nothing comes is 0, where causes are known at all."""
    measure = FIGURES[change.measure]
    causes = {cause: change.parts.get(cause, 0.0) for cause in CAUSES} if change.parts else {}
    basis = dict.fromkeys(BASES[name].name for name in change.basis)
    return {"figure": f"{change.measure}.{change.option}".removesuffix("."),
            "label": figure_name(change, profile.view), "unit": measure.unit, "before": change.before,
            "after": change.after, "change": change.change, **causes,
            **({} if change.interval is None else change.interval._asdict()), "basis": "; ".join(basis)}


def _stations(profile: PlaceProfile) -> pd.DataFrame:
    found = profile.changed_stations
    times = [f"{name}_{when}" for name in STATION_TIMES for when in ("before", "after")]
    columns = {"station": "str", "name": "str", "hub": "str", **dict.fromkeys(times, "float64"), "basis": "str"}
    if found is None:
        return pd.DataFrame(columns=list(columns)).astype(columns)
    bases = dict.fromkeys(f"rail {edition.rail_basis}" for edition in (profile.earlier, profile.edition)
                          if edition is not None)
    table = found.reset_index().assign(hub=ALL_HUBS[profile.view.hub].label, basis="; ".join(bases))
    return table[list(columns)].astype(columns)
