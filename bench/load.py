"""`python -m bench.load`: many readers at once over real websockets, on this machine alone; ends with one JSON line.

A link goes round a county: all visitors open it, then look at a patch of their own, change limits, and turn pages. With
no time to think they ask again as soon as they are answered. Without `--visitors` all cases are gone through, beside
the same on the way before, and kept in bench/load.md.
"""

import argparse
import asyncio
import contextlib
import http.client
import itertools
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import numpy as np
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from bench.machine import describe
from geo.core.choices import SPEEDS
from geo.edition.store import load_edition
from tests.fixtures.process import app_process, free_port, wait_until

REPORT = Path(__file__).parent / "load.md"
SEED = 16
MOST_VISITORS, LONGEST = 200, 600     # whoever asks for more does not measure this machine any more
PATIENCE = 60.0
"""Seconds after which a visitor gives up, which counts as an error."""

COUNTY = "E10000008"     # Devon: a link to it goes round
KINDS_READ = ("county", "authority", "constituency", "ward")
PAGES = {"place": 4, "": 2, "explore": 2, "compare": 2, "rail": 2, "what_to_do": 1, "doubts": 1}     # how often opened
MINUTES_MOVED = (90, 155)     # how far a slider is moved


class Before(NamedTuple):
    """What the same visitors met on the way before: seconds, answers a second, megabytes, milliseconds of processor."""

    p95: float
    reruns: float
    rss: int
    cpu: int


HEADER = ("visitors", "think", "processes", "p50", "p95", "p95 before", "target", "reruns a second", "before",
          "MB a process", "before", "CPU ms a rerun", "before", "errors")
VISITORS = (1, 10, 30, 50)
BEFORE_COMMIT = "e3a1356"
BEFORE: Mapping[tuple[int, float], Before] = {
    (1, 10.0): Before(2.03, 0.06, 870, 1460),
    (10, 10.0): Before(1.20, 0.68, 1002, 300),
    (30, 10.0): Before(3.63, 1.52, 1156, 349),
    (50, 10.0): Before(14.11, 2.12, 1296, 371),
    (1, 0.0): Before(0.55, 4.54, 983, 228),
    (10, 0.0): Before(9.38, 2.52, 1342, 481),
    (30, 0.0): Before(20.30, 2.76, 1303, 433),
    (50, 0.0): Before(28.03, 3.29, 1544, 370),
}
TARGETS = {(50, 10.0, 2): "0.8 s", (50, 0.0, 2): "6 s"}     # of p95


@dataclass
class Seen:
    """What the visitors met: seconds of each answer, and what went wrong."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def visits(patches: Sequence[str], number: int) -> Iterator[tuple[str, str]]:
    """Walk through the app without an end: the page and the query of one link after another.

    Everybody opens the link that goes round, and then looks at a patch of their own: changes an option, opens another
    page, goes on to another patch.
    """
    chance = random.Random(SEED * 1000 + number)  # noqa: S311 - no secret
    page, query = "place", {"place": COUNTY}
    while True:
        yield page, urlencode(query)
        step = chance.random()
        if step < 0.4:
            [page] = chance.choices(list(PAGES), list(PAGES.values()))
        elif step < 0.7:
            query["minutes"] = str(chance.randrange(*MINUTES_MOVED, 5))
        elif step < 0.8:
            query["speed"] = chance.choice(list(SPEEDS))
        else:
            page, query = "place", {"place": chance.choice(patches)}


class Visitor:
    """A reader's websocket, and what their browser keeps of it."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.kept: set[str] = set()

    async def ask(self, page: str, query: str) -> str:
        """Run a page; say what is wrong with the answer, "" where nothing is."""
        message, problem = BackMsg(), ""
        message.rerun_script.query_string, message.rerun_script.page_name = query, page
        message.rerun_script.cached_message_hashes.extend(self.kept)
        await self.socket.send(message.SerializeToString())
        async with asyncio.timeout(PATIENCE):
            while True:
                received = ForwardMsg.FromString(await self.socket.recv(decode=False))
                if received.metadata.cacheable:
                    self.kept.add(received.hash)
                kind = received.WhichOneof("type")
                element = received.delta.new_element
                if element.HasField("exception") or "There is no data to show" in element.html.body:
                    problem = "an error was shown"
                if kind == "script_finished" and received.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    well = received.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
                    return problem if well else "the page was not run to its end"


@contextlib.asynccontextmanager
async def _arrived(port: int) -> AsyncIterator[Visitor]:
    """Open the page, which gives a cookie where there are several processes, and its websocket."""
    cookie = await asyncio.to_thread(_first_page, port)
    headers = {"Cookie": cookie} if cookie else {}
    async with connect(f"ws://127.0.0.1:{port}/_stcore/stream", subprotocols=[Subprotocol("streamlit")], max_size=None,
                       open_timeout=PATIENCE, ping_interval=None, additional_headers=headers) as socket:
        yield Visitor(socket)


def _first_page(port: int) -> str:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        connection.request("GET", f"/place?place={COUNTY}", headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        answer.read()
        return (answer.headers.get("Set-Cookie") or "").partition(";")[0]


async def _visit(port: int, patches: Sequence[str], number: int, think: float, until: float, seen: Seen) -> None:
    """Go through the app until the time is over."""
    chance = random.Random(number)  # noqa: S311 - no secret
    await asyncio.sleep(chance.random() * (think or 1))     # not all at the same moment
    try:
        async with _arrived(port) as visitor:
            for page, query in visits(patches, number):
                if time.perf_counter() > until:
                    return
                start = time.perf_counter()
                problem = await visitor.ask(page, query)
                seen.seconds.append(time.perf_counter() - start)
                seen.errors += [f"{page}?{query}: {problem}"] if problem else []
                await asyncio.sleep(chance.uniform(0.5, 1.5) * think)
    except (OSError, TimeoutError, WebSocketException) as error:
        seen.errors.append(f"visitor {number}: {type(error).__name__} {error}")


@dataclass(frozen=True)
class Held:
    """What processes have used and hold."""

    cpu: float     # seconds, of all
    rss: float     # megabytes of the largest
    shared_out: float     # megabytes of all, what several hold counted once


def _held(processes: Sequence[int]) -> Held:
    ticks = os.sysconf("SC_CLK_TCK")
    stats = [Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split() for number in processes]
    rss, pss = ([int(Path(f"/proc/{number}/smaps_rollup").read_text().partition(f"\n{name}:")[2].split()[0]) / 1024
                 for number in processes] for name in ("Rss", "Pss"))
    return Held(sum(int(one[11]) + int(one[12]) for one in stats) / ticks, max(rss), sum(pss))


async def _load(port: int, patches: Sequence[str], case: "Case", seconds: float) -> Seen:
    seen, until = Seen(), time.perf_counter() + seconds
    async with asyncio.TaskGroup() as group:
        for number in range(case.visitors):
            group.create_task(_visit(port, patches, number, case.think, until, seen))
    return seen


@contextlib.contextmanager
def _app(workers: int) -> Iterator[tuple[int, list[int]]]:
    """Start the app; give its port and the numbers of its processes when all is worked out that is at the start."""
    with tempfile.TemporaryDirectory() as folder:
        port, log = free_port(), Path(folder) / "log.txt"
        command = [sys.executable, "-m", "geo", "serve", "--workers", str(workers), "--port", str(port)]
        with app_process(command, port, log) as process:
            wait_until(lambda: log.read_text(errors="replace").count('"event": "warm"') == workers, process, log)
            yield port, [number for number in _family(process.pid) if _is_app(number)]


def _family(number: int) -> list[int]:
    """List a process and those that it started, and they."""
    started = [int(child) for task in Path(f"/proc/{number}/task").iterdir()
               for child in (task / "children").read_text().split()]
    return [number, *itertools.chain.from_iterable(map(_family, started))]


def _is_app(number: int) -> bool:
    command = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
    return b"streamlit" in command or b"pages.server.worker" in command


def patches_of(county: str) -> list[str]:
    """List the places in a county, each kind as often as any other: there are many more wards than councils."""
    edition = load_edition()
    inside = edition.places[edition.places["kind"].isin(KINDS_READ)]
    held = set(edition.place(county).lsoas)
    by_kind = [[code for code in sorted(codes) if held.issuperset(edition.place(code).lsoas)]
               for _, codes in inside.groupby("kind")["code"]]
    return [code for codes in by_kind for code in itertools.islice(itertools.cycle(codes), max(map(len, by_kind)))]


class Case(NamedTuple):
    """How many visitors, how long they think (seconds), and how many processes answer them."""

    visitors: int
    think: float
    workers: int = 1


def run(case: Case, seconds: float) -> dict[str, float | int]:
    """Send visitors through the app; give what they met."""
    patches = patches_of(COUNTY)
    with _app(case.workers) as (port, processes):
        before, start = _held(processes), time.perf_counter()
        seen = asyncio.run(_load(port, patches, case, seconds))
        took, after = time.perf_counter() - start, _held(processes)
    for error in seen.errors[:10]:
        print(error, file=sys.stderr)
    return {
        "visitors": case.visitors, "think_s": case.think, "workers": case.workers, "errors": len(seen.errors),
        "p50_s": round(statistics.median(seen.seconds), 3), "p95_s": round(float(np.quantile(seen.seconds, 0.95)), 3),
        "mb_per_session": round(max(0.0, after.shared_out - before.shared_out) / case.visitors, 2),
        "rss_mb": round(after.rss), "pss_mb": round(after.shared_out),
        "cpu_ms_per_rerun": round(1000 * (after.cpu - before.cpu) / len(seen.seconds)),
        "reruns_per_s": round(len(seen.seconds) / took, 2)}


def run_all(seconds: float) -> dict[str, float | int]:
    """Go through all cases, and keep the table; give what the last one met."""
    about = (f"Seconds until an answer is whole, over {seconds:g} seconds a case. Before: commit {BEFORE_COMMIT}, one "
             "process, the same visitors on the same machine.")
    lines = [f"# Load\n\n{describe()}\n\n{about}\n", f"| {' | '.join(HEADER)} |", f"|{' ---: |' * len(HEADER)}"]
    met: dict[str, float | int] = {}
    for think, workers, visitors in itertools.product((10.0, 0.0), (1, 2), VISITORS):
        met = run(Case(visitors, think, workers), seconds)
        old, target = BEFORE[visitors, think], TARGETS.get((visitors, think, workers), "")
        row = (visitors, f"{think:g} s", workers, f"{met['p50_s']:.2f} s", f"{met['p95_s']:.2f} s", f"{old.p95:.2f} s",
               target, f"{met['reruns_per_s']:.1f}", f"{old.reruns:.1f}", met["rss_mb"], old.rss,
               met["cpu_ms_per_rerun"], old.cpu, met["errors"])
        lines.append(f"| {' | '.join(map(str, row))} |")
        print(lines[-1], flush=True)
    REPORT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return met


def main() -> None:
    """Measure, and print it."""
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--visitors", type=int, choices=range(1, MOST_VISITORS + 1), metavar="N")
    parser.add_argument("--think", type=float, default=10, help="seconds between an answer and the next question")
    parser.add_argument("--workers", type=int, default=1, choices=range(1, 9), metavar="N")
    parser.add_argument("--seconds", type=float, default=30)
    asked = parser.parse_args()
    seconds = min(asked.seconds, LONGEST)
    print(describe(), file=sys.stderr)
    met = run_all(seconds) if asked.visitors is None else run(Case(asked.visitors, asked.think, asked.workers), seconds)
    print(json.dumps(met))


if __name__ == "__main__":
    main()
