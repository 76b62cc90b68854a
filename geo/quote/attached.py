"""Which of the places that a sentence names a number is said of."""

import re
from collections.abc import Sequence

from geo.core.choices import REGIONS
from geo.quote.names import Named
from geo.quote.numbers import COMPARES, Number

LARGEST = tuple((code,) for code in REGIONS)
"""Codes of the places that others are ranked in and compared with."""

_INTO = re.compile(
    r"\b(?:in|across|throughout|for|of|within|around|at|over)\s+(?:the\s+)?(?:\w+\s+of\s+)?$", re.IGNORECASE)
_NOT_INTO = re.compile(r"\b(?:than|from|like|as)\s+(?:the\s+)?$")
_COMPARED = re.compile(
    r"\b(?:(?:against|compared (?:with|to)|versus|times|twice|half(?!\s+(?:of|an?)\b)|"
    r"than (?:the|that|in)|(?:above|below|over) the)\b[^;,]*|"
    r"(?:than|as|unlike|like|only to|behind)\s+(?:(?:in|the|that|for|of)\s+)*)$", re.IGNORECASE)
_RANKED_IN = re.compile(
    r"\b(?:authorities|councils|constituencies|districts|counties|unitaries|wards|seats|areas|places|ones?|anywhere|"
    r"any(?:\s+(?:other\s+)?(?:authority|council|constituency|district|county|unitary|ward|seat|area|place))?|"
    r"worst|highest|lowest|most|fewest|best)\s+(?:else\s+)?(?:in|of|across)\s+(?:all\s+of\s+)?(?:the\s+)?$",
    re.IGNORECASE)
_SUPERLATIVE_IN = re.compile(
    r"\b(?:worst|highest|lowest|most|fewest|best|largest|smallest)\b[^.;:\u2013\u2014]*\b(?:in|of|across)\s+(?:the\s+)?$")
_HAS_RANKED = re.compile(
    r"['\u2019]s?\s+(?:\w+\s+){1,2}(?:authorities|councils|constituencies|districts|counties|wards|seats)\b")
_OPENS = re.compile(r"\W*(?:at|with)\s+(?:(?:only|just|some|about|around|nearly|over|more than)\s+)*$", re.IGNORECASE)
_WHERE = re.compile(r",?\s+(?:where|which)\b")
_SET_AGAINST = re.compile(r"\d\S*\s+(?:(?:per\s?cent|people|premises|residents|minutes)\s+)?"
                          r"(?:against|versus|compared (?:with|to))\s+(?:\w+\s+)?$")
_AGAINST_NEXT = re.compile(r"\s*\w*\s?(?:%\s)?(?:against|versus|compared (?:with|to))\s+(?:\w+\s+)?\d")
_ADJACENT = re.compile(
    r"(?:['\u2019]s)?(?:\s+(?:average|rate|share|figure|total|level|of|is|at|it|was|stands|about|nearly|with|has|have|the|as|"
    r"a|whole|overall))*[\s,(:]*")
_WITH = re.compile(r"\b(?:with|has|have)\b")
_POSSESSIVE = re.compile(r"['\u2019]s?\s+(?:\w+\s+)?$")
_PRONOUN = re.compile(
    r"\W*(?:it|its|there|this|that|the (?:district|council|county|authority|constituency|ward|city))\b", re.IGNORECASE)
_DEPRIVED_OF = re.compile(r"deprived\s[\w\s]{0,40}\b(?:of|in)\s+(?:the\s+)?$")
_MOST_DEPRIVED = re.compile(r"['\u2019]s?\s+(?:\w+\s+)?(?:most|least) deprived")


def is_frame(text: str, start: int, place: Named) -> bool:
    """Tell whether a place is only what another is ranked in, or compared with.

    Parameters
    ----------
    text
        The whole.
    start
        Where the sentence begins.
    place
        One that it names.

    Returns
    -------
    bool
        Whether it is.
    """
    return _is_whole(text, start, place) or bool(_COMPARED.search(text[start:place.start]))


def _is_whole(text: str, start: int, place: Named) -> bool:
    """Tell whether a place is only what another is ranked in: 'wards in Devon', 'the region's 27 councils'."""
    before = text[start:place.start]
    return bool(_RANKED_IN.search(before) or _HAS_RANKED.match(text, place.end)
                or (place.codes[:1] in LARGEST and _SUPERLATIVE_IN.search(before)))


def places_of(
    text: str, start: int, named: Sequence[Named], number: Number, window: tuple[int, int], known: Named | None,
) -> tuple[list[Named], list[Named]]:
    """Find the place that a number is said of.

    Parameters
    ----------
    text
        The whole.
    start
        Where the sentence begins.
    named
        Places of the sentence.
    number
        The number.
    window
        From where to where the words around it are its own.
    known
        The place that the text spoke of last.

    Returns
    -------
    list of Named
        Likeliest first: the one it stands right behind, or in front of ("1,310 in Torridge", "at 13 per cent, Torridge
        …"), else the one before it, else the one that the text spoke of last, else one behind it.
    list of Named
        Others that it may be compared with, or ranked in.
    """
    real = [place for place in named if not place.hub and not _of_a_term(text, place)]
    if number.kind == "rank" or number.kind in COMPARES:
        return _of_comparison(text, start, real, number, window, known)
    after = [place for place in real if number.end <= place.start < window[1]]
    before = [place for place in real if place.end <= number.start]
    others = [place for place in real if place not in before[-1:]]
    beside = _beside(text, start, before, after, number)
    if beside:
        return [beside], others
    into = [place for place in after if _INTO.search(text[number.end:place.start])
            and not _NOT_INTO.search(text[number.end:place.start])
            and not _RANKED_IN.search(text[number.end:place.start])]
    own = [place for place in before if not is_frame(text, start, place)]
    first, last = into[:1], own[-1:] or ([known] if known else before[-1:])
    if first and last and ("," in text[number.end:first[0].start] or _contains(first[0], last[0])):
        both = [*last, *first]
        return (both if "," in text[number.end:first[0].start] else both[::-1]), others
    plain = [place for place in after if not is_frame(text, start, place)]
    return first or last or plain[:1] or after[:1], others


def _beside(
    text: str, start: int, before: Sequence[Named], after: Sequence[Named], number: Number,
) -> Named | None:
    """Find the place that a number stands right beside, or is paired with; None where it is said less plainly."""
    if not before:
        return after[0] if after and _OPENS.match(text[start:number.start]) else None
    last, between = before[-1], text[before[-1].end:number.start]
    framed = [place for place in before if _COMPARED.search(text[start:place.start])]
    own = [place for place in before if not is_frame(text, start, place)]
    if last in framed and own and _AGAINST_NEXT.match(text, number.end):
        return own[-1]
    if not _is_whole(text, start, last) and (_WHERE.match(between) or (
            _ADJACENT.fullmatch(between) and not (_WITH.search(between) and is_frame(text, start, last)))):
        return last
    # "fewer than South Hams: 1,610 against 1,960"
    return framed[0] if len(framed) == 1 and not after and _SET_AGAINST.search(text[start:number.start]) else None


def _of_comparison(
    text: str, start: int, real: Sequence[Named], number: Number, window: tuple[int, int], known: Named | None,
) -> tuple[list[Named], list[Named]]:
    """Find the place whose rank or rate is compared, and with what."""
    before = [place for place in real if place.end <= number.start]
    own = [place for place in before if place.codes[:1] not in LARGEST and not is_frame(text, start, place)
           and not _POSSESSIVE.match(text[place.end:number.start])]
    smaller_after = [place for place in real if number.end <= place.start < window[1] and place.codes[:1] not in LARGEST
                     and not is_frame(text, start, place)]
    spoken_of = [known] if known else []
    pronoun = spoken_of if _PRONOUN.match(text[start:]) else []
    chosen = own[-1:] or pronoun or smaller_after[-1:] or spoken_of or before[-1:]
    near = [place for place in real if window[0] <= place.start < window[1] or number.kind in COMPARES]
    if number.kind in COMPARES:
        near.sort(key=lambda place: place.start < number.end)      # what it is compared with follows
    return chosen, [place for place in near if place not in chosen]


def _of_a_term(text: str, place: Named) -> bool:
    """Tell whether a place is only a part of a term: the most deprived fifth of England."""
    before, after = text[max(0, place.start - 60):place.start], text[place.end:place.end + 30]
    return bool(_DEPRIVED_OF.search(before) or _MOST_DEPRIVED.match(after))


def _contains(outer: Named, inner: Named) -> bool:
    return outer.codes[:1] in LARGEST and inner.codes[:1] not in LARGEST
