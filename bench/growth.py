"""Build and app of one, three and ten times as many neighbourhoods: files of England, made where none are real."""

import asyncio
import contextlib
import json
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from bench.app import ARGUMENTS, open_map
from bench.machine import run
from bench.place import MINUTES, seconds
from bench.report import Figure
from bench.served import served
from geo.core.choices import DATA, ENGLAND, REGION
from tests.fixtures.made_country.write import write_country
from tests.fixtures.open_data import OPEN_DATA
from tools.chromium import MISSING, find

SIZES: dict[int, Sequence[str]] = {1: (REGION,), 3: (REGION, "E12000008", "E12000001"), 10: ()}
"""Times as many areas as the default region → the regions whose authorities are taken; none for all of England."""

MAPS = 9     # opened of each size in turn, so that a busy moment is busy for all; the middle one counts

DRAWS = """
import json, time
from pathlib import Path
import numpy as np
from geo.core.measures import MEASURES
from geo.core.view import View
from geo.edition.store import load_edition
from geo.figures.draws import lsoa_draws
edition = load_edition(Path({folder!r}), geometry=False)
view, rows = View(region=edition.region.code), np.arange(len(edition.areas))
start = time.perf_counter()
drawn = lsoa_draws(edition, view, MEASURES["nowhere_to_turn"], rows)
print(json.dumps({{"seconds": time.perf_counter() - start, "areas": len(drawn)}}))
"""


def _authorities(regions: Sequence[str]) -> list[str]:
    table = pd.read_csv(DATA / "authorities.csv", comment="#", dtype=str)
    return [*table.loc[table["region"].isin(regions), "code"]]


def _map_times(editions: Sequence[Path]) -> list[list[float]]:
    """Seconds until the map is painted for a new reader, of each edition at each turn; none without a browser."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only the tests' environment has it

    path = find()
    if path is None:
        return [[] for _ in editions]
    with contextlib.ExitStack() as held, sync_playwright() as playwright:
        ports = [held.enter_context(served(SWATHE_EDITION=str(folder))) for folder in editions]
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        turns = [[open_map(browser, port) for port in ports] for _ in range(MAPS)]
        browser.close()
    return [list(times) for times in zip(*turns, strict=True)]


def _grown(times: int, folder: Path) -> dict[str, float | None]:
    """Build at one size, and use what was built."""
    files, edition = folder / f"files-{times}", folder / str(times)
    write_country(OPEN_DATA.parent, files, ENGLAND, _authorities(SIZES[times]))
    built = run(["-m", "geo", "build", "--area", ENGLAND, "--from", str(files), "--out", str(edition)])
    drawn = json.loads(run(["-c", DRAWS.format(folder=str(edition))]).output)
    with served(SWATHE_EDITION=str(edition)) as port:
        [changes] = asyncio.run(seconds(port, MINUTES))
    return {"areas": drawn["areas"], "build": built.seconds, "build_peak": built.megabytes, "draws": drawn["seconds"],
            "page": statistics.median(changes)}


def measure() -> list[Figure]:
    """Measure what this module is about.

    Returns
    -------
    list of Figure
        Of each size; and what a page and the map take at ten times over one.
    """
    with tempfile.TemporaryDirectory() as folder:
        grown = {times: _grown(times, Path(folder)) for times in SIZES}
        painted = _map_times([Path(folder, str(times)) for times in SIZES])
    for found, seconds_each in zip(grown.values(), painted, strict=True):
        found["map"] = statistics.median(seconds_each) if seconds_each else None
    told = {
        "areas": ("", "neighbourhoods", None), "build": ("s", "geo build", 240),
        "build_peak": ("MB", "its peak memory", 4000), "draws": ("s", "500 draws of who has nowhere to turn", None),
        "page": ("s", "Place after a change of minutes", None),
        "map": ("s", f"first map painted, cold browser{'' if find() else f' ({MISSING})'}", None),
    }
    figures = [
        Figure(f"growth_{what}_{times}", value, told[what][0], told[what][2] if times == max(SIZES) else None,
               f"× {times}: {told[what][1]}")
        for times, found in grown.items() for what, value in found.items()]
    ratios = []
    for what, target in (("page", 2), ("map", 1.5)):
        least, most = grown[min(SIZES)][what], grown[max(SIZES)][what]
        ratios.append(Figure(f"growth_{what}_ratio", most / least if most and least else None, "times", target,
                             f"× {max(SIZES)} by × {min(SIZES)}: {told[what][1]}"))
    return figures + ratios


if __name__ == "__main__":
    for figure in measure():
        print(f"{figure.meaning}: {figure.value} {figure.unit} {figure.verdict()}")
