"""A report as Word document, to be edited: real styles, headings, header rows; the same report gives the same bytes."""

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import docx
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm
from docx.table import Table as WordTable
from docx.table import _Cell
from docx.text.paragraph import Paragraph as WordParagraph

from geo.pack.report.blocks import (
    Block,
    Bullets,
    Cards,
    Document,
    Formula,
    Heading,
    PageBreak,
    Paragraph,
    Picture,
    Table,
)
from geo.pack.report.check import check_document
from geo.pack.report.docx_fields import add_contents, add_heading_text, add_number
from geo.words.cover import QR_ALT

_STYLES = Path(__file__).with_name("styles.xml")
_ROOM = 170         # millimetres between the margins
_TALLEST = 215      # millimetres of a picture, so that its caption fits beneath
_QR = 26            # millimetres of the code to scan
_BESIDE = 4         # cards side by side, at most
_FIRST_DAY = date(1980, 1, 1)   # of a report that has no date: the first that a ZIP knows
_IN_CORE = 255      # letters that a property of a Word file may have; the report shows the whole title

_ROLES = {"claim": "Claim", "body": "Normal", "small": "Small", "mark": "Mark"}

# What of its style a table shows.
_LOOK = (f'<w:tblLook {nsdecls("w")} w:val="06A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1" w:lastColumn="0" '
         'w:noHBand="1" w:noVBand="1"/>')


def docx_bytes(document: Document) -> bytes:
    """Set a report as DOCX, its texts letter by letter, without the time it was made at; see `check_document`."""
    check_document(document)
    word = docx.Document()
    _add_styles(word)
    core = word.core_properties
    core.title, core.author = document.title[:_IN_CORE], document.author[:_IN_CORE]
    core.language, core.comments, core.last_modified_by, core.revision = "en-GB", "", document.author[:_IN_CORE], 1
    _page(word, document.footer)
    _opening(word, document)
    _blocks(word, document.summary)
    _facts(word, document)
    if document.contents:
        add_contents(word, document)
    _blocks(word, document.blocks)
    out = io.BytesIO()
    word.save(out)
    return _without_clock(out.getvalue(), document.day or _FIRST_DAY)


def _blocks(word: WordDocument, blocks: Sequence[Block]) -> None:
    """Set blocks."""
    broken = False
    for block in blocks:
        first = _block(word, block)
        if first is not None:
            first.paragraph_format.page_break_before = broken or None
        broken = isinstance(block, PageBreak) or (broken and first is None)


def _without_clock(content: bytes, day: date) -> bytes:
    """Write the file again as of one day: its parts sorted, the list of their types first."""
    out, clock = io.BytesIO(), f"{day}T00:00:00Z".encode()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            part = old.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"(<dcterms:(created|modified)[^>]*>)[^<]*", rb"\g<1>" + clock, part)
            new.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _add_styles(word: WordDocument) -> None:
    """Replace Word's own styles, and add those of a report; everything is in British English."""
    styles = word.styles.element
    for style in list(parse_xml(_STYLES.read_bytes())):
        known = styles.get_by_id(style.styleId)
        if known is None:
            styles.append(style)
        else:
            styles.replace(known, style)
    for language in (*styles.iter(qn("w:lang")), *word.settings.element.iter(qn("w:themeFontLang"))):
        language.set(qn("w:val"), "en-GB")


def _page(word: WordDocument, footer: str) -> None:
    """Lay out A4 with the footer; Word itself counts the pages."""
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(20)
    section.footer_distance = Mm(9)
    paragraph = section.footer.paragraphs[0]
    for text, counted in ((f"{footer}\tPage ", "PAGE"), (" of ", "NUMPAGES")):
        paragraph.add_run(text)
        paragraph._p.append(parse_xml(
            f'<w:fldSimple {nsdecls("w")} w:instr="{counted}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'))


def _opening(word: WordDocument, document: Document) -> None:
    word.add_paragraph(document.title, "Title")
    if document.subtitle:
        word.add_paragraph(document.subtitle, "Subtitle")
    if document.author:
        word.add_paragraph(style="Normal").add_run(document.author).bold = True
    if document.link and not document.facts:
        word.add_paragraph(f"The same view in the app: {document.link}", "Small")


def _facts(word: WordDocument, document: Document) -> None:
    """Say what a reader needs to cite the report, and show the code to scan."""
    for label, text in document.facts:
        paragraph = word.add_paragraph(style="Small")
        paragraph.add_run(f"{label}: ").bold = True
        paragraph.add_run(text)
    if document.qr:
        shape = word.add_paragraph(style="Normal").add_run().add_picture(io.BytesIO(document.qr), width=Mm(_QR))
        shape._inline.docPr.set("name", "qr")
        shape._inline.docPr.set("descr", QR_ALT)


def _block(word: WordDocument, block: Block) -> WordParagraph | None:
    """Set a block; return its first paragraph."""
    first = None
    match block:
        case Heading():
            first = word.add_paragraph(style=f"Heading {block.level}")
            add_heading_text(first, block)
        case Paragraph():
            first = word.add_paragraph(style=_ROLES[block.role])
            for number, piece in enumerate(block.pieces):
                first.add_run(piece).bold = True if number % 2 else None
        case Bullets():
            items = [word.add_paragraph(item, "List Bullet") for item in block.items]
            first = items[0] if items else None
        case Cards():
            first = _cards(word, block)
        case Table():
            first = _table(word, block)
        case Formula():
            first = word.add_paragraph(block.text, "Normal")
            first.alignment = WD_ALIGN_PARAGRAPH.CENTER
        case Picture():
            first = _picture(word, block)
    return first


def _cards(word: WordDocument, block: Cards) -> WordParagraph:
    """Set cards as a table whose header row has their labels."""
    first = word.add_paragraph(style="Gap")
    for start in range(0, len(block.cards), _BESIDE):
        cards = block.cards[start:start + _BESIDE]
        table = _new_table(word, 2, [1.0] * len(cards), "Figures: " + "; ".join(card.label for card in cards))
        for card, label, body in zip(cards, table.rows[0].cells, table.rows[1].cells, strict=True):
            label.paragraphs[0].add_run(card.label)
            body.paragraphs[0].style = "Figure Value"
            body.paragraphs[0].add_run(card.value)
            for note in card.notes:
                body.add_paragraph(note, "Table Text")
            if card.basis:
                _tags(body.add_paragraph(style="Table Text"), card.basis, "")
        word.add_paragraph(style="Gap")
    return first


def _table(word: WordDocument, block: Table) -> WordParagraph:
    caption = word.add_paragraph(style="Caption")
    add_number(caption, block)
    caption.add_run(block.caption)
    caption.paragraph_format.keep_with_next = True
    _tags(caption, block.basis)
    shares = block.widths or [1.0] * len(block.columns)
    table = _new_table(word, 1 + len(block.rows), shares, block.caption)
    for row, texts in zip(table._tbl.tr_lst, (block.columns, *block.rows), strict=True):
        for number, (cell, text) in enumerate(zip(row.tc_lst, texts, strict=True)):
            paragraph = _Cell(cell, table).paragraphs[0]
            paragraph.add_run(text)
            if number in block.right:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    word.add_paragraph(style="Gap")
    return caption


def _new_table(word: WordDocument, rows: int, shares: Sequence[float], caption: str) -> WordTable:
    """Make an empty table: fixed widths, a header row that is repeated, rows that stay whole."""
    table: WordTable = word.add_table(rows, len(shares), "Swathe Table")
    table.autofit = False
    widths = [Mm(_ROOM * share / sum(shares)) for share in shares]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    text = word.styles["Table Text"].style_id  # looked up once: it takes as long as a cell
    for number, row in enumerate(table._tbl.tr_lst):
        marks = row.get_or_add_trPr()
        marks.append(OxmlElement("w:cantSplit"))
        if number == 0:
            marks.append(OxmlElement("w:tblHeader"))
        for cell, width in zip(row.tc_lst, widths, strict=True):
            cell.width = width
            cell.p_lst[0].style = text
    description = OxmlElement("w:tblCaption")
    description.set(qn("w:val"), caption)
    table._tbl.tblPr.replace(table._tbl.tblPr.find(qn("w:tblLook")), parse_xml(_LOOK))
    table._tbl.tblPr.append(description)
    return table


def _picture(word: WordDocument, block: Picture) -> WordParagraph:
    paragraph = word.add_paragraph(style="Picture")
    shape = paragraph.add_run().add_picture(io.BytesIO(block.png), width=Mm(min(block.width, _ROOM)))
    if shape.height > Mm(_TALLEST):
        shape.width, shape.height = Mm(round(_TALLEST * shape.width / shape.height)), Mm(_TALLEST)
    for side in ("distT", "distB", "distL", "distR"):  # unsaid, some programs leave 3 mm, and push a wide picture out
        shape._inline.set(side, "0")
    shape._inline.docPr.set("name", block.name)
    shape._inline.docPr.set("descr", block.alt)
    caption = word.add_paragraph(style="Caption")
    caption.alignment = WD_ALIGN_PARAGRAPH.CENTER
    add_number(caption, block)
    caption.add_run(block.caption).bold = False
    _tags(caption, block.basis)
    return paragraph


def _tags(paragraph: WordParagraph, basis: Sequence[str], before: str = "  ") -> None:
    """Mark what figures rest on, in words."""
    for number, word in enumerate(basis):
        paragraph.add_run(before if number == 0 else "  ")
        paragraph.add_run(word, "Basis")
