"""A pack in the programs that its readers open it with: QGIS, LibreOffice and qpdf (`make interop` installs them)."""

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import openpyxl
import pytest
from PIL import Image
from pypdf import PdfReader

from geo.core.measures import MEASURES
from geo.core.view import View
from geo.edition.store import load_edition
from geo.figures.certainty import place_certainty
from geo.figures.place import show
from geo.figures.ranking import rank
from geo.figures.side_by_side import all_figures
from geo.maps.classes import CLASSES, LIGHT
from geo.pack.make import make_pack
from geo.pack.request import Request
from geo.pack.sheet import make_sheet
from geo.pack.spreadsheets import comparison_about, comparison_table, ranking_table
from geo.pack.workbook import xlsx_bytes
from geo.words.dictionary import columns

pytestmark = pytest.mark.interop

PATIENCE = 300
ALL_SHEETS = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack with every table that one can have, unpacked."""
    folder = tmp_path_factory.mktemp("interop")
    view = View(place="E07000046+E07000047", first="halve", upgrade="E07000046", to="gigabit", rail=-20)
    _, content = make_pack(load_edition(), Request(view))
    zipfile.ZipFile(io.BytesIO(content)).extractall(folder)
    return folder


@pytest.fixture(scope="module")
def workbook(pack: Path) -> Path:
    found, = (pack / "tables").glob("*.xlsx")
    return found


def office(folder: Path, to: str, file: Path) -> None:
    """Convert a file with LibreOffice."""
    told = subprocess.run(
        ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", to,
         "--outdir", str(folder), str(file)],
        check=True, capture_output=True, text=True, timeout=PATIENCE, env={**os.environ, "HOME": str(folder)})
    assert "Error" not in told.stdout + told.stderr, told.stdout + told.stderr


@pytest.fixture(scope="module")
def in_qgis(pack: Path) -> dict[str, Any]:
    told = subprocess.run(
        ["/usr/bin/python3", str(Path(__file__).with_name("qgis_reader.py")), str(pack / "areas.gpkg"),
         str(pack / "qgis.png")],
        check=True, capture_output=True, text=True, timeout=PATIENCE,
        env={"QT_QPA_PLATFORM": "offscreen", "HOME": str(pack), "PATH": os.environ["PATH"]})
    assert "Warning" not in told.stderr, told.stderr
    return dict(json.loads(told.stdout.splitlines()[-1]))


def test_qgis_opens_every_layer_in_the_apps_own_colours(in_qgis: dict[str, Any]) -> None:
    assert list(in_qgis) == ["lsoas", "msoas", "wards", "constituencies", "authorities", "place", "stations"]
    colours = [list(colour) for colour in LIGHT.ordered("people_in_gap")[:CLASSES]]
    for name, layer in in_qgis.items():
        assert (layer["valid"], layer["styled"], layer["crs"]) == (True, True, "EPSG:27700"), name
        assert layer["features"] > 0
        if name in {"place", "stations"}:
            assert layer["renderer"] == "singleSymbol"
        else:
            assert (layer["renderer"], layer["attribute"]) == ("graduatedSymbol", "per_1000")
            assert [colour for _, colour in layer["classes"]] == colours
            assert [label for label, _ in layer["classes"]][:2] == ["under 2", "2 to 10"]


def test_qgis_shows_labels_and_whole_numbers(in_qgis: dict[str, Any]) -> None:
    for name, layer in in_qgis.items():
        fields = {field: told for field, told in layer["fields"].items() if field != "fid"}
        for told in columns(fields, name):
            alias, kind = fields[told.name]
            assert alias.startswith(told.label), (name, told.name)
            assert (told.datatype == "integer") == kind.startswith("Integer"), (name, told.name, kind)


def test_qgis_draws_the_classes(in_qgis: dict[str, Any], pack: Path) -> None:
    assert in_qgis
    seen = {tuple(colour) for colour in np.unique(
        np.asarray(Image.open(pack / "qgis.png").convert("RGB")).reshape(-1, 3), axis=0).tolist()}
    assert len(seen & set(LIGHT.classes)) >= 5      # places so large hold most of the classes


def test_libreoffice_shows_every_sheet_as_its_csv(workbook: Path, pack: Path, tmp_path: Path) -> None:
    office(tmp_path, ALL_SHEETS, workbook)
    for path in sorted((pack / "tables").glob("*.csv")):
        shown, rows = _rows(tmp_path / f"{workbook.stem}-{path.stem}.csv"), _rows(path)
        assert shown[0] == rows[0], path.stem
        assert len(shown) == len(rows) + 1, path.stem
        for mine, own in zip(shown[2:], rows[1:], strict=True):
            assert [_plain(cell) for cell in mine] == [_plain(cell) for cell in own], path.stem


def _rows(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def _plain(cell: str) -> str | float:
    """Read a number, or a share that is told as per cent."""
    try:
        return round(float(cell.removesuffix("%")) / (100 if cell.endswith("%") else 1), 6)
    except ValueError:
        return cell


def write_download(path: Path) -> Path:
    """Write rankings and a comparison as the app offers them."""
    edition, view = load_edition(), View(hub="exeter", minutes=90)
    answers = [show(edition, view.replace(place=code)) for code in ("E07000046", "E06000053", "E12000009")]
    sheets = {"Side by side": comparison_table(all_figures(answers), answers)}
    for name, measure, by in (("Ranking", "people_in_gap", "authority"), ("Ranking of wards", "mobile_4g", "ward")):
        sure = place_certainty(edition, view, MEASURES[measure], by=by) if measure == "people_in_gap" else None
        sheets[name] = ranking_table(edition, view, rank(edition, view, by=by, measure=measure), by=by, measure=measure,
                                     sure=sure)
    about = comparison_about(edition, view, [answer.place.name for answer in answers])
    path.write_bytes(xlsx_bytes(about, sheets, dict.fromkeys(sheets, "Figures of places.")))
    return path


@pytest.mark.parametrize("which", ["pack", "download"])
def test_libreoffice_prints_every_sheet_with_nothing_over_anything(
    which: str, request: pytest.FixtureRequest, tmp_path: Path,
) -> None:
    workbook = (request.getfixturevalue("workbook") if which == "pack" else
                write_download(tmp_path / "download.xlsx"))
    office(tmp_path, "pdf", workbook)
    printed = tmp_path / f"{workbook.stem}.pdf"
    texts = [page.extract_text() for page in PdfReader(printed).pages]
    book = openpyxl.load_workbook(workbook)
    assert all(any(name in text for text in texts) for name in book.sheetnames)
    assert not [text for text in texts if "###" in text or "Err:" in text]      # a number that has no room
    assert all(f"Page {number} of {len(texts)}" in text for number, text in enumerate(texts, 1))
    assert not _overlaps(printed)


def _overlaps(printed: Path) -> list[tuple[int, str, str]]:
    """Find words that lie on one another: page and both."""
    told = subprocess.run(["pdftotext", "-bbox", str(printed), "-"], check=True, capture_output=True, timeout=PATIENCE)
    found = []
    pages = ElementTree.fromstring(told.stdout).iter("{http://www.w3.org/1999/xhtml}page")      # noqa: S314
    for number, page in enumerate(pages, 1):
        boxes = [([float(word.get(side, 0)) for side in ("xMin", "yMin", "xMax", "yMax")], word.text or "")
                 for word in page]
        boxes.sort(key=lambda each: each[0][1])
        for (one, first), (other, second) in combinations(boxes, 2):
            across = min(one[2], other[2]) - max(one[0], other[0])
            up = min(one[3], other[3]) - max(one[1], other[1])
            if across > 1 and up > 0.4 * min(one[3] - one[1], other[3] - other[1]):
                found.append((number, first, second))
    return found


def test_libreoffice_opens_the_word_report(pack: Path, tmp_path: Path) -> None:
    office(tmp_path, "pdf", pack / "report.docx")
    pages = PdfReader(tmp_path / "report.pdf").pages
    assert len(pages) > 5
    assert "Torridge" in pages[0].extract_text()


def test_qpdf_finds_no_fault_in_the_report(pack: Path) -> None:
    told = subprocess.run(["qpdf", "--check", str(pack / "report.pdf")], check=False, capture_output=True, text=True,
                          timeout=PATIENCE)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "No syntax or stream encoding errors" in told.stdout


def faults_of_access(file: Path) -> list[str]:
    """What a checker of PDF/UA finds in a file; it looks at part of the standard."""
    told = subprocess.run([sys.executable, "-m", "pdfua", "check", "--format", "json", str(file)], check=False,
                          capture_output=True, text=True, timeout=PATIENCE)
    return [finding["rule_id"] for finding in json.loads(told.stdout)["findings"]]


def test_the_report_and_the_sheet_can_be_read_by_everybody(pack: Path, tmp_path: Path) -> None:
    sheet, unnamed = tmp_path / "sheet.pdf", tmp_path / "unnamed.pdf"
    sheet.write_bytes(make_sheet(load_edition(), Request(View(place="E07000046")))[1])
    assert faults_of_access(pack / "report.pdf") == []
    assert faults_of_access(sheet) == []
    unnamed.write_bytes(sheet.read_bytes().replace(b"/Marked true", b"/Marked null"))
    assert faults_of_access(unnamed)
