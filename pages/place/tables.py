"""The tables of the Place page."""

from collections.abc import Mapping
from html import escape

from geo.core.choices import HUBS, REGION, SPEEDS
from geo.core.rounding import about, percent
from geo.edition.schema import MOBILE_COLUMNS
from geo.figures.lens import authority_thirds, by_third, coast_and_inland
from geo.figures.profile import PlaceProfile, mobile
from geo.figures.side_by_side import rates_and_minutes
from geo.words.authority import COVERAGE, authority_heads, authority_rows, coverage_rows, land_sentence
from geo.words.claim import CARDS
from geo.words.context import source_of
from geo.words.definitions import RANGE, rail_words, share_label
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
from pages.shared.parts import Html, marks_html, meaning_html, paragraph_html, place_link
from pages.shared.tables_html import Cell, table_html

FEW = 10
"""Neighbourhoods that are named at once."""


def facts_html(shown: PlaceProfile) -> str:
    """Draw the figures of a place that the cards do not show."""
    rows: list[list[Cell]] = [
        [(meaning_html(line.label, line.meaning), marks_html(line.basis)), (line.value, line.beneath), line.rate,
         Html("<br>".join(f'<span class="line">{escape(rank)}</span>' for rank in line.ranks))]
        for line in place_lines(shown.answer, shown.ranks, without=CARDS)]
    return table_html(
        "Each figure’s name opens what it means.", ["Figure", "Number", "Rate", "Rank"], rows, numbers=False,
        layout="stack")


def speeds_html(shown: PlaceProfile) -> str:
    """Draw the gap at every speed."""
    chosen, basis = list(SPEEDS).index(shown.view.speed), shown.edition.broadband_basis
    rows = [[chosen_label(speed, number == chosen), count, share, (people, ends)]
            for number, (speed, count, share, people, ends) in enumerate(speed_lines(shown.answer))]
    return table_html(
        f"Homes and businesses that cannot get each speed, and people in the gap. {RANGE} Premises: "
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
    more = f" The first {FEW} of {len(table):,}." if len(table) > FEW else ""
    return table_html(
        "The fewest neighbourhoods that together hold half of the people in the gap, most first "
        f"({shown.edition.broadband_basis}): where two are close, their order is not sure.{more}",
        ["Neighbourhood", "People in the gap", "Together so far"], rows)


def hardship_html(shown: PlaceProfile) -> str:
    """Draw deprivation, rurality, age and cars beside the gap; the coast has a part of its own."""
    answer, (whole, *_) = shown.answer, shown.answer.regions.values()
    of_the_gap = {"most_deprived_fifth": shown.hardship.gap_deprived, "rural": shown.hardship.gap_rural}
    elsewhere = shown.place.code != REGION
    rows = [[share_label(answer[key].measure, shown.view), percent(answer[key].rate),
             *[percent(whole[key].rate)] * elsewhere, percent(of_the_gap[key]) if key in of_the_gap else "–"]
            for key in ("most_deprived_fifth", "rural", "aged_65_and_over", "no_car")]
    return table_html(
        "Shares, from the Census of 21 March 2021, the English Indices of Deprivation 2025 and the ONS rural–urban "
        f"classification; the last column is {shown.edition.broadband_basis}.",
        ["", "All in this place", *["South West"] * elsewhere, "Of its people in the gap"], rows)


def stations_html(shown: PlaceProfile) -> str:
    """Draw the stations of a place with their journeys."""
    basis, (hub, source) = shown.edition.rail_basis, (HUBS[shown.view.hub].label, shown.edition.rail_source)
    return paragraph_html(
        marks_html([basis]), "Times from platform to platform; the figures above use, for every postcode, the station "
        "that is quickest door to door.") + table_html(
        f"To {hub} on a weekday: fastest journey, typical journey (the next train, at any minute from 06:00 to 10:00), "
        f"changes, and departures in those four hours; {rail_words(basis, source)}. Distances are by "
        "land from the middle of the place: in a straight line, or round the water where that would cross it.",
        ["Station", "Fastest", "Typical", "Changes", "Departures"], station_rows(shown.stations))


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


def authorities_html(shown: PlaceProfile, *, coverage: bool) -> str:
    """Draw claimants and businesses of whole authorities, and coverage where no table by date has it."""
    sources = [source_of(shown.edition, source) for source in ("coverage-by-area", "claimants", "businesses")]
    names, *heads = authority_heads(shown.edition)
    skipped = 0 if coverage else len(COVERAGE)
    rows = [[name, *cells[skipped:]] for name, *cells in authority_rows(shown.authorities)]
    return table_html(" ".join(f"{source}." for source in sources), [names, *heads[skipped:]], rows)


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
