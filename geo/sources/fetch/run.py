"""All that is wanted, several publishers at once, two files a host at most; what fails harms nothing else."""

import os
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from tqdm import tqdm

from geo.core.errors import FetchError, SwatheError
from geo.core.locks import alone
from geo.sources.catalogue import sha256_of
from geo.sources.fetch.contents import refuse_other
from geo.sources.fetch.plan import Wanted
from geo.sources.fetch.receipts import Receipts
from geo.sources.fetch.services import SERVICES
from geo.sources.fetch.web import Patience, SkippedError, Visit, disk_fault

AT_ONCE = 2
"""Files fetched from one host at a time."""

State = Literal["fetched", "unchanged", "failed", "skipped"]


@dataclass(frozen=True)
class Outcome:
    """What became of one file."""

    wanted: Wanted
    state: State
    reason: str = ""      # why it failed or was skipped, to follow the name of the file
    bytes: int = 0
    sha256: str = ""


def fetch_all(wanted: Iterable[Wanted], folder: Path, patience: Patience | None = None) -> list[Outcome]:
    """Fetch files into a folder.

    Parameters
    ----------
    folder
        Where they go; it is made where it is not there.

    Returns
    -------
    list of Outcome
        One a file, in order; those that could not be had among them.

    Raises
    ------
    SwatheError
        When the folder cannot be written to, its receipts are damaged, or another fetch is at work in it.
    """
    _make(folder)
    with alone(folder / ".fetch.lock", f"another fetch is at work in {folder} at this moment: wait for it"):
        return _fetched(wanted, folder, patience)


def _fetched(wanted: Iterable[Wanted], folder: Path, patience: Patience | None) -> list[Outcome]:
    visit = Visit(folder, Receipts(folder), patience or Patience())
    pools: dict[str, ThreadPoolExecutor] = {}
    tasks: list[Future[Outcome]] = []
    try:
        for each in wanted:
            host = urlsplit(each.download.address).netloc
            pool = pools.setdefault(host, ThreadPoolExecutor(AT_ONCE, thread_name_prefix=f"fetch {host}"))
            tasks.append(pool.submit(fetch_one, visit, each))
        return [task.result() for task in tasks]
    finally:      # somebody who stops the command does not wait for what others send
        visit.stop.set()
        for pool in pools.values():
            pool.shutdown(wait=False, cancel_futures=True)


def fetch_one(visit: Visit, wanted: Wanted) -> Outcome:
    """Fetch one file: into a part file, looked at, then given its name."""
    final, part = visit.folder / wanted.name, visit.part(wanted.name)
    try:
        if wanted.download.sha256 and final.is_file() and sha256_of(final) == wanted.download.sha256:
            return Outcome(wanted, "unchanged", bytes=final.stat().st_size, sha256=wanted.download.sha256)
        with tqdm(unit="B", unit_scale=True, desc=wanted.name, disable=None, leave=False) as bar:
            receipt = SERVICES[wanted.download.service](visit, wanted, bar)
        if receipt is None:
            return Outcome(wanted, "unchanged", bytes=final.stat().st_size, sha256=sha256_of(final))
        try:
            digest = refuse_other(part, wanted)
        except FetchError:
            part.unlink()
            visit.receipts.note_part(wanted.name, None)
            raise
        size, known = part.stat().st_size, final.is_file() and sha256_of(final) == digest
        if known:
            part.unlink()
        else:
            part.replace(final)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        visit.receipts.note_whole(wanted.name, replace(receipt, at=now, bytes=size, sha256=digest))
        return Outcome(wanted, "unchanged" if known else "fetched", bytes=size, sha256=digest)
    except SkippedError as error:
        return Outcome(wanted, "skipped", str(error))
    except FetchError as error:
        return Outcome(wanted, "failed", str(error))
    except OSError as error:
        return Outcome(wanted, "failed", str(disk_fault(error, visit.folder)))


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK)
    except OSError:      # a file of that name, or no permission
        writable = False
    if not writable:
        raise SwatheError(f"{folder}: no folder that may be written to: give another --into")
