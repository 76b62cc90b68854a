"""Memory of the app as it runs: when all is worked out that is at the start, after many visits, and of a second one."""

import asyncio
import tempfile
from pathlib import Path

from bench.report import Figure
from geo.edition.store import load_edition
from pages.contents import PAGES
from tests.fixtures.process import wait_until
from tests.fixtures.server import Running, Session, running

SAMPLE = {"authority": 7, "constituency": 5, "ward": 3, "msoa": 2, "county": 1, "region": 1, "lsoa": 1}
"""Places of each kind that are visited, twenty in all."""

VISITORS = 50


def _places() -> list[str]:
    places = load_edition(geometry=False, verified=False).places
    found = []
    for kind, count in SAMPLE.items():
        codes = places.loc[(places["kind"] == kind) & ~places["neighbour"], "code"].sort_values()
        found += [*codes.iloc[::max(1, len(codes) // count)][:count]]
    return found


def _warm(app: Running) -> None:
    wait_until(lambda: '"event": "warm"' in app.said(), app.process, app.log)


def _apart(app: Running) -> float:
    """Megabytes that a process takes, each page divided by those that share it (Linux)."""
    told = Path(f"/proc/{app.process.pid}/smaps_rollup").read_text()
    return int(told.partition("\nPss:")[2].split()[0]) / 1024


async def _visit(port: int, places: list[str]) -> None:
    """Open every page for each place one after another, then a page by each of many visitors who stay."""
    for place in places:
        for page in PAGES:
            session = await Session.open(port, f"place={place}", page.url_path)
            await session.socket.close()
            if session.elements("exception"):
                raise RuntimeError(f"{page.title} was not shown for {place}")
    stay = [await Session.open(port, f"place={places[number % len(places)]}", PAGES[number % len(PAGES)].url_path)
            for number in range(VISITORS)]
    for session in stay:
        await session.socket.close()


def measure() -> list[Figure]:
    """Measure what the app holds.

    Returns
    -------
    list of Figure
        Resident memory of one process, and what a second one on the machine adds.
    """
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second, running(Path(first)) as app:
        _warm(app)
        rest = app.memory()
        with running(Path(second)) as other:
            _warm(other)
            added = _apart(other)
        asyncio.run(_visit(app.port, _places()))
        visited = app.memory()
    return [
        Figure("app_rest_mb", rest, "MB", 700, "app: memory at rest, when all is worked out that is at the start"),
        Figure("app_visited_mb", visited, "MB", 700, "app: memory after every page of 20 places and 50 visitors"),
        Figure("app_second_mb", added, "MB", 350, "app: memory that a second process adds, what both share halved"),
    ]


if __name__ == "__main__":
    for figure in measure():
        print(f"{figure.meaning}: {figure.value} {figure.unit} {figure.verdict()}")
