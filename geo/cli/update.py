"""The command update: publishers' files fetched, an edition built, checked, compared, and only then put in place."""

import os
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

from geo.cli.fetch import left_by_hand, outcome_row, patience_of, planned_by, told
from geo.cli.options import print_answer
from geo.core.errors import CheckError, EditionError, SwatheError, UnsoundEditionError
from geo.edition.build import build_edition
from geo.edition.manifest import MANIFEST
from geo.edition.store import load_edition, refuse_to_overwrite
from geo.figures.consistency import problems_of
from geo.figures.jumps import Comparison, compare
from geo.sources.fetch.run import fetch_all
from geo.words.build import about_build
from geo.words.update import changed, not_comparable, refusal, replaced

SETTING = "SWATHE_EDITION"


def update(options: Namespace) -> None:
    """Fetch, build, check, compare, and replace an edition by the new one where that is plausible or accepted."""
    folder = _edition_folder(options)
    refuse_to_overwrite(folder)
    asked, patience = planned_by(options), patience_of(options)
    outcomes = fetch_all(asked.wanted, options.into, patience)
    if not options.json:
        print("\n".join([*told(outcomes, options.into), *left_by_hand(asked, options.into)]), flush=True)
    judge = Judge(folder, accept=options.accept)
    answer = {"fetched": [outcome_row(each, options.into) for each in outcomes], "replaced": False}
    try:
        manifest = build_edition(options.into, folder, options.name or folder.absolute().name,
                                 accept_partial=options.accept_partial, judge=judge)
    except CheckError as error:
        print_answer(options, {**answer, **judge.as_json(), "problem": str(error)}, *judge.words())
        raise
    answer |= {"replaced": True, "id": manifest["id"], **judge.as_json()}
    print_answer(options, answer, *about_build(manifest), *judge.words(), replaced(folder, manifest["id"]))


class Judge:
    """Decides whether a new edition may take the place of the one in a folder."""

    def __init__(self, folder: Path, *, accept: bool) -> None:
        self._folder = folder
        self._accept = accept
        self._comparison: Comparison | None = None

    def __call__(self, new: Path) -> None:
        """Raise a CheckError where it may not."""
        edition = load_edition(new, verified=False)
        if problems := problems_of(edition):
            raise UnsoundEditionError(f"the edition was not replaced, the new one does not hold: {'; '.join(problems)}")
        if not (self._folder / MANIFEST).is_file():
            return
        try:
            before = load_edition(self._folder, geometry=False)
        except EditionError as error:
            if self._accept:
                return
            raise CheckError(not_comparable(str(error))) from error
        self._comparison = compare(before, edition)
        if not self._comparison.plausible and not self._accept:
            raise CheckError(refusal(self._comparison))

    def words(self) -> list[str]:
        """Say what changed, where there was something to compare with."""
        return changed(self._comparison) if self._comparison else []

    def as_json(self) -> dict[str, object]:
        """Return what changed, for programs."""
        found = self._comparison
        return {} if found is None else {
            "changes": [{**asdict(jump), "too_far": jump.too_far} for jump in found.jumps], "lost": found.lost,
            "weaker": found.bases}


def _edition_folder(options: Namespace) -> Path:
    """Return the edition to replace: the one named, else the one that the app serves by its setting."""
    if options.edition:
        return Path(options.edition)
    if not os.environ.get(SETTING):
        raise SwatheError(f"which edition is to be replaced? Name it with --edition DIR, or set {SETTING}")
    return Path(os.environ[SETTING])
