"""Reader of residents by age (Census 2021, a custom table of the Office for National Statistics: six bands by LSOA)."""

from pathlib import Path

import pandas as pd

from geo.sources.archives import read_bytes
from geo.sources.csv_rows import header_cells
from geo.sources.tables import Column, Problems, read_columns, read_table
from geo.sources.wording import UNEDITED, some

CODE = "lsoa21_code"
BANDS = {
    "Aged 15 years and under": "aged_0_15", "Aged 16 to 24 years": "aged_16_24", "Aged 25 to 34 years": "aged_25_34",
    "Aged 35 to 49 years": "aged_35_49", "Aged 50 to 64 years": "aged_50_64", "Aged 65 years and over": "aged_65_over",
}
"""Publisher's headers → columns of the result."""


HEAD = 20_000
"""Bytes in which a header is looked for."""

LONG = {"Lower layer Super Output Areas Code": "text", "Age (6 categories)": "text", "Observation": "count"}
"""Headers of the table as the publisher makes it: a row for each band of an LSOA."""

CODES = (r"[EW]01\d{6}", "an LSOA code such as E01014384")


def read_age(path: Path) -> pd.DataFrame:
    """Read residents by age.

    Parameters
    ----------
    path
        The custom table with a row for each band, as it is published, or with a column for each.

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
    is_long = {name.casefold() for name in LONG} <= {name.casefold() for name in header_cells(read_bytes(path, HEAD))}
    if is_long:
        table = _read_long(path)
    else:
        columns = {CODE: Column("text", "code", *CODES),
                   **{header: Column("count", name) for header, name in BANDS.items()}}
        table = read_table(path, columns, CODE, check=_check_people)
    return table.assign(aged_all=table.sum(axis=1))


def _read_long(path: Path) -> pd.DataFrame:
    """Read a table with a row for each band of an LSOA."""
    code, band, count = LONG
    frame = read_columns(path, LONG)
    problems = Problems(path, frame.attrs["first_row"])
    problems.add_rows(code, frame.loc[~frame[code].str.fullmatch(CODES[0]), code], CODES[1])
    problems.add_rows(band, frame.loc[~frame[band].isin(BANDS), band], "one of the six bands")
    problems.add_rows(code, frame.loc[frame.duplicated([code, band]), code], "each band of an LSOA once")
    problems.raise_if_any()
    wide = frame.pivot_table(index=code, columns=band, values=count).reindex(columns=[*BANDS])
    lacking = wide.index[wide.isna().any(axis=1)]
    nobody = wide.index[wide.sum(axis=1) == 0].difference(lacking)
    for codes, what in ((lacking, "not all six bands are there"), (nobody, "nobody in any band, expected somebody")):
        if len(codes):
            problems.add(f"{some(codes)}: {what}: {UNEDITED}")
    problems.raise_if_any()
    return wide.astype("int64").rename(columns=BANDS).rename_axis(index="code", columns=None).sort_index()


def _check_people(frame: pd.DataFrame, problems: Problems) -> None:
    """Note LSOAs without anybody: every one has residents."""
    total = frame[list(BANDS)].sum(axis=1)
    problems.add_rows("Aged …", total[total == 0], "somebody in one of the six bands")
