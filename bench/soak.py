"""`python -m bench.soak`: visitors come and go for minutes, and the memory of the app must not grow.

They come over real websockets on this machine, look at all pages for many places and speeds, search, ask for pictures
and for answers as programs do, now and then make a pack, and go. The first third of the time warms the app up. From
then on its memory may grow by `MOST`. One line of JSON says what was found; the exit code is 1 where it grew more, or
where anything failed.
"""

import asyncio
import contextlib
import json
import os
import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from geo.core.choices import HUBS, SPEEDS
from geo.edition.store import STARTER, load_edition
from pages.contents import PAGES
from tests.fixtures.process import wait_until
from tests.fixtures.server import Running, Session, running

MOST = 5.0
"""Percent by which memory may grow after the first third."""

AS_SERVED = {"STREAMLIT_SERVER_FILE_WATCHER_TYPE": "none"}     # nobody works on its code meanwhile
VISITORS = 6
THINKING = 1.0     # seconds between two pages
LOOK = 2.0         # seconds between two readings
PLACES, VIEWS = 40, 12     # looked at again and again: what is kept of them is soon all there
PAGES_A_VISIT = (1, 8)
PACKS = 60.0       # seconds between two, which take a core for ten


@dataclass
class Found:
    """What was seen so far."""

    began: float
    readings: list[tuple[float, float]] = field(default_factory=list)     # seconds since the beginning, megabytes
    runs: int = 0
    requests: int = 0
    packs: int = 0
    sessions: int = 0
    errors: list[str] = field(default_factory=list)

    def since(self) -> float:
        """Count the seconds since the beginning."""
        return time.monotonic() - self.began


def soak(minutes: float, seed: int = 1) -> dict[str, object]:
    """Let visitors come and go, and say how memory went."""
    places = load_edition(STARTER, geometry=False, verified=False).places
    codes = places.loc[~places["neighbour"].astype(bool), "code"].sample(PLACES, random_state=seed).tolist()
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), **AS_SERVED) as app:
        wait_until(lambda: '"event": "warm"' in app.said(), app.process, app.log)
        found = Found(time.monotonic())
        at_rest = app.memory()
        asyncio.run(_visited(app, found, codes, minutes * 60, seed))
        found.errors += [trace[-1000:] for trace in app.said().split("Traceback (most recent call last)")[1:]]
        return {"minutes": minutes, "visitors": VISITORS, "mb_at_rest": round(at_rest),
                **summed_up(found, minutes * 60)}


def summed_up(found: Found, seconds: float) -> dict[str, object]:
    """Compare the last sixth of the time with the one after the first third."""
    def between(start: float, end: float) -> list[float]:
        return [each for at, each in found.readings if start * seconds <= at < end * seconds]

    before, after = median(between(1 / 3, 1 / 2)), median(between(5 / 6, 1.1))
    return {
        "sessions": found.sessions, "runs": found.runs, "requests": found.requests, "packs": found.packs,
        "mb_after_a_third": round(before), "mb_at_the_end": round(after),
        "mb_by_sixths": [round(median(between(part / 6, (part + 1) / 6))) for part in range(6)],
        "mb_most": round(max(each for _, each in found.readings)),
        "growth_percent": round(100 * (after / before - 1), 1),
        "errors": len(found.errors), "first_errors": found.errors[:3]}


async def _visited(app: Running, found: Found, codes: list[str], seconds: float, seed: int) -> None:
    async def read() -> None:
        while True:
            found.readings.append((found.since(), app.memory()))
            await asyncio.sleep(LOOK)

    reading = asyncio.create_task(read())
    visitors = (_visitor(app, found, codes, seconds, random.Random(seed + number)) for number in range(VISITORS))
    await asyncio.gather(*visitors, _packs(app, found, codes, seconds, random.Random(seed)))
    reading.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await reading


async def _visitor(app: Running, found: Found, codes: list[str], seconds: float, chance: random.Random) -> None:
    """Come, look at some pages, and go, again and again."""
    while found.since() < seconds:
        try:
            session = await Session.open(app.port, _query(chance, codes), chance.choice(PAGES).url_path)
            found.sessions += 1
            for _ in range(chance.randint(*PAGES_A_VISIT)):
                await asyncio.sleep(THINKING)
                session.query, session.page = _query(chance, codes), ""
                await session.run(chance.choice(PAGES).url_path)
                found.runs += 1
                _note(found, session)
                await asyncio.to_thread(_ask, app, found, chance, codes)
                if found.since() >= seconds:
                    break
            await session.socket.close()
        except (OSError, TimeoutError) as error:
            found.errors.append(f"{type(error).__name__}: {error}")


async def _packs(app: Running, found: Found, codes: list[str], seconds: float, chance: random.Random) -> None:
    """Make a pack at times, as a reader does who presses the button."""
    while found.since() < seconds - PACKS:
        await asyncio.sleep(PACKS)
        session = await Session.open(app.port, urlencode({"place": chance.choice(codes)}), "evidence")
        buttons = [button.id for button in session.elements("button") if "pack_make" in button.id]
        if not buttons:
            found.errors.append("no button makes a pack")
            return
        await session.run("evidence", pressed=buttons[0])
        _note(found, session)
        found.packs += bool(session.elements("download_button"))
        await session.socket.close()


def _note(found: Found, session: Session) -> None:
    for error in session.elements("exception"):
        found.errors.append(f"{session.query}: {error.message[:200]}")


def _query(chance: random.Random, codes: list[str]) -> str:
    """Make a link to a place as somebody would have set it."""
    return urlencode({
        "place": chance.choice(codes), **dict(zip(("speed", "hub", "minutes", "work"), _view(chance), strict=True))})


def _view(chance: random.Random) -> tuple[str, str, int, str]:
    """Choose one of `VIEWS` views, the same for all visitors."""
    made = random.Random(chance.randrange(VIEWS))
    return (made.choice(list(SPEEDS)), made.choice(list(HUBS)), made.choice(range(30, 240, 10)),
            made.choice(["ons-2020", "dingel-neiman"]))


def _ask(app: Running, found: Found, chance: random.Random, codes: list[str]) -> None:
    """Ask for what needs no session."""
    place = chance.choice(codes)
    address = chance.choice([
        f"/place/{place}", f"/search?q={place}", f"/find.json?q={chance.choice('abcdefghilmnoprstw')}",
        f"/embed?place={place}", f"/map/picture-light.png?{_query(chance, codes)}", f"/card/place={place}.png",
        f"/api/v1/show?{_query(chance, codes)}", f"/share.json?place={place}",
        f"/take/table.csv?page=compare&place={place}"])
    status, _ = app.ask(address, headers={"X-Forwarded-For": f"10.0.{chance.randint(0, 9)}.{chance.randint(1, 250)}"})
    found.requests += 1
    if status not in {200, 429}:
        found.errors.append(f"{address}: {status}")


if __name__ == "__main__":
    told = soak(float(os.environ.get("MINUTES", "10")))
    print(json.dumps(told))
    sys.exit(1 if told["errors"] or float(str(told["growth_percent"])) > MOST else 0)
