"""Set one place beside another: how many times as much, how far above or below, which of them has more."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from geo.core.choices import ENGLAND
from geo.core.measures import FIGURES
from geo.core.view import View
from geo.edition.store import Edition
from geo.quote.numbers import Number
from geo.quote.reading import Claimed
from geo.quote.subjects import Subject
from geo.quote.tolerances import holds
from geo.quote.values import Truth, ratio, truths

_AND = len(", and ")
_NATION = re.compile("national|English|country")
_BY_COUNT = re.compile(
    r"\bas many|\bnumbers?\b|\b(?:more|fewer)\s+(?:\w+\s+){0,2}?(?:people|residents|workers|premises|homes|properties|"
    r"households|businesses)\b", re.IGNORECASE)
_BY_RATE = re.compile(r"\brates?\b|\bshares?\b|proportion|per\s?cent|%|1,?000|average", re.IGNORECASE)
_TAKEN_TOGETHER = re.compile(r"\b(?:together|combined|put together|between them|added)\b")


class Beside(NamedTuple):
    """A figure of a place beside the same of another.

    Attributes
    ----------
    right
        Whether what is said of them is so.
    truth
        What the number is; of an order the figure of the place itself, `of` being its form.
    other
        Code of the other place.
    against
        Of an order: the figure of the other place.
    """

    right: bool
    truth: Truth
    other: str
    against: Truth | None = None


def beside(edition: Edition, claim: Claimed, view: View, subject: Subject) -> Beside | None:
    """Check what is said of two places.

    Parameters
    ----------
    edition
        The edition served.
    claim
        Its number is of a kind that compares.
    view
        Of the place that it is said of.
    subject
        The figure compared.

    Returns
    -------
    Beside or None
        None where no other place is named, or one of them has no such figure.
    """
    code = view.place
    other = next((place.codes[0] for place in claim.others if place.codes and place.codes[0] != code), "")
    if not other and _NATION.search(claim.around):
        other = ENGLAND
    if not other or code == ENGLAND or _TAKEN_TOGETHER.search(claim.around):
        return None
    number = claim.number
    if number.kind == "order":
        each = [list(_orders(edition, claim, view, subject, code)) for code in [other, *_joined(claim, other)]]
        found = next((some for some in each if not any(one.right for one in some)), each[0])
    elif number.kind == "points":
        found = list(_points(edition, number, view, subject, other))
    else:
        found = [_multiple(number, value, other) for value in _ratios(edition, claim, view, subject, other)]
    return next((each for each in found if each.right), next(iter(found), None))


def _joined(claim: Claimed, first: str) -> Iterator[str]:
    """List the places named with the first that another is set beside: 'than Exeter, Torbay and Plymouth'."""
    end = 0
    for place in claim.others:
        if place.codes and place.codes[0] == first:
            end = place.end
        elif end and place.codes and 0 <= place.start - end <= _AND:
            yield place.codes[0]
            end = place.end


def _multiple(number: Number, value: float, other: str) -> Beside:
    if number.kind == "times":
        return Beside(holds(number.said, number.word, value, round(value, 1)), Truth(value, round(value, 1)), other)
    apart = value - 1
    return Beside(_lies_apart(number, apart, round(apart, 2)), Truth(apart, round(apart, 2)), other)


def _lies_apart(number: Number, *apart: float) -> bool:
    sign = -1 if number.extreme == "lowest" else 1
    return holds(number.said, number.word, *(sign * each for each in apart))


def _ratios(edition: Edition, claim: Claimed, view: View, subject: Subject, other: str) -> Iterator[float]:
    if not re.search(r"as many|number", claim.around):
        value = ratio(edition, view, subject, other)
        if value is not None and not np.isnan(value):
            yield value
    both = _both(edition, view, subject, other, "count")
    if both and both[1].value:
        yield both[0].value / both[1].value


def _points(edition: Edition, number: Number, view: View, subject: Subject, other: str) -> Iterator[Beside]:
    both = _both(edition, view, subject, other, "share")
    if both:
        apart, printed = both[0].value - both[1].value, round(both[0].printed - both[1].printed, 3)
        yield Beside(_lies_apart(number, apart, printed), Truth(apart, printed), other)


def _orders(edition: Edition, claim: Claimed, view: View, subject: Subject, other: str) -> Iterator[Beside]:
    """Compare by number, by rate, or by both where the words leave it open."""
    by_rate, by_count = (bool(words.search(claim.around)) for words in (_BY_RATE, _BY_COUNT))
    measure = FIGURES[subject.key]
    rate = "share" if measure.percent else "rate"
    forms = ["minutes"] if measure.summary == "minutes" else (
        ["count"] * (by_count or not by_rate) + [rate] * (by_rate or not by_count))
    for form in forms:
        both = _both(edition, view, subject, other, form)
        if both:
            own, others = both
            right = own.value > others.value if claim.number.extreme == "highest" else own.value < others.value
            yield Beside(right, own._replace(of=form), other, others._replace(of=form))


def _both(edition: Edition, view: View, subject: Subject, other: str, form: str) -> tuple[Truth, Truth] | None:
    own, others = (truths(edition, view.replace(place=code), subject, form) for code in (view.place, other))
    return (own[0], others[0]) if own and others else None
