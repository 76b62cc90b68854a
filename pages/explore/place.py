"""The figures of the place chosen on the Explore page, beside the map, and its context."""

from html import escape

import streamlit as st

from geo.core.view import View
from geo.figures.aggregate import place_context
from geo.words.claim import bases, cards, kind_label, sentence_case
from geo.words.context import context_rows, lies_in
from geo.words.notes import BASIS_NOTES, notes_in_words
from pages.shared.data import edition, place_of, summary
from pages.shared.parts import Html, marks_html, paragraph_html, place_link, small
from pages.shared.tables_html import table_html


def show_place(view: View) -> None:
    """Show the four figures of the view's place, and the way to all the rest."""
    here, answer = place_of(view), summary(view)
    rows = [[(figure.label, marks_html(figure.basis)),
             (Html(f"<strong>{escape(figure.value)}</strong>"), *figure.notes)] for figure in cards(answer)]
    sure = "".join(paragraph_html(marks_html([basis]), text) for basis, text in bases(answer).items())
    what = f"{sentence_case(kind_label(here.kind))}{lies_in(edition(), here)} · {here.code}"
    what += " · neighbour, not in the totals" if here.neighbour else ""
    all_figures = place_link(view, here.code, f"All figures of {here.name}")
    st.html(f'<div class="picked"><h2>{escape(here.name)}</h2>{paragraph_html(what)}'
            f'{paragraph_html(all_figures, kind="more")}'
            f'{table_html(f"Figures of {here.name}", (), rows, numbers=False)}{sure}</div>')
    if view.place != view.region:
        for note in notes_in_words(answer, without=BASIS_NOTES):     # those are said by the marks above
            small(note)


def show_context(view: View) -> None:
    """Show what publishers say of the view's place besides, each with its source and vintage."""
    context = place_context(edition(), view.place)
    rows = [[(row.label, row.source), row.value] for row in context_rows(edition(), context)]
    heading = f"Context for {place_of(view).name}"
    st.html(f'<div class="picked"><h2>{escape(heading)}</h2>{table_html(heading, (), rows, numbers=False)}</div>')
