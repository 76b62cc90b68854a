"""Readers of the English Indices of Deprivation 2025 (MHCLG): ranks of LSOAs, and two indicators beneath them."""

from pathlib import Path

import pandas as pd

from geo.sources.archives import read_bytes
from geo.sources.tables import Column, Problems, read_table
from geo.sources.workbooks import sheet_as_csv

CODE = "LSOA code (2021)"
NAME = "LSOA name (2021)"
RANK = "Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)"
DECILE = "Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs)"
LSOAS_IN_ENGLAND = 33_755


def _number(kind: str, name: str, low: float, high: float) -> Column:
    return Column(kind, name, expected=f"a number from {low:,} to {high:,}", limits=(low, high))


LSOA = Column("text", "code", r"E01\d{6}", "an LSOA code in England such as E01014384")
LSOA_NAME = Column("blank-text", "lsoa_name", optional=True)
IMD = {
    CODE: LSOA, NAME: LSOA_NAME,
    "Index of Multiple Deprivation (IMD) Score": _number("number", "imd_score", 0.0, 100.0),
    RANK: _number("count", "imd_rank", 1, LSOAS_IN_ENGLAND),
    DECILE: _number("count", "imd_decile", 1, 10),
}
CONNECTIVITY = {
    CODE: LSOA, NAME: LSOA_NAME,
    "Connectivity score": _number("number", "connectivity_score", 0.0, 100.0),
    # It is standardised: beyond ten standard deviations it is a speed or a percentage, not this.
    "Digital connectivity (broadband download and upload speeds)":
        _number("number", "digital_connectivity", -10.0, 10.0),
}
CONNECTIVITY_NEEDED = tuple(header for header, column in CONNECTIVITY.items() if not column.optional)


def read_imd(path: Path) -> pd.DataFrame:
    """Read the Index of Multiple Deprivation (IoD 2025, File 7: all ranks, scores and deciles).

    Returns
    -------
    pandas.DataFrame
        Index `code` (LSOA 2021, England), sorted; lsoa_name (where the file has it), imd_score (float64, higher is more
        deprived), imd_rank (int64, 1 is the most deprived of 33,755) and imd_decile (int64, 1 is the most deprived
        tenth).

    Raises
    ------
    MissingSourceError, SourceError
        When the file is missing or not what it should be; every problem at once.
    """
    return read_table(path, IMD, CODE, check=_check_deciles)


def _check_deciles(frame: pd.DataFrame, problems: Problems) -> None:
    """Both count from the most deprived: where they disagree, columns were sorted apart from each other."""
    tenth = (frame[RANK] - 1) * 10 // LSOAS_IN_ENGLAND + 1
    wrong = frame.loc[(frame[DECILE] - tenth).abs() > 1, DECILE]
    problems.add_rows(DECILE, wrong, f"the tenth that the rank among {LSOAS_IN_ENGLAND:,} lies in")


def read_connectivity(path: Path) -> pd.DataFrame:
    """Read the two connectivity indicators (IoD 2025, File 8: underlying indicators).

    The two run in opposite directions.

    Parameters
    ----------
    path
        The workbook as published, whose sheet is known by its header, or that sheet saved as CSV.

    Returns
    -------
    pandas.DataFrame
        Index `code` (LSOA 2021, England), sorted; lsoa_name (where the file has it); float64 connectivity_score (the
        Department for Transport's metric, 0 to 100, HIGHER is better connected) and digital_connectivity (standardised,
        from speeds of active lines, HIGHER is WORSE; neither Mbit/s nor coverage).

    Raises
    ------
    MissingSourceError, SourceError
        When the file is missing or not what it should be; every problem at once.
    """
    packed = read_bytes(path, 2) == b"PK"
    data = sheet_as_csv(path, CONNECTIVITY_NEEDED, "LSOAs") if packed else None
    return read_table(path, CONNECTIVITY, CODE, data=data)
