"""What a report consists of, as plain data: the same blocks are set as PDF and as Word document.

Every text is plain text. No block holds markup of any kind; who sets a block escapes what its format takes for more.
"""

from dataclasses import dataclass, field
from typing import Literal

__all__ = [
    "Block", "Bullets", "Card", "Cards", "Document", "Heading", "PageBreak", "Paragraph", "Picture", "Role", "Table",
    "plain",
]

Role = Literal["claim", "body", "small", "mark"]


@dataclass(frozen=True)
class Heading:
    """A heading.

    Parameters
    ----------
    text
        Plain text.
    level
        1 to 3; no level is left out on the way down.
    """

    text: str
    level: Literal[1, 2, 3] = 1


@dataclass(frozen=True)
class Paragraph:
    """A paragraph.

    Parameters
    ----------
    pieces
        Plain texts that follow each other; every second one is set strong.
    role
        "claim" is large, "body" usual, "small" for what stands beside figures, "mark" a warning in a box.
    """

    pieces: tuple[str, ...]
    role: Role = "body"


def plain(text: str, role: Role = "body") -> Paragraph:
    """Make a paragraph of one piece.

    Parameters
    ----------
    text
        Plain text.
    role
        As for `Paragraph`.

    Returns
    -------
    Paragraph
        With nothing strong in it.
    """
    return Paragraph((text,), role)


@dataclass(frozen=True)
class Bullets:
    """A list.

    Parameters
    ----------
    items
        Plain texts.
    """

    items: tuple[str, ...]


@dataclass(frozen=True)
class Card:
    """One figure, set large.

    Parameters
    ----------
    label
        What it is.
    value
        With its unit.
    notes
        Range, rate, rank.
    basis
        For example "estimated", "indicative".
    """

    label: str
    value: str
    notes: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cards:
    """Figures side by side.

    Parameters
    ----------
    cards
        Two to four.
    """

    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Table:
    """A table with one header row; the first column heads its row.

    Parameters
    ----------
    caption
        What it shows, with its basis.
    columns
        Headings.
    rows
        Texts, as many in each row as there are columns.
    right
        Numbers (from 0) of the columns that are set to the right: figures.
    widths
        Shares of the width, one per column; empty for even ones.
    basis
        For example "estimated"; marked beside the caption.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()
    widths: tuple[float, ...] = ()
    basis: tuple[str, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A map.

    Parameters
    ----------
    name
        Of its files in maps/, without suffix: letters, digits and hyphens.
    png
        As drawn at 300 dots an inch.
    width
        In millimetres, at most 170.
    alt
        What it shows, for who cannot see it.
    caption
        Beneath it, with basis and attribution.
    basis
        As for tables.
    """

    name: str
    png: bytes = field(repr=False)
    width: float
    alt: str
    caption: str
    basis: tuple[str, ...] = ()


@dataclass(frozen=True)
class PageBreak:
    """What follows starts on a new page."""


Block = Heading | Paragraph | Bullets | Cards | Table | Picture | PageBreak


@dataclass(frozen=True)
class Document:
    """A report.

    Parameters
    ----------
    title
        On the first page and in the file's properties.
    subtitle
        Place and view, beneath it.
    author
        Organisation; empty for none.
    footer
        At the foot of each page: edition and basis.
    link
        Where the same view is seen in the app: the path and query of a link.
    blocks
        In reading order; headings of level 1 are chapters.
    """

    title: str
    subtitle: str
    author: str
    footer: str
    link: str
    blocks: tuple[Block, ...]
