"""Work of two hosts, as network namespaces of this machine joined by one link: nothing but that link is shared."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.test_spread import contents

pytestmark = pytest.mark.interop

ROOT = Path(__file__).parents[2]
HERE, THERE = "swathe-here", "swathe-there"
SCHEDULER = "tcp://10.77.0.1:8786"
LINK = f"""
ip netns add {HERE} && ip netns add {THERE}
ip link add swathe0 netns {HERE} type veth peer name swathe1 netns {THERE}
ip -n {HERE} address add 10.77.0.1/24 dev swathe0 && ip -n {HERE} link set swathe0 up && ip -n {HERE} link set lo up
ip -n {THERE} address add 10.77.0.2/24 dev swathe1 && ip -n {THERE} link set swathe1 up && ip -n {THERE} link set lo up
"""


@pytest.fixture(scope="module")
def two_hosts() -> Iterator[None]:
    """Two namespaces; the second has the link to the first and no other."""
    made = subprocess.run(["sh", "-ec", LINK], capture_output=True, text=True, check=False)
    try:
        if made.returncode:
            pytest.skip(f"network namespaces are not allowed here: {made.stderr.strip()}")
        yield
    finally:
        for name in (HERE, THERE):
            subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)


def at(host: str, *words: str) -> list[str]:
    return ["ip", "netns", "exec", host, sys.executable, "-m", *words]


@pytest.fixture
def scheduler(two_hosts: None, tmp_path: Path) -> Iterator[str]:
    """A scheduler here and a worker there, which sees an empty disk where this one has its files."""
    files = tmp_path.parent     # of all tests
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(files)}
    worker = at(THERE, "dask", "worker", SCHEDULER, "--nthreads", "1", "--no-dashboard")
    hidden = ["unshare", "--mount", "sh", "-ec", 'mount -t tmpfs none "$1"; shift; exec "$@"', "sh", str(files)]
    with ExitStack() as held:
        for number, command in enumerate((
            at(HERE, "dask", "scheduler", "--host", "10.77.0.1", "--port", "8786", "--no-dashboard"),
            [*hidden, *worker],
        )):
            log = held.enter_context((tmp_path / f"{number}.log").open("wb"))
            process = held.enter_context(subprocess.Popen(
                command, cwd="/", env=environment, stdout=log, stderr=subprocess.STDOUT))
            held.callback(process.terminate)
            time.sleep(1)
        yield SCHEDULER


def geo(*words: str) -> None:
    done = subprocess.run(at(HERE, "geo", *words), cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_two_hosts_share_a_link_and_nothing_else(scheduler: str) -> None:
    routes = subprocess.run(["ip", "-n", THERE, "route"], capture_output=True, text=True, check=True).stdout
    assert routes.split("\n")[:-1] == ["10.77.0.0/24 dev swathe1 proto kernel scope link src 10.77.0.2 "]


def test_briefs_and_an_edition_made_there_are_those_made_here(
    scheduler: str, tiny_written: Path, small_data: Path, tmp_path: Path,
) -> None:
    for name, workers in (("alone", []), ("spread", ["--workers", scheduler])):
        geo("pack", "--every", "ward", "--edition", str(tiny_written), "--out", str(tmp_path / name), *workers)
        geo("build", "--from", str(small_data), "--out", str(tmp_path / f"{name}-edition"), "--name", "small", *workers)
    assert contents(tmp_path / "spread") == contents(tmp_path / "alone")
    found = [contents(tmp_path / f"{name}-edition", "manifest.json") for name in ("spread", "alone")]
    assert found[0] == found[1]
    logs = (tmp_path / "0.log").read_text()
    assert "10.77.0.2" in logs
