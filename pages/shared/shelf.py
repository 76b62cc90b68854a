"""The editions that are served: found in their folders while the app runs, read when one is asked for, a few kept."""

import logging
import math
import os
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from weakref import WeakSet

from geo.core.cache import cached, forget_of
from geo.core.errors import EditionError
from geo.edition.at_hand import EditionAtHand, Stamp, edition_at_hand, stamp_of, stamps_in, stamps_of_files
from geo.edition.store import STARTER, Edition, lies_unchanged, load_edition

KEPT = 3
"""Editions kept in memory besides the usual one: each takes some 200 megabytes."""

WAITING = 16
"""Requests that may wait at once for an edition that is being read: more would hold up everybody's."""

TRIES = 5
"""How often an edition is read again that was exchanged while it was read."""

AGAIN = 5.0
"""Seconds after which an edition that could not be read is tried again, though its files are the same."""

_LOG = logging.getLogger(__name__)
_GONE: WeakSet[Edition] = WeakSet()     # kept no more, but a request may still be at work with one


@dataclass(frozen=True)
class _Lying:
    """What the environment says, and what lies there."""

    first: str       # SWATHE_EDITION
    several: str     # SWATHE_EDITIONS
    stamps: tuple[tuple[Path, Stamp], ...]     # of the editions in `several`
    stamp: Stamp | None     # of `first`
    problem: str     # with `several`

    @property
    def alone(self) -> Path | None:
        """The folder of the edition that the environment names; the starter's where it says nothing."""
        return Path(self.first) if self.first else None if self.several else STARTER


def _lying() -> _Lying:
    """Look at the folders, which is quick: a new edition is found without a restart."""
    first, several = (os.environ.get(name, "").strip() for name in ("SWATHE_EDITION", "SWATHE_EDITIONS"))
    stamps, problem = {}, ""
    if several:
        try:
            stamps = stamps_in(Path(several))
            problem = "" if stamps else f"{several} holds no edition: put the folders of editions into it"
        except EditionError as error:
            problem = str(error)
    return _Lying(first, several, tuple(stamps.items()), stamp_of(Path(first) if first else STARTER), problem)


@cached(1)
def _listed(lying: _Lying) -> tuple[EditionAtHand, ...]:
    """List the editions by their manifests, newest first; what is wrong with one is logged once, in a line."""
    found: dict[str, EditionAtHand] = {}
    if lying.problem:
        _LOG.error("SWATHE_EDITIONS: %s", lying.problem)
    named = [] if lying.alone is None or lying.stamp is None else [lying.alone]
    for folder in [*named, *(folder for folder, _ in lying.stamps)]:
        try:
            edition = edition_at_hand(folder)
        except EditionError as error:
            _shelf().tell(folder, f"The edition is not served: {' '.join(str(error).split())}")
            continue
        before = found.setdefault(edition.id, edition)
        if before is not edition and before.folder.resolve() != folder.resolve():
            _shelf().tell(
                folder, f"The edition is not served: {folder} has the same id as {before.folder}, {edition.id}")
    _shelf().keep_only({edition.folder for edition in found.values()})
    return tuple(sorted(found.values(), key=lambda edition: (edition.built_at, edition.id), reverse=True))


class _Refused(NamedTuple):
    """An edition that cannot be served."""

    files: object     # as they were then
    said: str         # why, to readers
    until: float      # by the clock of `time.monotonic`; it is looked at again then, whatever its files


class _Shelf:
    """Editions that were read, and why others cannot be."""

    def __init__(self) -> None:
        self._read: dict[Path, tuple[object, Edition]] = {}     # the one asked for last stands last
        self._refused: dict[Path, _Refused] = {}
        self._told: dict[Path, Stamp | None] = {}     # the manifests of those of which the log has a line
        self._looking, self._reading = threading.Lock(), threading.Lock()
        self._waiting = threading.Semaphore(WAITING)

    def take(self, folder: Path) -> Edition | str:
        """Give an edition, or say why it cannot be served: read once while it is the same, since that takes seconds.

        The log has the reason in full; readers are told without where the edition lies on the server.
        """
        found = self._kept(folder, stamps_of_files(folder))
        if found is not None:
            return found
        with self._reading:
            for _ in range(TRIES):
                files = stamps_of_files(folder)     # what is changed from now on is looked at next time
                found = self._kept(folder, files)
                if found is not None:
                    return found
                try:
                    found = self._loaded(folder)
                except (EditionError, OSError, MemoryError) as error:
                    fault = error
                    if stamps_of_files(folder) == files:
                        break     # and not put in place while the one before it was read
                else:
                    self._put(folder, files, found)
                    return found
            return self._refuse(folder, files, fault)

    def _loaded(self, folder: Path) -> Edition:
        """Read an edition, but for one that was read and is the same, though its files were touched."""
        with self._looking:
            _, before = self._read.get(folder, (None, None))
        found = before if before is not None and lies_unchanged(before) else load_edition(folder)
        edition_at_hand(folder)     # else no link could name it
        return found

    def _refuse(self, folder: Path, files: object, error: Exception) -> str:
        """Note that an edition cannot be served, and say why."""
        said = " ".join(str(error).split()) or "there is not enough memory to read it"
        self.tell(folder, f"The edition is not served: {said}")
        passes = not isinstance(error, EditionError) or isinstance(error.__cause__, OSError)
        until = time.monotonic() + AGAIN if passes else math.inf
        self._refused[folder] = _Refused(files, said.replace(str(folder), folder.name), until)
        return self._refused[folder].said

    def take_in_turn(self, folder: Path) -> Edition | str:
        """Do the same, and raise an EditionError where too many wait for editions that are being read."""
        found = self._kept(folder, stamps_of_files(folder))
        if found is not None:
            return found
        if not self._waiting.acquire(blocking=False):
            raise EditionError("too many ask for other editions at this moment; please ask again in a minute")
        try:
            return self.take(folder)
        finally:
            self._waiting.release()

    def refuses(self, folder: Path, files: object = None) -> bool:
        """Tell whether an edition was found to be unsound, and is as it was then."""
        refused = self._refused.get(folder)
        return (refused is not None and refused.files == (files or stamps_of_files(folder))
                and time.monotonic() < refused.until)

    def tell(self, folder: Path, said: str) -> None:
        """Say in the log what is wrong with an edition, once until it is sound or another one lies there."""
        stamp = stamp_of(folder)
        if folder not in self._told or self._told[folder] != stamp:
            self._told[folder] = stamp
            _LOG.error("%s", said)

    def keep_only(self, folders: Collection[Path]) -> None:
        """Let go of editions that lie there no more."""
        with self._looking:
            left = [self._read.pop(folder)[1] for folder in list(self._read) if folder not in folders]
        for edition in left:
            _let_go(edition)

    def _kept(self, folder: Path, files: object) -> Edition | str | None:
        with self._looking:
            before, edition = self._read.get(folder, (None, None))
            if edition is not None and before == files:
                self._read[folder] = self._read.pop(folder)
                return edition
        return self._refused[folder].said if self.refuses(folder, files) else None

    def _put(self, folder: Path, files: object, edition: Edition) -> None:
        if folder in self._told:
            del self._told[folder]
            _LOG.warning("The edition is served again: %s", edition.id)
        self._refused.pop(folder, None)
        with self._looking:
            replaced = [self._read.pop(folder)[1]] if folder in self._read else []
            self._read[folder] = files, edition
            oldest = list(self._read)[:-(KEPT + 1)]
            left = [*replaced, *(self._read.pop(other)[1] for other in oldest)]
        for gone in left:
            if gone is not edition:
                _let_go(gone)


@cached(1)
def _shelf() -> _Shelf:
    """Give the one shelf, which is cleared with all else that is kept."""
    return _Shelf()


def _let_go(edition: Edition) -> None:
    """Forget what was worked out of an edition, which would keep it in memory."""
    _GONE.add(edition)
    forget_of(edition)


def editions() -> list[EditionAtHand]:
    """List the editions that are served, newest first, as their manifests tell of them."""
    return [edition for edition in _listed(_lying()) if not _shelf().refuses(edition.folder)]


def usual_edition() -> Edition:
    """Give the edition that is shown where none is named.

    It is the one that SWATHE_EDITION names (its folder, or the id of one in SWATHE_EDITIONS), else the newest, else the
    starter; where that one is unsound, the newest that is sound. An EditionError says why there is none.
    """
    lying = _lying()
    listed = _listed(lying)
    by_id = {edition.id: edition.folder for edition in listed}
    first = by_id.get(lying.first, lying.alone)
    folders = dict.fromkeys([*([first] if first else []), *(edition.folder for edition in listed)])
    reasons = []
    for folder in folders:
        found = _shelf().take(folder)
        if isinstance(found, Edition):
            return found
        reasons.append(found)
    raise EditionError(reasons[0] if reasons else f"{Path(lying.several).name} holds no edition that can be served")


def edition_by_id(name: str) -> Edition | None:
    """Give the edition of this id; None where it is not served, an EditionError where too many ask for others."""
    for gone in list(_GONE):     # what a request that was at work then has worked out of it since
        forget_of(gone)
    for edition in _listed(_lying()):
        if edition.id == name:
            found = _shelf().take_in_turn(edition.folder)
            return found if isinstance(found, Edition) and found.id == name else None
    return None
