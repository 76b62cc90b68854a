"""Method and data: how the figures are made, what they are made from, how sure they are, and how not to use them."""

import streamlit as st

from geo.edition.lacks import lacks
from geo.figures.workers import capability_table
from geo.sources.licences import credit_sentences
from geo.words import estimate, evidence, likeness, method
from geo.words.claim import bases, sentence_case
from geo.words.definitions import glossary
from pages.method.tables import (
    capability_html,
    missing_html,
    not_here_html,
    prose_html,
    rows_html,
    sources_html,
    validation_html,
)
from pages.shared.data import edition, summary
from pages.shared.folded import folded, open_what_a_link_names
from pages.shared.headings import HEADINGS
from pages.shared.parts import badges_html, doubts_link, list_html, page_heading, terms_html
from pages.shared.tables_html import table_html
from pages.shared.view_state import current_view

_MISUSE = "How not to use the figures"

view, served = current_view(), edition()
introduction, *chapters = method.method_sections()
page_heading(HEADINGS["method"](view), badges_html(bases(summary(view))))
st.html(list_html([doubts_link(view)], "links"))

st.header("How it is counted", anchor="method")
st.markdown(introduction.text)
for chapter in chapters:
    if chapter.title != _MISUSE:
        with folded(chapter.anchor, chapter.title):
            st.markdown(chapter.text)

st.header(_MISUSE, anchor="misuse")
st.markdown(next(chapter.text for chapter in chapters if chapter.title == _MISUSE))

st.header("What it rests on, and how good that is", anchor="grounds")
with folded("work", "Jobs that can be done from home"):
    st.html(capability_html(capability_table(served)) + prose_html(method.national_sentences())
            + prose_html(evidence.census_day_sentences(served.manifest, served.region))
            + rows_html(evidence.did_caption(served.region), evidence.DID_HEADER, evidence.did_rows(served.manifest)))
with folded("homes", "Homes, not offices"):
    st.html(prose_html(evidence.homes_sentences(served.manifest))
            + rows_html(evidence.HOMES_CAPTION, evidence.HOMES_HEADER, evidence.homes_rows(served.manifest)))
with folded("alike", "Which places are most like one?"):
    st.html(prose_html([likeness.MEANING]) + table_html(
        likeness.examples_caption(served), likeness.EXAMPLES_HEADER, likeness.examples(served), numbers=False))
with folded("together", "Do such jobs go with poor lines?"):
    st.html(prose_html(evidence.independence_sentences(served.manifest)))
with folded("test", "How good is the estimate of broadband?"):
    if served.broadband_basis == "measured":
        st.markdown(estimate.MEASURED)
    else:
        said = [*estimate.validation_sentences(served.manifest, served.region),
                f"{sentence_case(method.BY_ONE_COMMAND)}."]
        st.html(prose_html(said)
                + rows_html(estimate.GAINS, estimate.GAINS_HEADER, estimate.gains(served.manifest))
                + validation_html(estimate.validation_table(served.manifest)))

st.header("The data", anchor="data")
with folded("edition", "The edition"):
    st.html(table_html("The edition being served", ["Fact", "Value"], method.edition_facts(served), numbers=False)
            + missing_html(method.missing_table(served.manifest)) + not_here_html(lacks(served)))
with folded("sources", "Sources"):
    st.html(sources_html(method.sources_table(served.manifest)))
with folded("glossary", "Glossary"):
    st.html(terms_html((entry.term, entry.meaning) for entry in glossary(served.region)))
with folded("credits", "Attributions"):
    st.html(prose_html(credit_sentences(served.manifest["sources"])))
open_what_a_link_names()
