"""What is asked of a pack: a view, and texts of the author's own, which are hostile until checked."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from geo.core.errors import PackError
from geo.core.untrusted import quoted
from geo.core.view import View

VERIFY = "python -m geo verify FILE.zip"
"""The command that checks a pack."""

_EARLIER = f"{VERIFY} --against FOLDER"

LONGEST = {"title": 160, "author": 120, "contact": 300, "note": 2000}
"""Letters that fit: a title in three lines, a note on half a page."""

_LONGEST_SITE = 200
_SITE = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?(?:/[A-Za-z0-9._~/-]*)?")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*")

_REORDERS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


@dataclass(frozen=True)
class Request:
    """A pack as asked for; a PackError says which text is too long or holds letters that cannot be shown."""

    view: View          # its place is a code or codes joined by `+`
    title: str = ""     # of the report; empty for the usual one
    author: str = ""    # organisation that puts its name to it; empty for none
    note: str = ""      # the author's, shown as such; paragraphs are divided by line ends
    contact: str = ""   # whom to write to about the report; empty for nobody
    date: str = ""      # of the report, such as 2026-11-27; empty for the day that the edition was built
    site: str = ""      # address of the app that its link leads to; empty where there is none

    def __post_init__(self) -> None:
        for name in LONGEST:
            object.__setattr__(self, name, clean(name, getattr(self, name)))
        object.__setattr__(self, "date", _day(self.date))
        object.__setattr__(self, "site", site_address(self.site))


def verify_command(view: View) -> str:
    """Write the command that checks all of a pack: of one that says what changed it needs the earlier edition too."""
    return _EARLIER if view.against else VERIFY


def _day(text: str) -> str:
    """Check the day of a report; the empty text stays."""
    try:
        right = not text or date.fromisoformat(text).isoformat() == text
    except ValueError:
        right = False
    if not right:
        raise PackError(f"the date {quoted(text, 40)} is no day: write it as 2026-11-27")
    return text


def site_address(text: str) -> str:
    """Check the address of a copy of the app, and give it without a stroke at its end; the empty text stays.

    >>> site_address("https://Swathe.example.org/")
    'https://swathe.example.org'
    """
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        sound = (len(text) <= _LONGEST_SITE and _SITE.fullmatch(text) and parts.port != 0
                 and _HOST.fullmatch((parts.hostname or "").rstrip(".")) and ".." not in parts.path)
    except ValueError:      # a port that is no number
        sound = None
    if not sound:
        raise PackError(f"the site {quoted(text, 80)} is no address of an app: write it as https://swathe.example.org, "
                        "without a name and password, a query or a page")
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


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
