"""A pack's areas as a GeoPackage, for QGIS and ArcGIS: the same figures, with their boundaries."""

import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio

from geo.core.choices import SPEEDS
from geo.core.crs import BRITISH_NATIONAL_GRID, on_national_grid
from geo.core.errors import PackError
from geo.figures.intervals import Interval
from geo.figures.profile import PlaceProfile
from geo.layers.boundaries import dissolve
from geo.pack.file.manifest import view_name
from geo.pack.tables import pack_tables

_EPOCH = "1980-01-01T00:00:00.000Z"
_GDAL_ERRORS = (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError)
_CODED = ("msoa", "ward", "authority", "constituency")
_TITLES = {
    "lsoas": "Neighbourhoods (LSOA 2021)", "places_inside": "Larger places, the part inside", "place": "The place",
}


def gpkg_bytes(profile: PlaceProfile) -> bytes:
    """Write a pack's areas and their figures as a GeoPackage."""
    layers = _layers(profile)
    # GDAL writes the time of writing into each layer's entry; this is its one way to be given another.
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _EPOCH})
    try:
        with tempfile.TemporaryDirectory(prefix="swathe-") as folder:
            path = Path(folder) / "areas.gpkg"
            for name, layer in layers.items():
                _write(path, name, layer, profile)
            return path.read_bytes()
    except (OSError, *_GDAL_ERRORS) as error:
        raise PackError(f"areas.gpkg cannot be written in the temporary folder, make room there: {error}") from error


def _write(path: Path, name: str, layer: gpd.GeoDataFrame, profile: PlaceProfile) -> None:
    description = f"{profile.place.name}; view {view_name(profile.view)}; edition {profile.edition.id}"
    pyogrio.write_dataframe(
        layer, path, layer=name, driver="GPKG", promote_to_multi=True,
        layer_options={"IDENTIFIER": _TITLES[name], "DESCRIPTION": description})


def _layers(profile: PlaceProfile) -> dict[str, gpd.GeoDataFrame]:
    areas = gpd.GeoDataFrame(profile.edition.areas.loc[profile.place.lsoas])
    if not on_national_grid(areas):
        raise PackError(f"the edition's boundaries are in {areas.crs}, not in {BRITISH_NATIONAL_GRID}: build it again")
    tables = pack_tables(profile)
    inside = [_inside(areas, kind, tables[f"inside-{kind}"]) for kind in profile.inside if kind != "lsoa"]
    return {
        "lsoas": _lsoas(profile, areas),
        **({"places_inside": gpd.GeoDataFrame(pd.concat(inside, ignore_index=True), crs=areas.crs)} if inside else {}),
        "place": _place(profile, areas),
    }


def _stamped(table: pd.DataFrame, profile: PlaceProfile) -> pd.DataFrame:
    basis = f"broadband {profile.edition.broadband_basis}; rail {profile.edition.rail_basis}"
    return table.assign(basis=basis, view=view_name(profile.view), edition=profile.edition.id)


def _lsoas(profile: PlaceProfile, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    near, counts = profile.neighbourhoods, profile.areas
    columns: dict[str, pd.Series] = {"name": areas["name"]}
    for kind in _CODED:
        columns[f"{kind}_code"] = areas[kind]
        columns[kind] = areas[kind].map(profile.edition.names(kind))
    columns |= {name: counts[name] for name in ("residents", "workers", "remote_capable", "premises")}
    columns |= {f"premises_below_{speed}": counts[f"premises_below_{speed}"] for speed in SPEEDS}
    columns |= {"people_in_gap": near["people"], "low": near["low"], "high": near["high"],
                "p05": near["p05"], "p95": near["p95"], "per_1000": near["per_1000"],
                "nowhere_to_turn": counts["nowhere_to_turn_estimate"],
                "cut_off_by_rail": counts["cut_off_by_rail"]}
    table = pd.DataFrame(columns, index=areas.index).rename_axis("code").reset_index()
    return gpd.GeoDataFrame(_stamped(table, profile), geometry=areas.geometry.to_numpy(), crs=areas.crs)


def _inside(areas: gpd.GeoDataFrame, kind: str, table: pd.DataFrame) -> gpd.GeoDataFrame:
    shapes = dissolve(areas, areas[kind]).geometry
    return gpd.GeoDataFrame(table.assign(kind=kind), geometry=shapes.loc[table["code"]].to_numpy(), crs=areas.crs)


def _place(profile: PlaceProfile, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    answer, place = profile.answer, profile.place
    outline = dissolve(areas, pd.Series(place.code, areas.index, name="place"))
    gap = answer["people_in_gap"]
    row = {
        **place.facts(), "residents": answer["residents"].value, "workers": answer["workers"].value,
        "premises": float(answer["premises"].count),
        **{f"premises_below_{speed}": float(answer.at("premises_below", speed).count) for speed in SPEEDS},
        "people_in_gap": gap.value, "low": gap.low, "high": gap.high,
        **(gap.interval or Interval(np.nan, np.nan))._asdict(),
        "nowhere_to_turn": answer["nowhere_to_turn"].value, "cut_off_by_rail": answer["cut_off_by_rail"].value,
    }
    return gpd.GeoDataFrame(_stamped(pd.DataFrame([row]), profile), geometry=outline.geometry.to_numpy(), crs=areas.crs)
