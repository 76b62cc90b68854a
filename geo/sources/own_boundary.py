"""Reader of an area of the reader's own: a boundary, or a list of codes or postcodes, as people have them at hand.

Everything is read in memory; nothing is written.
"""

import io
import json
import sqlite3
import struct
import warnings
import zipfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
import pyproj
import shapely

from geo.core.crs import BRITISH_NATIONAL_GRID, WGS84
from geo.core.errors import SourceError, UploadError
from geo.core.untrusted import printable, quoted
from geo.sources.archives import BLANK, DAMAGED, MAX_FILES, is_junk, read_member, unread_format
from geo.sources.boundary_files import EXTENTS, as_shape
from geo.sources.national_grid import to_grid
from geo.sources.own_list import read_list

MOST_BYTES = 10_000_000
MOST_VERTICES = 50_000
MOST_NEAR, ALWAYS_NEAR = 10, 20_000
"""Other stretches that one of a boundary may be near, on average, and pairs that there may be anyway: what crosses
itself everywhere would take for ever to mend. Neighbourhoods side by side have 7."""

ONE_OF = "give GeoJSON, a GeoPackage, a zipped shapefile, or a CSV of codes or postcodes"
_GRIDS = {WGS84: "degrees (WGS 84)", BRITISH_NATIONAL_GRID: "the British National Grid"}
_KINDS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
_AT_ONCE = 64
_ENVELOPES = {1: 32, 2: 48, 3: 48, 4: 64}
"""Bytes of the rectangle in front of a GeoPackage's shape, by what its header says."""
_SQLITE, _SHAPEFILE = b"SQLite format 3\0", b"\0\0\x27\x0a"


@dataclass(frozen=True)
class OwnFile:
    """What a file says: polygons, codes or postcodes, and what was done to read it.

    Attributes
    ----------
    shape
        Valid polygons, EPSG:27700; None for a list.
    codes, postcodes
        Each once, as the file has them; a list holds either codes or postcodes. Postcodes are without a space.
    said
        Sentences for the reader.
    """

    shape: shapely.Geometry | None = None
    codes: tuple[str, ...] = ()
    postcodes: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


def read_own_boundary(name: str, data: bytes) -> OwnFile:
    """Read a file by what is in it.

    Parameters
    ----------
    name
        As its owner calls it, for messages.
    data
        All of it.

    Returns
    -------
    OwnFile
        Of polygons those on land and in the sea alike, put together.

    Raises
    ------
    UploadError
        In one line: why it cannot be used, and what would be right.
    """
    try:
        return _read(data)
    except (UploadError, SourceError) as error:
        said = "; ".join(error.problems) if isinstance(error, SourceError) else str(error)
        raise UploadError(f"{quoted(name, 60)} {said}") from error
    except shapely.errors.ShapelyError as error:
        raise UploadError(f"{quoted(name, 60)} holds shapes that cannot be put together: draw them again") from error


def _read(data: bytes) -> OwnFile:
    if len(data) > MOST_BYTES:
        raise UploadError(f"has {len(data):,} bytes; at most {MOST_BYTES:,} are read: simplify it, or give a part")
    start = data[:2048].lstrip(BLANK)
    if not start:
        raise UploadError(f"is empty: {ONE_OF}")
    if data.startswith(b"PK"):
        return _read_zip(data)
    if data.startswith(_SQLITE):
        return _read_geopackage(data)
    if data.startswith(_SHAPEFILE):
        raise UploadError("is a part of a shapefile: put its .shp, .dbf, .shx and .prj into one zip")
    if unread := unread_format(data[:2048]):
        raise UploadError(unread)
    if start.startswith(b"<"):
        raise UploadError(f"is XML or a web page (KML and GML are not read): {ONE_OF}")
    return _read_geojson(data) if start.startswith((b"{", b"[")) else _read_csv(data)


def _read_csv(data: bytes) -> OwnFile:
    codes, postcodes, said = read_list(data)
    return OwnFile(codes=codes, postcodes=postcodes, said=said)


def _read_zip(data: bytes) -> OwnFile:
    """Read the one shapefile, or the one other file, of an archive."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except DAMAGED as error:
        raise UploadError(f"is no zip that can be read ({printable(error)}): make it again") from error
    with archive:
        names = [entry.filename for entry in archive.infolist() if not entry.is_dir() and not is_junk(entry.filename)]
        if "[Content_Types].xml" in names:
            raise UploadError("is a workbook or document of Office, whatever its name: save the sheet as CSV")
        if len(names) > MAX_FILES:
            raise UploadError(f"holds {len(names):,} files: zip one boundary alone")
        by_suffix: dict[str, list[str]] = {}
        for name in sorted(names):
            by_suffix.setdefault(PurePosixPath(name.lower()).suffix, []).append(name)
        shapes = by_suffix.get(".shp", [])
        whole = [name for suffix in (".gpkg", ".geojson", ".json", ".csv") for name in by_suffix.get(suffix, [])]
        if {".dbf", ".shx"} & set(by_suffix) and not shapes:
            raise UploadError("holds a shapefile without its .shp: zip all of its files")
        if len(shapes) + len(whole) != 1:
            found = f"holds {len(shapes) + len(whole)} boundaries or lists"
            raise UploadError(f"{found}: zip one alone (a shapefile's .shp, .dbf, .shx and .prj are one)")
        if whole:
            inner = _member(archive, whole[0])
            if inner.startswith(b"PK"):
                raise UploadError("holds a zip in a zip: unpack it once")
            return _read(inner)
        beside = {PurePosixPath(name.lower()).suffix: name for name in names
                  if PurePosixPath(name.lower()).stem == PurePosixPath(shapes[0].lower()).stem}
        if ".dbf" not in beside:
            raise UploadError("holds a shapefile without its .dbf: zip all of its files")
        crs = _member(archive, beside[".prj"]).decode("utf-8", "replace") if ".prj" in beside else ""
        return _read_shapefile(_member(archive, shapes[0]), crs)


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    size = archive.getinfo(name).file_size
    if size > MOST_BYTES:
        raise UploadError(f"unpacks to {size:,} bytes; at most {MOST_BYTES:,} are read: simplify it, or give a part")
    return read_member(Path(name), archive, name)


def _read_shapefile(shapes: bytes, crs: str) -> OwnFile:
    """Read a shapefile's shapes; the index, which says where each stands, is made anew."""
    if not shapes.startswith(_SHAPEFILE) or len(shapes) < 100:
        raise UploadError("holds a .shp that is none: zip the shapefile again")
    import pyogrio  # noqa: PLC0415 - GDAL takes 30 MB, which only who reads such a file should have

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("own.shp", shapes)
        archive.writestr("own.shx", _index_of(shapes))
    try:
        with warnings.catch_warnings(action="ignore"):      # they would go to the log
            frame = pyogrio.read_dataframe(packed.getvalue(), columns=[], force_2d=True)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError, RuntimeError) as error:
        raise UploadError("holds a .shp that is damaged: zip the shapefile again") from error
    return _own_shape(frame.geometry.to_numpy(), _crs_of(crs), [])


def _index_of(shapes: bytes) -> bytes:
    """Write the .shx of a .shp: for each shape where it stands and how long it is, in words of two bytes."""
    rows, at = [], 100
    while at + 8 <= len(shapes):
        words = int.from_bytes(shapes[at + 4:at + 8], "big")
        if at + 8 + 2 * words > len(shapes):
            raise UploadError("holds a .shp that is cut short: zip the shapefile again")
        rows.append(struct.pack(">II", at // 2, words))
        at += 8 + 2 * words
    return shapes[:24] + struct.pack(">I", 50 + 4 * len(rows)) + shapes[28:100] + b"".join(rows)


def _read_geopackage(data: bytes) -> OwnFile:
    """Read the first layer of polygons."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_BYTES)
        try:
            database.deserialize(data)
            return _first_layer(database)
        except (sqlite3.Error, UnicodeDecodeError, MemoryError) as error:
            raise UploadError("is a GeoPackage that is damaged: save it again") from error


def _first_layer(database: sqlite3.Connection) -> OwnFile:
    """Read the shapes of a table. A view is a query, which could run for ever, and is none."""
    layers = database.execute(
        "SELECT layers.table_name, column_name, organization, organization_coordsys_id, definition "
        "FROM gpkg_geometry_columns AS layers JOIN sqlite_master ON name = table_name AND sql LIKE 'CREATE TABLE%' "
        "LEFT JOIN gpkg_spatial_ref_sys USING (srs_id) "
        "WHERE geometry_type_name LIKE '%POLYGON' OR geometry_type_name LIKE 'GEOMETRY%' ORDER BY layers.rowid"
    ).fetchall() if not _views(database) else []
    if not layers:
        raise UploadError("holds no layer of polygons: an area is needed, not points, lines, tables or views")
    table, column, organization, number, words = layers[0]
    quoted_names = [str(name).replace('"', '""') for name in (column, table)]
    blobs, size = [], 0
    for blob, in database.execute('SELECT "{}" FROM "{}"'.format(*quoted_names)):  # noqa: S608 - names cannot be bound
        if isinstance(blob, bytes):
            blobs.append(blob[8 + _ENVELOPES.get(blob[3] >> 1 & 7, 0):] if len(blob) > 8 else b"")
            size += len(blob)
            if size > MOST_BYTES:
                raise UploadError(f"holds shapes of more than {MOST_BYTES:,} bytes: simplify it, or give a part")
    said = [f"Of {len(layers)} layers of polygons the first is used, {quoted(table, 40)}."] * (len(layers) > 1)
    crs = f"{organization}:{number}" if str(organization).upper() in {"EPSG", "OGC", "ESRI"} else str(words or "")
    return _own_shape(shapely.from_wkb(np.array([*blobs, None], dtype=object), on_invalid="ignore")[:-1],
                      None if str(words or "undefined") == "undefined" else _crs_of(crs), said)


def _views(database: sqlite3.Connection) -> bool:
    """Tell whether what says which layers there are is itself a query."""
    return bool(database.execute("SELECT 1 FROM sqlite_master WHERE type = 'view' AND name LIKE 'gpkg%'").fetchall())


def _read_geojson(data: bytes) -> OwnFile:
    try:
        document = json.loads(data, object_hook=as_shape)
    except UnicodeDecodeError as error:
        raise UploadError("is not in UTF-8, as GeoJSON must be: save it again") from error
    except (ValueError, RecursionError) as error:
        raise UploadError(f"is cut short or not GeoJSON ({printable(error)}): save it again") from error
    crs = document.get("crs") if isinstance(document, dict) else None
    named = crs.get("properties") if isinstance(crs, dict) else None
    declared = str(named.get("name")) if isinstance(named, dict) else WGS84 if crs is None else str(crs)
    return _own_shape(np.array([*_shapes_in(document), None], dtype=object)[:-1], _crs_of(declared), [])


def _shapes_in(document: object) -> list[shapely.Geometry]:
    """Find the shapes of a feature collection, a feature, or a shape alone."""
    if isinstance(document, shapely.Geometry):
        return [document]
    if not isinstance(document, dict):
        return []
    inner = document.get("features") or document.get("geometries") or [document.get("geometry")]
    return [shape for part in (inner if isinstance(inner, list) else []) for shape in _shapes_in(part)]


def _crs_of(declared: str) -> pyproj.CRS | None:
    """Understand a coordinate system as files name it; None where they name none."""
    if not declared.strip():
        return None
    try:
        # Grids are files of the server's, which no file of a reader's may name.
        return pyproj.CRS.from_user_input("" if "grids" in declared.lower() else declared[:10_000])
    except pyproj.exceptions.CRSError as error:
        named = quoted(declared, 40)
        raise UploadError(f"names a coordinate system that is not known, {named}: save it in {WGS84}") from error


def _own_shape(shapes: np.ndarray, crs: pyproj.CRS | None, said: Sequence[str]) -> OwnFile:
    """Put polygons together on the National Grid, mended where they cross themselves."""
    there = shapes[~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)]
    parts = shapely.get_parts(shapely.get_parts(shapely.force_2d(there)))     # of a collection those inside too
    polygons = parts[np.isin(shapely.get_type_id(parts), _KINDS)]
    if not len(polygons):
        raise UploadError("holds points or lines alone: an area is needed, as polygons" if len(parts) else
                          f"holds no shape: {ONE_OF}")
    vertices = int(shapely.get_num_coordinates(polygons).sum())
    if vertices > MOST_VERTICES:
        raise UploadError(f"has {vertices:,} corners; at most {MOST_VERTICES:,} are read: simplify it")
    points, more = _on_the_grid(shapely.get_coordinates(polygons), crs)
    polygons = shapely.set_coordinates(polygons.copy(), points.round(2))
    _refuse_tangle(polygons)
    crossing = int((~shapely.is_valid(polygons)).sum())
    shape = shapely.union_all(shapely.make_valid(polygons, method="structure", keep_collapsed=False))
    if shape.is_empty:
        raise UploadError("holds polygons without any area: draw them again")
    left = len(parts) - len(polygons)
    mended = f"{crossing:,} of its {len(polygons):,} outlines crossed themselves and were mended."
    return OwnFile(shape, said=(*said, *more, *[mended] * bool(crossing),
                                *[f"{left:,} points or lines beside the polygons were left out."] * bool(left)))


def _on_the_grid(points: np.ndarray, crs: pyproj.CRS | None) -> tuple[np.ndarray, list[str]]:
    """Bring points to the National Grid; in Britain degrees and metres cannot be taken for one another."""
    if not np.isfinite(points).all():
        raise UploadError("has coordinates that are no numbers: save it again")
    fits, said = next((name for name in EXTENTS if _inside(points, name)), None), []
    if crs is None or "undefined" in crs.name.lower():
        said = [f"It names no coordinate system; it is read as {_GRIDS[fits]}, where it fits."] if fits else []
    elif (declared := _declared(crs)) is None:
        points = _in_degrees(points, crs)
        fits = WGS84 if np.isfinite(points).all() and _inside(points, WGS84) else None
    elif fits and fits != declared:
        said = [f"Its coordinates are not in {_GRIDS[declared]}, as it says: they are read as {_GRIDS[fits]}."]
    if fits is None:
        raise UploadError(_why_not(points))
    return (points if fits == BRITISH_NATIONAL_GRID else to_grid(points[:, 0], points[:, 1])), said


def _declared(crs: pyproj.CRS) -> str | None:
    """Tell which of the two usual systems one is, by whatever software it was written."""
    code = crs.to_2d().to_epsg(min_confidence=70)
    return next((name for name in EXTENTS if name == f"EPSG:{code}" or crs.equals(name, ignore_axis_order=True)), None)


def _in_degrees(points: np.ndarray, crs: pyproj.CRS) -> np.ndarray:
    try:
        change = pyproj.Transformer.from_crs(crs, WGS84, always_xy=True)
        return np.column_stack(change.transform(points[:, 0], points[:, 1]))
    except pyproj.exceptions.ProjError as error:
        raise UploadError(f"is in {quoted(crs.name, 40)}, which leads to no place: save it in {WGS84}") from error


def _inside(points: np.ndarray, crs: str) -> bool:
    _, west, south, east, north = EXTENTS[crs]
    return bool(((points >= (west, south)) & (points <= (east, north))).all())


def _why_not(points: np.ndarray) -> str:
    """Say where points are that are nowhere in Britain."""
    if _inside(points[:, ::-1], WGS84):
        return "has latitude before longitude: save it with longitude first"
    low, high = points.min(axis=0), points.max(axis=0)
    reach = f"x {low[0]:,.6g} to {high[0]:,.6g}, y {low[1]:,.6g} to {high[1]:,.6g}"
    return f"reaches beyond the British Isles ({reach}): save it in degrees ({WGS84}) or on the British National Grid"


def _refuse_tangle(polygons: np.ndarray) -> None:
    """Refuse polygons that cross themselves or one another in too many places to be put together."""
    lines = shapely.get_parts(shapely.boundary(polygons))
    points, line = shapely.get_coordinates(lines, return_index=True)
    ends = np.flatnonzero(line[1:] == line[:-1])
    stretches = shapely.linestrings(np.stack([points[ends], points[ends + 1]], axis=1))
    tree, near = shapely.STRtree(stretches), 0
    for start in range(0, len(stretches), _AT_ONCE):
        near += tree.query(stretches[start:start + _AT_ONCE]).shape[1]
        if near > MOST_NEAR * len(stretches) + ALWAYS_NEAR:
            raise UploadError("crosses itself in too many places to be mended: draw it again, or simplify it")
