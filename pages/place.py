"""Place: everything that is known of one place, beside its county, the South West and England."""

from html import escape

import pandas as pd
import streamlit as st

from geo.core.rounding import counts, percent
from geo.figures.profile import PlaceProfile, mobile, parents, parts
from geo.figures.side_by_side import rates_and_minutes
from geo.schema import MOBILE_COLUMNS
from geo.view import View
from geo.vocabulary import HUBS, REGION, SPEEDS
from geo.words.claim import bases, cards, headline, kind_label, other_speeds, sentence_case
from geo.words.definitions import share_label
from geo.words.notes import notes_in_words
from geo.words.place import chosen_label, half_of_gap, hardship, place_lines, rate_cells, speed_lines
from geo.words.ranks import how_sure, rank_lines
from geo.words.timetable import rail_words
from pages.parts.data import edition, profile
from pages.parts.furniture import badges_html, card_html, claim_html, small
from pages.parts.place_data import strips, surroundings
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
from pages.shared.map_widget import theme_palette

INSIDE = {
    "region": ("authority", "county", "lep", "constituency"), "county": ("authority", "constituency", "ward"),
    "lep": ("authority", "constituency"), "authority": ("constituency", "ward", "msoa"),
    "constituency": ("authority", "ward", "msoa"), "ward": ("msoa", "lsoa"), "msoa": ("ward", "lsoa"),
}
STRIP_NAMES = {"people_in_gap": "People in the gap", "premises_below": "Premises without"}
SECTIONS = {
    "figures": "Every figure", "speeds": "At every speed", "beside": "Beside other places",
    "neighbourhoods": "How its neighbourhoods differ", "half": "Where half of its gap is",
    "comfortable": "Is this area really comfortable?", "trains": "Stations and trains", "mobile": "Mobile coverage",
    "places": "Places inside", "notes": "What to know about these figures",
}
FEW, MANY = 10, 40


def opening(shown: PlaceProfile) -> None:
    """Name the place, what it is part of, and the claim."""
    view, answer, here = shown.view, shown.answer, shown.place
    what = f"{sentence_case(kind_label(here.kind))} · {here.code} · {len(here.lsoas):,} neighbourhood"
    what += "s (LSOAs)" if len(here.lsoas) != 1 else " (LSOA)"
    larger = parents(edition(), here)
    up = [f"{link_html(view, edition().id, row['code'], row['name'])} ({escape(kind_label(row['kind']))})"
          for row in larger.to_dict("records")]
    st.html(
        f'<div class="opening"><h1>{escape(here.name)}</h1><p class="small">{escape(what)}</p>'
        + (links_html(["Part of:", *up], "Part of") if up else "")
        + f'{claim_html(headline(answer))}<p class="beside">{escape(other_speeds(answer))}</p>'
        f"{badges_html(bases(answer))}</div>")


def four_figures(shown: PlaceProfile) -> None:
    """Show the four figures with their ranks."""
    drawn = (card_html(card._replace(notes=(*card.notes, *rank_lines(shown.ranks, shown.place.code, card.key))))
             for card in cards(shown.answer))
    st.html(f'<div class="cards">{"".join(drawn)}</div>')


def section(anchor: str) -> None:
    """Head a part of the page."""
    st.header(SECTIONS[anchor], anchor=anchor)


def laid_out() -> None:
    """Take the reader's choice of strip into the view, and so into the link."""
    set_view(show=st.session_state["strip"])


def differences(view: View, shown_place: PlaceProfile) -> None:
    """Show how neighbourhoods differ: a strip of dots and the same as a table."""
    where, table = surroundings(shown_place)
    if len(table) == 1:
        st.write("It is a single neighbourhood: there is nothing to compare inside it.")
        return
    if where.code != shown_place.place.code:
        st.write(f"This is a single neighbourhood: here it stands among the {len(table):,} of {where.name}.")
    offered = strips(shown_place)
    shown = view.show if view.show in offered else "people_in_gap"
    st.session_state["strip"] = shown      # the link decides, not what the widget remembers
    st.segmented_control(
        "Lay them out by", list(offered), key="strip", required=True,
        format_func=STRIP_NAMES.__getitem__, on_change=laid_out)
    strip, palette = offered[shown], theme_palette()
    group = {"region": "county", "county": "authority", "lep": "authority"}.get(where.kind)
    st.html(strip_key(strip, shown_place.place.name, palette))
    st.altair_chart(
        strip_chart(table, strip, palette, group), key="strip_chart",
        alt=f"Strip of dots, one for each of {len(table):,} neighbourhoods: {strip.title.lower()}. "
            f"From {strip.spell(table[strip.column].min())} to {strip.spell(table[strip.column].max())}, "
            f"median {strip.spell(table[strip.column].median())}. The table below has the same figures.")
    st.html(f'<p class="small">{basis_html([shown_place.edition.broadband_basis])} Half of these neighbourhoods stand '
            f"at {escape(strip.spell(table[strip.column].median()))} or less, the highest at "
            f"{escape(strip.spell(table[strip.column].max()))}. Each has about 1,700 residents.</p>")
    neighbourhood_table(table, strip, f"Neighbourhoods of {where.name}, the highest first: people in the gap with "
                                      "range, rate, premises, share without the speed, rural or urban")


def where_half_is(shown: PlaceProfile) -> None:
    """Name the fewest neighbourhoods that hold half of the gap."""
    table = shown.half_of_gap
    st.html(f"<p>{escape(half_of_gap(shown.answer, table))}</p>".replace(" %", "\u00a0%"))
    if len(shown.place.lsoas) < 2 or table.empty:
        return
    links = {code: link_html(shown.view, edition().id, code, name) for code, name in table["name"].items()}
    basis = shown.edition.broadband_basis
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


def comfortable(shown: PlaceProfile) -> None:
    """Set deprivation, cars, rurality and working from home against the gap."""
    answer, ours = shown.answer, shown.hardship
    everywhere, = answer.regions.values()
    of_the_gap = {"most_deprived_fifth": ours.gap_deprived, "rural": ours.gap_rural}
    elsewhere = shown.place.code != REGION
    cells = [
        [escape(share_label(answer[key].measure, shown.view)), percent(answer[key].rate),
         *[percent(everywhere[key].rate)] * elsewhere, percent(of_the_gap[key]) if key in of_the_gap else "–"]
        for key in ("most_deprived_fifth", "rural", "no_car", "works_from_home")
    ]
    *figures, caution = hardship(answer, ours)
    st.html(f"<p>{escape(' '.join(figures))}</p><p>{escape(caution)}</p>".replace(" %", "\u00a0%"))
    st.html(table_html(
        "Shares, from the Census of 21 March 2021, the English Indices of Deprivation 2025 and the ONS rural–urban "
        f"classification; the last column is {shown.edition.broadband_basis}. Working at home was counted in "
        "lockdown: context, not a forecast.",
        ["", "All in this place", *["South West"] * elsewhere, "Of its people in the gap"], cells))


def trains(shown: PlaceProfile) -> None:
    """Show the stations of the place."""
    hub, table = HUBS[shown.view.hub].label, shown.stations
    if table.empty:
        st.write("No station is in this place, nor within 40 km of it without crossing the sea.")
        return
    basis = shown.edition.rail_basis
    said = rail_words(basis, shown.edition.rail_source)
    st.html(f'<p class="small">{basis_html([basis])} Times from platform to platform; the figures above '
            "use, for every postcode, the station that is quickest door to door.</p>")
    board(table, f"To {hub} on a weekday: fastest journey, typical journey (the next train, at any minute from 06:00 "
                 f"to 10:00), changes, and departures in those four hours; {said}. Stations outside the place are "
                 "measured in a straight line from its middle.")


def phones(shown: PlaceProfile) -> None:
    """Show indoor 4G of the authorities."""
    here, table = shown.place, mobile(shown.edition, shown.place.lsoas)
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


def places_inside(shown: PlaceProfile) -> None:
    """Link to the places inside and those it overlaps."""
    view, here = shown.view, shown.place
    listed = {"parts": pd.DataFrame([{"code": part.code, "name": part.name, "whole": True} for part in here.parts])}
    listed |= {kind: parts(edition(), here, kind) for kind in INSIDE.get(here.kind, ())}
    for kind, table in listed.items():
        if table.empty:
            continue
        name = "Made of" if kind == "parts" else sentence_case(kind_label(kind, 2))
        links = [link_html(view, edition().id, row["code"], row["name"]) + ("" if row["whole"] else " (part)")
                 for row in table.to_dict("records")]
        if len(table) > MANY:
            with st.expander(f"{name}: {len(table):,}"):
                st.html(links_html(links, name))
        else:
            st.subheader(name)
            st.html(links_html(links, name))


view = current_view()
shown = profile(view)
here, answer = shown.place, shown.answer
opening(shown)
four_figures(shown)
small(how_sure(here, shown.ranks))

left_out = set() if here.kind in INSIDE or here.parts else {"places"}
jumps = [f'<a href="#{anchor}">{escape(title)}</a>' for anchor, title in SECTIONS.items() if anchor not in left_out]
on_map = link_html(view, edition().id, view.place, "See it on the map", "explore")
st.html(links_html(["On this page:", *jumps, on_map], "On this page"))

section("figures")
st.html(facts_html(
    place_lines(answer, shown.ranks),
    "The range of people shows how much lower or higher the count would be if such jobs and poor lines went apart or "
    f"together. {how_sure(here, shown.ranks)}"))

section("speeds")
st.html(table_html(
    f"Homes and businesses that cannot get each speed, and people in the gap with their range. Premises: "
    f"{'Ofcom’s own counts' if here.premises_published else shown.edition.broadband_basis}; people: "
    f"{shown.edition.broadband_basis}.",
    ["Speed", "Premises", "Share", "People in the gap"],
    [[escape(chosen_label(speed, key == view.speed)), escape(count), escape(share),
      f"{escape(people)} <small>{escape(ends)}</small>"]
     for key, (speed, count, share, people, ends) in zip(SPEEDS, speed_lines(answer), strict=True)],
    strong=list(SPEEDS).index(view.speed)))

section("beside")
answers = (answer, *shown.larger)
rows, nations = rates_and_minutes(answers)
st.html(table_html(
    "Rates and shares, each a sum over a sum. A dash: not in this edition, which knows of England only broadband.",
    ["", *(other.place.name for other in answers), *nations],
    [[f"{escape(chosen_label(label, chosen))} <small>{basis_html(basis)}</small>", *map(escape, cells)]
     for label, chosen, basis, cells in rate_cells(rows, answer)],
    strong=[row.speed for row in rows].index(view.speed)))

section("neighbourhoods")
differences(view, shown)
section("half")
where_half_is(shown)
section("comfortable")
comfortable(shown)
section("trains")
trains(shown)
section("mobile")
phones(shown)
if "places" not in left_out:
    section("places")
    places_inside(shown)
section("notes")
st.html("".join(f'<p class="small">{escape(note)}</p>' for note in notes_in_words(answer)))
