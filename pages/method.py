"""Method and data: how the figures are made, what they are made from, how sure they are, and how not to use them."""

import streamlit as st

from geo.documentation import (
    edition_facts,
    method_sections,
    missing_table,
    national_sentences,
    sources_table,
    validation_sentences,
    validation_table,
)
from geo.figures.occupations import capability_table
from geo.sources.catalogue import read_attributions
from geo.words.claim import bases
from geo.words.definitions import glossary
from pages.parts.data import edition, summary
from pages.parts.furniture import badges_html
from pages.parts.method_tables import (
    capability_html,
    facts_html,
    glossary_html,
    missing_html,
    paragraphs_html,
    sources_html,
    validation_html,
)
from pages.parts.state import current_view

CONTENTS = {
    "method": "How it is counted", "misuse": "How not to use the figures", "work": "Jobs that can be done from home",
    "test": "How good is the estimate of broadband?", "edition": "The edition", "sources": "Sources",
    "glossary": "Glossary", "credits": "Attributions",
}
LAST = "How not to use the figures"

served = edition()
introduction, *chapters = method_sections()
st.html('<div class="opening"><h1>Method and data</h1>'
        f"{badges_html(bases(summary(current_view())))}</div>")
st.html('<nav aria-label="On this page"><ul class="links">'
        + "".join(f'<li><a href="#{anchor}">{title}</a></li>' for anchor, title in CONTENTS.items()) + "</ul></nav>")

st.header(CONTENTS["method"], anchor="method")
st.markdown(introduction.text)
for chapter in chapters:
    if chapter.title != LAST:
        st.subheader(chapter.title)
        st.markdown(chapter.text)
for chapter in chapters:
    if chapter.title == LAST:
        st.header(LAST, anchor="misuse")
        st.markdown(chapter.text)

st.header(CONTENTS["work"], anchor="work")
st.html(capability_html(capability_table(served)) + paragraphs_html(national_sentences()))

st.header(CONTENTS["test"], anchor="test")
if served.broadband_basis == "measured":
    st.markdown("Broadband is measured in this edition: there is no estimate to test.")
else:
    st.html(paragraphs_html(validation_sentences(served.manifest)) + validation_html(validation_table(served.manifest)))

st.header(CONTENTS["edition"], anchor="edition")
st.html(facts_html(edition_facts(served)) + missing_html(missing_table(served.manifest)))

st.header(CONTENTS["sources"], anchor="sources")
st.html(sources_html(sources_table(served.manifest)))

st.header(CONTENTS["glossary"], anchor="glossary")
st.html(glossary_html(glossary()))

st.header(CONTENTS["credits"], anchor="credits")
st.html(paragraphs_html(read_attributions().values()))
