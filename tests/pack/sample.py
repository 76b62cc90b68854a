"""A report with every kind of block, for the tests of what sets it."""

import io

import numpy as np
from PIL import Image

from geo.pack.report.blocks import Block, Bullets, Card, Cards, Document, Heading, PageBreak, Paragraph, Picture, Table

__all__ = ["HOSTILE", "long_table", "picture", "report", "sample"]

HOSTILE = (
    '#import "x": *', "$x^2$ and \\$", "*bold* _it_ `raw`", "=cmd()", "= Heading?", "<script>alert(1)</script>",
    "]]>", "&amp; &lt; &#x41;", "{{}} #{1+1}", "\\u{41} \\ \\\\", "<label> @reference", "// no comment /* nor this */",
    "#read(\"/etc/passwd\")", "http://example.org/?a=1&b=2#c", "- item + item / term: x", "~ --- ... 'q' \"q\"",
    "<w:t>", "<?xml version='1.0'?>", "%PDF-1.7 endobj", "(unbalanced ( ) \\)",
)
"""Texts that some format takes for more than letters."""


def picture(name: str = "gap", width: float = 120, size: tuple[int, int] = (300, 200), basis: tuple[str, ...] = (
        "estimated",)) -> Picture:
    """Draw a map of sorts."""
    across, down = np.meshgrid(np.arange(size[0]), np.arange(size[1]))
    waves = (127 + 60 * np.sin(across / 29.0) + 60 * np.cos(down / 23.0)).astype("uint8")
    out = io.BytesIO()
    Image.fromarray(np.dstack([waves, np.flipud(waves), np.full_like(waves, 150)])).save(out, "PNG")
    return Picture(
        name, out.getvalue(), width, f"Map {name}: the north is worst, with 412 of 1,000 workers.",
        f"People in the gap by neighbourhood ({name}). Contains OS data © Crown copyright 2025.", basis)


def long_table(rows: int = 40) -> Table:
    """Make a table over several pages, with long names and codes."""
    names = ("Bournemouth, Christchurch and Poole 014A", "St Endellion & St Minver",
             "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch")
    return Table(
        f"The {rows} neighbourhoods with most people in the gap", ("Neighbourhood", "Code", "Low", "People", "High"),
        tuple((f"{names[number % 3]} {number}", f"E0101{number:04d}", f"{9 * number:,}", f"{11 * number:,}",
               f"{13 * number:,}") for number in range(rows)),
        (2, 3, 4), (5, 2, 1, 1, 1), ("estimated",))


def report(*blocks: Block, title: str = "Broadband for Torridge", subtitle: str = "Torridge, below 30 Mbit/s",
           author: str = "North Devon Council", footer: str = "Edition 2025-08, broadband estimated",
           link: str = "/place?place=E07000046&speed=30") -> Document:
    """Make a report of given blocks."""
    return Document(title, subtitle, author, footer, link, blocks)


def sample() -> Document:
    """Make a report with every kind of block, each text told apart from the others."""
    return report(
        Paragraph(("In Torridge ", "3,120 people", " could work from home, and cannot."), "claim"),
        Paragraph(("This edition rests on an ", "estimate", ": not for naming streets."), "mark"),
        Cards((
            Card("People in the gap", "3,120", ("2,700 to 3,600", "118 of 1,000 workers"), ("estimated",)),
            Card("Nowhere to turn", "1,940", ("of them",), ("estimated", "indicative")),
            Card("Cut off by rail", "41,000"),
        )),
        Heading("Where they live"),
        Paragraph(("Half of them live in ", "nine", " neighbourhoods of ", "37", ".")),
        Heading("By neighbourhood", 2),
        long_table(12),
        Heading("Notes to the table", 3),
        Bullets(("A rate is a sum over a sum.", "Low and high are bounds, not a margin.")),
        Paragraph(("Source: Ofcom, Connected Nations.",), "small"),
        PageBreak(),
        Heading("Maps"),
        picture(),
        picture("rail", 170, (340, 300), ("indicative", "timetable")),
        Heading("How it was worked out"),
        Table("Work by occupation", ("Occupation", "Share"), (("Managers", "61 %"), ("Elementary", "")), (1,)),
    )
