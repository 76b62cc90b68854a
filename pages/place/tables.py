"""The tables of the Place page."""

from collections.abc import Mapping
from html import escape

from geo.core.choices import SPEEDS
from geo.core.measures import PLANNED_BUILD
from geo.core.rounding import percent
from geo.edition.schema import MOBILE_COLUMNS
from geo.figures.lens import by_third, coast_and_inland
from geo.figures.planned import contracts_of
from geo.figures.profile import PlaceProfile, mobile
from geo.figures.side_by_side import rates_and_minutes
from geo.words import place_tables, planned
from geo.words.authority import COVERAGE, authority_heads, authority_rows, coverage_rows, land_sentence
from geo.words.claim import CARDS, number
from geo.words.context import source_of
from geo.words.definitions import share_label
from geo.words.intervals import interval_cell
from geo.words.lens import (
    CAUTION,
    WHY,
    coast_rows,
    coast_sentence,
    third_rows,
    thirds_caption,
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
        for line in place_lines(shown.answer, shown.rank_certainty, without=CARDS)]
    return table_html(
        place_tables.EACH_NAME, ["Figure", "Number", "Rate", "Rank"], rows, numbers=False,
        layout="stack")


def speeds_html(shown: PlaceProfile) -> str:
    """Draw the gap at every speed."""
    chosen = list(SPEEDS).index(shown.view.speed)
    rows = [[chosen_label(speed, number == chosen), count, share, (people, ends)]
            for number, (speed, count, share, people, ends) in enumerate(speed_lines(shown.answer))]
    return table_html(
        place_tables.every_speed(shown), ["Speed", "Premises", "Share", "People in the gap"], rows, chosen=chosen)


def beside_html(shown: PlaceProfile) -> str:
    """Draw rates of a place beside those of larger ones."""
    answers = (shown.answer, *shown.larger)
    rows, nations = rates_and_minutes(answers)
    return table_html(
        place_tables.RATES, ["", *(answer.place.name for answer in answers), *nations],
        [[(chosen_label(label, chosen), marks_html(basis)), *cells]
         for label, chosen, basis, cells in rate_cells(rows, shown.answer)],
        chosen=[row.speed for row in rows].index(shown.view.speed))


def fewest_html(shown: PlaceProfile) -> str:
    """Draw the first of the neighbourhoods that together have half of the gap."""
    table = shown.half_of_gap
    rows = [[(place_link(shown.view, str(code), row["name"]), row["msoa"]),
             (number(row["people"]), interval_cell(row)),
             percent(row["cumulative"])] for code, row in table.head(FEW).iterrows()]
    return table_html(
        place_tables.fewest(shown.edition.broadband_basis, FEW, len(table)),
        ["Neighbourhood", "People in the gap", "Together so far"], rows)


def hardship_html(shown: PlaceProfile) -> str:
    """Draw deprivation, rurality, age and cars beside the gap; the coast has a part of its own."""
    answer, (whole, *_) = shown.answer, shown.answer.regions.values()
    of_the_gap = {"most_deprived_fifth": shown.hardship.gap_deprived, "rural": shown.hardship.gap_rural}
    elsewhere = shown.place.code != shown.edition.region.code
    rows = [[share_label(answer[key].measure, shown.view), percent(answer[key].rate),
             *[percent(whole[key].rate)] * elsewhere, percent(of_the_gap[key]) if key in of_the_gap else "–"]
            for key in ("most_deprived_fifth", "rural", "aged_65_and_over", "no_car")]
    return table_html(
        place_tables.shares(shown.edition.broadband_basis),
        ["", "All in this place", *[shown.edition.region.name] * elsewhere, "Of its people in the gap"], rows)


def stations_html(shown: PlaceProfile) -> str:
    """Draw the stations of a place with their journeys."""
    return paragraph_html(marks_html([shown.edition.rail_basis]), place_tables.PLATFORM) + table_html(
        place_tables.stations(shown.answer, shown.edition),
        ["Station", "Fastest", "Typical", "Changes", "Departures"], station_rows(shown.stations))


def planned_html(shown: PlaceProfile) -> str:
    """Draw what is built, contracted and planned, and the contracts; nothing where that is not known."""
    if shown.answer.planned is None:
        return ""
    listed = contracts_of(shown.edition, shown.place)
    contracts = table_html(
        planned.contracts_caption(listed, FEW), planned.CONTRACTS_HEADER, planned.contract_rows(listed.head(FEW)),
        layout="stack", numbers=False) if len(listed) else ""
    return (paragraph_html(marks_html(PLANNED_BUILD.bases)) + table_html(
        planned.STATUSES, planned.STATUS_HEADER, planned.status_rows(shown.answer.planned)) + contracts)


def mobile_html(shown: PlaceProfile) -> str:
    """Draw indoor 4G of the authorities."""
    table = mobile(shown.edition, shown.place.lsoas)
    if table.empty:
        return paragraph_html(place_tables.NO_MOBILE, kind="plain")
    rows = [[row["name"], *(percent(row[column]) for column in MOBILE_COLUMNS[::-1])]
            for row in table.to_dict("records")]
    land = land_sentence(shown.edition, shown.authorities)
    return table_html(
        place_tables.mobile(shown.edition, shown.place.kind),
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
    heads = ["", "People in the gap", "Between", "Per 1,000 workers", "Between"]
    coast = coast_and_inland(shown.edition, shown.view, shown.place.lsoas)
    thirds = {column: by_third(shown.edition, shown.view, column) for column in ("claimants", "businesses")}
    drawn = paragraph_html(coast_sentence(shown.place.name, coast), kind="plain")
    if len(coast) > 1:
        drawn += table_html(place_tables.coast(shown.edition.broadband_basis), heads, coast_rows(coast))
    drawn += paragraph_html(thirds_sentence(**thirds, region=shown.edition.region), kind="plain")
    for column, table in thirds.items():
        if len(table):
            drawn += table_html(thirds_caption(shown.edition.region, column), heads, third_rows(table, column))
    return drawn + paragraph_html(WHY, kind="plain") + paragraph_html(CAUTION)


def coverage_html(shown: PlaceProfile, areas: Mapping[str, str]) -> str:
    """Draw coverage of whole areas (code → name) by date."""
    heads, rows = coverage_rows(shown.edition, areas)
    return table_html(place_tables.COVERAGE_BY_DATE, heads, rows)
