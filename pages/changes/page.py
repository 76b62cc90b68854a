"""What changed: two editions side by side, how much comes from what, and whether trains became slower."""

from functools import partial

import streamlit as st

from geo.core.choices import KINDS
from geo.core.view import View
from geo.edition.at_hand import EditionAtHand
from geo.edition.store import Edition
from geo.figures.changes import same_inputs, source_changes
from geo.figures.journey_changes import station_changes
from geo.words import changes as words
from geo.words.claim import bases, sentence_case
from geo.words.intervals import covers
from pages.changes import data
from pages.shared.data import edition, profile, summary
from pages.shared.folded import folded, open_what_a_link_names
from pages.shared.headings import HEADINGS
from pages.shared.parts import (
    Html,
    badges_html,
    claim_html,
    downloads,
    meaning_html,
    notice,
    page_heading,
    paragraph_html,
    place_link,
    small,
)
from pages.shared.tables_html import Cell, table_html
from pages.shared.view_state import current_view, first_view, set_view

STATIONS = 20
PLACES = 20


def choose_against(offered: list[EditionAtHand]) -> View:
    """Let the reader choose the edition to compare with."""
    named = {each.id: words.edition_label(each) for each in offered}
    asked = current_view().against
    if st.session_state.get("against") not in named:
        st.session_state["against"] = asked if asked in named else data.usual_against(offered)
    if asked and asked not in {*named, edition().id}:
        notice(words.not_served(asked))
    against = st.selectbox("Compared with", list(named), key="against", format_func=named.__getitem__)
    return set_view(against=against)


def show_place(view: View, before: Edition, after: Edition) -> None:
    """Show what changed in the view's place."""
    found = data.place_changes(view, view.against)
    if found is None:
        notice(words.not_served(view.against))
        return
    here, region = found
    names = words.named_apart(before, after)
    with top:
        page_heading(
            HEADINGS["changes"](view), claim_html(words.headline(here, view, names)),
            paragraph_html(*filter(None, [words.beside_region(here, region, view)]), kind="prose"),
            badges_html(bases(summary(view))))
    for said in words.about_grounds(before, after):
        notice(said)
    if here.figures:
        st.html(table_html(words.changed_caption(here.name, names), words.FIGURES_HEADER,
                           words.figure_rows(here, view), layout="blocks"))
        st.html(meaning_html(words.HOW, words.HOW_TOLD_APART))
    else:
        small(words.NOTHING)
    st.header(words.TRAINS)
    st.html(paragraph_html(words.slower(here, view, before, after), kind="prose"))
    small(words.JOURNEYS_COUNTED)
    show_stations(view, before, after)


def show_stations(view: View, before: Edition, after: Edition) -> None:
    """Show the stations whose journeys changed: those of the place, of the whole region those that changed most."""
    table = station_changes(before, after, view.hub)
    if view.place != view.region:
        table = table[table.index.isin(profile(view).stations.index)]
    if len(table):
        st.html(table_html(words.stations_caption(view.hub, len(table), STATIONS), words.STATIONS_HEADER,
                           words.station_rows(table.head(STATIONS)), layout="blocks"))


def show_places(view: View) -> None:
    """Show the places of a kind that changed most."""
    st.header(words.MOST)
    kinds = list(edition().kinds())
    kind = st.selectbox("Places", kinds, key="ranked", index=kinds.index(first_view().ranked),
                        format_func=lambda kind: sentence_case(KINDS[kind].plural))
    view = set_view(ranked=kind)
    found = data.all_changes(view, view.against)
    if found is None or not found.places:
        small(words.NOTHING_ANYWHERE)
        return
    rows: list[list[Cell]] = []
    for place in found.places[:PLACES]:
        name, *cells = words.place_row(place, view)
        rows.append([Html(place_link(view, place.code, name, "changes")), *cells])
    st.html(table_html(words.places_caption(kind, len(found.places), len(rows)), words.places_header(view), rows,
                       layout="blocks"))
    downloads("what changed", "what_changed", ("swathe", "changes", kind, found.after.id),
              partial(data.changes_csv, found), partial(data.changes_xlsx, found))


def show_files(before: Edition, after: Edition) -> None:
    """Show which publishers' files are not the same."""
    with folded("files", words.FILES):
        rows = words.source_rows(source_changes(before, after))
        if rows:
            st.html(table_html(words.sources_caption(same=False), words.SOURCES_HEADER, rows, numbers=False,
                               layout="stack"))
        else:
            small(words.sources_caption(same=same_inputs(before, after)))
        small(words.which_editions(before, after), *words.lacking(before, after))


top = st.container()
others = data.to_compare_with()
if others:
    chosen = choose_against(others)
    both = data.in_order(chosen.against)
    if both is None:
        notice(words.not_served(chosen.against))
    elif why := words.not_comparable(chosen, *both):
        with top:
            page_heading(HEADINGS["changes"](chosen))
        notice(why)
    else:
        show_place(chosen, *both)
        show_places(chosen)
        show_files(*both)
        open_what_a_link_names()
else:
    with top:
        page_heading(HEADINGS["changes"](current_view()), paragraph_html(words.ONE_EDITION, kind="prose"))
    small(words.HOW_TO_SERVE)
small(covers(edition()))
