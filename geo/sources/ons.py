"""Readers of the Office for National Statistics' lookups between areas."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from geo.errors import SourceError
from geo.sources.tables import Problems, check_codes, check_unique, read_columns

__all__ = [
    "read_authority_groups", "read_constituencies", "read_msoas", "read_rural_urban", "read_wards",
]

LSOA = ("LSOA21CD", r"[EW]01\d{6}", "an LSOA code such as E01014384")
AUTHORITY = r"E0[6-9]\d{6}|W06\d{6}"
COUNTY = r"E(0[6-9]|10|11|13)\d{6}|W06\d{6}"


def _read_lookup(path: Path, columns: Mapping[str, str], patterns: Mapping[str, tuple[str, str]]) -> pd.DataFrame:
    """Read a lookup keyed by its first column; codes checked, a key once, sorted by key under the name `code`."""
    frame = read_columns(path, columns)
    problems = Problems(path)
    key = next(iter(columns))
    for column, (pattern, what) in patterns.items():
        check_codes(frame, column, pattern, problems, what=what)
    check_unique(frame, key, problems)
    problems.raise_if_any()
    return frame.set_index(pd.Index(frame[key], name="code")).sort_index()


def _check_one_each(path: Path, frame: pd.DataFrame, pairs: Mapping[str, Sequence[str]]) -> None:
    """Raise when a code does not always stand beside the same name (or larger area)."""
    problems = Problems(path)
    for code, others in pairs.items():
        for other in others:
            found = frame[[code, other]].drop_duplicates()
            bad = found.loc[found[code].duplicated(), code].unique()
            if len(bad):
                some = ", ".join(bad[:3]) + (f" and {len(bad) - 3:,} more" if len(bad) > 3 else "")
                problems.add(f"{code} {some} stands beside more than one {other}, expected one: download it again")
    problems.raise_if_any()


def _lsoa_columns(**kinds: str) -> dict[str, str]:
    return {LSOA[0]: "text", **kinds}


def _chosen(frame: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    return frame[list(names)].rename(columns=dict(names))


def read_wards(path: Path) -> pd.DataFrame:
    """Read the lookup from LSOA 2021 to ward and authority 2024 (ONS, LSOA21_WD24_LAD24).

    Parameters
    ----------
    path
        The CSV.

    Returns
    -------
    pandas.DataFrame
        Index `code` (LSOA 2021), sorted; columns ward, ward_name, authority, authority_name, all text.

    Raises
    ------
    MissingSourceError, SourceError
        When the file is missing or not what it should be; every problem at once.
    """
    columns = _lsoa_columns(WD24CD="text", WD24NM="text", LAD24CD="text", LAD24NM="text")
    frame = _read_lookup(path, columns, {
        LSOA[0]: LSOA[1:], "WD24CD": (r"[EW]05\d{6}", "a ward code such as E05012464"),
        "LAD24CD": (AUTHORITY, "an authority code such as E06000022"),
    })
    _check_one_each(path, frame, {"WD24CD": ["WD24NM", "LAD24CD"], "LAD24CD": ["LAD24NM"]})
    names = {"WD24CD": "ward", "WD24NM": "ward_name", "LAD24CD": "authority", "LAD24NM": "authority_name"}
    return _chosen(frame, names)


def read_msoas(path: Path) -> pd.DataFrame:
    """Read the lookup from LSOA 2021 to MSOA 2021 with both its names.

    Parameters
    ----------
    path
        The CSV (ONS codes and names; House of Commons Library MSOA names).

    Returns
    -------
    pandas.DataFrame
        Index `code` (LSOA 2021), sorted; columns msoa, msoa_ons_name ("Gloucester 015") and msoa_name (the House of
        Commons Library's, not always unique), all text.

    Raises
    ------
    MissingSourceError, SourceError
        When the file is missing or not what it should be; every problem at once.
    """
    columns = _lsoa_columns(MSOA21CD="text", MSOA21NM="text", MSOA21HCLNM="text")
    patterns = {LSOA[0]: LSOA[1:], "MSOA21CD": (r"[EW]02\d{6}", "an MSOA code such as E02003005")}
    frame = _read_lookup(path, columns, patterns)
    _check_one_each(path, frame, {"MSOA21CD": ["MSOA21NM", "MSOA21HCLNM"]})
    return _chosen(frame, {"MSOA21CD": "msoa", "MSOA21NM": "msoa_ons_name", "MSOA21HCLNM": "msoa_name"})


def read_constituencies(path: Path) -> pd.DataFrame:
    """Read the best fit of LSOAs 2021 to constituencies 2024 by largest overlap.

    Parameters
    ----------
    path
        The CSV.

    Returns
    -------
    pandas.DataFrame
        Index `code` (LSOA 2021), sorted; columns constituency, constituency_name (text) and overlap_share (float64,
        above 0 to 1: how much of the LSOA's area lies in the constituency).

    Raises
    ------
    MissingSourceError, SourceError
        When the file is missing or not what it should be; every problem at once.
    """
    columns = _lsoa_columns(PCON24CD="text", PCON24NM="text", area_share="number")
    patterns = {LSOA[0]: LSOA[1:], "PCON24CD": (r"E14\d{6}|W07\d{6}", "a constituency code such as E14001394")}
    frame = _read_lookup(path, columns, patterns)
    # The sum of the parts of an area may exceed it by rounding alone.
    bad = ~frame["area_share"].between(0.0, 1.000001, inclusive="right")
    if bad.any():
        first = frame.loc[bad, "area_share"]
        shown = f"{float(first.iloc[0])!r} for {first.index[0]} ({len(first):,} in all)"
        raise SourceError(path, [f"column 'area_share' has {shown}, expected a share above 0 and up to 1"])
    _check_one_each(path, frame, {"PCON24CD": ["PCON24NM"]})
    frame["area_share"] = frame["area_share"].clip(upper=1.0)
    names = {"PCON24CD": "constituency", "PCON24NM": "constituency_name", "area_share": "overlap_share"}
    return _chosen(frame, names)


def read_rural_urban(path: Path) -> pd.DataFrame:
    """Read the rural-urban classification 2021 of LSOAs (ONS, LSOA21_RUC21).

    Parameters
    ----------
    path
        The CSV.

    Returns
    -------
    pandas.DataFrame
        Index `code` (LSOA 2021), sorted; columns ruc ("RLN1"), ruc_name (text) and urban (bool).

    Raises
    ------
    MissingSourceError, SourceError
        When the file is missing or not what it should be; every problem at once.
    """
    columns = _lsoa_columns(RUC21CD="text", RUC21NM="text", Urban_rural_flag="text")
    frame = _read_lookup(path, columns, {
        LSOA[0]: LSOA[1:], "RUC21CD": (r"(UN|UF|RLN|RLF|RSN|RSF)1", "a class of 2021 such as UN1 or RSF1"),
        "Urban_rural_flag": ("Urban|Rural", "Urban or Rural"),
    })
    _check_one_each(path, frame, {"RUC21CD": ["RUC21NM", "Urban_rural_flag"]})
    frame["urban"] = frame["Urban_rural_flag"] == "Urban"
    return _chosen(frame, {"RUC21CD": "ruc", "RUC21NM": "ruc_name", "urban": "urban"})


def read_authority_groups(path: Path) -> pd.DataFrame:
    """Read which county or unitary, region and former LEP area each authority belongs to.

    Parameters
    ----------
    path
        The CSV (ONS; LEP membership assigned by authority; `area_set` says South West or neighbours).

    Returns
    -------
    pandas.DataFrame
        Index `code` (authority 2024), sorted; columns name, county, county_name, region, lep, lep_name (text; the last
        two empty where there is none) and neighbour (bool: outside the South West).

    Raises
    ------
    MissingSourceError, SourceError
        When the file is missing or not what it should be; every problem at once.
    """
    columns = {
        "LAD24CD": "text", "LAD24NM": "text", "CTYUA23CD": "text", "CTYUA23NM": "text", "RGN24CD": "text",
        "LEP21CD": "blank-text", "LEP21NM": "blank-text", "area_set": "text",
    }
    frame = _read_lookup(path, columns, {
        "LAD24CD": (AUTHORITY, "an authority code such as E06000022"),
        "CTYUA23CD": (COUNTY, "a county or unitary code such as E10000008"),
        "RGN24CD": (r"E12\d{6}|W92\d{6}", "a region code such as E12000009"),
        "LEP21CD": (r"(E37\d{6})?", "a LEP code such as E37000016, or nothing"),
    })
    _check_one_each(path, frame, {"CTYUA23CD": ["CTYUA23NM", "RGN24CD"], "LEP21CD": ["LEP21NM"]})
    frame["neighbour"] = frame["area_set"] != "SW"
    return _chosen(frame, {
        "LAD24NM": "name", "CTYUA23CD": "county", "CTYUA23NM": "county_name", "RGN24CD": "region", "LEP21CD": "lep",
        "LEP21NM": "lep_name", "neighbour": "neighbour",
    })
