"""A pack's areas as a GeoPackage, for QGIS and ArcGIS: the same figures, with their boundaries."""

import tempfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from geo.boundaries import dissolve
from geo.errors import PackError
from geo.pack.figures import PackFigures
from geo.pack.file.manifest import view_name
from geo.pack.tables import pack_tables
from geo.vocabulary import SPEEDS

__all__ = ["gpkg_bytes"]

_CRS = 27700
_EPOCH = "1980-01-01T00:00:00.000Z"
_GDAL_ERRORS = (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError)
_CODED = ("msoa", "ward", "authority", "constituency")
_TITLES = {
    "lsoas": "Neighbourhoods (LSOA 2021)", "places_inside": "Larger places, the part inside", "place": "The place",
}


def gpkg_bytes(figures: PackFigures) -> bytes:
    """Write a pack's areas and their figures as a GeoPackage.

    Parameters
    ----------
    figures
        As `geo.pack.figures.collect` gives them.

    Returns
    -------
    bytes
        British National Grid (EPSG:27700); layers lsoas, places_inside (where larger places divide it) and place. The
        same figures give the same bytes.

    Raises
    ------
    PackError
        When it cannot be written in the system's temporary folder.
    """
    layers = _layers(figures)
    # GDAL writes the time of writing into each layer's entry; this is its one way to be told another.
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _EPOCH})
    try:
        with tempfile.TemporaryDirectory(prefix="swathe-") as folder:
            path = Path(folder) / "areas.gpkg"
            for name, layer in layers.items():
                _write(path, name, layer, figures)
            return path.read_bytes()
    except (OSError, *_GDAL_ERRORS) as error:
        raise PackError(f"areas.gpkg cannot be written in the temporary folder, make room there: {error}") from error


def _write(path: Path, name: str, layer: gpd.GeoDataFrame, figures: PackFigures) -> None:
    told = f"{figures.place.name}; view {view_name(figures.view)}; edition {figures.edition.id}"
    pyogrio.write_dataframe(
        layer, path, layer=name, driver="GPKG", promote_to_multi=True,
        layer_options={"IDENTIFIER": _TITLES[name], "DESCRIPTION": told},
    )


def _layers(figures: PackFigures) -> dict[str, gpd.GeoDataFrame]:
    areas = gpd.GeoDataFrame(figures.edition.areas.loc[figures.place.lsoas])
    if areas.crs is None or areas.crs.to_epsg() != _CRS:
        raise PackError(f"the edition's boundaries are in {areas.crs}, not in EPSG:{_CRS}: build it again")
    tables = pack_tables(figures)
    inside = [_inside(areas, kind, tables[f"inside-{kind}"]) for kind in figures.inside if kind != "lsoa"]
    return {
        "lsoas": _lsoas(figures, areas),
        **({"places_inside": gpd.GeoDataFrame(pd.concat(inside, ignore_index=True), crs=areas.crs)} if inside else {}),
        "place": _place(figures, areas),
    }


def _stamped(table: pd.DataFrame, figures: PackFigures) -> pd.DataFrame:
    basis = f"broadband {figures.edition.broadband_basis}; rail {figures.edition.rail_basis}"
    return table.assign(basis=basis, view=view_name(figures.view), edition=figures.edition.id)


def _lsoas(figures: PackFigures, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    places, near, counts = figures.edition.places, figures.neighbourhoods, figures.areas
    columns: dict[str, pd.Series] = {"name": areas["name"]}
    for kind in _CODED:
        columns[f"{kind}_code"] = areas[kind]
        columns[kind] = areas[kind].map(places[places["kind"] == kind].set_index("code")["name"])
    columns |= {name: counts[name] for name in ("residents", "workers", "remote_capable", "premises")}
    columns |= {f"premises_below_{speed}": counts[f"premises_below_{speed}"] for speed in SPEEDS}
    columns |= {"people_in_gap": near["people"], "low": near["low"], "high": near["high"],
                "per_1000": near["per_1000"], "nowhere_to_turn": counts["nowhere_to_turn_estimate"],
                "cut_off_by_rail": counts["cut_off_by_rail"]}
    table = pd.DataFrame(columns, index=areas.index).rename_axis("code").reset_index()
    return gpd.GeoDataFrame(_stamped(table, figures), geometry=areas.geometry.to_numpy(), crs=areas.crs)


def _inside(areas: gpd.GeoDataFrame, kind: str, table: pd.DataFrame) -> gpd.GeoDataFrame:
    shapes = dissolve(areas, areas[kind]).geometry
    return gpd.GeoDataFrame(table.assign(kind=kind), geometry=shapes.loc[table["code"]].to_numpy(), crs=areas.crs)


def _place(figures: PackFigures, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    answer, code = figures.answer, figures.place.code
    outline = dissolve(areas, pd.Series(code, areas.index, name="place"))
    gap = answer["people_in_gap"]
    row = {
        **answer["place"], "residents": answer["residents"], "workers": answer["workers"],
        "premises": float(answer["premises"]),
        **{f"premises_below_{speed}": float(count) for speed, count in answer["premises_below"].items()},
        "people_in_gap": gap["estimate"], "low": gap["low"], "high": gap["high"],
        "nowhere_to_turn": answer["nowhere_to_turn"]["estimate"], "cut_off_by_rail": answer["cut_off_by_rail"],
    }
    return gpd.GeoDataFrame(_stamped(pd.DataFrame([row]), figures), geometry=outline.geometry.to_numpy(), crs=areas.crs)
