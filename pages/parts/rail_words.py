"""What the Rail page says: sentences, and rows of its tables, made from the figures."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from geo.core.rounding import about, percent
from geo.figures.place import PlaceFigures
from geo.rail_reach import TABLE_MINUTES
from geo.view import View
from geo.vocabulary import CLOCKS, HUBS
from geo.words.claim import spoken_name
from geo.words.definitions import duration
from pages.parts.compare_tables import Line

__all__ = ["board_lines", "claim", "minute_lines", "reach_lines", "stations_table"]


def claim(name: str, view: View, within: pd.Series, without: float, residents: int) -> tuple[str, ...]:
    """Say how many residents are within the reader's limit, and how many have no rail."""
    way = "by train" if view.clock == "train" else "from door to hub"
    limit = f"{duration(view.minutes)} {way} of {HUBS[view.hub].label}"
    share = f" of the {residents:,} residents ({percent(within['share'])}) live within {limit}; "
    rail = ("nobody", " is without rail.") if without == 0 else (_people(without, residents), " have no rail at all.")
    return (f"In {spoken_name(name)} ", _people(within["residents"], residents), share, *rail)


def _people(count: float, residents: float) -> str:
    if count == 0:
        return "none"
    if count > residents - 0.5:
        return "all"
    return "fewer than one" if count < 0.5 else f"about {about(count)}"


def minute_lines(answer: PlaceFigures) -> list[Line]:
    """Lay out how long the journey is, on both clocks."""
    def said(value: float | None) -> list[str]:
        return ["no rail"] if value is None else [f"{value} minutes"]
    return [
        Line(CLOCKS[clock].label, [said(minutes.low), said(minutes.value), said(minutes.high)],
             answer.view.clock == clock)
        for clock in CLOCKS for minutes in (answer[f"{clock}_to_hub_minutes"],)
    ]


def reach_lines(within: Mapping[str, pd.DataFrame], without: Mapping[str, float], residents: int) -> list[Line]:
    """Lay out how many residents are within so many minutes, on both clocks."""
    minutes = within["train"]["minutes"]
    lines = [
        Line(f"Within {threshold} minutes",
             [_reached(table.iloc[index], residents) for table in within.values()], threshold not in TABLE_MINUTES)
        for index, threshold in enumerate(minutes)
    ]
    none = [[_people(count, residents), percent(count / residents if residents else None)]
            for count in without.values()]
    return [*lines, Line("No rail at all", none)]


def _reached(row: pd.Series, residents: int) -> list[str]:
    if not row["high"]:
        return ["none"]
    low, high = (about(row[end]) for end in ("low", "high"))
    either_way = [f"10 minutes either way: {low} to {high}"] if low != high else []
    return [_people(row["residents"], residents), percent(row["share"]), *either_way]


def board_lines(board: pd.DataFrame, hub: str) -> list[Line]:
    """Lay out a station's board."""
    return [Line(row.label, _journey(row), row.hub == hub) for row in board.itertuples()]


def _journey(row: Any) -> list[list[str]]:
    if row.is_hub:
        return [["you are there"], *[["–"]] * 3]
    if pd.isna(row.typical):
        return [["no trains"], *[["–"]] * 3]
    changes = "direct" if not row.changes else f"{row.changes:.0f}"
    return [[f"{row.typical:.0f} minutes"], [f"{row.fastest:.0f} minutes"], [changes], [f"{row.departures:.0f}"]]


def stations_table(journeys: pd.DataFrame, hub: str) -> pd.DataFrame:
    """Lay out every station's journey to one hub, nearest first."""
    ordered = journeys.sort_values(["typical", "name"])
    numbers = ordered[["typical", "fastest", "changes", "departures"]].round().astype("Int64")
    there = ordered.index.isin(HUBS[hub].stations)
    numbers.loc[there] = pd.NA
    notes = [", hub)" if hub_ else ")" if known else ", no trains)"
             for hub_, known in zip(there, ordered["typical"].notna(), strict=True)]
    return pd.DataFrame({
        "Station": ordered["name"] + " (" + ordered.index + notes, "Typical": numbers["typical"],
        "Fastest": numbers["fastest"], "Changes": numbers["changes"], "Trains": numbers["departures"],
    }, index=ordered.index)
