"""What is asked of a what-if: places to upgrade, minutes on journeys, a section of line to close, trains to add."""

import re
from itertools import pairwise
from typing import NamedTuple, Self

from geo.core.choices import SPEEDS
from geo.core.errors import ViewError
from geo.core.untrusted import quoted
from geo.core.view import ADDED_TRAINS, MOST_MINUTES, View

MOST_TRAINS = 300
"""How many trains a what-if may add."""

LONGEST_RUN = 6 * 60
"""Minutes between two calls of an added train at most."""


class AddedTrains(NamedTuple):
    """Trains that are added.

    Attributes
    ----------
    stations
        CRS codes in the order of the calls.
    first, last
        Minutes after midnight between which they set out.
    every
        Minutes from one to the next.
    minutes
        From each call to the next.
    """

    stations: tuple[str, ...]
    first: int
    last: int
    every: int
    minutes: tuple[int, ...]

    @classmethod
    def read(cls, text: str) -> Self:
        """Read trains such as EXD,TAU,PAD@06:00-09:00/60:25,95.

        Parameters
        ----------
        text
            As `View.add` has it.

        Returns
        -------
        AddedTrains
            Checked.

        Raises
        ------
        ViewError
            What cannot run.
        """
        spelled = re.fullmatch(ADDED_TRAINS, text)
        if spelled is None:
            raise ViewError(f"add {quoted(text)}: trains such as EXD,TAU,PAD@06:00-09:00/60:25,95 are right")
        stations, runs = tuple(spelled["calls"].split(",")), tuple(map(int, spelled["minutes"].split(",")))
        found = cls(stations, _minutes(spelled["first"]), _minutes(spelled["last"]), int(spelled["every"]), runs)
        if len(runs) != len(stations) - 1:
            raise ViewError(f"add ‘{text}’: {len(stations)} calls have {len(stations) - 1} runs between them, not "
                            f"{len(runs)}")
        if any(one == other for one, other in pairwise(stations)):
            raise ViewError(f"add ‘{text}’: a train does not call at one station twice running")
        if found.last < found.first or not found.every:
            raise ViewError(f"add ‘{text}’: a first time not after the last, and at least a minute between trains, are "
                            "right")
        if not all(1 <= run <= LONGEST_RUN for run in runs):
            raise ViewError(f"add ‘{text}’: from 1 to {LONGEST_RUN} minutes from call to call are right")
        if len(range(found.first, found.last + 1, found.every)) > MOST_TRAINS:
            raise ViewError(f"add ‘{text}’: more than {MOST_TRAINS} trains; fewer are right")
        return found


class WhatIf(NamedTuple):
    """What is changed.

    Attributes
    ----------
    upgrade
        Codes of the places upgraded, sorted; none where no line is.
    to
        The speed that they are upgraded to.
    minutes
        Added to journeys; fewer than 0 shorten them.
    hub
        Where these journeys go.
    stations
        CRS codes that these journeys start from; all where there are none.
    line
        Name of the line whose stations they start from; "" for none.
    close
        CRS codes of the two ends of the section closed; None where none is.
    trains
        Those added.
    """

    upgrade: tuple[str, ...] = ()
    to: str = ""
    minutes: int = 0
    hub: str = ""
    stations: tuple[str, ...] = ()
    line: str = ""
    close: tuple[str, str] | None = None
    trains: AddedTrains | None = None

    @classmethod
    def of(cls, view: View) -> Self:
        """Read what a view asks.

        Parameters
        ----------
        view
            Its options for a what-if count, and its speed and hub where they say no other.

        Returns
        -------
        WhatIf
            Equal where the same is asked, however it is written.

        Raises
        ------
        ViewError
            What cannot be.
        """
        if (view.stations or view.line) and not view.rail:
            raise ViewError(f"stations or a line without minutes: from {-MOST_MINUTES} to {MOST_MINUTES} minutes are "
                            "right, but not 0")
        if view.stations and view.line:
            raise ViewError("stations and a line at once: one of the two is right")
        one, _, other = view.close.partition("-")
        if view.close and one == other:
            raise ViewError(f"close ‘{view.close}’: two stations are right")
        upgrade = tuple(sorted(set(view.upgrade.split("+")))) if view.upgrade else ()
        return cls(
            upgrade, (view.to or view.speed) if upgrade else "", view.rail, view.hub if view.rail else "",
            tuple(sorted(set(view.stations.split(".")))) if view.stations else (), view.line,
            (min(one, other), max(one, other)) if view.close else None,
            AddedTrains.read(view.add) if view.add else None)

    @property
    def changes_nothing(self) -> bool:
        """Whether nothing is asked."""
        return not (self.upgrade or self.changes_rail)

    @property
    def changes_rail(self) -> bool:
        """Whether journeys change."""
        return bool(self.minutes or self.close or self.trains)

    def tiers(self) -> tuple[str, ...]:
        """List the speeds that whoever is upgraded has.

        Returns
        -------
        tuple of str
            Keys of `geo.core.choices.SPEEDS`.
        """
        slower = tuple(SPEEDS)     # the legal minimum first, a gigabit last
        return slower[: slower.index(self.to) + 1] if self.to else ()


def moment(minutes: int) -> str:
    """Spell a moment of the day as a clock shows it.

    Parameters
    ----------
    minutes
        After midnight.

    Returns
    -------
    str
        Hours and minutes.

    Examples
    --------
    >>> moment(365)
    '06:05'
    """
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
