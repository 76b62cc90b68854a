"""Postcodes as people type them: with any signs between, inside an address, O for 0 and I for 1."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_INWARD = "[ABD-HJLNP-UW-Z]{2}"     # C, I, K, M, O and V never stand there
_WHOLE = re.compile(f"([A-Z]{{1,2}}[0-9][A-Z0-9]?)([0-9]{_INWARD})")
_BEGUN = re.compile("[A-Z]{1,2}[0-9][A-Z0-9]?( ?[0-9][A-Z]?)?")
_LIKE_ONE = r"[A-Z]{1,2}%s[0-9OIL][A-Z0-9]?%s[0-9OIL][A-Z01]{2}"
_ALONE = re.compile(_LIKE_ONE % ("", ""))
_INSIDE = re.compile(r"(?<![A-Z0-9])" + _LIKE_ONE % ("[^A-Z0-9]*", "[^A-Z0-9]*") + r"(?![A-Z0-9])")
_DIGIT, _LETTER = str.maketrans("OIL", "011"), str.maketrans("01", "OI")


@dataclass(frozen=True)
class Typed:
    """What may be a postcode in a text.

    Attributes
    ----------
    readings
        Whole postcodes without a space that it may mean, the likeliest first.
    certain
        Whether nothing else can be meant, so that one which is not known is not ours.
    """

    readings: tuple[str, ...]
    certain: bool


def plain_signs(text: str) -> str:
    """Spell a text in capitals, each run of other signs than letters and digits as one space.

    Parameters
    ----------
    text
        As typed.

    Returns
    -------
    str
        Letters A to Z, digits and single spaces.

    Examples
    --------
    >>> plain_signs(" ex39-6bg. ")
    'EX39 6BG'
    """
    return " ".join(re.sub("[^A-Z0-9]", " ", unicodedata.normalize("NFKC", text).upper()).split())


def whole_postcodes(plain: str) -> Iterator[Typed]:
    """Find what may be a whole postcode in a text: the text itself, else each inside it, the last first.

    Parameters
    ----------
    plain
        As `plain_signs` spells it.

    Yields
    ------
    Typed
        What looks like one.

    Examples
    --------
    >>> [typed.readings for typed in whole_postcodes("12 FORE STREET EX39 6BG")]
    [('EX396BG',)]
    """
    compact = plain.replace(" ", "")
    if _ALONE.fullmatch(compact):
        found = _meanings(compact)
        if found:
            yield Typed(found, certain=True)
        return
    for like in reversed(_INSIDE.findall(plain)):
        found = _meanings(like.replace(" ", ""))
        if found:
            yield Typed(found, certain=_WHOLE.fullmatch(like.replace(" ", "", 1)) is not None)


def _meanings(compact: str) -> tuple[str, ...]:
    """Read O as 0 and I as 1, or the other way round, wherever the pattern lets no other sign stand."""
    if not any(sign.isdigit() for sign in compact):
        return ()
    outward, inward = compact[:-3], compact[-3].translate(_DIGIT) + compact[-2:].translate(_LETTER)
    readings = [compact]
    for letters in (1, 2):
        start, number, rest = outward[:letters].translate(_LETTER), outward[letters:letters + 1], outward[letters + 1:]
        readings += [start + number.translate(_DIGIT) + end + inward for end in (rest, rest.translate(_DIGIT))]
    return tuple(reading for reading in dict.fromkeys(readings) if _WHOLE.fullmatch(reading))


def spaced(compact: str) -> str:
    """Write a whole postcode as it is written: its last three signs apart.

    Parameters
    ----------
    compact
        Without a space.

    Returns
    -------
    str
        With it.
    """
    return f"{compact[:-3]} {compact[-3:]}"


def begun_postcode(plain: str) -> bool:
    """Say whether a text is written as the beginning of a postcode.

    Parameters
    ----------
    plain
        As `plain_signs` spells it.

    Returns
    -------
    bool
        For example for "EX39" and "EX39 6B".
    """
    return _BEGUN.fullmatch(plain) is not None
