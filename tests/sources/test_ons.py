"""ONS boundaries and lookups: the publisher's own files, and files made wrong one way each."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely

from geo.core.errors import MissingSourceError, SourceError
from geo.sources import boundary_files, ons
from geo.sources.downloads import find_files

LSOA_FILE = "boundaries/LSOA_2021_EW_BGC.geojson"


@pytest.fixture(scope="module")
def lsoas(open_data: Path) -> gpd.GeoDataFrame:
    return boundary_files.read_boundaries(open_data / LSOA_FILE, "LSOA21CD", "LSOA21NM")


def feature(code: str, geometry: Any, name: str = "Area") -> dict[str, Any]:
    return {"type": "Feature", "properties": {"LSOA21CD": code, "LSOA21NM": name}, "geometry": geometry}


def square(west: float = -4.0, south: float = 50.7, side: float = 0.01) -> dict[str, Any]:
    return json.loads(shapely.to_geojson(shapely.box(west, south, west + side, south + side)))


def document(*features: dict[str, Any], crs: str | None = "EPSG:4326", **more: Any) -> dict[str, Any]:
    named = {"crs": {"type": "name", "properties": {"name": crs}}} if crs else {}
    return {"type": "FeatureCollection", **named, "features": list(features), **more}


@pytest.fixture
def read(tmp_path: Path) -> Callable[[Any], gpd.GeoDataFrame]:
    def read(content: Any) -> gpd.GeoDataFrame:
        path = tmp_path / "areas.geojson"
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return boundary_files.read_boundaries(path, "LSOA21CD", "LSOA21NM")

    return read


def test_all_lsoas_are_there_and_fit_together(lsoas: gpd.GeoDataFrame) -> None:
    assert lsoas.shape == (4638, 2)
    assert list(lsoas.columns) == ["name", "geometry"]
    assert lsoas.index.name == "code"
    assert lsoas.index.is_monotonic_increasing
    assert lsoas.index.is_unique
    assert lsoas.crs.to_epsg() == 27700
    assert set(lsoas.geom_type) == {"Polygon", "MultiPolygon"}
    assert lsoas.is_valid.all()
    # Repaired by the even-odd rule there is no overlap left; filling the shells leaves three areas inside others.
    assert shapely.coverage_is_valid(lsoas.geometry.to_numpy())
    assert lsoas.loc["E01019900", "name"] == "East Devon 007B"
    assert lsoas.loc["E01019900", "geometry"].area == pytest.approx(25_242_836, abs=50)


def test_projection_agrees_with_the_registry(open_data: Path, lsoas: gpd.GeoDataFrame) -> None:
    raw = gpd.read_file(open_data / LSOA_FILE).set_index("LSOA21CD").sort_index()
    some = raw.index[::200]
    expected = shapely.get_coordinates(raw.loc[some].to_crs(27700).geometry.to_numpy())
    found = shapely.get_coordinates(lsoas.loc[some, "geometry"].to_numpy())
    # Where Ordnance Survey's grid is installed it differs by up to a few metres; without a datum shift it is 100.
    np.testing.assert_allclose(found, expected, atol=6)
    np.testing.assert_array_equal(found, found.round(2))


@pytest.mark.parametrize(("file", "code", "name", "rows"), [
    ("LAD_MAY_2024_UK_BGC.geojson", "LAD24CD", "LAD24NM", 41),
    ("PCON_JULY_2024_UK_BGC.geojson", "PCON24CD", "PCON24NM", 79),
])
def test_larger_areas_cover_the_lsoas(
    open_data: Path, lsoas: gpd.GeoDataFrame, file: str, code: str, name: str, rows: int,
) -> None:
    areas = boundary_files.read_boundaries(open_data / "boundaries" / file, code, name)
    assert len(areas) == rows
    assert areas.is_valid.all()
    assert areas.area.sum() == pytest.approx(lsoas.area.sum(), rel=0.005)


def test_without_a_crs_member_it_is_wgs84(read) -> None:
    same = read(document(feature("E01000001", square()), crs=None))
    named = read(document(feature("E01000001", square()), crs="urn:ogc:def:crs:OGC:1.3:CRS84"))
    pd.testing.assert_frame_equal(pd.DataFrame(same), pd.DataFrame(named))
    corner = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True).transform(-4.0, 50.7)
    nearest = np.abs(shapely.get_coordinates(same.geometry.to_numpy()) - corner).max(axis=1).min()
    assert nearest < 6


@pytest.mark.parametrize("crs", ["EPSG:27700", "urn:ogc:def:crs:EPSG::27700"])
def test_grid_coordinates_are_kept(read, crs: str) -> None:
    areas = read(document(feature("E01000001", square(258_000, 91_000, 1000)), crs=crs))
    assert areas.total_bounds.tolist() == [258_000, 91_000, 259_000, 92_000]
    assert areas.crs.to_epsg() == 27700


@pytest.mark.parametrize("spell", [str.upper, str.lower, str.title])
def test_properties_are_known_in_any_case(read, spell: Callable[[str], str]) -> None:
    area = feature("E01000001", square(), "Named")
    area["properties"] = {"FID": 1, **{spell(name): value for name, value in area["properties"].items()}}
    assert read(document(area))["name"].to_dict() == {"E01000001": "Named"}


def test_height_is_dropped_and_rows_are_sorted(read) -> None:
    tall = {"type": "Polygon", "coordinates": [[[-4, 50.7, 9], [-3.9, 50.7, 9], [-3.9, 50.8, 9], [-4, 50.7, 9]]]}
    areas = read(document(feature("E01000002", square()), feature("E01000001", tall, " Named ")))
    assert areas.index.to_list() == ["E01000001", "E01000002"]
    assert not areas.has_z.any()
    assert areas["name"].to_list() == ["Named", "Area"]


def test_a_hole_written_as_a_second_shell_is_a_hole(read) -> None:
    inner = square(-3.998, 50.702, 0.002)
    shells = {"type": "MultiPolygon", "coordinates": [square()["coordinates"], inner["coordinates"]]}
    areas = read(document(feature("E01000001", shells), feature("E01000002", inner)))
    assert areas.is_valid.all()
    assert not areas.geometry.iloc[0].intersects(areas.geometry.iloc[1].centroid)
    assert shapely.coverage_is_valid(areas.geometry.to_numpy())


BOW = {"type": "Polygon", "coordinates": [[[-4, 50.7], [-3.9, 50.8], [-3.9, 50.7], [-4, 50.8], [-4, 50.7]]]}
LINE = {"type": "LineString", "coordinates": [[-4, 50.7], [-3.9, 50.8]]}
FLAT = {"type": "Polygon", "coordinates": [[[2e5, 5e4], [2e5, 6e4], [2e5, 7e4], [2e5, 5e4]]]}
NOWHERE = {"type": "Polygon", "coordinates": [[[-4, 50.7], [-3.9, 50.7], [-3.9, float("nan")], [-4, 50.7]]]}


def test_a_bow_tie_becomes_two_triangles(read) -> None:
    area = read(document(feature("E01000001", BOW))).geometry.iloc[0]
    assert area.is_valid
    assert area.geom_type == "MultiPolygon"


@pytest.mark.parametrize(("content", "words"), [
    ("", "is empty"),
    ("<html>Sign in</html>", "is a web page"),
    (json.dumps(document(feature("E01000001", square())))[:-40], "is cut short or not GeoJSON"),
    ([1, 2], "no GeoJSON"),
    ({"error": {"code": 400, "message": "Invalid URL"}}, r"server's error message, not boundaries \(Invalid URL\)"),
    ({"type": "Topology", "objects": {}}, "no GeoJSON FeatureCollection"),
    ({"spatialReference": {"wkid": 27700}, "features": []}, "Esri JSON"),
    (document(), "holds no areas"),
    (document(feature("E01000001", square()), exceededTransferLimit=True), "one page of 1 areas"),
    (document(feature("E01000001", square()), properties={"exceededTransferLimit": True}), "one page"),
    (document(feature("E01000001", square()), crs="EPSG:3857"), "coordinate system 'EPSG:3857', expected EPSG:4326"),
    (document(feature("E01000001", square()), crs="urn:ogc:def:crs:EPSG::4258"), "'EPSG:4258'"),
    (document(feature("E01000001", square())) | {"crs": None}, "coordinate system 'None'"),
    (document(feature("E01000001", square()), crs="EPSG:27700"), "says it is in EPSG:27700, but has coordinates"),
    (document(feature("E01000001", square(258_000, 91_000, 99))), "says it is in EPSG:4326, but has coordinates"),
    (document(feature("E01000001", square(50.7, -4.0))), "mislabelled"),
    (document(feature("E01000001", NOWHERE)), "mislabelled"),
    (document({"type": "Feature", "geometry": square()}), "1 features have no properties"),
    (document(feature("E01000001", square()), feature("E1", square()), feature("E01000001", square())),
     "'E1', expected a code.*'E01000001', expected each code once"),
    (document(feature("E01000001", square(), name=" ")), "'LSOA21NM' is blank in feature 1"),
    (document(feature("E01000001", None)), "E01000001: no polygon"),
    (document(feature("E01000001", LINE)), "E01000001: no polygon"),
    (document(feature("E01000001", {"type": "Polygon", "coordinates": [[[1]]]})), "E01000001: no polygon"),
    (document(feature("E01000001", {"type": "Polygon", "coordinates": []})), "E01000001: no polygon"),
    (document(feature("E01000001", FLAT), crs="EPSG:27700"), "E01000001: nothing is left"),
])
def test_each_wrong_file_is_told_in_one_line(read, content: Any, words: str) -> None:
    with pytest.raises(SourceError, match=words) as caught:
        read(content)
    assert str(caught.value).startswith("areas.geojson: ")
    assert "\n" not in str(caught.value)


def test_a_missing_property_names_what_there_is(tmp_path: Path) -> None:
    path = tmp_path / "areas.geojson"
    path.write_text(json.dumps(document(feature("E01000001", square()))), encoding="utf-8")
    with pytest.raises(SourceError, match=r"'LAD24CD' is missing \(it has 'LSOA21CD', 'LSOA21NM'\)"):
        boundary_files.read_boundaries(path, "LAD24CD", "LSOA21NM")
    with pytest.raises(MissingSourceError, match="is not there"):
        boundary_files.read_boundaries(tmp_path / "none.geojson", "LSOA21CD", "LSOA21NM")


LOOKUPS: dict[str, tuple[Callable[[Path], pd.DataFrame], str, dict[str, str], int]] = {
    "wards": (ons.read_wards, "LSOA21_WD24_LAD24_EW_LU.csv", {
        "ward": "WD24CD", "ward_name": "WD24NM", "authority": "LAD24CD", "authority_name": "LAD24NM"}, 4638),
    "msoas": (ons.read_msoas, "LSOA21_MSOA21_HCLNM.csv", {
        "msoa": "MSOA21CD", "msoa_ons_name": "MSOA21NM"}, 4638),
    "rural_urban": (ons.read_rural_urban, "LSOA21_RUC21_EW_LU.csv", {"ruc": "RUC21CD", "ruc_name": "RUC21NM"}, 4638),
}


@pytest.mark.parametrize("which", LOOKUPS)
def test_lookups_hold_what_the_file_says(open_data: Path, which: str) -> None:
    read, file, columns, rows = LOOKUPS[which]
    found = read(open_data / "lookups" / file)
    raw = pd.read_csv(open_data / "lookups" / file, dtype=str, keep_default_na=False)
    raw = raw.set_index(raw.columns[0]).sort_index()
    assert len(found) == rows
    assert found.index.name == "code"
    assert found.index.to_list() == raw.index.to_list()
    for ours, theirs in columns.items():
        assert found[ours].to_list() == raw[theirs].to_list()
    assert (found[[*columns]].dtypes == "str").all()


def test_what_the_lookups_add(open_data: Path) -> None:
    folder = open_data / "lookups"
    urban = ons.read_rural_urban(folder / "LSOA21_RUC21_EW_LU.csv")["urban"]
    assert urban.dtype == bool
    assert urban.sum() == 3447


def test_the_librarys_names_are_those_of_the_file(open_data: Path) -> None:
    path = open_data / "lookups" / "LSOA21_MSOA21_HCLNM.csv"
    raw = pd.read_csv(path).drop_duplicates("MSOA21CD").set_index("MSOA21CD")["MSOA21HCLNM"]
    found = ons.read_msoa_names(path)
    assert found.index.name == "msoa"
    assert found["msoa_name"].to_dict() == raw.to_dict()


OUTPUT_AREAS = ("\ufeffoa21cd,lsoa21cd,lsoa21nm,lsoa21nmw,msoa21cd,msoa21nm,msoa21nmw,lad22cd,lad22nm,lad22nmw,objectid"
                "\r\n"
                "E00000001,E01000001,City 001A,,E02000001,City 001,,E09000001,City,,1\r\n"
                "E00000002,E01000001,City 001A,,E02000001,City 001,,E09000001,City,,2\r\n"
                "W00000003,W01000001,Môn 001A,Môn 001A,W02000001,Môn 001,Môn 001,W06000001,Môn,Môn,3\r\n")
NAMES = ("\ufeffmsoa21cd,msoa21nm,msoa21nmw,msoa21hclnm,msoa21hclnmw,localauthorityname,type\r\n"
         "E02000001,City 001,,City of London,,City,Present in 2011\r\n"
         "W02000001,Môn 001,Môn 001,Amlwch,Amlwch,Môn,Present in 2011\r\n")


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_msoas_are_read_as_their_publishers_write_them(tmp_path: Path, encoding: str) -> None:
    for name, text in (("oa.csv", OUTPUT_AREAS), ("names.csv", NAMES)):
        (tmp_path / name).write_bytes(text.removeprefix("\ufeff" * (encoding != "utf-8")).encode(encoding))
    assert ons.read_msoas(tmp_path / "oa.csv").to_dict("index") == {
        "E01000001": {"msoa": "E02000001", "msoa_ons_name": "City 001"},
        "W01000001": {"msoa": "W02000001", "msoa_ons_name": "Môn 001"}}
    assert ons.read_msoa_names(tmp_path / "names.csv")["msoa_name"].to_dict() == {
        "E02000001": "City of London", "W02000001": "Amlwch"}


def test_an_lsoa_in_two_msoas_and_a_msoa_of_two_names_are_told(tmp_path: Path) -> None:
    twice = OUTPUT_AREAS.replace(",E02000001,City 001,,E09000001,City,,2", ",E02000002,B,,,,,2")
    (tmp_path / "oa.csv").write_text(twice, encoding="utf-8")
    with pytest.raises(SourceError, match="row 3 has 'E01000001', expected each code once"):
        ons.read_msoas(tmp_path / "oa.csv")
    (tmp_path / "names.csv").write_text(f"{NAMES}E02000001,City 001,,Barbican,,City,\n", encoding="utf-8")
    with pytest.raises(SourceError, match="row 4 has 'E02000001', expected each code once"):
        ons.read_msoa_names(tmp_path / "names.csv")


def wards(*rows: str) -> str:
    return "LSOA21CD,WD24CD,WD24NM,LAD24CD,LAD24NM\n" + "".join(row + "\n" for row in rows)


WARD_ROW = "E01014384,E05012464,Chew Valley,E06000022,Bath"


@pytest.mark.parametrize(("content", "words"), [
    (wards(WARD_ROW, WARD_ROW.replace("E05012464", "E05012465")),
     "'LSOA21CD': row 3 has 'E01014384', expected each code once"),
    (wards("E02014384,E05012464,A,E06000022,B"), "row 2 has 'E02014384', expected an LSOA code"),
    (wards("E01014384,E06012464,A,E05000022,B"), "expected a ward code.*expected an authority code"),
    (wards(WARD_ROW, "E01014385,E05012464,Other,E06000023,Bristol"),
     "WD24CD E05012464 stands beside more than one WD24NM.*more than one LAD24CD"),
    (wards(WARD_ROW, "E01014385,E05012465,Other,E06000022,Bristol"),
     "LAD24CD E06000022 stands beside more than one LAD24NM"),
    (wards("E01014384,E05012464,,E06000022,B"), "'WD24NM': row 2 has '', expected some text"),
    (wards(WARD_ROW).replace("LAD24CD", "LAD23CD"), "'LAD24CD' is missing"),
    ("<html>Sign in</html>", "is a web page"),
])
def test_a_wrong_lookup_is_told(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "lookup.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match=words):
        ons.read_wards(path)


def test_welsh_rows_of_the_full_download_are_read(tmp_path: Path) -> None:
    path = tmp_path / "lookup.csv"
    path.write_text(wards("W01000001,W05000001,Ynys,W06000001,Môn"), encoding="utf-8")
    assert ons.read_wards(path).loc["W01000001", "authority_name"] == "Môn"


def test_changes_of_lsoas_are_the_files(open_data: Path) -> None:
    path = open_data / "lookups" / "LSOA11_LSOA21_LAD22_EW_LU.csv"
    found, raw = ons.read_lsoa_changes(path), pd.read_csv(path, dtype=str)
    pairs = sorted(zip(raw["lsoa21_code"], raw["lsoa11_code"], strict=True))
    assert list(zip(found.index, found["lsoa_2011"], strict=True)) == pairs
    assert (len(found), found.index.nunique(), found["lsoa_2011"].nunique()) == (4641, 4638, 4475)
    assert found.index.name == "code"


def test_districts_of_2018_are_the_files(open_data: Path) -> None:
    path = open_data / "lookups" / "LSOA11_LAD18_LU.csv"
    found, raw = ons.read_districts(path), pd.read_csv(path, dtype=str).set_index("lsoa11_code").sort_index()
    assert found.index.tolist() == raw.index.tolist()
    assert found["district"].tolist() == raw["ltla18_code"].tolist()
    assert found["district_name"].tolist() == raw["ltla18_name"].tolist()


def test_wrong_changes_and_districts_are_told(tmp_path: Path) -> None:
    path = tmp_path / "lookup.csv"
    path.write_text("lsoa11_code,lsoa21_code\n" + "E01000001,E01000001\nE02000001,x\n", encoding="utf-8")
    with pytest.raises(SourceError) as told:
        ons.read_lsoa_changes(path)
    for words in (
            "row 3 has 'E02000001'", "row 3 has 'x'"):
        assert words in str(told.value)
    rows = "E01000001,E07000001,A\nE01000002,E07000001,B\n"
    path.write_text(f"lsoa11_code,ltla18_code,ltla18_name\n{rows}", encoding="utf-8")
    with pytest.raises(SourceError, match="E07000001 stands beside more than one ltla18_name"):
        ons.read_districts(path)


def test_former_districts_are_read_with_the_publishers_own_headers(
    open_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("geo.sources.downloads._refuse_missing", lambda *_: None)
    for key, read, name in (("lookup-lsoa-2011", ons.read_lsoa_changes, "LSOA11_LSOA21_LAD22_EW_LU.csv"),
                            ("lookup-district-2018", ons.read_districts, "LSOA11_LAD18_LU.csv")):
        path = open_data / "lookups" / name
        raw = pd.read_csv(path, dtype=str).rename(columns=ons.PUBLISHED).assign(ObjectId=1)
        raw[raw.columns[::-1]].to_csv(tmp_path / f"{key}.csv", index=False, encoding="utf-8-sig")
        pd.testing.assert_frame_equal(read(tmp_path / f"{key}.csv"), read(path))
        assert find_files(tmp_path).files[key] == [tmp_path / f"{key}.csv"]
