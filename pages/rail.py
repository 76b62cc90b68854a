"""Rail: how far the hub is from every station, from one of them, and from the doors of a place."""

from datetime import date
from html import escape

import streamlit as st

from geo.rail_reach import (
    CURVE_MINUTES,
    TABLE_MINUTES,
    residents_within,
    residents_without_rail,
    station_board,
    stations_to_hub,
)
from geo.vocabulary import ACCESS, CLOCKS, HUBS
from geo.words.claim import bases, spoken_name
from geo.words.notes import RAIL_NOTES, notes_in_words
from geo.words.timetable import rail_words
from pages.parts.compare_tables import block_table
from pages.parts.data import edition, place, summary
from pages.parts.furniture import badges_html, claim_html, small
from pages.parts.rail_chart import reach_chart
from pages.parts.rail_map import show_stations
from pages.parts.rail_words import board_lines, claim, minute_lines, reach_lines, stations_table
from pages.parts.state import current_view, set_view
from pages.shared.map_widget import theme_palette

view = current_view()
answer, served, here = summary(view), edition(), place(view.place)
hub, basis, residents = HUBS[view.hub].label, answer.edition.rail_basis, int(answer["residents"].count)
by_clock = {clock: view.replace(clock=clock) for clock in CLOCKS}
without = {clock: residents_without_rail(served, asked, here.lsoas) for clock, asked in by_clock.items()}
now = residents_within(served, view, here.lsoas, [view.minutes]).iloc[0]

pieces = claim(here.name, view, now, without[view.clock], residents)
said = rail_words(basis, served.rail_source)
st.html(f'<div class="opening"><h1>How far is {escape(hub)} by rail?</h1>{claim_html(pieces)}'
        f"{badges_html({basis: bases(answer)[basis]})}</div>")

left, right = st.columns(2, gap="medium")
journeys = stations_to_hub(served, view.hub)
with right:
    st.header("Station by station")
    table = stations_table(journeys, view.hub)
    whole = {name: st.column_config.NumberColumn(format="localized", width=width) for name, width in
             {"Typical": 58, "Fastest": 58, "Changes": 62, "Trains": 52}.items()}
    st.dataframe(
        table, hide_index=True, height=460, column_config={"Station": st.column_config.TextColumn(width=195), **whole},
        placeholder="–",
        alt=f"Stations by typical minutes by train to {hub}, nearest first")
    small(f"Minutes by train to {hub}, nearest first [{said}]. Typical: the middle of the journeys one can set out on "
          "from 06:00 to 10:00, waiting left out. Trains: departures from 06:00 to 10:00 that no later train beats.")
with left:
    st.header(f"Stations by time to {hub}")
    show_stations(view)

st.header("One station’s board")
names = served.stations["name"]
station = st.selectbox(
    "Station", sorted(names.index, key=lambda crs: names[crs]), index=None, key="station",
    format_func=lambda crs: f"{names[crs]} ({crs})", placeholder="Type a name or a CRS code, such as Penzance or PNZ")
view = set_view(station=station or "")
if station:
    day = date.fromisoformat(served.manifest["rail_day"])
    counted = f"{basis}; timetable of {day.day} {day:%B %Y}" if said == basis else said
    st.html(block_table(
        f"By train from {names[station]} ({station}), a weekday between 06:00 and 10:00. Basis: {counted}.",
        ["To", "Typical", "Fastest", "Changes", "Departures 06:00–10:00"],
        [("", board_lines(station_board(served, station), view.hub))]))
else:
    small("Choose a station, here or by clicking on the map, to see its trains to all hubs.")

st.header(f"How far {hub} is from the doors of {spoken_name(here.name)}")
st.html(block_table(
    f"To {hub}; {ACCESS[view.access].label.lower()} to the station. Basis: {said}.",
    ["Time counted", "A tenth of residents need at most", "Half need at most", "Nine tenths need at most"],
    [("", minute_lines(answer))]))

curve = {clock: residents_within(served, asked, here.lsoas, CURVE_MINUTES) for clock, asked in by_clock.items()}
st.altair_chart(
    reach_chart(curve, residents, view.minutes, theme_palette()), width="stretch", key="reach",
    alt=f"Residents of {here.name} within 30 to 360 minutes of {hub}; the table has the figures.")
small(f"The line at the top is all {residents:,} residents. Whoever has no rail is within no time: a curve "
      "that does not reach the line leaves them out.")
thresholds = sorted({*TABLE_MINUTES, view.minutes})
within = {clock: residents_within(served, asked, here.lsoas, thresholds) for clock, asked in by_clock.items()}
st.html(block_table(
    f"Residents within so many minutes of {hub}, their share, and how many it would be if every journey took ten "
    f"minutes longer, or less. Basis: {said}.",
    ["Of the residents", *(CLOCKS[clock].label for clock in CLOCKS)],
    [("", reach_lines(within, without, residents))]))
for note in notes_in_words(answer, only=RAIL_NOTES):
    small(note)
