"""What the Compare page asks of the edition: rankings by count or rate, places to start with, files to take away."""

from collections.abc import Sequence

import pandas as pd

from geo.core.measures import MEASURES
from geo.core.view import BESIDE_AT_MOST, View
from geo.edition.places import Place
from geo.figures.certainty import not_told_apart, place_certainty
from geo.figures.draws import is_drawn
from geo.figures.place import PlaceFigures
from geo.figures.ranking import rank, rank_like_with_like
from geo.figures.side_by_side import Row, all_figures
from geo.pack import spreadsheets
from geo.pack.tidy import csv_bytes
from geo.pack.workbook import xlsx_bytes
from geo.words.likeness import add_words
from pages.shared.data import edition, figure_options, per_edition, place, place_of, profile, ranking, summary
from pages.shared.link import beside_codes
from pages.shared.menu import place_labels

EXAMPLES = 3
_LARGER = ("region", "county", "authority", "lep", "constituency", "district")


def compared(view: View) -> tuple[list[str], bool]:
    """List the places to set side by side, and whether the reader chose them."""
    beside = beside_codes(view)[:BESIDE_AT_MOST]
    chosen = bool(beside) or view.place != view.region
    codes = [view.place, *beside] if chosen else (
        ranking(view, "authority", "people_in_gap")["code"].head(EXAMPLES).tolist())
    whole = {place(code).code: code for code in codes if place(code).code != view.region}     # each place once
    return [*whole.values(), view.region], chosen


def comparison(view: View, codes: Sequence[str]) -> tuple[list[PlaceFigures], list[Row]]:
    """Work out the figures of places, and set them side by side."""
    answers = [summary(view.replace(place=code)) for code in codes]
    return answers, all_figures(answers)


def comparison_csv(view: View, codes: Sequence[str]) -> bytes:
    """Write places side by side as a text file."""
    answers, rows = comparison(view, codes)
    table = spreadsheets.comparison_table(rows, answers)
    return csv_bytes(spreadsheets.stamped(edition(), figure_options(view), table))


def comparison_xlsx(view: View, codes: Sequence[str]) -> bytes:
    """Write places side by side as a workbook."""
    answers, rows = comparison(view, codes)
    about = spreadsheets.comparison_about(edition(), view, [answer.place.name for answer in answers])
    return xlsx_bytes(about, {"Side by side": spreadsheets.comparison_table(rows, answers)},
                      {"Side by side": "Every figure of the places, each with its interval, rate and basis."})


def like_it(view: View) -> dict[str, str]:
    """Name those most like the view's place that are not beside it yet, while there is room: code → words."""
    beside = beside_codes(view)
    found = add_words(profile(view).alike) if len(beside) < BESIDE_AT_MOST else {}
    return {code: words for code, words in found.items() if code not in beside}


@per_edition(1)
def larger_places() -> list[str]:
    """List the places whose parts can be ranked."""
    places = edition().places
    larger = set(places.loc[places["kind"].isin(_LARGER), "code"])
    return [code for code in place_labels() if code in larger or "+" in code]     # of partnerships


def ranked_places(view: View) -> pd.DataFrame:
    """Rank the view's kind of place by its measure, by count or rate, inside its place."""
    per = view.per if MEASURES[view.show].has_count else "rate"
    asked = {"within": view.within, "measure": view.show, "per": per}
    if view.ranked == "authority" and view.like != "all":
        return rank_like_with_like(edition(), view, like=view.like, **asked)
    return rank(edition(), view, by=view.ranked, **asked)


def ranked_certainty(view: View) -> pd.DataFrame | None:
    """Say how sure the figures and ranks of `ranked_places` are; None where nothing can be drawn."""
    measure = MEASURES[view.show]
    return (place_certainty(edition(), view, measure, by=view.ranked, within=view.within, like=view.like)
            if is_drawn(edition(), measure) else None)


def alike(view: View, codes: Sequence[str]) -> list[tuple[Place, Place]]:
    """Find the places side by side that cannot be told apart by their rate of people in the gap."""
    measure = MEASURES["people_in_gap"]
    return (not_told_apart(edition(), view, measure, [place_of(view.replace(place=code)) for code in codes])
            if is_drawn(edition(), measure) else [])


def _ranking_table(view: View) -> pd.DataFrame:
    return spreadsheets.ranking_table(edition(), view, ranked_places(view), by=view.ranked, measure=view.show,
                                      sure=ranked_certainty(view))


def ranking_csv(view: View) -> bytes:
    """Write the view's ranking as a text file."""
    return csv_bytes(_ranking_table(view))


def ranking_xlsx(view: View) -> bytes:
    """Write the view's ranking as a workbook."""
    about = spreadsheets.ranking_about(
        edition(), view, by=view.ranked, within=view.within, measure=view.show, per=view.per)
    return xlsx_bytes(about, {"Ranking": _ranking_table(view)}, {"Ranking": "The places, worst first."})
