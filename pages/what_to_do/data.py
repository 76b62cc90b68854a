"""What the part Where first asks of the edition: the list on the reader's terms or why there is none, and its files."""

import pandas as pd

from geo.core.errors import ViewError
from geo.core.priority_terms import HALVE, terms_of
from geo.core.view import View
from geo.figures.priorities import Priorities, by_authority, where_first
from geo.pack import spreadsheets
from geo.pack.tidy import csv_bytes
from geo.pack.workbook import xlsx_bytes
from geo.words.planned import left_out
from geo.words.priorities import how_chosen, what_it_takes
from pages.shared.data import edition, per_edition, place, place_of


def asked_of(view: View) -> View:
    """Keep of a view what a list depends on; half of the gap where its link does not say where to stop."""
    return view.fresh().replace(**view.replace(first=view.first or HALVE, against="").pack_options(), place=view.place)


@per_edition(32)     # a refusal too: the solver may have looked for seconds
def listed(asked: View) -> Priorities | ViewError:
    """Choose the neighbourhoods to upgrade first (of `asked_of`); else the reason why none can be chosen."""
    try:
        return where_first(edition(), asked, place(asked.place), terms_of(asked))
    except ViewError as error:
        return error


@per_edition(32)
def authorities(asked: View) -> pd.DataFrame:
    """Sum a list that there is up by authority. Do not change it: it is shared."""
    found = listed(asked)
    if not isinstance(found, Priorities):
        raise found
    return by_authority(found, edition(), asked)


def list_csv(asked: View, found: Priorities) -> bytes:
    """Write a list as a text file."""
    table = spreadsheets.priorities_table(edition(), found)
    return csv_bytes(spreadsheets.stamped(edition(), asked, table))


def list_xlsx(asked: View, found: Priorities) -> bytes:
    """Write a list as a workbook."""
    here = place_of(asked)
    facts = [("Where first", what_it_takes(here, asked, found)), ("How chosen", how_chosen(terms_of(asked), found)),
             ("Left out", left_out(edition(), asked.speed))]
    about = spreadsheets.about(edition(), asked, f"Swathe: where first in {here.name}", facts)
    return xlsx_bytes(about, {"Where first": spreadsheets.priorities_table(edition(), found)},
                      {"Where first": "Neighbourhoods to upgrade first, in their order, with the sums so far."})
