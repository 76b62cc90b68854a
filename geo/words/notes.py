"""The notes beside a place's figures, in sentences."""

from collections.abc import Callable, Mapping

from geo.core.choices import listed
from geo.core.rounding import about
from geo.figures.place import Note, PlaceFigures
from geo.sources.catalogue import AUTHORITIES, CONSTITUENCIES
from geo.words.claim import spoken_name
from geo.words.definitions import BEST_FIT, basis_meaning, month, speed_in_words
from geo.words.editions import not_here

BASIS_NOTES = frozenset({"broadband", "rail"})
"""Kinds of note that marks beside the figures say as well."""

RAIL_NOTES = frozenset({"rail", "no_rail", "some_without_rail"})

_FIXED = {
    "all_premises":
        "This edition was made without Ofcom's counts of homes: people in the gap are worked out from all "
        "premises, and are too many where business premises are worse served than homes.",
    "best_fit": BEST_FIT,
    "whole_constituency": "A constituency's premises still equal Ofcom's published counts.",
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
    return _WORKED_OUT[note.kind](note, answer) if note.kind in _WORKED_OUT else _FIXED[note.kind]


def _no_postcode(note: Note, _: PlaceFigures) -> str:
    which = f"{note.count} of its LSOAs have" if note.count > 1 else "One of its LSOAs has"
    return f"{which} no postcode in the file read: journeys start at a point inside."


def _absent(note: Note, _: PlaceFigures) -> str:
    which = f"{note.count:,.0f} of its output areas are" if note.count > 1 else "One of its output areas is"
    return (f"{which} not in Ofcom's file: what premises are there is not known. Premises are counted without, and "
            "people in the gap go by the lines of the rest of the neighbourhood.")


def _neighbour(_: Note, answer: PlaceFigures) -> str:
    region = answer.edition.region
    return f"This is a neighbour of {region.spoken} ({listed(region.beside, 'or')}), and is not in its totals."


def _counted_apart(note: Note, answer: PlaceFigures) -> str:
    """Set Ofcom's own counts of the whole place beside the sums of its neighbourhoods."""
    facts, (premises, below, our_premises, our_below) = answer.edition, note.counts
    own = CONSTITUENCIES if answer.place.kind == "constituency" else AUTHORITIES
    summed = "Its output areas" if facts.broadband_basis == "measured" else "Its neighbourhoods, estimated from counts"
    return (f"Ofcom's own count for the whole of {spoken_name(answer.place.name)}, of {month(facts.vintages[own])}, is "
            f"{premises:,.0f} premises, {below:,.0f} of them without {speed_in_words(answer.view.speed)}. {summed} of "
            f"{month(facts.lines_vintage)} come to {our_premises:,.0f} and {our_below:,.0f}: the figures here.")


def _why_no_rail(answer: PlaceFigures) -> str:
    if answer.view.access == "walk":
        return "has no station with trains to the hub within 30 minutes' walk"
    return "has no station with trains to the hub within 40 km that can be reached without crossing the sea"


_WORKED_OUT: Mapping[str, Callable[[Note, PlaceFigures], str]] = {
    "broadband": lambda _, answer: basis_meaning(answer.edition.broadband_basis, answer.edition),
    "rail": lambda _, answer: basis_meaning(answer.edition.rail_basis, answer.edition),
    "no_rail": lambda _, answer: f"No rail: {answer.place.name} {_why_no_rail(answer)}.",
    "some_without_rail": lambda note, answer:
        f"About {about(note.count)} of these residents have no rail: their postcode {_why_no_rail(answer)}.",
    "part_of_constituency": lambda _, answer:
        f"Only the part of a constituency inside {answer.edition.region.cut_to} is counted.",
    "neighbour": _neighbour,
    "no_postcode": _no_postcode,
    "absent_output_areas": _absent,
    "counted_apart": _counted_apart,
    "not_here": lambda note, _: not_here(note.keys),
}
