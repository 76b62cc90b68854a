"""What changed between two editions, beside the naive way: every figure of every council asked for twice."""

import json
import tempfile
from pathlib import Path

from bench.machine import run
from bench.report import Figure
from geo.core.view import View
from geo.core.what_if_terms import WhatIf
from geo.edition.schema import SCHEMAS
from geo.edition.store import STARTER, load_edition, save_edition
from geo.figures.scenario import scenario

LATER = View(upgrade="E07000047+E06000052", to="gigabit", rail=10)
"""What is other in the later edition: lines of two councils, and every train to London."""

_NAIVE = """
import sys
from pathlib import Path
from geo.core.view import View
from geo.edition.store import load_edition
from geo.figures.place import show
for folder in sys.argv[1:]:
    edition = load_edition(Path(folder), geometry=False)
    for code in edition.places_of("authority").index:
        for speed in ("10", "30", "gigabit"):
            show(edition, View(place=code, speed=speed))
"""


def _write_later(folder: Path) -> None:
    """Write an edition that is the starter edition with some of it changed, of other files."""
    starter = load_edition(STARTER)
    changed = scenario(starter, WhatIf.of(LATER))
    tables = {name: getattr(changed, name) for name in SCHEMAS if name != "postcode_lines"}
    tables = {name: table for name, table in tables.items() if len(table)} | {"reach": changed.reach_table.to_pandas()}
    known = {"id", "name", "built_at", "files"}
    sources = [{**row, "sha256": "0" * 64} for row in starter.manifest["sources"]]
    save_edition(folder, "later", tables, {
        **{key: value for key, value in starter.manifest.items() if key not in known}, "sources": sources})


def measure() -> list[Figure]:
    """Measure what this module is about.

    Returns
    -------
    list of Figure
        Seconds and megabytes.
    """
    with tempfile.TemporaryDirectory(prefix="swathe-bench-") as made:
        later = Path(made, "later")
        _write_later(later)
        both = [str(STARTER), str(later)]
        found, wards = (run(["-m", "geo", "diff", *both, "--json", "--by", kind]) for kind in ("authority", "ward"))
        naive = run(["-c", _NAIVE, *both])
        places = len(json.loads(found.output)["places"])
    return [
        Figure("diff_s", found.seconds, "s", 5, f"geo diff of two editions by council, {places} changed, new process"),
        Figure("diff_mb", found.megabytes, "MB", None, "its memory"),
        Figure("diff_wards_s", wards.seconds, "s", None, "the same by ward"),
        Figure("diff_naive_s", naive.seconds, "s", None,
               "the naive way: figures of every council at three speeds in both, no causes"),
    ]
