"""What the page asks of two editions: which there are to compare with, what changed from the older to the newer."""

from geo.answers.changes import EditionChanges, edition_changes
from geo.core.view import View
from geo.edition.at_hand import EditionAtHand
from geo.edition.store import Edition
from geo.figures.changes import PlaceChanges, changes_of_each
from geo.pack import spreadsheets
from geo.pack.tidy import csv_bytes
from geo.pack.workbook import xlsx_bytes
from geo.words.changes import HEADING, HOW_TOLD_APART, which_editions
from pages.shared.data import edition, editions, figure_options, per_edition
from pages.shared.shelf import edition_by_id


def to_compare_with() -> list[EditionAtHand]:
    """List the other editions that are served, newest first."""
    return [each for each in editions() if each.id != edition().id]


def usual_against(offered: list[EditionAtHand]) -> str:
    """Choose the edition to compare with where none is asked for: the newest older one, else the oldest newer one."""
    built = str(edition().manifest["built_at"])
    older = [each for each in offered if each.built_at.isoformat() <= built]
    return (older[0] if older else offered[-1]).id


def in_order(against: str) -> tuple[Edition, Edition] | None:
    """Give the two editions, the older first; None where the other one is not served any more."""
    other, shown = edition_by_id(against), edition()
    if other is None:
        return None
    built = [str(each.manifest["built_at"]) for each in (other, shown)]
    return (other, shown) if built[0] <= built[1] else (shown, other)


def place_changes(view: View, against: str) -> tuple[PlaceChanges, PlaceChanges] | None:
    """Find what changed in the view's place, and in the region; None where the other edition is not served."""
    return _place_changes(figure_options(view).replace(place=view.place), against)


@per_edition(32)
def _place_changes(view: View, against: str) -> tuple[PlaceChanges, PlaceChanges] | None:
    both = in_order(against)
    if both is None:
        return None
    here, region = changes_of_each(*both, view, view.place, view.region)
    return here, region


def all_changes(view: View, against: str) -> EditionChanges | None:
    """Find what changed in every place of the kind that the view ranks."""
    return _all_changes(figure_options(view), against, view.ranked)


@per_edition(8)
def _all_changes(view: View, against: str, by: str) -> EditionChanges | None:
    both = in_order(against)
    return edition_changes(*both, view, by) if both else None


def changes_csv(found: EditionChanges) -> bytes:
    """Write what changed as a text file: a row a place and figure."""
    return csv_bytes(found.as_table)


def changes_xlsx(found: EditionChanges) -> bytes:
    """Write it as a workbook."""
    said = spreadsheets.about(found.after, found.view, f"Swathe: {HEADING.lower()}, by {found.by}", [
        ("Compared", which_editions(found.before, found.after)), ("Causes", HOW_TOLD_APART)])
    return xlsx_bytes(said, {HEADING: found.as_table}, {HEADING: "Every figure that changed, a row for each."})
