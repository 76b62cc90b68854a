"""The tidy tables that a timetable is read into, whatever its publisher's format."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

PATTERN_VERSION = "indicative-pattern-2025"
"""The version that the project gives its own timetable: the mark that a copy, a zip and an edited one keep."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def no_in_seat() -> pd.DataFrame:
    """Make the table of in-seat transfers of a feed that names none."""
    texts = dict.fromkeys(("from_trip", "to_trip", "from_crs", "to_crs"), "str")
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in {**texts, "stays": "bool"}.items()})


def at_all_times(links: pd.DataFrame) -> pd.DataFrame:
    """Say of links between stations that they hold at all times.

    Parameters
    ----------
    links
        `from_crs`, `to_crs`, `seconds`.

    Returns
    -------
    pandas.DataFrame
        As `Feed.walks`; RangeIndex.
    """
    never = pd.Series(pd.NaT, links.index, dtype="datetime64[s]")
    return links.assign(
        opens=np.nan, closes=np.nan, start_date=never, end_date=never, **dict.fromkeys(WEEKDAYS, True),
    ).reset_index(drop=True)


@dataclass(frozen=True)
class Feed:
    """A timetable as tidy tables; stations go by their CRS code, times are seconds after midnight."""

    stops: pd.DataFrame
    """Index `stop_id`; `crs` (the stop's own id where the feed gives no three-letter code), `name`, `code` (stop_code),
    `latitude`, `longitude` (degrees, NaN where not given). Several stops may share one `crs`."""
    trips: pd.DataFrame
    """Index `trip_id`; `service_id`; `block`: trips of one block are one vehicle's; `line`, the name of the route: both
    empty where not given; `by_rail` (bool): whether it is a train, as far as the feed says."""
    stop_times: pd.DataFrame
    """Sorted by `trip_id` and `sequence`, RangeIndex; `trip_id`, `sequence`, `crs`, `arrives` and `departs` (int64
    seconds after midnight of the service's day, over 86,400 after midnight), `may_board` and `may_alight` (bool). Every
    trip calls at least twice."""
    calendar: pd.DataFrame
    """`service_id`, seven bool columns named as `WEEKDAYS`, `start_date`, `end_date` (datetime64); may be empty. A
    service may have several rows, of different days, where `calendar_dates` says nothing of it."""
    calendar_dates: pd.DataFrame
    """`service_id`, `date` (datetime64), `added` (bool, else removed); may be empty."""
    change_times: pd.Series
    """Seconds needed between two trains, by `crs` (int64), where the feed says so; a day rules changing out."""
    walks: pd.DataFrame
    """RangeIndex; `from_crs`, `to_crs`, `seconds` (int64): links between two stations by foot, underground or bus, one
    way each. They hold on the days named as `WEEKDAYS` (bool) between `start_date` and `end_date` (datetime64[s], both
    included; NaT: no such end), for those who set out from `opens` to `closes` (float64 seconds after midnight of that
    day, both included; NaN: at any time; `closes` below `opens` is of the day after). A pair may have several."""
    in_seat: pd.DataFrame = field(default_factory=no_in_seat)
    """`from_trip`, `to_trip`, `from_crs`, `to_crs` (the stations between which; empty for the last and the first call),
    `stays` (bool): whether passengers may stay in the seat from one trip into the other, or must leave it. Of a feed in
    which it depends on the day also `start_date`, `end_date` and columns named as `WEEKDAYS`, as in `calendar`, for the
    day of `from_trip`; and `days_later` (int64): how many days after it `to_trip` runs."""
    publisher: str = ""
    """Who made the feed, as its feed_info says; empty when it does not."""
    licence: str = ""
    """Under which it is published, where the format is one publisher's."""
    version: str = ""
    start: date | None = None
    """First day of the feed as its feed_info says, and the last."""
    end: date | None = None
    notes: tuple[str, ...] = ()
    """What was left out of the feed, in words."""

    @property
    def is_pattern(self) -> bool:
        """Whether it is the project's own pattern timetable; what a publisher calls itself does not matter."""
        return self.version == PATTERN_VERSION
