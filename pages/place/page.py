"""Place: everything that is known of one place, beside its county, the South West and England."""

from collections.abc import Callable
from html import escape

import pandas as pd
import streamlit as st

from geo.core.choices import HUBS
from geo.figures.context import coverage_over_time
from geo.figures.profile import PlaceProfile, overlapping, parents
from geo.words.authority import NOT_IN_EDITION, coverage_sentence, level
from geo.words.beside_claim import HEADING, beside_claim
from geo.words.claim import bases, cards, headline, kind_label, other_speeds, sentence_case
from geo.words.context import about_place
from geo.words.definitions import rail_words
from geo.words.neighbourhoods import fewest_columns, neighbourhood_columns, strip_alt, strip_note, strips
from geo.words.notes import notes_in_words
from geo.words.place import half_of_gap, hardship
from geo.words.ranks import how_sure, rank_lines
from pages.place import tables
from pages.place.charts import coverage_chart, strip_chart, strip_key
from pages.shared import parts
from pages.shared.data import edition, profile
from pages.shared.map_widget.widget import theme_palette
from pages.shared.view_state import current_view, set_view

INSIDE = {
    "region": ("authority", "county", "lep", "constituency", "district"),
    "county": ("authority", "constituency", "ward"), "lep": ("authority", "constituency"),
    "authority": ("constituency", "district", "ward", "msoa"), "constituency": ("authority", "ward", "msoa"),
    "district": ("constituency", "ward", "msoa"), "ward": ("msoa", "lsoa"), "msoa": ("ward", "lsoa"),
}
STRIP_NAMES = {"people_in_gap": "People in the gap", "premises_below": "Premises without"}
BESIDE = 3
"""Areas whose coverage is drawn over time: an authority, the South West and England."""

MANY = 40
"""Links that are folded away."""


def introduce(shown: PlaceProfile) -> None:
    """Name the place, what it is part of, the claim, and the four figures with their ranks."""
    answer, here = shown.answer, shown.place
    lsoas = "1 neighbourhood (LSOA)" if len(here.lsoas) == 1 else f"{len(here.lsoas):,} neighbourhoods (LSOAs)"
    larger = [f"{parts.place_link(shown.view, row['code'], row['name'])} ({escape(kind_label(row['kind']))})"
              for row in parents(edition(), here).to_dict("records")]
    parts.page_heading(
        here.name, parts.paragraph_html(f"{sentence_case(kind_label(here.kind))} · {here.code} · {lsoas}"),
        parts.list_html(["Part of:", *larger], "links", "Part of") if larger else "",
        "".join(parts.paragraph_html(said) for said in about_place(edition(), here)),
        parts.claim_html(headline(answer)), parts.paragraph_html(other_speeds(answer), kind="beside"),
        parts.badges_html(bases(answer)))
    st.html(parts.cards_html(card._replace(notes=(*card.notes, *rank_lines(shown.ranks, here.code, card.key)))
                             for card in cards(answer)) + parts.beside_html(HEADING, beside_claim(answer)))
    parts.small(how_sure(here, shown.ranks))


def take_strip() -> None:
    """Take the reader's choice of strip into the view, and so into the link."""
    set_view(show=st.session_state["strip"])


def differences(shown: PlaceProfile) -> None:
    """Show how neighbourhoods differ: a strip of dots and the same as a table."""
    where, table = shown.surroundings
    if len(table) == 1:
        st.write("It is a single neighbourhood: there is nothing to compare inside it.")
        return
    if where.code != shown.place.code:
        st.write(f"This is a single neighbourhood: here it stands among the {len(table):,} of {where.name}.")
    offered = strips(shown)
    chosen = current_view().show if current_view().show in offered else "people_in_gap"
    st.session_state["strip"] = chosen      # the link decides, not what the widget remembers
    st.segmented_control(
        "Lay them out by", list(offered), key="strip", required=True,
        format_func=STRIP_NAMES.__getitem__, on_change=take_strip)
    strip, palette = offered[chosen], theme_palette()
    group = {"region": "county", "county": "authority", "lep": "authority"}.get(where.kind)
    st.html(strip_key(strip, shown.place.name, palette))
    st.altair_chart(strip_chart(table, strip, palette, group), key="strip_chart", alt=strip_alt(strip, table))
    parts.small(parts.marks_html([shown.edition.broadband_basis]), strip_note(strip, table))
    columns = neighbourhood_columns(table, strip.column)
    st.dataframe(
        columns, hide_index=True, height=min(320, 38 + 35 * len(columns)),
        column_config=parts.column_formats(columns.select_dtypes("float")),
        alt=f"Neighbourhoods of {where.name}, the highest first: people in the gap with range, rate, premises, share "
            "without the speed, rural or urban")


def fewest(shown: PlaceProfile) -> None:
    """Name the fewest neighbourhoods that have half of the gap."""
    table = shown.half_of_gap
    st.html(parts.paragraph_html(half_of_gap(shown.answer, table), kind="plain"))
    if len(shown.place.lsoas) < 2 or table.empty:
        return
    st.html(tables.fewest_html(shown))
    if len(table) > tables.FEW:
        with st.expander(f"All {len(table):,} neighbourhoods that together hold half"):
            st.dataframe(fewest_columns(table), hide_index=True,
                         alt="The fewest neighbourhoods that together hold half of the people in the gap")


def comfortable(shown: PlaceProfile) -> str:
    """Set deprivation, cars, rurality, the coast and working from home against the gap."""
    *figures, caution = hardship(shown.answer, shown.hardship)
    st.html(parts.paragraph_html(*figures, kind="plain") + parts.paragraph_html(caution, kind="plain"))
    return tables.hardship_html(shown)


def trains(shown: PlaceProfile) -> None:
    """Show the stations of the place."""
    if shown.stations.empty:
        st.write("No station is in this place, nor within 40 km of it without crossing the sea.")
        return
    basis = shown.edition.rail_basis
    parts.small(parts.marks_html([basis]), "Times from platform to platform; the figures above use, for every "
                "postcode, the station that is quickest door to door.")
    tables.stations(
        shown.stations, f"To {HUBS[shown.view.hub].label} on a weekday: fastest journey, typical journey (the next "
        "train, at any minute from 06:00 to 10:00), changes, and departures in those four hours; "
        f"{rail_words(basis, shown.edition.rail_source)}. Distances are by land from the middle of the place: in a "
        "straight line, or round the water where that would cross it.")


def authorities(shown: PlaceProfile) -> str | None:
    """Show what is published of whole authorities: coverage over time, claimants and businesses."""
    table = shown.authorities
    if table.empty:
        return parts.paragraph_html(NOT_IN_EDITION, kind="plain")
    st.html(parts.paragraph_html(level(shown.place, table), kind="plain") + tables.authorities_html(shown))
    areas = table["name"].to_dict()
    first = next(iter(areas))
    if len(areas) > BESIDE:     # of several authorities no one stands for the place
        return None
    said = coverage_sentence(shown.edition, first, areas[first])
    st.html(parts.paragraph_html(said, kind="plain"))
    st.altair_chart(coverage_chart(coverage_over_time(shown.edition, areas), theme_palette()), key="coverage", alt=said)
    return tables.coverage_html(shown, areas)


def places_inside(shown: PlaceProfile) -> None:
    """Link to the places inside and those it overlaps."""
    here = shown.place
    made_of = pd.DataFrame([{"code": part.code, "name": part.name, "whole": True} for part in here.parts])
    listed = {"Made of": made_of} | {
        sentence_case(kind_label(kind, 2)): overlapping(edition(), here, kind) for kind in INSIDE.get(here.kind, ())}
    for name, table in listed.items():
        links = [parts.place_link(shown.view, row["code"], row["name"]) + ("" if row["whole"] else " (part)")
                 for row in table.to_dict("records")]
        if len(links) > MANY:
            with st.expander(f"{name}: {len(links):,}"):
                st.html(parts.list_html(links, "links", name))
        elif links:
            st.subheader(name)
            st.html(parts.list_html(links, "links", name))


def notes_html(shown: PlaceProfile) -> str:
    """Say what to know about the figures."""
    return "".join(parts.paragraph_html(note) for note in notes_in_words(shown.answer))


# Each part of the page: its heading, and what draws it or returns it as HTML.
SECTIONS: dict[str, tuple[str, Callable[[PlaceProfile], str | None]]] = {
    "figures": ("Every figure", tables.facts_html),
    "speeds": ("At every speed", tables.speeds_html),
    "beside": ("Beside other places", tables.beside_html),
    "neighbourhoods": ("How its neighbourhoods differ", differences),
    "half": ("Where half of the people in the gap live", fewest),
    "comfortable": ("Is this area really comfortable?", comfortable),
    "trains": ("Stations and trains", trains),
    "authorities": ("The whole authority: coverage over time, claimants, businesses", authorities),
    "lens": ("On the coast, with many claimants, with few businesses?", tables.lens_html),
    "mobile": ("Mobile coverage", tables.mobile_html),
    "places": ("Places inside", places_inside),
    "notes": ("What to know about these figures", notes_html),
}

view = current_view()
shown = profile(view)
introduce(shown)
if shown.place.kind not in INSIDE and not shown.place.parts:
    del SECTIONS["places"]
jumps = [f'<a href="#{anchor}">{escape(title)}</a>' for anchor, (title, _) in SECTIONS.items()]
on_map = parts.place_link(view, view.place, "See it on the map", "explore")
st.html(parts.list_html(["On this page:", *jumps, on_map], "links", "On this page"))
for anchor, (title, show) in SECTIONS.items():
    st.header(title, anchor=anchor)
    drawn = show(shown)
    if drawn:
        st.html(drawn)
