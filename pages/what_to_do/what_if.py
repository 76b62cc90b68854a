"""What if: the reader's own changes of lines and trains, before and after."""

from functools import partial

import streamlit as st

from geo.core.errors import SwatheError
from geo.core.view import View
from geo.figures.what_if import Outcome
from geo.words import what_if as words
from geo.words.claim import bases, sentence_case
from pages.shared.data import edition, place_of, summary
from pages.shared.parts import (
    badges_html,
    claim_html,
    downloads,
    list_html,
    meaning_html,
    notice,
    paragraph_html,
    place_link,
    small,
)
from pages.shared.tables_html import table_html
from pages.what_to_do.changes import choose_changes
from pages.what_to_do.outcome import changes_csv, changes_of, changes_xlsx, gains, line_or_train, outcome_of
from pages.what_to_do.outcome_map import show_outcome_map


def show_what_if(view: View) -> None:
    """Show the part."""
    st.header(words.HEADING)
    left, right = st.columns([1.3, 1], gap="medium")
    with right:
        choose_changes(view)
    asked = changes_of(view)
    found = outcome_of(asked)
    with left:
        _show(view, asked, found)
    _show_line_or_train(view)


def _show(view: View, asked: View, found: Outcome | SwatheError) -> None:
    if isinstance(found, SwatheError):
        notice(f"{sentence_case(str(found))}.")
        return
    if found.terms.changes_nothing:
        st.html(paragraph_html(words.NOTHING_ASKED, kind="plain"))
        st.html(meaning_html(words.WHAT_IT_MEANS, words.MEANING))
        return
    st.html(claim_html(words.what_it_does(edition(), asked, found)))
    if found.terms.changes_rail:     # what lines rest on stands below the heading of the page
        st.html(badges_html({edition().rail_basis: bases(found.after)[edition().rail_basis]}))
    small(*words.beside_the_change(asked, found))
    show_outcome_map(asked, found)
    st.html(table_html(words.GAINS, words.GAINS_HEADER, words.gains_rows(gains(asked)), layout="blocks"))
    downloads("the difference", "what_if", ("swathe", "what-if", asked.place), partial(changes_csv, asked, found),
              partial(changes_xlsx, asked, found))
    st.html(list_html([place_link(view, asked.place, "Take this into an evidence pack", "evidence")], "links"))
    st.html(meaning_html(words.WHAT_IT_MEANS, words.MEANING))


def _show_line_or_train(view: View) -> None:
    """Show what quicker trains are worth in lines, when it is asked for: three timetables are worked out."""
    st.subheader(words.LINE_OR_TRAIN)
    if not st.toggle("Work out what 10, 20 and 30 minutes off are worth", key="line_or_train"):
        return
    try:
        found = line_or_train(view)
    except SwatheError as error:
        notice(f"{sentence_case(str(error))}.")
        return
    st.html(badges_html({edition().rail_basis: bases(summary(view))[edition().rail_basis]}))
    st.html(table_html(words.line_or_train_words(place_of(view), view, found), words.LINE_OR_TRAIN_HEADER,
                       words.line_or_train_rows(found), layout="blocks"))
