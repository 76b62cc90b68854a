"""What runs of a timetable in the Common Interface Format, as the tidy tables of a feed."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geo.core.cache import cached
from geo.core.choices import DATA
from geo.core.errors import SourceError
from geo.sources.cif_calendar import CANCELLED, as_calendar, in_force
from geo.sources.cif_in_seat import in_seat_of
from geo.sources.cif_records import NONE, Bools, Faults, Ints, key, unpacked
from geo.sources.cif_trains import ALIGHT, BOARD, Trains
from geo.sources.gtfs import MOST_DROPPED, MOST_SHARE_DROPPED
from geo.sources.timetable import Feed

FOR_PASSENGERS = [key(code) for code in ("", "OL", "OO", "OW", "XC", "XD", "XI", "XR", "XX", "XZ", "BR", "BS", "SS")]
"""Categories of what is for passengers. Empty stock (EE, EL, ES), staff (OS), what is not advertised (OU, XU), parcels
and freight are not; buses and ships may have none."""

GOODS = np.frombuffer(b"FT23", dtype=np.uint8)
"""Status of freight; buses have B or 5, ships S or 4."""
BUS_OR_SHIP = np.frombuffer(b"B5S4", dtype=np.uint8)
NOT_BY_RAIL = [key(code) for code in ("BR", "BS", "SS", "OL")]
"""Buses, ships and metros: where they stop is no railway station by that."""

RUNS, CANCELS, NOT_FOR_PASSENGERS, REPLACED, LOST, BACKWARDS, TOO_SHORT = range(7)
IN_WORDS = {
    CANCELS: "take days from others", NOT_FOR_PASSENGERS: "are not for passengers",
    REPLACED: "are replaced or cancelled on every day", LOST: "call at a place that is not in the feed",
    BACKWARDS: "have times that run backwards", TOO_SHORT: "have fewer than two calls at stations"}


def feed_of(
    path: Path, found: Sequence[Trains], stations: pd.DataFrame, crs: pd.Index, walks: pd.DataFrame, notes: list[str],
    **info: Any,
) -> Feed:
    """Make the feed of what its files say.

    Parameters
    ----------
    path
        Of the feed, for errors.
    found
        The timetable's trains, and manual ones where there are some; their calls are taken out.
    stations
        As `geo.sources.cif_stations.read_station_names` gives them.
    crs
        CRS codes that calls count by.
    walks, notes
        Links, and what was left out of them and of the files.
    **info
        The feed's publisher, version, start and end.

    Returns
    -------
    Feed
        As `geo.sources.cif.read_cif` says.

    Raises
    ------
    SourceError
        When two schedules of one train share a day and a letter, or too many trains cannot be read.
    """
    schedules = pd.concat([part.assign(manual=place > 0) for place, each in enumerate(found)
                           for part in each.schedules], ignore_index=True)
    for each in found:
        each.schedules.clear()      # a whole country's are not held twice
    spans, shared = in_force(
        schedules["uid"].to_numpy() + schedules["manual"].to_numpy(), *(schedules[name].to_numpy() for name in (
            "letter", "start", "end", "days")))
    calls, lost, backwards = _joined(found)
    state, told = _states(schedules, spans, np.bincount(calls["train"], minlength=len(schedules)), lost, backwards)
    problems = [*_twice(schedules.iloc[shared], found[0].faults.name), *told]
    if problems:
        raise SourceError(path, problems)
    trips = _trips(schedules, state == RUNS, calls, stations, crs)
    of_trip = pd.Series(trips.index.array, index=trips["schedule"].to_numpy())
    kept = spans[spans["record"].isin(of_trip.index)]
    calendar = as_calendar(kept)
    calendar.insert(0, "service_id", of_trip.loc[kept["record"]].array)
    associations = pd.concat(found[0].associations, ignore_index=True) if found[0].associations else None
    seats, seat_notes = in_seat_of(associations, schedules, of_trip, stations)
    return Feed(
        stops=_stops(stations),
        trips=trips.drop(columns="schedule"), stop_times=_stop_times(calls, len(schedules), of_trip, trips.index, crs),
        calendar=calendar, calendar_dates=pd.DataFrame({
            "service_id": pd.Series(dtype="str"), "date": pd.Series(dtype="datetime64[s]"),
            "added": pd.Series(dtype="bool")}),
        change_times=_change_times(stations), walks=walks, in_seat=seats,
        notes=(*_counted(state), *seat_notes, *notes), **info)


def _joined(found: Sequence[Trains]) -> tuple[pd.DataFrame, dict[int, tuple[str, int, str]], Ints]:
    """Put the calls of files together, and what is wrong with trains, all counted by the rows of their schedules."""
    parts, backwards, before = [], [], 0
    lost: dict[int, tuple[str, int, str]] = {}
    for each in found:
        parts += [part.assign(train=part["train"] + np.int32(before)) for part in each.calls]
        each.calls.clear()      # a whole country's are not held twice
        lost |= {train + before: (each.faults.name, *where) for train, where in each.lost.items()}
        backwards += [trains + before for trains in each.backwards]
        before += each.count
    calls = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(
        {name: pd.Series(dtype="int32") for name in ("train", "crs", "arrives", "departs", "allows")})
    return calls, lost, np.concatenate([*backwards, np.empty(0, dtype=np.int64)]).astype(np.int64)


def _states(
    schedules: pd.DataFrame, spans: pd.DataFrame, calls: Ints, lost: dict[int, tuple[str, int, str]], backwards: Ints,
) -> tuple[Ints, list[str]]:
    """Say of every schedule whether it runs, or why not; and what is wrong where too many cannot be read."""
    category, status = schedules["category"], schedules["status"]
    numbers = schedules.index
    unread = numbers.isin([*lost]), numbers.isin(backwards)
    state = np.select([
        schedules["letter"] == CANCELLED, ~category.isin(FOR_PASSENGERS) | status.isin(GOODS),
        ~numbers.isin(spans["record"]), unread[0], unread[1], calls < 2,
    ], [CANCELS, NOT_FOR_PASSENGERS, REPLACED, LOST, BACKWARDS, TOO_SHORT], RUNS)
    problems = []
    for reason, expected in ((LOST, "a place of the stations (MSN) or of a TI record"), (
            BACKWARDS, "times in the order of the calls")):
        bad = np.flatnonzero(state == reason)
        trains = int(np.isin(state, (RUNS, LOST, BACKWARDS)).sum())
        if len(bad) > max(MOST_DROPPED, MOST_SHARE_DROPPED * trains) or (len(bad) and len(bad) == trains):
            where = [lost[int(train)] for train in bad] if reason == LOST else [
                ("", line, uid) for line, uid in zip(
                    schedules["line"].iloc[bad], unpacked(schedules["uid"].iloc[bad]), strict=True)]
            told = Faults(where[0][0] or "trains")
            told.add(np.array([line for _, line, _ in where]), [value for _, _, value in where], expected)
            problems += [f"{problem} ({len(bad):,} of {trains:,} trains)" for problem in told.told()]
    return state, problems


def _twice(rows: pd.DataFrame, name: str) -> list[str]:
    """Say which schedules of the timetable share a day; manual ones may."""
    told, rows = Faults(name), rows[~rows["manual"]]
    told.add(rows["line"].to_numpy(), list(unpacked(rows["uid"])),
             "one schedule a day of each train (UID) and letter: it has another that shares days with it")
    return told.told()


def _counted(state: Ints) -> list[str]:
    """Say how many schedules run, and why the others do not."""
    count = np.bincount(state, minlength=len(IN_WORDS) + 1)
    others = [f"{count[reason]:,} {words}" for reason, words in IN_WORDS.items() if count[reason]]
    return [f"of {len(state):,} schedules {count[RUNS]:,} run, {', '.join(others)}"] if others else []


def _trips(
    schedules: pd.DataFrame, runs: Bools, calls: pd.DataFrame, stations: pd.DataFrame, crs: pd.Index,
) -> pd.DataFrame:
    """Make the trips of the schedules that run, sorted: as `Feed.trips`, and `schedule`, the row of each."""
    rows = schedules[runs]
    parts = ["uid", "start", "end", "letter"]
    rows = rows.assign(again=rows.groupby(parts).cumcount()).sort_values([*parts, "again"])
    ids = unpacked(rows["uid"]) + "_" + _in_figures(rows["start"]) + "_" + _in_figures(rows["end"]) + "_" + pd.Series(
        rows["letter"].to_numpy()).map(chr)
    again = np.flatnonzero(rows["again"])
    ids[again] += "_" + (rows["again"].iloc[again].reset_index(drop=True) + 1).astype("str").to_numpy()
    train, place = calls["train"].to_numpy(), calls["crs"].to_numpy()
    ends = pd.DataFrame({
        "operator": rows["operator"].to_numpy(), "first": place[np.searchsorted(train, rows.index, "left")],
        "last": place[np.searchsorted(train, rows.index, "right") - 1]})
    line = _lines(ends.drop_duplicates(), stations, crs).take(ends.groupby([*ends], sort=False).ngroup().to_numpy())
    by_rail = ~(rows["category"].isin(NOT_BY_RAIL) | rows["status"].isin(BUS_OR_SHIP)).to_numpy()
    trips = pd.DataFrame({
        "trip_id": ids, "service_id": ids, "block": "", "line": line.array, "by_rail": by_rail,
        "schedule": rows.index}).set_index("trip_id")
    return trips if trips.index.is_monotonic_increasing else trips.sort_index()


def _in_figures(days: pd.Series) -> pd.Series:
    """Write days as 20260131."""
    distinct, place = np.unique(days.to_numpy().astype("datetime64[D]"), return_inverse=True)
    return pd.Series(np.datetime_as_string(distinct).astype(object), dtype="str").str.replace("-", "").take(
        place).reset_index(drop=True)


def _lines(ends: pd.DataFrame, stations: pd.DataFrame, crs: pd.Index) -> pd.Series:
    """Name lines as passengers do, by who runs them and where they begin and end: "GWR: Penzance to London"."""
    main = stations.sort_values("main", ascending=False, kind="stable").drop_duplicates("crs").set_index("crs")["name"]
    names = main.reindex(crs).fillna("").to_numpy()
    operator = unpacked(ends["operator"])
    company = operator.map(_operators()).fillna(operator)
    return company + np.where(company == "", "", ": ") + names[ends["first"]] + " to " + names[ends["last"]]


def _stop_times(
    calls: pd.DataFrame, schedules: int, of_trip: pd.Series, names: pd.Index, crs: pd.Index,
) -> pd.DataFrame:
    """Make `Feed.stop_times` of calls, whose columns are let go one by one."""
    code = np.full(schedules, NONE, dtype=np.int32)
    code[of_trip.index] = np.arange(len(of_trip))
    trip = code[calls.pop("train").to_numpy()]
    order = np.argsort(trip, kind="stable")[int((trip == NONE).sum()):]
    trip = trip[order]
    allows = calls.pop("allows").to_numpy()[order]
    starts = np.flatnonzero(np.diff(trip, prepend=-1))
    sequence = np.arange(1, len(trip) + 1) - np.repeat(starts, np.diff(np.append(starts, len(trip))))
    return pd.DataFrame({
        "trip_id": pd.Categorical.from_codes(trip, names), "sequence": sequence,
        "crs": pd.Categorical.from_codes(calls.pop("crs").to_numpy()[order], crs),
        "arrives": calls.pop("arrives").to_numpy()[order].astype("int64"),
        "departs": calls.pop("departs").to_numpy()[order].astype("int64"),
        "may_board": (allows & BOARD) != 0, "may_alight": (allows & ALIGHT) != 0})


def _stops(stations: pd.DataFrame) -> pd.DataFrame:
    """Make `Feed.stops`: the places that are a station themselves, and where it has none all of them."""
    rows = stations[stations["main"]]
    return rows.assign(stop_id=rows["code"]).set_index("stop_id")[["name", "crs", "code", "latitude", "longitude"]]


def _change_times(stations: pd.DataFrame) -> pd.Series:
    """Make `Feed.change_times`: the longest of a station's places can be relied on."""
    rows = stations[stations["main"]].dropna(subset=["change"])
    return rows.groupby("crs")["change"].max().astype("int64").rename("seconds")


@cached(1, key=lambda: DATA)
def _operators() -> dict[str, str]:
    """Read the names of train companies, by the code that timetables have for them."""
    with (DATA / "train_operators.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {row["code"]: row["name"] for row in rows}
