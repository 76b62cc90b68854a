"""Readers of the English Indices of Deprivation 2025 (MHCLG): ranks of LSOAs, and two indicators beneath them."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from geo.sources.tables import Problems, check_codes, check_unique, read_columns

__all__ = ["read_connectivity", "read_imd"]

CODE = "LSOA code (2021)"
SCORE = "Index of Multiple Deprivation (IMD) Score"
RANK = "Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)"
DECILE = "Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs)"
CONNECTIVITY = "Connectivity score"
DIGITAL = "Digital connectivity (broadband download and upload speeds)"

LSOAS_IN_ENGLAND = 33_755
CONNECTIVITY_TOP = 100.0
DIGITAL_REACH = 10.0
"""The digital indicator is standardised: beyond ten standard deviations it is a speed or a percentage, not this."""


def read_imd(path: Path) -> pd.DataFrame:
    """Read the Index of Multiple Deprivation (IoD 2025, File 7).

    Parameters
    ----------
    path
        The CSV of all ranks, scores and deciles.

    Returns
    -------
    pandas.DataFrame
        Index `code` (LSOA 2021, England), sorted; imd_score (float64, higher is more deprived), imd_rank (int64, 1
        is the most deprived of 33,755) and imd_decile (int64, 1 is the most deprived tenth).

    Raises
    ------
    MissingSourceError, SourceError
        When the file is missing or not what it should be; every problem at once.
    """
    frame = read_columns(path, {CODE: "text", SCORE: "number", RANK: "count", DECILE: "count"})
    problems = Problems(path)
    _check_range(frame, SCORE, 0.0, 100.0, problems)
    _check_range(frame, RANK, 1, LSOAS_IN_ENGLAND, problems)
    _check_range(frame, DECILE, 1, 10, problems)
    # Both count from the most deprived: where they disagree, columns were sorted apart from each other.
    tenth = (frame[RANK] - 1) * 10 // LSOAS_IN_ENGLAND + 1
    wrong = frame.loc[(frame[DECILE] - tenth).abs() > 1, DECILE]
    problems.add_rows(DECILE, wrong, f"the tenth that the rank among {LSOAS_IN_ENGLAND:,} lies in")
    return _keyed(frame, {SCORE: "imd_score", RANK: "imd_rank", DECILE: "imd_decile"}, problems)


def read_connectivity(path: Path) -> pd.DataFrame:
    """Read the two connectivity indicators (IoD 2025, File 8, its columns saved as CSV).

    The two run in opposite directions.

    Parameters
    ----------
    path
        The CSV.

    Returns
    -------
    pandas.DataFrame
        Index `code` (LSOA 2021, England), sorted; float64 connectivity_score (the Department for Transport's metric, 0
        to 100, HIGHER is better connected) and digital_connectivity (standardised, from speeds of active lines, HIGHER
        is WORSE; neither Mbit/s nor coverage).

    Raises
    ------
    MissingSourceError, SourceError
        When the file is missing or not what it should be; every problem at once.
    """
    frame = read_columns(path, {CODE: "text", CONNECTIVITY: "number", DIGITAL: "number"})
    problems = Problems(path)
    _check_range(frame, CONNECTIVITY, 0.0, CONNECTIVITY_TOP, problems)
    _check_range(frame, DIGITAL, -DIGITAL_REACH, DIGITAL_REACH, problems)
    return _keyed(frame, {CONNECTIVITY: "connectivity_score", DIGITAL: "digital_connectivity"}, problems)


def _check_range(frame: pd.DataFrame, column: str, low: float, high: float, problems: Problems) -> None:
    bad = frame.loc[~frame[column].between(low, high), column]
    problems.add_rows(column, bad, f"a number from {low:,} to {high:,}")


def _keyed(frame: pd.DataFrame, names: Mapping[str, str], problems: Problems) -> pd.DataFrame:
    """Check the key, raise what was found, and return the named columns by sorted code."""
    check_codes(frame, CODE, r"E01\d{6}", problems, what="an LSOA code in England such as E01014384")
    check_unique(frame, CODE, problems)
    problems.raise_if_any()
    return frame[list(names)].rename(columns=dict(names)).set_index(pd.Index(frame[CODE], name="code")).sort_index()
