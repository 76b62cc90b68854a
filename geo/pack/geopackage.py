"""A pack's areas as a GeoPackage, for QGIS and ArcGIS: figures, boundaries, what the columns are, how to draw them."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.core.choices import KINDS, SPEEDS
from geo.core.crs import BRITISH_NATIONAL_GRID, on_national_grid
from geo.core.errors import PackError, TemporaryError
from geo.core.locks import workplace
from geo.core.measures import MEASURES
from geo.figures.intervals import Interval
from geo.figures.profile import PlaceProfile
from geo.layers.boundaries import dissolve
from geo.pack.file.manifest import view_name
from geo.pack.styles import MAPPED, graduated, outline, points
from geo.pack.tables import mapped_values, pack_tables
from geo.pack.tidy import tidy
from geo.words.claim import sentence_case
from geo.words.definitions import label
from geo.words.dictionary import Column, columns
from geo.words.made import with_mark

_EPOCH = "1980-01-01T00:00:00.000Z"
_CODED = ("msoa", "ward", "authority", "constituency")
_LAYERS = {"lsoa": "lsoas", "msoa": "msoas", "ward": "wards", "authority": "authorities",
           "constituency": "constituencies"}
_KIND_OF = {layer: kind for kind, layer in _LAYERS.items()}
_PLACE, _STATIONS = "place", "stations"
_TITLES = {_PLACE: "The place", _STATIONS: "Railway stations"}

_SCHEMA = """
CREATE TABLE gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT,
  constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN,
  max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
INSERT INTO gpkg_extensions VALUES
  ('gpkg_data_columns', NULL, 'gpkg_schema', 'http://www.geopackage.org/spec121/#extension_schema', 'read-write'),
  ('gpkg_data_column_constraints', NULL, 'gpkg_schema', 'http://www.geopackage.org/spec121/#extension_schema',
   'read-write');
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME);
"""


class Layer(NamedTuple):
    """A layer of a GeoPackage: what it holds, how it is called, what its columns are, and how QGIS draws it."""

    areas: gpd.GeoDataFrame
    title: str
    description: str
    columns: list[Column]
    styles: Mapping[str, str]     # by their names, the one to begin with first


def gpkg_bytes(profile: PlaceProfile) -> bytes:
    """Write a pack's areas and their figures as a GeoPackage."""
    return layers_bytes({name: _layer(profile, name, areas) for name, areas in _layers(profile).items()})


def layers_bytes(layers: Mapping[str, Layer]) -> bytes:
    """Write layers as a GeoPackage: the same layers give the same bytes."""
    import pyogrio  # noqa: PLC0415 - GDAL takes 30 MB, which only who writes one should have

    # GDAL writes the time of writing into each layer's entry; this is its one way to be given another.
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _EPOCH})
    try:
        with workplace() as folder:
            path = folder / "areas.gpkg"
            for name, layer in layers.items():
                _write(path, name, layer)
            _explain(path, layers)
            return path.read_bytes()
    except TemporaryError as error:
        raise PackError(f"areas.gpkg cannot be written: {error}") from error
    except (OSError, sqlite3.Error, pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError,
            pyogrio.errors.FeatureError) as error:
        raise PackError(f"areas.gpkg cannot be written in the temporary folder, make room there: {error}") from error


def _layer(profile: PlaceProfile, name: str, areas: gpd.GeoDataFrame) -> Layer:
    title = _TITLES.get(name) or sentence_case(KINDS[_KIND_OF[name]].plural)
    part = "" if name in {*_TITLES, "lsoas"} else ", the part inside where they reach beyond it"
    said = f"{profile.place.name}: {title}{part}; view {view_name(profile.view)}; edition {profile.edition.id}"
    said = with_mark(said, profile.edition)
    told = columns(areas.columns.drop("geometry"), name)
    return Layer(areas, title, said, told, _styles(name, told))


def _write(path: Path, name: str, layer: Layer) -> None:
    import pyogrio  # noqa: PLC0415 - as above

    # Of a version that programs of some years ago read without a warning.
    pyogrio.write_dataframe(layer.areas, path, layer=name, driver="GPKG", promote_to_multi=name != _STATIONS,
                            dataset_options={} if path.exists() else {"VERSION": "1.2"},
                            layer_options={"IDENTIFIER": layer.title, "DESCRIPTION": layer.description})


def _explain(path: Path, layers: Mapping[str, Layer]) -> None:
    """Add what the columns are (the GeoPackage's own schema extension), and how QGIS draws each layer."""
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("PRAGMA synchronous = OFF")    # the file is read back at once
        base.executescript(_SCHEMA)
        for name, layer in layers.items():
            base.executemany("INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, NULL)", [
                (name, each.name, title, title, each.description)
                for each, title in zip(layer.columns, _titles(layer.columns), strict=True)])
            base.executemany(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_geometry_column, styleSLD, owner, "
                "f_table_name, styleName, styleQML, useAsDefault, description, update_time) "
                "VALUES ('', '', 'geom', '', 'Swathe', ?, ?, ?, ?, ?, ?)", [
                    (name, style[:30], drawn, number == 0, style, _EPOCH)
                    for number, (style, drawn) in enumerate(layer.styles.items())])
        base.execute("INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) VALUES "
                     "('layer_styles', 'attributes', 'layer_styles', 'How QGIS draws the layers', ?)", (_EPOCH,))


def _titles(told: list[Column]) -> list[str]:
    """Name columns for readers, no two alike."""
    labels = [each.label for each in told]
    return [f"{each.label} ({each.name})" if labels.count(each.label) > 1 else each.label for each in told]


def _styles(name: str, told: list[Column]) -> dict[str, str]:
    """Draw a layer: by its name the style, the one to begin with first."""
    if name in _TITLES:
        return {"Outline": outline(told)} if name == _PLACE else {"Stations": points(told)}
    return {label(MEASURES[measure]): graduated(measure, _KIND_OF[name], told) for measure in MAPPED}


def _layers(profile: PlaceProfile) -> dict[str, gpd.GeoDataFrame]:
    areas = gpd.GeoDataFrame(profile.edition.areas.loc[profile.place.lsoas])
    if not on_national_grid(areas):
        raise PackError(f"the edition's boundaries are in {areas.crs}, not in {BRITISH_NATIONAL_GRID}: build it again")
    tables = pack_tables(profile)
    return {
        "lsoas": _lsoas(profile, areas),
        **{_LAYERS[kind]: _inside(areas, kind, tables[f"inside-{kind}"])
           for kind in reversed([*profile.inside]) if kind != "lsoa"},
        _PLACE: _place(profile, areas), _STATIONS: _stations(profile, tables["stations"]),
    }


def _finished(table: pd.DataFrame, name: str, profile: PlaceProfile) -> pd.DataFrame:
    """Say in every row what it rests on, and keep the digits that are there."""
    basis = f"broadband {profile.edition.broadband_basis}; rail {profile.edition.rail_basis}"
    return tidy(table.assign(basis=basis, view=view_name(profile.view), edition=profile.edition.id), name)


def _lsoas(profile: PlaceProfile, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    near, counts = profile.neighbourhoods, profile.areas
    found: dict[str, pd.Series] = {"name": areas["name"]}
    for kind in _CODED:
        found[f"{kind}_code"] = areas[kind]
        found[kind] = areas[kind].map(profile.edition.names(kind))
    found |= {name: counts[name] for name in ("residents", "workers", "remote_capable", "premises")}
    found |= {f"premises_below_{speed}": counts[f"premises_below_{speed}"] for speed in SPEEDS}
    found |= {"people_in_gap": near["people"], "low": near["low"], "high": near["high"],
              "p05": near["p05"], "p95": near["p95"], "per_1000": near["per_1000"],
              "nowhere_to_turn": counts["nowhere_to_turn_estimate"],
              "cut_off_by_rail": counts["cut_off_by_rail"]}
    found |= dict(mapped_values(profile, pd.Series(areas.index, areas.index)).items())
    table = pd.DataFrame(found, index=areas.index).rename_axis("code").reset_index()
    return gpd.GeoDataFrame(
        _finished(table, "lsoas", profile), geometry=areas.geometry.to_numpy(), crs=areas.crs)


def _inside(areas: gpd.GeoDataFrame, kind: str, table: pd.DataFrame) -> gpd.GeoDataFrame:
    shapes = dissolve(areas, areas[kind]).geometry
    return gpd.GeoDataFrame(table, geometry=shapes.loc[table["code"]].to_numpy(), crs=areas.crs)


def _place(profile: PlaceProfile, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    answer, place = profile.answer, profile.place
    edge: gpd.GeoDataFrame = dissolve(areas, pd.Series(place.code, areas.index, name="place"))
    gap = answer["people_in_gap"]
    row = {
        **place.facts(), "residents": answer["residents"].value, "workers": answer["workers"].value,
        "premises": answer["premises"].value,
        **{f"premises_below_{speed}": answer.at("premises_below", speed).value for speed in SPEEDS},
        "people_in_gap": gap.value, "low": gap.low, "high": gap.high,
        **(gap.interval or Interval(np.nan, np.nan))._asdict(), "per_1000": gap.rate,
        "nowhere_to_turn": answer["nowhere_to_turn"].value, "cut_off_by_rail": answer["cut_off_by_rail"].value,
        **mapped_values(profile, pd.Series(place.code, place.lsoas)).iloc[0],
    }
    numbers = {name: "float64" for name, told in zip(row, columns(row, _PLACE), strict=True)
               if told.datatype == "number"}
    table = pd.DataFrame([row]).astype(numbers)
    return gpd.GeoDataFrame(_finished(table, _PLACE, profile), geometry=edge.geometry.to_numpy(), crs=areas.crs)


def _stations(profile: PlaceProfile, table: pd.DataFrame) -> gpd.GeoDataFrame:
    where = profile.edition.stations.loc[table["station"], ["easting", "northing"]]
    shapes = gpd.points_from_xy(where["easting"], where["northing"], crs=BRITISH_NATIONAL_GRID)
    return gpd.GeoDataFrame(table, geometry=shapes)
