"""What if: an edition with lines upgraded and journeys changed, of which every figure is worked out as of any other."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
from scipy.spatial import KDTree

from geo.core.cache import cached, forget_of
from geo.core.choices import ALL_HUBS
from geo.core.errors import EditionError, PlaceError
from geo.core.untrusted import quoted
from geo.core.what_if_terms import WhatIf
from geo.edition.places import alike
from geo.edition.reach_table import reach_table, station_points
from geo.edition.spelling import fold
from geo.edition.store import Edition
from geo.figures.planned import COLUMNS, SPEED, has_plans
from geo.figures.stations import ground_of
from geo.rail.access_legs import ACCESS, door_positions
from geo.rail.adjacent_stations import Network
from geo.rail.changed_trains import added, closed
from geo.rail.connections import assembled
from geo.rail.travel_times import ANY_HUB, Surveyed, time_doors

_DECIMALS = 4     # of minutes, as an edition keeps them


def _let_go(changed: Edition) -> None:
    """Forget what was worked out of a what-if that nobody asked for lately: it would be kept with its answers."""
    if changed.original is not None:
        forget_of(changed)


@cached(6, gone=_let_go)
def scenario(edition: Edition, terms: WhatIf) -> Edition:
    """Make the edition that there would be.

    Parameters
    ----------
    edition
        The edition served.
    terms
        What is changed.

    Returns
    -------
    Edition
        With the same identity, and the edition served as its `original`; the edition served itself where nothing is
        changed. Do not change it: it is shared.

    Raises
    ------
    PlaceError
        A place, station or line that is not there, or two stations that no line joins.
    EditionError
        The edition does not keep what a changed journey needs.
    """
    if terms.changes_nothing:
        return edition
    require_known(edition, terms)
    areas = _upgraded(edition, terms) if terms.upgrade else edition.areas
    changed = replace(edition, areas=areas, original=edition)
    return _retimed(changed, journeys_after(edition, terms)) if terms.changes_rail else changed


def require_known(edition: Edition, terms: WhatIf) -> None:
    """Refuse what is not there.

    Parameters
    ----------
    edition
        The edition served.
    terms
        What is changed.

    Raises
    ------
    PlaceError
        A place, station or line that is not there, or two stations that no line joins.
    EditionError
        The edition keeps no trains, and journeys are to change.
    """
    for place in terms.upgrade:
        edition.place(place)
    if terms.changes_rail and edition.connections.empty:
        raise EditionError("journeys cannot be changed: the trains of its day are not in this edition, which an "
                           "earlier version built; build it again")
    named = [*terms.stations, *(terms.close or ()), *(terms.trains.stations if terms.trains else ())]
    unknown = [code for code in named if code not in edition.stations.index]
    if unknown:
        raise PlaceError(f"no station {quoted(unknown[0], 20)}: a CRS code such as PNZ is right")
    if terms.close and not network(edition).between(*terms.close):
        names = " and ".join(edition.stations.loc[list(terms.close), "name"])
        raise PlaceError(f"close {'-'.join(terms.close)}: no line that trains run on joins {names}")
    if terms.line:
        _stations_on(edition, terms.line)


def _upgraded(edition: Edition, terms: WhatIf) -> pd.DataFrame:
    """Give every premises of some places a line with a speed, and so with those below it."""
    here = edition.areas.index.isin([code for place in terms.upgrade for code in edition.place(place).lsoas])
    lines = {f"below_{tier}": edition.areas[f"below_{tier}"].mask(here, 0.0) for tier in terms.tiers()}
    if "30" in terms.tiers() and "superfast_not_taken" in edition.areas:
        # Who would take the new lines is not known.
        new = here & (edition.areas["below_30"] > 0)
        lines["superfast_not_taken"] = edition.areas["superfast_not_taken"].mask(new)
    if SPEED in terms.tiers() and has_plans(edition):
        counts = edition.areas[COLUMNS]
        lines |= {column: counts[column].mask(here, 0.0) for column in COLUMNS}
        lines[COLUMNS[0]] = counts[COLUMNS[0]].mask(here, counts.sum(axis=1, skipna=False))
    return edition.areas.assign(**lines)


def journeys_after(edition: Edition, terms: WhatIf) -> pd.DataFrame:
    """Work out every station's journeys once trains are changed.

    Parameters
    ----------
    edition
        The edition served.
    terms
        What is changed, of what `require_known` lets pass.

    Returns
    -------
    pandas.DataFrame
        As `Edition.journeys`. Where trains are only taken away no journey is quicker than before, and where they are
        only added none is slower: waiting does not count in a typical journey, so that its median alone could move
        against what happened.

    """
    times = edition.journeys
    if terms.close or terms.trains:
        times = _bounded(_rescanned(edition, terms), times, terms)
    return _with_minutes(edition, times, terms) if terms.minutes else times


@cached(2)
def network(edition: Edition) -> Network:
    """Find which stations are next to one another.

    Parameters
    ----------
    edition
        The edition served.

    Returns
    -------
    Network
        Of the trains of its day.
    """
    return Network(edition.connections, edition.stations)


def lines_served(edition: Edition) -> list[str]:
    """List the lines by name.

    Parameters
    ----------
    edition
        The edition served.

    Returns
    -------
    list of str
        Sorted; those that the timetable names.
    """
    return sorted(set(edition.connections["line"]) - {""})


def _rescanned(edition: Edition, terms: WhatIf) -> pd.DataFrame:
    rows, changes = edition.connections, edition.changes
    if terms.close:
        section = network(edition).between(*terms.close)
        rows, changes = closed(rows, changes, network(edition), section)
    if terms.trains:
        rows, changes = added(rows, changes, terms.trains)
    return _journeys(edition, rows, changes)


def _journeys(edition: Edition, rows: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    """Scan trains for the journeys to every hub."""
    from geo.rail.connection_scan import journeys  # noqa: PLC0415 - its compiler takes half a second to come

    trains = assembled(date.fromisoformat(str(edition.manifest["rail_day"])), rows, changes)
    return journeys(trains, {hub.key: hub.stations for hub in edition.region.hubs.values()}).round(_DECIMALS)


def _bounded(after: pd.DataFrame, before: pd.DataFrame, terms: WhatIf) -> pd.DataFrame:
    """Keep journeys from moving against what happened."""
    was = before.set_index(["station", "hub"])[["fastest", "typical"]]
    rows = after.set_index(["station", "hub"])
    old = was.reindex(rows.index)
    for name in ("fastest", "typical"):
        if not terms.trains:
            rows[name] = np.fmax(rows[name], old[name])
        elif not terms.close:
            rows[name] = np.fmin(rows[name], old[name])
    return rows.reset_index()[[*after]]


def _with_minutes(edition: Edition, times: pd.DataFrame, terms: WhatIf) -> pd.DataFrame:
    """Make some journeys to one hub longer or shorter, none shorter than half of its fastest."""
    chosen = (times["hub"] == terms.hub) & ~times["station"].isin(ALL_HUBS[terms.hub].stations)
    if terms.stations:
        chosen &= times["station"].isin(terms.stations)
    if terms.line:
        chosen &= times["station"].isin(_stations_on(edition, terms.line))
    least = times["fastest"] / 2
    moved = {name: np.fmin((times[name] + terms.minutes).clip(lower=least), np.fmax(times[name], times[name]
             + terms.minutes)) for name in ("fastest", "typical")}
    return times.assign(**{name: times[name].mask(chosen, values.round(_DECIMALS)) for name, values in moved.items()})


def _stations_on(edition: Edition, line: str) -> set[str]:
    """Name the stations at which trains of a line call."""
    names = lines_served(edition)
    folded = [fold(name) for name in names]
    if fold(line) not in folded:
        near = [names[row] for row in alike(fold(line), folded)]
        there = f"did you mean {' or '.join(near)}?" if near else "the timetable names its lines otherwise"
        raise PlaceError(f"no line called {quoted(line)}; {there}")
    rows = edition.connections[edition.connections["line"] == names[folded.index(fold(line))]]
    return {*rows["origin"], *rows["target"]}


def _retimed(changed: Edition, times: pd.DataFrame) -> Edition:
    """Time every door again that a changed journey may be nearest to."""
    edition = changed.original or changed
    doors = edition.postcodes.assign(urban=edition.postcodes["area"].map(edition.areas["urban"]))
    stations = edition.stations
    changes = _changes(edition.journeys, times)
    moved = stations.loc[stations.index.isin(changes["station"]), ["easting", "northing"]]
    if moved.empty:
        return replace(changed, journeys=times)
    far, _ = KDTree(moved).query(door_positions(doors), distance_upper_bound=ACCESS.reach + 1)
    again = edition.areas.index.isin(doors.loc[np.isfinite(far), "area"].unique())
    here = np.flatnonzero(again[edition.areas.index.get_indexer(doors["area"])])
    place = pd.Series(np.arange(len(here)), here)
    known = edition.detours[edition.detours["postcode"].isin(here)]
    known = known.assign(postcode=known["postcode"].map(place), metres=known["metres"].fillna(np.inf))
    timed = time_doors(doors.iloc[here].reset_index(drop=True), station_points(stations), times,
                       lambda: ground_of(edition), [*edition.region.hubs], Surveyed(known, edition.journeys))
    kept, hubs = edition.reach_table.to_pandas(), {*changes["hub"], ANY_HUB}
    kept = kept[~(again[kept["area"].to_numpy()] & kept["hub"].isin(hubs).to_numpy())]
    new = reach_table(timed, edition.areas.index, hubs).astype(kept.dtypes)
    reach = pa.Table.from_pandas(pd.concat([kept, new], ignore_index=True), preserve_index=False)
    walk = timed.walk_share().round(6).reindex(changed.areas.index).fillna(changed.areas["walk_share"])
    reached, left = (stations.index.isin(table["station"]) for table in (times, edition.journeys))
    served = reached | (stations["served"] & ~left)
    return replace(changed, areas=changed.areas.assign(walk_share=walk), stations=stations.assign(served=served),
                   journeys=times, reach_table=reach)


def _changes(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """List the stations and hubs between which the journey is another one, or there is none any more."""
    figures = ["typical", "departures"]
    both = before.merge(after, on=["station", "hub"], how="outer", suffixes=("", "_after"), indicator=True)
    same = both["_merge"] == "both"
    for name in figures:
        same &= both[name] == both[f"{name}_after"]
    return both.loc[~same, ["station", "hub"]]
