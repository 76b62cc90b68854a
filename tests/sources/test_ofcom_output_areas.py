"""Ofcom's file of output areas: its quirks read, its faults told at once, the release for another census refused."""

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from geo.core.errors import SourceError
from geo.sources.downloads import find_files
from geo.sources.ofcom import read_fixed_coverage
from geo.sources.ofcom_output_areas import read_output_areas
from tests.fixtures.archives import packed
from tests.fixtures.output_areas import RELEASE, REWORDED, Rows, as_csv

COUNTS = ["premises", "matched", "below_uso", "below_10", "below_30", "below_100", "below_300", "below_gigabit"]
NAME = f"{RELEASE}.csv"
USO = f"Number of premises {REWORDED}"
LOOKUP = "OA21CD,LSOA21CD\nE00072563,E01014370\n"


def by_hand(rows: Rows) -> pd.DataFrame:
    """Premises below each speed, from the bands of download speed as far as they reach."""
    def of(name: str) -> pd.Series:
        return rows[f"Number of premises {name}"].astype("int64")

    slow = [of(f"with {band}Mbit/s download speed") for band in ("0<2", "2<5", "5<10", "10<30", "30<300")]
    matched = rows["All Matched Premises"].astype("int64")
    table = pd.DataFrame({
        "premises": rows["All Premises"].astype("int64"), "matched": matched,
        "below_uso": rows[USO].astype("int64"), "below_10": sum(slow[:3]), "below_30": sum(slow[:4]),
        "below_100": matched - of("with UFBB (100Mbit/s) availability"), "below_300": sum(slow),
        "below_gigabit": matched - of("with Gigabit availability"),
    })
    return table.set_axis(pd.Index(rows["output_area"], name="code")).sort_index()


@pytest.fixture(scope="module")
def rows(output_areas: Rows) -> Rows:
    """The first of them: enough for what a file looks like."""
    return output_areas.iloc[:300].reset_index(drop=True)


@pytest.fixture
def written(rows: Rows, tmp_path: Path) -> Callable[..., Path]:
    """Write the file, after a change of its rows or its bytes."""
    def make(change: Callable[[Rows], object] = lambda rows: rows, name: str = NAME,
             of_bytes: Callable[[bytes], bytes] = bytes) -> Path:
        own = rows.copy()
        changed = change(own)
        path = tmp_path / name
        path.write_bytes(of_bytes(as_csv(own if changed is None else changed)))
        return path
    return make


def refused(path: Path) -> str:
    with pytest.raises(SourceError) as caught:
        read_output_areas([path])
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_it_gives_back_the_counts_of_every_authority(
    output_areas: Rows, written: Callable[..., Path], small_data: Path,
) -> None:
    found = read_output_areas([written(lambda _: output_areas)])
    pd.testing.assert_frame_equal(found, by_hand(output_areas))
    assert found.attrs == {"vintage": "2025-07", "file": NAME, "unlike": []}
    published = read_fixed_coverage(small_data / "202507_fixed_laua_coverage_r01.csv")
    pd.testing.assert_series_equal(found.sum(), published[COUNTS].sum())


@pytest.mark.parametrize("change", [
    lambda data: b"\xef\xbb\xbf" + data,
    lambda data: data.replace(b"\n", b"\r\n"),
    lambda data: b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n") + b"\r\n",
    lambda data: data.replace(b"\n", b",caf\xe9\n"),     # Windows-1252
    lambda data: data.replace(b"output_area", b"OUTPUT_AREA ", 1),
    lambda data: data.replace(b"output_area", b"Output Area", 1),
    lambda data: data.replace(b"output_area", b'"oa21"', 1),
    lambda data: data.replace(b"output_area", b"OA21CD", 1),
    lambda data: data.replace(b"output_area", b"oa", 1),
    lambda data: data.replace(b"All Premises", b"all  premises", 1),
    lambda data: data.replace(REWORDED.encode(), b"below the USO"),
    lambda data: data.replace(REWORDED.encode(), b"Unable to  receive decent broadband"),
    lambda data: re.sub(rb"\nE00(\d+),(\d+)", rb'\ne00\1 ,"\2"', data),
])
def test_quirks_of_a_release_are_read(
    rows: Rows, written: Callable[..., Path], change: Callable[[bytes], bytes],
) -> None:
    pd.testing.assert_frame_equal(read_output_areas([written(of_bytes=change)]), by_hand(rows))


def test_columns_are_found_by_name_and_percentages_never_used(
    rows: Rows, written: Callable[..., Path],
) -> None:
    def turned(rows: Rows) -> Rows:
        nonsense = rows.assign(**dict.fromkeys([name for name in rows if "%" in name], "nonsense"))
        return nonsense[rows.columns[::-1]].assign(Extra="x").sample(frac=1, random_state=1)

    found = read_output_areas([written(turned)])
    pd.testing.assert_frame_equal(found, by_hand(rows))
    assert found.attrs["unlike"] == []


def test_a_count_that_is_not_the_percentage_beside_it_is_listed(written: Callable[..., Path]) -> None:
    def wrong(rows: Rows) -> None:
        rows["% of premises " + REWORDED] = rows["% of premises " + REWORDED].where(rows.index != 3, 88.8)

    found = read_output_areas([written(wrong)])
    assert len(found.attrs["unlike"]) == 1


def test_other_nations_and_places_without_premises_are_read(written: Callable[..., Path]) -> None:
    def more(rows: Rows) -> Rows:
        empty = rows.iloc[[0, 0]].assign(output_area=["S00135307", "N20000001"])
        empty[[name for name in rows if name != "output_area"]] = 0
        return pd.concat([rows, empty])

    found = read_output_areas([written(more)])
    assert found.loc[["S00135307", "N20000001"], COUNTS].to_numpy().sum() == 0


@pytest.mark.parametrize("key", ["oa11", "OA11", "oa11cd", "OA11CD", "oa_11", "OA 2011", "output_area_2011", "oa01"])
def test_rows_of_another_census_are_refused_with_the_cure(written: Callable[..., Path], key: str) -> None:
    path = written(name="202209_fixed_oa11_coverage_r01.csv",
                   of_bytes=lambda data: data.replace(b"output_area", key.encode(), 1))
    said = refused(path)
    assert f"column '{key}'" in said
    assert "use a release from 2023 on" in said


def test_everything_wrong_is_told_at_once(written: Callable[..., Path]) -> None:
    def spoilt(rows: Rows) -> Rows:
        rows = rows.astype("str")
        rows.loc[1, "All Premises"] = "-4"
        rows.loc[2, "Number of premises with Gigabit availability"] = "many"
        return rows

    said = refused(written(spoilt))
    assert "column 'All Premises': row 3 has '-4', expected a whole number, 0 or more" in said
    assert "row 4 has 'many'" in said

    def contradicting(rows: Rows) -> None:
        rows.loc[0, "All Matched Premises"] = rows.loc[0, "All Premises"] + 1
        rows.loc[5, "output_area"] = rows.loc[4, "output_area"]
        rows.loc[7, "output_area"] = "E01014370"
        rows.loc[8, "Number of premises with SFBB availability"] += 1

    said = refused(written(contradicting))
    for words in ("expected at most 'All Premises'", "expected each code once", "row 9 has 'E01014370', expected",
                  "row 10 has ", "expected 'All Matched Premises' less"):
        assert words in said


def test_a_row_that_is_there_twice_word_for_word_counts_once(
    rows: Rows, written: Callable[..., Path],
) -> None:
    path = written(lambda rows: pd.concat([rows, rows.iloc[:2]]))
    pd.testing.assert_frame_equal(read_output_areas([path]), by_hand(rows))


@pytest.mark.parametrize(("change", "words"), [
    (lambda rows: rows.drop(columns=USO), "column 'Number of premises below the USO' is missing"),
    (lambda rows: rows.drop(columns="Number of premises with Gigabit availability"), "availability' is missing"),
    (lambda rows: rows.rename(columns={"output_area": "place"}), "column 'output_area' is missing"),
    (lambda rows: rows.iloc[:0], "has a header and no rows"),
])
def test_a_file_that_lacks_something_is_refused(
    written: Callable[..., Path], change: Callable[[Rows], Rows], words: str,
) -> None:
    assert words in refused(written(change))


def test_a_release_in_parts_is_read_whole(rows: Rows, written: Callable[..., Path]) -> None:
    first = written(lambda rows: rows.iloc[:90], "202507_fixed_oa_coverage_r01_A.csv")
    second = written(lambda rows: rows.iloc[90:], "202507_fixed_oa_coverage_r01_B.csv")
    pd.testing.assert_frame_equal(read_output_areas([first, second]), by_hand(rows))
    with pytest.raises(SourceError, match=r"A\.csv: 90 output areas .* stand in .*_B.csv' too: leave one"):
        read_output_areas([first, written(name="202507_fixed_oa_coverage_r01_B.csv")])


def put(folder: Path, name: str, content: bytes) -> Path:
    path = folder / "downloads" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return folder / "downloads"


@pytest.mark.usefixtures("optional")
@pytest.mark.parametrize("pack", [
    lambda data: {NAME: data},
    lambda data: {"anything (1).csv": data, "a/202507 lookups.csv": LOOKUP.encode()},
    lambda data: {f"spring/{RELEASE}.zip": packed({NAME: data})},
    lambda data: {"202507_fixed_broadband_coverage_r01.zip": packed({
        f"202507_fixed_coverage_r01/{RELEASE}.zip": packed({
            f"{RELEASE}/{NAME}": data,
            f"{RELEASE}/202507_fixed_oa_res_coverage_r01.csv": data.replace(b"0", b"1")})})},
    lambda data: {"202501_fixed_oa_coverage_r01.csv": data.replace(b"1", b"2"), NAME: data,
                  "202507_fixed_oa_coverage_r00.csv": data.replace(b"1", b"3"),
                  "202209_fixed_oa11_coverage_r01.csv": data.replace(b"output_area", b"oa11")},
])
def test_it_is_known_however_it_is_packed(
    rows: Rows, tmp_path: Path, pack: Callable[[bytes], dict[str, bytes]],
) -> None:
    put(tmp_path, "OA21_LSOA21_EW_LU.csv", LOOKUP.encode())
    for name, content in pack(as_csv(rows)).items():
        folder = put(tmp_path, name if "_" in name else f"202507 {name}", content)
    files = find_files(folder).files["ofcom-output-areas"]
    found = read_output_areas(files)
    pd.testing.assert_frame_equal(found, by_hand(rows))


@pytest.mark.usefixtures("optional")
def test_of_the_lookup_and_the_counts_neither_is_used_alone(rows: Rows, tmp_path: Path) -> None:
    folder = put(tmp_path, "OA21_LSOA21_EW_LU.csv", LOOKUP.encode())
    alone = find_files(folder)
    assert "lookup-output-area" not in alone.files
    assert "says nothing without ‘Connected Nations: fixed coverage by census output area’" in alone.not_used[0]
    (folder / "OA21_LSOA21_EW_LU.csv").unlink()
    alone = find_files(put(tmp_path, NAME, as_csv(rows)))
    assert "ofcom-output-areas" not in alone.files
    assert "says nothing without ‘Output area 2021 to LSOA 2021’ (OA21_LSOA21*_LU*.csv, from" in alone.not_used[0]


def test_the_reworded_label_is_read_of_authorities_too(small_data: Path, tmp_path: Path) -> None:
    usual = small_data / "202507_fixed_laua_coverage_r01.csv"
    path = tmp_path / usual.name
    path.write_bytes(usual.read_bytes().replace(b"below the USO", REWORDED.encode()))
    pd.testing.assert_frame_equal(read_fixed_coverage(path), read_fixed_coverage(usual))
