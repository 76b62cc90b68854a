"""Whether journeys became longer between two editions: for how many residents, and from which stations."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from geo.core.choices import ALL_HUBS, NO_RAIL
from geo.core.view import View
from geo.edition.store import Edition
from geo.figures.swapped import Pair
from geo.rail.connections import assembled

LEAST = 0.5
"""Minutes by which the average of a neighbourhood's postcodes must differ, where the postcodes themselves are others:
one that came or went moves it by less."""

TOO_FAR = 720
"""Minutes that a postcode without a way to the hub counts as, in such an average."""

_BOARD = ["fastest", "typical", "departures"]


@dataclass(frozen=True)
class JourneyChange:
    """Journeys of a place's residents to one hub.

    Attributes
    ----------
    hub
        A key of `geo.core.choices.ALL_HUBS`.
    residents
        Of the place.
    longer, shorter
        Residents of its neighbourhoods in which the average postcode's journey takes longer, or less long; one that
        leads nowhere any more counts as longer.
    """

    hub: str
    residents: float
    longer: float
    shorter: float


def journey_changes(pair: Pair, view: View, keys: pd.Series) -> dict[str, tuple[JourneyChange, ...]]:
    """Find for how many residents of places journeys became longer or shorter.

    Parameters
    ----------
    pair
        As `geo.figures.swapped.paired` gives it.
    view
        Its access: journeys are counted from the door, since who is quicker by another station may have the longer
        train journey.
    keys
        Code of the place that each LSOA counts in, indexed by LSOA code.

    Returns
    -------
    dict of str to tuple of JourneyChange
        By place, in the order of the hubs; only places and hubs of which a journey changed.
    """
    if pair.before.reach_table.equals(pair.after.reach_table):
        return {}
    same_doors = pair.before.areas["postcodes"].equals(pair.after.areas["postcodes"])
    moved = _average(pair.after, view.access) - _average(pair.before, view.access)
    moved = moved.where(moved.abs() >= (1e-9 if same_doors else LEAST), 0.0).loc[keys.index]
    people, place = pair.after.areas["residents"].astype("float64"), keys.to_numpy()
    living = people.loc[keys.index]
    whole = living.groupby(place).sum()
    found: dict[str, list[JourneyChange]] = defaultdict(list)
    for hub in [key for key in pair.after.region.hubs if key in pair.before.region.hubs]:
        longer, shorter = (living.where(changed, 0.0).groupby(place).sum()
                           for changed in (moved[hub] > 0, moved[hub] < 0))
        touched = (moved[hub] != 0).groupby(place).any()
        for code in touched.index[touched]:
            found[str(code)].append(JourneyChange(hub, *(float(each[code]) for each in (whole, longer, shorter))))
    return {code: tuple(rows) for code, rows in found.items()}


def _average(edition: Edition, access: str) -> pd.DataFrame:
    """Minutes from door to hub of the average postcode of each LSOA: index code, a column a hub."""
    found = {}
    for hub in edition.region.hubs:
        reach = edition.reach(hub, "door", access)
        minutes = reach["minutes"].where(reach["minutes"] < NO_RAIL, TOO_FAR).clip(upper=TOO_FAR)
        area = reach["area"].cat.codes.to_numpy()
        sums, postcodes = (np.bincount(area, weights=weights, minlength=len(edition.areas))
                           for weights in (minutes * reach["postcodes"], reach["postcodes"]))
        found[hub] = sums / postcodes
    return pd.DataFrame(found, index=edition.areas.index)


def station_changes(before: Edition, after: Edition, hub: str) -> pd.DataFrame:
    """List the stations whose journeys to a hub changed.

    Parameters
    ----------
    before, after
        The earlier edition and the later one.
    hub
        A key of `geo.core.choices.ALL_HUBS`.

    Returns
    -------
    pandas.DataFrame
        Index CRS code; name, and of both editions, each with `_before` or `_after`, float64, missing where no train
        goes or it is not known: fastest, typical and average (minutes; the typical journey is the median, over the
        minutes from 06:00 to 10:00, of the next journey; average is the mean of the same, which one slower train among
        many moves too) and departures. Those whose average, or else typical, became longest first. Only stations of the
        mapped area.
    """
    tables = [_board(each, hub) for each in (before, after)]
    averages = [_averages(each, hub) for each in (before, after)] if _other_trains(before, after) else [np.nan, np.nan]
    both = pd.concat([table.assign(average=average).add_suffix(f"_{when}") for table, average, when in zip(
        tables, averages, ("before", "after"), strict=True)], axis=1).sort_index()
    same = np.all([np.isclose(both[f"{name}_before"], both[f"{name}_after"], atol=1e-6, equal_nan=True)
                   for name in (*_BOARD, "average")], axis=0)
    inside = {crs for each in (before, after) for crs in each.stations.index[each.stations["inside"]]}
    both = both[~same & both.index.isin(inside)]
    names = {**before.stations["name"], **after.stations["name"]}
    both.insert(0, "name", [names[crs] for crs in both.index])
    longer = {name: both[f"{name}_after"].fillna(TOO_FAR) - both[f"{name}_before"].fillna(TOO_FAR)
              for name in ("average", "typical")}
    order = longer["average"].where(longer["average"] != 0, longer["typical"]).sort_values(
        ascending=False, kind="stable")
    return both.loc[order.index].rename_axis("station")


def _board(edition: Edition, hub: str) -> pd.DataFrame:
    rows = edition.journeys[edition.journeys["hub"] == hub]
    return rows.set_index("station")[_BOARD].astype("float64")


def _other_trains(before: Edition, after: Edition) -> bool:
    """Tell whether both editions keep the trains of their day, and they are not the same."""
    kept = (before.connections, after.connections)
    return not any(table.empty for table in kept) and not (
        kept[0].equals(kept[1]) and before.changes.equals(after.changes))


def _averages(edition: Edition, hub: str) -> pd.Series:
    """Minutes of the next journey from each station, on average over the minutes of the window."""
    from geo.rail.connection_scan import WINDOW, profile  # noqa: PLC0415 - its compiler takes half a second to come

    day = assembled(date.fromisoformat(str(edition.manifest["rail_day"])), edition.connections, edition.changes)
    found = profile(day, ALL_HUBS[hub].stations).sort_values("departs")
    first, last = (60 * (moment.hour * 60 + moment.minute) for moment in WINDOW)
    waits = pd.MultiIndex.from_product([range(first, last, 60), found["station"].unique()], names=["minute", "station"])
    next_trains = pd.merge_asof(waits.to_frame(index=False).astype({"minute": "int64"}), found, left_on="minute",
                                right_on="departs", by="station", direction="forward")
    minutes = (next_trains["arrives"] - next_trains["departs"]) / 60
    own = pd.Series(0.0, pd.Index(sorted(set(ALL_HUBS[hub].stations) & set(day.stations)), dtype="str"))
    return pd.concat([minutes.groupby(next_trains["station"]).mean(), own])
