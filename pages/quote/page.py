"""Check a quote: each place, number and rank of a text that was pasted, set against the edition."""

import streamlit as st

from geo.quote.check import LONGEST, check
from geo.words import quote
from geo.words.intervals import covers
from pages.quote.marked import findings_html, marked_html
from pages.shared import parts
from pages.shared.data import edition, figure_options
from pages.shared.headings import HEADINGS
from pages.shared.tables_html import table_html
from pages.shared.view_state import current_view

view, served = current_view(), edition()
example = next(iter(served.names("authority").reindex(served.region.alike).dropna()), served.region.example[1])
parts.page_heading(HEADINGS["quote"](view), parts.paragraph_html(quote.INTRODUCTION, kind="prose"),
                   parts.paragraph_html(quote.NOTHING_IS_KEPT))
# A form: it is read when it is sent, not at every pause of whoever types.
with st.form("quote_form", border=False):
    typed = st.text_area("The text to check", key="quoted_text", max_chars=LONGEST, height=200,
                         placeholder=f"In {example}, 13.1 per cent of premises cannot get superfast broadband.")
    st.form_submit_button("Check the text")
text = (typed or "")[:LONGEST]     # whoever writes to the server without the page is not held by the page's limit
if text.strip():
    checked = check(served, figure_options(view), text)
    st.header("What was found")
    st.html(f'<p class="found" role="status">{parts.as_html(quote.summary(checked))}</p>{marked_html(checked)}')
    if checked.findings:
        st.html(findings_html(served, checked))
parts.small(covers(served))
with st.expander(quote.HOW_CHECKED):
    st.html(table_html(quote.HOW_CHECKED, quote.TOLERANCES_HEADER, quote.tolerance_rows(), numbers=False,
                       layout="stack"))
