"""Parts of every page: headings, claims, cards, marks, links, small print, and formats of columns."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from geo.core.measures import BASES, FIGURES
from geo.core.view import View
from geo.edition.store import Edition
from geo.pack.spreadsheets import CSV_TYPE, XLSX_TYPE, file_name
from geo.sources.licences import credit_sentences
from geo.words.claim import Card
from geo.words.definitions import definition
from pages.contents import PAGES
from pages.shared.data import carried, edition
from pages.shared.view_state import address, at_place, current_view, link_query

_STATIC = Path(__file__).parents[2] / "static"
_HTML, _CSS, _JS = ((_STATIC / f"copy_link.{part}").read_text(encoding="utf-8") for part in ("html", "css", "js"))
_COPY = st.components.v2.component("swathe_link", html=_HTML, css=_CSS, js=_JS)


_RAIL = "rail-timetable-or-indicative"
_TESTED = {"estimated": ("test", "How good the estimate is"),
           "measured": ("broadband-measured-or-estimated", "How it is counted"),
           "jobs": ("work", "How jobs are counted"),
           "indicative": (_RAIL, "How journeys are counted"), "timetable": (_RAIL, "How journeys are counted"),
           "walk": (_RAIL, "How it is worked out"), "coast": ("places", "How it is worked out")}
_SOURCES = ("sources", "Where it comes from")
"""Part of the method page that says how good a basis is, and what a link to it is called; of all others the sources."""


# Pixels of a table's cell beside its text, and of a letter of the app's font: a little more than names have.
_CELL, _LETTER = 18, 6.4


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
    st.html(f'<div class="notice" role="status">{as_html(text)}</div>')


def page_heading(title: str, *below: str) -> None:
    """Head a page; what stands below is HTML."""
    st.html(f'<div class="opening"><h1>{escape(title)}</h1>{"".join(below)}</div>')


def _tested(basis: str, method: str | None) -> str:
    """Find where it is said how good a basis is, on the page at `method`, by default the reader's own."""
    page = method or address("method", link_query(current_view(), edition().id))
    return f"{escape(page)}#{_TESTED.get(basis, _SOURCES)[0]}"


def marks_html(basis: Iterable[str], method: str | None = None) -> Html:
    """Mark what a figure rests on: a mark for each basis, which leads to how good it is; a publisher's words small."""
    return Html(" ".join(
        f'<a class="basis {escape(name)}" href="{_tested(name, method)}" target="_self">{escape(BASES[name].mark)}</a>'
        if name in BASES else f"<small>{escape(name)}</small>" for name in basis))


def method_html(basis: str, method: str | None = None) -> Html:
    """Link to how good a basis is."""
    return Html(f'<a href="{_tested(basis, method)}" target="_self">{_TESTED.get(basis, _SOURCES)[1]}</a>')


def meaning_html(summary: str, *meaning: str) -> Html:
    """Fold what a word means under it; what is said is HTML or is escaped."""
    said = "".join(f"<p>{as_html(text)}</p>" for text in meaning)
    return Html(f'<details class="meaning"><summary>{as_html(summary)}</summary>{said}</details>')


def badges_html(meanings: Mapping[str, str], method: str | None = None) -> str:
    """Explain what figures rest on: marks with their meaning."""
    return list_html((f"{marks_html([basis], method)} {escape(text)}" for basis, text in meanings.items()), "bases")


def list_html(items: Iterable[str], kind: str, label: str = "") -> str:
    """List pieces of HTML."""
    named = f' aria-label="{escape(label)}"' if label else ""
    return f'<ul class="{kind}"{named}>{"".join(f"<li>{item}</li>" for item in items)}</ul>'


def terms_html(meanings: Iterable[tuple[str, str]]) -> str:
    """List words with their meaning."""
    entries = "".join(f"<dt>{escape(word)}</dt><dd>{escape(meaning)}</dd>" for word, meaning in meanings)
    return f'<dl class="glossary">{entries}</dl>'


def beside_html(
    heading: str, items: Iterable[tuple[str, str, Iterable[str]]], more: str = "", method: str | None = None,
) -> str:
    """Draw a compact panel: a heading, and under it short headings each with a sentence or two; and HTML below."""
    return (f'<section class="besides" aria-label="{escape(heading)}"><h2>{escape(heading)}</h2>'
            f"{beside_list_html(items, more, method)}</section>")


def beside_list_html(
    items: Iterable[tuple[str, str, Iterable[str]]], more: str = "", method: str | None = None,
) -> str:
    """List short headings, each with a sentence or two and their bases; and HTML below."""
    entries = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(text)} {marks_html(basis, method)}</dd></div>"
                      for name, text, basis in items)
    return f"<dl>{entries}</dl>{more and f'<p>{more}</p>'}".replace(" %", "\u00a0%")


def claim_html(pieces: Sequence[str]) -> str:
    """Set a claim, every second piece strong."""
    said = (f"<strong>{escape(piece)}</strong>" if index % 2 else escape(piece) for index, piece in enumerate(pieces))
    return f'<p class="claim">{"".join(said)}</p>'


def cards_html(figures: Iterable[Card], view: View | None = None, method: str | None = None) -> str:
    """Draw figures as cards, each with its definition folded under it."""
    return f'<div class="cards">{"".join(_card_html(figure, view, method) for figure in figures)}</div>'


def _card_html(figure: Card, view: View | None, method: str | None) -> str:
    about, _, number = figure.value.rpartition(" ")
    notes = "".join(f"<p>{escape(note)}</p>" for note in figure.notes)
    measure = FIGURES[figure.key]
    means = Html(f'What it means<span class="unseen">: {escape(figure.label)}</span>')
    meaning = meaning_html(means, f"{definition(measure, view)} {measure.details}".strip())
    return (f'<section class="card"><h2>{escape(figure.label)}</h2>'
            f'<p class="value"><small>{escape(about)}</small> {escape(number)}</p>'
            f'<div class="notes">{notes}</div><div class="marks">{marks_html(figure.basis, method)} {meaning}</div>'
            "</section>").replace(" %", "\u00a0%")


def place_address(view: View, page: str, code: str, beside: str = "") -> str:
    """Write the address of a page of a place, with others beside it where they are named; everything else as it is."""
    return address(page, link_query(at_place(view, code, beside), edition().id))


def place_link(view: View, code: str, name: str, page: str = "place") -> Html:
    """Link to a page of another place, everything else as it is."""
    return Html(f'<a href="{escape(place_address(view, page, code))}" target="_self">{escape(name)}</a>')


def doubts_link(view: View) -> Html:
    """Link to what the place's claim is doubted for."""
    return place_link(view, view.place, "Doubts and answers", "doubts")


def column_formats(table: pd.DataFrame, widths: Mapping[str, int] | None = None) -> dict[str, Any]:
    """Format a table's columns: counts with thousands set apart, rates with one decimal, names never cut off."""
    formats: dict[str, Any] = {}
    for name, column in table.items():
        width = (widths or {}).get(str(name))
        if pd.api.types.is_numeric_dtype(column):
            decimals = "%.1f" if pd.api.types.is_float_dtype(column) else None
            written = "localized" if column.dtype == "Int64" else decimals
            formats[str(name)] = st.column_config.NumberColumn(format=written, width=width)
        else:
            formats[str(name)] = st.column_config.TextColumn(width=width or _text_width(str(name), column))
    return formats


def _text_width(heading: str, texts: pd.Series) -> int:
    """Find what the longest text of a column needs, in pixels: Streamlit would go by the first rows alone."""
    return round(_CELL + _LETTER * max(len(heading), int(texts.astype(str).str.len().max())))


def downloads(what: str, key: str, stem: Sequence[str], csv: Callable[[], bytes], xlsx: Callable[[], bytes]) -> None:
    """Offer a table as files, written when one is asked for."""
    with st.container(horizontal=True):
        for suffix, name, kind, write in ((".csv", "CSV", CSV_TYPE, csv), (".xlsx", "Excel (XLSX)", XLSX_TYPE, xlsx)):
            st.download_button(f"Download {what} as {name}", carried(write), file_name(*stem, suffix=suffix), kind,
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
    st.html(foot_html(served))
    # An element of its own, because the link changes with the view and the footer does not.
    st.html(statement_link(link_query(current_view(), served.id)))


def foot_html(served: Edition) -> str:
    """Name the publishers as they ask to be named, and the edition."""
    credits_ = " ".join(credit_sentences(served.manifest["sources"]))
    return f'<footer class="foot"><p>{escape(credits_)}</p><p>Edition {escape(served.id)}.</p></footer>'


def statement_link(query: Mapping[str, str]) -> str:
    """Link to the pages that are in no navigation: where a quote is checked, and what a public body has to say."""
    links = (f'<a href="{escape(address(page.url_path, query))}" target="_self">{escape(page.title)}</a>'
             for page in PAGES if page.hidden)
    return f'<p class="small">{" · ".join(links)}</p>'
