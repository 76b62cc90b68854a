"""Damage as it happens to files: rows lost, columns shifted or sorted apart, codes swapped, units, cuts, flips."""

import csv
import io
import json
import math
import zipfile
from collections.abc import Callable
from random import Random

import python_calamine
import xlsxwriter

Rows = list[list[str]]
Damage = Callable[[Rows, Random], Rows]

ROW_KINDS: dict[str, Damage] = {}


def _row_kind(function: Damage) -> Damage:
    ROW_KINDS[function.__name__] = function
    return function


@_row_kind
def rows_dropped(rows: Rows, random: Random) -> Rows:
    """Lose a run of rows: three in a hundred up to all but a few."""
    length = max(1, int(len(rows) * random.choice((0.03, 0.1, 0.3, 0.5, 0.9))))
    start = random.randrange(len(rows))
    return [row for number, row in enumerate(rows) if not start <= number < start + length]


@_row_kind
def every_nth_row_dropped(rows: Rows, random: Random) -> Rows:
    """Lose every second to twentieth row."""
    step = random.choice((2, 3, 5, 10, 20))
    return [row for number, row in enumerate(rows) if number % step]


@_row_kind
def columns_shifted(rows: Rows, random: Random) -> Rows:
    """Move the values of some rows, or of all, by one column from some column on: right past a blank, or left."""
    share, start = random.choice((0.02, 0.5, 1.0)), random.randrange(max(len(rows[0]) - 1, 1))
    right = random.random() < 0.5
    return [(([*row[:start], "", *row[start:-1]] if right else [*row[:start], *row[start + 1:], ""])
             if random.random() < share else row) for row in rows]


@_row_kind
def column_shuffled(rows: Rows, random: Random) -> Rows:
    """Sort a column apart from the others."""
    column = random.randrange(len(rows[0]))
    values = [row[column] for row in rows if len(row) > column]
    random.shuffle(values)
    return [[*row[:column], values.pop(), *row[column + 1:]] if len(row) > column else row for row in rows]


@_row_kind
def codes_swapped(rows: Rows, random: Random) -> Rows:
    """Exchange the codes of some pairs of rows."""
    column = next((place for place, value in enumerate(rows[0]) if _is_code(value)), 0)
    changed = [list(row) for row in rows]
    for _ in range(random.choice((1, 5, 50))):
        one, other = random.sample(changed, 2) if len(changed) > 1 else (changed[0], changed[0])
        if len(one) > column and len(other) > column:
            one[column], other[column] = other[column], one[column]
    return changed


def _is_code(value: str) -> bool:
    return len(value) == 9 and value[0] in "EWKSN" and value[1:].isdigit()


@_row_kind
def values_scaled(rows: Rows, random: Random) -> Rows:
    """Multiply a column, in all rows or a run of half of them."""
    columns = [place for place, value in enumerate(rows[0]) if _number(value) not in {None, 0.0}]
    if not columns:
        return rows_dropped(rows, random)
    column, factor = random.choice(columns), random.choice((0.01, 0.1, 0.5, 2, 10, 100, 1000))
    first = random.choice((0, len(rows) // 2))
    return [[*row[:column], _scaled(row[column], factor), *row[column + 1:]]
            if number >= first and len(row) > column else row for number, row in enumerate(rows)]


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _scaled(text: str, factor: float) -> str:
    value = _number(text)
    if value is None:
        return text
    product = value * factor
    return str(round(product)) if text.lstrip("-").isdigit() else repr(product)


def truncated(data: bytes, random: Random) -> bytes:
    """Cut a file off somewhere."""
    return data[: random.randrange(len(data))]


def bytes_flipped(data: bytes, random: Random) -> bytes:
    """Flip a bit in up to twenty bytes."""
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 3, 20))):
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def digits_changed(data: bytes, random: Random) -> bytes:
    """Replace up to twenty digits by others."""
    places = [place for place, value in enumerate(data) if 48 <= value <= 57]
    changed = bytearray(data)
    for place in random.sample(places, min(len(places), random.choice((1, 1, 3, 20)))):
        changed[place] = random.choice(b"0123456789")
    return bytes(changed)


BYTE_KINDS = {kind.__name__: kind for kind in (truncated, bytes_flipped, digits_changed)}
KINDS = (*ROW_KINDS, *BYTE_KINDS)


def mutate(name: str, data: bytes, kind: str, random: Random) -> bytes:
    """Damage a file of some name in one of `KINDS`."""
    if name.endswith(".zip") and random.random() < 0.9:
        return _in_zip(data, kind, random)
    if kind in BYTE_KINDS:
        return BYTE_KINDS[kind](data, random)
    if name.endswith(".geojson"):
        return _in_features(data, kind, random)
    if name.endswith(".xlsx"):
        return _in_workbook(data, kind, random)
    if name.endswith(".csv"):
        return _in_text(data, kind, random, header=True)
    return bytes_flipped(data, random)


def _in_zip(data: bytes, kind: str, random: Random) -> bytes:
    """Damage one member of an archive, and pack it again without an error."""
    out = io.BytesIO()
    with (zipfile.ZipFile(io.BytesIO(data)) as old,
          zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new):
        names = old.namelist()
        chosen = random.choice([name for name in names if name.endswith("-lsoa.csv")] or names)
        for name in names:
            content = old.read(name)
            if name == chosen:
                headless = "/CSV/" in name
                content = BYTE_KINDS[kind](content, random) if kind in BYTE_KINDS else _in_text(
                    content, kind, random, header=not headless)
            new.writestr(name, content)
    return out.getvalue()


def _in_text(data: bytes, kind: str, random: Random, *, header: bool) -> bytes:
    text = data.decode("utf-8-sig")
    remarks = "".join(line for line in text.splitlines(keepends=True) if line.startswith("#"))
    rows = list(csv.reader(io.StringIO(text[len(remarks):])))
    first = 1 if header else 0
    if len(rows) <= first:
        return data
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([*rows[:first], *ROW_KINDS[kind](rows[first:], random)])
    return (remarks + out.getvalue()).encode()


def _in_features(data: bytes, kind: str, random: Random) -> bytes:
    """Damage the properties and shapes of a GeoJSON file as if they were rows of a table."""
    document = json.loads(data)
    features = document["features"]
    names = list(features[0]["properties"])
    rows = [[*map(str, each["properties"].values()), json.dumps(each["geometry"])] for each in features]
    damaged = ROW_KINDS[kind](rows, random)
    document["features"] = [{"type": "Feature", "properties": dict(zip(names, row, strict=False)),
                             "geometry": _json(row[-1])} for row in damaged]
    return json.dumps(document).encode()


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _in_workbook(data: bytes, kind: str, random: Random) -> bytes:
    """Damage the sheet of localities, below its header."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as new:
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if name.startswith("Sub"):
                texts = [[str(cell) for cell in row] for row in rows[3:]]
                rows = rows[:3] + [[_typed(cell) for cell in row] for row in ROW_KINDS[kind](texts, random)]
            sheet = new.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return out.getvalue()


def _typed(cell: str) -> str | float:
    value = _number(cell)
    return cell if value is None or not math.isfinite(value) else value
