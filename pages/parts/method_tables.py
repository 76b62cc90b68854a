"""The tables of the Method and data page, drawn from what `geo.documentation` says."""

from collections.abc import Iterable, Sequence
from html import escape

import pandas as pd

from geo.core.rounding import percent
from geo.vocabulary import WORK
from geo.words.definitions import Term
from pages.parts.place_tables import table_html

__all__ = ["capability_html", "facts_html", "glossary_html", "missing_html", "paragraphs_html", "sources_html",
           "validation_html"]


def paragraphs_html(sentences: Iterable[str]) -> str:
    """Set plain text as paragraphs."""
    return "".join(f'<p class="prose">{escape(sentence)}</p>' for sentence in sentences)


def facts_html(facts: Sequence[tuple[str, str]]) -> str:
    """Draw facts of the edition."""
    return table_html("The edition being served", ["Fact", "Value"],
                      [[escape(label), escape(value)] for label, value in facts], words=(0, 1))


def sources_html(sources: pd.DataFrame) -> str:
    """List the files read."""
    items = "".join(
        f"<li><strong>{escape(row['title'])}</strong><br>{escape(row['publisher'])} · {escape(row['vintage'])} · "
        f"{escape(row['licence'])}<br>"
        f'<a href="{escape(row["address"])}" rel="noreferrer">{escape(row["address"])}</a><br>'
        f"File {escape(row['file'])}, {row['rows']:,} rows used, SHA-256 <code>{escape(row['sha256'])}</code></li>"
        for row in sources.to_dict("records"))
    return f'<ul class="sources">{items}</ul>'


def missing_html(missing: pd.DataFrame) -> str:
    """Say what the edition was made without, and what that costs."""
    if missing.empty:
        return paragraphs_html(["Nothing is missing: every source in the table of sources was read."])
    rows = [[escape(row["title"]), escape(row["without_it"])] for row in missing.to_dict("records")]
    return table_html("Sources that were not at hand", ["Source", "What its absence costs"], rows, words=(0, 1))


def validation_html(validation: pd.DataFrame) -> str:
    """Draw the test of the estimate of broadband."""
    header = ["Premises", "Mean error, estimate", "evenly", "Nine in ten within, estimate", "evenly",
              "In the wrong constituency, estimate", "evenly"]
    rows = [[escape(str(speed)), *(f"{row[kind]:.2f}" for kind in ("model_mean", "even_mean", "model_p90", "even_p90")),
             *(percent(row[kind]) for kind in ("model_misplaced", "even_misplaced"))]
            for speed, row in validation.iterrows()]
    return table_html(
        "Error of the estimate against Ofcom's counts by constituency, in percentage points of premises, beside "
        "that of spreading each authority's count evenly; and the share of premises below the speed that are put into "
        "a wrong constituency", header, rows)


def capability_html(table: pd.DataFrame) -> str:
    """Draw the shares of occupations whose job can be done from home."""
    rows = [[f"{group} {escape(row['name'])}", *(percent(row[work]) for work in WORK)]
            for group, row in table.iterrows()]
    return table_html("Share of each occupation group (SOC 2020) whose job can be done from home",
                      ["Occupation", *(choice.label for choice in WORK.values())], rows)


def glossary_html(terms: Iterable[Term]) -> str:
    """Draw the glossary."""
    entries = "".join(f"<dt>{escape(entry.term)}</dt><dd>{escape(entry.meaning)}</dd>" for entry in terms)
    return f'<dl class="glossary">{entries}</dl>'
