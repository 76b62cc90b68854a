"""The best station of every postcode for every hub, no way to it leading across the sea."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import cast

import numpy as np
import numpy.typing as npt

from geo.rail.access_legs import ACCESS, AccessRules, Floats, Places
from geo.rail.land_routes import Overland

ACCESSES = ("car", "walk")

# A pair's worth for one hub is one whole number, so that the best of many is one minimum: microminutes door to
# hub, then the train's time in half seconds, then the station.
STATION_BITS, TRAIN_BITS = 12, 18
PER_MINUTE = 1_000_000
OUT = np.int64(1) << 61

_NOT_USED, _KNOWN, _NEW = range(3)


@dataclass
class Ways:
    """What is known of the ways from postcodes to stations, which count by their place here."""

    state: npt.NDArray[np.uint8]    # postcode × station: not used yet, known, or new
    code: Places                    # ways round the water: postcode × number of stations + station, sorted
    metres: Floats                  # of each of these, infinite where there is no way

    @classmethod
    def none(cls, postcodes: int, stations: int) -> "Ways":
        """Know nothing yet."""
        return cls(np.zeros((postcodes, stations), np.uint8), np.empty(0, np.int64), np.empty(0))

    def take(self, code: Places, metres: Floats) -> None:
        """Take ways round the water in."""
        place = np.searchsorted(self.code, code)
        self.code, self.metres = np.insert(self.code, place, code), np.insert(self.metres, place, metres)
        self.state.ravel()[code] = _KNOWN


def best_stations(
    doors: Floats, stations: Floats, drive: Floats, worth: Places, ways: Ways, ground: Callable[[], Overland] | None,
) -> Places:
    """Find the worth of the best station by access, hub and postcode (`OUT` or more: none).

    Only ways that are best for some hub are held against the chart; where one crosses the sea its length becomes
    that of the way round, and the postcode is done again, until all pass. `ways` learns of them.

    Parameters
    ----------
    doors, stations
        Positions (n, 2), EPSG:27700.
    drive
        Minutes a metre by car, by postcode.
    worth
        Of a journey, hub × station.
    ways
        What is known of them.
    ground
        Gives the ground that ways lead over; None where all that is used is known.
    """
    # In one layout, whatever they were cut from: the scan is compiled once.
    doors, stations = np.array(doors, order="C"), np.array(stations, order="C")
    least = np.full((len(ACCESSES), len(worth), len(doors)), OUT, dtype=np.int64)
    number = len(stations)
    todo = np.arange(len(doors) if number else 0)
    while len(todo):
        first = np.searchsorted(ways.code, np.arange(len(doors) + 1) * number)
        compiled_scan()(doors, stations, ACCESS, drive, worth, first, ways.code % number, ways.metres, todo,
                         ways.state, least)
        code = np.flatnonzero(ways.state.ravel() == _NEW)
        ways.state.ravel()[code] = _KNOWN
        if ground is None or not len(code):
            return least
        starts, ends = doors[code // number], stations[code % number]
        crosses = ground().crosses(starts, ends)
        # To the metre: as an edition keeps them.
        ways.take(code[crosses], np.rint(ground().around(starts[crosses], ends[crosses])))
        todo = np.unique(code[crosses] // number)
    return least


def _scan(  # noqa: C901, PLR0912, PLR0913, PLR0917 - the one loop that must be a single compiled function
    doors: Floats, stations: Floats, rules: AccessRules, drive: Floats, worth: Places, first: Places,
    round_station: Places, round_metres: Floats, todo: Places, state: npt.NDArray[np.uint8], least: Places,
) -> None:
    """Write the worth of the best station of some postcodes into `least`, and mark in `state` what is used anew.

    Ways round the water of postcode i stand from `first[i]` to `first[i + 1]`, by station.
    """
    hubs = len(worth)
    for postcode in todo:
        least[:, :, postcode] = OUT
        row, last = first[postcode], first[postcode + 1]
        for station in range(len(stations)):
            across = doors[postcode, 0] - stations[station, 0]
            up = doors[postcode, 1] - stations[station, 1]
            metres = math.sqrt(across * across + up * up)
            if metres > rules.reach:
                continue
            while row < last and round_station[row] < station:
                row += 1
            if row < last and round_station[row] == station:
                metres = round_metres[row]
            if metres == math.inf:
                continue
            foot = metres * (rules.detour * 60 / (1000 * rules.walk_kmh))
            walks = foot <= rules.walk_limit
            quick = metres * drive[postcode] + rules.parking
            if walks:
                quick = min(quick, foot)
            cost = np.int64(np.rint(quick * PER_MINUTE)) << (STATION_BITS + TRAIN_BITS)
            for hub in range(hubs):
                least[0, hub, postcode] = min(least[0, hub, postcode], cost + worth[hub, station])
            if walks:
                cost = np.int64(np.rint(foot * PER_MINUTE)) << (STATION_BITS + TRAIN_BITS)
                for hub in range(hubs):
                    least[1, hub, postcode] = min(least[1, hub, postcode], cost + worth[hub, station])
        for access in range(len(least)):
            for hub in range(hubs):
                if least[access, hub, postcode] < OUT:
                    station = least[access, hub, postcode] & ((1 << STATION_BITS) - 1)
                    if state[postcode, station] == _NOT_USED:
                        state[postcode, station] = _NEW


@cache
def compiled_scan() -> Callable[..., None]:
    """Give the scan as compiled, for this machine, when it was first asked for."""
    import numba  # noqa: PLC0415 - takes half a second, which only who scans should wait for

    return cast("Callable[..., None]", numba.njit(cache=True, nogil=True)(_scan))
