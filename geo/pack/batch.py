"""A brief for every place of a kind, on all cores; one that fails does not lose the others."""

import os
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

from tqdm import tqdm

from geo.edition import Edition, load_edition
from geo.errors import PackError, SwatheError
from geo.figures.ranking import places_inside
from geo.pack.archive import write_whole
from geo.pack.make import make_brief
from geo.pack.request import Request
from geo.vocabulary import REGION

__all__ = ["make_every"]

_HELD: list[Edition] = []
"""The edition of a worker process, read once."""


def make_every(kind: str, request: Request, edition_folder: Path, folder: Path) -> list[Path]:
    """Make a brief for every place of a kind that lies wholly in the South West.

    Parameters
    ----------
    kind
        A key of `geo.vocabulary.KINDS`.
    request
        Title, author, note and options of each; its place does not count.
    edition_folder
        The edition.
    folder
        Where the files go; made if it is not there. Files of the same name are replaced.

    Returns
    -------
    list of pathlib.Path
        What was written, by name.

    Raises
    ------
    PackError
        When some could not be made: the text names each with its reason, the others are written.
    ViewError
        When there is no such kind.
    """
    edition = load_edition(edition_folder, geometry=False)
    codes = places_inside(edition, kind, REGION).index.tolist()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PackError(f"{folder} cannot be written to ({error.strerror}): give another folder") from error
    made: list[Path] = []
    failed: list[str] = []
    with _workers(edition_folder, len(codes)) as workers:
        waiting: dict[Future[Path], str] = {
            workers.submit(_one, replace(request, view=request.view.replace(place=code)), folder): code
            for code in codes}
        for done in tqdm(as_completed(waiting), total=len(waiting), unit="brief", disable=None):
            try:
                made.append(done.result())
            except (SwatheError, OSError) as error:
                failed.append(f"{waiting[done]}: {error}")
    if failed:
        raise PackError(f"{len(made)} of {len(codes)} written to {folder}; not made: {'; '.join(sorted(failed))}")
    return sorted(made)


@contextmanager
def _workers(edition_folder: Path, most: int) -> Iterator[ProcessPoolExecutor]:
    """Start a process a core, each with the edition; none is left behind when this one is stopped."""
    count = max(1, min(most, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1))
    workers = ProcessPoolExecutor(count, get_context("spawn"), _start, (edition_folder,))
    try:
        yield workers
    finally:
        workers.shutdown(wait=True, cancel_futures=True)


def _start(edition_folder: Path) -> None:
    _HELD[:] = [load_edition(edition_folder)]


def _one(request: Request, folder: Path) -> Path:
    name, content = make_brief(_HELD[0], request)
    write_whole(folder / name, content)
    return folder / name
