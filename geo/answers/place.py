"""Every figure of a place, as a program gets it."""

from typing import Any

from geo.core.view import View
from geo.edition.store import Edition
from geo.figures.certainty import Certainty, certainty
from geo.figures.place import PlaceFigures, show
from geo.figures.place_json import place_json
from geo.words.notes import notes_in_words


def place_answer(edition: Edition, view: View) -> tuple[PlaceFigures, Certainty, dict[str, Any]]:
    """Work out the figures of the view's place, how sure they are, and both as plain JSON."""
    answer = show(edition, view)
    sure = certainty(edition, view, answer.place)
    return answer, sure, place_json(answer, sure, notes_in_words(answer))
