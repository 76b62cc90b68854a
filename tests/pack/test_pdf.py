"""A report as PDF: what a reader, a screen reader and a checker of PDF/UA find in it."""

import hashlib
import io
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from geo.core.errors import PackError
from geo.pack.report.blocks import Bullets, Card, Cards, Document, Heading, PageBreak, Paragraph, Picture, Table
from geo.pack.report.pdf import first_page_png, page_count, pdf_bytes
from tests.pack.sample import HOSTILE, long_table, picture, report, sample

pytestmark = pytest.mark.slow

MM = 72 / 25.4


def read(document: Document) -> PdfReader:
    return PdfReader(io.BytesIO(pdf_bytes(document)))


def bare(text: str) -> str:
    """Leave out all space: where a line ends is the layout's affair."""
    return "".join(text.split())


def said(pdf: PdfReader) -> str:
    return bare("".join(page.extract_text() for page in pdf.pages))


def lines(pdf: PdfReader) -> list[list[str]]:
    """List the lines of each page, without its footer."""
    return [page.extract_text().splitlines()[:-1] for page in pdf.pages]


def elements(pdf: PdfReader) -> list[Any]:
    """List the elements of the structure tree in reading order."""
    found: list[Any] = []

    def walk(node: Any) -> None:
        node = node.get_object()
        if isinstance(node, list):
            for part in node:
                walk(part)
        elif isinstance(node, dict):
            if "/S" in node:
                found.append(node)
            if "/K" in node:
                walk(node["/K"])

    walk(pdf.trailer["/Root"]["/StructTreeRoot"])
    return found


def bookmarks(pdf: PdfReader) -> list[tuple[str, int]]:
    def walk(entries: list[Any], level: int) -> list[tuple[str, int]]:
        found = []
        for entry in entries:
            found += walk(entry, level + 1) if isinstance(entry, list) else [(entry.title, level)]
        return found

    return walk(pdf.outline, 1)


def texts(document: Document) -> list[str]:
    """List what a page shows, in reading order."""
    found = [document.title, document.subtitle, document.author, document.link]
    for block in document.blocks:
        match block:
            case Heading():
                found.append(block.text)
            case Paragraph():
                found.append("".join(block.pieces))
            case Bullets():
                found += block.items
            case Cards():
                for card in block.cards:
                    found += [card.label, card.value, *card.notes, *card.basis]
            case Table():
                found += [block.caption, *block.basis, *block.columns, *(text for row in block.rows for text in row)]
            case Picture():
                found += [block.caption, *block.basis]
    return found


@pytest.fixture(scope="module")
def pdf() -> PdfReader:
    return read(sample())


def test_it_is_tagged_pdf_ua_in_british_english(pdf: PdfReader) -> None:
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert elements(pdf)[0]["/S"] == "/Document"
    xmp = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert "Broadband for Torridge" in xmp
    assert pdf.metadata is not None
    assert (pdf.metadata.title, pdf.metadata.author) == ("Broadband for Torridge", "North Devon Council")
    assert pdf.metadata.creation_date is None


def test_its_bookmarks_are_its_headings(pdf: PdfReader) -> None:
    headings = [(block.text, block.level) for block in sample().blocks if isinstance(block, Heading)]
    assert bookmarks(pdf) == headings
    assert [node["/S"] for node in elements(pdf) if node["/S"] in {"/H1", "/H2", "/H3"}] == [
        f"/H{level}" for _, level in headings]


def test_every_picture_says_what_it_shows(pdf: PdfReader) -> None:
    pictures = [block for block in sample().blocks if isinstance(block, Picture)]
    figures = [node for node in elements(pdf) if node["/S"] == "/Figure"]
    assert [figure["/Alt"] for figure in figures] == [block.alt for block in pictures]
    for block, figure in zip(pictures, figures, strict=True):
        attributes = figure["/A"] if isinstance(figure["/A"], list) else [figure["/A"]]
        left, low, right, high = next(part["/BBox"] for part in attributes if "/BBox" in part)
        assert right - left == pytest.approx(block.width * MM, abs=0.1)
        assert (left + right) / 2 == pytest.approx(105 * MM, abs=0.1)
        assert low > 20 * MM
        assert high < 277 * MM


def test_tables_have_captions_and_column_headings(pdf: PdfReader) -> None:
    tables = [block for block in sample().blocks if isinstance(block, Table)]
    nodes = elements(pdf)
    kinds = [node["/S"] for node in nodes]
    assert kinds.count("/Table") == len(tables)
    assert kinds.count("/TH") == sum(len(table.columns) for table in tables)
    # Cells that keep the first two rows, and the last two, on one page.
    spans = sum(2 if len(table.rows) > 3 else int(len(table.rows) > 1) for table in tables)
    assert kinds.count("/TD") == sum(len(table.columns) * len(table.rows) for table in tables) + spans
    for node in nodes:
        if node["/S"] == "/Table":
            assert node["/K"][0].get_object()["/S"] == "/Caption"
        if node["/S"] == "/TH":
            attributes = node["/A"] if isinstance(node["/A"], list) else [node["/A"]]
            assert any(part.get("/Scope") == "/Column" for part in attributes)


def test_its_fonts_are_inside_and_of_this_project_alone() -> None:
    pdf = read(report(Paragraph(("Plain ≥ ⠿ ", "strong ⠿", " שלום"), "claim"), Heading("Heading"), long_table(2)))
    names = set()
    for page in pdf.pages:
        for font in page["/Resources"]["/Font"].values():
            for inner in font["/DescendantFonts"]:
                described = inner.get_object()["/FontDescriptor"]
                assert any(f"/FontFile{suffix}" in described for suffix in ("", "2", "3"))
                names.add(described["/FontName"].split("+")[1].split("-")[0])
    assert names == {"LibertinusSerif", "DejaVuSans"}


def test_every_text_is_there_in_reading_order(pdf: PdfReader) -> None:
    whole, at = said(pdf), 0
    for text in texts(sample()):
        found = whole.find(bare(text), at)
        assert found >= 0, text
        at = found + len(bare(text))


def test_every_page_has_its_footer_and_number(pdf: PdfReader) -> None:
    for number, page in enumerate(pdf.pages, start=1):
        assert [round(float(side) / MM) for side in page.mediabox[2:]] == [210, 297]
        assert f"Edition 2025-08, broadband estimated Page {number} of {len(pdf.pages)}" in page.extract_text()


def test_a_report_of_nothing_but_a_title() -> None:
    pdf = read(Document("Title", "", "", "", "", ()))
    assert bare("Title Page 1 of 1") == said(pdf)


def test_the_same_report_gives_the_same_bytes_in_any_process_and_thread() -> None:
    once = pdf_bytes(sample())
    assert pdf_bytes(sample()) == once
    code = ("import hashlib; from tests.pack.sample import sample; from geo.pack.report.pdf import pdf_bytes; "
            "print(hashlib.sha256(pdf_bytes(sample())).hexdigest())")
    for zone in ("UTC", "Asia/Tokyo"):
        other = subprocess.run(
            [sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=True, capture_output=True, text=True,
            env={"TZ": zone, "PATH": "/usr/bin:/bin", "TMPDIR": str(Path("/tmp").resolve())})  # noqa: S108
        assert other.stdout.strip() == hashlib.sha256(once).hexdigest()
    with ThreadPoolExecutor(4) as pool:
        reports = [replace(sample(), subtitle=f"Torridge {number % 3}") for number in range(8)]
        made = list(pool.map(pdf_bytes, reports))
    assert made[:3] == [pdf_bytes(one) for one in reports[:3]]
    assert made[3:6] == made[:3]


@pytest.mark.parametrize("text", HOSTILE)
def test_texts_that_look_like_code_are_letters(text: str) -> None:
    blocks = (
        Heading(text), Paragraph((text, text), "claim"), Paragraph((text,), "mark"), Paragraph((text,), "small"),
        Bullets((text,)), Cards((Card(text, text, (text,), (text,)), Card("b", "2"))),
        Table(text, (text, text), ((text, text),), (), (), (text,)),
        replace(picture(size=(8, 8), width=20), name="../../" + text, alt=text, caption=text, basis=(text,)),
    )
    document = Document(text, text, text, text, text, blocks)
    pdf = read(document)
    assert len(pdf.pages) == 1
    assert said(pdf).count(bare(text)) == 5 + 6 + 4 + 6 + 2    # opening and footer, words, cards, table, picture
    assert pdf.metadata is not None
    assert pdf.metadata.title == text
    assert bookmarks(pdf) == [(text, 1)]
    assert [node["/Alt"] for node in elements(pdf) if node["/S"] == "/Figure"] == [text]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x17F, exclude_characters="\u00ad"), max_size=120)
       .map(lambda text: "".join(letter for letter in text if letter.isprintable())).filter(bool))
def test_any_european_text_appears_letter_by_letter(text: str) -> None:
    whole = said(read(report(Heading(text), Paragraph((text, text)), Table(text, ("a", text), (("b", text),)))))
    assert whole.count(bare(text)) >= 6


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1,
               max_size=200))
def test_any_text_at_all_can_be_set(text: str) -> None:
    document = report(Paragraph(("", text)), Bullets((text,)), Table(text, (text,), ((text,),)), title=f"T{text}")
    pdf = read(document)
    assert len(pdf.pages) >= 1


def test_letters_that_no_font_has_are_spelled() -> None:
    pdf = read(report(Paragraph(("Farm 👩 日 ", "क\ufeff\uef00", " 😀"),), Heading("शहर"), title="Town 日"))
    assert "Farm[U+1F469][U+65E5][U+0915][U+FEFF][U+EF00]😀[U+0936][U+0939][U+0930]" in said(pdf)
    assert said(pdf).startswith("Town[U+65E5]")
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Town 日"


def test_right_to_left_words_come_out_whole() -> None:
    whole = said(read(report(Paragraph(("The words ", "שלום", " and مرحبا ends."),))))
    assert "Thewordsשלוםandمرحباends." in whole


def test_letters_are_spelled_only_where_they_must_be() -> None:
    points = [*range(0x20, 0x3100), *range(0xA4D0, 0xA800), *range(0x10300, 0x10340), *range(0x1D400, 0x1D800),
              *range(0x1F000, 0x1F700)]
    letters = [chr(point) for point in points if chr(point).isprintable()]
    chunks = [" ".join(letters[start:start + 60]) for start in range(0, len(letters), 60)]
    whole = said(read(report(*(Paragraph((chunk, chunk)) for chunk in chunks))))    # refused if one had no glyph
    assert "[U+3042]" in whole
    for spelled in ("00C0", "0175", "0391", "0416", "2019", "20AC", "2192", "2265", "1F600"):
        assert f"[U+{spelled}]" not in whole


def test_words_too_long_for_their_place_are_broken_and_others_are_not() -> None:
    word = "0123456789" * 30
    pdf = read(report(
        Paragraph((word,)), Heading(word), Cards((Card(word, word), Card("b", "2"), Card("c", "3"), Card("d", "4"))),
        Table("c", tuple("abcdef"), ((word, "Bournemouth", "E07000046", "d", "e", "f"),))))
    assert said(pdf).count(word) == 5
    shown = [line for page in lines(pdf) for line in page]
    assert max(map(len, shown)) < 110    # of these digits, 105 fill a line of 170 mm
    assert any("Bournemouth" in line for line in shown)
    assert any("E07000046" in line for line in shown)


@pytest.mark.parametrize("before", range(20, 62, 2))
def test_headings_and_captions_never_stand_alone_at_the_foot(before: int) -> None:
    filler = [Paragraph((f"Filler {number}",)) for number in range(before)]
    pages = lines(read(report(*filler, Heading("Chapter"), Heading("Section", 2), long_table(30))))
    for page in pages[:-1]:
        assert page[-1] not in {"Chapter", "Section"}
        assert not page[-1].startswith(("The 30", "Neighbourhood Code"))


def test_a_long_table_repeats_its_headings_and_keeps_rows_whole() -> None:
    rows = tuple((f"first{number} " + "many words in it " * 6, f"second{number}") for number in range(80))
    pdf = read(report(Table("Long", ("Name of it", "Other"), rows, (), (1, 3))))
    assert len(pdf.pages) > 3
    for page in pdf.pages:
        text = page.extract_text()
        assert text.count("Name of it") == 1
        shown = [number for number in range(80) if f"first{number} " in text]
        assert all(f"second{number}" in text.split() for number in shown)
        assert bare(text).count(bare("many words in it")) == 6 * len(shown)


@pytest.mark.parametrize("rows", [2, 3, 24])
@pytest.mark.parametrize("before", range(10, 40, 2))
def test_no_row_of_a_table_stands_alone_on_a_page(before: int, rows: int) -> None:
    table = Table("Cut", ("Name", "Other"), tuple((f"row{number}", "x") for number in range(rows)))
    for page in lines(read(report(*[Paragraph((f"Filler {number}",)) for number in range(before)], table))):
        shown = [line for line in page if line.startswith("row")]
        assert len(shown) != 1, page


def test_a_row_taller_than_a_page_is_broken_rather_than_lost() -> None:
    words = " ".join(f"w{number}" for number in range(900))
    pdf = read(report(Table("Tall", ("a", "b"), ((words, "y"),), (), (1, 9))))
    assert len(pdf.pages) > 3
    assert set(words.split()) <= set(" ".join(" ".join(page) for page in lines(pdf)).split())


def test_a_tall_picture_stays_on_the_page() -> None:
    pdf = read(report(Heading("Tall"), picture(width=170, size=(20, 200))))
    figure = next(node for node in elements(pdf) if node["/S"] == "/Figure")
    attributes = figure["/A"] if isinstance(figure["/A"], list) else [figure["/A"]]
    _, low, _, high = next(part["/BBox"] for part in attributes if "/BBox" in part)
    assert low > 20 * MM
    assert high - low == pytest.approx(215 * MM, abs=0.1)


def test_a_page_break_starts_a_page_and_only_one() -> None:
    pages = lines(read(report(Paragraph(("a",)), PageBreak(), PageBreak(), Heading("Next"))))
    assert len(pages) == 2
    assert pages[1] == ["Next"]


@pytest.mark.parametrize(("document", "message"), [
    (report(title=" "), "no title"),
    (report(Heading("")), "no text"),
    (report(Heading("Deep", 2)), "level 2, after level 0"),
    (report(Heading("One"), Heading("Three", 3)), "level 3, after level 1"),
    (report(Paragraph(("a\x00b",))), "U\\+0000"),
    (report(Bullets(("a\ufffeb",))), "U\\+FFFE"),
    (report(subtitle="\ud800"), "U\\+D800"),
    (report(Table("T", ("a", "b"), (("1", "2"), ("1",)))), "'T' has rows that are not of its 2 columns"),
    (report(Table("T", (), ())), "0 columns"),
    (report(Table("T", ("a", "b"), (), (), (1,))), "2 widths"),
    (report(Table("T", ("a", "b"), (), (), (1, 0))), "2 widths"),
    (report(Table("T", ("a", "b"), (), (2,))), "to the right"),
    (report(replace(picture(), alt=" ")), "alt text"),
    (report(replace(picture(), width=0)), "no width"),
    (report(replace(picture(), png=b"<svg/>")), "'gap' is no PNG file"),
    (report(replace(picture(), png=picture().png[:900])), "'gap' is no PNG file"),
])
def test_what_cannot_be_set_is_refused_in_one_line(document: Document, message: str) -> None:
    with pytest.raises(PackError, match=message) as caught:
        pdf_bytes(document)
    assert "\n" not in str(caught.value)


def test_pages_are_counted_as_they_are_written() -> None:
    for document in (sample(), replace(sample(), blocks=(Heading("Long"), long_table(60)))):
        assert page_count(document) == len(PdfReader(io.BytesIO(pdf_bytes(document))).pages)


def test_the_first_page_is_drawn_as_a_picture_of_a_page() -> None:
    drawn = Image.open(io.BytesIO(first_page_png(sample(), 50)))
    assert drawn.format == "PNG"
    assert drawn.height / drawn.width == pytest.approx(297 / 210, abs=0.01)
    assert len(drawn.convert("RGB").getcolors(maxcolors=1 << 24) or ()) > 20      # not an empty sheet
