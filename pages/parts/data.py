"""The edition being served and what pages ask of it; each answer is worked out once and shared by all readers."""

import functools
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, TypeVarTuple

import pandas as pd

from geo.edition import STARTER, Edition, load_edition
from geo.figures import area_figures, show
from geo.places import Place
from geo.ranking import rank
from geo.view import View
from geo.vocabulary import REGION

__all__ = ["edition", "figure_options", "figures", "forget", "kept", "place", "ranking", "summary"]

_A = TypeVarTuple("_A")
_R = TypeVar("_R")
_CACHES: list[Callable[[], None]] = []


def kept(count: int) -> Callable[[Callable[[*_A], _R]], Callable[[*_A], _R]]:
    """Keep a function's last answers; readers who ask for the same at once wait for one answer, not for many.

    Parameters
    ----------
    count
        How many answers to keep.

    Returns
    -------
    Callable
        A decorator for functions of hashable arguments.
    """
    def decorate(function: Callable[[*_A], _R]) -> Callable[[*_A], _R]:
        cached, lock = functools.lru_cache(maxsize=count)(function), threading.RLock()
        _CACHES.append(cached.cache_clear)

        @functools.wraps(function)
        def locked(*args: *_A) -> _R:
            with lock:
                return cached(*args)
        return locked
    return decorate


def forget() -> None:
    """Forget every answer, as after the edition on disk has changed."""
    for clear in _CACHES:
        clear()


@kept(1)
def edition() -> Edition:
    """Load the edition being served.

    Returns
    -------
    Edition
        That of the folder named by the environment variable SWATHE_EDITION, else the starter edition.

    Raises
    ------
    EditionError
        When the folder is no edition.
    """
    return load_edition(Path(os.environ.get("SWATHE_EDITION") or STARTER))


def figure_options(view: View) -> View:
    """Forget of a view what changes no figure, so that equal figures are found again.

    Parameters
    ----------
    view
        Any view.

    Returns
    -------
    View
        Speed, hub, minutes, clock, work and access as they are, the rest as it usually is.
    """
    return View().replace(**view.options())


def figures(view: View) -> pd.DataFrame:
    """Work out every LSOA's figures.

    Parameters
    ----------
    view
        What is asked.

    Returns
    -------
    pandas.DataFrame
        As `geo.figures.area_figures` returns it. Do not change it: it is shared.
    """
    return _figures(figure_options(view))


@kept(16)     # two megabytes each
def _figures(view: View) -> pd.DataFrame:
    return area_figures(edition(), view)


def place(code: str) -> Place:
    """Find a place of the edition.

    Parameters
    ----------
    code
        Code, or codes joined by `+`.

    Returns
    -------
    Place
        Its name, kind and LSOAs.

    Raises
    ------
    PlaceError
        When there is none.
    """
    return edition().place(code)


def summary(view: View) -> dict[str, Any]:
    """Work out every figure of the view's place.

    Parameters
    ----------
    view
        What is asked.

    Returns
    -------
    dict
        As `show --json` gives it. Do not change it: it is shared.

    Raises
    ------
    PlaceError
        When the place is not in the edition.
    """
    return _summary(figure_options(view).replace(place=view.place))


@kept(256)
def _summary(view: View) -> dict[str, Any]:
    return show(edition(), view, figures(view))


def ranking(view: View, by: str, measure: str, within: str = REGION) -> pd.DataFrame:
    """Rank places by count.

    Parameters
    ----------
    view
        What is asked.
    by
        Kind of place.
    measure
        What is ranked.
    within
        Place whose parts are ranked; "all" takes the neighbours too.

    Returns
    -------
    pandas.DataFrame
        As `geo.ranking.rank` returns it. Do not change it: it is shared.
    """
    return _ranking(figure_options(view), by, measure, within)


@kept(32)
def _ranking(view: View, by: str, measure: str, within: str) -> pd.DataFrame:
    return rank(edition(), view, by=by, within=within, measure=measure)
