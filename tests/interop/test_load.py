"""`make load` for a few seconds: one line of JSON, as it is agreed, and no visitor turned away."""

import json
import subprocess
import sys

import pytest

from tests.fixtures.process import ROOT

AGREED = {"visitors", "think_s", "errors", "p50_s", "p95_s", "mb_per_session", "rss_mb", "cpu_ms_per_rerun"}


@pytest.mark.interop
@pytest.mark.parametrize("workers", [1, 2])
def test_visitors_are_answered_and_one_line_says_how(workers: int) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "bench.load", "--visitors", "6", "--think", "0.5", "--workers", str(workers),
         "--seconds", "8"], cwd=ROOT, capture_output=True, text=True, timeout=300, check=True)
    line, = told.stdout.splitlines()
    met = json.loads(line)
    assert set(met) >= AGREED
    assert (met["visitors"], met["think_s"], met["workers"], met["errors"]) == (6, 0.5, workers, 0), told.stderr
    assert 0 < met["p50_s"] <= met["p95_s"] < 60
    assert met["cpu_ms_per_rerun"] > 1
    assert met["rss_mb"] > 100
