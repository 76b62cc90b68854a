"""Answers worked out once and shared by all who ask: bounded, and forgotten together."""

import functools
import threading
from collections.abc import Callable, Hashable, Mapping
from itertools import islice
from typing import Any, ParamSpec, TypeVar

_P = ParamSpec("_P")
_R = TypeVar("_R")
_CLEAR: list[Callable[[], None]] = []
_DROP: list[Callable[[object], None]] = []


def cached(
    count: int, key: Callable[..., Hashable] | None = None, gone: Callable[[Any], None] | None = None,
    each: Callable[[Any], Hashable] | None = None,
) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Keep a function's last answers; who asks for the same at the same time waits for one answer, not for many.

    Answers are worked out one at a time; one that is kept is given at once.

    Parameters
    ----------
    count
        How many answers to keep; the ones used last stay.
    key
        What of the arguments the answer depends on; all of them by default.
    gone
        Told of each answer that makes room for another, or is forgotten with what it depends on.
    each
        Of what in a key so many answers are kept for each; by default so many in all.

    Returns
    -------
    Callable
        A decorator. Answers are shared: they must not be changed.
    """
    def decorate(function: Callable[_P, _R]) -> Callable[_P, _R]:
        """Remember the answers of this function."""
        answers: dict[Hashable, _R] = {}
        working, looking = threading.RLock(), threading.Lock()
        _CLEAR.append(answers.clear)

        def tell(left: list[_R]) -> None:
            """Say which answers are kept no more."""
            if gone:
                for answer in left:
                    gone(answer)

        def drop(owner: object) -> None:
            """Forget the answers that depend on something."""
            with looking:
                left = [answers.pop(name) for name in list(answers) if _holds(name, owner)]
            tell(left)

        _DROP.append(drop)

        def kept(name: Hashable, found: list[_R]) -> list[_R]:
            """Put an answer last, the one just found or the one given before, and return it; none if there is none."""
            with looking:     # never for long: what is kept waits for nobody's work
                known = name in answers
                if known:
                    found = [answers.pop(name)]
                answers.update((name, answer) for answer in found)
                left = [] if known or not found else [
                    answers.pop(other) for other in _crowded_out(answers, name, count, each)]
            tell(left)
            return found

        @functools.wraps(function)
        def answer(*args: _P.args, **kwargs: _P.kwargs) -> _R:
            """Return the answer given before, or work it out."""
            name = key(*args, **kwargs) if key else (args, tuple(sorted(kwargs.items())))
            found = kept(name, [])
            if not found:
                with working:
                    found = kept(name, []) or kept(name, [function(*args, **kwargs)])
            return found[0]
        return answer
    return decorate


def _crowded_out(
    answers: Mapping[Hashable, Any], name: Hashable, count: int, each: Callable[[Any], Hashable] | None,
) -> list[Hashable]:
    """Name the answers that make room for one, those asked for longest ago."""
    beside = answers if each is None else [other for other in answers if each(other) == each(name)]
    return list(islice(beside, max(0, len(beside) - count)))


def _holds(name: Hashable, owner: object) -> bool:
    return name is owner or (isinstance(name, tuple) and any(_holds(part, owner) for part in name))


def forget_of(owner: object) -> None:
    """Forget every answer that depends on one thing, which would else be kept with them.

    Parameters
    ----------
    owner
        Part of what the answers were asked with.
    """
    for drop in _DROP:
        drop(owner)


def forget() -> None:
    """Forget every answer, as after the edition on disk has changed."""
    for clear in _CLEAR:
        clear()
