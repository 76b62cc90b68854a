"""The tables of the Place page."""

from collections.abc import Mapping
from html import escape

import pandas as pd
import streamlit as st

from geo.core.choices import REGION, SPEEDS
from geo.core.rounding import about, percent
from geo.edition.schema import MOBILE_COLUMNS
from geo.figures.lens import authority_thirds, by_third, coast_and_inland
from geo.figures.profile import PlaceProfile, mobile
from geo.figures.side_by_side import rates_and_minutes
from geo.words.authority import authority_heads, authority_rows, coverage_rows, land_sentence
from geo.words.context import source_of
from geo.words.definitions import RANGE, share_label
from geo.words.lens import (
    CAUTION,
    THIRDS_CAPTIONS,
    WHY,
    coast_rows,
    coast_sentence,
    third_rows,
    thirds_sentence,
)
from geo.words.place import chosen_label, place_lines, rate_cells, speed_lines
from geo.words.rail import station_rows
from geo.words.ranks import how_sure
from pages.shared.parts import Html, marks_html, paragraph_html, place_link, small
from pages.shared.tables_html import Cell, table_html

FEW = 10
"""Neighbourhoods that are named at once."""

SHORT = 15
"""Stations that are shown as a plain table; more are to be scrolled and sorted."""


def facts_html(shown: PlaceProfile) -> str:
    """Draw every figure of a place."""
    rows: list[list[Cell]] = [
        [(line.label, marks_html(line.basis)), (line.value, line.beneath), line.rate,
         Html("<br>".join(f'<span class="line">{escape(rank)}</span>' for rank in line.ranks))]
        for line in place_lines(shown.answer, shown.ranks)]
    return table_html(
        f"{RANGE} {how_sure(shown.place, shown.ranks)}",
        ["Figure", "Number and range", "Rate", "Rank"], rows, numbers=False, layout="stack")


def speeds_html(shown: PlaceProfile) -> str:
    """Draw the gap at every speed."""
    chosen, basis = list(SPEEDS).index(shown.view.speed), shown.edition.broadband_basis
    rows = [[chosen_label(speed, number == chosen), count, share, (people, ends)]
            for number, (speed, count, share, people, ends) in enumerate(speed_lines(shown.answer))]
    return table_html(
        "Homes and businesses that cannot get each speed, and people in the gap with their range. Premises: "
        f"{'Ofcom’s counts' if shown.place.premises_published else basis}; people: {basis}.",
        ["Speed", "Premises", "Share", "People in the gap"], rows, chosen=chosen)


def beside_html(shown: PlaceProfile) -> str:
    """Draw rates of a place beside those of larger ones."""
    answers = (shown.answer, *shown.larger)
    rows, nations = rates_and_minutes(answers)
    return table_html(
        "Rates and shares, each a sum over a sum. A dash: not in this edition, which knows of England only broadband "
        "and people in the gap.",
        ["", *(answer.place.name for answer in answers), *nations],
        [[(chosen_label(label, chosen), marks_html(basis)), *cells]
         for label, chosen, basis, cells in rate_cells(rows, shown.answer)],
        chosen=[row.speed for row in rows].index(shown.view.speed))


def fewest_html(shown: PlaceProfile) -> str:
    """Draw the first of the neighbourhoods that together have half of the gap."""
    table = shown.half_of_gap
    rows = [[(place_link(shown.view, str(code), row["name"]), row["msoa"]),
             (f"about {about(row['people'])}", f"{about(row['low'])} to {about(row['high'])}"),
             percent(row["cumulative"])] for code, row in table.head(FEW).iterrows()]
    more = f" The first {FEW} of {len(table):,}; all stand in the list beneath." if len(table) > FEW else ""
    return table_html(
        "The fewest neighbourhoods that together hold half of the people in the gap, most first "
        f"({shown.edition.broadband_basis}): where two are close, their order is not sure.{more}",
        ["Neighbourhood", "People in the gap", "Together so far"], rows)


def hardship_html(shown: PlaceProfile) -> str:
    """Draw deprivation, cars, rurality, the coast and working from home beside the gap."""
    answer, (whole, *_) = shown.answer, shown.answer.regions.values()
    of_the_gap = {"most_deprived_fifth": shown.hardship.gap_deprived, "rural": shown.hardship.gap_rural,
                  "coastal": shown.hardship.gap_coastal}
    elsewhere = shown.place.code != REGION
    rows = [[share_label(answer[key].measure, shown.view), percent(answer[key].rate),
             *[percent(whole[key].rate)] * elsewhere, percent(of_the_gap[key]) if key in of_the_gap else "–"]
            for key in ("most_deprived_fifth", "rural", "coastal", "aged_65_and_over", "no_car", "works_from_home")]
    return table_html(
        "Shares, from the Census of 21 March 2021, the English Indices of Deprivation 2025, the ONS rural–urban "
        f"classification and, for the coast, ONS boundaries; the last column is {shown.edition.broadband_basis}. "
        "Working at home was counted in lockdown: context, not a forecast.",
        ["", "All in this place", *["South West"] * elsewhere, "Of its people in the gap"], rows)


def stations(table: pd.DataFrame, caption: str) -> None:
    """Show stations with their journeys: a short list as a plain table, a long one to be scrolled and sorted."""
    if len(table) > SHORT:
        columns = {"name": "Station", "fastest": "Fastest, min", "typical": "Typical, min", "changes": "Changes",
                   "departures": "Departures 06:00–10:00"}
        whole = st.column_config.NumberColumn(format="%.0f")
        st.dataframe(table[list(columns)].rename(columns=columns), hide_index=True, height=420, alt=caption,
                     column_config={"Fastest, min": whole, "Typical, min": whole})
        small(caption)
        return
    header = ["Station", "Fastest", "Typical", "Changes", "Departures"]
    st.html(table_html(caption, header, station_rows(table)))


def mobile_html(shown: PlaceProfile) -> str:
    """Draw indoor 4G of the authorities."""
    table = mobile(shown.edition, shown.place.lsoas)
    if table.empty:
        return paragraph_html("This edition has no figures of mobile coverage.", kind="plain")
    rows = [[row["name"], *(percent(row[column]) for column in MOBILE_COLUMNS[::-1])]
            for row in table.to_dict("records")]
    known = shown.place.kind in {"authority", "county", "region", "lep"}
    land = land_sentence(shown.edition, shown.authorities)
    return table_html(
        "Share of homes and businesses with 4G indoors, by how many of the four networks reach them; Ofcom’s "
        f"counts by authority, {shown.edition.manifest['vintages']['ofcom-mobile']}."
        + ("" if known else " Not known for smaller areas than these."),
        ["Authority", "All four", "Three", "Two", "One", "None"], rows) + (paragraph_html(land) if land else "")


def authorities_html(shown: PlaceProfile) -> str:
    """Draw coverage, claimants and businesses of whole authorities."""
    sources = [source_of(shown.edition, source) for source in ("coverage-by-area", "claimants", "businesses")]
    return table_html(" ".join(f"{source}." for source in sources), authority_heads(shown.edition),
                      authority_rows(shown.authorities))


def lens_html(shown: PlaceProfile) -> str:
    """Draw people in the gap on the coast, and by thirds of authorities, as far as the edition tells them apart."""
    heads = ["", "People in the gap", "Range", "Per 1,000 workers"]
    coast = coast_and_inland(shown.edition, shown.view, shown.place.lsoas)
    authorities = authority_thirds(shown.edition, shown.view)
    thirds = {column: by_third(authorities, column) for column in ("claimants", "businesses")}
    drawn = paragraph_html(coast_sentence(shown.place.name, coast), kind="plain")
    if len(coast) > 1:
        drawn += table_html(f"The coast, neighbourhood by neighbourhood; {shown.edition.broadband_basis}.", heads,
                            coast_rows(coast))
    drawn += paragraph_html(thirds_sentence(**thirds), kind="plain")
    for column, table in thirds.items():
        if len(table):
            drawn += table_html(THIRDS_CAPTIONS[column], heads, third_rows(table, column))
    return drawn + paragraph_html(WHY, kind="plain") + paragraph_html(CAUTION)


def coverage_html(shown: PlaceProfile, areas: Mapping[str, str]) -> str:
    """Draw coverage of whole areas (code → name) by date."""
    heads, rows = coverage_rows(shown.edition, areas)
    return table_html(
        "Share of homes and businesses, by the date of Ofcom’s counts; a dash: not published.", heads, rows)
