"""The lens of coast, claimants and businesses: by hand on the tiny edition, recomputed on the starter, and in words."""

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest

from geo.core.choices import REGION
from geo.core.view import View
from geo.edition.schema import empty_table
from geo.edition.store import load_edition
from geo.figures.areas import area_figures
from geo.figures.intervals import INTERVALS
from geo.figures.lens import authority_thirds, by_third, coast_and_inland
from geo.words.lens import (
    CAUTION,
    NO_AUTHORITIES,
    NO_COAST,
    WHY,
    coast_rows,
    coast_sentence,
    third_rows,
    thirds_sentence,
)

VIEW = View()


def with_coast(edition, coastal):
    return dataclasses.replace(edition, areas=edition.areas.assign(coastal=coastal))


@pytest.fixture(scope="module")
def made():
    """The starter edition with a coast and with series made for the test."""
    starter = load_edition(geometry=False)
    areas = starter.areas.assign(coastal=(np.arange(len(starter.areas)) % 3 == 0).astype("float64"))
    codes = sorted(areas["authority"].unique())
    rows = [(code, series, date, value) for number, code in enumerate(codes) for series, date, value in (
        ("claimants", "2025", 0.01 * (number * 7 % 10 + 1)), ("businesses", "2024", 1000.0 + 950 * (number * 5 % 41)))]
    context = pd.DataFrame(rows, columns=["code", "series", "date", "value"])
    return dataclasses.replace(starter, areas=areas, context=context)


def test_coast_and_inland_by_hand(tiny_edition):
    # 250, 50, 200 and no people could work from home; a twentieth, a tenth, a quarter and half of premises are below.
    edition = with_coast(tiny_edition, [1.0, 0.0, 1.0, 0.0, 1.0])
    table = coast_and_inland(edition, VIEW, edition.place(REGION).lsoas)
    people = area_figures(edition, VIEW)["people_in_gap_30_estimate"]
    assert table.index.tolist() == ["coast", "inland"]
    assert people.tolist()[:4] == pytest.approx([12.5, 5, 50, 0])
    assert table["people"].tolist() == pytest.approx([12.5 + 50, 5])
    assert table["workers"].tolist() == [1800, 500]
    assert table["per_1000"].tolist() == pytest.approx([62.5 / 1.8, 10])
    assert table[[*INTERVALS]].isna().all(axis=None)        # this edition has no test of its estimate


def test_one_side_alone_and_an_unknown_coast(tiny_edition):
    edition = with_coast(tiny_edition, [1.0, 1.0, 0.0, np.nan, 0.0])
    aland = edition.place("E07000001")
    table = coast_and_inland(edition, VIEW, aland.lsoas)
    assert table.index.tolist() == ["coast"]
    assert coast_sentence("Aland", table) == "All of Aland is on the coast."
    unknown = coast_and_inland(edition, VIEW, edition.place("E06000002").lsoas)
    assert (unknown.empty, coast_sentence("Bland", unknown), coast_rows(unknown)) == (True, NO_COAST, [])
    without = dataclasses.replace(tiny_edition, areas=tiny_edition.areas.drop(columns="coastal", errors="ignore"))
    assert coast_and_inland(without, VIEW, aland.lsoas).empty


def test_coast_recomputed_one_by_one(made):
    for text in (REGION, "E06000052", "E07000046"):
        place = made.place(text)
        table = coast_and_inland(made, VIEW, place.lsoas)
        figures = area_figures(made, VIEW)
        for side, mark in (("coast", 1.0), ("inland", 0.0)):
            mine = [code for code in place.lsoas if made.areas.loc[code, "coastal"] == mark]
            assert table.loc[side, "people"] == pytest.approx(
                math.fsum(figures.loc[code, "people_in_gap_30_estimate"] for code in mine))
            assert table.loc[side, "workers"] == math.fsum(made.areas.loc[code, "workers"] for code in mine)
        assert table["people"].sum() == pytest.approx(figures.loc[place.lsoas, "people_in_gap_30_estimate"].sum())


def test_authorities_in_thirds_recomputed(made):
    table = authority_thirds(made)
    areas = made.areas[~made.areas["neighbour"]]
    assert table.index.tolist() == sorted(areas["authority"].unique())
    claimants = made.context[made.context["series"] == "claimants"].set_index("code")["value"]
    assert table["claimants"].to_dict() == claimants[table.index].to_dict()
    enterprises = made.context[made.context["series"] == "businesses"].set_index("code")["value"]
    residents = areas.groupby("authority")["residents"].sum()
    assert table["businesses"].to_numpy() == pytest.approx((1000 * enterprises / residents)[table.index].to_numpy())
    for column in ("claimants", "businesses"):
        values = table[column].tolist()
        for value, third in zip(values, table[f"{column}_third"], strict=True):
            middle = sum(other < value for other in values) + (sum(other == value for other in values) + 1) / 2
            assert third == math.ceil(3 * middle / len(values))
        groups = by_third(made, VIEW, column)
        assert groups["authorities"].sum() == 27
        assert groups["people"].sum() == pytest.approx(
            area_figures(made, VIEW).loc[areas.index, "people_in_gap_30_estimate"].sum())
        assert groups["workers"].sum() == areas["workers"].sum()
        most = areas.index[areas["authority"].isin(table.index[table[f"{column}_third"] == 3])]
        people = area_figures(made, VIEW).loc[most, "people_in_gap_30_estimate"].sum()
        assert groups.loc[3, "per_1000"] == pytest.approx(1000 * people / areas.loc[most, "workers"].sum())
        assert (groups["p05"] < groups["people"]).all()
        assert (groups["people"] < groups["p95"]).all()
        assert groups["most"].tolist() == sorted(groups["most"])
        assert (groups["most"].to_numpy()[:-1] < groups["least"].to_numpy()[1:]).all()      # none shares two thirds


def test_the_rows_of_the_thirds_say_what_they_are_sorted_by(made):
    claimants, businesses = (by_third(made, VIEW, column) for column in ("claimants", "businesses"))
    first = third_rows(claimants, "claimants")[0]
    assert first[0].startswith(f"Most claimants: {claimants.loc[3, 'authorities']} authorities, ")
    assert first[3] == f"{claimants.loc[3, 'per_1000']:.1f}"
    assert first[4] == f"{claimants.loc[3, 'rate_p05']:.1f} to {claimants.loc[3, 'rate_p95']:.1f}"
    assert third_rows(businesses, "businesses")[0][0].startswith("Fewest businesses: 9 authorities, ")
    said = thirds_sentence(claimants, businesses)
    for third, groups in ((3, claimants), (1, claimants), (1, businesses), (3, businesses)):
        assert f"{groups.loc[third, 'per_1000']:.1f}" in said


def test_the_coast_is_said_with_its_share_of_workers(made):
    table = coast_and_inland(made, VIEW, made.place(REGION).lsoas)
    said = coast_sentence("South West", table)
    share = table.loc["coast", "people"] / table["people"].sum()
    assert said.startswith(f"{100 * share:.1f} % of the people in the gap")
    assert "in the South West live on the coast" in said
    more = "more" if table.loc["coast", "per_1000"] > table.loc["inland", "per_1000"] else "fewer"
    assert f", {more} than the {table.loc['inland', 'per_1000']:.1f} inland." in said
    assert [row[0] for row in coast_rows(table)] == ["On the coast", "Inland"]


def test_why_names_the_services_and_the_caution_the_level():
    assert "Universal Credit" in WHY
    assert "business rates" in WHY
    assert "whole authorities" in CAUTION


def test_without_series_it_is_said(tiny_edition):
    bare = dataclasses.replace(tiny_edition, context=empty_table("context"))
    assert authority_thirds(bare).empty
    thirds = (by_third(bare, VIEW, column) for column in ("claimants", "businesses"))
    assert thirds_sentence(*thirds) == NO_AUTHORITIES
