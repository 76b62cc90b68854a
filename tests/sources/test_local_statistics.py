"""Series by area: the publisher's files recomputed row by row, and files made wrong one way each."""

import csv
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from geo.core.errors import MissingSourceError, SourceError
from geo.core.series import AREA_SERIES
from geo.sources.local_statistics import read_businesses, read_claimants, read_coverage
from geo.sources.ofcom import read_fixed_coverage, read_national_coverage

COVERAGE, CLAIMANTS, BUSINESSES = (f"els/{name}.csv" for name in (
    "ofcom_by_area_2022-2026", "claimant-count", "business-demography"))
Read = Callable[[Path], pd.DataFrame]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def values_of(table: pd.DataFrame) -> dict[tuple[str, str, str], float]:
    return {(row.code, row.series, row.date): row.value for row in table.itertuples()}


def check_shape(table: pd.DataFrame) -> None:
    assert list(table) == ["code", "series", "date", "value"]
    assert table["value"].dtype == "float64"
    assert set(table["series"]) <= set(AREA_SERIES)
    pd.testing.assert_frame_equal(table, table.sort_values(["code", "series", "date"], ignore_index=True))


def test_coverage_has_every_row_of_its_source(open_data: Path) -> None:
    found = read_coverage(open_data / COVERAGE)
    check_shape(found)
    names = {"gigabit-capable-broadband": "gigabit", "premises-below-30": "below_30",
             "network-coverage-4g": "area_4g", "network-coverage-5g": "area_5g"}
    assert values_of(found) == pytest.approx({
        (row["areacd"], names[row["indicator"]], row["period"]): float(row["percent"]) / 100
        for row in rows_of(open_data / COVERAGE)})
    assert len(found) == 776
    england = found[found["code"] == "E92000001"].groupby("series")["date"].agg(["min", "max", "size"])
    assert england.loc["gigabit"].tolist() == ["2024-01", "2026-01", 5]
    cornwall = found[found["code"] == "E06000052"].groupby("series")["date"].agg(["min", "max", "size"])
    assert cornwall.loc["gigabit"].tolist() == ["2022-09", "2026-01", 9]
    assert cornwall.loc["below_30"].tolist() == ["2024-01", "2026-01", 5]


def test_coverage_of_july_2025_is_that_of_ofcoms_counts(open_data: Path) -> None:
    found = read_coverage(open_data / COVERAGE)
    counts = read_fixed_coverage(open_data / "ofcom/202507_fixed_laua_coverage_r01.csv")
    nations = read_national_coverage(open_data / "ofcom/202507_fixed_coverage_UK_and_nations_r01.csv")
    then = found[found["date"] == "2025-07"].pivot_table(index="code", columns="series", values="value")
    authorities = then.loc[counts.index]
    assert len(authorities) == 41
    below = counts["below_30"] / counts["premises"]
    assert (authorities["below_30"] - below).abs().max() <= 0.00051
    # Its gigabit is a share of all premises; ours counts matched premises without it.
    able = (counts["matched"] - counts["below_gigabit"]) / counts["premises"]
    assert (authorities["gigabit"] - able).abs().max() <= 0.00051
    england = nations.loc["England", "All", "Total"]
    assert then.loc["E92000001", "below_30"] == pytest.approx(england["below_30"] / england["premises"], abs=0.00051)


@pytest.mark.parametrize(("read", "file", "indicator", "series", "per"), [
    (read_claimants, CLAIMANTS, "Claimant Count", "claimants", 100),
    (read_businesses, BUSINESSES, "Active businesses", "businesses", 1),
])
def test_years_have_every_row_that_is_published(
    open_data: Path, read: Read, file: str, indicator: str, series: str, per: int,
) -> None:
    found = read(open_data / file)
    check_shape(found)
    rows = [row for row in rows_of(open_data / file) if row["indicator"] == indicator]
    assert values_of(found) == pytest.approx({
        (row["areacd"], series, row["period"][:4]): float(row["observation"]) / per
        for row in rows if row["observation"]})
    assert len(found) == sum(bool(row["observation"]) for row in rows) > 2000


def test_authorities_make_the_south_west_and_regions_make_england(open_data: Path) -> None:
    """Enterprises are rounded to five: sums are theirs within the rounding."""
    found = read_businesses(open_data / BUSINESSES)
    newest = found[found["date"] == "2024"].set_index("code")["value"]
    lookup = pd.read_csv(open_data / "lookups/LAD24_CTYUA23_RGN24_LEP21.csv")
    inside = lookup.loc[lookup["area_set"] == "SW", "LAD24CD"]
    assert newest["E12000009"] == 232_765
    assert newest[inside].sum() == pytest.approx(newest["E12000009"], abs=2.5 * 28)
    assert newest[newest.index.str.startswith("E12")].sum() == pytest.approx(newest["E92000001"], abs=2.5 * 10)


HEAD = "areacd,areanm,geography,indicator,period,observation,measure,unit\n"
ROW = "E06000052,Cornwall,Authority,Claimant Count,2025-01-01/P1Y,3.0,Percentage,%\n"


def test_what_is_not_published_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "claimant-count.csv"
    path.write_text(HEAD + ROW + ROW.replace("2025", "2024").replace("3.0", ""), encoding="utf-8")
    assert values_of(read_claimants(path)) == {("E06000052", "claimants", "2025"): 0.03}


@pytest.mark.parametrize(("rows", "words"), [
    (ROW.replace("E06000052", "Kernow"), "row 2 has 'Kernow', expected a code such as E06000052"),
    (ROW.replace("2025-01-01/P1Y", "2025-07"), "row 2 has '2025-07', expected a year such as 2025-01-01/P1Y"),
    (ROW.replace("3.0", "103"), "row 2 has 103.0, expected a percentage, 0 to 100"),
    (ROW.replace("3.0", "many"), "row 2 has 'many', expected a number or nothing"),
    (ROW.replace("Percentage", "Number"), "row 2 has 'Number', expected 'Percentage'"),
    (ROW + ROW.replace("3.0", "3.1"), "row 3 has 'E06000052', expected each area once in a period"),
    (ROW.replace("Claimant Count", "Vacancies"), "no row has the indicator 'Claimant Count'"),
])
def test_wrong_claimants_are_told_in_one_line(tmp_path: Path, rows: str, words: str) -> None:
    path = tmp_path / "claimant-count.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        read_claimants(path)
    assert str(caught.value).startswith("claimant-count.csv: ")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_count_is_not_negative_and_a_month_has_two_digits(tmp_path: Path) -> None:
    path = tmp_path / "business-demography.csv"
    row = ROW.replace("Claimant Count", "Active businesses").replace("Percentage", "Number of enterprises")
    path.write_text(HEAD + row.replace("3.0", "-5"), encoding="utf-8")
    with pytest.raises(SourceError, match=r"row 2 has -5.0, expected 0 or more"):
        read_businesses(path)
    coverage = tmp_path / "ofcom_by_area_1.csv"
    rows = "".join(f"{name},2025-07,E06000052,Cornwall,50\n" for name in (
        "gigabit-capable-broadband", "premises-below-30", "network-coverage-4g", "network-coverage-5g"))
    coverage.write_text("indicator,period,areacd,areanm,percent\n" + rows.replace("2025-07", "2025-7", 1), "utf-8")
    with pytest.raises(SourceError, match="row 2 has '2025-7', expected a month such as 2025-07"):
        read_coverage(coverage)


@pytest.mark.parametrize("read", [read_claimants, read_businesses, read_coverage])
def test_what_is_no_such_file_is_said(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "file.csv"
    with pytest.raises(MissingSourceError, match=r"file\.csv: is not there"):
        read(path)
    path.write_text("<html>Not found</html>", encoding="utf-8")
    with pytest.raises(SourceError, match="is a web page, not a CSV"):
        read(path)
    path.write_text("areanm\nCornwall\n", encoding="utf-8")
    with pytest.raises(SourceError, match="column 'areacd' is missing"):
        read(path)
