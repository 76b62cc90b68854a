"""What a report consists of, as plain data: the same blocks are set as PDF and as Word document.

Every text is plain text. No block holds markup of any kind; who sets a block escapes what its format takes for more.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Role = Literal["claim", "body", "small", "mark"]
"""Of a paragraph: "claim" is large, "body" usual, "small" for what stands beside figures, "mark" a warning in a box."""


@dataclass(frozen=True)
class Heading:
    """A heading; no level is left out on the way down."""

    text: str
    level: Literal[1, 2, 3] = 1
    key: str = ""       # by which texts refer to it
    number: str = ""    # "3" or "3.1"; empty where nothing is numbered

    @property
    def shown(self) -> str:
        """Its text after its number."""
        return f"{self.number} {self.text}" if self.number else self.text


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of plain texts that follow each other; every second one is set strong."""

    pieces: tuple[str, ...]
    role: Role = "body"


def plain(text: str, role: Role = "body") -> Paragraph:
    """Make a paragraph with nothing strong in it."""
    return Paragraph((text,), role)


@dataclass(frozen=True)
class Bullets:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Card:
    """One figure, set large."""

    label: str
    value: str                      # with its unit
    notes: tuple[str, ...] = ()     # range, rate, rank
    basis: tuple[str, ...] = ()     # for example "estimated", "indicative"


@dataclass(frozen=True)
class Cards:
    """Figures side by side: two to four."""

    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Table:
    """A table with one header row; the first column heads its row."""

    caption: str                        # what it shows, with its basis
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]   # as many texts in each as there are columns
    right: tuple[int, ...] = ()         # numbers (from 0) of the columns that are set to the right: figures
    widths: tuple[float, ...] = ()      # shares of the width, one per column; empty for even ones
    basis: tuple[str, ...] = ()         # marked beside the caption
    key: str = ""                       # by which texts refer to it
    number: str = ""                    # "Table 3"; empty where nothing is numbered


@dataclass(frozen=True)
class Picture:
    """A map or a chart."""

    name: str                           # of its files in maps/, without suffix: letters, digits and hyphens
    png: bytes = field(repr=False)      # as drawn at 300 dpi
    width: float                        # in millimetres, at most 170
    alt: str                            # what it shows, for who cannot see it
    caption: str                        # beneath it, with basis and attribution
    basis: tuple[str, ...] = ()
    key: str = ""                       # by which texts refer to it
    number: str = ""                    # "Figure 2"; empty where nothing is numbered


@dataclass(frozen=True)
class Formula:
    """A formula: of the template's own for the PDF, as plain text for Word."""

    name: str       # of the template's
    text: str       # in plain letters
    alt: str        # in words, for who cannot see it


@dataclass(frozen=True)
class PageBreak:
    """What follows starts on a new page."""


Block = Heading | Paragraph | Bullets | Cards | Table | Picture | Formula | PageBreak


@dataclass(frozen=True)
class Document:
    """A report."""

    title: str                  # on the first page and in the file's properties
    subtitle: str               # place and view, beneath it
    author: str                 # organisation; empty for none
    footer: str                 # at the foot of each page: edition and basis
    link: str                   # where the same view is seen in the app: an address, or the path and query of one
    blocks: tuple[Block, ...]   # in reading order; headings of level 1 are chapters
    summary: tuple[Block, ...] = ()             # on the first page
    facts: tuple[tuple[str, str], ...] = ()     # beneath it: label and text, such as the date
    contents: bool = False      # whether a list of chapters, tables and figures stands before the chapters
    compact: bool = False       # whether it is set smaller, to fit on one side
    day: date | None = None     # of the report, for the file's properties
    qr: bytes = field(default=b"", repr=False)  # of the link, as PNG; empty where it is no address
