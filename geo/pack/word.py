"""A report as Word document, to be edited: real styles, headings, header rows; the same report gives the same bytes."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm
from docx.table import Table as WordTable
from docx.table import _Cell
from docx.text.paragraph import Paragraph as WordParagraph
from PIL import Image

from geo.errors import PackError
from geo.pack.model import Block, Bullets, Cards, Document, Heading, PageBreak, Paragraph, Picture, Table

__all__ = ["check_document", "docx_bytes"]

_EPOCH = (1980, 1, 1, 0, 0, 0)
_ROOM = 170
"""Millimetres between the margins."""

_TALLEST = 215
"""Millimetres of a picture, so that its caption fits beneath."""

_BESIDE = 4
"""Cards side by side, at most."""

_IN_CORE = 255
"""Letters that a property of a Word file may have; the report shows the whole title."""

_ROLES = {"claim": "Claim", "body": "Normal", "small": "Small", "mark": "Mark"}
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_PLUM, _INK, _GREY, _LINE, _TINT = "7A2862", "1D2430", "545A64", "CFCAC0", "F7F5F1"


def _letters(points: float, colour: str = _INK, font: str = "Calibri", more: str = "") -> str:
    """Spell a style's letters as Word does."""
    size = round(points * 2)
    return (f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:eastAsia="{font}" w:cs="{font}"/>{more}'
            f'<w:color w:val="{colour}"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/>')


def _lines(before: float, after: float, height: float = 1.15) -> str:
    """Spell a style's spaces: points before and after, and between lines."""
    return (f'<w:spacing w:before="{round(before * 20)}" w:after="{round(after * 20)}" '
            f'w:line="{round(height * 240)}" w:lineRule="auto"/>')


_BOLD = "<w:b/><w:bCs/>"
_KEPT = "<w:keepNext/><w:keepLines/>"
_FRAMED = "<w:pBdr>" + "".join(
    f'<w:{side} w:val="single" w:sz="{size}" w:space="6" w:color="{_PLUM}"/>'
    for side, size in (("top", 4), ("left", 24), ("bottom", 4), ("right", 4))
) + f'</w:pBdr><w:shd w:val="clear" w:color="auto" w:fill="{_TINT}"/>'
_ABOVE = (
    f'<w:pBdr><w:top w:val="single" w:sz="4" w:space="4" w:color="{_LINE}"/></w:pBdr>'
    f'<w:tabs><w:tab w:val="right" w:pos="{round(_ROOM * 1440 / 25.4)}"/></w:tabs>')

_STYLES: Mapping[str, tuple[str, str]] = {
    "Normal": (_lines(0, 6), _letters(10.5)),
    "Title": (_lines(0, 6, 1.05), _letters(25, _PLUM, "Georgia", _BOLD)),
    "Subtitle": (_lines(0, 8), _letters(13, _GREY, "Georgia")),
    "Heading 1": (f'{_KEPT}{_lines(22, 7, 1.05)}<w:outlineLvl w:val="0"/>', _letters(16, _PLUM, "Georgia", _BOLD)),
    "Heading 2": (f'{_KEPT}{_lines(16, 5, 1.05)}<w:outlineLvl w:val="1"/>', _letters(13, _PLUM, "Georgia", _BOLD)),
    "Heading 3": (f'{_KEPT}{_lines(12, 4, 1.05)}<w:outlineLvl w:val="2"/>', _letters(11, _INK, "Georgia", _BOLD)),
    "List Bullet": (f'<w:numPr><w:numId w:val="1"/></w:numPr>{_lines(0, 3)}<w:contextualSpacing/>', _letters(10.5)),
    "Caption": (f"<w:keepLines/>{_lines(6, 5, 1.05)}", _letters(9.5, _INK, more=_BOLD)),
    "Footer": (f"{_ABOVE}{_lines(0, 0, 1)}", _letters(8, _GREY)),
    "Claim": (_lines(6, 8, 1.2), _letters(14, _INK, "Georgia")),
    "Small": (_lines(0, 5, 1.1), _letters(8.5, _GREY)),
    "Mark": (f'<w:keepLines/>{_FRAMED}{_lines(10, 12)}<w:ind w:left="170" w:right="170"/>', _letters(10.5)),
    "Picture": (f'<w:keepNext/>{_lines(8, 2, 1)}<w:jc w:val="center"/>', _letters(10.5)),
    "Table Text": (_lines(2, 2, 1), _letters(9)),
    "Figure Value": (_lines(2, 2, 1), _letters(15, _PLUM, "Georgia", _BOLD)),
    "Gap": (_lines(0, 0, 1), _letters(6)),
}
"""Name → paragraph and letters; those that Word knows already are made over."""

_TABLE_STYLE = f"""<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="SwatheTable">
<w:name w:val="Swathe Table"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="59"/><w:qFormat/>
<w:tblPr><w:tblInd w:w="80" w:type="dxa"/>
<w:tblBorders><w:bottom w:val="single" w:sz="4" w:space="0" w:color="{_LINE}"/>
<w:insideH w:val="single" w:sz="4" w:space="0" w:color="{_LINE}"/></w:tblBorders>
<w:tblCellMar><w:top w:w="20" w:type="dxa"/><w:left w:w="80" w:type="dxa"/><w:bottom w:w="20" w:type="dxa"/>
<w:right w:w="80" w:type="dxa"/></w:tblCellMar></w:tblPr>
<w:tblStylePr w:type="firstRow"><w:rPr><w:b/><w:bCs/></w:rPr><w:tcPr><w:tcBorders>
<w:bottom w:val="single" w:sz="8" w:space="0" w:color="{_PLUM}"/></w:tcBorders><w:vAlign w:val="bottom"/></w:tcPr>
</w:tblStylePr></w:style>"""


def check_document(document: Document) -> None:
    """See that a report can be set, as PDF or Word document.

    Parameters
    ----------
    document
        As made.

    Raises
    ------
    PackError
        When it has no title, a text holds control characters, a heading's level leaves one out, a table's rows are
        uneven, or a picture is no PNG file or says nothing to who cannot see it.
    """
    if not document.title.strip():
        raise PackError("the report has no title")
    for text in _texts(asdict(document)):
        if found := _ILLEGAL.search(text):
            raise PackError(f"a text of the report holds U+{ord(found[0]):04X}, which no document can hold: {text!a}")
    level = 0
    for block in document.blocks:
        if isinstance(block, Heading):
            if not block.text.strip():
                raise PackError("a heading has no text")
            if not 1 <= block.level <= level + 1:
                raise PackError(f"the heading {block.text!r} has level {block.level}, after level {level}")
            level = block.level
        elif isinstance(block, Table):
            _check_table(block)
        elif isinstance(block, Picture):
            _check_picture(block)


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict | list | tuple):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from _texts(inner)


def _check_table(table: Table) -> None:
    count = len(table.columns)
    if not count or any(len(row) != count for row in table.rows):
        raise PackError(f"the table {table.caption!r} has rows that are not of its {count} columns")
    if table.widths and (len(table.widths) != count or min(table.widths) <= 0):
        raise PackError(f"the table {table.caption!r} needs {count} widths above 0, or none")
    if any(not 0 <= number < count for number in table.right):
        raise PackError(f"the table {table.caption!r} sets a column to the right that it does not have")


def _check_picture(picture: Picture) -> None:
    if not picture.alt.strip():
        raise PackError(f"the picture {picture.name!r} says nothing to who cannot see it: give it an alt text")
    if picture.width <= 0:
        raise PackError(f"the picture {picture.name!r} has no width")
    try:
        with Image.open(io.BytesIO(picture.png), formats=["PNG"]) as image:
            image.verify()
    except (OSError, SyntaxError) as error:
        raise PackError(f"the picture {picture.name!r} is no PNG file") from error


def docx_bytes(document: Document) -> bytes:
    """Set a report as Word document.

    Parameters
    ----------
    document
        Its texts appear letter by letter, whatever they look like.

    Returns
    -------
    bytes
        DOCX, without the time it was made at.

    Raises
    ------
    PackError
        As `check_document`.
    """
    check_document(document)
    word = docx.Document()
    _add_styles(word)
    _properties(word, document)
    _page(word, document.footer)
    _opening(word, document)
    broken = False
    for block in document.blocks:
        if isinstance(block, PageBreak):
            broken = True
            continue
        first = _block(word, block)
        if broken and first is not None:
            first.paragraph_format.page_break_before = True
            broken = False
    out = io.BytesIO()
    word.save(out)
    return _without_clock(out.getvalue())


def _without_clock(content: bytes) -> bytes:
    """Write the file again without the time it was written at: its parts sorted, the list of their types first."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            part = old.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"(<dcterms:(created|modified)[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", part)
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, part)
    return out.getvalue()


def _add_styles(word: WordDocument) -> None:
    """Make Word's own styles over, and add those of a report; everything is in British English."""
    for name, (lines, letters) in _STYLES.items():
        known = name in word.styles
        style = word.styles[name] if known else word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        if not known:
            style.base_style = word.styles["Normal"]
            style.quick_style = True
        _make_over(style.element, lines, letters)
    basis = word.styles.add_style("Basis", WD_STYLE_TYPE.CHARACTER)
    border = f'<w:bdr w:val="single" w:sz="4" w:space="0" w:color="{_PLUM}"/>'
    _make_over(basis.element, "", f'<w:b w:val="0"/><w:smallCaps/><w:color w:val="{_PLUM}"/>{border}')
    word.styles.element.append(parse_xml(_TABLE_STYLE))
    for tongue in word.styles.element.iter(qn("w:lang")):
        tongue.set(qn("w:val"), "en-GB")
    for tongue in word.settings.element.iter(qn("w:themeFontLang")):
        tongue.set(qn("w:val"), "en-GB")


def _make_over(style: Any, lines: str, letters: str) -> None:
    for name, inner in (("w:pPr", lines), ("w:rPr", letters)):
        for old in style.findall(qn(name)):
            style.remove(old)
        if inner:
            style.append(parse_xml(f"<{name} {nsdecls('w')}>{inner}</{name}>"))


def _properties(word: WordDocument, document: Document) -> None:
    core = word.core_properties
    core.title, core.author = document.title[:_IN_CORE], document.author[:_IN_CORE]
    core.language, core.comments, core.last_modified_by, core.revision = "en-GB", "", "", 1
    core.created = core.modified = datetime(*_EPOCH)  # noqa: DTZ001 (the file format knows no zone)


def _page(word: WordDocument, footer: str) -> None:
    """Lay out A4 with the footer; Word itself counts the pages."""
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(20)
    section.footer_distance = Mm(9)
    paragraph = section.footer.paragraphs[0]
    paragraph.add_run(f"{footer}\tPage ")
    _field(paragraph, "PAGE")
    paragraph.add_run(" of ")
    _field(paragraph, "NUMPAGES")


def _field(paragraph: WordParagraph, code: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    field.append(parse_xml(f"<w:r {nsdecls('w')}><w:t>1</w:t></w:r>"))
    paragraph._p.append(field)


def _opening(word: WordDocument, document: Document) -> None:
    word.add_paragraph(document.title, "Title")
    if document.subtitle:
        word.add_paragraph(document.subtitle, "Subtitle")
    if document.author:
        word.add_paragraph(style="Normal").add_run(document.author).bold = True
    if document.link:
        word.add_paragraph(f"The same view in the app: {document.link}", "Small")


def _block(word: WordDocument, block: Block) -> WordParagraph | None:
    """Set a block; tell its first paragraph."""
    first = None
    if isinstance(block, Heading):
        first = word.add_paragraph(block.text, f"Heading {block.level}")
    elif isinstance(block, Paragraph):
        first = word.add_paragraph(style=_ROLES[block.role])
        for number, piece in enumerate(block.pieces):
            first.add_run(piece).bold = True if number % 2 else None
    elif isinstance(block, Bullets):
        first = next(iter([word.add_paragraph(item, "List Bullet") for item in block.items]), None)
    elif isinstance(block, Cards):
        first = _cards(word, block)
    elif isinstance(block, Table):
        first = _table(word, block)
    elif isinstance(block, Picture):
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
    caption = word.add_paragraph(block.caption, "Caption")
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
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    if look is not None:
        table._tbl.tblPr.remove(look)
    for name, values in (
        ("w:tblLook", {"w:val": "06A0", "w:firstRow": "1", "w:lastRow": "0", "w:firstColumn": "1",
                       "w:lastColumn": "0", "w:noHBand": "1", "w:noVBand": "1"}),
        ("w:tblCaption", {"w:val": caption}),
    ):
        element = OxmlElement(name)
        for key, value in values.items():
            element.set(qn(key), value)
        table._tbl.tblPr.append(element)
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
    caption.add_run(block.caption).bold = False
    _tags(caption, block.basis)
    return paragraph


def _tags(paragraph: WordParagraph, basis: Sequence[str], before: str = "  ") -> None:
    """Mark what figures rest on, in words."""
    for number, word in enumerate(basis):
        paragraph.add_run(before if number == 0 else "  ")
        paragraph.add_run(word, "Basis")
