"""Which county, region and former LEP area each authority belongs to, as data/authorities.csv lists them."""

import pandas as pd

from geo.core.choices import DATA, REGION


def read_group_names() -> pd.Series:
    """Read the names of counties, regions and former LEP areas.

    Returns
    -------
    pandas.Series
        Index: code, in the order of the file.
    """
    return _read("groups")["name"]


def read_authorities() -> pd.DataFrame:
    """Read the authorities that a build may map.

    Returns
    -------
    pandas.DataFrame
        By authority, sorted: name, county and county_name (its own where it is unitary), region, lep and lep_name (both
        empty where there is none) and neighbour (bool: outside the South West).
    """
    table, names = _read("authorities"), read_group_names()
    unitary = table["county"] == ""
    return pd.DataFrame({
        "name": table["name"], "county": table["county"].where(~unitary, table.index),
        "county_name": table["county"].map(names).where(~unitary, table["name"]), "region": table["region"],
        "lep": table["lep"], "lep_name": table["lep"].map(names).fillna(""), "neighbour": table["region"] != REGION,
    }).sort_index()


def _read(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / f"{name}.csv", comment="#", dtype="str", keep_default_na=False, index_col="code")
