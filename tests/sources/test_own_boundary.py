"""A reader's own area: every format people have, and one clear line for everything that cannot be used."""

import io
import json
import sqlite3
import warnings
import zipfile
from contextlib import suppress
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.core.errors import UploadError
from geo.sources.own_boundary import MOST_BYTES, MOST_VERTICES, OwnFile, read_own_boundary

SQUARE = shapely.box(250_000, 80_000, 260_000, 90_000)     # on the National Grid, in Devon
GRID, DEGREES = "EPSG:27700", "EPSG:4326"


def frame(*shapes: shapely.Geometry, crs: str | None = GRID, to: str | None = None) -> gpd.GeoDataFrame:
    made = gpd.GeoDataFrame({"name": ["a"] * len(shapes)}, geometry=list(shapes), crs=crs)
    return made.to_crs(to) if to else made


def written(folder: Path, made: gpd.GeoDataFrame, name: str, **options: object) -> bytes:
    made.to_file(folder / name, **options)
    return (folder / name).read_bytes()


def zipped(folder: Path, made: gpd.GeoDataFrame, without: tuple[str, ...] = (), inside: str = "area") -> bytes:
    """A shapefile as it is zipped by hand."""
    part = folder / "shapefile"
    part.mkdir(exist_ok=True)
    with warnings.catch_warnings(action="ignore"):      # without a coordinate system, as asked
        made.to_file(part / "area.shp")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(part.iterdir()):
            if file.suffix not in without:
                archive.write(file, f"{inside}/{file.name}")
                archive.writestr(f"__MACOSX/._{file.name}", b"junk")
    return packed.getvalue()


def geojson(*shapes: shapely.Geometry, **more: object) -> bytes:
    features = [{"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(shape)} for shape in shapes]
    return json.dumps({"type": "FeatureCollection", "features": features, **more}).encode()


def degrees(shape: shapely.Geometry) -> shapely.Geometry:
    return gpd.GeoSeries([shape], crs=GRID).to_crs(DEGREES).iloc[0]


def near(found: OwnFile, wanted: shapely.Geometry) -> bool:
    """Whether two areas are the same to within ten metres all round."""
    assert found.shape is not None
    return bool(found.shape.hausdorff_distance(wanted) < 10)


def refused(data: bytes, name: str = "mine.x") -> str:
    with pytest.raises(UploadError) as caught:
        read_own_boundary(name, data)
    line = str(caught.value)
    assert line.startswith(f"‘{name}’ ")
    assert "\n" not in line
    assert len(line) < 400
    return line.removeprefix(f"‘{name}’ ")


@pytest.mark.parametrize("crs", [DEGREES, GRID, "EPSG:3857", "EPSG:32630", "EPSG:4258"])
def test_the_same_area_in_every_format_and_system(tmp_path: Path, crs: str) -> None:
    made = frame(SQUARE, to=crs)
    for data in (written(tmp_path, made, "a.gpkg"), zipped(tmp_path, made),
                 written(tmp_path, made, "a.geojson", RFC7946="NO") if crs != DEGREES else
                 written(tmp_path, made, "a.geojson")):
        found = read_own_boundary("a", data)
        assert near(found, SQUARE)
        assert (found.codes, found.postcodes, found.said) == ((), (), ())


def test_the_grid_as_other_software_names_it(tmp_path: Path) -> None:
    part = zipped(tmp_path, frame(SQUARE), without=(".prj", ".cpg"))
    for words in (pyproj.CRS(GRID).to_wkt("WKT1_ESRI"), pyproj.CRS(GRID).to_wkt("WKT1_GDAL")):
        packed = io.BytesIO(part)
        with zipfile.ZipFile(packed, "a") as archive:
            archive.writestr("area/area.prj", words)
        found = read_own_boundary("a.zip", packed.getvalue())
        assert found.said == ()
        assert found.shape.symmetric_difference(SQUARE).area < 1


def test_a_feature_or_a_shape_alone_is_enough() -> None:
    shape = shapely.geometry.mapping(degrees(SQUARE))
    for document in (shape, {"type": "Feature", "properties": None, "geometry": shape},
                     {"type": "GeometryCollection", "geometries": [shape]}):
        assert near(read_own_boundary("a.json", b"\xef\xbb\xbf" + json.dumps(document).encode()), SQUARE)


def test_coordinates_that_cannot_be_degrees_are_taken_for_the_grid_and_it_is_said(tmp_path: Path) -> None:
    for data in (geojson(SQUARE), geojson(SQUARE, crs={"type": "name", "properties": {"name": "EPSG:4326"}})):
        found = read_own_boundary("a.geojson", data)
        assert near(found, SQUARE)
        said, = found.said
        assert said == (
            "Its coordinates are not in degrees (WGS 84), as it says: they are read as the British National Grid.")
    mislabelled = degrees(SQUARE)
    found = read_own_boundary("a.gpkg", written(tmp_path, frame(mislabelled, crs=GRID), "a.gpkg"))
    assert near(found, SQUARE)
    assert "read as degrees (WGS 84)" in found.said[0]


@pytest.mark.parametrize("shape", [SQUARE, degrees(SQUARE)])
def test_a_shapefile_that_names_no_system_is_in_the_only_one_that_can_be(
    tmp_path: Path, shape: shapely.Geometry,
) -> None:
    found = read_own_boundary("a.zip", zipped(tmp_path, frame(shape, crs=None)))
    assert near(found, SQUARE)
    assert found.said[0].startswith("It names no coordinate system; it is read as ")
    utm = frame(SQUARE, to="EPSG:32630").set_crs(None, allow_override=True)
    assert "beyond the British Isles" in refused(zipped(tmp_path, utm))


def test_self_intersections_are_mended_and_it_is_said() -> None:
    bow = shapely.Polygon([(250_000, 80_000), (260_000, 90_000), (260_000, 80_000), (250_000, 90_000)])
    found = read_own_boundary("a", geojson(degrees(bow)))
    assert found.shape.is_valid
    assert found.shape.area == pytest.approx(50e6, rel=0.01)
    assert found.said == ("1 of its 1 outlines crossed themselves and were mended.",)


def test_height_is_dropped_and_parts_are_put_together(tmp_path: Path) -> None:
    high = shapely.force_3d(SQUARE, 100.0)
    other = shapely.box(259_000, 80_000, 265_000, 85_000)
    for data in (written(tmp_path, frame(high, other), "a.gpkg"),
                 zipped(tmp_path, frame(high, shapely.force_3d(other))),
                 geojson(shapely.force_3d(degrees(SQUARE), 5.0), degrees(other))):
        found = read_own_boundary("a", data)
        assert not found.shape.has_z
        assert found.shape.area == pytest.approx(shapely.union(SQUARE, other).area, rel=0.01)


def test_points_and_lines_are_left_out_or_refused(tmp_path: Path) -> None:
    point, line = degrees(shapely.Point(255_000, 85_000)), degrees(shapely.LineString([(250_000, 1e5), (251_000, 1e5)]))
    found = read_own_boundary("a", geojson(degrees(SQUARE), point, line))
    assert near(found, SQUARE)
    assert found.said == ("2 points or lines beside the polygons were left out.",)
    assert refused(geojson(point, line)).startswith("holds points or lines alone: an area is needed")
    assert refused(written(tmp_path, frame(shapely.Point(1, 1)), "p.gpkg")).startswith("holds no layer of polygons")
    assert refused(zipped(tmp_path, frame(shapely.Point(250_000, 80_000)))).startswith("holds points or lines alone")


def test_of_several_layers_the_first_of_polygons_is_used_and_said(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    frame(shapely.Point(250_000, 80_000)).to_file(path, layer="points")
    frame(SQUARE).to_file(path, layer="the area")
    frame(shapely.box(0, 0, 1, 1)).to_file(path, layer="another")
    found = read_own_boundary("a.gpkg", path.read_bytes())
    assert near(found, SQUARE)
    assert found.said == ("Of 2 layers of polygons the first is used, ‘the area’.",)


FOREVER = "AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x FROM n) SELECT x AS geom, x FROM n"


def changed(path: Path, *commands: str) -> bytes:
    frame(SQUARE).to_file(path, layer="area")
    with sqlite3.connect(path) as database:
        for command in commands:
            database.execute(command)
    database.close()
    return path.read_bytes()


def test_a_query_in_a_geopackage_is_not_run(tmp_path: Path) -> None:
    beside = changed(tmp_path / "a.gpkg", f"CREATE VIEW other {FOREVER}")
    assert near(read_own_boundary("a", beside), SQUARE)
    instead = changed(tmp_path / "b.gpkg", f"CREATE VIEW other {FOREVER}",
                      "UPDATE gpkg_geometry_columns SET table_name = 'other'")
    listing = changed(tmp_path / "c.gpkg", "ALTER TABLE gpkg_geometry_columns RENAME TO aside",
                      f"CREATE VIEW gpkg_geometry_columns {FOREVER}")
    for data in (instead, listing):
        assert refused(data).startswith("holds no layer of polygons")
    bomb = changed(tmp_path / "d.gpkg", 'CREATE TABLE big (a, geom AS (zeroblob(9000000)))',
                   *["INSERT INTO big (a) VALUES (1)"] * 9, "UPDATE gpkg_geometry_columns SET table_name = 'big'")
    assert refused(bomb).startswith("holds shapes of more than 10,000,000 bytes")
    quotes = changed(tmp_path / "e.gpkg", 'ALTER TABLE area RENAME TO "a""; DROP TABLE x"',
                     """UPDATE gpkg_geometry_columns SET table_name = 'a"; DROP TABLE x'""")
    assert near(read_own_boundary("a", quotes), SQUARE)


def test_parts_of_a_shapefile(tmp_path: Path) -> None:
    made = frame(SQUARE, shapely.box(270_000, 80_000, 271_000, 81_000))
    whole = read_own_boundary("a.zip", zipped(tmp_path, made)).shape
    assert whole.equals(read_own_boundary("a.zip", zipped(tmp_path, made, without=(".shx", ".cpg"))).shape)
    assert refused(zipped(tmp_path, made, without=(".shp",))) == (
        "holds a shapefile without its .shp: zip all of its files")
    assert refused(zipped(tmp_path, made, without=(".dbf",))) == (
        "holds a shapefile without its .dbf: zip all of its files")
    shapes = (tmp_path / "shapefile" / "area.shp").read_bytes()
    assert refused(shapes) == "is a part of a shapefile: put its .shp, .dbf, .shx and .prj into one zip"
    for cut in (shapes[:-40], shapes[:90], shapes[:100] + b"\xff" * 200):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("a.shp", cut)
            archive.writestr("a.dbf", b"")
        assert "a .shp that is" in refused(packed.getvalue())


def in_zip(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "."), content)
    return packed.getvalue()


def test_archives(tmp_path: Path) -> None:
    assert near(read_own_boundary("a.zip", in_zip(a_geojson=geojson(degrees(SQUARE)), readme_txt=b"hello")), SQUARE)
    bomb = in_zip(a_shp=b"\0\0\x27\x0a" + bytes(300_000_000), a_dbf=b"")
    assert len(bomb) < 1_000_000
    assert refused(bomb) == ("unpacks to 300,000,004 bytes; at most 10,000,000 are read: simplify it, or give a part")
    assert refused(in_zip(a_txt=b"x")).startswith("holds 0 boundaries or lists: zip one alone")
    assert refused(in_zip(a_csv=b"x", b_geojson=b"{}")).startswith("holds 2 boundaries or lists: zip one alone")
    assert refused(in_zip(a_csv=in_zip(a_csv=b"x"))) == "holds a zip in a zip: unpack it once"
    assert refused(in_zip(**{f"f{number}_csv": b"" for number in range(501)})).startswith("holds 501 files")
    assert refused(b"PK\x03\x04 and no more").startswith("is no zip that can be read")
    workbook = tmp_path / "a.xlsx"
    gpd.pd.DataFrame({"code": ["E01018936"]}).to_excel(workbook)
    assert refused(workbook.read_bytes(), "codes.csv") == (
        "is a workbook or document of Office, whatever its name: save the sheet as CSV")


@pytest.mark.parametrize(("data", "said"), [
    (b"", "is empty"), (b" \r\n", "is empty"), (b"x" * (MOST_BYTES + 1), "has 10,000,001 bytes; at most 10,000,000"),
    (bytes(50_000_000), "has 50,000,000 bytes; at most"),
    (b"%PDF-1.7 x", "is a PDF"), (b"\x1f\x8b x", "is packed as gzip: unpack it"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is a workbook or document of old Office"),
    (b"<?xml version='1.0'?><kml/>", "is XML or a web page (KML and GML are not read)"),
    (b"{", "is cut short or not GeoJSON"), (b"[" * 100_000, "is cut short or not GeoJSON"),
    (b'{"type": "FeatureCollection", "features": []}', "holds no shape"), (b"[1, 2]", "holds no shape"),
    (b'{"type": "Polygon", "coordinates": []}', "holds no shape"),
    (b'{"type": "Polygon", "coordinates": [["x"]]}', "holds no shape"),
    (b'{"a": "\xff"}', "is not in UTF-8"),
    (geojson(shapely.box(-180, 50, 180, 51)), "reaches beyond the British Isles (x -180 to 180, y 50 to 51)"),
    (geojson(shapely.box(50.5, -4.5, 51, -4)), "has latitude before longitude"),
    (b'{"type": "Polygon", "coordinates": [[[1e999, 0], [0, 1], [1, 1], [1e999, 0]]]}', "has coordinates that are no"),
    (geojson(degrees(SQUARE), crs="EPSG:99999"), "names a coordinate system that is not known, ‘EPSG:99999’"),
    (geojson(degrees(SQUARE), crs="+proj=longlat +nadgrids=/etc/passwd"), "names a coordinate system that is not"),
    (b"SQLite format 3\0" + b"x" * 200, "is a GeoPackage that is damaged"),
    (b'{"type": "Polygon", "coordinates": [[[-4, 51], [-4, 51], [-4, 51], [-4, 51]]]}', "holds polygons without any"),
])
def test_what_cannot_be_used_gets_one_line(data: bytes, said: str) -> None:
    assert refused(data).startswith(said)


def test_corners_have_an_end_and_so_have_crossings() -> None:
    fine = degrees(shapely.Point(255_000, 85_000).buffer(5_000, quad_segs=MOST_VERTICES // 4 + 1))
    assert refused(geojson(fine)).startswith("has 50,005 corners; at most 50,000")
    random = np.random.default_rng(1)
    tangle = shapely.Polygon(np.column_stack([random.uniform(-4, -3, 40_000), random.uniform(50.5, 51, 40_000)]))
    assert refused(geojson(tangle)).startswith("crosses itself in too many places")
    many = [shapely.box(-4 + number / 1e5, 50.5, -3 + number / 1e5, 51) for number in range(9_000)]
    assert refused(geojson(*many)).startswith("crosses itself in too many places")


def test_a_csv_of_codes_or_of_postcodes() -> None:
    codes = ("E01018936", "E01018937")
    for text in ("E01018936\nE01018937\n", "\ufeffLSOA21CD,name\r\nE01018936,\"a, b\"\r\nE01018937,c\r\n",
                 "name;code\nx; e01018936 \ny;E01018937\n;E01018937\n\n", "E01018936,E02003932\nE01018937,E02003932"):
        assert read_own_boundary("a.csv", text.encode()) == OwnFile(codes=codes)
    found = read_own_boundary("a.csv", b"Name,Postcode\nAnn,ex39 6bg\nBob,EX396BH\nCy,?\nDi,EX39 6BG\n")
    assert found.postcodes == ("EX396BG", "EX396BH")
    assert found.said == ("1 of its 4 rows hold no postcode and were left out.",)
    both = "postcode,lsoa\nEX39 6BG,E01018936\nEX39 6BH,E01018936\n"
    assert read_own_boundary("a.csv", both.encode()).postcodes == ("EX396BG", "EX396BH")     # the finer of the two


@pytest.mark.parametrize(("data", "said"), [
    (b"code\nE01018936\nE0101893\nx\nE1\nE2\nE3\n",
     "holds ‘E0101893’, ‘X’, ‘E1’ and 2 more, which are no codes (5 of 6): correct or take out what is wrong"),
    (b"a,b\n1,2\n", "holds no column of codes, such as E01018936, and none of postcodes"),
    (b"caf\xe9\nE01018936", "is not in UTF-8 (row 1): save it as"), (b"\xff\xfea\0", "is no text in UTF-8: save it as"),
    (b'"' + b"E01018936\n" * 20_000, "is no CSV that can be read"), (b"," * 3_100_000, "has more than 300,000 rows or"),
])
def test_a_csv_that_cannot_be_used_gets_one_line(data: bytes, said: str) -> None:
    assert refused(data, "a.csv").startswith(said)


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_bytes_do_harm(data: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"SQLite format 3\0", b"{", b"\0\0\x27\x0a"):
        with suppress(UploadError):
            read_own_boundary("a", start + data)


def test_no_damage_does_harm(tmp_path: Path) -> None:
    random = np.random.default_rng(7)
    made = frame(SQUARE, shapely.box(270_000, 80_000, 271_000, 81_000))
    for data in (written(tmp_path, made, "a.gpkg"), zipped(tmp_path, made), geojson(degrees(SQUARE)),
                 in_zip(a_shp=(tmp_path / "shapefile" / "area.shp").read_bytes(), a_dbf=b"")):
        for _ in range(60):
            bytes_ = bytearray(data)
            for place in random.integers(0, len(data), random.integers(1, 12)):
                bytes_[place] = random.integers(0, 256)
            with suppress(UploadError):
                read_own_boundary("a", bytes(bytes_[:random.integers(len(data) // 2, len(data) + 1)]))
            with suppress(UploadError):
                read_own_boundary("a", bytes(bytes_))


def test_a_messages_name_is_harmless() -> None:
    with pytest.raises(UploadError) as caught:
        read_own_boundary("a\n" * 100, b"")
    assert len(str(caught.value)) < 200
    assert "\n" not in str(caught.value)
