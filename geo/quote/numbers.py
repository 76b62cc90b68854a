"""Read the numbers of a text: counts, shares, rates, times, multiples, ranks and ranges, in digits and in words."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from geo.quote.spelled import DIGITS, NUMBER, ORDINAL, WORDS, cardinal, hundredth, ordinal
from geo.quote.tolerances import TOLERANCES, Said

Kind = Literal["count", "share", "rate", "minutes", "times", "percent more", "points", "order", "rank", "money", "year",
               "speed", "every", "other"]
"""What a number is of; "percent more" and "points" are how far apart two figures lie, "order" which of two is larger.

Money is never ours, and those after it are no claims.
"""

COMPARES = frozenset({"times", "percent more", "points", "order"})
"""Kinds that set one place beside another."""

NOT_CLAIMS = ("year", "speed", "every", "other")

_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
          "tenth": 10}
_TIMES = {"twice": 2, "double": 2, "treble": 3, "triple": 3, "thrice": 3}

_LOWER = frozenset(["fewer", "smaller", "lower", "less", "better", "below", "shorter"])
_ENDS = {"top": "highest", "bottom": "worst"}
_NAMED_NEXT = re.compile(r"\s+(?:(?:in|that of|those in|that in|the|for)\s+)*[A-Z]")
_NAME_BEFORE = re.compile(r"(?:(?<![.!?:]\s)\b[A-Z][\w'\u2019-]+,?|\b(?:only|joint))\s+$")
_FROM_THERE = re.compile(r"\s+(?:(?:from|to)\s+[A-Z]|at best\b|at the fastest\b|on the fastest\b)")
_START = r"(?<![\w£$€.,/@#\u2013-])"
_START_OF_WORD = r"(?<![\w£$€@#])"
_END = r"(?![\w/@]|[.,:]\d)"
_TO = r"(?:\s+(?:to|and)\s+|\s*[\u2013\u2014]\s*|(?<=[\d%])\s?-\s?(?=\d))"
_PERCENT = r"(?:\s?(?:%|per\s?cents?\b|percent\b|pc\b))"
_OF_EVERY = (r"(?:\s+(?:[a-z]+\s+){0,5}?)?(?:\s*(?:per|in every|of every|out of every|for every|in each|out of|of)\s+)"
             r"(?:1[,\s]?000|a thousand|thousand|one thousand)\b")
_MONTHS = ("January|February|March|April|May|June|July|August|September|October|November|December|"
           "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec")
_HIGHEST = ("worst|highest|most|largest|biggest|longest|greatest|lowest|fewest|smallest|shortest|least|best|quickest|"
            "slowest")
_WAYS = r"higher|lower|above|below|more|fewer|less|larger|smaller|worse|better"
_FROM = r"(?:between\s+|from\s+)?"
_LAST = rf"(?:\s*(?:to|and|\u2013|-)\s*(?P<l>{ORDINAL}))?"

WORDS_BEFORE = sorted(((word, key) for key, rule in TOLERANCES.items() for word in rule.words),
                      key=lambda pair: -len(pair[0]))
_BEFORE = re.compile("(?:" + "|".join(
    rf"(?P<k{number}>{re.escape(word)})" for number, (word, _) in enumerate(WORDS_BEFORE))
    + r")\s*(?:(?:an?|the|only|estimated|just|some)\s+){0,2}$", re.IGNORECASE)
_OR_MORE = re.compile(r"\s+or\s+(more|longer|above|fewer|less|below|so)\b", re.IGNORECASE)


_NOTHING = Said(0, 1, 1)


@dataclass(frozen=True)
class Number:
    """One number of a text.

    Attributes
    ----------
    start, end
        Where it stands, with its unit and the word before it.
    kind
        What it is of.
    said
        The number; of a range its lower end. Of a rank 1 is the first.
    to
        The upper end of a range; None for a single number.
    word
        What stands before it, a key of `geo.quote.tolerances.TOLERANCES`.
    extreme
        Of a rank: which end it is counted from ("worst", "lowest", …); "" where it is not said. Of what lies apart:
        "highest" for above, "lowest" for below.
    of
        Of a rank: among how many; 0 where it is not said.
    within
        Whether a rank is one of so many, or in such a part: "among the worst ten", "in the worst tenth".
    """

    start: int
    end: int
    kind: Kind
    said: Said = _NOTHING
    to: Said | None = None
    word: str = "exact"
    extreme: str = ""
    of: int = 0
    within: bool = False


def read_numbers(text: str) -> list[Number]:
    """Find every number of a text.

    Parameters
    ----------
    text
        Any.

    Returns
    -------
    list of Number
        In the order of the text; none overlaps another.

    Examples
    --------
    >>> [(found.kind, found.said.value) for found in read_numbers("1,234 homes, 12.5 per cent, two and a half hours")]
    [('count', 1234.0), ('share', 0.125), ('minutes', 150.0)]
    """
    taken = bytearray(len(text))
    found: list[Number] = []
    for pattern, read in _PATTERNS:
        for match in pattern.finditer(text):
            number = read(match)
            if number is not None and not any(taken[number.start:number.end]):
                taken[number.start:number.end] = b"\1" * (number.end - number.start)
                found.append(number)
    ordered = sorted((_qualified(text, number, taken) for number in found), key=lambda number: number.start)
    for position in range(1, len(ordered)):
        ordered[position] = _as_before(text, ordered[position], ordered[position - 1])
    return ordered


def _as_before(text: str, number: Number, before: Number) -> Number:
    """Read a bare number as the one before it in its sentence: '… of every 1,000', '189 minutes from …, 266 from …'."""
    if number.kind != "count" or "." in text[before.end:number.start]:
        return number
    if before.kind == "every":
        return replace(number, kind="rate")
    if before.kind == "minutes" and _FROM_THERE.match(text, number.end):
        return replace(number, kind="minutes", said=number.said._replace(as_given=True))
    return number


def _share(match: re.Match[str]) -> Number:
    return Number(*match.span(), "share", hundredth(cardinal(match["n"])))


def _share_range(match: re.Match[str]) -> Number:
    return Number(*match.span(), "share", hundredth(cardinal(match["n"])), hundredth(cardinal(match["m"])))


def _one_in(match: re.Match[str]) -> Number | None:
    upper, lower = cardinal(match["n"]).value, cardinal(match["m"]).value
    if not 0 < upper < lower:
        return None
    one_in = lower if upper == 1 else 0
    return Number(*match.span(), "share", Said(upper / lower, 0.01, 0.01, one_in, fraction=True))


def _part(match: re.Match[str]) -> Number | None:
    upper = cardinal(match["n"]).value if match["n"] and match["n"].lower() not in {"a", "one"} else 1
    lower = _PARTS[match["part"].lower().removesuffix("s").replace("halve", "half")]
    if not 0 < upper < lower:
        return None
    return Number(*match.span(), "share", Said(upper / lower, 0.01, 0.01, fraction=True))


def _rate(match: re.Match[str]) -> Number:
    to = cardinal(match["m"]) if match.groupdict().get("m") else None
    return Number(*match.span(), "rate", cardinal(match["n"]), to)


def _count(match: re.Match[str]) -> Number | None:
    text = match["n"]
    if text.lower() in {"one", "zero"}:      # mostly no number
        return None
    return Number(*match.span(), "count", cardinal(text))


def _count_range(match: re.Match[str]) -> Number | None:
    low, high = cardinal(match["n"]), cardinal(match["m"])
    return Number(*match.span(), "count", low, high) if low.value < high.value else None


def _hours(match: re.Match[str]) -> Number:
    """Read hours and minutes."""
    said = match.groupdict()
    hours = cardinal(said["h"]).value if said["h"] and said["h"].lower() not in {"a", "an", "half an"} else 1.0
    part = (said["part"] or said["rest"] or "").lower()
    minutes = cardinal(said["m"]).value if said["m"] else 0.0
    if said["h"] and said["h"].lower().startswith("half"):
        return Number(*match.span(), "minutes", Said(30, 1, 30))
    more = 30 if "half" in part else 45 if "three" in part else 15 if "quarter" in part else 0
    value = hours * 60 + more + minutes
    rounded = 1.0 if minutes else 15.0 if more in {15, 45} else 30.0 if more or hours % 1 else 60.0
    return Number(*match.span(), "minutes", Said(value, 1, rounded))


def _minutes(match: re.Match[str]) -> Number:
    to = cardinal(match["m"]) if match.groupdict().get("m") else None
    said = cardinal(match["n"])
    return Number(*match.span(), "minutes", said._replace(as_given=True), to)


def _times(match: re.Match[str]) -> Number:
    word = match["n"].lower()
    if word in _TIMES:
        return Number(*match.span(), "times", Said(_TIMES[word], 1, 1, fraction=True))
    said = cardinal(match["n"])
    return Number(*match.span(), "times", said._replace(fraction=said.digit >= 1))


def _half_of(match: re.Match[str]) -> Number:
    return Number(*match.span(), "times", Said(0.5, 0.1, 0.1, fraction=True))


def _rank(match: re.Match[str]) -> Number | None:
    said = match.groupdict()
    place = ordinal(said["o"]) if said.get("o") else int(said["p"]) if said.get("p") else 1
    if not 0 < place < 5000:
        return None
    last = ordinal(said["l"]) if said.get("l") else 0
    extreme = (said.get("x") or "").lower()
    of = said.get("of") or ""
    return Number(*match.span(), "rank", Said(place, 1, 1), Said(last, 1, 1) if last else None,
                  extreme=extreme, of=int(cardinal(of).value) if of else 0)


def _more_than_any(match: re.Match[str]) -> Number:
    """Read 'more … than any other' as the first rank."""
    extreme = "lowest" if match["x"].lower() in {"fewer", "smaller", "lower"} else "highest"
    return Number(*match.span(), "rank", Said(1, 1, 1), extreme=extreme)


def _apart(kind: Kind) -> Callable[[re.Match[str]], Number]:
    """Read how far above another figure, or below it, one is said to lie."""
    return lambda match: Number(*match.span(), kind, hundredth(cardinal(match["n"])), extreme=_way(match["way"]))


def _order(match: re.Match[str]) -> Number | None:
    """Read 'fewer people than Plymouth': a name must follow."""
    named = _NAMED_NEXT.match(match.string, match.end("than"))
    return Number(*match.span("x"), "order", extreme=_way(match["x"])) if named else None


def _way(word: str) -> str:
    return "lowest" if word.lower() in _LOWER else "highest"


def _band(match: re.Match[str]) -> Number:
    """Read 'among the worst tenth', 'in the top ten', 'one of the five worst'."""
    said = match.groupdict()
    extreme = said["x"].lower()
    of = int(cardinal(said["of"]).value) if said["of"] else 0
    if said.get("part"):
        size = Said(1 / _PARTS.get(said["part"].lower(), 20), 0.01, 0.01, fraction=True)
    else:
        size = cardinal(said["n"])._replace(fraction=False)
        size = hundredth(size)._replace(fraction=True) if said.get("cent") else size
    return Number(*match.span(), "rank", size, extreme=_ENDS.get(extreme, extreme), of=of, within=True)


def _behind_a_name(match: re.Match[str]) -> Number | None:
    """Read 'Mid Devon third': an ordinal right behind a name, where no more is said."""
    return _rank(match) if _NAME_BEFORE.search(match.string, max(0, match.start() - 40), match.start()) else None


def _no(kind: Kind) -> Callable[[re.Match[str]], Number]:
    """Read what is a number and no claim."""
    return lambda match: Number(*match.span(), kind)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_AMONG = r"\b(?:among(?:st)?|one of|in|within|inside|into)\s+(?:(?:the|its|our|\w+['\u2019]s)\s+)+"
_THINGS = (r"(?:premises|homes?|houses?|households?|residents?|workers?|person|people|propert(?:y|ies)|business(?:es)?|"
           r"firms?|address(?:es)?)")
_PART_OF_HOUR = r"and[\s-]+(?:a[\s-]+|three[\s-]+)?(?:half|quarters?)"
_HOURS = (rf"(?P<h>{NUMBER}|half\s+an|an?)[\s-]*(?:(?P<part>{_PART_OF_HOUR})[\s-]+)?(?:hours?|hrs?|h)\b"
          rf"(?:[\s,-]*(?:and\s+)?(?:(?P<m>{NUMBER})[\s-]?(?:minutes?|mins?|m)\b)|\s+(?P<rest>{_PART_OF_HOUR})\b)?")
_OF_MANY = (rf"(?:\s*,?\s*(?:out\s+)?of\s+(?:(?:the|all|its|our|\w+['\u2019]s)\s+)*"
            rf"(?P<of>{DIGITS}|{WORDS})\b(?!\s*(?:%|per\s?cent)))")
_OF = f"{_OF_MANY}?"

_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Number | None]], ...] = (
    # What is a number and no claim.
    (_pattern(r"https?://\S+|www\.\S+|[\w.]+@[\w.]+|\b(?:place|explore)\?\S+"), _no("other")),
    (_pattern(rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:{_MONTHS})\b(?:\s+\d{{4}})?|\b(?:{_MONTHS})\s+\d{{1,2}}(?:st|nd|rd|th)?"
              rf"(?:,?\s+\d{{4}})?\b(?!,\d)|\b(?:{_MONTHS})\s+\d{{4}}\b|\b\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{2,4}}\b"
              r"|\b\d{4}-\d{2}(?:-\d{2})?\b"), _no("year")),
    (_pattern(r"\b(?:19|20)\d{2}(?:\s?[-\u2013/]\s?(?:(?:19|20)\d{2}|\d{2}))?\b(?![,.]\d|\s?%|\s+(?:people|homes|premises|"
              r"residents|households|workers|properties|businesses))"), _no("year")),
    (_pattern(rf"{NUMBER}(?:\s?/\s?{NUMBER})?[\s-]?(?:mbit/?s?|mbps|mb/s|gbit/?s?|gbps|kbit/?s?|kbps|"
              r"megabits?|gigabits?|meg)\b(?:[\s-](?:per|a|/)[\s-]second)?|\b10/1\b"), _no("speed")),
    (_pattern(rf"[£$€]\s?{NUMBER}(?:\s?(?:thousand|million|billion|trillion|k|m|bn))?\b|{NUMBER}\s+(?:pounds|pence|euros)\b"),
     _no("money")),
    (_pattern(r"\b(?:(?:page|section|table|figure|chapter|annex|question|note|item|version|paragraph|appendix|step|part)s?|"
              rf"p\.|pp\.|fig\.|para\.|no\.)\s+{DIGITS}\b(?:(?:\s+(?:to|and)\s+|\s?[\u2013-]\s?){DIGITS}\b)?"),
     _no("other")),
    (re.compile(r"^[ \t]*\(?\d{1,2}(?:\.\d{1,2})+[.)]?(?=\s+[A-Z])", re.MULTILINE), _no("other")),     # of paragraphs
    (_pattern(r"(?<![\d,.\u00a0\u2009\u202f])(?:(?:\+44\s?|0)\d{2,4}[\s-]?\d{3}[\s-]?\d{3,4}|0\d+)\b"),
     _no("other")),     # of telephones
    (_pattern(rf"{NUMBER}[\s-]?(?:km|kilometres?|miles?|metres?|degrees|years?|months?|weeks?|days?|times out of ten|"
              r"pm|am|a\.m\.|p\.m\.|o.clock)\b|(?:nine|9)\s+times\s+(?:in|out of)\s+(?:ten|10)|"
              r"\b\d{1,2}[:.]\d{2}\s?(?:am|pm)\b|\b(?:half|quarter)\s+(?:past|to)\b(?!\s+\d{2})|"
              r"(?:(?<=\bat\s)|(?<=\bto\s)|(?<=\buntil\s)|(?<=\btill\s)|(?<=\bfrom\s)|(?<=\bby\s))"
              r"(?:[01]?\d|2[0-3])\.[0-5]\d(?=\s*(?:[,;.!?)]|$|on\b|in the\b))|"
              r"\b(?:nine|9)\s+(?:in|out of|of|draws in)\s+(?:ten|10)\s+(?:draws|times)|"
              r"\b\d+\s+(?:of\s+\d+\s+)?draws\b|"
              r"\b\d{2}:\d{2}\b|\b(?:aged?|over|under)\s+\d{2}(?:\s*(?:to|-|\u2013)\s*\d{2})?(?:\s+(?:and|or)\s+over)?(?=\s*[,.;]|"
              r"\s+(?:and|or)\s+(?:over|older))|\b65s?\s+(?:and|or)\s+(?:over|older)\b|\bover-65s?\b|\b16[\s-]to[\s-]64\b"),
     _no("other")),
    # Ranks.
    (_pattern(rf"{_AMONG}(?P<x>{_HIGHEST}|top|bottom)\s+(?:(?P<part>twentieth|tenth|fifth|quarter|third|half)\b|"
              rf"(?P<n>{DIGITS}|{WORDS})\b(?P<cent>\s?(?:%|per\s?cent\b))?){_OF}"), _band),
    (_pattern(rf"{_AMONG}(?P<n>{DIGITS}|{WORDS})\s+(?P<x>{_HIGHEST})\b{_OF}"), _band),
    (_pattern(rf"\b{_FROM}(?P<o>{ORDINAL})\s*(?:to|and|\u2013|-)\s*(?P<l>{ORDINAL})\b(?:[\s-]+(?P<x>{_HIGHEST})\b)?{_OF}"),
     _rank),
    (_pattern(rf"\b(?P<o>{ORDINAL}){_LAST}[\s-]+(?P<x>{_HIGHEST})\b{_OF}"), _rank),
    (_pattern(rf"\b(?P<o>{ORDINAL}){_LAST}(?=\s*(?:[,;.)\n]|and\b|with\b|$))"), _behind_a_name),
    (_pattern(rf"\b(?P<o>{ORDINAL}){_LAST}(?=\s+(?:by|for|on)\s+(?:(?:the|its)\s+)?(?:number|rate|count|share)\b)"),
     _rank),
    (_pattern(rf"\b(?P<o>{ORDINAL}){_LAST}"
              rf"(?:\s+(?:place|in the (?:list|ranking|table|league)))?{_OF_MANY}"), _rank),
    (_pattern(r"\b(?:ranks?|ranked|ranking|placed|comes?|came|stands?|is|lies|in|remains?|stays?|sits?|finish(?:es|ed)?)"
              r"\s+(?:only\s+|joint\s+)?"
              rf"(?P<o>{ORDINAL})\b(?!\s+(?:of\b|the\b|quarter|half))"), _rank),
    (_pattern(rf"#(?P<p>\d{{1,3}})\b(?:{_OF_MANY}|(?=\W*\s(?:rank|worst|best|in|of|among|for)\b))"), _rank),
    (_pattern(rf"\b(?:ranks?|ranked|number|no\.)\s+(?:number\s+)?(?P<p>\d{{1,3}})\b(?![,.]\d){_OF}"), _rank),
    (_pattern(rf"\b(?P<x>{_HIGHEST})\b{_OF_MANY}"), _rank),
    (_pattern(rf"(?:(?<=\bthe\s)|(?<=['\u2019]s\s)|(?<=\bhas\s)|(?<=\bis\s)|(?<=\bwith\s)|(?<=,\s)|"
              rf"(?<=\bthe joint\s)|^)"
              rf"(?P<x>{_HIGHEST})\b(?<!most)(?<!least)(?!\s+(?:possible|recent|estimate|fit|known|guess|"
              rf"way|served|connected|part|case|time|practice|off)){_OF}"), _rank),
    (_pattern(r"(?:(?<=\bthe\s)|(?<=['\u2019]s\s)|(?<=\bhas\s)|(?<=\bwith\s))(?P<x>most|least)\b(?=\s+(?:people|homes|"
              r"premises|properties|residents|workers|households|in\b|of\s+(?:any|all)\b))"), _rank),
    (_pattern(r"\b(?P<x>more|fewer|larger|higher|smaller|lower)\b(?=[^.;]{0,70}\bthan\s+(?:any|all (?:the )?other|"
              r"every other))"),
     _more_than_any),
    # Which of two places has more, and by how much.
    (_pattern(rf"{_START}(?P<n>{NUMBER})\s?(?:percentage\s)?points?\s+(?P<way>{_WAYS})\b"), _apart("points")),
    (_pattern(rf"{_START}(?P<n>{NUMBER})\s?percentage\spoints?\b"), _no("other")),
    (_pattern(rf"{_START}(?P<n>{NUMBER}){_PERCENT}\s+(?P<way>{_WAYS})\b(?=\s+(?:than|that|the|\w+['\u2019]s)\b)"),
     _apart("percent more")),
    (_pattern(r"\b(?P<x>more|fewer|larger|higher|smaller|lower|worse|better|longer|shorter)\b[^.;:\n]{0,70}?"
              r"\b(?P<than>than)\b"), _order),
    # Times, multiples, shares, rates.
    (_pattern(rf"{_START_OF_WORD}{_HOURS}(?:['\u2019]s?)?"), _hours),
    (_pattern(rf"{_START}{_FROM}(?P<n>{NUMBER}){_TO}(?P<m>{NUMBER})[\s-]?(?:minutes?|mins?)\b"), _minutes),
    (_pattern(rf"{_START}(?P<n>{NUMBER})[\s-]?(?:minutes?|mins?)\b(?:['\u2019])?"), _minutes),
    (_pattern(rf"{_START}(?P<n>{NUMBER})\s+times\b"), _times),
    (_pattern(r"\b(?P<n>twice|double|treble|triple|thrice)\b"), _times),
    (_pattern(r"\bhalf(?=\s+(?:of\s+)?(?:the|that|as|its|England.s)\s+(?:\w+.?s?\s+){0,3}?(?:rate|average|share|figure|level|"
              r"many|much))"), _half_of),
    (_pattern(rf"{_START}{_FROM}(?P<n>{NUMBER}){_PERCENT}?{_TO}(?P<m>{NUMBER}){_PERCENT}"), _share_range),
    (_pattern(rf"{_START}(?P<n>{NUMBER}){_PERCENT}"), _share),
    (_pattern(rf"{_START}{_FROM}(?P<n>{NUMBER}){_TO}(?P<m>{NUMBER}){_OF_EVERY}"), _rate),
    (_pattern(rf"{_START}(?P<n>{NUMBER}){_OF_EVERY}"), _rate),
    (_pattern(r"\b(?:of|out of|in|for|among)\s+(?:every|each)\s+(?:1[,\s]?000|one thousand|thousand)\b"), _no("every")),
    (_pattern(rf"\b(?P<n>one|two|three|four|1|2|3|4)\s+(?:\w+\s+)?{_THINGS}(?:\s+(?:or|and)\s+{_THINGS})?\s+"
              r"(?:in|out\s+of)\s+(?:every\s+)?(?P<m>two|three|four|five|six|seven|eight|nine|ten|\d{1,2})\b"),
     _one_in),
    (_pattern(rf"\b(?P<n>{NUMBER})\s+(?:in|out\s+of)\s+(?:every\s+)?(?P<m>{NUMBER})\b{_END}"), _one_in),
    (_pattern(rf"\b(?P<n>{WORDS}|an?|one)?[\s-]*\b(?P<part>half|thirds?|quarters?|fifths?|sixths?|sevenths?|eighths?|ninths?|"
              r"tenths?)\b(?!\s+(?:an?\s+hour|of\s+all\s+draws|place|worst|highest))"), lambda match: (
                  _part(match) if match["n"] or match["part"].lower() == "half" else None)),
    # Counts.
    (_pattern(rf"{_START}(?:between\s+|from\s+)(?P<n>{NUMBER}){_TO}(?P<m>{NUMBER}){_END}"), _count_range),
    (_pattern(rf"{_START}(?P<n>{DIGITS})(?:\s+to\s+|\s*[\u2013\u2014-]\s*)(?P<m>{DIGITS}){_END}"), _count_range),
    (_pattern(rf"{_START}(?P<n>{NUMBER}){_END}"), _count),
)


def _qualified(text: str, number: Number, taken: bytearray) -> Number:
    """Add the word that stands before a number, or after it."""
    if number.kind in NOT_CLAIMS or number.kind == "rank":
        return number
    after = _OR_MORE.match(text, number.end)
    if after:
        word = {"so": "about", "fewer": "most", "less": "most", "below": "most"}.get(after[1].lower(), "least")
        return replace(number, end=after.end(), word=word)
    reach = max(0, number.start - 40)
    before = _BEFORE.search(text[reach:number.start])
    if before is None or (reach + before.start() and text[reach + before.start() - 1].isalpha()):
        return number
    start = reach + before.start()
    if any(taken[start:number.start]):
        return number
    key = next(WORDS_BEFORE[int(name[1:])][1] for name, value in before.groupdict().items() if value is not None)
    return replace(number, start=start, word=key)

