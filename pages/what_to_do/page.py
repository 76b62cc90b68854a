"""What to do: what would halve the gap of a place, and where to begin."""

from geo.words.claim import bases
from geo.words.intervals import covers
from geo.words.priorities import what_would_halve
from pages.shared.data import edition, place_of, profile, summary
from pages.shared.headings import HEADINGS
from pages.shared.parts import badges_html, claim_html, page_heading, small
from pages.shared.view_state import current_view
from pages.what_to_do.where_first import show_where_first

view = current_view()
basis = edition().broadband_basis
page_heading(HEADINGS["what_to_do"](view),
             claim_html(what_would_halve(place_of(view), view, profile(view).halving)),
             badges_html({basis: bases(summary(view))[basis]}))
show_where_first(view)
small(covers(edition()))
