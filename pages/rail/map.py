"""The map of the Rail page: every station by its time to the hub, and a ring round the one that is chosen."""

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pydeck
import shapely
import streamlit as st

from geo.core.choices import ALL_HUBS
from geo.core.crs import WGS84
from geo.core.view import View
from geo.figures.reach import station_dots, stations_to_hub
from geo.maps.classes import MISSING, Palette, classify, legend
from geo.maps.picture import picture
from pages.shared.data import edition, per_edition, profile, usual_view
from pages.shared.map_files import degrees, over, picture_bounds, station_file
from pages.shared.map_widget.layers import boundaries, ring, station_fills
from pages.shared.map_widget.legend import legend_html, railway_credit
from pages.shared.map_widget.widget import Camera, PageMap, Properties, moving, show_page_map, theme_palette

MEASURE = "train_to_hub_minutes"
"""Stations share the classes and colours of the map of train times."""

# How many radii of a dot a picture is wide.
_DOTS_ACROSS = 130


@per_edition(16)
def station_classes(hub: str) -> pd.Series:
    """Give each station its class on the map, in the order of the map file. Do not change it: it is shared."""
    return classify(stations_to_hub(edition(), hub)["typical"], MEASURE)


@per_edition(64)
def stations_bounds(hub: str, code: str) -> tuple[float, float, float, float]:
    """Give the rectangle, on the national grid, of a place and of its stations, or of the nearest."""
    own = edition().stations.loc[profile(usual_view().replace(place=code, hub=hub)).stations.index]
    points = shapely.multipoints(own[["easting", "northing"]].to_numpy())
    west, south, east, north = shapely.union(shapely.box(*picture_bounds(code)), points).bounds
    return west, south, east, north


def _layers(view: View, palette: Palette) -> list[pydeck.Layer]:
    dots = station_fills(station_file(), station_classes(view.hub), MEASURE, palette)
    layers = [*boundaries(view.place, palette), dots]
    if view.station:
        point = station_dots(edition()).loc[[view.station]].to_crs(WGS84).iloc[0]
        layers.append(ring(point.x, point.y, palette))
    return layers


@per_edition(16)
def stations_picture(hub: str, code: str, palette: Palette) -> bytes:
    """Draw the map of stations as a picture."""
    west, south, east, north = bounds = stations_bounds(hub, code)
    circles = station_dots(edition(), max(east - west, north - south) / _DOTS_ACROSS)
    around = over(code)
    outlines = gpd.GeoSeries([*around.outlines, *circles], crs=circles.crs)
    return picture(circles, station_classes(hub), replace(around, outlines=outlines), palette,
                   palette.ordered(MEASURE), bounds)


def _picked(properties: Properties, _: Camera) -> None:
    """Take the station clicked on."""
    if properties.get("c") in edition().stations.index:
        st.session_state["station"] = properties["c"]


def show_stations(view: View) -> None:
    """Show the map of stations with its legend; the view's hub, place and station count here."""
    palette, hub = theme_palette(), ALL_HUBS[view.hub].label
    rows = [replace(row, label="no trains in the timetable") if index == MISSING else row
            for index, row in enumerate(legend(MEASURE, palette, station_classes(view.hub)))]
    show_page_map(PageMap(
        key="rail_map",
        alt=f"Map of stations by typical minutes by train to {hub}; the table has the same figures.",
        layers=lambda: _layers(view, palette),
        place=view.place,
        bounds=degrees(stations_bounds(view.hub, view.place)),
        tooltip=["{n} ({c})", f"{hub}: {{{view.hub}}}"],
        picture=lambda: stations_picture(view.hub, view.place, palette),
        legend=legend_html(f"Typical minutes by train to {hub}, and how many stations", rows),
        words=[credit] if (credit := railway_credit(moving=moving())) else [],
        on_click=_picked,
    ))
