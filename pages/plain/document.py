"""The parts of every plain page: the document round it, its styles, the search, the links, the picture of the map."""

from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from urllib.parse import quote

from geo.core.measures import MEASURES
from geo.core.view import View
from geo.edition.search import LONGEST
from geo.maps.classes import DARK, LIGHT, Palette, legend
from geo.words.claim import spoken_name
from geo.words.definitions import label, legend_heading
from geo.words.made import made_up
from pages.plain.card import unfolded_html
from pages.shared.data import edition, figure_options, place_of, usual_view
from pages.shared.link import view_query
from pages.shared.map_files import map_classes
from pages.shared.map_widget.bundle import MAP_FOLDER
from pages.shared.map_widget.legend import legend_html, neighbours, outline_credit
from pages.shared.parts import as_html, foot_html, paragraph_html, statement_link
from pages.shared.view_state import address

PALETTES: Mapping[str, Palette] = {"light": LIGHT, "dark": DARK}
"""Colours of the map's picture, by the scheme that the reader's system asks for."""

SEARCH_LABEL = "Your ward, village or postcode"

_STATIC = Path(__file__).parents[2] / "static"


@cache
def styles_html() -> str:
    """Write the styles: the app's, and those that Streamlit gives the app."""
    sheets = ((_STATIC / name).read_text(encoding="utf-8") for name in ("swathe.css", "plain.css"))
    return f"<style>{''.join(sheets)}</style>"


def same_edition() -> dict[str, str]:
    """Write what a link to no place in particular takes over: the edition, where it is not the usual one."""
    return view_query(usual_view(), edition().id)


def options_query(view: View) -> dict[str, str]:
    """Write what plain pages take over from one to the next: what changes figures, and what the map shows."""
    return view_query(figure_options(view).replace(show=view.show), edition().id)


def place_query(view: View, code: str) -> dict[str, str]:
    """Write what the plain page of a place takes over: the name too that its reader gave it."""
    name = view.replace(place=code).name
    return {**options_query(view), **({"name": name} if name else {})}


def link_html(target: str, text: str, query: Mapping[str, str]) -> str:
    """Link to an address of this app."""
    return f'<a href="{escape(address(target, query))}">{escape(text)}</a>'


def plain_link(view: View, code: str, name: str) -> str:
    """Link to a place's plain page, every option as it is."""
    return link_html(f"place/{quote(code, safe='+')}", name, place_query(view, code))


def app_link(view: View, text: str, page: str = "place") -> str:
    """Link to the app, at the same view."""
    return link_html(page, text, view_query(view.replace(edition=""), edition().id))


def app_address(view: View, page: str = "place") -> str:
    """Give page and query of the app at a view, with its edition."""
    return address(page, {**view.replace(edition="").to_query(), "edition": edition().id})


def search_form(view: View, typed: str = "") -> str:
    """Ask for a place; the answer is a plain page."""
    kept = "".join(f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
                   for name, value in options_query(view).items())
    return (f'<form action="search" method="get" role="search"><label for="q">{SEARCH_LABEL}</label>'
            f'<span><input id="q" name="q" type="search" maxlength="{LONGEST}" autocomplete="off" '
            f'value="{escape(typed)}">'
            f'<button type="submit">Search</button></span>{kept}</form>')


def notices_html(notices: Sequence[str]) -> str:
    """Tell the reader what is wrong with a link."""
    return "".join(f'<p class="notice">{as_html(text)}</p>' for text in notices)


def map_html(view: View) -> str:
    """Show the map as a picture, in the colours that the reader's system asks for, with its legend."""
    seen = figure_options(view).replace(place=view.place, show=view.show)
    light, dark = (escape(address(f"{MAP_FOLDER}/picture-{scheme}.png", {**seen.to_query(), "edition": edition().id}))
                   for scheme in PALETTES)
    shown, classes = MEASURES[view.show], map_classes(view, "lsoa")
    alt = (f"Map of {label(shown).lower()} by neighbourhood "
           f"in {spoken_name(place_of(view).name)}; the figures are in the text.")
    rows = {scheme: legend(view.show, palette, classes) for scheme, palette in PALETTES.items()}
    legends = "".join(f'<div class="{scheme}">{legend_html(legend_heading(shown), colours, counted=False)}</div>'
                      for scheme, colours in rows.items())
    return (f'<figure class="map"><picture><source media="(prefers-color-scheme: dark)" srcset="{dark}">'
            f'<img class="picture" src="{light}" alt="{escape(alt)}" decoding="async"></picture>'
            f"<figcaption>{legends}{paragraph_html(neighbours(classes) + outline_credit())}</figcaption></figure>")


def document(title: str, about: str, body: str, *, base: str = "./", link: str = "") -> str:
    """Write a whole page without a script; `base` is where its links begin, `link` the app's page of the same view."""
    made = [made_up(edition())] * bool(edition().made)
    about = " ".join([*made, about])
    named, same = title if title == "Swathe" else f"{title} · Swathe", same_edition()
    return (
        '<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<base href="{base}"><title>{escape(named)}</title>'
        f'<meta name="description" content="{escape(about)}"><meta name="color-scheme" content="light dark">'
        f"{unfolded_html(title, about, link)}"
        f'<link rel="icon" href="data:,">{styles_html()}</head>'
        f'<body class="plain"><header><a class="name" href="{escape(address("./", same))}">Swathe</a>'
        f'<nav aria-label="Pages">{link_html("places", "All places", same)} '
        f'{link_html("method", "Method and data", same)}</nav></header>'
        f"<main>{notices_html(made)}{body}{statement_link(same)}</main>{foot_html(edition())}</body></html>")
