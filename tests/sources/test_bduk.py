"""BDUK's premises: every recognised premises counted once, whatever state its table is in."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from geo.core.errors import SourceError, SwatheError
from geo.sources.bduk import OF_CONTRACTS, read_planned_build
from geo.sources.catalogue import read_catalogue
from geo.sources.downloads import find_files
from tests.fixtures.bduk import HEADER, file_name, made_rows, recounted, table, with_quirks, written, zipped

HOMES = pd.DataFrame(
    [("E07000047", "West Devon", "EX20 1AA"), ("E07000047", "West Devon", "PL19 0AB"),
     ("E06000023", "Bristol, City of", "BS1 4ST"), ("E06000052", "Cornwall", "TR19 7AA"),
     ("E06000053", "Isles of Scilly", "TR21 0PL"), ("E07000043", "North Devon", "EX31 1AB")],
    columns=["district", "name", "postcode"])
ROWS = made_rows(HOMES, 3000)


def counted(found: pd.DataFrame) -> Counter[tuple[str, ...]]:
    """Count premises by district, postcode, status, contract, supplier and date, by METHOD."""
    total: Counter[tuple[str, ...]] = Counter()
    for row in found.to_dict("records"):
        gis = [row[name] for name in OF_CONTRACTS[:3]]
        vouchers = [*(row[name] for name in OF_CONTRACTS[3:]), ""]
        status, by = ("gigabit_now", ["", "", ""]) if row["current_gigabit"] else (
            "contracted", gis) if row["bduk_gis"] else ("contracted", vouchers) if row["bduk_vouchers"] else (
            "commercial", ["", "", ""]) if row["future_gigabit"] else (
            "under_review" if row["under_review"] else "not_planned", ["", "", ""])
        total[row["district"], row["postcode"], status, *by] += row["premises"]
    return total


WANTED = Counter(recounted(ROWS))


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., pd.DataFrame]:
    """Read tables given by their content."""
    def of(**files: bytes | str) -> pd.DataFrame:
        contents = {file_name(name): content.encode() if isinstance(content, str) else content
                    for name, content in files.items()}
        return read_planned_build(written(tmp_path, contents))
    return of


def test_a_region_gives_back_its_own_counts_whatever_its_quirks(tmp_path: Path) -> None:
    found = read_planned_build(written(tmp_path, with_quirks(ROWS)))
    assert counted(found) == WANTED
    assert found["premises"].sum() == (ROWS["bduk_recognised_premises"] == "true").sum()
    assert found.attrs["repeated"] == 0


def test_it_is_read_out_of_archives_in_archives(tmp_path: Path) -> None:
    files = with_quirks(ROWS)
    (tmp_path / "all.zip").write_bytes(zipped({"south_west.zip": zipped(files, inside="South West/")}))
    paths = [tmp_path / "all.zip" / "south_west.zip" / "South West" / name for name in files]
    assert counted(read_planned_build(paths)) == WANTED


def test_a_premises_twice_counts_once_and_as_it_is_first(read: Callable[..., pd.DataFrame]) -> None:
    changed = ROWS.assign(current_gigabit="true", local_authority_district_ons_code="E06000052", postcode="TR19 7AA")
    found = read(a=table(pd.concat([ROWS, ROWS.head(100)])), b=table(changed))
    assert counted(found) == WANTED
    recognised = ROWS["bduk_recognised_premises"] == "true"
    assert found.attrs["repeated"] == recognised.sum() + recognised.head(100).sum()


def test_small_pieces_make_no_difference(read: Callable[..., pd.DataFrame], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.sources.bduk.AT_ONCE", 5000)
    assert counted(read(a=table(ROWS))) == WANTED


@pytest.mark.parametrize("absent", [OF_CONTRACTS, ("lot_id", "bduk_hubs", "country", "struprn")])
def test_what_is_not_counted_may_be_absent(read: Callable[..., pd.DataFrame], absent: tuple[str, ...]) -> None:
    found = counted(read(a=table(ROWS, columns=[name for name in HEADER if name not in absent])))
    if absent == OF_CONTRACTS:
        assert {key[3:] for key in found} == {("", "", "")}
        found, wanted = (Counter({}) + _by_status(each) for each in (found, WANTED))
        assert found == wanted
    else:
        assert found == WANTED


def _by_status(counts: Counter[tuple[str, ...]]) -> Counter[tuple[str, ...]]:
    total: Counter[tuple[str, ...]] = Counter()
    for key, premises in counts.items():
        total[key[:3]] += premises
    return total


def test_dates_are_read_as_spreadsheets_leave_them(read: Callable[..., pd.DataFrame]) -> None:
    rows = ROWS.assign(bduk_gis_final_coverage_date=ROWS["bduk_gis_final_coverage_date"].replace(
        {"2028-03-31": "31/03/2028", "2029-09-30": "2029-09-30 00:00:00"}))
    assert counted(read(a=table(rows))) == WANTED


@pytest.mark.parametrize(("column", "value", "said"), [
    ("bduk_gis", "maybe", "column 'bduk_gis': row 7 has 'maybe', expected true, false or nothing"),
    ("bduk_recognised_premises", "1", "column 'bduk_recognised_premises': row 7 has '1', expected true, false or"),
    ("uprn", "1.00E+11", "column 'uprn': row 7 has '1.00E+11', expected a whole number of up to twelve digits"),
    ("uprn", "", "column 'uprn': row 7 has '', expected a whole number"),
    ("bduk_gis_final_coverage_date", "2029-13-01", "row 7 has '2029-13-01', expected a date such as 2029-09-30"),
    ("bduk_gis_final_coverage_date", "soon", "row 7 has 'soon', expected a date such as 2029-09-30, or nothing"),
])
def test_what_cannot_be_is_told_with_its_row(
    read: Callable[..., pd.DataFrame], column: str, value: str, said: str,
) -> None:
    rows = ROWS.assign(bduk_recognised_premises="true")
    rows.loc[5, column] = value
    with pytest.raises(SourceError) as caught:
        read(good=table(rows.iloc[10:]), bad=table(rows))
    assert file_name("bad") in str(caught.value)
    assert said in str(caught.value)


def test_everything_wrong_is_told_at_once(read: Callable[..., pd.DataFrame]) -> None:
    with pytest.raises(SourceError) as caught:
        read(one=table(ROWS)[:-60], two=table(ROWS, columns=[name for name in HEADER if name != "bduk_gis"]),
             three="<!DOCTYPE html><html>403</html>", four=table(ROWS).encode("utf-16"),
             five=table(ROWS).replace(",", ";"))
    text = str(caught.value)
    assert "\n" not in text
    for words in ("is cut short", "column 'bduk_gis' is missing", "is a web page", "UTF-16", "semicolons"):
        assert words in text


def test_a_damaged_archive_is_told(tmp_path: Path) -> None:
    name = file_name("a")
    content = bytearray(zipped({name: table(ROWS).encode()}))
    content[len(content) // 2] ^= 255
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(SourceError, match="damaged"):
        read_planned_build([tmp_path / "a.zip" / name])


def test_a_table_of_no_recognised_premises_is_refused(read: Callable[..., pd.DataFrame]) -> None:
    with pytest.raises(SourceError, match="has no premises that BDUK recognises"):
        read(a=table(ROWS.assign(bduk_recognised_premises="false")))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of downloads in which nothing is required."""
    monkeypatch.setattr("geo.sources.downloads._refuse_missing", lambda *_: None)
    return tmp_path


def named(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in find_files(folder).files["planned-build"]]


def test_all_tables_are_found_wherever_they_lie_and_whatever_the_archives_are_called(folder: Path) -> None:
    files = with_quirks(ROWS)
    first, second, *others = files
    written(folder / "loose" / "deep", {first: files[first]})
    written(folder, {"region.zip": zipped({second: files[second]}, inside="x/"),
                     "all.zip": zipped({"south west.zip": zipped({name: files[name] for name in others})})})
    assert named(folder) == sorted([f"loose/deep/{first}", f"region.zip/x/{second}",
                                    *(f"all.zip/south west.zip/{name}" for name in others)],
                                   key=lambda name: (name.count("/"), name))
    found = find_files(folder).files["planned-build"]
    assert counted(read_catalogue()["planned-build"].read(*found)) == WANTED


def test_of_releases_the_newest_is_taken_and_copies_once(folder: Path) -> None:
    part = table(ROWS.head(50)).encode()
    names = [file_name("Torridge", month) for month in ("202501", "202605")]
    written(folder, {names[0]: part, names[1]: part, file_name("Cornwall", "202501"): part})
    written(folder / "again", {names[1].upper(): part})
    found = find_files(folder)
    assert [path.name for path in found.files["planned-build"]] == [names[1], file_name("Cornwall", "202501")]
    assert f"{names[0]} (an older release than {names[1]})" in found.not_used
    assert f"again/{names[1].upper()} (a copy of {names[1]})" in found.not_used
    assert read_catalogue()["planned-build"].vintage_of(*found.files["planned-build"]) == "2025-01 to 2026-05"
    written(folder / "again", {names[1]: table(ROWS.head(60)).encode()})
    with pytest.raises(SourceError, match="they differ: leave one of"):
        find_files(folder)


def test_a_table_must_say_its_month_and_a_page_in_its_place_is_told(folder: Path) -> None:
    written(folder, {"torridge.csv": table(ROWS.head(50)).encode()})
    with pytest.raises(SwatheError, match=r"torridge\.csv: the year and month"):
        find_files(folder)
    (folder / "torridge.csv").unlink()
    names = file_name("Torridge"), file_name("Devon").replace(".csv", ".zip")
    written(folder, {names[0]: b"<html>403</html>", names[1]: zipped({"a.csv": b"x" * 999})[:-30],
                     file_name("Cornwall"): table(ROWS).encode()})
    with pytest.raises(SourceError) as caught:
        read_catalogue()["planned-build"].read(*find_files(folder).files["planned-build"])
    assert "is a web page" in str(caught.value)
    assert f"{names[1]}: is cut short or not a zip" in str(caught.value)
