"""Minutes from every postcode to every hub, summed up as counts of postcodes per LSOA and minute."""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.core.choices import NO_RAIL
from geo.core.crs import require_national_grid
from geo.rail.access_legs import ACCESS, Floats, Pairs, Places, door_positions, pairs_within
from geo.rail.land_routes import Overland

ACCESSES = ("car", "walk")
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
"""Postcodes worked on at a time: keeps the pairs of a whole country out of memory."""

# A pair's worth for one hub is one whole number, so that the best of many is one minimum: microminutes door to
# hub, then the train's time in half seconds, then the station.
STATION_BITS, TRAIN_BITS = 12, 18
PER_MINUTE, HALF_SECONDS = 1_000_000, 120
OUT = np.int64(1) << 61

Way = Callable[[Floats, Places], Floats]
"""Metres and postcodes to minutes."""


def door_to_hub(
    postcodes: pd.DataFrame, stations: gpd.GeoDataFrame, journeys: pd.DataFrame, land: gpd.GeoSeries | Overland,
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
        postcodes, where it serves twice.
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


def time_doors(
    postcodes: pd.DataFrame, stations: gpd.GeoDataFrame, journeys: pd.DataFrame, land: gpd.GeoSeries | Overland,
    hubs: Sequence[str] = (),
) -> "Doors":
    """Find the best station of every postcode for every hub.

    The arguments are those of `door_to_hub`; where journeys have `departures` (in the four hours counted), those of the
    station used are told too.
    """
    served = _Stations.of(stations, journeys, [*dict.fromkeys([*hubs, *journeys["hub"]])])
    ground = land if isinstance(land, Overland) else Overland(land, postcodes)
    chunks = [postcodes.iloc[start : start + CHUNK] for start in range(0, len(postcodes), CHUNK)]
    # Chunks do not know of one another, and numpy lets other threads work.
    with ThreadPoolExecutor(WORKERS) as pool:
        parts = list(pool.map(lambda chunk: _told(_best(chunk, served, ground), served), chunks))
    told = {clock: np.concatenate([part[clock] for part in parts], axis=-1) for clock in parts[0]} if parts else {}
    return Doors(postcodes["area"].to_numpy(dtype=object), served.hubs, told)


def walk_share(
    postcodes: pd.DataFrame, stations: gpd.GeoDataFrame, journeys: pd.DataFrame, land: gpd.GeoSeries | Overland,
) -> pd.Series:
    """Take the share of every LSOA's postcodes that are within 30 minutes' walk of a station with trains.

    The arguments are those of `door_to_hub`; stations with a row for any hub count.

    Returns
    -------
    pandas.Series
        Shares 0..1 by `area` (sorted), named `within_30_min_walk_of_station`.

    Raises
    ------
    ValueError
        When a CRS is not EPSG:27700.
    """
    stops = pd.DataFrame({"station": journeys["station"].unique(), "hub": ANY_HUB, "typical": 0.0})
    served = _Stations.of(stations, stops, (ANY_HUB,))
    ground = land if isinstance(land, Overland) else Overland(land, postcodes)
    doors = door_positions(postcodes)
    pairs = pairs_within(doors, served.points, ACCESS.walk_limit * ACCESS.walk_kmh * 1000 / 60 / ACCESS.detour)
    least = _best_stations(pairs, [_on_foot], doors, served, ground)
    near = least[0].min(axis=0, initial=OUT) < OUT
    share = pd.Series(near).groupby(postcodes["area"].to_numpy()).mean()
    return share.rename_axis("area").rename("within_30_min_walk_of_station")


@dataclass(frozen=True)
class _Stations:
    """Stations with a journey to any hub: where they stand, and what a journey is worth (hub × station)."""

    points: Floats
    hubs: tuple[str, ...]
    worth: Places
    departures: Places | None    # hub × station; None where they are not known

    @classmethod
    def of(cls, stations: gpd.GeoDataFrame, journeys: pd.DataFrame, hubs: Sequence[str]) -> "_Stations":
        """Lay out what the journeys say by hub and station; infinite where there is none."""
        require_national_grid(stations, "stations")
        table = journeys.set_index(["hub", "station"])["typical"].unstack("station").reindex(list(hubs))  # noqa: PD010
        table = table[[code for code in table.columns if code in stations.index]]
        if table.shape[1] >= 1 << STATION_BITS:
            raise ValueError(f"{table.shape[1]:,} stations, expected fewer than {1 << STATION_BITS:,}")
        typical = table.to_numpy(dtype=np.float64, na_value=np.inf)
        points = stations.geometry.loc[table.columns]
        known = np.where(np.isfinite(typical), typical, 0)
        worth = _micro(known) << (STATION_BITS + TRAIN_BITS)
        worth |= np.rint(known * HALF_SECONDS).astype(np.int64) << STATION_BITS
        worth |= np.arange(table.shape[1])
        worth = np.where(np.isfinite(typical), worth, OUT * 2)
        trains = None
        if "departures" in journeys:
            counted = journeys.set_index(["hub", "station"])["departures"].unstack("station")  # noqa: PD010
            trains = counted.reindex(index=list(hubs), columns=table.columns).fillna(0).to_numpy(dtype=np.int64)
        return cls(points.get_coordinates().to_numpy(), tuple(hubs), worth, trains)


@dataclass(frozen=True)
class Doors:
    """The best station of every postcode: what is told of it as counts of postcodes per LSOA."""

    area: npt.NDArray[np.object_]    # LSOA of each postcode
    hubs: tuple[str, ...]
    told: Mapping[str, npt.NDArray[np.int16]]    # clock → minutes, or departures, by access, hub and postcode

    def reach(self) -> pd.DataFrame:
        """Count postcodes by minutes, as `door_to_hub` says."""
        return self._counted({clock: self.told[clock] for clock in CLOCKS}, self.hubs)

    def beside(self) -> pd.DataFrame:
        """Count postcodes by what stands beside the minutes.

        Returns
        -------
        pandas.DataFrame
            As `door_to_hub`, where `clock` is 'waiting' (by train, and half of the time between two departures of the
            station used, at most an hour), 'departures' (of the station used: `minutes` holds their number), or 'door'
            for the hub 'any': to the hub that is nearest door to door.
        """
        nearest = self.told["door"].min(axis=1, keepdims=True)
        return pd.concat([self._counted({clock: self.told[clock] for clock in BESIDE}, self.hubs),
                          self._counted({"door": nearest}, (ANY_HUB,))], ignore_index=True)

    def _counted(self, told: Mapping[str, npt.NDArray[np.int16]], hubs: Sequence[str]) -> pd.DataFrame:
        names, area = np.unique(self.area, return_inverse=True)
        return pd.concat([
            _histogram(minutes[number], area, names, hubs).assign(
                clock=lambda table, clock=clock: _all(clock, [*told], len(table)),
                access=lambda table, access=access: _all(access, ACCESSES, len(table)))
            for clock, minutes in told.items() for number, access in enumerate(ACCESSES)
        ], ignore_index=True)[["area", "hub", "clock", "access", "minutes", "postcodes"]]


def _on_foot(metres: Floats, _: Places) -> Floats:
    return ACCESS.on_foot(metres)


def _micro(minutes: Floats) -> Places:
    """Whole microminutes."""
    return np.rint(minutes * PER_MINUTE).astype(np.int64)


def _best(postcodes: pd.DataFrame, served: _Stations, ground: Overland) -> Places:
    """Worth of the best station by access, hub and postcode."""
    doors = door_positions(postcodes)
    urban = postcodes["urban"].to_numpy(dtype=bool)
    pairs = pairs_within(doors, served.points, ACCESS.reach)

    ways: list[Way] = [lambda metres, postcode: ACCESS.by_car(metres, urban[postcode]), _on_foot]
    return _best_stations(pairs, ways, doors, served, ground)


def _told(least: Places, served: _Stations) -> dict[str, npt.NDArray[np.int16]]:
    """Minutes, rounded up, by clock, and departures of the station used: by access, hub and postcode."""
    there = least < OUT
    micro = (least >> (STATION_BITS + TRAIN_BITS)) + _micro(np.array(ACCESS.boarding))
    train = (least >> STATION_BITS) & ((1 << TRAIN_BITS) - 1)
    # Whole numbers round up exactly: what floating point would add to a whole minute does not make it the next.
    found = {"train": -(-train // HALF_SECONDS), "door": -(-micro // PER_MINUTE)}
    if served.departures is not None:
        station = np.where(there, least & ((1 << STATION_BITS) - 1), 0)
        hub = np.arange(len(served.hubs))[:, None]
        trains = served.departures[hub, station] if there.any() else np.zeros(least.shape, dtype=np.int64)
        wait = np.rint(np.minimum(LONGEST_WAIT, WINDOW / 2 / np.maximum(trains, 1)) * HALF_SECONDS).astype(np.int64)
        found |= {"waiting": -(-(train + wait) // HALF_SECONDS), "departures": trains}
    return {clock: np.where(there, number, NO_RAIL).astype(np.int16) for clock, number in found.items()}


def _best_stations(pairs: Pairs, ways: Sequence[Way], doors: Floats, served: _Stations, ground: Overland) -> Places:
    """Worth of the best station by access, hub and postcode (`OUT` or more: none), no way leading across the sea.

    Only ways that are best for some hub are held against the chart; where one crosses the sea its length becomes
    that of the way round, and the postcode is done again, until all pass.
    """
    least = np.full((len(ways), len(served.hubs), len(doors)), OUT, dtype=np.int64)
    number = len(served.points)
    code = pairs.postcode * number + pairs.station
    costs = [_cost(way(pairs.metres, pairs.postcode)) for way in ways]
    tried = np.zeros(len(code), dtype=bool)
    todo = np.ones(len(doors), dtype=bool)
    while todo.any():
        rows = np.flatnonzero(todo[pairs.postcode])
        least[:, :, todo] = OUT
        for access, cost in enumerate(costs):
            _take_best(least[access], rows[cost[rows] < OUT], pairs, cost, served.worth)
        used = (least < OUT) & todo
        station = least & ((1 << STATION_BITS) - 1)
        row = np.searchsorted(code, np.unique((station + np.arange(len(doors)) * number)[used]))
        row = row[~tried[row]]
        tried[row] = True
        starts, ends = doors[pairs.postcode[row]], served.points[pairs.station[row]]
        crosses = ground.crosses(starts, ends)
        row = row[crosses]
        metres = ground.around(starts[crosses], ends[crosses])
        for way, cost in zip(ways, costs, strict=True):
            cost[row] = _cost(way(metres, pairs.postcode[row]))
        todo = np.zeros(len(doors), dtype=bool)
        todo[pairs.postcode[row]] = True
    return least


def _cost(minutes: Floats) -> Places:
    """Whole microminutes, `OUT` for infinite ones."""
    there = np.isfinite(minutes)
    return np.where(there, _micro(np.where(there, minutes, 0)), OUT)


def _take_best(least: Places, rows: Places, pairs: Pairs, cost: Places, worth: Places) -> None:
    """Write the worth of each postcode's best station for every hub, of the pairs in `rows`, into `least`."""
    if not len(rows):
        return
    postcode, station = pairs.postcode[rows], pairs.station[rows]
    first = np.flatnonzero(np.r_[True, postcode[1:] != postcode[:-1]])
    way = cost[rows] << (STATION_BITS + TRAIN_BITS)
    for hub in range(len(worth)):
        least[hub, postcode[first]] = np.minimum.reduceat(way + worth[hub, station], first)


def _all(value: str, values: Sequence[str], size: int) -> pd.Categorical:
    return pd.Categorical.from_codes(np.full(size, [*values].index(value)), [*values])


def _histogram(
    minutes: npt.NDArray[np.int16], area: Places, names: npt.NDArray[np.object_], hubs: Sequence[str],
) -> pd.DataFrame:
    """Count postcodes by area and minute for every hub, by one clock and access."""
    # One whole number for each postcode's hub, area and minute, so that they are counted at once.
    shape = (len(hubs), len(names), NO_RAIL + 1)
    number = np.ravel_multi_index(np.broadcast_arrays(np.arange(len(hubs))[:, None], area, minutes), shape)
    value, count = np.unique(number, return_counts=True)
    hub, where, minute = np.unravel_index(value, shape)
    return pd.DataFrame({
        "area": pd.Categorical.from_codes(where, list(names)), "hub": pd.Categorical.from_codes(hub, list(hubs)),
        "minutes": minute.astype(np.int16), "postcodes": count.astype(np.int32),
    })
