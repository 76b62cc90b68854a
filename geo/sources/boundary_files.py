"""Reader of boundaries as the Office for National Statistics' Open Geography Portal serves them: ArcGIS GeoJSON."""

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry import shape

from geo.core.crs import BRITISH_NATIONAL_GRID, WGS84
from geo.core.errors import SourceError
from geo.core.untrusted import printable
from geo.sources.archives import read_bytes, refuse_web_page
from geo.sources.national_grid import to_grid
from geo.sources.tables import Problems
from geo.sources.wording import AGAIN, UNEDITED, shortened, some, value_shown

EXTENTS = {
    WGS84: ("degrees", -11.0, 49.0, 3.0, 61.5),
    BRITISH_NATIONAL_GRID: ("metres", -30_000.0, 4_000.0, 680_000.0, 1_240_000.0),
}
"""West, south, east, north of the British Isles. The grid's false origin lies in the sea off Scilly: a southern limit
of 4 km is what tells degrees labelled as metres."""


def read_boundaries(path: Path, code_column: str, name_column: str) -> gpd.GeoDataFrame:
    """Read boundaries as the Open Geography Portal serves them.

    Invalid rings are repaired by the even-odd rule: what two shells of one area both cover is a hole, because
    that is how the portal's files go wrong (a hole written as one more shell). Neighbours then still fit together.

    Parameters
    ----------
    path
        ArcGIS GeoJSON in WGS 84 (degrees) or on the British National Grid (metres), as its `crs` member says; WGS 84
        when it has none (RFC 7946).
    code_column, name_column
        Properties that hold code and name: "LSOA21CD", "LSOA21NM", …

    Returns
    -------
    geopandas.GeoDataFrame
        Index `code`, sorted; columns name and geometry: valid polygons and multipolygons, EPSG:27700, coordinates to
        the centimetre.

    Raises
    ------
    MissingSourceError, SourceError
        When it is missing or no whole GeoJSON, in another coordinate system than it says or than is known here, codes
        are twice there or no codes, or areas are without polygons.
    """
    features, crs = read_features(path)
    problems = Problems(path)
    codes, names = (_property(features, column, problems) for column in (code_column, name_column))
    problems.raise_if_any()
    for bad, expected in (
        (codes[~codes.str.fullmatch(r"[EWSNK]\d{8}")], "a code such as E01014384"),
        (codes[codes.duplicated()], "each code once"),
    ):
        if len(bad):    # features have no rows of a spreadsheet
            problems.add(f"column {code_column!r} has {some(bad.map(value_shown))}, expected {expected}")
    geometry = _polygons(features, codes, problems)
    problems.raise_if_any()
    geometry = valid_polygons(project_shapes(path, geometry, crs))
    gone = codes[shapely.is_empty(geometry)]
    if len(gone):
        raise SourceError(path, [f"{some(gone)}: nothing is left of the polygon when it is made valid: {UNEDITED}"])
    return gpd.GeoDataFrame({"name": names}, geometry=geometry, crs=BRITISH_NATIONAL_GRID).set_index(
        codes.rename("code")).sort_index()


def read_features(path: Path) -> tuple[list[dict[str, Any]], str]:
    """Read the features of a GeoJSON file, and the coordinate system that it declares: one of `EXTENTS`."""
    document = _load(path)
    return _features(path, document), _declared_crs(path, document)


def _load(path: Path) -> dict[str, Any]:
    """Parse JSON, with words for what is none."""
    data = read_bytes(path)
    if not data[:2048].strip() and not data.strip():
        raise SourceError(path, [f"is empty: {AGAIN}"])
    refuse_web_page(path, data, "GeoJSON")
    if data[:2] == b"PK":
        raise SourceError(path, ["is a zip, not GeoJSON: unpack it"])
    try:
        document = json.loads(data, object_hook=as_shape)
    except (ValueError, RecursionError) as error:
        raise SourceError(path, [f"is cut short or not GeoJSON ({printable(error)}): {AGAIN}"]) from error
    if not isinstance(document, dict):
        raise SourceError(path, ["is JSON, but no GeoJSON: download the layer as GeoJSON"])
    return document


def _features(path: Path, document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the features, when there are any and they are all of them."""
    if isinstance(document.get("error"), dict):
        message = document["error"].get("message", "no reason given")
        raise SourceError(path, [f"is a server's error message, not boundaries ({printable(message)}): {AGAIN}"])
    if "spatialReference" in document or "geometryType" in document:
        raise SourceError(path, ["is Esri JSON: download the layer as GeoJSON"])
    features = document.get("features")
    if document.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise SourceError(path, ["is no GeoJSON FeatureCollection: download the whole layer as GeoJSON"])
    extra = document.get("properties")
    if document.get("exceededTransferLimit") or (isinstance(extra, dict) and extra.get("exceededTransferLimit")):
        problem = f"is one page of {len(features):,} areas (the server stopped at its limit)"
        raise SourceError(path, [f"{problem}: download the whole layer as a file"])
    if not features:
        raise SourceError(path, ["holds no areas: download the whole layer"])
    return features


def _declared_crs(path: Path, document: Mapping[str, Any]) -> str:
    """Return the coordinate system that the file declares: one of `EXTENTS`."""
    if "crs" not in document:
        return WGS84
    declared = document["crs"]
    properties = declared.get("properties") if isinstance(declared, dict) else None
    name = str(properties.get("name", "")) if isinstance(properties, dict) else str(declared)
    if re.fullmatch(r"(urn:ogc:def:crs:)?OGC:(?:[\d.]*:)?CRS84", name):
        return WGS84
    found = re.fullmatch(r"(?:urn:ogc:def:crs:)?EPSG:(?:[\d.]*:)?(\d+)", name)
    crs = f"EPSG:{found[1]}" if found else name
    if crs not in EXTENTS:
        problem = f"is in the coordinate system {value_shown(crs)}, expected {WGS84} or {BRITISH_NATIONAL_GRID}"
        cure = f"download it in WGS 84 ({WGS84}) or on the British National Grid ({BRITISH_NATIONAL_GRID})"
        raise SourceError(path, [f"{problem}: {cure}"])
    return crs


def _property(features: Sequence[Any], column: str, problems: Problems) -> pd.Series:
    """Return a property of every feature as text, in any case of its name; note where it is missing or blank."""
    odd = [row for row, feature in enumerate(features, 1)
           if not (isinstance(feature, dict) and isinstance(feature.get("properties"), dict))]
    if odd:
        problem = f"{len(odd):,} features have no properties, the first is feature {odd[0]:,}: {UNEDITED}"
        if problem not in problems.found:
            problems.add(problem)
        return pd.Series(dtype="str")
    folded = [{name.casefold(): value for name, value in feature["properties"].items()} for feature in features]
    values = [each.get(column.casefold(), None) for each in folded]
    without = [row for row, each in enumerate(folded) if column.casefold() not in each]
    if without:
        has = shortened([*features[without[0]]["properties"]])
        problems.add(f"column {column!r} is missing (it has {has}): {UNEDITED}")
        return pd.Series(dtype="str")
    texts = pd.Series([str(value or "").strip() for value in values], dtype="str")
    blank = texts.index[texts == ""]
    if len(blank):
        where = f"feature {blank[0] + 1:,} ({len(blank):,} in all)"
        problems.add(f"column {column!r} is blank in {where}, expected some text")
    return texts


def as_shape(found: dict[str, Any]) -> Any:
    """Make a shape of a JSON object that is one, as soon as it is read: as numbers of Python it takes ten times more.

    What cannot be made a shape is none; coordinates that are no numbers are noted where they are out of place.
    """
    if "coordinates" not in found:
        return found
    with (np.errstate(invalid="ignore"),
          suppress(KeyError, ValueError, TypeError, AttributeError, IndexError, shapely.errors.ShapelyError)):
        return shapely.force_2d(shape(found))
    return None


def shapes_of(features: Sequence[Any]) -> np.ndarray:
    """Return the features' shapes (an array of geometries), None for what is none."""
    geometry = np.full(len(features), None, dtype=object)
    for position, feature in enumerate(features):
        found = feature.get("geometry") if isinstance(feature, dict) else None
        if isinstance(found, shapely.Geometry):
            geometry[position] = found
    return geometry


def _polygons(features: Sequence[Mapping[str, Any]], codes: pd.Series, problems: Problems) -> np.ndarray:
    """Return the features' polygons (an array of geometries), noting areas that have none."""
    geometry = shapes_of(features)
    kinds = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
    bad = codes[~np.isin(shapely.get_type_id(geometry), kinds) | shapely.is_empty(geometry)]
    if len(bad):
        problems.add(f"{some(sorted(set(bad)))}: no polygon, expected one or more for each area: {UNEDITED}")
    return geometry


def project_shapes(path: Path, geometry: np.ndarray, crs: str) -> np.ndarray:
    """Project to EPSG:27700, to the centimetre, when the coordinates are where the declared system puts Britain."""
    points = shapely.get_coordinates(geometry)
    unit, west, south, east, north = EXTENTS[crs]
    if not ((points >= (west, south)) & (points <= (east, north))).all():
        low, high = points.min(axis=0), points.max(axis=0)
        runs = f"x {low[0]:,.6g} to {high[0]:,.6g}, y {low[1]:,.6g} to {high[1]:,.6g}"
        isles = f"x {west:,.0f} to {east:,.0f}, y {south:,.0f} to {north:,.0f} {unit}"
        problem = f"says it is in {crs}, but has coordinates {runs}, expected those of the British Isles ({isles})"
        raise SourceError(path, [f"{problem}: its coordinate system is mislabelled, {UNEDITED}"])
    if crs == WGS84:
        points = to_grid(points[:, 0], points[:, 1])
    return np.asarray(shapely.set_coordinates(geometry.copy(), points.round(2)))


def valid_polygons(geometry: np.ndarray) -> np.ndarray:
    """Repair invalid polygons by the even-odd rule, and keep of them what has an area."""
    repaired = geometry.copy()
    for position in np.flatnonzero(~shapely.is_valid(geometry)):
        parts = shapely.get_parts(shapely.make_valid(geometry[position], method="linework"))
        repaired[position] = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    return repaired


read_constituency_boundaries = partial(read_boundaries, code_column="PCON24CD", name_column="PCON24NM")
read_lsoa_boundaries = partial(read_boundaries, code_column="LSOA21CD", name_column="LSOA21NM")
