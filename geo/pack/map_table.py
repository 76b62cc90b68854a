"""What a map shows as a table: every area on it with its figure, how sure it is, its locality and its codes."""

import geopandas as gpd
import pandas as pd

from geo.answers.ranking import RankAsked, rank_places
from geo.core.errors import PlaceError
from geo.core.measures import MEASURES
from geo.core.view import View
from geo.edition.store import Edition
from geo.maps.classes import shows_rate
from geo.pack.file.manifest import view_name
from geo.pack.geopackage import Layer, layers_bytes
from geo.pack.spreadsheets import ranking_table
from geo.pack.styles import graduated
from geo.words.definitions import label
from geo.words.dictionary import columns
from geo.words.made import with_mark

LIES_IN = ("msoa", "ward", "authority", "constituency")
"""Kinds of place that a neighbourhood is said to lie in."""


def map_table(edition: Edition, view: View) -> pd.DataFrame:
    """List the areas of the view's kind that its place is made of, else of the region, worst first."""
    inside = view.by == "lsoa" or len(edition.areas.loc[edition.place(view.place).lsoas, view.by].unique()) > 1
    try:
        found = rank_places(edition, view, RankAsked(view.by, view.place if inside else "", view.show, top=0))
    except PlaceError:     # it overlaps several, and holds none of them whole
        found = rank_places(edition, view, RankAsked(view.by, "", view.show, top=0))
    table = ranking_table(edition, view, found.shown, by=view.by, measure=view.show, sure=found.sure)
    if view.by != "lsoa":
        return table
    areas = edition.areas.loc[table["code"]]
    for number, kind in enumerate(LIES_IN):
        codes = areas[kind].to_numpy()
        names = pd.Series(codes).map(edition.names(kind)).to_numpy()
        table.insert(3 + 2 * number, kind, names)
        table.insert(4 + 2 * number, f"{kind}_code", codes)
    return table.drop(columns="within")


def map_gpkg(edition: Edition, view: View, title: str) -> bytes:
    """Write the rows of `map_table` with their boundaries as a GeoPackage, drawn as the map is."""
    table = map_table(edition, view)
    shapes = edition.areas.geometry if view.by == "lsoa" else gpd.GeoSeries(
        edition.places[edition.places["kind"] == view.by].set_index("code").geometry)
    areas = gpd.GeoDataFrame(table, geometry=shapes.loc[table["code"]].to_numpy(), crs=shapes.crs)
    told = columns(table.columns, "ranking")
    style = graduated(view.show, view.by, told, "rate" if shows_rate(view.show) else "value")
    said = f"{title}; view {view_name(view)}; {with_mark(f'edition {edition.id}', edition)}"
    return layers_bytes({"areas": Layer(areas, title, said, told, {label(MEASURES[view.show]): style})})

