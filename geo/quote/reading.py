"""Read a text sentence by sentence: which place, figure and view each of its numbers is said of."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from geo.core.measures import MEASURES
from geo.core.view import View
from geo.edition.store import Edition
from geo.quote.attached import LARGEST, is_frame, places_of
from geo.quote.names import Named, find_stations
from geo.quote.numbers import COMPARES, NOT_CLAIMS, Number
from geo.quote.sentences import SHORT_LINE, Sentence, is_no_claim, sentences
from geo.quote.subjects import Subject, cues_in, limits_in, speeds_in, subjects, unit_after
from geo.quote.vocabulary import COUNTED_ELSEWHERE, GOES_ON, OTHER_SOURCES

_BREAK = re.compile(r";|:\s| [\u2013\u2014-] |\b(?:while|whereas|compared|against|although|though|but in|versus)\b")
_TELLING = 100
"""A count without any words beside it goes on with what the text is about from here."""
_USUAL = (Subject("people_in_gap"), Subject("premises_below"))
"""Figures that a number may be of where the text names none."""
_GENERIC = frozenset({"residents", "workers", "households", "premises"})
_PEOPLE = re.compile(
    r"\b(?:live|lives|living|residents?|people|workers?|of whom|of them|cut off|those|who|nowhere)\b", re.IGNORECASE)
_NEW_TOPIC = re.compile(r"[^?:\s]\s*\n\s*\n")
_NEXT_FROM = re.compile(r"\s+")
_PAIRED = re.compile(r"\d\s(?:\w+\s)?(?:against|versus|compared (?:with|to))\s(?:\w+\s)?\d")
_THAT_IS = re.compile(r"\s*(?:that|this|it)(?:['\u2019]s| is| was)\b")
_ALL_BEFORE = re.compile(
    r"\b(?:(?P<residents>population|residents)|(?P<households>households)|(?P<workers>workforce|workers))"
    r"(?:\s+(?:of|is|was|numbers?)|:)?\s+(?:(?:about|some|around)\s+)?$", re.IGNORECASE)
_ALL_LABEL = re.compile(
    r"\W*(?:(?:all|total|number of)\s+)?(?:(?P<residents>population|residents)|(?P<households>households)|"
    r"(?P<premises>premises)|(?P<workers>workforce|workers))\s*:", re.IGNORECASE)
_ASIDE = re.compile(r"\s*\([^()]{0,60}\d[^()]{0,40}\)")
_LABEL = re.compile(r"(?:^|[.\n;])([^.\n;:]{0,80}):\s*(?:\w+\s+)?$")
_NEXT_WORD = re.compile(r"\s+([a-z][a-z'\u2019-]+)")
_ALONE = re.compile(r"\s*(?:[,;.)\n]|$)")
_LABELS = re.compile(r"(?:,?\s(?:with|on)\b)?[\s:(\u2013\u2014-]*(?:\d[\d,.]*[\s(\u2013\u2014-]*)*")
_MINE = re.compile(r"\b(?:mine|my|our)\b", re.IGNORECASE)
_HERE = re.compile(
    r"^\W*(?:here|we)\b|\b(?:my|our)\s+(?:own\s+)?(?:constituen|district|council|county|ward|patch|borough)",
    re.IGNORECASE)
_TOGETHER = re.compile(r"\b(?:together|combined|between them|in total|jointly)\b")
_OF_A_NUMBER = re.compile(r"\d\s+(?:out\s+)?of\s+(?:(?:the|its|all|their)\s+)?$")
_OUT_OF = re.compile(r"\bof\s+(?:(?:the|its|all|their)\s+)?(?:[\w\s]+['\u2019]s?\s+)?$")
_SMALL = 1000
"""A count without a unit that is smaller may be a rate or per cent, as the number before it was."""
_DOOR = re.compile(r"door[- ]to[- ]door|from (?:the|their|his|her) (?:own )?(?:front )?door|door to", re.IGNORECASE)
_TRAIN = re.compile(r"by (?:train|rail)|on the train|train (?:ride|time|journey)|rail journey", re.IGNORECASE)
_FURTHER = re.compile(r"\b(?:further|farther)(?: away)? than\b|\bbeyond\b", re.IGNORECASE)
_TAKES = re.compile(r"\b(?:journeys?|takes?|median|typical(?:ly)?|average|trip|travel time)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Claimed:
    """A number, and what it may be said of.

    Attributes
    ----------
    number
        The number.
    places
        Places that may be meant, likeliest first.
    others
        Other places that its clause names: what it is compared with, or ranked in.
    subjects
        Figures that may be meant, likeliest first.
    spoken_of
        Figures that the text spoke of before: what goes without saying may be of them.
    views
        Views that the words may ask for, likeliest first.
    named
        Options of them that the words name.
    around
        The clause.
    after
        The part of it after the number.
    like
        "rate" or "share" where the number before it was one, and this has no unit: "55 in every 1,000, against 13".
    foreign
        Whether words of figures that are none of ours stand beside it.
    together
        Places named before it that are taken together.
    station
        CRS code of the station that a time is said of; "" for none.
    labelled
        Whether it stands alone behind the name of its place.
    guessed
        Whether `others` are only what the text spoke of before.
    told_later
        Figures that the text speaks of behind a number for which nothing says what it is.
    """

    number: Number
    places: tuple[Named, ...]
    others: tuple[Named, ...]
    subjects: tuple[Subject, ...]
    spoken_of: tuple[Subject, ...]
    views: tuple[View, ...]
    named: frozenset[str]
    around: str
    after: str
    like: str
    foreign: bool = False
    together: tuple[Named, ...] = ()
    station: str = ""
    labelled: bool = False
    guessed: bool = False
    told_later: tuple[Subject, ...] = ()


@dataclass
class _Thread:
    """What a text has named so far."""

    asked: View
    view: View
    named: set[str] = field(default_factory=set)
    place: Named | None = None
    home: Named | None = None
    subjects: tuple[Subject, ...] = ()
    recent: tuple[Named, ...] = ()
    at: int = 0


@dataclass(frozen=True)
class _Around:
    """One number in its sentence: from where to where the words around it are its own, and what the sentence names."""

    text: str
    sentence: Sentence
    number: Number
    left: int
    right: int
    limits: Mapping[int, tuple[bool, float]]
    speeds: Sequence[tuple[int, str]]


def claims(edition: Edition, view: View, text: str, most: int) -> list[Claimed]:
    """Find every number that a text claims something by.

    Parameters
    ----------
    edition
        The edition served.
    view
        What is meant where the text does not say.
    text
        Any.
    most
        How many are read at most.

    Returns
    -------
    list of Claimed
        In the order of the text; years, speeds, limits and the like are left out.
    """
    thread = _Thread(view, view)
    found: list[Claimed] = []
    for sentence in sentences(edition, text):
        found += _of_sentence(edition, text, sentence, thread, most - len(found))
        if len(found) >= most:
            break
    # What is ranked may be told after the rank, and what is counted after its number.
    told = next((claim.subjects for claim in found if claim.subjects and claim.subjects[0].key in MEASURES),
                thread.subjects)
    return [claim if claim.subjects else
            replace(claim, subjects=told) if claim.number.kind == "rank" or claim.labelled else
            replace(claim, told_later=(*told, *_USUAL)) for claim in found]


def _of_sentence(edition: Edition, text: str, sentence: Sentence, thread: _Thread, most: int) -> list[Claimed]:
    said, subjects_before = text[sentence.start:sentence.end], thread.subjects
    own = [place for place in sentence.places if not place.hub and not is_frame(text, sentence.start, place)]
    if not own and thread.home and _HERE.search(said):
        thread.place = thread.home
    times = [(number.start - sentence.start, number.end - sentence.start, number.said.value)
             for number in sentence.numbers if number.kind == "minutes" and number.to is None]
    limits = {sentence.start + at: (beyond, minutes) for at, beyond, minutes in limits_in(said, times)
              if _is_term(said, at)}
    numbers = [number for number in sentence.numbers
               if number.kind not in NOT_CLAIMS and number.start not in limits and not is_no_claim(text, number)][:most]
    speeds = [(sentence.start + at, key) for at, key in speeds_in(said)]
    before = thread.view
    _name_options(said, sentence, limits, thread)
    stations = [(sentence.start + at, crs) for at, crs in find_stations(edition, said)]
    found: list[Claimed] = []
    for position, number in enumerate(numbers):
        first = numbers[position - 1].end if position else sentence.start
        aside = _after_aside(text, number)
        last = next((other.start for other in numbers[position + 1:] if other.start >= aside), sentence.end)
        around = _Around(text, sentence, number, _cut_left(text, first, number.start),
                         _cut_right(text, aside, last), limits, speeds)
        claim = _claimed(around, before, thread, [each.like or each.number.kind for each in found])
        found.append(replace(claim, station=_station(text, number, stations)))
    if speeds:
        thread.view = thread.view.replace(speed=speeds[-1][1])
    if not numbers:
        _speak_of(said, limits, thread)
    smaller = [place for place in own if place.codes and place.codes[:1] not in LARGEST]
    thread.place = next(iter([*smaller, *own]), thread.place)
    thread.recent = tuple({place.codes: place for place in [*thread.recent, *sentence.places] if place.codes}.values())
    if smaller and not thread.home and _MINE.search(said):
        thread.home = smaller[0]
    if sentence.places or thread.subjects != subjects_before:
        thread.at = sentence.end
    return _respectively(said, sentence, found)


def _after_aside(text: str, number: Number) -> int:
    """Tell where what is said of a number goes on: behind brackets with its range or share."""
    aside = _ASIDE.match(text, number.end)
    return aside.end() if aside else number.end


def _speak_of(said: str, limits: Mapping[int, tuple[bool, float]], thread: _Thread) -> None:
    """Take over which figure a heading or a question is of: the number follows."""
    beyond = {far for far, _ in limits.values()}
    meant = subjects(cues_in(said), "count", "", far=True in beyond, near=False in beyond)
    thread.subjects = tuple(dict.fromkeys([*meant, *thread.subjects]))


def _station(text: str, number: Number, stations: Sequence[tuple[int, str]]) -> str:
    """Choose the station that a time is said of: 'from' it right behind, else the one before, else the first."""
    if number.kind != "minutes":
        return ""
    behind = [crs for at, crs in stations if at > number.end and _NEXT_FROM.fullmatch(text[number.end:at])]
    earlier = [crs for at, crs in stations if at < number.start]
    return next(iter([*behind[:1], *earlier[-1:], *(crs for _, crs in stations)]), "")


def _respectively(said: str, sentence: Sentence, found: list[Claimed]) -> list[Claimed]:
    """Pair numbers with places, in order, where a sentence says 'respectively'."""
    named = [place for place in sentence.places if not place.hub]
    skipped = len(found) - len(named)
    if "respectively" not in said or not named or skipped < 0:
        return found
    paired = zip(found[skipped:], named, strict=True)
    return [*found[:skipped], *(replace(claim, places=(place,)) for claim, place in paired)]


def _is_term(said: str, at: int) -> bool:
    """Tell whether a time is the limit that people live beyond, not the claim that a journey takes so long."""
    of_people = _PEOPLE.search(said) or _FURTHER.search(said[:at + 15])
    return bool(of_people) and not _TAKES.search(said[max(0, at - 60):at + 40])


def _name_options(said: str, sentence: Sentence, limits: Mapping[int, tuple[bool, float]], thread: _Thread) -> None:
    """Take over what a sentence says of the view, but for the speed, which each of its numbers may have of its own."""
    changes: dict[str, str | int] = {}
    hubs = [place.hub for place in sentence.places if place.hub]
    if hubs:
        changes["hub"] = hubs[-1]
    if limits:
        changes["minutes"] = int(list(limits.values())[-1][1])
    if _DOOR.search(said):
        changes["clock"] = "door"
    elif _TRAIN.search(said):
        changes["clock"] = "train"
    if "Dingel" in said:
        changes["work"] = "dingel-neiman"
    thread.view = thread.view.replace(**changes)
    thread.named |= {*changes, *(["speed"] if speeds_in(said) else [])}


def _claimed(around: _Around, before: View, thread: _Thread, kinds: Sequence[str]) -> Claimed:
    """Put together what one number may be said of; `kinds` are those of the numbers before it in the sentence."""
    number, text, sentence = around.number, around.text, around.sentence
    places, others = places_of(
        text, sentence.start, sentence.places, number, (around.left, around.right), thread.place)
    spoken_before = [place for place in thread.recent if places and place.codes != places[0].codes][-1:]
    guessed = number.kind in COMPARES and not others
    if guessed:
        others = spoken_before
    elif spoken_before and not sentence.places and _PAIRED.search(text, sentence.start, number.end + 30):
        places = [*places, *spoken_before]      # "it is 4.2 against 22.7"
    like = _like(around, kinds)
    meant, reach, beside = _subjects(around, like)
    spoken_of: tuple[Subject, ...] = ()
    own = beside and (bool(not kinds or cues_in(text[number.end:around.right])) or number.start in sentence.headings)
    if not own and not _goes_on(around, thread, like, places):
        meant = []
    elif meant:
        spoken_of = thread.subjects if not beside or {subject.key for subject in meant} <= _GENERIC else ()
        thread.subjects = tuple(dict.fromkeys([*meant, *thread.subjects] if beside else [*thread.subjects, *meant]))
    else:
        meant = list(thread.subjects)
    together = [place for place in sentence.places if place.end <= number.start and place.codes]
    if len(together) < 2 or not _TOGETHER.search(text[sentence.start:sentence.end]):
        together = []
    clause = text[around.left:around.right]
    return Claimed(
        number, tuple(places), tuple(others), tuple(dict.fromkeys(meant)), spoken_of,
        tuple(dict.fromkeys(_views(around, before, thread, reach))), frozenset(thread.named), clause,
        text[number.end:around.right], like, _is_foreign(around),
        tuple(together), labelled=_is_labelled(around, places), guessed=guessed)


def _goes_on(around: _Around, thread: _Thread, like: str, places: Sequence[Named]) -> bool:
    """Tell whether a number without words of its own goes on with what the text is about."""
    number, text, sentence = around.number, around.text, around.sentence
    if number.kind != "count":
        return True
    after = _after_aside(text, number)
    if unit_after(text[after:around.right]) or like or number.said.digit < 1:
        return True
    follows = _NEXT_WORD.match(text, after)
    if follows and follows[1] not in GOES_ON:      # 400 sheep
        return False
    if not {*places} & {*sentence.places} and _NEW_TOPIC.search(text, max(0, thread.at - 3), sentence.start):
        return False
    return _is_labelled(around, places) or number.to is not None or number.said.value >= _TELLING


def _is_labelled(around: _Around, places: Sequence[Named]) -> bool:
    """Tell whether a number stands alone behind a name, as in a list: 'West Devon: 1,400 (1,160 to 1,750)'."""
    text, number = around.text, around.number
    return bool(_ALONE.match(text, _after_aside(text, number))) and any(
        place.end <= number.start and _LABELS.fullmatch(text[place.end:number.start]) for place in places)


def _is_foreign(around: _Around) -> bool:
    """Tell whether words of figures that are none of ours stand beside a number, or what it counts is none of ours."""
    after = around.text[around.number.end:around.right]
    clause = _line_of(around)
    label = _LABEL.search(around.text, max(0, around.number.start - 100), around.number.start)
    clause = f"{label[1]}: {clause}" if label else clause
    return around.number.kind == "money" or bool(OTHER_SOURCES.search(clause) or COUNTED_ELSEWHERE.search(after))


def _line_of(around: _Around) -> str:
    """Give the clause of a number, cut where short lines end: those of a list without bullets."""
    text, left, right = around.text, around.left, around.right
    end = text.find("\n", around.number.end, right)
    begin = text.rfind("\n", left, around.number.start)
    if end >= 0 and end - text.rfind("\n", 0, end) < SHORT_LINE:
        right = end
    if begin >= 0 and begin - text.rfind("\n", 0, begin) < SHORT_LINE:
        left = begin
    return text[left:right]


def _like(around: _Around, kinds: Sequence[str]) -> str:
    """Tell which unit a small number without one may have from the number before it."""
    number = around.number
    told = number.kind != "count" or number.said.value >= _SMALL or unit_after(around.text[number.end:around.right])
    return "" if told or not kinds or kinds[-1] not in {"rate", "share"} else kinds[-1]


def _views(around: _Around, before: View, thread: _Thread, reach: tuple[int, int]) -> list[View]:
    """List the views that a number may be of: at the speed named beside it, else before it, else as it was."""
    number, view = around.number, thread.view
    hubs = [place for place in around.sentence.places if place.hub]
    beside = [place.hub for place in hubs if number.end <= place.start < around.right]
    earlier = [place.hub for place in hubs if place.start < number.start]
    if hubs:
        view = view.replace(hub=(beside[:1] or earlier[-1:] or [hubs[0].hub])[0])
    after = [key for at, key in around.speeds if number.end <= at < reach[1]]
    left = [key for at, key in around.speeds if reach[0] <= at < number.start]
    passed = [key for at, key in around.speeds if at < number.start]
    if after or left or passed:
        return [view.replace(speed=(after[:1] or left[-1:] or passed[-1:])[0])]
    # Nothing is said here: that of the sentence before, or the usual one, which "in the gap" alone means.
    return [view.replace(speed=speed) for speed in (thread.asked.speed, before.speed)]


def _cut_right(text: str, start: int, end: int) -> int:
    match = _BREAK.search(text, start, end)
    if match and match.start() == start and _THAT_IS.match(text, match.end()):      # "1,310: that is how many …"
        match = _BREAK.search(text, match.end(), end)
    return match.start() if match else end


def _cut_left(text: str, start: int, end: int) -> int:
    last = start
    for match in _BREAK.finditer(text, start, end):
        last = match.end()
    return last


def _subjects(around: _Around, like: str) -> tuple[list[Subject], tuple[int, int], bool]:
    """Find the figure that a number is said of, and how far it was looked for: behind, before, in the sentence.

    Also tell whether it stands beside the number, and not only elsewhere in the sentence.
    """
    text, sentence, number = around.text, around.sentence, around.number
    for heading in sentence.headings.get(number.start, ()):
        titled = subjects(cues_in(heading), number.kind, "", far=False, near=False)
        if titled:
            return titled, (number.start, number.end), True
    unit = unit_after(text[_after_aside(text, number):around.right])
    whole = (_ALL_BEFORE.search(text, max(sentence.start, number.start - 30), number.start)
             or _ALL_LABEL.match(text, sentence.start, number.start))
    if whole and number.kind == "count" and not unit:      # "(population 68,110)"
        return [Subject(str(whole.lastgroup))], (number.start, number.end), True
    kinds = ["rate"] if number.kind == "count" and number.said.digit < 1 else [number.kind, *([like] if like else [])]
    spans = [(number.start, around.right), (around.left, around.right), (number.start, sentence.end),
             (sentence.start, sentence.end)]
    found: list[Subject] = []
    reach = spans[0]
    for reach in spans[number.kind == "rank":]:
        start, end = reach
        lead = cues_in(text[max(sentence.start, start - 14):start]) & {"of_them"}
        near = {beyond for at, (beyond, _) in around.limits.items() if start <= at < end}
        for kind in kinds:
            found += subjects(cues_in(text[start:end]) | lead, kind, unit, far=True in near, near=False in near)
        if not {subject.key for subject in found} <= _GENERIC:
            break
    before = text[max(sentence.start, number.start - 30):number.start]
    if unit and number.kind == "count" and _OUT_OF.search(before):
        found.append(Subject("residents" if unit == "people" else unit))
    if not unit and number.kind == "count" and _OF_A_NUMBER.search(before):
        found += [Subject("premises")] if any(each.key == "premises_below" for each in found) else [
            Subject("residents"), Subject("workers")]      # "4,720 of 35,922"
    if number.extreme in {"worst", "best"}:      # for working from home: who cannot, though they could
        found = [Subject("people_in_gap") if subject.key == "remote_capable" else subject for subject in found]
    return found, reach, bool(found) and reach in spans[:2]
