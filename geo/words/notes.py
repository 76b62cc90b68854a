"""The notes beside a place's figures, in sentences."""

from geo.core.rounding import about
from geo.figures.place import Note, PlaceFigures
from geo.words.definitions import BEST_FIT, basis_meaning

BASIS_NOTES = frozenset({"broadband", "rail"})
"""Kinds of note that marks beside the figures say as well."""

RAIL_NOTES = frozenset({"rail", "no_rail", "some_without_rail"})

_FIXED = {
    "all_premises":
        "This edition was made without Ofcom's counts of homes: people in the gap are worked out from all "
        "premises, and are too many where business premises are worse served than homes.",
    "best_fit": BEST_FIT,
    "part_of_constituency": "Only the part of a constituency inside Hampshire is counted.",
    "whole_constituency": "A constituency's premises still equal Ofcom's published counts.",
    "neighbour": "This is a neighbour of the South West (Hampshire or the Isle of Wight), and is not in its totals.",
    "gigabit_above_300":
        "Ofcom counts more premises with gigabit than with 300 Mbit/s here: that is as published.",
    "uso_above_10":
        "Ofcom counts more premises below the universal service than below 10 Mbit/s here: as published.",
    "more_did":
        "More residents worked at home on census day than are counted here as able to: farms and trades based at home.",
}


def notes_in_words(
    answer: PlaceFigures, *, only: frozenset[str] | None = None, without: frozenset[str] = frozenset(),
) -> list[str]:
    """Say what a reader must know beside the figures, most important first."""
    return [_sentence(note, answer) for note in answer.notes
            if note.kind not in without and (only is None or note.kind in only)]


def _sentence(note: Note, answer: PlaceFigures) -> str:
    if note.kind == "broadband":
        return basis_meaning(answer.edition.broadband_basis, answer.edition)
    if note.kind == "rail":
        return basis_meaning(answer.edition.rail_basis, answer.edition)
    if note.kind == "no_rail":
        return f"No rail: {answer.place.name} {_why_no_rail(answer)}."
    if note.kind == "some_without_rail":
        return f"About {about(note.count)} of these residents have no rail: their postcode {_why_no_rail(answer)}."
    if note.kind == "no_postcode":
        which = f"{note.count} of its LSOAs have" if note.count > 1 else "One of its LSOAs has"
        return f"{which} no postcode in the file read: journeys start at a point inside."
    return _FIXED[note.kind]


def _why_no_rail(answer: PlaceFigures) -> str:
    if answer.view.access == "walk":
        return "has no station with trains to the hub within 30 minutes' walk"
    return "has no station with trains to the hub within 40 km that can be reached without crossing the sea"
