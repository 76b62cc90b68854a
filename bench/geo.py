"""The build, the command line and the scan."""

import json
import statistics
import tempfile
from pathlib import Path

from bench.machine import ROOT, run
from bench.report import Figure
from geo.core.choices import HUBS

OPEN_DATA = ROOT.parent / "shared" / "open-data"
COLD_STARTS = 5
HUB_COUNT = len(HUBS)
MUTANTS = 200
PREMISES_ROWS = 3_000_000

SCAN = """
import json, time
from geo.rail.connections import connections_on, reference_day
from geo.rail.connection_scan import journeys
from geo.sources.gtfs import read_gtfs
from geo.core.choices import DATA, HUBS
feed = read_gtfs(DATA / "timetable" / "gtfs")
network = connections_on(feed, reference_day(feed))
hubs = {hub.key: hub.stations for hub in HUBS.values()}
times = []
for _ in range(4):
    start = time.perf_counter()
    found = journeys(network, hubs)
    times.append(time.perf_counter() - start)
print(json.dumps({"cold": times[0], "warm": min(times[1:]), "rows": len(found)}))
"""

NAIVE = """
import json, time
from geo.rail.connections import reference_day
from geo.sources.gtfs import read_gtfs
from geo.core.choices import DATA, HUBS
from tests.rail.brute_force import pareto, timetable_of
feed = read_gtfs(DATA / "timetable" / "gtfs")
table = timetable_of(feed, reference_day(feed))
stations = sorted(feed.stops["crs"].unique())
sample = stations[::30]
start = time.perf_counter()
for station in sample:
    pareto(table, station, HUBS["london"].stations)
print(json.dumps({"seconds": time.perf_counter() - start, "sample": len(sample), "stations": len(stations)}))
"""


SEARCH = """
import json, time
from geo.edition.search import search
from geo.edition.store import load_edition
from tests.test_search_as_typed import AS_TYPED
edition = load_edition(geometry=False)
start = time.perf_counter()
search(edition, "a")
first, times = time.perf_counter() - start, []
for typed in AS_TYPED * 3:
    start = time.perf_counter()
    search(edition, typed)
    times.append(1000 * (time.perf_counter() - start))
times.sort()
print(json.dumps({"first": first, "half": times[len(times) // 2], "most": times[int(0.95 * len(times))],
                  "typed": len(AS_TYPED)}))
"""

AGREEMENT = """
import json, time
from datetime import date
from pathlib import Path
from geo.edition.agreement.checks import findings
from geo.edition.agreement.facts import Facts
from geo.edition.build import nearby, placed_postcodes
from geo.edition.inputs import join, read_inputs
from geo.edition.timetable import choose_timetable
from geo.layers.boundaries import merged
from geo.sources.catalogue import TIMETABLE
from geo.sources.downloads import find_files
found = find_files(Path({folder!r})).files
inputs = read_inputs(found, lambda words: None)
joined = join(inputs)
feed, _, trains = choose_timetable(found[TIMETABLE], nearby(inputs.tables["stations"], joined.boundaries), date.today())
placed = placed_postcodes(inputs.tables["postcodes"], joined)
facts = Facts(inputs.tables, joined.areas, joined.boundaries, merged(joined.boundaries), placed, feed, trains)
start = time.perf_counter()
told = findings(facts)
print(json.dumps({{"seconds": time.perf_counter() - start, "findings": len(told)}}))
"""


MADE_PREMISES = """
import sys
from pathlib import Path
from geo.edition.store import load_edition
from tests.fixtures.bduk import made_rows, packed_region
edition = load_edition(geometry=False)
homes = edition.postcodes[edition.postcodes["postcode"] != ""]
district = homes["area"].map(edition.areas["authority"])
homes = homes.assign(district=district, name=district.map(edition.names("authority")))
packed_region(made_rows(homes, {rows}), Path({path!r}))
"""

PREMISES = """
import json, time
from pathlib import Path
from geo.edition.store import load_edition
from geo.layers.planned_build import by_area, contracts, placed
from geo.sources.archives import list_files
from geo.sources.bduk import read_planned_build
edition = load_edition(geometry=False)
start = time.perf_counter()
positions = edition.postcodes[edition.postcodes["postcode"] != ""]
found = placed(read_planned_build(list_files(Path({path!r}))), positions, edition.areas)
listed = contracts(found)
counts = by_area(found, edition.areas["authority"])
print(json.dumps({{"seconds": time.perf_counter() - start, "premises": int(found["premises"].sum())}}))
"""


DRAWS = """
import json, time
import numpy as np
import pandas as pd
from geo.core.cache import forget
from geo.edition.store import load_edition
from geo.core.measures import FIGURES
from geo.core.view import View
from geo.figures.draws import lsoa_draws
from geo.layers.gap import joint_share
from geo.layers.small_area import make_margin, rake_shares
edition = load_edition(geometry=False)
areas, times = edition.areas, []
for _ in range(4):
    forget()
    start = time.perf_counter()
    drawn = lsoa_draws(edition, View(), FIGURES["people_in_gap"], np.arange(len(areas)))
    times.append(time.perf_counter() - start)
below, premises, random = areas["below_30"], areas["premises"], np.random.default_rng(1)
counts = pd.DataFrame({"below": below, "rest": premises - below})
margins = [make_margin(places, counts.groupby(places).sum())
           for places in (areas["authority"], areas["constituency"].where(~areas["neighbour"]))]
start = time.perf_counter()
for _ in range(5):
    odds = counts["below"] / counts["rest"] * np.exp(random.normal(size=len(areas)))
    share = odds / (1 + odds)
    table = rake_shares(np.column_stack([share, 1 - share]), premises.to_numpy(), margins)
    joint_share(pd.Series(0.4, areas.index), pd.Series(table[:, 0], areas.index) / premises, 1.2)
print(json.dumps({"seconds": min(times), "draws": drawn.shape[1], "areas": len(areas),
                  "each": (time.perf_counter() - start) / 5}))
"""


def measure() -> list[Figure]:
    """Measure what this module is about.

    Returns
    -------
    list of Figure
        Those that need the publishers' files are missing, and said so, where these are not at hand.
    """
    return [*_build(), *_premises(), *_fuzz(), *_show(), *_search(), *_draws(), *_scan()]


def _build() -> list[Figure]:
    if not OPEN_DATA.is_dir():
        return [Figure("build_s", None, "s", 30, "geo build: not measured, needs ../shared/open-data")]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "edition"
        cost = run(["-m", "geo", "build", "--from", str(OPEN_DATA), "--out", str(out)])
        checks = json.loads(run(["-c", AGREEMENT.format(folder=str(OPEN_DATA))]).output)
        size = sum(path.stat().st_size for path in out.iterdir()) / 1e6
    return [
        Figure("build_s", cost.seconds, "s", 30, "geo build, publishers' files to edition"),
        Figure("agreement_s", checks["seconds"], "s", 2,
               f"of it the checks that the files agree ({checks['findings']} findings)"),
        Figure("build_peak_mb", cost.megabytes, "MB", 1000, "its peak memory"),
        Figure("edition_mb", size, "MB", 12, "size of the edition"),
    ]


def _premises() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "south_west.zip")
        run(["-c", MADE_PREMISES.format(rows=PREMISES_ROWS, path=path)])
        cost = run(["-c", PREMISES.format(path=path)])
    found = json.loads(cost.output)
    return [
        Figure("premises_s", found["seconds"], "s", 30,
               f"a region of BDUK's premises ({PREMISES_ROWS:,} made rows) read, placed and counted"),
        Figure("premises_peak_mb", cost.megabytes, "MB", 1000, "its peak memory"),
    ]


def _fuzz() -> list[Figure]:
    if not OPEN_DATA.is_dir():
        return [Figure("fuzz_s", None, "s", 60, "make fuzz: not measured, needs ../shared/open-data")]
    cost = run(["-m", "tests.fuzz", "--mutants", str(MUTANTS)])
    score = cost.output.strip().rpartition("\n")[2]
    return [
        Figure("fuzz_s", cost.seconds, "s", 60, f"a short make fuzz, {MUTANTS} damaged files ({score})"),
        Figure("fuzz_peak_mb", cost.megabytes, "MB", 2000, "its peak memory"),
    ]


def _show() -> list[Figure]:
    costs = [run(["-m", "geo", "show", "Torridge", "--json"]) for _ in range(COLD_STARTS)]
    seconds = statistics.median(cost.seconds for cost in costs)
    return [
        Figure("show_s", seconds, "s", 2.5, f"geo show in a new process, median of {COLD_STARTS}"),
        Figure("show_peak_mb", max(cost.megabytes for cost in costs), "MB", None, "its peak memory"),
    ]


def _search() -> list[Figure]:
    found = json.loads(run(["-c", SEARCH]).output)
    return [
        Figure("search_ms", found["most"], "ms", 30, f"search, 95 of 100 of {found['typed']} texts as typed"),
        Figure("search_half_ms", found["half"], "ms", None, "half of them"),
        Figure("search_first_s", found["first"], "s", None, "reading the names, once, when the app starts"),
    ]


def _draws() -> list[Figure]:
    found = json.loads(run(["-c", DRAWS]).output)
    whole = found["each"] * found["draws"]
    return [
        Figure("draws_s", found["seconds"], "s", 0.5,
               f"{found['draws']} draws of people in the gap, {found['areas']:,} neighbourhoods, then kept"),
        Figure("draws_naive_s", whole, "s", None, "draw by draw with full raking instead, scaled up from 5"),
    ]


def _scan() -> list[Figure]:
    with tempfile.TemporaryDirectory() as cache:
        scan = json.loads(run(["-c", SCAN], NUMBA_CACHE_DIR=cache).output)
    naive = json.loads(run(["-c", NAIVE]).output)
    whole = naive["seconds"] / naive["sample"] * naive["stations"] * HUB_COUNT
    return [
        Figure("scan_cold_s", scan["cold"], "s", 5, "scan of every station to every hub, compilation included"),
        Figure("scan_warm_s", scan["warm"], "s", 5, f"the same, compiled ({scan['rows']:,} journeys)"),
        Figure("scan_naive_s", whole, "s", None,
               f"a search per station, departure and hub instead, scaled up from {naive['sample']} stations to London"),
        Figure("scan_times_faster", whole / scan["warm"], "×", None, "naive by compiled"),
    ]
