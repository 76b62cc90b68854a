"""The tables of the Method and data page, drawn from what `geo.words.method` says."""

from collections.abc import Iterable, Sequence
from html import escape

import pandas as pd

from geo.core.choices import WORK
from geo.core.rounding import percent
from geo.words.editions import not_here_rows
from pages.shared.parts import list_html, paragraph_html
from pages.shared.tables_html import table_html


def prose_html(sentences: Iterable[str]) -> str:
    """Set plain text as paragraphs."""
    return "".join(paragraph_html(sentence, kind="prose") for sentence in sentences)


def rows_html(caption: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Draw a table; nothing where it has no rows."""
    return table_html(caption, header, rows) if rows else ""


def sources_html(sources: pd.DataFrame) -> str:
    """List the files read."""
    return list_html((
        f"<strong>{escape(row['title'])}</strong><br>{escape(row['publisher'])} · {escape(row['vintage'])} · "
        f"{escape(row['licence'])}<br>"
        f'<a href="{escape(row["address"])}" rel="noreferrer">{escape(row["address"])}</a><br>'
        f"File {escape(row['file'])}, {row['rows']:,} rows used, SHA-256 <code>{escape(row['sha256'])}</code>"
        for row in sources.to_dict("records")), "sources")


def missing_html(missing: pd.DataFrame) -> str:
    """Say what the edition was made without, and what that costs."""
    if missing.empty:
        return prose_html(["No source was missing when it was built."])
    return table_html("Sources that were not at hand", ["Source", "What its absence costs"],
                      missing[["title", "without_it"]].to_numpy().tolist(), numbers=False)


def not_here_html(keys: Iterable[str]) -> str:
    """Say what is not in the edition, for whatever reason, and what that costs."""
    rows = [list(row) for row in not_here_rows(keys)]
    return table_html("Not in this edition", ["What", "What that costs"], rows, numbers=False) if rows else ""


def validation_html(validation: pd.DataFrame) -> str:
    """Draw the test of the estimate of broadband."""
    header = ["Premises", "Mean error, estimate", "evenly", "Nine in ten within, estimate", "evenly",
              "In the wrong constituency, estimate", "evenly"]
    rows = [[str(speed), *(f"{row[kind]:.2f}" for kind in ("model_mean", "even_mean", "model_p90", "even_p90")),
             *(percent(row[kind]) for kind in ("model_misplaced", "even_misplaced"))]
            for speed, row in validation.iterrows()]
    return table_html(
        "Error of the estimate against Ofcom's counts by constituency, in percentage points of premises, beside "
        "that of spreading each authority's count evenly; and the share of premises below the speed that are put into "
        "a wrong constituency", header, rows)


def capability_html(table: pd.DataFrame) -> str:
    """Draw the shares of occupations whose job can be done from home."""
    rows = [[f"{group} {row['name']}", *(percent(row[work]) for work in WORK)] for group, row in table.iterrows()]
    return table_html("Share of each occupation group (SOC 2020) whose job can be done from home",
                      ["Occupation", *(choice.label for choice in WORK.values())], rows)
