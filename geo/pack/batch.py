"""A brief for every place of a kind, on all cores; one that fails does not lose the others."""

import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path

from tqdm import tqdm

from geo.core.choices import REGION
from geo.core.errors import PackError, SwatheError
from geo.edition.store import load_edition
from geo.figures.ranking import places_inside
from geo.pack.file.archive import write_whole
from geo.pack.make import make_brief
from geo.pack.request import Request


def make_every(kind: str, request: Request, edition_folder: Path, folder: Path) -> list[Path]:
    """Write a brief for every place of a kind that lies wholly in the South West into a folder; return their paths.

    Each has the request's texts and options; its place does not count. When some cannot be made, the others are
    written, and a PackError names each with its reason.
    """
    edition = load_edition(edition_folder, geometry=False)
    codes = places_inside(edition, kind, REGION).index.tolist()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PackError(f"{folder} cannot be written to ({error.strerror}): give another folder") from error
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    workers = ProcessPoolExecutor(max(1, min(len(codes), cores)), get_context("spawn"))
    try:
        found = workers.map(partial(_make_one, edition_folder, request, folder), codes)
        made = list(tqdm(found, total=len(codes), unit="brief", disable=None))
    finally:
        workers.shutdown(cancel_futures=True)       # none is left behind when this process is stopped
    paths, failed = [path for path in made if isinstance(path, Path)], [why for why in made if isinstance(why, str)]
    if failed:
        raise PackError(f"{len(paths)} of {len(codes)} written to {folder}; not made: {'; '.join(sorted(failed))}")
    return sorted(paths)


# Read once in each worker process.
_edition = cache(load_edition)


def _make_one(edition_folder: Path, request: Request, folder: Path, code: str) -> Path | str:
    """Write the brief of a place; return its path, or why it could not be made."""
    try:
        name, content = make_brief(_edition(edition_folder), replace(request, view=request.view.replace(place=code)))
        write_whole(folder / name, content)
    except (SwatheError, OSError) as error:
        return f"{code}: {error}"
    return folder / name
