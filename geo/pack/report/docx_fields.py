"""What a Word document works out for itself: its list of contents, and the numbers of tables and figures."""

import re
import zlib
from collections.abc import Sequence
from html import escape

from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.text.paragraph import Paragraph as WordParagraph

from geo.pack.report.blocks import Block, Document, Heading, Picture, Table
from geo.pack.report.numbering import short_title
from geo.words.cover import CONTENTS, FIGURES, TABLES

# Word works a field out again when it opens the file if it is marked so; until then a reader sees what stands in it.
_BEGIN, _SEPARATE, _END = (f'<w:r {nsdecls("w")}><w:fldChar w:fldCharType="{kind}"{more}/></w:r>' for kind, more in (
    ("begin", ' w:dirty="true"'), ("separate", ""), ("end", "")))
_DEEPEST = 2    # level of the headings that are listed


def _code(text: str) -> str:
    return f'<w:r {nsdecls("w")}><w:instrText xml:space="preserve"> {text} </w:instrText></w:r>'


def add_number(caption: WordParagraph, block: Table | Picture) -> None:
    """Begin a caption with the number of its table or figure, which Word counts; nothing where nothing is numbered."""
    if not block.number:
        return
    kind, _, count = block.number.partition(" ")
    begin, end = _bookmark(block)
    caption._p.append(parse_xml(begin))
    caption.add_run(f"{kind} ")
    _append(caption, f'<w:fldSimple {nsdecls("w")} w:instr="SEQ {kind} \\* ARABIC"><w:r><w:t>{count}</w:t></w:r>'
                     "</w:fldSimple>", end)
    caption.add_run(". ")


def add_heading_text(paragraph: WordParagraph, block: Heading) -> None:
    """Write a heading with its number, so that the list of contents can lead to it."""
    begin, end = _bookmark(block)
    paragraph._p.append(parse_xml(begin))
    paragraph.add_run(block.shown)
    paragraph._p.append(parse_xml(end))


def _bookmark(block: Heading | Table | Picture) -> tuple[str, str]:
    """Mark a place in the document: its beginning and its end."""
    name = _name(block)
    number = zlib.crc32(name.encode()) & 0x7FFFFFFF
    return (f'<w:bookmarkStart {nsdecls("w")} w:id="{number}" w:name="{name}"/>',
            f'<w:bookmarkEnd {nsdecls("w")} w:id="{number}"/>')


def _name(block: Heading | Table | Picture) -> str:
    plain = block.number or (block.text if isinstance(block, Heading) else "")
    return f"_Toc_{re.sub('[^A-Za-z0-9]+', '_', plain)[:30]}"


def add_contents(word: WordDocument, document: Document) -> None:
    """Add lists of chapters, tables and figures as fields of Word's own, filled so that they stand without it too."""
    blocks = [block for block in (*document.summary, *document.blocks) if isinstance(block, Heading | Table | Picture)]
    chapters = [(f"toc {block.level}", block.shown, _name(block)) for block in blocks
                if isinstance(block, Heading) and block.level <= _DEEPEST]
    # No page is begun: how long the first page gets is a matter of the reader's fonts.
    for heading, code, entries in (
        (CONTENTS, f'TOC \\o "1-{_DEEPEST}" \\h \\z', chapters),
        (TABLES, 'TOC \\h \\z \\c "Table"', _captioned(blocks, Table)),
        (FIGURES, 'TOC \\h \\z \\c "Figure"', _captioned(blocks, Picture)),
    ):
        word.add_paragraph(heading, "Contents Heading")
        _add_list(word, code, entries)


def _captioned(blocks: Sequence[Block], kind: type[Table] | type[Picture]) -> list[tuple[str, str, str]]:
    return [("table of figures", f"{block.number}. {short_title(block)}", _name(block)) for block in blocks
            if isinstance(block, kind)]


def _add_list(word: WordDocument, code: str, entries: Sequence[tuple[str, str, str]]) -> None:
    """Add one list: style, text and bookmark of each entry; the page is that of the bookmark."""
    for number, (style, text, name) in enumerate(entries):
        paragraph = word.add_paragraph(style=style)
        if number == 0:
            _append(paragraph, _BEGIN, _code(code), _SEPARATE)
        inner = (f"<w:r><w:t>{escape(text)}</w:t></w:r><w:r><w:tab/></w:r>"
                 f'<w:fldSimple w:instr="PAGEREF {name} \\h"><w:r><w:t>–</w:t></w:r></w:fldSimple>')
        _append(paragraph, f'<w:hyperlink {nsdecls("w")} w:anchor="{name}" w:history="1">{inner}</w:hyperlink>')
        if number == len(entries) - 1:
            _append(paragraph, _END)


def _append(paragraph: WordParagraph, *parts: str) -> None:
    for part in parts:
        paragraph._p.append(parse_xml(part))
