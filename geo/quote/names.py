"""Find the places that a text names: by name of any kind, by the names people use, by code; hubs of journeys apart."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from geo.core.cache import cached
from geo.core.choices import ALL_HUBS, ENGLAND, REGIONS, Region
from geo.edition.partnerships import within_reach
from geo.edition.search import search
from geo.edition.spelling import OTHER_NAMES, fold, readings
from geo.edition.store import Edition
from geo.quote.vocabulary import COMMON_NAMES, NO_PLACES

_PRECEDENCE = ("region", "authority", "county", "lep", "constituency", "district", "ward", "msoa", "lsoa")
_SMALL = {"ward", "msoa", "locality"}
_SHORTEST = 3      # letters of a small place's name that is known without being called a ward
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*|&")
_GAP = re.compile(r"(?:\s|,\s|-|/)?")
_GAP_OF_SAINTS = re.compile(r"\.?\s?")
_NATION = re.compile(r"\b(?:England|English|national(?:ly)?|the country(?:['\u2019]s)?)\b"
                     r"(?!\s+(?:Indices|Index|Audit|Statistics))")
_CODE = re.compile(r"\b[EK]\d{8}\b")
_TRAVEL = re.compile(r"\b(?:minutes?|mins?|hours?|hrs?|train|rail|journey|travel|door|reach|commut|further|away|limit|"
                     r"threshold)", re.IGNORECASE)
_TO_HUB = re.compile(
    r"\b(?:to|reach(?:ing|es)?|into|towards|(?:hours?|minutes?|mins) of)\s+(?:central\s+)?$", re.IGNORECASE)
_FROM_HUB = re.compile(
    r"\b(?:hours?|minutes?|mins|hrs|away|far|further|distance|trains?|rail|trip|time|limit)\s+from\s+(?:central\s+)?$",
    re.IGNORECASE)
_CAPITAL_CITY = re.compile(r"\bthe capital\b")
_CAPITAL = r"[A-Z][\w'\u2019-]+"
_ELSEWHERE = re.compile(
    rf"\b(?:[Ii]n|[Aa]cross|[Tt]hroughout|[Ff]or)\s+({_CAPITAL}(?:\s+(?:and\s+|of\s+)?{_CAPITAL})*)")
_PART_OF = re.compile(r"\b(?:north|south|east|west|mid|central|rural|coastal)[\s-]$")
_BEFORE_NAME = re.compile(
    r"(MP for|constituency of|seat of|ward of|district of|borough of|city of|county of|council of)\s+(?:the\s+)?$",
    re.IGNORECASE)
_COUNCILS, _SEATS = ("authority", "county", "district"), ("constituency",)
_KIND_BEFORE = {"mp for": _SEATS, "constituency of": _SEATS, "seat of": _SEATS, "ward of": ("ward",)}
_HUB_NAMES: Mapping[str, str] = {
    fold(name): key for key, hub in ALL_HUBS.items() for name in (
        hub.label, re.sub(r" (?:Temple Meads|St Davids|Central|New Street)$", "", hub.label))}

@dataclass(frozen=True)
class Named:
    """A place as a text names it.

    Attributes
    ----------
    start, end
        Where the name stands.
    name
        As it stands there.
    codes
        What it may mean, likeliest first; none where no place of the edition is meant.
    hub
        Key of the hub, where it is the end of a journey; "" otherwise.
    """

    start: int
    end: int
    name: str
    codes: tuple[str, ...] = ()
    hub: str = ""


@dataclass(frozen=True)
class _Entry:
    kind: str
    code: str


@cached(2)
def _names(edition: Edition) -> dict[str, list[_Entry]]:
    """Index every name by its words, as `fold` spells it; those likelier meant first."""
    found: dict[str, list[_Entry]] = defaultdict(list)
    places = edition.places
    order = {kind: number for number, kind in enumerate(_PRECEDENCE)}
    kinds = dict(zip(places["code"], places["kind"], strict=True))
    rows = sorted(zip(places["name"], places["kind"], places["code"], places["neighbour"], strict=True),
                  key=lambda row: (row[3], order[row[1]], row[2]))
    for name, kind, code, _ in rows:
        folded = fold(name)
        for said in {folded, folded.removesuffix(" city of").removesuffix(" county of")}:
            found[said].append(_Entry(kind, code))
    for name, code in OTHER_NAMES:
        if code in kinds and not _CODE.fullmatch(name):
            found[fold(name)].append(_Entry(kinds[code], code))
    for row in within_reach(list(kinds)):
        for name in filter(None, (row.name, row.also)):
            found[fold(name)].append(_Entry("partnership", row.code))
    for name in edition.localities["name"] if len(edition.localities) else ():
        if fold(name) not in found:
            found[fold(name)].append(_Entry("locality", name))
    return dict(found)


@cached(2)
def _longest(edition: Edition) -> dict[str, int]:
    """Index by its first word how many words the longest name has."""
    found: dict[str, int] = defaultdict(int)
    for name in _names(edition):
        first, *rest = name.split()
        found[first] = max(found[first], 1 + len(rest))
    return dict(found)


@cache
def _region(region: Region) -> re.Pattern[str]:
    """Find the region by its name, and where it is called no more than that."""
    name = r"[\s-]".join(map(re.escape, region.name.split()))
    longer = rf"(?!\s+(?:{'|'.join(region.longer_names)}))" if region.longer_names else ""
    return re.compile(rf"\b(?:(?:the\s+)?{name}(?:\s+(?:of\s+)?England)?|the\s+region|regional(?:ly)?)\b{longer}",
                      re.IGNORECASE)


def find_places(edition: Edition, text: str) -> list[Named]:
    """Find every place that a text names.

    Parameters
    ----------
    edition
        The edition served.
    text
        Any.

    Returns
    -------
    list of Named
        In the order of the text; none overlaps another. Names are known by their capitals; a ward or village of one
        word that is a common one too must be called a ward. One name of several small places means those in a larger
        place that the text names.
    """
    taken = bytearray(len(text))
    codes = frozenset(edition.places["code"])
    found = [_take(taken, Named(*match.span(), match[0], (match[0],) if match[0] in codes else ()))
             for match in _CODE.finditer(text)]
    found += _by_name(edition, text, taken)
    for pattern, code in ((_region(edition.region), edition.region.code), (_NATION, ENGLAND)):
        found += [_take(taken, Named(*match.span(), match[0], (code,))) for match in pattern.finditer(text)
                  if not any(taken[match.start():match.end()])]
    for match in _ELSEWHERE.finditer(text):
        start, end = match.span(1)
        if not any(taken[start:end]) and match[1].split()[0].casefold() not in NO_PLACES:
            found.append(_take(taken, Named(start, end, match[1])))
    found += [_take(taken, Named(*match.span(), match[0], hub="london")) for match in _CAPITAL_CITY.finditer(text)
              if _is_hub(text, *match.span())]
    return sorted(_narrowed(edition, found), key=lambda named: named.start)


_STATION = re.compile(
    rf"\b(?i:from|at|leaves?|leaving)\s+(?P<a>{_CAPITAL}(?:\s+{_CAPITAL})*)|"
    rf"(?P<b>{_CAPITAL}(?:\s+{_CAPITAL})*)\s+(?:(?:railway\s+|train\s+)?station\b|to\s+(?:central\s+)?[A-Z])")


@cached(2)
def _stations(edition: Edition) -> dict[str, str]:
    return {fold(name): str(crs) for crs, name in edition.stations["name"].items()}


def find_stations(edition: Edition, text: str) -> list[tuple[int, str]]:
    """Find the stations that a text says trains go from.

    Parameters
    ----------
    edition
        The edition served.
    text
        Any.

    Returns
    -------
    list of tuple
        Where, and the CRS code, in order.
    """
    known, found = _stations(edition), []
    for match in _STATION.finditer(text):
        words = (match["a"] or match["b"]).split()
        parts = (" ".join(words[first:last]) for first in range(len(words)) for last in range(len(words), first, -1))
        crs = next((known[fold(part)] for part in parts if fold(part) in known), "")
        found += [(match.start(), crs)] if crs else []
    return found


def _take(taken: bytearray, named: Named) -> Named:
    taken[named.start:named.end] = b"\1" * (named.end - named.start)
    return named


def _by_name(edition: Edition, text: str, taken: bytearray) -> list[Named]:
    """Find names, the longest that begins at each word."""
    names, longest = _names(edition), _longest(edition)
    words = list(_WORD.finditer(text))
    folded = [fold(word[0]) for word in words]
    found: list[Named] = []
    at = 0
    while at < len(words):
        step = 1
        for count in range(min(max(longest.get(folded[at], 0), 3), len(words) - at), 0, -1):
            named = _named(edition, text, words[at:at + count], folded[at:at + count], names)
            if named and not any(taken[named.start:named.end]):
                found.append(_take(taken, named))
                step = count
                break
        at += step
    return found


def _named(
    edition: Edition, text: str, words: Sequence[re.Match[str]], folded: Sequence[str],
    names: Mapping[str, list[_Entry]],
) -> Named | None:
    """Read some words as a name, where they are one and are written as one."""
    start, end = words[0].start(), words[-1].end()
    spelled = " ".join(folded)
    if spelled not in names and re.search(r"['\u2019]s$", text[start:end]):
        end -= 2
        spelled = " ".join([*folded[:-1], fold(text[words[-1].start():end])])
    if _HUB_NAMES.get(spelled) in edition.region.hubs and _is_hub(text, start, end, ours=spelled in names):
        return Named(start, end, text[start:end], hub=_HUB_NAMES[spelled])
    entries = names.get(spelled, [])
    if not entries or not _written_as_a_name(text, words):
        return None
    if _PART_OF.search(text[max(0, start - 8):start]):
        return Named(start, end, text[start:end])      # a part of it that is no place of ours
    kinds = _kinds_beside(text, start, end, spelled)
    wanted = [entry for entry in entries if not kinds or entry.kind in kinds]
    if not wanted:
        return None if _SMALL & {*kinds} else Named(start, end, text[start:end])
    doubtful = spelled in COMMON_NAMES or len(spelled) <= _SHORTEST or _inside_a_title(text, start, end)
    if doubtful and not kinds and len(words) == 1 and all(entry.kind in _SMALL for entry in wanted):
        return None
    return Named(start, end, text[start:end], tuple(dict.fromkeys(_codes(edition, wanted))))


def _written_as_a_name(text: str, words: Sequence[re.Match[str]]) -> bool:
    """Tell whether words stand together and have capitals, but for little ones among them."""
    together = all((_GAP_OF_SAINTS if left[0] == "St" else _GAP).fullmatch(text[left.end():right.start()])
                   for left, right in pairwise(words))
    return together and not words[0][0][0].islower() and all(
        not word[0][0].islower() or word[0] in _LITTLE for word in words)


_LITTLE = frozenset(["and", "of", "the", "in", "on", "with", "upon", "under", "le", "de", "by", "cum", "super", "&"])


def _codes(edition: Edition, entries: Iterable[_Entry]) -> list[str]:
    found: list[str] = []
    for entry in entries:
        if entry.kind == "locality":
            found += [hit.code for hit in search(edition, entry.code, 6).hits if hit.exact]
        else:
            found.append(entry.code)
    return found


def _kinds_beside(text: str, start: int, end: int, spelled: str) -> tuple[str, ...]:
    """Tell which kinds of place the words beside a name allow: a ward, a constituency, a council."""
    after = re.match(r"(?:['\u2019]s)?\s+([A-Za-z]+)(?:\s+([A-Za-z]+))?", text[end:end + 40])
    if after:
        for words in filter(None, (f"{after[1]} {after[2]}" if after[2] else "", after[1])):
            for reading in readings(f"{spelled} {fold(words)}"):
                if reading.name == spelled and reading.kinds:
                    return reading.kinds
        if re.match(r"\s+(?:parliamentary\s+)?(?:seat|constituency)", text[end:end + 30]):
            return _SEATS
    before = _BEFORE_NAME.search(text[max(0, start - 30):start])
    return _KIND_BEFORE.get(before[1].lower(), _COUNCILS) if before else ()


def _inside_a_title(text: str, start: int, end: int) -> bool:
    """Tell whether a capital word stands beside a name of one word: then it is part of another name."""
    reach = max(0, start - 25)
    before = re.search(r"([A-Z][\w'\u2019]+)\s$", text[reach:start])
    opens = before is not None and re.search(r"(?:^|[.!?:]\s|\n)$", text[:reach + before.start()]) is not None
    return (before is not None and not opens) or re.match(r"\s[A-Z][a-z]", text[end:end + 3]) is not None


def _is_hub(text: str, start: int, end: int, *, ours: bool = True) -> bool:
    """Tell whether a name is where a journey goes; one that is no place of ours is where journeys are spoken of."""
    before = text[max(0, start - 40):start]
    if not _TRAVEL.search(text[max(0, start - 90):end + 60]):
        return False
    if _TO_HUB.search(before):
        return True
    begins = re.match(r"\s+to\b|\s+(?:(?:railway|train)\s+)?station\b", text[end:end + 25])
    if re.search(r"\bfrom\s+(?:central\s+)?$", before, re.IGNORECASE):
        return not begins and _FROM_HUB.search(before) is not None
    return not ours and not begins


def _narrowed(edition: Edition, found: Sequence[Named]) -> list[Named]:
    """Of one name of several small places keep those in a larger place that the text names."""
    areas = edition.areas
    larger = {named.codes[0] for named in found if named.codes and named.codes[0] not in REGIONS}
    chosen = []
    for named in found:
        kinds = {code: edition.place(code).kind for code in named.codes} if len(named.codes) > 1 else {}
        if kinds and set(kinds.values()) <= {"ward", "msoa"}:
            inside = [code for code, kind in kinds.items()
                      if {*areas.loc[areas[kind] == code, ["authority", "county", "constituency"]].iloc[0]} & larger]
            chosen.append(Named(named.start, named.end, named.name, tuple(inside or named.codes)))
        else:
            chosen.append(named)
    return chosen
