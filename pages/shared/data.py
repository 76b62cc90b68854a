"""The edition shown, and what pages ask of it: every answer is one that the analysis keeps for all readers."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import NamedTuple, ParamSpec, TypeVar

import pandas as pd
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from geo.core.cache import cached
from geo.core.errors import EditionError
from geo.core.measures import MEASURES
from geo.core.view import View
from geo.edition.at_hand import EditionAtHand
from geo.edition.places import Place, named
from geo.edition.store import Edition
from geo.figures.certainty import list_intervals
from geo.figures.place import PlaceFigures, show
from geo.figures.profile import PlaceProfile, place_profile
from geo.figures.ranking import rank
from pages.shared import shelf
from pages.shared.shelf import edition_by_id, usual_edition

SESSION = "swathe_edition"
"""Under which a session keeps the id of the edition that it sees."""

_P = ParamSpec("_P")
_R = TypeVar("_R")


class _Shown(NamedTuple):
    """What a request or a run of a page is answered from, from its beginning to its end."""

    edition: Edition
    usual: bool     # whether it is the one that is shown where none is named
    newest: EditionAtHand | None


_SHOWN: ContextVar[_Shown | None] = ContextVar("shown", default=None)


def _found(name: str) -> _Shown:
    """Find the edition of this id; the usual one where it is not served, or none is named."""
    usual = usual_edition()
    named = edition_by_id(name) if name else None
    shown, listed = named or usual, shelf.editions()
    replaced = all(each.id != shown.id for each in listed)     # a moment ago: what lies there now is not beside it
    return _Shown(shown, named in {None, usual}, None if replaced else listed[0])


def _shown() -> _Shown:
    """Tell what this request or session is answered from.

    A thread that nobody told is refused, since whatever it answered with could be of another edition.
    """
    shown = _SHOWN.get()
    if shown is not None:
        return shown
    if get_script_run_ctx(suppress_warning=True) is not None:     # a callback, which runs before its page
        shown = _found(str(st.session_state.get(SESSION, "")))
        _SHOWN.set(shown)
        return shown
    if threading.current_thread() is threading.main_thread():     # a program, and no server
        return _found("")
    raise LookupError("no edition was asked for here: use asked_for, or carried")


def edition() -> Edition:
    """Give the edition that this request or session asks for."""
    return _shown().edition


def usual_view() -> View:
    """Give what a link shows that chooses nothing: the edition's region, seen as usual."""
    return View(region=edition().region.code)


def is_usual() -> bool:
    """Tell whether what is shown is the edition that a link sees which names none."""
    return _shown().usual


def newer() -> EditionAtHand | None:
    """Give the newest edition where an older one is shown."""
    shown = _shown()
    return None if shown.newest is None or shown.newest.id == shown.edition.id else shown.newest


def editions() -> list[EditionAtHand]:
    """List the editions that are served, newest first, as their manifests tell of them."""
    return shelf.editions()


def show_session(name: str) -> _Shown:
    """Show this session the edition of this id, from now to the end of its run; the usual one where it is not there."""
    shown = _found(name)
    st.session_state[SESSION] = shown.edition.id
    _SHOWN.set(shown)
    return shown


@contextmanager
def asked_for(name: str) -> Iterator[Edition]:
    """Answer from the edition of this id; from the usual one where it is not served, or none is named."""
    shown = _found(name)
    before = _SHOWN.set(shown)
    try:
        yield shown.edition
    finally:
        _SHOWN.reset(before)


def carried(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Have a function answer later, in whatever thread, from the edition that is shown now; an EditionError if gone."""
    name = edition().id

    @wraps(function)
    def later(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        with asked_for(name) as served:
            if served.id != name:
                raise EditionError(f"edition {name} is no longer served")
            return function(*args, **kwargs)
    return later


def per_edition(count: int) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Keep a function's last answers, so many for each edition; it may ask for `edition` as often as it likes."""
    def decorate(function: Callable[_P, _R]) -> Callable[_P, _R]:
        """Remember the answers of this function."""
        @cached(count, key=lambda shown, *args, **kwargs: (shown.edition, shown.usual, args, tuple(kwargs.items())),
                each=lambda name: name[0])
        def kept(_: _Shown, *args: _P.args, **kwargs: _P.kwargs) -> _R:
            return function(*args, **kwargs)

        @wraps(function)
        def answer(*args: _P.args, **kwargs: _P.kwargs) -> _R:
            """Return the answer given before, or work it out."""
            return kept(_shown(), *args, **kwargs)
        return answer
    return decorate


def figure_options(view: View) -> View:
    """Forget of a view what changes no figure, so that equal figures are found again."""
    return view.fresh().replace(**view.options())


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


def ranking(view: View, by: str, measure: str, within: str = "") -> pd.DataFrame:
    """Rank places of one kind by count, or by the figure itself where there is none; "all" takes neighbours too."""
    return rank(edition(), view, by=by, within=within, measure=measure)


def intervals(view: View, by: str, measure: str, rows: pd.DataFrame) -> pd.DataFrame | None:
    """Say how sure the figures of some rows of a `ranking` are; None where nothing is drawn."""
    return list_intervals(edition(), view, MEASURES[measure], by=by, codes=pd.Index(rows["code"]))
