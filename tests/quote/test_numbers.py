"""Numbers of a text: every spelling reads back the same, offsets are right, and no text at all breaks the reader."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.quote.numbers import NOT_CLAIMS, read_numbers
from geo.quote.tolerances import TOLERANCES, Said, bounds, holds

_SMALL = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
          "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def in_words(number: int) -> str:
    """Spell a number below a million, as English does."""
    if number < 20:
        return _SMALL[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _TENS[tens - 2] + (f"-{_SMALL[ones]}" if ones else "")
    size, name = (100, "hundred") if number < 1000 else (1000, "thousand")
    first, rest = divmod(number, size)
    joined = " and " if rest and rest < 100 else " "
    return f"{in_words(first)} {name}" + (f"{joined}{in_words(rest)}" if rest else "")


def only(text: str) -> tuple[str, float]:
    (found,) = [number for number in read_numbers(text) if number.kind not in NOT_CLAIMS]
    return found.kind, round(found.said.value, 6)


@given(st.integers(2, 999_999))
def test_whole_numbers_read_back_in_every_spelling(number: int) -> None:
    spelled = [f"{number:,}", f"{number:,}".replace(",", "\u2009"), f"{number:,}".replace(",",
    "\u00a0"), in_words(number)]
    spelled += [str(number)] if not 1900 <= number < 2100 else []
    for text in spelled:
        assert only(f"There are {text} of them here.") == ("count", number), text
        assert only(f"There are {text} people.") == ("count", number), text


@given(st.integers(0, 1000))
def test_shares_read_back(tenths: int) -> None:
    number = tenths / 10
    for sign in ("%", " %", "\u00a0%", " per cent", " percent", " per\u00a0cent"):
        assert only(f"It is {number}{sign} here.") == ("share", round(number / 100, 6))


@given(st.integers(1, 12), st.integers(0, 59))
def test_times_read_back(hours: int, minutes: int) -> None:
    total = 60 * hours + minutes
    for text in (f"{total} minutes", f"{hours} hours and {minutes} minutes", f"{hours}h {minutes}m",
                 f"{in_words(hours)} hours {minutes} mins", f"a {total}-minute trip"):
        assert only(f"It takes {text} or thereabouts.") == ("minutes", total), text


@pytest.mark.parametrize(("text", "kind", "value", "word"), [
    ("1.2 thousand", "count", 1200, "exact"), ("3.4m homes", "count", 3.4e6, "exact"), ("12k",
    "count", 12_000, "exact"),
    ("three quarters of", "share", 0.75, "exact"), ("one in five", "share", 0.2, "exact"), ("a third",
    "share", 1 / 3, "exact"),
    ("1 in 8", "share", 0.125, "exact"), ("nearly half of", "share", 0.5, "nearly"), ("almost two-thirds",
    "share", 2 / 3, "nearly"),
    ("two and a half hours", "minutes", 150, "exact"), ("an hour and a half", "minutes", 90, "exact"),
    ("three-and-a-half-hour", "minutes", 210, "exact"), ("half an hour", "minutes", 30, "exact"),
    ("42.1 per 1,000 workers", "rate", 42.1, "exact"), ("42.1 of every 1,000", "rate", 42.1, "exact"),
    ("of every 1,000 workers, 42.1 are", "rate", 42.1, "exact"),
    ("1.6 times", "times", 1.6, "exact"), ("more than twice the", "times", 2, "over"), ("half the national rate",
    "times", 0.5, "exact"),
    ("third worst", "rank", 3, "exact"), ("3rd highest of 27", "rank", 3, "exact"), ("ranked 12th",
    "rank", 12, "exact"),
    ("has the highest rate", "rank", 1, "exact"), ("about 1,300", "count", 1300, "about"), ("some 400 people",
    "count", 400, "about"),
    ("just over 600", "count", 600, "over"), ("at least 70", "count", 70, "least"), ("up to 90", "count", 90, "most"),
    ("fewer than 50", "count", 50, "under"), ("500 or more", "count", 500, "least"), ("£4.2bn", "money", 0, "exact"),
])
def test_what_people_write(text: str, kind: str, value: float, word: str) -> None:
    (found,) = [number for number in read_numbers(f"Here {text} it is.") if number.kind not in NOT_CLAIMS]
    assert (found.kind, found.word) == (kind, word)
    assert found.said.value == pytest.approx(value)


@pytest.mark.parametrize(("text", "kind", "low", "high"), [
    ("between 4,100 and 5,300", "count", 4100, 5300), ("4,100\u20135,300", "count", 4100, 5300), ("4,100-5,300",
    "count", 4100, 5300),
    ("4,100 to 5,300", "count", 4100, 5300), ("between 10 and 12 per cent", "share", 0.1, 0.12), ("10% to 12%",
    "share", 0.1, 0.12),
    ("from 202 to 212 minutes", "minutes", 202, 212), ("between 3rd and 9th", "rank", 3, 9), ("6th to 9th of 27",
    "rank", 6, 9),
])
def test_ranges(text: str, kind: str, low: float, high: float) -> None:
    (found,) = [number for number in read_numbers(f"It is {text} here.") if number.kind not in NOT_CLAIMS]
    assert found.to is not None
    assert (found.kind, found.said.value, found.to.value) == (kind, pytest.approx(low), pytest.approx(high))


@pytest.mark.parametrize("text", [
    "on 21 March 2021", "in July 2025", "since 2019", "at 30 Mbit/s", "10/1 Mbit/s", "100 megabits per second",
    "EX20 1AB",
    "the A38", "page 4", "4G", "nine times in ten", "2019-20",
    "aged 65 and over",
    "E07000046",
])
def test_what_is_no_claim(text: str) -> None:
    assert [number for number in read_numbers(f"It was {text}, they said.") if number.kind not in NOT_CLAIMS] == []


@given(st.text(max_size=300))
def test_offsets_are_right_in_any_text(text: str) -> None:
    at = 0
    for number in read_numbers(text):
        assert at <= number.start < number.end <= len(text)
        at = number.end


_BITS = st.sampled_from([
    "1,310", "one", "in", "five", "per cent", "%", "between", "and", "to", "–", "-", "third", "worst", "of", "27",
    "hours", "half",
    "a", "an", "minutes", "£", "1,000", "every", "about", "nearly", ".", ",", "th", "times", "twice", "the",
    "2021", "March", "0",
    "000", "1.5", "million", "m", "\n", "'", "\u2019s"])


@given(st.lists(_BITS, max_size=40), st.sampled_from(["", " "]))
def test_no_sequence_of_their_words_breaks_the_reader(bits: list[str], between: str) -> None:
    text = between.join(bits)
    for number in read_numbers(text):
        assert text[number.start:number.end].strip()
        if number.kind in {"count", "rate", "share", "minutes"}:
            low, high = bounds(number.said, number.word)
            assert low <= high + 1e-9


@pytest.mark.parametrize(("said", "word", "right", "wrong"), [
    (Said(1314, 1, 1), "exact", (1313.6, 1314.4), (1313.4, 1315)),
    (Said(1300, 1, 100), "exact", (1251, 1349), (1249, 1351)),
    (Said(5000, 1, 1000), "exact", (4751, 5249), (4749, 5251)),      # zeros are rounding of 5 % at most
    (Said(0.13, 0.01, 0.01, as_given=True), "exact", (0.1251, 0.1349), (0.124, 0.136)),
    (Said(1300, 1, 100), "about", (1236, 1364), (1234, 1366)),
    (Said(5000, 1, 1000), "about", (4501, 5499), (4499, 5501)),
    (Said(1400, 1, 100), "nearly", (1330, 1400), (1329, 1401)),
    (Said(0.5, 0.01, 0.01, fraction=True), "nearly", (0.451, 0.499), (0.449, 0.51)),
    (Said(1300, 1, 100), "over", (1301, 1429), (1300, 1299, 1431)),
    (Said(1000, 1, 1000), "over", (1001, 1999), (1000, 2001)),
    (Said(1300, 1, 100), "least", (1300, 1429), (1299, 1431)),
    (Said(1300, 1, 100), "under", (1299, 1171), (1300, 1169)),
    (Said(1300, 1, 100), "most", (1300, 1171), (1301, 1169)),
    (Said(0.2, 0.01, 0.01, one_in=5), "exact", (0.184, 0.224), (0.183, 0.226)),
    (Said(1 / 3, 0.01, 0.01, fraction=True), "exact", (0.301, 0.366), (0.299, 0.368)),
    (Said(2, 1, 1, fraction=True), "exact", (1.81, 2.19), (1.79, 2.21)),
])
def test_written_tolerances(said: Said, word: str, right: tuple[float, ...], wrong: tuple[float, ...]) -> None:
    assert word in TOLERANCES
    assert all(holds(said, word, figure) for figure in right)
    assert not any(holds(said, word, figure) for figure in wrong)
