"""Read single numbers as they are spelled: in digits, with thousands set apart or scaled, in words, as ordinals."""

import re

from geo.quote.tolerances import Said


def _listed(words: str) -> list[str]:
    return words.split()


_UNITS = {word: value for value, word in enumerate(_listed(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"))}
_TENS = {word: 10 * value for value, word in enumerate(
    _listed("twenty thirty forty fifty sixty seventy eighty ninety"), 2)}
_LARGE = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
_SCALES = {**_LARGE, "k": 1000, "m": 1_000_000, "bn": 1_000_000_000}
_ORDINALS = {word: value for value, word in enumerate(_listed(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"), 1)}

_CARDINAL = "|".join([*_UNITS, *_TENS, *_LARGE, "dozen"])
WORDS = (rf"(?:(?:an?[\s-]+(?=hundred|thousand|million|dozen))?(?:{_CARDINAL})"
         rf"(?:[\s-]+(?:and[\s-]+)?(?:{_CARDINAL})){{0,8}})")
"""Matches a number in words."""

DIGITS = r"(?:\d{1,3}(?:[,\u00a0\u2009\u202f]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
"""Matches a number in digits."""

NUMBER = rf"(?:{DIGITS}\s?(?:thousand|million|billion|k|m|bn)\b|{DIGITS}|{WORDS}\b)"
"""Matches any number."""

ORDINAL = rf"(?:\d{{1,3}}(?:st|nd|rd|th)|(?:(?:{'|'.join(_TENS)})[\s-])?(?:{'|'.join(_ORDINALS)}))"
"""Matches an ordinal."""


def cardinal(text: str) -> Said:
    """Read a number in digits or in words.

    Parameters
    ----------
    text
        Such as "1,234", "1.2 thousand", "3.4m", "twenty-one", "a hundred and five".

    Returns
    -------
    Said
        Its value and how far it is given.

    Examples
    --------
    >>> cardinal("1,310").rounded, cardinal("1.2 thousand").value, cardinal("a hundred and five").value
    (10.0, 1200.0, 105.0)
    """
    match = re.match(rf"({DIGITS})\s?([a-z]*)$", text.strip(), re.IGNORECASE)
    if not match:
        value = float(_in_words(text))
        return Said(value, 1.0, _last_place(value))
    digits, scale = re.sub(r"[,\u00a0\u2009\u202f]", "", match[1]), _SCALES.get(match[2].lower(), 1)
    decimals = len(digits.partition(".")[2])
    value = round(float(digits) * scale, 6)
    digit = float(10.0 ** -decimals * scale)
    return Said(value, digit, digit if decimals else max(digit, _last_place(value)))


def _last_place(value: float) -> float:
    """Give the place value of the last digit that is not a zero: 100 for 1,300."""
    whole, place = round(value), 1.0
    while whole and whole % 10 == 0:
        whole, place = whole // 10, place * 10
    return place


def _in_words(text: str) -> int:
    total = current = 0
    for word in re.findall(r"[a-z]+", text.lower()):
        if word == "dozen":
            current = 12 * max(current, 1)
        elif word == "hundred":
            current = 100 * max(current, 1)
        elif word in _LARGE:
            total, current = total + _LARGE[word] * max(current, 1), 0
        else:
            current += _UNITS.get(word, 0) + _TENS.get(word, 0)
    return total + current


def ordinal(text: str) -> int:
    """Read an ordinal: "3rd", "third", "twenty-third".

    Parameters
    ----------
    text
        In digits or in words.

    Returns
    -------
    int
        From 1; 0 where it is none.
    """
    digits = re.match(r"\d+", text)
    if digits:
        return int(digits[0])
    words = re.findall("[a-z]+", text.lower())
    return sum(_TENS.get(word, 0) + _ORDINALS.get(word, 0) for word in words)


def hundredth(said: Said) -> Said:
    """Turn per cent into a share.

    Parameters
    ----------
    said
        Per cent.

    Returns
    -------
    Said
        0 to 1.
    """
    return said._replace(value=said.value / 100, digit=said.digit / 100, rounded=said.rounded / 100,
                         as_given=True)
