"""The figures of the place chosen on the Explore page, beside the map, and its context."""

from html import escape

import streamlit as st

from geo.view import View
from geo.vocabulary import REGION
from geo.words.claim import bases, cards, kind_label, sentence_case
from geo.words.notes import BASIS_NOTES, notes_in_words
from pages.parts.data import edition, place, summary
from pages.parts.explore_words import context_rows, lies_in
from pages.parts.furniture import marks_html, small
from pages.parts.place_tables import link_html

__all__ = ["show_context", "show_place"]


def _table(rows: str) -> str:
    return f'<div class="facts"><table><tbody>{rows}</tbody></table></div>'


def show_place(view: View) -> None:
    """Show the four figures of the view's place, and the way to all the rest."""
    here, answer = place(view.place), summary(view)
    rows = "".join(
        f'<tr><th scope="row">{escape(figure.label)}<small>{marks_html(figure.basis)}</small></th>'
        f"<td><strong>{escape(figure.value)}</strong>"
        f"{''.join(f'<small>{escape(note)}</small>' for note in figure.notes)}</td></tr>"
        for figure in cards(answer))
    sure = "".join(f'<p class="small">{marks_html([basis])} {escape(text)}</p>'
                   for basis, text in bases(answer).items())
    what = f"{sentence_case(kind_label(here.kind))}{lies_in(here)} · {here.code}"
    what += " · neighbour, in no total" if here.neighbour else ""
    st.html(
        f'<div class="picked"><h2>{escape(here.name)}</h2><p class="small">{escape(what)}</p>'
        f'<p class="more">{link_html(view, edition().id, here.code, f"All figures of {here.name}")}</p>'
        f"{_table(rows)}{sure}</div>")
    if view.place != REGION:
        for note in notes_in_words(answer, without=BASIS_NOTES):     # those are said by the marks above
            small(note)


def show_context(view: View) -> None:
    """Show what publishers say of the view's place besides, each with its source and vintage."""
    here = place(view.place)
    rows = "".join(
        f'<tr><th scope="row">{escape(row.label)}<small>{escape(row.source)}</small></th>'
        f"<td>{escape(row.value)}</td></tr>" for row in context_rows(here))
    st.html(f'<div class="picked"><h2>Context for {escape(here.name)}</h2>{_table(rows)}</div>')
