"""A report as Word document: what an editor and a screen reader find in it."""

import hashlib
import io
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph as WordParagraph
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.core.errors import PackError
from geo.pack.report.blocks import Bullets, Card, Cards, Document, Heading, PageBreak, Paragraph, Picture, Table
from geo.pack.report.docx import docx_bytes
from tests.pack.sample import HOSTILE, long_table, picture, report, sample

pytestmark = pytest.mark.slow


def read(document: Document) -> WordDocument:
    return docx.Document(io.BytesIO(docx_bytes(document)))


def styled(word: WordDocument) -> list[tuple[str, str]]:
    """List style and text of every paragraph that has text, and of the tables' between them, in reading order."""
    found: list[tuple[str, str]] = []
    for item in word.iter_inner_content():
        if isinstance(item, WordParagraph):
            found.append((item.style.name, item.text))
        elif isinstance(item, WordTable):
            found += [(part.style.name, part.text) for row in item.rows for cell in row.cells
                      for part in cell.paragraphs]
    return [(style, text) for style, text in found if text]


@pytest.fixture(scope="module")
def word() -> WordDocument:
    return read(sample())


def test_every_text_is_there_in_its_style_and_order(word: WordDocument) -> None:
    expected = [
        ("Title", "Broadband for Torridge"), ("Subtitle", "Torridge, below 30 Mbit/s"),
        ("Normal", "North Devon Council"),
        ("Small", "The same view in the app: /place?place=E07000046&speed=30"),
    ]
    roles = {"claim": "Claim", "body": "Normal", "small": "Small", "mark": "Mark"}
    for block in sample().blocks:
        match block:
            case Heading():
                expected.append((f"Heading {block.level}", block.text))
            case Paragraph():
                expected.append((roles[block.role], "".join(block.pieces)))
            case Bullets():
                expected += [("List Bullet", item) for item in block.items]
            case Cards():
                expected += [("Table Text", card.label) for card in block.cards]
                for card in block.cards:
                    expected += [("Figure Value", card.value), *(("Table Text", note) for note in card.notes)]
                    expected += [("Table Text", "  ".join(card.basis))] * bool(card.basis)
            case Table() | Picture():
                expected.append(("Caption", "  ".join([block.caption, *block.basis])))
                if isinstance(block, Table):
                    expected += [("Table Text", text) for row in (block.columns, *block.rows) for text in row if text]
    assert styled(word) == expected


def test_every_second_piece_is_strong(word: WordDocument) -> None:
    claim = next(paragraph for paragraph in word.paragraphs if paragraph.style.name == "Claim")
    assert [(run.text, bool(run.bold)) for run in claim.runs] == [
        ("In Torridge ", False), ("3,120 people", True), (" could work from home, and cannot.", False)]


def test_basis_marks_are_text_in_a_style_of_their_own(word: WordDocument) -> None:
    marks = [run.text for paragraph in word.paragraphs for run in paragraph.runs if run.style.name == "Basis"]
    assert marks == ["estimated", "estimated", "indicative", "timetable"]
    assert word.styles["Basis"].font.small_caps


def test_it_says_what_it_is(word: WordDocument) -> None:
    core = word.core_properties
    assert (core.title, core.author, core.language) == ("Broadband for Torridge", "North Devon Council", "en-GB")
    assert core.created == core.modified
    assert core.comments == ""
    tongues = {tongue.get(qn("w:val")) for tongue in word.styles.element.iter(qn("w:lang"))}
    assert tongues == {"en-GB"}


def test_a_title_longer_than_a_property_may_be_is_shown_whole() -> None:
    word = read(report(title="Place+" * 60))
    assert styled(word)[0] == ("Title", "Place+" * 60)
    assert word.core_properties.title == ("Place+" * 60)[:255]


def test_its_page_is_a4_with_a_footer_that_counts(word: WordDocument) -> None:
    section = word.sections[0]
    assert [round(side / Mm(1)) for side in (section.page_width, section.page_height, section.left_margin)] == [
        210, 297, 20]
    footer = section.footer.paragraphs[0]
    assert footer.text.startswith("Edition 2025-08, broadband estimated\tPage ")
    assert [field.get(qn("w:instr")) for field in footer._p.iter(qn("w:fldSimple"))] == ["PAGE", "NUMPAGES"]


def test_tables_have_a_header_row_that_repeats_and_rows_that_stay_whole(word: WordDocument) -> None:
    blocks = [block for block in sample().blocks if isinstance(block, Table | Cards)]
    assert len(word.tables) == len(blocks)
    for block, table in zip(blocks, word.tables, strict=True):
        assert table.style.name == "Swathe Table"
        assert [bool(row._tr.findall(f".//{qn('w:tblHeader')}")) for row in table.rows] == [
            True, *[False] * (len(table.rows) - 1)]
        assert all(row._tr.findall(f".//{qn('w:cantSplit')}") for row in table.rows)
        assert table._tbl.tblPr.find(qn("w:tblLook")).get(qn("w:firstRow")) == "1"
        assert sum(cell.width for cell in table.rows[0].cells) == pytest.approx(Mm(170), rel=0.001)
        if isinstance(block, Table):
            assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) == block.caption


def test_figures_are_set_to_the_right_and_widths_are_shares() -> None:
    table = read(report(long_table(3))).tables[0]
    for row in table.rows:
        assert [cell.paragraphs[0].alignment for cell in row.cells] == [None, None, 2, 2, 2]
        assert [cell.width / row.cells[4].width for cell in row.cells] == pytest.approx([5, 2, 1, 1, 1], rel=0.01)


def test_pictures_say_what_they_show_and_fit(word: WordDocument) -> None:
    pictures = [block for block in sample().blocks if isinstance(block, Picture)]
    shapes = word.inline_shapes
    assert [shape._inline.docPr.get("descr") for shape in shapes] == [block.alt for block in pictures]
    assert [shape._inline.docPr.get("name") for shape in shapes] == ["gap", "rail"]
    assert [shape.width / Mm(1) for shape in shapes] == pytest.approx([120, 170], abs=0.01)
    tall = read(report(picture(width=170, size=(20, 200)))).inline_shapes[0]
    assert [tall.width / Mm(1), tall.height / Mm(1)] == pytest.approx([21.5, 215], abs=0.6)


def test_captions_stay_with_what_they_belong_to(word: WordDocument) -> None:
    assert word.styles["Picture"].paragraph_format.keep_with_next
    assert all(word.styles[f"Heading {level}"].paragraph_format.keep_with_next for level in (1, 2, 3))
    captions = [paragraph for paragraph in word.paragraphs if paragraph.style.name == "Caption"]
    assert [bool(caption.paragraph_format.keep_with_next) for caption in captions] == [True, False, False, True]


def test_a_page_break_goes_before_what_follows() -> None:
    cards = Cards((Card("a", "1"), Card("b", "2")))
    for block in (Heading("Next"), Paragraph(("Next",)), Bullets(("Next",)), long_table(1), picture(), cards):
        word = read(report(Paragraph(("Before",)), PageBreak(), PageBreak(), block))
        broken = [paragraph for paragraph in word.paragraphs if paragraph.paragraph_format.page_break_before]
        assert len(broken) == 1
        at = word.element.body.index(broken[0]._p)
        assert word.element.body[at - 1].find(f".//{qn('w:t')}").text == "Before"


def test_more_than_four_cards_take_a_second_row() -> None:
    word = read(report(Cards(tuple(Card(f"label {number}", str(number)) for number in range(5)))))
    assert [len(table.columns) for table in word.tables] == [4, 1]


@pytest.mark.parametrize("text", HOSTILE)
def test_texts_that_look_like_code_are_letters(text: str) -> None:
    blocks = (
        Heading(text), Paragraph((text, text)), Bullets((text,)), Cards((Card(text, text, (text,), (text,)),) * 2),
        Table(text, (text, text), ((text, text),), (), (), (text,)),
        replace(picture(size=(8, 8), width=20), name=text, alt=text, caption=text, basis=(text,)),
    )
    word = read(Document(text, text, text, text, text, blocks))
    assert word.core_properties.title == text
    assert word.inline_shapes[0]._inline.docPr.get("descr") == text
    assert word.sections[0].footer.paragraphs[0].text.startswith(text + "\t")
    assert [shown for _, shown in styled(word)] == [
        text, text, text, f"The same view in the app: {text}", text, text + text, text, text, text,
        *[text, text, text] * 2, f"{text}  {text}", text, text, text, text, f"{text}  {text}"]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1,
               max_size=300).filter(lambda text: text.strip()))
def test_any_text_at_all_comes_out_whole(text: str) -> None:
    word = read(report(Heading(text), Bullets((text,)), Table(text, (text,), ((text,),)), title=text, author=text))
    assert [shown for _, shown in styled(word)].count(text) == 7
    assert word.core_properties.title == text[:255]


def test_the_same_report_gives_the_same_bytes_in_any_process() -> None:
    once = docx_bytes(sample())
    assert docx_bytes(sample()) == once
    code = ("import hashlib; from tests.pack.sample import sample; from geo.pack.report.docx import docx_bytes; "
            "print(hashlib.sha256(docx_bytes(sample())).hexdigest())")
    other = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=True, capture_output=True, text=True,
        env={"TZ": "Asia/Tokyo", "PATH": "/usr/bin:/bin"})
    assert other.stdout.strip() == hashlib.sha256(once).hexdigest()
    with zipfile.ZipFile(io.BytesIO(once)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert parts.namelist()[0] == "[Content_Types].xml"
        years = re.findall(rb"\d{4}-\d\d-\d\dT", parts.read("docProps/core.xml"))
        assert set(years) == {b"1980-01-01T"}


def test_styles_name_fonts_that_offices_have(word: WordDocument) -> None:
    for name, font in (("Normal", "Calibri"), ("Title", "Georgia"), ("Heading 1", "Georgia"), ("Caption", "Calibri")):
        fonts = word.styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:ascii")) == fonts.get(qn("w:hAnsi")) == font
        assert not [key for key in fonts.attrib if "Theme" in key or "theme" in key]


@pytest.mark.parametrize(("document", "message"), [
    (report(title=""), "no title"),
    (report(Heading("Deep", 2)), "level 2, after level 0"),
    (report(Paragraph(("a\x0bb",))), "U\\+000B"),
    (report(footer="a\x1fb"), "U\\+001F"),
    (report(Cards((Card("a", "1", ("\uffff",)), Card("b", "2")))), "U\\+FFFF"),
    (report(Table("T", ("a", "b"), (("1", "2", "3"),))), "not of its 2 columns"),
    (report(replace(picture(), alt="")), "alt text"),
    (report(replace(picture(), png=b"")), "no PNG file"),
])
def test_what_cannot_be_set_is_refused_in_one_line(document: Document, message: str) -> None:
    with pytest.raises(PackError, match=message) as caught:
        docx_bytes(document)
    assert "\n" not in str(caught.value)
