"""Read a text sentence by sentence: which place, figure and view each of its numbers is said of."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from geo.core.measures import MEASURES
from geo.core.view import View
from geo.edition.store import Edition
from geo.quote.attached import LARGEST, is_frame, places_of
from geo.quote.names import Named, find_places, find_stations
from geo.quote.numbers import NOT_CLAIMS, Number, read_numbers
from geo.quote.subjects import Subject, cues_in, limits_in, speeds_in, subjects, unit_after
from geo.quote.tables import Row, rows, under
from geo.quote.vocabulary import COUNTED_ELSEWHERE, GOES_ON, OTHER_SOURCES

_LONGEST_SENTENCE = 1500
"""Letters; what is longer is read in pieces, so that no text takes long."""
_PARAGRAPH = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*\u2022]|\d+[.)])\s)")
_SENTENCE_END = re.compile(r"[.!?][\"\u201d\u2019')\]]*\s+(?=[\"\u201c\u2018'(\[]?[A-Z0-9£])")
_ABBREVIATED = re.compile(r"(?:\b(?:St|Mr|Mrs|Ms|Dr|Cllr|approx|e\.g|i\.e|No|c|vs|Rt|Hon|Prof|Gt|Lt)|\b[A-Z])\.$")
_BREAK = re.compile(r";|:\s| [\u2013\u2014-] |\b(?:while|whereas|compared|against|although|though|but in|versus)\b")
_PART = re.compile(r"(?:most|least) deprived (?:fifth|tenth|quarter)|deprived (?:fifth|tenth)|poorest (?:fifth|tenth)")
_TELLING = 100
"""A count without any words beside it goes on with what the text is about from here."""
_GENERIC = frozenset({"residents", "workers", "households", "premises"})
_PEOPLE = re.compile(
    r"\b(?:live|lives|living|residents?|people|workers?|of whom|of them|cut off|those|who|nowhere)\b", re.IGNORECASE)
_WALK = re.compile(r"[\s'\u2019]*\s?(?:-\s?)?walk")
_AROUND_LIMIT = re.compile(r"\s+(?:of (?:that|the|this) (?:limit|line|threshold)|less|either side|more,)")
_OF_A_TERM = re.compile(
    r"\s+(?:networks|operators|hubs|cities|of the|types|kinds|reasons|questions|times|"
    r"(?:[a-z]+\s+){0,2}(?:authorities|councils|constituencies|counties|unitaries|districts|wards|seats|localities|"
    r"neighbourhoods|others))\b")
_SHORT_LINE = 50
"""Letters: a shorter line ends there by intent, and not because the page does."""
_NEW_TOPIC = re.compile(r"[^?:\s]\s*\n\s*\n")
_EVERY = re.compile(r"\b(?:per|every|each)\s+$", re.IGNORECASE)
_NOT = re.compile(r"\bnot\s+(?:the\s+|some\s+|about\s+)*$", re.IGNORECASE)
_BUT = re.compile(r"[^.;]{0,40}?\bbut\b")
"""After what is denied: 'not 5,000 but 5,780'."""
_INSTEAD = re.compile(
    r"(?:\b(?:rather than|instead of)|\d[^.;,]{0,20},\s+(?:and\s+)?not)\s+(?:the\s+|some\s+|about\s+)*$", re.IGNORECASE)
_ASIDE = re.compile(r"\s*\([^()]{0,60}\d[^()]{0,40}\)")
_LABEL = re.compile(r"(?:^|[.\n;])([^.\n;:]{0,80}):\s*(?:\w+\s+)?$")
_NEXT_WORD = re.compile(r"\s+([a-z][a-z'\u2019-]+)")
_ALONE = re.compile(r"\s*(?:[,;.)\n]|$)")
_MINE = re.compile(r"\b(?:mine|my|our)\b", re.IGNORECASE)
_HERE = re.compile(
    r"^\W*(?:here|we)\b|\b(?:my|our)\s+(?:own\s+)?(?:constituen|district|council|county|ward|patch|borough)",
    re.IGNORECASE)
_TOGETHER = re.compile(r"\b(?:together|combined|between them|in total|jointly)\b")
_OUT_OF = re.compile(r"\bof\s+(?:(?:the|its|all|their)\s+)?(?:[\w\s]+['\u2019]s?\s+)?$")
_SMALL = 1000
"""A count without a unit that is smaller may be a rate or per cent, as the number before it was."""
_DOOR = re.compile(r"door[- ]to[- ]door|from (?:the|their|his|her) (?:own )?(?:front )?door|door to", re.IGNORECASE)
_TRAIN = re.compile(r"by (?:train|rail)|on the train|train (?:ride|time|journey)|rail journey", re.IGNORECASE)
_TAKES = re.compile(r"\b(?:journeys?|takes?|median|typical(?:ly)?|average|trip|travel time)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Sentence:
    """One sentence, with what stands in it.

    Attributes
    ----------
    start, end
        Where it stands in the text.
    paragraph
        Number of its paragraph.
    numbers, places
        In the order of the text.
    headings
        Of a row of a table: where a number of it stands → what its column is called, and those left of it.
    """

    start: int
    end: int
    paragraph: int
    numbers: tuple[Number, ...]
    places: tuple[Named, ...]
    headings: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


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


def sentences(edition: Edition, text: str) -> list[Sentence]:
    """Take a text apart.

    Parameters
    ----------
    edition
        Whose places are looked for.
    text
        Any.

    Returns
    -------
    list of Sentence
        In order.
    """
    numbers, places = read_numbers(text), find_places(edition, text)
    found = []
    tabled = {row.start: row for row in rows(text)}
    for paragraph, (first, last) in enumerate(_paragraphs(text, list(tabled.values()))):
        row = tabled.get(first)
        for start, end in [(first, last)] if row else _sentences(text, first, last):
            inside = tuple(number for number in numbers if start <= number.start < end)
            headings = {number.start: cell.headings for number in inside for cell in (row.cells if row else ())
                        if cell.start <= number.start < cell.end}
            found.append(Sentence(
                start, end, paragraph,
                tuple(under(number, headings.get(number.start, ("",))[0]) for number in inside),
                tuple(place for place in places if start <= place.start < end), headings))
    return found


def _paragraphs(text: str, tabled: Sequence[Row]) -> Iterator[tuple[int, int]]:
    """List paragraphs, items of lists and rows of tables."""
    parts = sorted([*((row.start, row.start) for row in tabled), *((row.end, row.end) for row in tabled),
                    *(match.span() for match in _PARAGRAPH.finditer(text))])
    start = 0
    for end, after in parts:
        if end > start:
            yield start, end
        start = max(start, after)
    yield start, len(text)


def _sentences(text: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    start = first
    for match in _SENTENCE_END.finditer(text, first, last):
        while match.end() - start > _LONGEST_SENTENCE:
            yield start, start + _LONGEST_SENTENCE
            start += _LONGEST_SENTENCE
        if not _ABBREVIATED.search(text[max(first, match.start() - 8):match.start() + 1]):
            yield start, match.end()
            start = match.end()
    while start < last:
        yield start, min(last, start + _LONGEST_SENTENCE)
        start += _LONGEST_SENTENCE


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
    told = next((claim.subjects for claim in found if claim.subjects and claim.subjects[0].key in MEASURES), ())
    return [claim if claim.subjects else replace(claim, subjects=told) if claim.number.kind == "rank" else
            replace(claim, told_later=told) for claim in found]


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
               if number.kind not in NOT_CLAIMS and number.start not in limits and not _masked(text, number)][:most]
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
        earlier = [crs for at, crs in stations if at < number.start]
        station = (earlier[-1:] or [crs for _, crs in stations[:1]] or [""])[0] if number.kind == "minutes" else ""
        found.append(replace(claim, station=station))
    if speeds:
        thread.view = thread.view.replace(speed=speeds[-1][1])
    if not numbers:
        _speak_of(said, limits, thread)
    smaller = [place for place in own if place.codes and place.codes[:1] not in LARGEST]
    thread.place = next(iter([*smaller, *own]), thread.place)
    if smaller and not thread.home and _MINE.search(said):
        thread.home = smaller[0]
    if sentence.places or thread.subjects != subjects_before:
        thread.at = sentence.end
    return _respectively(said, numbers, sentence, found)


def _after_aside(text: str, number: Number) -> int:
    """Tell where what is said of a number goes on: behind brackets with its range or share."""
    aside = _ASIDE.match(text, number.end)
    return aside.end() if aside else number.end


def _speak_of(said: str, limits: Mapping[int, tuple[bool, float]], thread: _Thread) -> None:
    """Take over which figure a heading or a question is of: the number follows."""
    beyond = {far for far, _ in limits.values()}
    meant = subjects(cues_in(said), "count", "", far=True in beyond, near=False in beyond)
    thread.subjects = tuple(dict.fromkeys([*meant, *thread.subjects]))


def _respectively(said: str, numbers: Sequence[Number], sentence: Sentence, found: list[Claimed]) -> list[Claimed]:
    """Pair numbers with places, in order, where a sentence says 'respectively'."""
    named = [place for place in sentence.places if not place.hub]
    if "respectively" not in said or len(named) != len(numbers):
        return found
    return [replace(claim, places=(place,)) for claim, place in zip(found, named, strict=True)]


def _is_term(said: str, at: int) -> bool:
    """Tell whether a time is the limit that people live beyond, not the claim that a journey takes so long."""
    return bool(_PEOPLE.search(said)) and not _TAKES.search(said[max(0, at - 60):at + 40])


def _masked(text: str, number: Number) -> bool:
    """Tell whether a number is a part of a term."""
    around = text[max(0, number.start - 16):number.end + 12]
    if number.kind == "share" and _PART.search(around):
        return True
    if number.kind == "minutes":
        return bool(_WALK.match(text, number.end) or _AROUND_LIMIT.match(text, number.end))
    before = text[max(0, number.start - 40):number.start]
    if _INSTEAD.search(before) or (_NOT.search(before) and _BUT.match(text, number.end)):
        return True
    return number.kind == "count" and bool(
        _OF_A_TERM.match(text, number.end) or _EVERY.search(text[max(0, number.start - 12):number.start]))


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
        tuple(together))


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
    named = [place for place in places if place in sentence.places]
    labelled = any(place.end <= number.start <= place.end + 4 for place in named) and _ALONE.match(text, after)
    if not named and _NEW_TOPIC.search(text, max(0, thread.at - 3), sentence.start):
        return False
    return bool(labelled or number.to) or number.said.value >= _TELLING


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
    if end >= 0 and end - text.rfind("\n", 0, end) < _SHORT_LINE:
        right = end
    if begin >= 0 and begin - text.rfind("\n", 0, begin) < _SHORT_LINE:
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
    if unit and number.kind == "count" and _OUT_OF.search(text[max(sentence.start, number.start - 30):number.start]):
        found.append(Subject("residents" if unit == "people" else unit))
    if number.extreme in {"worst", "best"}:      # for working from home: who cannot, though they could
        found = [Subject("people_in_gap") if subject.key == "remote_capable" else subject for subject in found]
    return found, reach, bool(found) and reach in spans[:2]
