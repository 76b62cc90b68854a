"""What stands on every page: style, notices, the edition and the attributions that publishers ask for."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import streamlit as st

from geo.core.measures import BASES
from geo.edition import Edition
from geo.sources.catalogue import read_attributions
from geo.view import View
from geo.words.claim import Card

__all__ = [
    "badges_html", "card_html", "claim_html", "copy_link", "edition_banner", "footer", "marks_html", "notice",
    "open_link", "printed_link", "small", "style",
]

_STATIC = Path(__file__).parents[2] / "static"
_HTML, _CSS, _JS = ((_STATIC / f"copy_link.{part}").read_text(encoding="utf-8") for part in ("html", "css", "js"))
_COPY = st.components.v2.component("swathe_link", html=_HTML, css=_CSS, js=_JS)


def style(sheet: Path) -> None:
    """Apply the app's own style sheet."""
    st.html(sheet)


def notice(text: str) -> None:
    """Tell the reader something about this run, as plain text."""
    st.html(f'<div class="notice" role="status">{escape(text)}</div>')


def edition_banner(view: View, served: Edition) -> None:
    """Say so when a link was made with another edition."""
    if view.edition and view.edition != served.id:
        notice(f"This link was made with edition {view.edition}; you are seeing {served.id}. Figures may differ.")


def copy_link(served: Edition) -> None:
    """Offer the link of what is shown, with the edition even where nothing was chosen."""
    with st.container(key="share"):
        _COPY(key="copy_link", data={"edition": served.id})


def _address(page: str, query: Mapping[str, str]) -> str:
    return f"{page or './'}{'?' if query else ''}{urlencode(query)}"


def open_link(page: str, query: Mapping[str, str]) -> None:
    """Lead out of an embedded page to the whole of it."""
    with st.container(key="share"):
        st.html(f'<a class="whole" href="{escape(_address(page, query))}" target="_blank" rel="noopener">'
                "Open in Swathe</a>")


def printed_link(page: str, query: Mapping[str, str]) -> None:
    """Write the link at the foot of the page where it is printed."""
    here = st.context.url or page
    address = _address(here if urlsplit(here).path else f"{here}/", query)
    st.html('<p class="printed">Long tables and maps are printed as far as they are seen. '
            f"The whole, to be explored: {escape(address)}</p>")


def badges_html(bases: Mapping[str, str]) -> str:
    """Spell the bases of an edition as marks with their meaning."""
    items = "".join(
        f'<li><span class="basis {escape(basis)}">{escape(basis)}</span> {escape(text)}</li>'
        for basis, text in bases.items()
    )
    return f'<ul class="bases">{items}</ul>'


def marks_html(basis: Iterable[str]) -> str:
    """Mark what a figure rests on: HTML, a mark for each."""
    return "".join(f'<span class="basis {escape(name)}">{escape(BASES[name].mark)}</span>' for name in basis)


def claim_html(pieces: Sequence[str]) -> str:
    """Set a claim: HTML, every second piece strong."""
    said = (f"<strong>{escape(piece)}</strong>" if index % 2 else escape(piece) for index, piece in enumerate(pieces))
    return f'<p class="claim">{"".join(said)}</p>'


def small(text: str) -> None:
    """Say something small, in full contrast."""
    st.html(f'<p class="small">{escape(text)}</p>')


def card_html(figure: Card) -> str:
    """Draw one figure as a card."""
    about, _, number = figure.value.rpartition(" ")
    notes = "".join(f"<p>{escape(note)}</p>" for note in figure.notes)
    return (f'<section class="card"><h2>{escape(figure.label)}</h2>'
            f'<p class="value"><small>{escape(about)}</small> {escape(number)}</p>'
            f"{notes}<div>{marks_html(figure.basis)}</div></section>")


def footer(served: Edition, *, sources: bool) -> None:
    """Name the edition, its sources with their vintages, and the publishers as they ask to be named."""
    if sources:
        with st.expander("Where the figures come from"):
            rows = "".join(
                f"<li>{escape(source['title'])}. {escape(source['publisher'])}, {escape(source['vintage'])}. "
                f"{escape(source['licence'])}.</li>" for source in served.manifest["sources"]
            )
            st.html(f'<ul class="small">{rows}</ul>')
    credits_ = " ".join(read_attributions().values())
    st.html(f'<footer class="foot"><p>{escape(credits_)}</p><p>Edition {escape(served.id)}.</p></footer>')
