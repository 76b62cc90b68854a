"""What is asked of a pack: a view, and texts of the author's own, which are hostile until checked."""

import re
import unicodedata
from dataclasses import dataclass

from geo.core.errors import PackError
from geo.core.view import View

VERIFY = "python -m geo verify FILE.zip"
"""The command that checks a pack."""

LONGEST = {"title": 160, "author": 120, "note": 2000}
"""Letters that fit: a title in three lines, a note on half a page."""

_REORDERS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


@dataclass(frozen=True)
class Request:
    """A pack as asked for; a PackError says which text is too long or holds letters that cannot be shown."""

    view: View          # its place is a code or codes joined by `+`
    title: str = ""     # of the report; empty for the usual one
    author: str = ""    # organisation that puts its name to it; empty for none
    note: str = ""      # the author's, shown as such; paragraphs are divided by line ends

    def __post_init__(self) -> None:
        for name in LONGEST:
            object.__setattr__(self, name, clean(name, getattr(self, name)))


def clean(name: str, text: str) -> str:
    r"""Check a text of the author's own, named as in `LONGEST`, and give it in composed form (NFC) without spare space.

    Line ends stay in a note alone. Control characters, halves of letters, and letters that turn the reading direction
    round (a figure could be made to read backwards) raise a PackError.

    >>> clean("title", "  Broadband \t for  Torridge ")
    'Broadband for Torridge'
    """
    lines = [re.sub(r"[ \t]+", " ", line).strip() for line in re.split(r"\r?\n", text)]
    joined = unicodedata.normalize("NFC", ("\n" if name == "note" else " ").join(lines).strip())
    for letter in joined:
        if letter != "\n" and (unicodedata.category(letter) in {"Cc", "Cs", "Co", "Cn"} or letter in _REORDERS):
            raise PackError(f"the {name} holds a letter that cannot be shown (U+{ord(letter):04X}): take it out")
    if len(joined) > LONGEST[name]:
        raise PackError(f"the {name} has {len(joined):,} letters; there is room for {LONGEST[name]:,}")
    return joined
