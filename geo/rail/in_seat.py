"""Where passengers may stay in the seat when one trip of a vehicle ends and another begins: that is no change."""

import pandas as pd

from geo.sources.timetable import Feed

_TRAIN = ["shift", "trip_id"]


def in_seat_links(feed: Feed, rows: pd.DataFrame) -> pd.DataFrame:
    """Find the connections that passengers stay seated between, of two trips.

    They are those of the feed's in-seat transfers, and the end of one trip of a block and the start of the next where
    both are at one station; not where the feed says that passengers must leave the seat, nor where the next trip has
    left before the first arrives.

    Parameters
    ----------
    feed
        The timetable.
    rows
        Connections of one day, RangeIndex, last departure first; shift, trip_id, block, origin, target, departs and
        arrives.

    Returns
    -------
    pandas.DataFrame
        `row` (sorted) and `next`, rows of `rows`: on arrival of the first passengers may stay for the second.
    """
    # Last departure first: the first row of a train is its last connection.
    calls = rows.assign(row=rows.index)
    ends, starts = calls.drop_duplicates(_TRAIN), calls.drop_duplicates(_TRAIN, keep="last")
    stays, leaves = (_named(feed.in_seat[feed.in_seat["stays"] == stay], calls, ends, starts) for stay in (True, False))
    pairs = pd.concat([stays, _of_blocks(ends, starts)]).drop_duplicates()
    left = pd.MultiIndex.from_frame(pairs).isin(pd.MultiIndex.from_frame(leaves))
    # A row that stands later leaves earlier.
    return pairs[~left & (pairs["next"] < pairs["row"])].sort_values(["row", "next"], ignore_index=True)


def _named(transfers: pd.DataFrame, calls: pd.DataFrame, ends: pd.DataFrame, starts: pd.DataFrame) -> pd.DataFrame:
    """Pair connections by in-seat transfers; without a station they hold for the last and the first call."""
    arriving = pd.concat([calls, ends.assign(target="")])
    leaving = pd.concat([calls, starts.assign(origin="")])
    found = transfers.merge(arriving, left_on=["from_trip", "from_crs"], right_on=["trip_id", "target"])
    found = found.drop_duplicates([*transfers, "shift"])
    found = found.merge(leaving, left_on=["to_trip", "to_crs", "shift"], right_on=["trip_id", "origin", "shift"],
                        suffixes=("", "_next"))
    return _in_time(found.drop_duplicates([*transfers, "shift"], keep="last"))


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
