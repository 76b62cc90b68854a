"""The editions that are served: found in their folders while the app runs, read when one is asked for, a few kept."""

import logging
import os
import threading
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakSet

from geo.core.cache import cached, forget_of
from geo.core.errors import EditionError
from geo.edition.at_hand import EditionAtHand, Stamp, edition_at_hand, stamp_of, stamps_in
from geo.edition.store import STARTER, Edition, load_edition

KEPT = 3
"""Editions kept in memory besides the usual one: each takes some 200 megabytes."""

WAITING = 16
"""Requests that may wait at once for an edition that is being read: more would hold up everybody's."""

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
            _LOG.error("An edition is not served: %s", str(error).replace("\n", " "))
            continue
        before = found.setdefault(edition.id, edition)
        if before is not edition and before.folder.resolve() != folder.resolve():
            _LOG.error("An edition is not served: %s has the same id as %s, %s", folder, before.folder, edition.id)
    _shelf().keep_only({edition.folder for edition in found.values()})
    return tuple(sorted(found.values(), key=lambda edition: (edition.built_at, edition.id), reverse=True))


class _Shelf:
    """Editions that were read, and why others cannot be."""

    def __init__(self) -> None:
        self._read: dict[Path, tuple[Stamp | None, Edition]] = {}     # the one asked for last stands last
        self._refused: dict[Path, tuple[object, str]] = {}
        self._looking, self._reading = threading.Lock(), threading.Lock()
        self._waiting = threading.Semaphore(WAITING)

    def take(self, folder: Path) -> Edition | str:
        """Give an edition, or say why it cannot be served: read once while it is the same, since that takes seconds.

        The log has the reason in full; readers are told without where the edition lies on the server.
        """
        stamp = stamp_of(folder)
        found = self._kept(folder, stamp)
        if found is not None:
            return found
        with self._reading:
            found = self._kept(folder, stamp)
            if found is None:
                files = _files(folder)
                try:
                    found = load_edition(folder)
                except (EditionError, OSError) as error:
                    said = " ".join(str(error).split())
                    _LOG.error("The edition is not served: %s", said)
                    found = said.replace(str(folder), folder.name)
                    self._refused[folder] = files, found
                else:
                    self._put(folder, stamp, found)
        return found

    def take_in_turn(self, folder: Path) -> Edition | str:
        """Do the same, and raise an EditionError where too many wait for editions that are being read."""
        found = self._kept(folder, stamp_of(folder))
        if found is not None:
            return found
        if not self._waiting.acquire(blocking=False):
            raise EditionError("too many ask for other editions at this moment; please ask again in a minute")
        try:
            return self.take(folder)
        finally:
            self._waiting.release()

    def refuses(self, folder: Path) -> bool:
        """Tell whether an edition was found to be unsound, and is as it was then."""
        files, _ = self._refused.get(folder, (None, ""))
        return files is not None and files == _files(folder)

    def keep_only(self, folders: Collection[Path]) -> None:
        """Let go of editions that lie there no more."""
        with self._looking:
            left = [self._read.pop(folder)[1] for folder in list(self._read) if folder not in folders]
        for edition in left:
            _let_go(edition)

    def _kept(self, folder: Path, stamp: Stamp | None) -> Edition | str | None:
        with self._looking:
            before, edition = self._read.get(folder, (None, None))
            if edition is not None and before == stamp:
                self._read[folder] = self._read.pop(folder)
                return edition
        return self._refused[folder][1] if self.refuses(folder) else None

    def _put(self, folder: Path, stamp: Stamp | None, edition: Edition) -> None:
        with self._looking:
            replaced = [self._read.pop(folder)[1]] if folder in self._read else []
            self._read[folder] = stamp, edition
            oldest = list(self._read)[:-(KEPT + 1)]
            left = [*replaced, *(self._read.pop(other)[1] for other in oldest)]
        for gone in left:
            _let_go(gone)


@cached(1)
def _shelf() -> _Shelf:
    """Give the one shelf, which is cleared with all else that is kept."""
    return _Shelf()


def _files(folder: Path) -> object:
    return tuple(sorted((file.name, file.stat().st_mtime_ns) for file in folder.glob("*")))


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
