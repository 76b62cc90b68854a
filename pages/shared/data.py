"""The edition being served, and what pages ask of it: every answer is one that the analysis keeps for all readers."""

import logging
import os
from pathlib import Path

import pandas as pd

from geo.core.cache import cached
from geo.core.choices import REGION
from geo.core.errors import EditionError
from geo.core.measures import MEASURES
from geo.core.view import View
from geo.edition.places import Place, named
from geo.edition.store import STARTER, Edition, load_edition
from geo.figures.certainty import list_intervals
from geo.figures.place import PlaceFigures, show
from geo.figures.profile import PlaceProfile, place_profile
from geo.figures.ranking import rank

_LOG = logging.getLogger(__name__)


@cached(1)
def edition() -> Edition:
    """Load the edition named by the environment variable SWATHE_EDITION (a folder), else the starter edition."""
    folder = Path(os.environ.get("SWATHE_EDITION") or STARTER)
    found = _load(folder, tuple(sorted((file.name, file.stat().st_mtime_ns) for file in folder.glob("*"))))
    if isinstance(found, str):
        raise EditionError(found)
    return found


@cached(1)
def _load(folder: Path, _files: tuple[tuple[str, int], ...]) -> Edition | str:
    """Load an edition, or say why not: once while its files are the same, since reading it takes seconds.

    The log has the reason in full; readers are told without where the edition lies on the server.
    """
    try:
        return load_edition(folder)
    except EditionError as error:
        _LOG.error("The edition is not served: %s", error)
        return str(error).replace(str(folder), folder.name)


def figure_options(view: View) -> View:
    """Forget of a view what changes no figure, so that equal figures are found again."""
    return View().replace(**view.options())


def place(code: str) -> Place:
    """Find a place of the edition."""
    return edition().place(code)


def place_of(view: View) -> Place:
    """Find the view's place, called as the view calls it."""
    return named(place(view.place), view.name)


def summary(view: View) -> PlaceFigures:
    """Work out every figure of the view's place."""
    return show(edition(), view)


def profile(view: View) -> PlaceProfile:
    """Assemble what is shown of the view's place, whatever it asks of where first."""
    return place_profile(edition(), figure_options(view).replace(place=view.place, name=view.name))


def ranking(view: View, by: str, measure: str, within: str = REGION) -> pd.DataFrame:
    """Rank places of one kind by count, or by the figure itself where there is none; "all" takes neighbours too."""
    return rank(edition(), view, by=by, within=within, measure=measure)


def intervals(view: View, by: str, measure: str, rows: pd.DataFrame) -> pd.DataFrame | None:
    """Say how sure the figures of some rows of a `ranking` are; None where nothing is drawn."""
    return list_intervals(edition(), view, MEASURES[measure], by=by, codes=pd.Index(rows["code"]))
