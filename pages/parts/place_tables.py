"""How the page of one place draws: tables that screen readers and printers understand, links, the strip of dots."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, NamedTuple
from urllib.parse import urlencode

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from geo.core.rounding import about, counts, percent
from geo.maps import Palette
from geo.view import View
from geo.words.place import Line
from pages.parts.furniture import marks_html
from pages.parts.state import link_query

__all__ = [
    "DOT_OPACITY", "Strip", "board", "facts_html", "half_html", "link_html", "links_html", "neighbourhood_table",
    "strip_chart", "strip_key", "table_html",
]

PILLS = frozenset({"published", "estimated", "measured", "indicative", "timetable"})
DOT_OPACITY = 0.75
GOLDEN = 0.6180339887
"""Share of a turn that scatters dots evenly."""


def table_html(
    caption: str, header: Sequence[str], rows: Iterable[Sequence[str]], words: Sequence[int] = (0,), *,
    stack: bool = False, strong: int | None = None,
) -> str:
    """Draw a table."""
    numbers = ['' if column in words else ' class="number"' for column in range(len(header))]
    # Roles are said aloud because a stacked table is no table to the browser.
    head = "".join(f'<th scope="col" role="columnheader"{number}>{escape(name)}</th>'
                   for name, number in zip(header, numbers, strict=True))
    chosen = ' class="chosen"'
    body = "".join(
        f'<tr role="row"{chosen if number == strong else ""}>'
        f'<th scope="row" role="rowheader">{row[0]}</th>'
        + "".join(f'<td role="cell"{align}>{cell}</td>' for cell, align in zip(row[1:], numbers[1:], strict=True))
        + "</tr>" for number, row in enumerate(rows)
    )
    return (f'<div class="facts{" stack" if stack else ""}" role="region" tabindex="0" aria-label="{escape(caption)}">'
            f'<table role="table"><caption>{escape(caption)}</caption><thead role="rowgroup"><tr role="row">{head}</tr>'
            f'</thead><tbody role="rowgroup">{body}</tbody></table></div>').replace(" %", "\u00a0%")


def basis_html(basis: Iterable[str]) -> str:
    """Mark the basis of a row: a mark where it is one of the five, else the publisher's words, small."""
    return "".join(marks_html([name]) if name in PILLS else f"<small>{escape(name)}</small>" for name in basis)


def facts_html(rows: Iterable[Line], caption: str) -> str:
    """Draw every figure of a place."""
    cells = [
        [f"{escape(row.label)} <small>{basis_html(row.basis)}</small>",
         escape(row.value) + (f" <small>{escape(row.beneath)}</small>" if row.beneath else ""), escape(row.rate),
         "<br>".join(f'<span class="line">{escape(line)}</span>' for line in row.ranks)]
        for row in rows
    ]
    return table_html(caption, ["Figure", "Number and range", "Rate", "Rank"], cells, words=(0, 1, 2, 3), stack=True)


def link_html(view: View, served: str, code: str, name: str, page: str = "place") -> str:
    """Link to the page of another place, everything else as it is."""
    query = link_query(view.replace(place=code, lat=None, lon=None, zoom=None, edition=""), served)
    address = f"{page}?{urlencode(query)}" if query else page
    return f'<a href="{escape(address)}" target="_self">{escape(name)}</a>'


def links_html(links: Iterable[str], label: str) -> str:
    """List links."""
    return f'<ul class="links" aria-label="{escape(label)}">{"".join(f"<li>{link}</li>" for link in links)}</ul>'


def half_html(rows: pd.DataFrame, links: Mapping[str, str], caption: str) -> str:
    """Draw the neighbourhoods that hold half of the gap."""
    cells = [
        [f"{links[str(code)]} <small>{escape(row['msoa'])}</small>",
         f"about {about(row['people'])} <small>{about(row['low'])} to {about(row['high'])}</small>",
         escape(percent(row["cumulative"]))]
        for code, row in rows.iterrows()
    ]
    return table_html(caption, ["Neighbourhood", "People in the gap", "Together so far"], cells)


def board(stations: pd.DataFrame, caption: str) -> None:
    """Show stations with their journeys: a short list as a plain table, a long one to be scrolled and sorted."""
    where = ["in the place" if row.inside else f"{row.km:.0f} km away" for row in stations.itertuples()]
    if len(stations) > 15:
        table = stations[["name", "fastest", "typical", "changes", "departures"]].rename(columns={
            "name": "Station", "fastest": "Fastest, min", "typical": "Typical, min", "changes": "Changes",
            "departures": "Departures 06:00–10:00"})
        st.dataframe(table, hide_index=True, height=420, alt=caption,
                     column_config={name: st.column_config.NumberColumn(format="%.0f") for name in table.columns[1:3]})
        st.html(f'<p class="small">{escape(caption)}</p>')
        return
    cells = [
        [f"{escape(row['name'])} ({escape(str(crs))}) <small>{escape(place)}</small>", *_journey(row)]
        for (crs, row), place in zip(stations.iterrows(), where, strict=True)
    ]
    st.html(table_html(caption, ["Station", "Fastest", "Typical", "Changes", "Departures"], cells))


def _journey(row: pd.Series) -> list[str]:
    if pd.isna(row["typical"]):
        return ["no trains", "–", "–", "–"]
    if not row["departures"]:
        return ["at the hub", "–", "–", "–"]
    return [f"{row['fastest']:.0f} min", f"{row['typical']:.0f} min", f"{row['changes']}", f"{row['departures']}"]


class Strip(NamedTuple):
    """What a strip of dots shows.

    column: Of `geo.figures.profile.neighbourhoods`: "share" or "per_1000".
    title: Of the axis, with its unit.
    here, region: The place's own figure and the South West's, in the column's unit; None where there is none.
    """

    column: str
    title: str
    here: float | None
    region: float | None

    def spell(self, value: float | None) -> str:
        """Write a figure of this strip."""
        if value is None:
            return "not known"
        return f"{100 * value:.1f}\u00a0%" if self.column == "share" else f"{value:.1f} of every 1,000 workers"


def strip_chart(table: pd.DataFrame, strip: Strip, palette: Palette, group: str | None) -> Any:
    """Draw one dot a neighbourhood, and lines for the place and the South West."""
    ordered = table.dropna(subset=strip.column).sort_values(strip.column, kind="stable")
    dots = pd.DataFrame({
        "x": ordered[strip.column].round(4), "name": ordered["name"], "msoa": ordered["msoa"],
        "people": ordered["people"].round(1), "row": "" if group is None else ordered[group],
        "jitter": np.round(np.arange(len(ordered)) * GOLDEN % 1, 3),
    })
    share = strip.column == "share"
    ink = _hex(palette.line)
    axis = alt.Axis(
        format=".0%" if share else ",.0f", title=strip.title, tickCount=6, labelColor=ink, titleColor=ink)
    x = alt.X("x:Q", axis=axis, scale=alt.Scale(zero=True, nice=True))
    tooltip = [alt.Tooltip("name:N", title="Neighbourhood"), alt.Tooltip("msoa:N", title="Locality"),
               alt.Tooltip("x:Q", title=strip.title, format=".1%" if share else ",.1f"),
               alt.Tooltip("people:Q", title="People in the gap, about", format=",.0f")]
    circles = alt.Chart(dots).mark_circle(size=48, opacity=DOT_OPACITY, color=_hex(palette.classes[5]))
    points = circles.encode(x=x, tooltip=tooltip)
    if group is None:
        points = points.encode(y=alt.Y("jitter:Q", axis=None, scale=alt.Scale(domain=[-0.15, 1.15])))
        height = 180
    else:
        points = points.encode(
            y=alt.Y("row:N", title=None, axis=alt.Axis(labelLimit=170, labelColor=ink)),
            yOffset=alt.YOffset("jitter:Q", scale=alt.Scale(domain=[-0.4, 1.4])))
        height = 70 + 30 * dots["row"].nunique()
    lines = [(strip.region, [5, 4], 1.6), (strip.here, [1, 0], 2.6)]
    rules = [alt.Chart(pd.DataFrame({"x": [value]})).mark_rule(
        strokeWidth=width, strokeDash=dash, color=_hex(palette.line)).encode(x=x)
        for value, dash, width in lines if value is not None]
    return alt.layer(points, *rules).properties(height=height)


def _hex(colour: Sequence[int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def strip_key(strip: Strip, name: str, palette: Palette) -> str:
    """Explain the dots and the lines, with the figures of the lines."""
    dashed = "" if name == "South West" else (
        f'<li><b class="dashed"></b>dashed line: South West, {escape(strip.spell(strip.region))}</li>')
    return (f'<ul class="key"><li><b class="dot" style="--dot:{_hex(palette.classes[5])}"></b>'
            f'each dot is one neighbourhood</li><li><b></b>line: {escape(name)}, {escape(strip.spell(strip.here))}</li>'
            f"{dashed}</ul>")


def neighbourhood_table(table: pd.DataFrame, strip: Strip, alt_text: str) -> None:
    """Show every neighbourhood's figures, the highest first."""
    rows = table.sort_values(strip.column, ascending=False, kind="stable", na_position="last")
    shown = pd.DataFrame({
        "Neighbourhood": rows["name"], "Locality": rows["msoa"],
        "People in the gap": counts(rows["people"]), "From": counts(rows["low"]),
        "To": counts(rows["high"]), "Per 1,000 workers": rows["per_1000"].round(1),
        "Premises": counts(rows["premises"]), "Without, %": (100 * rows["share"]).round(1),
        "Setting": rows["urban"].map({True: "urban", False: "rural"}),
    })
    numbers = {name: st.column_config.NumberColumn(format="%.1f") for name in ("Per 1,000 workers", "Without, %")}
    st.dataframe(shown, hide_index=True, height=min(320, 38 + 35 * len(shown)), alt=alt_text, column_config=numbers)
