"""Reader of residents by age (Census 2021, a custom table of the Office for National Statistics: six bands by LSOA)."""

from pathlib import Path

import pandas as pd

from geo.sources.tables import Column, Problems, read_table

CODE = "lsoa21_code"
BANDS = {
    "Aged 15 years and under": "aged_0_15", "Aged 16 to 24 years": "aged_16_24", "Aged 25 to 34 years": "aged_25_34",
    "Aged 35 to 49 years": "aged_35_49", "Aged 50 to 64 years": "aged_50_64", "Aged 65 years and over": "aged_65_over",
}
"""Publisher's headers → columns of the result."""


def read_age(path: Path) -> pd.DataFrame:
    """Read residents by age.

    Returns
    -------
    pandas.DataFrame
        Index `code` (LSOA 2021), sorted; int64 columns of `BANDS`, and aged_all, their sum: the bands are perturbed
        one by one, so that it may differ a little from `residents` of TS001.

    Raises
    ------
    MissingSourceError, SourceError
        When the file is missing or not what it should be; every problem at once.
    """
    columns = {CODE: Column("text", "code", r"[EW]01\d{6}", "an LSOA code such as E01014384"),
               **{header: Column("count", name) for header, name in BANDS.items()}}
    table = read_table(path, columns, CODE, check=_check_people)
    return table.assign(aged_all=table.sum(axis=1))


def _check_people(frame: pd.DataFrame, problems: Problems) -> None:
    """Note LSOAs without anybody: every one has residents."""
    total = frame[list(BANDS)].sum(axis=1)
    problems.add_rows("Aged …", total[total == 0], "somebody in one of the six bands")
