"""The edition being served, and what pages ask of it: every answer is one that the analysis keeps for all readers."""

import os
from pathlib import Path

import pandas as pd

from geo.core.cache import cached
from geo.core.choices import REGION
from geo.core.view import View
from geo.edition.places import Place
from geo.edition.store import STARTER, Edition, load_edition
from geo.figures.aggregate import context_values
from geo.figures.place import PlaceFigures, show
from geo.figures.profile import PlaceProfile, place_profile
from geo.figures.ranking import rank


@cached(1)
def edition() -> Edition:
    """Load the edition named by the environment variable SWATHE_EDITION (a folder), else the starter edition."""
    return load_edition(Path(os.environ.get("SWATHE_EDITION") or STARTER))


def figure_options(view: View) -> View:
    """Forget of a view what changes no figure, so that equal figures are found again."""
    return View().replace(**view.options())


def place(code: str) -> Place:
    """Find a place of the edition."""
    return edition().place(code)


def summary(view: View) -> PlaceFigures:
    """Work out every figure of the view's place."""
    return show(edition(), view)


def profile(view: View) -> PlaceProfile:
    """Assemble what is shown of the view's place."""
    return place_profile(edition(), view)


def ranking(view: View, by: str, measure: str, within: str = REGION) -> pd.DataFrame:
    """Rank places of one kind by count, or by the figure itself where there is none; "all" takes neighbours too."""
    return rank(edition(), view, by=by, within=within, measure=measure)


@cached(256)
def place_context(code: str) -> dict[str, float]:
    """Work out what publishers say of a place besides: the key of each context measure → its value."""
    table = context_values(edition(), pd.Series("place", place(code).lsoas))
    return {str(key): float(value) for key, value in table.iloc[0].items()}
