"""Which county, region and former LEP area each authority of an area belongs to, as data/authorities.csv lists them."""

import pandas as pd

from geo.core.choices import DATA, ENGLAND, REGION, REGIONS


def read_group_names(area: str = REGION) -> pd.Series:
    """Read the names of the counties, regions and former LEP areas of the authorities that a build may map.

    Parameters
    ----------
    area
        A key of `geo.core.choices.REGIONS`.

    Returns
    -------
    pandas.Series
        Index: code, in the order of the file.
    """
    names, table = _read("groups")["name"], _mapped(area)
    return names[names.index.isin([*table["county"], *table["region"], *table["lep"]])]


def read_authorities(area: str = REGION) -> pd.DataFrame:
    """Read the authorities that a build of an area may map: its own and its neighbours.

    Parameters
    ----------
    area
        A key of `geo.core.choices.REGIONS`.

    Returns
    -------
    pandas.DataFrame
        By authority, sorted: name, county and county_name (its own where it is unitary), region, lep and lep_name (both
        empty where there is none) and neighbour (bool: outside the area).
    """
    table, names = _mapped(area), read_group_names(area)
    unitary = table["county"] == ""
    return pd.DataFrame({
        "name": table["name"], "county": table["county"].where(~unitary, table.index),
        "county_name": table["county"].map(names).where(~unitary, table["name"]), "region": table["region"],
        "lep": table["lep"], "lep_name": table["lep"].map(names).fillna(""), "neighbour": ~_own(table, area),
    }).sort_index()


def _mapped(area: str) -> pd.DataFrame:
    """Keep the authorities of an area and those mapped beside it."""
    table = _read("authorities")
    beside = [*REGIONS[area].neighbours]
    return table[_own(table, area) | table.index.isin(beside) | table["county"].isin(beside)]


def _own(table: pd.DataFrame, area: str) -> pd.Series:
    return (table["region"] == area) | (area == ENGLAND)


def _read(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / f"{name}.csv", comment="#", dtype="str", keep_default_na=False, index_col="code")
