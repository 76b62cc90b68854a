"""`python -m bench.load`: many readers at once over real websockets, on this machine alone; ends with one JSON line.

A link goes round a county: all visitors open it, then look at a patch of their own, change limits, and turn pages. With
no time to think they ask again as soon as they are answered.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from bench.machine import ROOT, describe
from geo.core.choices import SPEEDS
from geo.edition.store import load_edition
from tests.fixtures.process import app_process, free_port, wait_until

SEED = 16
MOST_VISITORS, LONGEST = 200, 600     # whoever asks for more does not measure this machine any more
PATIENCE = 60.0
"""Seconds after which a visitor gives up, which counts as an error."""

COUNTY = "E10000008"     # Devon: a link to it goes round
KINDS_READ = ("county", "authority", "constituency", "ward")
PAGES = {"place": 4, "": 2, "explore": 2, "compare": 2, "rail": 2, "what_to_do": 1, "doubts": 1}     # how often opened
MINUTES_MOVED = (90, 155)     # how far a slider is moved


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
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    async with connect(address, max_size=None, subprotocols=[Subprotocol("streamlit")], open_timeout=PATIENCE,
                       ping_interval=None) as socket:
        yield Visitor(socket)


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

    cpu: float     # seconds
    rss: float     # megabytes of the largest


def _held(processes: Sequence[int]) -> Held:
    ticks = os.sysconf("SC_CLK_TCK")
    stats = [Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split() for number in processes]
    memory = [int(Path(f"/proc/{number}/status").read_text().partition("VmRSS:")[2].split()[0]) for number in processes]
    return Held(sum(int(one[11]) + int(one[12]) for one in stats) / ticks, max(memory) / 1024)


async def _load(
    ports: Sequence[int], patches: Sequence[str], visitors: int, think: float, seconds: float,
) -> Seen:
    seen, until = Seen(), time.perf_counter() + seconds
    async with asyncio.TaskGroup() as group:
        for number, port in zip(range(visitors), itertools.cycle(ports), strict=False):
            group.create_task(_visit(port, patches, number, think, until, seen))
    return seen


@contextlib.contextmanager
def _apps(workers: int) -> Iterator[tuple[list[int], list[int]]]:
    """Start so many processes of the app; give their ports and process numbers when all is worked out at the start."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ports, numbers = [], []
        for worker in range(workers):
            port, log = free_port(), folder / f"{worker}.txt"
            command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.port", str(port),
                       "--server.headless", "true", "--server.address", "127.0.0.1"]
            process = stack.enter_context(app_process(command, port, log))
            wait_until(lambda log=log: '"event": "warm"' in log.read_text(errors="replace"), process, log)
            ports.append(port)
            numbers.append(process.pid)
        yield ports, numbers


def _patches() -> list[str]:
    """List the places in the county, each kind as often as any other: there are many more wards than councils."""
    edition = load_edition()
    inside = edition.places[edition.places["kind"].isin(KINDS_READ)]
    held = set(edition.place(COUNTY).lsoas)
    by_kind = [[code for code in sorted(codes) if held.issuperset(edition.place(code).lsoas)]
               for _, codes in inside.groupby("kind")["code"]]
    return [code for codes in by_kind for code in itertools.islice(itertools.cycle(codes), max(map(len, by_kind)))]


def run(visitors: int, think: float, workers: int, seconds: float) -> dict[str, float | int]:
    """Send so many visitors through so many processes of the app; give what they met."""
    patches = _patches()
    with _apps(workers) as (ports, processes):
        before, start = _held(processes), time.perf_counter()
        seen = asyncio.run(_load(ports, patches, visitors, think, seconds))
        took, after = time.perf_counter() - start, _held(processes)
    for error in seen.errors[:10]:
        print(error, file=sys.stderr)
    cpu = 1000 * (after.cpu - before.cpu) / len(seen.seconds)
    return {
        "visitors": visitors, "think_s": think, "workers": workers, "errors": len(seen.errors),
        "p50_s": round(statistics.median(seen.seconds), 3), "p95_s": round(float(np.quantile(seen.seconds, 0.95)), 3),
        "mb_per_session": round((after.rss - before.rss) * workers / visitors, 2), "rss_mb": round(after.rss),
        "cpu_ms_per_rerun": round(cpu), "reruns_per_s": round(len(seen.seconds) / took, 2)}


def main() -> None:
    """Measure once, and print it."""
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--visitors", type=int, default=50, choices=range(1, MOST_VISITORS + 1), metavar="N")
    parser.add_argument("--think", type=float, default=10, help="seconds between an answer and the next question")
    parser.add_argument("--workers", type=int, default=1, choices=range(1, 9), metavar="N")
    parser.add_argument("--seconds", type=float, default=60)
    asked = parser.parse_args()
    print(describe(), file=sys.stderr)
    print(json.dumps(run(asked.visitors, asked.think, asked.workers, min(asked.seconds, LONGEST))))


if __name__ == "__main__":
    main()
