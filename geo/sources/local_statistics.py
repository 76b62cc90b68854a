"""Readers of series by area, as ONS's 'Explore local statistics' serves them: one row an area and period."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from geo.sources.tables import Problems, read_columns, without_repeats
from geo.sources.wording import UNEDITED

CODE, INDICATOR, PERIOD, VALUE, MEASURE, COVERED = "areacd", "indicator", "period", "observation", "measure", "percent"
AREA = r"[EKNSW]\d{8}"
YEAR = r"\d{4}-01-01/P1Y"
MONTH = r"\d{4}-(?:0[1-9]|1[0-2])"
PERCENTAGE = "Percentage"
COVERAGE = {
    "gigabit-capable-broadband": "gigabit", "premises-below-30": "below_30", "network-coverage-4g": "area_4g",
    "network-coverage-5g": "area_5g",
}
"""Indicators of coverage → names of their series."""


def read_claimants(path: Path) -> pd.DataFrame:
    """Read the claimant count by area and year, per cent of residents aged 16 to 64.

    Returns
    -------
    pandas.DataFrame
        RangeIndex, sorted; code (of a country, region, county or authority), series ("claimants"), date (the year,
        "2025") and value (float64, share 0..1). What is not published is left out.

    Raises
    ------
    MissingSourceError, SourceError
        When the file is missing or not what it should be; every problem at once.
    """
    return _read_years(path, {"Claimant Count": "claimants"}, PERCENTAGE)


def read_businesses(path: Path) -> pd.DataFrame:
    """Read active enterprises by area and year (business demography).

    Returns
    -------
    pandas.DataFrame
        As `read_claimants`; series "businesses", value a count (float64), rounded to five by the publisher.

    Raises
    ------
    MissingSourceError, SourceError
        When the file is missing or not what it should be; every problem at once.
    """
    return _read_years(path, {"Active businesses": "businesses"}, "Number of enterprises")


def read_coverage(path: Path) -> pd.DataFrame:
    """Read coverage by area over time, as tidied from Ofcom's successive releases.

    Returns
    -------
    pandas.DataFrame
        As `read_claimants`; series of `COVERAGE`, date a month ("2025-07"), value a share 0..1: of premises (gigabit,
        below_30) or of land (area_4g, area_5g).

    Raises
    ------
    MissingSourceError, SourceError
        When the file is missing or not what it should be; every problem at once.
    """
    frame = read_columns(path, {CODE: "text", INDICATOR: "text", PERIOD: "text", COVERED: "number"})
    return _tidy(path, frame, COVERAGE, COVERED, MONTH, percent=True)


def _read_years(path: Path, series: Mapping[str, str], measure: str) -> pd.DataFrame:
    frame = read_columns(
        path, {CODE: "text", INDICATOR: "text", PERIOD: "text", MEASURE: "text", VALUE: "blank-number"})
    problems = Problems(path, frame.attrs["first_row"])
    other = frame.loc[frame[INDICATOR].isin(series) & (frame[MEASURE] != measure), MEASURE]
    problems.add_rows(MEASURE, other, repr(measure))
    problems.raise_if_any()
    return _tidy(path, frame, series, VALUE, YEAR, percent=measure == PERCENTAGE)


def _tidy(
    path: Path, frame: pd.DataFrame, series: Mapping[str, str], value: str, period: str, *, percent: bool,
) -> pd.DataFrame:
    """Check the rows of the series wanted, and name them."""
    problems = Problems(path, frame.attrs["first_row"])
    rows = without_repeats(frame[frame[INDICATOR].isin(series)])
    for indicator in [name for name in series if name not in set(rows[INDICATOR])]:
        problems.add(f"no row has the {INDICATOR} {indicator!r}: {UNEDITED}")
    problems.add_rows(CODE, rows.loc[~rows[CODE].str.fullmatch(AREA), CODE], "a code such as E06000052")
    problems.add_rows(PERIOD, rows.loc[~rows[PERIOD].str.fullmatch(period), PERIOD],
                      "a month such as 2025-07" if period == MONTH else "a year such as 2025-01-01/P1Y")
    greatest = 100.0 if percent else float("inf")
    wrong = rows.loc[rows[value].notna() & ~rows[value].between(0, greatest), value]
    problems.add_rows(value, wrong, "a percentage, 0 to 100" if percent else "0 or more")
    twice = rows.loc[rows.duplicated([INDICATOR, PERIOD, CODE]), CODE]
    problems.add_rows(CODE, twice, "each area once in a period")
    problems.raise_if_any()
    known = rows[rows[value].notna()]
    tidy = pd.DataFrame({
        "code": known[CODE], "series": known[INDICATOR].map(dict(series)),
        "date": known[PERIOD].str[:4] if period == YEAR else known[PERIOD],
        "value": (known[value] / 100).round(6) if percent else known[value].astype("float64"),
    })
    return tidy.sort_values(["code", "series", "date"], ignore_index=True)
