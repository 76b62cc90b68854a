"""A whole pack: every number in it is the command line's, the same bytes come again, and nothing in it is executed."""

import csv
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from openpyxl import load_workbook
from pypdf import PageObject, PdfReader

from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.profile import place_profile
from geo.pack.file.archive import zip_bytes
from geo.pack.file.remake import remake
from geo.pack.file.verify import verify
from geo.pack.make import STEPS, make_brief, make_pack
from geo.pack.maps.page import WIDTH
from geo.pack.request import Request
from tests.fixtures.answers import show_json

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PLACE = "E07000047"
TITLE = '=cmd()|"A1" <script>alert(1)</script> #import "x" ../../x'
NOTE = "First line: #read(\"/etc/passwd\") $x$ *bold* _it_ `raw` \\ & <b>\nSecond: مرحبا 😀 100 %"


@pytest.fixture(scope="module")
def starter() -> Edition:
    return load_edition()


@pytest.fixture(scope="module")
def made(starter: Edition) -> tuple[str, bytes]:
    told: list[str] = []
    found = make_pack(starter, Request(View(place=PLACE), TITLE, "=A & <B>", NOTE), told.append)
    assert told == list(STEPS)
    return found


@pytest.fixture(scope="module")
def files(made: tuple[str, bytes]) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(made[1])) as pack:
        assert pack.testzip() is None
        return {name: pack.read(name) for name in pack.namelist()}


def pdf_text(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def squeezed(text: str) -> str:
    """Without spaces: where lines are broken is the setter's affair."""
    return "".join(text.split())


def test_the_pack_has_what_the_contract_names(
    made: tuple[str, bytes], files: dict[str, bytes], starter: Edition,
) -> None:
    assert made[0] == f"west-devon-{PLACE}-30-london-120-train-{starter.id}.zip"
    assert {"report.pdf", "report.docx", "areas.gpkg", "manifest.json", "README.txt"} <= set(files)
    maps = {name for name in files if name.startswith("maps/")}
    assert {name.rpartition(".")[2] for name in maps} == {"png", "svg"}
    assert len(maps) == 6
    assert sum(name.endswith(".xlsx") for name in files) == 1
    assert {"tables/figures.csv", "tables/speeds.csv", "tables/inside-ward.csv"} <= set(files)


def test_every_cell_of_the_word_tables_is_in_the_pdf(files: dict[str, bytes]) -> None:
    text = squeezed(pdf_text(files["report.pdf"]))
    tables = docx.Document(io.BytesIO(files["report.docx"])).tables
    assert len(tables) > 8
    cells = {cell.text for table in tables for row in table.rows for cell in row.cells if cell.text}
    figures = {piece for cell in cells for piece in cell.split("\n") if any(letter.isdigit() for letter in piece)}
    assert len(figures) > 150
    assert [piece for piece in figures if squeezed(piece) not in text] == []


def numbers(text: str) -> set[str]:
    return set(re.findall(r"\d[\d,]*(?:\.\d+)?", text))


def test_every_number_of_the_pdf_is_in_the_word_file_and_the_other_way_round(files: dict[str, bytes]) -> None:
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(files["report.pdf"])).pages]
    pdf = numbers(" ".join(re.sub(r"Page \d+ of \d+", " ", page) for page in pages))
    word = docx.Document(io.BytesIO(files["report.docx"]))
    feet = [paragraph for section in word.sections for paragraph in section.footer.paragraphs]
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    text = " ".join([*(paragraph.text for paragraph in [*word.paragraphs, *feet]), *cells])
    assert len(pdf) > 200
    assert pdf - numbers(text) == set()
    assert numbers(re.sub(r"Page \d+ of \d+", " ", text)) - pdf == set()


def test_the_manifest_and_its_table_have_the_command_lines_figures(files: dict[str, bytes], starter: Edition) -> None:
    answer = show_json(starter, View(place=PLACE))
    manifest = json.loads(files["manifest.json"])
    assert manifest["figures"]["people_in_gap.estimate"] == answer["people_in_gap"]["estimate"]
    assert manifest["figures"]["premises_below.gigabit"] == answer["premises_below"]["gigabit"]
    assert manifest["figures"] == place_profile(starter, View(place=PLACE)).headline_numbers
    rows = list(csv.DictReader(io.StringIO(files["tables/figures.csv"].decode("utf-8-sig"))))
    assert {row["name"]: float(row["value"]) for row in rows if row["value"]} == pytest.approx(
        {name: value for name, value in manifest["figures"].items() if value is not None})


def test_a_pack_that_was_just_made_holds(made: tuple[str, bytes], starter: Edition, tmp_path: Path) -> None:
    path = tmp_path / made[0]
    path.write_bytes(made[1])
    report = verify(path, starter)
    assert report.ok, report.lines


def test_a_pack_made_again_is_the_same_and_a_forged_report_is_found(
    made: tuple[str, bytes], files: dict[str, bytes], starter: Edition, tmp_path: Path,
) -> None:
    path = tmp_path / made[0]
    path.write_bytes(made[1])
    same = remake(path, starter, verify(path, starter))
    assert same.ok, same.lines
    assert same.as_dict()["remade"] == {"checked": len(files), "different": []}
    forged = files["report.pdf"] + b"\n% 10,000 more"
    manifest = json.loads(files["manifest.json"])
    manifest["files"]["report.pdf"] = hashlib.sha256(forged).hexdigest()
    path.write_bytes(zip_bytes({**files, "report.pdf": forged, "manifest.json": json.dumps(manifest).encode()}))
    assert verify(path, starter).ok       # every checksum holds, and every figure
    found = remake(path, starter, verify(path, starter))
    assert not found.ok
    assert found.as_dict()["remade"]["different"] == ["manifest.json", "report.pdf"]
    assert "NOT everything holds" in found.lines[0]
    assert any(line.startswith("report.pdf: not as this program makes it") for line in found.lines)


def test_the_same_bytes_twice_and_from_the_command_line(starter: Edition, tmp_path: Path) -> None:
    _, once = make_pack(starter, Request(View(place=PLACE), author="Council"))
    out = tmp_path / "pack.zip"
    ran = subprocess.run(
        [sys.executable, "-m", "geo", "pack", "west devon", "--author", "Council", "--out", str(out), "--json"],
        cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": "7"}, capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout) == [str(out)]
    with zipfile.ZipFile(io.BytesIO(once)) as first, zipfile.ZipFile(out) as second:
        differ = [name for name in first.namelist() if first.read(name) != second.read(name)]
    assert differ == []
    assert out.read_bytes() == once


def test_hostile_texts_are_shown_and_not_executed(files: dict[str, bytes]) -> None:
    text = squeezed(pdf_text(files["report.pdf"]))
    assert squeezed(TITLE) in text
    assert squeezed('#read("/etc/passwd") $x$ *bold* _it_ `raw` \\ & <b>') in text
    assert "root:" not in text
    assert "[U+1F600]" in text or "😀" in text
    word = docx.Document(io.BytesIO(files["report.docx"]))
    paragraphs = [paragraph.text for paragraph in word.paragraphs]
    assert TITLE in paragraphs
    assert NOTE.split("\n")[1] in paragraphs
    manifest = json.loads(files["manifest.json"])
    assert (manifest["title"], manifest["author"], manifest["note"]) == (TITLE, "=A & <B>", NOTE)
    assert all(name == name.encode("ascii", "ignore").decode() and ".." not in name for name in files)


def test_no_file_holds_a_formula(files: dict[str, bytes]) -> None:
    name = next(name for name in files if name.endswith(".xlsx"))
    book = load_workbook(io.BytesIO(files[name]))
    assert "f" not in {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    for path, content in files.items():
        if path.endswith(".csv"):
            for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))):
                assert not [cell for cell in row if cell[:1] in {"=", "@", "+"}], path


def test_a_brief_has_two_pages_and_a_map_whose_letters_are_as_large_as_on_paper(starter: Edition) -> None:
    for code in ("E14001385", "E14001552", "E06000053", "E07000046"):      # North Cornwall's has most to say
        name, content = make_brief(starter, Request(View(place=code), "A title of some length, as they often are" * 2))
        assert name.endswith("-brief.pdf")
        pages = PdfReader(io.BytesIO(content)).pages
        assert len(pages) == 2, name
        pictures = [width for page in pages for width in widths_of_pictures(page)]
        assert [round(width) for width in pictures if width > 5] == [round(WIDTH)], name


def widths_of_pictures(page: PageObject) -> list[float]:
    """In millimetres."""
    seen: list[float] = []
    page.extract_text(visitor_operand_before=lambda what, _args, matrix, _text: (
        seen.append(matrix[0] * 25.4 / 72) if what == b"Do" else None))
    return seen


def test_a_long_word_of_the_authors_own_takes_its_room(starter: Edition) -> None:
    _, content = make_brief(starter, Request(View(place="E14001385"), note="word " * 390))
    assert "word word word" in pdf_text(content)


def repacked(path: Path, files: dict[str, bytes], folder: str = "", more: dict[str, bytes] | None = None,
             packing: int = zipfile.ZIP_STORED) -> Path:
    """Pack as another tool would: other order and compression, entries for folders, in a folder of its own."""
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name in dict.fromkeys(f"{folder}{part}/" for part in ("", "tables", "maps") if folder or part):
            archive.writestr(zipfile.ZipInfo(name.replace("//", "/")), b"")
        for name, content in sorted({**files, **(more or {})}.items(), reverse=True):
            archive.writestr(f"{folder}{name}", content)
    return path


def unpacked(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


MAC = {"__MACOSX/._report.pdf": b"x", ".DS_Store": b"y", "maps/._people.png": b"z"}


@pytest.mark.parametrize("how", ["stored", "bzip2", "foldered", "mac", "unzipped", "unzipped into a folder"])
def test_a_pack_that_came_another_way_holds(
    files: dict[str, bytes], starter: Edition, tmp_path: Path, how: str,
) -> None:
    path = {
        "stored": lambda: repacked(tmp_path / "p.zip", files),
        "bzip2": lambda: repacked(tmp_path / "p.zip", files, packing=zipfile.ZIP_BZIP2),
        "foldered": lambda: repacked(tmp_path / "p.zip", files, "West Devon (1)/"),
        "mac": lambda: repacked(tmp_path / "p.zip", {f"pack/{name}": content for name, content in files.items()}
                                | {"__MACOSX/pack/._report.pdf": b"x", "pack/.DS_Store": b"y"}),
        "unzipped": lambda: unpacked(tmp_path / "u", files),
        "unzipped into a folder": lambda: unpacked(tmp_path / "v" / "West Devon", files | MAC).parent,
    }[how]()
    found = verify(path, starter)
    assert found.ok, found.lines
    told = found.facts["as_found"]
    folders = {"foldered": "West Devon (1)", "mac": "pack", "unzipped into a folder": "West Devon"}
    assert told["folder"] == folders.get(how, "")
    assert bool(told["ignored"]) == (how in {"mac", "unzipped into a folder"})
    assert "report.pdf" in found.facts["by_checksum_alone"]
    assert not any(name.endswith(".csv") for name in found.facts["by_checksum_alone"])


def test_one_that_came_another_way_is_made_again_and_line_ends_are_named(
    files: dict[str, bytes], starter: Edition, tmp_path: Path,
) -> None:
    table = "tables/figures.csv"
    changed = {**files, **{name: files[name].replace(b"\r\n", b"\n") for name in (table, "README.txt")},
               "manifest.json": files["manifest.json"].replace(b"\n", b"\r\n")}
    assert changed[table] != files[table]
    path = repacked(tmp_path / "p.zip", changed, "pack/")
    found = remake(path, starter, verify(path, starter))
    assert found.ok, found.lines
    assert found.facts["as_found"]["line_ends"] == ["README.txt", table]
    assert f"{table}: only its line ends were changed" in found.lines
    assert found.facts["by_checksum_alone"] == []
    assert "Nothing rests on the sender’s own checksum alone." in found.lines
    other = {**changed, table: changed[table].replace(b"2", b"3", 1)}
    assert not verify(repacked(tmp_path / "q.zip", other), starter).ok


def kinds_of_file(files: dict[str, bytes]) -> dict[str, str]:
    return {Path(name).suffix: name for name in files if name != "manifest.json"}


def test_whatever_is_forged_and_sealed_anew_is_told(
    files: dict[str, bytes], starter: Edition, tmp_path: Path,
) -> None:
    """Report, Word, map, workbook, GeoPackage, table: in one pack, made again once."""
    named = [name for suffix, name in kinds_of_file(files).items()]
    forged = {name: files[name][:-1] + bytes([files[name][-1] ^ 1]) for name in named}
    manifest = json.loads(files["manifest.json"])
    manifest["files"] |= {name: hashlib.sha256(content).hexdigest() for name, content in forged.items()}
    path = tmp_path / "p.zip"
    path.write_bytes(zip_bytes({**files, **forged, "manifest.json": json.dumps(manifest).encode()}))
    found = remake(path, starter, verify(path, starter))
    assert not found.ok
    assert set(named) <= set(found.facts["remade"]["different"])


def test_the_command_line_makes_it_again_unless_in_a_hurry(
    made: tuple[str, bytes], files: dict[str, bytes], tmp_path: Path, call: Callable[..., tuple[int, str, str]],
) -> None:
    forged = files["report.pdf"] + b"\n% 10,000 more"
    manifest = json.loads(files["manifest.json"])
    manifest["files"]["report.pdf"] = hashlib.sha256(forged).hexdigest()
    path = tmp_path / made[0]
    path.write_bytes(zip_bytes({**files, "report.pdf": forged, "manifest.json": json.dumps(manifest).encode()}))
    code, out, err = call("verify", str(path))
    assert (code, err.count("\n")) == (1, 1)
    assert "report.pdf: not as this program makes it" in out
    code, out, _ = call("verify", str(path), "--quick")
    assert code == 0
    assert "Known by the sender’s own checksum alone:" in out
    (tmp_path / "empty").mkdir()
    for wrong in (tmp_path / "none.zip", tmp_path / "empty"):
        code, out, err = call("verify", str(wrong))
        assert (code, out, err.count("\n")) == (2, "", 1)
