"""Shared reading of CSVs and archives: by name, strictly, everything wrong told at once."""

import csv
import io
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from geo.core.errors import MissingSourceError, SourceError
from geo.sources.archives import read_packed, refuse_web_page
from geo.sources.tables import (
    Column,
    read_columns,
    read_table,
    vintage_in_name,
)

KINDS = {"code": "text", "count": "count", "share": "number", "note": "blank-text", "gap": "blank-number"}
GOOD = "note,code,count,share,gap,other\n,E1,3,0.5,,x\nhi,E2,0,-1,2.5,y\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def saved(folder: Path, content: str | bytes, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_columns_come_by_name_and_kind(folder: Path) -> None:
    frame = read_columns(saved(folder, GOOD), KINDS)
    expected = pd.DataFrame({
        "code": pd.Series(["E1", "E2"], dtype="str"), "count": np.array([3, 0], dtype="int64"), "share": [0.5, -1.0],
        "note": pd.Series(["", "hi"], dtype="str"), "gap": [np.nan, 2.5],
    })
    pd.testing.assert_frame_equal(frame, expected)


@pytest.mark.parametrize("change", [
    lambda text: "\ufeff" + text,
    lambda text: text.replace("\n", "\r\n"),
    lambda text: text.replace("\n", "\n\n"),
    lambda text: "\n\n" + text,
    lambda text: text.replace("code", " code ").replace("E1", " E1 "),
    lambda text: text.replace("E2", '"E2"'),
    lambda text: text.rstrip("\n"),
])
def test_harmless_differences_read_the_same(folder: Path, change) -> None:
    plain = read_columns(saved(folder, GOOD), KINDS)
    found = read_columns(saved(folder, change(GOOD), "other.csv"), KINDS).reset_index(drop=True)
    pd.testing.assert_frame_equal(found, plain)


def test_columns_that_are_not_read_may_be_nameless_and_double(folder: Path) -> None:
    frame = read_columns(saved(folder, "code,,,x,x\nE1,,,1,2\n"), {"code": "text"})
    assert frame["code"].to_list() == ["E1"]


def test_optional_columns_may_be_absent(folder: Path) -> None:
    path = saved(folder, "code\nE1\n")
    assert list(read_columns(path, {"code": "text", "lat": "number"}, optional=["lat"])) == ["code"]
    with pytest.raises(SourceError, match="'lat' is missing"):
        read_columns(path, {"code": "text", "lat": "number"})


def test_comments_stand_above_the_header_only(folder: Path) -> None:
    path = saved(folder, "# source: a, b\n# more\ncode,count\n# E1,3\nE2,x\n")
    with pytest.raises(SourceError, match=r"row 5 has 'x'"):
        read_columns(path, {"code": "text", "count": "count"}, comment="#")
    assert read_columns(path, {"code": "text"}, comment="#")["code"].to_list() == ["# E1", "E2"]


def test_windows_text_reads_as_it_was_written(folder: Path) -> None:
    path = saved(folder, "code\nYnys Môn\n".encode("cp1252"))
    assert read_columns(path, {"code": "text"})["code"].to_list() == ["Ynys Môn"]


def test_everything_wrong_is_told_at_once(folder: Path) -> None:
    path = saved(folder, "code,count,share\nE1,-1,a\n,2.5,1\nE3,1e30,nan\n")
    with pytest.raises(SourceError) as caught:
        read_columns(path, {"code": "text", "count": "count", "share": "number"})
    assert str(caught.value) == (
        "file.csv: column 'code': row 3 has '', expected some text; "
        "column 'count': row 2 has '-1', row 3 has '2.5', row 4 has '1e30', expected a whole number, 0 or more; "
        "column 'share': row 2 has 'a', row 4 has 'nan', expected a number"
    )


def test_missing_and_double_columns_are_told_together(folder: Path) -> None:
    with pytest.raises(SourceError) as caught:
        read_columns(saved(folder, "a,a,b,c,d,e\n1,1,1,1,1,1\n"), {"a": "text", "z": "text"})
    assert [problem.split(" ")[1] for problem in caught.value.problems] == ["'a'", "'z'"]
    assert "download" in caught.value.problems[1]


@pytest.mark.parametrize(("content", "words"), [
    (b"", "is empty"),
    (b"\xef\xbb\xbf \n", "is empty"),
    (b"<!DOCTYPE html><html><body>404</body></html>", "is a web page"),
    (b"\n  <?xml version='1.0'?><Error/>", "is a web page"),
    (b"PK\x03\x04rest", "is a zip or a spreadsheet"),
    (b'{"error":{"code":400}}', "is JSON"),
    ("code\nE1\n".encode("utf-16"), "is saved as UTF-16"),
    ("code,x\nE1,2\n".encode("utf-16-le"), "is saved as UTF-16"),
    (b"code,x\nE1,2\nE2,\x00\x00\n", "row 3 holds bytes of nothing"),
    (b"\x89PNG\x00\x00" * 40, "is not text"),
    (b"code;x\nE1;2\n", "parted by semicolons, expected commas: save it as"),
    (b"code\tx\nE1\t2\n", "parted by tabs"),
    (b"code\nE1\x81\n", "neither UTF-8 nor Windows-1252"),
    ("code\nYnys Môn".encode()[:-2], "cut short in the middle of a letter"),
    (b"code\n", "has a header and no rows"),
    (b"code,x\nE1,2\nE2,3,4\nE3\n", "row 3 has 3, row 4 has 1 columns, expected 2 as in the header"),
    (b'code,x\nE1,"2\nE2,3\n', "never closed"),
])
def test_what_is_no_csv_is_told_apart(folder: Path, content: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words) as caught:
        read_columns(saved(folder, content), {"code": "text"})
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("file.csv: ")


def test_rows_short_of_columns_count_all(folder: Path) -> None:
    with pytest.raises(SourceError, match="and 2 more rows are odd"):
        read_columns(saved(folder, "a,b\n" + "1\n" * 5), {"a": "text"})


def test_a_file_that_is_not_there_says_so(folder: Path) -> None:
    for read in (lambda path: read_columns(path, {"a": "text"}), lambda path: read_packed(path, ".csv")):
        with pytest.raises(MissingSourceError, match=r"none\.csv: is not there"):
            read(folder / "none.csv")


def test_an_unknown_kind_is_a_programming_error(folder: Path) -> None:
    with pytest.raises(ValueError, match="kilometres"):
        read_columns(saved(folder, GOOD), {"code": "kilometres"})


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=8)


@given(st.integers(1, 5).flatmap(lambda width: st.lists(
    st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=6,
)))
@settings(deadline=None, max_examples=60)
def test_any_table_that_is_written_reads_back(rows: list[list[str]]) -> None:
    names = [f"column {position}" for position in range(len(rows[0]))]
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerows([names, *rows])
    wanted = dict.fromkeys(reversed(names), "blank-text")
    frame = read_columns(Path("made.csv"), wanted, data=text.getvalue().encode())
    assert list(frame) == names[::-1]
    told = [[cell.strip() for cell in row] for row in rows]
    assert frame[names].to_numpy().tolist() == [row for row in told if any(row)]


def zipped(folder: Path, members: dict[str, bytes]) -> Path:
    path = folder / "data.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_a_member_is_found_by_its_ending(folder: Path) -> None:
    members = {"a-msoa.csv": b"no", "x/A-LSOA.csv": b"yes", "__MACOSX/x/._A-lsoa.csv": b"junk"}
    assert read_packed(zipped(folder, members), "-lsoa.csv") == b"yes"


@pytest.mark.parametrize("members", [{}, {"a.txt": b""}, {"a-lsoa.csv": b"", "b-lsoa.csv": b""}])
def test_no_member_or_several_are_told(folder: Path, members: dict[str, bytes]) -> None:
    with pytest.raises(SourceError, match=r"data\.zip: holds \d files ending in '-lsoa\.csv', expected one"):
        read_packed(zipped(folder, members), "-lsoa.csv")


def test_a_page_saved_as_zip_is_told(folder: Path) -> None:
    with pytest.raises(SourceError, match="is a web page, not a zip"):
        read_packed(saved(folder, "<html>Sign in</html>", "data.zip"), ".csv")


@example(cut=0, flip=215, mask=1)      # listed as locked, and is not
@example(cut=0, flip=217, mask=1)      # listed as packed in another way
@given(cut=st.integers(0, 400), flip=st.integers(0, 400), mask=st.integers(0, 255))
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_archive_never_passes_for_another(tmp_path: Path, cut: int, flip: int, mask: int) -> None:
    content = b"code,count\n" + b"".join(b"E%d,%d\n" % (row, row * 7) for row in range(40))
    data = bytearray(zipped(tmp_path, {"a-lsoa.csv": content}).read_bytes())
    data[flip % len(data)] ^= mask
    if cut:
        del data[-min(cut, len(data) - 1):]
    path = saved(tmp_path, bytes(data), "damaged.zip")
    found, message = content, "data.zip: download"
    try:
        found = read_packed(path, "-lsoa.csv")
    except SourceError as error:
        message = str(error).replace("damaged", "data")
    assert found == content
    assert message.startswith("data.zip: ")
    assert "download" in message


def test_a_truncated_archive_is_told(folder: Path) -> None:
    path = zipped(folder, {"a-lsoa.csv": b"x" * 1000})
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(SourceError, match="cut short or not a zip"):
        read_packed(path, ".csv")


def test_codes_are_checked_whole_and_rows_count_as_a_spreadsheet_does(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text("code,n\nE01000001,1\nE01000001x,1\nE01000001,2\n", encoding="utf-8")
    with pytest.raises(SourceError) as told:
        read_table(path, {"code": Column("text", "code", r"E01\d{6}", "an LSOA code"), "n": Column("count")}, "code")
    assert told.value.problems == [
        "column 'code': row 3 has 'E01000001x', expected an LSOA code",
        "column 'code': row 4 has 'E01000001', expected each code once",
    ]


@pytest.mark.parametrize(("name", "vintage"), [
    ("202507_fixed_laua_coverage_r01.csv", "2025-07"), ("201913_x.csv", None), ("laua.csv", None), ("20.csv", None),
    ("189907_x.csv", None),
])
def test_the_vintage_stands_first_in_the_name(name: str, vintage: str | None) -> None:
    assert vintage_in_name(Path(name)) == vintage


def test_pages_are_told_from_tables() -> None:
    refuse_web_page(Path("a.csv"), b"a,<b>\n", "a CSV")
    with pytest.raises(SourceError, match="is a web page, not a CSV"):
        refuse_web_page(Path("a.csv"), b"\xef\xbb\xbf\r\n <html>", "a CSV")
