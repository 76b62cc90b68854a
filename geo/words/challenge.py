"""A message that challenges a figure, for a reader to finish and to send."""

from typing import NamedTuple

from geo.figures.place import PlaceFigures
from geo.words.claim import CARDS, cards, headline

HEADING = "Challenge this figure"
NOTHING_IS_SENT = "The app sends nothing. The link opens your own mail program, or the page of reports, with this text:"
NOBODY_TO_ASK = ("Who to ask is not set: whoever runs this copy of the app has given no address. This text can be sent "
                 "to them in any other way:")


class Challenge(NamedTuple):
    """A message: its subject, and its text."""

    subject: str
    text: str


def challenge(answer: PlaceFigures, link: str) -> Challenge:
    """Write down what is challenged: the place with its figures, the edition and the link."""
    figures = [f"{card.label}: {card.value}" for card in cards(answer) if card.key in CARDS]
    lines = ("What is wrong, and where that can be seen:", "", "", f"{answer.place.name} ({answer.place.code})",
             "".join(headline(answer)), *figures, f"Edition {answer.edition.id}", link)
    return Challenge(f"Swathe: a figure for {answer.place.name}", "\n".join(lines))
