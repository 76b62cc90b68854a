"""What the figures were measured on, and what one process cost."""

import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Cost:
    """Wall seconds, peak memory and output of one process.

    Parameters
    ----------
    seconds
        From start to end.
    megabytes
        Largest resident set.
    output
        Standard output.
    """

    seconds: float
    megabytes: float
    output: str


def describe() -> str:
    """Name the processor, cores, memory and Python.

    Returns
    -------
    str
        One line.
    """
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        names = [line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, "
            f"Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}")


def run(words: Sequence[str], **environment: str) -> Cost:
    """Run a process and measure it alone.

    Parameters
    ----------
    words
        Arguments after the Python interpreter.
    **environment
        Variables to set for it.

    Returns
    -------
    Cost
        What it took.

    Raises
    ------
    RuntimeError
        When it fails.
    """
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *words], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, **environment},
    )
    out, err = process.stdout.read(), process.stderr.read()      # both are short
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        raise RuntimeError(f"{' '.join(words)} failed: {err.strip()[-500:]}")
    return Cost(seconds, usage.ru_maxrss / 1024, out)
