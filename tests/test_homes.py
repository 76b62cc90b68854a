"""Homes, not offices: the factor from Ofcom's file row by row, and the figures of people that go by it."""

import csv
import dataclasses
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.core.choices import SPEEDS
from geo.core.view import View
from geo.edition.store import Edition
from geo.figures.areas import area_figures
from geo.figures.consistency import ENDS, problems_of
from geo.layers.homes import NO_FACTOR, WITHOUT, homes_factor, share_of_homes
from geo.sources.ofcom import read_national_coverage
from geo.words.evidence import HOMES_HEADER, homes_rows, homes_sentences
from geo.words.method import METHOD
from tests.fixtures.answers import show_json

NATIONS = "ofcom/202507_fixed_coverage_UK_and_nations_r01.csv"
FACTOR = {speed: {"rural": 0.9, "urban": 0.6} for speed in SPEEDS} | {"uso": {"rural": 0.8, "urban": 0.5}}


def with_factor(edition: Edition, factor: dict[str, dict[str, float]]) -> Edition:
    return dataclasses.replace(edition, manifest={**edition.manifest, "homes_factor": factor})


def by_hand(path: Path, setting: str) -> dict[str, float]:
    """k of every speed from the rows of the file: counts of the speed over the base, homes over all."""
    counts: dict[tuple[str, str], int] = {}
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["Location"] == "England" and row["Rurality"] == setting.capitalize():
                counts[row["Premise type"], row["Speed"]] = int(row["Premises"])

    def share(kind: str, speed: str) -> float:
        base, unknown = counts[kind, "Premise Base"], counts[kind, "Unclassified"]
        if speed == "uso":
            return counts[kind, "<10 Mbit/s DL or <1 Mbit/s UL"] / base
        have = counts[kind, "Gigabit capable" if speed == "gigabit" else f">={speed} Mbit/s"]
        return (base - unknown - have) / base

    return {speed: min(1.0, share("Residential", speed) / share("All", speed)) for speed in SPEEDS}


def test_the_factor_is_that_of_ofcoms_rows(open_data: Path) -> None:
    found = homes_factor(read_national_coverage(open_data / NATIONS))
    assert found.index.to_list() == [*SPEEDS]
    assert found.index.name == "speed"
    assert [*found.columns] == ["rural", "urban"]
    assert (found.dtypes == "float64").all()
    for setting in found:
        assert found[setting].to_dict() == pytest.approx(by_hand(open_data / NATIONS, str(setting)))
    assert found.loc["30"].round(3).to_dict() == {"rural": 0.888, "urban": 0.759}
    assert found.loc["10"].round(3).to_dict() == {"rural": 0.865, "urban": 0.646}


def test_the_method_quotes_the_factor(open_data: Path) -> None:
    flat = " ".join(METHOD.read_text(encoding="utf-8").split())
    rural, urban = (by_hand(open_data / NATIONS, setting) for setting in ("rural", "urban"))
    assert f"At 30 Mbit/s k is {rural['30']:.3f} rural and {urban['30']:.3f} urban" in flat
    assert f"at 10 Mbit/s {rural['10']:.3f} and {urban['10']:.3f}" in flat


def nations(**homes: int) -> pd.DataFrame:
    """England's counts made up: 100 premises of each sort, 10 of them without each speed, and homes as given."""
    rows = pd.MultiIndex.from_product([["England"], ["All", "Residential"], ["Rural", "Urban"]])
    table = pd.DataFrame(10, index=rows, columns=["premises", *WITHOUT.values()]).assign(premises=100)
    for column, count in homes.items():
        table.loc[("England", "Residential", slice(None)), column] = count
    return table


def test_the_factor_is_never_above_one() -> None:
    found = homes_factor(nations(below_30=12, below_100=4, below_300=0))
    assert found["rural"].to_dict() == pytest.approx({**dict.fromkeys(SPEEDS, 1.0), "100": 0.4, "300": 0.0})


def test_where_nothing_lacks_a_speed_homes_are_like_all() -> None:
    table = nations(below_30=0)
    table["below_30"] = 0
    assert homes_factor(table).loc["30"].to_dict() == {"rural": 1.0, "urban": 1.0}
    table["premises"] = 0
    assert (homes_factor(table) == 1.0).all(axis=None)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=9), st.floats(0, 1), st.floats(0, 1))
def test_a_share_of_homes_is_a_share_times_k(rows: list[tuple[float, bool]], rural: float, urban: float) -> None:
    shares, is_urban = (pd.Series(column, index=[f"E{number}" for number in range(len(rows))])
                        for column in zip(*rows, strict=True))
    found = share_of_homes(shares, is_urban, {"rural": rural, "urban": urban})
    assert found.index.equals(shares.index)
    assert found.dtype == "float64"
    assert found.to_list() == [share * (urban if town else rural) for share, town in rows]


@pytest.mark.parametrize("speed", SPEEDS)
def test_people_go_by_homes_and_premises_stay(tiny_edition: Edition, speed: str) -> None:
    homes = area_figures(with_factor(tiny_edition, FACTOR), View(speed=speed))
    usual = area_figures(tiny_edition, View(speed=speed))
    for code, area in tiny_edition.areas.iterrows():
        k = FACTOR[speed]["urban" if area["urban"] else "rural"]
        workers, capable = area["workers"], 0.5 * area["workers_occ_2"]
        h = area[f"below_{speed}"] / area["premises"] * k
        found = homes.loc[code]
        gap = {end: found[f"people_in_gap_{speed}_{end}"] for end in ENDS}
        assert gap["estimate"] == pytest.approx(capable * h)
        t = capable / workers if workers else 0.0
        for end, psi in (("low", 0.5), ("high", 2)):
            a = 1 + (t + h) * (psi - 1)
            share = (a - math.sqrt(a * a - 4 * psi * (psi - 1) * t * h)) / (2 * (psi - 1))
            assert gap[end] == pytest.approx(workers * share, abs=1e-9)
        assert gap["limit_low"] == pytest.approx(max(0, capable + workers * h - workers), abs=1e-9)
        assert gap["limit_high"] == pytest.approx(min(capable, workers * h), abs=1e-9)
        beyond = found["cut_off_by_rail"] / area["residents"]
        for end in ("estimate", "low", "high"):
            assert found[f"nowhere_to_turn_{end}"] == pytest.approx(gap[end] * beyond)
    same = [name for name in usual if not name.startswith(("people_in_gap", "nowhere_to_turn"))]
    pd.testing.assert_frame_equal(homes[same], usual[same])


def test_without_the_national_file_homes_are_like_all_premises_and_it_is_said(tiny_edition: Edition) -> None:
    earlier = dataclasses.replace(
        tiny_edition, manifest={key: part for key, part in tiny_edition.manifest.items() if key != "homes_factor"})
    assert not earlier.counts_homes
    assert earlier.homes_factor("30") == NO_FACTOR
    areas = tiny_edition.areas
    np.testing.assert_allclose(
        area_figures(earlier, View())["people_in_gap_30_estimate"],
        0.5 * areas["workers_occ_2"] * areas["below_30"] / areas["premises"])
    for without in (earlier, with_factor(tiny_edition, {})):
        assert any("made without Ofcom's counts of homes" in note for note in show_json(without, View())["notes"])
        assert "made without" in " ".join(homes_sentences(without.manifest))
        assert homes_rows(without.manifest) == []
    assert not any("counts of homes" in note for note in show_json(tiny_edition, View())["notes"])


def test_the_factor_is_shown_as_the_edition_has_it(tiny_edition: Edition) -> None:
    manifest = with_factor(tiny_edition, FACTOR).manifest
    rows = homes_rows(manifest)
    assert [row[0] for row in rows] == [choice.label for choice in SPEEDS.values()]
    assert rows[0][1:] == ("0.800", "0.500")
    assert all(len(row) == len(HOMES_HEADER) for row in rows)
    assert "by 0.900 where it is rural and 0.600 where it is urban" in " ".join(homes_sentences(manifest))


@pytest.mark.parametrize("factor", [
    {**FACTOR, "30": {"rural": 1.1, "urban": 0.5}}, {**FACTOR, "30": {"rural": 0.5}}, {"30": FACTOR["30"]},
])
def test_a_factor_that_cannot_be_is_told(tiny_edition: Edition, factor: dict[str, dict[str, float]]) -> None:
    wrong = with_factor(tiny_edition, factor)
    assert "the homes factor is not from 0 to 1 for every speed, rural and urban" in problems_of(wrong)
