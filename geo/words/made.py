"""What is said of an edition whose figures are made up, wherever any of them is shown."""

from geo.core.untrusted import printable
from geo.edition.facts import EditionFacts
from geo.edition.store import Edition
from geo.sources.made import LONGEST

MARK = "made figures, not true of any place"
"""Where there is no room for more."""


def made_up(edition: Edition | EditionFacts) -> str:
    """Say what of an edition is made up, in a sentence; "" where nothing is."""
    return made_sentence(edition.made)


def made_sentence(what: str) -> str:
    """Say that this is made up, in a sentence that no words of who made it come before; "" where nothing is."""
    return f"Made figures, not true of any place: {printable(what, 4 * LONGEST)}" if what else ""


def with_mark(text: str, edition: Edition | EditionFacts) -> str:
    """Add to the title of a file, or to a line at its foot, that its figures are made up, where they are."""
    return f"{text} ({MARK})" if edition.made else text
