"""What is measured beside what is counted, recomputed with plain loops."""

import csv
import io
import json
import math
import zipfile
from collections import defaultdict
from functools import cache
from pathlib import Path
from statistics import correlation, quantiles
from typing import Any

import openpyxl
import pandas as pd
import pytest

from geo.layers.evidence import (
    SLOW_BANDS,
    census_day,
    correlation_inside,
    did_by_slow_share,
    evidence,
    job_and_line,
    odds_ratios,
)
from geo.words.evidence import DID_HEADER, census_day_sentences, did_rows, independence_sentences
from geo.words.method import METHOD

SHARES = [0.6735, 0.6958, 0.6372, 0.5724, 0.1885, 0.1489, 0.1591, 0.0544, 0]
ROUNDED = 0.00006      # of the four decimals kept
WITHOUT = {"30": "superfast", "gigabit": "gigabit"}


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def census(folder: Path, number: str) -> dict[str, dict[str, str]]:
    with zipfile.ZipFile(folder / f"census/census2021-{number}.zip") as archive:
        text = io.TextIOWrapper(archive.open(f"census2021-{number}-lsoa.csv"), "utf-8")
        return {row["geography code"]: row for row in csv.DictReader(text)}


@cache
def lsoas(folder: Path) -> list[dict[str, Any]]:
    """Every LSOA from the publishers' own files: W, T, F, its places, setting and indicator."""
    jobs, travel = census(folder, "ts063"), census(folder, "ts061")
    msoas = {row["LSOA21CD"]: row["MSOA21CD"] for row in rows_of(folder / "lookups/LSOA21_MSOA21_HCLNM.csv")}
    rural = {row["LSOA21CD"]: row["Urban_rural_flag"] == "Rural"
             for row in rows_of(folder / "lookups/LSOA21_RUC21_EW_LU.csv")}
    sets = {row["LAD24CD"]: row["area_set"] for row in rows_of(folder / "lookups/LAD24_CTYUA23_RGN24_LEP21.csv")}
    slow = {next(iter(row.values())): float(next(value for name, value in row.items() if "Digital" in name))
            for row in rows_of(folder / "deprivation/IoD2025_File_8_connectivity_indicators.csv")}
    found = []
    for row in rows_of(folder / "lookups/LSOA21_WD24_LAD24_EW_LU.csv"):
        code = row["LSOA21CD"]
        groups = [int(next(value for name, value in jobs[code].items() if f": {group}. " in name))
                  for group in range(1, 10)]
        found.append({
            "code": code, "msoa": msoas[code], "authority": row["LAD24CD"], "west": sets[row["LAD24CD"]] == "SW",
            "rural": rural[code], "slow": slow[code],
            "W": int(next(value for name, value in jobs[code].items() if "Total" in name)),
            "T": sum(count * share for count, share in zip(groups, SHARES, strict=True)),
            "F": int(next(value for name, value in travel[code].items() if "at or from home" in name)),
        })
    return found


@cache
def measured(folder: Path) -> dict[str, dict[str, float]]:
    """Superfast and gigabit availability by MSOA, out of the workbook cell by cell."""
    book = openpyxl.load_workbook(folder / "hocl/BroadbandDashboardDataFile.xlsx", read_only=True)
    rows = list(book["Sub-constituency data"].iter_rows(values_only=True))
    header = [str(cell).strip() for cell in rows[2]]
    where = {name: header.index(f"{name.capitalize()} availability") for name in ("superfast", "gigabit")}
    code = header.index("Area code")
    return {row[code]: {name: float(row[column]) for name, column in where.items()}
            for row in rows[3:] if str(row[code]).startswith("E02")}


@pytest.fixture(scope="module")
def found(open_data: Path) -> dict[str, Any]:
    rows = pd.DataFrame(lsoas(open_data)).set_index("code")
    areas = pd.DataFrame({
        "msoa": rows["msoa"], "authority": rows["authority"], "neighbour": ~rows["west"], "urban": ~rows["rural"],
        "workers": rows["W"], "works_from_home": rows["F"].astype("float64"), "digital_connectivity": rows["slow"]})
    return evidence(areas, rows["T"], pd.DataFrame.from_dict(measured(open_data), orient="index"))


def ratio(cells: list[float]) -> float:
    return cells[0] * cells[3] / (cells[1] * cells[2])


@pytest.mark.parametrize(("speed", "middle"), [("30", 1.07), ("gigabit", 1.05)])
def test_job_and_line_between_localities(found: dict[str, Any], open_data: Path, speed: str, middle: float) -> None:
    shares, said = measured(open_data), found["job_and_line"][speed]
    locality: dict[str, dict[str, Any]] = {}
    for row in lsoas(open_data):
        msoa = locality.setdefault(row["msoa"], {"authority": row["authority"], "W": 0, "T": 0.0, "rural": 0})
        msoa["W"] += row["W"]
        msoa["T"] += row["T"]
        msoa["rural"] += row["W"] * row["rural"]
    tables: dict[str, list[float]] = defaultdict(lambda: [0.0] * 4)
    for code, msoa in locality.items():
        b = 1 - shares[code][WITHOUT[speed]]
        four = [msoa["T"] * b, msoa["T"] * (1 - b), (msoa["W"] - msoa["T"]) * b, (msoa["W"] - msoa["T"]) * (1 - b)]
        for place in (msoa["authority"], "rural" if 2 * msoa["rural"] > msoa["W"] else "urban"):
            tables[place] = [one + more for one, more in zip(tables[place], four, strict=True)]
    settings = {place: ratio(tables.pop(place)) for place in ("rural", "urban")}
    authorities = [ratio(cells) for cells in tables.values()]
    tenths = quantiles(authorities, n=10, method="inclusive")
    assert said["authorities"] == len(authorities) == 41
    for name, value in (("p10", tenths[0]), ("median", tenths[4]), ("p90", tenths[8]), *settings.items()):
        assert said[name] == pytest.approx(value, abs=ROUNDED)
    assert said["median"] == pytest.approx(middle, abs=0.02)
    if speed == "30":
        for name, published in (("p10", 1.00), ("p90", 1.13), ("rural", 0.99), ("urban", 1.03)):
            assert said[name] == pytest.approx(published, abs=0.02)


def test_inside_localities_jobs_hardly_go_with_slow_lines(found: dict[str, Any], open_data: Path) -> None:
    groups: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in lsoas(open_data):
        groups[row["msoa"]].append((row["T"] / row["W"], row["slow"]))
    off: tuple[list[float], list[float]] = ([], [])
    for pairs in groups.values():
        for side, column in enumerate(zip(*pairs, strict=True)):
            off[side].extend(value - sum(column) / len(column) for value in column)
    expected = correlation(*off)
    assert found["inside_localities"] == pytest.approx(expected, abs=ROUNDED)
    assert found["inside_localities"] == pytest.approx(-0.04, abs=0.02)


def test_who_could_beside_who_did_on_census_day(found: dict[str, Any], open_data: Path) -> None:
    west = [row for row in lsoas(open_data) if row["west"]]
    rural, urban = ([row for row in west if row["rural"] is setting] for setting in (True, False))

    def fit(rows: list[dict[str, Any]]) -> float:
        return correlation([row["T"] / row["W"] for row in rows], [row["F"] / row["W"] for row in rows])

    workers = sum(row["W"] for row in west)
    expected = {
        "neighbourhoods": 3407, "correlation": fit(west), "rural": fit(rural), "urban": fit(urban),
        "could": sum(row["T"] for row in west) / workers, "did": sum(row["F"] for row in west) / workers,
        "rural_more_did": sum(row["F"] > row["T"] for row in rural) / len(rural),
    }
    assert found["census_day"] == pytest.approx(expected, abs=ROUNDED)
    published = {"correlation": 0.89, "rural": 0.85, "urban": 0.91}
    assert {name: round(found["census_day"][name], 2) for name in published} == published


def test_who_did_of_those_who_could_by_how_slow_the_locality_is(found: dict[str, Any], open_data: Path) -> None:
    shares = measured(open_data)
    assert len(found["did_by_slow_share"]) == len(SLOW_BANDS)
    for band in found["did_by_slow_share"]:
        end = 2 if band["below"] is None else band["below"]
        inside = [row for row in lsoas(open_data)
                  if row["west"] and band["from"] <= 1 - shares[row["msoa"]]["superfast"] < end]
        could, did = sum(row["T"] for row in inside), sum(row["F"] for row in inside)
        assert (band["workers"], band["did"]) == (sum(row["W"] for row in inside), did)
        assert band["could"] == pytest.approx(could, abs=0.5)
        assert band["ratio"] == pytest.approx(did / could, abs=ROUNDED)
    said = {(band["from"], band["below"]): band["ratio"] for band in found["did_by_slow_share"]}
    assert [round(said[band], 2) for band in ((0, 0.01), (0.15, None), (0.25, None))] == [0.73, 0.84, 0.90]


def test_the_method_and_the_words_quote_what_was_found(found: dict[str, Any]) -> None:
    flat, manifest = " ".join(METHOD.read_text(encoding="utf-8").split()), {"evidence": found}
    usual, gigabit, day = found["job_and_line"]["30"], found["job_and_line"]["gigabit"], found["census_day"]
    assert f"is {usual['median']:.2f} in the middle one of {usual['authorities']} authorities" in flat
    assert f"and {usual['p10']:.2f} and {usual['p90']:.2f} at the tenth and ninetieth percentile" in flat
    assert f"for gigabit it is {gigabit['median']:.2f}" in flat
    assert f"gives {usual['rural']:.2f}, one over all urban ones {usual['urban']:.2f}" in flat
    assert f"(correlation −{-found['inside_localities']:.2f})" in flat
    assert f"(correlation {day['correlation']:.2f}; rural {day['rural']:.2f}, urban {day['urban']:.2f})" in flat
    assert f"{100 * day['could']:.1f} % could and {100 * day['did']:.1f} % did" in flat
    assert f"in {100 * day['rural_more_did']:.0f} % of rural neighbourhoods more did than could" in flat
    assert "it is 1.07 in the middle one of 41 authorities, and from 1.00 to 1.13" in " ".join(
        independence_sentences(manifest))
    assert "the correlation is 0.89 (rural 0.85, urban 0.91). 40.7 % could, 30.4 % did." in " ".join(
        census_day_sentences(manifest))
    rows = did_rows(manifest)
    assert [row[0] for row in rows] == [
        "Under 1 %", "1 to under 5 %", "5 to under 15 %", "15 % and more", "Of them, 25 % and more"]
    assert all(len(row) == len(DID_HEADER) for row in rows)
    assert [row[-1] for row in rows] == [f"{band['ratio']:.2f}" for band in found["did_by_slow_share"]]


AREAS = pd.DataFrame({
    "msoa": ["m1", "m1", "m2", "m3"], "authority": ["a", "a", "a", "b"], "neighbour": [False, False, False, True],
    "urban": [True, False, False, True], "workers": [100, 300, 200, 100], "works_from_home": [60.0, 60.0, 40.0, 10.0],
    "digital_connectivity": [0.0, 1.0, 2.0, 3.0],
}, index=["l1", "l2", "l3", "l4"])
CAPABLE = pd.Series([50.0, 90.0, 40.0, 50.0], AREAS.index)
LOCALITIES = pd.DataFrame({"superfast": [0.9, 0.6, 1.0], "gigabit": [0.5, 0.5, 0.5]}, index=["m1", "m2", "m3"])


def test_tiny_odds_by_hand() -> None:
    # Authority a: localities m1 (T 140 of 400, b 0.1) and m2 (T 40 of 200, b 0.4); b has nobody without the speed.
    with_job, others = (14 + 16, 126 + 24), (26 + 64, 234 + 96)
    found = job_and_line(AREAS, CAPABLE, 1 - LOCALITIES["superfast"])
    expected = with_job[0] * others[1] / (with_job[1] * others[0])
    assert found["authorities"] == 1
    assert found["median"] == found["p10"] == found["p90"] == pytest.approx(expected, abs=ROUNDED)
    # m1 is rural by its workers (300 of 400), m2 all of it; m3, the only urban one, has no ratio.
    assert found["rural"] == pytest.approx(expected, abs=ROUNDED)
    assert found["urban"] is None
    # One share everywhere tells nothing apart.
    assert job_and_line(AREAS, CAPABLE, 1 - LOCALITIES["gigabit"])["median"] == 1.0


def test_a_locality_without_a_measured_share_is_left_out() -> None:
    found = job_and_line(AREAS, CAPABLE, (1 - LOCALITIES["superfast"]).drop("m2"))
    assert (found["authorities"], found["median"]) == (1, 1.0)
    assert job_and_line(AREAS, CAPABLE, pd.Series(dtype="float64"))["median"] is None


def test_odds_go_by_place_and_one_cell_empty_is_no_ratio() -> None:
    capable, workers, without = pd.Series([10.0, 30, 10]), pd.Series([20.0, 50, 20]), pd.Series([0.5, 0.1, 0])
    found = odds_ratios(capable, workers, without, pd.Series(["y", "y", "x"]))
    assert found.to_dict() == pytest.approx({"y": (5 + 3) * (5 + 18) / ((5 + 27) * (5 + 2))})


def test_a_correlation_inside_places_forgets_what_lies_between_them() -> None:
    one, places = pd.Series([0.0, 1.0, 10.0, 11.0]), pd.Series(list("aabb"))
    assert correlation_inside(one, pd.Series([1.0, 0.0, 21.0, 20.0]), places) == -1.0
    assert correlation_inside(one, pd.Series([5.0, 5.0, 6.0, 6.0]), places) is None
    assert correlation_inside(pd.Series([0, math.nan, 10, 11]), pd.Series([9.0, 0.0, 20.0, 21.0]), places) == 1.0


def test_tiny_census_day_by_hand() -> None:
    west = AREAS[~AREAS["neighbour"]]
    found = census_day(west, CAPABLE[west.index])
    assert found["neighbourhoods"] == 3
    assert found["correlation"] == pytest.approx(correlation([0.5, 0.3, 0.2], [0.6, 0.2, 0.2]), abs=ROUNDED)
    assert found["urban"] is None      # one neighbourhood has no correlation
    assert (found["could"], found["did"]) == (0.3, pytest.approx(160 / 600, abs=ROUNDED))
    assert found["rural_more_did"] == 0.0
    nobody = pd.concat([west, west.iloc[:1].rename(index={"l1": "l0"}).assign(workers=0, works_from_home=0.0)])
    assert census_day(nobody, CAPABLE[west.index].reindex(nobody.index, fill_value=0.0)) == found


def test_bands_hold_their_lower_end() -> None:
    slow = pd.Series({"m1": 0.01, "m2": 0.25, "m3": 1.0})
    found = did_by_slow_share(AREAS, CAPABLE, slow)
    assert [band["workers"] for band in found] == [0, 400, 0, 300, 300]
    assert [band["did"] for band in found] == [0, 120, 0, 50, 50]
    assert [band["ratio"] for band in found] == [None, pytest.approx(120 / 140, abs=ROUNDED), None, *[
        pytest.approx(50 / 90, abs=ROUNDED)] * 2]


def test_what_cannot_be_worked_out_is_left_out_and_said() -> None:
    assert set(evidence(AREAS, CAPABLE, None)) == {"census_day"}
    unknown = AREAS.assign(works_from_home=math.nan)
    assert evidence(unknown, CAPABLE, None) == {}
    assert set(evidence(unknown, CAPABLE, LOCALITIES)) == {"job_and_line", "inside_localities"}
    whole = evidence(AREAS, CAPABLE, LOCALITIES)
    assert json.loads(json.dumps(whole, allow_nan=False)) == whole
    for manifest in ({}, {"evidence": {}}):
        assert "made without Ofcom's counts by locality" in " ".join(independence_sentences(manifest))
        assert census_day_sentences(manifest) == []
        assert did_rows(manifest) == []
    assert "over all urban ones not known" in " ".join(independence_sentences({"evidence": whole}))
