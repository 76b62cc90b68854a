"""What publishers count by authority alone, in words: coverage over time, claimants, businesses, and their level."""

from collections.abc import Mapping
from datetime import date

import pandas as pd

from geo.core.choices import ENGLAND, REGIONS
from geo.core.rounding import percent
from geo.edition.places import Place
from geo.edition.store import Edition
from geo.figures.context import newest, series_of
from geo.words.claim import spoken_name

NOT_IN_EDITION = "Coverage over time, claimants and active businesses are not in this edition."
"""Instead of them, in an edition built without their files."""

COVERAGE = {"gigabit": "Can get a gigabit", "below_30": "Cannot get 30 Mbit/s"}
"""What is drawn over time, of homes and businesses."""

_COVERAGE = {"gigabit": "the share of homes and businesses that can get a gigabit",
             "below_30": "the share that cannot get 30 Mbit/s"}


def month(text: str) -> str:
    """Write the date of a series for a reader.

    >>> month("2025-07"), month("2024")
    ('July 2025', '2024')
    """
    return f"{date.fromisoformat(f'{text}-01'):%B %Y}" if "-" in text else text


def level(place: Place, table: pd.DataFrame) -> str:
    """Say of which whole areas the figures of `geo.figures.context.authority_context` are."""
    name = spoken_name(place.name)
    if place.code in table.index:
        return f"These are figures for the whole of {name}; how they differ inside it is not published."
    authorities = [spoken_name(row) for row in table["name"].drop([code for code in table.index if code in REGIONS])]
    if len(authorities) == 1:
        return (f"These are figures for the whole of {authorities[0]}, the authority: they are not published for "
                f"smaller places, and do not show how {name} differs from the rest of it.")
    return (f"This edition has no such figures for {name}: these are of the authorities it lies in, each as a whole. "
            "They are not added up.")


def _share(value: float) -> str:
    return "–" if pd.isna(value) else percent(value)


def authority_heads(edition: Edition) -> list[str]:
    """Head the columns of `authority_rows`, each with its date."""
    dates = {series: month(newest(edition, series)[0]) for series in ("gigabit", "below_30", "claimants", "businesses")}
    return ["", f"Premises with a gigabit, {dates['gigabit']}", f"Premises without 30 Mbit/s, {dates['below_30']}",
            f"Claimants, of residents aged 16 to 64, {dates['claimants']}",
            f"Active businesses per 1,000 residents, {dates['businesses']}"]


def authority_rows(table: pd.DataFrame) -> list[list[str]]:
    """Write `geo.figures.context.authority_context`: name, shares of premises, claimants and businesses."""
    return [[row["name"], *(_share(row[series]) for series in ("gigabit", "below_30", "claimants")),
             "–" if pd.isna(row["businesses_per_1000"]) else f"{row['businesses_per_1000']:.1f}"]
            for row in table.to_dict("records")]


def land_sentence(edition: Edition, table: pd.DataFrame) -> str:
    """Say how much of the land of whole areas has 4G and 5G; empty where the edition does not know."""
    known = table.dropna(subset=["area_4g", "area_5g"])
    said = [f"{spoken_name(row['name'])} {percent(row['area_4g'])} and {percent(row['area_5g'])}"
            for row in known.to_dict("records")]
    return f"Share of the land with 4G and with 5G, {month(newest(edition, 'area_4g')[0])}: {'; '.join(said)}." if (
        said) else ""


def coverage_sentence(edition: Edition, code: str, name: str) -> str:
    """Say how coverage of a whole area has changed from the first date published to the last, beside England's."""
    said = []
    for series, what in _COVERAGE.items():
        here, england = series_of(edition, code, series), series_of(edition, ENGLAND, series)
        if len(here):
            beside = f" (England {percent(england.iloc[-1])})" if len(england) else ""
            said.append(f"{what} went from {percent(here.iloc[0])} in {month(here.index[0])} to "
                        f"{percent(here.iloc[-1])} in {month(here.index[-1])}{beside}")
    return f"In the whole of {spoken_name(name)}, {', and '.join(said)}." if said else ""


def coverage_rows(edition: Edition, areas: Mapping[str, str]) -> tuple[list[str], list[list[str]]]:
    """Write coverage of areas (code → name) by date, newest first: the heads, and a row a date."""
    columns = {f"{what}: {name}": series_of(edition, code, series)
               for series, what in (("gigabit", "Gigabit"), ("below_30", "Below 30 Mbit/s"))
               for code, name in areas.items()}
    dates = sorted({text for column in columns.values() for text in column.index}, reverse=True)
    return ["", *columns], [[month(text), *(_share(column.get(text, float("nan"))) for column in columns.values())]
                            for text in dates]
