"""What a report must be, so that it can be set as PDF or Word document and be read by everyone."""

import io
import re
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from PIL import Image

from geo.core.errors import PackError
from geo.pack.report.blocks import Document, Heading, Picture, Table

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def check_document(document: Document) -> None:
    """Raise a PackError for the first thing that no document may be: see `_problems`."""
    for problem in _problems(document):
        raise PackError(problem)


def _problems(document: Document) -> Iterator[str]:
    """Name control characters, uneven tables, headings that skip a level, and pictures that are none or say nothing."""
    if not document.title.strip():
        yield "the report has no title"
    for text in _texts(asdict(document)):
        if found := _ILLEGAL.search(text):
            yield f"a text of the report holds U+{ord(found[0]):04X}, which no document can hold: {text!a}"
    level = 0
    for block in document.blocks:
        if isinstance(block, Heading):
            if not block.text.strip():
                yield "a heading has no text"
            if not 1 <= block.level <= level + 1:
                yield f"the heading {block.text!r} has level {block.level}, after level {level}"
            level = block.level
        elif isinstance(block, Table):
            yield from _table_problems(block)
        elif isinstance(block, Picture):
            yield from _picture_problems(block)


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict | list | tuple):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from _texts(inner)


def _table_problems(table: Table) -> Iterator[str]:
    name, count = f"the table {table.caption!r}", len(table.columns)
    if not count or any(len(row) != count for row in table.rows):
        yield f"{name} has rows that are not of its {count} columns"
    if table.widths and (len(table.widths) != count or min(table.widths) <= 0):
        yield f"{name} needs {count} widths above 0, or none"
    if not set(table.right) <= set(range(count)):
        yield f"{name} sets a column to the right that it does not have"


def _picture_problems(picture: Picture) -> Iterator[str]:
    name = f"the picture {picture.name!r}"
    if not picture.alt.strip():
        yield f"{name} says nothing to who cannot see it: give it an alt text"
    if picture.width <= 0:
        yield f"{name} has no width"
    try:
        with Image.open(io.BytesIO(picture.png), formats=["PNG"]) as image:
            image.verify()
    except (OSError, SyntaxError):
        yield f"{name} is no PNG file"
