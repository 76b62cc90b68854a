"""Residents whose job can be done from home: shares of occupations, and workers counted by them."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from geo.core.cache import cached
from geo.core.choices import DATA, OCCUPATIONS
from geo.sources.tables import Column, Problems, read_table

CAPABILITY_TABLES = ("ons-2020", "dingel-neiman")
"""Tables of shares, the default first."""

PUBLISHED_NATIONAL: Mapping[str, tuple[float, str]] = {
    "ons-2020": (0.466, "ONS, April 2020: people in employment in the UK who did some work at home"),
    "dingel-neiman": (0.435, "Dingel and Neiman, 2020: jobs in the UK that can be done at home"),
}
"""What was published nationally beside each table, with what it counts: not quite what the table's share counts."""

AFTER_LOCKDOWNS: Mapping[str, float] = {"partly": 0.28, "only": 0.13}
"""Shares of working adults in Great Britain who worked partly, and only, from home in October 2024. Source: Office for
National Statistics, 'Who are the hybrid workers?', 11 November 2024 (Opinions and Lifestyle Survey)."""


def remote_capable(workers_by_occupation: pd.DataFrame, shares: pd.Series | Mapping[int, float]) -> pd.Series:
    """Count the residents in jobs that can be done from home.

    Parameters
    ----------
    workers_by_occupation
        Columns workers_occ_1 to workers_occ_9, residents in employment by SOC 2020 major group; one row for each area.
    shares
        Share of each group whose job can be done from home, 0 to 1, by group 1 to 9.

    Returns
    -------
    pandas.Series
        Index as `workers_by_occupation`; float64, people; named "remote_capable".

    Raises
    ------
    ValueError
        When a group is missing on either side, or a share is not between 0 and 1.

    Examples
    --------
    >>> workers = pd.DataFrame({f"workers_occ_{group}": [10] for group in range(1, 10)}, index=["E01014370"])
    >>> remote_capable(workers, {group: 0.5 if group < 4 else 0.0 for group in range(1, 10)}).to_dict()
    {'E01014370': 15.0}
    """
    columns = [f"workers_occ_{group}" for group in OCCUPATIONS]
    lacking = [column for column in columns if column not in workers_by_occupation]
    if lacking:
        raise ValueError(f"workers by occupation lack {', '.join(lacking)}")
    share = pd.Series(shares, dtype="float64").reindex(OCCUPATIONS)
    bad = share[~share.between(0, 1)]
    if len(bad):
        groups = ", ".join(map(str, bad.index))
        raise ValueError(f"shares of groups {groups} are {bad.to_list()}, expected 0 to 1 each")
    counts = workers_by_occupation[columns].to_numpy(dtype="float64")
    return pd.Series(counts @ share.to_numpy(), index=workers_by_occupation.index, name="remote_capable")


def read_capability(path: Path = DATA / "capability.csv") -> pd.DataFrame:
    """Read the shares of each occupation whose job can be done from home, from the project's own table.

    Returns
    -------
    pandas.DataFrame
        Index `occupation` (SOC 2020 major group, 1 to 9); name (text), and a float64 share 0 to 1 for each of
        `CAPABILITY_TABLES`. The share of group 9 in ons-2020 is a floor: the survey shows 0.

    Raises
    ------
    MissingSourceError, SourceError
        When the table is missing or damaged.
    """
    shares = {table: Column("number", table, "", "a share from 0 to 1", (0, 1)) for table in CAPABILITY_TABLES}
    return _read_groups(path, {"name": Column("text", "name"), **shares})


def read_england_workers() -> pd.Series:
    """Read the residents of England in employment (Census 2021, TS063), by SOC 2020 major group 1 to 9; int64."""
    return _read_groups(DATA / "england.csv", {"workers": Column("count", "workers")})["workers"]


def _read_groups(path: Path, columns: Mapping[str, Column]) -> pd.DataFrame:
    """Read a table of the project that has one row for each major group of occupations."""
    columns = {"occupation": Column("count", "occupation"), **columns}
    return read_table(path, columns, "occupation", comment="#", check=_check_groups)


def _check_groups(frame: pd.DataFrame, problems: Problems) -> None:
    if frame["occupation"].to_list() != list(OCCUPATIONS):
        problems.add("column 'occupation': expected the major groups 1 to 9 in order")


@cached(1, key=lambda: DATA)
def national_check() -> pd.DataFrame:
    """Apply both tables to all workers of England and Wales (Census 2021), beside what was published nationally.

    Returns
    -------
    pandas.DataFrame
        Index `table`, one row for each of `CAPABILITY_TABLES`; share (float64: of workers in England and Wales whose
        job can be done from home), published (float64) and published_as (what was counted, and by whom). Do not change
        it: it is shared.

    Raises
    ------
    MissingSourceError, SourceError
        When a table is missing or damaged.
    """
    shares = read_capability()
    workers = _read_groups(DATA / "england_wales_occupations.csv", {"workers": Column("count", "workers")})["workers"]
    rows = [(table, np.average(shares[table], weights=workers), *PUBLISHED_NATIONAL[table])
            for table in CAPABILITY_TABLES]
    return pd.DataFrame(rows, columns=["table", "share", "published", "published_as"]).set_index("table")
