"""What the part What if asks of the edition: the outcome or why there is none, and its files."""

import pandas as pd

from geo.core.errors import SwatheError
from geo.core.view import PRIORITY_OPTIONS, View
from geo.figures import line_or_train as exchanges
from geo.figures.what_if import Outcome, area_changes, what_if, who_gains
from geo.pack import spreadsheets
from geo.pack.tidy import csv_bytes
from geo.pack.workbook import xlsx_bytes
from geo.words.what_if import beside_the_change, what_it_does
from pages.shared.data import edition, per_edition, place, place_of


def changes_of(view: View) -> View:
    """Keep of a view what the outcome of its what-if depends on."""
    usual = view.fresh()
    left = {*PRIORITY_OPTIONS, "against"}
    kept = {name: value for name, value in view.pack_options().items() if name not in left}
    return usual.replace(**kept, place=view.place)


def outcome_of(asked: View) -> Outcome | SwatheError:
    """Work out what a what-if (of `changes_of`) does; else the reason why it cannot be."""
    try:
        return what_if(edition(), asked)
    except SwatheError as error:
        return error


@per_edition(16)
def gains(asked: View) -> pd.DataFrame:
    """Tell who gains by a what-if that there is. Do not change it: it is shared."""
    found = outcome_of(asked)
    if not isinstance(found, Outcome):
        raise found
    return who_gains(edition(), asked, found)


def line_or_train(view: View) -> list[exchanges.Exchange]:
    """Set quicker trains against upgraded lines."""
    return exchanges.line_or_train(edition(), view, place(view.place))


def changes_csv(asked: View, found: Outcome) -> bytes:
    """Write what changes where as a text file."""
    table = spreadsheets.changes_table(edition(), area_changes(edition(), asked, found))
    return csv_bytes(spreadsheets.stamped(edition(), asked, table))


def changes_xlsx(asked: View, found: Outcome) -> bytes:
    """Write it as a workbook, with who gains."""
    facts = [("What if", "".join(what_it_does(edition(), asked, found))),
             *(("Beside it", line) for line in beside_the_change(asked, found))]
    about = spreadsheets.about(edition(), asked, f"Swathe: what if, {place_of(asked).name}", facts)
    return xlsx_bytes(about, {
        "Changes": spreadsheets.changes_table(edition(), area_changes(edition(), asked, found)),
        "Who gains": spreadsheets.gains_table(edition(), gains(asked))}, {
        "Changes": "Neighbourhoods in which anything changes: before, after, and the change.",
        "Who gains": "The same by deprivation, rural and urban, and authority."})
