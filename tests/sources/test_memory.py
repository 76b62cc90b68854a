"""Files as large as any publisher's are read within 2 GB: memory grows by a few times their size."""

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from geo.core.errors import SourceError, SwatheError
from geo.rail import connections
from geo.rail.connections import connections_on
from geo.sources import archives, csv_rows
from geo.sources.archives import MAX_BYTES, read_bytes
from geo.sources.gtfs import read_gtfs
from geo.sources.tables import read_columns
from tests.fixtures.cif import call, end_of, origin, passes, schedule, tiploc, trains, write_cif
from tests.fixtures.process import ROOT
from tests.fixtures.rail import gtfs_files, write_gtfs

pytestmark = pytest.mark.slow

LIMIT = 2_000_000_000
BEFORE = 450_000_000
"""Bytes of memory with the program alone."""

WHATEVER_THE_SIZE = 300_000_000
"""Bytes that reading takes for what it works on at a time."""

PEAK = """
from pathlib import Path
from geo.sources import boundary_files, cif, gtfs
def peak():     # of this process alone: what getrusage tells includes that of the tests
    return 1024 * int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
before = peak()
{read}(Path({path!r}))
print(peak() - before)
"""


def allowed(size: int) -> float:
    """By how many bytes a file of this size may make it grow, so that the largest stays within the limit."""
    return WHATEVER_THE_SIZE + size / MAX_BYTES * (LIMIT - BEFORE - WHATEVER_THE_SIZE)


def growth(read: str, path: Path) -> int:
    """By how many bytes reading a file makes a new process grow."""
    told = subprocess.run([sys.executable, "-c", PEAK.format(read=read, path=str(path))], cwd=ROOT, capture_output=True,
                          text=True, check=True)
    return int(told.stdout)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux for the memory")
def test_a_timetable_in_cif_is_read_in_pieces(tmp_path: Path) -> None:
    calls = [origin("AAATPLC", "0700"), *(passes("JUNCTN", f"07{minute:02}") for minute in range(1, 30)),
             call("BBBTPLC", "0730", "0732"), end_of("CCCTPLC", "0800")]
    made = "\n".join(schedule("C00000", calls))
    text = "\n".join(made.replace("C00000", f"C{number:05}") for number in range(30_000))
    folder = write_cif(tmp_path, {"MCA": trains([tiploc("JUNCTN")], [], end="") + text + "\nZZ\n"})
    size = (folder / "RJTTF001.MCA").stat().st_size
    assert size > 80_000_000
    assert growth("cif.read_cif", folder) < WHATEVER_THE_SIZE / 2


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux for the memory")
def test_a_large_timetable_is_read_within_the_memory(tmp_path: Path) -> None:
    trips = range(70_000)
    header = "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type,timepoint"
    calls = [f"VJ{trip:012d},{7 + stop:02d}:{trip % 60:02d}:00,{7 + stop:02d}:{trip % 60:02d}:30,{'ABC'[stop % 3]}"
             f",{stop},0,0,1" for trip in trips for stop in range(12)]
    folder = write_gtfs(tmp_path, gtfs_files(
        stop_times="\n".join([header, *calls, ""]),
        trips="\n".join(["route_id,service_id,trip_id", *(f"R,WK,VJ{trip:012d}" for trip in trips), ""])))
    assert growth("gtfs.read_gtfs", folder) < allowed((folder / "stop_times.txt").stat().st_size)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux for the memory")
def test_large_boundaries_are_read_within_the_memory(tmp_path: Path) -> None:
    ring = [[-4 + step / 1e5, 50.123456789 + (step % 7) / 1e7] for step in range(5_000)]
    ring += [[-4, 51], [-4, 50.123456789]]
    features = [{"type": "Feature", "properties": {"LSOA21CD": f"E{number:08d}", "LSOA21NM": "A"},
                 "geometry": {"type": "Polygon", "coordinates": [ring]}} for number in range(500)]
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    assert growth("boundary_files.read_lsoa_boundaries", path) < allowed(path.stat().st_size)


def test_a_larger_file_is_refused_and_its_beginning_can_be_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(archives, "MAX_BYTES", 100)
    path = tmp_path / "a.csv"
    path.write_text("x" * 101, encoding="utf-8")
    assert read_bytes(path, 5) == b"xxxxx"
    with pytest.raises(SourceError, match="has 101 bytes, more than the 100 that are read: use a download of fewer"):
        read_bytes(path)


def test_more_columns_or_blank_rows_than_a_spreadsheet_has_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(",".join(f"c{number}" for number in range(5_001)) + "\n1\n", encoding="utf-8")
    with pytest.raises(SourceError, match="has 5,001 columns, more than any publisher's table"):
        read_columns(path, {"c1": "text"})
    monkeypatch.setattr(csv_rows, "MOST_BLANK_ROWS", 3)
    path.write_text("a,b\n1,2\n" + ",\n" * 4, encoding="utf-8")
    with pytest.raises(SourceError, match="has more than 3 blank rows: delete them"):
        read_columns(path, {"a": "text"})
    path.write_text("a,b\n1,2\n" + ",\n" * 3, encoding="utf-8")
    assert read_columns(path, {"a": "text"})["a"].tolist() == ["1"]


def test_a_long_table_is_parted_in_pieces_and_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" + "".join(f' x{number % 7} ,"{number:,}"\n' for number in range(5_000)), encoding="utf-8")
    whole = read_columns(path, {"a": "text", "b": "count"})
    monkeypatch.setattr(csv_rows, "AT_ONCE", 2_000)
    in_pieces = read_columns(path, {"a": "text", "b": "count"})
    pd.testing.assert_frame_equal(in_pieces, whole)
    assert whole["b"].tolist() == list(range(5_000))
    assert whole["a"].tolist()[:8] == [f"x{number % 7}" for number in range(8)]


def test_a_day_with_more_calls_than_any_railway_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    feed = read_gtfs(write_gtfs(tmp_path, gtfs_files()))
    day = feed.calendar["start_date"].iloc[0].date()
    monkeypatch.setattr(connections, "MOST_CALLS", 4)
    with pytest.raises(SwatheError, match=r"5 calls on .*, more than the 4 .* use a feed of the railway alone"):
        connections_on(feed, day)
