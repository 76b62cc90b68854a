"""Parts of every page: headings, claims, cards, marks, links, small print, and formats of columns."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from geo.core.measures import BASES
from geo.core.view import View
from geo.edition.store import Edition
from geo.pack.spreadsheets import CSV_TYPE, XLSX_TYPE, file_name
from geo.sources.licences import credit_sentences
from geo.words.claim import Card
from pages.shared.data import edition
from pages.shared.view_state import address, current_view, link_query

_STATIC = Path(__file__).parents[2] / "static"
_HTML, _CSS, _JS = ((_STATIC / f"copy_link.{part}").read_text(encoding="utf-8") for part in ("html", "css", "js"))
_COPY = st.components.v2.component("swathe_link", html=_HTML, css=_CSS, js=_JS)


class Html(str):
    """Text that is HTML already; any other is escaped where it is shown."""

    __slots__ = ()


def as_html(text: str) -> str:
    """Escape a text, unless it is HTML."""
    return text if isinstance(text, Html) else escape(text)


def paragraph_html(*pieces: str, kind: str = "small") -> str:
    """Set a paragraph: small, in full contrast, by default."""
    said = " ".join(as_html(piece) for piece in pieces).replace(" %", "\u00a0%")
    return f'<p class="{kind}">{said}</p>'


def small(*pieces: str) -> None:
    """Say something small."""
    st.html(paragraph_html(*pieces))


def notice(text: str) -> None:
    """Tell the reader something about this run."""
    st.html(f'<div class="notice" role="status">{escape(text)}</div>')


def page_heading(title: str, *below: str) -> None:
    """Head a page; what stands below is HTML."""
    st.html(f'<div class="opening"><h1>{escape(title)}</h1>{"".join(below)}</div>')


def marks_html(basis: Iterable[str]) -> Html:
    """Mark what a figure rests on: a mark for each basis, a publisher's words small."""
    return Html("".join(f'<span class="basis {escape(name)}">{escape(BASES[name].mark)}</span>' if name in BASES
                        else f"<small>{escape(name)}</small>" for name in basis))


def badges_html(meanings: Mapping[str, str]) -> str:
    """Explain what figures rest on: marks with their meaning."""
    return list_html((f"{marks_html([basis])} {escape(text)}" for basis, text in meanings.items()), "bases")


def list_html(items: Iterable[str], kind: str, label: str = "") -> str:
    """List pieces of HTML."""
    named = f' aria-label="{escape(label)}"' if label else ""
    return f'<ul class="{kind}"{named}>{"".join(f"<li>{item}</li>" for item in items)}</ul>'


def terms_html(meanings: Iterable[tuple[str, str]]) -> str:
    """List words with their meaning."""
    entries = "".join(f"<dt>{escape(word)}</dt><dd>{escape(meaning)}</dd>" for word, meaning in meanings)
    return f'<dl class="glossary">{entries}</dl>'


def beside_html(heading: str, items: Iterable[tuple[str, str, Iterable[str]]], more: str = "") -> str:
    """Draw a compact panel: a heading, short headings each with a sentence or two and their bases; and HTML below."""
    entries = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(text)} {marks_html(basis)}</dd></div>"
                      for name, text, basis in items)
    return (f'<section class="besides" aria-label="{escape(heading)}"><h2>{escape(heading)}</h2><dl>{entries}</dl>'
            f"{more and f'<p>{more}</p>'}</section>").replace(" %", "\u00a0%")


def claim_html(pieces: Sequence[str]) -> str:
    """Set a claim, every second piece strong."""
    said = (f"<strong>{escape(piece)}</strong>" if index % 2 else escape(piece) for index, piece in enumerate(pieces))
    return f'<p class="claim">{"".join(said)}</p>'


def cards_html(figures: Iterable[Card]) -> str:
    """Draw figures as cards."""
    return f'<div class="cards">{"".join(_card_html(figure) for figure in figures)}</div>'


def _card_html(figure: Card) -> str:
    about, _, number = figure.value.rpartition(" ")
    notes = "".join(f"<p>{escape(note)}</p>" for note in figure.notes)
    return (f'<section class="card"><h2>{escape(figure.label)}</h2>'
            f'<p class="value"><small>{escape(about)}</small> {escape(number)}</p>'
            f"{notes}<div>{marks_html(figure.basis)}</div></section>")


def place_link(view: View, code: str, name: str, page: str = "place") -> Html:
    """Link to a page of another place, everything else as it is."""
    query = link_query(view.replace(place=code, lat=None, lon=None, zoom=None, edition=""), edition().id)
    return Html(f'<a href="{escape(address(page, query))}" target="_self">{escape(name)}</a>')


def doubts_link(view: View) -> Html:
    """Link to what the place's claim is doubted for."""
    return place_link(view, view.place, "Doubts and answers", "doubts")


def column_formats(table: pd.DataFrame, widths: Mapping[str, int] | None = None) -> dict[str, Any]:
    """Format a table's columns: counts with thousands set apart, rates with one decimal."""
    formats: dict[str, Any] = {}
    for name, column in table.items():
        width = (widths or {}).get(str(name))
        if pd.api.types.is_numeric_dtype(column):
            decimals = "%.1f" if pd.api.types.is_float_dtype(column) else None
            written = "localized" if column.dtype == "Int64" else decimals
            formats[str(name)] = st.column_config.NumberColumn(format=written, width=width)
        else:
            formats[str(name)] = st.column_config.TextColumn(width=width)
    return formats


def downloads(what: str, key: str, stem: Sequence[str], csv: Callable[[], bytes], xlsx: Callable[[], bytes]) -> None:
    """Offer a table as files, written when one is asked for."""
    with st.container(horizontal=True):
        for suffix, name, kind, write in ((".csv", "CSV", CSV_TYPE, csv), (".xlsx", "Excel (XLSX)", XLSX_TYPE, xlsx)):
            st.download_button(f"Download {what} as {name}", write, file_name(*stem, suffix=suffix), kind,
                               key=f"{key}{suffix}", on_click="ignore")


def copy_link(served: str) -> None:
    """Offer the link of what is shown, with the edition even where nothing was chosen."""
    _COPY(key="copy_link", data={"edition": served})


def footer(served: Edition, *, sources: bool) -> None:
    """Name the edition, its sources with their vintages, and the publishers as they ask to be named."""
    if sources:
        with st.expander("Where the figures come from"):
            st.html(list_html((escape(f"{source['title']}. {source['publisher']}, {source['vintage']}. "
                                      f"{source['licence']}.") for source in served.manifest["sources"]), "small"))
    credits_ = " ".join(credit_sentences(served.manifest["sources"]))
    st.html(f'<footer class="foot"><p>{escape(credits_)}</p><p>Edition {escape(served.id)}.</p></footer>')
    # An element of its own, because the link changes with the view and the footer does not.
    statement = escape(address("accessibility", link_query(current_view(), served.id)))
    st.html(f'<p class="small"><a href="{statement}" target="_self">Accessibility statement</a></p>')
