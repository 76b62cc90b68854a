"""A place in every edition at hand, in words: what each counted, and what changed from one to the next."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import pandas as pd

from geo.core.measures import FIGURES
from geo.core.rounding import about, percent
from geo.core.view import View
from geo.words.changes import signed
from geo.words.claim import spoken_name
from geo.words.cover import day
from geo.words.definitions import label, month, short_speed

HEADING = "In the editions at hand"
HEADER = ("Edition", "Ofcom’s counts of", "Without superfast", "With a gigabit", "People in the gap",
          "More than two hours from London")
FOLLOW = "Follow what changes here (Atom feed)"
CHANGES = "What changed between two of them, and from what"
CHART_ALT = "A line for each area, a point for each edition; the table has the same figures."

_LEAST = 0.5     # people or premises
_BY_SPEED = (("premises_below", "30"), ("premises_below", "gigabit"), ("people_in_gap", "30"))
_PLAIN = ("nowhere_to_turn", "cut_off_by_rail", "residents")


class Entry(NamedTuple):
    """What one edition says of a place that the one before did not.

    Attributes
    ----------
    edition
        Its id.
    built_at
        When it was built, ISO.
    title, lines
        What changed: in a line, and figure by figure.
    """

    edition: str
    built_at: str
    title: str
    lines: tuple[str, ...]


def feed_title(name: str) -> str:
    """Name the feed of a place."""
    return f"What changed in {spoken_name(name)} · Swathe"


def line_heading(name: str) -> str:
    """Head the place's own line over time."""
    return f"{name} over time, by the editions at hand"


def caption(name: str) -> str:
    """Head the table."""
    return (f"{name} in each edition that is served here, at the usual view: shares of homes and businesses, and "
            "residents; estimated or measured, indicative or from a timetable, as each edition is.")


def history_rows(table: pd.DataFrame) -> list[tuple[str, ...]]:
    """Write `geo.figures.history.history`, newest first, as rows under `HEADER`."""
    return [(_named(row), month(row["lines"]) or "not known",
             percent(row["premises_below_30"] / row["premises"] if row["premises"] else None),
             percent(1 - row["premises_below_gigabit"] / row["premises"] if row["premises"] else None),
             f"{about(row['people_in_gap_30'])} ({row['broadband_basis']})",
             f"{about(row['cut_off_by_rail'])} ({row['rail_basis']})")
            for row in table.iloc[::-1].to_dict("records")]


def _named(row: dict[str, object]) -> str:
    return f"{row['edition']}, built {day(date.fromisoformat(str(row['built_at'])[:10]))}"


def coverage_of(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Lay a history out as `geo.figures.context.coverage_over_time` does; of several editions of a month the last."""
    known = table[table["lines"].str.fullmatch(r"\d{4}-\d\d")].drop_duplicates("lines", keep="last")
    dates = pd.to_datetime(known["lines"] + "-01")
    shares = {"gigabit": 1 - known["premises_below_gigabit"] / known["premises"],
              "below_30": known["premises_below_30"] / known["premises"]}
    return pd.concat([pd.DataFrame({"area": name, "series": series, "date": dates, "share": share})
                      for series, share in shares.items()], ignore_index=True)


def entries(table: pd.DataFrame, name: str) -> Iterator[Entry]:
    """Say what each edition changed in a place, the newest first; of the first that it is the first."""
    rows = table.to_dict("records")
    for number in range(len(rows) - 1, -1, -1):
        row, where = rows[number], spoken_name(name)
        when = month(str(row["lines"])) or day(date.fromisoformat(str(row["built_at"])[:10]))
        if not number:
            yield Entry(row["edition"], row["built_at"], f"{name}, {when}: about {about(row['people_in_gap_30'])} "
                        "people in the gap", (f"The first edition of {where} that is served here.", _rests_on(row)))
            continue
        before = rows[number - 1]
        moved = row["people_in_gap_30"] - before["people_in_gap_30"]
        said = "as many people in the gap as before" if abs(moved) < _LEAST else (
            f"about {about(abs(moved))} {'fewer' if moved < 0 else 'more'} people in the gap")
        yield Entry(row["edition"], row["built_at"], f"{name}, {when}: {said}", (*_lines(before, row), _rests_on(row)))


def _rests_on(row: dict[str, float | str]) -> str:
    """Say what an edition's figures rest on."""
    counted = f"by Ofcom’s counts of {month(str(row['lines']))}"
    return f"Broadband {row['broadband_basis']}, {counted}; rail {row['rail_basis']}."


def _lines(before: dict[str, float | str], after: dict[str, float | str]) -> Iterator[str]:
    """Say figure by figure what changed, and what rests on something else than before."""
    told = {f"{key}_{speed}": f"{label(FIGURES[key])}, {short_speed(speed)}" for key, speed in _BY_SPEED}
    told |= {key: label(FIGURES[key], View()) for key in _PLAIN}
    changed = 0
    for column, what in told.items():
        first, last = float(before[column]), float(after[column])
        if abs(last - first) >= _LEAST:
            changed += 1
            yield f"{what}: {about(first)} before, {about(last)} now ({signed(last - first)})."
    if not changed:
        yield "None of its main figures changed."
    for what in ("broadband", "rail"):
        if before[f"{what}_basis"] != after[f"{what}_basis"]:
            yield (f"{what.capitalize()} is {after[f'{what}_basis']} now and was {before[f'{what}_basis']}: part of a "
                   "change is another way of counting.")
