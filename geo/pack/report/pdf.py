"""A report as PDF: tagged for screen readers (PDF/UA-1), A4, with its fonts; the same report gives the same bytes."""

import json
import shutil
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import category

from matplotlib.ft2font import FT2Font

from geo.core.errors import PackError
from geo.core.locks import workplace
from geo.pack.report.blocks import Block, Document, Picture, Table
from geo.pack.report.check import check_document
from geo.pack.report.fonts import FONTS
from geo.pack.report.numbering import short_title
from geo.pack.report.typesetting import typeset
from geo.words.cover import CONTENTS, FIGURES, QR_ALT, TABLES

_TEMPLATE = Path(__file__).with_name("report.typ")
# What typst's own Libertinus Serif lacks is set in these; between them they lack little that it has.
_STANDINS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")

# PDF/UA bans it, glyph or no glyph.
_FORBIDDEN = "\ufeff"

_SPACES = {"\n": "\n", "\t": " "}
# Parts of a report that are not shown in letters.
_NOT_SHOWN = {"alt", "kind", "name", "by", "file", "qr", "qr_alt", "key"}


def pdf_bytes(document: Document) -> bytes:
    """Set a report as PDF/UA-1, without the time it was made at; a PackError says why it cannot be set.

    Its texts appear letter by letter, whatever they look like. A letter that no font at hand has is written as its
    number, for example [U+1F600].
    """
    return _set(document, format="pdf", pdf_standards="ua-1")[0]


def first_page_png(document: Document, dots: int = 110) -> bytes:
    """Draw the first page of a report, at so many dpi."""
    return page_pngs(document, dots)[0]


def page_count(document: Document) -> int:
    """Count the pages of a report without writing it."""
    return len(page_pngs(document, 4))     # coarse pictures of pages are quick to draw


def page_pngs(document: Document, dots: float) -> list[bytes]:
    """Draw the pages of a report, at so many dpi."""
    return _set(document, format="png", ppi=float(dots))


def _set(document: Document, **wanted: Any) -> list[bytes]:
    """Run typst on the template in a folder of its own."""
    check_document(document)
    with workplace() as folder:
        for name, blocks in (("s", document.summary), ("b", document.blocks)):
            for number, block in enumerate(blocks):
                if isinstance(block, Picture):
                    Path(folder, f"{name}{number}.png").write_bytes(block.png)
        if document.qr:
            Path(folder, "qr.png").write_bytes(document.qr)
        main = Path(shutil.copy(_TEMPLATE, folder))
        found = typeset(main, {"report": json.dumps(_content(document))}, **wanted)
    if found.warning:
        raise PackError(f"the report cannot be set: {found.warning}")
    return found.pages


@cache
def _letters() -> frozenset[str]:
    """List what can be shown, plain and strong."""
    plain, strong = (FT2Font(str(FONTS / name)).get_charmap() for name in _STANDINS)
    return frozenset(letter for letter in map(chr, plain.keys() & strong.keys())
                     if letter not in _FORBIDDEN and category(letter) != "Co")


def _content(document: Document) -> Any:
    """Make a report ready for the template: its blocks with their kinds, pictures as files."""
    whole = {name: part for name, part in vars(document).items() if name not in {"blocks", "summary", "day", "qr"}}
    return _all_shown({
        **whole, "name": document.title, "by": document.author, "blocks": _parts(document.blocks, "b"),
        "summary": _parts(document.summary, "s"), "qr": "qr.png" if document.qr else "", "qr_alt": QR_ALT,
        "headings": [CONTENTS, TABLES, FIGURES]})


def _parts(blocks: tuple[Block, ...], name: str) -> list[dict[str, Any]]:
    found = []
    for number, block in enumerate(blocks):
        part = {"kind": type(block).__name__, **asdict(block)}
        if isinstance(block, Table | Picture):
            part["title"] = ". ".join(filter(None, [block.number, short_title(block)]))
        found.append({**part, "png": None, "file": f"{name}{number}.png"} if isinstance(block, Picture) else part)
    return found


def _all_shown(value: Any) -> Any:
    """Replace the letters that no font has in every text that is shown, however deep it lies."""
    if isinstance(value, str):
        return _shown(value)
    if isinstance(value, dict):
        return {name: part if name in _NOT_SHOWN else _all_shown(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_all_shown(part) for part in value]
    return value


def _shown(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        letter if letter in _letters() else _SPACES.get(letter, f"[U+{ord(letter):04X}]") for letter in text)
