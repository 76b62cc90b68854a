"""What every edition that is served counted in a place, and the way to what changed between them."""

from html import escape
from urllib.parse import quote

import pandas as pd

from geo.figures.profile import PlaceProfile
from geo.maps.charts import coverage_svg
from geo.maps.classes import DARK, LIGHT, Palette
from geo.words import history as words
from geo.words.authority import COVERAGE
from pages.place.charts import coverage_key, picture_html
from pages.place.opening import Address
from pages.shared.history import history_of
from pages.shared.parts import list_html
from pages.shared.tables_html import table_html


def editions_html(shown: PlaceProfile, address: Address) -> str:
    """Table the place in every edition; nothing where only one is served."""
    table = history_of(shown.place.code)
    if len(table) < 2:
        return ""
    changes = f'<a href="{escape(address("changes", shown.place.code, ""))}" target="_self">{words.CHANGES}</a>'
    listed = table_html(words.caption(shown.place.name), words.HEADER, words.history_rows(table), layout="blocks")
    return f'<section class="editions">{list_html([changes], "links")}{listed}</section>'


def line_html(shown: PlaceProfile, palette: Palette | None = None) -> str:
    """Draw the place's own line over time, by the editions; nothing where it is published, or all are of one month.

    Without a palette it is drawn for the light and the dark.
    """
    table = history_of(shown.place.code)
    if table.empty or table["lines"].nunique() < 2 or shown.place.code in shown.authorities.index:
        return ""
    region = shown.edition.region
    names = [shown.place.name, region.name]
    both = pd.concat([words.coverage_of(found, name) for found, name in zip(
        (table, history_of(region.code)), names, strict=True)])
    panels = "".join(
        f'<figure aria-label="{escape(title)}"><figcaption>{escape(title)}</figcaption>'
        f"{_picture(both[both['series'] == series], palette)}</figure>" for series, title in COVERAGE.items())
    return (f'<section class="coverage editions"><h2>{escape(words.line_heading(shown.place.name))}</h2>'
            f'{coverage_key(names)}<div class="panels">{panels}</div></section>')


def _picture(rows: pd.DataFrame, palette: Palette | None) -> str:
    if palette:
        return picture_html(coverage_svg(rows, palette), words.CHART_ALT)
    return picture_html(coverage_svg(rows, LIGHT), words.CHART_ALT, coverage_svg(rows, DARK))


def feed_link(shown: PlaceProfile, base: str = "") -> str:
    """Link to the feed of the place's changes."""
    return f'<a href="{base}feed/{quote(shown.place.code, safe="+")}.atom">{words.FOLLOW}</a>'
