"""The command whatif."""

from argparse import Namespace

from geo.cli.options import edition_of, print_answer, region_or, view_of, with_changes
from geo.cli.text_tables import what_if_text
from geo.figures.what_if import what_if, what_if_json, who_gains
from geo.words.intervals import covers
from geo.words.notes import notes_in_words
from geo.words.what_if import MEANING, beside_the_change, what_changes


def whatif(options: Namespace) -> None:
    """Print a place before and after."""
    edition = edition_of(options)
    place = edition.place(region_or(options.place, edition))
    view = with_changes(view_of(options, edition).replace(place=place.code), options, edition)
    outcome = what_if(edition, view)
    said = [] if outcome.terms.changes_nothing else [f"What if {what_changes(edition, outcome.terms)}."]
    answer = what_if_json(edition, view, outcome, notes_in_words, said) if options.json else None
    text = "" if options.json else what_if_text(edition, view, outcome, who_gains(edition, view, outcome))
    print_answer(options, answer, text, *beside_the_change(view, outcome), MEANING, covers(edition))
