"""The command whatif."""

import re
from argparse import Namespace

from geo.cli.options import edition_of, print_answer, view_of
from geo.cli.text_tables import what_if_text
from geo.core.errors import ViewError
from geo.core.untrusted import quoted
from geo.core.view import MOST_MINUTES, View
from geo.edition.store import Edition
from geo.figures.what_if import what_if, what_if_json, who_gains
from geo.words.intervals import covers
from geo.words.notes import notes_in_words
from geo.words.what_if import MEANING, beside_the_change


def whatif(options: Namespace) -> None:
    """Print a place before and after."""
    edition = edition_of(options)
    view = _view(options, edition)
    outcome = what_if(edition, view)
    answer = what_if_json(edition, view, outcome, notes_in_words) if options.json else None
    text = "" if options.json else what_if_text(edition, view, outcome, who_gains(edition, view, outcome))
    print_answer(options, answer, text, *beside_the_change(view, outcome), MEANING, covers(edition))


def _view(options: Namespace, edition: Edition) -> View:
    if options.to and not options.upgrade:
        raise ViewError(f"to {quoted(options.to)} without --upgrade: name the places to upgrade too")
    upgrade = edition.place(options.upgrade).code if options.upgrade else ""
    return view_of(options).replace(
        place=edition.place(options.place).code, upgrade=upgrade, to=options.to or "",
        rail=_minutes(options.rail_minutes), line=options.line,
        stations=options.stations.upper().replace(",", ".").replace(" ", ""),
        close=options.close.upper(), add=options.add.upper())


def _minutes(text: str) -> int:
    """Read minutes with a sign, a hyphen or the sign of print."""
    plain = text.replace("−", "-")
    if not re.fullmatch(r"[+-]?\d{1,4}", plain, re.ASCII) or abs(int(plain)) > MOST_MINUTES:
        raise ViewError(f"rail-minutes {quoted(text, 40)}, which is not a whole number from -{MOST_MINUTES} to "
                        f"{MOST_MINUTES}")
    return int(plain)
