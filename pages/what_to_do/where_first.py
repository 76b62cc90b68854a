"""Where first: the neighbourhoods to upgrade first on the reader's terms, as a map, a curve, a list and files."""

from functools import partial

import streamlit as st

from geo.core.errors import ViewError
from geo.core.priority_terms import terms_of
from geo.core.view import UPGRADED_AT_MOST, View
from geo.figures.priorities import Priorities
from geo.words import priorities as words
from geo.words.claim import sentence_case
from geo.words.planned import left_out
from pages.shared.data import edition, place_of
from pages.shared.map_widget.widget import theme_palette
from pages.shared.parts import downloads, list_html, meaning_html, notice, paragraph_html, place_link, small
from pages.shared.view_state import set_view
from pages.what_to_do.charts import curve_spec
from pages.what_to_do.data import asked_of, list_csv, list_xlsx, listed
from pages.what_to_do.map import show_list_map
from pages.what_to_do.tables import authorities_html, curve_html, listed_html
from pages.what_to_do.terms import FLOOR, choose_terms

FEW, MANY = 12, 400
"""Neighbourhoods that are listed at first, and at most: a longer list is in the files."""


def show_where_first(view: View) -> None:
    """Show the part."""
    st.header(words.HEADING)
    left, right = st.columns([1.3, 1], gap="medium")     # on a phone the map comes first
    with right:
        view = choose_terms(view)
        asked = asked_of(view)
        found = listed(asked)
        _say(asked, found)
    with left:
        show_list_map(asked)
    if isinstance(found, Priorities) and len(found.table):
        _show_list(view, asked, found)


def _say(asked: View, found: Priorities | ViewError) -> None:
    """Say what the list takes and how it was chosen, or why there is none."""
    if isinstance(found, ViewError):
        notice(f"{sentence_case(str(found))}.")
        return
    here, terms = place_of(asked), terms_of(asked)
    why = words.why_none(here, asked, terms, found, smaller=f"a smaller number at ‘{FLOOR}’")
    if why:
        notice(f"{sentence_case(why)}.")
        if terms.least > 1 and (found.candidates.empty or not found.reached):
            st.button("Take smaller neighbourhoods too", key="first_smaller", on_click=_take_smaller)
    if len(found.table):
        st.html(paragraph_html(words.what_it_takes(here, asked, found), kind="plain"))
        small(words.how_chosen(terms, found), words.capped(edition(), here, terms, found),
              left_out(edition(), asked.speed))
        st.html(meaning_html(words.WHY_TWO, words.MEANING, words.TWO_ORDERS))


def _take_smaller() -> None:
    """Let every neighbourhood with anything to upgrade be on the list."""
    st.session_state["least"] = 1
    set_view(least=1)


def _show_list(view: View, asked: View, found: Priorities) -> None:
    """Show the curve, the authorities and the list, and offer the list as files."""
    st.vega_lite_chart(
        spec=curve_spec(asked, theme_palette()), width="stretch", key="curve",
        alt="People who leave the gap, by homes and businesses upgraded, with the worst and the best case; the table "
            "below has the same figures.")
    small(words.CURVE)
    st.html(meaning_html("The curve as a table", curve_html(found)))
    everything = len(found.table) > FEW and st.toggle(
        f"Show {'all' if len(found.table) <= MANY else 'the first'} {min(len(found.table), MANY):,} neighbourhoods",
        key="first_everything")
    st.html(listed_html(view, found, MANY if everything else FEW))
    downloads("the list", "first", ("swathe", "where-first", asked.place), partial(list_csv, asked, found),
              partial(list_xlsx, asked, found))
    authorities = found.table["authority"].nunique()
    if authorities > 1:
        table = authorities_html(view, asked)
        st.html(meaning_html(f"By authority: {authorities}", table) if authorities > FEW else table)
    links = [place_link(view.replace(first=asked.first), asked.place, "Take this list into an evidence pack",
                        "evidence")]
    if len(found.table) <= UPGRADED_AT_MOST:
        tried = view.replace(first="", upgrade="+".join(found.table.index), to="")
        links.append(place_link(tried, asked.place, "See who gains if all of these are upgraded", "what_to_do"))
    st.html(list_html(links, "links"))
