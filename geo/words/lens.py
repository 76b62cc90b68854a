"""The lens in words: people in the gap on the coast, where claimants are many, and where active businesses are few."""

import pandas as pd

from geo.core.choices import REGION, REGIONS, Region
from geo.core.rounding import decimal, percent
from geo.words.claim import number, sentence_case, spoken_name
from geo.words.intervals import interval_cell, rate_cell

WHY = ("Why it matters: services that people and firms cannot do without are digital by default. Universal Credit is "
       "claimed and managed online, and business rates are looked up, paid and appealed online.")
"""What the lens is for."""

CAUTION = ("Claimants and businesses are published for whole authorities: this compares authorities, not the people in "
           "them, and does not say that people in the gap claim or have a business.")
"""Beside every figure by third."""

NO_COAST = "Which neighbourhoods are on the coast is not in this edition."
NO_AUTHORITIES = "Claimants and active businesses are not in this edition."

_SIDES = {"coast": "On the coast", "inland": "Inland"}
_THIRDS = {"claimants": {3: "Most claimants", 2: "Middle third", 1: "Fewest claimants"},
           "businesses": {1: "Fewest businesses", 2: "Middle third", 3: "Most businesses"}}


def _people(row: pd.Series) -> list[str]:
    rate = "nobody in work" if pd.isna(row["per_1000"]) else decimal(row["per_1000"])
    return [number(row["people"]), interval_cell(row), rate, rate_cell(row)]


def coast_rows(table: pd.DataFrame) -> list[list[str]]:
    """Write `geo.figures.lens.coast_and_inland`: side, people in the gap and rate, each with its interval."""
    return [[name, *_people(table.loc[side])] for side, name in _SIDES.items() if side in table.index]


def coast_sentence(name: str, table: pd.DataFrame) -> str:
    """Say whether people in the gap live on the coast."""
    where = spoken_name(name)
    if table.empty:
        return NO_COAST
    if len(table) == 1:
        return f"All of {where} is {_SIDES[str(table.index[0])].lower()}."
    coast, inland = table.loc["coast"], table.loc["inland"]
    total = coast["people"] + inland["people"]
    if not total:
        return f"Nobody in {where} is in the gap at this speed."
    said = f"{percent(coast['people'] / total)} of the people in the gap in {where} live on the coast"
    if pd.isna(coast["per_1000"]) or pd.isna(inland["per_1000"]):
        return f"{said}."
    share = percent(coast["workers"] / (coast["workers"] + inland["workers"]))
    more = "more" if coast["per_1000"] > inland["per_1000"] else "fewer"
    return (f"{said}, where {share} of its workers live: {decimal(coast['per_1000'])} of every 1,000 workers on the "
            f"coast, {more} than the {decimal(inland['per_1000'])} inland.")


def thirds_caption(region: Region, column: str) -> str:
    """Say what a table of thirds is of, by what they are sorted by."""
    by = {"claimants": "claimants, of residents aged 16 to 64", "businesses": "active businesses"}[column]
    return f"{sentence_case(region.spoken)}’s authorities in thirds by {by}."


def third_rows(table: pd.DataFrame, column: str) -> list[list[str]]:
    """Write `geo.figures.lens.by_third`: third with its authorities and bounds, then as there."""
    def bound(value: float) -> str:
        return percent(value) if column == "claimants" else f"{value:.0f}"

    unit = "" if column == "claimants" else " per 1,000 residents"
    return [[f"{name}: {row['authorities']:.0f} authorities, {bound(row['least'])} to {bound(row['most'])}{unit}",
             *_people(row)]
            for third, name in _THIRDS[column].items() if third in table.index for row in [table.loc[third]]]


def thirds_sentence(
    claimants: pd.DataFrame, businesses: pd.DataFrame, region: Region = REGIONS[REGION],
) -> str:
    """Say whether people in the gap are many where claimants are many and where businesses are few."""
    if claimants.empty or not {1, 3} <= set(claimants.index) or not {1, 3} <= set(businesses.index):
        return NO_AUTHORITIES if claimants.empty else "There are too few authorities to sort into thirds."
    many, few = claimants.loc[3, "per_1000"], claimants.loc[1, "per_1000"]
    sparse, dense = businesses.loc[1, "per_1000"], businesses.loc[3, "per_1000"]
    return (f"Of every 1,000 workers in {region.spoken}, {many:.1f} are in the gap in the authorities with most "
            f"claimants and {few:.1f} in those with fewest; {sparse:.1f} where active businesses are fewest and "
            f"{dense:.1f} where they are most.")
