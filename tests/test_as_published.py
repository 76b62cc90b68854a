"""A folder of files that publishers offer, each in its own shape, makes the edition that today's files make."""

import csv
import json
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xlsxwriter

from geo.edition.build import build_edition
from geo.edition.identity import LATER_FIGURES, MANIFEST_FIGURES
from geo.edition.store import figure_tables, load_edition
from geo.figures.consistency import problems_of
from geo.sources.catalogue import read_catalogue

pytestmark = pytest.mark.slow

OWN_MAKINGS = ("LSOA21_PCON24_largest_overlap.csv", "LAD24_CTYUA23_RGN24_LEP21.csv", "LSOA21_MSOA21_HCLNM.csv")
"""Files that no publisher offers, in the folder of today."""

FILE_8 = "IoD2025_File_8_connectivity_indicators.csv"
SEATS, LSOAS = "PCON_JULY_2024_UK_BGC.geojson", "LSOA_2021_EW_BGC.geojson"
WARDS, RURAL = "LSOA21_WD24_LAD24_EW_LU.csv", "LSOA21_RUC21_EW_LU.csv"
OAS, MSOAS, NAMES = "OA21_LSOA21_EW_LU.csv", "OA21_LSOA21_MSOA21_LAD22_EW_LU.csv", "MSOA-Names-2.2.csv"
RESHAPED = (FILE_8, SEATS, LSOAS, WARDS, RURAL, OAS, MSOAS, NAMES, "Stops.zip", "gb_stations.csv")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: Iterable[dict[str, object]], columns: Sequence[str]) -> None:
    """Write a CSV as the Open Geography Portal does: a byte order mark, every column, blank where nothing is said."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows({"ObjectId": number, **row} for number, row in enumerate(rows, 1))


def layer(source: Path, target: Path, code: str, name: str) -> None:
    """Write a layer as the portal's service answers: more properties, names in small letters, no coordinate system."""
    features = json.loads(source.read_text(encoding="utf-8"))["features"]
    far = {"type": "Polygon", "coordinates": [[[-4.3, 55.8], [-4.2, 55.8], [-4.2, 55.9], [-4.3, 55.8]]]}
    glasgow = {"type": "Feature", "geometry": far, "properties": {code: "S14000063", name: "Glasgow East"}}
    whole = [*([glasgow] if code == "PCON24CD" else []), *features]
    target.write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "id": number, "geometry": each["geometry"], "properties": {
            "fid": number, code.lower(): each["properties"][code], name.lower(): each["properties"][name],
            f"{name.lower()}w": " "}}
        for number, each in enumerate(whole, 1)]}), encoding="utf-8")


def publish(today: Path, folder: Path) -> Path:
    """Fill a folder with the files of `today` (the small cut) as their publishers offer them, under any names."""
    folder.mkdir()
    for path in today.iterdir():
        if path.name not in RESHAPED:
            (folder / path.name).symlink_to(path)
    layer(today / SEATS, folder / "Westminster_Parliamentary_Constituencies.geojson", "PCON24CD", "PCON24NM")
    layer(today / LSOAS, folder / "lsoas.geojson", "LSOA21CD", "LSOA21NM")
    write(folder / "wards.csv", rows_of(today / WARDS), [
        "LSOA21CD", "LSOA21NM", "LSOA21NMW", "WD24CD", "WD24NM", "WD24NMW", "LAD24CD", "LAD24NM", "LAD24NMW",
        "ObjectId"])
    write(folder / "rural.csv", rows_of(today / RURAL), [
        "LSOA21CD", "LSOA21NM", "LSOA21NMW", "RUC21CD", "RUC21NM", "Urban_rural_flag", "ObjectId"])
    msoas = {row["LSOA21CD"]: row for row in rows_of(today / MSOAS)}
    oas = [{**row, **msoas[row["LSOA21CD"]]} for row in rows_of(today / OAS)]
    assert len(oas) > 3 * len(msoas)
    write(folder / "oas.csv", oas, [
        "OA21CD", "LSOA21CD", "LSOA21NM", "LSOA21NMW", "MSOA21CD", "MSOA21NM", "MSOA21NMW", "LAD22CD", "LAD22NM",
        "LAD22NMW", "ObjectId"])
    names = {row["MSOA21CD"]: {key.lower(): value for key, value in row.items()} for row in rows_of(today / NAMES)}
    write(folder / "MSOA-Names-Latest2.csv", names.values(), [
        "msoa21cd", "msoa21nm", "msoa21nmw", "msoa21hclnm", "msoa21hclnmw", "localauthorityname", "type"])
    with zipfile.ZipFile(today / "Stops.zip") as archive:
        (folder / "Stops.csv").write_bytes(archive.read("Stops.csv"))
    with xlsxwriter.Workbook(folder / "File_8_IoD2025_Underlying_Indicators.xlsx") as book:
        book.add_worksheet("Notes").write(10, 2, "Domain")
        sheet = book.add_worksheet("IoD25 Barriers Domain")
        sheet.write_row(0, 0, ["LSOA code (2021)", "LSOA name (2021)", "Connectivity Score", "Patient-to-GP Ratio",
                               "Digital Connectivity (Broadband download and upload speeds)"])
        for number, (code, name, score, digital) in enumerate(map(dict.values, rows_of(today / FILE_8)), 1):
            sheet.write_row(number, 0, [code, name, float(score), 1.5, float(digital)])
    return folder


def test_what_publishers_offer_makes_the_edition_of_todays_files(
    open_data: Path, small_data: Path, tmp_path: Path,
) -> None:
    today = tmp_path / "today"
    today.mkdir()
    for path in (*small_data.iterdir(), *(open_data / "lookups" / name for name in OWN_MAKINGS)):
        if path.name not in {MSOAS, NAMES}:
            (today / path.name).symlink_to(path)
    published = build_edition(publish(small_data, tmp_path / "published"), tmp_path / "a", "edition")
    usual = build_edition(today, tmp_path / "b", "edition")
    assert {row["id"] for row in usual["sources"]} - {row["id"] for row in published["sources"]} == {"stations"}
    required = {source.id for source in read_catalogue().values() if source.required}
    assert required <= {row["id"] for row in published["sources"]}
    assert not {Path(row["file"]).name for row in published["sources"]} & {*OWN_MAKINGS, "gb_stations.csv"}
    for key in (*MANIFEST_FIGURES, *LATER_FIGURES):
        assert published.get(key) == usual.get(key)
    first, second = (load_edition(tmp_path / name) for name in "ab")
    assert problems_of(first) == []
    ours, theirs = figure_tables(first), figure_tables(second)
    assert ours.keys() == theirs.keys()
    for name in ours.keys() - {"stations"}:
        pd.testing.assert_frame_equal(ours[name], theirs[name], check_exact=True)
    # Of stations those without a train are not known without the list; the others stand where they stood.
    served = theirs["stations"][theirs["stations"]["served"]]
    assert set(ours["stations"].index) <= set(theirs["stations"].index)
    pd.testing.assert_frame_equal(ours["stations"].loc[served.index].drop(columns="name"), served.drop(columns="name"))
    assert np.isin(served["name"].str.removesuffix(" (Rail Station)"), ours["stations"]["name"]).all()
