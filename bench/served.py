"""Apps as they run for readers: Swathe when what it works out at its start is done, others when they answer."""

import contextlib
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.machine import ROOT
from tests.fixtures.process import app_process, free_port, wait_until

SETTLED = 5.0
"""Seconds that an app without a log of its own is given after its first answer."""


@contextlib.contextmanager
def served(script: Path = ROOT / "app.py", *options: str, event: str = "warm", **environment: str) -> Iterator[int]:
    """Start an app, wait for an event in Swathe's log, give the port, and stop it at the end.

    Parameters
    ----------
    script
        What Streamlit runs.
    *options
        Of Streamlit.
    event
        What readers wait for: "ready" when they are let in, "warm" when all is worked out that is at the start.
    **environment
        Variables to set for it.
    """
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port), "--server.headless",
               "true", "--server.address", "127.0.0.1", "--server.fileWatcherType", "none", *options]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.txt"
        with app_process(command, port, log, environment) as process:
            if script == ROOT / "app.py":
                wait_until(lambda: f'"event": "{event}"' in log.read_text(errors="replace"), process, log)
            else:
                time.sleep(SETTLED)
            yield port
