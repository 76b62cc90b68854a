"""Residents whose job can be done from home: shares of occupations, and workers counted by them."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from geo.core.choices import DATA, OCCUPATIONS
from geo.sources.tables import Column, Problems, check_codes, check_unique, read_columns, read_table

CAPABILITY_TABLES = ("ons-2020", "dingel-neiman")
"""Tables of shares, the default first."""

OCCUPATION_GROUPS = tuple(OCCUPATIONS)
"""Major groups of the UK's Standard Occupational Classification 2020."""

PUBLISHED_NATIONAL: Mapping[str, tuple[float, str]] = {
    "ons-2020": (0.466, "ONS, April 2020: people in employment in the UK who did some work at home"),
    "dingel-neiman": (0.435, "Dingel and Neiman, 2020: jobs in the UK that can be done at home"),
}
"""What was published nationally beside each table, with what it counts: not quite what the table's share counts."""


CROSSWALK = {
    "us_soc": Column("text", "us_soc", r"\d{2}(-\d{1,4})?", "the beginning of a US occupation's code"),
    "us_group": Column("text"),
    "uk_group": Column("count", "uk_group", "", "a major group from 1 to 9", (1, 9)),
    "reason": Column("text"),
}


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
    columns = [f"workers_occ_{group}" for group in OCCUPATION_GROUPS]
    lacking = [column for column in columns if column not in workers_by_occupation]
    if lacking:
        raise ValueError(f"workers by occupation lack {', '.join(lacking)}")
    share = pd.Series(shares, dtype="float64").reindex(list(OCCUPATION_GROUPS))
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
    columns = {"occupation": "count", "name": "text", **dict.fromkeys(CAPABILITY_TABLES, "number")}
    frame, problems = _read_groups(path, columns)
    for table in CAPABILITY_TABLES:
        problems.add_rows(table, frame.loc[~frame[table].between(0, 1), table], "a share from 0 to 1")
    problems.raise_if_any()
    return frame.set_index("occupation")


def _read_groups(path: Path, columns: Mapping[str, str]) -> tuple[pd.DataFrame, Problems]:
    """Read a table of the project with one row for each major group, noting when it has others."""
    frame = read_columns(path, columns, comment="#")
    problems = Problems(path, frame.attrs["first_row"])
    if frame["occupation"].to_list() != list(OCCUPATION_GROUPS):
        problems.add("column 'occupation': expected the major groups 1 to 9 in order")
    return frame, problems


def capability_from_occupations(path: Path, crosswalk: Path = DATA / "capability_crosswalk.csv") -> pd.Series:
    """Average Dingel and Neiman's shares of US occupations over UK major groups.

    Occupations count alike: the file has no employment.

    Parameters
    ----------
    path
        Dingel and Neiman's table: OCC_CODE (US SOC, six digits), teleworkable (0 to 1).
    crosswalk
        US code or the beginning of one (us_soc) → UK SOC 2020 major group (uk_group); the longest beginning decides.

    Returns
    -------
    pandas.Series
        Index `occupation` 1 to 9; float64 share; named "dingel-neiman".

    Raises
    ------
    MissingSourceError, SourceError
        When a file is missing or damaged, an occupation has no UK group, a line of the crosswalk decides nothing, or a
        group is left without occupations.
    """
    frame = read_columns(path, {"OCC_CODE": "text", "teleworkable": "number"})
    problems = Problems(path)
    check_codes(frame, "OCC_CODE", r"\d{2}-\d{4}", problems, what="a US occupation such as 11-1011")
    check_unique(frame, "OCC_CODE", problems)
    shares = frame["teleworkable"]
    problems.add_rows("teleworkable", shares[~shares.between(0, 1)], "a share from 0 to 1")
    problems.raise_if_any()
    groups = read_table(crosswalk, CROSSWALK, "us_soc", comment="#")["uk_group"].to_dict()
    longest = pd.Series({start: len(start) for start in groups}).sort_values(ascending=False).index
    prefix = frame["OCC_CODE"].map(lambda code: next(filter(code.startswith, longest), ""))
    problems.add_rows("OCC_CODE", frame.loc[prefix == "", "OCC_CODE"], f"an occupation that {crosswalk.name} has")
    idle = sorted(set(groups) - set(prefix))
    if idle:
        problems.add(f"{crosswalk.name}: {', '.join(idle)} decide nothing, expected occupations for every line")
    problems.raise_if_any()
    means = shares.groupby(prefix.map(groups)).mean().reindex(list(OCCUPATION_GROUPS))
    empty = means.index[means.isna()]
    if len(empty):
        problems.add(f"{crosswalk.name}: no occupation is in UK group {', '.join(map(str, empty))}")
    problems.raise_if_any()
    return means.rename("dingel-neiman").rename_axis("occupation")


def national_check() -> pd.DataFrame:
    """Apply both tables to all workers of England and Wales (Census 2021), beside what was published nationally.

    Returns
    -------
    pandas.DataFrame
        Index `table`, one row for each of `CAPABILITY_TABLES`; share (float64: of workers in England and Wales whose
        job can be done from home), published (float64) and published_as (what was counted, and by whom).

    Raises
    ------
    MissingSourceError, SourceError
        When a table is missing or damaged.
    """
    shares = read_capability()
    frame, problems = _read_groups(DATA / "england_wales_occupations.csv", {"occupation": "count", "workers": "count"})
    problems.raise_if_any()
    rows = [(table, np.average(shares[table], weights=frame["workers"]), *PUBLISHED_NATIONAL[table])
            for table in CAPABILITY_TABLES]
    return pd.DataFrame(rows, columns=["table", "share", "published", "published_as"]).set_index("table")
