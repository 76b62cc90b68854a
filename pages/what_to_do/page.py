"""What to do: what would halve the gap of a place, and where to begin."""

import streamlit as st

from geo.words import priorities, what_if
from geo.words.claim import bases
from geo.words.intervals import covers
from geo.words.priorities import what_would_halve
from pages.shared.data import edition, place_of, profile, summary
from pages.shared.headings import HEADINGS
from pages.shared.parts import badges_html, claim_html, page_heading, small
from pages.shared.view_state import current_view, first_view, part_of
from pages.what_to_do.what_if import show_what_if
from pages.what_to_do.where_first import show_where_first

PARTS = {"first": show_where_first, "what_if": show_what_if}
HEADING_OF = {"first": priorities.HEADING, "what_if": what_if.HEADING}

view = current_view()
basis = edition().broadband_basis
page_heading(HEADINGS["what_to_do"](view),
             claim_html(what_would_halve(place_of(view), view, profile(view).halving)),
             badges_html({basis: bases(summary(view))[basis]}))
PARTS[st.segmented_control(
    "Show", list(PARTS), default=part_of(first_view()), key="part", format_func=HEADING_OF.__getitem__, required=True,
    label_visibility="collapsed") or part_of(view)](view)
small(covers(edition()))
