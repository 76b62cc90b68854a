"""The command update: publishers' files fetched, an edition built, checked, compared, and only then put in place."""

import os
import re
from argparse import Namespace
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path

from geo.cli.fetch import left_by_hand, outcome_row, patience_of, planned_by, told
from geo.cli.options import print_answer
from geo.core.choices import region_called
from geo.core.errors import AtWorkError, CheckError, EditionError, SwatheError, UnsoundEditionError
from geo.core.spread import InTurn, spread_over
from geo.edition.at_hand import edition_at_hand, stamps_in
from geo.edition.build import build_edition
from geo.edition.manifest import MANIFEST
from geo.edition.store import at_work, load_edition, refuse_to_overwrite
from geo.figures.consistency import problems_of
from geo.figures.jumps import Comparison, compare
from geo.sources.fetch.run import fetch_all
from geo.words.build import about_build
from geo.words.update import (
    NOT_ADDED,
    NOT_REPLACED,
    changed,
    not_comparable,
    nothing_new,
    refusal,
    replaced,
    unsound,
)

SETTING = "SWATHE_EDITION"
_OF_A_DAY = re.compile(r"\.(\d{4}-\d\d-\d\d(?:-\d+)?)(?:-|\.lock$)")     # what a build makes beside an edition


def update(options: Namespace) -> None:
    """Fetch, build, check, compare, and put the new edition in place where that is plausible or accepted."""
    folder, before, refused = _places(options)
    refuse_to_overwrite(folder)
    # From the beginning, so that none is put there in the meantime that was not compared; and nothing is fetched for
    # workers that are not there.
    with at_work(folder), spread_over(options.workers) as spread:
        _update(options, folder, Judge(before, accept=options.accept, refused=refused), spread)


def _update(options: Namespace, folder: Path, judge: "Judge", spread: InTurn) -> None:
    asked, patience = planned_by(options), patience_of(options)
    outcomes = fetch_all(asked.wanted, options.into, patience)
    if not options.json:
        print("\n".join([*told(outcomes, options.into), *left_by_hand(asked, options.into)]), flush=True)
    answer = {"fetched": [outcome_row(each, options.into) for each in outcomes], "replaced": False}
    try:
        manifest = build_edition(options.into, folder, options.name or folder.absolute().name,
                                 area=region_called(options.area).code, accept_partial=options.accept_partial,
                                 judge=judge, spread=spread)
    except NothingNewError as error:
        print_answer(options, {**answer, **judge.as_json(), "said": str(error)}, str(error))
        return
    except CheckError as error:
        print_answer(options, {**answer, **judge.as_json(), "problem": str(error)}, *judge.words())
        raise
    answer |= {"replaced": True, "id": manifest["id"], **judge.as_json()}
    print_answer(options, answer, *about_build(manifest), *judge.words(), replaced(folder, manifest["id"]))


class NothingNewError(CheckError):
    """A new edition has the very figures of the one that it would stand beside."""


class Judge:
    """Decides whether a new edition may take the place of the one in a folder, or stand beside it."""

    def __init__(self, before: Path | None, *, accept: bool, refused: str) -> None:
        self._before, self._accept, self._refused = before, accept, refused
        self._comparison: Comparison | None = None

    def __call__(self, new: Path) -> None:
        """Raise a CheckError where it may not."""
        edition = load_edition(new, verified=False)
        if problems := problems_of(edition):
            raise UnsoundEditionError(unsound(problems, self._refused))
        if self._before is None or not (self._before / MANIFEST).is_file():
            return
        try:
            before = load_edition(self._before, geometry=False)
        except EditionError as error:
            if self._accept:
                return
            raise CheckError(not_comparable(str(error), self._refused)) from error
        self._comparison = compare(before, edition)
        if self._refused == NOT_ADDED and _figures(before.id) == _figures(edition.id):
            raise NothingNewError(nothing_new(before.id))
        if not self._comparison.plausible and not self._accept:
            raise CheckError(refusal(self._comparison, self._refused))

    def words(self) -> list[str]:
        """Say what changed, where there was something to compare with."""
        return changed(self._comparison) if self._comparison else []

    def as_json(self) -> dict[str, object]:
        """Return what changed, for programs."""
        found = self._comparison
        return {} if found is None else {
            "changes": [{**asdict(jump), "too_far": jump.too_far} for jump in found.jumps], "lost": found.lost,
            "weaker": found.bases}


def _places(options: Namespace) -> tuple[Path, Path | None, str]:
    """Return where the new edition goes, which one it is compared with, and what is said where it is refused."""
    if options.edition and options.editions:
        raise SwatheError("--edition replaces an edition, --editions adds one to a folder of them: name one of the two")
    if options.editions:
        _sweep_days(options.editions)
        return _of_today(options.editions), _newest(options.editions), NOT_ADDED
    if not (options.edition or os.environ.get(SETTING)):
        raise SwatheError(f"which edition is to be replaced? Name it with --edition DIR, or set {SETTING}; or add one "
                          "to a folder of editions with --editions DIR")
    folder = Path(options.edition or os.environ[SETTING])
    return folder, folder, NOT_REPLACED


def _of_today(editions: Path) -> Path:
    """Name a new folder after the day; a second one of a day gets a number."""
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    names = chain([day], (f"{day}-{number}" for number in count(2)))
    return next(editions / name for name in names if not (editions / name).exists())


def _newest(editions: Path) -> Path | None:
    """Find the edition that was built last."""
    if not editions.exists():
        return None
    found = [edition_at_hand(folder) for folder in stamps_in(editions)]
    return max(found, key=lambda each: each.built_at).folder if found else None


def _sweep_days(editions: Path) -> None:
    """Clear away what updates of other days left that were killed; a build clears away its own folder's alone."""
    left = [_OF_A_DAY.match(path.name) for path in (editions.iterdir() if editions.is_dir() else ())]
    for day in {found[1] for found in left if found}:
        with suppress(AtWorkError), at_work(editions / day):     # unless one is at work there since before midnight
            pass


def _figures(identity: str) -> str:
    """Give the part of an id that is made from the figures."""
    return identity.rpartition("-")[2]
