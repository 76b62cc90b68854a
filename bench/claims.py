"""Places most like one, where first, and in how many views a claim holds, beside a plain way to the same."""

import json

from bench.machine import run
from bench.report import Figure

LIKE = """
import json, math, time
from geo.core.view import View
from geo.edition.store import load_edition
from geo.figures.areas import area_figures
from geo.figures.likeness import SUBJECTS, alike, likeness_values
from geo.figures.place import show
edition = load_edition(geometry=False)
place = edition.place("E05011923")
show(edition, View(place=place.code))["people_in_gap"].interval     # as on its page
start = time.perf_counter()
found = alike(edition, View(), place)
first = time.perf_counter() - start
start = time.perf_counter()
alike(edition, View(), edition.place("E05011924"))
again = time.perf_counter() - start
areas, values = edition.areas, likeness_values(edition, "ward")
start = time.perf_counter()
for ward in values.index[::10]:     # the sums of each ward by itself, and every distance value by value
    rows = areas[areas["ward"] == ward]
    [rows[name].sum() for name in rows.columns if name.startswith(("workers_occ", "aged"))]
    total = 0.0
    for names in SUBJECTS.values():
        for name in names:
            column = values[name]
            total += ((column[ward] - column[place.code]) / column.std(ddof=0)) ** 2 / len(names)
naive = 10 * (time.perf_counter() - start)
print(json.dumps({"first": first, "again": again, "naive": naive, "wards": found.of}))
"""

FIRST = """
import json, time
from geo.core.priority_terms import Terms
from geo.core.view import View
from geo.edition.store import load_edition
from geo.figures.place import show
from geo.figures.priorities import where_first
edition = load_edition(geometry=False)
place = edition.place("E12000009")
show(edition, View())     # as on its page
taken = []
for terms in (Terms(halve=True), Terms(premises=5000), Terms(premises=5000, every_authority=50)):
    start = time.perf_counter()
    found = where_first(edition, View(), place, terms)
    taken.append(time.perf_counter() - start)
print(json.dumps({"halve": taken[0], "premises": max(taken[1:]), "candidates": len(found.candidates)}))
"""

WHAT_IF = """
import json, time
from geo.core.choices import HUBS
from geo.core.view import View
from geo.core.what_if_terms import WhatIf
from geo.edition.reach_table import station_points
from geo.edition.store import load_edition
from geo.figures.scenario import journeys_after
from geo.figures.stations import ground_of
from geo.figures.what_if import CHANGING, what_if
from geo.layers.boundaries import merged
from geo.rail.land_routes import Overland
from geo.rail.travel_times import time_doors
edition = load_edition()
views = {"lines": (View(upgrade="E10000008"), View(upgrade="E06000052")),
         "minutes": (View(rail=-10), View(rail=-20)),
         "closed": (View(close="DWL-TGM"), View(close="TRU-PNZ"))}
taken = {}
ground_of(edition)     # as the app has done once it is warm
journeys_after(edition, WhatIf.of(View(close="TRU-PNZ")))     # a process loads the compiled scan once
for name, asked in views.items():
    for number, view in enumerate(asked):
        for key in CHANGING:
            what_if(edition, View()).before[key].interval     # as on its page
        start = time.perf_counter()
        what_if(edition, view)
        taken[f"{name}_{number}"] = time.perf_counter() - start
doors = edition.postcodes.assign(urban=edition.postcodes["area"].map(edition.areas["urban"]))
start = time.perf_counter()
time_doors(doors, station_points(edition.stations), journeys_after(edition, WhatIf.of(View(close="DWL-TGM"))),
           Overland(merged(edition.outlines), doors), [*HUBS])
taken["naive"] = time.perf_counter() - start
print(json.dumps(taken))
"""

UPLOAD = """
import json, time
from geo.core.view import View
from geo.edition.own_place import own_place
from geo.edition.store import load_edition
from geo.figures.place import show
from geo.sources.own_boundary import read_own_boundary
edition = load_edition()
codes = edition.areas.index[:1000]
shapes = edition.areas.geometry.loc[codes].simplify(20).to_crs("EPSG:4326").to_json().encode()
taken = {}
for name, data in (("codes", "\\n".join(codes).encode()), ("shapes", shapes)):
    start = time.perf_counter()
    found = own_place(edition, read_own_boundary(name, data))
    taken[name] = time.perf_counter() - start
    answer = show(edition, View(place=found.place.code))
    answer["people_in_gap"].interval     # with the draws of all places, when nothing of them is kept
    taken[f"{name}_shown"] = time.perf_counter() - start
    taken[f"{name}_areas"] = len(found.place.lsoas)
print(json.dumps(taken))
"""

ROBUST = """
import json, time
from geo.core.measures import FIGURES
from geo.core.view import View
from geo.edition.store import load_edition
from geo.figures.place import show
from geo.figures.ranking import rank
from geo.figures.robust import robust, views_of
edition = load_edition(geometry=False)
place = edition.place("E05011923")
start = time.perf_counter()
robust(edition, View(), place)
first = time.perf_counter() - start
views = views_of(FIGURES["nowhere_to_turn"])
start = time.perf_counter()
for options in views[::400]:
    view = View(**options, place=place.code)
    show(edition, view)
    rank(edition, view, by="ward", measure="nowhere_to_turn")
naive = (time.perf_counter() - start) / len(views[::400]) * len(views)
print(json.dumps({"first": first, "naive": naive, "views": len(views)}))
"""


def measure() -> list[Figure]:
    """Measure each in a new process.

    Returns
    -------
    list of Figure
        What a first question takes, and what the plain way would.
    """
    like, first, robust, upload, changed = (
        json.loads(run(["-c", script]).output) for script in (LIKE, FIRST, ROBUST, UPLOAD, WHAT_IF))
    return [
        Figure("like_s", like["first"], "s", 0.1,
               f"the places most like a ward, of {like['wards']:,}; first question after its page"),
        Figure("like_again_s", like["again"], "s", None, "the same for another ward"),
        Figure("like_naive_s", like["naive"], "s", None, "ward by ward and value by value instead"),
        Figure("first_s", first["premises"], "s", 1,
               f"where first with 5,000 premises, of {first['candidates']:,} neighbourhoods; first question"),
        Figure("first_halve_s", first["halve"], "s", None, "which would halve the gap, as a place's first screen says"),
        Figure("what_if_lines_s", changed["lines_1"], "s", 0.3,
               "what if every line of Cornwall were upgraded: before, after and the interval of the change"),
        Figure("what_if_closed_s", max(changed["closed_0"], changed["closed_1"]), "s", 1,
               "what if the line were closed at Dawlish, or from Truro to Penzance: the slower"),
        Figure("what_if_closed_west_s", changed["closed_1"], "s", None, "from Truro to Penzance"),
        Figure("what_if_minutes_s", changed["minutes_1"], "s", None, "what if all trains to London were quicker"),
        Figure("what_if_naive_s", changed["naive"], "s", None, "every door of a closure timed anew instead"),
        Figure("upload_s", max(upload["codes"], upload["shapes"]), "s", 3,
               "an own area of 1,000 LSOAs read and made a place, as codes or as their boundaries: the slower"),
        Figure("upload_shown_s", upload["codes_shown"], "s", None, "with its figures and their intervals, the first"),
        Figure("robust_s", robust["first"], "s", 3, "in how many views the claims about a ward hold; first question"),
        Figure("robust_naive_s", robust["naive"], "s", None,
               f"each of the {robust['views']:,} views asked for by itself instead, scaled up"),
    ]
