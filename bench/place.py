"""The page of a place, run again after each change of an option, in the app as it runs and without a browser."""

import asyncio
import statistics
import time
from collections.abc import Sequence

from bench.report import Figure
from bench.served import served
from tests.fixtures.server import Session

PLACE = "place=E07000046"
MINUTES = [f"{PLACE}&minutes={minutes}" for minutes in (90, 100, 105, 110, 125)]
SPEEDS = [f"{PLACE}&speed={speed}" for speed in ("10", "100", "300", "gigabit", "uso")]


async def seconds(port: int, *changes: Sequence[str]) -> list[list[float]]:
    """Open the page and make changes; say how long each took from the reader's message to the end of the answer."""
    session, found = await Session.open(port, PLACE, "place"), []
    for queries in changes:
        found.append(list[float]())
        for session.query in queries:
            start = time.perf_counter()
            await session.run("place")
            found[-1].append(time.perf_counter() - start)
            if session.elements("exception") or not session.elements("html"):
                raise RuntimeError(f"{session.query} was not answered")
    await session.socket.close()
    return found


def measure() -> list[Figure]:
    """Measure changes that nobody has asked for before.

    Returns
    -------
    list of Figure
        When all is worked out that is at the start, and as the first reader of all finds it.
    """
    with served() as port:
        minutes, speeds = asyncio.run(seconds(port, MINUTES, SPEEDS))
    with served(event="ready") as port:
        [[first]] = asyncio.run(seconds(port, SPEEDS[:1]))
    return [
        Figure("place_rerun_s", statistics.median(minutes + speeds), "s", 0.15,
               "Server's time for Place after a change of minutes or speed, nothing of it kept; median of ten"),
        Figure("place_rerun_minutes_s", statistics.median(minutes), "s", None, "the changes of minutes alone"),
        Figure("place_rerun_speed_s", statistics.median(speeds), "s", None, "the changes of speed alone"),
        Figure("place_rerun_first_s", first, "s", None, "a change of speed as soon as the app lets readers in"),
    ]


if __name__ == "__main__":
    for figure in measure():
        print(f"{figure.meaning}: {figure.value} {figure.unit} {figure.verdict()}")
