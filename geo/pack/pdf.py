"""A report as PDF: tagged for screen readers (PDF/UA-1), A4, with its fonts; the same report gives the same bytes."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import category

import matplotlib as mpl
import typst
from matplotlib.ft2font import FT2Font

from geo.errors import PackError
from geo.pack.model import Block, Document, Picture
from geo.pack.word import check_document

__all__ = ["first_page_png", "page_count", "pdf_bytes"]

_TEMPLATE = Path(__file__).with_name("report.typ")
_FONTS = Path(mpl.get_data_path(), "fonts", "ttf")
_STANDINS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
"""What typst's own Libertinus Serif lacks is set in these; between them they lack little that it has."""

_FORBIDDEN = frozenset("\ufeff")
"""PDF/UA bans it, glyph or no glyph."""

_SPACES = {"\n": "\n", "\t": " "}


def pdf_bytes(document: Document) -> bytes:
    """Set a report as PDF.

    Parameters
    ----------
    document
        Its texts appear letter by letter, whatever they look like. A letter that no font at hand has is spelled, for
        example [U+1F600].

    Returns
    -------
    bytes
        PDF/UA-1, without the time it was made at.

    Raises
    ------
    PackError
        When the report cannot be set: a table's rows are uneven, a picture is no picture or says nothing to who cannot
        see it, a heading's level leaves one out, a text holds control characters.
    """
    pdf: bytes = _set(document, {"format": "pdf", "pdf_standards": "ua-1"})
    return pdf


def first_page_png(document: Document, dots: int = 110) -> bytes:
    """Draw the first page of a report.

    Parameters
    ----------
    document
        As for `pdf_bytes`.
    dots
        An inch.

    Returns
    -------
    bytes
        PNG.

    Raises
    ------
    PackError
        As for `pdf_bytes`.
    """
    pages = _set(document, {"format": "png", "ppi": float(dots)})
    first: bytes = pages[0] if isinstance(pages, list) else pages
    return first


def page_count(document: Document) -> int:
    """Count the pages of a report without writing it.

    Parameters
    ----------
    document
        As for `pdf_bytes`.

    Returns
    -------
    int
        From 1.

    Raises
    ------
    PackError
        As for `pdf_bytes`.
    """
    pages = _set(document, {"format": "png", "ppi": 4.0})     # coarse pictures of pages are quick to draw
    return len(pages) if isinstance(pages, list) else 1


def _set(document: Document, wanted: Mapping[str, Any]) -> Any:
    """Run typst on the template in a folder of its own: it can read what is there, and no font but those named."""
    check_document(document)
    with tempfile.TemporaryDirectory(prefix="swathe-") as folder:
        root = Path(folder)
        for number, block in enumerate(document.blocks):
            if isinstance(block, Picture):
                (root / _picture_file(number)).write_bytes(block.png)
        template = root / _TEMPLATE.name
        template.write_bytes(_TEMPLATE.read_bytes())
        try:
            pages, warnings = typst.compile_with_warnings(
                template, root=root, font_paths=_fonts(), ignore_system_fonts=True,
                sys_inputs={"report": json.dumps(_content(document))}, **wanted,
            )
        except typst.TypstError as error:
            raise PackError(f"the report cannot be set: {error.message}") from error
    if warnings:
        raise PackError(f"the report cannot be set: {warnings[0].message}")
    return pages


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[_FONTS])


@cache
def _letters() -> frozenset[str]:
    """List what can be shown, plain and strong."""
    plain, strong = (FT2Font(str(_FONTS / name)).get_charmap() for name in _STANDINS)
    letters = frozenset(map(chr, plain.keys() & strong.keys()))
    return frozenset(letter for letter in letters - _FORBIDDEN if category(letter) != "Co")


def _shown(text: str) -> str:
    """Spell the letters that no font has."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        letter if letter in _letters() else _SPACES.get(letter, f"[U+{ord(letter):04X}]") for letter in text)


def _content(document: Document) -> dict[str, Any]:
    """Make a report ready for the template: what is shown is spelled, what is only told (name, alt) stays."""
    return {
        "name": document.title, "by": document.author,
        **{name: _shown(getattr(document, name)) for name in ("title", "subtitle", "author", "footer", "link")},
        "blocks": [_block(number, block) for number, block in enumerate(document.blocks)],
    }


def _block(number: int, block: Block) -> dict[str, Any]:
    kind = {"kind": type(block).__name__}
    if isinstance(block, Picture):
        told = {"file": _picture_file(number), "width": block.width, "alt": block.alt}
        return kind | told | {"caption": _shown(block.caption), "basis": _all_shown(block.basis)}
    return kind | {name: _all_shown(value) for name, value in asdict(block).items()}


def _all_shown(value: Any) -> Any:
    """Spell every text of a block's field, however deep it lies."""
    if isinstance(value, str):
        return _shown(value)
    if isinstance(value, dict):
        return {name: _all_shown(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_all_shown(part) for part in value]
    return value


def _picture_file(number: int) -> str:
    return f"{number}.png"
