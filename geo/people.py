"""Residents whose job can be done from home: shares of occupations, and workers counted by them."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from geo.sources.tables import Problems, check_codes, check_unique, read_columns

__all__ = [
    "CAPABILITY_TABLES", "OCCUPATION_GROUPS", "PUBLISHED_NATIONAL", "capability_from_occupations", "national_check",
    "read_capability", "remote_capable",
]

DATA = Path(__file__).resolve().parents[1] / "data"

CAPABILITY_TABLES = ("ons-2020", "dingel-neiman")
"""Tables of shares, the default first."""

OCCUPATION_GROUPS = tuple(range(1, 10))
"""Major groups of the UK's Standard Occupational Classification 2020."""

PUBLISHED_NATIONAL: Mapping[str, tuple[float, str]] = {
    "ons-2020": (0.466, "ONS, April 2020: people in employment in the UK who did some work at home"),
    "dingel-neiman": (0.435, "Dingel and Neiman, 2020: jobs in the UK that can be done at home"),
}
"""What was published nationally beside each table, with what it counts: not quite what the table's share counts."""

COMMENT = "#"


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
    bad = share.index[~share.between(0, 1)]
    if len(bad):
        groups = ", ".join(map(str, bad))
        raise ValueError(f"shares of groups {groups} are {share[bad].to_list()}, expected 0 to 1 each")
    counts = workers_by_occupation[columns].to_numpy(dtype="float64")
    return pd.Series(counts @ share.to_numpy(), index=workers_by_occupation.index, name="remote_capable")


def read_capability(path: Path = DATA / "capability.csv") -> pd.DataFrame:
    """Read the shares of each occupation whose job can be done from home.

    Parameters
    ----------
    path
        The project's own table.

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
    frame = read_columns(path, columns, comment=COMMENT)
    problems = Problems(path, frame.attrs.get("first_row", 2))
    if frame["occupation"].to_list() != list(OCCUPATION_GROUPS):
        problems.add("column 'occupation': expected the major groups 1 to 9 in order")
    for table in CAPABILITY_TABLES:
        problems.add_rows(table, frame.loc[~frame[table].between(0, 1), table], "a share from 0 to 1")
    problems.raise_if_any()
    return frame.set_index("occupation")


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
    MissingSourceError
        When there is no such file.
    SourceError
        When a file is damaged, an occupation has no UK group, a line of the crosswalk decides nothing, or a group is
        left without occupations.
    """
    frame = read_columns(path, {"OCC_CODE": "text", "teleworkable": "number"})
    problems = Problems(path)
    check_codes(frame, "OCC_CODE", r"\d{2}-\d{4}", problems, what="a US occupation such as 11-1011")
    check_unique(frame, "OCC_CODE", problems)
    shares = frame["teleworkable"]
    problems.add_rows("teleworkable", shares[~shares.between(0, 1)], "a share from 0 to 1")
    problems.raise_if_any()
    return _group_means(frame, crosswalk, problems)


def _group_means(frame: pd.DataFrame, crosswalk: Path, problems: Problems) -> pd.Series:
    """Average over UK groups, refusing occupations without one and lines of the crosswalk without effect."""
    groups = _read_crosswalk(crosswalk)
    prefix = frame["OCC_CODE"].map(lambda code: _longest_prefix(code, groups))
    problems.add_rows("OCC_CODE", frame.loc[prefix == "", "OCC_CODE"], f"an occupation that {crosswalk.name} has")
    idle = sorted(set(groups) - set(prefix))
    if idle:
        problems.add(f"{crosswalk.name}: {', '.join(idle)} decide nothing, expected occupations for every line")
    problems.raise_if_any()
    means = frame["teleworkable"].groupby(prefix.map(groups)).mean().reindex(list(OCCUPATION_GROUPS))
    empty = means.index[means.isna()]
    if len(empty):
        problems.add(f"{crosswalk.name}: no occupation is in UK group {', '.join(map(str, empty))}")
    problems.raise_if_any()
    return means.rename("dingel-neiman").rename_axis("occupation")


def _longest_prefix(code: str, prefixes: Mapping[str, int]) -> str:
    return next((code[:length] for length in range(len(code), 1, -1) if code[:length] in prefixes), "")


def _read_crosswalk(path: Path) -> dict[str, int]:
    columns = {"us_soc": "text", "us_group": "text", "uk_group": "count", "reason": "text"}
    frame = read_columns(path, columns, comment=COMMENT)
    problems = Problems(path, frame.attrs.get("first_row", 2))
    check_codes(frame, "us_soc", r"\d{2}(-\d{1,4})?", problems, what="the beginning of a US occupation's code")
    check_unique(frame, "us_soc", problems)
    unknown = frame.loc[~frame["uk_group"].isin(OCCUPATION_GROUPS), "uk_group"]
    problems.add_rows("uk_group", unknown, "a major group from 1 to 9")
    problems.raise_if_any()
    return {str(code): int(group) for code, group in zip(frame["us_soc"], frame["uk_group"], strict=True)}


def national_check(
    capability: Path = DATA / "capability.csv", occupations: Path = DATA / "england_wales_occupations.csv",
) -> pd.DataFrame:
    """Apply both tables to all workers of England and Wales, beside what was published nationally.

    Parameters
    ----------
    capability
        The project's table of shares.
    occupations
        Workers of England and Wales by major group (Census 2021).

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
    shares = read_capability(capability)
    frame = read_columns(occupations, {"occupation": "count", "workers": "count"}, comment=COMMENT)
    if frame["occupation"].to_list() != list(OCCUPATION_GROUPS):
        problems = Problems(occupations)
        problems.add("column 'occupation': expected the major groups 1 to 9 in order")
        problems.raise_if_any()
    workers = frame.set_index("occupation")["workers"]
    rows = {table: np.average(shares[table], weights=workers) for table in CAPABILITY_TABLES}
    return pd.DataFrame(
        {
            "share": pd.Series(rows, dtype="float64"),
            "published": pd.Series({table: PUBLISHED_NATIONAL[table][0] for table in rows}, dtype="float64"),
            "published_as": pd.Series({table: PUBLISHED_NATIONAL[table][1] for table in rows}, dtype="str"),
        },
        index=pd.Index(list(rows), name="table", dtype="str"),
    )
