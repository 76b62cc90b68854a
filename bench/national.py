"""A made timetable as large as Britain's: read to the trains of a day, and scanned from every station to London."""

import json
import tempfile

from bench.machine import run
from bench.report import Figure

WRITE = """
from pathlib import Path
from tests.fixtures.national import made_model
from tests.fixtures.national_cif import cif_of
from tests.fixtures.national_gtfs import gtfs_of
model = made_model()
gtfs_of(model, Path({folder!r}, "gtfs.zip"))
cif_of(model, Path({folder!r}, "RJTTF900.ZIP"))
print(len(model.pattern))
"""

READ = """
from pathlib import Path
from geo.rail.connections import connections_on, reference_day, taken_apart
from geo.sources.{reader} import read_{reader}
folder = Path({folder!r})
feed = read_{reader}(folder / {name!r})
rows, changes = taken_apart(connections_on(feed, reference_day(feed)))
rows.to_parquet(folder / "rows.parquet")
changes.to_parquet(folder / "changes.parquet")
print(len(feed.stop_times))
"""

SCAN = """
import json, time
from datetime import date
from pathlib import Path
import pandas as pd
from geo.core.choices import HUBS
from geo.rail.connection_scan import journeys
from geo.rail.connections import assembled
folder = Path({folder!r})
trains = assembled(date.today(), pd.read_parquet(folder / "rows.parquet"), pd.read_parquet(folder / "changes.parquet"))
times = []
for _ in range({rounds}):
    start = time.perf_counter()
    found = journeys(trains, {{"london": HUBS["london"].stations}})
    times.append(time.perf_counter() - start)
print(json.dumps({{"first": times[0], "least": min(times), "stations": len(found), "connections": len(trains.origin)}}))
"""


def measure() -> list[Figure]:
    """Measure what this module is about.

    Returns
    -------
    list of Figure
        Of processes of their own; the naive scan is the same loop, not compiled.
    """
    with tempfile.TemporaryDirectory() as folder:
        trips = int(run(["-c", WRITE.format(folder=folder)]).output)
        cif, gtfs = (run(["-c", READ.format(folder=folder, reader=reader, name=name)])
                     for reader, name in (("cif", "RJTTF900.ZIP"), ("gtfs", "gtfs.zip")))
        scan = json.loads(run(["-c", SCAN.format(folder=folder, rounds=6)], NUMBA_CACHE_DIR=folder).output)
        naive = json.loads(run(["-c", SCAN.format(folder=folder, rounds=1)], NUMBA_DISABLE_JIT="1").output)
    if gtfs.output != cif.output:
        raise RuntimeError("the two formats do not hold the same calls")
    if naive["stations"] != scan["stations"]:
        raise RuntimeError("the compiled scan and the other one do not find the same")
    return [
        Figure("national_gtfs_s", gtfs.seconds, "s", 60,
               f"a national GTFS feed ({trips:,} trips, {int(gtfs.output):,} calls) to the trains of a day"),
        Figure("national_gtfs_peak_mb", gtfs.megabytes, "MB", None, "its peak memory"),
        Figure("national_cif_s", cif.seconds, "s", 120, "the same timetable as CIF (760 MB unpacked)"),
        Figure("national_cif_peak_mb", cif.megabytes, "MB", 1000, "its peak memory"),
        Figure("national_scan_cold_s", scan["first"], "s", None,
               f"every station in Great Britain to London, {scan['connections']:,} connections, compilation included"),
        Figure("national_scan_s", scan["least"], "s", 0.5, f"the same, compiled ({scan['stations']:,} stations)"),
        Figure("national_scan_naive_s", naive["first"], "s", None, "the same, not compiled"),
        Figure("national_scan_times_faster", naive["first"] / scan["least"], "×", None, "not compiled by compiled"),
    ]
