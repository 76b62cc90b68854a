"""What stands on the first screen of a place, as HTML that needs neither script nor session."""

from collections.abc import Callable
from html import escape
from typing import Protocol

import pandas as pd

from geo.core.measures import FIGURES
from geo.edition.store import Edition
from geo.figures.context import coverage_over_time
from geo.figures.profile import PlaceProfile, parents
from geo.maps.charts import coverage_svg
from geo.maps.classes import DARK, LIGHT, Palette
from geo.words import ask
from geo.words.authority import COVERAGE, coverage_sentence
from geo.words.claim import Card, cards, headline, kind_label, other_speeds, sentence_case
from geo.words.context import about_place
from geo.words.definitions import basis_meaning
from geo.words.intervals import covers
from geo.words.likeness import SIDE_BY_SIDE, alike_words
from geo.words.neighbours import MEANING, touching_words
from geo.words.ranks import how_sure, rank_lines
from pages.place.charts import coverage_key, picture_html
from pages.shared.data import per_edition
from pages.shared.parts import (
    Html,
    as_html,
    cards_html,
    claim_html,
    list_html,
    marks_html,
    meaning_html,
    method_html,
    paragraph_html,
)


class Address(Protocol):
    """Where a page is, unescaped."""

    def __call__(self, page: str, code: str, beside: str = "") -> str:
        """Say it by the page's own address (of `pages.contents`), a place's code and those set beside it."""


BESIDE = 3
"""Areas whose coverage is drawn over time: an authority, the region and England."""


COVERAGE_ALT = "A line for each area; the sentence below says where it begins and ends."


def _link(address: Address, code: str, name: str, page: str = "place") -> Html:
    return Html(f'<a href="{escape(address(page, code))}" target="_self">{escape(name)}</a>')


def _method(shown: PlaceProfile, address: Address) -> str:
    return address("method", shown.place.code)


def heading_html(shown: PlaceProfile, address: Address) -> str:
    """Name the place, and what it is part of."""
    here = shown.place
    lsoas = "1 neighbourhood (LSOA)" if len(here.lsoas) == 1 else f"{len(here.lsoas):,} neighbourhoods (LSOAs)"
    larger = [f"{_link(address, row['code'], row['name'])} ({escape(kind_label(row['kind']))})"
              for row in parents(shown.edition, here).to_dict("records")]
    return (f'<div class="opening"><h1>{escape(here.name)}</h1>'
            + paragraph_html(f"{sentence_case(kind_label(here.kind))} · {here.code} · {lsoas}")
            + (list_html(["Part of:", *larger], "links") if larger else "")
            + "".join(paragraph_html(said) for said in about_place(shown.edition, here)) + "</div>")


def _claim(shown: PlaceProfile, address: Address) -> str:
    """Say the claim, by other tests too, and what it is made from."""
    made_from = (
        meaning_html(
            Html(f'<span class="basis {basis}">{escape(mark)}</span> {escape(source)}'),
            Html(f"{escape(basis_meaning(basis, shown.answer.edition))} {method_html(basis, _method(shown, address))}"))
        for basis, mark, source in ask.dated(shown))
    others = paragraph_html(other_speeds(shown.answer), kind="beside")
    return (f'<div class="opening">{claim_html(headline(shown.answer))}{others}'
            f'{list_html(made_from, "dated", "Made from")}</div>')


def _neighbours(shown: PlaceProfile, address: Address) -> str:
    """Set it beside the places that touch it."""
    words = touching_words(shown)
    if words is None:
        return ""
    named = [f"{_link(address, code, name)}{f' {escape(figure)}' if figure else ''}"
             for code, name, figure in words.places]
    marks = marks_html(words.basis, _method(shown, address))
    return (f'<section class="touching"><h2>{escape(words.heading)}</h2>{meaning_html(words.text, MEANING)}{marks}'
            + (list_html(named, "links", words.heading) if named else "") + "</section>")


def _alike(shown: PlaceProfile, address: Address) -> str:
    """Set it beside the places most like it: a tap compares it with one of them, or with all."""
    words = alike_words(shown)
    if words is None:
        return ""
    here, marks = shown.place.code, marks_html(words.basis, _method(shown, address))
    chips = [(code, f"{escape(name)} <small>{escape(figures)}</small>") for code, name, figures in words.places]
    if chips:
        chips.append((".".join(code for code, _ in chips), SIDE_BY_SIDE))
    links = (f'<a href="{escape(address("compare", here, beside))}" target="_self">{html}</a>'
             for beside, html in chips)
    said = meaning_html(words.text, words.meaning) if chips else paragraph_html(words.text)
    return (f'<section class="alike"><h2>{escape(words.heading)}</h2>'
            + (list_html(links, "chips", words.heading) if chips else "") + f"{said}{marks}</section>")


def _ask(shown: PlaceProfile, address: Address) -> str:
    """Say what to ask for."""
    entries = []
    for item in ask.asks(shown):
        named = " and ".join(_link(address, code, name) for code, name in item.places)
        marks = marks_html(item.basis, _method(shown, address))
        page, words = item.more or ("", "")
        more = f" {_link(address, shown.place.code, words, page)}" if page else ""
        entries.append(f"<dt>{escape(item.topic)}</dt><dd>{named} {as_html(item.text)}{more} {marks}</dd>")
    return (f'<section class="ask"><h2>{escape(ask.HEADING)}</h2><dl>{"".join(entries)}</dl></section>'
            ).replace(" %", "\u00a0%")


def _unsaid(card: Card) -> tuple[str, ...]:
    """Keep of a card what the claim beside it does not say: the interval, but not the rate nor how far is too far."""
    return card.notes[:1] if FIGURES[card.key].has_range else card.notes


def _figures(shown: PlaceProfile, address: Address) -> str:
    """Draw the four figures with their intervals and ranks, and say what the ranks are worth."""
    ranked = (card._replace(notes=(*_unsaid(card), *rank_lines(shown.rank_certainty, shown.place.kind, card.key)))
              for card in cards(shown.answer))
    return (cards_html(ranked, shown.view, _method(shown, address))
            + paragraph_html(covers(shown.edition)) + paragraph_html(how_sure(shown)))


ANSWER: tuple[Callable[[PlaceProfile, Address], str], ...] = (_claim, _alike, _neighbours, _ask, _figures)
"""What answers a reader, beside the map: on a phone all but the figures, which the claim says too, stand on the first
two screens. A new part is one entry; it is empty where it has nothing to say."""


def answer_html(shown: PlaceProfile, address: Address) -> str:
    """Answer the reader: the claim with its sources, places like it and those that touch it, what to ask, figures."""
    return "".join(part(shown, address) for part in ANSWER)


def coverage_html(shown: PlaceProfile, palette: Palette | None = None) -> str:
    """Draw coverage of the whole authority over time; nothing of several, of which no one stands for the place.

    Without a palette it is drawn for the light and the dark: a page without scripts asks for the one it needs.
    """
    areas = tuple(shown.authorities["name"].items())
    return _coverage_html(shown.edition, areas, palette) if 1 < len(areas) <= BESIDE else ""


@per_edition(64)
def _coverage_html(edition: Edition, areas: tuple[tuple[str, str], ...], palette: Palette | None) -> str:
    """Draw coverage of areas (code and name, the one that is meant first)."""
    table, (code, name) = coverage_over_time(edition, dict(areas)), areas[0]
    panels = "".join(
        f'<figure aria-label="{escape(title)}"><figcaption>{escape(title)}</figcaption>'
        f"{_picture(rows, palette)}</figure>"
        for series, title in COVERAGE.items() if len(rows := table[table["series"] == series]))
    if not panels:
        return ""
    return (f'<section class="coverage"><h2>Coverage over time</h2>{coverage_key([name for _, name in areas])}'
            f'<div class="panels">{panels}</div>{paragraph_html(coverage_sentence(edition, code, name))}</section>')


def _picture(rows: pd.DataFrame, palette: Palette | None) -> str:
    if palette:
        return picture_html(coverage_svg(rows, palette), COVERAGE_ALT)
    return picture_html(coverage_svg(rows, LIGHT), COVERAGE_ALT, coverage_svg(rows, DARK))


def opening_html(shown: PlaceProfile, address: Address) -> str:
    """Write the first screen without its map."""
    return heading_html(shown, address) + answer_html(shown, address) + coverage_html(shown)
