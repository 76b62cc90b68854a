"""Rail: how far the hub is from every station, from one of them, and from the addresses of a place."""

from datetime import date

import streamlit as st

from geo.core.choices import ALL_HUBS, CLOCKS
from geo.figures import reach
from geo.words.claim import bases, spoken_name
from geo.words.definitions import OPTIONS, rail_words
from geo.words.intervals import covers
from geo.words.notes import BASIS_NOTES, RAIL_NOTES, notes_in_words
from geo.words.rail import (
    board_caption,
    board_rows,
    curve_note,
    minute_rows,
    minutes_caption,
    rail_claim,
    reach_caption,
    reach_rows,
    stations_caption,
    stations_table,
)
from pages.rail.data import curve_spec, reached
from pages.rail.map import show_stations
from pages.shared.data import edition, figure_options, place_of, profile, summary
from pages.shared.headings import HEADINGS
from pages.shared.map_widget.widget import theme_palette
from pages.shared.parts import badges_html, claim_html, column_formats, page_heading, small
from pages.shared.tables_html import table_html
from pages.shared.view_state import current_view, first_view, set_view

WIDTHS = {"Station": 226, "Where": 56, "Typical": 56, "Fastest": 57, "Changes": 60, "Trains": 50}

view = current_view()
answer, served, here = summary(view), edition(), place_of(view)
hub, basis, residents = ALL_HUBS[view.hub].label, answer.edition.rail_basis, int(answer["residents"].count)
asked = figure_options(view).replace(place=view.place)
found = reached(asked)

said = rail_words(basis, served.rail_source)
page_heading(HEADINGS["rail"](view),
             claim_html(rail_claim(here.name, view, found.now, found.without[view.clock], residents,
                                   answer["cut_off_by_rail"])),
             badges_html({basis: bases(answer)[basis]}))

left, right = st.columns([1, 1.37], gap="medium")     # names of stations are long
journeys = reach.stations_to_hub(served, view.hub)
with right:
    st.header("Station by station")
    table = stations_table(journeys, view.hub, profile(view).stations)
    st.dataframe(
        table, hide_index=True, height=460, column_config=column_formats(table, WIDTHS), placeholder="–",
        alt=f"Stations of {here.name} first, then all others by typical minutes by train to {hub}")
    small(stations_caption(here.name, hub, said))
with left:
    st.header(f"Stations by time to {hub}")
    show_stations(view)

st.header("Trains from one station")
names = served.stations["name"]
offered, began = sorted(names.index, key=lambda crs: names[crs]), first_view().station
example = served.region.station if served.region.station in names.index else offered[0]
station = st.selectbox(
    "Station", offered, index=offered.index(began) if began else None, key="station",
    format_func=lambda crs: f"{names[crs]} ({crs})",
    placeholder=f"Type a name or a CRS code, such as {names[example]} or {example}")
view = set_view(station=station or "")
if station:
    day = date.fromisoformat(served.manifest["rail_day"])
    counted = f"{basis}; timetable of {day.day} {day:%B %Y}" if said == basis else said
    board = reach.station_board(served, station)
    st.html(table_html(
        board_caption(f"{names[station]} ({station})", counted),
        ["To", "Typical", "Fastest", "Changes", "Departures 06:00–10:00"],
        board_rows(board), layout="blocks", chosen=board["hub"].tolist().index(view.hub)))
else:
    small("Choose a station, here or by clicking on the map, to see its trains to all hubs.")

st.header(f"How long it takes from {spoken_name(here.name)} to {hub}")
st.html(table_html(
    minutes_caption(view, said),
    [OPTIONS["clock"], "A tenth of residents need at most", "Half need at most", "Nine tenths need at most"],
    minute_rows(answer), layout="blocks", chosen=list(CLOCKS).index(view.clock)))

st.vega_lite_chart(
    spec=curve_spec(asked, theme_palette()), width="stretch", key="reach",
    alt=f"Residents of {here.name} within 30 to 360 minutes of {hub}; the table has the figures.")
small(curve_note(residents))
st.html(table_html(
    reach_caption(hub, said),
    ["Of the residents", *(CLOCKS[clock].label for clock in CLOCKS)],
    reach_rows(found.within, found.without, residents), layout="blocks",
    chosen=None if view.minutes in reach.TABLE_MINUTES else found.thresholds.index(view.minutes)))
for note in notes_in_words(answer, only=RAIL_NOTES, without=BASIS_NOTES):     # those are said by the marks above
    small(note)
small(covers(served))
