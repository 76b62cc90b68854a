"""What a number is said of: which figure, speed and limit some words mean."""

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from geo.core.choices import MINUTES
from geo.quote.numbers import COMPARES
from geo.quote.vocabulary import CUES, SPEED_WORDS, UNIT_WORDS


class Subject(NamedTuple):
    """A figure, as it is said.

    Attributes
    ----------
    key
        Of `geo.core.measures.FIGURES`.
    opposite
        Whether the rest is said: premises that can get the speed, residents within the limit.
    """

    key: str
    opposite: bool = False


_BEFORE_UNIT = (r"^\s*(?:(?:are|were|of|all|the|its|their|local|such|every|in|other|more|potential|"
                r"working[- ]age)\s+){0,3}"
                r"(?:[A-Z][\w\u2019']+\s+){0,2}")
_UNIT = re.compile(
    _BEFORE_UNIT + "(?:" + "|".join(f"(?P<{key}>{words})" for key, words in UNIT_WORDS.items()) + r")\b", re.IGNORECASE)
_BEYOND = (r"(?:more than|over|beyond|further(?: away)? than|longer than|at least|above|exceed\w*|outside)")
_WITHIN = r"(?:within|less than|under|no more than|inside|up to|fewer than)"
_BEYOND_BEFORE, _WITHIN_BEFORE = (re.compile(rf"{words}\s*(?:an?\s+)?$", re.IGNORECASE) for words in (_BEYOND, _WITHIN))
_BEYOND_AT, _WITHIN_AT = (re.compile(rf"{words}\b", re.IGNORECASE) for words in (_BEYOND, _WITHIN))
_OR_MORE = re.compile(r"\s*(?:or more|or longer|or further)")
_LIMIT = re.compile(r"[\s-]*(?:limit|threshold|cut-?off|mark|line\b)")

_ONE_CUE = (
    ("car", "no_car"), ("old", "aged_65_and_over"), ("deprived", "most_deprived_fifth"), ("decile", "imd_decile"),
    ("score", "connectivity_score"), ("mobile", "mobile_4g"), ("claim", "claimants"), ("business", "businesses"),
    ("walk", "within_30_min_walk_of_station"), ("border", "borderline"), ("coast", "coastal"), ("rural", "rural"),
)
"""Figures that one cue means."""


def cues_in(text: str) -> frozenset[str]:
    """Tell which words a text has by which figures are meant.

    Parameters
    ----------
    text
        A part of a sentence, or more.

    Returns
    -------
    frozenset of str
        Keys of `geo.quote.vocabulary.CUES`.
    """
    return frozenset(key for key, words in CUES.items() if words.search(text))


def unit_after(text: str) -> str:
    """Tell what is counted by the words that follow a number.

    Parameters
    ----------
    text
        What follows.

    Returns
    -------
    str
        "people", "residents", "workers", "premises" or "households"; "" where it is not said.
    """
    match = _UNIT.match(text)
    return next((key for key, value in match.groupdict().items() if value), "") if match else ""


def speeds_in(text: str) -> list[tuple[int, str]]:
    """Find the speeds that a text names.

    Parameters
    ----------
    text
        Any.

    Returns
    -------
    list of tuple
        Where, and the key of `geo.core.choices.SPEEDS`, in order.
    """
    found = [(*match.span(), key) for key, words in SPEED_WORDS.items() for match in words.finditer(text)]
    return sorted((start, key) for start, end, key in found      # without the one inside 'legal minimum of 10 Mbit/s'
                  if not any(first < start and end <= last for first, last, _ in found))


def limits_in(text: str, times: Sequence[tuple[int, int, float]]) -> list[tuple[int, bool, float]]:
    """Find the limits that a text names: times beyond which, or within which, people live.

    Parameters
    ----------
    text
        A sentence.
    times
        Start, end and minutes of each time that stands in it.

    Returns
    -------
    list of tuple
        Where, whether beyond it (else within), and minutes.
    """
    found = []
    for start, end, minutes in times:
        before, whole, after = text[max(0, start - 30):start], text[start:end], text[end:end + 60]
        beyond = _BEYOND_BEFORE.search(before) or _BEYOND_AT.match(whole) or _OR_MORE.match(after)
        within = _WITHIN_BEFORE.search(before) or _WITHIN_AT.match(whole)
        if int(minutes) in MINUTES and (beyond or within or _LIMIT.match(after)):
            found.append((start, not within, minutes))
    return found


def subjects(cues: Collection[str], kind: str, unit: str, *, far: bool, near: bool) -> list[Subject]:
    """List the figures that a number may be of, by the words beside it.

    Parameters
    ----------
    cues
        As `cues_in` finds them.
    kind
        Of the number.
    unit
        As `unit_after` finds it.
    far, near
        Whether a time beyond which, or within which, people live is named.

    Returns
    -------
    list of Subject
        Likeliest first; none where the words mean none of ours.
    """
    has = frozenset(cues)
    clocks = ["door_to_hub_minutes", "train_to_hub_minutes"]
    if kind == "rank" and "journey" in has and not has & {"gap", "job", "lack", "turn"}:
        return [Subject(clocks["door" not in has])]
    if kind == "minutes":
        return [Subject(key) for key in (clocks if "door" in has else clocks[::-1])] if "journey" in has else []
    found = [Subject(key) for cue, key in _ONE_CUE if cue in has]
    if {"past", "job"} <= has:
        found.append(Subject("works_from_home"))
    if unit in {"premises", "households"} or (not unit and "premises" in has and "job" not in has):
        return found + _of_premises(has, unit)
    found += _of_people(has, kind, unit, far=far, near=near)
    if not unit and (kind in {"share", "rank"} or kind in COMPARES) and not has & {"job", "people", "workers"}:
        found += _of_premises(has, "")
    return found


def _of_premises(has: frozenset[str], unit: str) -> list[Subject]:
    lacks = bool(has & {"lack", "gap"})
    if "line" in has and (lacks or "have" in has):
        return [Subject("premises_below", opposite=not lacks)]
    if "gap" in has:
        return [Subject("premises_below")]
    if unit and "line" not in has:
        return [Subject(unit)]      # all of them
    return []


def _of_people(has: frozenset[str], kind: str, unit: str, *, far: bool, near: bool) -> list[Subject]:
    of_people = unit in {"people", "workers", "residents"}
    gap = "gap" in has or ({"lack", "line"} <= has and ("job" in has or of_people))
    if "turn" in has or (far and (gap or "of_them" in has)):
        return [Subject("nowhere_to_turn"), *_everybody(has, kind, unit)]
    if far or "cut" in has:
        return [Subject("cut_off_by_rail"), *_everybody(has, kind, unit)]
    if near and not gap:
        return [Subject("cut_off_by_rail", opposite=True), *_everybody(has, kind, unit)]
    if gap or {"job", "lack"} <= has:
        return [Subject("people_in_gap")]
    if "job" in has:
        return [] if "past" in has else [Subject("remote_capable")]
    return [] if has & {cue for cue, _ in _ONE_CUE} else _everybody(has, kind, unit)


def _everybody(has: frozenset[str], kind: str, unit: str) -> list[Subject]:
    """List the counts of everybody; of rates by workers, where nothing else is said, the gap's."""
    if kind == "rate" and "workers" in has:
        return [Subject("people_in_gap")]
    if kind != "count" and kind not in COMPARES:
        return []
    residents = unit == "residents" or (unit != "workers" and "residents" in has)
    return [Subject("workers")] * (unit == "workers") + [Subject("residents")] * residents
