"""The map alone, for the page of another site: the app's moving map with title, legend and sources, without the app."""

import json
from collections.abc import Sequence
from functools import cache
from html import escape
from pathlib import Path

from geo.core.choices import KINDS
from geo.core.measures import MEASURES
from geo.core.view import View
from geo.maps.classes import LIGHT, legend
from geo.sources.licences import credit_sentences
from geo.words.claim import spoken_name
from geo.words.context import tooltip
from geo.words.definitions import label, legend_heading
from geo.words.made import made_up
from geo.words.quotation import map_sources
from pages.plain.document import notices_html, styles_html
from pages.shared.data import edition, figure_options, place_of
from pages.shared.link import not_in_edition, other_edition
from pages.shared.map_files import map_classes
from pages.shared.map_widget.bundle import MAP_FOLDER, embed_file
from pages.shared.map_widget.layers import boundaries, fills
from pages.shared.map_widget.legend import legend_html
from pages.shared.map_widget.widget import PageMap, linked_camera, map_data
from pages.shared.older import older_edition
from pages.shared.view_state import address

EMBED = "/embed"
"""Where it is."""

_NEAR = 11.5
_STATIC = Path(__file__).parents[2] / "static"


@cache
def _own_styles() -> str:
    return f"<style>{(_STATIC / 'embed.css').read_text(encoding='utf-8')}</style>"


def embed_page(view: View, notices: Sequence[str]) -> str:
    """Write the page of the view's map."""
    here = place_of(view)
    title = f"{label(MEASURES[view.show], view)} by {KINDS[view.by].label}: {here.name}"
    classes = map_classes(view, view.by)
    shown = PageMap(
        key="embed",
        alt=f"Map of {label(MEASURES[view.show]).lower()} by {KINDS[view.by].label}, {here.name} outlined.",
        layers=lambda: [fills("areas", view, classes, LIGHT), *boundaries(view.place, LIGHT, halo=True)],
        place=view.place, camera=linked_camera(view), closest=_NEAR, tooltip=tooltip(view, view.by), brief=True,
        picture=bytes, legend=legend_html(
            legend_heading(MEASURES[view.show]), legend(view.show, LIGHT, classes, view.by), counted=False))
    pinned = {**view.replace(edition="").to_query(), "edition": edition().id}
    picture = address(f"{MAP_FOLDER}/picture-light.png", {
        **figure_options(view).replace(place=view.place, show=view.show).to_query(), "edition": edition().id})
    data = {**map_data(shown, LIGHT, spoken_name(here.name)), "picture": picture}
    # An end of the script inside a name would end it.
    written = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    image = f'<img class="picture" src="{escape(picture)}" alt="{escape(shown.alt)}">'
    credits_ = escape(" ".join(credit_sentences(edition().manifest["sources"])))
    whole = escape(address("explore", pinned))
    older = older_edition(EMBED[1:], view.to_query())
    made = [made_up(edition())] if edition().made else []
    return (
        '<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><base href="./">'
        f"<title>{escape(title)} · Swathe</title><meta name=\"color-scheme\" content=\"light\">"
        f'<link rel="icon" href="data:,">{styles_html()}{_own_styles()}</head>'
        f'<body class="plain embed"><main><h1>{escape(title)}</h1>'
        f"{notices_html([*made, *notices, *other_edition(view), *older, *not_in_edition(view)])}"
        f'<div id="map"><noscript>{image}</noscript></div></main>'
        f'<footer><p><a href="{whole}" target="_blank" rel="noopener">Open in Swathe</a>: '
        f"{escape(map_sources(edition(), MEASURES[view.show]))}. Edition {escape(edition().id)}. "
        f"<details><summary>Sources</summary> {credits_}</details></p></footer>"
        f'<script type="application/json" id="map-data">{written}</script>'
        f'<script type="module" src="{MAP_FOLDER}/{embed_file().name}"></script></body></html>')
