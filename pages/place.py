"""Place: everything that is known of one place, beside its county, the South West and England."""

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from geo.places import Place
from geo.profile import mobile, parents, parts
from geo.schema import MOBILE_COLUMNS
from geo.text import counts, percent
from geo.view import View
from geo.vocabulary import HUBS, REGION
from geo.words.claim import bases, four_figures, headline, kind_label, other_speeds
from geo.words.place import beside_rows, comfort, half, place_rows, speed_rows
from geo.words.ranks import how_sure, rank_lines
from geo.words.timetable import rail_words
from pages.parts.data import edition, place, summary
from pages.parts.furniture import badges_html, card_html
from pages.parts.map_view import theme_palette
from pages.parts.place_data import beside, comfort_shares, held, ranks, stations, strips, surroundings
from pages.parts.place_tables import (
    basis_html,
    board,
    facts_html,
    half_html,
    link_html,
    links_html,
    neighbourhood_table,
    strip_chart,
    strip_key,
    table_html,
)
from pages.parts.state import current_view, set_view

INSIDE = {
    "region": ("authority", "county", "lep", "constituency"), "county": ("authority", "constituency", "ward"),
    "lep": ("authority", "constituency"), "authority": ("constituency", "ward", "msoa"),
    "constituency": ("authority", "ward", "msoa"), "ward": ("msoa", "lsoa"), "msoa": ("ward", "lsoa"),
}
CARD_RANKS = ("people_in_gap", "nowhere_to_turn", "premises_below", "cut_off_by_rail")
STRIP_NAMES = {"people_in_gap": "People in the gap", "premises_below": "Premises without"}
SECTIONS = {
    "figures": "Every figure", "speeds": "At every speed", "beside": "Beside other places",
    "neighbourhoods": "How its neighbourhoods differ", "half": "Where half of its gap is",
    "comfortable": "Is this area really comfortable?", "trains": "Stations and trains", "mobile": "Mobile coverage",
    "places": "Places inside", "notes": "What to know about these figures",
}
FEW, MANY = 10, 40


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]


def opening(view: View, answer: Mapping[str, Any], here: Place) -> None:
    """Name the place, what it is part of, and the claim."""
    what = f"{_capital(kind_label(here.kind))} · {here.code} · {len(here.lsoas):,} neighbourhood"
    what += "s (LSOAs)" if len(here.lsoas) != 1 else " (LSOA)"
    larger = parents(edition(), here)
    up = [f"{link_html(view, edition().id, row['code'], row['name'])} ({escape(kind_label(row['kind']))})"
          for row in larger.to_dict("records")]
    pieces = "".join(f"<strong>{escape(piece)}</strong>" if index % 2 else escape(piece)
                     for index, piece in enumerate(headline(answer)))
    st.html(
        f'<div class="opening"><h1>{escape(here.name)}</h1><p class="small">{escape(what)}</p>'
        + (links_html(["Part of:", *up], "Part of") if up else "")
        + f'<p class="claim">{pieces}</p><p class="beside">{escape(other_speeds(answer))}</p>'
        f"{badges_html(bases(answer))}</div>")


def cards(answer: Mapping[str, Any], table: pd.DataFrame | None) -> None:
    """Show the four figures with their ranks."""
    drawn = (card_html(figure._replace(notes=(*figure.notes, *rank_lines(table, answer["place"]["code"], measure))))
             for figure, measure in zip(four_figures(answer), CARD_RANKS, strict=True))
    st.html(f'<div class="cards">{"".join(drawn)}</div>')


def section(anchor: str) -> None:
    """Head a part of the page."""
    st.header(SECTIONS[anchor], anchor=anchor)


def laid_out() -> None:
    """Take the reader's choice of strip into the view, and so into the link."""
    set_view(show=st.session_state["strip"])


def differences(view: View, answer: Mapping[str, Any]) -> None:
    """Show how neighbourhoods differ: a strip of dots and the same as a table."""
    where, table = surroundings(view)
    if len(table) == 1:
        st.write("It is a single neighbourhood: there is nothing to compare inside it.")
        return
    if where.code != view.place:
        st.write(f"This is a single neighbourhood: here it stands among the {len(table):,} of {where.name}.")
    offered = strips(view)
    shown = view.show if view.show in offered else "people_in_gap"
    st.session_state["strip"] = shown      # the link decides, not what the widget remembers
    st.segmented_control(
        "Lay them out by", list(offered), key="strip", required=True,
        format_func=STRIP_NAMES.__getitem__, on_change=laid_out)
    strip, palette = offered[shown], theme_palette()
    group = {"region": "county", "county": "authority", "lep": "authority"}.get(where.kind)
    st.html(strip_key(strip, answer["place"]["name"], palette))
    st.altair_chart(
        strip_chart(table, strip, palette, group), key="strip_chart",
        alt=f"Strip of dots, one for each of {len(table):,} neighbourhoods: {strip.title.lower()}. "
            f"From {strip.spell(table[strip.column].min())} to {strip.spell(table[strip.column].max())}, "
            f"median {strip.spell(table[strip.column].median())}. The table below has the same figures.")
    st.html(f'<p class="small">{basis_html([answer["edition"]["broadband_basis"]])} Half of these neighbourhoods stand '
            f"at {escape(strip.spell(table[strip.column].median()))} or less, the highest at "
            f"{escape(strip.spell(table[strip.column].max()))}. Each has about 1,700 residents.</p>")
    neighbourhood_table(table, strip, f"Neighbourhoods of {where.name}, the highest first: people in the gap with "
                                      "range, rate, premises, share without the speed, rural or urban")


def half_of_it(view: View, answer: Mapping[str, Any]) -> None:
    """Name the fewest neighbourhoods that hold half of the gap."""
    table = held(view)
    st.html(f"<p>{escape(half(answer, table))}</p>".replace(" %", "\u00a0%"))
    if answer["place"]["lsoas"] < 2 or table.empty:
        return
    links = {code: link_html(view, edition().id, code, name) for code, name in table["name"].items()}
    basis = answer["edition"]["broadband_basis"]
    few = table.head(FEW)
    more = f" The first {FEW} of {len(table):,}; all stand in the list beneath." if len(table) > FEW else ""
    st.html(half_html(few, links, f"The fewest neighbourhoods that together hold half of the people in the gap, most "
                                  f"first ({basis}): where two are close, their order is not sure.{more}"))
    if len(table) > FEW:
        with st.expander(f"All {len(table):,} neighbourhoods that together hold half"):
            st.dataframe(pd.DataFrame({
                "Neighbourhood": table["name"], "Locality": table["msoa"], "Authority": table["authority"],
                **{title: counts(table[column]) for title, column in
                   (("People", "people"), ("From", "low"), ("To", "high"))},
                "Together, %": (100 * table["cumulative"]).round(1),
            }), hide_index=True, alt="The fewest neighbourhoods that together hold half of the people in the gap")


def comfortable(view: View, answer: Mapping[str, Any]) -> None:
    """Set deprivation, cars, rurality and working from home against the gap."""
    here, region = comfort_shares(view, view.place), comfort_shares(view, REGION)
    rows, everywhere = answer["rates"], answer["comparators"]["South West"]
    lines = [("Residents in England’s most deprived fifth", "most_deprived_fifth_share", "gap_deprived"),
             ("Residents in rural neighbourhoods", "rural_share", "gap_rural"),
             ("Households with no car or van", "", "no_car"),
             ("Workers at home on census day 2021 (lockdown)", "works_from_home_share", "")]
    elsewhere = view.place != REGION
    cells = [
        [escape(label), percent(rows[key] if key else here[other]),
         *[percent(everywhere[key] if key else region[other])] * elsewhere,
         percent(here[other]) if key and other else "–"]
        for label, key, other in lines
    ]
    *figures, caution = comfort(answer, here)
    st.html(f"<p>{escape(' '.join(figures))}</p><p>{escape(caution)}</p>".replace(" %", "\u00a0%"))
    st.html(table_html(
        "Shares, from the Census of 21 March 2021, the English Indices of Deprivation 2025 and the ONS rural–urban "
        f"classification; the last column is {answer['edition']['broadband_basis']}. Working at home was counted in "
        "lockdown: context, not a forecast.",
        ["", "All in this place", *["South West"] * elsewhere, "Of its people in the gap"], cells))


def trains(view: View, answer: Mapping[str, Any]) -> None:
    """Show the stations of the place."""
    hub, table = HUBS[view.hub].label, stations(view)
    if table.empty:
        st.write("No station is in this place, nor within 40 km of it without crossing the sea.")
        return
    basis = answer["edition"]["rail_basis"]
    said = rail_words(basis, answer["rail_source"])
    st.html(f'<p class="small">{basis_html([basis])} Times from platform to platform; the figures above '
            "use, for every postcode, the station that is quickest door to door.</p>")
    board(table, f"To {hub} on a weekday: fastest journey, typical journey (the next train, at any minute from 06:00 "
                 f"to 10:00), changes, and departures in those four hours; {said}. Stations outside the place are "
                 "measured in a straight line from its middle.")


def phones(here: Place) -> None:
    """Show indoor 4G of the authorities."""
    table = mobile(edition(), here.lsoas)
    if table.empty:
        st.write("This edition has no figures of mobile coverage.")
        return
    cells = [[escape(row["name"]), *(percent(row[column]) for column in MOBILE_COLUMNS[::-1])]
             for row in table.to_dict("records")]
    whole = "" if here.kind in {"authority", "county", "region", "lep"} else " Not known for smaller areas than these."
    st.html(table_html(
        "Share of homes and businesses with 4G indoors, by how many of the four networks reach them; Ofcom’s own "
        f"counts by authority, {edition().manifest['vintages']['ofcom-mobile']}.{whole}",
        ["Authority", "All four", "Three", "Two", "One", "None"], cells))


def walk(view: View, here: Place) -> None:
    """Link to the places inside and those it overlaps."""
    listed = {"parts": pd.DataFrame([{"code": part.code, "name": part.name, "whole": True} for part in here.parts])}
    listed |= {kind: parts(edition(), here, kind) for kind in INSIDE.get(here.kind, ())}
    for kind, table in listed.items():
        if table.empty:
            continue
        name = "Made of" if kind == "parts" else _capital(kind_label(kind, 2))
        links = [link_html(view, edition().id, row["code"], row["name"]) + ("" if row["whole"] else " (part)")
                 for row in table.to_dict("records")]
        if len(table) > MANY:
            with st.expander(f"{name}: {len(table):,}"):
                st.html(links_html(links, name))
        else:
            st.subheader(name)
            st.html(links_html(links, name))


view = current_view()
here, answer = place(view.place), summary(view)
ranked = ranks(view, here.kind)
opening(view, answer, here)
cards(answer, ranked)
st.html(f'<p class="small">{escape(how_sure(here, ranked))}</p>')

left_out = set() if here.kind in INSIDE or here.parts else {"places"}
jumps = [f'<a href="#{anchor}">{escape(title)}</a>' for anchor, title in SECTIONS.items() if anchor not in left_out]
on_map = link_html(view, edition().id, view.place, "See it on the map", "explore")
st.html(links_html(["On this page:", *jumps, on_map], "On this page"))

section("figures")
rows = place_rows(answer, ranked, comfort_shares(view, view.place)["no_car"])
st.html(facts_html(rows, "The range of people shows how much lower or higher the count would be if such jobs and poor "
                         f"lines went apart or together. {how_sure(here, ranked)}"))

section("speeds")
st.html(table_html(
    f"Homes and businesses that cannot get each speed, and people in the gap with their range. Premises: "
    f"{'Ofcom’s own counts' if here.exact_premises else answer['edition']['broadband_basis']}; people: "
    f"{answer['edition']['broadband_basis']}.",
    ["Speed", "Premises", "Share", "People in the gap"],
    [[escape(speed), escape(count), escape(share), f"{escape(people)} <small>{escape(ends)}</small>"]
     for speed, count, share, people, ends in speed_rows(answer)]))

section("beside")
table, names = beside(view)
st.html(table_html(
    "Rates and shares, each a sum over a sum. A dash: not in this edition, which knows of England only broadband.",
    ["", *names],
    [[f"{escape(label)} <small>{basis_html(basis)}</small>", *map(escape, cells)]
     for label, basis, cells in beside_rows(table, answer)]))

section("neighbourhoods")
differences(view, answer)
section("half")
half_of_it(view, answer)
section("comfortable")
comfortable(view, answer)
section("trains")
trains(view, answer)
section("mobile")
phones(here)
if "places" not in left_out:
    section("places")
    walk(view, here)
section("notes")
st.html("".join(f'<p class="small">{escape(note)}</p>' for note in answer["notes"]))
