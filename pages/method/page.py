"""Method and data: how the figures are made, what they are made from, how sure they are, and how not to use them."""

import streamlit as st

from geo.figures.workers import capability_table
from geo.sources.licences import credit_sentences
from geo.words import estimate, evidence, method
from geo.words.claim import bases
from geo.words.definitions import glossary
from pages.method.tables import capability_html, missing_html, prose_html, rows_html, sources_html, validation_html
from pages.shared.data import edition, summary
from pages.shared.parts import badges_html, doubts_link, list_html, page_heading, terms_html
from pages.shared.tables_html import table_html
from pages.shared.view_state import current_view

CONTENTS = {
    "method": "How it is counted", "misuse": "How not to use the figures", "work": "Jobs that can be done from home",
    "homes": "Homes, not offices", "together": "Do such jobs go with poor lines?",
    "test": "How good is the estimate of broadband?", "edition": "The edition", "sources": "Sources",
    "glossary": "Glossary", "credits": "Attributions",
}

served = edition()
introduction, *chapters = method.method_sections()
page_heading("Method and data", badges_html(bases(summary(current_view()))))
jumps = (f'<a href="#{anchor}">{title}</a>' for anchor, title in CONTENTS.items())
links = list_html((*jumps, doubts_link(current_view())), "links")
st.html(f'<nav aria-label="On this page">{links}</nav>')


def section(anchor: str) -> None:
    """Head a part of the page."""
    st.header(CONTENTS[anchor], anchor=anchor)


section("method")
st.markdown(introduction.text)
for chapter in chapters:
    if chapter.title != CONTENTS["misuse"]:
        st.subheader(chapter.title)
        st.markdown(chapter.text)
section("misuse")
st.markdown(next(chapter.text for chapter in chapters if chapter.title == CONTENTS["misuse"]))

section("work")
st.html(capability_html(capability_table(served)) + prose_html(method.national_sentences())
        + prose_html(evidence.census_day_sentences(served.manifest))
        + rows_html(evidence.DID_CAPTION, evidence.DID_HEADER, evidence.did_rows(served.manifest)))

section("homes")
st.html(prose_html(evidence.homes_sentences(served.manifest))
        + rows_html(evidence.HOMES_CAPTION, evidence.HOMES_HEADER, evidence.homes_rows(served.manifest)))

section("together")
st.html(prose_html(evidence.independence_sentences(served.manifest)))

section("test")
if served.broadband_basis == "measured":
    st.markdown("Broadband is measured in this edition: there is no estimate to test.")
else:
    st.html(prose_html(estimate.validation_sentences(served.manifest))
            + rows_html(estimate.GAINS, estimate.GAINS_HEADER, estimate.gains(served.manifest))
            + validation_html(estimate.validation_table(served.manifest)))

section("edition")
st.html(table_html("The edition being served", ["Fact", "Value"], method.edition_facts(served), numbers=False)
        + missing_html(method.missing_table(served.manifest)))

section("sources")
st.html(sources_html(method.sources_table(served.manifest)))

section("glossary")
st.html(terms_html((entry.term, entry.meaning) for entry in glossary()))

section("credits")
st.html(prose_html(credit_sentences(served.manifest["sources"])))
