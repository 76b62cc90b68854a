"""How far places are by rail, in words: the claim, and rows of tables whose cells are texts, the figure first."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from geo.core.choices import ACCESS, ALL_HUBS, CLOCKS
from geo.core.rounding import about, percent
from geo.core.view import View
from geo.figures.intervals import Interval
from geo.figures.place import Figure, PlaceFigures
from geo.words.claim import spoken_name
from geo.words.definitions import duration
from geo.words.intervals import interval, interval_beside, is_told


def rail_claim(
    name: str, view: View, within: pd.Series, without: float, residents: int, beyond: Figure,
) -> tuple[str, ...]:
    """Say how many residents are within the reader's limit, and how many have no rail; `beyond` is those cut off."""
    way = "by train" if view.clock == "train" else "from door to hub"
    limit = f"{duration(view.minutes)} {way} of {ALL_HUBS[view.hub].label}"
    some = f" ({percent(within['share'])}{_within(beyond, residents)})" if 0 < within["residents"] < residents else ""
    share = f" of the {residents:,} residents{some} live within {limit}; "
    rail = ("nobody", " is without rail.") if without == 0 else (_people(without, residents), " have no rail at all.")
    return (f"In {spoken_name(name)} ", _people(within["residents"], residents), share, *rail)


def _within(beyond: Figure, residents: int) -> str:
    """Say the interval of those within the limit: all residents less those beyond it."""
    if beyond.interval is None:
        return ""
    least, most = (residents - end for end in (beyond.interval.p95, beyond.interval.p05))
    return f"; {interval(found)}" if is_told(found := Interval(least, most)) else ""


def _people(count: float, residents: float) -> str:
    if count == 0:
        return "none"
    if count > residents - 0.5:
        return "all"
    return "fewer than one" if count < 0.5 else f"about {about(count)}"


def minutes_caption(view: View, basis: str) -> str:
    """Caption `minute_rows`."""
    return f"To {ALL_HUBS[view.hub].label}; {ACCESS[view.access].label.lower()} to the station. Basis: {basis}."


def minute_rows(answer: PlaceFigures) -> list[list[Any]]:
    """Write how long the journey is: a row a clock, for a tenth, half and nine tenths of residents."""
    journeys = {clock: answer[f"{clock}_to_hub_minutes"] for clock in CLOCKS}
    def cell(minutes: float | None, beside: str = "") -> list[str]:
        return ["no rail" if minutes is None else f"{minutes} minutes", *[beside] * bool(beside)]

    return [[CLOCKS[clock].label, cell(minutes.low), cell(minutes.value, interval_beside(minutes)), cell(minutes.high)]
            for clock, minutes in journeys.items()]


def curve_note(residents: int) -> str:
    """Say what the curve of residents within so many minutes stops short of."""
    return (f"The line at the top is all {residents:,} residents. Residents without rail are not within any time: the "
            "curve stops short of the line by their number.")


def reach_caption(hub: str, basis: str) -> str:
    """Caption `reach_rows`."""
    return (f"Residents within so many minutes of {hub}, their share, and how many it would be if every journey took "
            f"ten minutes longer, or less. Basis: {basis}.")


def reach_rows(within: Mapping[str, pd.DataFrame], without: Mapping[str, float], residents: int) -> list[list[Any]]:
    """Write how many residents are within so many minutes: a row a threshold, a column a clock."""
    minutes = next(iter(within.values()))["minutes"]
    rows: list[list[Any]] = [
        [f"Within {threshold} minutes", *(_reached(table.iloc[index], residents) for table in within.values())]
        for index, threshold in enumerate(minutes)]
    none = [[_people(count, residents), percent(count / residents if residents else None)]
            for count in without.values()]
    return [*rows, ["No rail at all", *none]]


def _reached(row: pd.Series, residents: int) -> list[str]:
    if not row["high"]:
        return ["none"]
    low, high = (about(row[end]) for end in ("low", "high"))
    count = _people(row["residents"], residents)
    either_way = f"{low} to {high}" if low != high else "the same" if count.startswith("about") else ""
    return [count, percent(row["share"]), *[f"10 minutes either way: {either_way}"] * bool(either_way)]


def board_caption(station: str, basis: str) -> str:
    """Caption `board_rows`."""
    return f"By train from {station}, a weekday between 06:00 and 10:00. Basis: {basis}."


def board_rows(board: pd.DataFrame) -> list[list[str]]:
    """Write a station's board: a row a hub, with minutes, changes and departures."""
    return [[row.label, *_journey(row)] for row in board.itertuples()]


def _journey(row: Any) -> list[str]:
    if row.is_hub:
        return ["you are there", "–", "–", "–"]
    if pd.isna(row.typical):
        return ["no trains", "–", "–", "–"]
    changes = "direct" if not row.changes else f"{row.changes:.0f}"
    return [f"{row.typical:.0f} minutes", f"{row.fastest:.0f} minutes", changes, f"{row.departures:.0f}"]


def stations_table(journeys: pd.DataFrame, hub: str, own: pd.DataFrame) -> pd.DataFrame:
    """Write every station's journey to one hub: those of a place (`geo.figures.stations.stations_of`), then the rest.

    The rest stands by minutes, quickest first.
    """
    by_minutes = journeys.sort_values(["typical", "name"])
    ordered = by_minutes.loc[[*own.index, *by_minutes.index.difference(own.index, sort=False)]]
    numbers = ordered[["typical", "fastest", "changes", "departures"]].round().astype("Int64")
    there = ordered.index.isin(ALL_HUBS[hub].stations)
    numbers.loc[there] = pd.NA
    names = {"typical": "Typical", "fastest": "Fastest", "changes": "Changes", "departures": "Trains"}
    numbers.insert(0, "Station", ordered["name"] + " (" + ordered.index + ")")
    where = own.apply(_where_short, axis="columns").reindex(ordered.index, fill_value="")
    numbers.insert(1, "Where", where.mask(there, "hub"))
    return numbers.rename(columns=names)


def stations_caption(name: str, hub: str, basis: str) -> str:
    """Say in which order every station stands, and what is told of it."""
    return (f"Minutes by train to {hub} [{basis}]: first the stations in {spoken_name(name)} (‘here’) and the nearest "
            "outside (km by land); then all others, quickest first. Typical: the median journey of someone who sets "
            "out at any minute from 06:00 to 10:00, without the wait. Trains: departures in those hours, overtaken "
            "ones left out. Dashes: no trains, or the hub itself.")


def station_rows(stations: pd.DataFrame) -> list[list[Any]]:
    """Write the stations of a place: a row each, with where it is, minutes, changes and departures."""
    return [[(f"{row['name']} ({crs})", _where(row)),
             *_journey_from(row)] for crs, row in stations.iterrows()]


def _where(row: Any) -> str:
    return "in the place" if row["inside"] else f"{row['km']:.0f} km by land"


def _where_short(row: Any) -> str:
    return "here" if row["inside"] else f"{row['km']:.0f} km"


def _journey_from(row: pd.Series) -> list[str]:
    if pd.isna(row["typical"]):
        return ["no trains", "–", "–", "–"]
    if not row["departures"]:
        return ["at the hub", "–", "–", "–"]
    return [f"{row['fastest']:.0f} min", f"{row['typical']:.0f} min", f"{row['changes']}", f"{row['departures']}"]
