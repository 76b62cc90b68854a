"""The tidy tables that a timetable is read into, whatever its publisher's format."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

__all__ = ["WEEKDAYS", "Feed"]

PATTERN_VERSION = "indicative-pattern-2025"
"""The version that the project gives its own timetable: the mark that a copy, a zip and an edited one keep."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Feed:
    """A timetable as tidy tables; stations go by their CRS code, times are seconds after midnight.

    Parameters
    ----------
    stops
        Index `stop_id`; `crs` (the stop's own id where the feed gives no three-letter code), `name`,
        `latitude`, `longitude` (degrees, NaN where not given). Several stops may share one `crs`.
    trips
        Index `trip_id`; `service_id`.
    stop_times
        Sorted by `trip_id` and `sequence`, RangeIndex; `trip_id`, `sequence`, `crs`, `arrives` and `departs`
        (int64 seconds after midnight of the service's day, over 86,400 after midnight), `may_board` and
        `may_alight` (bool). Every trip calls at least twice.
    calendar
        `service_id`, seven bool columns named as `WEEKDAYS`, `start_date`, `end_date` (datetime64); no row
        where the feed has none.
    calendar_dates
        `service_id`, `date` (datetime64), `added` (bool, else removed); no row where the feed has none.
    change_times
        Seconds needed between two trains, by `crs` (int64), where the feed says so. A day (86,400) means that
        the feed rules changing out.
    walks
        `from_crs`, `to_crs`, `seconds` (int64): links between two stations, one way each.
    publisher
        Who made the feed, as its feed_info says; empty when it does not.
    version
        The feed's own version; empty when not given.
    start, end
        First and last day of the feed as its feed_info says; None when not given.
    notes
        What was left out of the feed, in words.
    """

    stops: pd.DataFrame
    trips: pd.DataFrame
    stop_times: pd.DataFrame
    calendar: pd.DataFrame
    calendar_dates: pd.DataFrame
    change_times: pd.Series
    walks: pd.DataFrame
    publisher: str = ""
    version: str = ""
    start: date | None = None
    end: date | None = None
    notes: tuple[str, ...] = ()

    @property
    def is_pattern(self) -> bool:
        """Whether it is the project's own pattern timetable; what a publisher calls itself does not matter."""
        return self.version == PATTERN_VERSION
