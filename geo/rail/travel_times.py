"""Minutes from every postcode to every hub, summed up as counts of postcodes per LSOA and minute."""

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from typing import NamedTuple, TypeAlias

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.core.choices import NO_RAIL
from geo.core.crs import require_national_grid
from geo.core.spread import IN_TURN, InTurn
from geo.rail.access_legs import ACCESS, Floats, Places, door_positions
from geo.rail.best_stations import ACCESSES, OUT, PER_MINUTE, STATION_BITS, TRAIN_BITS, Ways, best_stations
from geo.rail.land_routes import Ground, Overland

CLOCKS = ("train", "door")
BESIDE = ("waiting", "departures")
ANY_HUB = "any"
WINDOW = 240
"""Minutes in which the departures of a journey are counted (06:00 to 10:00)."""
LONGEST_WAIT = 60
"""Minutes; who waits longer looks the train up."""
WORKERS = min(2, os.cpu_count() or 1)
"""Threads: each needs some 200 MB."""
CHUNK = 20_000
"""Postcodes worked on at a time: what is found of a whole country's would not fit into memory."""

STATION = np.int64((1 << STATION_BITS) - 1)
"""The bits of a worth that hold its station's number."""

HALF_SECONDS = 120
"""In a minute: the unit of a train's time in a worth."""

Land: TypeAlias = gpd.GeoSeries | Overland | Callable[[], Overland]
"""Polygons of it, the ground made of them, or what gives that when it is needed."""

_Told: TypeAlias = dict[str, npt.NDArray[np.int16]]


def door_to_hub(
    postcodes: pd.DataFrame, stations: gpd.GeoDataFrame, journeys: pd.DataFrame, land: Land,
    hubs: Sequence[str] = (),
) -> pd.DataFrame:
    """Count the postcodes of every LSOA by their minutes to every hub, by train alone and door to door.

    From each postcode the station is used that is best door to door: way to the station, boarding and the
    typical journey; of several equal ones that with the shorter journey. A way is a straight line, unless more
    than 1 km of that is at sea (`geo.rail.land_mask`): then it goes round over land (`geo.rail.land_routes`), and where
    it cannot, as from an island, the station is not used.

    Parameters
    ----------
    postcodes
        RangeIndex; `easting` and `northing` (EPSG:27700), `area` (LSOA code), `urban` (bool, of the LSOA).
    stations
        Index `crs`, points in EPSG:27700. Stations of `journeys` that are not here are not used.
    journeys
        `station`, `hub` and `typical` (minutes), as `geo.rail.connection_scan.journeys` gives them.
    land
        Polygons of the mapped land, clipped to the coast, EPSG:27700; or the ground made of them and of the same
        postcodes, where it serves twice, or what gives it.
    hubs
        Keys of hubs that are told of even where no journey leads to them: nobody reaches those.

    Returns
    -------
    pandas.DataFrame
        RangeIndex; `area`, `hub`, `clock` ('train' or 'door'), `access` ('car', which is the better of car and
        foot, or 'walk'), all categorical; `minutes` (int16, rounded up, so that more than m holds exactly for
        whole m; 32767 where no station will do), `postcodes` (int32). For every area, hub, clock and access
        the counts sum to the area's postcodes.

    Raises
    ------
    ValueError
        When a CRS is not EPSG:27700.
    """
    return time_doors(postcodes, stations, journeys, land, hubs).reach()


class Surveyed(NamedTuple):
    """What is known of the ways to stations from an earlier time that the same doors were timed.

    Attributes
    ----------
    detours
        As `Doors.detours` gives them.
    journeys
        Those that the doors were timed by: ways that were best by them lead over land, or are among the detours.
    """

    detours: pd.DataFrame
    journeys: pd.DataFrame


def time_doors(
    postcodes: pd.DataFrame, stations: gpd.GeoDataFrame, journeys: pd.DataFrame, land: Land,
    hubs: Sequence[str] = (), surveyed: Surveyed | None = None,
) -> "Doors":
    """Find the best station of every postcode for every hub.

    The arguments are those of `door_to_hub`; where journeys have `departures` (in the four hours counted), those of the
    station used are told too. With what is `surveyed`, only ways that were not used before are held against the chart.
    """
    return _timed(postcodes["area"], _Asked.of(postcodes, stations, journeys, hubs, land, surveyed), _in_threads)


def time_doors_by(
    spread: InTurn, postcodes: pd.DataFrame, stations: gpd.GeoDataFrame, journeys: pd.DataFrame, ground: Ground,
    hubs: Sequence[str] = (),
) -> "Doors":
    """Do the same by others, who get the ground's parts and make it themselves."""
    if spread is IN_TURN:
        return time_doors(postcodes, stations, journeys, ground(), hubs)
    return _timed(postcodes["area"], _Asked.of(postcodes, stations, journeys, hubs, ground, None), spread)


_Part: TypeAlias = tuple[_Told, pd.DataFrame]
"""What is told of a chunk of postcodes, and the ways round the water that they take."""


class _Asked(NamedTuple):
    """What all chunks of postcodes go by."""

    doors: Floats
    drive: Floats
    codes: pd.Index
    served: "_Stations"
    ground: Callable[[], Overland]
    surveyed: tuple["_Stations", pd.DataFrame] | None     # stations and detours of an earlier time

    @classmethod
    def of(
        cls, postcodes: pd.DataFrame, stations: gpd.GeoDataFrame, journeys: pd.DataFrame, hubs: Sequence[str],
        land: Land, surveyed: Surveyed | None,
    ) -> "_Asked":
        """Lay out what is given to `time_doors`."""
        keys = [*dict.fromkeys([*hubs, *journeys["hub"]])]
        timed = [journeys] if surveyed is None else [journeys, surveyed.journeys]
        codes = stations.index.intersection(pd.concat(timed)["station"].unique()).sort_values()
        served, *before = [_Stations.of(stations, each, keys, codes) for each in timed]
        drive = ACCESS.by_car_per_metre(postcodes["urban"].to_numpy(dtype=bool))
        return cls(door_positions(postcodes), drive, codes, served, _ground(land, postcodes),
                   None if surveyed is None else (before[0], surveyed.detours))


def _timed(area: pd.Series, asked: _Asked, spread: Callable[..., Iterable[_Part]]) -> "Doors":
    """Find the best stations chunk by chunk, which do not know of one another. One is there without a door."""
    told, detours = zip(*spread(_chunk, range(0, max(len(asked.doors), 1), CHUNK), asked), strict=True)
    clocks = {clock: np.concatenate([part[clock] for part in told], axis=-1) for clock in told[0]}
    return Doors(area.to_numpy(dtype=object), asked.served.hubs, clocks, pd.concat(detours, ignore_index=True))


def _in_threads(function: Callable[[int, _Asked], _Part], starts: Iterable[int], asked: _Asked) -> list[_Part]:
    """Do it here: numpy lets other threads work."""
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(function, starts, repeat(asked)))


def _chunk(start: int, asked: _Asked) -> _Part:
    """Tell of some postcodes, and the ways round the water that they take."""
    part = slice(start, start + CHUNK)
    here, by_car = asked.doors[part], asked.drive[part]
    near = _in_reach(here, asked.served.points)
    those, ways = asked.served.some(near), Ways.none(len(here), len(near))
    if asked.surveyed is not None:
        before, detours = asked.surveyed
        rows = detours["postcode"].between(start, start + len(here) - 1)
        ways.take(*_coded(detours[rows], start, asked.codes[near]))
        best_stations(here, those.points, by_car, before.some(near).worth, ways, None)
    least = best_stations(here, those.points, by_car, those.worth, ways, asked.ground)
    row, station = np.divmod(ways.code, max(len(near), 1))
    found = {"postcode": start + row, "station": asked.codes[near].take(station), "metres": ways.metres}
    return _told(least, those), pd.DataFrame(found).astype({"station": "str"})


def _in_reach(doors: Floats, stations: Floats) -> Places:
    """Give the positions of the stations that some doors, which lie close together, may reach: few of a country's."""
    if not len(doors):
        return np.empty(0, dtype=np.int64)
    low, high = doors.min(axis=0) - ACCESS.reach, doors.max(axis=0) + ACCESS.reach
    return np.flatnonzero(((stations >= low) & (stations <= high)).all(axis=1))


def _ground(land: Land, postcodes: pd.DataFrame) -> Callable[[], Overland]:
    if callable(land):
        return land
    made = land if isinstance(land, Overland) else Overland(land, postcodes)
    return lambda: made


def _coded(detours: pd.DataFrame, start: int, codes: pd.Index) -> tuple[Places, Floats]:
    """Spell detours as `Ways` does; to stations without a journey there are none."""
    station = codes.get_indexer(detours["station"])
    code = (detours["postcode"].to_numpy() - start) * len(codes) + station
    order = np.argsort(code[station >= 0])
    return code[station >= 0][order], detours["metres"].to_numpy()[station >= 0][order]


@dataclass(frozen=True)
class _Stations:
    """Stations with a journey to any hub: where they stand, and what a journey is worth (hub × station)."""

    points: Floats
    hubs: tuple[str, ...]
    worth: Places
    departures: Places | None    # hub × station; None where they are not known

    @classmethod
    def of(
        cls, stations: gpd.GeoDataFrame, journeys: pd.DataFrame, hubs: Sequence[str], codes: pd.Index,
    ) -> "_Stations":
        """Lay out what the journeys say by hub and station; infinite where there is none."""
        require_national_grid(stations, "stations")
        if len(codes) >= 1 << STATION_BITS:
            raise ValueError(f"{len(codes):,} stations, expected fewer than {1 << STATION_BITS:,}")
        by_hub = journeys.set_index(["hub", "station"])
        typical = _laid_out(by_hub["typical"], hubs, codes).to_numpy(dtype=np.float64, na_value=np.inf)
        known = np.where(np.isfinite(typical), typical, 0)
        worth = _micro(known) << (STATION_BITS + TRAIN_BITS)
        worth |= np.rint(known * HALF_SECONDS).astype(np.int64) << STATION_BITS
        worth |= np.arange(len(codes))
        worth = np.where(np.isfinite(typical), worth, OUT * 2)
        trains = None
        if "departures" in journeys:
            trains = _laid_out(by_hub["departures"], hubs, codes).fillna(0).to_numpy(dtype=np.int64)
        return cls(stations.geometry.loc[codes].get_coordinates().to_numpy(), tuple(hubs), worth, trains)

    def some(self, numbers: Places) -> "_Stations":
        """Take some of them, which are numbered anew, in the same order."""
        worth = self.worth[:, numbers]
        worth = np.where(worth < OUT, worth & ~STATION | np.arange(len(numbers)), worth)
        trains = None if self.departures is None else self.departures[:, numbers]
        return _Stations(self.points[numbers], self.hubs, worth, trains)


def _laid_out(values: pd.Series, hubs: Sequence[str], codes: pd.Index) -> pd.DataFrame:
    """Lay out what is known by hub and station."""
    return values.unstack("station").reindex(index=list(hubs), columns=codes)  # noqa: PD010


@dataclass(frozen=True)
class Doors:
    """The best station of every postcode: what is told of it as counts of postcodes per LSOA."""

    area: npt.NDArray[np.object_]    # LSOA of each postcode
    hubs: tuple[str, ...]
    told: Mapping[str, npt.NDArray[np.int16]]    # clock → minutes, or departures, by access, hub and postcode
    detours: pd.DataFrame    # ways round the water: postcode (row number), station (CRS), metres (infinite: no way)

    def only(self, hubs: Collection[str]) -> "Doors":
        """Keep some of the hubs."""
        kept = [number for number, hub in enumerate(self.hubs) if hub in hubs]
        return Doors(self.area, tuple(self.hubs[number] for number in kept),
                     {clock: minutes[:, kept] for clock, minutes in self.told.items()}, self.detours)

    def reach(self) -> pd.DataFrame:
        """Count postcodes by minutes, as `door_to_hub` says."""
        return self._counted({clock: self.told[clock] for clock in CLOCKS}, self.hubs)

    def beside(self) -> pd.DataFrame:
        """Count postcodes by what stands beside the minutes.

        Returns
        -------
        pandas.DataFrame
            As `door_to_hub`, where `clock` is 'waiting' (by train, and half of the time between two departures of the
            station used, at most an hour) or 'departures' (of the station used: `minutes` holds their number).
        """
        return self._counted({clock: self.told[clock] for clock in BESIDE}, self.hubs)

    def nearest(self) -> pd.DataFrame:
        """Count postcodes by their minutes, door to door, to the hub that is nearest: `door_to_hub` for 'any' hub."""
        return self._counted({"door": self.told["door"].min(axis=1, keepdims=True)}, (ANY_HUB,))

    def walk_share(self) -> pd.Series:
        """Take the share of every LSOA's postcodes that are within 30 minutes' walk of a station with trains to a hub.

        Returns
        -------
        pandas.Series
            Shares 0..1 by `area` (sorted), named `within_30_min_walk_of_station`.
        """
        near = (self.told["train"][ACCESSES.index("walk")] < NO_RAIL).any(axis=0)
        return pd.Series(near).groupby(self.area).mean().rename_axis("area").rename("within_30_min_walk_of_station")

    def _counted(self, told: Mapping[str, npt.NDArray[np.int16]], hubs: Sequence[str]) -> pd.DataFrame:
        area, names = pd.factorize(self.area, sort=True)
        return pd.concat([
            _histogram(minutes[number], area, names, hubs).assign(
                clock=lambda table, clock=clock: _all(clock, [*told], len(table)),
                access=lambda table, access=access: _all(access, ACCESSES, len(table)))
            for clock, minutes in told.items() for number, access in enumerate(ACCESSES)
        ], ignore_index=True)[["area", "hub", "clock", "access", "minutes", "postcodes"]]


def _micro(minutes: Floats) -> Places:
    """Whole microminutes."""
    return np.rint(minutes * PER_MINUTE).astype(np.int64)


def _told(least: Places, served: _Stations) -> _Told:
    """Minutes, rounded up, by clock, and departures of the station used: by access, hub and postcode."""
    there = least < OUT
    micro = (least >> (STATION_BITS + TRAIN_BITS)) + _micro(np.array(ACCESS.boarding))
    train = (least >> STATION_BITS) & ((1 << TRAIN_BITS) - 1)
    # Whole numbers round up exactly: what floating point would add to a whole minute does not make it the next.
    found = {"train": -(-train // HALF_SECONDS), "door": -(-micro // PER_MINUTE)}
    if served.departures is not None:
        station = np.where(there, least & STATION, 0)
        hub = np.arange(len(served.hubs))[:, None]
        trains = served.departures[hub, station] if there.any() else np.zeros(least.shape, dtype=np.int64)
        wait = np.rint(np.minimum(LONGEST_WAIT, WINDOW / 2 / np.maximum(trains, 1)) * HALF_SECONDS).astype(np.int64)
        found |= {"waiting": -(-(train + wait) // HALF_SECONDS), "departures": trains}
    return {clock: np.where(there, number, NO_RAIL).astype(np.int16) for clock, number in found.items()}


def _all(value: str, values: Sequence[str], size: int) -> pd.Categorical:
    return pd.Categorical.from_codes(np.full(size, [*values].index(value)), [*values])


def _histogram(
    minutes: npt.NDArray[np.int16], area: Places, names: npt.NDArray[np.object_], hubs: Sequence[str],
) -> pd.DataFrame:
    """Count postcodes by area and minute for every hub, by one clock and access."""
    hub, where, minute, counted = [], [], [], []
    for number, found in enumerate(minutes):
        slots = int(found.max(where=found < NO_RAIL, initial=0)) + 2      # the last is for those without rail
        count = np.bincount(area * slots + np.minimum(found, slots - 1), minlength=len(names) * slots)
        there = np.flatnonzero(count)
        hub.append(np.full(len(there), number))
        where.append(there // slots)
        minute.append(np.where(there % slots == slots - 1, NO_RAIL, there % slots))
        counted.append(count[there])
    return pd.DataFrame({
        "area": pd.Categorical.from_codes(np.concatenate(where), list(names)),
        "hub": pd.Categorical.from_codes(np.concatenate(hub), list(hubs)),
        "minutes": np.concatenate(minute).astype(np.int16), "postcodes": np.concatenate(counted).astype(np.int32),
    })
