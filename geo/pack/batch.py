"""A brief for every place of a kind, on all cores or by workers elsewhere; one that fails does not lose the others."""

import json
import os
import sys
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from subprocess import PIPE, Popen
from typing import IO, Any, cast

from tqdm import tqdm

import geo
from geo.core.errors import AtWorkError, PackError, SwatheError
from geo.core.locks import alone
from geo.core.shortage import shortage
from geo.core.spread import IN_TURN, InTurn
from geo.core.view import View
from geo.edition.sent import SentEdition
from geo.edition.store import Edition, load_edition
from geo.figures.profile import place_profile
from geo.figures.ranking import places_inside
from geo.pack.briefs import Brief, beside_briefs
from geo.pack.file.archive import write_whole
from geo.pack.make import make_brief
from geo.pack.request import Request

# Not a `ProcessPoolExecutor`: when it is stopped while it starts, that one hangs, or leaves semaphores behind.
# Matplotlib warns while it is imported where it cannot keep its fonts.
_WORKER = [sys.executable, "-P", "-c", (
    "import logging; logging.getLogger('matplotlib').setLevel(logging.ERROR); "
    "from geo.pack.batch import answer; answer()")]
_PATHS = os.pathsep.join([str(Path(geo.__path__[0]).parent), *filter(None, sys.path)])
_Made = list[tuple[str, dict[str, Any]]]
_ENDED = "the process that was to make it has ended"


def make_every(
    kind: str, request: Request, edition_folder: Path, folder: Path, spread: InTurn = IN_TURN,
) -> list[Path]:
    """Write a brief for every place of a kind that lies wholly in the region into a folder; return all paths.

    Beside them stand a workbook that lists them and a manifest (`geo.pack.briefs`).

    Each has the request's texts and options; its place does not count. Without `spread` processes of this machine make
    them, one a core. When some cannot be made, the others are written, and a PackError names each with its reason.
    """
    edition = load_edition(edition_folder, geometry=False)
    codes = places_inside(edition, kind, edition.region.code).index.tolist()
    with ExitStack() as held:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            held.enter_context(alone(
                folder / ".swathe-briefs.lock", f"briefs are being made in {folder} at this moment: wait for them"))
        except AtWorkError:
            raise
        except OSError as error:
            raise PackError(f"{folder} cannot be written to ({error.strerror}): give another folder") from error
        made, ended = (_made_here(edition, codes, request, folder) if spread is IN_TURN else
                       (_made_by(spread, edition, codes, request, folder), _ENDED))
        failed = [f"{code}: {made[code]['why'] if code in made else ended}" for code in codes
                  if code not in made or made[code]["why"]]
        briefs = [Brief(**told["brief"]) for told in made.values() if not told["why"]]
        paths = [folder / brief.file for brief in briefs]
        for name, content in beside_briefs(edition, request, kind, briefs).items() if briefs else ():
            write_whole(folder / name, content)
            paths.append(folder / name)
    if failed:
        raise PackError(f"{len(briefs)} of {len(codes)} written to {folder}; not made: {'; '.join(sorted(failed))}")
    return sorted(paths)


def _made_by(
    spread: InTurn, edition: Edition, codes: list[str], request: Request, folder: Path,
) -> dict[str, dict[str, Any]]:
    """Have others make briefs, who have no folder in common with this process; only it writes."""
    made = {}
    with tqdm(total=len(codes), unit="brief", disable=None) as progress:
        told = spread(_make_elsewhere, codes, SentEdition.of(edition), request)
        for code, (answered, contents) in zip(codes, told, strict=True):
            try:
                for name, content in contents.items():
                    write_whole(folder / name, content)
                made[code] = answered
            except (SwatheError, OSError) as error:
                made[code] = _failed(error)
            progress.update()
    return made


def _make_elsewhere(code: str, sent: SentEdition, request: Request) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Make a brief where nothing can be written: what there is to say of it, and the file by its name."""
    contents: dict[str, bytes] = {}
    return _make_one(sent.edition, request, contents.__setitem__, code), contents


def _made_here(
    edition: Edition, codes: list[str], request: Request, folder: Path,
) -> tuple[dict[str, dict[str, Any]], str]:
    """Have processes of this machine make them, who write too."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    job = json.dumps({"edition": str(edition.folder), "folder": str(folder), "request": asdict(request)})
    number, waiting = max(1, min(len(codes), cores)), deque(codes)
    with tqdm(total=len(codes), unit="brief", disable=None) as progress, ThreadPoolExecutor(number) as threads:
        try:
            turns = [threads.submit(_make_in_turn, job, waiting, progress) for _ in range(number)]
            return _gathered(turns)
        finally:
            waiting.clear()     # when this process is stopped, it waits for the briefs that are being made alone


def _gathered(turns: Sequence[Future[_Made]]) -> tuple[dict[str, dict[str, Any]], str]:
    """Wait for all that was made, by code, and say why what is missing is; one that cannot start harms no other."""
    made: dict[str, dict[str, Any]] = {}
    ended = _ENDED
    for turn in turns:
        try:
            made |= dict(turn.result())
        except OSError as error:     # no process, no pipe
            ended = shortage(error) or str(error)
    return made, ended


def _make_in_turn(job: str, waiting: deque[str], progress: tqdm) -> _Made:
    """Have a process make brief after brief of those that wait: what it answered, by code."""
    made = []
    with suppress(BrokenPipeError, IndexError), Popen(  # noqa: S603 - it has ended; none waits. Runs what stands above
        _WORKER, stdin=PIPE, stdout=PIPE, text=True, env={**os.environ, "PYTHONPATH": _PATHS},
        start_new_session=True,     # what stops all of a terminal does not reach it
    ) as process:
        asks, answers = cast("IO[str]", process.stdin), cast("IO[str]", process.stdout)
        print(job, file=asks, flush=True)
        while answers.readline():       # it is ready
            code = waiting.popleft()
            print(code, file=asks, flush=True)
            if told := answers.readline():
                made.append((code, json.loads(told)))
                progress.update()
    return made


def answer() -> None:
    """Be such a process: tell when ready for a code, and of each the file's name, or why it could not be made."""
    asked = sys.stdin.readline()
    if not asked:       # who asked is gone already
        return
    job = json.loads(asked)
    edition, folder = load_edition(Path(job["edition"])), Path(job["folder"])
    request = Request(**{**job["request"], "view": View(**job["request"]["view"])})

    def write(name: str, content: bytes) -> None:
        write_whole(folder / name, content)

    try:
        print(flush=True)
        for line in sys.stdin:
            print(json.dumps(_make_one(edition, request, write, line.strip())), end="\n\n", flush=True)
    except BrokenPipeError:     # who asked was killed; what cannot be told is not tried once more at the end
        os._exit(1)


def _make_one(
    edition: Edition, request: Request, write: Callable[[str, bytes], None], code: str,
) -> dict[str, Any]:
    """Make the brief of a place, and have it written: what there is to say of it, or why it could not be made."""
    asked = replace(request, view=request.view.replace(place=code))
    try:
        name, content = make_brief(edition, asked)
        write(name, content)
    except Exception as error:  # noqa: BLE001 - what is not meant for users is raised again
        return _failed(error)
    profile = place_profile(edition, asked.view)
    return {"why": "", "brief": asdict(Brief.of(asked, profile, name, sha256(content).hexdigest()))}


def _failed(error: Exception) -> dict[str, Any]:
    """Say why a brief could not be made."""
    lacking = shortage(error)
    if not lacking and not isinstance(error, SwatheError | OSError):
        raise error
    return {"why": lacking or str(error)}
