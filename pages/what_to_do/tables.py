"""The tables of where first: the list, its curve, and the authorities that it reaches."""

from geo.core.rounding import about
from geo.core.view import View
from geo.figures.priorities import Priorities
from geo.words import priorities as words
from pages.shared.data import edition
from pages.shared.parts import place_link
from pages.shared.tables_html import Cell, table_html
from pages.what_to_do.data import authorities


def listed_html(view: View, found: Priorities, few: int) -> str:
    """Draw the first few of a list; names lead to their places."""
    names = edition().names("authority")
    several = found.table["authority"].nunique() > 1
    rows: list[list[Cell]] = [
        [(place_link(view, str(code), row["name"]), row["locality"], *[names[row["authority"]]] * several),
         about(row["premises"]), about(row["people_out_of_gap"]),
         (about(row["cumulative_premises"]), words.so_far(row, "premises")),
         (about(row["cumulative_people"]), words.so_far(row, "people"))]
        for code, row in found.table.head(few).to_dict("index").items()]
    return table_html(words.list_caption(edition(), found, few), words.LIST_HEADER, rows, layout="blocks")


def curve_html(found: Priorities) -> str:
    """Draw the curve as a table."""
    return table_html("", words.CURVE_HEADER, words.curve_rows(found))


def authorities_html(view: View, asked: View) -> str:
    """Draw how many premises of a list are in each authority."""
    table = authorities(asked)
    rows: list[list[Cell]] = [
        [place_link(view, str(code), name, "what_to_do"), count, (premises, between), share, (people, ends)]
        for (code, name), (count, premises, between, share, people, ends)
        in zip(table["name"].items(), words.authority_rows(table), strict=True)]
    return table_html(words.AUTHORITIES, words.AUTHORITIES_HEADER, rows, layout="blocks")
