"""Doubts and answers: what the claim is attacked for, the numbers that each doubt moves, and how to challenge it."""

from html import escape

import streamlit as st

from geo.figures.doubts import doubted, longer_than_fastest
from geo.words import caveats, estimate, evidence
from geo.words.challenge import HEADING, NOBODY_TO_ASK, NOTHING_IS_SENT, challenge
from geo.words.claim import bases, headline
from geo.words.doubts import INTRODUCTION, Doubt, doubts
from geo.words.intervals import covers
from pages.doubts.charts import mean_errors_key, mean_errors_spec
from pages.method.tables import prose_html, rows_html
from pages.shared import parts
from pages.shared.data import edition, place_of, profile
from pages.shared.headings import HEADINGS
from pages.shared.map_widget.widget import theme_palette
from pages.shared.operator import operator
from pages.shared.tables_html import table_html
from pages.shared.view_state import address, current_view, link_query

SECTIONS = {
    "range": "What the interval leaves out", "could": "What can be done, and what was done",
    "unmatched": "Set against Ofcom’s percentages", "validation": "How far out the estimate of lines is",
    "change": "What would change the answer", "challenge": HEADING,
}


def method_link(anchor: str, words: str) -> str:
    """Link to a part of the page Method and data."""
    return f'<a href="{escape(address("method", link_query(view, edition().id)))}#{anchor}" target="_self">{words}</a>'


def doubt_html(doubt: Doubt) -> str:
    """Set a doubt's numbers beside its answer, with what they rest on."""
    numbers = "".join(f"<div><dt>{escape(number.label)}</dt><dd>{escape(number.value)}</dd></div>"
                      for number in doubt.numbers)
    more = f" {method_link(doubt.method, 'How it is counted')}" if doubt.method else ""
    rests = f'<p class="small">{parts.marks_html(doubt.basis)} {escape(doubt.sources)}.{more}</p>'
    return (f'<div class="doubt"><dl>{numbers}</dl><div>{prose_html(doubt.answer)}{rests}</div></div>'
            ).replace(" %", "\u00a0%")


def validation() -> None:
    """Show the test of the estimate as a chart, and the same as a table."""
    table = estimate.mean_errors(served.manifest)
    if table.empty:
        st.write(estimate.MEASURED if served.broadband_basis == "measured" else estimate.NOT_TESTED)
        return
    said = estimate.mean_errors_in_words(served.manifest)
    st.html(prose_html(estimate.validation_sentences(served.manifest, served.region)[:2]) + mean_errors_key(table))
    st.vega_lite_chart(spec=mean_errors_spec(theme_palette()), key="mean_errors_chart", alt=said)
    st.html(parts.paragraph_html(estimate.MEAN_ERRORS_SCALE)
            + rows_html(estimate.MEAN_ERRORS, estimate.MEAN_ERRORS_HEADER, estimate.mean_error_rows(served.manifest))
            + parts.paragraph_html(parts.Html(method_link("test", "The whole test"))))


def offer_challenge() -> None:
    """Offer a message that is filled in already, to whoever the operator names."""
    here = address(st.context.url or "doubts", {**view.to_query(), "edition": served.id})
    message, asked = challenge(shown.answer, here), operator()
    if asked.contact:
        to = escape(asked.write(message.subject, message.text))
        words = escape(f"Write to {asked.name or asked.contact}")
        st.html(f'<p class="prose"><a href="{to}" target="_blank" rel="noopener">{words}</a></p>'
                + parts.paragraph_html(NOTHING_IS_SENT))
    else:
        parts.small(NOBODY_TO_ASK)
    st.html(f'<pre class="message">{escape(message.subject)}\n\n{escape(message.text)}</pre>')


view, served = current_view(), edition()
shown = profile(view)
moved = doubted(served, view, place_of(view))
put = doubts(served, shown.answer, moved, longer_than_fastest(shown.stations))
parts.page_heading(
    HEADINGS["doubts"](view), parts.claim_html(headline(shown.answer)),
    parts.paragraph_html(INTRODUCTION, kind="prose"), parts.paragraph_html(covers(served)),
    parts.badges_html(bases(shown.answer)))
jumps = ({doubt.key: doubt.name for doubt in put} | SECTIONS).items()
st.html(parts.list_html((f'<a href="#{anchor}">{escape(title)}</a>' for anchor, title in jumps), "links",
                        "On this page"))
for number, doubt in enumerate(put, 1):
    st.header(f"{number}. {doubt.doubt}", anchor=doubt.key)
    st.html(doubt_html(doubt))

st.header(SECTIONS["range"], anchor="range")
st.html(prose_html(caveats.left_out(shown.answer, moved, served.manifest)))
st.header(SECTIONS["could"], anchor="could")
st.html(prose_html((*caveats.could_and_did(served, shown.answer),
                    *evidence.census_day_sentences(served.manifest, served.region)))
        + rows_html(evidence.did_caption(served.region), evidence.DID_HEADER, evidence.did_rows(served.manifest)))
st.header(SECTIONS["unmatched"], anchor="unmatched")
st.html(prose_html([caveats.unmatched(shown.answer, moved)]))
st.header(SECTIONS["validation"], anchor="validation")
validation()
st.header(SECTIONS["change"], anchor="change")
st.html(table_html("Data that would change the number of people in the gap, and which way", ["Data", "Which way"],
                   caveats.changes(served.facts()), numbers=False, layout="stack"))
st.header(SECTIONS["challenge"], anchor="challenge")
offer_challenge()
