"""What a text claims, set against the figures that the command line prints."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.core.rounding import about
from geo.core.view import View
from geo.edition.store import STARTER, Edition, load_edition
from geo.figures.place import show
from geo.figures.ranking import rank
from geo.quote.check import LONGEST, MARKS, MOST, check
from geo.quote.names import find_places
from geo.words.quote import finding_link, finding_rows, finding_words, it_is

pytestmark = pytest.mark.slow

Call = Callable[..., tuple[int, str, str]]
TORRIDGE, EXETER = "E07000046", "E07000041"


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load_edition(STARTER, geometry=False)


def marks(edition: Edition, text: str, view: View | None = None) -> list[str]:
    return [finding.mark for finding in check(edition, view or View(), text).findings]


def test_right_figures_hold_and_changed_ones_do_not(edition: Edition) -> None:
    for code, name in ((TORRIDGE, "Torridge"), ("E06000052", "Cornwall"), ("E12000009", "the South West")):
        answer = show(edition, View(place=code))
        gap, below = answer["people_in_gap"], answer["premises_below"]
        for factor, mark in ((1.0, "holds"), (1.2, "not so"), (0.8, "not so")):
            said = about(gap.count * factor)
            assert marks(edition, f"In {name}, {said} people are in the gap.") == [mark], said
            assert gap.rate is not None
            assert below.rate is not None
            rate = f"{gap.rate * factor:.1f} of every 1,000 workers"
            assert marks(edition, f"In {name}, {rate} are in the gap.") == [mark]
            assert marks(edition, f"{round(below.count * factor):,} homes and businesses in {name} "
                                  "cannot get superfast broadband.") == [mark]
            assert marks(edition, f"{100 * below.rate * factor:.1f} per cent of premises in {name} "
                                  "cannot get superfast broadband.") == [mark]


def test_ranks_are_those_of_the_ranking(edition: Edition) -> None:
    table = rank(edition, View(), by="authority", per="rate")
    for row in table.iloc[[0, 3, 10, 26]].itertuples():
        said = f"{row.name} is number {row.rank} of 27 for the rate of people in the gap."
        assert marks(edition, said) == ["holds"]
        assert marks(edition, said.replace(f"number {row.rank}", f"number {row.rank + 1}")) == ["not so"]
        assert marks(edition, said.replace("of 27", "of 26")) == ["not so"]
    ends = ((0, "highest", "holds"), (1, "highest", "not so"), (-1, "lowest", "holds"))
    for row, end, mark in ends:
        name = table["name"].iloc[row]
        assert marks(edition, f"{name} has the {end} rate of people in the gap in the South West.") == [mark]


@pytest.mark.parametrize(("text", "expected"), [
    # Other speeds are named by the text, and by nothing it says.
    ("In Torridge 13,262 homes and businesses cannot get a gigabit.", ["holds"]),
    ("In Torridge 13,262 homes and businesses cannot get superfast broadband.", ["not so"]),
    ("Superfast coverage reaches 86.9 per cent of premises in Torridge.", ["holds"]),
    ("Superfast coverage reaches 90 per cent of premises in Torridge.", ["not so"]),
    # A range is the published one.
    ("In Torridge between 1,060 and 1,670 people are in the gap.", ["holds"]),
    ("In Torridge between 1,160 and 1,570 people are in the gap.", ["not so"]),
    # Each number is said of its own place.
    ("Torridge has 1,310 people in the gap and West Devon 1,400.", ["holds", "holds"]),
    ("Torridge has 1,400 people in the gap and West Devon 1,310.", ["not so", "not so"]),
    ("Torridge (1,310) and West Devon (1,400) have people in the gap.", ["holds", "holds"]),
    ("Torridge and West Devon have 1,310 and 1,400 people in the gap respectively.", ["holds", "holds"]),
    ("Torridge and West Devon together have 2,720 people in the gap.", ["holds"]),
    # The place may stand in the sentence before, and not in another paragraph's heading alone.
    ("Torridge is far away. Some 1,310 people there are in the gap.", ["holds"]),
    ("Some 1,310 people are in the gap.", ["not ours"]),
    ("In Surrey 1,310 people are in the gap.", ["not ours"]),
    # What no measure has.
    ("GDP in Torridge grew by 3 per cent to £4.2bn.", ["not ours", "not ours"]),
    ("House prices in Torridge rose by 13.1 per cent.", ["not ours"]),
    # A limit is a term of the view, a journey's length is a claim.
    ("In Torridge 1,310 people in the gap also live more than two hours from London by train.", ["holds"]),
    ("The median resident of Torridge is 207 minutes by train from London.", ["holds"]),
    ("The median resident of Torridge is two hours by train from London.", ["not so"]),
    ("The fastest train from Penzance to London takes 301 minutes.", ["holds"]),
    ("The fastest train from Penzance to London takes four hours.", ["not so"]),
    # Comparisons.
    ("The rate of people in the gap in Torridge is more than six times that of England.", ["holds"]),
    ("The rate of people in the gap in Torridge is more than eight times that of England.", ["not so"]),
    ("Torridge’s rate of people in the gap is more than three times the regional average.", ["holds"]),
    # Qualifiers.
    ("Nearly 1,400 people in Torridge are in the gap.", ["not so"]),
    ("Nearly 1,350 people in Torridge are in the gap.", ["holds"]),
    ("More than 1,300 people in Torridge are in the gap.", ["holds"]),
    ("Fewer than 1,300 people in Torridge are in the gap.", ["not so"]),
    ("One in eight premises in Torridge cannot get superfast broadband.", ["holds"]),
    ("One in five premises in Torridge cannot get superfast broadband.", ["not so"]),
    ("One home or business in eight in Torridge cannot get superfast broadband.", ["holds"]),
    ("As many as 1,670 people in Torridge are in the gap.", ["holds"]),      # the ends of the range
    ("At least 1,060 people in Torridge are in the gap.", ["holds"]),
    ("At least 1,160 people in Torridge are in the gap.", ["not so"]),
    # Two places set beside each other, without a number.
    ("Torridge has fewer people in the gap than West Devon.", ["holds"]),
    ("Torridge has more people in the gap than West Devon.", ["not so"]),
    ("West Devon’s rate of people in the gap is higher than Torridge’s.", ["holds"]),
    ("Bristol’s rate of people in the gap is higher than Torridge’s.", ["not so"]),
    ("Torridge has more people in the gap than West Devon and Exeter together.", ["not ours"]),
    ("Torridge has more people in the gap than Exeter, Torbay and Plymouth.", ["holds"]),
    ("Torridge has more people in the gap than Exeter, Torbay and Cornwall.", ["not so"]),
    ("Torridge has fewer people in the gap than West Devon: 1,310 against 1,400.", ["holds"] * 3),
    ("Torridge has fewer people in the gap than West Devon, where it is 1,310.", ["holds", "not so"]),
    # Points are no per cent.
    ("In West Devon 14.6 per cent of premises are below superfast, 10.6 percentage points above the regional average.",
     ["holds", "holds"]),
    ("In West Devon 14.6 per cent of premises are below superfast, 10.6 per cent above the regional average.",
     ["holds", "not so"]),
    ("The share of premises in West Devon below superfast is 268 per cent higher than the South West’s.", ["holds"]),
    # Parts of a ranking.
    ("Teign Valley ward is among the worst tenth of wards for its rate of people in the gap.", ["holds"]),
    ("Bristol has one of the five worst rates of people in the gap of the 27 councils.", ["not so"]),
    ("By rate of people in the gap West Devon is first, South Hams second and Torridge third.",
     ["holds", "holds", "not so"]),
    # Where the number stands.
    ("At 13.1 per cent, Torridge has a large share of premises below superfast; Exeter has less.", ["holds"]),
    ("Some 1,310 (1,060 to 1,670) residents of Torridge are in the gap.", ["holds", "holds"]),
    ("How many people in Torridge are in the gap? 1,310.", ["holds"]),
    ("How many people in Torridge are in the gap?\n\nAround 1,500.", ["not so"]),
    ("Torridge has 1,310 people in the gap. Not 1,500 but 1,310!", ["holds", "holds"]),
    # What a number counts is not what the text is about.
    ("Torridge has 1,310 people in the gap. Mr Smith has 400 sheep.", ["holds", "not ours"]),
    ("Torridge has 1,310 people in the gap. Turnout at the election: 62.3%.", ["holds", "not ours"]),
    ("Torridge has 1,310 people in the gap.\n\nOur next meeting has room for 250.", ["holds", "not ours"]),
    ("Torridge has 1,310 people in the gap. The next train is at half past, the meeting at 7.15.", ["holds"]),
    ("4.2 In Torridge 1,310 people are in the gap, as paragraphs 4.1 to 4.3 say.", ["holds"]),
    # What goes on: a share of a whole, a pair, a list told below it, a line of its own.
    ("Premises below superfast in Torridge: 4,720 of 35,922.", ["holds", "holds"]),
    ("Premises below superfast in Torridge: 4,720 of 53,922.", ["holds", "not so"]),
    ("Plymouth has 510 people in the gap, Cornwall 5,780. Per 1,000 workers it is 4.2 against 22.7.", ["holds"] * 4),
    ("Plymouth has 510 people in the gap, Cornwall 5,780. Per 1,000 workers it is 2.4 against 22.7.",
     ["holds", "holds", "not so", "holds"]),
    ("Torridge: 1,310\nWest Devon: 1,310\nThese are the people in the gap.", ["holds", "not so"]),
    ("TORRIDGE IN NUMBERS\n1,310 people in the gap\n4,720 premises that cannot get superfast", ["holds", "holds"]),
    # Trains from several stations.
    ("To London it takes 306 minutes from Penzance and 266 from Truro.", ["holds", "holds"]),
    ("To London it takes 306 minutes from Penzance and 306 from Truro.", ["holds", "not so"]),
    # Among whom: Somerset is a unitary as well as a council.
    ("Of the fifteen counties and unitaries Somerset has the third highest number of people in the gap.", ["holds"]),
    ("Of the fifteen counties and unitaries Somerset has the second highest number of people in the gap.", ["not so"]),
    ("On the rate of people in the gap Torridge is fourth worst, on the number only eleventh.", ["holds", "holds"]),
    # All of them, named before the number.
    ("Torridge (population 68,110) has 1,310 people in the gap.", ["holds", "holds"]),
    ("Residents: Torridge 68,110, West Devon 57,088.", ["holds", "holds"]),
    ("Residents: Torridge 57,088, West Devon 68,110.", ["not so", "not so"]),
    ("In South Hams getting on for 44 per cent of premises cannot get gigabit.", ["holds"]),
    ("In South Hams getting on for half of premises cannot get gigabit.", ["not so"]),
    ("Torridge (population 86,110) has 1,310 people in the gap.", ["not so", "holds"]),
    ("Torridge (population 68,110) and West Devon have 1,310 and 1,400 people in the gap respectively.", ["holds"] * 3),
    ("Of the 68,110 residents of Torridge, 30,067 were in work.", ["holds", "holds"]),
    # The whole that places are ranked in is not the one that is spoken of.
    ("Torridge’s rate of people in the gap is fourth worst of any council in the South West. Residents number 68,110.",
     ["holds", "holds"]),
    ("Central Devon is the constituency with most people in the gap in the South West – 2,700.", ["holds", "holds"]),
    ("Thirty-six thousand: that is how many people in the South West are in the gap.", ["holds"]),
    ("In Bristol 1,640 of the city’s people are in the gap.", ["holds"]),
    ("In Bristol 16,400 of the city’s people are in the gap.", ["not so"]),
    ("Swindon, with 710 people in the gap, does best of the five.", ["holds", "not ours"]),
    ("North Devon is the worst district for train times to London.", ["holds"]),
    ("Torridge is the worst district for train times to London.", ["not so"]),
    ("Bath Spa to London is typically 85 minutes, and 78 at best.", ["holds", "holds"]),
    ("✗ 1,310 people in Torridge are in the gap\n✗ Council tax up 4.99%", ["holds", "not ours"]),
    # Tables that were pasted.
    ("Place\tPeople in the gap\tBelow superfast, premises\nTorridge\t1,310\t4,720\nWest Devon\t4,143\t1,400",
     ["holds", "holds", "not so", "not so"]),
    ("| Place | Premises below superfast | % |\n| --- | --- | --- |\n| Torridge | 4,720 | 13.1 |", ["holds", "holds"]),
])
def test_what_a_sentence_claims(edition: Edition, text: str, expected: list[str]) -> None:
    assert marks(edition, text) == expected


def test_a_figure_of_another_view_is_told_with_a_link_there(edition: Edition) -> None:
    """Of a text that names no speed: the number is that of a gigabit."""
    text = "In Torridge 13,262 homes and businesses are in the gap."
    (finding,) = check(edition, View(), text).findings
    assert (finding.mark, finding.changed) == ("elsewhere", "speed")
    assert finding.view is not None
    assert show(edition, finding.view)["premises_below"].value == 13262
    assert "speed=" in finding_link(edition, finding)
    assert marks(edition, text, View(speed="gigabit")) == ["holds"]


def test_a_figure_of_another_edition(edition: Edition, tiny_edition: Edition) -> None:
    place = tiny_edition.places_of("authority").iloc[0]
    count = show(tiny_edition, View(place=str(place.name)))["residents"].value
    text = f"{place['name'].partition(',')[0]} has {count:,} residents."
    here = check(tiny_edition, View(), text).findings
    assert [finding.mark for finding in here] == ["holds"]


def test_what_it_is_instead_has_basis_interval_and_link(edition: Edition) -> None:
    (finding,) = check(edition, View(), "Torridge has 1,500 people in the gap.").findings
    assert it_is(edition, finding) == "about 1,310 (between 1,060 and 1,670), estimated"
    assert finding_words(edition, finding).startswith("Torridge, people in the gap: about 1,310")
    assert finding_link(edition, finding) == f"place?place={TORRIDGE}&edition={edition.id}"
    (row,) = finding_rows(edition, check(edition, View(), "Torridge has 1,500 people in the gap."))
    assert (row["quote"], row["mark"], row["place"]["code"]) == ("1,500", "not so", TORRIDGE)
    assert row["low"] < row["value"] < row["high"]


@pytest.mark.parametrize(("text", "codes"), [
    ("In Bristol, B&NES and BCP", ["E06000023", "E06000022", "E06000058"]),
    ("North Devon constituency", ["E14001387"]), ("North Devon District Council", ["E07000043"]),
    ("Devon County Council", ["E10000008"]), ("Chagford ward", ["E05010554"]), ("the South West", ["E12000009"]),
    ("St. Ives and the Isles of Scilly", ["E14001511", "E06000053"]), ("Devon and Torbay", ["E06000027+E10000008"]),
    ("E07000046", [TORRIDGE]), ("two hours from London by train", [""]), ("in south Devon", [""]),
    ("the House of Commons", []), ("in July", []), ("north of the river Exe", []),
])
def test_places_are_found(edition: Edition, text: str, codes: list[str]) -> None:
    assert [named.codes[0] if named.codes else "" for named in find_places(edition, text)] == codes


_BITS = st.sampled_from([
    "In Torridge", "Cornwall", "the South West", "England", "1,310", "13.1 per cent", "people", "in the gap",
    "cannot get", "superfast",
    "broadband", "more than", "two hours", "from London", "by train", "third worst", "of 27", "the highest",
    "rate", "twice", "than",
    "respectively", "together", "and", ",", ".", "\n\n", "(", ")", "a third", "of them", "St Mary’s", "E07000046",
    "Exeter", "one in five",
    "between 1,060 and 1,670", "minutes", "residents", "homes", "GDP", "it", "ward", "\n", "\t", "|",
    "Place\tPremises\n",
    "more than Torridge", "9.1 percentage points above", "268 per cent higher than", "among the worst tenth", "against",
    "Residents:", "not", "but", "#2 of", "half past", "population", "fourth by rate", "#", "how many", "?", ":"])


@settings(max_examples=60)
@given(st.one_of(st.text(max_size=200), st.lists(_BITS, max_size=25).map(" ".join)))
def test_no_text_breaks_it_and_offsets_are_right(text: str) -> None:
    edition = load_edition(STARTER, geometry=False) if not _KEPT else _KEPT[0]
    _KEPT[:] = [edition]
    checked = check(edition, View(), text)
    at = 0
    for finding in checked.findings:
        assert finding.mark in MARKS
        assert at <= finding.start < finding.end <= len(text)
        assert text[finding.start:finding.end] == finding.text
        assert finding_words(edition, finding)
        at = finding.end
    assert all(text[named.start:named.end] == named.name for named in checked.places)


_KEPT: list[Edition] = []


def test_the_command_line(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("Torridge has 1,310 people in the gap.", encoding="utf-8")
    code, out, err = call("quote", str(path))
    assert (code, err) == (0, "")
    assert "1,310 [1: holds]" in out
    assert "1 number: 1 holds." in out
    path.write_text("Torridge has 1,500 people in the gap.", encoding="utf-8")
    code, out, err = call("quote", str(path), "--json")
    answer = json.loads(out)
    assert code == 1
    assert err.count("\n") == 1
    assert [row["mark"] for row in answer["findings"]] == ["not so"]
    assert answer["places"][0]["code"] == TORRIDGE


@pytest.mark.parametrize(("content", "said"), [
    (b"", "there is no text"), (b"\xff\xfe\x00", "not UTF-8"), (b"a" * 30_000, "longer than")])
def test_what_is_no_text_is_told_in_one_line(call: Call, tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes(content)
    code, out, err = call("quote", str(path))
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
    assert call("quote", str(tmp_path / "none.txt"))[0] == 2


@pytest.mark.parametrize("bit", [
    "1 ", "one ", "sixty-one in ", "1,000,000,", "more people and ", "In A ", "a hundred and ", "third to ",
    "two and a half ", "Torridge has 99,999 people in the gap. "])
def test_no_long_text_keeps_the_server_busy(edition: Edition, bit: str) -> None:
    start = time.perf_counter()
    found = check(edition, View(), (bit * LONGEST)[:LONGEST]).findings
    assert time.perf_counter() - start < 20      # 2 s on an idle core
    assert len(found) <= MOST
