"""How far a figure may lie from the number that is said of it: one table, by the word that stands before the number."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

MOST_ROUNDED = 0.05
"""Of itself: how far zeros at the end of a number may stand for rounding where nothing says 'about'."""
ABOUT, MOST_ABOUT = 0.05, 0.1
NEARLY, NEARLY_FRACTION = 0.05, 0.1
BEYOND, BEYOND_FRACTION = 0.1, 0.25
FRACTION = 0.1
_HAIR = 1e-9


class Said(NamedTuple):
    """A number as it is said.

    Attributes
    ----------
    value
        In its own unit; a share of 0 to 1.
    digit
        Place value of the last digit that is given: 0.1 for 12.5.
    rounded
        Place value of the last digit that is not a zero: 1,000 for 5,000; `digit` where zeros at the end tell nothing.
    one_in
        n, where it is said as one in n; 0 otherwise.
    fraction
        Whether it is said in words such as 'a third' or 'twice'.
    as_given
        Whether zeros at its end are no rounding unless a word says so: of shares and of minutes.
    """

    value: float
    digit: float
    rounded: float
    one_in: float = 0
    fraction: bool = False
    as_given: bool = False


class Tolerance(NamedTuple):
    """What a word before a number allows.

    Attributes
    ----------
    words
        Those that mean it, as people write them.
    allows
        One sentence.
    """

    words: tuple[str, ...]
    allows: str


TOLERANCES: Mapping[str, Tolerance] = MappingProxyType({
    "exact": Tolerance(
        (), "The figure, rounded to the digits given, is the number. Zeros at the end may be rounding, by 5 % at most. "
            "‘One in five’ goes half-way to one in four and to one in six; ‘a third’ or ‘twice’ may be 10 % out."),
    "about": Tolerance(
        ("about", "around", "some", "roughly", "approximately", "approx", "circa", "in the region of", "or so", "~"),
        "The figure is within 5 % of the number, or as near as its digits are rounded (10 % at most)."),
    "nearly": Tolerance(
        ("nearly", "almost", "close to", "just under", "just below", "approaching", "a little under", "not quite",
         "getting on for"),
        "The figure is at most 5 % below the number (10 % below a fraction such as ‘half’), and not above it."),
    "over": Tolerance(
        ("more than", "over", "above", "just over", "just above", "upwards of", "in excess of", "well over",
         "exceeding", "greater than", "higher than", "longer than", "a little over", "slightly more than",
         "slightly over"),
        "The figure is above the number, by 10 % at most (25 % for a fraction), or up to the next number as round."),
    "least": Tolerance(
        ("at least", "no fewer than", "no less than", "not less than", "a minimum of"),
        "The figure is the number or above it, as far as for ‘more than’; or the number is the lower end of its "
        "range."),
    "under": Tolerance(
        ("fewer than", "less than", "under", "below", "lower than", "shorter than"),
        "The figure is below the number, by 10 % at most (25 % for a fraction), or down to the next number as round."),
    "most": Tolerance(
        ("at most", "up to", "no more than", "not more than", "a maximum of", "as many as"),
        "The figure is the number or below it, as far as for ‘fewer than’; or the number is the upper end of its "
        "range."),
})
"""Key → what it allows; what follows is worked out from these."""


def bounds(said: Said, word: str) -> tuple[float, float]:
    """Tell between which figures a number is right.

    Parameters
    ----------
    said
        The number.
    word
        A key of `TOLERANCES`.

    Returns
    -------
    tuple of float
        Lowest and highest figure that it may stand for, ends included.

    Examples
    --------
    >>> bounds(Said(1314, 1, 1), "exact"), bounds(Said(1300, 1, 100), "about")
    ((1313.5, 1314.5), (1235.0, 1365.0))
    """
    value, loose = said.value, said.fraction or bool(said.one_in)
    if word == "nearly":
        return value * (1 - (NEARLY_FRACTION if loose else NEARLY)), value
    if word in {"over", "least"}:
        most = value * (1 + BEYOND_FRACTION) if loose else max(value * (1 + BEYOND), value + said.rounded)
        return value * (1 + _HAIR) if word == "over" else value - said.digit / 2, most
    if word in {"under", "most"}:
        least = value * (1 - BEYOND_FRACTION) if loose else min(value * (1 - BEYOND), value - said.rounded)
        return least, value * (1 - _HAIR) if word == "under" else value + said.digit / 2
    if said.one_in:
        spare = FRACTION if word == "about" else 0
        above = (1 / (said.one_in - 1) + value) / 2 if said.one_in > 1 else value
        return (1 / (said.one_in + 1) + value) / 2 * (1 - spare), above * (1 + spare)
    if loose:
        return value * (1 - FRACTION), value * (1 + FRACTION)
    half = said.digit / 2 if said.as_given else max(said.digit / 2, min(said.rounded / 2, MOST_ROUNDED * value))
    if word == "about":
        half = max(half, ABOUT * value, min(said.rounded / 2, MOST_ABOUT * value))
    return value - half, value + half


def holds(said: Said, word: str, *figures: float) -> bool:
    """Tell whether a number is right of a figure, as it is or as it is printed.

    Parameters
    ----------
    said
        The number.
    word
        A key of `TOLERANCES`.
    *figures
        The figure, and as it is printed.

    Returns
    -------
    bool
        Whether one of them is allowed.
    """
    low, high = bounds(said, word)
    spare = 1e-9 * max(1.0, abs(said.value))
    # What is above or below in truth is not made so by being printed rounded.
    tried = figures[:1] if word in {"over", "under"} else figures
    return any(low - spare * (word not in {"over", "under"}) <= figure <= high + spare * (word != "under")
               for figure in tried)
