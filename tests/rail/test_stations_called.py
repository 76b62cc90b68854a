"""Stations of a timetable, for a build without a list of them: by hand, and those of the list."""

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geo.core.errors import SwatheError
from geo.rail.stations import stations_called_at
from geo.sources.gtfs import read_gtfs
from geo.sources.naptan import read_stops
from geo.sources.national_grid import to_grid
from geo.sources.timetable import Feed
from tests.fixtures.rail import gtfs_files, write_gtfs

ROUTES = "route_id,route_type\nR,2\nX,103\nB,3\nS,1200\n"
TRIPS = "route_id,service_id,trip_id\nR,WK,T\nX,WK,X\nB,WK,B\nS,WK,S\n"
NAPTAN_HEAD = (
    "ATCOCode,CommonName,NptgLocalityCode,LocalityName,ParentLocalityName,Easting,Northing,StopType,Status\n")


def times(**calls: str) -> str:
    """Calls of trips at stops, ten minutes apart."""
    return "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n" + "".join(
        f"{trip},07:{number}0:00,07:{number}0:00,{stop},{number}\n"
        for trip, stops in calls.items() for number, stop in enumerate(stops.split()))


def feed(folder: Path, stops: str, calls: str, routes: str | None = ROUTES) -> Feed:
    return read_gtfs(write_gtfs(folder, gtfs_files(stops=stops, trips=TRIPS, stop_times=calls, routes=routes,
                                                   transfers=None)))


def naptan(folder: Path, *rows: str) -> pd.DataFrame:
    path = folder / "Stops.csv"
    path.write_text(NAPTAN_HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return read_stops(path)


def where(stations: gpd.GeoDataFrame, crs: str) -> tuple[float, float]:
    return stations.geometry[crs].x, stations.geometry[crs].y


# As the national feed has them: platforms with the code and position of their station, stops of buses and ships beside.
NATIONAL = """stop_id,stop_code,stop_name,location_type,parent_station,stop_lat,stop_lon
9100NABT3,NTA,Newton Abbot Platform 3,0,910GNABT,50.52957,-3.59919
9100PADTON1,PAD,London Paddington Platform 1,0,910GPADTON,51.51645,-0.17684
910GNABT,NTA,Newton Abbot,1,,50.52957,-3.59919
910GPADTON,PAD,London Paddington,1,,51.51645,-0.17684
910GPLNG,PIL,PILNING,1,,51.5567,-2.6272
910GBUS,QBM,Maerdy Bus,1,,51.6776,-3.4867
910GSHIP,WTW,Cowes West RDJet,1,,50.7623,-1.2967
910GCRFC,CFC,Corfe Castle,1,,50.6384,-2.0549
910GNOWH,NOW,Nowhere,1,,,
910GTRAM,,Tram stop,1,,51.5,-2.6
"""
CALLS = times(T="9100NABT3 9100PADTON1", X="910GCRFC 910GNOWH 910GTRAM", B="910GBUS 910GPLNG", S="910GSHIP 910GBUS")


def test_stations_are_where_trains_call(tmp_path: Path) -> None:
    found = stations_called_at(feed(tmp_path, NATIONAL, CALLS))
    assert found.index.tolist() == ["NTA", "PAD"]
    assert found.index.name == "crs"
    assert found["name"].tolist() == ["Newton Abbot", "London Paddington"]
    assert found.crs.to_epsg() == 27700
    assert where(found, "NTA") == pytest.approx(tuple(to_grid([-3.59919], [50.52957])[0]))


def test_without_kinds_of_routes_every_stop_counts(tmp_path: Path) -> None:
    found = stations_called_at(feed(tmp_path, NATIONAL, CALLS, routes=None))
    assert found.index.tolist() == ["NTA", "PAD", "PIL", "QBM", "WTW"]


RAILWAY = (
    "9100NABT,Newton Abbot Rail Station,E0000001,Newton Abbot,,286700,71300,RLY,active",
    "9100PLNG,Pilning Rail Station,E0000002,Pilning,,356600,184400,RLY,active",
    "9100NOWH,Nowhere (Rail Station),E0000003,Nowhere,,250000,90000,RLY,active",
    "9100SHIP,Cowes,E0000004,Cowes,,449000,96000,FTD,active",
    "9100BUS,Maerdy Rail Station,E0000005,Maerdy,,297000,198000,RLY,inactive",
    "9100CRFC,Corfe Castle Rail Station,E0000006,Corfe Castle,,396200,82100,RLY,active",
    "9100PAD,Padworth Rail Station,E0000007,Padworth,,461000,166000,RLY,active",
)


@pytest.mark.parametrize("shape", ["national", "by CRS", "by TIPLOC"])
def test_naptan_names_and_places_them(tmp_path: Path, shape: str) -> None:
    """In the shapes of two publishers, and with the codes the other way round; nobody's TIPLOC is taken for a CRS."""
    tiplocs = {"NABT": "NTA", "PADTON": "PAD", "PLNG": "PIL", "NOWH": "NOW", "SHIP": "WTW", "BUS": "QBM", "CRFC": "CFC"}
    stops, calls = NATIONAL, CALLS
    if shape != "national":
        rows = [(crs, tiploc) if shape == "by CRS" else (tiploc, crs) for tiploc, crs in tiplocs.items()]
        stops = "stop_id,stop_code,stop_name,stop_lat,stop_lon\n" + "".join(
            f"{id_},{code},{id_},{'' if 'NOW' in (id_, code) else '51.0,-2.0'}{',' * ('NOW' in (id_, code))}\n"
            for id_, code in rows)
        of = {tiploc: row[0] for tiploc, row in zip(tiplocs, rows, strict=True)}
        calls = times(T=f"{of['NABT']} {of['PADTON']}", X=f"{of['CRFC']} {of['NOWH']}",
                      B=f"{of['BUS']} {of['PLNG']}", S=f"{of['SHIP']} {of['BUS']}")
    found = stations_called_at(feed(tmp_path, stops, calls), naptan(tmp_path, *RAILWAY))
    # No train calls at Pilning, which NaPTAN knows as a station; nor at the ship's, which it does not.
    assert found.index.tolist() == ["NOW", "NTA", "PAD", "PIL"]
    assert found["name"].drop("PAD").to_dict() == {"NOW": "Nowhere", "NTA": "Newton Abbot", "PIL": "Pilning"}
    assert (where(found, "NTA"), where(found, "NOW")) == ((286_700.0, 71_300.0), (250_000.0, 90_000.0))
    assert where(found, "PAD") != (461_000.0, 166_000.0)


def test_without_any_position_that_is_told(tmp_path: Path) -> None:
    stops = "stop_id,stop_code,stop_name,stop_lat,stop_lon\nNTA,NABT,Newton Abbot,,\nPAD,PADTON,London Paddington,0,0\n"
    made = feed(tmp_path, stops, times(T="NTA PAD"))
    with pytest.raises(SwatheError, match=r"no stop at which a train calls has both .* or add NaPTAN's stops") as told:
        stations_called_at(made)
    assert "\n" not in str(told.value)
    assert stations_called_at(made, naptan(tmp_path, *RAILWAY)).index.tolist() == ["NTA"]


def test_those_of_the_projects_own_timetable_are_those_of_the_list(
    pattern_feed: Feed, real_stations: gpd.GeoDataFrame,
) -> None:
    found = stations_called_at(pattern_feed)
    assert found.index.tolist() == sorted(pattern_feed.stops["crs"])
    listed = real_stations.loc[found.index]
    assert np.hypot(found.geometry.x - listed.geometry.x, found.geometry.y - listed.geometry.y).max() == 0
    other = found.index[found["name"] != listed["name"].str.removesuffix(" (Rail Station)")]
    assert other.empty


def test_the_order_of_stops_does_not_matter(tmp_path: Path, pattern_feed: Feed) -> None:
    mixed = replace(pattern_feed, stops=pattern_feed.stops.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(stations_called_at(mixed), stations_called_at(pattern_feed))
