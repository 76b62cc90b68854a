"""Briefs of 650 places and more by one worker and by two: what spreading them is worth."""

import tempfile
from pathlib import Path

from bench.machine import run
from bench.report import Figure

KIND = "msoa"
"""Of which the South West has 710."""


def measure() -> list[Figure]:
    """Measure what this module is about.

    Returns
    -------
    list of Figure
        Seconds.
    """
    with tempfile.TemporaryDirectory() as folder:
        (one, _), (two, count) = (_briefs(Path(folder, workers), workers) for workers in ("1", "2"))
    return [
        Figure("spread_one_s", one, "s", None, f"{count} briefs of localities, geo pack --every {KIND} --workers 1"),
        Figure("spread_two_s", two, "s", None, "the same with --workers 2"),
        Figure("spread_two_of_one", two / one, "×", None, "time of two workers over that of one"),
    ]


def _briefs(out: Path, workers: str) -> tuple[float, int]:
    """Make them, and say how long it took and how many there were."""
    cost = run(["-m", "geo", "pack", "--every", KIND, "--out", str(out), "--workers", workers])
    return cost.seconds, len(list(out.glob("*.pdf")))
