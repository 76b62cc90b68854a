"""On which days a schedule holds that others replace or cancel: of all that have a day the lowest letter counts."""

from itertools import groupby, pairwise
from operator import itemgetter

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.sources.timetable import WEEKDAYS

CANCELLED = ord("C")
"""A record is a cancellation, new, an overlay or permanent (C, N, O, P): the lowest letter of a day is what runs."""

THURSDAY = 3
"""1 January 1970, from which days are counted."""

Ints = npt.NDArray[np.int64]
Span = tuple[int, int, int]


def in_force(group: npt.ArrayLike, letters: Ints, start: Ints, end: Ints, days: Ints) -> tuple[pd.DataFrame, Ints]:
    """Work out the days that are left to each of several records of which on every day one counts.

    Parameters
    ----------
    group
        Of what each is a record: those of one group stand for each other.
    letters
        C, N, O or P of each, as the number of the character.
    start, end
        First and last day, counted from 1 January 1970, both included.
    days
        Days of the week, Monday the lowest bit.

    Returns
    -------
    tuple
        Spans in which a record holds on some days of the week: `record` (its place, from 0), `start`, `end`, `days`, by
        record and then by day, none of cancellations; and the places of records that share a day and the letter with an
        earlier one (on such a day both hold).
    """
    number = pd.factorize(np.asarray(group))[0]
    size = np.bincount(number)
    alone = size[number] == 1
    kept = np.flatnonzero(alone & (letters != CANCELLED) & ((occurring(start, end) & days) != 0))
    plain = np.column_stack([kept, start[kept], end[kept], days[kept]])
    spans: list[tuple[int, int, int, int]] = []
    shared: list[int] = []
    crowded = np.flatnonzero(~alone)
    crowded = crowded[np.argsort(number[crowded], kind="stable")]
    each = zip(*(values[crowded].tolist() for values in (number, letters, start, end, days)), strict=True)
    rows = ((group, place, letter, (first, last, runs)) for place, (group, letter, first, last, runs) in zip(
        crowded.tolist(), each, strict=True))
    for _, several in groupby(rows, key=itemgetter(0)):
        records = [row[1:] for row in several]
        for place, letter, own in records:
            above = [other for _, higher, other in records if higher < letter]
            shared += [place for earlier, same, other in records
                       if earlier < place and same == letter != CANCELLED and _share_a_day(own, other)]
            left = _without(own, above) if letter != CANCELLED else []
            spans += [(place, *span) for span in left]
    both = np.concatenate([plain, np.array(spans, dtype=np.int64).reshape(-1, 4)])
    table = pd.DataFrame(both, columns=["record", "start", "end", "days"])
    return table.sort_values(["record", "start"], ignore_index=True), np.unique(np.array(shared, dtype=np.int64))


def occurring(start: Ints, end: Ints) -> Ints:
    """Tell which days of the week lie between two days (Monday the lowest bit)."""
    found = np.zeros(len(start), dtype=np.int64)
    for step in range(len(WEEKDAYS)):
        day = start + step
        found |= np.where(day <= end, 1 << (day + THURSDAY) % len(WEEKDAYS), 0)
    return found


def as_calendar(spans: pd.DataFrame) -> pd.DataFrame:
    """Write spans as a timetable does: seven bool columns named as `WEEKDAYS`, `start_date` and `end_date`."""
    runs = {day: (spans["days"].to_numpy() >> place & 1).astype(bool) for place, day in enumerate(WEEKDAYS)}
    return pd.DataFrame({**runs, **{f"{side}_date": spans[side].to_numpy().astype("datetime64[D]").astype(
        "datetime64[s]") for side in ("start", "end")}})


def later(spans: pd.DataFrame, shift: Ints) -> pd.DataFrame:
    """Move spans by some days each, their days of the week with them."""
    week, turn = len(WEEKDAYS), np.asarray(shift, dtype=np.int64) % len(WEEKDAYS)
    days = spans["days"].to_numpy(dtype=np.int64)
    turned = (days << turn | days >> (week - turn)) & (1 << week) - 1
    return spans.assign(start=spans["start"] + shift, end=spans["end"] + shift, days=turned)


def _occurring(start: int, end: int) -> int:
    """Tell which days of the week lie between two days, as `occurring` does of many."""
    found = 0
    for day in range(start, min(end, start + len(WEEKDAYS) - 1) + 1):
        found |= 1 << (day + THURSDAY) % len(WEEKDAYS)
    return found


def _share_a_day(first: Span, second: Span) -> bool:
    start, end = max(first[0], second[0]), min(first[1], second[1])
    return bool(start <= end and _occurring(start, end) & first[2] & second[2])


def _without(own: Span, above: list[Span]) -> list[Span]:
    """Take the days away from a span that others have."""
    first, last, days = own
    above = [other for other in above if other[0] <= last and first <= other[1]]
    all_edges = {first, last + 1, *(other[0] for other in above), *(other[1] + 1 for other in above)}
    edges = sorted(edge for edge in all_edges if first <= edge <= last + 1)
    left: list[Span] = []
    for start, after in pairwise(edges):
        taken = 0
        for other_first, other_last, other_days in above:
            if other_first <= start <= other_last:
                taken |= other_days
        if left and left[-1][1] == start - 1 and left[-1][2] == days & ~taken:
            left[-1] = (left[-1][0], after - 1, left[-1][2])
        else:
            left.append((start, after - 1, days & ~taken))
    return [span for span in left if _occurring(span[0], span[1]) & span[2]]
