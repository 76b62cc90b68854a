"""A text with marks, and what was found of each number, as HTML; the text is the reader's and is escaped."""

from html import escape

from geo.edition.store import Edition
from geo.quote.check import Checked
from geo.words.quote import FOUND_HEADER, finding_link, finding_words, mark_words
from pages.shared.parts import Html
from pages.shared.tables_html import Cell, table_html
from pages.shared.view_state import embedded

_SIGNS = {"holds": "✓", "elsewhere": "↗", "not so": "✗", "not ours": "–"}


def marked_html(checked: Checked) -> str:
    """Draw the text, every number that was checked with its mark and the number of its finding."""
    pieces: list[str] = []
    at = 0
    for number, finding in enumerate(checked.findings, 1):
        kind = finding.mark.replace(" ", "-")
        marked = (f'<mark class="{kind}">{escape(finding.text)}<sup>{number}{_SIGNS[finding.mark]}</sup>'
                  f'<span class="unseen"> ({escape(mark_words(finding))})</span></mark>')
        pieces += [escape(checked.text[at:finding.start]), marked]
        at = finding.end
    return f'<blockquote class="quoted">{"".join(pieces)}{escape(checked.text[at:])}</blockquote>'


def findings_html(edition: Edition, checked: Checked) -> str:
    """List what was found of each number."""
    rows: list[list[Cell]] = []
    for number, finding in enumerate(checked.findings, 1):
        said = finding_words(edition, finding)
        link = finding_link(edition, finding)
        there = f"{link}{'&embed=true' * embedded()}"
        more = Html(f'<a href="{escape(there)}" target="_self">See it<span class="unseen"> ({number})</span></a>')
        rows.append([f"{number}. {finding.text}", f"{_SIGNS[finding.mark]} {mark_words(finding)}",
                     [said, more] if link else said])
    return table_html("", FOUND_HEADER, rows, numbers=False, layout="stack")
