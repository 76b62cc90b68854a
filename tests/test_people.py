"""Who could work from home: the tables, where they come from, and the count."""

import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geo.core.choices import DATA, OCCUPATIONS
from geo.core.errors import SourceError
from geo.layers.occupations import (
    CAPABILITY_TABLES,
    PUBLISHED_NATIONAL,
    national_check,
    read_capability,
    remote_capable,
)
from geo.sources.census import TABLES, read_census
from tools.capability import average_shares

COLUMNS = [f"workers_occ_{group}" for group in OCCUPATIONS]


def test_capable_workers_are_counted_by_hand(open_data: Path) -> None:
    workers = read_census(open_data / "census/census2021-ts063.zip", "ts063")
    found = remote_capable(workers, read_capability()["ons-2020"])
    # Bath and North East Somerset 021C, row by row out of Nomis's file and METHOD's shares.
    by_hand = (143 * .6735 + 193 * .6958 + 121 * .6372 + 64 * .5724 + 82 * .1885 + 34 * .1489 + 44 * .1591 + 37 * .0544)
    assert found["E01014384"] == pytest.approx(by_hand, abs=1e-9)
    assert found.dtype == "float64"
    assert found.name == "remote_capable"
    pd.testing.assert_index_equal(found.index, workers.index)
    assert found.between(0, workers["workers"]).all()


def test_the_count_is_linear_and_bounded() -> None:
    workers = pd.DataFrame([range(1, 10), [10] * 9], columns=COLUMNS, index=["a", "b"])
    assert remote_capable(workers, dict.fromkeys(OCCUPATIONS, 1.0)).to_list() == [45, 90]
    assert remote_capable(workers, dict.fromkeys(OCCUPATIONS, 0.0)).to_list() == [0, 0]
    shares = read_capability()["dingel-neiman"]
    assert remote_capable(workers, shares).sum() == pytest.approx(
        remote_capable(workers.sum().to_frame().T, shares).sum())


def test_columns_and_shares_go_by_name_not_by_order() -> None:
    workers = pd.DataFrame([range(1, 10)], columns=COLUMNS)
    shares = pd.Series(np.linspace(0, 0.8, 9), index=OCCUPATIONS)
    turned = remote_capable(workers[COLUMNS[::-1]].assign(workers=45), shares.iloc[::-1])
    pd.testing.assert_series_equal(turned, remote_capable(workers, shares))


@pytest.mark.parametrize(("shares", "words"), [
    ({1: 0.5}, "groups 2, 3"), (dict.fromkeys(OCCUPATIONS, 1.5), "expected 0 to 1"),
    (dict.fromkeys(OCCUPATIONS, float("nan")), "expected 0 to 1"),
])
def test_shares_that_cannot_be_are_told(shares: dict[int, float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        remote_capable(pd.DataFrame([[1] * 9], columns=COLUMNS), shares)


def test_workers_without_a_group_are_told() -> None:
    with pytest.raises(ValueError, match="lack workers_occ_9"):
        remote_capable(pd.DataFrame([[1] * 8], columns=COLUMNS[:8]), dict.fromkeys(OCCUPATIONS, 0.5))


def test_the_ons_shares_are_the_surveys(open_data: Path) -> None:
    survey = pd.read_csv(open_data / "homeworking/ons_ability_to_work_from_home_soc2010.csv")
    major = survey["UK SOC 2010 Code"] // 100
    last = survey.groupby(major)[survey.columns[-1]].agg(["min", "max"]) / 100
    shares = read_capability()["ons-2020"]
    # The survey gives every occupation of a major group that group's share.
    np.testing.assert_allclose(shares, last["min"], atol=1e-12)
    np.testing.assert_allclose(shares, last["max"], atol=1e-12)


def test_the_dingel_neiman_shares_are_recomputed(open_data: Path) -> None:
    found = average_shares(open_data / "homeworking/dingel_neiman_soc6.csv")
    table = read_capability()["dingel-neiman"]
    assert found.index.to_list() == list(OCCUPATIONS)
    np.testing.assert_array_equal(found.round(4), table)


def test_the_crosswalk_puts_each_occupation_in_one_group(open_data: Path) -> None:
    """The same averages by another road: regular expressions, tried from the longest."""
    frame = pd.read_csv(open_data / "homeworking/dingel_neiman_soc6.csv")
    lines = pd.read_csv(DATA / "capability_crosswalk.csv", comment="#", dtype={"us_soc": str})
    assert lines["reason"].str.len().min() > 4
    group = pd.Series(0, index=frame.index)
    for _, line in lines.sort_values("us_soc", key=lambda codes: codes.str.len()).iterrows():
        group[frame["OCC_CODE"].str.startswith(line["us_soc"])] = line["uk_group"]
    assert (group > 0).all()
    means = frame["teleworkable"].groupby(group).mean()
    np.testing.assert_allclose(means, read_capability()["dingel-neiman"], atol=5e-5)


def test_the_table_names_the_census_groups() -> None:
    table = read_capability()
    assert table.index.name == "occupation"
    assert table.columns.to_list() == ["name", *CAPABILITY_TABLES]
    headers = [header.split(". ")[1] for header in TABLES["ts063"].parts]
    assert table["name"].to_list() == headers
    assert table[list(CAPABILITY_TABLES)].to_numpy().dtype == "float64"


def test_the_national_workers_are_the_census(open_data: Path) -> None:
    census = pd.read_parquet(open_data.parent / "open-data-england/census2021_lsoa21_ew.parquet")
    table = pd.read_csv(DATA / "england_wales_occupations.csv", comment="#")
    sums = [int(census[f"ts063{group + 1:04d}"].sum()) for group in OCCUPATIONS]
    assert table["occupation"].to_list() == list(OCCUPATIONS)
    assert table["workers"].to_list() == sums
    assert sum(sums) == census["ts0630001"].sum()


def test_the_national_shares_stand_beside_the_published() -> None:
    found = national_check()
    assert found.index.to_list() == list(CAPABILITY_TABLES)
    workers = pd.read_csv(DATA / "england_wales_occupations.csv", comment="#")["workers"].to_numpy()
    for table in CAPABILITY_TABLES:
        share = (read_capability()[table].to_numpy() * workers).sum() / workers.sum()
        assert found.loc[table, "share"] == pytest.approx(share)
        assert found.loc[table, "published"] == PUBLISHED_NATIONAL[table][0]
        # Other year, other area, other question: the same order of size is all that can be asked.
        assert abs(found.loc[table, "share"] - found.loc[table, "published"]) < 0.06
    assert found["share"].round(3).to_list() == [0.413, 0.406]


CROSSWALK = "us_soc,us_group,uk_group,reason\n"
US_SHARES = "OCC_CODE,OES_TITLE,teleworkable\n" + "".join(f"{code}-1011,x,{code / 100}\n" for code in range(11, 20))
LINES = "".join(f"{code},x,{code - 10},why\n" for code in range(11, 20))


def averages(folder: Path, occupations: str, lines: str) -> pd.Series:
    path, crosswalk = folder / "occupations.csv", folder / "crosswalk.csv"
    path.write_text(occupations, encoding="utf-8")
    crosswalk.write_text("# made\n" + CROSSWALK + lines, encoding="utf-8")
    return average_shares(path, crosswalk)


def test_the_longest_beginning_decides(tmp_path: Path) -> None:
    more = US_SHARES + "11-1012,x,1\n11-1020,x,0.5\n"
    lines = LINES.replace("11,x,1,", "11-101,x,1,") + "11-1012,x,9,why\n11-10,x,8,why\n"
    found = averages(tmp_path, more, lines)
    assert found[1] == pytest.approx(0.11)
    assert found[9] == pytest.approx((0.19 + 1) / 2)
    assert found[8] == pytest.approx((0.18 + 0.5) / 2)


@pytest.mark.parametrize(("occupations", "lines", "words"), [
    (US_SHARES + "99-1011,x,1\n", LINES, "'99-1011', expected an occupation that crosswalk.csv has"),
    (US_SHARES, LINES + "53,x,8,why\n", "crosswalk.csv: 53 decide nothing"),
    (US_SHARES, LINES.replace("19,x,9", "19,x,8"), "no occupation is in UK group 9"),
    (US_SHARES, LINES.replace("19,x,9", "19,x,10"), "row 11 has 10, expected a major group"),
    (US_SHARES, LINES + "11,x,2,why\n", "each code once"),
    (US_SHARES.replace("0.11", "1.1"), LINES, "row 2 has 1.1, expected a share"),
    (US_SHARES + "11-1011,x,1\n", LINES, "row 11 has '11-1011', expected each code once"),
])
def test_a_wrong_crosswalk_is_told(tmp_path: Path, occupations: str, lines: str, words: str) -> None:
    with pytest.raises(SourceError, match=words.replace(".", r"\.")):
        averages(tmp_path, occupations, lines)


def test_a_damaged_capability_table_is_told(tmp_path: Path) -> None:
    path = tmp_path / "capability.csv"
    text = (DATA / "capability.csv").read_text(encoding="utf-8")
    for old, new, words in (("9,Elem", "8,Elem", "major groups 1 to 9"), ("0.6735", "67.35", "a share from 0 to 1")):
        path.write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(SourceError, match=words):
            read_capability(path)


def test_the_archive_of_the_census_is_what_the_count_needs(open_data: Path) -> None:
    with zipfile.ZipFile(open_data / "census/census2021-ts063.zip") as archive:
        there = pd.read_csv(archive.open("census2021-ts063-lsoa.csv")).set_index("geography code")
    shares = read_capability()["dingel-neiman"].to_numpy()
    workers = read_census(open_data / "census/census2021-ts063.zip", "ts063")
    found = remote_capable(workers, read_capability()["dingel-neiman"])
    expected = (there.iloc[:, 3:12] * shares).sum(axis=1).sort_index()
    np.testing.assert_allclose(found, expected)
