"""Ofcom's files: every release, recomputed row by row, and what is said of files that are not right."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from geo.core.errors import MissingSourceError, SourceError
from geo.sources.ofcom import read_fixed_coverage, read_mobile_coverage, read_national_coverage

AUTHORITIES = "202507_fixed_laua_coverage_r01.csv"
CONSTITUENCIES = "202507_fixed_pcon_coverage_r01.csv"
NATIONS = "202507_fixed_coverage_UK_and_nations_r01.csv"
MOBILE = "202507_mobile_coverage_laua_r01.csv"
RELEASES = {
    "201909_fixed_laua_coverage_r01.csv": "2019-09",
    "202009_fixed_laua_coverage_r01.csv": "2020-09",
    "202109_fixed_laua_coverage_r01.csv": "2021-09",
    "202209_fixed_laua_coverage_r02.csv": "2022-09",
    "202305_fixed_laua_coverage_r02.csv": "2023-05",
}
COLUMNS = [
    "name", "premises", "matched", "below_uso", "below_10", "below_30", "below_100", "below_300", "below_gigabit"
]

Rows = list[dict[str, str]]


def rows_of(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: Rows) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return path


def by_hand(row: dict[str, str]) -> dict[str, float]:
    """Premises below every tier from the bands of speed alone where they reach, and from availability above them."""
    def of(column: str) -> float:
        return float(row.get(f"Number of premises with {column}", "nan"))

    slow = [of(f"{band}Mbit/s download speed") for band in ("0<2", "2<5", "5<10", "10<30", "30<300")]
    matched = float(row["All Matched Premises"])
    return {
        "premises": float(row["All Premises"]), "matched": matched,
        "below_uso": float(row["Number of premises below the USO"]),
        "below_10": sum(slow[:3]), "below_30": sum(slow[:4]), "below_300": sum(slow),
        "below_100": matched - of("UFBB (100Mbit/s) availability"),
        "below_gigabit": matched - of("Gigabit availability"),
    }


def expected(rows: Rows, key: str) -> pd.DataFrame:
    table = pd.DataFrame([by_hand(row) for row in rows], index=pd.Index([row[key] for row in rows], name="code"))
    table.insert(0, "name", [row[f"{key}_name"] for row in rows])
    whole = [column for column in COLUMNS[1:] if table[column].notna().all()]
    return table[COLUMNS].astype(dict.fromkeys(whole, "int64")).sort_index()


@pytest.fixture
def authority_rows(open_data: Path) -> Rows:
    return rows_of(open_data / "ofcom" / AUTHORITIES)


@pytest.fixture
def spoilt(authority_rows: Rows, tmp_path: Path) -> Callable[..., Path]:
    """The authorities' file with cells of one data row changed."""
    def make(changes: dict[str, str], row: int = 0) -> Path:
        authority_rows[row].update(changes)
        return write(tmp_path / AUTHORITIES, authority_rows)
    return make


@pytest.mark.parametrize(("file", "key", "kind", "places"), [
    (AUTHORITIES, "laua", "authority", 41), (CONSTITUENCIES, "parl_const", "constituency", 79),
])
def test_current_release_agrees_with_its_bands_of_speed(
    open_data: Path, file: str, key: str, kind: str, places: int
) -> None:
    path = open_data / "ofcom" / file
    found = read_fixed_coverage(path)
    assert len(found) == places
    assert found.attrs == {"vintage": "2025-07", "kind": kind, "file": file, "unlike": []}
    pd.testing.assert_frame_equal(found, expected(rows_of(path), key))


def test_south_west_is_the_sum_of_its_authorities_and_of_its_constituencies(open_data: Path) -> None:
    authorities = read_fixed_coverage(open_data / "ofcom" / AUTHORITIES)
    constituencies = read_fixed_coverage(open_data / "ofcom" / CONSTITUENCIES)
    groups = rows_of(open_data / "lookups" / "LAD24_CTYUA23_RGN24_LEP21.csv")
    lsoas = rows_of(open_data / "lookups" / "LSOA21_WD24_LAD24_EW_LU.csv")
    overlaps = rows_of(open_data / "lookups" / "LSOA21_PCON24_largest_overlap.csv")
    south_west = {row["LAD24CD"] for row in groups if row["area_set"] == "SW"}
    home = {row["LSOA21CD"] for row in lsoas if row["LAD24CD"] in south_west}
    seats = {row["PCON24CD"] for row in overlaps if row["LSOA21CD"] in home}
    one = authorities.loc[sorted(south_west), COLUMNS[1:]].sum()
    assert (len(south_west), len(seats), one["premises"]) == (27, 58, 2_849_185)
    pd.testing.assert_series_equal(one, constituencies.loc[sorted(seats), COLUMNS[1:]].sum())


@pytest.mark.parametrize("file", RELEASES)
def test_every_release_is_read_by_its_own_headers(open_data: Path, tmp_path: Path, file: str) -> None:
    headers = json.loads((open_data / "ofcom" / "headers_by_vintage.json").read_text())[file]
    samples = json.loads((open_data / "ofcom" / "laua_sample_rows_2019_2023.json").read_text())[file]
    rows = [dict(zip(headers, row, strict=True)) for row in samples]
    found = read_fixed_coverage(write(tmp_path / file, rows))
    assert found.attrs["vintage"] == RELEASES[file]
    pd.testing.assert_frame_equal(found, expected(rows, "laua"))
    assert found.attrs["unlike"] == []
    lacking = {"below_100", "below_gigabit"} if RELEASES[file] == "2019-09" else set()
    assert set(found.columns[found.isna().any()]) == lacking


def test_columns_are_found_by_name_and_percentages_are_never_used(authority_rows: Rows, tmp_path: Path) -> None:
    straight = read_fixed_coverage(write(tmp_path / AUTHORITIES, authority_rows))
    turned = [
        {name: "nonsense" if "%" in name else value for name, value in reversed(row.items())} for row in authority_rows
    ]
    pd.testing.assert_frame_equal(read_fixed_coverage(write(tmp_path / AUTHORITIES, turned)), straight)


@pytest.mark.parametrize(("column", "by"), [
    ("Number of premises with Gigabit availability", 200), ("Number of premises below the USO", 200),
    ("All Premises", 500), ("Number of premises with UFBB (100Mbit/s) availability", 700),
])
def test_counts_that_are_not_the_percentages_beside_them_are_listed(
    authority_rows: Rows, spoilt: Callable[..., Path], column: str, by: int,
) -> None:
    row = authority_rows[3]
    found = read_fixed_coverage(spoilt({column: str(int(row[column]) + by)}, 3))
    assert found.attrs["unlike"] == [row["laua"]]


def test_a_lost_count_beside_its_percentage_is_refused(authority_rows: Rows, tmp_path: Path) -> None:
    lost = "Number of premises with Gigabit availability"
    rows = [{f"{name}~" if name == lost else name: value for name, value in row.items()} for row in authority_rows]
    with pytest.raises(SourceError, match=f"column '{lost}' is missing, expected it beside 'Gigabit availability"):
        read_fixed_coverage(write(tmp_path / AUTHORITIES, rows))
    both = [{name: value for name, value in row.items() if "Gigabit" not in name} for row in authority_rows]
    assert read_fixed_coverage(write(tmp_path / AUTHORITIES, both))["below_gigabit"].isna().all()


def test_file_without_a_date_in_its_name_has_no_vintage(authority_rows: Rows, tmp_path: Path) -> None:
    assert read_fixed_coverage(write(tmp_path / "coverage.csv", authority_rows)).attrs["vintage"] is None


@pytest.mark.parametrize(("column", "value", "words"), [
    ("laua", "E02000001", "expected an authority code"),
    ("laua", "E06000022", "expected each code once"),
    ("All Premises", "0", "row 2 has 0, expected at least one premises"),
    ("All Premises", "85,9", "expected a whole number"),
    ("All Matched Premises", "85958", "expected the sum of the six bands"),
    ("All Matched Premises", "99999", "expected at most 'All Premises'"),
    ("Number of premises below the USO", "-1", "row 2 has '-1', expected a whole number, 0 or more"),
    ("Number of premises below the USO", "86016", "expected at most 'All Premises'"),
    ("Number of premises unable to receive 10Mbit/s", "733", "sum of the bands below 10 Mbit/s"),
    ("Number of premises unable to receive 30Mbit/s", "700", "sum of the bands below 30 Mbit/s"),
    ("Number of premises with SFBB availability", "83579", "expected 'All Matched Premises' less"),
    ("Number of premises with UFBB (100Mbit/s) availability", "83579", "at most 'Number of premises with SFBB"),
    ("Number of premises with UFBB availability", "68969", "at most 'Number of premises with UFBB (100Mbit/s)"),
    ("Number of premises with Gigabit availability", "85960", "at most 'All Matched Premises'"),
    ("Number of premises with Gigabit availability", "", "row 2 has '', expected a whole number"),
])
def test_a_contradiction_is_named_with_its_column_and_row(
    spoilt: Callable[..., Path], column: str, value: str, words: str
) -> None:
    with pytest.raises(SourceError) as caught:
        read_fixed_coverage(spoilt({column: value}))
    message = str(caught.value)
    assert message.startswith(f"{AUTHORITIES}: ")
    assert f"column {column!r}" in message
    assert words in message
    assert "\n" not in message


def test_everything_wrong_is_told_at_once(authority_rows: Rows, tmp_path: Path) -> None:
    authority_rows[0]["laua"] = "Basingstoke"
    authority_rows[4]["Number of premises with UFBB availability"] = "1"
    with pytest.raises(SourceError) as caught:
        read_fixed_coverage(write(tmp_path / AUTHORITIES, authority_rows))
    assert len(caught.value.problems) == 2
    assert "row 6 has 1," in str(caught.value)


@pytest.mark.parametrize("column", ["laua", "laua_name", "All Premises", "Number of premises below the USO"])
def test_missing_column_is_named(authority_rows: Rows, tmp_path: Path, column: str) -> None:
    kept = [{name: value for name, value in row.items() if name != column} for row in authority_rows]
    with pytest.raises(SourceError, match=f"column '{column}' is missing"):
        read_fixed_coverage(write(tmp_path / AUTHORITIES, kept))


@pytest.mark.parametrize(("content", "words"), [
    (b"<!DOCTYPE html><html><body>Access denied</body></html>", "is a web page, not a CSV"),
    (b"PK\x03\x04 a spreadsheet", "is a zip or a spreadsheet"),
    (b"", "is empty"),
    (b"laua,laua_name,All Premises\n", "'All Matched Premises' is missing"),
])
@pytest.mark.parametrize("read", [read_fixed_coverage, read_national_coverage, read_mobile_coverage])
def test_what_is_no_coverage_file_is_said_in_one_line(
    tmp_path: Path, read: Callable[[Path], pd.DataFrame], content: bytes, words: str
) -> None:
    path = tmp_path / "202507_coverage.csv"
    path.write_bytes(content)
    with pytest.raises(SourceError) as caught:
        read(path)
    if content.startswith(b"laua"):
        words = words if read is read_fixed_coverage else "is missing"
    assert str(caught.value).startswith("202507_coverage.csv: ")
    assert words in str(caught.value)


@pytest.mark.parametrize("read", [read_fixed_coverage, read_national_coverage, read_mobile_coverage])
def test_a_file_that_is_not_there_is_named(tmp_path: Path, read: Callable[[Path], pd.DataFrame]) -> None:
    with pytest.raises(MissingSourceError, match=r"absent\.csv: is not there"):
        read(tmp_path / "absent.csv")


def test_a_file_cut_short_is_said_to_be(open_data: Path, tmp_path: Path) -> None:
    path = tmp_path / CONSTITUENCIES
    path.write_bytes((open_data / "ofcom" / CONSTITUENCIES).read_bytes()[:-100])
    with pytest.raises(SourceError, match=f"{CONSTITUENCIES}: row 80 has "):
        read_fixed_coverage(path)


def test_nations_are_the_base_less_unclassified_less_available(open_data: Path) -> None:
    path = open_data / "ofcom" / NATIONS
    found = read_national_coverage(path)
    kinds = [(kind, rurality) for kind in ("All", "Residential") for rurality in ("Total", "Rural", "Urban")]
    nations = ["UK", "England", "Northern Ireland", "Scotland", "Wales"]
    assert found.index.to_list() == [(nation, *kind) for nation in nations for kind in kinds]
    assert found.index.names == ["nation", "premises_type", "rurality"]
    assert set(found.dtypes) == {pd.Series([1]).dtype}
    assert found.attrs == {"vintage": "2025-07", "file": NATIONS}
    for kind in kinds:
        england = {
            row["Speed"]: int(row["Premises"]) for row in rows_of(path)
            if (row["Location"], row["Premise type"], row["Rurality"]) == ("England", *kind)
        }
        known = england["Premise Base"] - england["Unclassified"]
        assert found.loc["England", *kind].to_dict() == {
            "premises": england["Premise Base"], "unclassified": england["Unclassified"],
            **{f"below_{mbit}": known - england[f">={mbit} Mbit/s"] for mbit in (10, 30, 100, 300)},
            "below_gigabit": known - england["Gigabit capable"],
            "no_decent_line": england["<10 Mbit/s DL or <1 Mbit/s UL"],
        }
    # The four nations make the United Kingdom, town and country the whole.
    parts = found.drop("UK", level="nation").groupby(["premises_type", "rurality"]).sum()
    assert (found.loc["UK"] - parts).abs().max(axis=None) <= 2
    both = found.drop("Total", level="rurality").groupby(["nation", "premises_type"]).sum()
    assert (found.xs("Total", level="rurality") - both).abs().max(axis=None) <= 2


def test_nations_with_a_row_missing_twice_or_wrong(open_data: Path, tmp_path: Path) -> None:
    rows = rows_of(open_data / "ofcom" / NATIONS)
    whole = [row for row in rows if row["Premise type"] == "All" and row["Rurality"] == "Total"]
    with pytest.raises(SourceError, match=r"no row '>=30 Mbit/s' for UK All Total, .* and 27 more"):
        read_national_coverage(write(tmp_path / NATIONS, [row for row in rows if row["Speed"] != ">=30 Mbit/s"]))
    with pytest.raises(SourceError, match="expected each speed once per nation"):
        read_national_coverage(write(tmp_path / NATIONS, [*rows, whole[0] | {"Premises": "7"}]))
    with pytest.raises(SourceError, match="in UK All Total the speeds do not nest"):
        read_national_coverage(write(tmp_path / NATIONS, [
            row | {"Premises": "1"} if (row["Location"], row["Speed"]) == ("UK", ">=10 Mbit/s") else row
            for row in rows
        ]))
    with pytest.raises(SourceError, match="no row has 'All' and 'Total'"):
        read_national_coverage(write(tmp_path / NATIONS, [
            row for row in rows if row["Premise type"] == "Commercial"]))
    with pytest.raises(SourceError) as caught:
        read_national_coverage(write(tmp_path / NATIONS, [row for row in rows if row["Rurality"] != "Urban"]))
    assert len(caught.value.problems) == 1
    assert "no rows for UK All Urban, UK Residential Urban" in str(caught.value)
    with pytest.raises(SourceError, match="Wales Rural has more premises as 'Residential' than as 'All'"):
        read_national_coverage(write(tmp_path / NATIONS, [
            row | {"Premises": "99999"} if list(row.values())[:4] == ["Wales", "Residential", "Rural", "Unclassified"]
            else row for row in rows]))


def test_mobile_shares_are_of_premises_and_a_blank_is_nought(open_data: Path, tmp_path: Path) -> None:
    rows = rows_of(open_data / "ofcom" / MOBILE)
    found = read_mobile_coverage(open_data / "ofcom" / MOBILE)
    shares = [f"indoor_4g_{number}" for number in range(5)]
    assert found.index.name == "code"
    assert [*found.columns] == ["name", "premises", *shares]
    assert found["premises"].dtype == "int64"
    assert (found[shares].dtypes == "float64").all()
    assert found.shape == (41, 7)
    for row in rows:
        for number, share in enumerate(shares):
            assert found.loc[row["laua"], share] == pytest.approx(float(row[f"4G_prem_in_{number}"] or 0) / 100)
    rows[0] |= {"4G_prem_in_0": "", "4G_prem_in_1": "0.93"}
    assert read_mobile_coverage(write(tmp_path / MOBILE, rows)).loc[rows[0]["laua"], "indoor_4g_0"] == 0.0


@pytest.mark.parametrize(("changes", "words"), [
    ({"4G_prem_in_4": ""}, "expected the five to sum to 100"),
    ({"4G_prem_in_0": "-88", "4G_prem_in_1": "89"}, "expected a percentage, 0 to 100"),
    ({"4G_prem_in_0": "most"}, "expected a number or nothing"),
    ({"laua": "Basingstoke"}, "expected an authority code"),
])
def test_mobile_cells_that_cannot_be(open_data: Path, tmp_path: Path, changes: dict[str, str], words: str) -> None:
    rows = rows_of(open_data / "ofcom" / MOBILE)
    rows[0] |= changes
    with pytest.raises(SourceError, match=words):
        read_mobile_coverage(write(tmp_path / MOBILE, rows))


def test_nations_without_england_or_without_premises_are_told(open_data: Path, tmp_path: Path) -> None:
    rows = rows_of(open_data / "ofcom" / NATIONS)
    with pytest.raises(SourceError, match="column 'Location': no row has 'England', expected every nation"):
        read_national_coverage(write(tmp_path / NATIONS, [row for row in rows if row["Location"] != "England"]))
    of_wales = {("Wales", "Rural")}
    nothing = [row | {"Premises": "0"} if (row["Location"], row["Rurality"]) in of_wales else row for row in rows]
    with pytest.raises(SourceError, match="Wales All Rural has a base of 0, expected at least one premises"):
        read_national_coverage(write(tmp_path / NATIONS, nothing))
    assert read_national_coverage(write(tmp_path / NATIONS, [*rows, *rows[:40]])).loc["England", "All", "Total"].all()
