"""Where passengers may stay in the seat when one trip of a vehicle ends and another begins: that is no change."""

from collections.abc import Collection
from datetime import date, timedelta

import pandas as pd

from geo.rail.fixed_links import DAY
from geo.sources.timetable import WEEKDAYS, Feed

_TRAIN = ["shift", "trip_id"]
_TRANSFER = ["from_trip", "to_trip", "from_crs", "to_crs", "stays"]


def in_seat_links(feed: Feed, day: date, rows: pd.DataFrame) -> pd.DataFrame:
    """Find the connections that passengers stay seated between, of two trips.

    They are those of the feed's in-seat transfers, and the end of one trip of a block and the start of the next where
    both are at one station; not where the feed says that passengers must leave the seat, nor where the next trip has
    left before the first arrives.

    Parameters
    ----------
    feed
        The timetable.
    day
        Of which the connections are.
    rows
        Connections of that day and of the night before, RangeIndex, last departure first; shift (0, or a day's seconds
        less), trip_id, block, origin, target, departs and arrives.

    Returns
    -------
    pandas.DataFrame
        `row` (sorted) and `next`, rows of `rows`: on arrival of the first passengers may stay for the second.
    """
    # Last departure first: the first row of a train is its last connection.
    calls = rows.assign(row=rows.index)
    ends, starts = calls.drop_duplicates(_TRAIN), calls.drop_duplicates(_TRAIN, keep="last")
    transfers = _holding(feed.in_seat, day, [int(shift) for shift in rows["shift"].unique()])
    stays, leaves = (_named(transfers[transfers["stays"] == stay], calls, ends, starts) for stay in (True, False))
    pairs = pd.concat([stays, _of_blocks(ends, starts)]).drop_duplicates()
    left = pd.MultiIndex.from_frame(pairs).isin(pd.MultiIndex.from_frame(leaves))
    # A row that stands later leaves earlier.
    return pairs[~left & (pairs["next"] < pairs["row"])].sort_values(["row", "next"], ignore_index=True)


def _holding(in_seat: pd.DataFrame, day: date, shifts: Collection[int]) -> pd.DataFrame:
    """Choose the in-seat transfers that hold for the trains of a day and of others, each by its seconds from that day.

    `shift` is that of the trip that passengers come from, `to_shift` of the one that they stay for.
    """
    parts = []
    for shift in shifts:
        when = pd.Timestamp(day) + timedelta(seconds=shift)
        held, later = in_seat, 0
        if "days_later" in in_seat:
            held = in_seat[in_seat[WEEKDAYS[when.weekday()]] & (in_seat["start_date"] <= when) & (
                in_seat["end_date"] >= when)]
            later = held["days_later"]
        parts.append(held[_TRANSFER].assign(shift=shift, to_shift=shift + DAY * later))
    return pd.concat(parts, ignore_index=True)


def _named(transfers: pd.DataFrame, calls: pd.DataFrame, ends: pd.DataFrame, starts: pd.DataFrame) -> pd.DataFrame:
    """Pair connections by in-seat transfers; without a station they hold for the last and the first call."""
    arriving = pd.concat([calls, ends.assign(target="")])
    leaving = pd.concat([calls, starts.assign(origin="")])
    found = transfers.merge(
        arriving, left_on=["from_trip", "from_crs", "shift"], right_on=["trip_id", "target", "shift"])
    found = found.drop_duplicates([*transfers])
    found = found.merge(leaving, left_on=["to_trip", "to_crs", "to_shift"], right_on=["trip_id", "origin", "shift"],
                        suffixes=("", "_next"))
    return _in_time(found.drop_duplicates([*transfers], keep="last"))


def _of_blocks(ends: pd.DataFrame, starts: pd.DataFrame) -> pd.DataFrame:
    """Pair the end of each trip of a block with the start of the next, where both are at one station."""
    whole = ends.merge(starts[[*_TRAIN, "row", "departs", "origin"]], on=_TRAIN, suffixes=("", "_first"))
    whole = whole[whole["block"] != ""].sort_values(["shift", "block", "departs_first", "arrives"])
    following = whole.groupby(["shift", "block"], sort=False)[["row_first", "departs_first", "origin_first"]].shift(-1)
    found = whole.assign(row_next=following["row_first"], departs_next=following["departs_first"])
    return _in_time(found[whole["target"] == following["origin_first"]])


def _in_time(found: pd.DataFrame) -> pd.DataFrame:
    """Keep the pairs of which the second leaves once the first has arrived."""
    kept = found[found["departs_next"] >= found["arrives"]]
    return kept[["row", "row_next"]].astype("int64").rename(columns={"row_next": "next"})
