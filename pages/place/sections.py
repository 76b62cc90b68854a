"""What stands below the first screen of a place, folded up: each part as HTML, empty where there is nothing to say."""

from collections.abc import Callable, Sequence
from functools import partial
from html import escape
from typing import NamedTuple

import pandas as pd

from geo.figures.profile import PlaceProfile, overlapping, parents
from geo.maps.charts import strip_svg
from geo.maps.classes import Palette
from geo.words import history, place_tables, robust
from geo.words.authority import NOT_IN_EDITION, level
from geo.words.beside_claim import HEADING, beside_claim
from geo.words.claim import kind_label, sentence_case
from geo.words.neighbourhoods import EACH_DOT, Strip, strip_alt, strip_note, strips
from geo.words.notes import BASIS_NOTES, notes_in_words
from geo.words.place import half_of_gap, hardship
from geo.words.planned import HEADING as PLANNED
from geo.words.planned import about_planned
from pages.place import tables
from pages.place.charts import picture_html, strip_key
from pages.place.editions import editions_html
from pages.place.opening import BESIDE
from pages.shared.parts import (
    Html,
    beside_list_html,
    doubts_link,
    list_html,
    marks_html,
    meaning_html,
    paragraph_html,
    place_address,
    place_link,
)
from pages.shared.tables_html import Cell, table_html

_LINKED = {
    "region": ("authority", "county", "lep", "constituency", "district"),
    "county": ("authority", "constituency", "ward"), "lep": ("authority", "constituency"),
    "authority": ("constituency", "district", "ward", "msoa"), "constituency": ("authority", "ward", "msoa"),
    "district": ("constituency", "ward", "msoa"), "ward": ("msoa", "lsoa"), "msoa": ("ward", "lsoa"),
}
"""Kinds of place whose links stand on the page of a place, by its own kind."""

MANY = 40
"""Links that are folded away."""


class Section(NamedTuple):
    """One part: its heading, and what draws it in the reader's colours."""

    title: str
    html: Callable[[PlaceProfile, Palette], str]


def _plain(*sentences: str) -> str:
    return paragraph_html(*sentences, kind="plain")


def _doubts(shown: PlaceProfile, _: Palette) -> str:
    """Answer what a sceptic asks of the claim."""
    return f'<div class="besides">{beside_list_html(beside_claim(shown.answer), doubts_link(shown.view))}</div>'


def _neighbourhoods(shown: PlaceProfile, palette: Palette) -> str:
    """Show how neighbourhoods differ, as strips of dots, and the fewest of them that have half of the gap."""
    where, table = shown.surroundings
    if len(table) == 1:
        return ""
    alone = where.code != shown.place.code
    said = (place_tables.alone(where.name, len(table)) if alone else
            half_of_gap(shown.answer, shown.half_of_gap))
    fewest = "" if alone or shown.half_of_gap.empty else tables.fewest_html(shown)
    group = {"region": "county", "county": "authority", "lep": "authority"}.get(where.kind)
    drawn = "".join(
        f'<figure aria-label="{escape(strip.title)}"><figcaption>{escape(strip.title)}</figcaption>'
        f"{strip_key(strip, shown.place.name, shown.edition.region.name)}"
        f"{_strip_picture(table, strip, palette, group)}"
        f"{paragraph_html(strip_note(strip, table))}</figure>"
        for strip in strips(shown).values())
    dots = paragraph_html(EACH_DOT, marks_html([shown.edition.broadband_basis]))
    return f'{_plain(said)}{fewest}{dots}<div class="panels">{drawn}</div>'


def _strip_picture(table: pd.DataFrame, strip: Strip, palette: Palette, group: str | None) -> str:
    svg = strip_svg(table, strip.column, (strip.here, strip.region), palette, group)
    return picture_html(svg, strip_alt(strip, table))


def _comfortable(shown: PlaceProfile, _: Palette) -> str:
    """Set deprivation, rurality, age and cars against the gap."""
    *_shares, caution = hardship(shown.answer, shown.hardship)     # the table says them, beside the region's
    return tables.hardship_html(shown) + _plain(caution)


def _trains(shown: PlaceProfile, _: Palette) -> str:
    """Show the stations of the place."""
    if shown.stations.empty:
        return _plain(place_tables.NO_STATION)
    return tables.stations_html(shown)


def _planned(shown: PlaceProfile, _: Palette) -> str:
    """Show what is contracted and planned, and who is still stuck; or say how an edition comes to know it."""
    said = about_planned(shown.edition, shown.view.work, shown.place)
    return _plain(*said) + tables.planned_html(shown)


def _authorities(shown: PlaceProfile, _: Palette) -> str:
    """Show what is published of whole authorities: coverage, claimants and businesses."""
    table = shown.authorities
    if table.empty:
        return _plain(NOT_IN_EDITION)
    areas = table["name"].to_dict()
    of_one = tables.coverage_html(shown, areas) if len(areas) <= BESIDE else ""     # no one of several stands for it
    return _plain(level(shown.place, table)) + tables.authorities_html(shown, coverage=not of_one) + of_one


def _editions(shown: PlaceProfile, _: Palette) -> str:
    """Show the place in every edition that is served."""
    return editions_html(shown, partial(place_address, shown.view))


def _places(shown: PlaceProfile, _: Palette) -> str:
    """Link to the places inside and those it overlaps."""
    here, around = shown.place, parents(shown.edition, shown.place)["code"]
    parts = [(part.code, part.name, True) for part in here.parts]
    listed = {"Made of": pd.DataFrame(parts, columns=["code", "name", "whole"])}
    for kind in _LINKED.get(here.kind, ()):
        table = overlapping(shown.edition, here, kind)
        listed[sentence_case(kind_label(kind, 2))] = table[~table["code"].isin(around)]     # which the heading names
    return "".join(_links(shown, name, table) for name, table in listed.items() if len(table))


def _links(shown: PlaceProfile, name: str, table: pd.DataFrame) -> str:
    links = list_html((place_link(shown.view, row["code"], row["name"]) + ("" if row["whole"] else " (part)")
                       for row in table.to_dict("records")), "links", name)
    return meaning_html(f"{name}: {len(table):,}", links) if len(table) > MANY else f"<h3>{escape(name)}</h3>{links}"


def _views(shown: PlaceProfile, _: Palette) -> str:
    """Say in how many views the claims are true, and lead to those where one is not."""
    held = robust.claims_held(shown)
    if not held:
        return _plain(robust.none_holds(shown.place, shown.edition.region), robust.about_views(shown.edition.region))
    rows: list[list[Cell]] = [
        [line.claim, (Html(f'<span class="line">{escape(line.held)}</span>'), line.left_out),
         Html(" · ".join([*(place_link(view, view.place, words) for view, words in line.fails),
                          *[escape(line.more)] * bool(line.more)]))]
        for line in held]
    return table_html(robust.about_views(shown.edition.region), robust.HEADER, rows, numbers=False, layout="stack")


def _notes(shown: PlaceProfile, _: Palette) -> str:
    """Say what to know about the figures that their marks do not say."""
    return "".join(paragraph_html(note) for note in notes_in_words(shown.answer, without=BASIS_NOTES))


def _table(html: Callable[[PlaceProfile], str]) -> Callable[[PlaceProfile, Palette], str]:
    return lambda shown, _: html(shown)


SECTIONS: dict[str, Section] = {
    "beside-claim": Section(HEADING, _doubts),
    "views": Section(robust.HEADING, _views),
    "figures": Section("Journeys, homes and people", _table(tables.facts_html)),
    "speeds": Section("At every speed", _table(tables.speeds_html)),
    "beside": Section("Beside larger places", _table(tables.beside_html)),
    "neighbourhoods": Section("Its neighbourhoods", _neighbourhoods),
    "comfortable": Section("Is this area really comfortable?", _comfortable),
    "planned": Section(PLANNED, _planned),
    "trains": Section("Stations and trains", _trains),
    "authorities": Section("Whole authorities: coverage by date, claimants, businesses", _authorities),
    "editions": Section(history.HEADING, _editions),
    "lens": Section("On the coast, with many claimants, or with few businesses?", _table(tables.lens_html)),
    "mobile": Section("Mobile coverage", _table(tables.mobile_html)),
    "places-inside": Section("Places inside", _places),
    "notes": Section("What to know about these figures", _notes),
}
"""By the name that links to them end in (`#trains`)."""


def sections_html(shown: PlaceProfile, palette: Palette) -> Sequence[tuple[str, str, str]]:
    """Draw every part that has something to say: its name in links, its heading, its HTML."""
    drawn = ((anchor, section.title, section.html(shown, palette)) for anchor, section in SECTIONS.items())
    return [(anchor, title, html) for anchor, title, html in drawn if html]
