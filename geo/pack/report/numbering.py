"""Chapters, tables and figures are numbered here, once for PDF and Word document alike; texts refer to them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, cast

from geo.core.errors import PackError
from geo.pack.report.blocks import Block, Heading, Picture, Table

# A letter for private use: no text of an author's own may hold one (`geo.pack.request.clean`).
_MARK = "\ue000"
_REFERENCE = re.compile(f"{_MARK}([a-z0-9-]+){_MARK}")


def see(key: str) -> str:
    """Refer to the table, figure or chapter of a key; the number is put in by `numbered`."""
    return f"{_MARK}{key}{_MARK}"


def numbered(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Count headings, tables and pictures in reading order, and put their numbers where texts refer to them.

    A PackError says that a text refers to what is not there.
    """
    chapter = section = tables = figures = 0
    found: list[Block] = []
    for block in blocks:
        if isinstance(block, Heading):
            if block.level == 1:
                chapter, section = chapter + 1, 0
            section += block.level == 2
            found.append(replace(block, number={1: f"{chapter}", 2: f"{chapter}.{section}"}.get(block.level, "")))
        elif isinstance(block, Table):
            tables += 1
            found.append(replace(block, number=f"Table {tables}"))
        elif isinstance(block, Picture):
            figures += 1
            found.append(replace(block, number=f"Figure {figures}"))
        else:
            found.append(block)
    return cast("tuple[Block, ...]", resolved(tuple(found), found))


def resolved(part: Any, blocks: Iterable[Block]) -> Any:
    """Put the numbers of numbered blocks where the texts of a part refer to them, however deep they lie."""
    return _resolved(part, {
        block.key: f"chapter {block.number}" if isinstance(block, Heading) else block.number
        for block in blocks if isinstance(block, Heading | Table | Picture) and block.key})


def _resolved(part: Any, known: Mapping[str, str]) -> Any:
    if isinstance(part, str):
        return _REFERENCE.sub(lambda found: _known(found[1], known), part) if _MARK in part else part
    if isinstance(part, tuple):
        return tuple(_resolved(inner, known) for inner in part)
    if is_dataclass(part) and not isinstance(part, type):
        return replace(part, **{one.name: _resolved(getattr(part, one.name), known) for one in fields(part)})
    return part


def _known(key: str, known: Mapping[str, str]) -> str:
    if key not in known:
        raise PackError(f"the report refers to {key!r}, which is not in it")
    return known[key]


def short_title(block: Table | Picture) -> str:
    """Name a table or figure in a list: the beginning of its caption."""
    return re.split(r"[.:;](?= |$)", block.caption)[0]
