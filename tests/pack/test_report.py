"""The report's words and tables are the figures of `show`, for the smallest place and the largest."""

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

from geo.core.choices import REGION, SPEEDS
from geo.core.errors import PackError
from geo.core.measures import BASES
from geo.core.rounding import about, percent
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.profile import PlaceProfile, inside_table, place_profile
from geo.figures.robust import robust
from geo.pack.maps.compose import DrawnMap
from geo.pack.report.blocks import Bullets, Cards, Document, Heading, PageBreak, Paragraph, Picture, Table
from geo.pack.report.compose import brief, report
from geo.pack.report.pdf import pdf_bytes
from geo.pack.request import LONGEST, Request, clean
from geo.words.robust import EXAMPLES, HEADER, NAMED, claim_words
from tests.fixtures.answers import show_json

pytestmark = pytest.mark.slow

PLACES = [REGION, "E07000047", "E06000053", "E07000047+E07000046", "E01020002", "E14001161", "E06000046"]


@pytest.fixture(scope="module")
def starter() -> Edition:
    return load_edition()


def drawn(*names: str) -> dict[str, DrawnMap]:
    """Maps of one grey point: what is on them is tested elsewhere."""
    return {name: DrawnMap(name, f"Map {name}", b"png", b"svg", 170.0, 150.0, f"Alt of {name}", "", ("estimated",))
            for name in names}


def whole(figures: PlaceProfile, **texts: str) -> Document:
    return report(Request(figures.view, **texts), figures, drawn("people-in-gap", "nowhere-to-turn", "train-to-hub"))


def texts_of(document: Document) -> list[str]:
    found = [document.title, document.subtitle]
    for block in document.blocks:
        if isinstance(block, Heading):
            found.append(block.text)
        elif isinstance(block, Paragraph):
            found.append("".join(block.pieces))
        elif isinstance(block, Bullets):
            found += block.items
        elif isinstance(block, Cards):
            found += [text for card in block.cards for text in (card.label, card.value, *card.notes)]
        elif isinstance(block, Table):
            found += [block.caption, *block.columns, *(cell for row in block.rows for cell in row)]
        elif isinstance(block, Picture):
            found += [block.caption, block.alt]
    return found


def tables_of(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]


@pytest.mark.parametrize("code", ["E07000047", "E05011923", REGION])
def test_the_report_says_in_how_many_views_a_claim_is_true(starter: Edition, code: str) -> None:
    document = whole(place_profile(starter, View(place=code)))
    table = next(table for table in tables_of(document) if table.columns == HEADER)
    found = [held for held in robust(starter, View(), starter.place(code)) if held.holds]
    assert len(table.rows) == len(found)
    for (claim, said, fails), held in zip(table.rows, found, strict=True):
        assert claim == claim_words(starter.place(code), held)
        assert said.startswith(f"{held.holds:,} of {held.of:,} views")
        named = len(held.fails) if len(held.fails) <= NAMED else EXAMPLES + 1     # and how many more
        assert len([words for words in fails.split("; ") if words]) == named
    assert any("4,368 views" in table.caption for table in tables_of(document))


@pytest.mark.parametrize("code", PLACES)
def test_the_report_says_what_show_says(starter: Edition, code: str) -> None:
    figures = place_profile(starter, View(place=code))
    answer = show_json(starter, View(place=figures.place.code))
    document = whole(figures)
    said = texts_of(document)
    joined = "\n".join(said)
    gap = answer["people_in_gap"]
    assert f"about {about(gap['estimate'])}" in joined
    sure = answer["certainty"]["people_in_gap"]
    assert f"between {about(sure['p05'])} and {about(sure['p95'])}" in joined
    assert f"{about(gap['low'])} to {about(gap['high'])}" in joined     # by the odds of job and line alone
    assert f"{about(gap['limit_low'])} to {about(gap['limit_high'])}" in joined
    speeds = next(table for table in tables_of(document) if table.columns[1] == "Can get it")
    for row, speed in zip(speeds.rows, SPEEDS, strict=True):
        share = answer["rates"]["premises_below_share"][speed]
        assert row[1] == percent(1 - share)
        assert row[3] == percent(share)
        assert about(answer["people_in_gap_by_speed"][speed]["estimate"]) in row[4] or row[4] == "fewer than 1"
    for note in answer["notes"]:
        assert note in said
    assert starter.id in joined
    place = "" if code == REGION else f"place={figures.place.code.replace('+', '%2B')}&"
    assert document.link == f"place?{place}edition={starter.id}"
    for source in starter.manifest["sources"]:
        assert source["title"] in said


def test_the_report_shows_the_homes_factor_and_the_evidence(starter: Edition) -> None:
    odds = {"authorities": 41, "median": 1.07, "p10": 1.0, "p90": 1.13, "rural": 0.99, "urban": 1.03}
    bands = [{"from": 0.15, "below": None, "workers": 213_026, "could": 87_527, "did": 73_834, "ratio": 0.8436}]
    day = {"neighbourhoods": 3407, "correlation": 0.89, "rural": 0.85, "urban": 0.91, "could": 0.407, "did": 0.304,
           "rural_more_did": 0.05}
    known = {
        "homes_factor": {speed: {"rural": 0.888, "urban": 0.759} for speed in SPEEDS},
        "evidence": {"job_and_line": {"30": odds, "gigabit": odds}, "inside_localities": -0.04, "census_day": day,
                     "did_by_slow_share": bands},
    }
    document = whole(place_profile(replace(starter, manifest={**starter.manifest, **known}), View(place="E07000047")))
    tables, said = tables_of(document), "\n".join(texts_of(document))
    homes = next(table for table in tables if table.columns[0] == "Homes")
    assert [row[1:] for row in homes.rows] == [("0.888", "0.759")] * len(SPEEDS)
    did = next(table for table in tables if table.columns[-1] == "Did ÷ could")
    assert did.rows == (("15 % and more", "213,026", "87,527", "73,834", "0.84"),)
    assert "Compelled by lockdown" in did.caption
    assert "1.07 in the middle one of 41 authorities" in said
    assert "the correlation is 0.89" in said
    assert "Homes lack a speed less often than all premises" in said
    assert "Homes lack a speed as often as all premises" not in said
    without = {key: part for key, part in starter.manifest.items() if key not in known}
    said = "\n".join(texts_of(whole(place_profile(replace(starter, manifest=without), View(place="E07000047")))))
    assert "Homes lack a speed as often as all premises" in said
    assert "made without Ofcom's counts by locality" in said


@pytest.mark.parametrize("code", PLACES)
def test_the_report_is_well_formed(starter: Edition, code: str) -> None:
    profile = place_profile(starter, View(place=code))
    document = whole(profile, title="=cmd()", author="A & B", note="#import\nsecond line")
    level = 0
    for block in document.blocks:
        if isinstance(block, Heading):
            assert block.level <= level + 1
            level = block.level
        if isinstance(block, Table):
            assert {len(row) for row in block.rows} == {len(block.columns)}
            assert not block.widths or len(block.widths) == len(block.columns)
            assert all(number < len(block.columns) for number in block.right)
    assert not isinstance(document.blocks[-1], PageBreak)
    assert document.title == "=cmd()"
    assert {"#import", "second line"} <= set(texts_of(document))
    joined = " ".join(texts_of(document))
    assert "nan" not in joined.lower().split()
    assert "None" not in joined.split()


@pytest.mark.parametrize("code", PLACES)
def test_whatever_rests_on_an_estimate_is_marked(starter: Edition, code: str) -> None:
    document = whole(place_profile(starter, View(place=code)))
    for table in tables_of(document):
        if any("People in the gap" in column for column in table.columns):
            assert "estimated" in table.basis, table.caption
        if any(column in {"Fastest", "Typical"} for column in table.columns):
            assert "indicative" in table.basis, table.caption
    paragraphs = [block for block in document.blocks if isinstance(block, Paragraph)]
    marks = ["".join(block.pieces) for block in paragraphs if block.role == "mark"]
    said = [("ESTIMATED" in mark, BASES["indicative"].meaning in mark) for mark in marks]
    assert said == [(True, False), (False, True)]
    cards = next(block for block in document.blocks if isinstance(block, Cards)).cards
    assert [card.basis for card in cards if card.label == "Nowhere to turn"] == [("estimated", "indicative")]


@pytest.mark.parametrize("code", PLACES)
@pytest.mark.parametrize("kind", ["authority", "constituency", "ward", "msoa", "lsoa"])
def test_parts_sum_to_the_whole_and_count_nothing_twice(starter: Edition, code: str, kind: str) -> None:
    figures = place_profile(starter, View(place=code))
    table = inside_table(starter, figures.view, figures.place, kind)
    answer = figures.answer
    assert table["lsoas"].sum() == len(figures.place.lsoas)
    assert table["residents"].sum() == answer["residents"].value
    assert table["people_in_gap"].sum() == pytest.approx(answer["people_in_gap"].value)
    assert table["low"].sum() == pytest.approx(answer["people_in_gap"].low)
    assert table["nowhere_to_turn"].sum() == pytest.approx(answer["nowhere_to_turn"].value)
    assert table["premises"].sum() == pytest.approx(answer["premises"].value, abs=0.5)
    assert table["cut_off_by_rail"].sum() == pytest.approx(answer["cut_off_by_rail"].value)
    assert table["code"].is_unique
    assert table["people_in_gap"].is_monotonic_decreasing


def test_headline_figures_are_those_of_show_by_the_same_path(starter: Edition) -> None:
    figures = place_profile(starter, View(place="E07000047", speed="10", minutes=150))
    answer = show_json(starter, View(place="E07000047", speed="10", minutes=150))
    found = figures.headline_numbers
    for name, value in found.items():
        if name.startswith("rank."):
            continue
        part = answer
        for step in name.split("."):
            part = part[step]
        assert value == part
    assert found["rank.people_in_gap.of"] == 27
    assert 1 <= found["rank.people_in_gap"] <= 27


def test_a_brief_is_the_same_claim_shorter(starter: Edition) -> None:
    figures = place_profile(starter, View(place="E14001161"))
    short, long = (make(Request(figures.view), figures, drawn("people-in-gap", "nowhere-to-turn", "train-to-hub"))
                   for make in (brief, report))
    assert texts_of(short)[:8] == texts_of(long)[:8]
    assert not any(isinstance(block, PageBreak) for block in short.blocks)      # what does not fit flows on
    assert max(len(table.rows) for table in tables_of(short)) <= 6
    assert not [text for text in texts_of(short) if "tables/" in text]      # a brief stands alone


@pytest.mark.parametrize(("name", "text", "said"), [
    ("title", "x" * 161, "161 letters"), ("title", "a" * 10_000, "10,000 letters"), ("author", "a\x00b", "U+0000"),
    ("note", "pay \u202e000,1 £", "U+202E"), ("title", "a\x1b[31m", "U+001B"), ("note", "\ud800", "U+D800"),
])
def test_texts_that_cannot_be_shown_are_refused_in_one_line(name: str, text: str, said: str) -> None:
    with pytest.raises(PackError, match=said.replace("+", r"\+")) as refused:
        Request(View(), **{name: text})
    assert "\n" not in str(refused.value)


def test_texts_are_kept_as_they_are_but_for_space() -> None:
    assert clean("title", " =cmd()\n<script> 😀 مرحبا ") == "=cmd() <script> 😀 مرحبا"
    assert clean("note", "One\r\n\r\ntwo  three") == "One\n\ntwo three"
    assert clean("note", "n" * LONGEST["note"]) == "n" * LONGEST["note"]


@pytest.mark.parametrize(("code", "kind"), [("E07000047", "ward"), (REGION, "authority"), ("E14001385", "ward")])
def test_the_need_is_tabled_place_by_place_as_it_was_worked_out(starter: Edition, code: str, kind: str) -> None:
    figures = place_profile(starter, View(place=code))
    tables = tables_of(whole(figures))
    shown = next(table for table in tables if table.columns[0].lower() in {"ward", "local authority"})
    wanted = figures.inside[kind].head(20)
    assert len(shown.rows) == len(wanted)
    for row, (_, place) in zip(shown.rows, wanted.iterrows(), strict=True):
        assert row[0] == place["name"] + ("" if place["whole"] else " (part)")
        assert row[1] == f"{place['residents']:,.0f}"
        assert row[2] == ("fewer than 1" if 0 < place["people_in_gap"] < 0.5 else about(place["people_in_gap"]))
        assert row[3] == f"{about(place['p05'])} to {about(place['p95'])}"
        assert row[5] == percent(place["share_below"])
    held = next(table for table in tables if table.columns[-1] == "Together so far")
    half = figures.half_of_gap.head(20)
    assert [row[3] for row in held.rows] == [about(people) for people in half["people"]]
    assert [row[5] for row in held.rows] == [percent(share) for share in half["cumulative"]]


def test_sentences_with_figures_name_their_basis(starter: Edition) -> None:
    said = texts_of(whole(place_profile(starter, View(place="E07000047"))))
    beside = next(text for text in said if text.startswith("Of every 1,000 residents in work"))
    assert "(estimated)" in beside
    assert "(Ofcom’s counts)" in beside
    assert any(text.startswith("Shares of the people in the gap are estimated") for text in said)


def test_an_official_timetable_is_named_with_the_claim(starter: Edition) -> None:
    mine = place_profile(starter, View(place="E06000053"))
    pattern = [text for text in texts_of(whole(mine)) if "Figures of edition" in text]
    sources = [{**row, "publisher": "Rail & Sons", "version": "7b"} for row in starter.manifest["sources"]]
    other = replace(starter, manifest={**starter.manifest, "rail_basis": "timetable", "sources": sources})
    said = [text for text in texts_of(whole(replace(mine, edition=other))) if "Figures of edition" in text]
    assert said == [
        f"{pattern[0]} Rail times come from the timetable of Rail & Sons, version 7b, for 2 July 2026."]
    assert pattern[0].endswith("from the sources named at the end.")


def test_a_constituencys_mp_stands_on_its_first_page(tiny_edition: Edition) -> None:
    for code, said in (("E14000001", True), ("E14000002", False)):
        figures = place_profile(tiny_edition, View(place=code))
        for document in (whole(figures), brief(Request(figures.view), figures, drawn("people-in-gap"))):
            first = texts_of(document)[:6]
            assert ("MP on 27 June 2026: Dr Ann Example, Independent." in first) == said


def test_no_word_at_the_head_of_a_column_is_broken(starter: Edition) -> None:
    document = whole(place_profile(starter, View(place="E07000046")))
    for table in tables_of(document):
        alone = replace(document, blocks=(replace(table, caption="Table", rows=(("x",) * len(table.columns),)),))
        words = {word for page in PdfReader(io.BytesIO(pdf_bytes(alone))).pages for word in page.extract_text().split()}
        assert {word for name in table.columns for word in name.split()} <= words, table.columns
