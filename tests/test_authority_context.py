"""What is published of whole authorities: by hand, in words with its level, and where there is none."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from geo.core.choices import ENGLAND, REGION
from geo.core.measures import MEASURES
from geo.core.view import View
from geo.edition.schema import empty_table
from geo.figures.aggregate import context_values
from geo.figures.context import (
    ENGLAND_RESIDENTS,
    authority_context,
    businesses_per_1000,
    coverage_over_time,
    newest,
    series_of,
)
from geo.figures.place import show
from geo.words.authority import (
    authority_heads,
    authority_rows,
    coverage_rows,
    coverage_sentence,
    land_sentence,
    level,
    month,
)
from geo.words.context import context_rows

ALAND, BLAND, CLAND = "E07000001", "E06000002", "E07000003"


@pytest.fixture
def bare(tiny_edition):
    """The tiny edition as if built before there were series, ages and lines."""
    ages = [name for name in tiny_edition.areas if name.startswith("aged_")]
    return dataclasses.replace(
        tiny_edition, context=empty_table("context"), areas=tiny_edition.areas.drop(columns=ages))


def test_a_series_by_its_dates(tiny_edition):
    found = series_of(tiny_edition, ALAND, "gigabit")
    pd.testing.assert_series_equal(found, pd.Series(
        [0.4, 0.5], pd.Index(["2024-01", "2025-07"], name="date"), name="gigabit"), check_index_type=False)
    assert series_of(tiny_edition, ALAND, "below_30")["2025-07"] == 0.07
    assert series_of(tiny_edition, "E06000999", "gigabit").empty
    with pytest.raises(KeyError):
        series_of(tiny_edition, ALAND, "wealth")


def test_the_newest_is_of_one_date_for_all(tiny_edition):
    date, values = newest(tiny_edition, "claimants")
    assert date == "2025"
    assert values.to_dict() == {ALAND: 0.03, BLAND: 0.02, REGION: 0.027, ENGLAND: 0.04}     # the neighbour's is older


def test_businesses_are_divided_by_residents(tiny_edition):
    assert businesses_per_1000(tiny_edition).to_dict() == pytest.approx({
        ALAND: 1000 * 120 / 3000, BLAND: 1000 * 90 / 2000, CLAND: 1000 * 60 / 3000, REGION: 1000 * 210 / 5000,
        ENGLAND: 1000 * 2_521_340 / 56_490_284})


def test_residents_of_england_are_the_censuss(open_data):
    table = pd.read_parquet(open_data.parent / "open-data-england" / "census2021_lsoa21_ew.parquet")
    english = table[table["LSOA21CD"].str.startswith("E01")]
    assert (len(english), int(english["ts0010001"].sum())) == (33_755, ENGLAND_RESIDENTS)


@pytest.mark.parametrize(("text", "codes"), [
    (ALAND, [ALAND, REGION, ENGLAND]), (REGION, [REGION, ENGLAND]), ("E05000001", [ALAND, REGION, ENGLAND]),
    ("E01000005", [CLAND, REGION, ENGLAND]), ("E14000002", [ALAND, BLAND, REGION, ENGLAND]),
    (f"{BLAND}+{ALAND}", [ALAND, BLAND, REGION, ENGLAND]), ("E10000001", [ALAND, REGION, ENGLAND]),
])
def test_a_place_has_its_own_row_or_those_of_its_authorities(tiny_edition, text, codes):
    place = tiny_edition.place(text)
    table = authority_context(tiny_edition, place)
    assert table.index.tolist() == codes
    assert table.loc[ENGLAND, ["name", "gigabit", "below_30", "claimants"]].tolist() == ["England", 0.87, 0.019, 0.04]
    said = level(place, table)
    if text in {ALAND, REGION}:
        assert said.startswith(f"These are figures for the whole of {'Aland' if text == ALAND else 'the South West'};")
    elif len(codes) == 3:
        whole = tiny_edition.names("authority")[codes[0]]
        assert said.startswith(f"These are figures for the whole of {whole}, the authority: they are not published for")
    else:
        assert "of the authorities it lies in, each as a whole" in said


def test_what_is_not_published_is_a_dash(tiny_edition):
    table = authority_context(tiny_edition, tiny_edition.place(CLAND))
    assert authority_rows(table) == [
        ["Cland", "90.0 %", "1.0 %", "–", "20.0"], ["South West", "70.0 %", "3.7 %", "2.7 %", "42.0"],
        ["England", "87.0 %", "1.9 %", "4.0 %", "44.6"]]
    assert authority_heads(tiny_edition)[1:] == [
        "Premises with a gigabit, July 2025", "Premises without 30 Mbit/s, January 2026",
        "Claimants, of residents aged 16 to 64, 2025", "Active businesses per 1,000 residents, 2024"]
    assert land_sentence(tiny_edition, table) == (
        "Share of the land with 4G and with 5G, January 2026: Cland 100.0 % and 90.0 %; the South West 99.0 % and "
        "70.0 %; England 99.0 % and 80.0 %.")


def test_coverage_over_time_is_said_with_its_dates(tiny_edition):
    assert coverage_sentence(tiny_edition, BLAND, "Bland, City of") == (
        "In the whole of Bland, the share of homes and businesses that can get a gigabit went from 50.0 % in January "
        "2024 to 70.0 % in July 2025 (England 87.0 %), and the share that cannot get 30 Mbit/s went from 32.0 % in "
        "July 2025 to 30.0 % in January 2026 (England 1.9 %).")
    heads, rows = coverage_rows(tiny_edition, {BLAND: "Bland", ENGLAND: "England"})
    assert heads == ["", "Gigabit: Bland", "Gigabit: England", "Below 30 Mbit/s: Bland", "Below 30 Mbit/s: England"]
    assert rows == [["January 2026", "–", "–", "30.0 %", "1.9 %"], ["July 2025", "70.0 %", "87.0 %", "32.0 %", "2.1 %"],
                    ["January 2024", "50.0 %", "79.0 %", "–", "–"]]
    drawn = coverage_over_time(tiny_edition, {BLAND: "Bland", ENGLAND: "England"})
    assert drawn.groupby(["series", "area"]).size().to_dict() == {
        (series, area): 2 for series in ("below_30", "gigabit") for area in ("Bland", "England")}
    assert drawn["date"].min() == pd.Timestamp("2024-01-01")
    assert month("2024") == "2024"


def test_places_inside_an_authority_show_its_figure_and_are_marked(tiny_edition):
    values = context_values(tiny_edition, tiny_edition.areas["ward"])
    assert values["claimants"].to_dict() == pytest.approx(
        {"E05000001": 0.03, "E05000002": 0.03, "E05000003": 0.02, "E05000004": np.nan}, nan_ok=True)
    assert values.loc["E05000003", ["gigabit_newest", "businesses"]].tolist() == pytest.approx([0.7, 45])
    region = context_values(tiny_edition, tiny_edition.membership("region")).loc[REGION]
    assert region["businesses"] == pytest.approx(210 / 5)      # by residents: sums over sums
    assert region["claimants"] == pytest.approx((0.03 * 3000 + 0.02 * 2000) / 5000)
    for row, key in zip(context_rows(tiny_edition, values.loc["E05000003"].to_dict()), values, strict=True):
        assert row.source.endswith("published by council only") == MEASURES[key].by_authority
    assert {key for key, measure in MEASURES.items() if measure.by_authority} == {
        "mobile_4g", "gigabit_newest", "claimants", "businesses"}


def test_residents_of_65_and_over_by_hand(tiny_edition):
    assert show(tiny_edition, View(place=ALAND))["aged_65_and_over"].rate == pytest.approx(700 / 3000)
    assert context_values(tiny_edition, tiny_edition.areas["authority"])["aged_65_and_over"].to_dict() == pytest.approx(
        {ALAND: 700 / 3000, BLAND: 700 / 2000, CLAND: 400 / 3000})


def test_an_edition_of_before_says_that_it_has_none(bare):
    assert authority_context(bare, bare.place(ALAND)).empty
    assert series_of(bare, ALAND, "gigabit").empty
    assert newest(bare, "gigabit")[0] == ""
    values = context_values(bare, bare.areas["authority"])
    assert values[["gigabit_newest", "claimants", "businesses", "aged_65_and_over"]].isna().all(axis=None)
    assert show(bare, View(place=ALAND))["aged_65_and_over"].rate is None
    assert land_sentence(bare, authority_context(bare, bare.place(ALAND))) == ""
    assert coverage_sentence(bare, ALAND, "Aland") == ""
    rows = {row.label: row for row in context_rows(bare, values.loc[ALAND].to_dict())}
    assert rows["Claimants"].value == "no figure published"
    assert rows["Claimants"].source.startswith("not in this edition")
