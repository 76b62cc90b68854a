"""The pattern timetable: its feed is what its tables say, and its run times stand beside real ones."""

from pathlib import Path

import pytest

from geo.core.errors import SourceError
from tools.timetable import TIMETABLE, feed_files

TABLES = {
    "patterns.csv": (
        "pattern_id,operator,line,seq,crs,arr_min,dep_min\n"
        "AB1-D,AB,Aton-Ceton,1,AAA,0,0\nAB1-D,AB,Aton-Ceton,2,BBB,10,12\nAB1-D,AB,Aton-Ceton,3,CCC,70,70\n"
        "WL9-U,WL,\"Ferry, slow\",1,CCC,0,0\nWL9-U,WL,\"Ferry, slow\",2,BBB,5,5\n"
    ),
    "services.csv": (
        "pattern_id,first_dep,last_dep,headway_min,extra_deps\nAB1-D,22:00,23:30,60,06:05 23:00\n"
        "AB1-D,06:05,06:05,60,\nWL9-U,,,,12:00\n"
    ),
    "change_times.csv": "# Set by hand.\ncrs,minutes\nBBB,3\n",
    "links.csv": "from_crs,to_crs,minutes\nAAA,BBB,8\n",
    "gtfs/stops.txt": "stop_id,stop_name\nAAA,Aton\nBBB,Beton\nCCC,Ceton\n",
}


def tables(folder: Path, **changed: str) -> Path:
    (folder / "gtfs").mkdir(parents=True)
    for name, text in TABLES.items():
        (folder / name).write_text(changed.get(Path(name).stem, text), encoding="utf-8")
    return folder


def test_the_feed_is_what_its_tables_say() -> None:
    for name, text in feed_files().items():
        assert (TIMETABLE / "gtfs" / name).read_text(encoding="utf-8") == text, f"run tools/timetable.py: {name}"


def test_a_small_feed_whole(tmp_path: Path) -> None:
    made = {name: text.splitlines()[1:] for name, text in feed_files(tables(tmp_path / "small")).items()}
    assert made["routes.txt"] == [
        'AB1,AB,,Aton-Ceton,"Indicative pattern, compiled by hand, rounded",2',
        'WL9,WL,,"Ferry, slow","Indicative pattern, compiled by hand, rounded",4',
    ]
    assert made["trips.txt"] == [
        "AB1,WKD,AB1-D-0605,Ceton,0", "AB1,WKD,AB1-D-2200,Ceton,0", "AB1,WKD,AB1-D-2300,Ceton,0",
        "WL9,WKD,WL9-U-1200,Beton,1",
    ]
    assert made["stop_times.txt"][6:9] == [
        "AB1-D-2300,23:00:00,23:00:00,AAA,1", "AB1-D-2300,23:10:00,23:12:00,BBB,2",
        "AB1-D-2300,24:10:00,24:10:00,CCC,3",
    ]
    # Eight minutes of walking, and then the change: three minutes at Beton, five at Aton.
    assert made["transfers.txt"] == [
        "AAA,AAA,2,300", "BBB,BBB,2,180", "CCC,CCC,2,300", "AAA,BBB,2,660", "BBB,AAA,2,780",
    ]


def test_tables_that_disagree_are_told_at_once(tmp_path: Path) -> None:
    services = "pattern_id,first_dep,last_dep,headway_min,extra_deps\nAB1-D,,,,06:00\nXX1-D,,,,06:00\n"
    folder = tables(tmp_path / "bad", services=services, change_times="crs,minutes\nZZZ,3\n")
    with pytest.raises(SourceError) as told:
        feed_files(folder)
    assert told.value.problems == [
        "patterns.csv: pattern_id WL9-U, expected a pattern with a row in services.csv",
        "services.csv: pattern_id XX1-D, expected a pattern of patterns.csv",
        "change_times.csv: crs ZZZ, expected a station of stops.txt",
    ]
