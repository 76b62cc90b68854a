"""Links between stations, by foot, underground or bus, that hold on some days and at some times of day."""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from geo.sources.timetable import WEEKDAYS, Feed

DAY = 86_400
EARLIER = 3
"""Days before a day of which a link may still hold: its hours may pass 24, and then go to 72."""


def links_around(feed: Feed, day: date, last: int) -> pd.DataFrame:
    """Find when the links of a feed hold around a day, each day's by its own weekday and date.

    Parameters
    ----------
    feed
        The timetable; its `walks`.
    day
        From whose midnight times count.
    last
        Seconds after it at which the last train has arrived: nobody waits longer for a link to open.

    Returns
    -------
    pandas.DataFrame
        RangeIndex; `origin`, `target` (CRS), `seconds`, and `opens`, `closes` (float64 seconds after the day's
        midnight, both included; below 0 before it): who sets out then is there after `seconds`. NaN: at any time.
        Those by which everybody is there before that midnight are not in it.
    """
    walks = feed.walks.rename(columns={"from_crs": "origin", "to_crs": "target"})
    bounds = walks[["opens", "closes", "start_date", "end_date"]].notna().any(axis=1)
    sometimes = bounds | ~walks[list(WEEKDAYS)].all(axis=1)
    kept = ["origin", "target", "seconds", "opens", "closes"]
    parts, timed = [walks.loc[~sometimes, kept]], walks[sometimes]
    timed = timed.assign(opens=timed["opens"].fillna(0), closes=timed["closes"].fillna(DAY - 1))
    timed["closes"] += np.ceil((timed["opens"] - timed["closes"]).clip(lower=0) / DAY) * DAY
    for shift in range(-EARLIER, last // DAY + 1) if len(timed) else ():
        now = day + timedelta(days=shift)
        when = pd.Timestamp(now)
        part = timed[timed[WEEKDAYS[now.weekday()]] & ~(timed["start_date"] > when) & ~(timed["end_date"] < when)]
        part = part.assign(opens=part["opens"] + shift * DAY, closes=part["closes"] + shift * DAY)
        parts.append(part.loc[(part["closes"] >= -part["seconds"]) & (part["opens"] <= last), kept])
    return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
