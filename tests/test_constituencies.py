"""Constituencies by largest overlap: squares by hand, the publishers' areas by another library, files made wrong."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import MultiPolygon, box

from geo.layers.constituencies import largest_overlap
from geo.sources.boundary_files import read_constituency_boundaries, read_lsoa_boundaries
from geo.sources.downloads import find_files

FILE = "PCON_JULY_2024_UK_BGC.geojson"


def shapes(crs: int = 27700, **areas: Any) -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame({"name": [f"Name of {code}" for code in areas]}, geometry=[*areas.values()], crs=crs)
    return frame.set_index(pd.Index([*areas], name="code"))


def test_squares_by_hand() -> None:
    areas = shapes(d=box(0, 0, 10, 10), c=box(6, 20, 16, 30), b=box(5, 40, 15, 50), a=box(0, 60, 12, 70))
    seats = shapes(y=box(0, 0, 10, 100), x=box(10, 0, 20, 55), scot=box(0, 900, 9, 999))
    found = largest_overlap(areas, seats)
    assert found.index.to_list() == ["a", "b", "c", "d"]
    assert found.index.name == "code"
    # b is cut in halves: the first by code. A sixth of a lies in no constituency, and is no part of what is shared.
    assert found["constituency"].to_dict() == {"a": "y", "b": "x", "c": "x", "d": "y"}
    assert found["overlap_share"].to_dict() == {"a": 1.0, "b": 0.5, "c": 0.6, "d": 1.0}
    assert found["constituency_name"].to_dict() == {code: f"Name of {seat}" for code, seat in zip(
        "abcd", "yxxy", strict=True)}
    pd.testing.assert_frame_equal(found, largest_overlap(areas[::-1], seats[::-1]))


def test_what_lies_in_no_constituency_is_left_out() -> None:
    seats = shapes(x=box(0, 0, 10, 10), y=MultiPolygon([box(20, 0, 30, 10), box(40, 0, 50, 10)]))
    areas = shapes(
        away=box(100, 0, 110, 10), beside=box(10, 0, 20, 10), corner=box(10, 10, 12, 12), most=box(8, 0, 14, 1),
        island=box(41, 1, 42, 2), half=box(8, 5, 12, 6))
    assert largest_overlap(areas, seats)["constituency"].to_dict() == {"island": "y", "half": "x"}
    assert largest_overlap(areas.iloc[:2], seats).empty


def test_another_coordinate_system_is_refused() -> None:
    here, away = shapes(a=box(0, 0, 1, 1)), shapes(4326, a=box(0, 0, 1, 1))
    for pair in ((here, away), (away, here)):
        with pytest.raises(ValueError, match="EPSG:4326, expected EPSG:27700"):
            largest_overlap(*pair)


def test_it_is_what_another_library_finds_and_what_was_supplied(open_data: Path) -> None:
    lsoas = read_lsoa_boundaries(open_data / "boundaries/LSOA_2021_EW_BGC.geojson")
    seats = read_constituency_boundaries(open_data / "boundaries" / FILE)
    found = largest_overlap(lsoas, seats)
    assert found.index.equals(lsoas.index)
    supplied = pd.read_csv(open_data / "lookups/LSOA21_PCON24_largest_overlap.csv", index_col="LSOA21CD").sort_index()
    assert (found["constituency"] == supplied["PCON24CD"]).all()
    assert (found["constituency_name"] == supplied["PCON24NM"]).all()
    assert (found["overlap_share"] - supplied["area_share"]).abs().max() < 0.021
    assert (found["overlap_share"] < 0.9).sum() == (supplied["area_share"] < 0.9).sum() == 105
    torn = lsoas.loc[found.index[found["overlap_share"] < 1]].iloc[::25]
    cut = gpd.overlay(torn.reset_index(), seats.reset_index(names="seat"), keep_geom_type=True)
    shares = cut.area / cut.area.groupby(cut["code"]).transform("sum")
    best = cut.assign(share=shares).sort_values("share").drop_duplicates("code", keep="last").set_index("code")
    assert best["seat"].sort_index().to_dict() == found.loc[torn.index, "constituency"].to_dict()
    assert (best["share"] - found["overlap_share"]).abs().max() < 1e-5


def put_boundaries(folder: Path, small_data: Path, change: Callable[[dict[str, Any]], None], name: str = FILE) -> Path:
    """Fill a folder with links to the small cut, and its constituencies changed."""
    folder.mkdir()
    for path in small_data.iterdir():
        if path.name != FILE:
            (folder / path.name).symlink_to(path)
    layer = json.loads((small_data / FILE).read_text(encoding="utf-8"))
    change(layer)
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(json.dumps(layer), encoding="utf-8")
    return folder


def test_they_are_known_by_content_and_the_lookup_is_not_needed(tmp_path: Path, small_data: Path) -> None:
    def whole_country(layer: dict[str, Any]) -> None:
        """Scotland and Northern Ireland first, one longer than what is looked at of a file; properties in capitals."""
        far = [[[-7 + step / 1e5, 57.0] for step in range(20_000)] + [[-6.0, 58.0], [-7.0, 57.0]]]
        layer["features"] = [
            {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": ring},
             "properties": {"FID": 1, "PCON24CD": code, "PCON24NM": name}}
            for code, name, ring in (("S14000027", "Na h-Eileanan an Iar", far), ("N05000001", "Belfast East", far))
        ] + layer["features"]
        for each in layer["features"]:
            each["properties"] = {key.lower(): value for key, value in each["properties"].items()}

    folder = put_boundaries(tmp_path / "files", small_data, whole_country, "maps/seats of 2024.json")
    (folder / "seats.csv").write_text("LSOA21CD,PCON24CD,PCON24NM,area_share\nE01014384,E14001080,Bath,1\n")
    downloads = find_files(folder)
    assert downloads.files["boundaries-constituency"] == [folder / "maps/seats of 2024.json"]
    assert ("seats.csv (constituencies are worked out from their boundaries and those of LSOAs)"
            in downloads.not_used)
    assert len(read_constituency_boundaries(folder / "maps/seats of 2024.json")) == 2 + len(
        read_constituency_boundaries(small_data / FILE))
