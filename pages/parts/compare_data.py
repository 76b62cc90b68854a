"""What the Compare page asks of the edition: rankings by count or rate, places to start with, files to take away."""

from collections.abc import Sequence

import pandas as pd

from geo.core.measures import MEASURES
from geo.downloads import (
    comparison_about,
    comparison_table,
    csv_bytes,
    ranking_about,
    ranking_table,
    xlsx_bytes,
)
from geo.figures.ranking import rank
from geo.figures.side_by_side import Row, all_figures
from geo.view import BESIDE_AT_MOST, View
from geo.vocabulary import REGION
from pages.parts.data import cached, edition, figure_options, place, ranking, summary
from pages.parts.sidebar import place_labels

__all__ = ["compared", "comparison", "comparison_file", "larger_places", "ranked_places", "ranking_file"]

EXAMPLES = 3
_LARGER = ("region", "county", "authority", "lep", "constituency")


def compared(view: View) -> tuple[list[str], bool]:
    """List the places to set side by side."""
    beside = [code for code in view.beside.split(".") if code][:BESIDE_AT_MOST]
    codes = [view.place, *beside]
    chosen = bool(beside) or view.place != REGION
    if not chosen:
        codes = ranking(view, "authority", "people_in_gap")["code"].head(EXAMPLES).tolist()
    whole = {place(code).code: code for code in codes if place(code).code != REGION}     # each place once
    return [*whole.values(), REGION], chosen


def comparison(view: View, codes: Sequence[str]) -> list[Row]:
    """Set places side by side."""
    return all_figures([summary(view.replace(place=code)) for code in codes])


def comparison_file(view: View, codes: Sequence[str], suffix: str) -> bytes:
    """Write places side by side for a spreadsheet."""
    answers = [summary(view.replace(place=code)) for code in codes]
    table = comparison_table(all_figures(answers), answers)
    if suffix == ".csv":
        return csv_bytes(table.assign(**figure_options(view).options(), edition=edition().id))
    names = [answer.place.name for answer in answers]
    return xlsx_bytes(comparison_about(edition(), view, names), {"Side by side": table})


@cached(1)
def larger_places() -> list[str]:
    """List the places whose parts can be ranked."""
    places = edition().places
    larger = set(places.loc[places["kind"].isin(_LARGER), "code"])
    return [code for code in place_labels() if code in larger]


def ranked_places(view: View) -> pd.DataFrame:
    """Rank the view's kind of place by its measure, by count or rate, inside its place."""
    per = view.per if MEASURES[view.show].has_count else "rate"
    return rank(edition(), view, by=view.ranked, within=view.within, measure=view.show, per=per)


def ranking_file(view: View, suffix: str) -> bytes:
    """Write the view's ranking for a spreadsheet."""
    table = ranking_table(edition(), view, ranked_places(view), by=view.ranked, measure=view.show)
    if suffix == ".csv":
        return csv_bytes(table)
    about = ranking_about(
        edition(), view, by=view.ranked, within=view.within, measure=view.show, per=view.per)
    return xlsx_bytes(about, {"Ranking": table})
