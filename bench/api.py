"""The interface for programs, asked over the network as it runs, beside asking the command line."""

import statistics
import time
import urllib.request
from collections.abc import Iterable

from bench.machine import run
from bench.report import Figure
from bench.served import served

PLACES = ("E07000047", "E07000044", "E06000052", "E05010560", "E05014372", "E14001552", "E01020314")
RANKS = ("by=ward", "by=ward&speed=gigabit", "by=authority&minutes=95", "by=ward&measure=nowhere_to_turn",
         "by=constituency&per=rate", "by=ward&measure=door_to_hub_minutes&hub=bristol")


def _median_ms(port: int, addresses: Iterable[str]) -> float:
    """Milliseconds of an answer that nobody has asked for before: the median."""
    found = []
    for address in addresses:
        start = time.perf_counter()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{address}") as answer:
            answer.read()
        found.append((time.perf_counter() - start) * 1000)
    return statistics.median(found)


def measure() -> list[Figure]:
    """Measure what this module is about.

    Returns
    -------
    list of Figure
        Milliseconds.
    """
    with served() as port:
        show = _median_ms(port, (f"api/v1/show?place={code}" for code in PLACES))
        rank = _median_ms(port, (f"api/v1/rank?{asked}" for asked in RANKS))
        again = _median_ms(port, (f"api/v1/rank?{asked}" for asked in RANKS))
        card = _median_ms(port, (f"card/page=place&place={code}.png" for code in PLACES))
    naive = run(["-m", "geo", "show", PLACES[0], "--json"]).seconds * 1000
    return [
        Figure("api_show_ms", show, "ms", 50, "/api/v1/show of a place not asked for before, over the network"),
        Figure("api_show_naive_ms", naive, "ms", None, "the same by the command line, new process"),
        Figure("api_rank_ms", rank, "ms", 100, "/api/v1/rank not asked for before, over the network"),
        Figure("api_rank_again_ms", again, "ms", None, "the same again"),
        Figure("card_ms", card, "ms", None, "the picture of a shared link, not drawn before"),
    ]
