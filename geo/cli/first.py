"""The command first: where first."""

import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager

from geo.cli.options import decimal_number, edition_of, print_answer, region_or, view_of, whole
from geo.cli.text_tables import first_text
from geo.core.errors import PlaceError, ViewError
from geo.core.priority_terms import Terms, affordable
from geo.figures.priorities import priority_rows, where_first
from geo.words.intervals import covers
from geo.words.planned import left_out
from geo.words.priorities import NO_PRICE, TWO_ORDERS, capped, how_chosen, what_it_takes, why_none


def first(options: Namespace) -> None:
    """Print the neighbourhoods to upgrade first."""
    terms, edition = _terms(options), edition_of(options)
    view = view_of(options, edition)
    place = edition.place(region_or(options.within, edition))
    with _solver_hushed():
        found = where_first(edition, view, place, terms)
    none = why_none(place, view, terms, found, smaller="a smaller --least")
    if none:
        raise PlaceError(none)
    said = (how_chosen(terms, found), capped(edition, place, terms, found), left_out(edition, view.speed), TWO_ORDERS,
            NO_PRICE if options.budget else "", covers(edition))
    print_answer(options, priority_rows(found, edition), first_text(found, what_it_takes(place, view, found)),
                 *filter(None, said))


def _terms(options: Namespace) -> Terms:
    premises = None if options.premises is None else float(whole(options.premises, "premises"))
    if (options.budget is None) != (options.cost_per_premises is None):
        raise ViewError("--budget and --cost-per-premises go together: no cost is built in")
    if options.budget is not None:
        premises = affordable(decimal_number(options.budget, "budget"),
                              decimal_number(options.cost_per_premises, "cost-per-premises"))
    return Terms(
        by=options.by, least=whole(options.least, "least"), premises=premises, halve=options.halve,
        fair_share=decimal_number(options.fair_share, "fair-share"),
        every_authority=whole(options.every_authority, "every-authority"))


@contextmanager
def _solver_hushed() -> Iterator[None]:
    """Send what the solver's own code may print to standard error: standard output is for the answer alone."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
