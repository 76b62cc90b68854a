"""The map of what if: before, after, or by how many people a figure changes in each neighbourhood."""

import pandas as pd
import streamlit as st

from geo.core.measures import MEASURES
from geo.core.view import View
from geo.figures.ranking import rank
from geo.figures.what_if import Outcome, area_changes
from geo.maps.classes import (
    CHANGED_BREAKS,
    LegendRow,
    Palette,
    chosen_legend,
    classify,
    classify_chosen,
    legend,
    shown_values,
)
from geo.maps.picture import picture
from geo.words.claim import spoken_name
from geo.words.definitions import label, legend_heading
from geo.words.what_if import change_heading
from pages.shared.data import edition, per_edition, place, place_of
from pages.shared.map_files import over, picture_bounds
from pages.shared.map_widget.layers import boundaries, fills
from pages.shared.map_widget.legend import legend_html, outline_credit, railway_credit
from pages.shared.map_widget.widget import PageMap, moving, show_page_map, theme_palette
from pages.what_to_do.outcome import outcome_of

SHOWN = {"change": "The change", "before": "Before", "after": "After"}
"""What the map may show."""


def _measure(found: Outcome) -> str:
    """Choose the figure on the map: of lines alone people in the gap, else those with neither line nor train."""
    return "nowhere_to_turn" if found.terms.changes_rail else "people_in_gap"


@per_edition(32)     # asked for by the map, its legend and its picture
def _classes(asked: View, which: str) -> pd.Series:
    """Give every neighbourhood its class, in the order of the map file. Do not change it: it is shared."""
    found, areas = outcome_of(asked), edition().areas
    if not isinstance(found, Outcome):
        raise found
    measure, inside = _measure(found), pd.Series(areas.index.isin(place(asked.place).lsoas), areas.index)
    if which == "change":
        changes = area_changes(edition(), asked, found)[f"{measure}_change"].abs()
        return classify_chosen(changes[changes > 0], inside, CHANGED_BREAKS)
    served = edition() if which == "before" else found.edition
    ranked = rank(served, asked, by="lsoa", within="all", measure=measure)
    return classify(shown_values(measure, ranked, areas.index), measure, inside)


@per_edition(16)
def _picture(asked: View, which: str, measure: str, palette: Palette) -> bytes:
    """Draw the map as a picture."""
    return picture(edition().areas.geometry, _classes(asked, which), over(asked.place), palette,
                   palette.ordered(measure), picture_bounds(asked.place))


def _legend(which: str, measure: str, palette: Palette, classes: pd.Series) -> tuple[str, list[LegendRow]]:
    """Explain the colours."""
    if which == "change":
        return change_heading(measure), chosen_legend(palette, classes, CHANGED_BREAKS, "no change")
    return legend_heading(MEASURES[measure]), legend(measure, palette, classes)


def show_outcome_map(asked: View, found: Outcome) -> None:
    """Show the map with its legend."""
    which = st.segmented_control("The map shows", list(SHOWN), default="change", key="what_if_map_shows",
                                 format_func=SHOWN.__getitem__, required=True) or "change"
    palette, measure, classes = theme_palette(), _measure(found), _classes(asked, which)
    heading, rows = _legend(which, measure, palette, classes)
    shown = asked.replace(by="lsoa", show=measure)
    show_page_map(PageMap(
        key="what_if_map",
        alt=f"Map of {label(MEASURES[measure])} by neighbourhood of {spoken_name(place_of(asked).name)}: "
            f"{SHOWN[which].lower()}; the table below has the sums.",
        layers=lambda: [fills("changed", shown, classes, palette), *boundaries(asked.place, palette, halo=True)],
        place=asked.place,
        tooltip=["{n}", "{c}, {a}"],
        picture=lambda: _picture(asked, which, measure, palette),
        legend=legend_html(f"{heading}; in brackets how many neighbourhoods", rows),
        words=[f"{outline_credit()} {railway_credit(moving=moving())}".strip()],
    ))
