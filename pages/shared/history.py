"""A place in every edition that is served: what is kept of each for that, read once."""

import logging
from pathlib import Path

import pandas as pd

from geo.core.cache import cached, forget_of
from geo.core.errors import EditionError
from geo.core.view import names_own_area
from geo.edition.at_hand import stamps_of_files
from geo.edition.store import load_edition
from geo.figures.history import Remembered, history, remembered
from pages.shared.data import editions
from pages.shared.shelf import usual_edition

MOST = 60
"""Editions of which figures are kept: a megabyte each."""

_LOG = logging.getLogger(__name__)


@cached(MOST)
def _kept(folder: Path, name: str, _files: object) -> Remembered | None:
    """Keep of an edition what a history needs; None of one that cannot be read."""
    try:
        served = usual_edition()
        if (served.folder, served.id) == (folder, name):
            return remembered(served)
        read = load_edition(folder, geometry=False, verified=False)
    except (EditionError, OSError) as error:
        _LOG.error("An edition is left out of histories: %s", " ".join(str(error).split()))
        return None
    found = remembered(read)
    forget_of(read)     # what was worked out of it would keep all of it in memory
    return found if found.facts.id == name else None


def history_of(code: str) -> pd.DataFrame:
    """Lay out what every edition that is served counted in a place, not to be changed; of an own area no rows."""
    at_hand = () if names_own_area(code) else tuple(
        (each.folder, each.id, stamps_of_files(each.folder)) for each in editions()[:MOST])
    return _history(code, at_hand)


@cached(128)
def _history(code: str, at_hand: tuple[tuple[Path, str, object], ...]) -> pd.DataFrame:
    kept = (_kept(*each) for each in at_hand)
    return history([each for each in kept if each is not None], code)


def warm_history() -> None:
    """Read beforehand what histories need of every edition."""
    history_of("")
