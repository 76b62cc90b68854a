"""What the figures were measured on, and what one process cost."""

import math
import os
import platform
import subprocess
import sys
import threading
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
    together
        The same of all its processes at one time, in megabytes; what they share counts once. Missing (nan) where the
        system does not tell.
    output
        Standard output.
    """

    seconds: float
    megabytes: float
    together: float
    output: str


class _Tree(threading.Thread):
    """Watches the memory of a process and all that it started."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self.process, self.most, self.over = process, math.nan, threading.Event()

    def run(self) -> None:
        while not self.over.wait(0.2):
            self.most = max(_shared_out(self.process), self.most) if self.most > 0 else _shared_out(self.process)

    def stop(self) -> float:
        self.over.set()
        self.join()
        return self.most


def _shared_out(process: int) -> float:
    """Megabytes of a process and its children, each page divided by those that share it (Linux)."""
    here = Path("/proc", str(process))
    try:
        told = (here / "smaps_rollup").read_text()
        children = [child for task in (here / "task").iterdir() for child in (task / "children").read_text().split()]
    except OSError:      # it has just ended, or this is no Linux
        return 0.0
    total = next((int(line.split()[1]) / 1024 for line in told.splitlines() if line.startswith("Pss:")), 0.0)
    return total + sum(_shared_out(int(child)) for child in children)


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
    watch = _Tree(process.pid)
    watch.start()
    out, err = process.stdout.read(), process.stderr.read()      # both are short
    _, status, usage = os.wait4(process.pid, 0)
    together = watch.stop()
    seconds = time.perf_counter() - start
    if status:
        raise RuntimeError(f"{' '.join(words)} failed: {err.strip()[-500:]}")
    return Cost(seconds, usage.ru_maxrss / 1024, together, out)
