"""A small cut of the publishers' files, in their own shape: some authorities whose constituencies nest, a neighbour."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import python_calamine
import xlsxwriter

AUTHORITIES = ("E06000052", "E06000053", "E07000043", "E07000088")    # Cornwall, Scilly, North Devon; Gosport
POSTCODE_AREAS = ("ex", "pl", "po", "ta", "tr")
STOPS = "080"    # of Cornwall, by the first digits of their codes
REGION = "E12000009"
BUSINESSES = "Active businesses"
SEATS = "LSOA21_PCON24_largest_overlap.csv"    # which constituencies are wanted; no build needs it, nor the next
GROUPS = "LAD24_CTYUA23_RGN24_LEP21.csv"
MSOAS = "LSOA21_MSOA21_HCLNM.csv"              # of two publishers, and so two files
AS_PUBLISHED = {"OA21_LSOA21_MSOA21_LAD22_EW_LU.csv": ("LSOA21CD", "MSOA21CD", "MSOA21NM"),
                "MSOA-Names-2.2.csv": ("MSOA21CD", "MSOA21NM", "MSOA21HCLNM")}
AT_ONCE = ("LSOA21_WD24_LAD24_EW_LU.csv", SEATS, MSOAS)
DRAWN = {"LSOA_2021_EW_BGC.geojson": "LSOA21CD", "PCON_JULY_2024_UK_BGC.geojson": "PCON24CD"}

Row = Sequence[str]


def make_cut(source: Path, target: Path) -> Path:
    """Write the cut of the folder `source` into the new folder `target`, each file under its own name."""
    target.mkdir(parents=True)
    wards, seats, msoas = (_column(next(source.rglob(name))) for name in AT_ONCE)
    lsoas = {row["LSOA21CD"] for row in wards if row["LAD24CD"] in AUTHORITIES}
    seat_codes = {row["PCON24CD"] for row in seats if row["LSOA21CD"] in lsoas}
    msoa_codes = {row["MSOA21CD"] for row in msoas if row["LSOA21CD"] in lsoas}
    changes = _column(next(source.rglob("LSOA11_LSOA21_LAD22_EW_LU.csv")))
    before = {row["lsoa11_code"] for row in changes if row["lsoa21_code"] in lsoas}
    keep = lsoas | seat_codes | msoa_codes | before | {*AUTHORITIES, REGION, "E92000001", "K02000001"}
    for path in sorted(path for path in source.rglob("*") if path.is_file()):
        if path.name in {SEATS, GROUPS}:
            continue
        if path.name == MSOAS:
            _write_msoas(target, [line for line in msoas if line["LSOA21CD"] in lsoas])
            continue
        if path.suffix == ".csv" and path.parent.name not in {"pattern_timetable", "homeworking"}:
            text = path.read_text(encoding="utf-8-sig")
            (target / path.name).write_text(_rows(text, _kept(path.name, keep)), encoding="utf-8")
        elif path.name.startswith("census"):
            _copy_zip(path, target, lambda _, text: _rows(text, lambda row: bool(keep & set(row))))
        elif path.name.startswith("codepo"):
            _copy_zip(path, target, _postcodes)
            _count_postcodes(target / path.name)
        elif path.name == "Stops.zip":
            _copy_zip(path, target, lambda _, text: _rows(text, lambda row: row[0].startswith(STOPS)))
        elif path.name in DRAWN:
            layer = json.loads(path.read_text(encoding="utf-8"))
            layer["features"] = [each for each in layer["features"] if each["properties"][DRAWN[path.name]] in keep]
            (target / path.name).write_text(json.dumps(layer), encoding="utf-8")
        elif path.suffix == ".xlsx":
            _copy_workbook(path, target / path.name, keep)
    _mend_region(target / "business-demography.csv")
    return target


def _column(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _kept(name: str, keep: set[str]) -> Callable[[Row], bool]:
    whole = name.startswith(("gb_stations", "202507_fixed_coverage_UK"))
    codes = keep - {REGION} if name.startswith("mp_lookup") else keep     # a property of each row there
    return lambda row: whole or bool(codes & set(row))


def _rows(text: str, wanted: Callable[[Row], bool]) -> str:
    """Keep the header, and the rows that are wanted."""
    head = "".join(line for line in text.splitlines(keepends=True) if line.startswith("#"))
    rows = list(csv.reader(io.StringIO(text[len(head):])))
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([rows[0], *filter(wanted, rows[1:])])
    return head + out.getvalue()


def _postcodes(name: str, text: str) -> str | None:
    if "/CSV/" not in name:
        return text
    if Path(name).stem not in POSTCODE_AREAS:
        return None
    return "".join(line for line in text.splitlines(keepends=True) if any(code in line for code in AUTHORITIES))


def _count_postcodes(path: Path) -> None:
    """Say how many rows each area has, as the publisher's archive does (not every copy of it)."""
    with zipfile.ZipFile(path, "a") as archive:
        parts = [name for name in archive.namelist() if "/CSV/" in name]
        counts = "".join(f"\t{Path(name).stem.upper()}\t{len(archive.read(name).splitlines())}\n" for name in parts)
        archive.writestr("Doc/metadata.txt", f"ORDNANCE SURVEY\nPRODUCT: OS Code-Point Open\n{counts}")


def _copy_zip(path: Path, target: Path, change: Callable[[str, str], str | None]) -> None:
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target / path.name, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = change(name, old.read(name).decode("utf-8-sig"))
            if text is not None:
                new.writestr(name, text)


def _copy_workbook(path: Path, target: Path, keep: set[str]) -> None:
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    with xlsxwriter.Workbook(str(target)) as new:
        for name in book.sheet_names:
            sheet = new.add_worksheet(name)
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            chosen = rows[:3] + [row for row in rows[3:] if keep & {str(cell) for cell in row}]
            for number, row in enumerate(chosen):
                sheet.write_row(number, 0, row)


def _write_msoas(target: Path, rows: Sequence[dict[str, str]]) -> None:
    """Write what is of two publishers as two files, each with its own columns."""
    for name, columns in AS_PUBLISHED.items():
        _write(target / name, ({column: row[column] for column in columns} for row in rows))


def _mend_region(path: Path) -> None:
    """Let the South West's businesses be those of the authorities in the cut, as they are in the whole."""
    rows = _column(path)
    here = {code for code in AUTHORITIES if code != "E07000088"}
    sums: dict[str, float] = {}
    for row in rows:
        if row["indicator"] == BUSINESSES and row["areacd"] in here:
            sums[row["period"]] = sums.get(row["period"], 0.0) + float(row["observation"])
    for row in rows:
        if row["indicator"] == BUSINESSES and row["areacd"] == REGION and row["period"] in sums:
            row["observation"] = str(sums[row["period"]])
    _write(path, rows)


def _write(path: Path, rows: Iterable[dict[str, str]]) -> None:
    table = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(table[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)
